"""The server's time: a clock that tests can move, and the ids that carry a time."""

from __future__ import annotations

import time

DISCORD_EPOCH_MS = 1_420_070_400_000


class Clock:
    """A monotonic clock that can be moved ahead, so that no test waits fifteen minutes."""

    def __init__(self) -> None:
        """Start level with the machine's own clock."""
        self._ahead = 0.0

    def now(self) -> float:
        """Return seconds on a clock that never runs backwards."""
        return time.monotonic() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._ahead += seconds


class Snowflakes:
    """Ids in Discord's format: unique, rising, and dated by the wall clock.

    The wall clock rather than `Clock`, because a client compares the date in an id with its own.
    """

    def __init__(self) -> None:
        """Start with no id given."""
        self._last = 0

    def next(self) -> int:
        """Return an id no other call has returned."""
        elapsed_ms = int(time.time() * 1000) - DISCORD_EPOCH_MS
        self._last = max(self._last + 1, elapsed_ms << 22)
        return self._last
