"""Follow-ups: how much of the questions before they take in."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.follow_ups import (
    FOLLOWING,
    HANDBOOK,
    FollowUp,
    follow_ups,
    halves,
    letters,
)
from retrieval.followup import blend, context_after, share_of_context, with_context
from retrieval.keywords import Term

ROWS = follow_ups()

terms = st.lists(
    st.builds(Term, st.just("w"), st.sampled_from("abcdefgh"), st.floats(0.1, 9), st.booleans()),
    max_size=8,
    unique_by=lambda term: term.stem,
)
shares = st.floats(0, 0.5)
directions = st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(
    lambda values: max(map(abs, values)) > 1e-3  # shorter ones have no length left
)


def _unit(values: list[float]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.array(values, dtype=np.float64)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@given(terms)
def test_the_more_a_question_says_the_less_context_it_takes(said: list[Term]) -> None:
    """The share lies between 0 and a half, falls with each content word, and ends at four."""
    share = share_of_context(said)
    assert 0 <= share <= 0.5
    assert share_of_context([*said, Term("more", "more", 1.0, True)]) <= share
    assert share_of_context([*said, Term("the", "the", 1.0, False)]) == share
    assert (sum(term.content for term in said) >= 4) == (share == 0)


@given(terms, terms, shares)
def test_earlier_words_are_added_for_less(
    own: list[Term], earlier: list[Term], share: float
) -> None:
    """A follow-up keeps its words; of the earlier ones it gets the content that it lacks."""
    together = with_context(own, earlier, share)
    assert own == together[: len(own)]
    stems = [term.stem for term in together]
    assert len(set(stems)) == len(stems)
    assert {t.stem for t in [*own, *earlier] if t.content} <= set(stems)
    added = {term.stem: term for term in earlier}
    for term in together[len(own) :]:
        assert term.content
        assert share == term.share
        assert added[term.stem].weight * share == term.weight


@given(directions, directions, shares)
def test_a_blend_lies_between(one: list[float], other: list[float], share: float) -> None:
    """A blend is a unit vector, nearer to the follow-up than the earlier question is."""
    own, earlier = _unit(one), _unit(other)
    blended = blend(own, earlier, share)
    assert np.float32 == blended.dtype
    assert pytest.approx(1, abs=1e-5) == float(np.linalg.norm(blended))
    assert float(blended @ own) >= float(earlier @ own) - 1e-5
    assert np.allclose(own, blend(own, earlier, 0.0), atol=1e-6)


@pytest.mark.parametrize(
    ("question", "context", "following"),
    [
        ("Who leads it?", None, "Who leads it?"),
        ("Who leads it?", "What is the guild?", "What is the guild?\nWho leads it?"),
        ("Since when?", "What is the guild?\nWho leads it?", "Who leads it?\nSince when?"),
    ],
)
def test_context_goes_two_questions_back(
    question: str, context: str | None, following: str
) -> None:
    """A reply has the question replied to as its context, and the one that this followed up."""
    assert following == context_after(question, context)


# The pairs that the benchmark measures.


def test_there_are_pairs_enough() -> None:
    """At least 60 pairs lean on an answer and 15 do not, spread over 25 pages and more."""
    kinds = Counter(row.kind for row in ROWS)
    assert sum(kinds[kind] for kind in FOLLOWING) >= 60
    assert kinds["change"] >= 15
    assert len({page for row in ROWS for page in row.answers}) >= 25
    assert {*FOLLOWING, "change", "unanswerable"} == set(kinds)
    assert len({(row.before, row.question) for row in ROWS}) == len(ROWS)


def test_what_a_way_is_chosen_by_does_not_report_on_it() -> None:
    """No first page of a row stands in both halves."""
    one, other = ({next(iter(r.answers)) for r in half if r.answers} for half in halves(ROWS))
    assert not one & other
    assert abs(len(one) - len(other)) <= 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.question)
def test_the_handbook_answers_each_pair(row: FollowUp) -> None:
    """Every page that answers is there, and holds the words that do."""
    assert (row.kind == "unanswerable") == (not row.answers)
    for page, piece in row.answers.items():
        text = (HANDBOOK / f"{page}.md").read_text(encoding="utf-8")
        assert letters(piece) in letters(text)
