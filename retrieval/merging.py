"""What a new generation takes over of the old one: a log-structured merge, kept small.

Changes go into segments of their own beside a large first one. When there are many,
they are merged into one; when they and what died have come to a share of the whole,
everything is written anew. After O'Neil, Cheng, Gawlick and O'Neil (1996), "The
Log-Structured Merge-Tree".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.embedded import EmbeddedIndex
from retrieval.embeddedwriter import Kept
from retrieval.vectors import Positions


@dataclass(frozen=True, slots=True)
class Limits:
    """When a generation is written anew.

    Attributes:
        small: The articles below which it always is: that takes no time.
        share: The share of the first segment's articles that may be added or die before.
        segments: How many segments there may be before all but the first are merged.
    """

    small: int = 1000
    share: float = 0.1
    segments: int = 8


def keep(index: EmbeddedIndex, wanted: set[str], limits: Limits = Limits()) -> Kept | None:
    """Return what can be taken over, None where everything is to be written anew.

    Args:
        index: The generation that is built upon.
        wanted: The ids of the article versions that are to stand.
        limits: When that is to be.
    """
    first = len(index.version_ids(1))
    gone = len(_dead(index, 1, wanted))
    changed = gone + len(wanted) - (first - gone)
    if len(wanted) < limits.small or changed > limits.share * first:
        return None
    segments = len(index.segments) if len(index.segments) < limits.segments else 1
    return Kept(index, segments, _dead(index, segments, wanted))


def _dead(index: EmbeddedIndex, segments: int, wanted: set[str]) -> Positions:
    """Return the numbers of the first segments' articles that are not to stand.

    What has died stays dead, though the same version be wanted again: its words are gone.
    """
    died = set(index.dead.tolist())
    versions = enumerate(index.version_ids(segments))
    return np.fromiter((n for n, v in versions if v not in wanted or n in died), dtype=np.int64)
