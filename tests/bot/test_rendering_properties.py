"""Every screen, of any articles and answers, read back through Discord's own parser.

The parser is discord-markdown-py; the inserted escapes and the marks of text direction
apart, its reader sees each article's text, and no markup but ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import cards, details, lists, render
from bot.layout import Layout
from retrieval.index import Entry
from retrieval.types import Answer, ArticleRef, ArticleVersion, Correction, Filters, Hit, Standing
from tests.loopback.openapi import Description

from . import hits as made
from . import reader
from .hostile import hostile_texts, undirected
from .reader import Shown
from .sendable import RECORD, SAY, assert_sendable, buttons, labels

few = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


# The screens, each drawn in one place.


def _answer(found: Answer, filters: Filters) -> Layout:
    return render.answer(SAY, found, RECORD, filters)


def _refusal(found: Answer, filters: Filters) -> Layout:
    return render.refusal(SAY, found, RECORD, filters)


def _more(numbered: Sequence[tuple[int, Hit]]) -> Layout:
    standings = {hit.version.id: Standing.CHANGED for _, hit in numbered}
    return details.more(SAY, numbered, RECORD, standings, 0.3, left=True)


def _context(hit: Hit) -> Layout:
    return details.context(SAY, {1: hit}, 1, RECORD, Standing.WITHDRAWN, 3)


def _why(numbered: Sequence[tuple[int, Hit]]) -> Layout:
    return details.why(SAY, numbered, 0.3)


def _card(version: ArticleVersion, related: Sequence[ArticleRef]) -> Layout:
    return cards.card(SAY, version, related)


def _page(version: ArticleVersion, number: int) -> Layout:
    return cards.page(SAY, version, number)


def _articles(entries: Sequence[Entry], filters: Filters) -> Layout:
    return lists.articles(SAY, entries, 95, 1, filters, RECORD, lists.NEWEST)


# What is seen of them.


def seen(view: Layout, description: Description, *ours: str) -> list[Shown]:
    """Check that Discord takes a message, and that it forms the kinds of markup that are ours."""
    found = [reader.shown(text) for text in assert_sendable(view, description)]
    for part in found:
        assert part.kinds <= set(ours), part
    return [
        Shown(
            undirected(part.text),
            tuple(replace(mark, text=undirected(mark.text)) for mark in part.marks),
        )
        for part in found
    ]


def line(text: str) -> str:
    """Return text as one line, an ellipsis where it is made of marks alone."""
    return " ".join(undirected(text).split()) or "…"


def assert_stands_in(quote: str, article: str) -> None:
    """Check that a quote is a part of an article, the signs of what is left out apart."""
    whole = undirected(article)
    candidates = {quote, quote.removeprefix("… ")}
    candidates |= {candidate.removesuffix(" …") for candidate in candidates}
    assert any(candidate in whole for candidate in candidates), quote


def assert_begins(shown: str, text: str) -> None:
    """Check that words begin with a text, or with its beginning, no sign torn, and an ellipsis."""
    plain = line(text)
    if shown.startswith(plain):
        return
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(shown, plain, strict=False))
    kept = "".join(sign for sign, _ in pairs).rstrip()
    assert shown[len(kept) :].lstrip(" ").startswith("…"), (shown, plain)
    signs = regex.findall(r"\X", kept)
    # A sign that fills the line by itself can only be torn.
    assert signs == regex.findall(r"\X", plain)[: len(signs)] or len(signs) == 1


def assert_cited(small: str, number: int, hit: Hit) -> None:
    """Check that a footnote has its number and its title, and what else it knows."""
    assert small.startswith(f"{number} ")
    assert_begins(small.removeprefix(f"{number} "), hit.version.article.title)


def assert_passages(parts: Sequence[Shown], numbered: Sequence[tuple[int, Hit]]) -> None:
    """Check that passages are quotes of their articles, the answers in bold, with footnotes."""
    for part, (number, hit) in zip(parts, numbered, strict=False):
        article = hit.version.article
        (quote,) = part.of("quote")
        # The headings in a quote are small as well.
        *_, small = part.of("small")
        assert part.text == f"{quote}\n{small}"
        assert_stands_in(quote, article.text)
        assert_cited(small, number, hit)
        *answering, cited = part.of("bold")
        assert str(number) == cited
        assert all(sentence in undirected(article.text) for sentence in answering)
        assert len(part.of("link")) <= (article.url is not None)
        assert len(part.of("timestamp")) == (article.published_at is not None)


filters = st.builds(
    Filters,
    author=st.none() | hostile_texts,
    source=st.none() | hostile_texts,
    after=st.none() | st.just(made.DAY),
)
questions = st.builds(str.__add__, st.just("why "), hostile_texts)
numbered_hits = st.lists(
    made.hits(), min_size=1, max_size=3, unique_by=lambda hit: hit.version.id
).map(lambda found: list(enumerate(found, start=1)))
refs = st.lists(made.titles, max_size=5).map(
    lambda titles: [ArticleRef(f"id{n}", title) for n, title in enumerate(titles)]
)


@few
@given(numbered_hits, questions, filters)
def test_an_answer_reads_as_its_articles_do(
    description: Description, numbered: list[tuple[int, Hit]], question: str, kept: Filters
) -> None:
    """Question, quotes and footnotes are seen word for word; only our markup is formed."""
    found = made.answer([hit for _, hit in numbered], question)
    first, *parts = seen(
        _answer(found, kept), description, "heading", "small", "quote", "bold", "link", "timestamp"
    )
    assert first.kinds == {"heading"}
    assert_begins(first.text, question)
    assert_passages([part for part in parts if "quote" in part.kinds], numbered)


@few
@given(refs, st.lists(hostile_texts, max_size=4), questions, hostile_texts, filters)
def test_a_refusal_reads_as_what_it_names(
    description: Description,
    nearest: list[ArticleRef],
    unknown: list[str],
    question: str,
    earlier: str,
    kept: Filters,
) -> None:
    """Questions, words and titles are seen as they are, on buttons too."""
    found = made.answer([], question, answered=False, nearest=nearest, unknown=unknown)
    found = replace(
        found,
        context=f"why {earlier}",
        corrections=tuple(Correction(word, question) for word in unknown),
    )
    view = _refusal(found, kept)
    first, *_ = seen(view, description, "heading", "small", "bold", "timestamp")
    assert_begins(first.text, question)
    for label, ref in zip(labels(view), nearest[:3], strict=False):
        assert_begins(label, ref.title)


@few
@given(numbered_hits)
def test_more_passages_read_as_their_articles_do(
    description: Description, numbered: list[tuple[int, Hit]]
) -> None:
    """The next passages are quotes of their articles too."""
    shown = seen(_more(numbered), description, "small", "quote", "bold", "link", "timestamp")
    _, *parts = shown
    assert_passages(parts, numbered)


@few
@given(made.hits())
def test_a_passage_in_context_reads_as_its_article_does(description: Description, hit: Hit) -> None:
    """What stands around an answer is the article's text, the answer in bold."""
    cited, context = seen(_context(hit), description, "small", "bold", "link", "timestamp")
    assert context.kinds <= {"bold", "small"}
    assert_stands_in(context.text, hit.version.article.text)
    for sentence in context.of("bold"):
        assert sentence in undirected(hit.version.article.text)
    assert_cited(cited.text, 1, hit)


