"""Saved questions against what is new: told of news, as their readers and filters allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from retrieval.answering import Saved
from retrieval.archive import Archive
from retrieval.types import OPERATOR, Article, Filters, Hit, Reader
from tests.conftest import Library

QUESTION = "Who carved the whale above the harbour gate?"
OLD = Article("The ferry", "The ferry leaves the pier at seven.", "1", given_id="ferry")
WHALE = Article(
    "The whale", "The whale above the harbour gate was carved by Jory Penrose.", "2",
    given_id="whale", source="Gazette", authors=("Ines Calder",), collection="crew",
    published_at=datetime(2026, 2, 1, tzinfo=UTC),
)  # fmt: skip


def _saved(
    archive: Archive,
    question: str = QUESTION,
    filters: Filters = Filters(),
    reader: Reader = OPERATOR,
    since: int = 0,
) -> Saved:
    return Saved(question, archive.vector(question), filters, reader, since)


def _found(archive: Archive, since: int, **more: object) -> list[str]:
    matching = archive.matching(since)
    if matching is None:
        return []
    saved = replace(_saved(archive, since=since), **more)  # type: ignore[arg-type]
    (hits,) = matching.hits([saved])
    return [hit.version.article.title for hit in hits]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, True),
        ({"reader": Reader(frozenset({"crew"}))}, True),
        ({"reader": Reader(frozenset({"public"}))}, False),
        ({"filters": Filters(collection="crew")}, True),
        ({"filters": Filters(collection="public")}, False),
        ({"filters": Filters(author="ines calder")}, True),
        ({"filters": Filters(author="Rolf Amsel")}, False),
        ({"filters": Filters(source="GAZETTE")}, True),
        ({"filters": Filters(source="Almanac")}, False),
        ({"filters": Filters(after=datetime(2026, 1, 1, tzinfo=UTC))}, True),
        ({"filters": Filters(before=datetime(2026, 1, 1, tzinfo=UTC))}, False),
        ({"question": "What does oat bread need?"}, False),
    ],
)
def test_what_is_new_is_found_by_those_it_is_for(
    library: Library, more: dict[str, object], told: bool
) -> None:
    """A new article answers a saved question of those who may see it, narrowed as it is."""
    library.shelve(OLD)
    archive = library.open()
    since = archive.newest()
    assert archive.matching(since) is None
    library.shelve(OLD, WHALE)
    archive.reload()
    assert (["The whale"] if told else []) == _found(archive, since, **more)
    assert [] == _found(archive, archive.newest(), **more)


@pytest.mark.parametrize(
    ("change", "reader", "told"),
    [
        ({"text": f"{WHALE.text} It is of oak."}, OPERATOR, False),
        ({"tags": ("whales",)}, OPERATOR, False),
        ({"text": WHALE.text.replace("Jory", "Mary")}, OPERATOR, True),
        ({"collection": "public"}, Reader(frozenset({"public"})), True),
        ({"collection": "public"}, Reader(frozenset({"public", "crew"})), False),
    ],
    ids=["elsewhere", "tags", "corrected", "released", "seen-before"],
)
def test_a_changed_article_is_news_where_it_says_something_new(
    library: Library, change: dict[str, object], reader: Reader, told: bool
) -> None:
    """Words that a reader could have found before are not told again."""
    library.shelve(OLD, WHALE)
    archive = library.open()
    since = archive.newest()
    library.shelve(OLD, replace(WHALE, **change))  # type: ignore[arg-type]
    archive.reload()
    assert (["The whale"] if told else []) == _found(archive, since, reader=reader)


def test_each_question_has_its_own_past(library: Library) -> None:
    """Of questions that were last asked at different times, each is put to what is new to it."""
    library.shelve(OLD)
    archive = library.open()
    first = archive.newest()
    library.shelve(OLD, WHALE)
    archive.reload()
    second = archive.newest()
    again = Article("Again", "The harbour gate's whale was carved by Ada Penn.", "3")
    library.shelve(OLD, WHALE, again)
    archive.reload()
    matching = archive.matching(first)
    assert matching is not None
    assert archive.newest() == matching.until
    saved = [
        _saved(archive, since=first),
        _saved(archive, "When does the ferry leave?", since=first),
        _saved(archive, since=second),
        _saved(archive, since=matching.until),
    ]

    def titles(hits: tuple[Hit, ...]) -> set[str]:
        return {hit.version.article.title for hit in hits}

    told = [titles(hits) for hits in matching.hits(saved)]
    assert [{"The whale", "Again"}, set(), {"Again"}, set()] == told


def test_what_was_rolled_back_is_not_new_again(library: Library) -> None:
    """A generation that answers again has nothing that was stored since."""
    library.shelve(OLD)
    archive = library.open()
    library.shelve(OLD, WHALE)
    archive.reload()
    since = archive.newest()
    archive.roll_back()
    assert archive.newest() < since
    assert archive.matching(since) is None


def test_what_is_indexed_and_not_yet_open_is_not_new_yet(library: Library) -> None:
    """What a run has stored is new when the generation that holds it answers."""
    library.shelve(OLD)
    archive = library.open()
    since = archive.newest()
    library.shelve(OLD, WHALE)
    assert since == archive.newest()
    assert archive.matching(since) is None
    archive.reload()
    assert archive.matching(since) is not None
