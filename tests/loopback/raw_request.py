"""Requests made without discord.py, which would refuse some of them itself."""

from __future__ import annotations

from typing import Any

import aiohttp

from . import Kind, LoopbackDiscord

Body = dict[str, Any]

NOBODY: dict[str, Any] = {"allowed_mentions": {"parse": []}}


async def request(
    server: LoopbackDiscord, method: str, path: str, body: Any = None
) -> tuple[int, Any]:
    """Make one request as the bot, and return the status and the JSON."""
    headers = {"Authorization": f"Bot {server.token}"}
    url = server.http_base + path
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, url, json=body) as reply,
    ):
        return reply.status, None if reply.status == 204 else await reply.json()


def kinds(server: LoopbackDiscord) -> set[Kind]:
    """Return what was broken."""
    return {violation.kind for violation in server.violations}


def plain(content: str = "hello", **changes: Any) -> Body:
    """Return a plain message."""
    return {"content": content, **NOBODY} | changes
