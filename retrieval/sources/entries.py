"""What a feed tells of an article, beside what the article's own page tells; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath

from retrieval.types import Article


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one article; what it does not say is None or empty.

    Attributes:
        title: The article's title.
        link: Its web address.
        id: What the feed calls it, from run to run.
        authors: Who wrote it.
        published_at: When it was published.
        updated_at: When it was last changed.
        language: Its language.
        licence: Its licence, or the feed's.
        tags: What it is filed under.
        content: Its text as HTML: whole where the feed gives it, else the summary.
        whole: Whether the feed gives it as content, not as a summary.
    """

    title: str | None = None
    link: str | None = None
    id: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None
    licence: str | None = None
    tags: tuple[str, ...] = ()
    content: str = ""
    whole: bool = False


def as_told(article: Article, entry: Entry) -> Article:
    """Return an article as its entry tells of it, where the entry does."""
    return replace(
        article,
        title=entry.title or article.title,
        given_id=entry.id if entry.id != entry.link else None,
        url=entry.link,
        authors=entry.authors or article.authors,
        published_at=entry.published_at or article.published_at,
        updated_at=entry.updated_at or article.updated_at,
        language=entry.language or article.language,
        licence=entry.licence or article.licence,
        tags=entry.tags or article.tags,
    )


def completed(article: Article, entry: Entry, name: str, source: str | None) -> Article:
    """Return an article of a page with what the page leaves out and its feed tells.

    Args:
        article: The article, as its page tells of it.
        entry: The feed's entry that led to the page.
        name: The title of last resort that the article's page was read with.
        source: The feed's title, or None.
    """
    untitled = article.title == PurePath(name).stem
    return replace(
        article,
        title=(entry.title if untitled else None) or article.title,
        source=article.source or source,
        authors=article.authors or entry.authors,
        published_at=article.published_at or entry.published_at,
        updated_at=article.updated_at or entry.updated_at,
        language=article.language or entry.language,
        licence=article.licence or entry.licence,
        tags=article.tags or entry.tags,
    )
