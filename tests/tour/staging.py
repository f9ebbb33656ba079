"""The whole tour: a Discord, the bot as its own process on the sample archive, every step."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

from tests.commands import ROOT
from tests.loopback import BotProcess, LoopbackDiscord
from tests.loopback.openapi import locate

from .guide import PATIENCE, Guide
from .steps import SCRIPT

GAZETTE = ROOT / "docs" / "gazette"
"""The articles that the tour asks."""


async def tour(folder: Path, models: Path | None = None) -> Guide:
    """Play every step, and return the guide, who has noted it.

    Args:
        folder: An empty folder to work in.
        models: A folder of prepared models, which saves preparing one.
    """
    data_dir = folder / "data"
    data_dir.mkdir()
    if models is not None:
        (data_dir / "models").symlink_to(models.resolve())
    articles = shutil.copytree(GAZETTE, folder / "articles")
    config = folder / "settings.yaml"
    async with LoopbackDiscord(locate()) as server:
        server.add_guild("Elsewhere")
        guide = Guide(server, articles)
        config.write_text(json.dumps(guide.settings()), encoding="utf-8")
        arguments = ["run", "--config", str(config), "--data-dir", str(data_dir)]
        async with BotProcess(server, arguments) as bot:
            await bot.ready(120)
            # Told of a server before it is ready, it would take it for one that it knows.
            async with asyncio.timeout(PATIENCE):
                while "Footnote is ready" not in bot.log():
                    await asyncio.sleep(0.02)
            for step in SCRIPT.steps:
                await guide.play(step)
            assert await bot.terminate(PATIENCE) == 0, bot.log()
    return guide
