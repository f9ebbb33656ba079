"""Measures of rankings, against values by hand and against their definitions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.measures import MEASURES, Values, first_place, measure

LATE = [f"d{n}" for n in range(20)]


@pytest.mark.parametrize(
    ("relevant", "ranking", "expected"),
    [
        ({"d0": 1}, LATE, {"nDCG@10": 1, "MRR@10": 1, "hit@1": 1, "recall@10": 1}),
        ({"d2": 1}, LATE, {"nDCG@10": 1 / math.log2(4), "MRR@10": 1 / 3, "hit@1": 0, "hit@3": 1}),
        ({"d9": 1}, LATE, {"nDCG@10": 1 / math.log2(11), "MRR@10": 0.1, "hit@3": 0, "hit@10": 1}),
        ({"d10": 1}, LATE, {"nDCG@10": 0, "MRR@10": 0, "hit@10": 0, "recall@100": 1}),
        ({"d0": 1, "d1": 2}, LATE,
         {"nDCG@10": (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)), "recall@10": 1}),
        ({"d0": 1, "x": 1}, LATE, {"nDCG@10": 1 / (1 + 1 / math.log2(3)), "recall@10": 0.5}),
        ({"d0": 1}, [], dict.fromkeys(MEASURES, 0)),
    ],
)  # fmt: skip
def test_measures_are_what_they_are_by_hand(
    relevant: dict[str, int], ranking: Sequence[str], expected: Values
) -> None:
    """Each measure has the value that its definition gives."""
    found = measure({"q": relevant}, {"q": ranking})["q"]
    assert pytest.approx(expected) == {name: found[name] for name in expected}


def _by_definition(relevant: dict[str, int], ranking: list[str]) -> Values:
    def gain(grades: list[int]) -> float:
        return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades[:10]))

    grades = [relevant.get(found, 0) for found in ranking]
    first = next((n for n, grade in enumerate(grades[:10], start=1) if grade), None)
    values = {
        "nDCG@10": gain(grades) / gain(sorted(relevant.values(), reverse=True)),
        "MRR@10": 1 / first if first else 0.0,
    }
    for cut in (10, 100):
        values[f"recall@{cut}"] = sum(g > 0 for g in grades[:cut]) / len(relevant)
    for cut in (1, 3, 10):
        values[f"hit@{cut}"] = float(any(grades[:cut]))
    return values


names = st.sampled_from([f"d{n}" for n in range(130)])


@given(
    st.dictionaries(names, st.integers(1, 3), min_size=1, max_size=8),
    st.lists(names, unique=True, max_size=120),
)
def test_measures_follow_their_definitions(relevant: dict[str, int], ranking: list[str]) -> None:
    """Whatever is judged and found, the measures are those of a plain reading."""
    found = measure({"q": relevant, "r": {"d1": 1}}, {"q": ranking, "r": ["d1"]})
    assert pytest.approx(_by_definition(relevant, ranking), abs=1e-6) == found["q"]
    assert dict.fromkeys(MEASURES, 1.0) == found["r"]
    assert [*MEASURES] == [*found["q"]]


@given(st.dictionaries(names, st.just(1), min_size=1), st.lists(names, unique=True))
def test_the_first_place_is_that_of_the_first_relevant(
    relevant: dict[str, int], ranking: list[str]
) -> None:
    """Places count from 1, and there is none where nothing relevant was found."""
    place = first_place(relevant, ranking)
    before = ranking if place is None else ranking[: place - 1]
    assert not set(before) & set(relevant)
    assert place is None or ranking[place - 1] in relevant
