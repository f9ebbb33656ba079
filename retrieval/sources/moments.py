"""Times as pages state them; pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from retrieval.sources.fields import as_time

_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]\s*(\S.*))?")
_CLOCK = re.compile(
    r"(\d{1,2})(:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?", re.I
)
_MAIL_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, ?)?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? "
    r"(?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)"
)
_EARLIEST = 1000
_LONGEST_DATELINE = 80
# What software writes where nobody set a date.
_UNSET = frozenset({datetime(1970, 1, 1, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC)})


def as_moment(text: str) -> datetime | None:
    """Return the time that a text states as ISO 8601 or mail does; None where it states none.

    Nothing is guessed: `03/04/2025` may be two days, and is none.
    """
    text = text.strip()
    try:
        if _MAIL_DATE.fullmatch(text):
            moment = as_time(parsedate_to_datetime(text))
        else:
            moment = as_time(_as_iso(text))
        if moment is None or moment.year < _EARLIEST or moment.astimezone(UTC) in _UNSET:
            return None
    except (ValueError, OverflowError):
        return None
    return moment


def _as_iso(text: str) -> str:
    """Return a date that is nearly ISO 8601 (`2025/3/1 8:30 UTC`) as it should be."""
    if not (found := _DATE.fullmatch(text)):
        return text
    year, month, day, rest = found.groups()
    iso = f"{year}-{month:0>2}-{day:0>2}"
    if rest is None:
        return iso
    if not (clock := _CLOCK.fullmatch(rest.strip())):
        return text
    hour, minutes, zone = clock.groups()
    zone = "+00:00" if zone and zone.isalpha() else zone or ""
    return f"{iso}T{hour:0>2}{minutes}{zone}"


def is_dateline(letters: int, dated: int) -> bool:
    """Tell whether a line says when an article was published, and little else.

    Args:
        letters: How long the line is.
        dated: How much of it is a time.
    """
    return letters <= _LONGEST_DATELINE and dated * 2 >= letters
