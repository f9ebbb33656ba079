"""Coming back: a question that was left is told when it is answered, once, across restarts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.client import FootnoteBot, WatchLimits
from retrieval.encoder import OnnxEncoder
from retrieval.types import Article
from tests.conftest import Library
from tests.loopback import (
    Channel,
    Message,
    Permission,
    User,
    visible_text,
)
from tests.loopback.components import selects

from .stage import (
    PATIENCE,
    Stage,
    assert_clean,
    bot_here,
    discord_stage,
    eventually,
    execute,
    rows,
)

pytestmark = pytest.mark.asyncio

TELL = "Tell me when it does"
STOP = "Stop watching"
ASKED = "Who carved the whale above the harbour gate?"
FERRY = Article(
    "The ferry", "The ferry leaves the pier at seven in the morning.", "1", given_id="ferry"
)
WHALE = Article(
    "The whale above the gate",
    "The whale above the harbour gate was carved by the sailor Jory Penrose in 1871. "
    "He used a chisel made of an old anchor.",
    "2",
    given_id="whale",
)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.moment


class Scene:
    """An archive that grows, and a bot that is started and stopped beside it."""

    def __init__(self, stage: Stage, library: Library, clock: Clock, **options: Any) -> None:
        self.stage = stage
        self.library = library
        self.clock = clock
        self.options = options
        self.articles: list[Article] = [FERRY]
        self.bot: FootnoteBot | None = None
        self._running = contextlib.AsyncExitStack()
        library.shelve(*self.articles)

    @property
    def server(self) -> Any:
        """The Discord."""
        return self.stage.server

    async def start(self) -> None:
        """Start the bot."""
        archive = self.library.open()
        options = self.stage.options(
            self.library.data_dir, ["false"], clock=self.clock, look_every=0.05, **self.options
        )
        self.bot = await self._running.enter_async_context(bot_here(self.stage, archive, options))

    async def stop(self) -> None:
        """Stop the bot."""
        await self._running.aclose()
        self.library.close()
        self.bot = None

    async def restart(self) -> None:
        """Stop the bot and start another one."""
        await self.stop()
        await self.start()

    async def shelve(self, *articles: Article, without: str = "") -> None:
        """Add or replace articles, and let the bot see them where it runs."""
        for article in articles:
            self.articles = [a for a in self.articles if a.given_id != article.given_id]
            self.articles.append(article)
        self.articles = [a for a in self.articles if a.given_id != without]
        await asyncio.to_thread(self.library.shelve, *self.articles)

    def posted(self, channel: Channel) -> list[Message]:
        """Return the bot's notices in a channel, in order."""
        said = ("New in the archive", "The archive now answers", "Your digest", "Shall I keep")
        return [
            message
            for message in self.server.messages.values()
            if message.channel is channel
            and message.author is self.server.bot
            and not message.ephemeral
            and any(lead in visible_text(message) for lead in said)
        ]

    async def notices(self, channel: Channel, count: int) -> list[Message]:
        """Wait for as many notices in a channel, and return them."""
        await eventually(self.stage, lambda: len(self.posted(channel)) >= count, "notice")
        await self.settled()
        return self.posted(channel)

    async def settled(self) -> None:
        """Wait until every watch was put to every version, and nothing due is left to post."""
        (newest,) = rows(self.library.data_dir, "SELECT max(rowid) FROM versions")[0]
        due = self.clock.moment.astimezone(UTC).isoformat(timespec="seconds")

        def probe() -> bool:
            assert self.bot is not None
            if self.bot.archive.generation != self.bot.archive.published:
                return False
            behind = rows(
                self.library.data_dir,
                "SELECT 1 FROM watches WHERE since < ? AND NOT (once AND id IN "
                "(SELECT watch_id FROM finds))",
                newest,
            )
            left = "SELECT 1 FROM notices WHERE ended_at IS NULL AND due_at <= ?"
            return not behind and not rows(self.library.data_dir, left, due)

        await eventually(self.stage, probe, "rest")


