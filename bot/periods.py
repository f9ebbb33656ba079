"""The line that says to which period an answer keeps; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from retrieval.types import Period


def _date(moment: datetime, last: datetime | None = None) -> str:
    """Return a date in words, without what a last date in the same month or year says anyway."""
    if last is not None and (moment.year, moment.month) == (last.year, last.month):
        return str(moment.day)
    if last is not None and moment.year == last.year:
        return f"{moment.day} {moment:%B}"
    return f"{moment.day} {moment:%B} {moment.year}"


def dates(period: Period) -> str:
    """Return the days of a period, first and last, as far as it has both."""
    first = period.after
    last = None if period.before is None else period.before - timedelta(microseconds=1)
    if first is None:
        return f"up to {_date(last)}" if last else ""
    if (first.hour, first.minute) != (0, 0):
        return f"from {first:%H:%M} on {_date(first)} on"
    if last is None:
        return f"from {_date(first)} on"
    if first.date() == last.date():
        return _date(first)
    return f"{_date(first, last)} to {_date(last)}"


def only(period: Period, words: str | None = None) -> str:
    """Return in one line that an answer keeps to a period.

    Args:
        period: The period.
        words: Its words, escaped for where the line is shown; None shows them as they are.
    """
    words = period.words if words is None else words
    return f"Only articles published {words} ({dates(period)})"
