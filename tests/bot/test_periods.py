"""The line that says to which period an answer keeps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.periods import only
from retrieval.periods import find

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("last week", "last week (16 to 22 November 2026)"),
        ("yesterday", "yesterday (23 November 2026)"),
        ("in 2024", "in 2024 (1 January to 31 December 2024)"),
        ("between March and May 2025", "between March and May 2025 (1 March to 31 May 2025)"),
        ("from 2020 to 2022", "from 2020 to 2022 (1 January 2020 to 31 December 2022)"),
        ("since 2023", "since 2023 (from 1 January 2023 on)"),
        ("until June 2024", "until June 2024 (up to 30 June 2024)"),
        ("in the past 2 hours", "in the past 2 hours (from 10:30 on 24 November 2026 on)"),
    ],
)
def test_a_period_is_stated_in_one_line(question: str, line: str) -> None:
    """Words and days, the last day included; what both days share is said once."""
    found = find(question, NOW, UTC)
    assert found is not None
    assert f"Only articles published {line}" == only(found.period)
