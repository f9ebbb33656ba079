"""What articles say on a subject, in order of date, as Discord messages; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord import ui

from bot.controls import Choice, Control, button, menu
from bot.language import Language
from bot.layout import MOST_TEXT, Layout, layout, row, text
from bot.markdown import one_line, shortened
from bot.passages import excerpt, footnote
from bot.periods import only
from bot.render import heading, narrowed
from bot.turning import turns
from retrieval.types import Answer, Filters, Hit

LEAFED = 5
"""Entries of a page."""

_MOST = 20
"""Articles of a timeline at most."""

_QUOTE_ROOM = 240
_TITLE_ROOM = 120
_LABELS_ROOM = 800
"""Characters that the labels of a page's controls may have together."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What articles say on a subject.

    Attributes:
        hits: A passage of each article, the oldest first.
        cut: Whether there are more, less likely ones.
        undated: How many articles would be among them if they said a date.
    """

    hits: tuple[Hit, ...]
    cut: bool
    undated: int

    @classmethod
    def of(cls, answer: Answer) -> Timeline:
        """Put an answer's likely passages in order, the best one of each article.

        One is likely where its confidence would make it an answer: what is less sure is, by
        experience, on another subject that shares a word.
        """
        best: dict[str, Hit] = {}
        for hit in answer.hits:
            if hit.scores.confidence >= answer.threshold:
                best.setdefault(hit.version.article_id, hit)
        dated = [hit for hit in best.values() if hit.version.article.published_at]
        shown = sorted(dated[:_MOST], key=_seconds)
        return cls(tuple(shown), len(dated) > _MOST, len(best) - len(dated))


def _seconds(hit: Hit) -> float:
    published = hit.version.article.published_at
    return published.timestamp() if published else 0.0


def head(say: Language, answer: Answer, timeline: Timeline, filters: Filters) -> str:
    """Return what stands above each page: the subject, what it keeps to, and how many there are.

    Args:
        say: The reader's language.
        answer: The answer that the timeline is of.
        timeline: The timeline.
        filters: What it is narrowed to.
    """
    period, count = answer.period, len(timeline.hits)
    lines = [heading(say, answer).content]
    if kept := narrowed(say, filters):
        lines.append(kept)
    if period:
        lines.append(f"-# {only(say, period, one_line(period.words, 80))}")
    if not timeline.hits:
        return "\n".join([*lines, say("timeline-none-dated")])
    counted = "timeline-cut" if timeline.cut else "timeline-count"
    lines.append(f"-# {say(counted, count=count)}")
    if timeline.undated:
        lines.append(f"-# {say('timeline-undated', count=timeline.undated)}")
    return "\n".join(lines)


def page(
    say: Language, top: str, hits: Mapping[int, Hit], count: int, number: int, record_id: str
) -> Layout:
    """Return one page of a timeline.

    Args:
        say: The reader's language.
        top: What stands above each page.
        hits: The passages that the reader may see, by footnote number.
        count: How many passages the timeline has.
        number: The page, from 0; beyond the last one stands the last.
        record_id: The id of the timeline's record.
    """
    pages = max(1, -(-count // LEAFED))
    number = min(number, pages - 1)
    first = number * LEAFED + 1
    numbered = [(place, hits[place]) for place in range(first, first + LEAFED) if place in hits]
    foot = f"-# {say('page-of', page=number + 1, pages=pages)}"
    items: list[ui.Item[Any]] = [text(top)]
    room = MOST_TEXT - len(top) - len(foot) - _LABELS_ROOM
    for left, (place, hit) in enumerate(numbered):
        entry = _entry(say, place, hit, room // (len(numbered) - left))
        room -= len(entry)
        items += [*([ui.Separator()] if left else []), text(entry)]
    if pages > 1:
        leaves = turns(say, "timeline", lambda leaf: f"{record_id}:{leaf}", number, pages)
        items += [text(foot), row(*leaves)]
    items.append(row(_menu(say, numbered, record_id)))
    return layout(*items)


def _entry(say: Language, place: int, hit: Hit, room: int) -> str:
    """Return a dated passage: its day, its quote, its footnote; as much as there is room for."""
    day = f"**<t:{int(_seconds(hit))}:D>**"
    # The day stands above already.
    article = replace(hit.version.article, published_at=None)
    cite = footnote(say, place, replace(hit, version=replace(hit.version, article=article)))
    brief = f"-# **{place}** {one_line(hit.version.article.title, _TITLE_ROOM)}"
    ways = ((cite, 1), (cite, 2), (cite, 4), (brief, 1), (brief, 2), (brief, 4))
    entries = (f"{day}\n{excerpt(hit, _QUOTE_ROOM // share)}\n{cited}" for cited, share in ways)
    return next((entry for entry in entries if len(entry) <= room), f"{day}\n{brief}")


def _menu(say: Language, numbered: Iterable[tuple[int, Hit]], record_id: str) -> Control:
    """Return the menu of a page: its passages in their articles, and deletion."""
    choices = [
        Choice(
            shortened(hit.version.article.title, 100),
            "context",
            f"{record_id}:{place}",
            say("context-passage", number=place),
        )
        for place, hit in numbered
    ]
    choices.append(Choice(say("answer-delete"), "delete", record_id, say("answer-delete-hint")))
    return menu(say("timeline-menu"), record_id, choices)


def top_of(message: discord.Message) -> str | None:
    """Return what stands above the page that a message shows, None where it shows none."""
    texts = (part for part in message.components if isinstance(part, discord.TextDisplay))
    return next((part.content for part in texts), None)


def without_dates(top: str, record_id: str, say: Language) -> Layout:
    """Return that a subject's articles say no date, with what leads on."""
    return layout(text(top), row(button(say("refusal-rephrase"), "rephrase", record_id)))
