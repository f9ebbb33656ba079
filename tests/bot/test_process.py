"""The bot as its own process: it comes up, survives Discord's bad days, and goes down in order."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.loopback import (
    BotProcess,
    Channel,
    Kind,
    Message,
    Permission,
    User,
    payloads,
    visible_text,
)
from tests.loopback.interactions import InteractionRecord
from tests.loopback.world import Event

from .stage import (
    PATIENCE,
    Stage,
    Theatre,
    assert_clean,
    bot_process,
    discord_stage,
    eventually,
    failures,
    journal,
    mode,
    reply_to,
    rows,
    write_settings,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANSWERED = "When was the lighthouse on Gull Rock built?"
REFUSED = "When did Napoleon invade Russia?"


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    """Yield a Discord of this test's own; afterwards no rule was broken and nobody pinged."""
    async with discord_stage() as stage:
        yield stage
        assert_clean(stage.server)
        assert stage.server.broken(Kind.MENTIONS) == []


@pytest.fixture
def reader(stage: Stage) -> User:
    """Return a member of the server who asks."""
    return stage.person()


@pytest.fixture
def channel(stage: Stage) -> Channel:
    """Return a channel of the server."""
    return stage.channel()


@pytest.fixture
def config(stage: Stage, articles: Path, tmp_path: Path) -> Path:
    """Return the settings file of this test's bot."""
    return write_settings(tmp_path / "settings.yaml", stage.settings(articles))


@asynccontextmanager
async def running(
    stage: Stage, config: Path, data_dir: Path, **options: Any
) -> AsyncIterator[BotProcess]:
    """Run the bot until it is ready, and to the block's end; then it stops in order."""
    async with bot_process(stage, config, data_dir, **options) as bot:
        await bot.ready(PATIENCE)
        yield bot
        if bot.returncode is None:
            assert await bot.terminate(PATIENCE) == 0
        assert "Traceback" not in bot.log()


async def ask(
    stage: Stage, user: User, channel: Channel, question: str = ANSWERED
) -> InteractionRecord:
    """Ask by slash command."""
    return await stage.server.slash(user, channel, "ask", {"question": question})


async def answer(stage: Stage, user: User, channel: Channel, question: str = ANSWERED) -> Message:
    """Return the message that answers a slash command."""
    return await (await ask(stage, user, channel, question)).response(PATIENCE)


# Coming up.


async def test_commands_are_synced_once(
    stage: Stage, config: Path, data_dir: Path, reader: User, channel: Channel
) -> None:
    """The first start tells Discord the commands; the second finds nothing to tell."""

    def syncs() -> int:
        return len([r for r in stage.server.requests if r.method in ("PUT", "POST", "PATCH")])

    async with running(stage, config, data_dir):
        names = [command["name"] for command in stage.server.commands]
        assert sorted(names) == [
            "Check a quote",
            "Find in the archive",
            "article",
            "articles",
            "ask",
            "help",
            "reindex",
            "sources",
            "timeline",
            "watch",
        ]
        for command in stage.server.commands:
            assert command["integration_types"] == [0, 1]
            assert command["contexts"] == [0, 1, 2]
    told = syncs()
    assert told == 1
    async with running(stage, config, data_dir):
        assert "built in 1874" in visible_text(await answer(stage, reader, channel))
    assert len([r for r in stage.server.requests if r.method == "PUT"]) == 1


async def test_it_invites_itself_where_it_is_nowhere(
    stage: Stage, config: Path, data_dir: Path
) -> None:
    """In no server, the log says how to invite it, with the permissions it needs."""
    stage.server.remove_guild(stage.guild)
    async with running(stage, config, data_dir) as bot:
        await eventually(stage, lambda: "invite it" in bot.log(), "invitation")
        (link,) = re.findall(r"https://discord\.com/oauth2/authorize\S+", bot.log())
    assert f"client_id={stage.server.bot.id}" in link
    permissions = int(re.findall(r"permissions=(\d+)", link)[0])
    needed = (
        Permission.VIEW_CHANNEL
        | Permission.SEND_MESSAGES
        | Permission.SEND_MESSAGES_IN_THREADS
        | Permission.READ_MESSAGE_HISTORY
    )
    assert permissions == needed


@pytest.mark.parametrize(
    ("token", "said"),
    [("", "DISCORD_TOKEN is not set"), ("wrong", "Discord refuses the token in DISCORD_TOKEN")],
    ids=["missing", "wrong"],
)
async def test_without_a_right_token_it_says_what_to_do(
    stage: Stage, config: Path, data_dir: Path, token: str, said: str
) -> None:
    """A missing or wrong token ends in a sentence and exit code 2, not in a traceback."""
    async with bot_process(stage, config, data_dir, token=token) as bot:
        assert await bot.wait(PATIENCE) == 2
        assert said in bot.log()
        assert "Traceback" not in bot.log()
        assert token == "" or token not in bot.log().replace(said, "")


