"""Bring the index up to date with its sources: read, compare, embed, publish."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from retrieval.archive import recipe_of
from retrieval.catalog import Catalog
from retrieval.collecting import Collector, Plan, Tell
from retrieval.database import Database
from retrieval.duplicates import sketch, stories
from retrieval.embedded import EmbeddedIndex
from retrieval.embeddedwriter import EmbeddedWriter
from retrieval.embedding import Reuse, embed
from retrieval.encoder import Encoder
from retrieval.errors import FootnoteError, GateClosed, GenerationDamaged, GenerationForeign
from retrieval.generation import Approve, Generations
from retrieval.golden import Gate
from retrieval.manifest import Manifest, Recipe
from retrieval.merging import keep
from retrieval.passages import Chunking
from retrieval.report import Progress, Report
from retrieval.segment import Embedded
from retrieval.types import ArticleVersion

_BUILD_BATCH = 64


class Indexer:
    """One run over one data folder."""

    def __init__(
        self,
        data_dir: Path,
        encoder: Encoder,
        chunking: Chunking,
        plan: Plan,
        tell: Tell,
        gate: Gate | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            data_dir: The data folder.
            encoder: Encodes passages and sentences.
            chunking: How passages are cut; its window is the model's at most.
            plan: What is to be done.
            tell: Hears of progress.
            gate: What may stop the publication, or None.
        """
        self._gate = gate
        self._database = Database(data_dir)
        self._catalog = Catalog(self._database)
        self._generations = Generations(data_dir)
        self._encoder = encoder
        self._chunking = chunking
        self._recipe = recipe_of(encoder, chunking)
        self._plan = plan
        self._tell = tell
        self._began = time.monotonic()
        self._report = Report()

    def run(self) -> Report:
        """Read every source, then build and publish a generation where anything changed.

        Raises:
            IndexBusy: Another process is indexing this data folder.
            StorageError: The data folder cannot be written.
        """
        try:
            with self._generations.lock():
                Collector(self._database, self._plan, self._report, self._tell).collect()
                if not self._plan.dry_run:
                    self._publish_if_changed()
                    # Now that this run itself holds none open.
                    self._generations.collect(self._plan.keep)
        finally:
            self._database.close()
        self._report.seconds = round(time.monotonic() - self._began, 3)
        return self._report

    def _say(self, stage: str, articles: int, passages: int, share: float | None) -> None:
        seconds = round(time.monotonic() - self._began, 3)
        self._tell(Progress(stage, articles, passages, share, seconds))

    def _publish_if_changed(self) -> None:
        wanted = self._catalog.current_versions()
        current, standing = self._open_current()
        unchanged = standing is not None and standing.standing() == set(wanted)
        if unchanged and current is not None and not self._plan.full:
            self._settle(current, published=False)
            return
        if not wanted and current is None and self._report.failed:
            return  # nothing was ever read: there is nothing to publish
        old = None
        if not self._plan.full:
            old = self._generations.refused(self._recipe)
            old = standing if old is None else old
        try:
            with self._generations.staging() as folder:
                manifest = self._build(folder, wanted, old, self._approve(standing))
        except GateClosed:
            # The catalog is ahead of the index, so the next run tries again.
            if current is not None:
                self._settle(current, published=False)
        else:
            self._settle(manifest, published=True)

    def _approve(self, standing: EmbeddedIndex | None) -> Approve | None:
        """Return what asks the golden questions; None where there are none."""
        gate = self._gate
        if gate is None:
            return None

        def approve(new: EmbeddedIndex) -> tuple[str, ...]:
            old = self._recorded() if standing is None else standing
            verdict, answered = gate.judge(new, old, self._encoder, self._catalog)
            self._report.gate = verdict
            if verdict.stops:
                raise GateClosed(verdict.sentence)
            return answered

        return approve

    def _recorded(self) -> tuple[str, ...] | None:
        """Return the golden questions that a generation, which cannot be asked, once answered."""
        name = self._generations.current()
        try:
            return None if name is None else Manifest.load(self._generations.folder / name).golden
        except (GenerationDamaged, GenerationForeign):
            return None

    def _settle(self, manifest: Manifest, *, published: bool) -> None:
        self._report.generation = manifest.name
        self._report.published = published
        self._report.articles = manifest.articles
        self._report.passages = manifest.passages

    def _open_current(self) -> tuple[Manifest | None, EmbeddedIndex | None]:
        """Return the published generation, and its index where its vectors can be used again."""
        name = self._generations.current()
        if name is None:
            return None, None
        try:
            index = self._generations.open(name, self._recipe)
            return Manifest.load(self._generations.folder / name), index
        except FootnoteError:
            # Damaged or foreign: everything is built anew.
            return None, None

    def _build(
        self,
        folder: Path,
        wanted: list[str],
        old: EmbeddedIndex | None,
        approve: Approve | None,
    ) -> Manifest:
        recipe: Recipe = self._recipe
        reuse = None if old is None else Reuse(old)
        kept = None if old is None else keep(old, set(wanted), self._plan.limits)
        held = kept.versions if kept else set()
        fresh = [version for version in wanted if version not in held]
        writer = EmbeddedWriter(folder, recipe.dimensions, recipe.language, kept)
        with closing(writer):
            for first in range(0, len(fresh), _BUILD_BATCH):
                for version, embedded in self._embed(fresh[first : first + _BUILD_BATCH], reuse):
                    writer.add(version, embedded)
                done = writer.articles / len(fresh)
                self._say("embedding", writer.articles, writer.passages, done)
            writer.finish(stories(self._catalog.sketches(sketch)))
        return self._generations.publish(folder, recipe, approve=approve)

    def _embed(
        self, version_ids: Sequence[str], reuse: Reuse | None
    ) -> Iterator[tuple[ArticleVersion, Embedded]]:
        loaded = self._catalog.load(version_ids)
        held = {v: reuse.version(v) for v in version_ids} if reuse else {}
        fresh = [loaded[v] for v in version_ids if held.get(v) is None]
        made = embed(fresh, self._encoder, self._chunking, reuse)
        for version_id in version_ids:
            yield loaded[version_id], held.get(version_id) or made[version_id]
