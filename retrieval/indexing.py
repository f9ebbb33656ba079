"""Bring the index up to date with its sources: read, compare, embed, publish."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from retrieval.archive import recipe_of
from retrieval.catalog import Catalog, Change, identify
from retrieval.database import Database
from retrieval.embedded import Embedded, EmbeddedIndex, EmbeddedWriter
from retrieval.encoder import Encoder
from retrieval.errors import FootnoteError
from retrieval.generation import Generations, Manifest, Recipe
from retrieval.passages import Chunking, contexts, cut_passages
from retrieval.sources import Source, Unread
from retrieval.types import OPERATOR, Article, ArticleRef, ArticleVersion, Filters, digest
from retrieval.vectors import quantise

_READ_BATCH = 200
_BUILD_BATCH = 32


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        stage: `reading` or `embedding`.
        articles: Articles read, or articles in the new generation so far.
        passages: Passages in the new generation so far.
        share: The share of the stage that is done, 0 to 1; None while it is unknown.
        seconds: Seconds since the run began.
    """

    stage: str
    articles: int
    passages: int
    share: float | None
    seconds: float


@dataclass(slots=True)
class Report:
    """What a run found and did.

    Attributes:
        added: Articles that are new, or that came back.
        changed: Articles whose content changed.
        withdrawn: Articles that their source no longer has.
        unchanged: How many articles are as they were.
        failed: What could not be read, where and why.
        generation: The generation that answers after the run, None before the first.
        published: Whether this run published it.
        articles: How many articles it holds.
        passages: How many passages it holds.
        seconds: How long the run took.
    """

    added: list[ArticleRef] = field(default_factory=list)
    changed: list[ArticleRef] = field(default_factory=list)
    withdrawn: list[ArticleRef] = field(default_factory=list)
    unchanged: int = 0
    failed: list[Unread] = field(default_factory=list)
    generation: str | None = None
    published: bool = False
    articles: int = 0
    passages: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do.

    Attributes:
        sources: The sources to read.
        configured: Whether they are all that the settings name; then articles of
            sources that the settings no longer name are withdrawn.
        full: Embed everything again.
        dry_run: Say what would change, and change nothing.
        keep: How many generations stay for rolling back.
    """

    sources: Sequence[Source]
    configured: bool
    full: bool = False
    dry_run: bool = False
    keep: int = 3


Tell = Callable[[Progress], None]


class Indexer:
    """One run over one data folder."""

    def __init__(
        self, data_dir: Path, encoder: Encoder, chunking: Chunking, plan: Plan, tell: Tell
    ) -> None:
        """Prepare a run.

        Args:
            data_dir: The data folder.
            encoder: Encodes passages and sentences.
            chunking: How passages are cut; its window is the model's at most.
            plan: What is to be done.
            tell: Hears of progress.
        """
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
        self._seen: dict[str, int] = {}
        self._kept: set[str] = set()

    def run(self) -> Report:
        """Read every source, then build and publish a generation where anything changed.

        Raises:
            IndexBusy: Another process is indexing this data folder.
            StorageError: The data folder cannot be written.
        """
        try:
            with self._generations.lock():
                self._read_sources()
                if not self._plan.dry_run:
                    self._publish_if_changed()
        finally:
            self._database.close()
        self._report.seconds = round(time.monotonic() - self._began, 3)
        return self._report

    def _say(self, stage: str, articles: int, passages: int, share: float | None) -> None:
        seconds = round(time.monotonic() - self._began, 3)
        self._tell(Progress(stage, articles, passages, share, seconds))

    # Reading.

    def _read_sources(self) -> None:
        names = [source.origin for source in self._plan.sources]
        before = self._catalog.configured_origins() if self._plan.configured else []
        forgotten = [origin for origin in before if origin not in names]
        if not self._plan.dry_run:
            self._catalog.remember_origins(names, configured=self._plan.configured)
        unread = [self._read(source) for source in self._plan.sources]
        # Only when all is read: an article may have moved from one source to another.
        for source, failed in zip(self._plan.sources, unread, strict=True):
            self._withdraw(self._gone(source, failed))
        for origin in forgotten:
            self._withdraw([ref for ref, _ in self._catalog.standing(origin)])
        # Only now: a run that is killed before leaves them to the next.
        if not self._plan.dry_run:
            self._catalog.forget_origins(forgotten)

    def _owner(self, source: Source) -> str:
        """Return the origin of a source's articles: the configured folder that a file lies in."""
        around = self._catalog.configured_origins()
        owners = [origin for origin in around if _within(source.origin, [origin])]
        return max(owners, key=len, default=source.origin)

    def _read(self, source: Source) -> list[str]:
        """Take in a source's articles; return the places of what could not be read."""
        owner = self._owner(source)
        failed: list[str] = []
        batch: list[tuple[Article, str]] = []
        for found in source.read():
            if isinstance(found, Unread):
                self._report.failed.append(found)
                failed.append(found.location)
                continue
            batch.append((found, self._identity(found)))
            if len(batch) == _READ_BATCH:
                self._take_in(batch, owner)
                batch = []
        self._take_in(batch, owner)
        return failed

    def _gone(self, source: Source, failed: list[str]) -> list[ArticleRef]:
        """Return the articles that a source had before, but for those that it may have still."""
        owner = self._owner(source)
        return [
            ref
            for ref, location in self._catalog.standing(owner)
            if (owner == source.origin or _within(location, [source.origin]))
            and not _within(location, failed)
        ]

    def _identity(self, article: Article) -> str:
        """Return the article's identity; rows of one run that share one are told apart."""
        identity = identify(article)
        earlier = self._seen.get(identity, 0)
        self._seen[identity] = earlier + 1
        return identity if earlier == 0 else digest(identity, str(earlier))

    def _take_in(self, batch: list[tuple[Article, str]], origin: str) -> None:
        taken = self._catalog.take_in(batch, origin, dry_run=self._plan.dry_run)
        for version, change in taken:
            self._count(version, change)
            self._kept.add(version.article_id)
        read = len(self._report.added) + len(self._report.changed) + self._report.unchanged
        self._say("reading", read, 0, None)

    def _count(self, version: ArticleVersion, change: Change) -> None:
        ref = ArticleRef(version.article_id, version.article.title)
        if change == "added":
            self._report.added.append(ref)
        elif change == "changed":
            self._report.changed.append(ref)
        else:
            self._report.unchanged += 1

    def _withdraw(self, refs: list[ArticleRef]) -> None:
        refs = [ref for ref in refs if ref.id not in self._kept]
        self._report.withdrawn += refs
        if not self._plan.dry_run:
            self._catalog.withdraw(refs)

    # Building.

    def _publish_if_changed(self) -> None:
        wanted = self._catalog.current_versions()
        current, standing = self._open_current()
        if standing is not None and not self._plan.full:
            held = [entry.version_id for entry in standing.entries(Filters(), OPERATOR)]
            if held == wanted and current is not None:
                self._settle(current, published=False)
                return
        if not wanted and current is None and self._report.failed:
            return  # nothing was ever read: there is nothing to publish
        reuse = None if standing is None or self._plan.full else standing.embedded()
        with self._generations.staging() as folder:
            manifest = self._build(folder, wanted, reuse)
        self._generations.collect(self._plan.keep)
        self._settle(manifest, published=True)

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
        self, folder: Path, wanted: list[str], reuse: Callable[[str], Embedded | None] | None
    ) -> Manifest:
        recipe: Recipe = self._recipe
        writer = EmbeddedWriter(folder, recipe.dimensions, recipe.language)
        for first in range(0, len(wanted), _BUILD_BATCH):
            part = wanted[first : first + _BUILD_BATCH]
            for version, embedded in self._embed(part, reuse):
                writer.add(version, embedded)
            self._say("embedding", writer.articles, writer.passages, writer.articles / len(wanted))
        writer.finish()
        counts = (writer.articles, writer.passages, writer.sentences)
        return self._generations.publish(folder, recipe, counts)

    def _embed(
        self, version_ids: list[str], reuse: Callable[[str], Embedded | None] | None
    ) -> Iterator[tuple[ArticleVersion, Embedded]]:
        loaded = self._catalog.load(version_ids)
        held = {v: reuse(v) for v in version_ids} if reuse else {}
        fresh = [loaded[v] for v in version_ids if held.get(v) is None]
        made = embed(fresh, self._encoder, self._chunking)
        for version_id in version_ids:
            yield loaded[version_id], held.get(version_id) or made[version_id]


