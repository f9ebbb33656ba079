"""How likely a hit answers its question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.confidence import Evidence, probability
from retrieval.keywords import Term

shares = st.floats(0, 1)


def _terms(*words: tuple[str, float, bool]) -> list[Term]:
    return [Term(word, word, weight, content) for word, weight, content in words]


@given(st.floats(-1, 1), shares)
def test_confidence_is_a_probability(sentence: float, coverage: float) -> None:
    """Whatever the evidence, the confidence lies between 0 and 1."""
    assert 0 < probability(Evidence(sentence, coverage)) < 1


@given(shares, shares, shares, shares)
def test_more_evidence_is_never_less_confidence(a: float, b: float, c: float, d: float) -> None:
    """A likelier sentence, or more of the question's words, never lowers the confidence."""
    low, high = Evidence(min(a, b), min(c, d)), Evidence(max(a, b), max(c, d))
    assert probability(low) <= probability(high)


def test_nothing_is_refused_and_everything_is_answered() -> None:
    """Without any evidence a hit does not answer; with all there can be it does."""
    assert probability(Evidence(0.0, 0.0)) < 0.1
    assert probability(Evidence(1.0, 1.0)) > 0.9


@pytest.mark.parametrize(
    ("terms", "held", "coverage"),
    [
        ([("who", 0.1, False), ("keeps", 1.0, True), ("gate", 3.0, True)], {"gate"}, 0.75),
        ([("who", 0.1, False), ("gate", 3.0, True)], {"who"}, 0.0),
        ([("who", 1.0, False), ("is", 3.0, False)], {"is"}, 0.75),
        ([("gate", 3.0, True)], {"gate", "lock"}, 1.0),
        ([("gate", 0.0, True)], {"gate"}, 0.0),
        ([], {"gate"}, 0.0),
    ],
)
def test_coverage_is_the_share_of_what_is_asked(
    terms: list[tuple[str, float, bool]], held: set[str], coverage: float
) -> None:
    """Rare words weigh more; function words count only where there are no others."""
    evidence = Evidence.of(_terms(*terms), held, 0.5)
    assert pytest.approx(coverage) == evidence.coverage
