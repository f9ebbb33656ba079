"""Failures: whatever breaks, the user gets a sentence, and the log what the operator needs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.failures import Refused, explain
from bot.language import speaking
from retrieval.errors import (
    FootnoteError,
    GenerationDamaged,
    IndexBusy,
    IndexMissing,
    ModelError,
    SettingsError,
    SourceError,
    StorageError,
)
from tests.loopback import (
    BotProcess,
    Channel,
    Message,
    Permission,
    User,
    buttons,
    selects,
    visible_text,
)
from tests.loopback.interactions import InteractionRecord

from .stage import (
    PATIENCE,
    Stage,
    Theatre,
    assert_clean,
    bot_process,
    copy_data,
    discord_stage,
    eventually,
    execute,
    failures,
    journal,
    reply_to,
    write_settings,
)

session = pytest.mark.asyncio(loop_scope="session")

SECRET = "wherefore xylophone"
QUESTION = f"When was the lighthouse on Gull Rock built, {SECRET}?"
SAY = speaking(None)
REFERENCE = re.compile(r"log at ([0-9a-f]{6})\.")


# An exception becomes a sentence.


class Reply:
    """What aiohttp gives discord.py of an answer of Discord's."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = "refused"


def _refused(kind: type[discord.HTTPException], status: int) -> discord.HTTPException:
    return kind(Reply(status), {"code": 0, "message": "no"})


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Refused("refused-date", option="after"), "`after` takes a date such as 2025-03-01"),
        (_refused(discord.Forbidden, 403), "Discord does not let me do that here"),
        (_refused(discord.NotFound, 404), "Discord does not let me do that here"),
        (app_commands.CheckFailure(), "You may not use this command here"),
        (app_commands.CommandNotFound("ask", []), "That command has changed; reload Discord"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_a_user_can_mend_is_told_and_not_logged(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A user's own mistake is a sentence that says what to do; the log is not troubled."""
    assert explain(SAY, error).startswith(said)
    assert [record for record in caplog.records if record.levelno > logging.WARNING] == []


@pytest.mark.parametrize(
    "error",
    [
        StorageError("The disk at /srv/secret is full; make room."),
        GenerationDamaged("x"),
        IndexBusy("x"),
        IndexMissing("x"),
        ModelError("x"),
        SettingsError("x"),
        SourceError("x"),
        FootnoteError("x"),
        ValueError("x"),
        KeyError("x"),
        RuntimeError("x"),
        ExceptionGroup("x", [ValueError("y")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_only_the_operator_can_mend_is_logged_under_a_reference(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """The sentence holds a reference and nothing of the failure; the log has both."""
    said = explain(SAY, error)
    found = REFERENCE.search(said)
    assert found is not None
    assert "secret" not in said
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert found[1] in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is error


async def do_nothing(interaction: discord.Interaction) -> None:
    """Do nothing."""


def test_a_commands_failure_is_told_by_its_cause() -> None:
    """What discord.py wraps is unwrapped."""
    cause = Refused("refused-again")
    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name="x", description="x", callback=do_nothing
    )
    invoked = app_commands.CommandInvokeError(command, cause)
    invoked.__cause__ = cause
    assert explain(SAY, invoked) == SAY("refused-again")


# In Discord.


@asynccontextmanager
async def broken(
    stock: Path, articles: Path, folder: Path, **discord: object
) -> AsyncIterator[tuple[Stage, BotProcess, Path]]:
    """Run a bot whose data may be broken; afterwards no rule of Discord's was."""
    data_dir = copy_data(stock, folder / "data")
    async with discord_stage() as stage:
        settings = stage.settings(articles, discord=discord)
        config = write_settings(folder / "settings.yaml", settings)
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            yield stage, bot, data_dir
            assert await bot.terminate(PATIENCE) == 0
        assert_clean(stage.server)
        log = bot.log()
        assert SECRET not in log
        assert stage.server.token not in log
        for record in stage.server.interactions:
            assert record.token not in log


def assert_told(text: str, log: str) -> None:
    """Check that a sentence has a reference under which the log holds a traceback."""
    found = REFERENCE.search(text)
    assert found is not None, text
    assert "Traceback" not in text
    _, _, behind = log.partition(f"Failure {found[1]}")
    assert "Traceback (most recent call last)" in behind


async def said(record: InteractionRecord) -> str:
    """Return what an interaction was last told."""
    await record.response(PATIENCE)
    return "\n".join(visible_text(message) for message in record.messages)


@session
async def test_a_broken_catalog_is_told_wherever_one_turns(
    stock: Path, articles: Path, tmp_path: Path
) -> None:
    """With the catalog's tables gone, every way to ask ends in a sentence with a reference."""
    async with broken(stock, articles, tmp_path) as (stage, bot, data_dir):
        server = stage.server
        reader, channel = stage.person(), stage.channel()
        record = await server.slash(reader, channel, "ask", {"question": QUESTION})
        message = await record.response(PATIENCE)
        opened = await server.click(reader, message, "Follow up")
        await opened.shown_modal(PATIENCE)
        card = await server.slash(reader, channel, "article", {"title": "a01"})
        shown = await card.response(PATIENCE)
        listed = await server.slash(reader, channel, "articles", {})
        page = await listed.response(PATIENCE)

        execute(data_dir, "ALTER TABLE versions RENAME TO lost_versions")
        execute(data_dir, "ALTER TABLE answers RENAME TO lost_answers")
        execute(data_dir, "ALTER TABLE lists RENAME TO lost_lists")

        records = [
            await server.slash(reader, channel, "ask", {"question": QUESTION}),
            await server.slash(reader, channel, "ask", {"question": QUESTION, "private": True}),
            await server.slash(reader, channel, "article", {"title": "a01"}),
            await server.slash(reader, channel, "articles", {}),
            await server.submit_modal(reader, opened, {"question": SECRET}),
            await server.click(reader, message, "More passages"),
            await server.click(reader, message, "In context"),
            await server.click(reader, message, "Useful"),
            await server.click(reader, shown, "Read"),
            await server.click(reader, shown, buttons(shown)[1].label),
            await server.click(reader, page, "Next"),
        ]
        for option in ("Why this?", "Other articles", "Delete"):
            menu = selects(message)[0]["custom_id"]
            records.append(await server.select(reader, message, menu, [option]))
        for record in records:
            await eventually(stage, lambda r=record: REFERENCE.search(_all(r)), f"{record!r}")
            assert_told(_all(record), bot.log())
        for place in (channel, server.dm(reader)):
            asked = await server.say(reader, place, QUESTION, mention_bot=place is channel)
            assert_told(visible_text(await reply_to(stage, asked)), bot.log())
        # What needs no catalog goes on.
        assert await server.autocomplete(reader, channel, "article", "title", "light")
        await eventually(stage, lambda: journal(data_dir) == [], "end of the entries")

        for table in ("versions", "answers", "lists"):
            execute(data_dir, f"ALTER TABLE lost_{table} RENAME TO {table}")
        again = await server.slash(reader, channel, "ask", {"question": QUESTION})
        assert "built in 1874" in await said(again)


def _all(record: InteractionRecord) -> str:
    return "\n".join(visible_text(message) for message in record.messages)


@session
async def test_answers_go_on_when_the_index_is_deleted_under_it(
    stock: Path, articles: Path, tmp_path: Path
) -> None:
    """The open generation answers though its files are gone; only the log hears of it."""
    async with broken(stock, articles, tmp_path) as (stage, bot, data_dir):
        reader, channel = stage.person(), stage.channel()
        shutil.rmtree(data_dir / "index")
        record = await stage.server.slash(reader, channel, "ask", {"question": QUESTION})
        assert "built in 1874" in await said(record)
        assert failures(bot.log()) == []


@session
async def test_a_damaged_new_generation_leaves_the_old_one_answering(
    stock: Path, articles: Path, tmp_path: Path
) -> None:
    """A generation that cannot be opened is logged, and changes nothing."""
    async with broken(stock, articles, tmp_path) as (stage, bot, data_dir):
        reader, channel = stage.person(), stage.channel()
        shutil.copytree(data_dir / "index" / "000001", data_dir / "index" / "000002")
        (data_dir / "index" / "000002" / "segments" / "1" / "vectors.f32").write_bytes(b"garbage")
        (data_dir / "index" / "CURRENT").write_text("000002\n")
        await eventually(stage, lambda: "The new generation cannot be opened" in bot.log(), "line")
        record = await stage.server.slash(reader, channel, "ask", {"question": QUESTION})
        assert "built in 1874" in await said(record)


@session
async def test_a_busy_catalog_delays_the_answer_and_not_the_acknowledgement(
    stock: Path, articles: Path, tmp_path: Path
) -> None:
    """While another process writes for two seconds, everything is acknowledged in one."""
    async with broken(stock, articles, tmp_path) as (stage, _, data_dir):
        server, reader, channel = stage.server, stage.person(), stage.channel()
        record = await server.slash(reader, channel, "ask", {"question": QUESTION})
        message = await record.response(PATIENCE)
        catalog = sqlite3.connect(data_dir / "catalog.db", isolation_level=None)
        with contextlib.closing(catalog):
            catalog.execute("BEGIN IMMEDIATE")
            records = [
                await server.slash(reader, channel, "ask", {"question": QUESTION}),
                await server.slash(reader, channel, "articles", {}),
                await server.slash(reader, channel, "article", {"title": "a01"}),
                await server.click(reader, message, "Useful"),
                await server.click(reader, message, "More passages"),
                await server.click(reader, message, "In context"),
            ]
            for typed in ("light", "lihgt", "lighthouse"):
                await server.autocomplete(
                    reader, channel, "article", "title", typed, timeout=PATIENCE
                )
                records.append(server.interactions[-1])
            await asyncio.sleep(2)
            catalog.execute("ROLLBACK")
        for record in records[:6]:
            await record.response(PATIENCE)
        assert max(record.ack_seconds for record in records) < 1


@session
async def test_a_cooldown_is_told_with_the_time_of_the_next_question(
    stock: Path, articles: Path, tmp_path: Path
) -> None:
    """Who asks again at once is told when to, by command and by message; others are answered."""
    async with broken(stock, articles, tmp_path, cooldown=600) as (stage, bot, _):
        server, channel = stage.server, stage.channel()
        reader, other = stage.person(), stage.person()
        first = await server.slash(reader, channel, "ask", {"question": QUESTION})
        assert "built in 1874" in await said(first)
        again = await server.slash(reader, channel, "ask", {"question": QUESTION})
        assert re.fullmatch(r"One question at a time.* <t:\d+:R>\.", await said(again))
        assert again.ephemeral
        asked = await server.say(reader, channel, QUESTION, mention_bot=True)
        assert "<t:" in visible_text(await reply_to(stage, asked))
        # Looking up, greeting and another's questions are free.
        card = await server.slash(reader, channel, "article", {"title": "a01"})
        assert (await said(card)).startswith("### [The lighthouse")
        greeted = await server.slash(reader, channel, "ask", {"question": "hello"})
        assert (await said(greeted)).startswith("Hello!")
        theirs = await server.slash(other, channel, "ask", {"question": QUESTION})
        assert "built in 1874" in await said(theirs)
        assert failures(bot.log()) == []


@session
async def test_where_it_may_not_write_it_is_silent_and_says_so_in_the_log(
    play: Theatre, stage: Stage, reader: User, channel: Channel
) -> None:
    """A mention where the bot may not send goes unanswered, and nothing breaks."""
    play.server.set_bot_permissions(channel, deny=Permission.SEND_MESSAGES)
    logged = len(play.bot.log())
    await play.server.say(reader, channel, QUESTION, mention_bot=True)
    await eventually(
        stage, lambda: "could not be told" in play.bot.log()[logged:], "line in the log"
    )
    assert play.server.bot_messages(channel) == []
    play.server.set_bot_permissions(channel)
    asked = await play.server.say(reader, channel, QUESTION, mention_bot=True)
    assert "built in 1874" in visible_text(await reply_to(stage, asked))


@session
async def test_an_interaction_whose_message_is_gone_is_no_failure(
    play: Theatre, stage: Stage, reader: User, channel: Channel
) -> None:
    """Who dismisses the answer before it comes is not waited for."""
    play.server.inject("PATCH", "/webhooks/", status=None, delay=0.5)
    record = await play.server.slash(reader, channel, "ask", {"question": QUESTION})
    await record.acknowledged(PATIENCE)
    message: Message | None = record.original
    assert message is not None
    message.deleted = True
    await eventually(stage, lambda: journal(play.data_dir) == [], "end of the entry")


@session
async def test_a_command_that_it_no_longer_has_is_told(
    play: Theatre, stage: Stage, reader: User, channel: Channel
) -> None:
    """A command that a client still shows, and the bot no longer knows, gets a sentence."""
    gone = dict(play.server.commands[0]) | {"name": "gone", "id": "99", "options": []}
    play.server.commands.append(gone)
    try:
        record = await play.server.slash(reader, channel, "gone")
        assert (await said(record)).startswith("That command has changed; reload Discord")
        assert record.ephemeral
    finally:
        play.server.commands.remove(gone)
