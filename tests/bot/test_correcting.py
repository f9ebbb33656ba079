"""Answers whose articles are corrected: their readers learn it, once, whatever happens."""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.client import FootnoteBot
from bot.correcting import Correcting
from bot.corrections import NOTE
from retrieval.archive import Archive
from retrieval.types import Article
from tests.conftest import Library
from tests.hashed import HashedEncoder
from tests.loopback import Channel, Message, Permission, User, visible_text
from tests.loopback.components import texts, walk
from tests.loopback.interactions import InteractionRecord
from tests.loopback.messages import Draft, send

from .stage import PATIENCE, Stage, assert_clean, bot_here, discord_stage, eventually, rows

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = "Greta mends every torn {} in the loft."
THEN = "Odile mends every torn {} in the loft."


def article(name: str, first: str = FIRST, more: str = "", **other: Any) -> Article:
    """Return the article on a thing that is mended."""
    text = f"{first} {more or 'It takes two days.'}".format(name)
    return Article(f"Who mends the {name}", text, name, given_id=name, **other)


@dataclass(repr=False, eq=False)
class Press:
    """An archive that is corrected, and a bot that answers from it and corrects when it is told.

    Attributes:
        stage: The Discord.
        library: The archive's data folder.
        archive: The archive.
        bot: The bot; by itself it corrects nothing.
        articles: What was published last, by name.
    """

    stage: Stage
    library: Library
    archive: Archive
    bot: FootnoteBot
    articles: dict[str, Article] = field(default_factory=dict)

    def publish(self, **changed: Article | None) -> None:
        """Change articles, or withdraw them, and let the bot answer from what is there then."""
        self.articles |= {name: each for name, each in changed.items() if each}
        for name in changed.keys() - {name for name, each in changed.items() if each}:
            del self.articles[name]
        self.library.shelve(*self.articles.values())
        self.archive.reload()

    async def ask(self, user: User, channel: Channel, name: str, **options: Any) -> Message:
        """Return the answer to the question about a thing, once its message is on record."""
        return await ask(self.stage, self.library, user, channel, name, **options)

    async def correct(self, times: int = 1) -> None:
        """Let the bot correct what is due, and as often start anew and look again."""
        for _ in range(times):
            await Correcting(self.bot, 30).tick()

    async def pressed(self, user: User, message: Message, label: str) -> list[str]:
        """Press a button, and return what is said beside the answer to that."""
        record = await self.stage.server.click(user, message, label)
        await record.response(PATIENCE)
        return await said_beside(self.stage, record, self.bot)


async def said_beside(stage: Stage, record: InteractionRecord, bot: FootnoteBot) -> list[str]:
    """Return what is said beside the answer to an interaction, once the bot is done with it."""
    await eventually(stage, lambda: not bot.working, "rest")
    assert all(each.ephemeral for each in record.followups)
    return [visible_text(each) for each in record.followups]


async def ask(
    stage: Stage, library: Library, user: User, channel: Channel, name: str, **options: Any
) -> Message:
    """Return the answer to the question about a thing, once its message is on record."""
    asked = {"question": f"Who mends every torn {name}?", **options}
    record = await stage.server.slash(user, channel, "ask", asked)
    answer = await record.response(PATIENCE)
    assert f"every torn {name}" in visible_text(answer).replace("*", "")
    query = "SELECT count(*) FROM answers WHERE message_id = ?"
    await eventually(
        stage, lambda: rows(library.data_dir, query, answer.id) == [(1,)], "message on record"
    )
    return answer


def note(message: Message) -> str:
    """Return the note that a message holds, "" where it has none; it never has two."""
    found = [p["content"] for _, p in walk(message.components) if p["id"] == NOTE]
    assert len(found) < 2
    return "".join(found)


def edits(stage: Stage, method: str = "PATCH", message: Message | None = None) -> int:
    """Return how often the bot has asked to edit, or to see, a message of a channel."""
    path = f"/messages/{message.id if message else ''}"
    asked = [r for r in stage.server.requests if "/channels/" in r.path and path in r.path]
    return sum(r.method == method for r in asked)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lent(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Press]:
    """Yield what the tests of this module share; afterwards no rule was broken."""
    library = Library(tmp_path_factory.mktemp("correcting") / "data", HashedEncoder())
    library.shelve(article("rope"))
    async with discord_stage() as stage:
        options = stage.options(library.data_dir, ["false"], correct_days=0)
        archive = library.open()
        async with bot_here(stage, archive, options) as bot:
            yield Press(stage, library, archive, bot, {"rope": article("rope")})
        assert_clean(stage.server)
    library.close()