@pytest.mark.parametrize("status", [500, 403])
async def test_a_discord_that_is_down_is_told(
    stage: Stage, config: Path, data_dir: Path, status: int
) -> None:
    """Where Discord cannot be reached, a sentence says so, and the exit code is 1."""
    stage.server.inject("GET", "/users/@me", status=status, times=100)
    stage.server.inject("PUT", "/commands", status=403, times=100)
    async with bot_process(stage, config, data_dir) as bot:
        if status == 500:
            # discord.py tries for half a minute; being told to stop ends that.
            await eventually(stage, lambda: stage.server.requests, "login")
            assert await bot.terminate(PATIENCE) == 0
        else:
            assert await bot.wait(PATIENCE) == 1
            assert "Discord cannot be reached (Forbidden)" in bot.log()
        assert "Traceback" not in bot.log()


async def test_an_empty_folder_is_indexed_before_the_first_question(
    stage: Stage, config: Path, stock: Path, tmp_path: Path, reader: User, channel: Channel
) -> None:
    """A bot that is started on nothing indexes its sources, and then answers."""
    data_dir = tmp_path / "fresh"
    data_dir.mkdir()
    (data_dir / "models").symlink_to((stock / "models").resolve())
    async with bot_process(stage, config, data_dir) as bot:
        await bot.ready(60)
        assert "built in 1874" in visible_text(await answer(stage, reader, channel))
        assert await bot.terminate(PATIENCE) == 0


async def test_it_greets_a_server_that_it_joins(stage: Stage, config: Path, data_dir: Path) -> None:
    """On joining, one message in the first channel where it may speak says how to ask."""
    server = stage.server
    async with running(stage, config, data_dir) as bot:
        await eventually(stage, lambda: "Footnote is ready" in bot.log(), "readiness")
        assert "invite" not in bot.log()
        guild = server.add_guild("New", with_bot=False)
        mute = server.add_channel(guild, "rules")
        server.set_bot_permissions(mute, deny=Permission.SEND_MESSAGES)
        channel = server.add_channel(guild, "talk")
        robot = server.add_member(guild, server.bot)
        own = server.add_role(guild, "footnote", 0)
        robot.roles.append(own)
        server.dispatch(Event("GUILD_CREATE", payloads.guild(guild, server.bot), guild))
        welcome = await server.wait_for_message(channel, timeout=PATIENCE)
        assert "`/ask`" in visible_text(welcome)
        assert "`/help`" in visible_text(welcome)
        # Told of the same server again, after an outage, it does not greet again.
        back = payloads.guild(guild, server.bot) | {"unavailable": False}
        server.dispatch(Event("GUILD_CREATE", back, guild))
        reader = server.create_user("newcomer")
        server.add_member(guild, reader)
        await answer(stage, reader, channel)
        assert len(server.bot_messages(channel)) == 2
        assert server.bot_messages(mute) == []


# Going down.


async def test_it_stops_in_order_and_finishes_what_it_began(
    stage: Stage, config: Path, data_dir: Path, reader: User, channel: Channel
) -> None:
    """SIGTERM ends it with code 0, and the question in flight is answered first."""
    async with running(stage, config, data_dir) as bot:
        stage.server.inject("PATCH", "/webhooks/", status=None, delay=1.0)
        stage.server.inject("POST", "/channels/.*/messages", status=None, delay=1.0)
        stage.server.inject("POST", "/callback", status=None, delay=1.0)
        card = await stage.server.slash(reader, channel, "article", {"title": "a01"})
        by_command = await ask(stage, reader, channel)
        by_message = await stage.server.say(stage.person(), channel, ANSWERED, mention_bot=True)
        await by_command.acknowledged(PATIENCE)
        await stage.server.wait_for_typing(channel, PATIENCE)
        assert await bot.terminate(PATIENCE) == 0
        assert "### [The lighthouse" in visible_text(await card.response(1))
        assert "built in 1874" in visible_text(await by_command.response(1))
        assert "built in 1874" in visible_text(await reply_to(stage, by_message))
        assert journal(data_dir) == []
        assert stage.server.gateway.connections == []


