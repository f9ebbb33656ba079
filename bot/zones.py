"""Time zones as people type them; pure."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import available_timezones

from bot.failures import Refused
from bot.markdown import one_line


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    """Return the names of the time zones that people live in, in order."""
    lived = re.compile(
        r"(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/"
    )
    return ("UTC", *sorted(name for name in available_timezones() if lived.match(name)))


def zones_like(typed: str, most: int) -> list[str]:
    """Return the names of the time zones that hold what was typed, its beginnings first."""
    wanted = typed.strip().casefold().replace(" ", "_")
    found = [name for name in _zones() if wanted in name.casefold()]
    return sorted(found, key=lambda name: f"/{wanted}" not in f"/{name.casefold()}")[:most]


def zone(typed: str) -> str:
    """Return the time zone that was typed.

    Raises:
        Refused: There is none of that name.
    """
    like = zones_like(typed, 2)
    exact = [name for name in like if name.casefold() == typed.strip().casefold()]
    if not (chosen := exact or (like if len(like) == 1 else [])):
        raise Refused("watch-zone", typed=one_line(typed, 60))
    return chosen[0]
