"""What a tour has visited, and what there was to visit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.loopback import LoopbackDiscord
from tests.loopback.command_limits import MESSAGE_MENU, SUBCOMMAND, SUBCOMMAND_GROUP
from tests.loopback.components import walk
from tests.loopback.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT

from .scenes import Scene, Shown


def offered(commands: list[dict[str, Any]]) -> set[str]:
    """Return every command, every option, and every option that suggests, as visits."""
    return {visit for command in commands for visit in _of(command, _called(command))}


def _called(command: dict[str, Any]) -> str:
    menu = command.get("type") == MESSAGE_MENU
    return f"{command['name']} (in the menu of a message)" if menu else f"/{command['name']}"


def _of(command: dict[str, Any], name: str) -> Iterator[str]:
    options = command.get("options") or []
    groups = [option for option in options if option["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)]
    for group in groups:
        yield from _of(group, f"{name} {group['name']}")
    if not groups:
        yield name
        for option in options:
            yield f"{name} {option['name']}:"
            if option.get("autocomplete"):
                yield f"{name} {option['name']}: while typing"


def visited(server: LoopbackDiscord) -> set[str]:
    """Return the commands and options that people used."""
    found = set()
    for record in server.interactions:
        data = record.payload["data"]
        if record.type in (COMMAND, AUTOCOMPLETE):
            name, options = _called(data), data.get("options") or []
            while options and options[0]["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP):
                name += " " + options[0]["name"]
                options = options[0].get("options") or []
            if record.type == AUTOCOMPLETE:
                typed = next(option["name"] for option in options if option.get("focused"))
                found.add(f"{name} {typed}: while typing")
            else:
                found |= {name, *(f"{name} {option['name']}:" for option in options)}
    return found


def actions(server: LoopbackDiscord) -> set[str]:
    """Return the actions of the controls that people used."""
    found = set()
    for record in server.interactions:
        data = record.payload["data"]
        if record.type == COMPONENT:
            # A menu's option says what is done as a button's custom id does, the prefix apart.
            said = data.get("values") or [data["custom_id"].partition(":")[2]]
            found |= {each.partition(":")[0] for each in said}
    return found


def modals(server: LoopbackDiscord) -> set[str]:
    """Return the names of the modals that people sent."""
    sent = [r.payload["data"] for r in server.interactions if r.type == MODAL_SUBMIT]
    return {data["custom_id"].split(":")[1] for data in sent}


def labels(scenes: list[Scene]) -> set[str]:
    """Return what is written on the buttons and options that were shown."""
    shown = [line for scene in scenes for line in scene.lines if isinstance(line, Shown)]
    parts = [part for line in shown for _, part in walk(line.components)]
    options = [option for part in parts for option in part.get("options") or []]
    buttons = [part for part in parts if part["type"] == 2 and not part.get("url")]
    return {part["label"] for part in (*buttons, *options)}


def used(server: LoopbackDiscord) -> set[str]:
    """Return what is written on the buttons and options that people used."""
    found = set()
    for record in server.interactions:
        if record.type == COMPONENT and record.source is not None:
            found |= set(_written(record.payload))
    return found


def _written(payload: dict[str, Any]) -> Iterator[str]:
    data = payload["data"]
    for _, part in walk(payload["message"]["components"]):
        if part.get("custom_id") == data["custom_id"]:
            if "values" not in data:
                yield part["label"]
            for option in part.get("options") or []:
                if option["value"] in data.get("values", ()):
                    yield option["label"]
