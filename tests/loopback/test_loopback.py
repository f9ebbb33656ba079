"""The loopback Discord, proven by a real discord.py client in the same event loop."""

from __future__ import annotations

from typing import Any

import aiohttp
import discord
import pytest

from . import (
    Channel,
    ChannelType,
    Guild,
    Kind,
    LoopbackDiscord,
    Permission,
    User,
    buttons,
    selects,
    visible_text,
)
from .sample_bot import running, until

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning"),
]


async def test_it_logs_in_syncs_and_answers(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """A deferred answer becomes a Components V2 message, and nothing breaks a rule."""
    async with running(server):
        record = await server.slash(reader, channel, "ask", {"question": "Why?"})
        await record.acknowledged()
        message = await record.response()

    assert visible_text(message) == "**Why?** (None)\nA source"
    assert [each.label for each in buttons(message)] == ["Open", "Useful", "Follow up"]
    assert [each["custom_id"] for each in selects(message)] == ["rest"]
    assert record.ack_seconds < 1
    assert not record.ephemeral
    assert len(message.history) == 2
    assert server.violations == []
    assert server.unknown_routes == []


async def test_autocomplete(server: LoopbackDiscord, channel: Channel, reader: User) -> None:
    """Typing into an option returns the bot's choices."""
    async with running(server):
        choices = await server.autocomplete(reader, channel, "ask", "source", "A")
    assert [each["value"] for each in choices] == ["Almanac", "Atlas"]
    assert server.interactions[-1].ack_seconds < 1


async def test_components_and_modals(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """Buttons, menus and a labelled modal input reach the bot."""
    async with running(server):
        answer = await (await server.slash(reader, channel, "ask", {"question": "Why?"})).response()

        thanks = await server.click(reader, answer, "Useful")
        assert (await thanks.response()).content == "Thanks for 7"
        assert thanks.ephemeral

        opened = await server.click(reader, answer, "follow")
        asked = await server.submit_modal(reader, opened, {"question": "And then?"})
        assert (await asked.response()).content == "You asked: And then?"

        changed = await server.select(reader, answer, "rest", ["Delete"])
        assert answer is await changed.response()
        assert visible_text(answer).startswith("**Changed**")

    assert server.violations == []
    with pytest.raises(LookupError, match="is no button"):
        await server.click(reader, answer, "Open")
    with pytest.raises(LookupError, match="does not see"):
        await server.click(server.owner, await thanks.response(), "anything")


async def test_follow_ups_and_files(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """Ephemeral follow-ups carry files, and are not in the channel's history."""
    async with running(server) as bot:
        record = await server.slash(reader, channel, "private", {"times": 2})
        last = await record.wait_for(lambda message: message.content == "Follow-up 1")
        place = bot.get_channel(channel.id)
        assert isinstance(place, discord.TextChannel)
        assert [message async for message in place.history()] == []
    assert record.ephemeral
    assert last.ephemeral
    assert last.files[0].filename == "page.txt"
    assert b"SampleBot" in last.files[0].data


async def test_user_installs_have_five_follow_ups(server: LoopbackDiscord) -> None:
    """Outside its servers, the application's sixth follow-up is refused."""
    reader = server.create_user("ada", installed=True)
    channel = server.add_channel(server.add_guild("Elsewhere", members=[reader], with_bot=False))
    async with running(server):
        record = await server.slash(reader, channel, "private", {"times": 6})
        await server.until(lambda: server.broken(Kind.FOLLOW_UPS) or None, 3, "refusal")
    assert len(record.followups) == 5


async def test_message_menu_and_subcommand(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """Menus carry the whole message, and sub-commands are named by a tuple."""
    async with running(server):
        note = await server.say(reader, channel, "What is an index?")
        found = await server.message_menu(reader, note, "Find in the archive")
        assert (await found.response()).content == "Found: What is an index?"
        status = await server.slash(reader, channel, ("archive", "status"), {"verbose": True})
        assert (await status.response()).content == "well, verbose=True"
        named = await server.slash(reader, channel, "status", {"channel": channel})
        assert (await named.response()).content == "general in Library"
        assert "archive" in server.visible_commands(server.owner, channel)
        assert "archive" not in server.visible_commands(reader, channel)
        with pytest.raises(LookupError, match="not offered"):
            await server.slash(reader, server.dm(reader), ("archive", "status"))


async def test_mentions_are_heard_and_answered(
    server: LoopbackDiscord, guild: Guild, reader: User
) -> None:
    """Without the content intent only mentions and direct messages have their text."""
    channel = server.add_thread(server.add_channel(guild, type=ChannelType.FORUM))
    async with running(server) as bot:
        await server.say(reader, channel, "nothing to see")
        asked = await server.say(reader, channel, "hello", mention_bot=True)
        answer = await server.wait_for_message(channel)
        typing = await server.wait_for_typing(channel)
        await server.say(reader, channel, "quiet", reply_to=answer, reply_ping=False)
        await server.say(reader, server.dm(reader), "whisper")
        await until(lambda: len(bot.heard) == 5)
    assert asked is answer.reply_to
    assert answer.mentions == []
    assert typing.at <= answer.times[0]
    contents = [each.content for each in bot.heard]
    assert ["", asked.content, answer.content, "", "whisper"] == contents
    assert server.violations == []


async def test_permissions_are_kept(
    server: LoopbackDiscord, guild: Guild, channel: Channel, reader: User
) -> None:
    """Sending without permission is refused, by the code that tells why."""
    async with running(server) as bot:
        place = bot.get_partial_messageable(channel.id, guild_id=guild.id)
        server.set_bot_permissions(channel, deny=Permission.SEND_MESSAGES)
        with pytest.raises(discord.Forbidden) as missing:
            await place.send("hello")
        server.set_bot_permissions(channel, deny=Permission.VIEW_CHANNEL)
        with pytest.raises(discord.Forbidden) as hidden:
            await place.send("hello")
        reader.dms_open = False
        person = await bot.fetch_user(reader.id)
        with pytest.raises(discord.Forbidden) as closed:
            await person.send("hello")
    assert [e.value.code for e in (missing, hidden, closed)] == [50013, 50001, 50007]


async def test_deleted_messages(
    server: LoopbackDiscord, guild: Guild, channel: Channel, reader: User
) -> None:
    """A deleted message is unknown, and a reply to it fails unless it may do without."""
    async with running(server) as bot:
        place = bot.get_partial_messageable(channel.id, guild_id=guild.id)
        note = await server.say(reader, channel, "gone soon")
        await server.delete_message(note)
        gone = place.get_partial_message(note.id)
        with pytest.raises(discord.NotFound) as unknown:
            await gone.fetch()
        with pytest.raises(discord.HTTPException) as refused:
            await place.send("late", reference=gone)
        reference = gone.to_reference(fail_if_not_exists=False)
        sent = await place.send("late", reference=reference)
    assert [unknown.value.code, refused.value.code] == [10008, 50035]
    assert sent.reference is None


async def test_late_and_double_answers(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """Answers too late, twice, or after the token has run out are refused and noted."""
    async with aiohttp.ClientSession() as session:
        commands = f"{server.http_base}/applications/{server.bot.id}/commands"
        headers = {"Authorization": f"Bot {server.token}"}
        synced = [{"name": "ask", "description": "Ask"}]
        await session.put(commands, json=synced, headers=headers)
        record = await server.slash(reader, channel, "ask")
        url = f"{server.http_base}/interactions/{record.id}/{record.token}/callback"
        hook = f"{server.http_base}/webhooks/{server.bot.id}/{record.token}"
        text = {"content": "hi", "allowed_mentions": {"parse": []}}

        async def code(url: str, body: dict[str, Any]) -> int | None:
            async with session.post(url, json=body) as reply:
                return (await reply.json())["code"] if reply.status >= 400 else None

        assert await code(url.replace(record.token, "0"), {"type": 4, "data": text}) == 10062
        assert await code(hook, text) == 10015
        server.advance(3.5)
        assert await code(url, {"type": 4, "data": text}) == 10062
        record = await server.replay(record)
        url = f"{server.http_base}/interactions/{record.id}/{record.token}/callback"
        hook = f"{server.http_base}/webhooks/{server.bot.id}/{record.token}"
        assert await code(url, {"type": 4, "data": text}) is None
        assert await code(url, {"type": 4, "data": text}) == 40060
        assert await code(hook, text) is None
        server.advance(900)
        assert await code(hook, text) == 50027
    kinds = [violation.kind for violation in server.violations]
    assert kinds == [Kind.LATE, Kind.ACKNOWLEDGED_TWICE, Kind.EXPIRED]


async def test_a_deferral_settles_who_sees_the_answer(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """The first follow-up takes the placeholder's place, as private as the deferral was."""
    async with running(server):
        record = await server.slash(reader, channel, "later")
        answer = await record.response()
        assert answer is record.original
        assert answer.ephemeral
        await server.until(lambda: answer.deleted or None, 3, "deletion")
    assert answer.content == "In place of the placeholder"
    assert record.followups == []


async def test_repeated_and_repeating(
    server: LoopbackDiscord, channel: Channel, reader: User
) -> None:
    """Doing the same again is a new interaction; the same event twice is answered once."""
    async with running(server):
        await server.wait_until_synced()
        first = await server.slash(reader, channel, "ask", {"question": "Why?"})
        again = await server.replay(first)
        assert await first.response() is not await again.response()
        server.redeliver(first)
        await server.until(lambda: server.violations or None, 3, "second answer")
    assert [each.kind for each in server.violations] == [Kind.ACKNOWLEDGED_TWICE]
    assert len(server.bot_messages(channel)) == 2


@pytest.mark.parametrize("place", ["dm", "group", "thread"])
async def test_commands_work_in_every_place(
    server: LoopbackDiscord, guild: Guild, place: str
) -> None:
    """Direct messages, groups of people and threads are told to the bot as what they are."""
    reader = server.create_user("grace", installed=True)
    server.add_member(guild, reader, permissions=Permission.MANAGE_GUILD)
    thread = server.add_thread(server.add_channel(guild))
    groups = {"dm": server.dm(reader), "group": server.group_dm(reader), "thread": thread}
    async with running(server):
        record = await server.slash(reader, groups[place], "ask", {"question": "Why?"})
        assert "Why?" in visible_text(await record.response())
    assert server.violations == []
