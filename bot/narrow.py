"""The options that narrow a question or a list: read, suggested, kept as JSON."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.failures import Refused, guard_choices
from retrieval.archive import Archive
from retrieval.index import Entry
from retrieval.types import Filters, Reader

if TYPE_CHECKING:
    from bot.client import FootnoteBot

CHOICES = 25
"""Choices that an autocomplete shows at most."""

LONGEST = 100
"""Characters that Discord takes for the name and for the value of a choice."""

OPTIONS = ("collection", "author", "source")
"""The options of which the archive knows the values."""

_COUNTED = 16
"""Sets of collections whose values are remembered."""


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


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a narrowing option may have.

    Attributes:
        option: `collection`, `author` or `source`.
        name: The value.
        count: How many articles have it.
        newest: When the newest of them was published, ISO 8601; None where none says.
    """

    option: str
    name: str
    count: int
    newest: str | None


def valued(entries: Iterable[Entry]) -> dict[str, list[Value]]:
    """Return the values that articles have, by option, the most frequent first."""
    dates: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        day = entry.published_at or ""
        for author in entry.authors:
            dates.setdefault(("author", author), []).append(day)
        for option, name in (("source", entry.source), ("collection", entry.collection)):
            if name:
                dates.setdefault((option, name), []).append(day)
    found: dict[str, list[Value]] = {option: [] for option in OPTIONS}
    for (option, name), days in dates.items():
        found[option].append(Value(option, name, len(days), max(days) or None))
    for values in found.values():
        values.sort(key=lambda value: -value.count)
    return found


def suggest(values: Iterable[Value], typed: str) -> list[str]:
    """Return the values that hold what was typed; those of which a word begins with it first.

    Args:
        values: The values of an option, in order.
        typed: What was typed so far.
    """
    wanted = typed.strip().casefold()
    begins = re.compile(rf"\b{re.escape(wanted)}")
    found = [
        (begins.search(folded) is None, value.name)
        for value in values
        if len(value.name) <= LONGEST and wanted in (folded := value.name.casefold())
    ]
    return [name for _, name in sorted(found, key=itemgetter(0))[:CHOICES]]


class Values:
    """The values that narrow, counted once a generation for each set of collections.

    Several threads may use it at once.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._counted: OrderedDict[tuple[str, Reader], dict[str, list[Value]]] = OrderedDict()
        self._counting = threading.Lock()

    def of(self, option: str, reader: Reader) -> list[Value]:
        """Return the values of an option among the articles of a reader, most frequent first."""
        with self._counting:
            key = self._archive.generation, reader
            if key not in self._counted:
                self._counted[key] = valued(self._archive.articles(Filters(), reader))
                if len(self._counted) > _COUNTED:
                    self._counted.popitem(last=False)
            self._counted.move_to_end(key)
            return self._counted[key].get(option, [])

    def suggest(self, option: str, typed: str, reader: Reader) -> list[str]:
        """Return the values of an option that hold what was typed, as many as are shown."""
        return suggest(self.of(option, reader), typed)


def focused(interaction: discord.Interaction) -> str:
    """Return the name of the option that an autocomplete is for."""
    data: dict[str, Any] = dict(interaction.data or {})
    options = data.get("options", [])
    return next((str(option["name"]) for option in options if option.get("focused")), "source")


async def suggestions(
    bot: FootnoteBot, interaction: discord.Interaction, typed: str, *, private: bool = False
) -> list[app_commands.Choice[str]]:
    """Return the choices of a narrowing option, among what the reply's readers may see.

    Args:
        bot: The bot.
        interaction: The autocomplete.
        typed: What was typed so far.
        private: Whether the reply will be, whatever the command's option `private` says.
    """
    private = private or asked_privately(interaction)
    reader = bot.reader(interaction, private=private)
    act = bot.desk.look(bot.values.suggest, focused(interaction), typed, reader)
    return [app_commands.Choice(name=value, value=value) for value in await guard_choices(act)]


def asked_privately(interaction: discord.Interaction) -> bool:
    """Tell whether a command's option `private` is set as it stands now."""
    return bool(interaction.namespace.private)
