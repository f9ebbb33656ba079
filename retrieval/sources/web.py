"""Web addresses as sources: a page, the pages of a site's map, or what a feed tells of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from io import BytesIO

from retrieval.errors import SourceError
from retrieval.sources import (
    Document,
    Event,
    Fingerprint,
    Found,
    Gone,
    Known,
    Unchanged,
    Unread,
)
from retrieval.sources.addresses import web_address
from retrieval.sources.documents import Reading, read_document
from retrieval.sources.entries import Entry, completed
from retrieval.sources.feed import Feed, read_entry, read_feed
from retrieval.sources.fetch import Fetched, Fetcher, NotThere
from retrieval.sources.parser import Parser
from retrieval.sources.served import PageKind, as_utf8, document_of, kind_of, page_name
from retrieval.sources.sitemap import read_sitemap

_DEPTH = 3
"""How many sitemaps deep a site may nest its pages."""
_SITEMAPS = 1_000
"""Sitemaps of one site that are read."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A page that is to be read.

    Attributes:
        url: The address by which it is listed.
        entry: What a feed tells of it, None where no feed lists it.
    """

    url: str
    entry: Entry | None = None


class WebSource:
    """A page, a site's map or a feed, fetched anew at every run as far as it has changed.

    Attributes:
        origin: Its address.
        lists_all: Whether what a run does not list is gone: True until a run finds a
            feed, which lists only its latest.
        repeats: False: two addresses of one article are one article.
    """

    repeats = False

    def __init__(
        self,
        url: str,
        how: Reading,
        parser: Parser,
        fetcher: Fetcher,
        *,
        kind: PageKind | None = None,
        follow: bool = True,
    ) -> None:
        """Prepare a source.

        Args:
            url: Its address.
            how: How its pages are read, and which of them.
            parser: Where formats are read that could hang.
            fetcher: Fetches pages.
            kind: What the address leads to; told by what comes if None.
            follow: Whether a feed's entries are read from their pages, not from the
                feed's own text.

        Raises:
            SourceError: The address is none.
        """
        try:
            self.origin = web_address(url)
        except SourceError as error:
            raise SourceError(f"{url} {error}.") from error
        self.lists_all = True
        # A feed's format is not that of its pages.
        self._how = replace(how, kind=None) if how.kind == "feed" else how
        self._parser = parser
        self._fetcher = fetcher
        self._kind = kind
        self._follow = follow
        self._met: set[str] = set()
        self._sitemaps: set[str] = set()

    def read(self, known: Known) -> Iterator[Event]:
        """Yield what every page holds, in the order of their listing.

        Args:
            known: What the pages were when they were last read.
        """
        self.lists_all = True
        self._met, self._sitemaps = set(), set()
        may_be_page = self._kind == "page" or (self._kind is None and self._follow)
        before = self._before(self.origin, known) if may_be_page else None
        try:
            fetched = self._fetch(self.origin, before)
            kind = self._kind or (
                "page" if fetched.status == HTTPStatus.NOT_MODIFIED else kind_of(fetched)
            )
        except NotThere as error:
            if self._kind == "page" or before is not None:
                yield Gone(self.origin, str(error))
            else:
                yield Unread(self.origin, str(error), listing=True)
        except SourceError as error:
            yield Unread(self.origin, str(error), listing=True)
        else:
            if kind == "feed":
                self.lists_all = False
                yield from self._read_feed(fetched, known)
            elif kind == "sitemap":
                yield from self._read_sitemap(fetched, known)
            else:
                yield from self._read_fetched(_Listed(self.origin), fetched, before, known)

    def _fetch(self, address: str, before: Fingerprint | None = None) -> Fetched:
        return as_utf8(self._fetcher.fetch(address, before.stamp if before else ""))

    # Feeds.

    def _read_feed(self, fetched: Fetched, known: Known) -> Iterator[Event]:
        if not self._follow:
            yield from self._read_own_text(fetched, known)
            return
        try:
            feed = self._parser.run(read_feed, fetched.data, fetched.url)
        except SourceError as error:
            yield Unread(self.origin, str(error), listing=True)
            return
        linked = (_Listed(entry.link, entry) for entry in feed.entries if entry.link)
        yield from self._read_listed(linked, known, feed.title)
        yield from self._read_unlinked(feed, fetched)

    def _read_own_text(self, fetched: Fetched, known: Known) -> Iterator[Event]:
        """Yield the articles that a feed carries itself."""
        # Without its validators: by them a feed could not be told from a page, where
        # the next run finds another kind or is to follow.
        name = page_name(fetched)
        document = Document(self.origin, name, "", lambda: BytesIO(fetched.data), fetched.url)
        how = replace(self._how, kind="feed")
        for event in read_document(document, how, known, self._parser):
            url = event.article.url if isinstance(event, Found) else None
            if url is None or self._how.selection.takes(url):
                yield event

    def _read_unlinked(self, feed: Feed, fetched: Fetched) -> Iterator[Event]:
        """Yield the articles of entries that lead to no page."""
        labels = self._how.labels
        labels = replace(labels, source=labels.source or feed.title)
        for number, entry in enumerate(feed.entries, start=1):
            if entry.link is None:
                place = f"{self.origin}:{number}"
                try:
                    found = self._parser.read(read_entry, entry, place, labels)
                except SourceError as error:
                    yield Unread(place, str(error))
                    continue
                for each in found:
                    if isinstance(each, Unread):
                        yield each
                    else:
                        yield Found(each, self.origin, fetched.data)

    # Sitemaps.

    def _read_sitemap(self, fetched: Fetched, known: Known) -> Iterator[Event]:
        none = True
        for event in self._read_listed(self._sitemap_pages(self.origin, fetched), known):
            none = False
            yield event
        if none:
            reason = "lists no page that is wanted; check `include` and `exclude`"
            yield Unread(self.origin, reason, listing=True)

    def _sitemap_pages(
        self, address: str, fetched: Fetched | None = None, depth: int = 1
    ) -> Iterator[_Listed | Unread]:
        """Yield the pages of a sitemap and of those it lists, none of which is read twice.

        Args:
            address: The sitemap's address.
            fetched: The sitemap, if it is there already.
            depth: How many sitemaps deep it is listed.
        """
        self._sitemaps.add(address)
        most = self._how.limits.document_bytes
        try:
            fetched = fetched or self._fetch(address)
            sitemap = self._parser.run(read_sitemap, fetched.data, fetched.url, most)
        except SourceError as error:
            yield Unread(address, str(error), listing=True)
            return
        yield from map(_Listed, sitemap.pages)
        for further in sitemap.sitemaps:
            if further in self._sitemaps:
                continue
            if depth == _DEPTH:
                reason = f"is a sitemap over {_DEPTH} sitemaps deep; name it as a source of its own"
                yield Unread(further, reason, listing=True)
            elif len(self._sitemaps) < _SITEMAPS:
                yield from self._sitemap_pages(further, depth=depth + 1)
            else:
                reason = f"lists over {_SITEMAPS:,} sitemaps; name them as sources of their own"
                yield Unread(address, reason, listing=True)
                return

    # Pages.

    def _read_listed(
        self, listed: Iterable[_Listed | Unread], known: Known, source: str | None = None
    ) -> Iterator[Event]:
        """Yield what the listed pages hold, as far as they are wanted, each of them once.

        Args:
            listed: The pages.
            known: What they were when they were last read.
            source: The publication that lists them, where they name none.
        """
        met: set[str] = set()
        most = self._how.limits.documents
        for each in listed:
            if isinstance(each, Unread):
                yield each
            elif each.url not in met and self._how.selection.takes(each.url):
                met.add(each.url)
                if len(met) > most:
                    reason = f"lists over {most:,} pages; narrow it, or raise `limits.documents`"
                    yield Unread(self.origin, reason, listing=True)
                    return
                yield from self._read_page(each, known, source)

    def _read_page(self, listed: _Listed, known: Known, source: str | None) -> Iterator[Event]:
        before = self._before(listed.url, known)
        try:
            fetched = self._fetch(listed.url, before)
        except NotThere as error:
            yield Gone(listed.url, str(error))
        except SourceError as error:
            yield Unread(listed.url, str(error))
        else:
            yield from self._read_fetched(listed, fetched, before, known, source)

    def _before(self, address: str, known: Known) -> Fingerprint | None:
        """Return what a page was, where it was read as it would be read now."""
        before = known(address)
        return before if before and before.recipe == self._how.recipe else None

    def _read_fetched(
        self,
        listed: _Listed,
        fetched: Fetched,
        before: Fingerprint | None,
        known: Known,
        source: str | None = None,
    ) -> Iterator[Event]:
        """Yield what a page holds, unless another address led to it before."""
        if fetched.url in self._met:
            return
        self._met.add(fetched.url)
        if before is not None and fetched.status == HTTPStatus.NOT_MODIFIED:
            yield Unchanged(listed.url, replace(before, stamp=fetched.validators))
            return
        try:
            document = document_of(fetched, listed.url)
        except SourceError as error:
            yield Unread(listed.url, str(error))
            return

        def known_by_bytes(place: str) -> Fingerprint | None:
            # What was sent in full is compared in full, whatever its validators say.
            return (before and replace(before, stamp="")) if place == listed.url else known(place)

        for event in read_document(document, self._how, known_by_bytes, self._parser):
            if isinstance(event, Found) and listed.entry and event.article.location == listed.url:
                article = completed(event.article, listed.entry, document.name, source)
                yield replace(event, article=article)
            else:
                yield event
