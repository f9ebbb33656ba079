"""The limits on commands, autocomplete and modals, by good and bad requests."""

from __future__ import annotations

from typing import Any

import pytest

from . import Channel, Kind, LoopbackDiscord
from .openapi import locate
from .raw_request import Body, kinds, plain, request

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(locate() is None, reason="Discord's OpenAPI description is not here"),
]


def choice(name: str = "n", value: Any = "v") -> Body:
    """Return an autocomplete choice."""
    return {"name": name, "value": value}


def modal(*components: Body, title: str = "t") -> Body:
    """Return the callback that shows a modal."""
    return {"type": 9, "data": {"custom_id": "m", "title": title, "components": list(components)}}


def label(number: int = 0, **changes: Any) -> Body:
    """Return a labelled text input."""
    part = {"type": 4, "custom_id": f"i{number}", "style": 1} | changes
    return {"type": 18, "label": "l", "component": part}


def choices(*given: Body) -> Body:
    """Return the callback that answers an autocomplete."""
    return {"type": 8, "data": {"choices": list(given)}}


CALLBACKS: dict[str, tuple[Body, Kind | None]] = {
    "25 choices": (choices(*[choice("n" * 100, "v" * 100)] * 25), None),
    "no choices": (choices(), None),
    "numbers": (choices(choice(value=3)), None),
    "26 choices": (choices(*[choice()] * 26), Kind.SCHEMA),
    "an empty name": (choices(choice("")), Kind.SCHEMA),
    "a value of 101": (choices(choice(value="x" * 101)), Kind.CHOICES),
    "an empty value": (choices(choice(value="")), Kind.CHOICES),
    "a modal": (modal(*map(label, range(5)), title="t" * 45), None),
    "a title of 46": (modal(label(), title="t" * 46), Kind.SCHEMA),
    "six inputs": (modal(*map(label, range(6))), Kind.MODAL),
    "an input twice": (modal(label(), label()), Kind.CUSTOM_ID),
    "lengths crossed": (modal(label(min_length=9, max_length=3)), Kind.MODAL),
    "a message": ({"type": 4, "data": plain()}, None),
    "too much": ({"type": 4, "data": plain("x" * 2001)}, Kind.SCHEMA),
    "an update of nothing": ({"type": 7, "data": plain()}, Kind.CALLBACK),
    "a strange type": ({"type": 3}, Kind.SCHEMA),
}


@pytest.mark.parametrize(("body", "kind"), CALLBACKS.values(), ids=CALLBACKS)
async def test_callbacks(
    server: LoopbackDiscord, channel: Channel, body: Body, kind: Kind | None
) -> None:
    """First answers to interactions are held to their own limits."""
    option = {"type": 3, "name": "q", "description": "q", "autocomplete": True}
    command = {"name": "ask", "description": "Ask", "options": [option]}
    await request(server, "PUT", f"/applications/{server.bot.id}/commands", [command])
    if body["type"] == 8:
        with pytest.raises(TimeoutError):
            await server.autocomplete(server.owner, channel, "ask", "q", "", timeout=0)
    else:
        await server.slash(server.owner, channel, "ask")
    record = server.interactions[-1]
    path = f"/interactions/{record.id}/{record.token}/callback?with_response=1"
    status, _ = await request(server, "POST", path, body)
    assert (200 if kind is None else 400) == status
    assert kind is None or kind in kinds(server)
    assert kind is not None or server.violations == []


def command(name: str = "ask", **changes: Any) -> Body:
    """Return a slash command."""
    return {"name": name, "description": "d"} | changes


def option(name: str = "q", **changes: Any) -> Body:
    """Return a text option."""
    return {"type": 3, "name": name, "description": "d"} | changes


def menu(name: str) -> Body:
    """Return a message menu command."""
    return {"type": 3, "name": name}


wordy = {"choices": [choice("n" * 100, str(n) * 100) for n in range(4)]}

COMMANDS: dict[str, tuple[list[Body], Kind | None]] = {
    "100 commands": ([command(f"c{n}") for n in range(100)], None),
    "101 commands": ([command(f"c{n}") for n in range(101)], Kind.COMMAND),
    "15 menus": ([menu(f"Menu {n}") for n in range(15)], None),
    "16 menus": ([menu(f"Menu {n}") for n in range(16)], Kind.COMMAND),
    "25 options": ([command(options=[option(f"o{n}") for n in range(25)])], None),
    "26 options": ([command(options=[option(f"o{n}") for n in range(26)])], Kind.SCHEMA),
    "a capital": ([command("Ask")], Kind.COMMAND),
    "a space": ([command("ask me")], Kind.COMMAND),
    "33 in a name": ([command("x" * 33)], Kind.SCHEMA),
    "no description": ([{"name": "ask"}], Kind.COMMAND),
    "101 in a description": ([command(description="x" * 101)], Kind.SCHEMA),
    "a name twice": ([command(), command()], Kind.COMMAND),
    "an option twice": ([command(options=[option(), option()])], Kind.COMMAND),
    "required last": ([command(options=[option("a"), option(required=True)])], Kind.COMMAND),
    "a described menu": ([menu("Find") | {"description": "d"}], Kind.COMMAND),
    "8001 characters": (
        [command(options=[option(f"o{n}", **wordy) for n in range(11)])],
        Kind.COMMAND,
    ),
}


@pytest.mark.parametrize(("body", "kind"), COMMANDS.values(), ids=COMMANDS)
async def test_commands(server: LoopbackDiscord, body: list[Body], kind: Kind | None) -> None:
    """Commands are held to their limits, alone and together."""
    path = f"/applications/{server.bot.id}/commands"
    status, _ = await request(server, "PUT", path, body)
    assert (200 if kind is None else 400) == status
    assert kind is None or kind in kinds(server)
    assert kind is not None or server.violations == []
