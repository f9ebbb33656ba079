"""Read a follow-up in the light of the questions before it; pure.

How much of them it needs is told by how little it says itself: "and for PDF?" says
next to nothing, and "How do I stop the bot at night?" all there is to say. Content
words are counted, so it works in every language whose function words are known; where
they are not, more questions count as complete. `benchmarks/follow_ups.py` measures it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from retrieval.encoder import Vectors
from retrieval.keywords import Term

_COMPLETE = 4
"""Content words with which a question stands by itself."""

_MOST_SHARE = 0.5
"""What the earlier questions count for, of 1, where a follow-up has one content word or none."""


def context_after(question: str, context: str | None) -> str:
    """Return the context of a reply: the question replied to, and the one it followed up itself.

    Args:
        question: The question replied to.
        context: The questions that it was read with, a line each; None for none.
    """
    return "\n".join([*(context or "").splitlines()[-1:], question])


def share_of_context(terms: Sequence[Term]) -> float:
    """Return what the earlier questions count for beside a follow-up, 0 to a half.

    Args:
        terms: The follow-up's own words.
    """
    said = max(1, sum(term.content for term in terms))
    return _MOST_SHARE * max(0, _COMPLETE - said) / (_COMPLETE - 1)


def with_context(terms: Sequence[Term], earlier: Sequence[Term], share: float) -> list[Term]:
    """Return a follow-up's words and, counting for less, those that the questions before add.

    Args:
        terms: The follow-up's own words.
        earlier: The words of the questions before it.
        share: What these count for, of 1.
    """
    own = {term.stem for term in terms}
    added = [term for term in earlier if term.content and term.stem not in own]
    return [*terms, *(replace(t, weight=t.weight * share, share=share) for t in added)]


def blend(vector: Vectors, earlier: Vectors, share: float) -> Vectors:
    """Return the direction between a follow-up and the questions before it.

    Args:
        vector: The follow-up's float32 unit vector, shape (dimensions,).
        earlier: The earlier questions' float32 unit vector, shape (dimensions,).
        share: What the latter counts for, 0 to 1.

    Returns:
        A float32 unit vector, shape (dimensions,).
    """
    between = (1 - share) * vector + share * earlier
    length = float(np.linalg.norm(between))
    # Opposite directions, halfway, leave none between them.
    blended: Vectors = (between / length if length > 0 else vector).astype(np.float32)
    return blended