@contextlib.asynccontextmanager
async def scene(
    tmp_path: Path, encoder: OnnxEncoder, clock: Clock | None = None, **options: Any
) -> AsyncIterator[Scene]:
    """Open a Discord with a bot in it whose archive holds one article; no rule is broken."""
    library = Library(tmp_path / "data", encoder)
    async with discord_stage() as stage:
        made = Scene(stage, library, clock or Clock(), **options)
        await made.start()
        try:
            yield made
        finally:
            await made.stop()
        assert_clean(stage.server)


async def ask(scene: Scene, user: User, channel: Channel, question: str) -> Message:
    """Ask by slash command, and return the answer."""
    record = await scene.server.slash(user, channel, "ask", {"question": question})
    answer: Message = await record.response(PATIENCE)
    return answer


async def press(scene: Scene, user: User, message: Message, label: str) -> Message:
    """Press a button, and return what comes of it."""
    record = await scene.server.click(user, message, label)
    shown: Message = await record.response(PATIENCE)
    return shown


async def watch(scene: Scene, user: User, channel: Channel, **options: Any) -> str:
    """Add a watch, and return what is said to it."""
    record = await scene.server.slash(user, channel, ("watch", "add"), options)
    told = visible_text(await record.response(PATIENCE))
    assert record.ephemeral
    return told


# Tell me when it is covered.


@pytest.mark.parametrize("stops", [(), (0, 1, 2)], ids=["running", "restarted"])
async def test_a_refused_question_is_told_once_when_it_is_answered(
    tmp_path: Path, encoder: OnnxEncoder, stops: tuple[int, ...]
) -> None:
    """Asked, refused, left; an article comes: its asker is told there, once, whatever restarts."""
    async with scene(tmp_path, encoder) as s:
        asker, channel = s.stage.person(), s.stage.channel()
        refused = await ask(s, asker, channel, ASKED)
        assert "does not answer that" in visible_text(refused)
        if 0 in stops:
            await s.restart()
        kept = await press(s, asker, refused, TELL)
        assert "tell you once" in visible_text(kept)
        assert kept.ephemeral
        if 1 in stops:
            await s.restart()
        await s.shelve(WHALE)
        if 2 in stops:
            await s.restart()
        (told,) = await s.notices(channel, 1)
        assert f"<@{asker.id}> The archive now answers" in visible_text(told)
        assert "Jory Penrose in 1871" in visible_text(told)
        assert told.reply_to is refused
        assert [asker] == told.mentions
        assert [] == rows(s.library.data_dir, "SELECT question FROM watches")
        await s.shelve(Article("More", WHALE.text + " Truly.", "3", given_id="more"))
        await s.settled()
        assert [told] == s.posted(channel)


async def test_what_is_answered_by_now_is_answered_at_once(
    tmp_path: Path, encoder: OnnxEncoder
) -> None:
    """Left after the article came, a question is not kept: its answer is shown."""
    async with scene(tmp_path, encoder) as s:
        asker, channel = s.stage.person(), s.stage.channel()
        refused = await ask(s, asker, channel, ASKED)
        await s.shelve(WHALE)
        await s.settled()
        answer = await press(s, asker, refused, TELL)
        assert "Jory Penrose in 1871" in visible_text(answer)
        assert [] == rows(s.library.data_dir, "SELECT 1 FROM watches")


async def test_a_private_refusal_is_told_privately(tmp_path: Path, encoder: OnnxEncoder) -> None:
    """Who asked privately is told by direct message; so is who would rather be."""
    async with scene(tmp_path, encoder) as s:
        asker, other, channel = s.stage.person(), s.stage.person(), s.stage.channel()
        options = {"question": ASKED, "private": True}
        record = await s.server.slash(asker, channel, "ask", options)
        kept = await press(s, asker, await record.response(PATIENCE), TELL)
        assert "by direct message, as soon as" in visible_text(kept)
        public = await press(s, other, await ask(s, other, channel, ASKED), TELL)
        moved = await press(s, other, public, "By direct message instead")
        assert "by direct message, as soon as" in visible_text(moved)
        await s.shelve(WHALE)
        for user in (asker, other):
            (told,) = await s.notices(s.server.dm(user), 1)
            assert visible_text(told).startswith("The archive now answers")
            assert [] == told.mentions
        assert [] == s.posted(channel)


