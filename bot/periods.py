"""The line that says to which period an answer keeps; pure."""

from __future__ import annotations

from datetime import timedelta

from bot.language import Language
from retrieval.types import Period


def dates(say: Language, period: Period) -> str:
    """Return the days of a period, first and last, as far as it has both."""
    first = period.after
    last = None if period.before is None else period.before - timedelta(microseconds=1)
    if first is None:
        return say("period-until", last=say.day(last)) if last else ""
    if (first.hour, first.minute) != (0, 0):
        return say("period-from-time", time=say.time(first), first=say.day(first))
    if last is None:
        return say("period-from", first=say.day(first))
    if first.date() == last.date():
        return say.day(first)
    return say.dates(first, last)


def only(say: Language, period: Period, words: str | None = None) -> str:
    """Return in one line that an answer keeps to a period.

    Args:
        say: The reader's language.
        period: The period.
        words: Its words, escaped for where the line is shown; None shows them as they are.
    """
    words = period.words if words is None else words
    return say("period", words=words, dates=dates(say, period))
