"""When digests are due: once a day, at an hour, in any time zone and season."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.schedule import next_due

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
    "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo",
)  # fmt: skip

MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("after", "hour", "zone", "due"),
    [
        ("2026-03-28T12:00", 8, "Europe/Berlin", "2026-03-29T06:00"),
        ("2026-03-27T12:00", 8, "Europe/Berlin", "2026-03-28T07:00"),
        ("2026-10-24T12:00", 8, "Europe/Berlin", "2026-10-25T07:00"),
        # Two o'clock is left out on one night, and comes twice in another.
        ("2026-03-28T12:00", 2, "Europe/Berlin", "2026-03-29T01:00"),
        ("2026-10-24T12:00", 2, "Europe/Berlin", "2026-10-25T00:00"),
        ("2026-10-25T00:00", 2, "Europe/Berlin", "2026-10-26T01:00"),
        ("2026-06-01T08:00", 8, None, "2026-06-02T08:00"),
        ("2026-06-01T07:59", 8, "UTC", "2026-06-01T08:00"),
        ("2026-06-01T23:30", 5, "Asia/Kathmandu", "2026-06-02T23:15"),
        ("2026-06-01T12:34", None, "Europe/Berlin", "2026-06-01T12:34"),
    ],
)
def test_a_digest_is_due_at_its_hour(
    after: str, hour: int | None, zone: str | None, due: str
) -> None:
    """The next time that it is that hour there, the season's time considered."""
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert datetime.fromisoformat(due).replace(tzinfo=UTC) == next_due(moment, hour, zone)


@given(MOMENTS, st.integers(0, 23), st.sampled_from(ZONES))
def test_every_day_has_one(after: datetime, hour: int, zone: str) -> None:
    """It comes after the moment, within about a day, and the days that follow are a day apart."""
    first = next_due(after, hour, zone)
    assert after < first <= after + timedelta(hours=26)
    second = next_due(first, hour, zone)
    assert timedelta(hours=22) <= second - first <= timedelta(hours=26)
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in (first, second)]
    assert timedelta(days=1) == days[1] - days[0]
