"""JSON lines: an article a line, as the bulk format and BEIR's corpora have it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.sources import Labels, Limits, Unread
from retrieval.sources.jsonlines import read_json_lines
from retrieval.types import Article


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a test writes its file."""
    return tmp_path / "corpus.jsonl"


def _read(path: Path, *rows: object) -> list[Article | Unread]:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return _all(path, Labels("Canal Gazette", "staff"))


def _all(path: Path, labels: Labels = Labels(), **more: Any) -> list[Article | Unread]:
    with path.open("rb") as stream:
        return [found for found, _ in read_json_lines(stream, str(path), labels, **more)]


def _one(path: Path, **row: Any) -> Article:
    (found,) = _read(path, row)
    assert isinstance(found, Article), found
    return found


def test_a_row_gives_every_field(path: Path) -> None:
    """Each field of the bulk format arrives in the article."""
    article = _one(
        path,
        id="k-1",
        title="The keeper",
        text="Open the gates.\n\nClose them.",
        url="https://example.org/k",
        source="Lock News",
        authors=["Maud Ferrier", "Ian Berg"],
        published_at="2025-03-01T08:00:00+00:00",
        collection="crew",
    )
    assert (
        Article(
            title="The keeper",
            text="Open the gates.\n\nClose them.",
            location=f"{path}:1",
            given_id="k-1",
            url="https://example.org/k",
            source="Lock News",
            authors=("Maud Ferrier", "Ian Berg"),
            published_at=datetime(2025, 3, 1, 8, tzinfo=UTC),
            collection="crew",
        )
        == article
    )


def test_a_row_of_beir_gives_its_metadata(path: Path) -> None:
    """BEIR's `_id` is the id, and its `metadata` gives what the row itself leaves out."""
    metadata = {"url": "https://example.org/k", "authors": "Maud; Ian", "source": "Lock News",
                "published_at": "2025-03-01", "collection": "crew"}  # fmt: skip
    article = _one(path, _id="d7", title="T", text="Text.", metadata=metadata, source="Own")
    assert ("d7", "https://example.org/k", "Own", ("Maud", "Ian"), "crew") == (
        article.given_id, article.url, article.source, article.authors, article.collection,
    )  # fmt: skip
    assert datetime(2025, 3, 1, tzinfo=UTC) == article.published_at


@pytest.mark.parametrize(
    ("row", "given_id"),
    [
        ({"id": "a", "_id": "b"}, "a"),
        ({"id": None, "_id": "b"}, "b"),
        ({"id": "", "_id": "b"}, "b"),
        ({"id": 7}, "7"),
        ({"id": 0}, "0"),
        ({"id": " spaced\tout "}, "spaced out"),
        ({"id": ["a"]}, None),
        ({"id": True}, None),
        ({}, None),
    ],
)
def test_an_id_is_text_or_a_number(path: Path, row: dict[str, Any], given_id: str | None) -> None:
    """The source's id is kept as text; what cannot be one is none."""
    assert given_id == _one(path, text="Text.", **row).given_id


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ({"title": None}, "title", "Some text here."),
        ({"title": " "}, "title", "Some text here."),
        ({"title": ["x"]}, "title", "Some text here."),
        ({"title": "Salt &amp; pepper\n again"}, "title", "Salt & pepper again"),
        ({"title": 1984}, "title", "1984"),
        ({"url": "not a link"}, "url", None),
        ({"url": {"href": "x"}}, "url", None),
        ({"url": "javascript:alert(1)"}, "url", None),
        ({"source": None}, "source", "Canal Gazette"),
        ({"source": ["x"]}, "source", "Canal Gazette"),
        ({"collection": ""}, "collection", "staff"),
        ({"authors": "Maud Ferrier"}, "authors", ("Maud Ferrier",)),
        ({"authors": None}, "authors", ()),
        ({"authors": {"name": "Maud"}}, "authors", ()),
        ({"authors": [{"name": "Maud"}, "Ian", ["x"]]}, "authors", ("Ian",)),
        ({"authors": True}, "authors", ()),
        ({"published_at": None}, "published_at", None),
        ({"published_at": ""}, "published_at", None),
        ({"metadata": None}, "url", None),
        ({"metadata": ["url"]}, "url", None),
        ({"metadata": "url"}, "url", None),
        ({"unknown": {"deep": [1]}}, "url", None),
    ],
)
def test_a_field_of_the_wrong_kind_is_unknown(
    path: Path, row: dict[str, Any], field: str, value: object
) -> None:
    """What a row gives in a way that means nothing is unknown, never guessed."""
    assert value == getattr(_one(path, text="Some text here.", **row), field)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "is not JSON"),
        ("{'single': 'quotes'}", "is not JSON"),
        ('{"text": "cut off', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"text": "a", "id": ' + "9" * 5000 + "}", "is not JSON"),
        ("[1, 2]", "is not an object"),
        ('"text"', "is not an object"),
        ("null", "is not an object"),
        ("{}", "has no text"),
        ('{"text": ""}', "has no text"),
        ('{"text": " \\n\\u00a0\\u200b"}', "has no text"),
        ('{"text": null}', "has no text"),
        ('{"text": ["a"]}', "has no text"),
        ('{"text": 5}', "has no text"),
        ('{"title": "T"}', "has no text"),
        ('{"text": "T", "published_at": "yesterday"}', "no ISO 8601 time"),
        ('{"text": "T", "published_at": 1740787200}', "no ISO 8601 time"),
        ('{"text": "T", "published_at": {"$date": 0}}', "no ISO 8601 time"),
        ('{"text": "T", "published_at": true}', "no ISO 8601 time"),
    ],
)
def test_a_broken_row_is_reported_and_the_rest_is_read(path: Path, line: str, reason: str) -> None:
    """A row that is no article is reported with its line and cure; its neighbours are read."""
    good = json.dumps({"title": "T", "text": "Text."})
    path.write_text(f"{good}\n\n{line}\n{good}\n")
    first, broken, last = _all(path)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(broken, Unread)
    assert f"{path}:3" == broken.location
    assert reason in broken.reason
    assert ";" in broken.reason
    assert f"{path}:4" == last.location


