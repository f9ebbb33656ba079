"""What the bot says in English, German and French: whole, short enough, each in its own way."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fluent.syntax import ast as ftl

from bot import render
from bot.controls import Choice, button, menu
from bot.language import ENGLISH, LANGUAGES, speaking
from bot.layout import row, sentence
from retrieval.types import Filters
from tests.loopback.openapi import Description

from . import hits as made
from .hostile import active_markup
from .sendable import RECORD, assert_sendable
from .stage import Theatre
from .strings import (
    TERMINAL,
    composed,
    entries,
    keys,
    literals,
    referenced,
    said,
    sentences,
    trees,
    variables,
)

KEYS = keys(ENGLISH)
EVERY = pytest.mark.parametrize("code", LANGUAGES)
OTHER = pytest.mark.parametrize("code", [code for code in LANGUAGES if code != ENGLISH])

LIMITS = [
    (r"menu-.*", 32),
    (r"answer-.*-hint|card-version-.*|choice-.*|command-.*", 100),
    (r"card-(changed|withdrawn|sections)", 1500),
    (r"(answer|card|page|context)-.*|refusal-rephrase|vote-reason", 80),
    (r"list-(all|by-.*|sources)|reindex-(cancel|roll-back)", 80),
    (r"(follow-up|vote-reason)-(title|label)", 45),
    (r".*", 1500),
]
"""Characters that a string may have where Discord shows it, the first that fits its key."""

COUNTED = r"(context|page|reindex|why)-(?!words).*|.*-(count|minutes|more|most)"
"""The strings whose arguments are numbers."""

LISTED = {"articles", "filters", "pairs", "titles", "words"}
"""The arguments of the other ones that may be several."""


def _arguments(code: str, key: str, count: int) -> dict[str, Any]:
    names = variables(code, key)
    if re.fullmatch(COUNTED, key):
        return dict.fromkeys(names, count)
    return {name: ("Wort", "Lampe") if name in LISTED else "Wort" * 10 for name in names}


def _words(code: str, key: str) -> list[str]:
    shown = speaking(code)(key, **_arguments(code, key, 2))
    return re.findall(r"[^\W\d_]{2,}", re.sub("Wort|Lampe", "", shown))


# The catalogues.


@EVERY
def test_a_catalogue_can_be_read(code: str) -> None:
    """Everything in a catalogue is a comment or a string, and no key stands there twice."""
    junk = [entry.content for entry in entries(code) if isinstance(entry, ftl.Junk)]
    assert junk == []
    assert len(set(keys(code))) == len(keys(code))


@OTHER
def test_a_catalogue_is_whole(code: str) -> None:
    """A language says what English says, nothing more, in the same order."""
    assert KEYS == keys(code)


@OTHER
@pytest.mark.parametrize("key", KEYS)
def test_a_translation_speaks_of_the_same(code: str, key: str) -> None:
    """A string has the arguments that it has in English."""
    assert variables(ENGLISH, key) == variables(code, key)


@OTHER
def test_a_catalogue_is_translated(code: str) -> None:
    """What is several words long in English is not the same in another language."""
    same = [key for key in KEYS if _words(ENGLISH, key) == _words(code, key)]
    # With a number each, two words may well be the same: “2 publications, 3 collections”.
    most = {key: 2 if variables(ENGLISH, key) else 1 for key in same}
    assert [key for key in same if len(_words(code, key)) > most[key]] == []


def test_what_code_says_is_in_the_catalogue() -> None:
    """A key that code names is there, and gets exactly the arguments that its string wants."""
    found = list(said())
    assert len(found) > 80
    wrong = [
        one
        for one in found
        if one.key not in KEYS
        or one.arguments - variables(ENGLISH, one.key)
        or (one.whole and variables(ENGLISH, one.key) - one.arguments)
    ]
    assert wrong == []


def test_what_looks_like_a_key_is_one() -> None:
    """A literal that begins as a family of keys does and is hyphenated is a key."""
    families = {key.partition("-")[0] for key in KEYS}
    hyphenated = {text for text in literals() if re.fullmatch(r"[a-z]+(-[a-z]+)+", text)}
    assert {text for text in hyphenated if text.partition("-")[0] in families} <= set(KEYS)


def test_every_string_is_said() -> None:
    """Code, or another string, names every key; a command's are named by the command."""
    used = literals() | composed() | referenced()
    assert [key for key in KEYS if key not in used and not key.startswith("command-")] == []


