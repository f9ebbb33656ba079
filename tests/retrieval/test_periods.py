"""Dates in words: what is one, which period it names, and what is left alone."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.periods import find

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
"""A Tuesday."""


def _days(question: str, now: datetime = NOW, zone: str = "UTC") -> tuple[str, str, str] | None:
    """Return the words of a date, and the days that bound its period, "" for no bound."""
    found = find(question, now, ZoneInfo(zone))
    if found is None:
        return None
    after, before = (
        "" if moment is None else f"{moment:%Y-%m-%d}"
        for moment in (found.period.after, found.period.before)
    )
    return found.period.words, after, before


@pytest.mark.parametrize(
    ("question", "words", "after", "before"),
    [
        ("What did Alibaba announce last week?", "last week", "2026-11-16", "2026-11-23"),
        ("Last week, what did it say?", "Last week", "2026-11-16", "2026-11-23"),
        ("What was decided this week?", "this week", "2026-11-23", "2026-11-30"),
        ("What was decided  in the\tlast week?", "in the\tlast week", "2026-11-17", "2026-11-25"),
        ("What was new over the past week?", "over the past week", "2026-11-17", "2026-11-25"),
        ("Who won yesterday?", "yesterday", "2026-11-23", "2026-11-24"),
        ("WHO WON YESTERDAY", "YESTERDAY", "2026-11-23", "2026-11-24"),
        ("What is new today?", "today", "2026-11-24", "2026-11-25"),
        ("What burned this morning?", "this morning", "2026-11-24", "2026-11-25"),
        ("What burned this evening?", "this evening", "2026-11-24", "2026-11-25"),
        ("Who won last weekend?", "last weekend", "2026-11-21", "2026-11-23"),
        ("Who plays this weekend?", "this weekend", "2026-11-28", "2026-11-30"),
        ("What fell last Friday?", "last Friday", "2026-11-20", "2026-11-21"),
        ("What fell on last tuesday?", "on last tuesday", "2026-11-17", "2026-11-18"),
        ("What fell last Monday?", "last Monday", "2026-11-23", "2026-11-24"),
        ("Who resigned this month?", "this month", "2026-11-01", "2026-12-01"),
        ("Who resigned last month?", "last month", "2026-10-01", "2026-11-01"),
        ("Who resigned the previous month?", None, "", ""),
        ("Who resigned in previous month?", "in previous month", "2026-10-01", "2026-11-01"),
        ("Who resigned in the past month?", "in the past month", "2026-10-24", "2026-11-25"),
        ("What was built this year?", "this year", "2026-01-01", "2027-01-01"),
        ("What was built last year?", "last year", "2025-01-01", "2026-01-01"),
        ("What was built in the past year?", "in the past year", "2025-11-24", "2026-11-25"),
        ("What burned in the last 3 days?", "in the last 3 days", "2026-11-21", "2026-11-25"),
        ("What burned in the last three days?", "in the last three days", "2026-11-21",
         "2026-11-25"),
        ("What sank during the past 2 weeks?", "during the past 2 weeks", "2026-11-10",
         "2026-11-25"),
        ("What sank within the last 6 months?", "within the last 6 months", "2026-05-24",
         "2026-11-25"),
        ("What sank over the last 10 years?", "over the last 10 years", "2016-11-24",
         "2026-11-25"),
        ("What sank the past 24 hours?", "the past 24 hours", "2026-11-23", "2026-11-25"),
        ("Who came in March?", "in March", "2026-03-01", "2026-04-01"),
        ("Who came in march?", "in march", "2026-03-01", "2026-04-01"),
        ("Who came in may?", "in may", "2026-05-01", "2026-06-01"),
        ("Who came in December?", "in December", "2025-12-01", "2026-01-01"),
        ("Who came in November?", "in November", "2026-11-01", "2026-12-01"),
        ("Who came last March?", "last March", "2026-03-01", "2026-04-01"),
        ("Who came last November?", "last November", "2025-11-01", "2025-12-01"),
        ("Who came this October?", "this October", "2026-10-01", "2026-11-01"),
        ("What happened in March 2025?", "in March 2025", "2025-03-01", "2025-04-01"),
        ("What happened in Mar. 2025?", "in Mar. 2025", "2025-03-01", "2025-04-01"),
        ("What happened in sept 2025 about it?", "in sept 2025", "2025-09-01", "2025-10-01"),
        ("What happened in March of 2025?", "in March of 2025", "2025-03-01", "2025-04-01"),
        ("What happened in December 2025?", "in December 2025", "2025-12-01", "2026-01-01"),
        ("Who ruled in 2024?", "in 2024", "2024-01-01", "2025-01-01"),
        ("In 2024, who ruled?", "In 2024", "2024-01-01", "2025-01-01"),
        ("Who ruled during 2024 in France?", "during 2024", "2024-01-01", "2025-01-01"),
        ("Who ruled throughout 2024?", "throughout 2024", "2024-01-01", "2025-01-01"),
        ("Who ruled in 1066?", "in 1066", "1066-01-01", "1067-01-01"),
        ("Who ruled in the 1990s?", "in the 1990s", "1990-01-01", "2000-01-01"),
        ("What was sold in Q1 2025?", "in Q1 2025", "2025-01-01", "2025-04-01"),
        ("What was sold in q4 of 2025?", "in q4 of 2025", "2025-10-01", "2026-01-01"),
        ("What has changed since 2023?", "since 2023", "2023-01-01", ""),
        ("What has changed since March 2025?", "since March 2025", "2025-03-01", ""),
        ("What has changed since May?", "since May", "2026-05-01", ""),
        ("What has changed since yesterday?", "since yesterday", "2026-11-23", ""),
        ("What has changed since last month?", "since last month", "2026-10-01", ""),
        ("What was known before June 2024?", "before June 2024", "", "2024-06-01"),
        ("What was known before 2020?", "before 2020", "", "2020-01-01"),
        ("What came after 3 May 2025?", "after 3 May 2025", "2025-05-04", ""),
        ("What came after 2020?", "after 2020", "2021-01-01", ""),
        ("What held until June 2024?", "until June 2024", "", "2024-07-01"),
        ("What held till 2022?", "till 2022", "", "2023-01-01"),
        ("What rose between March and May 2025?", "between March and May 2025", "2025-03-01",
         "2025-06-01"),
        ("What rose from March to May 2025?", "from March to May 2025", "2025-03-01",
         "2025-06-01"),
        ("What rose between 2020 and 2022?", "between 2020 and 2022", "2020-01-01",
         "2023-01-01"),
        ("What rose from 2020 to 2022?", "from 2020 to 2022", "2020-01-01", "2023-01-01"),
        ("What rose from 2020 until March 2022?", "from 2020 until March 2022", "2020-01-01",
         "2022-04-01"),
        ("What rose between 3 and 5 May 2025?", "between 3 and 5 May 2025", "2025-05-03",
         "2025-05-06"),
        ("What rose between December 2024 and March 2025?",
         "between December 2024 and March 2025", "2024-12-01", "2025-04-01"),
        ("What rose between May and March 2025?", None, "", ""),
        ("What was signed on 12 March 2025?", "on 12 March 2025", "2025-03-12", "2025-03-13"),
        ("What was signed on the 12th of March 2025?", "on the 12th of March 2025",
         "2025-03-12", "2025-03-13"),
        ("What was signed March 12, 2025?", "March 12, 2025", "2025-03-12", "2025-03-13"),
        ("What was signed on March 12th 2025?", "on March 12th 2025", "2025-03-12",
         "2025-03-13"),
        ("What was signed on 2025-03-12?", "on 2025-03-12", "2025-03-12", "2025-03-13"),
        ("What was signed 2025-03-12?", "2025-03-12", "2025-03-12", "2025-03-13"),
        ("What was signed on 3 December?", "on 3 December", "2025-12-03", "2025-12-04"),
        ("What was signed on March 12?", "on March 12", "2026-03-12", "2026-03-13"),
        ("Which articles from March 2025 name it?", "from March 2025", "2025-03-01",
         "2025-04-01"),
        ("Is there news of last week?", "of last week", "2026-11-16", "2026-11-23"),
        ("What was in yesterday's news?", "yesterday", "2026-11-23", "2026-11-24"),
    ],
)  # fmt: skip
def test_a_date_names_its_period(question: str, words: str | None, after: str, before: str) -> None:
    """A date in words is found where it stands, and names days that are bounded half-open."""
    assert (None if words is None else (words, after, before)) == _days(question)


@pytest.mark.parametrize(
    ("question", "now", "after", "before"),
    [
        # Month ends, leap years, year turns.
        ("this month", "2024-02-29T10:00", "2024-02-01", "2024-03-01"),
        ("last month", "2026-03-31T10:00", "2026-02-01", "2026-03-01"),
        ("last month", "2026-01-01T10:00", "2025-12-01", "2026-01-01"),
        ("in the past month", "2026-03-31T10:00", "2026-02-28", "2026-04-01"),
        ("in the past month", "2024-03-31T10:00", "2024-02-29", "2024-04-01"),
        ("in the past year", "2024-02-29T10:00", "2023-02-28", "2024-03-01"),
        ("in the last 12 months", "2024-02-29T10:00", "2023-02-28", "2024-03-01"),
        ("yesterday", "2024-03-01T10:00", "2024-02-29", "2024-03-01"),
        ("yesterday", "2026-01-01T00:00", "2025-12-31", "2026-01-01"),
        ("today", "2025-12-31T23:59", "2025-12-31", "2026-01-01"),
        ("last week", "2026-01-01T10:00", "2025-12-22", "2025-12-29"),
        ("this week", "2026-01-01T10:00", "2025-12-29", "2026-01-05"),
        ("this week", "2026-11-29T23:59", "2026-11-23", "2026-11-30"),
        ("last weekend", "2026-11-29T10:00", "2026-11-21", "2026-11-23"),
        ("in December", "2026-01-02T10:00", "2025-12-01", "2026-01-01"),
        ("in January", "2026-01-01T00:00", "2026-01-01", "2026-02-01"),
        ("in February 2024", "2026-01-01T10:00", "2024-02-01", "2024-03-01"),
        ("on 29 February 2024", "2026-01-01T10:00", "2024-02-29", "2024-03-01"),
        ("on 31 December 2025", "2026-01-01T10:00", "2025-12-31", "2026-01-01"),
    ],
)
def test_months_and_years_end_as_they_do(question: str, now: str, after: str, before: str) -> None:
    """Short months, leap days and turns of the year bound periods where they should."""
    found = _days(question, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found is not None
    assert (after, before) == found[1:]


@pytest.mark.parametrize(
    ("question", "now", "zone", "after", "before"),
    [
        ("today", "2026-11-24T23:30+00:00", "UTC", "2026-11-24T00:00+00:00",
         "2026-11-25T00:00+00:00"),
        ("today", "2026-11-24T23:30+00:00", "Asia/Tokyo", "2026-11-24T15:00+00:00",
         "2026-11-25T15:00+00:00"),
        ("today", "2026-11-24T03:00+00:00", "America/New_York", "2026-11-23T05:00+00:00",
         "2026-11-24T05:00+00:00"),
        ("today", "2026-11-24T03:00+05:00", "Asia/Kathmandu", "2026-11-23T18:15+00:00",
         "2026-11-24T18:15+00:00"),
        # A day of 23 hours, a day of 25, and hours counted across both.
        ("today", "2026-03-29T12:00+02:00", "Europe/Berlin", "2026-03-28T23:00+00:00",
         "2026-03-29T22:00+00:00"),
        ("today", "2026-10-25T12:00+01:00", "Europe/Berlin", "2026-10-24T22:00+00:00",
         "2026-10-25T23:00+00:00"),
        ("past 24 hours", "2026-03-29T12:00+02:00", "Europe/Berlin", "2026-03-28T10:00+00:00",
         "2026-03-29T22:00+00:00"),
        ("in March 2026", "2026-11-24T12:00+00:00", "Europe/Berlin", "2026-02-28T23:00+00:00",
         "2026-03-31T22:00+00:00"),
    ],
)  # fmt: skip
def test_days_begin_where_the_archive_is(
    question: str, now: str, zone: str, after: str, before: str
) -> None:
    """Days are those of the time zone, through changes of the clock; both bounds are aware."""
    found = find(question, datetime.fromisoformat(now), ZoneInfo(zone))
    assert found is not None
    assert datetime.fromisoformat(after) == found.period.after
    assert datetime.fromisoformat(before) == found.period.before


@pytest.mark.parametrize(
    "question",
    [
        # No date at all.
        "Who may reindex the archive?", "May I read it?", "How this may affect trade",
        "When did the march on the capital begin?", "Who led the March on Rome?",
        "What did the army march over?", "What has changed since the election?",
        "Who ruled before the war?", "What happens in the last chapter?", "Since then, who ruled?",
        "Does it stop in 300 seconds?", "Does it stop after 2000 metres?", "Is 2024 prime?",
        "Can it hold from 300 to 2000 words?", "Is it between 1500 and 2000 words?",
        "How long is the last mile?", "What was built in the 19th century?", "Did it last weeks?",
        "How many come every March?", "What did he say at last?", "Who came three weeks ago?",
        "What did we learn in the past?", "Will it last 5 days?",
        # A part of a longer sign.
        "What is new in version 2024.1?", "What is new since 2024.1?",
        "What does CVE-2025-03-12 do?",
        "Who plays in 2024-25?", "Who plays in 2024/25?", "What is said in 20245?",
        "Who won in 2024–25?", "Where was he last March 12?", "Is it in marching order?",
        # What names a thing.
        "What is in the 2024 budget?", "What is in the March 2020 decision?",
        "What was paid in 2024 dollars?", "What fell in 2008 prices?", "Who won in 2024 elections?",
        "What did the 12 March 2025 agreement say?", "What are the Q1 2025 results?",
        "What does the budget of 2024 say?", "What did last week's vote decide?",
        "What do today's children read?", "Who died in the last week of the war?",
        "Who came on the last day of school?", "Who wrote in his last week at school?",
        "Who was minister before May?", "Who was minister after May became it?",
        "What was the report on 2024?", "What do you think of May?",
        # More than one, or less than one.
        "Did sales grow in 2023 and 2024?", "Was 2023 better, in May or in June?",
        "Did it grow in 2024 or 2025?", "Did it grow in March and in April?",
        "Was it said last week, or yesterday?", "Did it happen on 30 February 2025?",
        "Did it happen on 2025-13-01?", "Did it happen on 29 February?",
        # Which half of the world, and which summer?
        "What grew last summer?", "What grew in the spring of 2025?",
    ],
)  # fmt: skip
def test_what_is_no_date_is_left_alone(question: str) -> None:
    """Verbs, names, numbers, versions, lists and things named by a year are no dates."""
    assert None is _days(question)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What did Alibaba announce last week?", "What did Alibaba announce?"),
        ("In 2024, who ruled France?", "who ruled France?"),
        ("What did it say last week about chips?", "What did it say about chips?"),
        ("What was in yesterday's news?", "What was in news?"),
        ("Last week?", "?"),
        ("last week", ""),
    ],
)
def test_the_rest_is_searched(question: str, rest: str) -> None:
    """Without the words of its date a question still reads as one."""
    found = find(question, NOW, UTC)
    assert found is not None
    assert rest == found.rest


@pytest.mark.parametrize(
    ("question", "certain"),
    [
        ("What burned last week?", True), ("What burned yesterday?", True),
        ("What burned in the last 3 months?", True), ("What burned this morning?", True),
        ("Who runs it today?", False), ("What burned last year?", False),
        ("What burned in the last 2 years?", False), ("What burned in 2024?", False),
        ("What burned in March?", False), ("Which articles published in 2024 name it?", True),
        ("Is there news from 2024 about it?", True), ("What was written in May 2025?", True),
    ],
)  # fmt: skip
def test_it_is_told_whether_the_date_is_an_articles(question: str, certain: bool) -> None:
    """Days, weeks and months from today, and what was published, are dates of articles."""
    found = find(question, NOW, UTC)
    assert found is not None
    assert certain == found.certain


PIECES = (
    "last this past the in on since between and from to until before after of may march May March"
    " 12 3rd 2024 2025-03-12 30 February week weeks month year days 3 yesterday today Q1 1990s , ."
    " ? 's ’s articles who won Friday weekend hours 999 three"
).split()


@given(
    st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.datetimes(datetime(1971, 1, 1), datetime(2399, 12, 31)).map(lambda d: d.replace(tzinfo=UTC)),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "America/Havana", "Asia/Beirut"]),
)
def test_a_period_is_sound(question: str, now: datetime, zone: str) -> None:
    """Whatever is asked, a period's words stand in the question, and it ends after it begins."""
    found = find(question, now, ZoneInfo(zone))
    if found is None:
        return
    period = found.period
    assert question[found.span.start : found.span.end] == period.words != ""
    assert period.after is not None or period.before is not None
    for bound in (period.after, period.before):
        assert bound is None or bound.utcoffset() is not None
    if period.after is not None and period.before is not None:
        assert period.after < period.before
    assert found.rest == " ".join(found.rest.split())


def test_it_is_quick() -> None:
    """Looking for a date costs far less than half a millisecond, and the longest little more."""
    asked = "What did the harbour master announce in March 2025 about the last ferry of the year?"
    began = time.perf_counter()
    for _ in range(200):
        find(asked, NOW, UTC)
    assert (time.perf_counter() - began) / 200 < 0.0005 * 4
    for longest in ("in March may last this ", "between 3 and ", "in 2024 "):
        began = time.perf_counter()
        find((longest * 2000)[:2000], NOW, UTC)
        assert timedelta(seconds=time.perf_counter() - began) < timedelta(seconds=0.2)
