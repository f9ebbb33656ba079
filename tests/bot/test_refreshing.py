"""Sources that are read again by themselves."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.refreshing import ListedSource, Refreshed, Refresher
from retrieval.generation import Generations
from retrieval.types import Article
from tests.conftest import Library

from .test_admin import Child, report

FEED = ListedSource("https://example.org/feed", "The Feed", 1800.0)
FOLDER = ListedSource("/srv/articles", "Articles", 60.0)
STILL = ListedSource("/srv/still", "Still", None)


@pytest.fixture
def child(tmp_path: Path) -> Child:
    """Return an index run that does what a test says."""
    child = Child(tmp_path / "child")
    child.script(report())
    return child


@pytest.fixture
def desk(library: Library) -> Iterator[Desk]:
    """Yield a desk over an archive of one article."""
    library.shelve(Article("Gates", "The gates are shut.", "1"))
    desk = Desk(library.open(), 1, 0)
    yield desk
    desk.close()


def _last(desk: Desk, source: ListedSource) -> Refreshed:
    kept = desk.archive.records.recall(f"refreshed:{source.name}")
    assert kept is not None
    return Refreshed(**json.loads(kept))


def _remember(desk: Desk, source: ListedSource, ago: float, failures: int) -> None:
    value = json.dumps({"at": time.time() - ago, "failures": failures})
    desk.archive.records.remember(f"refreshed:{source.name}", value)


def _ran(child: Child) -> list[str]:
    return [run.split(" ", 1)[1] for run in child.runs]


def test_what_is_due_is_refreshed_and_then_rests(desk: Desk, child: Child) -> None:
    """Each source with a schedule is read by its name, once, also by a bot that starts anew."""
    for _ in range(2):
        refresher = Refresher(desk, child.command, (FEED, STILL, FOLDER))
        asyncio.run(refresher.tick())
        assert ["['https://example.org/feed']", "['/srv/articles']"] == _ran(child)
    assert (0, 0) == (_last(desk, FEED).failures, _last(desk, FOLDER).failures)
    _remember(desk, FOLDER, ago=61, failures=0)
    asyncio.run(refresher.tick())
    assert "['/srv/articles']" == _ran(child)[-1]
    assert 3 == len(child.runs)


@pytest.mark.parametrize(
    ("failures", "waits"), [(0, 60), (1, 120), (4, 960), (10, 61_440), (11, 86_400), (99, 86_400)]
)
def test_a_failing_source_waits_twice_as_long_each_time(failures: int, waits: float) -> None:
    """The wait doubles with every failure in a row, up to a day."""
    assert 1000 + waits == Refreshed(1000, failures).due(60)
    assert 1000 + 10 * 86_400 == Refreshed(1000, failures).due(10 * 86_400)


def test_a_failing_source_keeps_nobody_waiting(
    desk: Desk, child: Child, caplog: pytest.LogCaptureFixture
) -> None:
    """A run that fails is logged with its reason and counted, and the next source is read."""
    child.script("err The host does not answer; wait.", "exit 1")
    refresher = Refresher(desk, child.command, (FEED, FOLDER))
    with caplog.at_level(logging.ERROR):
        asyncio.run(refresher.tick())
    assert 2 == len(child.runs)
    assert (1, 1) == (_last(desk, FEED).failures, _last(desk, FOLDER).failures)
    assert (
        "Refreshing The Feed failed, and is tried again in 60 minutes. "
        "The host does not answer; wait."
    ) in caplog.text
    asyncio.run(refresher.tick())
    assert 2 == len(child.runs)
    child.script(report())
    _remember(desk, FEED, ago=2 * 1801, failures=1)
    asyncio.run(refresher.tick())
    assert 0 == _last(desk, FEED).failures


def test_a_command_that_cannot_start_is_a_failure(desk: Desk, tmp_path: Path) -> None:
    """A command that is not there is logged and tried again later."""
    refresher = Refresher(desk, [str(tmp_path / "nothing")], (FEED,))
    asyncio.run(refresher.tick())
    assert 1 == _last(desk, FEED).failures


def test_nothing_is_refreshed_while_someone_else_indexes(
    desk: Desk, child: Child, library: Library
) -> None:
    """While another run holds the data folder, what is due stays due."""
    refresher = Refresher(desk, child.command, (FEED,))
    with Generations(library.data_dir).lock():
        asyncio.run(refresher.tick())
    assert [] == child.runs
    asyncio.run(refresher.tick())
    assert 1 == len(child.runs)


def test_a_refresh_gives_way(desk: Desk, child: Child) -> None:
    """An admin's run ends the refresh, which is no failure and stays due."""
    child.script("wait never")
    refresher = Refresher(desk, child.command, (FEED,))

    async def interrupted() -> None:
        tick = asyncio.create_task(refresher.tick())
        while not child.runs:  # noqa: ASYNC110 - a file that another process writes
            await asyncio.sleep(0.01)
        await refresher.give_way()
        await tick

    asyncio.run(interrupted())
    assert desk.archive.records.recall(f"refreshed:{FEED.name}") is None
