"""Every format that Footnote reads, by examples as they are met, and what each must become."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest

from retrieval.passages import Chunking, cut_passages
from retrieval.sources import Event, Found, Read, Unread
from retrieval.sources.formats import HEAD, Kind, tell
from retrieval.sources.parser import Parser
from retrieval.types import ArticleVersion
from tests.articles.make import made
from tests.articles.reading import (
    FIXTURES,
    FOLDERS,
    HERE,
    articles,
    as_json,
    golden,
    names,
    outcome,
    read,
)
from tests.hashed import HashedEncoder

NAMES = names()

WIDE = Chunking(window=400, overlap=40, language="en")
"""How articles are cut here: a passage has room for anything that was set aside."""

FURNITURE = (
    # Consent.
    "We use cookies", "This website uses cookies", "This site uses cookies", "use of cookies",
    "cookies, in order to", "Your privacy matters", "Accept all", "Only necessary",
    # Share prompts.
    "Share this", "Share on", "Copy link", "Click to share", "Follow us on",
    "Follow Ingrid Vollan",
    # Newsletters.
    "Sign up for", "Subscribe", "newsletter", "Enjoying this essay", "Enter your email",
    # Captions and their credits.
    "Photo:", "Photograph:", "Image:", "Photographs by", "CC BY",
    # Bylines, credits, notices.
    "By Ingrid", "By Rosalind", "Posted on", "minutes’ read",
    "is professor of law", "is a senior lecturer", "is a writer and", "is a reporter at",
    "is a historian", "has republished", "is republished from", "was first published in",
    "first appeared on", "Disclosure statement", "All rights reserved", "© ",
    # Ways to other pages, and what others say.
    "Skip to content", "Boats for sale", "Log in", "Related stories", "Read more:", "Read next",
    "Most read", "More stories", "You may also like", "Popular this week", "Previous post",
    "Recent Posts", "Comments (2)", "About time. I took", "14 thoughts", "Guestbook",
    "Filed under", "Tagged", "Print this page", "best viewed",
    # Advertisements.
    "Advertisement", "Heated towel rails", "Winter sale", "Umbrellas at half", "Bronze rowlocks",
    "Bathroom fittings",
)  # fmt: skip
"""What stands around articles in the fixtures, and is none of their text."""

ReadFixture = Callable[[str], list[Event]]


@pytest.fixture(scope="module")
def reading() -> Iterator[ReadFixture]:
    """Yield what reads a fixture, once each."""
    known = dict[str, list[Event]]()

    def once(name: str) -> list[Event]:
        if name not in known:
            known[name] = read(name, parser)
        return known[name]

    with Parser() as parser:
        yield once


def _expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(golden(name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_fixture_becomes_what_its_golden_file_says(name: str, reading: ReadFixture) -> None:
    """Every field of every article, and what cannot be read, are as a careful human has it."""
    assert _expected(name) == outcome(reading(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_document_is_read_to_its_end_or_is_reported(name: str, reading: ReadFixture) -> None:
    """Each document with articles is known as read, unless something in it could not be."""
    events = reading(name)
    documents = {event.document for event in events if isinstance(event, Found)}
    ended = {event.document for event in events if isinstance(event, Read)}
    assert documents == ended or any(isinstance(event, Unread) for event in events)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_set_aside_can_be_quoted(name: str, reading: ReadFixture) -> None:
    """No passage of an article holds what was set aside from it, nor any furniture."""
    for article in articles(reading(name)):
        version = ArticleVersion("article", "version", article)
        for passage in cut_passages(version, WIDE, HashedEncoder().count_tokens):
            quoted = article.text[passage.span.start : passage.span.end]
            assert [] == [aside for aside in (*article.asides, *FURNITURE) if aside in quoted]


def test_no_expected_text_holds_furniture() -> None:
    """What surrounds an article is no part of its text or title, whoever wrote its golden file."""
    found = [
        (name, furniture)
        for name in NAMES
        for article in _expected(name)["articles"]
        for furniture in FURNITURE
        if furniture in "\n\n".join([article["title"], *article["text"]])
    ]
    assert [] == found


def test_the_fixtures_hold_all_the_furniture() -> None:
    """Each piece of furniture stands in a fixture, or in a text that one is made of."""
    files = [p for folder in (FIXTURES, HERE / "sources") for p in folder.rglob("*") if p.is_file()]
    whole = "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)
    assert [] == [furniture for furniture in FURNITURE if furniture not in whole]


def test_every_fixture_has_a_golden_file() -> None:
    """There is a golden file for every fixture, and none that is left over, written as made."""
    files = [path for path in (HERE / "golden").rglob("*") if path.is_file()]
    assert sorted(golden(name) for name in NAMES) == sorted(files)
    assert [] == [n for n in NAMES if as_json(_expected(n)) != golden(n).read_text("utf-8")]


def test_every_format_has_two_fixtures() -> None:
    """Whatever a source's settings may name, and what else is read, is tried at least twice."""
    told = Counter[str](folder=len(FOLDERS))
    for name in set(NAMES) - set(FOLDERS):
        with (FIXTURES / name).open("rb") as stream:
            told[str(tell(stream.read(HEAD), name))] += 1
    assert {*get_args(Kind), "mhtml", "webarchive", "zip", "folder"} == set(told)
    assert [] == [form for form, count in told.items() if count < 2]


@pytest.mark.parametrize("name", made())
def test_a_made_fixture_is_what_making_it_anew_gives(name: str) -> None:
    """The fixtures that are no plain text are those that their sources make, byte for byte."""
    assert made()[name] == (FIXTURES / name).read_bytes()


def test_the_fixtures_are_small() -> None:
    """All fixtures together stay within 300 KB."""
    assert sum(path.stat().st_size for path in FIXTURES.rglob("*") if path.is_file()) < 300_000
