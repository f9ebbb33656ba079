"""The catalog: articles and their versions."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalog import Catalog, identify, version_of
from retrieval.database import Database
from retrieval.intake import Intake
from retrieval.sources import Found
from retrieval.types import Alias, Article, ArticleVersion, Heading, digest

ARTICLE = Article(
    title="The keeper: “duties”",
    text="Upper gate\n\nOpen at six. 🚢",
    location="gates.md",
    url="https://example.org/k",
    source="Canal Gazette",
    authors=("Maud Ferrier", "Ian Straße"),
    published_at=datetime(2025, 3, 1, 8, 30, 0, 5, tzinfo=timezone(timedelta(hours=8))),
    updated_at=datetime(2025, 3, 2, 8, 30, tzinfo=UTC),
    language="en-GB",
    licence="CC BY 4.0",
    tags=("locks", "gates"),
    collection="crew",
    headings=(Heading(0, 10),),
    asides=("Photo: Lena Weiss",),
    aliases=("Gates", "The upper gate"),
)


@dataclass
class Shelves:
    """A catalog, and the database that it is in."""

    database: Database
    catalog: Catalog

    def changes(self, *articles: Article, dry_run: bool = False, **more: bool) -> list[str]:
        """Take articles in as one run; return what each was to the catalog."""
        found = [Found(article, article.location, article.text.encode()) for article in articles]
        repeats = more.get("repeats", True)
        with Intake.opened(self.database, dry_run=dry_run) as intake:
            return [change for _, change in intake.take_in(found, "shelf", repeats=repeats)]

    def take(self, *articles: Article) -> list[ArticleVersion]:
        """Take articles in as one run; return their versions."""
        found = [Found(article, article.location, article.text.encode()) for article in articles]
        with Intake.opened(self.database, dry_run=False) as intake:
            taken = intake.take_in(found, "shelf", repeats=True)
        versions = [self.catalog.find(ref.id) for ref, _ in taken if ref is not None]
        return [found[0] for found in versions if found is not None]

    def withdraw(self, *article_ids: str) -> None:
        """Withdraw articles."""
        with Intake.opened(self.database, dry_run=False) as intake:
            intake.withdraw(article_ids)


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    """Yield an empty catalog."""
    database = Database(tmp_path / "data")
    yield Shelves(database, Catalog(database))
    database.close()


@pytest.fixture
def catalog(shelves: Shelves) -> Catalog:
    """Return that catalog by itself."""
    return shelves.catalog


def test_an_article_comes_back_as_it_went_in(shelves: Shelves, catalog: Catalog) -> None:
    """Every field of a stored version reads back the same; the id its source gave is its own."""
    (version,) = shelves.take(ARTICLE)
    assert {version.id: version} == catalog.load([version.id])
    (given,) = shelves.take(replace(ARTICLE, given_id="k-7"))
    assert "k-7" == given.article_id


def test_a_version_that_was_never_stored_is_not_there(shelves: Shelves, catalog: Catalog) -> None:
    """Loading gives what there is, in any number."""
    versions = shelves.take(*(replace(ARTICLE, url=None, title=f"T{n}") for n in range(1200)))
    ids = [version.id for version in versions]
    assert set(ids) == set(catalog.load([*ids, "nothing"]))
    assert {} == catalog.load([])


def test_the_same_again_is_unchanged_and_new_text_is_a_new_version(
    shelves: Shelves, catalog: Catalog
) -> None:
    """An article's id stays; its version changes with its content, and the old one still loads."""
    assert ["added"] == shelves.changes(ARTICLE)
    assert ["unchanged"] == shelves.changes(replace(ARTICLE, location="elsewhere.md"))
    (old,) = catalog.current_versions()
    assert ["changed"] == shelves.changes(replace(ARTICLE, text="Open at seven."))
    (new,) = catalog.current_versions()
    assert old != new
    found = catalog.load([old, new])
    assert found[old].article_id == found[new].article_id
    assert [ARTICLE.text, "Open at seven."] == [found[v].article.text for v in (old, new)]
    assert ["changed"] == shelves.changes(ARTICLE)
    assert [old] == catalog.current_versions()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other", "given_id": "k"}, {"url": None, "given_id": "k"},
        {"url": "https://example.org/other", "given_id": "k"}, {"source": None},
        {"authors": ()}, {"published_at": None}, {"collection": "public"}, {"headings": ()},
        {"asides": ()}, {"aliases": ()},
        {"updated_at": None}, {"language": "en"}, {"licence": None}, {"tags": ()},
        {"published_at": datetime(2025, 3, 1, 0, 30, 0, 5, tzinfo=UTC)},
    ],
)  # fmt: skip
def test_a_version_is_its_whole_content(shelves: Shelves, change: dict[str, object]) -> None:
    """Whatever of an article's content changes, its version does."""
    first = replace(ARTICLE, given_id=str(change.get("given_id", "")) or None)
    shelves.take(first)
    second = replace(first, **change)  # type: ignore[arg-type]
    assert identify(first) == identify(second)
    assert ["changed"] == shelves.changes(second)


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


