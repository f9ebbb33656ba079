"""The limits on messages that the loopback Discord keeps, by good and bad requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from . import Channel, Kind, LoopbackDiscord
from .openapi import load, locate
from .raw_request import NOBODY, Body, kinds, plain, request

DESCRIPTION = locate()
V2 = 1 << 15
POLL = {"question": {"text": "q"}, "answers": [{"poll_media": {"text": "a"}}], "duration": 1}

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(DESCRIPTION is None, reason="Discord's OpenAPI description is not here"),
]


def button(number: int = 0, **changes: Any) -> Body:
    """Return a button with a custom id of its own."""
    return {"type": 2, "style": 1, "label": "b", "custom_id": f"id{number}"} | changes


def row(*parts: Body) -> Body:
    """Return an action row."""
    return {"type": 1, "components": list(parts)}


def text(content: str = "t") -> Body:
    """Return a text display."""
    return {"type": 10, "content": content}


def choosing(count: int = 1, **changes: Any) -> Body:
    """Return a select menu with so many options."""
    made = [{"label": f"l{n}", "value": f"v{n}"} for n in range(count)]
    return {"type": 3, "custom_id": "menu", "options": made} | changes


def option(**changes: Any) -> Body:
    """Return a select menu with one option."""
    return choosing(options=[{"label": "l", "value": "v"} | changes])


def link(url: str = "https://e.org") -> Body:
    """Return a link button."""
    return {"type": 2, "style": 5, "label": "l", "url": url}


def v2(*components: Body, **changes: Any) -> Body:
    """Return a Components V2 message."""
    return {"flags": V2, "components": list(components), **NOBODY} | changes


def holding(*parts: Body) -> Body:
    """Return a plain message with one row of components."""
    return plain(components=[row(*parts)])


GOOD_MESSAGES = {
    "2000 characters": plain("x" * 2000),
    "five buttons": holding(*map(button, range(5))),
    "five rows": plain(components=[row(button(n)) for n in range(5)]),
    "25 options": holding(choosing(25)),
    "40 components": v2(*[text() for _ in range(38)], row(button())),
    "4000 characters": v2({"type": 17, "components": [text("x" * 2000), text("x" * 2000)]}),
    "a section": v2({"type": 9, "components": [text()], "accessory": button()}),
    "6000 in embeds": plain(embeds=[{"description": "x" * 3000}] * 2),
    "a url of 512": holding(link("https://e.org/" + "x" * 498)),
    "a nonce": plain(nonce="n" * 25, enforce_nonce=True),
    "a subscriber": plain(allowed_mentions={"parse": [], "users": ["1"]}),
    "a number as id": plain(message_reference={"message_id": 1, "fail_if_not_exists": False}),
}

BAD_MESSAGES: dict[str, tuple[Body, Kind]] = {
    "2001 characters": (plain("x" * 2001), Kind.CONTENT),
    "nothing": ({"content": ""}, Kind.EMPTY),
    "content with V2": (v2(text(), content="hello"), Kind.COMPONENTS),
    "embeds with V2": (v2(text(), embeds=[{"title": "t"}]), Kind.COMPONENTS),
    "a poll with V2": (
        v2(text(), poll=POLL),
        Kind.COMPONENTS,
    ),
    "a sticker with V2": (v2(text(), sticker_ids=["1"]), Kind.COMPONENTS),
    "a text display without V2": (plain(components=[text()]), Kind.COMPONENTS),
    "six rows": (plain(components=[row(button(n)) for n in range(6)]), Kind.COMPONENTS),
    "41 components": (v2(*[text() for _ in range(39)], row(button())), Kind.COMPONENTS),
    "4001 characters": (v2(text("x" * 2001), text("x" * 2000)), Kind.TEXT),
    "4001 with a label": (v2(text("x" * 4000), row(button())), Kind.TEXT),
    "6001 in embeds": (plain(embeds=[{"description": "x" * 3001}] * 2), Kind.EMBEDS),
    "six buttons": (holding(*map(button, range(6))), Kind.SCHEMA),
    "a menu with a button": (holding(button(), choosing()), Kind.COMPONENTS),
    "a custom id twice": (holding(button(), button()), Kind.CUSTOM_ID),
    "an empty custom id": (holding(button(custom_id="")), Kind.SCHEMA),
    "101 in a custom id": (holding(button(custom_id="x" * 101)), Kind.SCHEMA),
    "81 in a label": (holding(button(label="x" * 81)), Kind.SCHEMA),
    "no custom id": (holding({"type": 2, "style": 1, "label": "b"}), Kind.BUTTON),
    "a link with a custom id": (holding(link() | {"custom_id": "c"}), Kind.BUTTON),
    "no label": (holding(button(label="")), Kind.BUTTON),
    "a strange scheme": (holding(link("file:///etc/passwd")), Kind.BUTTON),
    "a url of 513": (holding(link("https://e.org/" + "x" * 499)), Kind.SCHEMA),
    "26 options": (holding(choosing(26)), Kind.SCHEMA),
    "a value twice": (holding(choosing(options=[{"label": "l", "value": "v"}] * 2)), Kind.SELECT),
    "a value of 101": (holding(option(value="x" * 101)), Kind.SCHEMA),
    "a label of 101": (holding(option(label="x" * 101)), Kind.SCHEMA),
    "a description of 101": (holding(option(description="x" * 101)), Kind.SCHEMA),
    "more values than options": (holding(choosing(2, max_values=3)), Kind.SELECT),
    "a nonce of 26": (plain(nonce="n" * 26), Kind.SCHEMA),
    "an empty text display": (v2(text("")), Kind.SCHEMA),
    "a wrong type": (plain(tts="yes"), Kind.SCHEMA),
}

PINGING_MESSAGES = {
    "no allowed_mentions": {"content": "hello"},
    "everything parsed": plain(allowed_mentions={"parse": ["users"]}),
    "the asker pinged": plain(allowed_mentions={"parse": [], "replied_user": True}),
    "text in components": {"flags": V2, "components": [text()]},
}


@pytest.mark.parametrize("body", GOOD_MESSAGES.values(), ids=GOOD_MESSAGES)
async def test_good_messages_pass(server: LoopbackDiscord, channel: Channel, body: Body) -> None:
    """What Discord takes is taken, created and edited, and nothing is noted."""
    path = f"/channels/{channel.id}/messages"
    status, message = await request(server, "POST", path, body)
    assert (status, server.violations) == (200, [])
    keys = ("content", "embeds", "components", "allowed_mentions", "flags")
    edit = {key: body[key] for key in keys if key in body}
    status, _ = await request(server, "PATCH", f"{path}/{message['id']}", edit)
    assert (status, server.violations) == (200, [])


@pytest.mark.parametrize(("body", "kind"), BAD_MESSAGES.values(), ids=BAD_MESSAGES)
async def test_bad_messages_are_refused(
    server: LoopbackDiscord, channel: Channel, body: Body, kind: Kind
) -> None:
    """What Discord refuses is refused, with its code, and noted."""
    status, answer = await request(server, "POST", f"/channels/{channel.id}/messages", body)
    assert (400, 50006 if kind is Kind.EMPTY else 50035) == (status, answer["code"])
    assert kind in kinds(server)
    assert server.bot_messages(channel) == []


@pytest.mark.parametrize("body", PINGING_MESSAGES.values(), ids=PINGING_MESSAGES)
async def test_pings_are_noted(server: LoopbackDiscord, channel: Channel, body: Body) -> None:
    """Text that could mention someone is sent, as Discord would, and noted."""
    status, _ = await request(server, "POST", f"/channels/{channel.id}/messages", body)
    assert (200, {Kind.MENTIONS}) == (status, kinds(server))


async def test_a_v2_message_stays_one(server: LoopbackDiscord, channel: Channel) -> None:
    """Editing content into a Components V2 message is refused, though no flag is sent."""
    path = f"/channels/{channel.id}/messages"
    _, message = await request(server, "POST", path, v2(text()))
    status, answer = await request(server, "PATCH", f"{path}/{message['id']}", plain())
    assert status == 400
    assert list(answer["errors"]) == ["content"]


async def test_routes_and_queries(server: LoopbackDiscord, channel: Channel) -> None:
    """Paths, ids and query parameters that Discord does not have are noted."""
    assert (await request(server, "GET", "/nowhere"))[0] == 404
    assert server.unknown_routes == ["GET /nowhere"]
    path = f"/channels/{channel.id}/messages"
    for query in ("?limit=101", "?limit=many", "?before=noon", "?page=1"):
        assert (await request(server, "GET", path + query))[0] == 400
    assert {Kind.QUERY} == kinds(server)
    assert (await request(server, "GET", f"{path}?limit=100&before={1 << 62}"))[0] == 200


async def test_the_description_is_read_once() -> None:
    """A process indexes the description once."""
    path = Path(str(DESCRIPTION))
    assert load(path) is load(path)
