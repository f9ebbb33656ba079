"""BM25 of passages whose words have been counted; pure.

Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework: BM25 and Beyond".
tantivy finds the passages by its own; they are scored here, by the weights that the
words have for the one who asks, so that neither the passages that are hidden from a
reader nor those that an article has lost since count for anything.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Vectors

Counts = npt.NDArray[np.int64]

_K1 = 1.2
_B = 0.75


def bm25(counts: Counts, lengths: Counts, average: float, weights: Vectors) -> Vectors:
    """Return the BM25 score of each text, float32, shape (texts,).

    Args:
        counts: How often each text holds each word, shape (texts, words).
        lengths: How many words each text has, shape (texts,).
        average: How many words a text of the collection has on average.
        weights: Each word's inverse document frequency, shape (words,).
    """
    norms = _K1 * (1 - _B + _B * lengths / max(average, 1.0))
    shares = counts * (_K1 + 1) / (counts + norms[:, np.newaxis])
    scores: Vectors = shares.astype(np.float32) @ weights
    return scores
