"""Limits on application commands that Discord's description leaves out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from .violations import Json, Kind, Violation

CHAT_INPUT = 1
USER_MENU = 2
MESSAGE_MENU = 3
SUBCOMMAND = 1
SUBCOMMAND_GROUP = 2

MAX_OF_TYPE = {CHAT_INPUT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
MAX_OPTIONS = 25
MAX_COMMAND_TEXT = 8000

# Letters, marks, digits, - _ and ': the classes of Discord's own expression that `re` can say.
_NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")
_Path = tuple[str | int, ...]


def command_violations(commands: Sequence[Json]) -> Iterator[Violation]:
    """Yield what is wrong with a whole set of global commands."""
    types = Counter(command.get("type") or CHAT_INPUT for command in commands)
    for kind, count in types.items():
        if count > MAX_OF_TYPE.get(kind, 1):
            message = f"{count} commands of type {kind}; {MAX_OF_TYPE.get(kind, 1)} at most"
            yield Violation(Kind.COMMAND, (), message, "APPLICATION_COMMAND_TOO_MANY")
    names = Counter(
        (command.get("type") or CHAT_INPUT, command.get("name")) for command in commands
    )
    for (_, name), count in names.items():
        if count > 1:
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            yield Violation(Kind.COMMAND, (), f"Command name {name!r} is used twice", code)
    for index, command in enumerate(commands):
        yield from _command((index,), command)


def _command(path: _Path, command: Json) -> Iterator[Violation]:
    if (command.get("type") or CHAT_INPUT) != CHAT_INPUT:
        if command.get("description") or command.get("options"):
            yield Violation(Kind.COMMAND, path, "A menu command has no description and no options")
        return
    if not command.get("description"):
        message = "This field is required"
        where = (*path, "description")
        yield Violation(Kind.COMMAND, where, message, "BASE_TYPE_REQUIRED")
    yield from _name(path, command)
    if _length(command) > MAX_COMMAND_TEXT:
        message = f"Command exceeds maximum size ({MAX_COMMAND_TEXT})"
        yield Violation(Kind.COMMAND, path, message, "APPLICATION_COMMAND_TOO_LARGE")
    yield from _options(path, command)


def _name(path: _Path, named: Json) -> Iterator[Violation]:
    name = str(named.get("name", ""))
    if not _NAME.fullmatch(name) or name != name.lower():
        code = "APPLICATION_COMMAND_INVALID_NAME"
        yield Violation(Kind.COMMAND, (*path, "name"), "Command name is invalid", code)


def _options(path: _Path, command: Json) -> Iterator[Violation]:
    options = command.get("options") or []
    where = (*path, "options")
    if len(options) > MAX_OPTIONS:
        message = f"Must be {MAX_OPTIONS} or fewer in length."
        yield Violation(Kind.COMMAND, where, message, "BASE_TYPE_MAX_LENGTH")
    names = Counter(option.get("name") for option in options)
    if any(count > 1 for count in names.values()):
        code = "APPLICATION_COMMAND_OPTIONS_NAME_INVALID"
        yield Violation(Kind.COMMAND, where, "Option name cannot be duplicated", code)
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        message = "Required options must be placed before non-required options"
        code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
        yield Violation(Kind.COMMAND, where, message, code)
    for index, option in enumerate(options):
        inner = (*where, index)
        yield from _name(inner, option)
        if option.get("choices") and option.get("autocomplete"):
            yield Violation(Kind.COMMAND, inner, "Autocomplete and choices exclude each other")
        if option.get("type") in (SUBCOMMAND, SUBCOMMAND_GROUP):
            yield from _options(inner, option)


def _length(command: Json) -> int:
    total = 0
    for key in ("name", "description"):
        localized = (command.get(f"{key}_localizations") or {}).values()
        total += max(map(len, [command.get(key) or "", *localized]))
    total += sum(map(_length, command.get("options") or []))
    for choice in command.get("choices") or []:
        total += len(choice["name"]) + len(str(choice["value"]))
    return total
