"""Questions of many threads, gathered into batches."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from retrieval.gathering import Gathering
from retrieval.graph import Vectors


class Slow:
    """Encodes a text as its length, when the gate is open; keeps the sizes of its batches."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.begun = threading.Semaphore(0)
        self.sizes: list[int] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return a row of one number for each text."""
        self.sizes.append(len(texts))
        self.begun.release()
        assert self.gate.wait(10)
        if "bad" in texts:
            raise ValueError("bad")
        return np.array([[len(text)] for text in texts], dtype=np.float32)


def _waiting(gathering: Gathering, count: int) -> None:
    """Return when so many questions wait."""
    pause = threading.Event()
    while len(gathering._waiting) < count:
        pause.wait(0.001)


def test_a_lone_question_does_not_wait() -> None:
    """A question that finds a core idle is a batch of its own."""
    slow = Slow()
    slow.gate.set()
    gathering = Gathering(slow.encode, 1)
    assert [[3.0], [1.0]] == [gathering.encode(text).tolist() for text in ("abc", "a")]
    assert [1, 1] == slow.sizes


@pytest.mark.parametrize(("waiting", "sizes"), [(0, [1]), (5, [1, 5]), (20, [1, 16, 4])])
def test_questions_that_come_meanwhile_share_a_batch(waiting: int, sizes: list[int]) -> None:
    """What comes while the only core is busy is encoded next, together, each to its asker."""
    slow = Slow()
    gathering = Gathering(slow.encode, 1)
    texts = ["x" * number for number in range(1, waiting + 2)]
    with ThreadPoolExecutor(waiting + 1) as pool:
        first = pool.submit(gathering.encode, texts[0])
        assert slow.begun.acquire(timeout=10)
        others = [pool.submit(gathering.encode, text) for text in texts[1:]]
        _waiting(gathering, waiting)
        slow.gate.set()
        rows = [future.result(10).tolist() for future in [first, *others]]
    assert [[float(len(text))] for text in texts] == rows
    assert sizes == slow.sizes


def test_two_cores_encode_two_batches() -> None:
    """A question does not wait for another's batch while a core is idle."""
    slow = Slow()
    gathering = Gathering(slow.encode, 2)
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(gathering.encode, text) for text in ("a", "ab")]
        assert all(slow.begun.acquire(timeout=10) for _ in futures)
        slow.gate.set()
        assert [[1.0], [2.0]] == [future.result(10).tolist() for future in futures]


def test_a_failure_reaches_its_batch_alone() -> None:
    """Who shared a batch that failed hears of it; the next question is answered."""
    slow = Slow()
    gathering = Gathering(slow.encode, 1)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(gathering.encode, "fine")
        assert slow.begun.acquire(timeout=10)
        others = [pool.submit(gathering.encode, text) for text in ("bad", "company")]
        _waiting(gathering, 2)
        slow.gate.set()
        assert [4.0] == first.result(10).tolist()
        for future in others:
            with pytest.raises(ValueError, match="bad"):
                future.result(10)
    assert [5.0] == gathering.encode("after").tolist()
