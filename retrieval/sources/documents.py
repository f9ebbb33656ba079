"""Documents, read by the module of their format."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from retrieval.errors import SourceError
from retrieval.sources import (
    Document,
    Event,
    Fingerprint,
    Found,
    Known,
    Labels,
    Limits,
    Read,
    Unchanged,
    Unread,
)
from retrieval.sources.dump import DumpFormat, read_dump
from retrieval.sources.feed import read_feed_articles
from retrieval.sources.formats import HEAD, Format, Kind, tell
from retrieval.sources.html import read_html
from retrieval.sources.jsonlines import read_json_lines
from retrieval.sources.markdown import read_markdown
from retrieval.sources.parser import Parser
from retrieval.sources.patterns import Selection
from retrieval.sources.pdf import read_pdf
from retrieval.sources.saved import read_mhtml, read_webarchive
from retrieval.sources.table import read_table
from retrieval.sources.zips import zip_documents
from retrieval.types import Article, digest

Rows = Iterator[tuple[Article | Unread, bytes]]

_ROWS = {"jsonlines": read_json_lines, "csv": read_table}
"""Formats of a row an article, which are read as they stream."""

_CONFINED = {
    "pdf": read_pdf,
    "mhtml": read_mhtml,
    "webarchive": read_webarchive,
    "feed": read_feed_articles,
}
"""Formats, HTML apart, whose parsers a stranger's document could hang."""

_PARSERS = ("trafilatura", "lxml", "pypdf", "feedparser", "markdown-it-py", "ftfy")


@functools.cache
def _code() -> str:
    """Return what changes whenever a reader may read a document otherwise than before."""
    here = Path(__file__).parent
    mending = ("clean.py", "credits.py", "prompts.py", "quotes.py")
    files = [*sorted(here.glob("*.py")), *(here.parent / name for name in mending)]
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return digest(*hashes, *(importlib.metadata.version(name) for name in _PARSERS))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a source's documents are read.

    Attributes:
        form: How text dumps are told apart into articles.
        kind: The format of every document; None tells it by each one's content.
        labels: What an article gets where it does not say so itself.
        names: What rows call the fields that they call by another name.
        selection: Which documents are taken.
        limits: What they may cost.
    """

    form: DumpFormat
    kind: Kind | None = None
    labels: Labels = Labels()
    names: Mapping[str, str] = field(default_factory=dict)
    selection: Selection = Selection()
    limits: Limits = Limits()

    @property
    def recipe(self) -> str:
        """What changes whenever a document may be read otherwise than before."""
        names = [part for pair in sorted(self.names.items()) for part in pair]
        form, labels = self.form, self.labels
        patterns = (form.title.pattern, form.end.pattern)
        return digest(_code(), self.kind, *patterns, labels.source, labels.collection, *names)


def read_document(
    document: Document, how: Reading, known: Known, parser: Parser
) -> Iterator[Event]:
    """Yield what a document holds; that it is unchanged, where it is.

    Args:
        document: The document; a zip's members are read one after the other.
        how: How it is read.
        known: What the documents were when they were last read.
        parser: Where formats are read that could hang.
    """
    place = document.location
    try:
        with document.open() as stream:
            head = stream.read(HEAD)
            shown = tell(head, document.name)
            if shown == "zip" and head.startswith(b"PK"):
                yield from _read_zip(stream, document, how, known, parser)
            elif shown is not None or not document.optional:
                yield from _read_one(stream, document, shown, how, known(place), parser)
    except SourceError as error:
        yield Unread(place, str(error))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield Unread(place, f"cannot be opened ({reason}); check its path and permissions")


def _read_zip(
    stream: BinaryIO, document: Document, how: Reading, known: Known, parser: Parser
) -> Iterator[Event]:
    if "!/" in document.location:
        raise SourceError("is a zip within a zip; unpack it")
    none = not document.optional
    for member in zip_documents(stream, document.location, how.selection, how.limits):
        if isinstance(member, Unread):
            none = False
            yield member
            continue
        for event in read_document(member, how, known, parser):
            none = False
            yield event
    if none:
        raise SourceError("is a zip without a file that could be read; pack articles into it")


def _hash(stream: BinaryIO) -> str:
    hashed = hashlib.sha256()
    while part := stream.read(1 << 20):
        hashed.update(part)
    return hashed.hexdigest()


def _read_one(
    stream: BinaryIO,
    document: Document,
    shown: Format | None,
    how: Reading,
    before: Fingerprint | None,
    parser: Parser,
) -> Iterator[Event]:
    place = document.location
    if before is not None and before.recipe != how.recipe:
        before = None
    if before is not None and document.stamp and before.stamp == document.stamp:
        yield Unchanged(place, before)
        return
    stream.seek(0)
    sha256 = _hash(stream)
    fingerprint = Fingerprint(how.recipe, document.stamp, sha256)
    if before is not None and before.sha256 == sha256:
        yield Unchanged(place, fingerprint)
        return
    stream.seek(0)
    whole = True
    for found, original in _articles(stream, document, _format(shown, how.kind), how, parser):
        if isinstance(found, Unread):
            whole = False
            yield found
        else:
            yield Found(found, place, original)
    if whole:
        yield Read(place, fingerprint)


def _format(shown: Format | None, kind: Kind | None) -> Format:
    """Return the format to read by: the one that the settings name, else the one shown."""
    if kind is None:
        return shown or "dump"
    # What a browser saved as one file is a page, and reads as the settings' `html`.
    return shown if kind == "html" and shown in ("mhtml", "webarchive") else kind


def _articles(
    stream: BinaryIO, document: Document, form: Format, how: Reading, parser: Parser
) -> Rows:
    place, labels, limits = document.location, how.labels, how.limits
    if form in _ROWS:
        yield from _ROWS[form](stream, place, labels, how.names, limits)
        return
    data = stream.read(limits.document_bytes + 1)
    if len(data) > limits.document_bytes:
        raise SourceError(
            f"is larger than {limits.document_bytes:,} bytes; split it, or raise "
            "`limits.document_bytes`"
        )
    for found in _whole(data, document, form, how, parser):
        yield found, data


def _whole(
    data: bytes, document: Document, form: Format, how: Reading, parser: Parser
) -> Iterator[Article | Unread]:
    place, name, labels = document.location, document.name, how.labels
    if form == "sitemap":
        raise SourceError("is a site's map; name its web address as a source")
    if form == "zip":
        raise SourceError("is no zip, whatever its name; pack it anew or rename it")
    if form == "html":
        yield from parser.read(read_html, data, place, name, labels, document.url)
    elif form in _CONFINED:
        yield from parser.read(_CONFINED[form], data, place, name, labels)
    elif form == "markdown":
        yield from read_markdown(data, place, name, labels)
    else:
        yield from read_dump(data, place, name, how.form, labels)