async def test_who_forgets_is_not_told(tmp_path: Path, encoder: OnnxEncoder) -> None:
    """A question that was left may be taken back at once, and nothing of it stays."""
    async with scene(tmp_path, encoder) as s:
        asker, channel = s.stage.person(), s.stage.channel()
        kept = await press(s, asker, await ask(s, asker, channel, ASKED), TELL)
        gone = await press(s, asker, kept, STOP)
        assert f"no longer watch “{ASKED}”" in visible_text(gone)
        await s.shelve(WHALE)
        await s.settled()
        assert [] == s.posted(channel)
        assert [] == rows(s.library.data_dir, "SELECT 1 FROM watches")


async def test_a_narrowed_refusal_stays_narrowed(tmp_path: Path, encoder: OnnxEncoder) -> None:
    """A question that was narrowed when it was refused is told of what fits it alone."""
    async with scene(tmp_path, encoder) as s:
        asker, channel = s.stage.person(), s.stage.channel()
        options = {"question": ASKED, "author": "Ines Calder"}
        record = await s.server.slash(asker, channel, "ask", options)
        await press(s, asker, await record.response(PATIENCE), TELL)
        await s.shelve(WHALE)
        await s.settled()
        assert [] == s.posted(channel)
        await s.shelve(replace(WHALE, authors=("Ines Calder",)))
        (told,) = await s.notices(channel, 1)
        assert "Jory Penrose" in visible_text(told)


# Standing questions.


async def test_a_watch_is_told_of_news_alone_and_of_each_once(
    tmp_path: Path, encoder: OnnxEncoder
) -> None:
    """What was there before, or stands in a changed article as it did, is nothing new."""
    async with scene(tmp_path, encoder) as s:
        owner, channel = s.stage.person(), s.stage.channel()
        question = "When does the ferry leave the pier?"
        told = await watch(s, owner, channel, question=question, here=True)
        assert "What the archive has already:" in told
        assert "seven in the morning" in told
        await s.shelve(replace(FERRY, text=f"{FERRY.text} Bring a coat: the deck is cold."))
        await s.settled()
        assert [] == s.posted(channel)
        await s.shelve(replace(FERRY, text="The ferry leaves the pier at nine in the evening."))
        (first,) = await s.notices(channel, 1)
        assert "nine in the evening" in visible_text(first)
        assert f"### {question}" in visible_text(first)
        assert [owner] == first.mentions
        await s.restart()
        summer = Article(
            "Summer ferry", "In July the ferry leaves the pier at ten at night.", "3",
            given_id="summer",
        )  # fmt: skip
        await s.shelve(summer)
        assert 2 == len(await s.notices(channel, 2))
        stopped = await press(s, owner, first, STOP)
        assert "no longer watch" in visible_text(stopped)
        await s.shelve(replace(summer, text="In July the ferry leaves the pier at eleven."))
        await s.settled()
        assert 2 == len(s.posted(channel))


async def test_a_digest_comes_at_its_hour_of_its_owners_day(
    tmp_path: Path, encoder: OnnxEncoder
) -> None:
    """At eight in Berlin, in summer time since that night, one message tells what was found."""
    clock = Clock()
    clock.moment = datetime(2026, 3, 28, 12, tzinfo=UTC)
    due = datetime(2026, 3, 29, 6, tzinfo=UTC)
    async with scene(tmp_path, encoder, clock) as s:
        owner, channel = s.stage.person(), s.stage.channel()
        zone = {"hour": 8, "timezone": "Europe/Berlin"}
        told = await watch(s, owner, channel, question=ASKED, **zone)
        assert f"<t:{int(due.timestamp())}:F>" in told
        # The time zone is remembered.
        await watch(s, owner, channel, question="When does the ferry leave?", hour=8)
        late = replace(FERRY, text="The ferry leaves at nine in the evening.")
        await s.shelve(WHALE, late)
        await s.settled()
        clock.moment = due - timedelta(minutes=1)
        await s.restart()
        await asyncio.sleep(0.5)
        assert [] == s.posted(s.server.dm(owner))
        clock.moment = due
        (digest,) = await s.notices(s.server.dm(owner), 1)
        shown = visible_text(digest)
        assert shown.startswith("Your digest")
        assert shown.index(ASKED) < shown.index("Jory Penrose") < shown.index("nine in the evening")
        context = await press(s, owner, digest, "In context")
        assert "chisel made of an old anchor" in visible_text(context)
        clock.moment += timedelta(days=1)
        await asyncio.sleep(0.5)
        assert [digest] == s.posted(s.server.dm(owner))


