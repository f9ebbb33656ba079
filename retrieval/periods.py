"""Dates in words: the one period that a question names, and what is left to search; pure.

English alone. Only what can hardly be anything but a date is taken: "may" and
"march" count as months where a preposition says so, a year where it names no
thing ("in 2024", not "the 2024 budget"). A question with two dates names none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice

from retrieval.calendar_words import DAY, FULL, MONTH, NAMED, RECENT, Calendar, resolve, spaced
from retrieval.types import Period, Span

_DATE = rf"(?:{RECENT}|{NAMED})"
_EXPRESSION = spaced(
    rf"\bbetween (?P<low>{_DATE}|{DAY}) and (?P<high>{_DATE})"
    rf"|\bfrom (?P<first>{_DATE}|{DAY}) (?:to|until|till|through) (?P<last>{_DATE})"
    rf"|\b(?P<edge>since|before|after|until|till) (?P<limit>{_DATE})"
    rf"|\b(?P<at>in|during|within|over|on|throughout|from|of) (?P<within>{_DATE})"
    rf"|\b(?P<bare>{RECENT}|{FULL})"
)
_HINT = spaced(rf"\d{{4}}|\b(?:yesterday|today|this|last|past|previous|{MONTH})\b")
_IS_RECENT = spaced(RECENT)
_HAS_YEAR = re.compile(r"\d{4}")
_HAS_DAY = spaced(rf".*?(?:(?<!\d){DAY}(?!\d)|day)")
_LAST_NUMBER = spaced(r"last (?:\d+|\w+) \w+")
_VERB = re.compile(r"may|march|mar", re.IGNORECASE)
_THIS_VERB = re.compile(r"(?i:this)\s+(?:may|march|mar)")

_PRINTED = (
    r"(?:articles?|news|story|stories|reports?|posts?|coverage|headlines?|issues?|editions?"
    r"|papers?)"
)
_PUBLISHED = re.compile(rf"\b(?:published|written|posted|printed|{_PRINTED})\s+$", re.IGNORECASE)
"""What before a date says that it is the date of publication."""

_LONGEST_BEFORE = 20
"""Characters that what stands before a date has at most."""

_OWNED = re.compile(
    r"(?:\b(?:the|a|an|its|his|her|their|our|your|my|that|these|those|very)\s+|[-/.:#+’'])$",
    re.IGNORECASE,
)
"""What before a bare date says that it names a thing, or is part of a longer sign."""

_LISTED = r"(?:[,&/–-]|\band\b|\bor\b|\bvs\b\.?|\bversus\b)"
_PART = spaced(
    rf"\w|[’'](?!s\b)\w|[’']s\b(?! {_PRINTED}\b)|[-/+–]\w|[.:,]\d| \d| (?:of|before|after)\b"
    rf"|\s*{_LISTED}\s*(?:(?:the|in|on) )?(?:\d|{MONTH}\b|yesterday\b|today\b|this |last )"
)
"""What behind a date says that it is part: of a longer sign, of a list, of a thing's name."""

_FOLLOWING = spaced(rf"(?:\d|\b{MONTH}|\b(?:day|week|month|year)s?)\s*{_LISTED}\s*$")
"""What before a date says that it is the last of a list."""

_FREE = spaced(
    r"\s*(?:$|[^\w\s]|(?:a|about|according|across|against|all|am|among|an|and|any|are|as|at"
    r"|because|but|by|can|could|did|do|does|for|from|had|has|have|he|her|his|how|if|in|inside|into"
    r"|is|it|its|might|must|near|no|not|on|only|or|our|over|she|should|than|that|the|their|there"
    r"|they|this|through|to|under|was|we|were|what|when|where|which|while|who|whom|whose|why|will"
    r"|with|within|without|would|you|your)\b)"
)
"""What behind a date says that it names no thing: the end, a sign, a function word."""


@dataclass(frozen=True, slots=True)
class DateWords:
    """A date in words within a question.

    Attributes:
        period: The period that they name.
        span: Where they stand in the question.
        rest: The question without them.
        certain: Whether they can hardly mean but when an article was published: they
            count days, weeks or months from today, or say so ("published in").
    """

    period: Period
    span: Span
    rest: str
    certain: bool


