"""Recall, time and memory of the vectors' search, by size and kind.

    python -m benchmarks.vectors DATASET_DIR [DATA_DIR] [--sizes 1000,10000] [--json FILE]

DATASET_DIR is a question set in BEIR layout, of which `footnote eval` has left an index
below DATA_DIR (`data` by default). Its real passages' vectors are searched for its real
questions; sizes beyond them are reached by jittered copies, at a cosine of .8 to .95.
`footnote` is what is shipped; `exact`, lists (`ivf`) and a graph (`hnsw`) stand beside it,
these two with 8-bit copies, mapped, 800 compared exactly, and the first setting that finds
.99 of the ten nearest. Each answers in a process of its own, on one thread; memory is what
opening and searching added.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import faiss
import numpy as np

from benchmarks.memory import resident
from bot.composition import answering_encoder
from config.settings import load_settings
from retrieval.encoder import Vectors
from retrieval.generation import Generations
from retrieval.questionset import read_set
from retrieval.scan import Positions, products
from retrieval.vectors import PassageVectors, VectorsWriter

_SIZES = "1000,10000,120000,1000000"
_LARGEST_GRAPH = 120_000
_COMPARED = 800
_SETTINGS = {"ivf": (16, 32, 64, 128, 256, 512, 1024), "hnsw": (200, 400, 800, 1600, 3200)}
_NAMES = {"ivf": "nprobe", "hnsw": "efSearch"}

Search = Callable[[Vectors], Positions]


def _real(dataset: Path, data: Path) -> tuple[Vectors, Vectors]:
    """Return the vectors of a set's passages and questions."""
    questions = read_set(dataset)
    settings = load_settings(data_dir=data)
    kept = data / "eval"
    folder = max(kept.glob(f"{questions.name}-*"), key=lambda path: path.stat().st_mtime)
    generations = Generations(folder)
    held = PassageVectors.open(generations.folder / (generations.current() or ""))
    encoder = answering_encoder(settings)
    asked = np.stack([encoder.encode_question(q.text) for q in questions.questions])
    return held.pick(np.arange(len(held))), asked


def _jittered(real: Vectors, size: int) -> Iterator[Vectors]:
    """Yield blocks of `size` rows: the real ones, then copies at a random angle from them."""
    generator = np.random.default_rng(0)
    yield real[generator.permutation(len(real))[:size]]
    for start in range(len(real), size, 50_000):
        rows = real[generator.integers(0, len(real), min(50_000, size - start))]
        cosine = generator.uniform(0.8, 0.95, (len(rows), 1)).astype(np.float32)
        aside = generator.standard_normal(rows.shape, dtype=np.float32)
        aside -= (aside * rows).sum(axis=1, keepdims=True) * rows
        aside /= np.linalg.norm(aside, axis=1, keepdims=True)
        yield (cosine * rows + np.sqrt(1 - cosine**2) * aside).astype(np.float32)


def _write(folder: Path, blocks: Iterator[Vectors], exact: int | None) -> None:
    first = next(blocks)
    writer = VectorsWriter(folder, first.shape[1], **({} if exact is None else {"exact": exact}))
    writer.add(first)
    for block in blocks:
        writer.add(block)
    writer.finish()


