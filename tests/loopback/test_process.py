"""The bot as a child process, with a command line of three lines in the place of Footnote's."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from . import BotProcess, LoopbackDiscord
from .openapi import locate

pytestmark = pytest.mark.asyncio

COMMAND_LINE = """
import os, sys
from tests.loopback.sample_bot import SampleBot

def main():
    print("arguments", sys.argv)
    SampleBot().run(os.environ["DISCORD_TOKEN"])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder whose `bot.cli` stands in for the real one."""
    package = tmp_path / "bot"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "cli.py").write_text(COMMAND_LINE)
    return tmp_path


async def test_a_child_process_answers_and_ends(project: Path) -> None:
    """The child comes up, answers over real sockets, and ends when told to."""
    async with LoopbackDiscord(locate()) as server:
        reader = server.create_user("ada")
        channel = server.add_channel(server.add_guild(members=[reader]))
        async with BotProcess(server, ["run", "--verbose"], cwd=project) as bot:
            await bot.ready()
            record = await server.slash(reader, channel, "ask", {"question": "Why?"})
            assert await record.response()
            assert await bot.terminate() == -signal.SIGTERM
            assert "arguments ['footnote', 'run', '--verbose']" in bot.log()
        assert server.gateway.connections == []
        assert server.violations == []


async def test_a_child_that_ends_early_is_told(project: Path) -> None:
    """Waiting for a bot that has failed ends at once, with what it printed."""
    async with (
        LoopbackDiscord(locate()) as server,
        BotProcess(server, cwd=project, token="wrong") as bot,
    ):
        with pytest.raises(RuntimeError, match="LoginFailure"):
            await bot.ready()
