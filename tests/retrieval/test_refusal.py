"""Refusals: curves, areas and whether a confidence is true."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.refusal import (
    Confidences,
    Point,
    auroc,
    curve,
    point,
    refusal,
    reliability,
    threshold_for,
)

shares = st.integers(0, 20).map(lambda n: n / 20)
"""Confidences, coarse enough that some are equal."""


@st.composite
def confidences(draw: st.DrawFn) -> Confidences:
    """Return confidences of some questions of each kind."""
    own = draw(st.lists(st.tuples(shares, st.booleans()), min_size=1, max_size=30))
    others = draw(st.lists(shares, min_size=1, max_size=30))
    return _found(own, others)


def _found(own: list[tuple[float, bool]], others: list[float]) -> Confidences:
    return Confidences(
        np.array([sure for sure, _ in own]),
        np.array([right for _, right in own]),
        np.array(others, dtype=np.float64),
    )


@given(st.lists(st.tuples(shares, st.booleans(), st.integers(0, 3)), min_size=1, max_size=30))
def test_the_area_is_the_share_of_pairs_in_order(rows: list[tuple[float, bool, int]]) -> None:
    """AUROC is how often a positive outranks a negative, ties counting half."""
    drawn = [(score, up) for score, up, times in rows for _ in range(times)]
    ups = [score for score, up in drawn if up]
    downs = [score for score, up in drawn if not up]
    won = [(u > d) + (u == d) / 2 for u in ups for d in downs]
    expected = sum(won) / len(won) if won else 0.5
    scores, positive, weights = (np.array(column) for column in zip(*rows, strict=True))
    found = auroc(scores, positive, weights[None, :].astype(np.float64))
    assert pytest.approx([expected]) == found.tolist()


@given(confidences(), shares)
def test_a_threshold_does_what_counting_says(found: Confidences, threshold: float) -> None:
    """Answered, refused and wrong are shares of questions, counted one by one."""
    own = list(zip(found.answerable, found.right, strict=True))
    shown = [right for sure, right in own if sure >= threshold]
    wrongly = sum(sure >= threshold for sure in found.unanswerable)
    wrong = wrongly + sum(not right for right in shown)
    made = point(found, threshold)
    assert pytest.approx(len(shown) / len(own)) == made.answered
    assert pytest.approx(1 - wrongly / len(found.unanswerable)) == made.refused
    assert pytest.approx(wrong / max(wrongly + len(shown), 1)) == made.wrong


@given(confidences())
def test_a_curve_runs_from_strict_to_all(found: Confidences) -> None:
    """Along the curve ever more is answered and ever less refused, to the last question."""
    points = curve(found)
    answered = [each.answered for each in points]
    refused = [each.refused for each in points]
    assert sorted(answered) == answered
    assert sorted(refused, reverse=True) == refused
    assert (1.0, 0.0) == (answered[-1], refused[-1])


@given(st.lists(shares, min_size=1, max_size=40), st.floats(0.01, 1))
def test_the_threshold_for_a_share_is_the_highest_that_answers_it(
    sure: list[float], share: float
) -> None:
    """At it, at least the share is answered; at any higher confidence, less."""
    column = np.array(sure)
    threshold = threshold_for(column, share)
    assert np.mean(column >= threshold) >= share - 1e-9
    above = column[column > threshold]
    assert len(above) < share * len(column)


def test_a_refusal_states_the_shipped_point_and_the_share() -> None:
    """Four of five foreign questions are refused as shipped; at 92 % answered, three."""
    own = [(0.9, True)] * 9 + [(0.5, True)] * 3 + [(0.3, False)]
    found = refusal(_found(own, [0.1, 0.2, 0.25, 0.35, 0.95]), 0.4)
    expected = Point(threshold=0.4, answered=12 / 13, refused=0.8, wrong=1 / 13)
    assert pytest.approx(astuple(expected)) == astuple(found.shipped)
    assert (0.5, 0.8) == (found.at_share.threshold, found.refused_at_share.value)
    assert 5 == found.refused.questions
    assert found.refused.low <= 0.8 <= found.refused.high


def test_labels_differ_in_what_they_do_with_a_wrong_first_hit() -> None:
    """A sure answer from the wrong article harms one area and not the other."""
    found = refusal(_found([(0.8, True), (0.9, False)], [0.1]), 0.4)
    assert (0.5, 1.0) == (found.auroc_right.value, found.auroc_answerable.value)


def test_a_true_confidence_has_no_calibration_error() -> None:
    """Where seven of ten at 0.7 are right, confidence and share are the same."""
    found = reliability(_found([(0.7, n < 7) for n in range(10)], []))
    assert pytest.approx(0.0) == found.error
    (only,) = found.bins
    assert pytest.approx((0.7, 0.8, 10, 0.7, 0.7)) == astuple(only)


def test_both_kinds_weigh_the_same_in_calibration() -> None:
    """A thousand unanswerable questions do not drown ten answerable ones."""
    few = reliability(_found([(0.5, True)] * 10, [0.5] * 10))
    many = reliability(_found([(0.5, True)] * 10, [0.5] * 1000))
    assert pytest.approx(0.0) == few.error
    assert pytest.approx(0.0) == many.error


@given(confidences())
def test_every_question_lies_in_one_tenth(found: Confidences) -> None:
    """The bins count every question once, a confidence of 1 in the last."""
    made = reliability(found)
    assert len(found.all) == sum(each.questions for each in made.bins)
    assert 0 <= made.error <= 1
