"""What readers' votes and golden questions say of passages, kept until it no longer wins.

A passage's prior is its smoothed log-odds of being useful, from opinions that are each one
voter's: votes on answers that showed it, and golden questions whose article it stands in.
`learning.py` decides whether it is used.
"""

from __future__ import annotations

import json
import logging
import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from retrieval.embedded import EmbeddedIndex
from retrieval.encoder import Vectors
from retrieval.errors import StorageError
from retrieval.types import Span
from retrieval.vectors import Positions

_log = logging.getLogger(__name__)

_DOUBT = 2.0
"""Opinions of each kind that every passage starts with: few votes move it little."""


class Opinion(NamedTuple):
    """What one voter says of one passage.

    Attributes:
        voter: Who says it: a user, or a golden question.
        position: Where the passage stands in the index.
        says: 1 for useful, -1 for not useful, less where the answer cited others before it.
    """

    voter: Hashable
    position: int
    says: float


def log_odds(opinions: Iterable[Opinion]) -> dict[int, float]:
    """Return the smoothed log-odds that passages are useful, by their positions.

    However often a voter meets a passage, what they say of it counts once.
    """
    said: defaultdict[tuple[Hashable, int], float] = defaultdict(float)
    for voter, position, says in opinions:
        said[voter, position] += says
    useful: defaultdict[int, float] = defaultdict(float)
    useless: defaultdict[int, float] = defaultdict(float)
    for (_, position), says in said.items():
        useful[position] += min(1.0, max(0.0, says))
        useless[position] += min(1.0, max(0.0, -says))
    return {
        position: math.log((useful[position] + _DOUBT) / (useless[position] + _DOUBT))
        for position in useful
    }


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A prior upon the passages of one index.

    Attributes:
        positions: Where the passages stand, ascending, shape (n,).
        added: What each one's score gains, float32, shape (n,).
    """

    positions: Positions
    added: Vectors

    @classmethod
    def of(cls, odds: dict[int, float], weight: float) -> Placed:
        """Place log-odds by position, weighed."""
        held = sorted((position, value) for position, value in odds.items() if value)
        return cls(
            np.array([position for position, _ in held], dtype=np.int64),
            np.array([weight * value for _, value in held], dtype=np.float32),
        )

    def at(self, positions: Positions) -> Vectors:
        """Return what the scores of passages gain, float32, shape (positions,)."""
        if not len(self.positions):
            return np.zeros(len(positions), dtype=np.float32)
        places = np.searchsorted(self.positions, positions)
        places[places == len(self.positions)] = 0
        found: Vectors = np.where(
            self.positions[places] == positions, self.added[places], np.float32(0)
        )
        return found


class Places:
    """Where article versions' passages stand in an index."""

    def __init__(self, index: EmbeddedIndex) -> None:
        self._index = index
        dead = set(index.dead.tolist())
        ids = enumerate(index.version_ids())
        self._numbers = {version: number for number, version in ids if number not in dead}
        self._passages: dict[str, list[tuple[int, Span]]] = {}

    def holds(self, version_id: str) -> bool:
        """Tell whether a version stands in the index."""
        return version_id in self._numbers

    def overlapping(self, version_id: str, span: Span) -> list[int]:
        """Return the positions of the passages that are mostly the same part of a version."""
        return [
            position
            for position, own in self._spans(version_id)
            if 2 * (min(own.end, span.end) - max(own.start, span.start))
            > min(own.end - own.start, span.end - span.start)
        ]

    def of(self, version_id: str) -> Positions:
        """Return the positions of a version's passages, none where it does not stand."""
        numbers = [self._numbers[version_id]] if version_id in self._numbers else []
        return self._index.positions_of(np.array(numbers, dtype=np.int64))

    def _spans(self, version_id: str) -> list[tuple[int, Span]]:
        """Return where a version's passages stand, in the index and in its text."""
        if version_id not in self._passages:
            positions = self.of(version_id).tolist()
            self._passages[version_id] = [(p, self._index.passage(p).span) for p in positions]
        return self._passages[version_id]