def test_an_id_that_is_taken_is_told_apart(shelves: Shelves) -> None:
    """Two publications may give the same id: the later article's is made distinct, and stays so."""
    one = replace(ARTICLE, given_id="7", source="Gazette")
    other = replace(ARTICLE, given_id="7", source="Post")
    first, second = shelves.take(one, other)
    assert "7" == first.article_id
    assert second.article_id.startswith("7-")
    assert [second, first] == shelves.take(other, one)


def test_a_dry_run_says_and_changes_nothing(shelves: Shelves, catalog: Catalog) -> None:
    """A dry run tells what an article would be, and stores none."""
    assert ["added"] == shelves.changes(ARTICLE, dry_run=True)
    assert ["added"] == shelves.changes(ARTICLE)
    changed = replace(ARTICLE, text="Other.")
    assert ["changed"] == shelves.changes(changed, dry_run=True)
    assert ["unchanged"] == shelves.changes(ARTICLE, dry_run=True)
    (version,) = catalog.load(catalog.current_versions()).values()
    assert ARTICLE.text == version.article.text


def test_a_withdrawn_article_is_not_current_but_resolvable(
    shelves: Shelves, catalog: Catalog
) -> None:
    """What is withdrawn no longer answers, still loads, and comes back as changed or new."""
    first, second = shelves.take(ARTICLE, replace(ARTICLE, url=None))
    assert [first.id, second.id] == catalog.current_versions()
    shelves.withdraw(first.article_id)
    shelves.withdraw()
    assert [second.id] == catalog.current_versions()
    found = catalog.find(first.article_id)
    assert found is not None
    assert (first, True) == (found[0], found[1] is not None)
    assert {first.id} == set(catalog.load([first.id]))
    assert ["unchanged"] != shelves.changes(ARTICLE)
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


def test_threads_may_share_it(shelves: Shelves, catalog: Catalog) -> None:
    """Several threads may write and read at once, and nothing is lost."""

    def work(number: int) -> int:
        shelves.take(replace(ARTICLE, url=None, title=f"T{number}"))
        return len(catalog.current_versions())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(40)))
    assert 40 == len(catalog.current_versions())


def test_old_versions_are_found_by_their_ids(shelves: Shelves, catalog: Catalog) -> None:
    """A version that was cited is found, with its text, after its article has changed."""
    (old,) = shelves.take(ARTICLE)
    (new,) = shelves.take(replace(ARTICLE, text="Open at seven."))
    assert (old, None) == catalog.find(old.id)
    assert (new, None) == catalog.find(new.id) == catalog.find(new.article_id)
    assert catalog.find("nothing") is None


def test_versions_are_listed_from_how_it_stands_now(shelves: Shelves, catalog: Catalog) -> None:
    """The version that stands comes first, then the others, the last stored first."""
    (first,) = shelves.take(ARTICLE)
    (second,) = shelves.take(replace(ARTICLE, title="Once", collection="public"))
    shelves.take(replace(ARTICLE, url="https://example.org/other"))
    (third,) = shelves.take(replace(ARTICLE, text="Open at seven."))
    listed = catalog.versions(first.article_id)
    assert [third.id, second.id, first.id] == [version.id for version in listed]
    assert [True, False, False] == [version.current for version in listed]
    assert ("Once", "public") == (listed[1].title, listed[1].collection)
    assert all(abs(v.stored_at - datetime.now(UTC)) < timedelta(minutes=10) for v in listed)
    shelves.take(ARTICLE)
    returned = [version.id for version in catalog.versions(first.article_id)]
    assert [first.id, third.id, second.id] == returned
    shelves.withdraw(first.article_id)
    assert not any(version.current for version in catalog.versions(first.article_id))
    assert [] == catalog.versions("nothing")


