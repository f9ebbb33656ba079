"""Feeds: RSS and Atom, what their entries say of articles, and the articles they carry whole."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser

from retrieval.errors import SourceError
from retrieval.sources import Labels, Unread
from retrieval.sources.addresses import web_address
from retrieval.sources.authors import clean_authors
from retrieval.sources.entries import Entry, as_told
from retrieval.sources.fields import as_language, as_link, as_text, as_time
from retrieval.sources.html import read_html
from retrieval.sources.xml import mended
from retrieval.types import Article

_BREAK = re.compile(r"<br\b[^>]*>|</(?:p|div|li|h\d)>", re.I)
_TAG = re.compile(r"<[!?/a-z][^>]*>", re.I)
_MARKUP = ("text/html", "application/xhtml+xml")
_CUT = 4
"""Letters after which feedparser holds a mail address for ended: the rest becomes a name."""
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed.

    Attributes:
        title: Its title, or None.
        language: Its language, or None.
        entries: Its entries, in its order.
    """

    title: str | None
    language: str | None
    entries: tuple[Entry, ...]


_Found = Mapping[str, Any]
"""What feedparser found; a hostile feed may have put a value of any type under any name."""


def _value(found: _Found, name: str) -> object:
    return dict.get(found, name) if isinstance(found, dict) else None


def _string(found: _Found, name: str) -> str:
    value = _value(found, name)
    return value if isinstance(value, str) else ""


def _parts(found: _Found, name: str) -> list[_Found]:
    value = _value(found, name)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _part(found: _Found, name: str) -> _Found:
    value = _value(found, name)
    return value if isinstance(value, dict) else {}


def _line(found: _Found, name: str) -> str | None:
    """Return a field as one line of text, its markup taken off where it has any."""
    text = _string(found, name)
    if _string(_part(found, f"{name}_detail"), "type") in _MARKUP:
        text = html.unescape(_TAG.sub("", _BREAK.sub(" ", text)))
    return as_text(text)


