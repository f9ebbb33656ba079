"""The gateway of the loopback Discord, proven by a real discord.py client."""

from __future__ import annotations

import discord
import pytest

from . import Channel, ChannelType, Guild, LoopbackDiscord, User
from .privacy import MESSAGE_CONTENT
from .sample_bot import INTENTS, SampleBot, running, until

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning"),
]


async def test_the_content_intent_shows_everything(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """With the content intent a plain message has its text."""
    server.approved_intents = MESSAGE_CONTENT
    async with running(server, INTENTS | discord.Intents(message_content=True)) as bot:
        await server.say(reader, channel, "plain")
        await until(lambda: bot.heard)
    assert bot.heard[0].content == "plain"


async def test_a_wrong_token_is_refused(server: LoopbackDiscord) -> None:
    """Another token than the server's does not log in."""
    bot = SampleBot()
    with pytest.raises(discord.LoginFailure):
        await bot.start("another")
    await bot.close()


async def test_unapproved_intents_are_refused(server: LoopbackDiscord) -> None:
    """A privileged intent that is not approved closes the gateway for good."""
    bot = SampleBot(INTENTS | discord.Intents(message_content=True))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(server.token)
    await bot.close()


@pytest.mark.parametrize("code", [None, 1000, 4000, 4009])
async def test_missed_messages_are_replayed(
    server: LoopbackDiscord, channel: Channel, reader: User, code: int | None
) -> None:
    """A dropped gateway is resumed, and what was missed arrives once."""
    async with running(server) as bot:
        await server.say(reader, channel, "before", mention_bot=True)
        await server.wait_for_message(channel)
        await server.drop_gateway(code)
        await server.say(reader, channel, "meanwhile", mention_bot=True)
        await server.wait_for_message(channel, lambda message: "meanwhile" in message.content)
        await until(lambda: bot.resumed)
    assert len(server.gateway.resumes) == 1
    assert len(server.gateway.identifies) == 1
    assert len(server.bot_messages(channel)) == 2


async def test_op_7_resumes(server: LoopbackDiscord, guild: Guild) -> None:
    """A client that is told to reconnect resumes its session."""
    async with running(server) as bot:
        server.reconnect()
        await until(lambda: bot.resumed)


async def test_an_invalid_session_identifies_again(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """A session that is gone is replaced, and answers go on."""
    async with running(server):
        server.invalidate_session()
        await server.until(lambda: len(server.gateway.identifies) > 1 or None, 3, "IDENTIFY")
        record = await server.slash(reader, channel, "ask", {"question": "Why?"})
        assert await record.response()

        server.gateway.forget()
        await server.drop_gateway()
        await server.until(lambda: len(server.gateway.identifies) > 2 or None, 3, "IDENTIFY")
        assert len(server.gateway.resumes) == 1


async def test_shards_hear_their_own_servers(server: LoopbackDiscord, reader: User) -> None:
    """Each shard is sent the servers that are its own, and direct messages go to the first."""
    server.shards = 2
    guilds = [server.add_guild(f"g{n}", members=[reader], id=n + 1 << 22) for n in range(2)]
    channels = [server.add_channel(guild) for guild in guilds]

    class Sharded(SampleBot, discord.AutoShardedClient):
        pass

    async with running(server, bot_type=Sharded) as bot:
        await server.wait_until_identified(shards=2)
        for channel in channels:
            await server.say(reader, channel, "hi", mention_bot=True)
        await server.say(reader, server.dm(reader), "hi")
        await until(lambda: sum(not m.author.bot for m in bot.heard) == 3)
    shards = sorted(s.shard for s in server.gateway.sessions.values())
    assert shards == [(0, 2), (1, 2)]


async def test_a_silent_gateway_is_left(server: LoopbackDiscord, reader: User) -> None:
    """A connection that no longer answers is given up, and the session resumed on another."""
    server.gateway.heartbeat_seconds = 0.05
    channel = server.add_channel(server.add_guild(members=[reader]))
    async with running(server, heartbeat_timeout=0.3) as bot:
        server.silence()
        await server.say(reader, channel, "hi", mention_bot=True)
        assert await server.wait_for_message(channel)
        assert bot.resumed == 1
    assert len(server.bot_messages(channel)) == 1


async def test_channels_and_members_can_come_later(server: LoopbackDiscord, reader: User) -> None:
    """What is added while the bot runs is told to it, and chunk requests are answered."""
    async with running(server) as bot:
        guild = server.add_guild(members=[reader])
        await until(lambda: bot.guilds)
        voice = server.add_channel(guild, "voice", type=ChannelType.VOICE)
        await until(lambda: bot.get_channel(voice.id))
        found = await bot.guilds[0].query_members("ad")
        assert [reader.id] == [member.id for member in found]
        server.remove_guild(guild)
        await until(lambda: not bot.guilds)
