"""Corrections under kill -9: each message ends with the one note it needs, and few edits."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from bot.corrections import NOTE
from tests.commands import ROOT, environment
from tests.loopback import Message, visible_text
from tests.loopback.components import walk

from . import corpus
from .stage import (
    PATIENCE,
    Stage,
    Theatre,
    assert_clean,
    bot_process,
    discord_stage,
    eventually,
    rows,
    write_settings,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

KILLS = int(os.environ.get("FOOTNOTE_KILLS", "30"))
ANSWERS = 6
EVERY = 4
"""Kills before the archive changes once more."""

QUESTION = "When was the lighthouse on Gull Rock built?"


def _rewrite(folder: Path, round_: int) -> None:
    """Change the article that answers, withdraw it, or restore it, by turns."""
    changed = [dict(each) for each in corpus.ARTICLES]
    if round_ % 3 == 1:
        changed[0]["text"] = changed[0]["text"].replace("1874", "1875")
    elif round_ % 3 == 2:
        del changed[0]
    text = "\n".join(json.dumps(each) for each in changed)
    (folder / "articles.jsonl").write_text(text + "\n", encoding="utf-8")


FATES = [("", "current"), ("no longer stand", "changed"), ("withdrawn on", "withdrawn")]
"""What the notes say in each round, and the fate that they tell of."""

TOLD = "SELECT DISTINCT told FROM citations WHERE place = 1"


def notes(message: Message) -> list[str]:
    """Return the notes that a message holds."""
    return [part["content"] for _, part in walk(message.components) if part["id"] == NOTE]


def edits(stage: Stage) -> int:
    """Return how often a message of a channel was edited, or tried to be."""
    return sum(r.method == "PATCH" and "/channels/" in r.path for r in stage.server.requests)


async def _index(theatre: Theatre) -> None:
    command = [sys.executable, "-m", "bot", "--config", str(theatre.config)]
    command += ["--data-dir", str(theatre.data_dir), "index"]
    await asyncio.to_thread(
        subprocess.run, command, check=True, cwd=ROOT, env=environment(), capture_output=True
    )


async def _ask(theatre: Theatre) -> list[Message]:
    """Return answers in several channels, their messages on record."""
    stage, answers = theatre.stage, []
    for _ in range(ANSWERS):
        asked = {"question": QUESTION}
        record = await stage.server.slash(stage.person(), stage.channel(), "ask", asked)
        answers.append(await record.response(PATIENCE))
    query = "SELECT count(*) FROM answers WHERE message_id NOT NULL"
    await eventually(stage, lambda: rows(theatre.data_dir, query) == [(ANSWERS,)], "records")
    return answers


async def _kill(theatre: Theatre, randomly: random.Random) -> None:
    """Start the bot, and kill it at some moment, mostly in the middle of an edit."""
    stage, bot = theatre.stage, theatre.bot
    before = edits(stage)
    slow = stage.server.inject("PATCH", "/channels/", status=None, delay=randomly.random() / 20)
    await bot.start()
    try:
        await stage.server.until(lambda: edits(stage) > before or None, 8, "edits")
        # In the middle of this edit, or about the next one.
        await asyncio.sleep(randomly.choice((0, 1)) + randomly.uniform(0, 0.1))
    except TimeoutError:
        pass  # nothing was left to edit
    await bot.kill()
    slow.times = 0


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_kills_while_answers_are_corrected(
    articles: Path, data_dir: Path, tmp_path: Path
) -> None:
    """Killed thirty times, the bot leaves one right note on each answer, and edits hardly more."""
    seed = random.randrange(1 << 30)
    randomly, folder = random.Random(seed), corpus.write(tmp_path / "articles")
    async with discord_stage() as stage:
        config = write_settings(tmp_path / "settings.yaml", stage.settings(folder))
        theatre = Theatre(stage, bot_process(stage, config, data_dir), data_dir, config)
        await _index(theatre)
        async with theatre.bot:
            await theatre.bot.ready(PATIENCE)
            answers = await _ask(theatre)
            before = [visible_text(each) for each in answers]
        rounds = 0
        for kill in range(KILLS):
            if kill % EVERY == 0:
                rounds += 1
                _rewrite(folder, rounds)
                await _index(theatre)
            await _kill(theatre, randomly)
            assert all(len(notes(each)) <= 1 for each in answers), seed
        logged = len(theatre.bot.log())
        async with theatre.bot:
            # A killed one may have left its connection behind; the log tells this one's.
            await eventually(stage, lambda: "is ready as" in theatre.bot.log()[logged:], "bot")
            words, fate = FATES[rounds % len(FATES)]
            told = [(fate,)]
            await eventually(stage, lambda: rows(data_dir, TOLD) == told, "all told", 60)
            assert await theatre.bot.terminate(PATIENCE) == 0
        shown = [[words in text for text in notes(each)] for each in answers]
        assert [[True] * (fate != "current")] * ANSWERS == shown, seed
        unnoted = [
            "\n".join(line for line in visible_text(each).split("\n") if line not in notes(each))
            for each in answers
        ]
        assert before == unnoted, seed
        assert KILLS // 2 <= edits(stage) <= ANSWERS * rounds + KILLS, seed
        assert_clean(stage.server)
