"""Questions that many threads ask at once, gathered into batches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from retrieval.graph import Vectors

_LARGEST = 16


class Gathering:
    """Encodes questions as they come; those that come while all cores are busy share a batch.

    No thread waits for company: one that finds a core idle encodes at once, what
    has been waiting with its own.
    """

    def __init__(self, encode: Callable[[Sequence[str]], Vectors], cores: int) -> None:
        """Take what encodes.

        Args:
            encode: Turns texts into rows; several threads may call it at once.
            cores: How many batches may run at once.
        """
        self._encode = encode
        self._cores = threading.Semaphore(cores)
        self._lock = threading.Lock()
        self._waiting: dict[Future[Vectors], str] = {}

    def encode(self, text: str) -> Vectors:
        """Return a question's vector, float32 of shape (dimensions,)."""
        future: Future[Vectors] = Future()
        with self._lock:
            self._waiting[future] = text
        with self._cores:
            self._run(self._taken(future))
        return future.result()

    def _taken(self, future: Future[Vectors]) -> dict[Future[Vectors], str]:
        """Take a question and those that wait with it, none where another batch took it."""
        with self._lock:
            if future not in self._waiting:
                return {}
            chosen = [future, *(other for other in self._waiting if other is not future)]
            return {one: self._waiting.pop(one) for one in chosen[:_LARGEST]}

    def _run(self, batch: dict[Future[Vectors], str]) -> None:
        if not batch:
            return
        try:
            rows = self._encode(list(batch.values()))
        except BaseException as error:
            for future in batch:
                future.set_exception(error)
            return
        for future, row in zip(batch, rows, strict=True):
            future.set_result(row)
