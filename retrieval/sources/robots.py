"""What a site's robots.txt asks of those who read it by programme (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from retrieval.errors import SourceError

MOST_BYTES = 500 * 1024
"""Bytes of a robots.txt that are read; what stands behind them is not."""

_MOST_WORK = 5_000_000
"""Lines times groups: what a robots.txt may cost to be understood."""


@dataclass(frozen=True, slots=True)
class Robots:
    """A site's rules for one reader.

    Attributes:
        rules: The rules; None allows everything.
        token: The reader's product token.
    """

    rules: Protego | None
    token: str

    def allows(self, address: str) -> bool:
        """Tell whether a page may be read."""
        return self.rules is None or self.rules.can_fetch(address, self.token)

    @property
    def delay(self) -> float:
        """The seconds that the site asks for between two requests."""
        return (self.rules.crawl_delay(self.token) or 0.0) if self.rules else 0.0


def read_robots(data: bytes, token: str) -> Robots:
    """Return the rules of a robots.txt.

    Args:
        data: Its bytes, or the first of them.
        token: The reader's product token.

    Raises:
        SourceError: It would take too long to be understood.
    """
    text = data.decode("utf-8-sig", "replace")
    lines = text.splitlines()
    # Protego holds every rule once for every agent of its group.
    if len(lines) * sum("agent" in line.lower() for line in lines) > _MOST_WORK:
        raise SourceError("has too many groups to be read; ask the site's owner")
    return Robots(Protego.parse(text), token)
