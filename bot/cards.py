"""An article's card, its pages and lists of articles, as Discord messages; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import discord
from discord import ui

from bot.citation import carried
from bot.controls import Choice, button, menu
from bot.language import Language
from bot.layout import MOST_TEXT, Layout, layout, row, text
from bot.markdown import escape, one_line
from bot.paging import pages
from bot.render import article_buttons, byline, narrowed, shortened, title
from retrieval.index import Entry
from retrieval.types import ArticleRef, ArticleVersion, Filters

LISTED = 10
"""Articles that one page of a list shows."""

PAGE_ROOM = MOST_TEXT - 600
"""Characters that a page of an article may have once escaped."""

_WORDS_A_MINUTE = 230


def card(say: Language, version: ArticleVersion, related: Sequence[ArticleRef]) -> Layout:
    """Return an article's card: title, byline, lead, sections, related articles, Read."""
    article = version.article
    lines = [f"### {title(version, carried(article.url))}"]
    minutes = max(1, round(len(article.text.split()) / _WORDS_A_MINUTE))
    facts = [byline(version), say("card-minutes", count=minutes)]
    lines.append("-# " + " · ".join(fact for fact in facts if fact))
    items: list[ui.Item[Any]] = [text("\n".join(lines))]
    # Headings and the lead are paragraphs; the lead is the first that is no heading.
    starts = {h.start for h in article.headings}
    at = 0
    for paragraph in article.text.split("\n\n"):
        if at not in starts:
            items.append(text(one_line(paragraph, 900)))
            break
        at += len(paragraph) + 2
    if article.headings:
        names = [one_line(article.text[h.start : h.end], 100) for h in article.headings[:12]]
        listed = "\n".join(f"• {name}" for name in names)
        items.append(text(f"**{say('card-sections')}**\n{listed}"))
    if len(version.id) <= 80:
        items.append(
            row(button(say("card-read"), "read", f"{version.id}:0", discord.ButtonStyle.primary))
        )
    if related and (buttons := article_buttons(related)):
        items += [text(f"-# {say('card-related')}"), row(*buttons)]
    return layout(*items)


def page(say: Language, version: ArticleVersion, number: int) -> Layout:
    """Return one page of an article, with buttons to the pages before and behind it."""
    spans = pages(version.article.text, PAGE_ROOM)
    number = min(max(number, 0), len(spans) - 1)
    start, end = spans[number]
    items: list[ui.Item[Any]] = [
        text(f"### {title(version, None)}\n-# {_leaf(say, number, len(spans))}"),
        text(escape(version.article.text[start:end])),
    ]
    turns = []
    if number > 0:
        turns.append(button(say("page-back"), "page", f"{version.id}:{number - 1}"))
    if number + 1 < len(spans):
        turns.append(button(say("page-next"), "page", f"{version.id}:{number + 1}"))
    if turns:
        items.append(row(*turns))
    return layout(*items)


def articles(
    say: Language,
    entries: Sequence[Entry],
    total: int,
    number: int,
    filters: Filters,
    list_id: str,
) -> Layout:
    """Return one page of a list of articles.

    Args:
        say: The reader's language.
        entries: The articles of this page.
        total: How many there are on all pages.
        number: This page's number, from 0.
        filters: What the list is narrowed to.
        list_id: The id under which the list's filters are remembered.
    """
    count = max(1, -(-total // LISTED))
    items: list[ui.Item[Any]] = [text(f"### {say('list-count', count=total)}")]
    if line := narrowed(say, filters):
        items.append(text(line))
    lines = []
    for entry in entries:
        facts = [entry.source or "", ", ".join(entry.authors), _day(say, entry)]
        known = one_line(" · ".join(fact for fact in facts if fact), 100)
        lines.append(f"• **{one_line(entry.ref.title, 120)}**" + (f"\n-# {known}" if known else ""))
    if lines:
        items.append(text("\n".join(lines)))
    named = [entry for entry in entries if len(entry.ref.id) <= 80]
    if named:
        choices = [
            Choice(shortened(entry.ref.title, 100), "article", entry.ref.id) for entry in named
        ]
        items.append(row(menu(say("list-open"), list_id, choices)))
    turns = []
    if number > 0:
        turns.append(button(say("page-back"), "list", f"{list_id}:{number - 1}"))
    if number + 1 < count:
        turns.append(button(say("page-next"), "list", f"{list_id}:{number + 1}"))
    if turns:
        items += [row(*turns), text(f"-# {_leaf(say, number, count)}")]
    return layout(*items)


def _leaf(say: Language, number: int, count: int) -> str:
    return say("page-of", page=number + 1, pages=count)


def _day(say: Language, entry: Entry) -> str:
    """Return the date of an article, "" where it is unknown."""
    return say.day(date.fromisoformat(entry.published_at[:10])) if entry.published_at else ""
