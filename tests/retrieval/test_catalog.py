"""The catalog: articles and their versions, answers given, votes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalog import HEAD, Catalog, GivenAnswer, GivenHit, identify
from retrieval.errors import StorageError
from retrieval.types import Article, ArticleRef, ArticleVersion, Heading, Span, digest
from tests.commands import ROOT, environment

ARTICLE = Article(
    title="The keeper: “duties”",
    text="Upper gate\n\nOpen at six. 🚢",
    location="gates.md",
    url="https://example.org/k",
    source="Canal Gazette",
    authors=("Maud Ferrier", "Ian Straße"),
    published_at=datetime(2025, 3, 1, 8, 30, 0, 5, tzinfo=timezone(timedelta(hours=8))),
    collection="crew",
    headings=(Heading(0, 10),),
    asides=("Photo: Lena Weiss",),
)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """Yield an empty catalog."""
    catalog = Catalog(tmp_path / "data")
    yield catalog
    catalog.close()


def _take(catalog: Catalog, *articles: Article, origin: str = "shelf") -> list[ArticleVersion]:
    taken = catalog.take_in([(article, identify(article)) for article in articles], origin)
    return [version for version, _ in taken]


def _changes(catalog: Catalog, *articles: Article, dry_run: bool = False) -> list[str]:
    batch = [(article, identify(article)) for article in articles]
    return [change for _, change in catalog.take_in(batch, "shelf", dry_run=dry_run)]


def test_an_article_comes_back_as_it_went_in(catalog: Catalog) -> None:
    """Every field of a stored version reads back the same; the id its source gave is its own."""
    (version,) = _take(catalog, ARTICLE)
    assert {version.id: version} == catalog.load([version.id])
    (given,) = _take(catalog, replace(ARTICLE, given_id="k-7"))
    assert "k-7" == given.article_id


def test_a_version_that_was_never_stored_is_not_there(catalog: Catalog) -> None:
    """Loading gives what there is, in any number."""
    versions = _take(catalog, *(replace(ARTICLE, url=None, title=f"T{n}") for n in range(1200)))
    ids = [version.id for version in versions]
    assert set(ids) == set(catalog.load([*ids, "nothing"]))
    assert {} == catalog.load([])


def test_the_same_again_is_unchanged_and_new_text_is_a_new_version(catalog: Catalog) -> None:
    """An article's id stays; its version changes with its content, and the old one still loads."""
    assert ["added"] == _changes(catalog, ARTICLE)
    assert ["unchanged"] == _changes(catalog, replace(ARTICLE, location="elsewhere.md"))
    (old,) = catalog.current_versions()
    assert ["changed"] == _changes(catalog, replace(ARTICLE, text="Open at seven."))
    (new,) = catalog.current_versions()
    assert old != new
    found = catalog.load([old, new])
    assert found[old].article_id == found[new].article_id
    assert [ARTICLE.text, "Open at seven."] == [found[v].article.text for v in (old, new)]
    assert ["changed"] == _changes(catalog, ARTICLE)
    assert [old] == catalog.current_versions()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other", "given_id": "k"}, {"url": None, "given_id": "k"},
        {"url": "https://example.org/other", "given_id": "k"}, {"source": None},
        {"authors": ()}, {"published_at": None}, {"collection": "public"}, {"headings": ()},
        {"asides": ()},
        {"published_at": datetime(2025, 3, 1, 0, 30, 0, 5, tzinfo=UTC)},
    ],
)  # fmt: skip
def test_a_version_is_its_whole_content(catalog: Catalog, change: dict[str, object]) -> None:
    """Whatever of an article's content changes, its version does."""
    first = replace(ARTICLE, given_id=str(change.get("given_id", "")) or None)
    _take(catalog, first)
    second = replace(first, **change)  # type: ignore[arg-type]
    assert identify(first) == identify(second)
    assert ["changed"] == _changes(catalog, second)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"given_id": "7"}, {"given_id": "7", "title": "Other", "url": None}, True),
        ({"given_id": "7"}, {"given_id": "8"}, False),
        ({"given_id": "7"}, {"given_id": "7", "source": "Other"}, False),
        ({}, {"title": "Other", "source": None}, True),
        ({}, {"url": "https://example.org/2"}, False),
        ({"url": None}, {"url": None, "text": "Other"}, True),
        ({"url": None}, {"url": None, "title": "Other"}, False),
        ({"url": None}, {"url": None, "source": None}, False),
        ({"url": None, "source": "a", "title": "bc"}, {"url": None, "source": "ab", "title": "c"},
         False),
    ],
)  # fmt: skip
def test_identity_is_id_else_link_else_source_and_title(
    one: dict[str, str | None], other: dict[str, str | None], same: bool
) -> None:
    """What makes two articles the same is the given id, else the link, else source and title."""
    first, second = (replace(ARTICLE, **fields) for fields in (one, other))  # type: ignore[arg-type]
    assert same == (identify(first) == identify(second))


