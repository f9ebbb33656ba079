"""A checked quote as a message: what differs is marked, and nothing in it forms markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import LANGUAGES, speaking
from bot.layout import MOST_TEXT
from bot.verdicts import Checked, check, marked, shared, verdict
from retrieval.alignment import align, numbered, words_of
from retrieval.quotation import Kind, Match, Quotation, Verdict, compared
from retrieval.types import ArticleRef, ArticleVersion
from tests.loopback.openapi import Description

from .hits import titles, version, versions, whole
from .hostile import HOSTILE, hostile_texts
from .sendable import RECORD, SAY, assert_sendable, buttons, components, few, inert

ARTICLE = version(
    "Bees", "There are nine hives, and they gave 40 kilograms of heather honey in May."
)
_ENDLESS = st.sampled_from([*HOSTILE, "🦆 " * 400, "x " * 900, "*_" * 900, "word " * 390])


def quotation(text: str, *articles: ArticleVersion) -> Quotation:
    """Return what articles say to a text, each aligned with what those before left of it."""
    words = words_of(text)
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys(words.folded))}
    rows = numbered(words.folded, vocabulary)
    matches, first = [], 0
    for article in articles:
        held = words_of(article.article.text)
        weights = np.full(len(rows) - first, 20, dtype=np.int32)
        found = align(rows[first:], weights, numbered(held.folded, vocabulary))
        if found.pairs:
            pairs = tuple((row + first, column) for row, column in found.pairs)
            matches.append(Match(article, held, [0] * len(held), pairs, _ALSO))
            first = pairs[-1][0] + 1
    pieces, differences = compared(text, words, matches)
    faults = any(difference.kind is not Kind.OMISSION for difference in differences)
    told = Verdict.ALTERED if faults else Verdict.VERBATIM
    return Quotation(
        text, told if pieces else Verdict.ABSENT, pieces, differences, _ALSO[:1], "000001"
    )


_ALSO = (ArticleRef("a1", "@everyone **Reprints**"), ArticleRef("a2", HOSTILE[1]))


def checked(found: Sequence[Quotation]) -> list[Checked]:
    """Return quotes with their pieces as hits."""
    hits, first = [], 1
    for each in found:
        shown = [
            whole(p.version.article.title, p.version.article.text, url=p.version.article.url)
            for p in each.pieces
        ]
        hits.append(Checked(each, dict(enumerate(shown, start=first))))
        first += len(shown)
    return hits


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("There are nine hives", "There are nine hives"),
        ("There are ten hives, and they gave 40 kilograms",
         "There are ~~ten~~ **nine** hives, and they gave 40 kilograms"),
        ("they gave kilograms of honey", "they gave **40** kilograms of **heather** honey"),
        ("they gave 40 kilograms of sweet heather honey",
         "they gave 40 kilograms of ~~sweet~~ heather honey"),
        ("There are (ten) hives, and", "There are (~~ten~~ **nine**) hives, and"),
        ("they gave … of heather honey", "they gave … of heather honey"),
        ("they *gave* 40 kilograms of <heather> honey",
         r"they \*gave\* 40 kilograms of \<heather\> honey"),
    ],
)  # fmt: skip
def test_differences_stand_where_they_are(text: str, shown: str) -> None:
    """Struck through is what the text has, bold what the article has, all else escaped."""
    assert shown == marked(quotation(text, ARTICLE), 1000)


@pytest.mark.parametrize("room", [60, 120, 300, 1000])
def test_a_long_text_is_shown_around_its_differences(room: int) -> None:
    """What does not differ gives way; the text fits, and says where it was cut."""
    long = version("Long", " ".join(f"word{n}" for n in range(200)))
    shown = marked(quotation(long.article.text.replace("word100", "sword"), long), room)
    assert len(shown) <= room
    assert "…" in shown
    assert ("~~sword~~ **word100**" in shown) or room < 120


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("count", [1, 2])
def test_each_kind_is_told_in_every_language(code: str, count: int) -> None:
    """A verdict names every kind of difference, however many there are."""
    text = "There are 8 lives" + " or 9 wives" * (count - 1)
    said = verdict(speaking(code), quotation(f"{text}, and they gave 50 kilograms", ARTICLE))
    assert "50" in said
    assert "{" not in said


@few
@given(
    articles=st.lists(versions(), min_size=1, max_size=3),
    texts=st.lists(st.one_of(hostile_texts, _ENDLESS, titles), min_size=1, max_size=3),
    quoted=st.booleans(),
)
def test_every_check_is_sendable(
    description: Description, articles: list[ArticleVersion], texts: list[str], quoted: bool
) -> None:
    """Whatever message and articles hold, the check is within Discord's limits and inert."""
    if quoted:
        texts = [
            a.article.text[:1000] + f" {text}" for a, text in zip(articles, texts, strict=False)
        ]
    texts = [text[:2000] for text in texts if words_of(text[:2000]).folded] or ["one two three"]
    found = checked([quotation(text, *articles) for text in texts])
    view = check(SAY, found, RECORD, 10**19, cut=True)
    shown = assert_sendable(view, description)
    ours = [re.sub(r"(?<!\\)~~", "", part) for part in shown]
    assert [] == [active for part in ours for active in inert(part)]
    if any(each.hits for each in found):
        assert ["In context", "Share in the channel"] == buttons(view)
        assert_sendable(shared(SAY, shown, RECORD), description)
    assert sum(map(len, shown)) <= MOST_TEXT


def test_what_is_nowhere_offers_the_nearest_articles() -> None:
    """Where nothing is found there is no Share, but a button for each near article."""
    view = check(SAY, checked([quotation("Bread and butter")]), RECORD, 1, cut=False)
    assert ["@everyone **Reprints**"] == buttons(view)
    assert "Not in the archive" in str(components(view))
