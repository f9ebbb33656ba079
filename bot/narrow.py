"""The options that narrow a question or a list: read, suggested, kept as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.failures import Refused
from retrieval.index import Entry
from retrieval.types import Filters

if TYPE_CHECKING:
    from bot.client import FootnoteBot

CHOICES = 25
"""Choices that an autocomplete shows at most."""


def _time(words: str | None, option: str) -> datetime | None:
    if words is None:
        return None
    try:
        moment = datetime.fromisoformat(words.strip())
    except ValueError as error:
        raise Refused("refused-date", option=option) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def narrow(
    collection: str | None,
    author: str | None,
    source: str | None,
    after: str | None,
    before: str | None,
) -> Filters:
    """Return the filters of a command's options.

    Raises:
        Refused: A date is no date.
    """
    return Filters(collection, author, source, _time(after, "after"), _time(before, "before"))


def to_json(filters: Filters) -> dict[str, str]:
    """Return filters as JSON values, only those that narrow."""
    values = {name: getattr(filters, name) for name in Filters.__slots__}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if value is not None
    }


def from_json(values: dict[str, str]) -> Filters:
    """Return the filters that `to_json` wrote down."""
    after, before = (
        datetime.fromisoformat(values[name]) if name in values else None
        for name in ("after", "before")
    )
    return Filters(
        values.get("collection"), values.get("author"), values.get("source"), after, before
    )


def suggest(entries: Iterable[Entry], option: str, typed: str) -> list[str]:
    """Return the values of an option that hold what was typed, the most frequent first.

    Args:
        entries: The articles that the reader may see.
        option: `collection`, `author` or `source`.
        typed: What was typed so far.
    """
    counts: Counter[str] = Counter()
    for entry in entries:
        if option == "author":
            counts.update(entry.authors)
        elif value := getattr(entry, option):
            counts[value] += 1
    wanted = typed.strip().casefold()
    found = [value for value, _ in counts.most_common() if wanted in value.casefold()]
    return [value for value in found if len(value) <= 100][:CHOICES]


def focused(interaction: discord.Interaction) -> str:
    """Return the name of the option that an autocomplete is for."""
    data: dict[str, Any] = dict(interaction.data or {})
    options = data.get("options", [])
    return next((str(option["name"]) for option in options if option.get("focused")), "source")


async def suggestions(
    bot: FootnoteBot, interaction: discord.Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    """Return the choices of a narrowing option, among what the reply's readers may see."""
    reader = bot.reader(interaction, private=False)
    entries = await bot.desk.look(bot.archive.articles, Filters(), reader)
    found = await bot.desk.look(suggest, entries, focused(interaction), typed)
    return [app_commands.Choice(name=value, value=value) for value in found]
