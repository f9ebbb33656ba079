"""Everything fails at once: what the bot has acknowledged is answered all the same, and once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import resource
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from retrieval.archive import Archive
from tests.loopback import BotProcess, Channel, Kind, Message, User, visible_text
from tests.loopback.interactions import DEFERRED_REPLY, DEFERRED_UPDATE, InteractionRecord

from .corpus import HANDBOOK_TITLE
from .stage import (
    PATIENCE,
    Stage,
    Theatre,
    assert_clean,
    bot_here,
    bot_process,
    discord_stage,
    eventually,
    failures,
    journal,
    reply_to,
    write_settings,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANSWER = "built in 1874"
QUESTION = "When was the lighthouse on Gull Rock built?"

_FAULTS: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 500, "applied": True},
    {"status": 502},
    {"status": 503},
    {"disconnect": True},
    {"disconnect": True, "applied": True},
    {"status": 429, "retry_after": 0.3},
    {"status": 429, "retry_after": 0.3, "global_": True},
]
_ROUTES = r"/(callback|typing|messages|webhooks)"
_LIMITED = (
    ("POST", r"/channels/(\d+)/messages$"),
    ("POST", r"/channels/(\d+)/typing$"),
    ("PATCH", r"/webhooks/(\d+/\w+)/"),
    ("POST", r"/interactions/(\d+)/"),
)


@dataclass(repr=False, eq=False)
class Trial:
    """Questions asked of a bot that is troubled meanwhile, each in a place of its own.

    Attributes:
        stage: The Discord.
        config: The bot's settings file.
        data_dir: Its data folder.
        places: A channel, or a person's direct messages, for every message.
        records: The interactions.
        said: The messages.
    """

    stage: Stage
    config: Path
    data_dir: Path
    places: list[tuple[User, Channel]] = field(default_factory=list)
    records: list[InteractionRecord] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)

    def invite(self, count: int) -> None:
        """Let people come in, before the bot does: it may miss whatever is said later."""
        for number in range(count):
            user = self.stage.person()
            direct = number % 4 == 3
            place = self.stage.server.dm(user) if direct else self.stage.channel(f"hall-{number}")
            self.places.append((user, place))

    async def ask(self, seconds: float, rate: float) -> None:
        """Ask by command and by message in turn, until the time or the people run out."""
        server = self.stage.server
        for number, (user, place) in enumerate(self.places[: int(seconds * rate)]):
            if number % 2:
                options = {"question": QUESTION, "private": number % 8 == 1}
                self.records.append(await server.slash(user, place, "ask", options))
            else:
                mention = place.guild is not None
                self.said.append(await server.say(user, place, QUESTION, mention_bot=mention))
            await asyncio.sleep(1 / rate)

    def owed(self) -> list[InteractionRecord | Message]:
        """Return what was acknowledged and has got neither an answer nor an apology."""
        waiting = [r for r in self.records if r.callback_type == DEFERRED_REPLY]
        typed = {typing.channel for typing in self.stage.server.typings}
        return [
            *(r for r in waiting if r.original is not None and r.original.loading),
            *(m for m in self.said if m.channel in typed and not self.replies(m)),
        ]

    def replies(self, message: Message) -> list[Message]:
        """Return the bot's replies to a message."""
        mine = self.stage.server.bot_messages(message.channel)
        return [each for each in mine if each.reply_to is message]

    def answers(self) -> list[list[str]]:
        """Return what stands in answer to each question, the deferrals left out."""
        shown = [[m for m in r.messages if not m.loading] for r in self.records]
        shown += [self.replies(message) for message in self.said]
        return [[visible_text(message) for message in messages] for messages in shown]


@contextlib.asynccontextmanager
async def trial(articles: Path, data_dir: Path, folder: Path, count: int) -> AsyncIterator[Trial]:
    """Yield people who wait for a bot; afterwards none of Discord's rules was broken."""
    async with discord_stage() as stage:
        config = write_settings(folder / "settings.yaml", stage.settings(articles))
        found = Trial(stage, config, data_dir)
        found.invite(count)
        yield found
        # What is sent again after an attempt that only seemed to fail, or sent too late.
        forgiven = {Kind.ACKNOWLEDGED_TWICE, Kind.LATE}
        assert [str(v) for v in stage.server.violations if v.kind not in forgiven] == []


