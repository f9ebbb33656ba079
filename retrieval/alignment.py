"""Words of two texts, folded, and where they agree in order: local alignment; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.types import Span

Numbers = npt.NDArray[np.int32]

# Scripts without spaces between words: every sign of theirs counts as one.
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# What stands within a word: accents of their own, soft hyphens, signs of no width.
_WITHIN = "\u00ad\u0300-\u036f\u200b-\u200d\u2060"
_LETTERS = rf"[^\W_{_UNSPACED}][^\W_{_UNSPACED}]*(?:[{_WITHIN}]+[^\W_{_UNSPACED}]*)*"
_WORD = re.compile(
    rf"(?:(?<!\w)[-−](?=\d))?{_LETTERS}"
    rf"(?:(?:(?<=\d)[.,](?=\d)|['’ʼ‘](?=[^\W\d_])){_LETTERS})*"
    rf"|[{_UNSPACED}]|[%‰°$€£¥¢₹₽₩₺₿]"
)
_DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060"))
_SAME = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "−": "-"})

# What a pair of words counts for, and what departing from the article costs.
CONTENT, FUNCTION = 20, 6
_MISFIT = 8
_OPEN = 12
_SKIPPED = 1
_ADDED = 5
_NEVER = -(2**30)


def fold(word: str) -> str:
    """Return a word without what only looks different: case, accents, kinds of apostrophes."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.translate(_DROPPED).translate(_SAME)).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, or of a part of one.

    Attributes:
        folded: The words, folded; a number such as 1,200 is one, a sign such as % as well.
        spans: Where each stands in the text.
    """

    folded: tuple[str, ...]
    spans: tuple[Span, ...]

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.folded)


def words_of(text: str, start: int = 0, end: int | None = None) -> Words:
    """Return the words of a text between two offsets."""
    found = list(_WORD.finditer(text, start, len(text) if end is None else end))
    return Words(
        tuple(fold(match.group()) for match in found),
        tuple(Span(match.start(), match.end()) for match in found),
    )


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where two sequences of words agree best.

    Attributes:
        score: What the pairs count for, less what lies between them.
        pairs: The places of words that agree, in order, rising on both sides.
    """

    score: int
    pairs: tuple[tuple[int, int], ...]


def align(rows: Numbers, weights: Numbers, columns: Numbers) -> Alignment:
    """Return the best local alignment of two sequences of words.

    Source: Smith and Waterman, 1981, with the affine gaps of Gotoh, 1982. A word skipped in
    the columns costs less than one that only the rows have.

    Args:
        rows: The words as numbers, int32, shape (n,).
        weights: What each counts for where it agrees, int32, shape (n,).
        columns: The other words as numbers, int32, shape (m,).
    """
    scores = np.zeros((len(rows) + 1, len(columns) + 1), dtype=np.int32)
    down = np.full(len(columns) + 1, _NEVER, dtype=np.int32)
    ramp = np.arange(len(columns) + 1, dtype=np.int32) * _SKIPPED
    for row, (word, weight) in enumerate(zip(rows, weights, strict=True)):
        before, here = scores[row], scores[row + 1]
        down = np.maximum(down, before - _OPEN) - _ADDED
        here[1:] = before[:-1] + np.where(columns == word, weight, -_MISFIT)
        np.maximum(here, down, out=here)
        np.maximum(here, 0, out=here)
        best = np.maximum.accumulate(here + ramp)
        here[1:] = np.maximum(here[1:], best[:-1] - ramp[1:] - _OPEN)
    return Alignment(int(scores.max()), _traced(scores, rows, weights, columns))


def _traced(
    scores: Numbers, rows: Numbers, weights: Numbers, columns: Numbers
) -> tuple[tuple[int, int], ...]:
    """Return the pairs that led to the highest score."""
    row, column = map(int, np.unravel_index(int(scores.argmax()), scores.shape))
    pairs = []
    while (score := scores[row, column]) > 0:
        agrees = rows[row - 1] == columns[column - 1]
        fit = weights[row - 1] if agrees else -_MISFIT
        if score == scores[row - 1, column - 1] + fit:
            row, column = row - 1, column - 1
            if agrees:
                pairs.append((row, column))
            continue
        steps = np.arange(1, row + 1)
        up = np.flatnonzero(scores[row - steps, column] - _OPEN - _ADDED * steps == score)
        if len(up):
            row -= int(up[0]) + 1
            continue
        steps = np.arange(1, column + 1)
        left = np.flatnonzero(scores[row, column - steps] - _OPEN - _SKIPPED * steps == score)
        column -= int(left[0]) + 1
    return tuple(reversed(pairs))


def numbered(words: Sequence[str], vocabulary: dict[str, int]) -> Numbers:
    """Return words as the numbers of a vocabulary, -1 for a word that it lacks."""
    return np.array([vocabulary.get(word, -1) for word in words], dtype=np.int32)
