"""Rank candidates: a learned linear function of a few cheap features.

The features are absolute, not scaled to the candidates of one question, so that they
tell both which passage is best and whether it answers at all. The weights are learned
by `benchmarks/training.py`, listwise: Cao, Qin, Liu, Tsai and Li (2007), "Learning to
Rank: From Pairwise Approach to Listwise Approach".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Vectors
from retrieval.index import Candidates
from retrieval.keywords import Term

FEATURES = ("dense", "keyword", "sentence", "second", "coverage", "phrase")
"""What is known of a candidate, in the order of the columns.

dense     the cosine of the question and the passage
keyword   BM25, by the weight of the question's words
sentence  the best sentence's cosine, and a share of the question's weight that it holds
second    the second-best sentence's cosine: what answers stands out from its passage
coverage  the share of the question's weight that the passage, its heading or title holds
phrase    the weight of neighbouring words of the question that are neighbours there too
"""

_LEARNED = Path(__file__).with_name("ranking.json")

WORDS_IN_SENTENCE = 0.3
"""What a sentence that holds all of a question's words gains over its cosine."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's words, weighed.

    Attributes:
        content: The weight of each content word, as a share of all of theirs, 0 for other
            terms; where there is no content word, every term counts as one; shape (terms,).
        pairs: The weight of each term with the next one, the lesser of the two, 0 for the
            last; as a share of the content words' weight, shape (terms,).
        total: The weight of all terms, in the unit of BM25.
    """

    content: Vectors
    pairs: Vectors
    total: float

    @classmethod
    def of(cls, terms: Sequence[Term]) -> Asked:
        """Weigh a question's terms."""
        weight = np.array([term.weight for term in terms], dtype=np.float32)
        content = np.array([term.content for term in terms], dtype=np.bool_)
        if not content.any():
            content[:] = True
        telling = float(weight[content].sum()) or 1.0
        pairs = np.zeros_like(weight)
        pairs[:-1] = np.minimum(weight[:-1], weight[1:])
        return cls(
            weight * content / np.float32(telling),
            pairs / np.float32(telling),
            float(weight.sum()) or 1.0,
        )


def features(found: Candidates, asked: Asked) -> Vectors:
    """Return what is known of each candidate, shape (candidates, `FEATURES`), float32."""
    columns = np.zeros((len(found), len(FEATURES)), dtype=np.float32)
    if not len(found):
        return columns
    begins = found.begins
    text = np.logical_or.reduceat(found.held, begins)
    joined = np.logical_or.reduceat(found.joined, begins)
    anywhere = text | found.titled
    columns[:, 0] = found.dense
    columns[:, 1] = found.keyword / asked.total
    columns[:, 2] = np.maximum.reduceat(sentence_scores(found, asked), begins)
    columns[:, 3] = _second(found)
    columns[:, 4] = anywhere @ asked.content
    columns[:, 5] = joined @ asked.pairs
    return columns


def sentence_scores(found: Candidates, asked: Asked) -> Vectors:
    """Return how well each sentence fits the question, shape (sentences,), float32."""
    scores: Vectors = found.sentences + WORDS_IN_SENTENCE * (found.held @ asked.content)
    return scores


def _second(found: Candidates) -> Vectors:
    """Return each candidate's second-best cosine of a sentence, the best where it has one only."""
    order = np.lexsort((-found.sentences, np.repeat(np.arange(len(found)), _counts(found))))
    second = np.where(_counts(found) > 1, found.begins + 1, found.begins)
    ranked: Vectors = found.sentences[order[second]]
    return ranked


def _counts(found: Candidates) -> npt.NDArray[np.int64]:
    return np.diff(np.append(found.begins, len(found.sentences)))


def best_first(scores: Vectors) -> npt.NDArray[np.intp]:
    """Return the candidates' order, best first; ties keep the order they were indexed in."""
    return np.argsort(-scores, kind="stable")


def newest_first(
    order: npt.NDArray[np.intp],
    fused: Vectors,
    published: npt.NDArray[np.float64],
    bound: float,
) -> npt.NDArray[np.intp]:
    """Return an order in which, of candidates about as good, the newest comes first.

    A candidate comes before a better one only if that is better by less than the
    bound, however many lie between them.

    Args:
        order: The candidates, best first, shape (candidates,).
        fused: Each candidate's fused score, shape (candidates,).
        published: When each one's article was published, seconds; NaN where that is not
            known, which counts as oldest. Shape (candidates,).
        bound: The difference in score from which the better one stays ahead.
    """
    left = [int(i) for i in order]
    dates = np.nan_to_num(published, nan=-np.inf)
    newest = []
    while left:
        best = fused[left[0]]
        near = [i for i in left if best - fused[i] < bound] or left[:1]
        chosen = max(near, key=lambda i: dates[i])
        left.remove(chosen)
        newest.append(chosen)
    return np.array(newest, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Ranker:
    """What each feature counts for.

    Attributes:
        weights: A weight a feature, float32, shape (`FEATURES`,). Those that speak for a
            passage sum to 1, so that one that had everything would score about 1.
    """

    weights: Vectors

    @classmethod
    def load(cls) -> Ranker:
        """Return the ranker that Footnote comes with."""
        rows = json.loads(_LEARNED.read_text(encoding="utf-8"))
        return cls(np.array([rows[name] for name in FEATURES], dtype=np.float32))

    def save(self) -> None:
        """Write the weights where `load` finds them."""
        rows = {name: round(float(w), 4) for name, w in zip(FEATURES, self.weights, strict=True)}
        _LEARNED.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")

    def scores(self, columns: Vectors) -> Vectors:
        """Return each candidate's score, from features of shape (candidates, `FEATURES`)."""
        found: Vectors = columns @ self.weights
        return found