async def now_and_then(seconds: float, over: asyncio.Event) -> AsyncIterator[None]:
    """Yield again and again, so many seconds apart, until it is over."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), seconds)
            return
        yield


async def cut_the_gateway(trial: Trial, seconds: float, over: asyncio.Event) -> None:
    """Break the gateway's connection again and again, in other ways; some are not resumed."""
    server = trial.stage.server
    ways = itertools.cycle(("cut", "4000", "forgotten", "reconnect", "invalid", "1000"))
    async for _ in now_and_then(seconds, over):
        way = next(ways)
        if way == "reconnect":
            server.reconnect()
        elif way == "invalid":
            server.invalidate_session()
        else:
            if way == "forgotten":
                server.gateway.forget()
            await server.drop_gateway(int(way) if way.isdecimal() else None)


async def kill_and_start(
    trial: Trial, bot: BotProcess, seconds: float, over: asyncio.Event
) -> None:
    """Kill the bot's process again and again, in the middle of something, and start it anew."""
    async for _ in now_and_then(seconds, over):
        with contextlib.suppress(TimeoutError):
            await trial.stage.server.until(lambda: journal(trial.data_dir) or None, 2, "entry")
        await bot.kill()
        await bot.start()


async def through(
    trial: Trial, seconds: float, *, share: float, drop: float, kill: float
) -> BotProcess:
    """Ask for so long while everything fails, then let the bot finish; return its process.

    Args:
        trial: Who asks, and where.
        seconds: For how long.
        share: The share of the requests that fail.
        drop: Seconds from one break of the gateway's connection to the next.
        kill: Seconds from one kill to the next.
    """
    server, over = trial.stage.server, asyncio.Event()
    each = share / len(_FAULTS)
    faults = [server.inject("*", _ROUTES, times=10**6, share=each, **f) for f in _FAULTS]
    for method, path in _LIMITED:
        server.limit(method, path, limit=5, per=5.0)
    async with bot_process(trial.stage, trial.config, trial.data_dir) as bot:
        await bot.ready(PATIENCE)
        troubles = [
            asyncio.create_task(cut_the_gateway(trial, drop, over)),
            asyncio.create_task(kill_and_start(trial, bot, kill, over)),
        ]
        await trial.ask(seconds, len(trial.places) / seconds)
        over.set()
        await asyncio.gather(*troubles)
        for fault in faults:
            fault.times = 0
        await eventually(trial.stage, lambda: not trial.owed(), "end of what is owed", 60)
        await eventually(trial.stage, lambda: not journal(trial.data_dir), "end of entries", 60)
        assert await bot.terminate(PATIENCE) == 0
    return bot


def assert_answered_once(trial: Trial, bot: BotProcess, least: float) -> None:
    """Check that no question has two answers, and that at least such a share has one."""
    answers = trial.answers()
    assert [] == [texts for texts in answers if len(texts) > 1]
    assert [] == [text for texts in answers for text in texts if ANSWER not in text]
    assert sum(map(len, answers)) >= least * len(answers)
    told = failures(bot.log())
    assert [] == [line for line in told if "Attempting a reconnect" not in line]


async def test_everything_fails_for_a_moment(
    articles: Path, data_dir: Path, tmp_path: Path
) -> None:
    """Of what was heard amid faults, breaks and a kill, all is answered, and once."""
    async with trial(articles, data_dir, tmp_path, 40) as found:
        bot = await through(found, 4, share=0.1, drop=1.1, kill=2.5)
        assert_answered_once(found, bot, 0.3)


async def test_an_answer_that_discord_no_longer_remembers_is_not_sent_again(
    articles: Path, data_dir: Path, tmp_path: Path
) -> None:
    """Killed after its answer was out, and started minutes later, the bot looks before it sends."""
    async with trial(articles, data_dir, tmp_path, 4) as found:
        server, stage = found.stage.server, found.stage
        fault = server.inject("POST", "/messages", status=500, applied=True, times=99)
        async with bot_process(stage, found.config, data_dir) as bot:
            await bot.ready(PATIENCE)
            for user, place in found.places:
                mention = place.guild is not None
                found.said.append(await server.say(user, place, QUESTION, mention_bot=mention))
            await eventually(stage, lambda: all(map(found.replies, found.said)), "answers")
            await bot.kill()
            assert len(journal(data_dir)) == 4
            fault.times = 0
            # One was never answered: of it there is nothing to be found.
            server.messages.pop(found.replies(found.said[0])[0].id)
            server.advance(400)
            await bot.start()
            await eventually(stage, lambda: not journal(data_dir), "end of the entries")
            assert await bot.terminate(PATIENCE) == 0
        assert [1] * 4 == [len(found.replies(message)) for message in found.said]


