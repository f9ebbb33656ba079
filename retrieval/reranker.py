"""Re-rank the first hits by a cross-encoder, within a budget of time.

A cross-encoder (Nogueira and Cho, 2019, "Passage Re-ranking with BERT") reads
question and passage together: better than comparing two vectors, and far dearer.

Nothing here imports torch; `retrieval.crossencoder` does, to load and export a model.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np

from retrieval.graph import Card, Graph, Halt, Vectors
from retrieval.types import Hit

_log = logging.getLogger(__name__)

_BATCH_CHARACTERS = 4800
"""Characters of one batch, padding included: four passages of a common length."""

_MOMENT = 0.05
"""Seconds within which a halted batch ends: it finishes the operation that it is at."""

_COMMON_PASSAGE = "An archive keeps articles, and whoever asks gets the passages that answer. " * 15
"""A passage of 180 words, as long as most are."""


@dataclass(frozen=True, slots=True)
class RerankerCard(Card):
    """What a cross-encoder is.

    Attributes:
        sigmoid: Whether its score is a sigmoid's (else it is left as it is); None where it is
            neither, and the model runs in sentence-transformers.
    """

    FILE: ClassVar[str] = "reranker.json"

    sigmoid: bool | None


class CrossEncoder(Protocol):
    """A model that scores how well passages answer a question. Threads may share it."""

    @property
    def card(self) -> RerankerCard:
        """What the model is."""
        ...

    def score(self, question: str, passages: Sequence[str], halt: Halt) -> Vectors:
        """Return each passage's score, float32 of shape (passages,).

        Args:
            question: The question.
            passages: The passages, read in one batch.
            halt: What may end this before it is done, with an error.
        """
        ...


class OnnxCrossEncoder:
    """A CrossEncoder on ONNX Runtime, from a folder that `retrieval.crossencoder` exported."""

    def __init__(self, folder: Path) -> None:
        """Load the exported model; a batch takes one core.

        Args:
            folder: Where the export lies.

        Raises:
            ModelError: The folder holds no whole export.
        """
        self._card = RerankerCard.load(folder)
        self._graph = Graph(folder, self._card.window, threads=1)

    @property
    def card(self) -> RerankerCard:
        """What the model is."""
        return self._card

    def score(self, question: str, passages: Sequence[str], halt: Halt) -> Vectors:
        """Return each passage's score, float32 of shape (passages,)."""
        logits = self.logits([(question, passage) for passage in passages], halt)
        return np.exp(-np.logaddexp(0, -logits)) if self._card.sigmoid else logits

    def logits(self, pairs: Sequence[tuple[str, str]], halt: Halt | None = None) -> Vectors:
        """Return each pair's score before the activation, float32 of shape (pairs,).

        What is beyond the window is cut from the longer text, as sentence-transformers does:
        from the passage, unless the question alone takes half the window.
        """
        return self._graph.run(self._graph.tokenizer.encode_batch(list(pairs)), halt)


class Reranker:
    """Re-ranks the first hits of a question. Several threads may call it at once.

    Batches of passages are scored by as many threads as it was given, for all
    questions together. When a question's time is up, its batches are withdrawn or
    halted, and its hits stay in the order they had. All or nothing: an order that
    is the model's down to a place that depends on the machine's load could be
    explained to nobody.
    """

    def __init__(self, model: CrossEncoder, first: int, budget_ms: float, threads: int) -> None:
        """Take a model.

        Args:
            model: The cross-encoder.
            first: How many hits it re-ranks at most.
            budget_ms: Milliseconds that it may take.
            threads: How many batches are scored at the same time.
        """
        self.model = model
        self.first = first
        self.budget_ms = budget_ms
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reranker")
        self._lock = threading.Lock()
        self._abandoned: set[Future[Vectors]] = set()

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return hits with the first of them in the model's order, the others behind as they were.

        Hits that score the same keep their order. Where the model does not finish in
        time, all keep it, and the log says so.

        Args:
            question: The question.
            hits: The hits, best first.
        """
        ahead = hits[: self.first]
        if len(ahead) < 2:
            return list(hits)
        scores = self._scored(question, [_read(hit) for hit in ahead], self.budget_ms / 1000)
        if scores is None:
            return list(hits)
        ranked = [
            replace(ahead[i], scores=replace(ahead[i].scores, reranker=float(scores[i])))
            for i in np.argsort(-scores, kind="stable")
        ]
        return [*ranked, *hits[self.first :]]

    def measure(self) -> float | None:
        """Return the milliseconds that the first hits take, were all of common length.

        None where the model cannot score them; the log says why.
        """
        began = time.perf_counter()
        scores = self._scored("What does an archive keep?", [_COMMON_PASSAGE] * self.first, None)
        return None if scores is None else 1000 * (time.perf_counter() - began)

    def _scored(self, question: str, texts: list[str], seconds: float | None) -> Vectors | None:
        """Return the texts' scores, None where they did not come in time."""
        if self._hangs():
            _log.warning("Not re-ranked: what earlier questions gave up on still runs.")
            return None
        halt = Halt()
        batches = list(_batches(texts))
        futures = [
            self._pool.submit(self.model.score, question, [texts[i] for i in batch], halt)
            for batch in batches
        ]
        done, late = wait(futures, seconds, return_when=FIRST_EXCEPTION)
        failed = next((error for future in done if (error := future.exception())), None)
        if failed or late:
            self._abandon(late, halt)
            _say_why(failed, len(texts), self.budget_ms)
            return None
        scores = np.empty(len(texts), dtype=np.float32)
        for batch, future in zip(batches, futures, strict=True):
            scores[batch] = future.result()
        return scores

    def _hangs(self) -> bool:
        """Tell whether every thread runs what was given up on, and none ends in a moment."""
        with self._lock:
            self._abandoned = {future for future in self._abandoned if not future.done()}
            running = self._abandoned
        if len(running) < self._threads:
            return False
        return not wait(running, _MOMENT, return_when=FIRST_COMPLETED).done

    def _abandon(self, late: set[Future[Vectors]], halt: Halt) -> None:
        """Withdraw the batches that wait, and end those that run."""
        halt.set()
        running = {future for future in late if not future.cancel()}
        with self._lock:
            self._abandoned = self._abandoned | running


def _say_why(failed: BaseException | None, count: int, budget_ms: float) -> None:
    # An error's own words may hold the question's.
    if failed:
        _log.warning("Not re-ranked: the model failed (%s).", type(failed).__name__)
    else:
        _log.warning(
            "Not re-ranked: %d passages took longer than the %g ms of reranker.budget_ms.",
            count,
            budget_ms,
        )


def _read(hit: Hit) -> str:
    """Return what the model reads of a hit: title, heading, passage, as they were indexed."""
    title, heading = hit.version.article.title, hit.passage.heading
    return f"{title}. {heading}: {hit.text}" if heading else f"{title}: {hit.text}"


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the texts' numbers in batches, like lengths together, the longest first."""
    batch: list[int] = []
    for number in sorted(range(len(texts)), key=lambda i: -len(texts[i])):
        if batch and (len(batch) + 1) * len(texts[batch[0]]) > _BATCH_CHARACTERS:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
