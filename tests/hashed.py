"""A tiny deterministic Encoder: hashed words, no model, no waiting."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from retrieval.encoder import ModelCard, Vectors
from retrieval.passages import Chunking

_DIMENSIONS = 64
_TOKEN = re.compile(r"\w+|[^\w\s]")

CHUNKING = Chunking(window=48, overlap=12, language="en")
"""How the tests cut articles for this encoder: a passage is a few sentences."""


class HashedEncoder:
    """An Encoder whose vectors are bags of hashed words: texts are alike that share words."""

    def __init__(self, name: str = "hashed-words", weights: str = "0" * 64) -> None:
        self._card = ModelCard(
            name=name,
            weights_sha256=weights,
            dimensions=_DIMENSIONS,
            window=50,
            special_tokens=2,
            question_prompt="",
            passage_prompt="",
            exact=False,
        )

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        return self._card

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's words and marks."""
        return [len(_TOKEN.findall(text)) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (texts, 64)."""
        vectors = np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for token in _TOKEN.findall(text.lower()):
                hashed = zlib.crc32(token.encode())
                vectors[row, hashed % _DIMENSIONS] += 1 if hashed & 64 else -1
            if not vectors[row].any():
                vectors[row, 0] = 1
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def encode_question(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (64,)."""
        vector: Vectors = self.encode_passages([text])[0]
        return vector
