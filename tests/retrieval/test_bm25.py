"""BM25 of counted words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.bm25 import bm25

_counts = st.lists(st.integers(0, 40), min_size=2, max_size=2)


def _score(counts: list[int], length: int, average: float = 10.0) -> float:
    weights = np.array([2.0, 0.5], dtype=np.float32)
    (score,) = bm25(np.array([counts]), np.array([length]), average, weights)
    return float(score)


@pytest.mark.parametrize(
    ("counts", "length", "score"),
    [
        ([0, 0], 10, 0.0),
        ([1, 0], 10, 2.0),
        ([0, 1], 10, 0.5),
        ([1, 1], 10, 2.5),
        ([2, 0], 10, 2 * 4.4 / 3.2),
        ([1, 0], 20, 2 * 2.2 / 3.1),
        ([1, 0], 0, 2 * 2.2 / 1.3),
    ],
)
def test_scores_are_those_of_the_formula(counts: list[int], length: int, score: float) -> None:
    """A text of average length scores the weight of a word that it holds once."""
    assert pytest.approx(score) == _score(counts, length)


@given(_counts, st.integers(0, 1000))
def test_more_words_never_score_less(counts: list[int], length: int) -> None:
    """One word more, or a shorter text, never lowers a score; none outgrows 2.2 weights."""
    score = _score(counts, length)
    assert _score([counts[0] + 1, counts[1]], length) > score
    assert _score(counts, length + 1) <= score
    assert 0 <= score < 2.2 * 2.5


def test_a_collection_without_words_scores_nothing() -> None:
    """Texts of no words at all score 0, and no texts give no scores."""
    assert 0.0 == _score([0, 0], 0, average=0.0)
    none = bm25(np.empty((0, 2), np.int64), np.empty(0, np.int64), 3.0, np.ones(2, np.float32))
    assert (0,) == none.shape
