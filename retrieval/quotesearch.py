"""Find where a quote stands: candidates by both legs of the index, then word by word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from retrieval.alignment import (
    CONTENT,
    FUNCTION,
    Alignment,
    Numbers,
    Words,
    align,
    fold,
    numbered,
    words_of,
)
from retrieval.catalog import Catalog
from retrieval.encoder import Encoder
from retrieval.errors import QuestionError
from retrieval.index import PassageIndex
from retrieval.quotation import Kind, Match, Quotation, Verdict, compared
from retrieval.sentences import split_sentences
from retrieval.types import ArticleRef, ArticleVersion, Filters, Passage, Reader

LONGEST = 2000
"""Characters that a quote may have."""

_SHORT = 4
"""Words from which a quote may be altered; fewer must stand word for word."""

_BRIEF = 6
"""Words of a quote up to which three that agree are enough of it."""

_SENTENCES = 12
"""Sentences that are looked for by themselves."""

_WHOLE, _EACH = 20, 8
"""Passages that each leg finds for the whole text, and for each of its sentences."""

_PHRASE = 12
"""Words of a text, or of a sentence, that are looked for side by side."""

_AROUND = 500
"""Characters read around a passage, beside the length of the text."""

_COMPARED = 8
"""Windows that a part of a text is aligned with."""

_TELLING = 2
"""Content words that agree in a further piece; the first is judged by its share of the text."""

_DENSE = 0.6
"""The share of a piece's weight that agrees, at least."""

_SURE = 5 * CONTENT
"""The score from which a piece may skip more of the article's words than agree, and by itself
makes a text one that is in the archive, in part."""

