"""The stems of an index's texts, on disk: which words of a question stand where.

A stem is kept as its CRC-32. Two stems of one hash would be taken for one word; of half
a million stems, a question of ten words meets that about once in nine hundred times.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.bm25 import Counts
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

    def close(self) -> None:
        """Let go of the file; an OSError says that it could not be written to its end."""
        self._stems.close()

    def finish(self) -> None:
        """Write what remains to disk; an OSError says that it cannot be."""
        self._stems.flush()
        np.save(self._bounds, np.array(self._ends, dtype="<u8"), allow_pickle=False)


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where the words of a question stand in some texts.

    Attributes:
        counts: How often each text holds each word, shape (texts, words).
        joined: Whether, in a text, a word is followed at once, or one token later, by the
            one that follows it in the question, shape (texts, words).
        lengths: How many words each text has, shape (texts,).
    """

    counts: Counts
    joined: Mask
    lengths: Counts


class Tokens:
    """The stems of numbered texts, memory-mapped."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open what a writer wrote; an OSError or ValueError says that it is not whole."""
        # As plain arrays: indexing a memmap costs several times as much.
        mapped = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        self._bounds = np.asarray(mapped)
        count = int(self._bounds[-1])
        path = folder / f"{name}.bin"
        self._stems: Stems = (
            np.asarray(np.memmap(path, "<u4", "r", shape=(count,)))
            if count
            else np.empty(0, dtype=np.uint32)
        )

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self._bounds) - 1

    def between(self, first: Positions, last: Positions) -> Counts:
        """Return how many stems there are from a text to before another, shape of both."""
        counts: Counts = self._bounds[last].astype(np.int64) - self._bounds[first].astype(np.int64)
        return counts

    def find(self, wanted: Sequence[str], texts: Positions) -> Occurrences:
        """Return where stems stand in texts.

        Args:
            wanted: Distinct stems, in the question's order.
            texts: The texts' numbers, shape (n,).
        """
        shape = len(texts), len(wanted)
        begins = self._bounds[texts].astype(np.int64)
        lengths = self.between(texts, texts + 1)
        total = int(lengths.sum())
        joined = np.zeros(shape, dtype=np.bool_)
        if not total or not len(wanted):
            return Occurrences(np.zeros(shape, dtype=np.int64), joined, lengths)
        owners = np.repeat(np.arange(len(texts)), lengths)
        ends = np.cumsum(lengths)
        stems = self._stems[np.arange(total) + np.repeat(begins - (ends - lengths), lengths)]
        kept = hashed(wanted)
        order = np.argsort(kept)
        nearest = np.minimum(np.searchsorted(kept[order], stems), len(wanted) - 1)
        places = np.flatnonzero(kept[order][nearest] == stems)
        words, owners = order[nearest[places]], owners[places]
        cells = np.bincount(owners * len(wanted) + words, minlength=len(texts) * len(wanted))
        # Between two words of the question there may stand others of it.
        for step in range(1, _NEAR + 1):
            first, later = slice(None, -step), slice(step, None)
            near = (
                (places[later] - places[first] <= _NEAR)
                & (words[later] - words[first] == 1)
                & (owners[later] == owners[first])
            )
            joined[owners[first][near], words[first][near]] = True
        return Occurrences(cells.reshape(shape), joined, lengths)
