"""Texts to vectors: the Encoder seam, and the ONNX encoder that serves questions.

Nothing here imports torch; `retrieval.model` does, to load and export a model.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from retrieval.errors import ModelError

Vectors = npt.NDArray[np.float32]

_BATCH_TOKENS = 4096
"""Tokens of one batch, padding included: 16 full windows of the default model."""

DESCRIPTION = "encoder.json"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What an encoder is, as manifests record it.

    Attributes:
        name: The model's name, as its operator gave it.
        weights_sha256: The hash of its weights.
        dimensions: The length of its vectors.
        window: The most tokens it reads, special tokens included.
        special_tokens: How many special tokens it adds to a text.
        question_prompt: What it wants in front of a question.
        passage_prompt: What it wants in front of a passage.
        exact: Whether it must run in sentence-transformers, its export not having matched.
    """

    name: str
    weights_sha256: str
    dimensions: int
    window: int
    special_tokens: int
    question_prompt: str
    passage_prompt: str
    exact: bool

    def save(self, folder: Path) -> None:
        """Write the card into the model's folder."""
        text = json.dumps(asdict(self), indent=1)
        (folder / DESCRIPTION).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> ModelCard:
        """Read the card of a model's folder.

        Raises:
            ModelError: There is none, or it is not whole.
        """
        try:
            return cls(**json.loads((folder / DESCRIPTION).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(
                f"The model in {folder} has not been prepared; run `footnote index`."
            ) from error


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
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # tokenizers raises bare Exception, onnxruntime its own tree
            raise ModelError(
                f"The exported model in {folder} is damaged ({error}); delete that folder and "
                "run `footnote index`, which exports it again."
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._card.window)
        self._counter = Tokenizer.from_str(self._tokenizer.to_str())
        self._counter.no_truncation()
        self._inputs = {entry.name for entry in self._session.get_inputs()}

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
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        ids = [encoding.ids for encoding in encodings]
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        vectors = np.empty((len(ids), self._card.dimensions), dtype=np.float32)
        batch: list[int] = []
        for index in order:
            if batch and (len(batch) + 1) * len(ids[index]) > _BATCH_TOKENS:
                vectors[batch] = self._run([ids[i] for i in batch])
                batch = []
            batch.append(index)
        if batch:
            vectors[batch] = self._run([ids[i] for i in batch])
        return vectors

    def _run(self, ids: list[list[int]]) -> Vectors:
        shape = (len(ids), max(len(row) for row in ids))
        tokens = np.zeros(shape, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        for row, values in enumerate(ids):
            tokens[row, : len(values)] = values
            mask[row, : len(values)] = 1
        feed = {"input_ids": tokens, "attention_mask": mask}
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = np.zeros(shape, dtype=np.int64)
        vectors: Vectors = self._session.run(None, feed)[0]
        return vectors