async def test_what_is_withdrawn_before_its_digest_is_not_told(
    tmp_path: Path, encoder: OnnxEncoder
) -> None:
    """A digest quotes what stands in the archive when it is sent."""
    async with scene(tmp_path, encoder) as s:
        owner, channel = s.stage.person(), s.stage.channel()
        await watch(s, owner, channel, question=ASKED, hour=8)
        await s.shelve(WHALE)
        await s.settled()
        await s.shelve(without="whale")
        await s.settled()
        s.clock.moment += timedelta(days=2)
        await s.settled()
        assert [] == s.posted(s.server.dm(owner))


async def test_what_cannot_be_delivered_is_kept_for_its_owner(
    tmp_path: Path, encoder: OnnxEncoder
) -> None:
    """Who takes no direct messages finds what was found in their list, once."""
    async with scene(tmp_path, encoder) as s:
        owner, channel = s.stage.person(), s.stage.channel()
        await watch(s, owner, channel, question=ASKED)
        refusal = {"code": 50007, "message": "Cannot send messages to this user"}
        s.server.inject("POST", r"/channels/\d+/messages", status=403, body=refusal)
        await s.shelve(WHALE)
        await eventually(
            s.stage,
            lambda: rows(s.library.data_dir, "SELECT 1 FROM notices WHERE problem IS NOT NULL"),
            "problem",
        )
        record = await s.server.slash(owner, channel, ("watch", "list"))
        listed = await record.response(PATIENCE)
        assert "1 notice could not be delivered" in visible_text(listed)
        shown = await press(s, owner, listed, "Show what I found")
        assert "Jory Penrose" in visible_text(shown)
        record = await s.server.slash(owner, channel, ("watch", "list"))
        again = visible_text(await record.response(PATIENCE))
        assert "could not be delivered" not in again
        assert ASKED in again


async def test_a_watch_that_finds_nothing_asks_whether_to_stay(
    tmp_path: Path, encoder: OnnxEncoder
) -> None:
    """After long silence its owner is asked once; kept it stays, unanswered it ends."""
    async with scene(tmp_path, encoder, watches=WatchLimits(ask_after=90)) as s:
        owner, channel = s.stage.person(), s.stage.channel()
        await watch(s, owner, channel, question=ASKED, here=True)
        s.clock.moment += timedelta(days=91)
        await s.restart()  # it looks once an hour, and when it starts
        (asks,) = await s.notices(channel, 1)
        assert f"“{ASKED}”, has found nothing since" in visible_text(asks)
        assert "keep watching" in visible_text(await press(s, owner, asks, "Keep watching"))
        s.clock.moment += timedelta(days=60)
        await s.restart()
        await s.settled()
        assert [asks] == s.posted(channel)
        s.clock.moment += timedelta(days=31)
        await s.restart()
        assert 2 == len(await s.notices(channel, 2))
        s.clock.moment += timedelta(days=31)
        await s.restart()
        await eventually(
            s.stage, lambda: not rows(s.library.data_dir, "SELECT 1 FROM watches"), "end"
        )


