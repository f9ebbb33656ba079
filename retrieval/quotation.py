"""What becomes of a quote: where it stands, and what differs, word by word; pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import Enum
from itertools import pairwise

from retrieval.alignment import Words
from retrieval.types import ArticleRef, ArticleVersion, Span

_ELLIPSIS = re.compile(r"\.{3,}|…|\.\s\.\s\.")
_DIGIT = re.compile(r"\d")
_NEAR = 12
"""Words left out, across a sentence's end, that do not yet make two places of one."""

_FEW, _SOME = 2, 4
"""Words at an end of a quote that may stand for the article's next ones: more, if some agree."""


class Verdict(Enum):
    """What is said of a quote: `VERBATIM` up to case, white space and typographic marks."""

    VERBATIM = "verbatim"
    ALTERED = "altered"
    ABSENT = "absent"


class Kind(Enum):
    """How a quote departs from an article; an omission that it owns up to is none of its faults."""

    NUMBER = "number"
    WORD = "word"
    LEFT_OUT = "left-out"
    ADDED = "added"
    JOINED = "joined"
    OMISSION = "omission"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a quote that stands in an article, or nearly so.

    Attributes:
        said: The part of the checked text.
        version: The article version.
        span: Where it stands in the article's text.
        also_in: Other articles that hold the same words there, of those the reader may see.
    """

    said: Span
    version: ArticleVersion
    span: Span
    also_in: tuple[ArticleRef, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where a quote departs from what the article says.

    Attributes:
        kind: How.
        said: The words of the checked text; empty where it lacks words.
        written: The article's words instead; empty where it has none, or where two pieces join.
        piece: The number, from 0, of the piece whose article that is.
    """

    kind: Kind
    said: Span
    written: Span
    piece: int


@dataclass(frozen=True, slots=True)
class Quotation:
    """What the archive says to a quote.

    Attributes:
        text: The text that was checked.
        verdict: Whether it stands there.
        pieces: Where, in the order of the text.
        differences: What differs, in the order of the text.
        nearest: The articles nearest to it, where it stands in none.
        generation: The generation of the index that was searched.
    """

    text: str
    verdict: Verdict
    pieces: tuple[Piece, ...]
    differences: tuple[Difference, ...]
    nearest: tuple[ArticleRef, ...]
    generation: str


@dataclass(frozen=True, slots=True)
class Match:
    """Words of a text that agree with those of a part of an article.

    Attributes:
        version: The article version.
        words: The words of that part of it.
        sentences: The number of the sentence that each of them stands in.
        pairs: The places of the words that agree, in the text and in that part, in order.
        also_in: Other articles that hold the same words.
    """

    version: ArticleVersion
    words: Words
    sentences: Sequence[int]
    pairs: tuple[tuple[int, int], ...]
    also_in: tuple[ArticleRef, ...] = ()

    def apart(self, first: int, last: int) -> bool:
        """Tell whether the words between two places are whole sentences, or many beyond one."""
        numbers = self.sentences
        before, after = numbers[first - 1], numbers[last]
        whole = before != numbers[first] and numbers[last - 1] != after
        return whole or (before != after and last - first > _NEAR)


@dataclass(frozen=True, slots=True)
class _Run:
    """A match that is one piece: the ranges of words, half-open, on both sides."""

    match: Match
    said: tuple[int, int]
    written: tuple[int, int]

    @classmethod
    def of(cls, match: Match) -> _Run:
        (first, begin), (last, end) = match.pairs[0], match.pairs[-1]
        return cls(match, (first, last + 1), (begin, end + 1))

    @property
    def span(self) -> Span:
        spans = self.match.words.spans
        return Span(spans[self.written[0]].start, spans[self.written[1] - 1].end)


class _Text:
    """The checked text: its words, and where it owns up to leaving something out."""

    def __init__(self, text: str, words: Words) -> None:
        self.words = words
        starts = [span.start for span in words.spans]
        self._gaps = {bisect_left(starts, each.start()) for each in _ELLIPSIS.finditer(text)}

    def owns_up(self, first: int, last: int) -> bool:
        """Tell whether an ellipsis stands between the words before and at two places."""
        return any(first <= gap <= last for gap in self._gaps)


def compared(
    text: str, words: Words, matches: Sequence[Match]
) -> tuple[tuple[Piece, ...], tuple[Difference, ...]]:
    """Return the pieces of a text and its differences, in its order.

    Args:
        text: The text.
        words: Its words.
        matches: Where parts of it stand; no word of it twice.
    """
    said = _Text(text, words)
    runs = [
        _Run.of(part)
        for match in sorted(matches, key=lambda m: m.pairs[0])
        for part in _split(match, said)
    ]
    runs = _widened(runs, words)
    pieces = tuple(
        Piece(_span(words, *run.said), run.match.version, run.span, run.match.also_in)
        for run in runs
    )
    return pieces, tuple(_all_differences(said, runs))


def _span(words: Words, first: int, last: int) -> Span:
    """Return the span of a range of words; of no words, an empty one behind the word before."""
    if first == last:
        at = words.spans[first - 1].end if first else words.spans[0].start
        return Span(at, at)
    return Span(words.spans[first].start, words.spans[last - 1].end)


def _split(match: Match, text: _Text) -> Iterator[Match]:
    """Yield a match in parts that stand together in the article."""
    begin = 0
    for place, (one, other) in enumerate(pairwise(match.pairs), start=1):
        extra, skipped = other[0] - one[0] - 1, other[1] - one[1] - 1
        if skipped <= extra + _FEW or text.owns_up(one[0] + 1, other[0]):
            continue
        if match.apart(one[1] + 1, other[1]):
            yield replace(match, pairs=match.pairs[begin:place])
            begin = place
    yield replace(match, pairs=match.pairs[begin:])