@few
@given(numbered_hits, st.lists(hostile_texts, max_size=4))
def test_why_reads_as_what_matched(
    description: Description, numbered: list[tuple[int, Hit]], matched: list[str]
) -> None:
    """Titles and words that matched form no markup in the reasons."""
    numbered = [(number, replace(hit, matched=tuple(matched))) for number, hit in numbered]
    *parts, _ = seen(_why(numbered), description, "bold", "small")
    for part, (number, hit) in zip(parts, numbered, strict=True):
        assert [str(number)] == part.of("bold")
        assert_cited(part.text, number, hit)


def test_why_of_the_longest_question_can_be_sent(description: Description) -> None:
    """All words of a question of 2,000 characters may have matched in each of the passages."""
    hit = replace(made.whole("T", "It is so."), matched=("snake_case",) * 200)
    seen(_why([(1, hit), (2, hit), (3, hit)]), description, "bold", "small")


@few
@given(made.versions(), refs)
def test_a_card_reads_as_its_article_does(
    description: Description, version: ArticleVersion, related: list[ArticleRef]
) -> None:
    """Title, lead and sections are seen as the article has them."""
    view = _card(version, related)
    head, *parts = seen(view, description, "heading", "small", "bold", "link", "timestamp")
    assert_begins(head.of("heading")[0], version.article.title)
    assert [] == [part for part in parts if part.kinds - {"bold", "small"}]
    for label, ref in zip(buttons(view)[-len(related) :], related, strict=False):
        assert_begins(label, ref.title)


@few
@given(made.versions(), st.integers(0, 3))
def test_a_page_reads_as_its_article_does(
    description: Description, version: ArticleVersion, number: int
) -> None:
    """A page of an article shows its text and nothing else."""
    head, body = seen(_page(version, number), description, "heading", "small", "bold")
    assert_begins(head.of("heading")[0], version.article.title)
    assert body.kinds <= {"bold"}
    assert body.text in undirected(version.article.text)


@few
@given(st.lists(st.tuples(made.titles, st.none() | made.titles), min_size=1, max_size=10), filters)
def test_a_list_reads_as_its_titles_do(
    description: Description, rows: list[tuple[str, str | None]], kept: Filters
) -> None:
    """Titles are seen as they are, in the list and in its menu."""
    entries = [
        Entry(ArticleRef(f"id{n}", title), "v", source, (title,) * 2, "2024-02-01", "public")
        for n, (title, source) in enumerate(rows)
    ]
    view = _articles(entries, kept)
    parts = seen(view, description, "heading", "small", "bold", "timestamp")
    titles = [title for part in parts for title in part.of("bold")]
    for shown, (title, _) in zip(titles, rows, strict=True):
        assert_begins(shown, title)
    for label, (title, _) in zip(labels(view)[-len(rows) :], rows, strict=True):
        assert_begins(label, title)
