"""Where articles come from: one module a format, each yielding Articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from retrieval.types import Article


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that a source could not read.

    Attributes:
        location: The file, and the line where a file holds several articles.
        reason: Why, and what cures it.
    """

    location: str
    reason: str


class Source(Protocol):
    """An origin of articles."""

    @property
    def origin(self) -> str:
        """What names this source from run to run."""
        ...

    def read(self) -> Iterator[Article | Unread]:
        """Yield every article, and what could not be read, in a stable order."""
        ...
