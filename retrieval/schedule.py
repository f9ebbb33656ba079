"""When a digest is due: at an hour of its owner's day, summer time and winter time; pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_due(after: datetime, hour: int | None, zone: str | None) -> datetime:
    """Return when what was found is to be told.

    An hour that a day does not have, as when summer time begins, is the one after it; of an
    hour that a day has twice it is the first. So every day has exactly one.

    Args:
        after: The moment that it must come after, aware.
        hour: The hour of the owner's day, 0 to 23; None to tell at once.
        zone: The owner's time zone, an IANA name; None for UTC.

    Returns:
        The moment, in UTC; `after` itself where it is told at once.
    """
    if hour is None:
        return after.astimezone(UTC)
    place = UTC if zone in (None, "UTC") else ZoneInfo(str(zone))
    day = after.astimezone(place).date()
    while True:
        due = datetime.combine(day, time(hour), place).astimezone(UTC)
        if due > after:
            return due
        day += timedelta(days=1)
