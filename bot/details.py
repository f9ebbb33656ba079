"""What an answer offers besides: more passages, one in its article, why each was chosen; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from discord import ui

from bot.controls import button
from bot.language import Language
from bot.layout import MOST_TEXT, Layout, layout, row, text
from bot.markdown import one_line
from bot.paging import around, backward, fits, onward, trimmed
from bot.passages import ALSO_ROOM, LONGEST_ID, Numbered, footnote, passages
from bot.quote import Quote, markup, shorten
from bot.reasons import reasons
from retrieval.types import Heading, Hit, Span, Standing

_REASON_ROOM = 500
_SIGNS_ROOM = 400
"""Characters that the signs of headings and of what is left out may take."""


def more(
    say: Language,
    numbered: Sequence[Numbered],
    record_id: str,
    standings: Mapping[str, Standing],
    threshold: float,
    *,
    left: bool,
) -> Layout:
    """Return the next passages of an answer.

    Args:
        say: The reader's language.
        numbered: The hits to show, `SHOWN` at most, by the numbers of their footnotes.
        record_id: The id of the answer's record.
        standings: What became of their versions, by version id.
        threshold: The confidence from which a passage counts as an answer.
        left: Whether there are still more.
    """
    notes = [_standing(say, {standings[hit.version.id] for _, hit in numbered})]
    if numbered[0][1].scores.confidence < threshold:
        notes.append(f"-# {say('more-unlikely')}")
    note = "\n".join(line for line in notes if line)
    items: list[ui.Item[Any]] = [text(note)] if note else []
    controls = [button(say("answer-in-context"), "context", f"{record_id}:{numbered[0][0]}")]
    if left:
        next_ones = f"{record_id}:{numbered[-1][0]}"
        controls.insert(0, button(say("answer-more"), "more", next_ones))
    items += passages(say, numbered, len(note))
    return layout(*items, row(*controls))


def _standing(say: Language, standings: set[Standing]) -> str | None:
    """Return a line that says what became of what was quoted, None where all is as it was."""
    for standing in (Standing.WITHDRAWN, Standing.CHANGED):
        if standing in standings:
            return "-# " + say(f"standing-{standing.value}")
    return None


def context(
    say: Language,
    hits: Mapping[int, Hit],
    place: int,
    record_id: str,
    standing: Standing,
    count: int,
    turn: tuple[str, int] | None = None,
) -> Layout:
    """Return a passage in its article, the answering sentences in bold, with pages to turn.

    Args:
        say: The reader's language.
        hits: The passages of the answer that the reader may see, by footnote number.
        place: The number of the one shown.
        record_id: The id of the answer's record.
        standing: What became of its article version.
        count: How many passages the answer shows.
        turn: The page instead of the passage's own: `f` and where it starts, or `b` and where
            it ends.
    """
    hit = hits[place]
    whole = hit.version.article.text
    head = [footnote(say, place, hit), _standing(say, {standing})]
    top = "\n".join(line for line in head if line)
    room = MOST_TEXT - len(top) - _SIGNS_ROOM
    quote = _page(hit, room, turn)
    turns = []
    own = f"{record_id}:{place}"
    if quote.span.start > 0:
        turns.append(button(say("context-before"), "passage", f"{own}:b{quote.span.start}"))
    if quote.span.end < len(whole.rstrip()):
        turns.append(button(say("context-after"), "passage", f"{own}:f{quote.span.end}"))
    if standing is not Standing.CURRENT:
        turns.append(button(say("context-article"), "version", hit.version.id))
    elif len(hit.version.article_id) <= LONGEST_ID:
        turns.append(button(say("context-article"), "article", hit.version.article_id))
    marked = markup(whole, quote, hit.version.article.headings)
    items: list[ui.Item[Any]] = [text(top), text(marked), row(*turns)]
    # All of them, the one shown included: so the row stays as it is while one leafs.
    shown = [number for number in hits if number <= count]
    if len(shown) > 1:
        passages = [
            button(
                say("context-passage", number=number),
                "passage",
                f"{record_id}:{number}",
                disabled=number == place and turn is None,
            )
            for number in shown
        ]
        items.append(row(*passages))
    return layout(*items)


def _page(hit: Hit, room: int, turn: tuple[str, int] | None) -> Quote:
    """Return a page of a hit's article: the one that is turned to, or the one around the hit."""
    whole = hit.version.article.text
    span = hit.passage.span
    if turn is not None:
        way, offset = turn[0], min(turn[1], len(whole))
        span = onward(whole, offset, room) if way == "f" else backward(whole, offset, room)
    if turn is None or span.start == span.end:
        span = around(whole, hit.passage.span, room)
        if not fits(whole, span, room):
            return shorten(hit, room)
    if turn is None or turn[0] == "f":
        span = _without_last_heading(whole, span, hit.version.article.headings)
    shown = tuple(
        Span(max(h.start, span.start), min(h.end, span.end))
        for h in hit.highlights
        if h.start < span.end and span.start < h.end
    )
    return Quote(span, shown, span.start > 0, span.end < len(whole.rstrip()))


def _without_last_heading(whole: str, span: Span, headings: Sequence[Heading]) -> Span:
    """Return a page without the headings that end it: they begin the next one."""
    for heading in reversed(headings):
        if heading.end == span.end and heading.start > span.start:
            span = trimmed(whole, span.start, heading.start)
    return span


def why(say: Language, hits: Iterable[Numbered], threshold: float) -> Layout:
    """Return why each of an answer's passages was chosen.

    Args:
        say: The reader's language.
        hits: The passages with their footnote numbers.
        threshold: The confidence from which the first one is an answer.
    """
    parts = []
    for number, hit in hits:
        name = one_line(hit.version.article.title, ALSO_ROOM)
        words, numbers = (one_line(line, _REASON_ROOM) for line in reasons(say, hit))
        parts.append(text(f"**{number}** {name}\n{words}\n-# {numbers}"))
    return layout(*parts, text(f"-# {say('why-threshold', threshold=threshold)}"))
