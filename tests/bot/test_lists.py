"""Lists of articles, publications and collections: whatever they hold, Discord takes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import lists
from bot.narrow import Value
from retrieval.index import Entry
from retrieval.types import ArticleRef, Filters
from tests.loopback.openapi import Description

from . import hits as made
from .sendable import RECORD, SAY, assert_sendable, buttons, few, inert


@few
@given(
    st.lists(st.tuples(made.titles, st.none() | made.titles), min_size=1, max_size=10),
    st.integers(0, 9),
    st.sampled_from([lists.NEWEST, lists.TITLE]),
)
def test_any_list_can_be_sent(
    description: Description, rows: list[tuple[str, str | None]], number: int, order: str
) -> None:
    """A page of a list of any articles is a message that Discord takes."""
    entries = [
        Entry(ArticleRef(f"id{n}", title), "v", source, (title,) * 2, "2024-02-01", "public")
        for n, (title, source) in enumerate(rows)
    ]
    view = lists.articles(SAY, entries, 95, number, Filters(author="x" * 300), RECORD, order)
    shown = assert_sendable(view, description)
    assert [inert(text.replace("**", "")) for text in shown] == [[] for _ in shown]


@few
@given(
    st.lists(
        st.builds(
            Value,
            st.sampled_from(["source", "collection"]),
            made.titles,
            st.integers(1, 10**6),
            st.none() | st.just("2024-02-01T00:00:00+00:00"),
        ),
        max_size=25,
        unique_by=lambda value: (value.option, value.name),
    ),
    st.integers(0, 9),
)
def test_any_publications_can_be_listed(
    description: Description, values: list[Value], number: int
) -> None:
    """A page of any publications and collections is a message that Discord takes."""
    shown = assert_sendable(lists.sources(SAY, values, number), description)
    assert [inert(text.replace("**", "")) for text in shown] == [[] for _ in shown]


@pytest.mark.parametrize(
    ("number", "turns"),
    [
        (0, ["Next", "Last"]),
        (1, ["Back", "Next", "Last"]),
        (2, ["First", "Back", "Next", "Last"]),
        (8, ["First", "Back", "Next"]),
        (9, ["First", "Back"]),
    ],
)
def test_a_list_leaps_to_its_ends(number: int, turns: list[str]) -> None:
    """First and Last stand where Back and Next do not lead there already."""
    entry = Entry(ArticleRef("a", "T"), "v", None, (), None, "public")
    view = lists.articles(SAY, [entry], 95, number, Filters(), RECORD)
    assert [*turns, "Sort by title"] == buttons(view)


@pytest.mark.parametrize(
    ("filters", "said"),
    [(Filters(), "The archive holds no article"), (Filters(author="A"), "There is none that you")],
)
def test_an_empty_list_says_what_to_do(
    description: Description, filters: Filters, said: str
) -> None:
    """Of an empty archive it is told that it is; else how to find more."""
    first, *_, last = assert_sendable(lists.articles(SAY, [], 0, 0, filters, RECORD), description)
    assert first == "### 0 articles"
    assert last.startswith(said)
