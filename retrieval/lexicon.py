"""The words of names, sorted, and how like each is to a word that is being typed."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from typing import Self

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

Likeness = npt.NDArray[np.float32]
"""How like words or names are to what was typed, from 0 to 1."""

_WORD = re.compile(r"[^\W_]+")
_LAST = chr(0x10FFFF)
_LONGEST = 32
"""Lengths whose beginnings are remembered."""

_COMPLETE = 0.1
"""What it counts for that a word has been typed to its end."""

_INSIDE = 0.7
"""What a word counts for that holds what was typed further on."""

_LEAST_INSIDE = 3
"""Letters from which on a word is looked for within others; one, of writing without spaces."""


def words_of(text: str) -> list[str]:
    """Return a text's words lower-case and without accents."""
    if not text.isascii():
        signs = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in signs if not unicodedata.combining(sign))
    return _WORD.findall(text.casefold())


def _most_edits(typed: str) -> int:
    """Return how many typing mistakes are forgiven in a word."""
    return 0 if len(typed) < 3 else 1 if len(typed) < 6 else 2


@dataclass(frozen=True, slots=True)
class _Beginnings:
    """The distinct beginnings, of one length, of sorted words.

    Attributes:
        texts: The beginnings, in order.
        counts: Of how many words each is one, shape (beginnings,).
        letters: The set of each one's letters, a bit a letter, shape (beginnings,).
    """

    texts: list[str]
    counts: npt.NDArray[np.int64]
    letters: npt.NDArray[np.uint64]

    @classmethod
    def of(cls, words: list[str], length: int) -> Self:
        """Read the beginnings of sorted words."""
        groups = [(text, len(list(same))) for text, same in groupby(w[:length] for w in words)]
        texts = [text for text, _ in groups]
        counts = np.array([count for _, count in groups], dtype=np.int64)
        return cls(texts, counts, np.array([_letters(text) for text in texts], dtype=np.uint64))

    def edits(self, typed: str, most: int) -> npt.NDArray[np.int64]:
        """Return the edits that lead to each word's beginning, any number above `most` for more.

        Damerau's optimal string alignment: a letter put in, left out, replaced, or swapped
        with its neighbour.
        """
        found = np.full(len(self.texts), most + 1, dtype=np.int64)
        # An edit changes two letters of the set at most, so that few need be aligned.
        apart = np.bitwise_count(self.letters ^ np.uint64(_letters(typed)))
        near = np.flatnonzero(apart <= 2 * most)
        texts = [self.texts[number] for number in near.tolist()]
        if texts:
            found[near] = process.cdist(
                [typed], texts, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8
            )[0]
        return np.repeat(found, self.counts)


def _letters(text: str) -> int:
    bits = 0
    for letter in text:
        bits |= 1 << (ord(letter) & 63)
    return bits


class Lexicon:
    """Distinct words in their order. Several threads may compare with it at once."""

    def __init__(self, words: Iterable[str]) -> None:
        """Sort the words."""
        self.words = sorted(set(words))
        self._lengths = np.array([len(word) for word in self.words], dtype=np.int64)
        self._lines = "\n".join(self.words)
        self._ends = np.cumsum(self._lengths + 1)
        # Not a method: a cycle would keep a replaced generation's until it is collected.
        self._beginnings = lru_cache(_LONGEST)(partial(_Beginnings.of, self.words))

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.words)

    def exactly(self, word: str) -> slice:
        """Return where a word stands, an empty slice for nowhere."""
        at = bisect_left(self.words, word)
        return slice(at, at + (at < len(self) and self.words[at] == word))

    def beginning(self, typed: str) -> slice:
        """Return where the words stand that begin with what was typed."""
        return slice(bisect_left(self.words, typed), bisect_left(self.words, typed + _LAST))

    def like(self, typed: str, *, mistaken: bool = True) -> Likeness:
        """Return how like each word is to one of which at least the beginning was typed.

        Args:
            typed: One word, as `words_of` gives it.
            mistaken: Whether there may be mistakes in it.

        Returns:
            The likeness of each word, 0 where it is none, shape (words,).
        """
        size, most = len(typed), _most_edits(typed) if mistaken else 0
        edits = np.full(len(self), most + 1, dtype=np.int64)
        edits[self.beginning(typed)] = 0
        for length in range(size - 1, size + 2) if most else ():
            np.minimum(edits, self._beginnings(length).edits(typed, most), out=edits)
        whole = np.minimum(self._lengths, size) / np.maximum(self._lengths, size)
        found = (1 - _COMPLETE) * (1 - edits / size) + _COMPLETE * whole
        found[edits > most] = 0
        if size >= _LEAST_INSIDE or not typed.isascii():
            within = self._holding(typed)
            found[within] = np.maximum(found[within], _INSIDE)
        return found.astype(np.float32)

    def _holding(self, typed: str) -> npt.NDArray[np.intp]:
        """Return where the words stand in which something stands."""
        at = [match.start() for match in re.finditer(re.escape(typed), self._lines)]
        return np.searchsorted(self._ends, at, side="right")
