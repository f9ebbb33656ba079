"""What English words for a date mean: "last week", "March 2025", "the 1990s"; pure.

Patterns are written with one space, which stands for any; `spaced` compiles them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip

MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_YEAR = r"(?:1\d|20)\d\d"
_COUNT = rf"(?:[1-9]\d{{0,2}}|{'|'.join(_NUMBERS)})"


class Stretch(NamedTuple):
    """A half-open stretch of time that words name.

    Attributes:
        after: Its first moment.
        before: The moment behind its last.
        recent: Whether the words count days, weeks or months back from today.
    """

    after: datetime
    before: datetime
    recent: bool = False


class Calendar:
    """Days as they begin in one time zone, seen from one moment."""

    def __init__(self, now: datetime, zone: tzinfo) -> None:
        self._now = now.astimezone(UTC)
        self._zone = zone
        self.today = now.astimezone(zone).date()

    def days(self, first: date, behind: date, *, recent: bool = False) -> Stretch:
        """Return the stretch from one day's beginning to another's."""
        start, end = (datetime.combine(day, time(), self._zone) for day in (first, behind))
        return Stretch(start, end, recent)

    def months(self, year: int, month: int, count: int = 1, *, recent: bool = False) -> Stretch:
        """Return a stretch of whole months."""
        first = date(year, month, 1)
        return self.days(first, _later(first, count), recent=recent)

    def latest(self, month: int) -> int:
        """Return the year of the latest such month that has begun."""
        return self.today.year - (month > self.today.month)

    def hours_ago(self, hours: int) -> datetime:
        """Return a moment some hours back, across changes of the clock."""
        return (self._now - timedelta(hours=hours)).astimezone(self._zone)


def _later(day: date, months: int) -> date:
    """Return a day some months later, on the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _number(words: str, names: tuple[str, ...]) -> int:
    """Return a number from 1 written in digits, or by the first letters of a name."""
    digits = re.match(r"\d+", words)
    if digits:
        return int(digits[0])
    return next(i for i, name in enumerate(names, 1) if words.lower().startswith(name))


def _today(calendar: Calendar, match: re.Match[str]) -> Stretch:
    # "Who runs it today?" asks for the state of things, "this morning" for news.
    recent = match[0].lower() != "today"
    return calendar.days(calendar.today, calendar.today + timedelta(1), recent=recent)


def _yesterday(calendar: Calendar, match: re.Match[str]) -> Stretch:
    return calendar.days(calendar.today - timedelta(1), calendar.today, recent=True)


def _week(calendar: Calendar, match: re.Match[str]) -> Stretch:
    monday = calendar.today - timedelta(calendar.today.weekday())
    monday -= timedelta(0 if match["which"].lower() == "this" else 7)
    saturday = monday + timedelta(5 if match["end"] else 0)
    return calendar.days(saturday, monday + timedelta(7), recent=True)


def _weekday(calendar: Calendar, match: re.Match[str]) -> Stretch:
    back = (calendar.today.weekday() - _number(match["weekday"], _WEEKDAYS) + 1) % 7 or 7
    day = calendar.today - timedelta(back)
    return calendar.days(day, day + timedelta(1), recent=True)


def _this_month(calendar: Calendar, match: re.Match[str]) -> Stretch:
    first = calendar.today.replace(day=1)
    first = first if match["which"].lower() == "this" else _later(first, -1)
    return calendar.months(first.year, first.month, recent=True)


def _this_year(calendar: Calendar, match: re.Match[str]) -> Stretch:
    return calendar.months(calendar.today.year - (match["which"].lower() != "this"), 1, 12)


def _that_month(calendar: Calendar, match: re.Match[str]) -> Stretch:
    month = _number(match["month"], _MONTHS)
    if match["which"].lower() == "this":
        return calendar.months(calendar.today.year, month)
    return calendar.months(calendar.today.year - (month >= calendar.today.month), month)


def _past(calendar: Calendar, match: re.Match[str]) -> Stretch:
    """Return what reaches back from today, today included."""
    count = _number(match["count"], _NUMBERS) if match["count"] else 1
    unit = match["unit"].lower()
    behind = calendar.today + timedelta(1)
    if unit == "hour":
        return calendar.days(calendar.today, behind, recent=True)._replace(
            after=calendar.hours_ago(count)
        )
    if unit in ("day", "week"):
        first = calendar.today - timedelta(count * (7 if unit == "week" else 1))
    else:
        first = _later(calendar.today, -count * (12 if unit == "year" else 1))
    return calendar.days(first, behind, recent=unit != "year")


