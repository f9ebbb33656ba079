"""One system in a process of its own: it builds, or it opens what it built and is asked.

    python -m benchmarks.peers.system build NAME WORK MODEL
    python -m benchmarks.peers.system ask NAME WORK MODEL < QUESTIONS.json

Each system is a module beside this one, with `build` and `opened`; a process runs in the
environment that has the system's packages, so nothing here needs any but numpy.
"""

from __future__ import annotations

import importlib
import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from benchmarks.memory import resident

HITS = 10
"""Passages that every system is asked for."""

Search = Callable[[str], list[str]]
"""A question's hits: the ids of the passages, best first."""


@dataclass(frozen=True, slots=True)
class Passages:
    """What every system is given.

    Attributes:
        ids: The passages' ids.
        texts: The texts that were embedded, each with its title in front.
        vectors: Their float32 unit vectors, shape (passages, dimensions).
    """

    ids: list[str]
    texts: list[str]
    vectors: npt.NDArray[np.float32]


class System(Protocol):
    """A module that is one system, set up as its documentation does."""

    def build(self, passages: Passages, folder: Path, model: str) -> None:
        """Index the passages and keep the index in an empty folder."""
        ...

    def opened(self, folder: Path, model: str) -> Search:
        """Open what was built; the model is given by its folder."""
        ...


def read_passages(work: Path) -> Passages:
    """Read the passages of a work folder."""
    with (work / "passages.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    vectors = np.load(work / "vectors.npy")
    return Passages([row["id"] for row in rows], [row["text"] for row in rows], vectors)


def _ask(search: Search, questions: list[str], seconds: float) -> dict[str, object]:
    """Ask one question after the other, until all are asked or the time is up."""
    search(questions[0])
    first = time.time()
    taken: list[float] = []
    found: list[list[str]] = []
    busy = time.process_time()
    until = time.perf_counter() + seconds
    for question in questions:
        began = time.perf_counter()
        hits = search(question)
        ended = time.perf_counter()
        taken.append(1000 * (ended - began))
        found.append(hits)
        if ended > until:
            break
    return {
        "first": first,
        "ms": taken,
        "processor_ms": 1000 * (time.process_time() - busy) / len(taken),
        "hits": found,
        "torch": "torch" in sys.modules,
        **resident(),
    }


def main() -> None:
    """Build, or ask and print what came of it as the last line."""
    what, name, work, model = sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]
    system = cast(System, importlib.import_module(f"benchmarks.peers.{name}"))
    folder = work / "systems" / name
    if what == "build":
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        began = time.perf_counter()
        system.build(read_passages(work), folder, model)
        print(json.dumps({"seconds": time.perf_counter() - began, **resident()}))
        return
    asked = json.load(sys.stdin)
    search = system.opened(folder, model)
    print(json.dumps(_ask(search, asked["questions"], asked["seconds"])))


if __name__ == "__main__":
    main()
