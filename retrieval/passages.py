"""Cut an article into passages with exact spans; pure.

A passage is a run of whole sentences filled to the model's window, counted in
the model's own tokens with its title and heading in front. Only a sentence that
alone exceeds the window is cut, at a word's end. Neighbouring passages share
their border sentence where it is short.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.sentences import split_sentences
from retrieval.types import Article, ArticleVersion, Passage, Span, digest

CountTokens = Callable[[Sequence[str]], list[int]]
"""Counts the tokens of each text, special tokens apart."""


# Characters that a token may stand for: some models read an endless word as one
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


def contexts(article: Article, chunking: Chunking, count: CountTokens) -> dict[str | None, str]:
    """Return what the model reads in front of a text: the title, and each heading with it.

    Half the window stays for the text, however long a title or a heading is.

    Args:
        article: The article.
        chunking: How passages are cut.
        count: Counts tokens as the model does.
    """
    headings = {article.text[h.start : h.end]: None for h in article.headings}
    ahead: dict[str | None, str] = {None: f"{article.title}: "}
    ahead |= {heading: f"{article.title}. {heading}: " for heading in headings}
    most = chunking.window // 2
    for heading, tokens in zip(list(ahead), count(list(ahead.values())), strict=True):
        if tokens > most:
            opening = ahead[heading][: most * _LONGEST_TOKEN]
            piece = _cut(opening, Span(0, len(opening)), most - 1, count)[0]
            ahead[heading] = f"{opening[: piece.end]}: "
    return ahead


def heading_over(article: Article, position: int) -> str | None:
    """Return the heading that a place in an article's text stands under, None for none."""
    above = bisect.bisect_right(article.headings, position, key=lambda h: h.start)
    return article.text[slice(*article.headings[above - 1])] if above else None


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
        pieces.append(Span(start, start + len(text[start:end].rstrip())))
        start = end
        while start < span.end and text[start].isspace():
            start += 1
    return pieces


def _sizes(text: str, spans: list[Span], count: CountTokens) -> list[int]:
    """Return the tokens of each span, or as many as it must count for to be shown."""
    tokens = count([text[span.start : span.end] for span in spans])
    return [max(n, (s.end - s.start) // _LONGEST_TOKEN) for n, s in zip(tokens, spans, strict=True)]


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
    for span, tokens in zip(spans, _sizes(text, spans, count), strict=True):
        pieces = [span] if tokens <= room else _cut(text, span, room, count)
        sizes = [tokens] if len(pieces) == 1 else _sizes(text, pieces, count)
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
    ahead = contexts(article, chunking, count)
    room = chunking.window - max(count(list(ahead.values())))
    units = _units(article, chunking, room, count)
    headings = _headings_in_force(article.text, units)
    passages = []
    first = 0
    while first < len(units):
        last = _fill(units, first, room)
        passages.append(_passage(version, units[first:last], headings[first]))
        if last == len(units):
            break
        first = last - 1 if _repeats(units[first:last], units[last], room, chunking) else last
    return passages


def _repeats(filled: list[_Unit], following: _Unit, room: int, chunking: Chunking) -> bool:
    """Tell whether the next passage starts with the last unit of this one."""
    border = filled[-1]
    short = border.tokens <= min(chunking.overlap, room - following.tokens)
    return short and len(filled) > 1 and not border.heading and not following.heading


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
