"""Measure rankings by judgements, with ir-measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

_MEASURES = {
    "nDCG@10": nDCG @ 10,
    "recall@10": R @ 10,
    "recall@100": R @ 100,
    "MRR@10": RR @ 10,
    "hit@1": Success @ 1,
    "hit@3": Success @ 3,
    "hit@10": Success @ 10,
}

MEASURES = tuple(_MEASURES)
"""The measures' names."""

Values = dict[str, float]
"""One question's values, by measure."""


def measure(
    relevant: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, Values]:
    """Return every question's values.

    Args:
        relevant: The grade of what is relevant, by question.
        rankings: What was found, best first and none twice, by question.
    """
    names = {measured: name for name, measured in _MEASURES.items()}
    # Scores are all different, so that no tie is broken otherwise than by our order.
    run = {
        question: {found: float(-place) for place, found in enumerate(ranking)}
        for question, ranking in rankings.items()
    }
    qrels = {question: dict(grades) for question, grades in relevant.items()}
    values = {question: dict.fromkeys(MEASURES, 0.0) for question in relevant}
    for row in ir_measures.iter_calc(list(names), qrels, run):
        values[row.query_id][names[row.measure]] = float(row.value)
    return values


def first_place(relevant: Mapping[str, int], ranking: Sequence[str]) -> int | None:
    """Return the place, from 1, of the first that is relevant; None where none is."""
    return next((n for n, found in enumerate(ranking, start=1) if found in relevant), None)