@pytest_asyncio.fixture(loop_scope="session")
async def press(lent: Press) -> Press:
    """Return what the tests share, with all that was due already corrected."""
    await lent.correct()
    return lent


async def test_an_answer_is_corrected_withdrawn_and_restored(library: Library) -> None:
    """Its message says what became of the quote, across restarts, and in the end is as before."""
    library.shelve(article("net"), article("oar"))
    archive = library.open()
    async with discord_stage() as stage:
        options = stage.options(library.data_dir, ["false"])
        async with bot_here(stage, archive, options):
            answer = await ask(stage, library, stage.person(), stage.channel(), "net")
            before = copy.deepcopy(answer.components)
            library.shelve(article("net", THEN), article("oar"))
            await eventually(stage, lambda: "no longer stand" in note(answer), "correction")
            assert note(answer).startswith("**Correction to footnote 1:** changed on <t:")
        library.shelve(article("oar"))
        async with bot_here(stage, archive, options):
            await eventually(stage, lambda: "withdrawn" in note(answer), "withdrawal")
            assert "Greta mends every torn net" in visible_text(answer)
        library.shelve(article("net"), article("oar"))
        async with bot_here(stage, archive, options) as bot:
            await eventually(stage, lambda: before == answer.components, "message as before")
            await eventually(stage, lambda: not bot.working, "rest")
            await Correcting(bot, 30).tick()
        assert 3 == edits(stage)
        assert_clean(stage.server)


async def test_words_that_still_stand_are_said_to(press: Press) -> None:
    """Changed elsewhere, the note says so, and says otherwise once the words are gone as well."""
    press.publish(kite=article("kite"))
    answer = await press.ask(press.stage.person(), press.stage.channel(), "kite")
    press.publish(kite=article("kite", more="It takes three weeks."))
    await press.correct(2)
    assert "**Note on footnote 1:** other parts were changed on <t:" in note(answer)
    press.publish(kite=article("kite", THEN))
    await press.correct(2)
    assert "**Correction to footnote 1:** changed on <t:" in note(answer)
    assert 2 == edits(press.stage, message=answer)


async def test_metadata_alone_is_no_correction(press: Press) -> None:
    """Another link or author, and what others were corrected, leave an answer as it was."""
    press.publish(lamp=article("lamp"))
    await press.ask(press.stage.person(), press.stage.channel(), "lamp")
    before = edits(press.stage), edits(press.stage, "GET")
    press.publish(
        lamp=article("lamp", url="https://a.example/lamp", authors=("Ada",)),
        rope=article("rope", THEN),
    )
    await press.correct(2)
    assert before == (edits(press.stage), edits(press.stage, "GET"))


async def test_an_answer_that_follows_its_reader_speaks_his_language(press: Press) -> None:
    """The note is written in the language of the answer."""
    press.publish(drum=article("drum"))
    asked = {"question": "Who mends every torn drum?"}
    server = press.stage.server
    record = await server.slash(
        press.stage.person(), press.stage.channel(), "ask", asked, locale="de"
    )
    answer = await record.response(PATIENCE)
    await eventually(press.stage, lambda: not press.bot.working, "rest")
    press.publish(drum=None)
    await press.correct()
    assert "**Berichtigung zu Fußnote 1:** am <t:" in note(answer)


async def test_a_private_answer_is_corrected_at_the_next_press(press: Press) -> None:
    """Nobody can edit it, so whoever presses next is told, privately, and once for each change."""
    press.bot.remarks = Correcting(press.bot, 30).tell
    reader = press.stage.person()
    press.publish(sail=article("sail"))
    answer = await press.ask(reader, press.stage.channel(), "sail", private=True)
    assert [] == await press.pressed(reader, answer, "In context")
    press.publish(sail=article("sail", THEN))
    await press.correct()
    told = await press.pressed(reader, answer, "Useful")
    assert 1 == len(told)
    assert "**Correction to footnote 1:** changed on" in told[0]
    assert [] == await press.pressed(reader, answer, "In context")
    press.publish(sail=article("sail"))
    assert ["**Note on footnote 1:** the article stands again as it is quoted."] == (
        await press.pressed(reader, answer, "In context")
    )
    assert [] == await press.pressed(reader, answer, "In context")
    assert 0 == edits(press.stage, "GET", answer) + edits(press.stage, "PATCH", answer)


