"""What an indexing run tells: how far it is, and what it found and did."""

from __future__ import annotations

from dataclasses import dataclass, field

from retrieval.sources import Unread
from retrieval.types import ArticleRef

NAMED = 1000
"""Articles that a report names of each change; it counts them all."""

_FALLEN = 5
"""Golden questions that a sentence names."""


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a new generation that was asked golden questions.

    Attributes:
        asked: How many there are.
        before: How many the old generation answers, None where there was none.
        after: How many the new one answers.
        fell: The questions that the old one answers and the new one does not.
        allowed: The share of all questions that may fall.
        accepted: Whether the new one is published however many fall.
    """

    asked: int
    before: int | None
    after: int
    fell: tuple[str, ...]
    allowed: float
    accepted: bool

    @property
    def stops(self) -> bool:
        """Whether the new generation must not be published."""
        return len(self.fell) > self.allowed * self.asked and not self.accepted

    @property
    def sentence(self) -> str:
        """Why the new generation is not published, and what to do."""
        named = "; ".join(f"“{question}”" for question in self.fell[:_FALLEN])
        more = len(self.fell) - _FALLEN
        rest = f" and {more} more" if more > 0 else ""
        return (
            f"The new generation answers {self.after} of {self.asked} golden questions, the old "
            f"one {self.before}, and is not published. It no longer answers {named}{rest}; "
            "mend the articles, or run `footnote index --accept` to publish it all the same."
        )


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
        gate: What the golden questions said of the new generation, None where none was asked.
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
    gate: Verdict | None = None

    @property
    def read(self) -> int:
        """How many articles the sources hold."""
        return self.added.count + self.changed.count + self.unchanged
