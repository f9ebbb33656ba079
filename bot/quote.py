"""Shorten a passage around its answering sentence, at sentence ends, no character torn; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.markdown import GAP, boundary, close_directions, escape, escape_signs, fitting
from retrieval.types import Heading, Hit, Span


@dataclass(frozen=True, slots=True)
class Quote:
    """What of a passage is shown.

    Attributes:
        span: The shown part, in the article's text.
        highlights: The shown parts of the sentences that answer.
        cut_before: Whether the passage goes on before it.
        cut_after: Whether the passage goes on behind it.
    """

    span: Span
    highlights: tuple[Span, ...]
    cut_before: bool
    cut_after: bool


def _pieces(hit: Hit) -> list[Span]:
    """Return the passage in pieces that end where sentences do, covering all of it."""
    start, end = hit.passage.span
    ends = [sentence.end for sentence in hit.passage.sentences if sentence.end < end]
    starts = [start, *ends]
    return [Span(a, b) for a, b in zip(starts, [*ends, end], strict=True) if a < b]


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def shorten(hit: Hit, room: int) -> Quote:
    """Return the part of a hit to show: its answering sentence and what fits around it.

    Args:
        hit: The hit.
        room: How many characters the part may have once escaped.
    """
    text = hit.version.article.text
    pieces = _pieces(hit)
    target = hit.highlights[0] if hit.highlights else pieces[0]
    last = hit.highlights[-1].end if hit.highlights else target.end
    inside = [n for n, p in enumerate(pieces) if p.start < last and target.start < p.end] or [0]
    low, high = inside[0], inside[-1]

    def size(first: int, final: int) -> int:
        return len(escape(text[pieces[first].start : pieces[final].end]))

    while high > low and size(low, high) > room:
        high -= 1
    if size(low, high) > room:
        # A heading in front of a sentence that is too long gives way to it.
        first = max(pieces[low].start, target.start)
        start, end = _trim(text, Span(first, pieces[low].end))
        shown = _trim(text, Span(start, max(start + 1, fitting(text, start, end, room))))
    else:
        # What stands under another heading is about something else.
        sections = _stops(hit, pieces)
        grown = True
        while grown:
            grown = False
            after = high + 1
            if after < len(pieces) and after not in sections and size(low, after) <= room:
                high, grown = after, True
            if low > 0 and low not in sections and size(low - 1, high) <= room:
                low, grown = low - 1, True
        start, end = _trim(text, Span(pieces[low].start, pieces[high].end))
        shown = Span(start, boundary(text, start, end))
    highlights = tuple(
        Span(max(h.start, shown.start), min(h.end, shown.end))
        for h in hit.highlights
        if h.start < shown.end and shown.start < h.end
    )
    whole = _trim(text, hit.passage.span)
    return Quote(shown, highlights, shown.start > whole.start, shown.end < whole.end)


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Return spans in which those that touch are one: bold that meets bold is not bold."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start:
            span = Span(joined.pop().start, span.end)
        joined.append(span)
    return joined


def markup(text: str, quote: Quote, headings: Sequence[Heading] = (), sign: str = "-# ") -> str:
    """Return a quote as Discord markdown: escaped, the answering sentences in bold.

    Args:
        text: The article's text.
        quote: What of it is shown.
        headings: The article's headings.
        sign: What stands before a heading, so that it looks like one.
    """
    # A heading says by itself that something stood before it.
    headed = any(heading.start == quote.span.start for heading in headings)
    parts = [f"{GAP} "] if quote.cut_before and not headed else []
    at = quote.span.start
    for span in _joined(quote.highlights):
        parts += [_plain(text, at, span.start, quote, headings, sign)]
        parts += [f"**{escape(text[span.start : span.end])}**"]
        at = span.end
    parts.append(_plain(text, at, quote.span.end, quote, headings, sign))
    if quote.cut_after:
        parts.append(f" {GAP}")
    return "".join(parts)


def _plain(
    text: str, start: int, end: int, quote: Quote, headings: Sequence[Heading], sign: str
) -> str:
    """Return a part of a quote that is not in bold, escaped, with signs before its headings."""
    begins = [
        h.start
        for h in headings
        if start <= h.start
        and h.end <= end
        and (h.start == quote.span.start or text[h.start - 1] == "\n")
    ]
    places = [start, *begins, end]
    pieces = [escape_signs(text[a:b]) for a, b in pairwise(places)]
    return close_directions(sign.join(pieces))


def _stops(hit: Hit, pieces: Sequence[Span]) -> set[int]:
    """Return the numbers of the pieces that begin a section."""
    starts = [h.start for h in hit.version.article.headings]
    return {n for n, p in enumerate(pieces) if any(p.start <= s < p.end for s in starts)}
