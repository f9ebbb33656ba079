"""Texts to vectors: the Encoder seam, and the ONNX encoder that serves questions.

Nothing here imports torch; `retrieval.model` does, to load and export a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np
from tokenizers import Tokenizer

from retrieval.graph import Card, Graph, Vectors

__all__ = ["Encoder", "ModelCard", "OnnxEncoder", "Vectors"]

_BATCH_TOKENS = 4096
"""Tokens of one batch, padding included: 16 full windows of the default model."""


@dataclass(frozen=True, slots=True)
class ModelCard(Card):
    """What an encoder is, as manifests record it.

    Attributes:
        dimensions: The length of its vectors.
        special_tokens: How many special tokens it adds to a text.
        question_prompt: What it wants in front of a question.
        passage_prompt: What it wants in front of a passage.
    """

    FILE: ClassVar[str] = "encoder.json"

    dimensions: int
    special_tokens: int
    question_prompt: str
    passage_prompt: str


class Encoder(Protocol):
    """A model that turns texts into unit vectors whose inner product is their likeness."""

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's tokens, special tokens apart."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (texts, dimensions)."""
        ...

    def encode_question(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (dimensions,)."""
        ...


class OnnxEncoder:
    """An Encoder on ONNX Runtime, from a folder that `retrieval.model` exported."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Load the exported model.

        Args:
            folder: Where the export lies.
            threads: Threads for one batch; 0 takes every core.

        Raises:
            ModelError: The folder holds no whole export.
        """
        self._card = ModelCard.load(folder)
        self._graph = Graph(folder, self._card.window, threads)
        self._counter = Tokenizer.from_str(self._graph.tokenizer.to_str())
        self._counter.no_truncation()

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        return self._card

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's tokens, special tokens apart."""
        found = self._counter.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in found]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (texts, dimensions)."""
        return self._encode([self._card.passage_prompt + text for text in texts])

    def encode_question(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (dimensions,)."""
        vector: Vectors = self._encode([self._card.question_prompt + text])[0]
        return vector

    def _encode(self, texts: Sequence[str]) -> Vectors:
        encodings = self._graph.tokenizer.encode_batch_fast(list(texts))
        lengths = [len(encoding.ids) for encoding in encodings]
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(lengths)), key=lambda i: lengths[i])
        vectors = np.empty((len(lengths), self._card.dimensions), dtype=np.float32)
        batch: list[int] = []
        for index in order:
            if batch and (len(batch) + 1) * lengths[index] > _BATCH_TOKENS:
                vectors[batch] = self._graph.run([encodings[i] for i in batch])
                batch = []
            batch.append(index)
        if batch:
            vectors[batch] = self._graph.run([encodings[i] for i in batch])
        return vectors
