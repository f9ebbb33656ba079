"""Notices under kill -9: whenever the bot is killed, each is posted, and once."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from retrieval.archive import Archive
from retrieval.database import now
from retrieval.watches import Watch, packed
from tests.loopback import Channel, LoopbackDiscord, User
from tests.loopback.components import walk

from .stage import (
    PATIENCE,
    assert_clean,
    bot_process,
    discord_stage,
    eventually,
    rows,
    write_settings,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

_QUESTION = "When was the lighthouse on Gull Rock built?"
_KILLS = int(os.environ.get("FOOTNOTE_KILLS", "100"))
_EACH = 12
"""Notices a kill: as many as a bot posts before it is killed, about."""

_LEFT = (
    "SELECT 1 FROM notices WHERE ended_at IS NULL "
    "UNION ALL SELECT 1 FROM watches WHERE since = 0 AND NOT once"
)
"""What is still to be told, or to be looked for."""


def _add_watches(archive: Archive, count: int, owners: list[User], channels: list[Channel]) -> None:
    """Add watches that what the archive holds answers: every other one is told in a channel."""
    for number in range(count):
        question = f"{_QUESTION} (I ask for the {number}th time.)"
        channel = channels[number % len(channels)] if number % 2 else None
        watch = Watch(
            id=f"{number:016x}",
            owner_id=owners[number % len(owners)].id,
            question=question,
            once=number % 3 == 0,
            guild_id=channel.guild.id if channel and channel.guild else None,
            channel_id=channel.id if channel else None,
            parent_id=None,
            message_id=None,
            filters="{}",
            locale="en",
            hour=None,
            zone=None,
            made_at=now(),
            useful_at=now(),
            asked_at=None,
            since=0,
            model=archive.model,
            vector=packed(archive.vector(question)),
        )
        assert archive.watches.add(watch, count, count) is None


def _posted(server: LoopbackDiscord) -> Counter[str]:
    """Return how many messages there are of each notice, by the id in their buttons."""
    found: Counter[str] = Counter()
    for message in server.messages.values():
        ids = [str(part.get("custom_id", "")) for _, part in walk(message.components)]
        found.update({i.split(":")[2] for i in ids if i.startswith("fn:context:")})
    return found


async def _killed(kills: int, archive: Archive, config_dir: Path, articles: Path) -> None:
    """Kill a bot that posts so many times, then let it end, and count what arrived."""
    dice, count, data_dir = random.Random(7), kills * _EACH, config_dir / "data"
    async with discord_stage() as stage:
        server, owners = stage.server, [stage.person() for _ in range(8)]
        channels = [stage.channel(f"news-{number}") for number in range(6)]
        _add_watches(archive, count, owners, channels)
        config = write_settings(config_dir / "settings.yaml", stage.settings(articles))
        # Each takes a while, so that kills fall between its arrival and its being noted.
        server.inject("POST", r"/channels/\d+/messages", status=None, delay=0.04, times=10**9)
        for number in range(kills):
            async with bot_process(stage, config, data_dir) as bot:
                await bot.ready(PATIENCE)
                await asyncio.sleep(dice.uniform(0.1, 1.2))
                await bot.kill()
            if number % 2:
                server.advance(1200)  # Discord forgets a nonce after some minutes
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            await eventually(stage, lambda: not rows(data_dir, _LEFT), "rest", 60 + count)
            assert await bot.terminate(PATIENCE) == 0
        posted = _posted(server)
        assert count == len(posted)
        assert {1} == set(posted.values())
        assert_clean(server)


async def test_a_bot_that_is_killed_while_it_posts_posts_all_once(
    archive: Archive, data_dir: Path, articles: Path
) -> None:
    """Two kills at random moments: nothing is lost, and nothing posted twice."""
    await _killed(2, archive, data_dir.parent, articles)


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_a_hundred_kills(archive: Archive, data_dir: Path, articles: Path) -> None:
    """A hundred kills: the same."""
    await _killed(_KILLS, archive, data_dir.parent, articles)
