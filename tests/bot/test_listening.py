"""Channels it listens in: it speaks when a question stays unanswered and it is sure, else never."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.client import FootnoteBot
from bot.doctor import examine
from bot.listening import Listening
from retrieval.archive import Archive
from retrieval.encoder import OnnxEncoder
from retrieval.errors import IndexMissing
from tests.conftest import SEARCH, whole_window
from tests.loopback import Channel, ChannelType, Message, User, buttons, visible_text
from tests.loopback.privacy import MESSAGE_CONTENT

from .stage import (
    PATIENCE,
    Stage,
    assert_clean,
    bot_here,
    bot_process,
    copy_data,
    discord_stage,
    pointed_at,
    reply_to,
    rows,
    write_settings,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION = "When was the lighthouse on Gull Rock built?"
OTHER = "Who mends the nets of the fishermen?"
WAIT = 0.2
LONG = 0.5
"""Seconds after which the bot would have answered."""


@pytest.fixture(scope="module")
def data_dir(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of these tests' bot."""
    return copy_data(stock, tmp_path_factory.mktemp("listening") / "data")


@asynccontextmanager
async def listening(
    data_dir: Path, encoder: OnnxEncoder, confidence: float
) -> AsyncIterator[tuple[Stage, FootnoteBot]]:
    """Run a bot that listens in one channel and one forum."""
    archive = Archive(data_dir, encoder, whole_window(encoder), SEARCH)
    async with discord_stage(approved_intents=MESSAGE_CONTENT) as stage:
        places = (stage.channel("help"), stage.channel("forum", type=ChannelType.FORUM))
        heard = frozenset(place.id for place in places)
        options = stage.options(data_dir, ["false"], listening=Listening(heard, WAIT, confidence))
        async with bot_here(stage, archive, options) as bot:
            yield stage, bot
        assert_clean(stage.server)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lent(data_dir: Path, encoder: OnnxEncoder) -> AsyncIterator[Stage]:
    """Yield the stage of one bot that every test here listens to."""
    async with listening(data_dir, encoder, 0.5) as (stage, _):
        yield stage


@pytest.fixture
def stage(lent: Stage) -> Stage:
    """Return the stage."""
    return lent


@pytest.fixture
def reader(stage: Stage) -> User:
    """Return a member who asks."""
    return stage.person()


@pytest.fixture
def room(stage: Stage) -> Channel:
    """Return the channel in which the bot listens."""
    return next(c for c in stage.guild.channels.values() if c.name == "help")


async def silent_after(stage: Stage, room: Channel, last: Message) -> None:
    """Check that nothing is said for longer than the bot waits."""
    await asyncio.sleep(LONG)
    assert [m for m in stage.server.bot_messages(room) if m.id > last.id] == []


async def test_a_question_that_nobody_answers_is_answered(
    stage: Stage, reader: User, room: Channel, data_dir: Path
) -> None:
    """After the wait the question has a reply with every control, and a line that says why."""
    asked = await stage.server.say(reader, room, f"Hello all! {QUESTION}")
    assert stage.server.bot_messages(room) == []
    answer = await reply_to(stage, asked)
    assert visible_text(answer).startswith(f"-# {QUESTION}\n")
    assert "built in 1874" in visible_text(answer)
    assert "\n-# I answer questions in this channel that nobody" in visible_text(answer)
    assert answer.times[0] - asked.times[0] >= WAIT
    assert answer.mentions == []
    pressed = await stage.server.click(reader, answer, "Useful")
    assert "Noted" in visible_text(await pressed.response(PATIENCE))
    assert buttons(answer)
    assert rows(data_dir, "SELECT asker_id FROM answers WHERE message_id = ?", answer.id)


async def test_a_question_in_a_post_of_a_forum_is_answered(stage: Stage, reader: User) -> None:
    """Posts and threads below a named channel are listened in as well."""
    forum = next(c for c in stage.guild.channels.values() if c.name == "forum")
    post = stage.server.add_thread(forum, "post")
    asked = await stage.server.say(reader, post, QUESTION)
    assert "built in 1874" in visible_text(await reply_to(stage, asked))


