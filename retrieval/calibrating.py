"""Fit the confidence to one archive: by judged questions, or without any.

Without labels, the archive's own sentences are made questions and asked with their
article hidden, after the inverse cloze task of Lee, Chang and Toutanova (2019),
"Latent Retrieval for Weakly Supervised Open Domain Question Answering": whatever
comes first is wrong, and how sure it looks tells how much alike the articles are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from retrieval.archive import Archive
from retrieval.confidence import THRESHOLDS, Calibration
from retrieval.embedded import EmbeddedIndex
from retrieval.encoder import Encoder, Vectors
from retrieval.index import Entry
from retrieval.question import read_question
from retrieval.ranking import FEATURES, Asked, best_first, features
from retrieval.types import OPERATOR, Filters

FEWEST_ARTICLES = 20
"""Articles below which an archive says too little of itself."""

FEWEST_LABELS = 20
"""Right first hits, and as many wrong ones, below which labels are too few."""

REFERENCE = 0.063
"""The share of hidden sentences that the shipped calibration answers at `balanced`.

`benchmarks/calibrating.py` measures it, on belebele_en.
"""

FURTHEST = 1.0
"""Log-odds by which the intercept is moved at most without labels."""

_SEED = 20
_ARTICLES = 300
_FEWEST_WORDS = 4
_MOST_WORDS = 8
_KEPT = 0.7
_PULL = 20.0
_PULL_OF_INTERCEPT = 5.0
_STEPS = 50
_ENOUGH = 1e-8

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class First:
    """The first hit for a question.

    Attributes:
        article_id: Its article's id.
        features: What is known of it, shape (`FEATURES`,).
    """

    article_id: str
    features: Vectors


@dataclass(frozen=True, slots=True)
class Hidden:
    """A question made of a sentence, to be asked as if its article were not there.

    Attributes:
        text: The question.
        entry: The article.
    """

    text: str
    entry: Entry


class Rehearsal:
    """Asks an archive's index for first hits and what is known of them.

    Dates in words narrow nothing, recency moves nothing, and no reranker is asked.
    """

    def __init__(self, archive: Archive, index: EmbeddedIndex, encoder: Encoder) -> None:
        """Prepare.

        Args:
            archive: The archive.
            index: The generation that it answers from.
            encoder: The model of both.
        """
        self._archive = archive
        self._index = index
        self._encoder = encoder
        self._speller = archive.speller(OPERATOR)

    def first(self, question: str, hidden: Entry | None = None) -> First | None:
        """Return the first hit, None where nothing is found.

        Args:
            question: The question.
            hidden: An article that is passed over, and with it those that tell its story.

        Raises:
            QuestionError: The question is empty, has no word in it, or is too long.
        """
        search = self._archive.search
        read = read_question(search.check(question), None, self._encoder, self._speller)
        limit = search.candidates
        found = self._index.search(read.vector, read.terms, limit, Filters(), OPERATOR)
        columns = features(found, Asked.of(read.terms))
        for i in best_first(search.ranker.scores(columns)):
            entry = self._index.entry(int(found.positions[i]))
            if hidden is None or not _same(entry, hidden):
                return First(entry.ref.id, columns[i])
        return None

    def hidden_questions(self) -> list[Hidden]:
        """Return a question for each of up to 300 articles, always the same.

        It is made of the content words of one of the article's sentences, in their
        order, some of them dropped. Articles without a sentence of enough words give none.
        """
        random = np.random.default_rng(_SEED)
        entries = self._index.entries(Filters(), OPERATOR)
        chosen = random.permutation(len(entries))[:_ARTICLES]
        drawn = [entries[i] for i in np.sort(chosen)]
        sentences = self._sentences({entry.ref.id for entry in drawn})
        texts = {version.article_id: version.article.text for version in self._archive.read(drawn)}
        made = []
        for entry in drawn:
            spans = sentences.get(entry.ref.id, [])
            text = texts.get(entry.ref.id, "")
            for number in random.permutation(len(spans)):
                words = self._content(text[slice(*spans[number])])
                if len(words) >= _FEWEST_WORDS:
                    made.append(Hidden(" ".join(_some(words, random)), entry))
                    break
        return made

    def _sentences(self, article_ids: set[str]) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = {}
        for position in range(len(self._index)):
            if (id_ := self._index.entry(position).ref.id) in article_ids:
                found.setdefault(id_, []).extend(self._index.passage(position).sentences)
        return found

    def _content(self, sentence: str) -> list[str]:
        return [term.word for term in self._index.terms(sentence) if term.content]


def _same(entry: Entry, other: Entry) -> bool:
    """Tell whether two entries are one article or tell one story."""
    if entry.ref.id == other.ref.id:
        return True
    return entry.story is not None and entry.story == other.story


def _some(words: Sequence[str], random: np.random.Generator) -> list[str]:
    count = max(_FEWEST_WORDS - 1, min(_MOST_WORDS, round(_KEPT * len(words))))
    chosen = random.permutation(len(words))[:count]
    return [words[i] for i in np.sort(chosen)]


def shifted(calibration: Calibration, wrong: Vectors) -> Calibration:
    """Return a calibration whose intercept fits the hidden sentences' first hits.

    As many of them as usual (`REFERENCE`) are answered at `balanced` then, if the
    intercept need not move further than `FURTHEST`.

    Args:
        calibration: The shipped calibration.
        wrong: The features of the first hits, shape (hits, `FEATURES`), at least one.
    """
    threshold = THRESHOLDS["balanced"]
    odds = calibration.intercept + wrong.astype(np.float64) @ calibration.weights
    wanted = math.log(threshold / (1 - threshold))
    shift = wanted - float(np.quantile(odds, 1 - REFERENCE))
    return replace(
        calibration, intercept=calibration.intercept + max(-FURTHEST, min(FURTHEST, shift))
    )


def refitted(calibration: Calibration, rows: Vectors, right: Flags) -> Calibration:
    """Return a calibration fitted to judged first hits, drawn towards another.

    A ridge regression whose penalty is the distance from the given weights, each in
    the unit of its feature's spread, so that few labels move little. Right hits
    together weigh what wrong ones do.

    Args:
        calibration: The shipped calibration.
        rows: The features of the first hits, shape (hits, `FEATURES`).
        right: Whether each is right, shape (hits,); some are, some are not.
    """
    wide = rows.astype(np.float64)
    middle, spread = wide.mean(axis=0), wide.std(axis=0) + 1e-6
    known = np.column_stack([np.ones(len(wide)), (wide - middle) / spread])
    weight = np.where(right, 0.5 / right.mean(), 0.5 / (~right).mean())
    pull = np.array([_PULL_OF_INTERCEPT] + [_PULL] * len(FEATURES))
    start = calibration.intercept + wide @ calibration.weights
    moved = _newton(known, right.astype(np.float64), weight, start, pull)
    slopes = moved[1:] / spread
    return Calibration(
        calibration.intercept + float(moved[0] - slopes @ middle),
        (calibration.weights + slopes).astype(np.float32),
    )


def _newton(
    known: npt.NDArray[np.float64],
    labels: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
    start: npt.NDArray[np.float64],
    pull: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return what, added to the log-odds one starts with, explains the labels at least cost."""

    def cost(moved: npt.NDArray[np.float64]) -> float:
        odds = start + known @ moved
        lost = weight @ (np.logaddexp(0, odds) - labels * odds)
        return float(lost + pull @ moved**2 / 2)

    moved = np.zeros(known.shape[1])
    for _ in range(_STEPS):
        sure = 1 / (1 + np.exp(-np.clip(start + known @ moved, -500, 500)))
        slope = known.T @ (weight * (sure - labels)) + pull * moved
        bend = (known.T * (weight * sure * (1 - sure))) @ known + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        size = 1.0
        while size > _ENOUGH and cost(moved - size * step) > cost(moved):
            size /= 2  # a whole step overshoots where the start is far off
        moved = moved - size * step
        if np.abs(size * step).max() < _ENOUGH:
            break
    return moved
