"""Choosing the sentences of a passage that answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.highlight import answering_sentences, sentence_fit
from retrieval.types import Span

SPANS = (Span(0, 10), Span(11, 20), Span(22, 30), Span(31, 40))


@pytest.mark.parametrize(
    ("fit", "chosen"),
    [
        ([0.1, 0.9, 0.2, 0.3], [1]),
        ([0.9, 0.2, 0.9, 0.1], [0]),
        ([0.1, 0.9, 0.88, 0.2], [1, 2]),
        ([0.1, 0.88, 0.9, 0.2], [1, 2]),
        ([0.2, 0.87, 0.9, 0.89], [2, 3]),
        ([0.9, 0.1, 0.89, 0.1], [0]),
        ([0.5, 0.5, 0.5, 0.5], [0, 1]),
        ([0.0, 0.0, 0.0, 0.0], [0, 1]),
        ([-0.6, -0.2, -0.7, -0.9], [1]),
        ([0.5, 0.9, 0.1, 0.2], [1]),
        ([0.6, 0.9, 0.1, 0.2], [0, 1]),
    ],
)
def test_the_best_sentence_answers_with_its_nearest_equal(
    fit: list[float], chosen: list[int]
) -> None:
    """One sentence answers, and beside it at most one neighbour that is about as good."""
    found = answering_sentences(SPANS, np.array(fit, dtype=np.float32))
    assert tuple(SPANS[number] for number in chosen) == found


def test_no_sentence_answers_where_there_is_none() -> None:
    """A passage of headings alone has nothing to highlight."""
    assert () == answering_sentences((), np.empty(0, dtype=np.float32))


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=20))
def test_highlights_are_neighbours_in_order(fit: list[float]) -> None:
    """Whatever the scores, one sentence or two neighbours are chosen, the best among them."""
    spans = tuple(Span(10 * n, 10 * n + 9) for n in range(len(fit)))
    found = answering_sentences(spans, np.array(fit, dtype=np.float32))
    numbers = [spans.index(span) for span in found]
    assert 1 <= len(numbers) <= 2
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert max(fit) in [fit[number] for number in numbers]


@pytest.mark.parametrize(
    ("held", "best"),
    [
        ([[0, 0], [0, 0], [0, 0]], 0),
        ([[0, 0], [0, 1], [0, 0]], 1),
        ([[1, 0], [1, 0], [1, 1]], 2),
        ([[1, 0], [1, 0], [0, 1]], 2),
    ],
    ids=["meaning alone", "a word", "both words", "the word that no other has"],
)
def test_words_tell_sentences_apart(held: list[list[int]], best: int) -> None:
    """Of sentences about as near in meaning, the one with the question's rarest words answers."""
    cosines = np.array([0.5, 0.48, 0.46], dtype=np.float32)
    weights = np.array([0.5, 0.5], dtype=np.float32)
    fit = sentence_fit(cosines, np.array(held, dtype=np.bool_), weights)
    assert best == int(np.argmax(fit))


def test_a_question_without_words_is_answered_by_meaning() -> None:
    """Where the index knows no word of the question, the cosines alone decide."""
    cosines = np.array([0.1, 0.7], dtype=np.float32)
    none = np.empty(0, dtype=np.float32)
    fit = sentence_fit(cosines, np.empty((2, 0), dtype=np.bool_), none)
    assert cosines.tolist() == fit.tolist()
