"""Articles' cards and pages: whatever the articles hold, Discord takes them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import cards, details
from bot.paging import pages
from retrieval.catalog import StoredVersion
from retrieval.types import ArticleRef, ArticleVersion, Heading, Standing
from tests.loopback.openapi import Description

from . import hits as made
from .hostile import read, undirected
from .sendable import RECORD, SAY, assert_sendable, buttons, few, inert

_stored = st.builds(
    StoredVersion,
    st.uuids().map(lambda number: number.hex[:16]),
    made.titles,
    st.just("public"),
    st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2024, 1, 3)).map(
        lambda moment: moment.replace(tzinfo=UTC)
    ),
    st.booleans(),
)


@few
@given(
    made.versions(),
    st.lists(made.titles, max_size=4),
    st.sampled_from(Standing),
    st.lists(_stored, max_size=60, unique_by=lambda stored: stored.id),
    st.integers(0, 9),
)
def test_any_card_can_be_sent(
    description: Description,
    article: ArticleVersion,
    related: list[str],
    standing: Standing,
    others: list[StoredVersion],
    part: int,
) -> None:
    """A card of any article is a message that Discord takes."""
    refs = [ArticleRef(f"id{n}", title) for n, title in enumerate(related)]
    card = cards.card(SAY, article, refs, standing, others, cards.Turned(part, part))
    shown = assert_sendable(card, description)
    assert shown[0].startswith("### ")
    assert [inert(text) for text in shown] == [[] for _ in shown]


@few
@given(made.versions())
def test_pages_are_the_whole_article(description: Description, article: ArticleVersion) -> None:
    """Read from the first page to the last, an article is all there, word for word."""
    text = article.article.text
    spans = pages(text, cards.PAGE_ROOM, [heading.start for heading in article.article.headings])
    at = 0
    for number, (start, end) in enumerate(spans):
        assert text[at:start].strip() == ""
        assert start < end
        at = end
        page = cards.page(SAY, article, number, Standing.WITHDRAWN)
        _, shown = assert_sendable(page, description)
        assert undirected(read(shown)[0]) == undirected(text[start:end])
        assert inert(shown) == []
    assert text[at:].strip() == ""
    for start, end in article.article.headings:
        _, shown = assert_sendable(cards.page(SAY, article, 0, start=start), description)
        assert undirected(read(shown)[0]).startswith(undirected(text[start:end].strip()))


@pytest.mark.parametrize(
    ("number", "turns"),
    [
        (0, ["Next", "Last"]),
        (1, ["Back", "Next"]),
        (2, ["First", "Back"]),
        (99, ["First", "Back"]),
    ],
)
def test_pages_turn_both_ways(number: int, turns: list[str]) -> None:
    """The first page turns forward, the last one back; beyond the last stands the last."""
    article = made.version("T", "\n\n".join(["A paragraph of words. " * 140] * 3).strip())
    assert len(pages(article.article.text, cards.PAGE_ROOM)) == 3
    assert buttons(cards.page(SAY, article, number)) == [*turns, "About the article"]


def test_a_page_names_the_section_that_it_goes_on_with(description: Description) -> None:
    """A page that begins within a section names it; one that begins with it shows its heading."""
    text = "Light\n\n" + "\n\n".join(["A paragraph of words. " * 140] * 2).strip()
    article = made.version("T", text, headings=(Heading(0, 5),))
    tops = [assert_sendable(cards.page(SAY, article, n), description)[0] for n in range(2)]
    assert ["### T\n-# Page 1 of 2", "### T\n-# Page 2 of 2 · Light"] == tops


def test_a_page_ends_before_a_heading() -> None:
    """A page ends before a heading, rather than soon behind one."""
    parts = [f"Heading {n}\n\n" + "\n\n".join(["Some words. " * 25] * 4) for n in range(12)]
    text, headings = "\n\n".join(parts), []
    for number in range(12):
        start = text.index(f"Heading {number}\n")
        headings.append(Heading(start, start + len(f"Heading {number}")))
    spans = pages(text, 3000, [heading.start for heading in headings])
    assert len(spans) > 3
    assert all(text[end:].lstrip().startswith("Heading") for _, end in spans[:-1])
    article = made.version("T", text, headings=tuple(headings))
    inside = cards.page(SAY, article, 0, start=headings[1].start)
    assert ["Back", "Next", "Last", "About the article"] == buttons(inside)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("word " * 100, 1), ("word " * 2300, 10), ("字" * 2000, 5), ("", 1)],
)
def test_a_card_says_how_long_it_takes_to_read(
    description: Description, text: str, minutes: int
) -> None:
    """Words are counted, and in languages without spaces signs."""
    first, *_ = assert_sendable(cards.card(SAY, made.version("T", text)), description)
    assert first.splitlines()[1].startswith(f"-# {minutes} minute")


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
    cards.card(SAY, article)
    details.context(SAY, {1: made.hit(article, passage, ())}, 1, RECORD, Standing.CURRENT, 3)
    assert time.process_time() - began < 1
