"""CSV: an article a row, its fields named by the first row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from retrieval.errors import SourceError
from retrieval.sources import Labels, Limits, Unread
from retrieval.sources.rows import read_row
from retrieval.types import Article


class _Lines:
    """The lines of a stream as text, keeping the bytes of those taken since the last row."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self._most = most
        self.taken = b""

    def __iter__(self) -> Iterator[str]:
        first = True
        while line := self._stream.readline(self._most + 1):
            self.taken += line
            if len(self.taken) > self._most:
                raise SourceError(
                    f"has a row longer than {self._most:,} bytes (a quotation mark may be "
                    "open); mend it"
                )
            yield line.decode("utf-8-sig" if first else "utf-8")
            first = False

    def take(self) -> bytes:
        """Return the bytes of one row."""
        taken, self.taken = self.taken, b""
        return taken


def _separator(header: str) -> str:
    """Return what parts a header's names: the commonest of comma, semicolon and tab."""
    return max(",;\t", key=header.count)


def read_table(
    stream: BinaryIO,
    location: str,
    labels: Labels = Labels(),
    names: Mapping[str, str] | None = None,
    limits: Limits = Limits(),
) -> Iterator[tuple[Article | Unread, bytes]]:
    """Yield an article for each row, with the row's bytes.

    Args:
        stream: The document's bytes, in UTF-8.
        location: Where they are read.
        labels: What an article gets where its row does not say so.
        names: The columns' names for the fields that they call by another.
        limits: How long a row may be.

    Raises:
        SourceError: The document holds nothing, has no column of texts, is not
            UTF-8, or cannot be read to its end.
    """
    lines = _Lines(stream, limits.row_bytes)
    text = (names or {}).get("text", "text")
    before = csv.field_size_limit(limits.row_bytes)
    try:
        header = next(iter(lines), "")
        if not header.strip():
            raise SourceError("is empty; put an article into it or leave it out")
        columns = [
            name.strip() for name in next(csv.reader([header], delimiter=_separator(header)))
        ]
        columns = [name if name in (names or {}).values() else name.lower() for name in columns]
        if text not in columns:
            raise SourceError(
                f"has no column “{text}” in its first row; name its columns there, or say what "
                "they are called under `fields`"
            )
        lines.take()
        rows = csv.reader(lines, delimiter=_separator(header), strict=True)
        yield from _rows(rows, lines, columns, location, labels, names or {})
    except csv.Error as error:
        raise SourceError(f"is not well-formed CSV ({error}); mend the row") from error
    except UnicodeDecodeError as error:
        raise SourceError(
            "is not UTF-8; convert it, for example with `iconv -f WINDOWS-1252 -t UTF-8`"
        ) from error
    finally:
        csv.field_size_limit(before)


def _rows(
    rows: Iterator[list[str]],
    lines: _Lines,
    columns: list[str],
    location: str,
    labels: Labels,
    names: Mapping[str, str],
) -> Iterator[tuple[Article | Unread, bytes]]:
    line = 2
    for row in rows:
        taken = lines.take()
        place = f"{location}:{line}"
        line += taken.count(b"\n")
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            yield Unread(place, f"has {len(row)} cells, not {len(columns)}; mend the row"), b""
            continue
        yield read_row(dict(zip(columns, row, strict=True)), place, labels, names), taken