async def test_who_follows_up_is_told_when_the_question_is_in(press: Press) -> None:
    """A modal keeps the message to itself: what is due is said when it is sent off."""
    press.bot.remarks = Correcting(press.bot, 30).tell
    reader = press.stage.person()
    press.publish(boot=article("boot"))
    answer = await press.ask(reader, press.stage.channel(), "boot", private=True)
    press.publish(boot=None)
    record = await press.stage.server.click(reader, answer, "Follow up")
    await record.shown_modal(PATIENCE)
    assert [] == await said_beside(press.stage, record, press.bot)
    sent = await press.stage.server.submit_modal(
        reader, record, {"question": "Who mends the rope?"}
    )
    await sent.response(PATIENCE)
    (told,) = await said_beside(press.stage, sent, press.bot)
    assert "withdrawn on" in told


@pytest.mark.parametrize(("days", "age"), [(0, 0), (30, 31), (3, 4)])
async def test_what_is_too_old_is_left_alone(press: Press, days: int, age: int) -> None:
    """After the set days, or with none set, no answer is edited, and no press tells of changes."""
    press.bot.remarks = Correcting(press.bot, days).tell
    name, reader = f"keel{age}", press.stage.person()
    press.publish(**{name: article(name)})
    answer = await press.ask(reader, press.stage.channel(), name)
    private = await press.ask(reader, press.stage.channel(), name, private=True)
    asked = (datetime.now(UTC) - timedelta(days=age)).isoformat(timespec="seconds")
    for each in (answer, private):
        record = press.archive.records.given_in(each.id)
        assert record is not None
        press.archive.records.record(replace(record, asked_at=asked))
    press.publish(**{name: None})
    await Correcting(press.bot, days).tick()
    assert "" == note(answer)
    assert [] == await press.pressed(reader, private, "In context")


async def test_outside_its_servers_the_next_press_tells(press: Press) -> None:
    """Where the bot is used by a user install, it cannot edit, and never tries to."""
    press.bot.remarks = Correcting(press.bot, 30).tell
    server = press.stage.server
    guest = server.create_user("guest", installed=True)
    elsewhere = server.add_guild("Elsewhere", members=[guest], with_bot=False)
    press.publish(tent=article("tent"))
    answer = await press.ask(guest, server.add_channel(elsewhere), "tent")
    press.publish(tent=None)
    await press.correct(2)
    assert 0 == edits(press.stage, "GET", answer)
    (told,) = await press.pressed(guest, answer, "In context")
    assert "withdrawn on" in told
    assert [] == await press.pressed(guest, answer, "In context")


async def test_what_cannot_be_edited_is_given_up(
    press: Press, caplog: pytest.LogCaptureFixture
) -> None:
    """A deleted message and a channel that was closed cost one look each, and no alarm."""
    press.bot.remarks = Correcting(press.bot, 30).tell
    stage, reader = press.stage, press.stage.person()
    press.publish(flag=article("flag"))
    gone, closed = [await press.ask(reader, stage.channel(), "flag") for _ in range(2)]
    await stage.server.delete_message(gone)
    stage.server.set_bot_permissions(closed.channel, deny=Permission.VIEW_CHANNEL)
    press.publish(flag=article("flag", THEN))
    caplog.clear()
    await press.correct(3)
    assert [1, 1] == [edits(stage, "GET", each) for each in (gone, closed)]
    assert [] == [r for r in caplog.records if r.levelno > logging.INFO and "bot" in r.name]
    stage.server.set_bot_permissions(closed.channel, allow=Permission.VIEW_CHANNEL)
    (told,) = await press.pressed(reader, closed, "In context")
    assert "changed on" in told


async def test_a_note_without_room_comes_at_the_next_press(press: Press) -> None:
    """A message that is full is left as it is, and whoever presses next is told."""
    press.bot.remarks = Correcting(press.bot, 30).tell
    reader = press.stage.person()
    press.publish(pipe=article("pipe"))
    answer = await press.ask(reader, press.stage.channel(), "pipe")
    answer.components[1]["content"] += "x" * (3999 - sum(map(len, texts(answer.components))))
    press.publish(pipe=None)
    await press.correct(2)
    assert (1, 0, "") == (
        edits(press.stage, "GET", answer), edits(press.stage, message=answer), note(answer)
    )  # fmt: skip
    (told,) = await press.pressed(reader, answer, "In context")
    assert "withdrawn on" in told


