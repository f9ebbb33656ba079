"""An index's words by their spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

_MOST_ALIKE = 16


@dataclass(frozen=True, slots=True)
class Alike:
    """A word of the index that is spelt like another.

    Attributes:
        word: The word, lower-case and without accents.
        distance: The edits that lead to it; two letters swapped are one edit.
        passages: How many passages hold it, of those that the reader may see.
    """

    word: str
    distance: int
    passages: int


class Vocabulary:
    """The words of an index, read by their initial when they are first asked for."""

    def __init__(self, beginning_with: Callable[[str], Iterable[str]]) -> None:
        """Keep what lists the words of an initial."""
        self._beginning_with = beginning_with
        self._read: dict[str, dict[int, list[str]]] = {}

    def near(self, word: str, most: int) -> list[tuple[str, int]]:
        """Return the words of the same initial that few edits lead to, with how many.

        Damerau's optimal string alignment: an edit is a letter put in, left out,
        replaced, or swapped with its neighbour.
        """
        by_length = self._by_length(word[0])
        lengths = range(len(word) - most, len(word) + most + 1)
        words = [other for length in lengths for other in by_length.get(length, ())]
        found = process.extract(
            word, words, scorer=OSA.distance, score_cutoff=most, limit=_MOST_ALIKE
        )
        return [(other, int(edits)) for other, edits, _ in found]

    def _by_length(self, initial: str) -> dict[int, list[str]]:
        if initial not in self._read:
            by_length: dict[int, list[str]] = {}
            for word in self._beginning_with(initial):
                if word.isalpha():
                    by_length.setdefault(len(word), []).append(word)
            self._read[initial] = by_length
        return self._read[initial]
