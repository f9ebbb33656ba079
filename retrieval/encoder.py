"""Texts to vectors: the Encoder seam, and the encoder of an exported graph.

Nothing here imports torch; `retrieval.model` does, to load and export a model.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np
from tokenizers import Encoding, Tokenizer

from retrieval.gathering import Gathering
from retrieval.graph import Card, Runnable, Vectors, open_tokenizer
from retrieval.runtimes import FP32, Choice, open_runtime

__all__ = ["Encoder", "ModelCard", "OnnxEncoder", "Vectors"]

_BATCH_TOKENS = 512
"""Tokens of one batch, padding included. What a batch passes from layer to layer then stays
in a core's own cache: 4,096 tokens take a fifth to a third longer each."""

_RECENT = 512
"""Questions whose vectors are kept."""


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


_EXACT = Choice(FP32, FP32)


class OnnxEncoder:
    """An Encoder of an exported ONNX graph, from a folder that `retrieval.model` prepared.

    Every batch runs on one core, and as many at once as there are cores: nothing
    waits for the slower half of a batch, on a busy machine least of all.
    """

    def __init__(self, folder: Path, threads: int, choice: Choice = _EXACT) -> None:
        """Load the exported model.

        Args:
            folder: Where the export lies.
            threads: Threads for one question, and batches of passages that run at once; 0 stands
                for one, and for every core.
            choice: The runtimes.

        Raises:
            ModelError: The folder holds no whole export.
        """
        self._card = ModelCard.load(folder)
        cores = os.cpu_count() or 1
        self._batches = threads or cores
        self._tokenizer = open_tokenizer(folder, self._card.window)
        self._counter = Tokenizer.from_str(self._tokenizer.to_str())
        self._counter.no_truncation()
        self._open = partial(open_runtime, folder)
        self._choice = choice
        self._threads = max(threads, 1)
        self._questions = self._open(choice.questions, self._threads, cores)
        self._opening = threading.Lock()
        self._passages: Runnable | None = None
        gathering = Gathering(self._encode_questions, max(cores // self._threads, 1))
        self._recent = lru_cache(_RECENT)(gathering.encode)

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
        prompted = [self._card.passage_prompt + text for text in texts]
        return self._encode(prompted, self._passage_graph(), self._batches)

    def encode_question(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (dimensions,), not to be written to."""
        return self._recent(text)

    def _passage_graph(self) -> Runnable:
        """Return what passages are encoded on; who only answers never needs it."""
        with self._opening:
            if self._passages is None:
                # One session, and one copy of the weights, does both wherever it can.
                shared = self._choice.passages == self._choice.questions and self._threads == 1
                self._passages = (
                    self._questions
                    if shared
                    else self._open(self._choice.passages, 1, self._batches)
                )
            return self._passages

    def _encode_questions(self, texts: Sequence[str]) -> Vectors:
        prompted = [self._card.question_prompt + text for text in texts]
        rows = self._encode(prompted, self._questions, at_once=1)
        rows.setflags(write=False)  # many askers are given the same row
        return rows

    def _encode(self, texts: Sequence[str], graph: Runnable, at_once: int) -> Vectors:
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        vectors = np.empty((len(texts), self._card.dimensions), dtype=np.float32)

        def encode(batch: list[int]) -> None:
            vectors[batch] = graph.run([encodings[i] for i in batch])

        if at_once == 1:
            for batch in _batches(encodings):
                encode(batch)
            return vectors
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(encode, _batches(encodings)))
        return vectors


def _batches(encodings: Sequence[Encoding]) -> Iterator[list[int]]:
    """Yield the places of texts that share a batch: of like length, so that little is padding.

    The longest come first: the cores then end together.
    """
    lengths = [len(encoding.ids) for encoding in encodings]
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
