"""The whole tour: a Discord, the bot as its own process on the sample archive, every step."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.commands import ROOT
from tests.loopback import BotProcess, LoopbackDiscord
from tests.loopback.openapi import locate
from tests.loopback.privacy import MESSAGE_CONTENT

from .administering import ADMINISTERING, UNDOING
from .asking import ASKING
from .checking import CHECKING
from .following import FOLLOWING
from .guide import PATIENCE, Guide
from .looking import LOOKING
from .watching import TOLD, WATCHING

GAZETTE = ROOT / "docs" / "gazette"
"""The articles that the tour asks."""

_START = 120.0
"""Seconds that the bot may take to index them and be there."""


async def tour(folder: Path, models: Path | None = None) -> Guide:
    """Play every step, and return the guide, who has noted it.

    Args:
        folder: An empty folder to work in.
        models: A folder of prepared models, which saves preparing one.
    """
    articles = _furnish(folder, models)
    async with LoopbackDiscord(locate(), approved_intents=MESSAGE_CONTENT) as server:
        server.add_guild("Elsewhere")
        guide = Guide(server, articles)
        config = _write(folder / "settings.yaml", guide)
        arguments = ["run", "--config", str(config), "--data-dir", str(folder / "data")]
        async with BotProcess(server, arguments) as bot:
            await bot.ready(_START)

            def ready() -> bool | None:
                return "Footnote is ready" in bot.log() or None

            # Told of a server before it is ready, it would take it for one that it knows.
            await server.until(ready, PATIENCE, "bot that is ready")
            parts = (ASKING, FOLLOWING, LOOKING, CHECKING, WATCHING, ADMINISTERING, TOLD, UNDOING)
            for script in parts:
                for step in script.steps:
                    await guide.play(step)
            assert await bot.terminate(PATIENCE) == 0, bot.log()
    return guide


def _furnish(folder: Path, models: Path | None) -> Path:
    """Return the articles in a folder where they may be changed; lay the data folder beside."""
    data_dir = folder / "data"
    data_dir.mkdir()
    if models is not None:
        (data_dir / "models").symlink_to(models.resolve())
    return shutil.copytree(GAZETTE, folder / "articles")


def _write(path: Path, guide: Guide) -> Path:
    path.write_text(json.dumps(guide.settings()), encoding="utf-8")
    return path
