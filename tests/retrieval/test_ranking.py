"""Ranking candidates by convex fusion of normalised scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retrieval.encoder import Vectors
from retrieval.index import EMPTY, Candidates
from retrieval.ranking import Weights, best_first, fuse, newest_first, normalise

EVEN = Weights(0.2, 0.4, 0.4)

scores = arrays(np.float32, st.integers(1, 30), elements=st.floats(-1, 50, width=32))


@st.composite
def candidates(draw: st.DrawFn) -> Candidates:
    """Return candidates with any scores."""
    count = draw(st.integers(1, 30))
    column = arrays(np.float32, count, elements=st.floats(-1, 30, width=32))
    return Candidates(np.arange(count, dtype=np.int64), draw(column), draw(column), draw(column))


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    """Return weights that sum to 1."""
    parts = [draw(st.floats(0, 1)) for _ in range(3)]
    total = sum(parts)
    return Weights(*(part / total for part in parts)) if total > 0.01 else EVEN


def _candidates(dense: list[float], keyword: list[float], sentence: list[float]) -> Candidates:
    columns = (np.array(c, dtype=np.float32) for c in (dense, keyword, sentence))
    return Candidates(np.arange(len(dense), dtype=np.int64), *columns)


@given(scores)
def test_normalised_scores_span_nought_to_one(column: Vectors) -> None:
    """The least becomes 0, the greatest 1, and the order stays."""
    stretched = normalise(column)
    assert (0 <= stretched).all()
    assert (stretched <= 1).all()
    if column.min() < column.max():
        assert (0.0, 1.0) == (stretched.min(), stretched.max())
    order = np.argsort(column, kind="stable")
    assert (np.diff(stretched[order]) >= 0).all()


@pytest.mark.parametrize("column", [[], [0.0], [0.7, 0.7, 0.7]])
def test_scores_that_tell_nothing_apart_count_nothing(column: list[float]) -> None:
    """Where all scores are the same, none speaks for any candidate."""
    assert [0.0] * len(column) == normalise(np.array(column, dtype=np.float32)).tolist()


@given(candidates(), weights())
def test_fused_scores_lie_between_nought_and_one(found: Candidates, weights: Weights) -> None:
    """A fused score is a share: 0 to 1."""
    fused = fuse(found, weights)
    assert (len(found),) == fused.shape
    assert (fused >= 0).all()
    assert (fused <= 1.0001).all()


@given(candidates(), weights())
def test_what_is_best_in_everything_comes_first(found: Candidates, weights: Weights) -> None:
    """A candidate whose every score is the greatest has the greatest fused score."""
    columns = [np.append(c, c.max() + 1) for c in (found.dense, found.keyword, found.sentence)]
    best = Candidates(np.arange(len(found) + 1, dtype=np.int64), *columns)
    fused = fuse(best, weights)
    assert fused[-1] == pytest.approx(1, abs=1e-5)
    assert fused.max() == fused[-1]


@given(candidates(), st.integers(0, 2))
def test_one_weight_alone_ranks_by_its_score(found: Candidates, which: int) -> None:
    """A weight of 1 for one score ranks by that score alone."""
    weights = Weights(*(float(number == which) for number in range(3)))
    column = (found.dense, found.keyword, found.sentence)[which]
    ranked = column[best_first(fuse(found, weights))]
    assert (np.diff(ranked) <= 1e-4).all()


def test_ties_keep_the_order_of_indexing() -> None:
    """Candidates of one score stay in the order in which they were indexed."""
    fused = np.array([0.5, 0.9, 0.5, 0.9, 0.1], dtype=np.float32)
    assert [1, 3, 0, 2, 4] == best_first(fused).tolist()


def test_agreement_beats_one_leg() -> None:
    """Second best in everything beats best in one and worst in the rest."""
    found = _candidates([0.9, 0.8, 0.1], [0.0, 9.0, 10.0], [0.1, 0.8, 0.2])
    assert 1 == best_first(fuse(found, EVEN))[0]


def test_nothing_is_ranked_as_nothing() -> None:
    """No candidates, no order."""
    assert [] == best_first(fuse(EMPTY, EVEN)).tolist()


dates = st.one_of(st.just(np.nan), st.integers(-5, 5).map(float))


@given(
    st.lists(st.tuples(st.floats(0, 1, width=32), dates), max_size=25), st.floats(0, 0.5, width=32)
)
def test_recency_lifts_nothing_over_what_is_better_by_the_bound(
    rows: list[tuple[float, float]], bound: float
) -> None:
    """No candidate overtakes one better by the bound or more; of about equals the newest leads."""
    fused = np.array([score for score, _ in rows], dtype=np.float32)
    published = np.array([date for _, date in rows], dtype=np.float64)
    order = newest_first(best_first(fused), fused, published, bound)
    assert list(range(len(rows))) == sorted(order.tolist())
    for place, ahead in enumerate(order):
        for behind in order[place + 1 :]:
            if fused[behind] > fused[ahead]:
                assert fused[behind] - fused[ahead] < bound
                assert published[ahead] > np.nan_to_num(published[behind], nan=-np.inf)
    if bound == 0:
        assert best_first(fused).tolist() == order.tolist()


def test_of_about_equals_the_newest_comes_first() -> None:
    """Within the bound dates decide, what has none comes last, and a chain lifts nobody far."""
    fused = np.array([0.90, 0.89, 0.88, 0.80, 0.79], dtype=np.float32)
    published = np.array([1, np.nan, 3, 9, 2], dtype=np.float64)
    order = best_first(fused)
    assert [2, 0, 1, 3, 4] == newest_first(order, fused, published, 0.05).tolist()
    chain = np.array([0.9, 0.86, 0.82], dtype=np.float32)
    rising = np.array([1, 2, 3], dtype=np.float64)
    # The second may lead the first and the third the second, but never the third the first.
    assert [1, 0, 2] == newest_first(best_first(chain), chain, rising, 0.05).tolist()
