"""The plain rankings that the shipped one is held against; pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Vectors
from retrieval.ranking import best_first

Order = npt.NDArray[np.intp]

_RRF = 60

BASELINES = ("BM25", "dense", "RRF", "convex 50/50")
"""Their names."""


def normalise(scores: Vectors) -> Vectors:
    """Return the scores stretched to 0 to 1 (min-max); all 0 where they are all the same."""
    if not len(scores) or scores.max() == scores.min():
        return np.zeros_like(scores)
    stretched: Vectors = (scores - scores.min()) / (scores.max() - scores.min())
    return stretched


def orders(dense: Vectors, keyword: Vectors, limit: int) -> dict[str, Order]:
    """Return the candidates' order by each baseline, best first.

    RRF is reciprocal rank fusion with k = 60 (Cormack, Clarke and Büttcher 2009).

    Args:
        dense: Each candidate's cosine, shape (candidates,).
        keyword: Each candidate's BM25, 0 where no word matched, shape (candidates,).
        limit: How many passages each leg gives at most.
    """
    near = best_first(dense)[:limit]
    worded = best_first(keyword)[:limit]
    worded = worded[keyword[worded] > 0]
    ranks = np.zeros(len(dense))
    for leg in (near, worded):
        ranks[leg] += 1 / (_RRF + 1 + np.arange(len(leg)))
    convex: Vectors = 0.5 * normalise(dense) + 0.5 * normalise(keyword)
    made = (worded, near, np.argsort(-ranks, kind="stable"), best_first(convex))
    return {name: order[:limit] for name, order in zip(BASELINES, made, strict=True)}
