"""Lists of articles, and of the publications and collections they are in, as Discord messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from discord import ui

from bot.controls import Choice, button, menu
from bot.language import Language
from bot.layout import Layout, layout, row, text
from bot.markdown import one_line, shortened
from bot.narrow import Value
from bot.render import narrowed
from bot.turning import turns
from retrieval.index import Entry
from retrieval.types import Filters, digest

LISTED = 10
"""Rows that one page of a list shows."""

NEWEST, TITLE = "newest", "title"
"""What a list may be sorted by."""

_LONGEST_ID = 80


def named(entry: Entry) -> str:
    """Return what a control names an article by: its id, or its version's where that is long."""
    given = entry.ref.id
    return given if len(given) <= _LONGEST_ID and given.isprintable() else entry.version_id


def articles(
    say: Language,
    entries: Sequence[Entry],
    total: int,
    number: int,
    filters: Filters,
    list_id: str,
    order: str = NEWEST,
) -> Layout:
    """Return one page of a list of articles.

    Args:
        say: The reader's language.
        entries: The articles of this page.
        total: How many there are on all pages.
        number: This page's number, from 0.
        filters: What the list is narrowed to.
        list_id: The id under which the list's filters are remembered.
        order: What it is sorted by.
    """
    items: list[ui.Item[Any]] = [text(f"### {say('list-count', count=total)}")]
    if line := narrowed(say, filters):
        items.append(text(line))
    if not total:
        return layout(*items, *_nothing(say, filters))
    items.append(text("\n".join(_line(say, entry) for entry in entries)))
    count = -(-total // LISTED)
    if count > 1:
        place = say("page-of", page=number + 1, pages=count)
        items.append(text(f"-# {say(f'list-place-{order}', place=place)}"))
    choices = [
        Choice(shortened(entry.ref.title, 100), "article", named(entry), _facts(say, entry) or None)
        for entry in entries
    ]
    items.append(row(menu(say("list-open"), f"{list_id}:{number}:{order}", choices)))
    if count > 1:
        leaves = turns(say, "list", lambda leaf: f"{list_id}:{leaf}:{order}", number, count)
        other = TITLE if order == NEWEST else NEWEST
        items.append(row(*leaves, button(say(f"list-by-{other}"), "list", f"{list_id}:0:{other}")))
    return layout(*items)


def _nothing(say: Language, filters: Filters) -> list[ui.Item[Any]]:
    """Return what to do where no article is listed."""
    if filters == Filters():
        return [text(say("archive-empty"))]
    ways = [
        button(say("list-all"), "browse", ""),
        button(say("list-sources"), "sources", "0"),
    ]
    return [text(say("list-empty")), row(*ways)]


def _facts(say: Language, entry: Entry) -> str:
    """Return what is known of an article: publication, authors, date."""
    day = date.fromisoformat(entry.published_at[:10]) if entry.published_at else None
    facts = [entry.source, ", ".join(entry.authors), say.day(day) if day else ""]
    return shortened(" · ".join(fact for fact in facts if fact), 100)


def _line(say: Language, entry: Entry) -> str:
    known = one_line(_facts(say, entry), 100)
    return f"**{one_line(entry.ref.title, 120)}**" + (f"\n-# {known}" if known else "")


# Publications and collections.


def key(value: Value) -> str:
    """Return what a control names a publication or a collection by, however long its name is."""
    return f"{value.option}:{digest(value.name)}"


def sources(say: Language, values: Sequence[Value], number: int) -> Layout:
    """Return one page of the publications, and behind them the collections.

    Args:
        say: The reader's language.
        values: All of them, in order.
        number: The page, from 0; beyond the last one stands the last.
    """
    options = [value.option for value in values]
    counted = say(
        "sources-count",
        sources=options.count("source"),
        collections=options.count("collection"),
    )
    items: list[ui.Item[Any]] = [text(f"### {counted}")]
    if not values:
        return layout(*items, text(say("archive-empty")))
    count = -(-len(values) // LISTED)
    number = min(number, count - 1)
    shown = values[number * LISTED : (number + 1) * LISTED]
    items.append(text("\n".join(_row(say, value) for value in shown)))
    if count > 1:
        items.append(text(f"-# {say('page-of', page=number + 1, pages=count)}"))
    choices = [
        Choice(
            shortened(_called(say, value, value.name), 100), "browse", key(value), _held(say, value)
        )
        for value in shown
    ]
    items.append(row(menu(say("sources-open"), f"sources:{number}", choices)))
    if count > 1:
        items.append(row(*turns(say, "sources", str, number, count)))
    return layout(*items)


def _called(say: Language, value: Value, name: str) -> str:
    return say("sources-collection", name=name) if value.option == "collection" else name


def _row(say: Language, value: Value) -> str:
    called = _called(say, value, f"**{one_line(value.name, 120)}**")
    return f"{called}\n-# {_held(say, value)}"


def _held(say: Language, value: Value) -> str:
    """Return how many articles a publication or a collection has, and when its newest is of."""
    parts = [say("list-count", count=value.count)]
    if value.newest:
        day = say.day(date.fromisoformat(value.newest[:10]))
        parts.append(say("sources-newest", day=day))
    return " · ".join(parts)
