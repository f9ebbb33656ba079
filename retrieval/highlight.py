"""Choose the sentences of a passage that answer; pure."""

from __future__ import annotations

import numpy as np

from retrieval.encoder import Vectors
from retrieval.types import Span
from retrieval.vectors import Mask

_WORDS = 1.0
"""What the question's words count for beside a sentence's cosine."""

_CLOSE = 0.35
"""How far below the best sentence its neighbour may be and still be shown beside it."""


def sentence_fit(cosines: Vectors, held: Mask, weights: Vectors) -> Vectors:
    """Return how well each sentence of one passage fits the question, shape (sentences,).

    A word that stands in several of the passage's sentences tells little about which of
    them answers, so that they share its weight.

    Args:
        cosines: The cosine of the question and each sentence, shape (sentences,).
        held: Whether each sentence holds each of the question's words, (sentences, words).
        weights: The words' weights, shape (words,).
    """
    shared = weights / np.maximum(held.sum(axis=0), 1)
    fit: Vectors = (cosines + _WORDS * (held @ shared)).astype(np.float32)
    return fit


def answering_sentences(sentences: tuple[Span, ...], fit: Vectors) -> tuple[Span, ...]:
    """Return the one sentence, or the two neighbours, that answer best, in text order.

    Args:
        sentences: The passage's sentences.
        fit: How well each fits the question, shape (sentences,).
    """
    if not sentences:
        return ()
    best = int(np.argmax(fit))
    neighbours = [n for n in (best - 1, best + 1) if 0 <= n < len(sentences)]
    close = [n for n in neighbours if fit[n] >= fit[best] - _CLOSE]
    chosen = sorted({best, *sorted(close, key=lambda n: -fit[n])[:1]})
    return tuple(sentences[n] for n in chosen)
