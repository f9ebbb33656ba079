"""Faults of the loopback Discord, and how a real discord.py client takes them."""

from __future__ import annotations

import aiohttp
import discord
import pytest

from . import Channel, LoopbackDiscord, User
from .sample_bot import running

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning"),
]


@pytest.mark.parametrize("status", [429, 500])
async def test_failed_edits_are_retried(
    server: LoopbackDiscord, channel: Channel, reader: User, status: int
) -> None:
    """A rate limit or a failing server delays an answer and does not lose it."""
    fault = server.inject("PATCH", "@original", status=status, retry_after=0.05)
    async with running(server):
        record = await server.slash(reader, channel, "ask", {"question": "Why?"})
        assert await record.response()
    assert fault.times == 0
    assert [status, 200] == [r.status for r in server.requests if r.method == "PATCH"]


async def test_a_lost_answer_does_not_double_a_message(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """An enforced nonce makes the second try the same message."""
    server.inject("POST", r"/channels/\d+/messages", status=502, applied=True)
    async with running(server):
        await server.say(reader, channel, "hello", mention_bot=True)
        answer = await server.wait_for_message(channel)
        await server.until(lambda: answer.resent or None, 3, "second try")
    assert [answer] == server.bot_messages(channel)


async def test_kept_rate_limits_are_respected(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """The client slows down by the headers, and never goes over the limit."""
    bucket = server.limit("POST", r"/channels/\d+/typing", limit=2, per=0.2)
    async with running(server) as bot:
        place = bot.get_channel(channel.id)
        assert isinstance(place, discord.TextChannel)
        for _ in range(5):
            await place.typing()
    assert bucket.exceeded == 0
    assert server.typings[-1].at - server.typings[0].at >= 0.4


async def test_each_channel_has_a_limit_of_its_own(server: LoopbackDiscord) -> None:
    """What the path's groups match is counted apart; only the same channel again is too much."""
    bucket = server.limit("POST", r"/channels/(\d+)/typing", limit=1, per=9.0)
    assert bucket.take(0.0, "/channels/1/typing") is None
    assert bucket.take(1.0, "/channels/2/typing") is None
    assert 7.0 == bucket.take(2.0, "/channels/1/typing")
    assert 1 == bucket.exceeded


async def test_a_fault_may_hit_a_share_of_the_requests(server: LoopbackDiscord) -> None:
    """Of many requests about that share is hit, and no other kind of request."""
    fault = server.inject("GET", "/users", times=1000, share=0.2)
    assert 150 < sum(fault.hits("GET", "/users/@me") for _ in range(1000)) < 250
    assert not any(fault.hits("POST", "/users/@me") for _ in range(100))


async def test_lost_connections_and_global_limits(
    server: LoopbackDiscord, channel: Channel
) -> None:
    """A cut connection is the caller's to handle; a global limit is waited out."""
    async with running(server) as bot:
        place = bot.get_partial_messageable(channel.id)
        server.inject("POST", "/typing", disconnect=True)
        with pytest.raises(aiohttp.ClientError):
            await place.typing()
        server.inject("POST", "/typing", status=429, global_=True, retry_after=0.1)
        await place.typing()
        limited, retried = server.requests[-2:]
    assert (limited.status, retried.status) == (429, 204)
    assert retried.at - limited.at >= 0.1
