"""Where an answer stands in an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.places import find, holds, joined
from retrieval.questionset import Support
from retrieval.types import Span
from tests.strategies import texts

TEXT = "In 1924 the 24 wardens met.  On the 24th, four\nmore came; 24 stayed."


@pytest.mark.parametrize(
    ("support", "stated", "every"),
    [
        # Words are whole: neither 1924 nor 24th holds the number.
        (Support("a", ("24",)), [(12, 14), (58, 60)], [(12, 14), (58, 60)]),
        # But the place that the set names counts, whatever it cuts through.
        (Support("a", ("24",), 36), [(36, 38)], [(12, 14), (36, 38), (58, 60)]),
        # A place that moved when the text was mended is the nearest one.
        (Support("a", ("24",), 15), [(12, 14)], [(12, 14), (58, 60)]),
        # Neither case nor white space matters.
        (Support("a", ("FOUR more",)), [(42, 51)], [(42, 51)]),
        (Support("a", ("wardens met", "stayed")), [(15, 26), (61, 67)], [(15, 26), (61, 67)]),
        (Support("a", ("seven",), 3), [], []),
        (Support("a", ("  ",)), [], []),
    ],
)
def test_an_answer_is_found_by_its_words(
    support: Support, stated: list[tuple[int, int]], every: list[tuple[int, int]]
) -> None:
    """An answer stands where its words do, and at the place that the set names."""
    found = find(TEXT, support)
    assert (stated, every) == ([*found.stated], [*found.all])


@given(texts, st.data())
def test_a_sentence_of_an_article_is_found_at_its_place(text: str, data: st.DataObject) -> None:
    """Words that were cut from a text are found where they were cut, stated or not."""
    words = text.split()
    first = data.draw(st.integers(0, len(words) - 1))
    cut = " ".join(words[first : first + 4])
    start = len(text) - len(text.split(maxsplit=first)[-1]) if first else 0
    found = find(text, Support("a", (cut,), start))
    assert start == found.stated[0].start
    assert found.stated[0] in found.all


def test_what_is_held_is_held_from_end_to_end() -> None:
    """A place that a span cuts through is not within it."""
    assert holds([Span(0, 10)], [Span(3, 10)])
    assert not holds([Span(0, 10)], [Span(3, 11)])
    assert not holds([], [Span(3, 11)])


def test_neighbouring_sentences_are_one_span() -> None:
    """An answer may reach from one highlighted sentence into the next."""
    text = "One two. Three four. Five."
    assert [Span(0, 20)] == joined(text, [Span(9, 20), Span(0, 8)])
    assert [Span(0, 8), Span(21, 26)] == joined(text, [Span(0, 8), Span(21, 26)])
