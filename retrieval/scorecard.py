"""Sum up what came of a set's questions: measures, refusals, times, the worst failures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.evaluate import ANSWERABLE, SHIPPED, Asked
from retrieval.measures import MEASURES, Values, first_place, measure
from retrieval.refusal import Confidences, Refusal, Reliability, refusal, reliability
from retrieval.resampling import Estimate, mean_of, means_of
from retrieval.types import Timings

ARTICLE, PASSAGE = "article", "passage"
"""What a ranking is measured by: the articles judged, and their passages that answer."""

ALL_UNANSWERABLE = "all together"
"""The name of every unanswerable question, where there are several kinds."""

_WORST = {"another article first": 15, "shown without an answer": 10, "refused": 10}
"""Failures that are kept to read, by what went wrong."""

PerQuestion = dict[str, Values]
"""Values by measure, by a question's id."""


@dataclass(frozen=True, slots=True)
class Latency:
    """What a stage of a question takes, in milliseconds.

    Attributes:
        median: The median.
        p95: What 95 of 100 questions do not exceed.
    """

    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that went wrong.

    Attributes:
        what: What went wrong.
        asked: The question, and what came of it.
    """

    what: str
    asked: Asked


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A run, summed up.

    Attributes:
        rankings: The measures' estimates, by ranking, by `ARTICLE` or `PASSAGE`, by name.
        answers: Whether the answer is shown, by measure.
        right: The share of answerable questions whose first passage is of a right article.
        answered: The share of answerable questions that is answered.
        refusals: How each kind of unanswerable question is refused.
        reliability: Whether the confidence is true.
        latency: What each stage takes.
        failures: The worst failures.
        values: The shipped ranking's values, by `ARTICLE` or `PASSAGE`, by question.
    """

    rankings: dict[str, dict[str, dict[str, Estimate]]]
    answers: dict[str, Estimate]
    right: Estimate
    answered: Estimate
    refusals: dict[str, Refusal]
    reliability: Reliability
    latency: dict[str, Latency]
    failures: tuple[Failure, ...]
    values: dict[str, PerQuestion]


def score(asked: Sequence[Asked], threshold: float) -> Scorecard:
    """Sum a run up.

    Args:
        asked: What came of every question; at least one of them is answerable.
        threshold: The shipped threshold.
    """
    own = [a for a in asked if a.kind == ANSWERABLE]
    values = {name: _values(own, name) for name in own[0].rankings}
    return Scorecard(
        rankings={name: {at: _means(v) for at, v in by.items()} for name, by in values.items()},
        answers=_answers(own),
        right=mean_of(np.array([a.right for a in own], dtype=np.float64)),
        answered=mean_of(np.array([a.answered for a in own], dtype=np.float64)),
        refusals=_refusals(asked, threshold),
        reliability=reliability(_confidences(own, [a for a in asked if a.kind != ANSWERABLE])),
        latency=_latency(asked),
        failures=tuple(_failures(asked)),
        values=values[SHIPPED],
    )


def places(asked: Asked) -> dict[str, dict[str, int | None]]:
    """Return the place of the first right article and passage in every ranking."""
    return {
        name: {
            ARTICLE: first_place(asked.question.relevant, _articles(asked, name)),
            PASSAGE: first_place(asked.relevant_passages, _passages(asked, name)),
        }
        for name in asked.rankings
    }


def _articles(asked: Asked, ranking: str) -> list[str]:
    """Return the articles found, each at its first passage's place among articles."""
    return list(dict.fromkeys(article_id for article_id, _ in asked.rankings[ranking]))


def _passages(asked: Asked, ranking: str) -> list[str]:
    return list(dict.fromkeys(passage_id for _, passage_id in asked.rankings[ranking]))


def _values(own: Sequence[Asked], ranking: str) -> dict[str, PerQuestion]:
    ids = [a.question.id for a in own]
    articles = measure(
        {a.question.id: a.question.relevant for a in own},
        {id_: _articles(a, ranking) for id_, a in zip(ids, own, strict=True)},
    )
    passages = measure(
        {a.question.id: a.relevant_passages for a in own},
        {id_: _passages(a, ranking) for id_, a in zip(ids, own, strict=True)},
    )
    return {ARTICLE: articles, PASSAGE: passages}


def _means(values: PerQuestion) -> dict[str, Estimate]:
    table = np.array([[row[name] for name in MEASURES] for row in values.values()])
    return dict(zip(MEASURES, means_of(table), strict=True))


def held_values(asked: Asked) -> Values:
    """Return whether the answer is shown, 0 or 1 by measure; nothing where it is not known."""
    held = asked.held
    if held is None:
        return {}
    return {
        "answer in passage@1": float(held.passage_1),
        "answer in passage@3": float(held.passage_3),
        "answer in highlight@1": float(held.highlight_1),
        "sentences highlighted": float(held.sentences),
    }


def _answers(own: Sequence[Asked]) -> dict[str, Estimate]:
    known = [a for a in own if a.held is not None]
    first = [a for a in known if a.right]
    found: dict[str, Estimate] = {}
    for part, suffix in ((known, ""), (first, ", right article first")):
        rows = [held_values(a) for a in part]
        for name in rows[0] if rows else ():
            if suffix and "@3" in name:
                continue
            found[name + suffix] = mean_of(np.array([row[name] for row in rows]))
    return found


def _confidences(own: Sequence[Asked], others: Sequence[Asked]) -> Confidences:
    return Confidences(
        answerable=np.array([a.confidence for a in own], dtype=np.float64),
        right=np.array([a.right for a in own], dtype=bool),
        unanswerable=np.array([a.confidence for a in others], dtype=np.float64),
    )


def _refusals(asked: Sequence[Asked], threshold: float) -> dict[str, Refusal]:
    own = [a for a in asked if a.kind == ANSWERABLE]
    kinds: dict[str, list[Asked]] = {}
    for each in asked:
        if each.kind != ANSWERABLE:
            kinds.setdefault(each.kind, []).append(each)
    if len(kinds) > 1:
        kinds[ALL_UNANSWERABLE] = [a for part in list(kinds.values()) for a in part]
    return {kind: refusal(_confidences(own, part), threshold) for kind, part in kinds.items()}


def _latency(asked: Sequence[Asked]) -> dict[str, Latency]:
    table = np.array([a.timings for a in asked])
    medians, highs = np.percentile(table, (50, 95), axis=0)
    return {
        stage: Latency(round(float(median), 3), round(float(high), 3))
        for stage, median, high in zip(Timings._fields, medians, highs, strict=True)
    }


def _failures(asked: Sequence[Asked]) -> list[Failure]:
    """Return the worst failures: the surest of what is wrong, the least sure of what is right."""

    def least_sure(a: Asked) -> float:
        return a.confidence

    def surest(a: Asked) -> float:
        return -a.confidence

    another, shown, refused = _WORST
    own = [a for a in asked if a.kind == ANSWERABLE]
    kinds: list[tuple[str, list[Asked], Callable[[Asked], float]]] = [
        (another, [a for a in own if not a.right], surest),
        (shown, [a for a in asked if a.kind != ANSWERABLE and a.answered], surest),
        (refused, [a for a in own if a.right and not a.answered], least_sure),
    ]
    return [
        Failure(what, a)
        for what, part, badness in kinds
        for a in sorted(part, key=badness)[: _WORST[what]]
    ]