def test_bytes_that_are_not_utf8_spoil_their_own_row_alone(path: Path) -> None:
    """A row in another encoding is reported; a byte order mark, CRLF and empty lines are not."""
    path.write_bytes(
        b'\xef\xbb\xbf{"text": "One."}\r\n\r\n{"text": "caf\xe9"}\r\n{"text": "Two."}\r\n'
    )
    first, broken, last = _all(path)
    assert isinstance(first, Article)
    assert isinstance(broken, Unread)
    assert isinstance(last, Article)
    assert ("One.", f"{path}:3", "Two.") == (first.text, broken.location, last.text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"lone \ud800 surrogate", "lone \ufffd surrogate"),
        (r"pair \ud83d\ude00", "pair 😀"),
        (r"null \u0000 byte", "null byte"),
        (r"escape \u001b[31m", "escape"),
        (r"line\r\nend\u2028s", "line\nend\ns"),
    ],
)
def test_every_character_can_be_stored(path: Path, raw: str, text: str) -> None:
    """Surrogates, NULs and other control characters of a row are mended in every field."""
    path.write_text(f'{{"id": "{raw}", "title": "{raw}", "text": "{raw}", "authors": ["{raw}"]}}')
    (article,) = _all(path)
    assert isinstance(article, Article)
    assert text == article.text
    line = " ".join(text.split())
    assert (line, line, (line,)) == (article.title, article.given_id, article.authors)


def test_a_huge_row_is_an_article_like_others(path: Path) -> None:
    """A row of a million words is read whole."""
    article = _one(path, text="gate " * 1_000_000)
    assert 5 * 1_000_000 - 1 == len(article.text)


@pytest.mark.parametrize("data", [b"", b"\n \n\r\n"])
def test_an_empty_file_gets_a_sentence(path: Path, data: bytes) -> None:
    """A file without a row is refused with what cures it."""
    path.write_bytes(data)
    with pytest.raises(SourceError, match="is empty; "):
        _all(path)


def test_a_row_beyond_the_limit_is_reported_and_passed_over(path: Path) -> None:
    """An endless row costs no memory; the rows behind it keep their line numbers."""
    path.write_text('{"text": "One."}\n{"text": "' + "x" * 5000 + '"}\n{"text": "Two."}\n')
    one, long, two = _all(path, limits=Limits(row_bytes=1000))
    assert Unread(f"{path}:2", "is longer than 1,000 bytes; shorten it") == long
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert ("One.", "Two.", f"{path}:3") == (one.text, two.text, two.location)


def test_every_row_comes_with_its_bytes(path: Path) -> None:
    """The bytes that an article was read from are its line, as it stands."""
    path.write_bytes(b'\xef\xbb\xbf{"text": "One &amp; two."}\r\n{"text": "Three."}')
    with path.open("rb") as stream:
        found = [original for _, original in read_json_lines(stream, "rows")]
    assert [b'\xef\xbb\xbf{"text": "One &amp; two."}\r\n', b'{"text": "Three."}'] == found


def test_fields_may_have_other_names(path: Path) -> None:
    """Rows may call the fields what they like, where the source's settings say how."""
    path.write_text('{"headline": "Gates", "body": "Shut.", "title": "no", "by": ["Ann Lee"]}')
    names = {"title": "headline", "text": "body", "authors": "by"}
    (article,) = _all(path, names=names)
    assert isinstance(article, Article)
    assert ("Gates", "Shut.", ("Ann Lee",)) == (article.title, article.text, article.authors)
    path.write_text('{"headline": "Gates"}')
    (unread,) = _all(path, names=names)
    assert Unread(f"{path}:1", 'has no text; give it a "body"') == unread


def test_the_rarer_fields_are_read(path: Path) -> None:
    """Time of change, language, licence, tags, aliases arrive; what is not stated stays unknown."""
    article = _one(
        path, text="Text.", updated_at="2025-03-02T10:00:00+02:00", language="pt_br",
        license="CC BY 4.0", tags=["locks", "gates", "locks"], aliases="Old lock; Gate",
    )  # fmt: skip
    tags, aliases = ("locks", "gates"), ("Old lock", "Gate")
    assert ("2025-03-02T10:00:00+02:00", "pt-BR", "CC BY 4.0", tags, aliases) == (
        article.updated_at and article.updated_at.isoformat(),
        article.language, article.licence, article.tags, article.aliases,
    )  # fmt: skip
    plain = _one(path, text="Text.", language="English, mostly")
    assert (None, None, None, (), ()) == (
        plain.updated_at, plain.language, plain.licence, plain.tags, plain.aliases,
    )  # fmt: skip


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = "id _id title text url source authors published_at collection metadata".split()


@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_object_is_an_article_or_is_reported(
    tmp_path_factory: pytest.TempPathFactory, row: dict[str, Any]
) -> None:
    """No object, whatever its values, ends the reading; an article always has title and text."""
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_text(json.dumps(row))
    (found,) = _all(path)
    if isinstance(found, Article):
        assert found.title
        assert found.text.strip()
        f"{found}".encode()
    else:
        assert f"{path}:1" == found.location