def test_an_id_that_is_taken_is_told_apart(catalog: Catalog) -> None:
    """Two publications may give the same id: the later article's is made distinct, and stays so."""
    one = replace(ARTICLE, given_id="7", source="Gazette")
    other = replace(ARTICLE, given_id="7", source="Post")
    first, second = _take(catalog, one, other)
    assert "7" == first.article_id
    assert second.article_id.startswith("7-")
    assert [second, first] == _take(catalog, other, one)


def test_a_dry_run_says_and_changes_nothing(catalog: Catalog) -> None:
    """A dry run tells what an article would be, and stores none."""
    assert ["added"] == _changes(catalog, ARTICLE, dry_run=True)
    assert ["added"] == _changes(catalog, ARTICLE)
    changed = replace(ARTICLE, text="Other.")
    assert ["changed"] == _changes(catalog, changed, dry_run=True)
    assert ["unchanged"] == _changes(catalog, ARTICLE, dry_run=True)
    (version,) = catalog.load(catalog.current_versions()).values()
    assert ARTICLE.text == version.article.text


def test_a_withdrawn_article_is_not_current_but_resolvable(catalog: Catalog) -> None:
    """What is withdrawn no longer answers, still loads, and comes back as changed or new."""
    first, second = _take(catalog, ARTICLE, replace(ARTICLE, url=None))
    assert [first.id, second.id] == catalog.current_versions()
    catalog.withdraw([ArticleRef(first.article_id, "")])
    catalog.withdraw([])
    assert [second.id] == catalog.current_versions()
    assert [(second.article_id, ARTICLE.title)] == [ref for ref, _ in catalog.standing("shelf")]
    assert {first.id} == set(catalog.load([first.id]))
    assert ["unchanged"] != _changes(catalog, ARTICLE)
    assert [first.id, second.id] == catalog.current_versions()


def test_origins_are_remembered_until_they_are_forgotten(catalog: Catalog) -> None:
    """A source that the settings named, and name no more, is known; a source named once is not."""
    catalog.remember_origins(["a", "b"], configured=True)
    catalog.remember_origins(["b", "named"], configured=False)
    assert ["a", "b"] == sorted(catalog.configured_origins())
    catalog.forget_origins(["a"])
    assert ["b"] == catalog.configured_origins()
    catalog.remember_origins(["named"], configured=True)
    assert ["b", "named"] == sorted(catalog.configured_origins())


def test_a_catalog_is_kept_from_run_to_run(tmp_path: Path) -> None:
    """What one process stored, the next one finds; opening again migrates nothing."""
    first = Catalog(tmp_path)
    (version,) = _take(first, ARTICLE)
    first.remember("key", "value")
    first.close()
    second = Catalog(tmp_path)
    assert [version.id] == second.current_versions()
    assert ("value", None) == (second.recall("key"), second.recall("other"))
    second.remember("key", "newer")
    assert "newer" == second.recall("key")
    second.close()


def test_several_may_open_a_new_folder_at_once(tmp_path: Path) -> None:
    """Processes that meet an empty data folder together all get the one catalog."""
    code = (
        "import sys; from pathlib import Path; from retrieval.catalog import Catalog; "
        "Catalog(Path(sys.argv[1])).remember('key', 'value')"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "new" / "data")]
    running = [subprocess.Popen(command, cwd=ROOT, env=environment()) for _ in range(3)]
    assert [0, 0, 0] == [process.wait(60) for process in running]


def test_threads_may_share_it(catalog: Catalog) -> None:
    """Several threads may write and read at once, and nothing is lost."""

    def work(number: int) -> int:
        _take(catalog, replace(ARTICLE, url=None, title=f"T{number}"))
        catalog.remember(f"key{number % 3}", str(number))
        return len(catalog.current_versions())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(40)))
    assert 40 == len(catalog.current_versions())


