"""Learn a prior from votes and golden questions, and use it only where it wins.

A prior is judged by golden questions that did not choose its weight (two halves, each
judged by the weight that is best for the other one), each asked with a prior to which it
did not contribute itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from retrieval.answering import Answerer
from retrieval.catalog import Catalog
from retrieval.embedded import EmbeddedIndex
from retrieval.golden import Golden
from retrieval.index import Entry
from retrieval.prior import Learned, Lesson, Opinion, Placed, Places, Prior, Score, log_odds
from retrieval.records import Ballot
from retrieval.types import OPERATOR, Answer, ArticleVersion, Filters, Span

FEWEST = 4
"""Golden questions that a prior is judged by, at least."""

WEIGHTS = (0.02, 0.05, 0.1, 0.2)
"""What a unit of log-odds may add to a passage's score, which is about 1 for the best."""

_LATER = 0.5
"""What a vote says of an answer's later passages; of its first one it says 1."""

_DEPTH = 10
"""Passages among which the expected article is looked for."""

Outcomes = npt.NDArray[np.float64]
"""A row a question: whether it is answered, and its reciprocal rank."""


def opinions_of(ballots: Sequence[Ballot], index: EmbeddedIndex, catalog: Catalog) -> list[Opinion]:
    """Return what votes say of the passages of an index.

    A passage of an article that has changed keeps its votes where the article still holds
    it, word for word.

    Args:
        ballots: The votes.
        index: The index.
        catalog: Holds the texts of the versions that were voted on.
    """
    moved = _Moved(index, catalog)
    return [
        Opinion(ballot.user_id, position, share if ballot.useful else -share)
        for ballot in ballots
        for (version_id, span), share in _shares(ballot)
        for position in moved.positions(version_id, span)
    ]


def _shares(ballot: Ballot) -> list[tuple[tuple[str, Span], float]]:
    return [(shown, _LATER if place else 1.0) for place, shown in enumerate(ballot.shown)]


class _Moved:
    """Finds the passages of old versions in the versions that stand now."""

    def __init__(self, index: EmbeddedIndex, catalog: Catalog) -> None:
        self._places = Places(index)
        entries: list[Entry] = index.entries(Filters(), OPERATOR)
        self._standing = {entry.ref.id: entry.version_id for entry in entries}
        self._version = cache(lambda version_id: catalog.load([version_id]).get(version_id))

    def positions(self, version_id: str, span: Span) -> list[int]:
        """Return where the passages stand that are this one now, none where it is gone."""
        if not self._places.holds(version_id):
            old = self._version(version_id)
            current = self._standing.get(old.article_id) if old else None
            new = self._version(current) if current else None
            if old is None or new is None:
                return []
            version_id, span = new.id, _again(old, span, new)
        return self._places.overlapping(version_id, span)


def _again(old: ArticleVersion, span: Span, new: ArticleVersion) -> Span:
    """Return where a passage's text stands in a newer version, an empty span for nowhere."""
    text = old.article.text[slice(*span)]
    start = new.article.text.find(text)
    return Span(0, 0) if start < 0 else Span(start, start + len(text))


class Trial:
    """Golden questions, asked of an index with priors of different weights."""

    def __init__(
        self,
        answerer: Answerer,
        index: EmbeddedIndex,
        golden: Sequence[Golden],
        opinions: Sequence[Opinion],
    ) -> None:
        """Ask the questions once, to see what they say of passages themselves.

        Args:
            answerer: Answers questions.
            index: The index.
            golden: The questions.
            opinions: What votes say.
        """
        self._answerer = answerer
        self._index = index
        # By their digests, so that the halves do not follow the order of the file.
        self._golden = sorted(golden, key=lambda question: question.key)
        self._votes = opinions
        answers = [self._ask(question, None) for question in self._golden]
        self.before = self._outcomes(answers)
        self._own = self._contributions(answers)

    def _contributions(self, answers: Sequence[Answer]) -> list[list[Opinion]]:
        """Return what each question says of the passages found of its articles."""
        places = Places(self._index)
        own = []
        for question, answer in zip(self._golden, answers, strict=True):
            right = [hit for hit in answer.hits if question.expects(hit)]
            own.append(
                [
                    Opinion(question.key, position, _LATER if place else 1.0)
                    for place, hit in enumerate(right)
                    for position in places.overlapping(hit.version.id, hit.passage.span)
                ]
            )
        return own

    def _ask(self, question: Golden, prior: Placed | None) -> Answer:
        return self._answerer.ask(
            self._index,
            question.question,
            k=_DEPTH,
            filters=Filters(),
            reader=OPERATOR,
            context=None,
            grouped=True,
            any_date=False,
            prior=prior,
        )

    def _outcomes(self, answers: Sequence[Answer]) -> Outcomes:
        rows = []
        for question, answer in zip(self._golden, answers, strict=True):
            ranks = (rank for rank, hit in enumerate(answer.hits, 1) if question.expects(hit))
            first = next(ranks, None)
            rows.append((question.is_answered(answer), 1 / first if first else 0.0))
        return np.array(rows, dtype=np.float64).reshape(-1, 2)

    def odds(self, without: int | None = None) -> dict[int, float]:
        """Return the passages' log-odds, without what one of the questions says of them."""
        said = [own for number, own in enumerate(self._own) if number != without]
        return log_odds([*self._votes, *(opinion for own in said for opinion in own)])

    def outcomes(self, *weights: float) -> list[Outcomes]:
        """Return how the questions fare with priors of weights, none by its own praise."""
        found: list[list[Answer]] = [[] for _ in weights]
        for number, question in enumerate(self._golden):
            odds = self.odds(without=number)
            for answers, weight in zip(found, weights, strict=True):
                answers.append(self._ask(question, Placed.of(odds, weight)))
        return [self._outcomes(answers) for answers in found]


