"""Stages for the bot's tests: a loopback Discord, and the bot on it, in a process or here."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.access import Access
from bot.client import FootnoteBot, Options
from retrieval.archive import Archive
from tests.loopback import BotProcess, Channel, Guild, LoopbackDiscord, Message, User
from tests.loopback.openapi import locate

from .corpus import BOARD, LAB

PATIENCE = 20.0
"""Seconds that a test waits for the bot: the machine may be busy with other tests."""


# A server's repr is all that ever happened on it; pytest would take it at every turn.
@dataclass(repr=False, eq=False)
class Stage:
    """A Discord with one server in it, and people whom the bot's settings know.

    Attributes:
        server: The Discord.
        guild: A server with the bot in it.
        operator: A user whom the settings name as an admin.
        board_room: A channel to which the board's collection is granted.
        laboratory: A role to which the laboratory's collection is granted.
        stewards: A role that the settings name as admins.
    """

    server: LoopbackDiscord
    guild: Guild = field(init=False)
    operator: User = field(init=False)
    board_room: Channel = field(init=False)
    members: int = 0

    def __post_init__(self) -> None:
        """Set the scene."""
        self.operator = self.server.create_user("operator-olga")
        self.guild = self.server.add_guild("Library", members=[self.operator])
        self.board_room = self.server.add_channel(self.guild, "board-room")
        self.laboratory = self.server.add_role(self.guild, "laboratory")
        self.stewards = self.server.add_role(self.guild, "stewards")

    def person(self, name: str = "reader", **options: Any) -> User:
        """Return a new member of the server."""
        self.members += 1
        user = self.server.create_user(f"{name}{self.members}", installed=False)
        self.server.add_member(self.guild, user, **options)
        return user

    def channel(self, name: str = "general", **options: Any) -> Channel:
        """Return a new channel of the server."""
        return self.server.add_channel(self.guild, name, **options)

    def settings(self, sources: Path, **more: Any) -> dict[str, Any]:
        """Return settings that know these people and places."""
        return {
            "sources": [{"path": str(sources)}],
            "discord": {
                "cooldown": 0,
                "admins": [self.operator.id],
                "admin_roles": [self.stewards.id],
                "home_servers": [self.guild.id],
                **more.pop("discord", {}),
            },
            "access": {
                "channels": {self.board_room.id: [BOARD]},
                "roles": {self.laboratory.id: [LAB]},
                **more.pop("access", {}),
            },
            **more,
        }

    def options(self, data_dir: Path, index_command: list[str], **more: Any) -> Options:
        """Return the options that those settings give a bot in this process."""
        known: dict[str, Any] = {
            "access": Access(
                frozenset({"public"}),
                channels={self.board_room.id: frozenset({BOARD})},
                roles={self.laboratory.id: frozenset({LAB})},
            ),
            "admins": frozenset({self.operator.id}),
            "admin_roles": frozenset({self.stewards.id}),
            "home_servers": frozenset({self.guild.id}),
            "cooldown": 0.0,
            "concurrency": 2,
            "keep_answers": 90,
            "data_dir": data_dir,
            "index_command": index_command,
        }
        return Options(**known | more)


@contextlib.asynccontextmanager
async def discord_stage(**options: Any) -> AsyncIterator[Stage]:
    """Open a loopback Discord that checks requests against Discord's own description."""
    description = locate()
    if description is None:
        pytest.skip("Discord's OpenAPI description is absent; DISCORD_OPENAPI may name it")
    async with LoopbackDiscord(description, **options) as server:
        yield Stage(server)


def copy_data(stock: Path, target: Path) -> Path:
    """Copy an indexed data folder, its prepared models apart, which are only pointed to."""
    shutil.copytree(stock, target, symlinks=True, ignore=shutil.ignore_patterns("*.lock", ".done"))
    return target


@dataclass(repr=False, eq=False)
class Theatre:
    """The bot as its own process on a stage.

    Attributes:
        stage: The stage.
        bot: The process.
        data_dir: Its data folder.
        config: Its settings file.
    """

    stage: Stage
    bot: BotProcess
    data_dir: Path
    config: Path

    @property
    def server(self) -> LoopbackDiscord:
        """The Discord."""
        return self.stage.server


def write_settings(path: Path, settings: Mapping[str, Any]) -> Path:
    """Write a settings file: JSON, which is YAML as well."""
    path.write_text(json.dumps(settings), encoding="utf-8")
    return path


def bot_process(stage: Stage, config: Path, data_dir: Path, **options: Any) -> BotProcess:
    """Return `footnote run` as a process that is still to be started."""
    arguments = ["run", "--config", str(config), "--data-dir", str(data_dir)]
    return BotProcess(stage.server, arguments, **options)


def assert_clean(server: LoopbackDiscord, since: int = 0) -> None:
    """Check that no request broke a rule of Discord's, or one of Footnote's own."""
    assert [str(violation) for violation in server.violations[since:]] == []
    assert server.unknown_routes == []


def failures(log: str) -> list[str]:
    """Return the lines of a log that tell of a failure."""
    return [line for line in log.splitlines() if re.search(r"\[(error|critical) ", line)]


@contextlib.contextmanager
def pointed_at(server: LoopbackDiscord) -> Iterator[None]:
    """Let discord.py in this process speak to a loopback server."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = server.http_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@contextlib.asynccontextmanager
async def bot_here(stage: Stage, archive: Archive, options: Options) -> AsyncIterator[FootnoteBot]:
    """Run the bot in this process, over real sockets, until the block ends."""
    with pointed_at(stage.server):
        bot = FootnoteBot(archive, options)
        task = asyncio.create_task(bot.start(stage.server.token))
        try:
            await stage.server.wait_until_identified(PATIENCE)
            # Closed before it is ready, discord.py leaves a task of its own behind.
            await asyncio.wait_for(bot.wait_until_ready(), PATIENCE)
            yield bot
        finally:
            await bot.close()
            await asyncio.wait_for(task, PATIENCE)


def rows(data_dir: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Return what the catalog holds, read beside the bot."""
    with contextlib.closing(sqlite3.connect(data_dir / "catalog.db", timeout=10)) as catalog:
        return catalog.execute(query, values).fetchall()


def execute(data_dir: Path, statement: str) -> None:
    """Change the catalog beside the bot, as a careless operator would."""
    with contextlib.closing(sqlite3.connect(data_dir / "catalog.db", timeout=10)) as catalog:
        catalog.execute(statement)
        catalog.commit()


async def eventually(stage: Stage, probe: Any, what: str, patience: float = PATIENCE) -> Any:
    """Return what a probe finds, looking until it finds something."""
    deadline = asyncio.get_running_loop().time() + patience
    while not (found := probe()):
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"no {what} within {patience} s\n{stage.server.report()}")
        await asyncio.sleep(0.02)
    return found


async def reply_to(stage: Stage, message: Message) -> Message:
    """Wait for the bot's reply to a message, and return it."""
    found: Message = await stage.server.wait_for_message(
        message.channel, lambda m: m.reply_to is message, PATIENCE, after=message
    )
    return found


def journal(data_dir: Path) -> list[Path]:
    """Return the entries of the in-flight journal."""
    folder = data_dir / "inflight"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def mode(path: Path) -> int:
    """Return a file's permission bits."""
    return os.stat(path).st_mode & 0o777
