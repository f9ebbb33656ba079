"""Intervals and tests by resampling."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retrieval.resampling import Numbers, difference, mean_of, means_of

values = arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1))


@given(values)
def test_an_interval_holds_the_mean_and_stays_within_the_values(column: Numbers) -> None:
    """A bootstrap mean is a mean of the same values."""
    found = mean_of(column)
    assert pytest.approx(column.mean()) == found.value
    assert column.min() - 1e-9 <= found.low <= found.high <= column.max() + 1e-9
    assert len(column) == found.questions


@given(values)
def test_intervals_are_the_same_each_time(column: Numbers) -> None:
    """The draws are seeded, and a table's columns are drawn as one column is."""
    assert mean_of(column) == mean_of(column)
    table = means_of(np.stack([1 - column, column], axis=1))
    assert pytest.approx(astuple(mean_of(column))) == astuple(table[1])


def test_an_interval_is_as_wide_as_theory_says() -> None:
    """Of 400 questions, half of them right, it is the mean and twice 2.5 percent points."""
    found = mean_of(np.repeat([0.0, 1.0], 200))
    assert pytest.approx((0.5, 0.451, 0.549), abs=0.01) == (found.value, found.low, found.high)


@given(values)
def test_a_run_does_not_differ_from_itself(column: Numbers) -> None:
    """The difference is nought, and nothing speaks against chance."""
    found = difference(column, column)
    assert (0.0, 0.0, 0.0, 1.0) == (found.value, found.low, found.high, found.p)


@given(values, st.data())
def test_a_difference_is_the_same_from_either_side(column: Numbers, data: st.DataObject) -> None:
    """Swapping the runs turns the sign and leaves the probability."""
    elements = st.floats(0, 1)
    other = data.draw(arrays(np.float64, len(column), elements=elements))
    one, two = difference(column, other), difference(other, column)
    assert pytest.approx(-two.value, abs=1e-12) == one.value
    assert one.p == two.p


@pytest.mark.parametrize(("better", "p"), [(1, 1.0), (2, 0.5), (5, 0.0625), (10, 2 / 1024)])
def test_the_probability_is_that_of_all_signs_alike(better: int, p: float) -> None:
    """Where n questions gain one each, chance does so in two of 2**n ways."""
    old = np.zeros(20)
    new = np.where(np.arange(20) < better, 1.0, 0.0)
    assert pytest.approx(p, abs=0.012) == difference(new, old).p