@pytest.mark.parametrize("when", ["during login", "during sync"])
async def test_it_can_be_stopped_while_it_comes_up(
    stage: Stage, config: Path, data_dir: Path, when: str
) -> None:
    """Told to stop before it is ready, it stops without a traceback."""
    path = {"during login": "/users/@me", "during sync": "/commands"}[when]
    stage.server.inject("*", path, status=None, delay=5.0, times=10)
    async with bot_process(stage, config, data_dir) as bot:
        await eventually(
            stage, lambda: any(path in r.path for r in stage.server.requests), "request"
        )
        assert await bot.terminate(PATIENCE) == 0
        assert "Traceback" not in bot.log()


@pytest.mark.parametrize("after", ["acknowledgement", "answer"])
async def test_a_killed_bot_answers_after_its_restart_exactly_once(
    stage: Stage, config: Path, data_dir: Path, reader: User, channel: Channel, after: str
) -> None:
    """What was in flight when the process was killed is answered by the next one, once."""
    server = stage.server
    # The answers are lost on the way before they take effect, or after that.
    lost = after == "answer"
    faults = [
        server.inject(method, path, status=500, applied=lost, delay=0.2, times=9)
        for method, path in (("PATCH", "/webhooks/"), ("POST", "/messages"))
    ]
    asker = stage.person()
    async with running(stage, config, data_dir) as bot:
        private = await server.slash(
            reader, channel, "ask", {"question": ANSWERED, "private": True, "author": "Ines Calder"}
        )
        mention = await server.say(asker, channel, ANSWERED, mention_bot=True)
        whisper = await server.say(asker, server.dm(asker), ANSWERED)
        await eventually(stage, lambda: len(journal(data_dir)) == 3, "entries")
        await private.acknowledged(PATIENCE)
        sent = ("PATCH", "POST")
        await eventually(
            stage,
            lambda: sum(r.method in sent and "/messages" in r.path for r in server.requests) >= 3,
            "first attempts",
        )
        assert [mode(path) for path in journal(data_dir)] == [0o600] * 3
        assert ANSWERED in journal(data_dir)[0].read_text()
        await bot.kill()
    for fault in faults:
        fault.times = 0
    async with running(stage, config, data_dir) as bot:
        text = visible_text(
            await private.wait_for(lambda m: "built in 1874" in visible_text(m), PATIENCE)
        )
        assert "Only by Ines Calder" in text
        for message in (mention, whisper):
            assert "built in 1874" in visible_text(await reply_to(stage, message))
        await eventually(stage, lambda: journal(data_dir) == [], "end of the entries")
    assert private.ephemeral
    assert len(server.bot_messages(server.dm(asker))) == 1
    assert [m.only_for for m in server.bot_messages(channel)] == [reader, None]
    async with running(stage, config, data_dir):
        await answer(stage, reader, channel, REFUSED)
    assert len(server.bot_messages(server.dm(asker))) == 1


async def test_what_nobody_waits_for_any_more_is_dropped(
    stage: Stage, config: Path, data_dir: Path, reader: User, channel: Channel
) -> None:
    """An entry whose interaction has run out, or is garbage, delays nothing and is deleted."""
    folder = data_dir / "inflight"
    folder.mkdir()
    (folder / "1.json").write_text("garbage")
    (folder / ".2").write_text('{"question": "half-written"')
    entry = {
        "id": 3,
        "at": 9e9,
        "question": ANSWERED,
        "context": None,
        "filters": {},
        "place": {"guild_id": stage.guild.id, "channel_ids": [channel.id], "role_ids": []},
        "private": False,
        "asker_id": reader.id,
        "channel_id": channel.id,
        "token": "unknown",
    }
    (folder / "3.json").write_text(json.dumps(entry))
    gone = entry | {"id": 4, "token": None, "channel_id": 12345}
    (folder / "4.json").write_text(json.dumps(gone))
    async with running(stage, config, data_dir):
        await answer(stage, reader, channel)
        await eventually(stage, lambda: journal(data_dir) == [], "end of the entries")
    assert len(stage.server.bot_messages(channel)) == 1


# Discord's bad days.


@pytest.mark.parametrize("code", [None, 1000, 4000])
async def test_a_dropped_gateway_is_resumed_and_no_mention_lost(
    stage: Stage, config: Path, data_dir: Path, reader: User, channel: Channel, code: int | None
) -> None:
    """What was said while the connection was gone is answered once it is back, and once only."""
    server = stage.server
    async with running(stage, config, data_dir):
        before = await server.say(reader, channel, ANSWERED, mention_bot=True)
        await reply_to(stage, before)
        await server.drop_gateway(code)
        missed = await server.say(reader, channel, ANSWERED, mention_bot=True)
        assert "built in 1874" in visible_text(await reply_to(stage, missed))
    assert len(server.gateway.resumes) == 1
    assert len(server.bot_messages(channel)) == 2


