"""JSON lines: an article a line, as the bulk format and BEIR's corpus files have it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from retrieval.clean import repair
from retrieval.errors import SourceError
from retrieval.sources import Unread
from retrieval.sources.dump import opening_words
from retrieval.sources.fields import as_authors, as_link, as_text, as_time
from retrieval.types import PUBLIC, Article


def _field(row: dict[str, object], name: str) -> object:
    """Return a row's field, or the one of BEIR's `metadata` by that name."""
    metadata = row.get("metadata")
    nested = metadata.get(name) if isinstance(metadata, dict) else None
    value = row.get(name)
    return nested if value is None else value


def _article(row: object, location: str, source: str | None, collection: str) -> Article | Unread:
    if not isinstance(row, dict):
        return Unread(location, 'is not an object; write {"title": …, "text": …} on each line')
    text = row.get("text")
    if not isinstance(text, str) or not (text := repair(text).strip()):
        return Unread(location, 'has no text; give it a "text"')
    try:
        published = as_time(_field(row, "published_at"))
    except ValueError as error:
        return Unread(location, f'has a "published_at" that is no ISO 8601 time ({error}); mend it')
    return Article(
        title=as_text(row.get("title")) or opening_words(text),
        text=text,
        location=location,
        given_id=as_text(row.get("id")) or as_text(row.get("_id")),
        url=as_link(_field(row, "url")),
        source=as_text(_field(row, "source")) or source,
        authors=as_authors(_field(row, "authors")),
        published_at=published,
        collection=as_text(_field(row, "collection")) or collection,
    )


def read_json_lines(
    path: Path, source: str | None = None, collection: str = PUBLIC
) -> Iterator[Article | Unread]:
    """Yield an article for each line of a JSON lines file, empty lines apart.

    Args:
        path: The file.
        source: The publication, where a line names none.
        collection: The collection, where a line names none.

    Raises:
        SourceError: The file cannot be opened or holds nothing.
    """
    empty = True
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                empty = False
                location = f"{path}:{number}"
                try:
                    row = json.loads(line.decode("utf-8-sig"))
                except (ValueError, RecursionError) as error:
                    yield Unread(location, f"is not JSON in UTF-8 ({error}); mend the line")
                    continue
                yield _article(row, location, source, collection)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SourceError(f"cannot be opened ({reason}); check its path and permissions") from error
    if empty:
        raise SourceError("is empty; put an article into it or leave it out")
