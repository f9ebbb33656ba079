"""Vectors on disk: FAISS for the passages', quantised rows for the sentences'."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from retrieval.encoder import Vectors
from retrieval.errors import GenerationDamaged, StorageError

Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]


class PassageVectors:
    """The passages' vectors, searched exactly by inner product."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> PassageVectors:
        """Index float32 unit vectors of shape (passages, dimensions)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> PassageVectors:
        """Open a saved index.

        Raises:
            GenerationDamaged: The file is no index.
        """
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise GenerationDamaged(f"{path} cannot be read; run `footnote index`.") from error

    def save(self, path: Path) -> None:
        """Write the index to a file.

        Raises:
            StorageError: The file cannot be written.
        """
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise StorageError(
                f"{path} cannot be written; check the disk's free space and permissions."
            ) from error

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    def search(self, vector: Vectors, limit: int, mask: Mask | None) -> Positions:
        """Return the positions of the nearest vectors, nearest first.

        Args:
            vector: A float32 unit vector of shape (dimensions,).
            limit: How many positions at most.
            mask: Which of the positions may be returned, shape (passages,); None allows all.
        """
        limit = min(limit, len(self) if mask is None else int(np.count_nonzero(mask)))
        if limit == 0:
            return np.empty(0, dtype=np.int64)
        parameters = None
        if mask is not None:
            bits = np.packbits(mask, bitorder="little")
            # faiss wraps both constructors at import, which its stubs do not know.
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        _, positions = self._index.search(vector[np.newaxis], limit, params=parameters)
        found: Positions = positions[0]
        return found[found >= 0]

    def pick(self, positions: Positions) -> Vectors:
        """Return the float32 vectors at the positions, shape (positions, dimensions)."""
        found: Vectors = self._index.reconstruct_batch(positions)
        return found


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
