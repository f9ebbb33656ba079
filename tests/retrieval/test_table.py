"""CSV: an article a row."""

from __future__ import annotations

import contextlib
import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.sources import Labels, Limits, Unread
from retrieval.sources.table import read_table
from retrieval.types import Article


def _read(text: str | bytes, **more: Any) -> list[Article | Unread]:
    data = text.encode() if isinstance(text, str) else text
    return [found for found, _ in read_table(io.BytesIO(data), "t.csv", **more)]


def _one(text: str | bytes, **more: Any) -> Article:
    (found,) = _read(text, **more)
    assert isinstance(found, Article), found
    return found


def test_the_first_row_names_the_fields() -> None:
    """Every field arrives in its place, in whatever order and case its columns stand."""
    article = _one(
        "Text,ID,title,url,authors,published_at,tags,licence\n"
        '"Shut, at night.\n\nOpen by day.",7,Gates,https://example.org/7,'
        '"Ann Lee; Bo Chen",2025-03-01,"locks, gates",CC0\n',
        labels=Labels("Canal Gazette", "crew"),
    )
    assert ("Gates", "Shut, at night.\n\nOpen by day.", "7", "https://example.org/7") == (
        article.title, article.text, article.given_id, article.url,
    )  # fmt: skip
    assert (("Ann Lee", "Bo Chen"), ("locks", "gates"), "CC0", "Canal Gazette", "crew") == (
        article.authors, article.tags, article.licence, article.source, article.collection,
    )  # fmt: skip
    assert article.published_at is not None
    assert "2025-03-01T00:00:00+00:00" == article.published_at.isoformat()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_are_told_by_the_first_row(separator: str, line_end: str, mark: str) -> None:
    """Commas, semicolons and tabs part fields; a byte order mark is no part of the first name."""
    rows = [["title", "text", "id"], ["Gates", "One, two; three.", "7"]]
    lines = [separator.join(f'"{cell}"' for cell in row) for row in rows]
    article = _one(mark + line_end.join(lines))
    assert ("Gates", "One, two; three.", "7") == (article.title, article.text, article.given_id)


def test_columns_may_have_other_names() -> None:
    """Columns may be called what they like, where the source's settings say how."""
    names = {"title": "Headline", "text": "Body"}
    article = _one("Body,Headline,title\nShut.,Gates,no\n", names=names)
    assert ("Gates", "Shut.") == (article.title, article.text)


def test_rows_are_located_by_their_first_lines() -> None:
    """A row that spans lines counts them, and every row comes with its bytes."""
    data = b'title,text\nA,"one\ntwo"\n\nB,three\nC\nD,\nE,four'
    found = list(read_table(io.BytesIO(data), "t.csv"))
    assert ["t.csv:2", "t.csv:5", "t.csv:6", "t.csv:7", "t.csv:8"] == [
        each.location for each, _ in found
    ]
    assert [b'A,"one\ntwo"\n', b"B,three\n", b"E,four"] == [
        original for each, original in found if isinstance(each, Article)
    ]
    reasons = [each.reason for each, _ in found if isinstance(each, Unread)]
    assert ["has 1 cells, not 2; mend the row", 'has no text; give it a "text"'] == reasons


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty; put"),
        (b"\n\n", "is empty; put"),
        (b"title,body\nA,B\n", "has no column “text” in its first row; name"),
        (b"title,text\nA,caf\xe9\n", "is not UTF-8; convert"),
        (b'title,text\nA,"one" two\n', "is not well-formed CSV"),
        (b'title,text\nA,"never closed\n' + b"x\n" * 900, "has a row longer than 1,000 bytes"),
        (b"title,text\nA," + b"x" * 2000, "has a row longer than 1,000 bytes"),
        (b"text," + b"x" * 2000, "has a row longer than 1,000 bytes"),
    ],
)
def test_a_table_that_cannot_be_read_gets_a_sentence(data: bytes, reason: str) -> None:
    """What is no table is refused with what cures it."""
    with pytest.raises(SourceError) as refused:
        _read(data, limits=Limits(row_bytes=1000))
    assert str(refused.value).startswith(reason)
    assert ";" in str(refused.value)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=4))
def test_any_cells_are_articles_or_are_reported(cells: list[tuple[str, str]]) -> None:
    """No cell, whatever its characters, ends the reading or shifts into another field."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(["title", "text"])
    writer.writerows(cells)
    data = written.getvalue().encode("utf-8", "replace")
    for each in _read(data):
        assert isinstance(each, Article) or "has no text" in each.reason


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_an_error(data: bytes) -> None:
    """Bytes of no sense end in articles, reports or one sentence."""
    with contextlib.suppress(SourceError):
        for each in _read(b"title,text\n" + data):
            assert isinstance(each, Article) or ";" in each.reason
