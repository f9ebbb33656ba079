"""Choose the sentences of a passage that answer; pure."""

from __future__ import annotations

import numpy as np

from retrieval.encoder import Vectors
from retrieval.types import Span

_CLOSE = 0.95
"""The share of the best sentence's score at which its neighbour is shown beside it."""


def answering_sentences(sentences: tuple[Span, ...], scores: Vectors) -> tuple[Span, ...]:
    """Return the one sentence, or the two neighbours, that answer best, in text order.

    Args:
        sentences: The passage's sentences.
        scores: The cosine of the question and each sentence, shape (sentences,).
    """
    if not sentences:
        return ()
    best = int(np.argmax(scores))
    neighbours = [n for n in (best - 1, best + 1) if 0 <= n < len(sentences)]
    close = [n for n in neighbours if scores[best] > 0 and scores[n] >= _CLOSE * scores[best]]
    chosen = sorted({best, *sorted(close, key=lambda n: -scores[n])[:1]})
    return tuple(sentences[n] for n in chosen)