SILENT = (
    "The lighthouse on Gull Rock was built long ago.",
    "really?",
    "When did Napoleon invade Russia?",
    f"<@123> {QUESTION}",
    f"@everyone {QUESTION}",
    f"`{QUESTION}`",
    "https://example.org/?q=lighthouse",
)


async def test_it_is_silent_at_other_talk(stage: Stage, reader: User, data_dir: Path) -> None:
    """What is no question to all, and what the archive does not answer, gets no word or record."""
    count = "SELECT count(*) FROM answers"
    before = rows(data_dir, count)
    forum = next(c for c in stage.guild.channels.values() if c.name == "forum")
    posts = [stage.server.add_thread(forum, words[:20]) for words in SILENT]
    for post, words in zip(posts, SILENT, strict=True):
        await stage.server.say(reader, post, words)
    await asyncio.sleep(2 * LONG)
    assert [stage.server.bot_messages(post) for post in posts] == [[]] * len(posts)
    assert rows(data_dir, count) == before


async def test_it_is_silent_when_a_person_has_written(
    stage: Stage, reader: User, room: Channel
) -> None:
    """Another person's message within the wait ends it, a reply as well as any word."""
    for answering in (True, False):
        asked = await stage.server.say(reader, room, QUESTION)
        reply = asked if answering else None
        last = await stage.server.say(stage.person(), room, "In 1874.", reply_to=reply)
        await silent_after(stage, room, last)


async def test_it_is_silent_when_the_question_is_gone(
    stage: Stage, reader: User, room: Channel
) -> None:
    """A question that is deleted, or edited into none, is not answered."""
    asked = await stage.server.say(reader, room, QUESTION)
    await stage.server.delete_message(asked)
    await silent_after(stage, room, asked)
    asked = await stage.server.say(reader, room, QUESTION)
    await stage.server.edit_message(asked, "Never mind, I found it.")
    await silent_after(stage, room, asked)


async def test_it_answers_what_the_asker_says_at_last(
    stage: Stage, reader: User, room: Channel
) -> None:
    """An edit, a further line and a further question of the asker are waited for."""
    asked = await stage.server.say(reader, room, OTHER)
    await stage.server.edit_message(asked, QUESTION)
    await asyncio.sleep(WAIT / 2)
    more = await stage.server.say(reader, room, "I could not find it anywhere")
    answer = await reply_to(stage, asked)
    assert "built in 1874" in visible_text(answer)
    assert answer.times[0] - more.times[0] >= WAIT
    first = await stage.server.say(reader, room, QUESTION)
    second = await stage.server.say(reader, room, OTHER)
    assert "Greta Voss" in visible_text(await reply_to(stage, second))
    assert all(m.reply_to is not first for m in stage.server.bot_messages(room))


async def test_who_asks_it_directly_is_answered_once(
    stage: Stage, reader: User, room: Channel
) -> None:
    """A mention ends the wait: it is answered at once, and the channel's question not again."""
    asked = await stage.server.say(reader, room, QUESTION)
    direct = await stage.server.say(reader, room, QUESTION, mention_bot=True)
    await reply_to(stage, direct)
    await asyncio.sleep(LONG)
    assert all(m.reply_to is not asked for m in stage.server.bot_messages(room))
    assert len([m for m in stage.server.bot_messages(room) if m.reply_to is direct]) == 1


async def test_it_listens_nowhere_else(stage: Stage, reader: User) -> None:
    """In a channel that is not named a question without a mention is nobody's business."""
    channel = stage.channel()
    asked = await stage.server.say(reader, channel, QUESTION)
    await silent_after(stage, channel, asked)


