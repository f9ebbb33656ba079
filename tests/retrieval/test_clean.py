"""Repairing text without touching a word."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.clean import mend_entities, mend_figures, mend_spaces, repair, repair_line
from tests.strategies import any_text, plain


def _kept(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


@pytest.mark.parametrize(
    ("damaged", "mended"),
    [
        ("Ada&nbsp, Byron", "Ada Byron"),
        ("a&nbsp, mill", "a mill"),
        ("of&nbsp;the", "of the"),
        ("S&amp, P", "S&P"),
        ("S&amp;P", "S&P"),
        ("salt &amp, pepper", "salt & pepper"),
        ("salt &amp; pepper", "salt & pepper"),
        ("&ldquo, Yes&rdquo, she said", "“Yes” she said"),
        ("&quot;Yes&quot;", '"Yes"'),
        ("it&#39;s", "it's"),
        ("it&#x27;s", "it's"),
        ("1 &lt; 2 &gt; 0", "1 < 2 > 0"),
        ("then&hellip;", "then…"),
        ("&amp;lt;", "&lt;"),
        ("AT&T, and others", "AT&T, and others"),
        ("R&D, too", "R&D, too"),
        ("fish & chips, please", "fish & chips, please"),
        ("&copy, stays", "&copy, stays"),
        ("&", "&"),
        ("&nbsp without an end", "&nbsp without an end"),
    ],
)
def test_entities_are_resolved_once(damaged: str, mended: str) -> None:
    """An entity, its semicolon whole or turned into a comma, becomes its character."""
    assert mended == mend_entities(damaged)


@pytest.mark.parametrize(
    ("spaced", "closed"),
    [
        ("nearly$ 6 billion", "nearly $6 billion"),
        ("more than$ 53 billion", "more than $53 billion"),
        ("a$ 200 million bridge", "a $200 million bridge"),
        ("US$ 5", "US$5"),
        ("US$  5", "US$5"),
        ("a US$ 500 billion plan", "a US$500 billion plan"),
        ("cost $ 12.50 each", "cost $12.50 each"),
        ("(€ 40)", "(€40)"),
        ("£ 3m", "£3m"),
        ("25 %", "25%"),
        ("25 % of it", "25% of it"),
        ("10, 000", "10,000"),
        ("some 10, 000 ships", "some 10,000 ships"),
        ("1, 000, 000", "1,000,000"),
        # Where it might be two figures, a prompt or a name, nothing is touched.
        ("in 2010, 200 people", "in 2010, 200 people"),
        ("in 2010, 000", "in 2010, 000"),
        ("rooms 10, 200 and 300", "rooms 10, 200 and 300"),
        ("3.10, 000", "3.10, 000"),
        ("10, 0001", "10, 0001"),
        ("$ ls", "$ ls"),
        ("$ 7zip x file", "$ 7zip x file"),
        ("cost$ and 5", "cost$ and 5"),
        ("VAR$ 5", "VAR$ 5"),
        ("7 %d", "7 %d"),
        ("7 %% 2", "7 %% 2"),
        ("x % y", "x % y"),
        ("$5", "$5"),
        ("", ""),
    ],
)
def test_figures_close_up_only_beyond_doubt(spaced: str, closed: str) -> None:
    """Signs and thousands close up where the figure is beyond doubt, and nowhere else."""
    assert closed == mend_figures(spaced)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("a\u00a0b\u2009c\u3000d", "a b c d"),
        ("a  \t b", "a b"),
        ("line  \nnext\t\n", "line\nnext"),
        ("a\r\nb\rc\u2028d\x0ce\x85f", "a\nb\nc\nd\ne\nf"),
        ("a\u2029b", "a\n\nb"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("\n\n  indented", "  indented"),
        ("so\u00adft zero\u200bwidth \ufeffmark", "soft zerowidth mark"),
        ("bell\x07 escape\x1b[31m null\x00", "bell escape[31m null"),
        ("👩\u200d🌾 joins", "👩\u200d🌾 joins"),
        ("   ", ""),
    ],
)
def test_spaces_become_plain_ones(text: str, mended: str) -> None:
    """Every space is a plain one, lines are trimmed, gaps are one line, nothing is invisible."""
    assert mended == mend_spaces(text)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("itâ€™s", "it’s"),
        ("cafÃ©", "café"),
        ("“curly” – ﬁne … ½", "“curly” – ﬁne … ½"),
        ("a lone \ud800 surrogate", "a lone \ufffd surrogate"),
        ("  padded  ", "  padded"),
    ],
)
def test_mojibake_is_undone_and_typography_kept(text: str, mended: str) -> None:
    """Text decoded wrongly is decoded aright; quotes, dashes and ligatures stay as they are."""
    assert mended == repair(text)


def test_a_line_has_its_white_space_folded() -> None:
    """A title is one line, whatever white space its source put into it."""
    assert "A title, & more" == repair_line("  A\n title,\t&amp;\u00a0more ")


@given(plain)
def test_no_letter_or_digit_changes(text: str) -> None:
    """Repairing drops, adds and changes no letter or digit, and keeps their order."""
    assert _kept(text) == _kept(repair(text))


@given(plain)
def test_repairing_twice_is_repairing_once(text: str) -> None:
    """What is repaired needs no repair."""
    assert repair(text) == repair(repair(text))


@given(any_text)
def test_repaired_text_can_be_stored(text: str) -> None:
    """Any text comes out without lone surrogates, NULs, carriage returns or wide gaps."""
    repaired = repair(text)
    repaired.encode()
    assert not re.search("[\x00\r\u00a0]|\n{3}|[ \t]$", repaired)


@given(st.text(alphabet="&ampnbspltquo;,# 1234567890xX", max_size=60))
def test_broken_entities_never_fail(text: str) -> None:
    """Whatever looks like an entity is resolved or left, never an error."""
    mend_entities(text)


@pytest.mark.parametrize(
    "text",
    [" " * 300_000 + "x", "x" + " " * 300_000 + "y", "\t \n" * 100_000, "$ " * 150_000,
     "&" * 300_000, "1, 000" * 50_000, "1" * 300_000 + " %", "-" * 300_000],
)  # fmt: skip
def test_long_runs_take_no_time(text: str) -> None:
    """A run of blanks, signs or digits, however long, is repaired in about linear time."""
    began = time.process_time()
    repair(text)
    assert time.process_time() - began < 5
