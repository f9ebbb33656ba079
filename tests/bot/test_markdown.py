"""Text shown word for word: nothing in it forms markup, and every sign comes back."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markdown import (
    address,
    boundary,
    escape,
    masked,
    one_line,
    quoted,
    shortened,
    unescape,
)

from . import reader
from .hostile import HOSTILE, active_markup, hostile_texts, undirected
from .reader import Mark


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, and 3.5 of them; (really)!", "plain words, and 3.5 of them; (really)!"),
        ("**bold** _it_ ~~gone~~ `code`", r"\*\*bold\*\* \_it\_ \~\~gone\~\~ \`code\`"),
        ("||spoiler||", r"\|\|spoiler\|\|"),
        ("<@1> <@&2> <#3> @here", r"\<\@1\> \<\@&2\> \<\#3\> \@here"),
        ("<a:cat:7> :wave:", r"\<a\:cat\:7\> \:wave:"),
        ("<t:0:R>", r"\<t\:0\:R\>"),
        ("[a](https://b.example)", r"\[a\](https\://b\.example)"),
        ("discord.gg/abc", r"discord\.gg/abc"),
        ("mailto:a@b.example", r"mailto\:a\@b\.example"),
        ("# heading", r"\# heading"),
        ("-# small", r"\-\# small"),
        ("- item\n+ item\n  - deeper", "\\- item\n\\+ item\n  \\- deeper"),
        ("1. first\n2) second", "1\\. first\n2\\) second"),
        ("> quoted", r"\> quoted"),
        ("back\\slash", r"back\\slash"),
        ("at 10:30, ratio 3 : 4", r"at 10\:30, ratio 3 : 4"),
        ("U.S. and e.g. this", "U.S. and e.g. this"),
    ],
)
def test_every_sign_of_markup_is_escaped(text: str, shown: str) -> None:
    """What Discord would read as markup gets a backslash, and nothing else does."""
    assert escape(text) == shown


@given(hostile_texts)
def test_escaping_can_be_undone(text: str) -> None:
    """Unescaping gives the text back, but for the marks that close a text direction."""
    assert undirected(unescape(escape(text))) == undirected(text)


@given(hostile_texts)
def test_nothing_in_escaped_text_is_active(text: str) -> None:
    """No sign is left that Discord would act upon."""
    assert active_markup(escape(text)) == []


@settings(max_examples=300)
@given(hostile_texts)
def test_escaped_text_is_read_as_it_was(text: str) -> None:
    """Discord's own parser sees the text, and no markup in it."""
    shown = reader.shown(escape(text))
    assert () == shown.marks
    assert undirected(text) == undirected(shown.text)


@pytest.mark.parametrize("text", HOSTILE)
def test_known_attacks_are_inert(text: str) -> None:
    """Every attack we know of is shown as the characters it consists of."""
    assert active_markup(escape(text)) == []
    assert undirected(unescape(escape(text))) == undirected(text)
    assert undirected(reader.shown(escape(text)).text) == undirected(text)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("a\u202eb", "\u202c"),
        ("a\u202eb\u202c", ""),
        ("a\u2067b", "\u2069"),
        ("a\u2067b\u2069", ""),
        # The embedding stands outside: it closes behind the isolate.
        ("\u202ba\u2067b", "\u2069\u202c"),
        ("\u2067a\u202bb", "\u202c\u2069"),
        # An isolate's end closes what is open within it.
        ("\u2067a\u202bb\u2069", ""),
        # An end of nothing is no end of what comes later.
        ("\u202c\u2069a\u202ab", "\u202c"),
    ],
    ids=ascii,
)
def test_text_directions_end_with_the_text(text: str, ends: str) -> None:
    """What turns the direction of text is closed, innermost first."""
    assert escape(text) == text + ends


GROWING = {
    "words": "A word and 3.5 of them. ",
    "signs": "*_",
    "domains": "a.bb",
    "colons": ":a",
    "digits": "1",
    "numbers": "1.\n",
    "lines": "\n",
    "blank lines": " \n",
    "embeddings": "\u202a",
    "isolates": "\u2067\u202a",
    "ends": "\u2067\u202a\u202a\u2069",
    "combining": "\u0301",
    "families": "👩\u200d",
}


@pytest.mark.parametrize("part", GROWING.values(), ids=GROWING)
def test_escaping_takes_as_long_as_the_text_is(part: str) -> None:
    """A text of 100,000 characters is escaped, and shown on a line, in a moment."""
    text = (part * 100_000)[:100_000]
    began = time.process_time()
    escape(text)
    one_line(text, 300)
    shortened(text, 80)
    assert time.process_time() - began < 1


@given(hostile_texts, st.integers(12, 300))
def test_one_line_is_one_line_that_fits(text: str, most: int) -> None:
    """A text on one line has no line break, no markup, and no more characters than allowed."""
    line = one_line(text, most)
    assert len(line) <= most
    assert "\n" not in line
    assert active_markup(line) == []
    assert () == reader.shown(f"• {line}").marks


@given(st.text(alphabet="ab *_\n", min_size=1, max_size=200), st.integers(12, 60))
def test_one_line_keeps_the_beginning(text: str, most: int) -> None:
    """What is cut is cut at the end, and says so."""
    line = one_line(text, most)
    plain = " ".join(text.split())
    shown = unescape(line)
    assert shown == plain or plain.startswith(shown.removesuffix(" …"))