async def test_bots_are_not_listened_to(stage: Stage, reader: User, room: Channel) -> None:
    """A bot's or webhook's question is none, and their words do not count as a person's."""
    robot = stage.server.create_user("robot", bot=True)
    stage.server.add_member(stage.guild, robot)
    said = await stage.server.say(robot, room, QUESTION)
    await stage.server.say(reader, room, QUESTION, webhook=True)
    await silent_after(stage, room, said)
    asked = await stage.server.say(reader, room, QUESTION)
    await stage.server.say(robot, room, "beep")
    await reply_to(stage, asked)


async def test_where_it_may_not_write_it_disturbs_nobody(stage: Stage, reader: User) -> None:
    """Without leave to write in the channel, nobody is told: nobody had asked."""
    forum = next(c for c in stage.guild.channels.values() if c.name == "forum")
    post = stage.server.add_thread(forum, "locked", locked=True)
    asked = await stage.server.say(reader, post, QUESTION)
    await silent_after(stage, post, asked)
    assert stage.server.bot_messages(stage.server.dm(reader)) == []


async def test_a_reply_without_a_ping_and_a_thread_are_read(
    stage: Stage, reader: User, room: Channel
) -> None:
    """Where messages can be read, a reply to an answer follows it up even with its ping off."""
    asked = await stage.server.say(reader, room, OTHER)
    answer = await reply_to(stage, asked)
    said = await stage.server.say(reader, room, "How long?", reply_to=answer, reply_ping=False)
    assert "two days" in visible_text(await reply_to(stage, said))
    await asyncio.sleep(LONG)
    assert len([m for m in stage.server.bot_messages(room) if m.reply_to is said]) == 1


async def test_it_is_silent_when_it_is_less_sure_than_it_must_be(
    stock: Path, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    """An answer that is good enough for who asks may be too unsure to be given unasked."""
    async with listening(copy_data(stock, tmp_path / "data"), encoder, 1.0) as (stage, bot):
        room = next(c for c in stage.guild.channels.values() if c.name == "help")
        asked = await stage.server.say(stage.person(), room, QUESTION)
        await silent_after(stage, room, asked)
        assert bot.intents.message_content


# The intent.


@pytest.mark.parametrize("approved", [0, MESSAGE_CONTENT], ids=["refused", "approved"])
async def test_a_missing_intent_is_told(
    stock: Path, articles: Path, tmp_path: Path, approved: int
) -> None:
    """Where Discord refuses to let it read messages, the start says what to do."""
    async with discord_stage(approved_intents=approved) as stage:
        told = {"listening": {"channels": [stage.channel().id]}}
        config = write_settings(tmp_path / "settings.yaml", stage.settings(articles, discord=told))
        async with bot_process(stage, config, copy_data(stock, tmp_path / "data")) as bot:
            if approved:
                await bot.ready(PATIENCE)
                assert await bot.terminate(PATIENCE) == 0
            else:
                assert await bot.wait(PATIENCE) == 2
                assert "turn on Message Content Intent in the Developer Portal" in bot.log()
                assert "or clear `discord.listening.channels`" in bot.log()
            assert "Traceback" not in bot.log()


@pytest.mark.parametrize(
    ("listens", "approved", "passed", "said"),
    [
        (False, 0, True, "none that is privileged is needed"),
        (True, MESSAGE_CONTENT, True, "may read the messages of the channels"),
        (True, 0, False, "turn that on in the Developer Portal (your application, Bot), or clear"),
    ],
)
async def test_the_doctor_checks_the_intent(
    tmp_path: Path, listens: bool, approved: int, passed: bool, said: str
) -> None:
    """`footnote doctor` tells whether Discord lets the bot read what it is to listen to."""

    def missing() -> Archive:
        raise IndexMissing("Nothing has been indexed yet; run `footnote index`.")

    async with discord_stage(approved_intents=approved) as stage:
        with pointed_at(stage.server):
            token = SecretStr(stage.server.token)
            checks = await asyncio.to_thread(examine, tmp_path, [], missing, token, listens=listens)
        assert_clean(stage.server)
    (intents,) = (check for check in checks if check.name == "intents")
    assert passed == intents.passed
    assert said in intents.finding
