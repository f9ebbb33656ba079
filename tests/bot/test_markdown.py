"""Text shown word for word: nothing in it forms markup, and every sign comes back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markdown import escape, one_line, unescape

from .hostile import HOSTILE, active_markup, hostile_texts, without_closers


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
    assert without_closers(unescape(escape(text))) == without_closers(text)


@given(hostile_texts)
def test_nothing_in_escaped_text_is_active(text: str) -> None:
    """No sign is left that Discord would act upon."""
    assert active_markup(escape(text)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_known_attacks_are_inert(text: str) -> None:
    """Every attack we know of is shown as the characters it consists of."""
    assert active_markup(escape(text)) == []
    assert without_closers(unescape(escape(text))) == without_closers(text)


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


@given(hostile_texts, st.integers(12, 300))
def test_one_line_is_one_line_that_fits(text: str, most: int) -> None:
    """A text on one line has no line break, no markup, and no more characters than allowed."""
    line = one_line(text, most)
    assert len(line) <= most
    assert "\n" not in line
    assert active_markup(line) == []


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