async def test_an_answer_does_not_wait_for_its_announcement(theatre: Theatre) -> None:
    """Where Discord keeps the typing call waiting, or fails it, the answer comes all the same."""
    server, stage = theatre.server, theatre.stage
    slow = server.inject("POST", "/typing", status=None, delay=9.0)
    lost = server.inject("POST", "/typing", status=500, times=2)
    channels = [stage.channel(), stage.channel()]
    asked = [await server.say(stage.person(), c, QUESTION, mention_bot=True) for c in channels]
    answers = [await reply_to(stage, message) for message in asked]
    for message, answer in zip(asked, answers, strict=True):
        assert ANSWER in visible_text(answer)
        assert answer.times[0] - message.times[0] < 3
    await eventually(stage, lambda: slow.times == lost.times == 0, "typing calls")


async def test_a_full_disk_keeps_no_question_from_its_answer(theatre: Theatre) -> None:
    """Where nothing can be written, questions are answered; buttons say that they cannot work."""
    server, stage = theatre.server, theatre.stage
    reader, channel, logged = stage.person(), stage.channel(), len(theatre.bot.log())
    unlimited = resource.prlimit(theatre.bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(theatre.bot.pid, resource.RLIMIT_FSIZE, (0, unlimited[1]))
    try:
        record = await server.slash(reader, channel, "ask", {"question": QUESTION})
        asked = await server.say(reader, channel, QUESTION, mention_bot=True)
        answer = await record.response(PATIENCE)
        assert ANSWER in visible_text(answer)
        assert ANSWER in visible_text(await reply_to(stage, asked))
        pressed = await server.click(reader, answer, "More passages")
        assert "too old" in visible_text(await pressed.response(PATIENCE))
        assert [] == journal(theatre.data_dir)
    finally:
        resource.prlimit(theatre.bot.pid, resource.RLIMIT_FSIZE, unlimited)
    log = theatre.bot.log()[logged:]
    assert 1 == log.count("Questions in flight cannot be written down")
    assert "An answer cannot be recorded" in log
    record = await server.slash(reader, channel, "ask", {"question": QUESTION})
    pressed = await server.click(reader, await record.response(PATIENCE), "In context")
    assert "lighthouse" in visible_text(await pressed.response(PATIENCE))


async def test_what_is_too_late_is_let_go(theatre: Theatre) -> None:
    """An interaction that comes after Discord has given it up costs no search and no failure."""
    server, stage = theatre.server, theatre.stage
    seen, logged = len(server.violations), len(theatre.bot.log())
    server.inject("POST", "/callback", status=None, delay=0.3, times=2)
    record = await server.slash(stage.person(), stage.channel(), "ask", {"question": QUESTION})
    server.advance(4)
    await eventually(stage, lambda: len(server.violations) > seen, "refusal")
    await eventually(stage, lambda: not journal(theatre.data_dir), "end of the entry")
    assert record.callback is None
    assert {Kind.LATE} == {violation.kind for violation in server.violations[seen:]}
    assert [] == failures(theatre.bot.log()[logged:])


async def test_a_press_that_has_to_wait_is_acknowledged(
    archive: Archive, data_dir: Path, tmp_path: Path
) -> None:
    """Where look-ups are slow, a press is acknowledged first, and answered where it belongs."""
    async with discord_stage() as stage:
        server, reader, channel = stage.server, stage.person(), stage.channel()
        async with bot_here(stage, archive, stage.options(data_dir, [])) as bot:
            record = await server.slash(reader, channel, "ask", {"question": QUESTION})
            answer = await record.response(PATIENCE)
            card = await server.slash(reader, channel, "article", {"title": HANDBOOK_TITLE})
            read = await server.click(reader, await card.response(PATIENCE), "Read")
            page = await read.response(PATIENCE)
            before = visible_text(page)
            for _ in range(2):
                bot.work(bot.desk.look(time.sleep, 1.5))
            await asyncio.sleep(0.1)
            more = await server.click(reader, answer, "In context")
            vote = await server.click(reader, answer, "Useful")
            turned = await server.click(reader, page, "Next")
            for press in (more, vote, turned):
                await press.acknowledged(PATIENCE)
                assert press.ack_seconds < 1.3
            assert "Gull Rock" in visible_text(await more.response(PATIENCE))
            await turned.response(PATIENCE)
            assert [DEFERRED_REPLY, DEFERRED_UPDATE] == [more.callback_type, turned.callback_type]
            assert more.ephemeral
            assert before != visible_text(page)
        assert_clean(server)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_everything_fails_for_a_minute_and_a_half(
    articles: Path, data_dir: Path, tmp_path: Path
) -> None:
    """The gateway breaks every ten seconds, requests fail, the process is killed: the same."""
    async with trial(articles, data_dir, tmp_path, 450) as found:
        bot = await through(found, 90, share=0.05, drop=10, kill=17)
        assert_answered_once(found, bot, 0.6)
        assert len(found.stage.server.gateway.resumes) >= 3
        assert len(found.stage.server.gateway.identifies) >= 6