def test_one_line_cuts_at_a_words_end() -> None:
    """A cut falls between words where there is a space."""
    line = one_line("alpha beta gamma delta", 14)
    assert re.fullmatch(r"(\w+ )+…", line)
    assert line.removesuffix(" …") in ("alpha", "alpha beta")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Alpha", "Alpha"),
        ("שלום 3", "\u2068שלום 3\u2069"),
        ("Ali علي", "\u2068Ali علي\u2069"),
        ("gnp \u202egpj", "gnp gpj"),
        ("a\u2069 · \u2067b\u202a", "a · b"),
        ("\u202e \u2067", "…"),
        (" \n ", ""),
    ],
    ids=ascii,
)
def test_a_line_turns_no_direction_but_its_own(text: str, line: str) -> None:
    """Marks that would turn the words behind it are left out; Hebrew and Arabic are set apart."""
    assert line == one_line(text, 50)
    assert undirected(line) == unescape(line)


FAMILY, FLAG, E_ACUTE, KEYCAP = "👩\u200d👩\u200d👧", "🇩🇪", "e\u0301", "1\ufe0f\u20e3"


@pytest.mark.parametrize("sign", [FAMILY, FLAG, E_ACUTE, KEYCAP, "Z\u0334\u0315", "각"])
@pytest.mark.parametrize("end", range(1, 30))
def test_no_sign_is_torn(sign: str, end: int) -> None:
    """What a reader sees as one sign is shown whole or not at all, if another one fits."""
    text = sign * 30
    assert end - boundary(text, 0, end) < len(sign)
    assert boundary(text, 0, end) % len(sign) == 0 or end < len(sign)
    kept = shortened(text, end + 1).removesuffix("…")
    assert len(kept) % len(sign) == 0 or end < len(sign)
    kept = one_line(text, end + 2).removesuffix(" …")
    assert len(kept) % len(sign) == 0 or end < len(sign)


def test_an_endless_sign_is_cut_all_the_same() -> None:
    """Marks piled on a single letter break no limit."""
    zalgo = "Z" + "\u0334" * 5000
    assert len(one_line(zalgo, 200)) == 200
    assert len(shortened(zalgo, 80)) == 80


@pytest.mark.parametrize(
    ("words", "most", "shown"),
    [
        ("a  b\nc", 10, "a b c"),
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abc de", 5, "abc…"),
        ("a\u202eb*", 5, "ab*"),
        ("\u202e", 5, "…"),
    ],
)
def test_labels_are_shortened(words: str, most: int, shown: str) -> None:
    """A label is one line and ends in an ellipsis where it is cut."""
    assert shown == shortened(words, most)


@pytest.mark.parametrize(
    ("link", "carried"),
    [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        ("https://a.example/M_(planet)", "https://a.example/M_%28planet%29"),
        ("https://a.example/%C3%A9é <\\>", "https://a.example/%C3%A9%C3%A9%20%3C%5C%3E"),
        ("https://a.example/\u202ea", "https://a.example/%E2%80%AEa"),
        ("https://é.example:81/", "https://xn--9ca.example:81/"),
        ("http://127.0.0.1:80/", "http://127.0.0.1:80/"),
        ("http://[::1]/", "http://[::1]/"),
        ("https://a.example/" + "b" * 82, "https://a.example/" + "b" * 82),
        ("https://a.example/" + "b" * 83, None),
        ("https://user:word@a.example/", None),
        ("https://a example/", None),
        ("https://a.example:99999/", None),
        ("https://xn--a.example/", None),
        ("https://1.2.3.256/", None),
        ("https:///a", None),
        ("ftp://a.example/", None),
        ("javascript:alert(1)", None),
        ("nothing", None),
    ],
)
def test_an_address_is_one_that_discord_carries(link: str, carried: str | None) -> None:
    """What would end a link is percent-encoded; what Discord takes for no address is none."""
    assert carried == address(link, 100)


_hosts = st.sampled_from(
    ["a.example", "é.example", "ß.de", "1.2.3.4", "9.9.9.999", "[::1]", "-a.b"]
)
_paths = st.text(alphabet="/?#()<>[]\\ é\u202e\u200b%2\"'`*_~|@:;=&,.\n", max_size=20)


@given(st.one_of(st.builds("https://{}/{}".format, _hosts, _paths), hostile_texts), hostile_texts)
def test_a_masked_link_is_a_link(link: str, text: str) -> None:
    """A link is always one, shows the text that it was given, and nothing in that forms markup."""
    carried = address(link, 512)
    if carried is None:
        return
    shown = reader.shown(masked(text, 100, carried))
    assert ["link"] == [mark.kind for mark in shown.marks]
    assert undirected(shown.text).removesuffix(" →") == undirected(unescape(one_line(text, 100)))


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("It is: a title", "[It is: a title](<https://a.example/>)"),
        ("A *title*", "A \\*title\\* [→](<https://a.example/>)"),
        ("A duck 🦆", "A duck 🦆 [→](<https://a.example/>)"),
        ("See https://b.example", "See https\\://b\\.example [→](<https://a.example/>)"),
        ("At b.example", "At b\\.example [→](<https://a.example/>)"),
        ("?!", "?! [→](<https://a.example/>)"),
        ("שלום", "\u2068[שלום](<https://a.example/>)\u2069"),
    ],
)
def test_words_that_a_link_cannot_have_stand_before_it(text: str, linked: str) -> None:
    """Escapes would be seen in a link's words, emoji and addresses would undo it."""
    assert linked == masked(text, 50, "https://a.example/")


def test_every_line_of_a_quote_is_quoted() -> None:
    """Empty lines are part of the quote: each has the space without which Discord ends it."""
    assert "> a\n> \n> b" == quoted("a\n\nb")
    assert (Mark("quote", "a\n\nb"),) == reader.shown(quoted("a\n\nb")).marks