def find(question: str, now: datetime, zone: tzinfo) -> DateWords | None:
    """Return the one date in words in a question; None where there is none, or more.

    Args:
        question: The question, in English.
        now: When it is asked, aware.
        zone: The time zone in which days begin.
    """
    if not _HINT.search(question):
        return None
    calendar = Calendar(now, zone)
    read = (_read(question, match, calendar) for match in _EXPRESSION.finditer(question))
    named = list(islice((words for words in read if words is not None), 2))
    return named[0] if len(named) == 1 else None


def _read(question: str, match: re.Match[str], calendar: Calendar) -> DateWords | None:
    """Return what a match names, None where it is no date for itself."""
    start, end = match.span()
    published = bool(_PUBLISHED.search(question[max(0, start - _LONGEST_BEFORE) : start]))
    if not _stands_alone(question, match, published=published):
        return None
    try:
        after, before, recent = _bounds(match, calendar)
    except (ValueError, OverflowError):  # 30 February; further back than there are dates
        return None
    if after is not None and before is not None and after >= before:
        return None
    behind = question[end:]
    if behind[:2] in ("'s", "’s"):  # "in last week's news": not "in news"
        start, behind = match.start(match.lastgroup or 0), behind[2:]
    rest = re.sub(r"\s+(?=[?.!,;:])", "", f"{question[:start]} {behind}")
    return DateWords(
        Period(question[start:end], after, before),
        Span(start, end),
        " ".join(rest.split()).lstrip(",;:- "),
        recent or published,
    )


def _stands_alone(question: str, match: re.Match[str], *, published: bool) -> bool:
    """Tell whether a match is a date for itself, no part of a name, a number or a list."""
    words = match[match.lastgroup or 0]
    start, end = match.span()
    before, behind = question[max(0, start - _LONGEST_BEFORE) : start], question[end:]
    at, edge = (match["at"] or "").lower(), (match["edge"] or "").lower()
    return not (
        (at in ("from", "of") and not published)
        or (at == "on" and not _HAS_DAY.match(words))
        # "Before May became …" is about a person, "this may help" about nobody.
        or (_VERB.fullmatch(words) and (edge in ("before", "after") or at == "over"))
        or _THIS_VERB.fullmatch(words)
        # "Will it last 5 days?"
        or (match["bare"] and _LAST_NUMBER.fullmatch(words))
        or (match["bare"] and _OWNED.search(before))
        or _FOLLOWING.search(before)
        or _PART.match(behind)
        or not (published or _IS_RECENT.fullmatch(words) or _FREE.match(behind))
    )


def _bounds(
    match: re.Match[str], calendar: Calendar
) -> tuple[datetime | None, datetime | None, bool]:
    """Return the first moment, the one behind the last, and whether both count from today."""
    low, high = match["low"] or match["first"], match["high"] or match["last"]
    if low:
        return _range(low, high, calendar)
    words = match[match.lastgroup or 0]
    stretch = resolve(words, calendar)
    edge = (match["edge"] or "").lower()
    if edge == "since":
        return stretch.after, None, stretch.recent
    if edge == "after":
        return stretch.before, None, stretch.recent
    if edge == "before":
        return None, stretch.after, stretch.recent
    if edge:
        return None, stretch.before, stretch.recent
    return stretch


def _range(low: str, high: str, calendar: Calendar) -> tuple[datetime, datetime, bool]:
    """Return the bounds of "between low and high"; a year that low lacks is high's."""
    year = _HAS_YEAR.search(high)
    if low[0].isdigit() and len(low) <= 4 and not _HAS_YEAR.match(low):
        month = re.search(MONTH, high, re.IGNORECASE)
        if month is None:
            raise ValueError(low)
        low = f"{low} {month[0]}"
    if year and not _HAS_YEAR.search(low) and not _IS_RECENT.fullmatch(low):
        low = f"{low} {year[0]}"
    first, last = resolve(low, calendar), resolve(high, calendar)
    return first.after, last.before, first.recent and last.recent
