"""Sending again after what may pass, and hearing a thing once."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable

import aiohttp
import discord
import pytest

from bot.delivery import Seen, deliver

from .test_failures import Reply


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
        refused(429),
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientOSError(104, "reset"),
        ConnectionResetError(),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.asyncio
async def test_what_may_pass_is_tried_again(error: Exception) -> None:
    """A server's error, a rate limit or a lost connection is followed by another attempt."""
    send, left = failing(error)
    assert await deliver(send) == "sent"
    assert left == []


@pytest.mark.parametrize("status", [400, 401, 403, 404])
@pytest.mark.asyncio
async def test_what_discord_refuses_is_not_tried_again(status: int) -> None:
    """A refusal is final."""
    send, left = failing(refused(status), refused(status))
    with pytest.raises(discord.HTTPException):
        await deliver(send)
    assert len(left) == 1


class Hasty(selectors.DefaultSelector):
    """A selector that does not wait: it says how long it would have."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now."""
        found = super().select(0)
        self.skipped += (timeout or 0.0) if not found else 0.0
        return found


class HastyLoop(asyncio.SelectorEventLoop):
    """An event loop in which a second of sleep takes no time."""

    def __init__(self) -> None:
        self._hasty = Hasty()
        super().__init__(self._hasty)

    def time(self) -> float:
        """Return the time, skipped waiting counted."""
        return super().time() + self._hasty.skipped


@pytest.mark.parametrize("error", [refused(503), ConnectionResetError()])
@pytest.mark.parametrize(
    ("patience", "attempts"), [((), 14), ((3.0,), 3)], ids=["an answer", "an acknowledgement"]
)
def test_what_does_not_pass_is_given_up(
    error: Exception, patience: tuple[float, ...], attempts: int
) -> None:
    """An answer is tried for most of ten minutes, an acknowledgement for three seconds."""
    with asyncio.Runner(loop_factory=HastyLoop) as runner:
        send, left = failing(*[error] * 50)
        began = runner.get_loop().time()
        with pytest.raises(type(error)):
            runner.run(deliver(send, *patience))
        assert attempts == 50 - len(left)
        longest = patience[0] if patience else 600.0
        assert longest - 60 < runner.get_loop().time() - began <= longest


def test_an_id_is_new_once() -> None:
    """What was seen is known, and the oldest of very many is forgotten."""
    seen = Seen()
    assert [seen.again(number) for number in (1, 2, 1, 2, 3)] == [False, False, True, True, False]
    assert not any(seen.again(number) for number in range(10, 6000))
    assert seen.again(5999)
    assert not seen.again(1)
