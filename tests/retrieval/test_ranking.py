"""Ranking candidates by a learned function of cheap features."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retrieval.index import Candidates
from retrieval.keywords import Term
from retrieval.ranking import (
    FEATURES,
    WORDS_IN_SENTENCE,
    Asked,
    Ranker,
    best_first,
    features,
    newest_first,
)

SHIPPED = Ranker.load()
NONE = np.empty(0, dtype=np.float32)


def _terms(*weights: float, content: bool = True) -> list[Term]:
    return [Term(f"w{n}", f"w{n}", weight, content) for n, weight in enumerate(weights)]


def _candidates(
    *texts: list[tuple[float, str, str]], words: int = 2, titles: tuple[str, ...] = ()
) -> Candidates:
    """Return candidates of sentences: cosine, words held and words joined, each as digits."""
    sentences = [sentence for text in texts for sentence in text]
    ends = np.cumsum([len(text) for text in texts])

    def marks(rows: list[str]) -> np.ndarray:
        marked = [[str(n) in row for n in range(words)] for row in rows]
        return np.array(marked, dtype=np.bool_).reshape(len(rows), words)

    return Candidates(
        positions=np.arange(len(texts), dtype=np.int64),
        dense=np.array([max(s[0] for s in text) for text in texts], dtype=np.float32),
        keyword=np.array([sum(len(s[1]) for s in text) for text in texts], dtype=np.float32),
        begins=(ends - [len(text) for text in texts]).astype(np.int64),
        sentences=np.array([s[0] for s in sentences], dtype=np.float32),
        held=marks([s[1] for s in sentences]),
        joined=marks([s[2] for s in sentences]),
        titled=marks([*titles] or [""] * len(texts)),
    )


@st.composite
def candidates(draw: st.DrawFn) -> tuple[Candidates, list[Term]]:
    """Return candidates with any scores and words, and the terms asked for."""
    words = draw(st.integers(0, 5))
    digits = (
        st.text("".join(str(n) for n in range(words)), max_size=words) if words else st.just("")
    )
    sentence = st.tuples(st.floats(-1, 1, width=32), digits, digits)
    texts = draw(st.lists(st.lists(sentence, min_size=1, max_size=5), min_size=1, max_size=8))
    # The commonest word of a thousand million passages weighs more than that.
    weight = st.just(0.0) | st.floats(1e-10, 10)
    weights = draw(st.lists(weight, min_size=words, max_size=words))
    return _candidates(*texts, words=words), _terms(*weights)


def test_every_feature_is_what_it_says() -> None:
    """A hand-made question and two passages have the features worked out by hand."""
    found = _candidates([(0.4, "0", ""), (0.6, "01", "0")], [(0.5, "", "")], titles=("", "1"))
    rows = features(found, Asked.of(_terms(3.0, 1.0)))
    expected = [
        [0.6, 3 / 4, 0.6 + WORDS_IN_SENTENCE, 0.4, 1.0, 1 / 4],
        [0.5, 0.0, 0.5, 0.5, 1 / 4, 0.0],
    ]
    np.testing.assert_allclose(expected, rows, atol=1e-6)
    assert (2, len(FEATURES)) == rows.shape


@pytest.mark.parametrize(
    ("terms", "content"),
    [
        (_terms(3.0, 1.0), [0.75, 0.25]),
        ([Term("who", "who", 1.0, False), Term("rang", "rang", 3.0, True)], [0.0, 1.0]),
        (_terms(1.0, 3.0, content=False), [0.25, 0.75]),
        (_terms(0.0, 0.0), [0.0, 0.0]),
        ([], []),
    ],
    ids=["by weight", "content alone", "no content", "weightless", "no words"],
)
def test_words_weigh_by_what_they_say(terms: list[Term], content: list[float]) -> None:
    """Rare words weigh more; function words count only where there are no others."""
    assert content == Asked.of(terms).content.tolist()


@given(candidates())
def test_features_are_sound(drawn: tuple[Candidates, list[Term]]) -> None:
    """Whatever was found, shares are shares and the best sentence is at least the second."""
    found, terms = drawn
    rows = features(found, Asked.of(terms))
    named = dict(zip(FEATURES, rows.T, strict=True))
    assert (len(found), len(FEATURES)) == rows.shape
    assert np.isfinite(rows).all()
    assert ((named["coverage"] >= 0) & (named["coverage"] <= 1 + 1e-5)).all()
    assert (named["sentence"] >= named["second"] - 1e-6).all()


@given(candidates(), st.randoms(use_true_random=False))
def test_a_candidate_is_known_by_itself_alone(
    drawn: tuple[Candidates, list[Term]], random: object
) -> None:
    """What is known of a passage does not depend on which others were found."""
    found, terms = drawn
    rows = features(found, Asked.of(terms))
    for i in range(len(found)):
        part = found.rows(i)
        one = np.array([i])
        alone = Candidates(
            found.positions[one], found.dense[one], found.keyword[one], np.zeros(1, dtype=np.int64),
            found.sentences[part], found.held[part], found.joined[part], found.titled[one],
        )  # fmt: skip
        np.testing.assert_allclose(rows[i], features(alone, Asked.of(terms))[0], atol=1e-6)


def test_nothing_found_has_no_features() -> None:
    """Without candidates there is nothing to rank."""
    found = Candidates(
        np.empty(0, dtype=np.int64), NONE, NONE, np.empty(0, dtype=np.int64), NONE,
        *(np.empty((0, 2), dtype=np.bool_) for _ in range(3)),
    )  # fmt: skip
    assert 0 == len(found)
    assert [] == best_first(SHIPPED.scores(features(found, Asked.of(_terms(1, 2))))).tolist()


def test_what_is_better_in_everything_comes_first() -> None:
    """A passage with nearer sentences and more of the words, side by side, leads."""
    found = _candidates(
        [(0.3, "0", "")], [(0.7, "01", "0"), (0.2, "", "")], [(0.5, "01", ""), (0.4, "", "")]
    )
    order = best_first(SHIPPED.scores(features(found, Asked.of(_terms(2, 2)))))
    assert [1, 2, 0] == order.tolist()


def test_a_passage_that_has_everything_scores_about_one() -> None:
    """The weights that speak for a passage sum to 1."""
    assert SHIPPED.weights[SHIPPED.weights > 0].sum() == pytest.approx(1, abs=1e-3)


@given(arrays(np.float32, st.integers(0, 30), elements=st.sampled_from([0.0, 0.5, 1.0])))
def test_ties_keep_the_order_of_indexing(scores: np.ndarray) -> None:
    """Candidates are ordered by score, those of one score as they were indexed."""
    order = best_first(scores).tolist()
    assert sorted(range(len(scores)), key=lambda i: (-scores[i], i)) == order


dates = st.one_of(st.just(np.nan), st.integers(-5, 5).map(float))


@given(
    st.lists(st.tuples(st.floats(0, 1, width=32), dates), max_size=25), st.floats(0, 0.5, width=32)
)
def test_recency_lifts_nothing_over_what_is_better_by_the_bound(
    rows: list[tuple[float, float]], bound: float
) -> None:
    """No candidate overtakes one better by the bound or more; of about equals the newest leads."""
    fused = np.array([score for score, _ in rows], dtype=np.float32)
    published = np.array([date for _, date in rows], dtype=np.float64)
    order = newest_first(best_first(fused), fused, published, bound)
    assert list(range(len(rows))) == sorted(order.tolist())
    for place, ahead in enumerate(order):
        for behind in order[place + 1 :]:
            if fused[behind] > fused[ahead]:
                assert fused[behind] - fused[ahead] < bound
                assert published[ahead] > np.nan_to_num(published[behind], nan=-np.inf)
    if bound == 0:
        assert best_first(fused).tolist() == order.tolist()


def test_of_about_equals_the_newest_comes_first() -> None:
    """Within the bound dates decide, what has none comes last, and a chain lifts nobody far."""
    fused = np.array([0.90, 0.89, 0.88, 0.80, 0.79], dtype=np.float32)
    published = np.array([1, np.nan, 3, 9, 2], dtype=np.float64)
    order = best_first(fused)
    assert [2, 0, 1, 3, 4] == newest_first(order, fused, published, 0.05).tolist()
    chain = np.array([0.9, 0.86, 0.82], dtype=np.float32)
    rising = np.array([1, 2, 3], dtype=np.float64)
    # The second may lead the first and the third the second, but never the third the first.
    assert [1, 0, 2] == newest_first(best_first(chain), chain, rising, 0.05).tolist()