def _build(kind: str, folder: Path, rows: Vectors) -> float:
    """Build one kind in a folder that has the exact one, and return the seconds."""
    began = time.perf_counter()
    if kind == "footnote":
        (folder / kind).mkdir()
        _write(folder / kind, (rows[i : i + 50_000] for i in range(0, len(rows), 50_000)), None)
    elif kind != "exact":
        faiss.omp_set_num_threads(1)
        lists = 2 ** round(np.log2(2 * len(rows) ** 0.5))
        name = f"IVF{lists},SQ8" if kind == "ivf" else "HNSW32,SQ8"
        index = faiss.index_factory(rows.shape[1], name, faiss.METRIC_INNER_PRODUCT)
        index.train(np.ascontiguousarray(rows[:: max(1, len(rows) // 100_000)]))
        index.add(rows)
        faiss.write_index(index, str(folder / kind))
    return time.perf_counter() - began


def _searches(kind: str, folder: Path) -> Iterator[tuple[str, Search]]:
    """Yield a kind's settings, and the search by each."""
    exact = PassageVectors.open(folder)
    if kind in ("exact", "footnote"):
        opened = exact if kind == "exact" else PassageVectors.open(folder / kind)
        yield f"recall {opened.recall:.3f}", lambda vector: opened.search(vector, 100, None)
        return
    index = faiss.read_index(str(folder / kind), faiss.IO_FLAG_MMAP_IFC)
    faiss.omp_set_num_threads(1)
    for value in _SETTINGS[kind]:
        # By name, faiss reaches the lists or the graph of whatever it has read.
        faiss.ParameterSpace().set_index_parameter(index, _NAMES[kind], value)

        def search(vector: Vectors) -> Positions:
            _, (found,) = index.search(vector[np.newaxis], _COMPARED)
            found = found[found >= 0]
            best: Positions = found[np.argsort(-products(exact.pick(found), vector))[:100]]
            return best

        yield str(value), search


def _recall(found: list[Positions], truth: Positions, most: int) -> float:
    pairs = zip(found, truth, strict=True)
    return float(np.mean([len(np.intersect1d(f[:most], t[:most])) / most for f, t in pairs]))


def _child(kind: str, folder: Path) -> dict[str, object]:
    """Ask every question, and say what it took and what was found."""
    asked, truth = np.load(folder / "questions.npy"), np.load(folder / "truth.npy")
    row: dict[str, object] = {}
    before = resident()
    for setting, search in _searches(kind, folder):
        found, taken = [], []
        for vector in np.concatenate([asked[:20], asked]):  # the first ones warm the caches
            began = time.perf_counter()
            found.append(search(vector))
            taken.append(1000 * (time.perf_counter() - began))
        shares = {f"recall@{most}": _recall(found[20:], truth, most) for most in (10, 100)}
        middle, slow = np.percentile(taken[20:], [50, 95])
        after = {name: value - before[name] for name, value in resident().items()}
        row = {"setting": setting, **shares, "p50": middle, "p95": slow, **after}
        if shares["recall@10"] >= 0.99:
            break
    return row


def _measure(size: int, real: Vectors, asked: Vectors) -> list[dict[str, object]]:
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, _jittered(real, size), size)
        rows = np.memmap(folder / "vectors.f32", np.float32, "r").reshape(size, -1)
        best = faiss.knn(asked, np.asarray(rows), 100, metric=faiss.METRIC_INNER_PRODUCT)[1]
        np.save(folder / "questions.npy", asked)
        np.save(folder / "truth.npy", best)
        for kind in ("footnote", "exact", "ivf", "hnsw"):
            if kind == "hnsw" and size > _LARGEST_GRAPH:
                continue  # a million take half an hour to link
            seconds = _build(kind, folder, np.asarray(rows))
            line = [sys.executable, "-m", "benchmarks.vectors", "--child", kind, str(folder)]
            done = subprocess.run(line, check=True, capture_output=True, text=True)
            row = {"size": size, "kind": kind, "build": seconds, **json.loads(done.stdout)}
            found.append(row)
            print(
                "{size:9} {kind:9} {recall@10:9.4f} {recall@100:10.4f} {p50:7.2f} ms {p95:7.2f} ms"
                " {RssAnon:5.0f} MB {RssFile:7.0f} MB {build:8.1f} s  {setting}".format(**row),
                flush=True,
            )
    return found


def main() -> None:
    """Measure every kind at every size, and print a table."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(_child(sys.argv[2], Path(sys.argv[3]))))
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vectors")
    parser.add_argument("dataset", type=Path)
    parser.add_argument("data", type=Path, nargs="?", default=Path("data"))
    parser.add_argument("--sizes", default=_SIZES)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    real, asked = _real(given.dataset, given.data)
    print(f"{len(real)} real passages, {len(asked)} questions")
    print(
        "     size kind      recall@10 recall@100        p50        p95      own     mapped"
        "      build  setting"
    )
    rows = [row for size in given.sizes.split(",") for row in _measure(int(size), real, asked)]
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="ascii")


if __name__ == "__main__":
    main()
