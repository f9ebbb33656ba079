"""The line that says to which period an answer keeps."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot.language import speaking
from bot.periods import only
from retrieval.periods import find

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("last week", "last week (Nov 16 – 22, 2026)"),
        ("yesterday", "yesterday (November 23, 2026)"),
        ("in 2024", "in 2024 (Jan 1 – Dec 31, 2024)"),
        ("between March and May 2025", "between March and May 2025 (Mar 1 – May 31, 2025)"),
        ("from 2020 to 2022", "from 2020 to 2022 (Jan 1, 2020 – Dec 31, 2022)"),
        ("since 2023", "since 2023 (from January 1, 2023 on)"),
        ("until June 2024", "until June 2024 (up to June 30, 2024)"),
        ("in the past 2 hours", "in the past 2 hours (from 10:30 AM on November 24, 2026 on)"),
    ],
)
def test_a_period_is_stated_in_one_line(question: str, line: str) -> None:
    """Words and days, the last day included; what both days share is said once."""
    found = find(question, NOW, UTC)
    assert found is not None
    shown = only(speaking(None), found.period)
    # Between dates and before AM stand thin spaces.
    assert f"Only articles published {line}" == re.sub("[\u2009\u202f]", " ", shown)