async def test_an_answer_that_gave_way_to_another_is_left_alone(press: Press) -> None:
    """Where a question was edited, its message shows another answer, which needs no note."""
    stage, reader, channel = press.stage, press.stage.person(), press.stage.channel()
    press.publish(hook=article("hook"), mast=article("mast"))
    asked = await stage.server.say(reader, channel, "Who mends every torn hook?", mention_bot=True)
    answer = await stage.server.wait_for_message(
        channel, lambda m: m.reply_to is asked, PATIENCE, after=asked
    )
    await stage.server.edit_message(asked, f"{stage.server.bot.mention} Who mends every torn mast?")
    await eventually(stage, lambda: "mast" in visible_text(answer), "other answer")
    await eventually(stage, lambda: not press.bot.working, "rest")
    press.publish(hook=None)
    await press.correct(2)
    assert "" == note(answer)


@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 0.01}, {"disconnect": True}])
async def test_what_discord_refuses_for_now_is_put_off(
    press: Press, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Too many edits of old messages, or a lost connection: nothing more is sent for a while."""
    name = f"vane{len(fault)}"
    press.publish(**{name: article(name)})
    answers = [await press.ask(press.stage.person(), press.stage.channel(), name) for _ in range(2)]
    press.publish(**{name: None})
    if "status" in fault:
        words = "Maximum number of edits to messages older than 1 hour reached. Try again later"
        fault = fault | {"body": {"message": words, "code": 30046, "retry_after": 0.01}}
    refused = press.stage.server.inject("PATCH", "/channels/", times=99, **fault)
    correcting = Correcting(press.bot, 30)
    await correcting.tick()
    tried, refused.times = 99 - refused.times, 0
    assert 1 <= tried <= 5
    assert "Answers are corrected later" in caplog.text
    before = edits(press.stage)
    await correcting.tick()
    assert before == edits(press.stage)
    await press.correct()
    assert ["withdrawn" in note(each) for each in answers] == [True, True]


async def test_an_edit_whose_answer_was_lost_is_not_made_twice(press: Press) -> None:
    """Stopped before it could note what it did, the bot finds the message as it should be."""
    press.publish(bell=article("bell"))
    answer = await press.ask(press.stage.person(), press.stage.channel(), "bell")
    press.publish(bell=None)
    lost = press.stage.server.inject("PATCH", "/channels/", disconnect=True, applied=True, times=9)
    await press.correct()
    lost.times = 0
    made = edits(press.stage, message=answer)
    assert "withdrawn" in note(answer)
    await press.correct(2)
    assert made == edits(press.stage, message=answer)
    assert "withdrawn" in note(answer)


async def test_two_hundred_edits_leave_room_for_questions(press: Press) -> None:
    """Edits are a second apart, the newest answer's first; a question is answered meanwhile."""
    stage, archive, channel = press.stage, press.archive, press.stage.channel()
    press.publish(gate=article("gate"))
    answer = await press.ask(stage.person(), channel, "gate")
    record = archive.records.given_in(answer.id)
    assert record is not None
    for number in range(200):
        fresh = f"{number:016x}"
        body = json.loads(json.dumps(answer.payload).replace(record.id, fresh))
        body["allowed_mentions"] = {"parse": []}
        copied = send(stage.server, Draft(channel, stage.server.bot, body))
        archive.records.record(
            replace(record, id=fresh, channel_id=channel.id, message_id=copied.id)
        )
    press.publish(gate=None)
    started, before = time.monotonic(), len(stage.server.requests)
    correcting = asyncio.create_task(press.correct())
    try:
        await eventually(stage, lambda: _patched(stage, before), "an edit")
        asked = time.monotonic()
        await press.ask(stage.person(), stage.channel(), "rope")
        assert time.monotonic() - asked < 1
        await eventually(stage, lambda: len(_patched(stage, before)) >= 3, "three edits")
    finally:
        correcting.cancel()
        await eventually(stage, lambda: not press.bot.working, "rest")
        archive.records.prune("2999-01-01T00:00:00+00:00")
    times = _patched(stage, before)
    assert all(later - sooner > 0.95 for sooner, later in itertools.pairwise(times))
    assert time.monotonic() - started < 10


def _patched(stage: Stage, since: int) -> list[float]:
    """Return when messages of channels were edited."""
    later = stage.server.requests[since:]
    return [r.at for r in later if r.method == "PATCH" and "/channels/" in r.path]