@pytest.mark.parametrize("module", sorted(set(trees()) - TERMINAL))
def test_no_sentence_stands_in_code(module: str) -> None:
    """What users read is in the catalogues; code holds what is logged and raised."""
    assert list(sentences(trees()[module])) == []


# What a string becomes.


@EVERY
@pytest.mark.parametrize("key", KEYS)
def test_a_string_is_short_enough_and_pings_nobody(code: str, key: str) -> None:
    """Discord takes it where it is shown, with none, one and many of what it counts."""
    most = next(most for pattern, most in LIMITS if re.fullmatch(pattern, key))
    for count in (0, 1, 2, 9_999):
        shown = speaking(code)(key, **_arguments(code, key, count))
        assert 1 <= len(shown) <= most
        assert not re.search(r"@|<#|</|<@", shown)
        assert shown == shown.strip()


@EVERY
@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("answer-")])
def test_a_button_is_short(code: str, key: str) -> None:
    """Five buttons of an answer stand in a row; the one that shares it stands below, alone."""
    if not key.endswith(("-hint", "-found", "-menu", "-share")):
        assert len(speaking(code)(key)) <= 20


@EVERY
@pytest.mark.parametrize("question", ["Why?", "Who said “so”?", "What is « oui »?", "„Wo“"])
def test_the_earlier_question_is_read_back(code: str, question: str) -> None:
    """A reply to an answer finds the question that the answer followed up, in every language."""
    shown = "### And then?\n-# " + speaking(code)("following", question=question)
    assert f"{question}\nAnd then?" == render.asked(shown)


@EVERY
def test_an_answer_can_be_sent(description: Description, code: str) -> None:
    """Answer, refusal and menu are messages that Discord takes."""
    say = speaking(code)
    found = made.answer([made.whole("Lamp", "The lamp burns oil. It is old.", "It is old.")])
    filters = Filters("a", "b", "c", datetime(2025, 1, 1, tzinfo=UTC), datetime.now(UTC))
    assert_sendable(render.answer(say, found, RECORD, filters), description)
    assert_sendable(render.refusal(say, found, RECORD, filters), description)
    choices = [Choice(say("answer-why"), "why", RECORD, say("answer-why-hint"))]
    view = sentence(say("refusal"))
    view.add_item(row(menu(say("answer-menu"), RECORD, choices)))
    view.add_item(row(button(say("answer-more"), "more", RECORD)))
    assert_sendable(view, description)


@EVERY
def test_a_string_leaves_an_argument_as_it_is(code: str) -> None:
    """No mark that Discord would act upon comes with the words that an argument is put into."""
    shown = speaking(code)("article-unknown", name="Lampe")
    assert active_markup(shown) == []
    assert "\u2068" not in shown


