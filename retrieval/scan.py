"""A compact scan of many vectors: FAISS over quantised copies of them.

Every copy is read for every question. Lists (IVF) and graphs (HNSW) that skip most of them
were measured and lose: questions lie so far from all passages that, to find .99 of the
nearest, both must read half of everything, and then take longer than reading it all
(`python -m benchmarks.vectors`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from retrieval.encoder import Vectors
from retrieval.errors import GenerationDamaged, StorageError

Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

TARGET = 0.99
"""The share of the true nearest that a scan must find to be used."""

_WIDTHS = (200, 400, 800, 1600, 3200)
_QUESTIONS = 200
_NEARNESS = 0.6
"""The cosine of a question and its nearest passage: the mean of real ones is .61."""

_TRAINING = 20_000
_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a scan finds what it should.

    Attributes:
        width: How many it must find for the hundred nearest to be among them.
        recall: The share of the ten nearest that are among those.
    """

    width: int
    recall: float


class Scan:
    """Quantised vectors, all of which are compared with a question."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, rows: Vectors, codes: str) -> Scan:
        """Quantise float32 vectors of shape (passages, dimensions).

        Args:
            rows: The vectors, perhaps mapped from disk; they are read block by block.
            codes: FAISS's name of the quantisation.
        """
        faiss.omp_set_num_threads(1)  # threads that wait for one another crawl on busy cores
        # One list that holds everything: FAISS's fast scan without lists takes no filter.
        index = faiss.index_factory(rows.shape[1], f"IVF1,{codes}", faiss.METRIC_INNER_PRODUCT)
        index.train(_sample(rows, _TRAINING))
        for start in range(0, len(rows), _BLOCK):
            index.add(np.ascontiguousarray(rows[start : start + _BLOCK]))
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> Scan:
        """Open a saved scan: copies of eight bits are mapped, those of two bits are loaded.

        Raises:
            GenerationDamaged: The file is no scan.
        """
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except (RuntimeError, MemoryError) as error:
            raise GenerationDamaged(f"{path} cannot be read; run `footnote index`.") from error
        if not isinstance(index, faiss.IndexIVF):
            raise GenerationDamaged(f"{path} is no scan of vectors; run `footnote index`.")
        return cls(index)

    def save(self, path: Path) -> None:
        """Write the scan to a file.

        Raises:
            StorageError: The file cannot be written.
        """
        try:
            # FAISS's own writer takes no notice when the last block does not fit on the disk.
            path.write_bytes(faiss.serialize_index(self._index).data)
        except OSError as error:
            raise StorageError(
                f"{path} cannot be written ({error.strerror}); check the disk's free space and "
                "permissions."
            ) from error

    @property
    def shape(self) -> tuple[int, int]:
        """How many vectors it holds, and their length."""
        return int(self._index.ntotal), int(self._index.d)

    def search(self, vector: Vectors, width: int, mask: Mask | None) -> Positions:
        """Return the positions of about the nearest vectors, at most `width`, nearest first.

        Args:
            vector: A float32 unit vector of shape (dimensions,).
            width: How many positions.
            mask: Which of the positions may be returned, shape (passages,); None allows all.
        """
        # FAISS keeps this setting for each thread: many questions at once share the cores.
        faiss.omp_set_num_threads(1)
        parameters = None
        if mask is not None:
            bits = np.packbits(mask, bitorder="little")
            # faiss wraps both constructors at import, which its stubs do not know.
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=1)  # type: ignore[call-arg]
        _, positions = self._index.search(vector[np.newaxis], width, params=parameters)
        found: Positions = positions[0]
        return found[found >= 0]


def products(rows: Vectors, vector: Vectors) -> Vectors:
    """Return the inner products of float32 rows with a vector, shape (rows,)."""
    # BLAS would use all cores for a thousand rows, and be ten times slower on busy ones.
    found: Vectors = np.einsum("ij,j->i", rows, vector)
    return found


def fit_scan(rows: Vectors) -> tuple[Scan, Fit] | None:
    """Return the most compact scan of unit vectors that reaches the target, None where none does.

    First two bits a coordinate (product quantisation, Jégou et al. 2011, scanned as André et
    al. 2015 do), then eight. What a scan finds is measured against exact search by questions
    made of the vectors themselves.
    """
    dimensions = rows.shape[1]
    parts = dimensions // 2 if dimensions % 2 == 0 else dimensions
    if not np.isfinite(_sample(rows, _TRAINING)).all():
        return None  # nothing can be learnt of what a broken model made; exact search shows it
    questions = _questions(rows)
    faiss.omp_set_num_threads(1)
    best, _ = faiss.knn(questions, rows, min(100, len(rows)), metric=faiss.METRIC_INNER_PRODUCT)
    for codes in (f"PQ{parts}x4fs", "SQ8"):
        scan = Scan.build(rows, codes)
        fit = _measure(scan, rows, questions, best)
        if fit is not None:
            return scan, fit
    return None


def _sample(rows: Vectors, count: int) -> Vectors:
    """Return some of the rows, all where there are no more, shape (at most count, dimensions)."""
    chosen = np.random.default_rng(0).permutation(len(rows))[:count]
    sampled: Vectors = rows[np.sort(chosen)]
    return sampled


def _questions(rows: Vectors) -> Vectors:
    """Return vectors that lie from passages as questions do, shape (questions, dimensions).

    A passage is nearer to other passages than a question is to any; measured by passages, a
    search seems better than it is.
    """
    near = _sample(rows, _QUESTIONS)
    noise = np.random.default_rng(1).standard_normal(near.shape, dtype=np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    found = _NEARNESS * near + np.sqrt(1 - _NEARNESS**2) * noise
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _measure(scan: Scan, rows: Vectors, questions: Vectors, best: Vectors) -> Fit | None:
    """Return the smallest width that reaches the target, None where none does.

    Args:
        scan: The scan.
        rows: What it was built of.
        questions: What to ask it, shape (questions, dimensions).
        best: The scores of each question's nearest, best first, shape (questions, nearest).
    """
    shares = np.zeros((len(_WIDTHS), 2))
    for question, truth in zip(questions, best, strict=True):
        scores = products(rows[scan.search(question, _WIDTHS[-1], None)], question)
        for number, width in enumerate(_WIDTHS):
            found = np.sort(scores[:width])[::-1]
            # By score, not by position: of equals, any will do.
            shares[number] += [_found(found, truth[:10]), _found(found, truth)]
    for width, share in zip(_WIDTHS, shares / len(questions), strict=True):
        if share.min() >= TARGET:
            return Fit(width, float(share[0]))
    return None


def _found(scores: Vectors, truth: Vectors) -> float:
    return np.count_nonzero(scores[: len(truth)] >= truth[-1] - 1e-6) / len(truth)
