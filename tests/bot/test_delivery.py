"""Sending again after what may pass, and hearing a thing once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import discord
import pytest

from bot.delivery import Seen, deliver

from .test_failures import Reply

pytestmark = pytest.mark.asyncio


def refused(status: int) -> discord.HTTPException:
    """Return what discord.py raises for an answer of Discord's."""
    kind = discord.DiscordServerError if status >= 500 else discord.HTTPException
    return kind(Reply(status), {"code": 0, "message": "no"})


def failing(*errors: Exception) -> tuple[Callable[[], Awaitable[str]], list[Exception]]:
    """Return something to send that fails in turn, and the list of what is still to go wrong."""
    left = list(errors)

    async def send() -> str:
        if left:
            raise left.pop(0)
        return "sent"

    return send, left


@pytest.mark.parametrize(
    "error",
    [
        refused(503),
        refused(500),
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientOSError(104, "reset"),
        ConnectionResetError(),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_may_pass_is_tried_again(error: Exception) -> None:
    """A server's error or a lost connection is followed by another attempt."""
    send, left = failing(error)
    assert await deliver(send) == "sent"
    assert left == []


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_what_discord_refuses_is_not_tried_again(status: int) -> None:
    """A refusal is final."""
    send, left = failing(refused(status), refused(status))
    with pytest.raises(discord.HTTPException):
        await deliver(send)
    assert len(left) == 1


async def test_what_does_not_pass_is_given_up() -> None:
    """After three more attempts within some seconds the failure is the caller's."""
    attempts = [failing(*[error] * 5) for error in (refused(503), ConnectionResetError())]
    found = await asyncio.gather(*(deliver(send) for send, _ in attempts), return_exceptions=True)
    assert [type(error) for error in found] == [discord.DiscordServerError, ConnectionResetError]
    assert [len(left) for _, left in attempts] == [1, 1]


async def test_an_id_is_new_once() -> None:
    """What was seen is known, and the oldest of very many is forgotten."""
    seen = Seen()
    assert [seen.again(number) for number in (1, 2, 1, 2, 3)] == [False, False, True, True, False]
    assert not any(seen.again(number) for number in range(10, 6000))
    assert seen.again(5999)
    assert not seen.again(1)
