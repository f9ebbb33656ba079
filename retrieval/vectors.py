"""Vectors on disk: the passages', mapped and searched; quantised rows for the sentences'.

A folder holds `vectors.f32` (float32 rows), `vectors.json` (what they are) and, where exact
search would be slow, `vectors.faiss` (a compact scan of them).
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Vectors
from retrieval.errors import GenerationDamaged, StorageError
from retrieval.scan import Fit, Mask, Positions, Scan, fit_scan, products

__all__ = [
    "Codes", "Mask", "PassageVectors", "Positions", "VectorsWriter", "likeness", "quantise",
]  # fmt: skip

Codes = npt.NDArray[np.int8]

EXACT = 10_000
"""Up to so many vectors, exact search takes less than a millisecond."""


@dataclass(frozen=True, slots=True)
class _Card:
    """What `vectors.json` says.

    Attributes:
        passages: How many vectors there are.
        dimensions: Their length.
        width: How many the scan finds for exact comparison; 0 where there is no scan.
        recall: The share of the ten nearest that a search finds.
        scan_crc32: The checksum of the scan's file.
    """

    passages: int
    dimensions: int
    width: int = 0
    recall: float = 1.0
    scan_crc32: int = 0


class VectorsWriter:
    """Writes the passages' vectors of one generation, block by block."""

    def __init__(self, folder: Path, dimensions: int, exact: int = EXACT) -> None:
        """Start the files.

        Args:
            folder: Where they go.
            dimensions: The length of a vector.
            exact: Up to how many vectors are searched exactly.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        self._folder = folder
        self._dimensions = dimensions
        self._exact = exact
        self._count = 0
        try:
            (folder / "vectors.f32").write_bytes(b"")
        except OSError as error:
            raise _unwritten(folder, error) from error

    def add(self, vectors: Vectors) -> None:
        """Write float32 unit vectors of shape (passages, dimensions).

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        try:
            # Opened anew for each article: a run that breaks off leaves no file open.
            with (self._folder / "vectors.f32").open("ab") as file:
                file.write(np.ascontiguousarray(vectors, dtype=np.float32).data)
        except OSError as error:
            raise _unwritten(self._folder, error) from error
        self._count += len(vectors)

    def finish(self) -> None:
        """Make the vectors searchable: build a scan where they are many.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        card = _Card(self._count, self._dimensions)
        try:
            path = self._folder / "vectors.faiss"
            if self._count > self._exact and (fitted := fit_scan(_rows(self._folder, card))):
                scan, fit = fitted
                scan.save(path)
                checksum = _checksum(path)
                card = _Card(self._count, self._dimensions, fit.width, fit.recall, checksum)
            (self._folder / "vectors.json").write_text(json.dumps(asdict(card)), encoding="ascii")
        except OSError as error:
            raise _unwritten(self._folder, error) from error


def _unwritten(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"The vectors in {folder} cannot be written ({error.strerror}); check the disk's free "
        "space and permissions."
    )


def _checksum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found = zlib.crc32(block, found)
    return found


def _rows(folder: Path, card: _Card) -> Vectors:
    """Map the vectors, shape (passages, dimensions)."""
    shape = (card.passages, card.dimensions)
    path = folder / "vectors.f32"
    if path.stat().st_size != 4 * card.passages * card.dimensions:
        raise ValueError(f"{path.name} is not of its size")
    if not card.passages:
        return np.empty(shape, dtype=np.float32)
    return np.asarray(np.memmap(path, np.float32, "r", shape=shape))


class PassageVectors:
    """The passages' vectors, searched by inner product, read-only.

    Few are compared with a question exactly, one and all. Of many, a scan of quantised
    copies finds some hundreds, and those are compared exactly.
    """

    def __init__(self, rows: Vectors, scan: Scan | None, fit: Fit) -> None:
        """Take what `open` has read.

        Args:
            rows: The float32 vectors, shape (passages, dimensions).
            scan: Their quantised copies, None where every search is exact.
            fit: How well the scan does.
        """
        self._rows = rows
        self._scan = scan
        self._fit = fit

    @classmethod
    def open(cls, folder: Path) -> PassageVectors:
        """Map what a `VectorsWriter` wrote; processes that open it share its memory.

        Raises:
            GenerationDamaged: A file is missing or is not what it should be.
        """
        path = folder / "vectors.faiss"
        try:
            card = _Card(**json.loads((folder / "vectors.json").read_text(encoding="ascii")))
            rows = _rows(folder, card)
            # One wrong byte lets faiss take all the memory there is, or crash.
            if card.width and _checksum(path) != card.scan_crc32:
                raise ValueError(f"{path.name} is not as it was written")
        except (OSError, ValueError, TypeError) as error:
            raise GenerationDamaged(
                f"The vectors in {folder} are not whole ({error}); run `footnote index`."
            ) from error
        scan = Scan.open(path) if card.width else None
        if scan is not None and scan.shape != rows.shape:
            raise GenerationDamaged(f"{path} does not fit its vectors; run `footnote index`.")
        return cls(rows, scan, Fit(card.width, card.recall))

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self._rows)

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self._rows.shape[1])

    @property
    def recall(self) -> float:
        """The share of the ten nearest that a search finds, measured when it was built."""
        return self._fit.recall

    def search(self, vector: Vectors, limit: int, mask: Mask | None) -> Positions:
        """Return the positions of the nearest vectors, nearest first.

        Args:
            vector: A float32 unit vector of shape (dimensions,).
            limit: How many positions at most; as many as may be returned, where they are fewer.
            mask: Which of the positions may be returned, shape (passages,); None allows all.
        """
        allowed = len(self) if mask is None else int(np.count_nonzero(mask))
        limit = min(limit, allowed)
        if limit == 0:
            return np.empty(0, dtype=np.int64)
        width = max(self._fit.width, self._fit.width * limit // 100)
        # Reading twice as many rows as a scan would have compared costs less than the scan.
        if self._scan is not None and allowed > 2 * width:
            found = self._scan.search(vector, width, mask)
            # FAISS drops what differs in nothing that its rounding keeps, as copies may.
            if len(found) >= limit:
                return found[_nearest(products(self._rows[found], vector), limit)]
        if mask is None:
            return _nearest(products(self._rows, vector), limit)
        found = np.flatnonzero(mask)
        if 8 * allowed > len(self):  # gathering rows costs eight times what comparing them does
            scores = products(self._rows, vector)[found]
        else:
            scores = products(self._rows[found], vector)
        return found[_nearest(scores, limit)]

    def pick(self, positions: Positions) -> Vectors:
        """Return the float32 vectors at the positions, shape (positions, dimensions)."""
        found: Vectors = self._rows[positions]
        return found


def _nearest(scores: Vectors, limit: int) -> Positions:
    """Return where the highest scores stand, highest first."""
    if limit < len(scores):
        best = np.argpartition(-scores, limit - 1)[:limit]
        best.sort()
    else:
        best = np.arange(len(scores))
    order: Positions = best[np.argsort(-scores[best], kind="stable")]
    return order


def quantise(vectors: Vectors) -> tuple[Codes, Vectors]:
    """Return int8 codes of the vectors' shape, and each row's float32 scale.

    A row is its codes times its scale, off by half a scale a coordinate at most.
    """
    scales = np.abs(vectors).max(axis=1, initial=0.0) / 127
    scales[scales == 0] = 1.0
    codes = np.rint(vectors / scales[:, np.newaxis]).astype(np.int8)
    return codes, scales.astype(np.float32)


def likeness(codes: Codes, scales: Vectors, vector: Vectors) -> Vectors:
    """Return the inner products of quantised rows with a float32 vector, shape (rows,)."""
    products: Vectors = (codes.astype(np.float32) @ vector) * scales
    return products
