"""Questions with a date in words: when it narrows, when it does not, and what the answer says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from retrieval.archive import Archive
from retrieval.collecting import Plan
from retrieval.indexing import Indexer
from retrieval.types import Article, Filters, Reader
from tests.conftest import SEARCH, Library, Shelf
from tests.hashed import CHUNKING, HashedEncoder

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
LAST_WEEK = TODAY - timedelta(TODAY.weekday() + 4)
EAGER = replace(SEARCH, threshold=0.3)


def _article(title: str, text: str, day: datetime | None, **fields: object) -> Article:
    return Article(title, text, "here", published_at=day, **fields)  # type: ignore[arg-type]


FRESH = _article("Ferry news", "The ferry carried copper to the island.", LAST_WEEK)
OLD = _article(
    "Ferry history",
    "The ferry carried marble to the valley quarry.",
    datetime(2019, 5, 4, tzinfo=UTC),
)
MARBLE = _article(
    "Marble", "In 2019 the ferry carried marble and timber.", datetime(2021, 1, 2, tzinfo=UTC)
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Yield an archive of three articles of three times."""
    library = Library(tmp_path_factory.mktemp("dated"), HashedEncoder())
    library.shelve(FRESH, OLD, MARBLE)
    yield library.open(EAGER)
    library.close()


def _titles(archive: Archive, question: str, **options: object) -> set[str]:
    answer = archive.ask(question, **options)  # type: ignore[arg-type]
    return {hit.version.article.title for hit in answer.hits}


EVERY = {"Ferry news", "Ferry history", "Marble"}


def test_last_weeks_articles_alone_answer(archive: Archive) -> None:
    """Last week is a filter: the answer keeps to it, says so, and shows the question as asked."""
    answer = archive.ask("What did the ferry carry last week?")
    assert {"Ferry news"} == {hit.version.article.title for hit in answer.hits}
    assert {"Ferry news"} == {ref.title for ref in answer.nearest}
    assert answer.answered
    assert answer.period is not None
    monday = TODAY - timedelta(TODAY.weekday() + 7)
    assert ("last week", monday, monday + timedelta(7)) == (
        answer.period.words, answer.period.after, answer.period.before,
    )  # fmt: skip
    assert "What did the ferry carry last week?" == answer.question
    assert "week" not in answer.unknown_words
    assert answer.timings.total >= max(answer.timings[:3])


def test_a_week_that_does_not_answer_is_refused(archive: Archive) -> None:
    """An older article is no answer to what was asked of last week; of any date, it is one."""
    question = "What marble was carried to the valley quarry last week?"
    answer = archive.ask(question)
    assert (False, "last week") == (answer.answered, answer.period and answer.period.words)
    anyway = archive.ask(question, any_date=True)
    assert (True, None) == (anyway.answered, anyway.period)
    assert "Ferry history" == anyway.hits[0].version.article.title


def test_a_year_narrows_where_its_articles_answer_as_surely(archive: Archive) -> None:
    """What was published in a year answers for it, unless an article of another year knows more."""
    answer = archive.ask("What was carried to the valley quarry in 2019?")
    assert answer.period is not None
    assert {"Ferry history"} == {hit.version.article.title for hit in answer.hits}
    told_later = archive.ask("What timber did the ferry carry in 2019?")
    assert None is told_later.period
    assert "Marble" == told_later.hits[0].version.article.title
    assert 3 == len(told_later.hits)


def test_what_was_published_in_a_year_is_a_filter(archive: Archive) -> None:
    """Who asks for what was published in a year gets nothing of another."""
    answer = archive.ask("Which articles published in 2019 name timber?")
    assert answer.period is not None
    assert {"Ferry history"} == {hit.version.article.title for hit in answer.hits}


@pytest.mark.parametrize(
    "question",
    [
        "What did the ferry carry in 1066?",
        "What did the ferry carry since 1066?",
        "What did the ferry carry in 2022?",
        "What did the ferry carry since the election?",
        "What did the ferry carry before 1950?",
        "What may the ferry carry?",
    ],
)
def test_a_date_from_which_nothing_is_narrows_nothing(archive: Archive, question: str) -> None:
    """Where no article is of the period, or every one is, a question is answered as asked."""
    answer = archive.ask(question)
    assert None is answer.period
    assert EVERY == {hit.version.article.title for hit in answer.hits}
    assert answer.hits == archive.ask(question, any_date=True).hits