_MOST = 0.5
"""Else a text is in the archive if so much of its weight agrees."""

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of an article around what was found.

    Attributes:
        ref: The article.
        version: Its version.
        words: The words of the part.
        numbers: The same by the vocabulary of the checked text.
        couples: The couples of neighbours among them that the text may share.
    """

    ref: ArticleRef
    version: ArticleVersion
    words: Words
    numbers: Numbers
    couples: frozenset[tuple[int, int]]


class QuoteChecker:
    """Checks quotes against any generation. Several threads may check at once."""

    def __init__(self, encoder: Encoder, catalog: Catalog) -> None:
        self._encoder = encoder
        self._catalog = catalog

    def check(self, index: PassageIndex, text: str, reader: Reader) -> Quotation:
        """Check a text as `Archive.check_quote` says, against one generation."""
        text = text.encode("utf-8", "replace").decode()
        if len(text) > LONGEST:
            raise QuestionError(
                f"That text has {len(text):,} characters; check {LONGEST:,} or fewer."
            )
        words = words_of(text)
        if not words.folded:
            raise QuestionError("There is no word in that text; check one that has words.")
        sentences = [text[slice(*span)] for span in split_sentences(text, index.language)]
        parts = [text, *sentences[:_SENTENCES]] if len(sentences) > 1 else [text]
        windows = self._windows(index, parts, words, len(text), reader)
        search = _Search(words, _weights(index, parts, words, reader), windows)
        matches = [
            Match(
                found.window.version,
                found.window.words,
                _sentence_numbers(found.window, index.language),
                found.alignment.pairs,
                found.also_in,
            )
            for found in search.found()
        ]
        pieces, differences = compared(text, words, matches)
        faults = any(difference.kind is not Kind.OMISSION for difference in differences)
        altered = Verdict.ALTERED if faults else Verdict.VERBATIM
        refs = dict.fromkeys(window.ref for window in windows)
        return Quotation(
            text=text,
            verdict=altered if pieces else Verdict.ABSENT,
            pieces=pieces,
            differences=differences,
            nearest=() if pieces else tuple(refs)[:_NEAREST],
            generation=index.generation,
        )

    def _windows(
        self, index: PassageIndex, parts: Sequence[str], words: Words, around: int, reader: Reader
    ) -> list[_Window]:
        """Return what stands around the passages nearest to a text and to its parts."""
        found: dict[str, tuple[ArticleRef, list[Passage]]] = {}
        seen: set[int] = set()
        for number, part in enumerate(parts):
            limit = _EACH if number else _WHOLE
            terms = index.terms(part, reader)
            vector = self._encoder.encode_question(part)
            near = index.search(vector, terms, limit, Filters(), reader)
            order = np.lexsort((-near.dense, -near.keyword))
            for position in (*_holding(index, part, reader), *near.positions[order].tolist()):
                if position not in seen:
                    seen.add(position)
                    entry = index.entry(position)
                    held = found.setdefault(entry.version_id, (entry.ref, []))
                    held[1].append(index.passage(position))
        versions = self._catalog.load(list(found))
        vocabulary = {word: number for number, word in enumerate(dict.fromkeys(words.folded))}
        return [
            window
            for version_id, (ref, passages) in found.items()
            if version_id in versions
            for window in _windows_of(
                ref, versions[version_id], passages, around + _AROUND, vocabulary
            )
        ]


def _holding(index: PassageIndex, part: str, reader: Reader) -> list[int]:
    """Return the position of a passage in which a text begins as it stands; none for a short one.

    Words that nearly every passage holds tell the legs nothing, but side by side they may.
    """
    words = index.fold(part)[:_PHRASE]
    position = index.holding(words, reader) if len(words) >= _SHORT else None
    return [] if position is None else [position]


def _windows_of(
    ref: ArticleRef,
    version: ArticleVersion,
    passages: Iterable[Passage],
    around: int,
    vocabulary: dict[str, int],
) -> Iterable[_Window]:
    """Yield the parts of an article around passages; those that touch are one."""
    ends: list[list[int]] = []
    for span in sorted(passage.span for passage in passages):
        start, end = max(0, span.start - around), span.end + around
        if ends and start <= ends[-1][1]:
            ends[-1][1] = max(end, ends[-1][1])
        else:
            ends.append([start, end])
    for start, end in ends:
        words = words_of(version.article.text, start, end)
        numbers = numbered(words.folded, vocabulary)
        couples = frozenset(pairwise(numbers.tolist()))
        yield _Window(ref, version, words, numbers, couples)


def _weights(index: PassageIndex, parts: Sequence[str], words: Words, reader: Reader) -> Numbers:
    """Return what each word of a text counts for: function words less."""
    content: dict[str, bool] = {}
    for part in parts:
        content |= {fold(term.word): term.content for term in index.terms(part, reader)}
    return np.array(
        [
            CONTENT if word.isdigit() or (len(word) > 1 and content.get(word, True)) else FUNCTION
            for word in words.folded
        ],
        dtype=np.int32,
    )


def _sentence_numbers(window: _Window, language: str) -> list[int]:
    """Return the number of the sentence that each word of a window stands in."""
    spans = window.words.spans
    start, end = spans[0].start, spans[-1].end
    # The mark behind the last word may be part of a number or of an address.
    part = window.version.article.text[start : end + 1]
    starts = np.array([start + span.start for span in split_sentences(part, language)])
    found: list[int] = np.searchsorted(starts, [span.start for span in spans], "right").tolist()
    return found


@dataclass(frozen=True, slots=True)
class _Found:
    """A part of a text that stands in a window."""

    window: _Window
    alignment: Alignment
    also_in: tuple[ArticleRef, ...]


class _Search:
    """Looks for a text in windows, piece by piece, the best one first."""

    def __init__(self, words: Words, weights: Numbers, windows: Sequence[_Window]) -> None:
        self._words = words
        self._weights = weights
        self._windows = windows
        vocabulary = {word: number for number, word in enumerate(dict.fromkeys(words.folded))}
        self._numbers = numbered(words.folded, vocabulary)

    def found(self) -> list[_Found]:
        """Return where parts of the text stand, no word of it twice; nothing if it is not there."""
        least = min(_SHORT, len(self._words))
        ranges, found = [(0, len(self._words))], []
        while ranges:
            low, high = ranges.pop()
            best = self._best(low, high) if high - low >= least else None
            if best is not None:
                found.append(best)
                pairs = best.alignment.pairs
                ranges += [(low, pairs[0][0]), (pairs[-1][0] + 1, high)]
        return found if self._suffices(found) else []

    def _best(self, low: int, high: int) -> _Found | None:
        """Return where a range of words stands best, None where it does not."""
        rows, weights = self._numbers[low:high], self._weights[low:high]
        couples = set(pairwise(rows.tolist()))
        shared = [len(couples & window.couples) for window in self._windows]
        order = sorted(range(len(shared)), key=lambda place: -shared[place])[:_COMPARED]
        aligned = [
            (window, _moved(align(rows, weights, window.numbers), low))
            for window in (self._windows[place] for place in order)
            if len(window.words)
        ]
        fit = [each for each in aligned if self._holds(each[1], high - low)]
        if not fit:
            return None
        window, alignment = max(fit, key=lambda each: each[1].score)
        held = _stretch(window, alignment)
        also = dict.fromkeys(
            other.ref
            for other, like in fit
            if like.score == alignment.score
            and other.ref.id != window.ref.id
            and _stretch(other, like) == held
        )
        return _Found(window, alignment, tuple(also))

    def _holds(self, alignment: Alignment, wanted: int) -> bool:
        """Tell whether an alignment is no accident.

        Args:
            alignment: The alignment.
            wanted: How many words were looked for.
        """
        if not alignment.pairs:
            return False
        (first, begin), (last, end) = alignment.pairs[0], alignment.pairs[-1]
        count = len(alignment.pairs)
        weights = self._weights[[pair[0] for pair in alignment.pairs]]
        content = int((weights == CONTENT).sum())
        if count == wanted == end - begin + 1:
            return content > 0 or count > _SHORT
        if len(self._words) < _SHORT:
            return False
        dense = weights.sum() >= _DENSE * self._weights[first : last + 1].sum()
        close = end - begin < 2 * count or alignment.score >= _SURE
        telling = 1 if wanted == len(self._words) else _TELLING
        least = _SHORT - 1 if len(self._words) <= _BRIEF else _SHORT
        return content >= telling and count >= least and bool(dense) and close

    def _suffices(self, found: Sequence[_Found]) -> bool:
        """Tell whether what was found is enough of the text, or enough by itself."""
        held = [place for each in found for place, _ in each.alignment.pairs]
        share = self._weights[held].sum() / self._weights.sum()
        longest = max((each.alignment.score for each in found), default=0)
        return bool(share >= _MOST or longest >= _SURE)


def _stretch(window: _Window, alignment: Alignment) -> tuple[str, ...]:
    """Return the words of a window that an alignment spans."""
    return window.words.folded[alignment.pairs[0][1] : alignment.pairs[-1][1] + 1]


def _moved(alignment: Alignment, by: int) -> Alignment:
    """Return an alignment of a part of a text as one of the text."""
    return Alignment(alignment.score, tuple((row + by, column) for row, column in alignment.pairs))
