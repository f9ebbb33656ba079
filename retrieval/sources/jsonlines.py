"""JSON lines: an article a line, as the bulk format and BEIR's corpus files have it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from retrieval.errors import SourceError
from retrieval.sources import Labels, Limits, Unread
from retrieval.sources.rows import read_row
from retrieval.types import Article


def _lines(stream: BinaryIO, most: int) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number; of one longer than `most`, more than `most` bytes."""
    number = 0
    while line := stream.readline(most + 1):
        number += 1
        yield number, line
        while len(line) > most and not line.endswith(b"\n"):
            line = stream.readline(most + 1)


def read_json_lines(
    stream: BinaryIO,
    location: str,
    labels: Labels = Labels(),
    names: Mapping[str, str] | None = None,
    limits: Limits = Limits(),
) -> Iterator[tuple[Article | Unread, bytes]]:
    """Yield an article for each line, with the line's bytes; empty lines apart.

    Args:
        stream: The document's bytes.
        location: Where they are read.
        labels: What an article gets where its line does not say so.
        names: The lines' names for the fields that they call by another.
        limits: How long a line may be.

    Raises:
        SourceError: The document holds nothing.
    """
    empty = True
    for number, line in _lines(stream, limits.row_bytes):
        if not line.strip():
            continue
        empty = False
        place = f"{location}:{number}"
        if len(line) > limits.row_bytes:
            yield Unread(place, f"is longer than {limits.row_bytes:,} bytes; shorten it"), b""
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            yield Unread(place, f"is not JSON in UTF-8 ({error}); mend the line"), b""
            continue
        if not isinstance(row, dict):
            reason = 'is not an object; write {"title": …, "text": …} on each line'
            yield Unread(place, reason), b""
            continue
        yield read_row(row, place, labels, names or {}), line
    if empty:
        raise SourceError("is empty; put an article into it or leave it out")
