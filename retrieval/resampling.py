"""Intervals and tests by resampling questions; seeded, so that a run can be repeated.

Efron's percentile bootstrap for intervals; for two runs, Fisher's randomisation test
on paired differences (Smucker, Allan and Carterette 2007 recommend both for search).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

ROUNDS = 1000
"""Times that questions are drawn anew."""

_SEED = 20
_FLIPS = 10_000
_PART = 100
_LEVEL = (2.5, 97.5)
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value with its 95 % interval.

    Attributes:
        value: The value.
        low: The interval's lower end.
        high: Its upper end.
        questions: How many questions it rests on.
    """

    value: float
    low: float
    high: float
    questions: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How one run differs from an earlier one, on the questions that both hold.

    Attributes:
        value: The mean difference, this run less the earlier one.
        low: Its 95 % interval's lower end.
        high: Its upper end.
        p: The probability of a difference as large if the runs were equally good.
        questions: How many questions it rests on.
    """

    value: float
    low: float
    high: float
    p: float
    questions: int


def draws(count: int) -> Iterator[Numbers]:
    """Yield how often each of `count` questions is drawn, shape (rounds, count), in parts."""
    random = np.random.default_rng(_SEED)
    for _ in range(0, ROUNDS, _PART):
        drawn = random.multinomial(count, np.full(count, 1 / count), size=_PART)
        yield drawn.astype(np.float64)


def estimate(statistic: Callable[[Numbers], Numbers], count: int) -> Estimate:
    """Return a statistic of questions with its bootstrap interval.

    Args:
        statistic: Returns its value for each row of weights, shape (rounds, count).
        count: How many questions are drawn from; at least 1.
    """
    value = float(statistic(np.ones((1, count)))[0])
    again = np.concatenate([statistic(drawn) for drawn in draws(count)])
    low, high = np.percentile(again, _LEVEL)
    return Estimate(value, float(low), float(high), count)


def mean_of(values: Numbers) -> Estimate:
    """Return the mean of questions' values, shape (count,), with its interval."""
    count = len(values)
    return estimate(lambda weights: weights @ values / count, count)


def means_of(values: Numbers) -> list[Estimate]:
    """Return the mean of each column, shape (count, columns), drawn for all at once."""
    count = len(values)
    again = np.concatenate([drawn @ values / count for drawn in draws(count)])
    lows, highs = np.percentile(again, _LEVEL, axis=0)
    return [
        Estimate(float(mean), float(low), float(high), count)
        for mean, low, high in zip(values.mean(axis=0), lows, highs, strict=True)
    ]


def difference(new: Numbers, old: Numbers) -> Difference:
    """Return how paired values, shape (count,), differ, by Fisher's randomisation test."""
    apart = new - old
    found = mean_of(apart)
    moved = apart[apart != 0]
    random = np.random.default_rng(_SEED)
    least = abs(moved.sum()) - _ROUNDING
    extreme = 0
    for _ in range(0, _FLIPS, _PART):
        signs = random.integers(0, 2, size=(_PART, len(moved))) * 2 - 1
        extreme += int((np.abs(signs @ moved) >= least).sum())
    p = (extreme + 1) / (_FLIPS + 1)
    return Difference(found.value, found.low, found.high, p, len(apart))