def _iso(calendar: Calendar, match: re.Match[str]) -> Stretch:
    day = date.fromisoformat(match[0])
    return calendar.days(day, day + timedelta(1))


def _date(calendar: Calendar, match: re.Match[str]) -> Stretch:
    month, number = _number(match["month"], _MONTHS), _number(match["day"], ())
    if match["year"]:
        day = date(int(match["year"]), month, number)
    else:
        day = date(calendar.today.year, month, number)
        day = day if day <= calendar.today else day.replace(year=day.year - 1)
    return calendar.days(day, day + timedelta(1))


def _month(calendar: Calendar, match: re.Match[str]) -> Stretch:
    month = _number(match["month"], _MONTHS)
    return calendar.months(int(match["year"] or calendar.latest(month)), month)


def _quarter(calendar: Calendar, match: re.Match[str]) -> Stretch:
    return calendar.months(int(match["year"]), 3 * int(match["quarter"]) - 2, 3)


def _decade(calendar: Calendar, match: re.Match[str]) -> Stretch:
    return calendar.months(int(match["decade"]), 1, 120)


def _year(calendar: Calendar, match: re.Match[str]) -> Stretch:
    return calendar.months(int(match[0]), 1, 12)


Meaning = Callable[[Calendar, re.Match[str]], Stretch]
_THIS = r"(?P<which>this|last|previous)"
_RECENT: tuple[tuple[str, Meaning], ...] = (
    ("yesterday", _yesterday),
    (r"today|this (?:morning|afternoon|evening)", _today),
    (rf"{_THIS} week(?P<end>end)?", _week),
    (rf"last (?P<weekday>{_WEEKDAY})", _weekday),
    (rf"{_THIS} month", _this_month),
    (rf"{_THIS} year", _this_year),
    (rf"{_THIS} (?P<month>{MONTH})", _that_month),
    (rf"(?:the )?(?:last|past) (?P<count>{_COUNT}) (?P<unit>hour|day|week|month|year)s?", _past),
    (r"(?:the )?past (?P<count>)(?P<unit>hour|day|week|month|year)", _past),
    (r"the last (?P<count>)(?P<unit>week|month|year)", _past),
)
_FULL: tuple[tuple[str, Meaning], ...] = (
    (rf"{_YEAR}-\d\d-\d\d", _iso),
    (rf"(?:the )?(?P<day>{DAY})(?: of)? (?P<month>{MONTH}),? (?P<year>{_YEAR})", _date),
    (rf"(?P<month>{MONTH}) (?:the )?(?P<day>{DAY}),? (?P<year>{_YEAR})", _date),
)
_PARTIAL: tuple[tuple[str, Meaning], ...] = (
    (rf"(?:the )?(?P<day>{DAY})(?: of)? (?P<month>{MONTH})(?P<year>)", _date),
    (rf"(?P<month>{MONTH}) (?:the )?(?P<day>{DAY})(?!\d)(?P<year>)", _date),
    (rf"(?P<month>{MONTH}),? (?:of )?(?P<year>{_YEAR})", _month),
    (rf"q(?P<quarter>[1-4]),? (?:of )?(?P<year>{_YEAR})", _quarter),
    (r"the (?P<decade>(?:1\d|20)[1-9]0)s", _decade),
    (_YEAR, _year),
    (rf"(?P<month>{MONTH})(?P<year>)", _month),
)


def spaced(pattern: str) -> re.Pattern[str]:
    """Compile a pattern: case does not matter, and a space stands for any."""
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)


def _nameless(rules: tuple[tuple[str, Meaning], ...]) -> str:
    return "|".join(re.sub(r"\?P<\w+>", "?:", pattern) for pattern, _ in rules)


RECENT, FULL = _nameless(_RECENT), _nameless(_FULL)
NAMED = _nameless((*_FULL, *_PARTIAL))
_RULES = tuple((spaced(pattern), meaning) for pattern, meaning in (*_RECENT, *_FULL, *_PARTIAL))


def resolve(words: str, calendar: Calendar) -> Stretch:
    """Return what the words of one date mean.

    Args:
        words: What `RECENT` or `NAMED` matched.
        calendar: Where and when they are said.

    Raises:
        ValueError: There is no such day, or they reach back before the first.
    """
    for pattern, meaning in _RULES:
        if match := pattern.fullmatch(words):
            return meaning(calendar, match)
    raise ValueError(words)
