"""The catalog: articles and their versions."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalog import Catalog, identify
from retrieval.database import Database
from retrieval.types import Article, ArticleRef, ArticleVersion, Heading, digest

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
    database = Database(tmp_path / "data")
    yield Catalog(database)
    database.close()


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


def test_threads_may_share_it(catalog: Catalog) -> None:
    """Several threads may write and read at once, and nothing is lost."""

    def work(number: int) -> int:
        _take(catalog, replace(ARTICLE, url=None, title=f"T{number}"))
        return len(catalog.current_versions())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(40)))
    assert 40 == len(catalog.current_versions())


@given(st.lists(st.none() | st.text(max_size=5), max_size=4),
       st.lists(st.none() | st.text(max_size=5), max_size=4))  # fmt: skip
def test_digests_tell_their_parts_apart(one: list[str | None], other: list[str | None]) -> None:
    """Two lists of parts have one digest only where they are the same, None and empty apart."""
    assert (one == other) == (digest(*one) == digest(*other))