def test_titles_of_other_versions_are_aliases(shelves: Shelves, catalog: Catalog) -> None:
    """An article of several versions has their titles, each with its version's collection."""
    plain = replace(ARTICLE, aliases=())
    (version,) = shelves.take(plain, replace(plain, url=None))[:1]
    assert {} == catalog.aliases()
    shelves.take(replace(plain, title="Once", collection="public"))
    shelves.take(replace(plain, title="Once", text="Shut.", collection="public"))
    found = catalog.aliases()
    assert [version.article_id] == list(found)
    titles = {Alias(ARTICLE.title, "crew"), Alias("Once", "public")}
    assert (2, titles) == (len(found[version.article_id]), set(found[version.article_id]))


def test_titles_that_an_article_is_known_by_are_aliases(shelves: Shelves, catalog: Catalog) -> None:
    """What a source gives as other titles is told with the article's collection."""
    (version,) = shelves.take(ARTICLE)
    expected = {Alias("Gates", "crew"), Alias("The upper gate", "crew")}
    assert expected == set(catalog.aliases()[version.article_id])


def test_a_version_without_aliases_keeps_its_id() -> None:
    """Versions that were stored before there were aliases are the same still."""
    plain = Article("T", "Text.", "t.md")
    assert "8a851d80995b0b72" == version_of("a", plain).id


def test_the_bytes_of_every_version_are_kept(shelves: Shelves, catalog: Catalog) -> None:
    """What a version was read from can be read again, whatever its repair made of it."""
    article = replace(ARTICLE, text="Upper gate. 🚢\nOpen.")
    (version,) = shelves.take(article)
    assert article.text.encode() == catalog.original(version.id)
    shelves.take(replace(article, text="Shut."))
    assert article.text.encode() == catalog.original(version.id)
    assert catalog.original("nothing") is None


def test_two_addresses_of_one_page_are_one_article(shelves: Shelves, catalog: Catalog) -> None:
    """Where a source does not repeat itself, a second article of one identity is left out."""
    again = replace(ARTICLE, text="The same, for printing.", location="print.html")
    assert ["added"] == shelves.changes(ARTICLE, again, repeats=False)
    assert ["unchanged", "added"] == shelves.changes(ARTICLE, again)
    assert 2 == len(catalog.current_versions())


def test_rows_of_one_key_keep_their_own_history(shelves: Shelves, catalog: Catalog) -> None:
    """Of articles that share source and title, each document's stays its own when one changes."""
    one, other = (
        replace(ARTICLE, url=None, text=f"Notice {place}.", location=place) for place in "ab"
    )
    first, second = shelves.take(one, other)
    assert first.article_id != second.article_id
    (again,) = shelves.take(replace(other, text="Corrected."))
    assert second.article_id == again.article_id


def test_sketches_are_made_once(shelves: Shelves, catalog: Catalog) -> None:
    """A version's sketch is made when it is first asked for, and kept with it."""
    made: list[str] = []

    def sketch(text: str) -> bytes:
        made.append(text)
        return text[:5].encode()

    first, second = shelves.take(ARTICLE, replace(ARTICLE, url=None, text="Other text."))
    expected = [(first.article_id, b"Upper"), (second.article_id, b"Other")]
    assert expected == list(catalog.sketches(sketch))
    assert expected == list(catalog.sketches(sketch))
    assert [ARTICLE.text, "Other text."] == made
    shelves.withdraw(first.article_id)
    assert expected[1:] == list(catalog.sketches(sketch))


@given(st.lists(st.none() | st.text(max_size=5), max_size=4),
       st.lists(st.none() | st.text(max_size=5), max_size=4))  # fmt: skip
def test_digests_tell_their_parts_apart(one: list[str | None], other: list[str | None]) -> None:
    """Two lists of parts have one digest only where they are the same, None and empty apart."""
    assert (one == other) == (digest(*one) == digest(*other))


@pytest.mark.parametrize("dry_run", [True, False])
def test_many_of_one_key_are_as_many_articles(shelves: Shelves, dry_run: bool) -> None:
    """However many share source and title, and over however many batches, none is another."""
    one = replace(ARTICLE, url=None)
    with Intake.opened(shelves.database, dry_run=dry_run) as intake:
        ids = set()
        for batch in range(5):
            texts = [f"Notice {batch * 10 + n}." for n in range(10)]
            found = [Found(replace(one, text=t), "notices", t.encode()) for t in texts]
            taken = intake.take_in(found, "shelf", repeats=True)
            ids |= {ref.id for ref, change in taken if ref and change == "added"}
    assert 50 == len(ids)
    assert (0 if dry_run else 50) == len(shelves.catalog.current_versions())