def _moment(text: str) -> datetime | None:
    """Return a time as RSS (RFC 822) or Atom (RFC 3339) writes it, None where it is none."""
    try:
        return as_time(text.strip())
    except (ValueError, OverflowError):
        pass
    try:
        moment = parsedate_to_datetime(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _link(entry: _Found, base: str) -> str | None:
    link = _string(entry, "link").strip()
    try:
        return web_address(link, base) if link else None
    except SourceError:
        return None


def _name(author: _Found) -> str | None:
    """Return an author's name; an address of mail is none."""
    name = as_text(_string(author, "name")) or ""
    domain = _string(author, "email").rpartition(".")[2]
    if len(domain) == _CUT and name[:1].islower():
        name = name.partition("(")[2]
    return None if "@" in name else name


def _names(found: _Found) -> tuple[str, ...]:
    """Return authors' names, once each."""
    names = (_name(author) for author in _parts(found, "authors"))
    return tuple(dict.fromkeys(name for name in names if name))


def _licence(found: _Found) -> str | None:
    links = _parts(found, "links")
    linked = (as_link(_string(x, "href")) for x in links if _string(x, "rel") == "license")
    return next(filter(None, linked), None) or _line(found, "rights")


def _content(entry: _Found) -> tuple[str, bool]:
    """Return an entry's text as HTML, and whether it is the whole of it."""
    contents = [c for c in _parts(entry, "content") if _string(c, "value").strip()]
    readable = [c for c in contents if _string(c, "type") in ("text/plain", *_MARKUP)]
    if readable:
        longest = max(readable, key=lambda content: len(_string(content, "value")))
        return _as_html(_string(longest, "value"), _string(longest, "type")), True
    kind = _string(_part(entry, "summary_detail"), "type")
    return _as_html(_string(entry, "summary"), kind), False


def _as_html(text: str, kind: str) -> str:
    """Return a text as HTML; one without a tag has its paragraphs apart by empty lines."""
    if kind not in _MARKUP:
        text = html.escape(text)
    elif _TAG.search(text):
        return text
    paragraphs = (part.strip() for part in _PARAGRAPHS.split(text))
    return "".join(f"<p>{part}</p>" for part in paragraphs if part)


def _language(entry: _Found) -> str | None:
    details = (*_parts(entry, "content"), _part(entry, "summary_detail"))
    stated = (as_language(_string(detail, "language")) for detail in details)
    return next(filter(None, stated), None)


def _entry(entry: _Found, feed: _Found, base: str, *, atom: bool) -> Entry:
    content, whole = _content(entry)
    authors = _names(entry)
    if not authors and atom:
        # Atom says that a feed's authors are its entries'; RSS knows only its editors.
        authors = _names(_part(entry, "source")) or _names(feed)
    published, updated = _moment(_string(entry, "published")), _moment(_string(entry, "updated"))
    if published is None and not atom:
        # RSS's Dublin Core knows one date alone, which is the publication's.
        published, updated = updated, None
    tags = (as_text(_string(tag, "label") or _string(tag, "term")) for tag in _parts(entry, "tags"))
    return Entry(
        title=_line(entry, "title"),
        link=_link(entry, base),
        id=as_text(_string(entry, "id")),
        authors=clean_authors(authors, [_line(feed, "title") or ""], None),
        published_at=published,
        updated_at=updated,
        language=_language(entry) or as_language(_string(feed, "language")),
        licence=_licence(entry) or _licence(feed),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        content=content,
        whole=whole,
    )


def read_feed(data: bytes, location: str) -> Feed:
    """Return what a feed says.

    Args:
        data: Its bytes.
        location: Its address, against which its links are resolved; or its path.

    Raises:
        SourceError: It is no feed, or declares entities.
    """
    base = as_link(location) or ""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": base}
    # A stream: what is no stream, feedparser takes for an address or a file's name first.
    stream = io.BytesIO(mended(data))
    try:
        parsed = feedparser.parse(
            stream, response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except Exception as error:  # feedparser lets through whatever its parsers stumble over
        raise SourceError("cannot be read as a feed; check its address") from error
    version, feed = _string(parsed, "version"), _part(parsed, "feed")
    if not version:
        raise SourceError("is no feed; check its address")
    atom = version.startswith("atom")
    entries = _parts(parsed, "entries")
    return Feed(
        title=_line(feed, "title"),
        language=as_language(_string(feed, "language")),
        entries=tuple(_entry(entry, feed, base, atom=atom) for entry in entries),
    )


def read_feed_articles(
    data: bytes, location: str, name: str, labels: Labels = Labels()
) -> Iterator[Article | Unread]:
    """Yield an article for every entry of a feed, from the entry's own text.

    Args:
        data: The feed's bytes.
        location: Its path or its address.
        name: Its file name; an entry without a title goes by its opening words instead.
        labels: What an article gets where its entry does not say so itself.

    Raises:
        SourceError: It is no feed, or declares entities.
    """
    feed = read_feed(data, location)
    labels = replace(labels, source=labels.source or feed.title)
    for number, entry in enumerate(feed.entries, start=1):
        yield from read_entry(entry, f"{location}:{number}", labels)


def read_entry(entry: Entry, location: str, labels: Labels) -> Iterator[Article | Unread]:
    """Yield the article that an entry carries.

    Args:
        entry: The entry.
        location: Where it stands.
        labels: What the article gets where the entry does not say so itself.
    """
    title = html.escape(entry.title or "")
    heading = f"<h1>{title}</h1>" if title else ""
    page = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article>{heading}{entry.content}</article></body></html>"
    )
    found: list[Article | Unread] = []
    try:
        found += read_html(page.encode(), location, "", labels, entry.link)
    except SourceError as error:
        found.append(Unread(location, str(error)))
    for each in found:
        yield each if isinstance(each, Unread) else as_told(each, entry)
