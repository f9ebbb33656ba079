"""Read sources into the catalog: what they found, what changed, what they have no more."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from retrieval.catalog import Catalog
from retrieval.database import Database
from retrieval.intake import Intake
from retrieval.merging import Limits
from retrieval.report import Progress, Report
from retrieval.sources import Fingerprint, Found, Gone, Read, Source, Unchanged, Unread

_BATCH = 200
_BATCH_BYTES = 16_000_000

Tell = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do.

    Attributes:
        sources: The sources to read.
        configured: Whether they are all that the settings name; then articles of
            sources that the settings no longer name are withdrawn.
        full: Read and embed everything again.
        dry_run: Say what would change, and change nothing.
        keep: How many generations stay for rolling back.
        limits: When a generation is written anew, not built upon.
    """

    sources: Sequence[Source]
    configured: bool
    full: bool = False
    dry_run: bool = False
    keep: int = 3
    limits: Limits = Limits()


_LINE = re.compile(r":\d+$")


def _around(location: str) -> Iterator[str]:
    """Yield a location and everything around it, nearest first: its file, its zip, its folders."""
    yield location
    for mark in reversed(list(re.finditer(r":\d+$|!?/", location))):
        yield location[: mark.start()]


@dataclass(slots=True)
class _SourceRun:
    """One source in one run.

    Attributes:
        source: The source.
        owner: The origin that its articles belong to.
        failed: What could not be read.
        gone: Documents that its host says are there no more.
    """

    source: Source
    owner: str
    failed: list[Unread] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def gone_from(self) -> Callable[[str, str], bool]:
        """Return what tells, of an article that was not met, whether its source has it no more.

        While a part of a document cannot be read, the article may be in that part.
        """
        unreadable = {_LINE.sub("", unread.location) for unread in self.failed}
        lists_all = self.source.lists_all and not any(unread.listing for unread in self.failed)
        origin = self.source.origin

        def has_gone(location: str, document: str) -> bool:
            if document in self.gone:
                return True
            if not lists_all or origin in unreadable:
                return False
            covered = self.owner == origin or origin in _around(location)
            return covered and unreadable.isdisjoint(_around(document))

        return has_gone


class Collector:
    """Reads the sources of one run."""

    def __init__(self, database: Database, plan: Plan, report: Report, tell: Tell) -> None:
        """Prepare a run.

        Args:
            database: The database of the data folder.
            plan: What is to be done.
            report: Is told what was found.
            tell: Hears of progress.
        """
        self._database = database
        self._catalog = Catalog(database)
        self._plan = plan
        self._report = report
        self._tell = tell
        self._began = time.monotonic()

    def collect(self) -> None:
        """Read every source into the catalog; publish nothing.

        Raises:
            StorageError: The data folder cannot be written.
        """
        with Intake.opened(self._database, dry_run=self._plan.dry_run) as intake:
            self._read_sources(intake)

    def _read_sources(self, intake: Intake) -> None:
        names = [source.origin for source in self._plan.sources]
        before = self._catalog.configured_origins() if self._plan.configured else []
        forgotten = [origin for origin in before if origin not in names]
        if not self._plan.dry_run:
            self._catalog.remember_origins(names, configured=self._plan.configured)
        read = [_SourceRun(source, self._owner(source)) for source in self._plan.sources]
        for run in read:
            self._read(run, intake)
        # Only when all is read: an article may have moved from one source to another.
        for run in read:
            self._withdraw(intake, run.owner, run.gone_from())
            intake.note_failures(run.owner, run.source.origin, run.failed)
        for origin in forgotten:
            self._withdraw(intake, origin, lambda *_: True)
            intake.note_failures(origin, origin, [])
        if self._plan.configured:
            intake.forget_failures(names)
        # Only now: a run that is killed before leaves them to the next.
        if not self._plan.dry_run:
            self._catalog.forget_origins(forgotten)

    def _owner(self, source: Source) -> str:
        """Return the origin of a source's articles: the configured folder that a file lies in."""
        around = set(self._catalog.configured_origins())
        owners = [origin for origin in _around(source.origin) if origin in around]
        return owners[0] if owners else source.origin

    def _read(self, run: _SourceRun, intake: Intake) -> None:
        """Take in what a source finds, in batches of some size."""
        batch: list[Found | Read | Unchanged] = []
        size = 0

        def flush() -> None:
            nonlocal batch, size
            self._take_in(batch, run, intake)
            batch, size = [], 0

        def known(document: str) -> Fingerprint | None:
            # What has been read so far may bear on what is known; what stands does not.
            if not all(isinstance(event, Unchanged) for event in batch):
                flush()
            return None if self._plan.full else intake.known(document)

        for event in run.source.read(known):
            if isinstance(event, Found | Read | Unchanged):
                batch.append(event)
                size += len(event.original) if isinstance(event, Found) else 0
                if len(batch) >= _BATCH or size >= _BATCH_BYTES:
                    flush()
            else:
                self._note(event, run, intake)
        flush()

    def _note(self, event: Gone | Unread, run: _SourceRun, intake: Intake) -> None:
        """Note what could not be read; a page that is gone is no failure where it was known."""
        if isinstance(event, Gone):
            if intake.stands_at(event.document):
                run.gone.add(event.document)
                return
            event = Unread(event.document, event.reason)
        self._report.failed.append(event)
        run.failed.append(event)

    def _take_in(
        self, batch: Sequence[Found | Read | Unchanged], run: _SourceRun, intake: Intake
    ) -> None:
        if not batch:
            return
        report = self._report
        report.documents += sum(isinstance(event, Read) for event in batch)
        report.skipped += sum(isinstance(event, Unchanged) for event in batch)
        for ref, change in intake.take_in(batch, run.owner, repeats=run.source.repeats):
            if ref is None or change == "unchanged":
                report.unchanged += 1
            elif change == "added":
                report.added.add(ref)
            else:
                report.changed.add(ref)
        seconds = round(time.monotonic() - self._began, 3)
        self._tell(Progress("reading", report.read, 0, None, seconds))

    def _withdraw(self, intake: Intake, origin: str, has_gone: Callable[[str, str], bool]) -> None:
        unmet = intake.unmet(origin)
        gone = [ref for ref, location, document in unmet if has_gone(location, document)]
        for ref in gone:
            self._report.withdrawn.add(ref)
        intake.withdraw(ref.id for ref in gone)
