"""Where articles come from: origins that list documents, formats that read them.

An origin (a file, a folder, a zip, a feed, a site) yields `Document`s. The module
of a document's format turns its bytes into Articles. What flows to the indexer is
a stream of `Event`s, so that nothing is held longer than one document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from retrieval.types import PUBLIC, Article


@dataclass(frozen=True, slots=True)
class Labels:
    """What an article gets where it does not say so itself.

    Attributes:
        source: The publication, or None.
        collection: The collection.
    """

    source: str | None = None
    collection: str = PUBLIC


@dataclass(frozen=True, slots=True)
class Limits:
    """What one source may cost; a breach is reported, and the rest is read.

    Attributes:
        document_bytes: Bytes of one document, unpacked.
        row_bytes: Bytes of one row of JSON lines or CSV.
        archive_bytes: Bytes of one zip's members together, unpacked.
        documents: Documents of one source.
        seconds: Seconds that one document may keep its parser.
    """

    document_bytes: int = 50_000_000
    row_bytes: int = 10_000_000
    archive_bytes: int = 2_000_000_000
    documents: int = 100_000
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Document:
    """A file, a zip's member or a web page, not read yet.

    Attributes:
        location: What names it from run to run: a path, `zip!/member`, a web address.
        name: Its file name, for the ending and as the title of last resort.
        stamp: What changes with it without reading it (size and time), "" if unknown.
        open: Opens its bytes.
        url: The web address that its bytes were read from, None for a file.
        optional: Whether it is passed over where it holds no article, as a folder's
            pictures are.
    """

    location: str
    name: str
    stamp: str
    open: Callable[[], BinaryIO]
    url: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a document was when it was last read.

    Attributes:
        recipe: How it was read: the source's settings and the readers' code.
        stamp: Its document's stamp; of a web page, its validators.
        sha256: The hash of its bytes.
    """

    recipe: str
    stamp: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Found:
    """An article, the document it stands in, and the bytes it was read from."""

    article: Article
    document: str
    original: bytes


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that a source could not read.

    Attributes:
        location: The file, the web address, and the line where a file holds several.
        reason: Why, and what cures it.
        listing: Whether it is a list of documents, so that what it no longer names
            may still be there.
    """

    location: str
    reason: str
    listing: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A document has been read to its end, nothing in it failing."""

    document: str
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A document is what it was: its articles stand as they are."""

    document: str
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Gone:
    """A document that is still listed is there no more.

    Attributes:
        document: The document.
        reason: What its host said, and what cures it.
    """

    document: str
    reason: str


Event = Found | Read | Unchanged | Gone | Unread

Known = Callable[[str], Fingerprint | None]
"""Returns a document's fingerprint from the last run, None where it must be read."""


class Source(Protocol):
    """An origin of articles."""

    @property
    def origin(self) -> str:
        """What names this source from run to run."""
        ...

    @property
    def lists_all(self) -> bool:
        """Whether what a run does not list is gone; a feed lists only its latest."""
        ...

    @property
    def repeats(self) -> bool:
        """Whether two articles of one identity are two; two addresses of one page are not."""
        ...

    def read(self, known: Known) -> Iterator[Event]:
        """Yield what every document holds, in a stable order.

        Args:
            known: What the documents were when they were last read.
        """
        ...