@pytest.mark.parametrize("content", [b"garbage" * 100, b"SQLite format 3\x00" + b"\x01" * 2000])
def test_a_file_that_is_no_catalog_says_so(tmp_path: Path, content: bytes) -> None:
    """A damaged catalog is an error with its cure, not a traceback."""
    (tmp_path / "catalog.db").write_bytes(content)
    with pytest.raises(StorageError, match="cannot be used"):
        Catalog(tmp_path)


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """A data folder below a file is an error with its cure."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="set data_dir to a folder you own"):
        Catalog(tmp_path / "file" / "data")
    with pytest.raises(StorageError, match="set data_dir to a folder you own"):
        Catalog(tmp_path / "file")


def test_a_newer_catalog_is_not_touched(tmp_path: Path) -> None:
    """A catalog of a later Footnote is refused with its cure, and left as it is."""
    Catalog(tmp_path).close()
    with sqlite3.connect(tmp_path / "catalog.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = (tmp_path / "catalog.db").read_bytes()
    with pytest.raises(StorageError, match="newest Footnote"):
        Catalog(tmp_path)
    assert before == (tmp_path / "catalog.db").read_bytes()


def test_a_folder_with_strange_signs_is_a_folder(tmp_path: Path) -> None:
    """Percent signs, question marks, spaces and other scripts in the path do no harm."""
    folder = tmp_path / "50% ?x=1#y café 档案 'q'"
    Catalog(folder).close()
    assert (folder / "catalog.db").is_file()


def test_the_migrations_make_what_the_code_speaks(tmp_path: Path) -> None:
    """The migrated schema is the one that the code declares, table for table, column for column."""
    from retrieval.catalog import metadata

    Catalog(tmp_path).close()
    database = sqlite3.connect(tmp_path / "catalog.db")
    made = {
        (table, name, kind, bool(required))
        for table in metadata.tables
        for _, name, kind, required, _, _ in database.execute(f"PRAGMA table_info({table})")
    }
    (head,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    indexes = {
        name
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        if not name.startswith("sqlite_")
    }
    database.close()
    declared = {
        (table.name, column.name, str(column.type), not column.nullable)
        for table in metadata.tables.values()
        for column in table.columns
    }
    assert declared == made
    assert HEAD == head
    assert {str(i.name) for t in metadata.tables.values() for i in t.indexes} == indexes


# Answers given.


def _given(answer_id: str = "a1", **fields: object) -> GivenAnswer:
    hit = GivenHit("v1", 3, 30, (Span(3, 10), Span(11, 30)), (Span(3, 10),), (0.5, 7.25, 0.25, 0.9))
    answer = GivenAnswer(
        id=answer_id, asked_at="2025-03-01T08:00:00+00:00", generation="000001",
        asker_id=2**63 - 1, guild_id=5, channel_id=6, message_id=None, private=False,
        collections=("crew", "public"), answered=True, confidence=0.75, hits=(hit, hit),
    )  # fmt: skip
    return replace(answer, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"guild_id": None, "channel_id": None, "private": True},
        {"collections": None},
        {"collections": ()},
        {"answered": False, "hits": (), "confidence": 0.0},
    ],
)
def test_the_record_of_an_answer_reads_back(catalog: Catalog, fields: dict[str, Any]) -> None:
    """A record holds ids, spans and scores exactly as they were given."""
    answer = _given(**fields)
    catalog.record(answer)
    assert answer == catalog.given("a1")
    assert catalog.given("other") is None


def test_a_record_learns_its_message(catalog: Catalog) -> None:
    """Once sent, an answer is found by its message; recorded again, it is replaced."""
    catalog.record(_given())
    assert catalog.given_in(77) is None
    catalog.sent("a1", 66, 77)
    assert _given(channel_id=66, message_id=77) == catalog.given_in(77)
    catalog.record(_given(message_id=77, answered=False))
    found = catalog.given_in(77)
    assert found is not None
    assert not found.answered


def test_old_answers_are_forgotten_with_their_votes(catalog: Catalog) -> None:
    """Pruning forgets what was answered before a time, and nothing later; a vote may change."""
    catalog.record(_given("old", asked_at="2025-01-01T00:00:00+00:00"))
    catalog.record(_given("new"))
    for answer_id in ("old", "new"):
        catalog.vote(answer_id, 1, True)
        catalog.vote(answer_id, 1, False)
    catalog.prune("2025-02-01T00:00:00+00:00")
    assert catalog.given("old") is None
    assert _given("new") == catalog.given("new")


def test_a_list_is_remembered_until_it_is_old(catalog: Catalog) -> None:
    """What a list of articles is narrowed to is remembered, and forgotten with old answers."""
    catalog.open_list("l1", '{"author": "Maud"}')
    assert ('{"author": "Maud"}', None) == (catalog.listed("l1"), catalog.listed("l2"))
    catalog.prune("2999-01-01T00:00:00+00:00")
    assert catalog.listed("l1") is None


@given(st.lists(st.none() | st.text(max_size=5), max_size=4),
       st.lists(st.none() | st.text(max_size=5), max_size=4))  # fmt: skip
def test_digests_tell_their_parts_apart(one: list[str | None], other: list[str | None]) -> None:
    """Two lists of parts have one digest only where they are the same, None and empty apart."""
    assert (one == other) == (digest(*one) == digest(*other))