async def test_there_are_limits_and_refusals(tmp_path: Path, encoder: OnnxEncoder) -> None:
    """Too many, the same again, another's, an unknown time zone, a channel one may not write in."""
    limits = WatchLimits(per_user=2, per_server=2)
    async with scene(tmp_path, encoder, watches=limits) as s:
        one, two, channel = s.stage.person(), s.stage.person(), s.stage.channel()
        assert "I keep this question" in await watch(s, one, channel, question="Ferry?", here=True)
        assert "watch that already" in await watch(s, one, channel, question="Ferry?", here=True)
        assert "I keep this question" in await watch(s, one, channel, question="Bells?", here=True)
        assert "watch 2 questions; remove one" in await watch(s, one, channel, question="Whales?")
        full = await watch(s, two, channel, question="Ferry?", here=True)
        assert "In this server 2 questions are watched" in full
        assert "I keep this question" in await watch(s, two, channel, question="Ferry?")
        zone = await watch(s, two, channel, question="When?", hour=1, timezone="Mars/Base")
        assert "no time zone “Mars/Base”" in zone
        shut = s.stage.channel("shut")
        s.server.set_bot_permissions(shut, deny=Permission.SEND_MESSAGES)
        assert "both of us may write" in await watch(s, two, shut, question="W?", here=True)
        assert "no word in that question" in await watch(s, two, channel, question="?!")


async def test_watches_are_listed_and_removed(tmp_path: Path, encoder: OnnxEncoder) -> None:
    """One's own, by list or by name; a moderator's server's too, and nobody else's."""
    async with scene(tmp_path, encoder) as s:
        owner, other, channel = s.stage.person(), s.stage.person(), s.stage.channel()
        steward = s.stage.person(permissions=Permission.MANAGE_MESSAGES)
        record = await s.server.slash(owner, channel, ("watch", "list"))
        assert "You watch no question" in visible_text(await record.response(PATIENCE))
        await watch(s, owner, channel, question=ASKED, here=True)
        await watch(s, owner, channel, question="Secret ferry?")

        async def offered(user: User) -> dict[str, str]:
            choices = await s.server.autocomplete(user, channel, ("watch", "remove"), "watch", "")
            return {choice["name"]: choice["value"] for choice in choices}

        mine = await offered(owner)
        assert {ASKED, "Secret ferry?"} == set(mine)
        assert {} == await offered(other)
        assert {ASKED} == set(await offered(steward))
        for user, said in ((other, "Only who watches it"), (steward, "no longer watch")):
            options = {"watch": mine[ASKED]}
            record = await s.server.slash(user, channel, ("watch", "remove"), options)
            assert said in visible_text(await record.response(PATIENCE))
        options = {"watch": mine["Secret ferry?"]}
        record = await s.server.slash(steward, channel, ("watch", "remove"), options)
        assert "Only who watches it" in visible_text(await record.response(PATIENCE))
        record = await s.server.slash(owner, channel, ("watch", "list"))
        listed = await record.response(PATIENCE)
        assert "You watch 1 question" in visible_text(listed)
        menu, *_ = selects(listed)
        chosen = await s.server.select(owner, listed, menu["custom_id"], ["Secret ferry?"])
        await chosen.acknowledged(PATIENCE)
        await eventually(
            s.stage, lambda: not rows(s.library.data_dir, "SELECT 1 FROM watches"), "removal"
        )


async def test_time_zones_are_suggested(tmp_path: Path, encoder: OnnxEncoder) -> None:
    """A city is found by its beginning."""
    async with scene(tmp_path, encoder) as s:
        owner, channel = s.stage.person(), s.stage.channel()
        choices = await s.server.autocomplete(
            owner, channel, ("watch", "add"), "timezone", "new yo", {"question": "x"}
        )
        assert "America/New_York" == choices[0]["value"]


async def test_a_notice_that_cannot_be_made_keeps_no_other(
    tmp_path: Path, encoder: OnnxEncoder
) -> None:
    """What a fault of the catalog spoils is logged; everybody else is told."""
    async with scene(tmp_path, encoder) as s:
        unlucky, owner, channel = s.stage.person(), s.stage.person(), s.stage.channel()
        for user in (unlucky, owner):
            await watch(s, user, channel, question=ASKED, hour=8)
        await s.shelve(WHALE)
        await s.settled()
        execute(
            s.library.data_dir,
            "UPDATE finds SET hit = '[]' "
            "WHERE watch_id = (SELECT id FROM watches ORDER BY rowid LIMIT 1)",
        )
        s.clock.moment += timedelta(days=1)
        dm = s.server.dm(owner)
        await eventually(s.stage, lambda: s.posted(dm), "notice")
        assert [] == s.posted(s.server.dm(unlucky))
