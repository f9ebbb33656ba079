"""Cut an article into passages with exact spans; pure.

A passage is a run of whole sentences filled to the model's window, counted in
the model's own tokens with its title and heading in front. Only a sentence that
alone exceeds the window is cut, at a word's end. Neighbouring passages share
their border sentence where it is short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.sentences import split_sentences
from retrieval.types import Article, ArticleVersion, Passage, Span, digest

CountTokens = Callable[[Sequence[str]], list[int]]
"""Counts the tokens of each text, special tokens apart."""


# Characters a token may stand for: some models read an endless word as one
# unknown token, and a passage must stay short enough to be shown.
_LONGEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Chunking:
    """How passages are cut.

    Attributes:
        window: Tokens a passage may have, title and heading included.
        overlap: Tokens, at most, that a passage repeats of the one before.
        language: The articles' two-letter language code.
    """

    window: int
    overlap: int
    language: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a window-sized piece of one, or a heading line."""

    span: Span
    tokens: int
    heading: bool


def contextual(article: Article, heading: str | None, text: str) -> str:
    """Return the text as the model reads it: title and heading in front."""
    context = article.title if heading is None else f"{article.title}. {heading}"
    return f"{context}: {text}"


def _cut(text: str, span: Span, room: int, count: CountTokens) -> list[Span]:
    """Return an over-long sentence in pieces of at most `room` tokens, cut at word ends."""
    pieces = []
    start = span.start
    while start < span.end:
        low, high = start + 1, min(span.end, start + room * _LONGEST_TOKEN)
        while low < high:
            middle = (low + high + 1) // 2
            if count([text[start:middle]])[0] <= room:
                low = middle
            else:
                high = middle - 1
        end = low
        if end < span.end and (space := text.rfind(" ", start + 1, end + 1)) > start:
            end = space
        pieces.append(Span(start, end))
        start = end
        while start < span.end and text[start].isspace():
            start += 1
    return pieces


def _units(article: Article, chunking: Chunking, room: int, count: CountTokens) -> list[_Unit]:
    text = article.text
    heads = {heading.start: heading for heading in article.headings}
    spans = []
    within = None
    for span in split_sentences(text, chunking.language):
        if within is not None and span.start < within.end:
            continue
        within = heads.get(span.start)
        spans.append(Span(*within) if within is not None else span)
    units = []
    for span, tokens in zip(spans, count([text[s.start : s.end] for s in spans]), strict=True):
        pieces = [span] if tokens <= room else _cut(text, span, room, count)
        sizes = [tokens] if len(pieces) == 1 else count([text[p.start : p.end] for p in pieces])
        heading = span.start in heads and len(pieces) == 1
        units += [_Unit(p, n, heading) for p, n in zip(pieces, sizes, strict=True)]
    return units


def _fill(units: list[_Unit], first: int, room: int) -> int:
    """Return the index behind the last unit that fits, at least one, not ending on a heading."""
    used = 0
    last = first
    while last < len(units) and (last == first or used + units[last].tokens <= room):
        # A section that starts in the fuller half of a passage starts the next one.
        if units[last].heading and used > room // 2:
            break
        used += units[last].tokens
        last += 1
    while last < len(units) and last - 1 > first and units[last - 1].heading:
        last -= 1
    return last


def cut_passages(version: ArticleVersion, chunking: Chunking, count: CountTokens) -> list[Passage]:
    """Return an article version's passages, in order; each span is exact.

    Args:
        version: The article version.
        chunking: How passages are cut.
        count: Counts tokens as the model does.
    """
    article = version.article
    longest = max((h.end - h.start for h in article.headings), default=0)
    sample = next((h for h in article.headings if h.end - h.start == longest), None)
    heading = article.text[sample.start : sample.end] if sample else None
    # Half the window at least stays for the text, however long a title is.
    context = count([contextual(article, heading, "")])[0]
    room = max(chunking.window - context, chunking.window // 2)
    units = _units(article, chunking, room, count)
    headings = _headings_in_force(article.text, units)
    passages = []
    first = 0
    while first < len(units):
        last = _fill(units, first, room)
        passages.append(_passage(version, units[first:last], headings[first]))
        if last == len(units):
            break
        border = units[last - 1]
        repeats = last - 1 > first and border.tokens <= chunking.overlap and not border.heading
        first = last - 1 if repeats and not units[last].heading else last
    return passages


def _headings_in_force(text: str, units: list[_Unit]) -> list[str | None]:
    """Return, for each unit, the heading that it stands under or is."""
    heading = None
    headings = []
    for unit in units:
        if unit.heading:
            heading = text[unit.span.start : unit.span.end]
        headings.append(heading)
    return headings


def _passage(version: ArticleVersion, units: list[_Unit], heading: str | None) -> Passage:
    span = Span(units[0].span.start, units[-1].span.end)
    return Passage(
        id=digest(version.id, str(span.start), str(span.end)),
        version_id=version.id,
        span=span,
        heading=heading,
        sentences=tuple(u.span for u in units if not u.heading),
    )
