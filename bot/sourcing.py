"""The composition root's half that indexes: settings become sources, and a run reads them.

What reads the formats takes a second to import; no process that only answers does.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path

from bot.composition import chunking, golden_gate, models_folder
from config.settings import Settings, SourceSettings
from retrieval.collecting import Plan, Tell
from retrieval.crossencoder import prepare_cross_encoder
from retrieval.errors import SourceError
from retrieval.indexing import Indexer
from retrieval.model import prepare_encoder
from retrieval.report import Report
from retrieval.sources import Labels, Limits, Source
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.fetch import Fetcher, Fetching
from retrieval.sources.files import FileSource
from retrieval.sources.parser import Parser
from retrieval.sources.patterns import Selection
from retrieval.sources.web import WebSource


def index_sources(
    settings: Settings,
    named: Sequence[str],
    full: bool,
    dry_run: bool,
    tell: Tell,
    *,
    accept: bool = False,
) -> Report:
    """Run one indexing.

    Args:
        settings: The settings.
        named: Sources by path or web address; none for all that the settings name.
        full: Read and embed everything again.
        dry_run: Say what would change, and change nothing.
        tell: Hears of progress.
        accept: Publish even where golden questions fall.

    Raises:
        SourceError: A named source does not exist.
        FootnoteError: The model or the data folder cannot be used.
    """
    model, limits, web = settings.model, settings.limits, settings.web
    reranker = settings.reranker
    chosen = _chosen(settings, named)
    fetching = Fetching(
        agent=f"Footnote/{importlib.metadata.version('footnote')}",
        allow_hosts=web.allow_hosts,
        delay=web.delay,
        seconds=web.seconds,
        page_bytes=limits.document_bytes,
    )
    with Parser(limits.seconds) as parser, Fetcher(fetching) as fetcher:
        sources = [_source(settings, source, parser, fetcher) for source in chosen]
        encoder = prepare_encoder(
            models_folder(settings), model.name, model.sha256, 0, model.runtime
        )
        if reranker.name is not None:
            prepare_cross_encoder(models_folder(settings), reranker.name, reranker.sha256)
        plan = Plan(sources, not named, full, dry_run, settings.keep_generations)
        cut = chunking(settings, encoder)
        gate = golden_gate(settings, accept=accept)
        return Indexer(settings.data_dir, encoder, cut, plan, tell, gate).run()


def _chosen(settings: Settings, named: Sequence[str]) -> Sequence[SourceSettings]:
    """Return the settings of the named sources; of all that are configured for none.

    Raises:
        SourceError: A named one does not exist.
    """
    return [_named(settings, name) for name in named] if named else settings.sources


def _named(settings: Settings, name: str) -> SourceSettings:
    """Return the settings of a source that was named: its own, or those of a folder around it."""
    if name.startswith(("http://", "https://")):
        own = (source for source in settings.sources if source.url == name)
        return next(own, SourceSettings(url=name))
    path = Path(name)
    if not path.exists():
        raise SourceError(
            f"{name} does not exist; name a file, a folder or a web address of articles."
        )
    path = path.resolve()
    places = {source.path.resolve(): source for source in settings.sources if source.path}
    around = next((places[place] for place in (path, *path.parents) if place in places), None)
    return SourceSettings(path=path) if around is None else around.model_copy(update={"path": path})


def _source(settings: Settings, source: SourceSettings, parser: Parser, fetcher: Fetcher) -> Source:
    """Return the source that some settings describe."""
    how = Reading(
        form=DumpFormat(source.title or settings.dump.title, source.end or settings.dump.end),
        kind=None if source.kind == "page" or source.kind == "sitemap" else source.kind,
        labels=Labels(source.source, source.collection),
        names={str(field): name for field, name in source.fields.items()},
        selection=Selection(source.include, source.exclude),
        limits=Limits(**settings.limits.model_dump()),
    )
    if source.url is None:
        assert source.path is not None  # the settings see to it
        return FileSource(source.path, how, parser)
    told = source.kind
    kind = told if told == "page" or told == "sitemap" or told == "feed" else None
    return WebSource(source.url, how, parser, fetcher, kind=kind, follow=source.follow)
