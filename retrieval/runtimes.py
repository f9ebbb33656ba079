"""What an exported model runs on: chosen by a short measurement that is kept beside it.

A generation does not say which runtime made its vectors: the model is the same, and
whatever runs here is near enough to it that one's questions find the other's passages.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import json
import logging
import math
import os
import platform
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tokenizers import Encoding

from retrieval.errors import ModelError
from retrieval.graph import GRAPH, QUANTISED, Card, Runnable, Session, Vectors, open_tokenizer

AUTO, FP32, INT8, OPENVINO = "auto", "fp32", "int8", "openvino"
_CURES = {
    INT8: "run `footnote index`, which makes it, or set model.runtime to auto",
    OPENVINO: "run `pip install footnote[openvino]`, or set model.runtime to auto",
}

_LIKENESS = 0.99
"""The least cosine to fp32, over the sample, at which a runtime may be chosen."""

_NEARLY = 1.2
"""Of runtimes that take up to so many times the quickest one's time, the truest is chosen."""

_KEPT = "runtimes.json"
_MACHINES = 8
_ROUNDS = 3
_QUESTIONS = (
    "Who was the first engineer of the canal, and when did it open?",
    "how many people live in the old town",
    "Why did the price of bread rise by 40 % in the spring of 1847?",
    "What is the difference between a lock and a weir?",
)
_PROSE = (
    "The lock at the lower basin was rebuilt after the flood of 1953, when the river rose four "
    "metres in a night and carried off the gates. The council paid a third of the $2.4 million; "
    "the rest came from a levy on freight, which the carters' union fought in court for years. ",
    "Researchers who followed 1,200 patients found that a daily walk lowered blood pressure about "
    "as much as a low dose of the usual medicine. “We did not expect it to last,” said Dr Nuñez, "
    "whose team published the results on Tuesday; other groups have asked for the raw data. ",
    "To update the firmware, hold both buttons until the light turns amber, then connect the cable "
    "and run the installer as root. If error 0x80 appears, the checksum did not match: download "
    "the file again, and never unplug the device before the progress bar has reached 100%. ",
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a runtime does on this machine.

    Attributes:
        runtime: Its name.
        question_ms: Milliseconds that a question takes, on one thread.
        passages_ms: Milliseconds that a passage takes, all cores at work.
        likeness: The least cosine of its vectors to those of fp32.
    """

    runtime: str
    question_ms: float
    passages_ms: float
    likeness: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The runtimes of an encoder.

    Attributes:
        questions: What encodes questions.
        passages: What encodes passages.
    """

    questions: str = FP32
    passages: str = FP32


def available(folder: Path) -> list[str]:
    """Return the runtimes that a prepared model can use here, fp32 first."""
    found = [FP32]
    if (folder / QUANTISED).is_file():
        found.append(INT8)
    if importlib.util.find_spec("openvino"):
        found.append(OPENVINO)
    return found


def open_runtime(folder: Path, runtime: str, threads: int, batches: int) -> Runnable:
    """Open a model's graph on a runtime.

    Args:
        folder: Where the export lies.
        runtime: The runtime's name.
        threads: Threads for one batch.
        batches: How many batches may run at once.

    Raises:
        ModelError: The runtime is not there, or the export is damaged.
    """
    if runtime not in available(folder):
        raise ModelError(f"The model cannot run on {runtime} here; {_CURES[runtime]}.")
    if runtime == OPENVINO:
        try:
            from retrieval.openvinograph import OpenVinoGraph
        except (ImportError, OSError) as error:  # a wheel that misses a library of the system's
            raise ModelError(f"OpenVINO cannot be loaded ({error}); {_CURES[OPENVINO]}.") from error
        return OpenVinoGraph(folder, threads * batches, batches)
    return Session(folder, threads, QUANTISED if runtime == INT8 else GRAPH)


def choose(folder: Path, card: Card, wanted: str) -> Choice:
    """Return the runtimes of a prepared model: those wanted, else the best by measurement.

    Args:
        folder: Where the export lies.
        card: What the model is.
        wanted: A runtime's name, or `auto`.

    Raises:
        ModelError: The runtime that is wanted is not there, or the export is damaged.
    """
    if wanted != AUTO:
        if wanted not in available(folder):
            raise ModelError(f"The model cannot run on {wanted} here; {_CURES[wanted]}.")
        return Choice(wanted, wanted)
    measures = _recall(folder, card)
    if measures is None:
        measures = measure(folder, card)
        _keep(folder, card, measures)
    near = [m for m in measures if m.runtime == FP32 or m.likeness >= _LIKENESS]
    return Choice(
        _best(near, {m.runtime: m.question_ms for m in near}),
        _best(near, {m.runtime: m.passages_ms for m in near}),
    )


def _best(measures: Sequence[Measure], cost: dict[str, float]) -> str:
    bound = min(cost.values()) * _NEARLY
    quick = [m for m in measures if cost[m.runtime] <= bound]
    return max(quick, key=lambda m: m.likeness).runtime


def measure(folder: Path, card: Card) -> list[Measure]:
    """Measure every runtime that a prepared model can use here; about a second.

    Raises:
        ModelError: The export is damaged.
    """
    tokenizer = open_tokenizer(folder, card.window)
    questions = tokenizer.encode_batch(list(_QUESTIONS))
    passages = tokenizer.encode_batch([text * 3 for text in _PROSE])
    sample = [*questions, *passages]
    opened: dict[str, Runnable] = {}
    cores = os.cpu_count() or 1
    for runtime in available(folder):
        try:
            opened[runtime] = open_runtime(folder, runtime, 1, cores)
        except ModelError:
            if runtime == FP32:
                raise
            _log.warning("The model cannot be opened on %s; it will not be used.", runtime)
    vectors = {name: np.concatenate([g.run([s]) for s in sample]) for name, g in opened.items()}
    asked: dict[str, list[float]] = {name: [] for name in opened}
    read: dict[str, list[float]] = {name: [] for name in opened}
    with ThreadPoolExecutor(cores) as pool:
        # In turn, so that what else the machine does disturbs all alike; the best round counts.
        for _ in range(_ROUNDS):
            for name, graph in opened.items():
                asked[name].append(_seconds_of_questions(graph, questions))
                read[name].append(_seconds_of_passages(graph, passages, pool, cores))
    return [
        Measure(
            name,
            round(1000 * min(asked[name]), 3),
            round(1000 * min(read[name]), 3),
            round(_likeness(vectors[name], vectors[FP32]), 5),
        )
        for name in opened
    ]


def _seconds_of_questions(graph: Runnable, questions: Sequence[Encoding]) -> float:
    seconds = []
    for question in questions:
        began = time.perf_counter()
        graph.run([question])
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _seconds_of_passages(
    graph: Runnable, passages: Sequence[Encoding], pool: ThreadPoolExecutor, cores: int
) -> float:
    """Return the seconds of a passage while every core reads one."""
    read = [passages[number % len(passages)] for number in range(max(cores, 2))]
    began = time.perf_counter()
    list(pool.map(lambda passage: graph.run([passage]), read))
    return (time.perf_counter() - began) / len(read)


def _likeness(ours: Vectors, theirs: Vectors) -> float:
    """Return the least cosine, 0 where a vector is not one of numbers."""
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    cosines = np.einsum("ij,ij->i", ours, theirs) / np.maximum(lengths, 1e-12)
    return float(np.nan_to_num(cosines, nan=0.0).min())


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _key(folder: Path, card: Card) -> str:
    """Return what a measurement depends on."""
    parts = [card.weights_sha256, _processor(), f"{os.cpu_count()} cores", *available(folder)]
    for package in ("onnxruntime", "openvino"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            parts.append(f"{package} {importlib.metadata.version(package)}")
    return "; ".join(parts)


def _kept(folder: Path) -> dict[str, list[Measure]]:
    """Return the measurements that are kept, none where the file is missing or damaged."""
    try:
        found = json.loads((folder / _KEPT).read_text(encoding="utf-8"))
        return {key: [_read(fields) for fields in measures] for key, measures in found.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _read(fields: dict[str, object]) -> Measure:
    """Return a measure from its fields, which a ValueError ends where one is no number."""
    numbers = [float(str(fields[n])) for n in ("question_ms", "passages_ms", "likeness")]
    if not all(0 <= number < math.inf for number in numbers):
        raise ValueError(numbers)
    return Measure(str(fields["runtime"]), *numbers)


def _recall(folder: Path, card: Card) -> list[Measure] | None:
    measures = _kept(folder).get(_key(folder, card))
    names = {m.runtime for m in measures or ()}
    return measures if FP32 in names and names <= set(available(folder)) else None


def _keep(folder: Path, card: Card, measures: Sequence[Measure]) -> None:
    """Keep a measurement, with those of the last few machines and versions."""
    key = _key(folder, card)
    others = [(k, m) for k, m in _kept(folder).items() if k != key][1 - _MACHINES :]
    text = json.dumps({k: [asdict(one) for one in m] for k, m in [*others, (key, measures)]})
    aside = folder / f"{_KEPT}.{os.getpid()}"
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(folder / _KEPT)
    except OSError as error:
        aside.unlink(missing_ok=True)
        _log.info("The measurement of the model's runtimes cannot be kept (%s).", error.strerror)