# Numbers, dates, lists.


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", ["1 article", "1,234 articles", "40%", "2 minutes", "1 second"]),
        ("de", ["1 Artikel", "1.234 Artikel", "40 %", "2 Minuten", "1 Sekunde"]),
        ("fr", ["1 article", "1 234 articles", "40 %", "2 minutes", "1 seconde"]),
    ],
)
def test_numbers_follow_the_language(code: str, expected: list[str]) -> None:
    """Digits are grouped, percentages and spans of time written as the language does."""
    say = speaking(code)
    counts = [say("list-count", count=count) for count in (1, 1234)]
    shown = [*counts, say.percent(0.4), say.span(110), say.span(0)]
    assert expected == [re.sub(r"\s", " ", text) for text in shown]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", ["March 1, 2025", "Mar 1 – 7, 2025", "5:05 PM", "a, b, and c", "“a” and “b”"]),
        ("de", ["1. März 2025", "1.–7. März 2025", "17:05", "a, b und c", "„a“ und „b“"]),
        ("fr", ["1 mars 2025", "1–7 mars 2025", "17:05", "a, b et c", "« a » et « b »"]),
    ],
)
def test_dates_and_lists_follow_the_language(code: str, expected: list[str]) -> None:
    """Dates, times, lists and quotation marks are the language's own."""
    say = speaking(code)
    first, last = date(2025, 3, 1), date(2025, 3, 7)
    time = say.time(datetime(2025, 3, 1, 17, 5, tzinfo=UTC))
    quoted = say("refusal-unseen", words=("a", "b"))
    shown = [say.day(first), say.dates(first, last), time, say.list(["a", "b", "c"])]
    assert expected[:4] == [re.sub(r"\s", " ", text) for text in shown]
    assert expected[4] in re.sub(r"\s", " ", quoted)


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("en", ["0 minutes to read", "1 minute to read", "2 minutes to read"]),
        ("de", ["0 Minuten Lesezeit", "1 Minute Lesezeit", "2 Minuten Lesezeit"]),
        ("fr", ["0 minute de lecture", "1 minute de lecture", "2 minutes de lecture"]),
    ],
)
def test_plurals_follow_the_language(code: str, counts: list[str]) -> None:
    """None is plural in English and German and singular in French."""
    assert counts == [speaking(code)("card-minutes", count=count) for count in (0, 1, 2)]


def test_french_marks_are_never_torn_off() -> None:
    """Before a French mark, and within quotation marks, stands a space that does not break."""
    shown = [speaking("fr")(key, **_arguments("fr", key, 2)) for key in KEYS]
    torn = [text for text in shown if re.search(r"[\w»)*` ][;!?](?!\S)|\w:(?!\S)| [:»]|« ", text)]
    assert torn == []


# Whose language.


@pytest.mark.parametrize(
    ("locale", "code"),
    [("de", "de"), ("fr", "fr"), ("en-US", "en"), ("en-GB", "en"), ("pt-BR", "en"), (None, "en")],
)
def test_a_locale_has_a_language(locale: str | None, code: str) -> None:
    """A locale gets its language's catalogue, or English where there is none."""
    assert code == speaking(locale).code


@pytest.mark.parametrize("key", ["no-such-key", "narrowed"])
def test_what_cannot_be_said_is_an_error(key: str) -> None:
    """A string that is not there, or an argument that is missing, does not pass in silence."""
    with pytest.raises(KeyError, match=key):
        speaking("de")(key)


# Commands, as Discord was told them.


def _described(command: dict[str, Any], key: str = "command") -> dict[str, dict[str, Any]]:
    key = f"{key}-{command['name']}"
    described = {key: command}
    for part in command.get("options", []):
        described |= _described(part, key)
    return described


@pytest.mark.asyncio(loop_scope="session")
async def test_discord_knows_the_commands_in_every_language(play: Theatre) -> None:
    """Every command and option is described in each language, within Discord's limits."""
    told = [_described(command) for command in play.server.commands if command["type"] == 1]
    described = {key: part for command in told for key, part in command.items()}
    assert sorted(key for key in KEYS if key.startswith("command-")) == sorted(described)
    for key, part in described.items():
        others = {code: speaking(code)(key) for code in LANGUAGES if code != ENGLISH}
        assert speaking(None)(key) == part["description"]
        assert others == part["description_localizations"]
        assert not part.get("name_localizations")
    for command in told:
        longest = [
            max(len(speaking(code)(key)) for code in LANGUAGES) + len(part["name"])
            for key, part in command.items()
        ]
        assert sum(longest) <= 8000
