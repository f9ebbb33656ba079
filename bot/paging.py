"""An article's text in pages that fit a message and end at paragraph ends where they can; pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from bot.markdown import boundary, escape, fitting
from retrieval.types import Span

_BREAK = "\n\n"


def fits(whole: str, span: Span, room: int) -> bool:
    """Tell whether a part of a text fits once escaped, without escaping what is far too long."""
    start, end = span
    return end - start <= room and len(escape(whole[start:end])) <= room


def trimmed(whole: str, start: int, end: int) -> Span:
    """Return a part of a text without the space at its ends."""
    while start < end and whole[start].isspace():
        start += 1
    while end > start and whole[end - 1].isspace():
        end -= 1
    return Span(start, end)


def onward(whole: str, start: int, room: int) -> Span:
    """Return the page that starts at an offset: whole paragraphs, as many as fit."""
    start = trimmed(whole, start, len(whole)).start
    end = start
    while end < len(whole):
        following = whole.find(_BREAK, end + len(_BREAK))
        following = len(whole) if following < 0 else following
        if not fits(whole, Span(start, following), room):
            break
        end = following
    if end == start and start < len(whole):  # one paragraph that fills more than a page
        end = fitting(whole, start, len(whole), room)
    return trimmed(whole, start, end)


def backward(whole: str, end: int, room: int) -> Span:
    """Return the page that ends at an offset: whole paragraphs, as many as fit."""
    end = trimmed(whole, 0, end).end
    start = end
    while start > 0:
        earlier = whole.rfind(_BREAK, 0, max(0, start - len(_BREAK)))
        earlier = earlier + len(_BREAK) if earlier >= 0 else 0
        if not fits(whole, Span(earlier, end), room):
            break
        start = earlier
    if start == end and end > 0:  # one paragraph that fills more than a page
        start = max(0, end - room // 2)
        if 0 < (space := whole.find(" ", start, end)):
            start = space
        start = boundary(whole, 0, start)
    return trimmed(whole, start, end)


def around(whole: str, span: Span, room: int) -> Span:
    """Return a part of a text grown by whole paragraphs on both sides while they fit."""
    start, end = span
    while (start, end) != (0, len(whole)):
        before = whole.rfind(_BREAK, 0, max(0, start - len(_BREAK)))
        after = whole.find(_BREAK, end + len(_BREAK))
        grown = Span(
            before + len(_BREAK) if before >= 0 else 0, after if after >= 0 else len(whole)
        )
        if not fits(whole, grown, room):
            break
        start, end = grown
    return Span(start, end)


def pages(whole: str, room: int, headings: Sequence[int] = ()) -> list[Span]:
    """Return a text in pages, in order.

    Args:
        whole: The text.
        room: Characters that a page may have once escaped.
        headings: Where headings begin; a page ends before one rather than soon behind it.
    """
    found = []
    page = onward(whole, 0, room)
    while page.start < page.end:
        last = bisect_left(headings, page.end) - 1
        if last >= 0 and page.end < len(whole) and headings[last] > sum(page) / 2:
            page = trimmed(whole, page.start, headings[last])
        found.append(page)
        page = onward(whole, page.end, room)
    return found