def learn(
    ballots: Sequence[Ballot],
    golden: Sequence[Golden],
    answerer: Answerer,
    index: EmbeddedIndex,
    catalog: Catalog,
) -> Lesson:
    """Learn a prior, and judge it.

    Args:
        ballots: The votes.
        golden: The golden questions, `FEWEST` or more.
        answerer: Answers them.
        index: The index.
        catalog: Holds the articles' texts.
    """
    opinions = opinions_of(ballots, index, catalog)
    votes = len(ballots)
    people = len({ballot.user_id for ballot in ballots})
    newest = max((ballot.voted_at for ballot in ballots), default=None)
    if not opinions:
        return Lesson(False, votes, people, newest)
    trial = Trial(answerer, index, golden, opinions)
    chosen = _choose(trial.before, trial.outcomes(*WEIGHTS))
    before, after = _score(trial.before), _score(chosen.held_out)
    if not chosen.weight or not _wins(chosen.held_out, trial.before):
        return Lesson(False, votes, people, newest, before, after)
    prior = Prior(chosen.weight, _passages(index, trial.odds()))
    return Lesson(True, votes, people, newest, before, after, prior)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A weight, 0 for none, and how each half fares with the one that the other half chose."""

    weight: float
    held_out: Outcomes


def _choose(before: Outcomes, after: Sequence[Outcomes]) -> _Chosen:
    """Choose a weight by all questions, and judge that choice by two halves.

    Args:
        before: The outcomes without a prior.
        after: Those with a prior of each of `WEIGHTS`.
    """
    tried = dict(zip((0.0, *WEIGHTS), (before, *after), strict=True))

    def best(rows: slice) -> float:
        # Of weights that do as well the least comes first, which is none at all.
        return max(
            (weight for weight, found in tried.items() if _keeps(found[rows], before[rows])),
            key=lambda weight: round(float(tried[weight][rows, 1].sum()), 9),
        )

    even, odd = slice(0, None, 2), slice(1, None, 2)
    held_out = before.copy()
    held_out[even] = tried[best(odd)][even]
    held_out[odd] = tried[best(even)][odd]
    return _Chosen(best(slice(None)), held_out)


def _keeps(after: Outcomes, before: Outcomes) -> bool:
    """Tell whether no fewer questions are answered."""
    return bool(after[:, 0].sum() >= before[:, 0].sum())


def _wins(after: Outcomes, before: Outcomes) -> bool:
    """Tell whether the score rises, and no fewer questions are answered."""
    return _keeps(after, before) and bool(after[:, 1].sum() > before[:, 1].sum() + 1e-9)


def _score(outcomes: Outcomes) -> Score:
    answered, reciprocal_rank = int(outcomes[:, 0].sum()), float(outcomes[:, 1].mean())
    return Score(len(outcomes), answered, round(reciprocal_rank, 4))


def _passages(index: EmbeddedIndex, odds: dict[int, float]) -> tuple[Learned, ...]:
    found = ((index.passage(position), value) for position, value in sorted(odds.items()) if value)
    return tuple(Learned(p.version_id, *p.span, round(value, 4)) for p, value in found)
