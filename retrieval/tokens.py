"""The stems of an index's texts, on disk: which words of a question stand where.

A stem is kept as its CRC-32. Two stems of one hash would be taken for one word; of half
a million stems, a question of ten words meets that about once in nine hundred times.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.vectors import Mask, Positions

Stems = npt.NDArray[np.uint32]

_NEAR = 2
"""How many tokens behind a word its neighbour in the question may stand: one lies between."""


def hashed(stems: Iterable[str]) -> Stems:
    """Return the stems as they are kept, uint32, in order."""
    return np.fromiter((zlib.crc32(stem.encode()) for stem in stems), dtype=np.uint32)


class TokensWriter:
    """Writes the stems of numbered texts, one text behind the other."""

    def __init__(self, folder: Path, name: str) -> None:
        """Start the files `name`.bin and `name`.npy in a folder."""
        self._ends = [0]
        self._bounds = folder / f"{name}.npy"
        self._stems = (folder / f"{name}.bin").open("wb")

    def add(self, stems: Iterable[str]) -> None:
        """Add the next text's stems."""
        kept = hashed(stems)
        self._stems.write(kept.astype("<u4").tobytes())
        self._ends.append(self._ends[-1] + len(kept))

    def finish(self) -> None:
        """Write what remains to disk; an OSError says that it cannot be."""
        self._stems.close()
        np.save(self._bounds, np.array(self._ends, dtype="<u8"), allow_pickle=False)


class Tokens:
    """The stems of numbered texts, memory-mapped."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open what a writer wrote; an OSError or ValueError says that it is not whole."""
        self._bounds = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        count = int(self._bounds[-1])
        path = folder / f"{name}.bin"
        self._stems: Stems = (
            np.memmap(path, "<u4", "r", shape=(count,)) if count else np.empty(0, dtype=np.uint32)
        )

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self._bounds) - 1

    def find(self, wanted: Sequence[str], texts: Positions) -> tuple[Mask, Mask]:
        """Tell which stems stand in which texts, and which stand close before the next one.

        Args:
            wanted: Distinct stems, in the question's order.
            texts: The texts' numbers, shape (n,).

        Returns:
            Whether each text holds each stem; whether, in it, the stem is followed at once,
            or one token later, by the one that follows in `wanted`. Both of shape (n, stems).
        """
        held = np.zeros((len(texts), len(wanted)), dtype=np.bool_)
        joined = np.zeros_like(held)
        begins = self._bounds[texts].astype(np.int64)
        counts = self._bounds[texts + 1].astype(np.int64) - begins
        total = int(counts.sum())
        if not total or not len(wanted):
            return held, joined
        owners = np.repeat(np.arange(len(texts)), counts)
        ends = np.cumsum(counts)
        stems = self._stems[np.arange(total) + np.repeat(begins - (ends - counts), counts)]
        kept = hashed(wanted)
        order = np.argsort(kept)
        nearest = np.minimum(np.searchsorted(kept[order], stems), len(wanted) - 1)
        places = np.flatnonzero(kept[order][nearest] == stems)
        words, owners = order[nearest[places]], owners[places]
        held[owners, words] = True
        # Between two words of the question there may stand others of it.
        for step in range(1, _NEAR + 1):
            first, later = slice(None, -step), slice(step, None)
            near = (
                (places[later] - places[first] <= _NEAR)
                & (words[later] - words[first] == 1)
                & (owners[later] == owners[first])
            )
            joined[owners[first][near], words[first][near]] = True
        return held, joined