def _within(location: str, failed: list[str]) -> bool:
    """Tell whether what could not be read covers an article's location: its file, or its folder."""
    return any(
        location == place or location.startswith((f"{place}:", f"{place}/")) for place in failed
    ) or any(place.startswith(f"{location}:") for place in failed)


def embed(
    versions: Sequence[ArticleVersion], encoder: Encoder, chunking: Chunking
) -> dict[str, Embedded]:
    """Cut and encode article versions, all their passages and sentences in one go.

    Args:
        versions: The article versions.
        encoder: Encodes them.
        chunking: How passages are cut.

    Returns:
        What each version became, by its id.
    """
    cut = [tuple(cut_passages(version, chunking, encoder.count_tokens)) for version in versions]
    sentences = [tuple(sorted({s for p in passages for s in p.sentences})) for passages in cut]
    ahead = [contexts(version.article, chunking, encoder.count_tokens) for version in versions]
    texts = []
    for version, passages, before in zip(versions, cut, ahead, strict=True):
        text = version.article.text
        texts += [before[p.heading] + text[p.span.start : p.span.end] for p in passages]
    split = len(texts)
    for version, spans, before in zip(versions, sentences, ahead, strict=True):
        texts += [before[None] + version.article.text[s.start : s.end] for s in spans]
    vectors = encoder.encode_passages(texts)
    codes, scales = quantise(vectors[split:])
    made = {}
    passage = sentence = 0
    for version, passages, spans in zip(versions, cut, sentences, strict=True):
        rows = slice(sentence, sentence + len(spans))
        made[version.id] = Embedded(
            passages=passages,
            vectors=np.ascontiguousarray(vectors[passage : passage + len(passages)]),
            sentences=spans,
            codes=codes[rows],
            scales=scales[rows],
        )
        passage += len(passages)
        sentence += len(spans)
    return made
