"""Many people ask at once: everyone is heard within a second, and answered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.load import KINDS, Crowd, Load, questions, run, sentences_of

from .stage import PATIENCE, assert_clean, bot_process, discord_stage, failures, write_settings

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def measured(
    articles: Path, data_dir: Path, folder: Path, seconds: float, rate: float
) -> Load:
    """Return what a crowd met with; afterwards no rule was broken and nothing has failed."""
    async with discord_stage() as stage:
        config = write_settings(folder / "settings.yaml", stage.settings(articles))
        crowd = Crowd(stage.server, questions(sentences_of(data_dir, config)))
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            load = await run(stage.server, crowd, bot, seconds, rate)
            assert await bot.terminate(PATIENCE) == 0
        assert_clean(stage.server)
        assert failures(bot.log()) == []
    return load


@pytest.mark.slow
async def test_a_crowd_is_answered(articles: Path, data_dir: Path, tmp_path: Path) -> None:
    """In two seconds, forty questions of two hundred people are acknowledged and answered."""
    load = await measured(articles, data_dir, tmp_path, 2, 20)
    assert {*KINDS, "button"} == {each.kind for each in load.asked}
    assert [] == [each for each in load.asked if each.acknowledged is None or not each.answered]


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_twenty_questions_a_second_for_two_minutes(
    articles: Path, data_dir: Path, tmp_path: Path
) -> None:
    """Everyone is acknowledged within a second, 95 of 100 are answered in 1.5; memory is flat."""
    load = await measured(articles, data_dir, tmp_path, 120, 20)
    for kind in (*KINDS, "button"):
        assert max(load.waits(kind, "acknowledged")) < 1
        assert max(load.waits(kind, "answered")) < np.inf
        assert np.percentile(load.waits(kind, "answered"), 95) < 1.5
    warm = load.memory[len(load.memory) // 4 :]
    assert max(warm) - warm[0] < 8
    # The loopback Discord, which runs in this process, was not what they waited for.
    assert np.percentile(load.late, 90) < 0.1
