"""Rank candidates: convex fusion of normalised scores; pure.

Bruch, Gai and Ingber (2023), "An Analysis of Fusion Functions for Hybrid
Retrieval": a convex combination of normalised scores beats rank fusion and
needs one weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Vectors
from retrieval.index import Candidates


@dataclass(frozen=True, slots=True)
class Weights:
    """What each normalised score counts for; they sum to 1.

    Attributes:
        dense: The cosine of question and passage.
        keyword: BM25.
        sentence: The cosine of the question and the passage's best sentence.
    """

    dense: float
    keyword: float
    sentence: float


def normalise(scores: Vectors) -> Vectors:
    """Return the scores stretched to 0 to 1 (min-max); all 0 where they are all the same."""
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    if high == low:
        return np.zeros_like(scores)
    stretched: Vectors = (scores - low) / (high - low)
    return stretched


def fuse(candidates: Candidates, weights: Weights) -> Vectors:
    """Return each candidate's fused score, 0 to 1, shape (candidates,)."""
    fused: Vectors = (
        weights.dense * normalise(candidates.dense)
        + weights.keyword * normalise(candidates.keyword)
        + weights.sentence * normalise(candidates.sentence)
    )
    return fused


def best_first(fused: Vectors) -> npt.NDArray[np.intp]:
    """Return the candidates' order, best first; ties keep the order they were indexed in."""
    return np.argsort(-fused, kind="stable")


def newest_first(
    order: npt.NDArray[np.intp],
    fused: Vectors,
    published: npt.NDArray[np.float64],
    bound: float,
) -> npt.NDArray[np.intp]:
    """Return an order in which, of candidates about as good, the newest comes first.

    A candidate comes before a better one only if that is better by less than the
    bound, however many lie between them.

    Args:
        order: The candidates, best first, shape (candidates,).
        fused: Each candidate's fused score, shape (candidates,).
        published: When each one's article was published, seconds; NaN where that is not
            known, which counts as oldest. Shape (candidates,).
        bound: The difference in score from which the better one stays ahead.
    """
    left = [int(i) for i in order]
    dates = np.nan_to_num(published, nan=-np.inf)
    newest = []
    while left:
        best = fused[left[0]]
        near = [i for i in left if best - fused[i] < bound] or left[:1]
        chosen = max(near, key=lambda i: dates[i])
        left.remove(chosen)
        newest.append(chosen)
    return np.array(newest, dtype=np.intp)
