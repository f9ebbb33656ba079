"""Figures as a terminal shows them."""

from __future__ import annotations

import pytest

from bot.scoreboard import figure


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.9234, ".923"), (0.0, ".000"), (1.0, "1.000"), (10.5, "10.500"), (0.9996, "1.000")],
)
def test_a_share_has_three_digits_and_no_leading_nought(value: float, shown: str) -> None:
    """A table of shares is read by its digits; what is over 1 keeps them all."""
    assert shown == figure(value)
