"""The plain rankings: each leg alone, and plain fusions of both."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.baselines import BASELINES, orders


def _orders(dense: list[float], keyword: list[float], limit: int = 100) -> dict[str, list[int]]:
    near, worded = (np.array(column, dtype=np.float32) for column in (dense, keyword))
    return {name: order.tolist() for name, order in orders(near, worded, limit).items()}


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("BM25", [2, 0]),  # what holds none of the words is not found by them
        ("dense", [1, 0, 2]),
        ("RRF", [2, 0, 1]),  # 1/63 + 1/61, 1/62 + 1/62, 1/61
        ("convex 50/50", [0, 1, 2]),  # .36 + .4, .5 + 0, 0 + .5
    ],
)
def test_a_baseline_ranks_as_its_name_says(name: str, order: list[int]) -> None:
    """Three candidates, ranked by each rule as worked out by hand."""
    assert order == _orders([0.7, 0.9, 0.2], [8.0, 0.0, 10.0])[name][:3]


def test_nothing_found_is_nothing_ranked() -> None:
    """An archive without candidates has empty rankings."""
    assert {name: [] for name in BASELINES} == _orders([], [])


@given(
    st.lists(st.tuples(st.floats(-1, 1, width=32), st.floats(0, 30, width=32)), max_size=40),
    st.integers(1, 50),
)
def test_no_baseline_repeats_or_exceeds(pairs: list[tuple[float, float]], limit: int) -> None:
    """A ranking names no candidate twice, and no more than its limit."""
    made = _orders([d for d, _ in pairs], [k for _, k in pairs], limit)
    for order in made.values():
        assert len(set(order)) == len(order) <= limit
