"""Passages as parts of a Discord message: quotes, each with its footnote; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from discord import ui

from bot.citation import carried, hit_link
from bot.controls import Control, button
from bot.language import Language
from bot.layout import MOST_TEXT, text
from bot.markdown import masked, one_line, quoted, shortened
from bot.paging import trimmed
from bot.quote import Quote, markup, shorten
from retrieval.types import ArticleRef, ArticleVersion, Heading, Hit

SHOWN = 3
"""Passages that one message shows at most."""

LONGEST_ID = 80
"""Characters of an article's id that a custom id has room for."""

ALSO_ROOM = 80
"""Characters of a title that is named in passing."""

_AS_LIKELY = 1 / 3
"""The share of the threshold from which a passage may answer beside the one that does."""

_FIRST_ROOM = 500
_OTHER_ROOM = 280
_TITLE_ROOM = 200
_BYLINE_ROOM = 160
_SECTION_ROOM = 100

Numbered = tuple[int, Hit]
"""A hit and the number of its footnote."""


def byline(version: ArticleVersion) -> str:
    """Return source, authors and date of an article as far as they are known, escaped."""
    article = version.article
    parts = []
    if article.source:
        parts.append(one_line(article.source, _BYLINE_ROOM))
    if article.authors:
        parts.append(one_line(", ".join(article.authors), _BYLINE_ROOM))
    if article.published_at:
        parts.append(f"<t:{int(article.published_at.timestamp())}:D>")
    return " · ".join(parts)


def title(version: ArticleVersion, link: str | None) -> str:
    """Return an article's title, escaped, with its link where it has one."""
    shown = version.article.title
    return masked(shown, _TITLE_ROOM, link) if link else one_line(shown, _TITLE_ROOM)


def _also_in(say: Language, hit: Hit) -> str:
    """Return the other articles that tell the hit's story, "" where none does."""
    if not hit.also_in:
        return ""
    named = [one_line(ref.title, ALSO_ROOM) for ref in hit.also_in[:2]]
    more = len(hit.also_in) - 2
    return say("also-in", articles=say.list([*named, *_more(say, more)]))


def _more(say: Language, count: int) -> list[str]:
    return [say("and-more", count=count)] if count > 0 else []


def _link(hit: Hit) -> str | None:
    """Return the link to the hit's sentence, or to its page, where Discord can carry it."""
    return carried(hit_link(hit), hit.version.article.url)


def _above(hit: Hit) -> Heading | None:
    """Return the heading that the answering sentence stands under, None where there is none."""
    at = hit.highlights[0].start if hit.highlights else hit.passage.span.start
    return next((h for h in reversed(hit.version.article.headings) if h.start <= at), None)


def _section(hit: Hit) -> str:
    """Return the name of that heading, "" where there is none."""
    text, above = hit.version.article.text, _above(hit)
    heading = text[above.start : above.end] if above else hit.passage.heading
    return f" › {one_line(heading, _SECTION_ROOM)}" if heading else ""


def footnote(say: Language, number: int, hit: Hit) -> str:
    """Return a passage's citation: number, title with its link, heading, byline."""
    named = f"**{number}** {title(hit.version, _link(hit))}{_section(hit)}"
    parts = [named, byline(hit.version), _also_in(say, hit)]
    return "-# " + " · ".join(part for part in parts if part)


def _again(say: Language, number: int, hit: Hit) -> str:
    """Return the citation of another passage of an article that has just been cited."""
    link = _link(hit)
    same = say("same-article")
    return f"-# **{number}** {f'[{same}](<{link}>)' if link else same}{_section(hit)}"


def excerpt(hit: Hit, room: int) -> str:
    """Return a passage as quoted text, shortened around its answering sentence, without citation.

    Args:
        hit: The passage.
        room: Characters that it may have once escaped.
    """
    article = hit.version.article
    quote = _below_heading(hit, shorten(hit, room))
    return quoted(markup(article.text, quote, article.headings))


def _below_heading(hit: Hit, quote: Quote) -> Quote:
    """Return a quote without the heading that it begins with: its footnote names that."""
    heading = _above(hit)
    if heading is None or heading.start != quote.span.start or heading.end >= quote.span.end:
        return quote
    if any(shown.start < heading.end for shown in quote.highlights):
        return quote
    span = trimmed(hit.version.article.text, heading.end, quote.span.end)
    return replace(quote, span=span, cut_before=False)


def _card(say: Language, numbered: Sequence[Numbered], share: int) -> ui.TextDisplay[Any]:
    """Return an article's passages as quoted text, each with its footnote below.

    Args:
        say: The reader's language.
        numbered: The passages.
        share: What the room of each quote is divided by.
    """
    parts = []
    for place, (number, hit) in enumerate(numbered):
        room = _FIRST_ROOM if number == 1 else _OTHER_ROOM
        cite = _again if place else footnote
        parts.append(f"{excerpt(hit, room // share)}\n{cite(say, number, hit)}")
    return text("\n".join(parts))


def count_shown(hits: Sequence[Hit], threshold: float) -> int:
    """Return how many passages an answer shows: the first, and those that may answer as well.

    Args:
        hits: The passages, best first.
        threshold: The confidence from which the first one is an answer.
    """
    sure = hits[0].scores.confidence if hits else 0.0
    least = max(threshold * _AS_LIKELY, sure / 2)
    likely = takewhile(lambda hit: hit.scores.confidence >= least, hits[1:SHOWN])
    return len(hits[:1]) + len(list(likely))


def passages(say: Language, numbered: Iterable[Numbered], used: int) -> list[ui.Item[Any]]:
    """Return hits as components that fit one message, a card an article.

    Args:
        say: The reader's language.
        numbered: The hits to show, `SHOWN` at most, by the numbers of their footnotes.
        used: Characters of the message that are spoken for.
    """
    cards: dict[str, list[Numbered]] = {}
    for number, hit in numbered:
        cards.setdefault(hit.version.id, []).append((number, hit))
    items: list[ui.Item[Any]] = []
    room = MOST_TEXT - used
    for card in cards.values():
        # A quote's line breaks become "> " each, so a fitting quote may not fit yet.
        for share in (1, 2, 4, 8):
            shown = _card(say, card, share)
            if len(shown.content) <= room:
                room -= len(shown.content)
                if items:
                    items.append(ui.Separator())
                items.append(shown)
                break
    return items


def article_buttons(refs: Sequence[ArticleRef]) -> list[Control]:
    """Return a button for each of at most five articles that can be named in a custom id."""
    return [
        button(shortened(ref.title, 80), "article", ref.id)
        for ref in refs[:5]
        if len(ref.id) <= LONGEST_ID
    ]
