"""Messages: edits, several questions in one, and places where the bot may not write."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.access import Place
from bot.journal import Entry, Journal
from tests.loopback import Channel, ChannelType, Message, Permission, User, payloads, visible_text
from tests.loopback.messages import Draft, send
from tests.loopback.world import Event

from .stage import (
    PATIENCE,
    Stage,
    Theatre,
    bot_process,
    copy_data,
    discord_stage,
    eventually,
    journal,
    reply_to,
    write_settings,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIGHTHOUSE = "When was the lighthouse on Gull Rock built?"
NETS = "Who mends the nets of the fishermen?"
CHOIR = "Who conducts the school choir?"
SALT = "When did the salt works close?"


def replies(stage: Stage, message: Message) -> list[Message]:
    """Return the bot's replies to a message, oldest first."""
    return [m for m in stage.server.bot_messages(message.channel) if m.reply_to is message]


async def until_replied(stage: Stage, message: Message, words: str, place: int = 0) -> Message:
    """Wait until a reply to a message shows words, and return it."""

    def probe() -> Message | None:
        found = replies(stage, message)[place : place + 1]
        return next((m for m in found if words in visible_text(m)), None)

    found: Message = await eventually(stage, probe, f"reply with {words!r}")
    return found


# Edits.


async def test_an_edited_question_is_answered_anew_in_its_reply(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """The reply to a question that is edited becomes the answer to the new one, and stays one."""
    asked = await play.server.say(reader, channel, LIGHTHOUSE, mention_bot=True)
    answer = await reply_to(play.stage, asked)
    await play.server.edit_message(asked, f"{play.server.bot.mention} {NETS}")
    assert await until_replied(play.stage, asked, "Greta Voss") is answer
    assert visible_text(answer).startswith(f"-# {NETS}")
    assert answer.mentions == []
    await eventually(play.stage, lambda: journal(play.data_dir) == [], "end of the entry")
    assert len(play.server.bot_messages(channel)) == 1


async def test_an_edit_that_comes_during_the_answer_is_answered_after_it(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Who mends a question at once sees the answer to the mended one, in one reply."""
    asked = await play.server.say(reader, channel, LIGHTHOUSE, mention_bot=True)
    await play.server.edit_message(asked, f"{play.server.bot.mention} {NETS}")
    await until_replied(play.stage, asked, "Greta Voss")
    assert len(play.server.bot_messages(channel)) == 1


async def test_a_mention_that_is_added_is_answered(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """A message that mentions the bot only after an edit is answered like any other."""
    asked = await play.server.say(reader, channel, LIGHTHOUSE)
    await play.server.edit_message(asked, f"{play.server.bot.mention} {LIGHTHOUSE}")
    await until_replied(play.stage, asked, "built in 1874")


@pytest.mark.parametrize(
    ("words", "said"), [("hello", "Hello!"), ("😀", "There is no word"), ("", "Ask me a question")]
)
async def test_a_question_that_is_added_takes_the_place_of_the_hint(
    play: Theatre, reader: User, words: str, said: str
) -> None:
    """A direct message that said nothing to look for, and then asks, is answered in its reply."""
    room = play.server.dm(reader)
    asked = await play.server.say(reader, room, words)
    hint = await reply_to(play.stage, asked)
    assert visible_text(hint).startswith(said)
    await play.server.edit_message(asked, LIGHTHOUSE)
    assert await until_replied(play.stage, asked, "built in 1874") is hint
    assert hint.content == ""


async def test_an_edit_that_changes_no_word_of_the_question_changes_nothing(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Markup, blanks or an emoji more are no other question; the reply is left alone."""
    asked = await play.server.say(reader, channel, LIGHTHOUSE, mention_bot=True)
    answer = await reply_to(play.stage, asked)
    await play.server.edit_message(asked, f"  `{LIGHTHOUSE}` {play.server.bot.mention} <:oh:5>")
    await play.server.edit_message(asked, LIGHTHOUSE)  # the mention is gone: no more for it
    other = await play.server.say(reader, channel, NETS, mention_bot=True)
    await reply_to(play.stage, other)
    assert len(answer.history) == 1


@pytest.mark.parametrize("lost", ["deleted", "hidden"])
async def test_a_reply_that_cannot_be_found_is_not_replaced_by_another(
    play: Theatre, reader: User, channel: Channel, lost: str
) -> None:
    """Whoever edits a question whose reply is deleted, or out of the bot's sight, gets no other."""
    if lost == "hidden":
        play.server.set_bot_permissions(channel, deny=Permission.READ_MESSAGE_HISTORY)
    asked = await play.server.say(reader, channel, LIGHTHOUSE, mention_bot=True)
    answer = await play.server.wait_for_message(channel, timeout=PATIENCE)
    if lost == "deleted":
        await play.server.delete_message(answer)
    await play.server.edit_message(asked, f"{play.server.bot.mention} {NETS}")
    other = await play.server.say(reader, channel, SALT, mention_bot=True)
    await play.server.wait_for_message(channel, timeout=PATIENCE, after=other)
    texts = [visible_text(m) for m in play.server.bot_messages(channel)]
    assert not any("Greta Voss" in text for text in texts)


async def test_an_old_question_is_not_heard_again(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Five minutes after it was sent a message may be edited without an answer."""
    asked = await play.server.say(reader, channel, LIGHTHOUSE)
    asked.mentions, asked.edited_at = [play.server.bot], datetime.now(UTC)
    old = payloads.message(asked) | {"id": str(asked.id - (301_000 << 22))}
    play.server.dispatch(Event("MESSAGE_UPDATE", old, channel.guild))
    # A link's preview, which comes as an update too, is no edit.
    preview = payloads.message(asked) | {"edited_timestamp": None}
    play.server.dispatch(Event("MESSAGE_UPDATE", preview, channel.guild))
    other = await play.server.say(reader, channel, NETS, mention_bot=True)
    answer = await reply_to(play.stage, other)
    assert play.server.bot_messages(channel) == [answer]


async def test_an_edit_told_before_its_message_is_answered_once(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Where events come out of order, the message is answered once, as it was edited."""
    play.server.set_bot_permissions(channel, deny=Permission.VIEW_CHANNEL)
    asked = await play.server.say(reader, channel, LIGHTHOUSE, mention_bot=True)
    first = payloads.message(asked)
    await play.server.edit_message(asked, f"{play.server.bot.mention} {NETS}")
    play.server.set_bot_permissions(channel)
    play.server.dispatch(Event("MESSAGE_UPDATE", payloads.message(asked), channel.guild))
    play.server.dispatch(Event("MESSAGE_CREATE", first, channel.guild))
    await until_replied(play.stage, asked, "Greta Voss")
    other = await play.server.say(reader, channel, SALT, mention_bot=True)
    await reply_to(play.stage, other)
    assert len(play.server.bot_messages(channel)) == 2


# Several questions.


async def test_each_question_of_a_message_gets_a_reply(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Questions that one message asks are answered one by one, each under its own heading."""
    asked = await play.server.say(reader, channel, f"{LIGHTHOUSE}\n{NETS}", mention_bot=True)
    await until_replied(play.stage, asked, "Greta Voss", 1)
    heads = [visible_text(m).splitlines()[0] for m in replies(play.stage, asked)]
    assert heads == [f"-# {LIGHTHOUSE}", f"-# {NETS}"]


async def test_a_later_question_leans_on_the_one_before(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """What follows a question in the same message is understood as following it up."""
    words = f"{NETS} And how long?"
    asked = await play.server.say(reader, channel, words, mention_bot=True)
    second = await until_replied(play.stage, asked, "two days", 1)
    assert visible_text(second).splitlines()[1] == f"-# ↳ following up “{NETS}”"


async def test_three_questions_of_a_message_are_answered(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Of more than three questions the first three are answered, and the last reply says so."""
    words = f"{LIGHTHOUSE} {NETS} {CHOIR} {SALT}"
    asked = await play.server.say(reader, channel, words, mention_bot=True)
    last = await until_replied(play.stage, asked, f"-# {CHOIR}", 2)
    assert "\n-# I answer 3 questions of one message" in visible_text(last)
    await eventually(play.stage, lambda: journal(play.data_dir) == [], "end of the entry")
    assert len(replies(play.stage, asked)) == 3


async def test_what_was_not_answered_before_a_restart_is_answered_after_it(
    stock: Path, articles: Path, tmp_path: Path
) -> None:
    """Of two questions in flight, the one that has its reply already gets no other."""
    data_dir = copy_data(stock, tmp_path / "data")
    async with discord_stage() as stage:
        reader, channel = stage.person(), stage.channel()
        asked = await stage.server.say(reader, channel, f"{LIGHTHOUSE} {NETS}", mention_bot=True)
        before = Draft(channel, stage.server.bot, {"content": "In 1874."}, reply_to=asked)
        first = send(stage.server, before)
        place = Place(stage.guild.id, (channel.id,))
        words = f"{LIGHTHOUSE}\n{NETS}"
        entry = Entry(
            asked.id, time.time(), words, None, {}, place, False, reader.id, channel.id, None, "en"
        )
        Journal(data_dir / "inflight").open(entry)
        config = write_settings(tmp_path / "settings.yaml", stage.settings(articles))
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            second = await until_replied(stage, asked, "Greta Voss", 1)
            await eventually(stage, lambda: journal(data_dir) == [], "end of the entry")
            assert await bot.terminate(PATIENCE) == 0
        assert replies(stage, asked) == [first, second]


async def test_an_edit_to_fewer_or_more_questions_adds_and_removes_replies(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """After an edit there are as many replies as there are questions."""
    me = play.server.bot.mention
    asked = await play.server.say(reader, channel, f"{LIGHTHOUSE} {NETS}", mention_bot=True)
    await until_replied(play.stage, asked, "Greta Voss", 1)
    await play.server.edit_message(asked, f"{me} {SALT}")
    await until_replied(play.stage, asked, "closed in 1962")
    await eventually(play.stage, lambda: len(replies(play.stage, asked)) == 1, "removal")
    await play.server.edit_message(asked, f"{me} {SALT} {NETS}")
    await until_replied(play.stage, asked, "Greta Voss", 1)


@pytest.mark.parametrize(
    "words", [f"```py\n{LIGHTHOUSE}\n```", f"`{LIGHTHOUSE}`", f"``{LIGHTHOUSE}``"]
)
async def test_a_question_in_code_is_read_as_text(
    play: Theatre, reader: User, channel: Channel, words: str
) -> None:
    """Backticks, fences and a fence's language are no words of the question."""
    asked = await play.server.say(reader, channel, words, mention_bot=True)
    answer = visible_text(await reply_to(play.stage, asked))
    assert answer.startswith(f"-# {LIGHTHOUSE}\n")
    assert "built in 1874" in answer


# Where it may not write.


async def told_aside(play: Theatre, user: User) -> Message:
    """Return what the bot tells a user in a direct message."""
    return await play.server.wait_for_message(play.server.dm(user), timeout=PATIENCE)


async def test_who_asks_where_it_may_not_write_is_told_aside_once(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """The asker gets one direct message that says why, and is answered when asking there."""
    play.server.set_bot_permissions(channel, deny=Permission.SEND_MESSAGES)
    room = play.server.dm(reader)
    await play.server.say(reader, channel, LIGHTHOUSE, mention_bot=True)
    told = visible_text(await told_aside(play, reader))
    assert "I may not write there. Ask with `/ask`" in told
    assert channel.mention in told
    await play.server.say(reader, channel, NETS, mention_bot=True)
    asked = await play.server.say(reader, room, LIGHTHOUSE)
    await reply_to(play.stage, asked)
    await eventually(play.stage, lambda: journal(play.data_dir) == [], "end of the entries")
    assert len(play.server.bot_messages(room)) == 2
    assert play.server.bot_messages(channel) == []


@pytest.mark.parametrize(
    ("denied", "state"),
    [(Permission.SEND_MESSAGES_IN_THREADS, {}), (0, {"locked": True, "archived": True})],
    ids=["denied", "locked"],
)
async def test_who_asks_in_a_thread_closed_to_it_is_told_aside(
    play: Theatre, reader: User, denied: int, state: dict[str, Any]
) -> None:
    """A thread that is locked, or where it may not write, is answered by a direct message."""
    parent = play.stage.channel()
    play.server.set_bot_permissions(parent, deny=denied)
    thread = play.server.add_thread(parent, **state)
    await play.server.say(reader, thread, LIGHTHOUSE, mention_bot=True)
    assert thread.mention in visible_text(await told_aside(play, reader))
    assert play.server.bot_messages(thread) == []


async def test_who_takes_no_direct_messages_is_left_alone(play: Theatre, channel: Channel) -> None:
    """Where neither the channel nor the asker can be written to, only the log hears of it."""
    closed = play.server.create_user("closed", dms_open=False)
    play.server.add_member(play.stage.guild, closed)
    play.server.set_bot_permissions(channel, deny=Permission.SEND_MESSAGES)
    logged = len(play.bot.log())
    await play.server.say(closed, channel, LIGHTHOUSE, mention_bot=True)
    await eventually(
        play.stage, lambda: "takes no direct messages" in play.bot.log()[logged:], "line"
    )
    await eventually(play.stage, lambda: journal(play.data_dir) == [], "end of the entry")


async def test_a_server_that_removes_it_during_an_answer_is_no_failure(
    play: Theatre, reader: User
) -> None:
    """When the server is gone before the answer, nothing breaks and nobody is written to."""
    guild = play.server.add_guild("Leaving", members=[reader])
    channel = play.server.add_channel(guild, "general")
    play.server.inject("POST", f"/channels/{channel.id}/typing", status=None, delay=0.3)
    await play.server.say(reader, channel, LIGHTHOUSE, mention_bot=True)
    await eventually(play.stage, lambda: journal(play.data_dir) != [], "entry")
    play.server.remove_guild(guild)
    await eventually(play.stage, lambda: journal(play.data_dir) == [], "end of the entry")
    elsewhere = await play.server.say(reader, play.server.dm(reader), LIGHTHOUSE)
    answer = await reply_to(play.stage, elsewhere)
    assert play.server.bot_messages(play.server.dm(reader)) == [answer]


async def test_a_forum_that_nobody_may_write_to_needs_no_permission_for_a_command(
    play: Theatre, reader: User
) -> None:
    """In a locked post a slash command is answered all the same."""
    forum = play.stage.channel("forum", type=ChannelType.FORUM)
    post = play.server.add_thread(forum, "post", locked=True)
    record = await play.server.slash(reader, post, "ask", {"question": LIGHTHOUSE})
    assert "built in 1874" in visible_text(await record.response(PATIENCE))