def test_a_filter_by_time_overrides_words(archive: Archive) -> None:
    """Who sets after or before has said when; words are words then."""
    for filters in (Filters(after=OLD.published_at), Filters(before=TODAY + timedelta(1))):
        answer = archive.ask("What did the ferry carry last week?", filters=filters)
        assert None is answer.period
        assert EVERY == {hit.version.article.title for hit in answer.hits}


def test_an_archive_without_dates_is_asked_as_ever(library: Library) -> None:
    """Where most articles have no date, a date leaves none of them out."""
    undated = [_article(f"Note {n}", f"The ferry carried load {n}.", None) for n in range(3)]
    library.shelve(FRESH, *undated)
    archive = library.open()
    question = "What did the ferry carry last week?"
    assert None is archive.ask(question).period
    assert 4 == len(archive.ask(question).hits)


def test_only_what_the_reader_may_see_counts(library: Library) -> None:
    """An article of last week that a reader may not see narrows nothing for them."""
    library.shelve(replace(FRESH, collection="crew"), OLD, MARBLE)
    archive = library.open()
    question = "What did the ferry carry last week?"
    public = archive.ask(question, reader=Reader(frozenset({"public"})))
    assert (None, {"Ferry history", "Marble"}) == (
        public.period, {hit.version.article.title for hit in public.hits},
    )  # fmt: skip
    assert archive.ask(question).period is not None
    assert None is archive.ask(question, filters=Filters(collection="public")).period


def test_days_begin_where_the_settings_say(library: Library) -> None:
    """An article of yesterday's last hour in one zone is of today in another."""
    zone = ZoneInfo("Pacific/Kiritimati")
    midnight = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    library.shelve(
        _article("Late", "The ferry carried copper.", midnight - timedelta(minutes=1)),
        _article("Early", "The ferry carried marble.", midnight + timedelta(minutes=1)),
    )
    archive = library.open(replace(EAGER, timezone=zone))
    assert {"Late"} == _titles(archive, "What did the ferry carry yesterday?")


@pytest.mark.parametrize("question", ["last week", "Last week?"])
def test_a_date_alone_is_searched_with_its_words(archive: Archive, question: str) -> None:
    """A question that is nothing but a date still narrows, and still has words to search."""
    assert {"Ferry news"} == _titles(archive, question)


def test_a_follow_up_may_be_a_date_alone(archive: Archive) -> None:
    """A follow-up that says but a time is the earlier question, asked of that time."""
    answer = archive.ask("And last week?", context="What did the ferry carry?")
    assert answer.period is not None
    assert {"Ferry news"} == {hit.version.article.title for hit in answer.hits}


def test_another_language_has_no_dates_in_words(library: Library) -> None:
    """Dates in words are English; an archive in another language takes them as words."""
    german = replace(CHUNKING, language="de")
    shelf = Shelf("shelf", [FRESH, OLD, MARBLE])
    Indexer(library.data_dir, library.encoder, german, Plan((shelf,), True), lambda _: None).run()
    archive = Archive(library.data_dir, library.encoder, german, EAGER)
    assert None is archive.ask("What did the ferry carry last week?").period
    archive.close()


def test_of_about_equals_the_newest_is_shown_first(library: Library) -> None:
    """Recency orders what scores about the same, and is off unless it is set."""
    days = [datetime(2020 + n, 1, 1, tzinfo=UTC) for n in (1, 4, 2)]
    library.shelve(*[_article("Ferry", f"The ferry left pier {n}.", d) for n, d in enumerate(days)])
    plain, recent = library.open(), library.open(replace(SEARCH, recency=1.1))
    found = [
        [hit.version.article.published_at for hit in archive.ask("Which ferry left pier 0?").hits]
        for archive in (plain, recent)
    ]
    assert days[0] == found[0][0]
    assert sorted(days, reverse=True) == found[1]
