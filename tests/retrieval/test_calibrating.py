"""Fitting the confidence to an archive, with labels and without."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.calibrating import FURTHEST, REFERENCE, Flags, refitted, shifted
from retrieval.confidence import THRESHOLDS, Calibration
from retrieval.encoder import Vectors
from retrieval.ranking import FEATURES

SHIPPED = Calibration.load()
ODDS = math.log(THRESHOLDS["balanced"] / (1 - THRESHOLDS["balanced"]))


def _hits(count: int, seed: int) -> Vectors:
    random = np.random.default_rng(seed)
    return random.uniform(0, 1, (count, len(FEATURES))).astype(np.float32)


def _labels(rows: Vectors, truth: Calibration, seed: int) -> Flags:
    chances = np.array([truth.probability(row) for row in rows])
    return np.random.default_rng(seed).uniform(size=len(rows)) < chances


def _far(one: Calibration, other: Calibration, rows: Vectors) -> float:
    """Return how far two calibrations lie apart on average, in probability."""
    apart = [abs(one.probability(row) - other.probability(row)) for row in rows]
    return float(np.mean(apart))


@given(st.integers(0, 2**32 - 1), st.floats(-3, 3))
def test_without_labels_the_usual_share_answers(seed: int, moved: float) -> None:
    """Whatever an archive is like, as many hidden sentences pass as usual, within the bound."""
    truth = Calibration(SHIPPED.intercept + moved, SHIPPED.weights)
    rows = _hits(200, seed)
    fitted = shifted(truth, rows)
    assert SHIPPED.weights.tolist() == fitted.weights.tolist()
    assert abs(fitted.intercept - truth.intercept) <= FURTHEST + 1e-9
    if abs(fitted.intercept - truth.intercept) < FURTHEST - 1e-9:
        odds = fitted.intercept + rows @ fitted.weights
        assert REFERENCE == pytest.approx(float(np.mean(odds >= ODDS)), abs=0.01)


def test_many_labels_bring_back_a_shifted_intercept() -> None:
    """Labels of an archive whose hits are less often right lower the confidence so far."""
    rows = _hits(4000, 1)
    middle = SHIPPED.intercept + float((rows @ SHIPPED.weights).mean())
    # Half of the hits are right then, so that both kinds weigh what they are.
    truth = Calibration(SHIPPED.intercept - middle, SHIPPED.weights)
    known = Calibration(truth.intercept + 1.5, truth.weights)
    fitted = refitted(known, rows, _labels(rows, truth, 2))
    assert _far(fitted, truth, rows) < 0.03 < 0.1 < _far(known, truth, rows)


@given(st.integers(0, 2**32 - 1))
def test_few_labels_stay_near_the_shipped_weights(seed: int) -> None:
    """Thirty labels that mean nothing at all spoil nothing."""
    rows = _hits(30, seed)
    right = np.arange(30) % 2 == 0
    fitted = refitted(SHIPPED, rows, right)
    assert _far(fitted, SHIPPED, rows) < 0.35
    spread = rows.std(axis=0)
    moved = np.abs((fitted.weights - SHIPPED.weights) * spread).max()
    assert moved < 0.7 * np.abs(SHIPPED.weights * spread).max()


def test_labels_that_agree_move_nothing_far() -> None:
    """Even labels that separate perfectly leave finite weights."""
    rows = np.concatenate([np.zeros((20, len(FEATURES))), np.ones((20, len(FEATURES)))])
    fitted = refitted(SHIPPED, rows.astype(np.float32), np.arange(40) >= 20)
    assert np.isfinite(fitted.weights).all()
    assert fitted.probability(rows[0]) < 0.1 < 0.9 < fitted.probability(rows[-1])