class Learned(NamedTuple):
    """A passage and the log-odds that it is useful."""

    version_id: str
    start: int
    end: int
    odds: float


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of passages before a question is asked.

    Attributes:
        weight: What a unit of log-odds adds to a passage's score.
        passages: What it is known of; those that no longer stand are passed over.
    """

    weight: float
    passages: tuple[Learned, ...]

    def placed(self, places: Places) -> Placed:
        """Place it upon the passages of an index."""
        odds: dict[int, float] = {}
        for version_id, start, end, value in self.passages:
            for position in places.overlapping(version_id, Span(start, end)):
                odds[position] = max(odds.get(position, 0.0), value, key=abs)
        return Placed.of(odds, self.weight)


@dataclass(frozen=True, slots=True)
class Score:
    """How golden questions fare.

    Attributes:
        asked: How many there are.
        answered: How many are answered, as the gate counts.
        reciprocal_rank: The mean reciprocal rank of the first passage of an expected
            article, 0 where it is not among the first ten.
    """

    asked: int
    answered: int
    reciprocal_rank: float

    def __str__(self) -> str:
        """Return it as a sentence says it."""
        return f"{self.answered} of {self.asked}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of learning from votes: a prior that is used, or is not.

    Attributes:
        used: Whether it is used.
        votes: How many votes on passages there were.
        people: How many people they are of.
        voted_at: When the newest vote was given, ISO 8601; None without votes.
        before: How the golden questions fare without the prior, None where none was asked.
        after: How they fare with it, each without what it says itself, None likewise.
        prior: The prior; that of a lesson that is not used has no passages.
    """

    used: bool
    votes: int
    people: int
    voted_at: str | None
    before: Score | None = None
    after: Score | None = None
    prior: Prior = Prior(0.0, ())

    def save(self, path: Path) -> None:
        """Write it, whole or not at all.

        Raises:
            StorageError: It cannot be written.
        """
        staged = path.with_name(f".{path.name}")
        try:
            staged.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
            staged.replace(path)
        except OSError as error:
            raise StorageError(
                f"{path} cannot be written ({error}); check the disk's free space and permissions."
            ) from error

    @classmethod
    def load(cls, path: Path) -> Lesson | None:
        """Read what was learned last, None where nothing was.

        Raises:
            StorageError: The file is not whole.
        """
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                used=bool(rows["used"]),
                votes=int(rows["votes"]),
                people=int(rows["people"]),
                voted_at=None if rows["voted_at"] is None else str(rows["voted_at"]),
                before=_score(rows["before"]),
                after=_score(rows["after"]),
                prior=Prior(_finite(rows["prior"]["weight"]), _passages(rows["prior"]["passages"])),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, LookupError, RecursionError) as error:
            raise StorageError(
                f"{path} holds no votes' prior ({error}), and none is used; run `footnote learn`."
            ) from error


def _score(row: Any) -> Score | None:
    return None if row is None else Score(**row)


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is no weight")
    return number


def _passages(rows: Sequence[Any]) -> tuple[Learned, ...]:
    return tuple(Learned(str(v), int(start), int(end), _finite(o)) for v, start, end, o in rows)


class KeptPrior:
    """The prior in a data folder, read again when its file has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, ...] | None = None
        self._prior: Prior | None = None

    def read(self) -> Prior | None:
        """Return the prior that is used, None for none; a damaged file is told of once."""
        try:
            found = self._path.stat()
            stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        except OSError:
            stamp = None
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                lesson = Lesson.load(self._path)
            except StorageError as error:
                _log.error("%s", error)
                lesson = None
            self._prior = lesson.prior if lesson and lesson.used else None
        return self._prior


def prior_file(data_dir: Path) -> Path:
    """Return where a data folder's prior is kept, should there be one."""
    return data_dir / "prior.json"
