"""Read the fixtures as Footnote reads its sources, and say what they become."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from config.settings import DEFAULTS, load_settings
from retrieval.sources import Event, Found, Unread
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.files import FileSource
from retrieval.sources.parser import Parser
from retrieval.types import Article

HERE = Path(__file__).resolve().parent
FIXTURES = HERE / "fixtures"

FOLDERS = ("folders/baths", "folders/press", "saved/chrome")
"""The fixtures that are folders, each read as one source; every other file is one of its own."""

_FIELDS = {
    "csv/museum-archive.csv": {
        "id": "ref",
        "title": "headline",
        "text": "body",
        "authors": "byline",
        "published_at": "date",
        "tags": "section",
        "url": "link",
    }
}
"""What rows call their fields, where they call them by other names than Footnote."""


def names() -> list[str]:
    """Return the fixtures' names: their paths below `fixtures`."""
    files = (p.relative_to(FIXTURES).as_posix() for p in FIXTURES.rglob("*") if p.is_file())
    within = tuple(f"{folder}/" for folder in FOLDERS)
    return sorted([*FOLDERS, *(name for name in files if not name.startswith(within))])


def golden(name: str) -> Path:
    """Return where a fixture's golden file is."""
    return HERE / "golden" / f"{name}.json"


def read(name: str, parser: Parser) -> list[Event]:
    """Return what a fixture yields when it is read with the default settings."""
    dump = load_settings(DEFAULTS).dump
    how = Reading(DumpFormat(dump.title, dump.end), names=_FIELDS.get(name, {}))
    return list(FileSource(FIXTURES / name, how, parser).read(lambda _: None))


def articles(events: list[Event]) -> Iterator[Article]:
    """Yield the articles among what a fixture yields."""
    return (event.article for event in events if isinstance(event, Found))


def outcome(events: list[Event]) -> dict[str, Any]:
    """Return what a fixture becomes, as its golden file has it."""
    unread = [event for event in events if isinstance(event, Unread)]
    return {
        "articles": [_shown(article) for article in articles(events)],
        "unread": [{"location": _place(u.location), "reason": u.reason} for u in unread],
    }


def as_json(value: dict[str, Any]) -> str:
    """Return a golden file's content."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _place(location: str) -> str:
    return location.removeprefix(f"{FIXTURES}/")


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _shown(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "location": _place(article.location),
        "given_id": article.given_id,
        "url": article.url,
        "source": article.source,
        "authors": list(article.authors),
        "published_at": _time(article.published_at),
        "updated_at": _time(article.updated_at),
        "language": article.language,
        "licence": article.licence,
        "tags": list(article.tags),
        "collection": article.collection,
        "text": article.text.split("\n\n"),
        "headings": [article.text[h.start : h.end] for h in article.headings],
        "asides": list(article.asides),
    }
