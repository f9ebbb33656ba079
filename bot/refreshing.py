"""Sources that are read again by themselves, as often as their settings say."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from dataclasses import asdict, dataclass

from bot.desk import Desk
from bot.reindexing import Reindexing

_log = logging.getLogger(__name__)

_LONGEST_WAIT = 24 * 3600.0
"""Seconds, at most, that a failing source waits, where it does not wait longer anyway."""

_LONGEST_RUN = 3600.0
"""Seconds after which a refresh is cut off, so that a slow source does not keep the others."""


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source as the settings name it.

    Attributes:
        name: What `footnote index` takes for it: a path or a web address.
        label: What an admin knows it by.
        every: Seconds between two refreshes; None where it has no schedule.
    """

    name: str
    label: str
    every: float | None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How a source's last refresh ended.

    Attributes:
        at: When, in seconds since the epoch.
        failures: How many in a row have failed.
    """

    at: float
    failures: int

    def due(self, every: float) -> float:
        """Return when the next one is due; one that fails waits twice as long each time."""
        return self.at + min(every * 2.0 ** min(self.failures, 32), max(every, _LONGEST_WAIT))


class Refresher:
    """Runs `footnote index SOURCE` for each source that is due, one after the other."""

    def __init__(self, desk: Desk, command: list[str], sources: tuple[ListedSource, ...]) -> None:
        """Prepare a schedule.

        Args:
            desk: Remembers, across restarts, when a source was read.
            command: The command line that indexes and reports JSON lines.
            sources: The sources.
        """
        self._desk = desk
        self._command = command
        self._sources = [source for source in sources if source.every is not None]
        self._run: Reindexing | None = None

    def stop(self) -> None:
        """End the refresh that is running; the source stays due."""
        if self._run is not None:
            self._run.cancel()

    async def give_way(self) -> None:
        """End the refresh that is running, and wait until it has."""
        if (run := self._run) is not None:
            run.cancel()
            await run.gone()

    async def tick(self) -> None:
        """Refresh what is due now, unless someone else is indexing."""
        for source in self._sources:
            last = await self._last(source)
            if last.due(source.every or 0.0) > time.time():
                continue
            if await self._desk.look(self._desk.archive.indexing):
                return
            await self._refresh(source, last)

    async def _last(self, source: ListedSource) -> Refreshed:
        kept = await self._desk.look(self._desk.archive.records.recall, f"refreshed:{source.name}")
        return Refreshed(**json.loads(kept)) if kept else Refreshed(0.0, 0)

    async def _refresh(self, source: ListedSource, last: Refreshed) -> None:
        problem = await self._index(source)
        if self._run is not None and self._run.cancelled:
            self._run = None
            return
        self._run = None
        failures = last.failures + 1 if problem else 0
        ended = Refreshed(time.time(), failures)
        if problem:
            minutes = (ended.due(source.every or 0.0) - ended.at) / 60
            _log.error(
                "Refreshing %s failed, and is tried again in %.0f minutes. %s",
                source.label,
                minutes,
                problem,
            )
        value = json.dumps(asdict(ended))
        await self._desk.keep(
            self._desk.archive.records.remember, f"refreshed:{source.name}", value
        )

    async def _index(self, source: ListedSource) -> str | None:
        """Run the command for a source; return what went wrong, None for nothing."""
        try:
            self._run = await Reindexing.start([*self._command, source.name])
        except OSError as error:
            return str(error)
        try:
            async with asyncio.timeout(_LONGEST_RUN):
                async for event in self._run.events():
                    if event["event"] == "done":
                        _log.info("Refreshed %s: %s", source.label, event["counts"])
                code, said = await self._run.ended()
        except TimeoutError:
            self._run.cancel()
            await self._run.ended()
            self._run.cancelled = False  # by the clock, which is a failure
            return f"It took longer than {_LONGEST_RUN:.0f} seconds and was cut off."
        return (said or f"Exit code {code}.") if code else None
