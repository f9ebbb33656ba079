"""An article from one row of named fields, as JSON lines and CSV give them."""

from __future__ import annotations

from collections.abc import Mapping

from retrieval.clean import repair
from retrieval.sources import Labels, Unread
from retrieval.sources.dump import opening_words
from retrieval.sources.fields import (
    as_aliases,
    as_authors,
    as_language,
    as_link,
    as_tags,
    as_text,
    as_time,
)
from retrieval.types import Article

NAMES = (
    "id", "title", "text", "url", "source", "authors", "published_at", "updated_at",
    "language", "licence", "tags", "collection", "aliases",
)  # fmt: skip
"""The fields of a row."""

_ALSO = {"id": "_id", "licence": "license"}
"""Other names that the field's bulk formats use."""


class _Row:
    """A row's values by our names for them."""

    def __init__(self, row: Mapping[str, object], names: Mapping[str, str]) -> None:
        self._row = row
        metadata = row.get("metadata")
        self._metadata = metadata if isinstance(metadata, dict) else {}
        self._names = names

    def __getitem__(self, name: str) -> object:
        """Return the value of a field, of the row or of BEIR's `metadata`; None for none."""
        for key in (self._names.get(name, name), _ALSO.get(name)):
            if key is not None:
                for values in (self._row, self._metadata):
                    value = values.get(key)
                    if value is not None and value != "":
                        return value
        return None


def read_row(
    row: Mapping[str, object], location: str, labels: Labels, names: Mapping[str, str]
) -> Article | Unread:
    """Return the article of a row, or why there is none.

    Args:
        row: The row's values by its own names for them.
        location: Where it was read.
        labels: What the article gets where the row does not say so.
        names: The row's name for each of `NAMES` that it calls by another.
    """
    values = _Row(row, names)
    text = values["text"]
    if not isinstance(text, str) or not (text := repair(text).strip()):
        return Unread(location, f'has no text; give it a "{names.get("text", "text")}"')
    times = {}
    for name in ("published_at", "updated_at"):
        try:
            times[name] = as_time(values[name])
        except ValueError as error:
            called = names.get(name, name)
            return Unread(location, f'has a "{called}" that is no ISO 8601 time ({error}); mend it')
    return Article(
        title=as_text(values["title"]) or opening_words(text),
        text=text,
        location=location,
        given_id=as_text(values["id"]),
        url=as_link(values["url"]),
        source=as_text(values["source"]) or labels.source,
        authors=as_authors(values["authors"]),
        published_at=times["published_at"],
        updated_at=times["updated_at"],
        language=as_language(values["language"]),
        licence=as_text(values["licence"]),
        tags=as_tags(values["tags"]),
        collection=as_text(values["collection"]) or labels.collection,
        aliases=as_aliases(values["aliases"]),
    )
