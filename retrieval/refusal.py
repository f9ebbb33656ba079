"""How well a confidence tells what is answered from what is not; pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.resampling import Estimate, Numbers, estimate

ANSWERED_SHARE = 0.92
"""The share of answerable questions at which refusals are compared."""

_BINS = 10
_POINTS = 200
"""Points of a curve that are kept at most."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Confidences:
    """What a run was sure of.

    Attributes:
        answerable: The confidence of each answerable question, shape (answerable,).
        right: Whether its first hit was of the right article, shape (answerable,).
        unanswerable: The confidence of each unanswerable one, shape (unanswerable,).
    """

    answerable: Numbers
    right: Flags
    unanswerable: Numbers

    @property
    def all(self) -> Numbers:
        """Every confidence, the answerable questions' first."""
        return np.concatenate([self.answerable, self.unanswerable])

    @property
    def wrong(self) -> Flags:
        """Whether what would be shown is wrong, for every confidence."""
        return np.concatenate([~self.right, np.ones(len(self.unanswerable), dtype=bool)])


@dataclass(frozen=True, slots=True)
class Point:
    """What one threshold does.

    Attributes:
        threshold: The confidence from which a question is answered.
        answered: The share of the answerable questions that is answered.
        refused: The share of the unanswerable ones that is refused.
        wrong: The share of all shown answers that is wrong: the question has none, or
            another article comes first.
    """

    threshold: float
    answered: float
    refused: float
    wrong: float


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence lies in one tenth.

    Attributes:
        low: Where it begins.
        high: Where it ends.
        questions: How many there are.
        confidence: Their mean confidence.
        right: The share whose first hit answers.
    """

    low: float
    high: float
    questions: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Whether a confidence is the share that is right.

    Attributes:
        bins: The tenths that hold questions.
        error: The expected calibration error: how far confidence and share lie apart,
            on average over the questions.
    """

    bins: tuple[Bin, ...]
    error: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """How one kind of unanswerable question is refused.

    Attributes:
        auroc_right: AUROC, a right first hit against everything else.
        auroc_answerable: AUROC, answerable questions against unanswerable ones.
        shipped: What the shipped threshold does.
        refused: The share refused at the shipped threshold.
        at_share: What the threshold does that answers `ANSWERED_SHARE` of the answerable.
        refused_at_share: The share refused there.
        curve: What every threshold does, from the strictest.
        reliability: Whether the confidence is true among these and the answerable.
    """

    auroc_right: Estimate
    auroc_answerable: Estimate
    shipped: Point
    refused: Estimate
    at_share: Point
    refused_at_share: Estimate
    curve: tuple[Point, ...]
    reliability: Reliability


def auroc(scores: Numbers, positive: Flags, weights: Numbers) -> Numbers:
    """Return the area under the ROC curve for each row of weights, ties counting half.

    Args:
        scores: What ranks, shape (n,).
        positive: What should rank high, shape (n,).
        weights: How often each counts, shape (rounds, n).

    Returns:
        Shape (rounds,); one half where there is no positive or no negative to tell apart.
    """
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    sorted_weights, sorted_positive = weights[:, order], positive[order]
    ups = np.add.reduceat(sorted_weights * sorted_positive, starts, axis=1)
    downs = np.add.reduceat(sorted_weights * ~sorted_positive, starts, axis=1)
    below = np.cumsum(downs, axis=1) - downs / 2
    pairs = ups.sum(axis=1) * downs.sum(axis=1)
    area: Numbers = np.where(pairs > 0, (ups * below).sum(axis=1) / np.maximum(pairs, 1), 0.5)
    return area


def point(found: Confidences, threshold: float) -> Point:
    """Return what a threshold does."""
    shown = found.all >= threshold
    return Point(
        threshold=threshold,
        answered=float(np.mean(found.answerable >= threshold)),
        refused=float(np.mean(found.unanswerable < threshold)),
        wrong=float(np.mean(found.wrong[shown])) if shown.any() else 0.0,
    )


def curve(found: Confidences) -> tuple[Point, ...]:
    """Return what thresholds do, from the strictest to the one that answers everything."""
    thresholds = np.unique(found.all)[::-1]
    if len(thresholds) > _POINTS:
        kept = np.linspace(0, len(thresholds) - 1, _POINTS).round().astype(int)
        thresholds = thresholds[kept]
    return tuple(point(found, float(threshold)) for threshold in thresholds)


def threshold_for(confidences: Numbers, share: float) -> float:
    """Return the highest threshold that answers at least a share of the questions."""
    needed = max(int(np.ceil(share * len(confidences) - 1e-9)), 1)
    return float(np.sort(confidences)[::-1][needed - 1])


def refusal(found: Confidences, threshold: float) -> Refusal:
    """Return how unanswerable questions are refused, with 95 % intervals.

    Args:
        found: The confidences; at least one of each kind.
        threshold: The shipped threshold.
    """
    scores, count = found.all, len(found.all)
    answerable = np.arange(count) < len(found.answerable)
    at_share = threshold_for(found.answerable, ANSWERED_SHARE)

    def refused(limit: float) -> Estimate:
        missed = (found.unanswerable < limit).astype(np.float64)
        return estimate(lambda weights: weights @ missed / len(missed), len(missed))

    return Refusal(
        auroc_right=estimate(lambda weights: auroc(scores, ~found.wrong, weights), count),
        auroc_answerable=estimate(lambda weights: auroc(scores, answerable, weights), count),
        shipped=point(found, threshold),
        refused=refused(threshold),
        at_share=point(found, at_share),
        refused_at_share=refused(at_share),
        curve=curve(found),
        reliability=reliability(found),
    )


def reliability(found: Confidences) -> Reliability:
    """Return whether confidences are true (Naeini et al. 2015), in ten bins of one width.

    Where there are unanswerable questions, both kinds weigh the same, since a confidence
    is meant for an archive that is asked as much that it answers as that it does not.
    """
    scores, right = found.all, ~found.wrong
    weights = np.ones(len(scores))
    if len(found.unanswerable):
        weights[: len(found.answerable)] = len(found.unanswerable) / len(found.answerable)
    tenth = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    bins, error = [], 0.0
    for number in range(_BINS):
        inside = tenth == number
        if inside.any():
            sure = float(np.average(scores[inside], weights=weights[inside]))
            share = float(np.average(right[inside], weights=weights[inside]))
            error += abs(sure - share) * float(weights[inside].sum() / weights.sum())
            low, high = number / _BINS, (number + 1) / _BINS
            bins.append(Bin(low, high, int(inside.sum()), sure, share))
    return Reliability(tuple(bins), error)
