"""What an indexing run tells: how far it is, and what it found and did."""

from __future__ import annotations

from dataclasses import dataclass, field

from retrieval.sources import Unread
from retrieval.types import ArticleRef

NAMED = 1000
"""Articles that a report names of each change; it counts them all."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        stage: `reading` or `embedding`.
        articles: Articles read, or articles in the new generation so far.
        passages: Passages in the new generation so far.
        share: The share of the stage that is done, 0 to 1; None while it is unknown.
        seconds: Seconds since the run began.
    """

    stage: str
    articles: int
    passages: int
    share: float | None
    seconds: float


@dataclass(slots=True)
class Changes:
    """Articles of one change.

    Attributes:
        count: How many there are.
        named: The first `NAMED` of them.
    """

    count: int = 0
    named: list[ArticleRef] = field(default_factory=list)

    def add(self, ref: ArticleRef) -> None:
        """Count an article, and name it where there is room."""
        self.count += 1
        if len(self.named) < NAMED:
            self.named.append(ref)


@dataclass(slots=True)
class Report:
    """What a run found and did.

    Attributes:
        added: Articles that are new, or that came back.
        changed: Articles whose content changed.
        withdrawn: Articles that their source no longer has.
        unchanged: How many articles are as they were.
        failed: What could not be read, where and why.
        documents: How many documents were read.
        skipped: How many documents were not read again, being unchanged.
        generation: The generation that answers after the run, None before the first.
        published: Whether this run published it.
        articles: How many articles it holds.
        passages: How many passages it holds.
        seconds: How long the run took.
    """

    added: Changes = field(default_factory=Changes)
    changed: Changes = field(default_factory=Changes)
    withdrawn: Changes = field(default_factory=Changes)
    unchanged: int = 0
    failed: list[Unread] = field(default_factory=list)
    documents: int = 0
    skipped: int = 0
    generation: str | None = None
    published: bool = False
    articles: int = 0
    passages: int = 0
    seconds: float = 0.0

    @property
    def read(self) -> int:
        """How many articles the sources hold."""
        return self.added.count + self.changed.count + self.unchanged