def _widened(runs: list[_Run], words: Words) -> list[_Run]:
    """Return runs that take in the few words at their ends which stand for the article's."""
    found: list[_Run] = []
    for place, run in enumerate(runs):
        until = runs[place + 1].said[0] if place + 1 < len(runs) else len(words)
        since = found[-1].said[1] if found else 0
        found.append(_widened_behind(_widened_before(run, words, since), words, until))
    return found


def _agreeing(said: Sequence[str], written: Sequence[str]) -> list[tuple[int, int]] | None:
    """Return which words at an end of a quote agree with the article's next ones.

    Args:
        said: The words that are left over, the nearest to what is found first.
        written: The article's words there, to the end of the sentence, likewise.

    Returns:
        The places of words that agree; None where those of the quote are other ones.
    """
    count = len(said)
    if not count or not written or count > _SOME:
        return None
    for skipped in range(len(written) - count + 1):
        if said == written[skipped : skipped + count]:
            return [(n, n + skipped) for n in range(count)]
    near = written[: count + _FEW]
    blocks = SequenceMatcher(None, said, near, autojunk=False).get_matching_blocks()
    pairs = [(one + n, other + n) for one, other, size in blocks for n in range(size)]
    return pairs if pairs or count <= _FEW else None


def _widened_behind(run: _Run, words: Words, until: int) -> _Run:
    match, (first, last), (begin, end) = run.match, run.said, run.written
    numbers, held = match.sentences, match.words.folded
    limit = bisect_right(numbers, numbers[end - 1])
    agreeing = _agreeing(words.folded[last:until], held[end:limit])
    if agreeing is None:
        return run
    pairs = [(last + one, end + other) for one, other in agreeing]
    one, other = pairs[-1] if pairs else (last - 1, end - 1)
    more = min(limit, other + until - one)
    wider = replace(match, pairs=(*match.pairs, *pairs))
    return _Run(wider, (first, until), (begin, more))


def _widened_before(run: _Run, words: Words, since: int) -> _Run:
    match, (first, last), (begin, end) = run.match, run.said, run.written
    numbers, held = match.sentences, match.words.folded
    limit = bisect_left(numbers, numbers[begin])
    agreeing = _agreeing(words.folded[since:first][::-1], held[limit:begin][::-1])
    if agreeing is None:
        return run
    pairs = [(first - 1 - one, begin - 1 - other) for one, other in reversed(agreeing)]
    one, other = pairs[0] if pairs else (first, begin)
    more = max(limit, other - one + since)
    wider = replace(match, pairs=(*pairs, *match.pairs))
    return _Run(wider, (since, last), (more, end))


def _all_differences(text: _Text, runs: Sequence[_Run]) -> Iterator[Difference]:
    """Yield what differs within pieces, between them and around them."""
    words, at = text.words, 0
    for number, run in enumerate(runs):
        before = runs[number - 1] if number else None
        if at < run.said[0]:
            owner, place = (number - 1, before.span.end) if before else (0, run.span.start)
            yield Difference(Kind.ADDED, _span(words, at, run.said[0]), Span(place, place), owner)
        if before is not None:
            yield from _between(text, before, run, number)
        yield from _within(text, run, number)
        at = run.said[1]
    if runs and at < len(words):
        end = runs[-1].span.end
        yield Difference(Kind.ADDED, _span(words, at, len(words)), Span(end, end), len(runs) - 1)


def _between(text: _Text, before: _Run, run: _Run, number: int) -> Iterator[Difference]:
    """Yield what differs where one piece ends and the next begins."""
    at = _span(text.words, run.said[0], run.said[0])
    one, other = before.match, run.match
    follows = one.version.id == other.version.id and before.span.end <= run.span.start
    gap = Span(before.span.end, run.span.start)
    if follows and not one.version.article.text[slice(*gap)].strip(" .,;:!?\n"):
        return
    if follows and text.owns_up(before.said[1], run.said[0]):
        yield Difference(Kind.OMISSION, at, gap, number)
    elif follows and one.words is other.words and not one.apart(before.written[1], run.written[0]):
        yield Difference(Kind.LEFT_OUT, at, gap, number)
    else:
        yield Difference(Kind.JOINED, at, Span(run.span.start, run.span.start), number)


def _within(text: _Text, run: _Run, number: int) -> Iterator[Difference]:
    """Yield what differs within a piece."""
    match = run.match
    ends = [(run.said[0] - 1, run.written[0] - 1), (run.said[1], run.written[1])]
    for one, other in pairwise([ends[0], *match.pairs, ends[1]]):
        said, written = (one[0] + 1, other[0]), (one[1] + 1, other[1])
        if said[0] == said[1] and written[0] == written[1]:
            continue
        kind = _kind(text, match.words, said, written)
        yield Difference(kind, _span(text.words, *said), _span(match.words, *written), number)


def _kind(text: _Text, held: Words, said: tuple[int, int], written: tuple[int, int]) -> Kind:
    mine, theirs = text.words.folded[slice(*said)], held.folded[slice(*written)]
    if not theirs:
        return Kind.ADDED
    if text.owns_up(*said) and (not mine or len(theirs) > len(mine)):
        return Kind.OMISSION if not mine else Kind.WORD
    if not mine:
        return Kind.LEFT_OUT
    numbers = [sorted(filter(_DIGIT.search, part)) for part in (mine, theirs)]
    return Kind.NUMBER if numbers[0] != numbers[1] else Kind.WORD
