"""What `/article` offers as its title is typed, and what is meant by the choice of one; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from discord import app_commands

from bot.language import Language
from bot.markdown import shortened
from bot.narrow import LONGEST
from retrieval.index import Entry
from retrieval.names import Suggestion

_FOUND_ROOM = 55
_APART_ROOM = 40
_SECTION = re.compile(r"(\d+)§(.+)", re.DOTALL)


def choices(say: Language, found: Sequence[Suggestion]) -> list[app_commands.Choice[str]]:
    """Return articles as choices, told apart where their names repeat.

    Args:
        say: The language of who types.
        found: The articles that may be meant; no article twice.
    """
    names = [_name(say, suggestion) for suggestion in found]
    for tell in (_facts, _version):
        names = _told_apart(names, [suggestion.entry for suggestion in found], tell)
    return [
        app_commands.Choice(name=name, value=_value(suggestion))
        for name, suggestion in zip(names, found, strict=True)
    ]


def section_of(chosen: str) -> tuple[str, int] | None:
    """Return the article and the start of its section that a choice stands for.

    None where it stands for a whole article, or where it is text that somebody typed.
    """
    match = _SECTION.fullmatch(chosen)
    return (match[2], int(match[1])) if match else None


def _value(suggestion: Suggestion) -> str:
    """Return what a choice sends: an id that is short enough, and the section that is meant."""
    entry, heading = suggestion.entry, suggestion.heading
    for article in (entry.ref.id, entry.version_id):
        value = f"{heading.start}§{article}" if heading else article
        if len(value) <= LONGEST and article.strip() == article:
            break
    return value


def _name(say: Language, suggestion: Suggestion) -> str:
    """Return what an article is called, and the other name of it that was found."""
    title = suggestion.entry.ref.title
    if suggestion.heading:
        found = shortened(suggestion.heading.title, _FOUND_ROOM)
        return f"{shortened(title, LONGEST - len(found) - 3)} › {found}"
    if suggestion.alias:
        found = shortened(suggestion.alias, _FOUND_ROOM)
        room = LONGEST - len(say("choice-once", title="", once=found))
        return say("choice-once", title=shortened(title, room), once=found)
    return shortened(title, LONGEST)


def _told_apart(
    names: Sequence[str], entries: Sequence[Entry], tell: Callable[[Entry], str]
) -> list[str]:
    """Return names, those that repeat followed by what tells their articles apart."""
    counts = Counter(names)
    found = []
    for name, entry in zip(names, entries, strict=True):
        if counts[name] > 1 and (apart := shortened(tell(entry), _APART_ROOM)):
            name = f"{shortened(name, LONGEST - len(apart) - 3)} ({apart})"
        found.append(name)
    return found


def _facts(entry: Entry) -> str:
    facts = [entry.source, (entry.published_at or "")[:10], ", ".join(entry.authors)]
    return " · ".join(fact for fact in facts if fact)


def _version(entry: Entry) -> str:
    return entry.version_id
