"""Fixtures of the bot's tests: one archive, one bot that tests share, and places for each test."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from filelock import FileLock

from bot.cli import main
from retrieval.archive import Archive
from retrieval.encoder import OnnxEncoder
from tests.commands import ROOT, Ran, environment
from tests.conftest import SEARCH, whole_window
from tests.loopback import Channel, User
from tests.loopback.openapi import Description, load, locate

from . import corpus
from .stage import (
    PATIENCE,
    Stage,
    Theatre,
    assert_clean,
    bot_process,
    copy_data,
    discord_stage,
    failures,
    write_settings,
)

Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def description() -> Description:
    """Return Discord's description of its API."""
    path: Path | None = locate()
    if path is None:
        pytest.skip("Discord's OpenAPI description is absent; DISCORD_OPENAPI may name it")
    return load(path)


@pytest.fixture(scope="session")
def articles(session_dir: Path) -> Path:
    """Return the folder of articles that the archive is made from."""
    with FileLock(session_dir / "bot-articles.lock"):
        folder = session_dir / "bot-articles"
        return folder if folder.exists() else corpus.write(folder)


@pytest.fixture(scope="session")
def stock(session_dir: Path, models: Path, articles: Path) -> Path:
    """Return a data folder in which those articles are indexed by the default model."""
    folder = session_dir / "bot-stock"
    with FileLock(session_dir / "bot-stock.lock"):
        if not (folder / ".done").exists():
            folder.mkdir(exist_ok=True)
            (folder / "models").symlink_to(models)
            config = write_settings(
                session_dir / "bot-stock.yaml", {"sources": [{"path": str(articles)}]}
            )
            command = [sys.executable, "-m", "bot", "--config", str(config)]
            command += ["--data-dir", str(folder), "index"]
            subprocess.run(command, check=True, cwd=ROOT, env=environment(), capture_output=True)
            (folder / ".done").touch()
    return folder


@pytest.fixture
def data_dir(stock: Path, tmp_path: Path) -> Path:
    """Return a copy of that data folder, to be changed at will."""
    return copy_data(stock, tmp_path / "data")


@pytest.fixture
def archive(data_dir: Path, encoder: OnnxEncoder) -> Iterator[Archive]:
    """Yield that copy's archive, open."""
    archive = Archive(data_dir, encoder, whole_window(encoder), SEARCH)
    yield archive
    archive.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def theatre(
    stock: Path, articles: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Theatre]:
    """Yield one bot process for every test that leaves it as it found it."""
    folder = tmp_path_factory.mktemp("theatre")
    data_dir = copy_data(stock, folder / "data")
    async with discord_stage() as stage:
        config = write_settings(folder / "settings.yaml", stage.settings(articles))
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            yield Theatre(stage, bot, data_dir, config)


@pytest_asyncio.fixture(loop_scope="session")
async def play(theatre: Theatre) -> AsyncIterator[Theatre]:
    """Yield the shared bot; afterwards no rule was broken, nobody pinged and nothing failed."""
    violations, logged = len(theatre.server.violations), len(theatre.bot.log())
    yield theatre
    assert_clean(theatre.server, violations)
    # While this worker is at other tests nobody serves the gateway, and the bot comes back.
    told = failures(theatre.bot.log()[logged:])
    assert [line for line in told if "Attempting a reconnect" not in line] == []


@pytest.fixture
def stage(play: Theatre) -> Stage:
    """Return the stage that the shared bot is on."""
    return play.stage


@pytest.fixture
def reader(stage: Stage) -> User:
    """Return a member of the server who asks."""
    return stage.person()


@pytest.fixture
def channel(stage: Stage) -> Channel:
    """Return a channel of this test's own."""
    return stage.channel()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Yield what runs the command within this process: the same, but quick."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*arguments: str | Path, stdin: str | bytes = b"") -> Ran:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        monkeypatch.setattr(sys, "argv", ["footnote", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    yield run
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
    for handler in handlers:
        if handler not in root.handlers:
            root.addHandler(handler)
    root.setLevel(level)