ROUTES = {
    "edit": ("PATCH", "/webhooks/"),
    "acknowledgement": ("POST", "/callback"),
    "reply": ("POST", "/channels/.*/messages"),
    "typing": ("POST", "/typing"),
}
FAULTS: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "retry_after": 0.3},
    "global 429": {"status": 429, "retry_after": 0.3, "global_": True},
    "500": {"status": 500},
    "500, applied": {"status": 500, "applied": True},
    "503": {"status": 503},
    "cut": {"disconnect": True},
    "cut, applied": {"disconnect": True, "applied": True},
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_answer_survives_a_fault_and_is_seen_once(theatre: Theatre, fault: str) -> None:
    """A rate limit, an error or a cut connection on any route ends in one answer, once."""
    server, stage = theatre.server, theatre.stage
    seen, logged = len(server.violations), len(theatre.bot.log())
    injected = {route: server.inject(*ROUTES[route], **FAULTS[fault]) for route in ROUTES}
    channel, place, reader = stage.channel(), stage.channel(), stage.person()
    record = await ask(stage, reader, channel)
    asked = await server.say(reader, place, ANSWERED, mention_bot=True)
    for message in (await record.response(PATIENCE), await reply_to(stage, asked)):
        assert "built in 1874" in visible_text(message)
        assert len(server.bot_messages(message.channel)) == 1
    assert {route: each.times for route, each in injected.items()} == dict.fromkeys(ROUTES, 0)
    await eventually(stage, lambda: journal(theatre.data_dir) == [], "end of the entries")
    # An attempt that only seemed to fail is made again, and Discord says that it was not needed.
    kinds = {violation.kind for violation in server.violations[seen:]}
    assert kinds <= {Kind.ACKNOWLEDGED_TWICE}
    assert failures(theatre.bot.log()[logged:]) == []


async def test_rate_limits_are_kept(theatre: Theatre) -> None:
    """Where a channel takes three messages a second, seven who ask are answered all the same."""
    server, stage = theatre.server, theatre.stage
    channel = stage.channel("busy")
    server.limit("POST", f"/channels/{channel.id}/messages", limit=3, per=1.0)
    asked = [
        await server.say(stage.person(), channel, ANSWERED, mention_bot=True) for _ in range(7)
    ]
    for message in asked:
        await reply_to(stage, message)
    assert len(server.bot_messages(channel)) == 7


# Everything at once.


async def test_questions_are_answered_by_both_generations_while_it_reindexes(
    stage: Stage, articles: Path, data_dir: Path, tmp_path: Path, reader: User, channel: Channel
) -> None:
    """While `/reindex` runs every question is acknowledged at once and answered, old then new."""
    server = stage.server
    sources = shutil.copytree(articles, tmp_path / "articles")
    config = write_settings(tmp_path / "settings.yaml", stage.settings(sources))
    new = "Who paints the weathervane of the town hall?"
    async with running(stage, config, data_dir) as bot:
        refused = visible_text(await answer(stage, reader, channel, new))
        assert "The archive does not answer that." in refused
        page = "# The weathervane\n\nThe weathervane of the town hall is painted by Ulla Krook.\n"
        (sources / "vane.md").write_text(page)
        run = await server.slash(stage.operator, channel, "reindex", {})
        await run.response(PATIENCE)

        def ended() -> bool:
            return any("Reindexing done" in visible_text(m) for m in run.messages)

        records = []
        acks = []
        while not ended():
            record = await ask(stage, reader, channel)
            other = await ask(stage, stage.person(), channel)
            choices = await server.autocomplete(
                reader, channel, "article", "title", "lihgthouse", timeout=PATIENCE
            )
            assert choices
            acks.append(server.interactions[-1].ack_seconds)
            for each in (record, other):
                records.append(visible_text(await each.response(PATIENCE)))
                acks.append(each.ack_seconds)
            await asyncio.sleep(0.3)  # the run is niced, and would not get on
        records.append(visible_text(await answer(stage, reader, channel)))
        assert all("built in 1874" in text for text in records)
        assert len(records) >= 3
        generations = rows(data_dir, "SELECT DISTINCT generation FROM answers ORDER BY rowid")
        assert [name for (name,) in generations] == ["000001", "000002"]
        assert "Ulla Krook" in visible_text(await answer(stage, reader, channel, new))
        assert max(acks) < 1
        assert failures(bot.log()) == []
        text = visible_text(run.messages[0])
        assert "**Added**: The weathervane" in text
