"""Articles' cards, pages and lists: whatever the articles hold, Discord takes them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import cards, render
from bot.paging import pages
from retrieval.index import Entry
from retrieval.types import ArticleRef, ArticleVersion, Filters, Standing
from tests.loopback.openapi import Description

from . import hits as made
from .hostile import read, without_closers
from .sendable import RECORD, SAY, assert_sendable, buttons, few, inert


@few
@given(made.versions(), st.lists(made.titles, max_size=4))
def test_any_card_can_be_sent(
    description: Description, article: ArticleVersion, related: list[str]
) -> None:
    """A card of any article is a message that Discord takes."""
    refs = [ArticleRef(f"id{n}", title) for n, title in enumerate(related)]
    shown = assert_sendable(cards.card(SAY, article, refs), description)
    assert shown[0].startswith("### ")
    assert [inert(text) for text in shown] == [[] for _ in shown]


@few
@given(made.versions())
def test_pages_are_the_whole_article(description: Description, article: ArticleVersion) -> None:
    """Read from the first page to the last, an article is all there, word for word."""
    spans = pages(article.article.text, cards.PAGE_ROOM)
    text = article.article.text
    at = 0
    for number, (start, end) in enumerate(spans):
        assert text[at:start].strip() == ""
        assert start < end
        at = end
        _, shown = assert_sendable(cards.page(SAY, article, number), description)
        assert without_closers(read(shown)[0]) == without_closers(text[start:end])
        assert inert(shown) == []
    assert text[at:].strip() == ""


@pytest.mark.parametrize(
    ("number", "turns"), [(0, ["Next"]), (1, ["Back", "Next"]), (2, ["Back"]), (99, ["Back"])]
)
def test_pages_turn_both_ways(number: int, turns: list[str]) -> None:
    """The first page turns forward, the last one back; beyond the last stands the last."""
    article = made.version("T", "\n\n".join(["A paragraph of words. " * 140] * 3).strip())
    assert len(pages(article.article.text, cards.PAGE_ROOM)) == 3
    assert buttons(cards.page(SAY, article, number)) == turns


def test_a_very_long_article_turns_its_page_at_once() -> None:
    """Cutting a book of two million characters into pages takes less than Discord waits."""
    article = made.version("T", "\n\n".join(["A paragraph of words. " * 20] * 4500))
    began = time.process_time()
    cards.page(SAY, article, 500)
    assert time.process_time() - began < 2.5


def test_an_endless_paragraph_is_shown_at_once() -> None:
    """Card and context of an article without a single break take less than Discord waits."""
    article = made.version("T", "a.b " * 600_000)
    (passage, *_) = made.cut(made.version("T", "a.b " * 50))
    began = time.process_time()
    cards.card(SAY, article, [])
    render.context(SAY, {1: made.hit(article, passage, ())}, 1, RECORD, Standing.CURRENT)
    assert time.process_time() - began < 1


@few
@given(st.lists(st.tuples(made.titles, st.none() | made.titles), max_size=10), st.integers(0, 9))
def test_any_list_can_be_sent(
    description: Description, rows: list[tuple[str, str | None]], number: int
) -> None:
    """A page of a list of any articles is a message that Discord takes."""
    entries = [
        Entry(ArticleRef(f"id{n}", title), "v", source, (title,) * 2, "2024-02-01", "public")
        for n, (title, source) in enumerate(rows)
    ]
    view = cards.articles(SAY, entries, 95, number, Filters(author="x" * 300), RECORD)
    shown = assert_sendable(view, description)
    assert [inert(text.replace("**", "")) for text in shown] == [[] for _ in shown]


@pytest.mark.parametrize(
    ("total", "heading"),
    [(0, "### 0 articles"), (1, "### 1 article"), (1234, "### 1,234 articles")],
)
def test_a_list_counts(description: Description, total: int, heading: str) -> None:
    """A list says how many articles there are."""
    assert (
        heading
        == assert_sendable(cards.articles(SAY, [], total, 0, Filters(), RECORD), description)[0]
    )
