"""The options that narrow: read, suggested, and kept as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.failures import Refused, guard_choices
from bot.narrow import Value, Values, from_json, narrow, suggest, to_json, valued
from retrieval.errors import StorageError
from retrieval.index import Entry
from retrieval.types import OPERATOR, Article, ArticleRef, Filters, Reader
from tests.conftest import Library

EAST = timezone(timedelta(hours=2))


def entry(source: str | None, *authors: str, collection: str = "public") -> Entry:
    """Return an article of a list."""
    return Entry(ArticleRef("a", "T"), "v", source, authors, None, collection)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2025-03-01", datetime(2025, 3, 1, tzinfo=UTC)),
        (" 2025-03-01 ", datetime(2025, 3, 1, tzinfo=UTC)),
        ("2025-03-01T12:30", datetime(2025, 3, 1, 12, 30, tzinfo=UTC)),
        ("2025-03-01T12:30+02:00", datetime(2025, 3, 1, 12, 30, tzinfo=EAST)),
        (None, None),
    ],
)
def test_a_date_is_read_as_utc_unless_it_says_otherwise(
    words: str | None, moment: datetime | None
) -> None:
    """A date alone, or a time without a zone, is UTC."""
    assert narrow(None, None, None, words, words) == Filters(after=moment, before=moment)


@pytest.mark.parametrize("words", ["", "soon", "2025-02-30", "01/02/2025", "2025", "٢٠٢٥-٠٣-٠١x"])
@pytest.mark.parametrize("option", ["after", "before"])
def test_what_is_no_date_is_refused_by_its_options_name(words: str, option: str) -> None:
    """The sentence names the option and how a date is written."""
    values = {"after": None, "before": None} | {option: words}
    with pytest.raises(Refused, match="refused-date"):
        narrow(None, None, None, values["after"], values["before"])


_texts = st.none() | st.text(max_size=20)
_times = st.none() | st.datetimes(timezones=st.sampled_from([UTC, EAST]))
_filters = st.builds(Filters, _texts, _texts, _texts, _times, _times)


@given(_filters)
def test_filters_survive_as_json(filters: Filters) -> None:
    """What is written down for later is read back as it was."""
    assert filters == from_json(json.loads(json.dumps(to_json(filters))))


@pytest.mark.parametrize(
    ("option", "typed", "expected"),
    [
        ("author", "", ["B", "A", "C"]),
        ("author", "c", ["C"]),
        ("source", "", ["One", "Two"]),
        ("source", " TW ", ["Two"]),
        ("source", "three", []),
        ("collection", "", ["public", "other"]),
    ],
)
def test_values_are_suggested_by_frequency(option: str, typed: str, expected: list[str]) -> None:
    """The values that hold what was typed are offered, the most frequent first."""
    entries = [
        entry("One", "A", "B"),
        entry("One", "B"),
        entry("Two", "C", collection="other"),
        entry(None),
    ]
    assert expected == suggest(valued(entries)[option], typed)


def test_no_more_is_suggested_than_discord_shows() -> None:
    """Twenty-five values at most, none longer than a hundred characters."""
    entries = [entry(f"s{n}") for n in range(40)] + [entry("x" * 101)] * 3
    found = suggest(valued(entries)["source"], "")
    assert len(found) == 25
    assert "x" * 101 not in found


def test_words_that_begin_with_what_was_typed_come_first() -> None:
    """A value of which a word begins so comes before more frequent ones that hold it within."""
    counted = [Value("author", name, 1, None) for name in ("Rolf Brand", "Cleo", "Ran Olm", "Éran")]
    assert ["Ran Olm", "Rolf Brand", "Éran"] == suggest(counted, "RAN")


def test_values_are_counted_with_their_newest_date() -> None:
    """Of a publication it is told how many articles it has, and when the newest is of."""
    days = ["2024-01-02T00:00:00+00:00", "2024-03-01T00:00:00+00:00", None]
    entries = [
        Entry(ArticleRef(str(number), "T"), "v", "Gazette", ("A",), day, "public")
        for number, day in enumerate(days)
    ]
    assert [Value("source", "Gazette", 3, days[1])] == valued(entries)["source"]


async def _fail() -> list[str]:
    raise StorageError("The disk is gone; bring it back.")


@pytest.mark.asyncio
async def test_choices_that_fail_are_none(caplog: pytest.LogCaptureFixture) -> None:
    """Where the archive fails as something is typed, nothing is offered, and the log says why."""
    assert [] == await guard_choices(_fail())
    assert "The disk is gone" in caplog.text


def test_values_are_those_of_the_generation_and_of_the_reader(library: Library) -> None:
    """A new generation's values are offered at once, and only those of visible articles."""
    first = Article("One", "It sank.", "1", authors=("Ada",), source="Gazette")
    library.shelve(first)
    archive = library.open()
    values, everyone = Values(archive), Reader(frozenset({"public"}))
    assert ["Ada"] == values.suggest("author", "", everyone)
    library.shelve(first, Article("Two", "It rose.", "2", authors=("Ben",), collection="crew"))
    archive.reload()
    assert ["Ada"] == values.suggest("author", "", everyone)
    assert {"Ada", "Ben"} == set(values.suggest("author", "", OPERATOR))
    assert [] == values.suggest("question", "", OPERATOR)
