"""Answer a question from one generation: search, rank, quote, and judge."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from retrieval.catalog import Catalog
from retrieval.confidence import Calibration
from retrieval.encoder import Encoder, Vectors
from retrieval.errors import QuestionError
from retrieval.highlight import answering_sentences, sentence_fit
from retrieval.index import Candidates, Entry, PassageIndex
from retrieval.keywords import Term
from retrieval.ranking import FEATURES, Asked, Ranker, best_first, features
from retrieval.types import Answer, ArticleRef, Filters, Hit, Reader, Scores, Timings

_log = logging.getLogger(__name__)

_NEAREST = 5
_LIKE_IN_MEANING = 0.3
_SENTENCE = FEATURES.index("sentence")


@dataclass(frozen=True, slots=True)
class Search:
    """How questions are answered.

    Attributes:
        candidates: How many passages each leg finds.
        ranker: What orders them.
        calibration: How sure the best one's features make of it.
        threshold: The confidence from which a question counts as answered.
        longest_question: The most characters a question may have.
    """

    candidates: int
    ranker: Ranker
    calibration: Calibration
    threshold: float
    longest_question: int

    def check(self, question: str) -> str:
        """Return the question, trimmed.

        Raises:
            QuestionError: It is empty, has no word in it, or is too long.
        """
        # A command line may hold bytes that are no text.
        question = " ".join(question.encode("utf-8", "replace").decode().split())
        if not question:
            raise QuestionError("There is no question; ask one in a few words.")
        if len(question) > self.longest_question:
            raise QuestionError(
                f"That question has {len(question):,} characters; ask in "
                f"{self.longest_question:,} or fewer."
            )
        if not any(character.isalnum() for character in question):
            raise QuestionError("There is no word in that question; ask in words.")
        return question


@dataclass(frozen=True, slots=True)
class _Ranked:
    """One question's candidates, weighed.

    Attributes:
        found: The candidates.
        terms: The question's words.
        asked: The words' weights.
        features: What is known of each, shape (candidates, `FEATURES`).
        scores: What ranks them, shape (candidates,).
    """

    found: Candidates
    terms: list[Term]
    asked: Asked
    features: Vectors
    scores: Vectors


class _Stories:
    """The stories of one answer: each is told by the article that came first."""

    def __init__(self, index: PassageIndex, filters: Filters, reader: Reader) -> None:
        self._index = index
        self._filters = filters
        self._reader = reader
        self._tellers: dict[str, str] = {}
        self._story: dict[str, str] = {}

    def admits(self, entry: Entry) -> bool:
        """Tell whether a passage of an article is shown: no other told its story before."""
        if entry.story is None:
            return True
        self._story[entry.version_id] = entry.story
        return self._tellers.setdefault(entry.story, entry.ref.id) == entry.ref.id

    def crossed(self, hit: Hit) -> Hit:
        """Return a hit with the other articles that tell its story."""
        story = self._story.get(hit.version.id)
        if story is None:
            return hit
        copies = self._index.copies(story, self._filters, self._reader)
        others = tuple(e.ref for e in copies if e.ref.id != hit.version.article_id)
        return replace(hit, also_in=others)


class Answerer:
    """Answers questions from any generation. Several threads may ask at once."""

    def __init__(self, encoder: Encoder, catalog: Catalog, search: Search) -> None:
        """Take what answering needs.

        Args:
            encoder: Encodes questions.
            catalog: Holds the articles' texts.
            search: How questions are answered.
        """
        self._encoder = encoder
        self._catalog = catalog
        self._search = search

    def answer(
        self,
        index: PassageIndex,
        question: str,
        *,
        k: int,
        filters: Filters,
        reader: Reader,
        context: str | None,
        grouped: bool,
    ) -> Answer:
        """Answer a question as `Archive.ask` says, from one generation."""
        began = time.perf_counter()
        question = self._search.check(question)
        asked = f"{context} {question}" if context else question
        vector = self._encoder.encode_question(asked)
        encoded = time.perf_counter()
        terms = index.terms(asked)
        found = index.search(vector, terms, max(self._search.candidates, k), filters, reader)
        searched = time.perf_counter()
        ranked = self._weigh(found, terms)
        told = _Stories(index, filters, reader) if grouped else None
        hits, nearest = self._rank(index, ranked, k, told)
        confidence = hits[0].scores.confidence if hits else 0.0
        unknown = index.unknown([term for term in terms if term.content], reader)
        ended = time.perf_counter()
        return Answer(
            question=question,
            answered=bool(hits) and confidence >= self._search.threshold,
            confidence=confidence,
            threshold=self._search.threshold,
            generation=index.generation,
            hits=tuple(hits),
            nearest=nearest,
            unknown_words=tuple(unknown),
            timings=_timings(began, encoded, searched, ended),
        )

    def near(self, index: PassageIndex, text: str, limit: int, reader: Reader) -> Iterator[Entry]:
        """Yield the articles of passages that are near to a text, the nearest first."""
        vector = self._encoder.encode_question(text)
        terms = index.terms(text)
        ranked = self._weigh(index.search(vector, terms, limit, Filters(), reader), terms)
        for i in best_first(ranked.scores):
            if ranked.features[i, _SENTENCE] >= _LIKE_IN_MEANING or ranked.found.keyword[i] > 0:
                yield index.entry(int(ranked.found.positions[i]))

    def _weigh(self, found: Candidates, terms: list[Term]) -> _Ranked:
        asked = Asked.of(terms)
        columns = features(found, asked)
        return _Ranked(found, terms, asked, columns, self._search.ranker.scores(columns))

    def _rank(
        self, index: PassageIndex, ranked: _Ranked, k: int, told: _Stories | None
    ) -> tuple[list[Hit], tuple[ArticleRef, ...]]:
        """Return the best hits, no text and no story twice, and the nearest articles."""
        order = best_first(ranked.scores)
        if told is not None:
            entries = (index.entry(int(ranked.found.positions[i])) for i in order)
            order = order[[told.admits(entry) for entry in entries]]
        hits: dict[str, Hit] = {}
        for first in range(0, len(order), 2 * k):
            for hit in self._hits(index, ranked, order[first : first + 2 * k]):
                hits.setdefault(hit.text, hit)
            if len(hits) >= k:
                break
        nearest: dict[str, ArticleRef] = {}
        for i in order:
            ref = index.entry(int(ranked.found.positions[i])).ref
            nearest.setdefault(ref.id, ref)
            if len(nearest) == _NEAREST:
                break
        found = list(hits.values())[:k]
        return [told.crossed(hit) for hit in found] if told else found, tuple(nearest.values())

    def _hits(
        self, index: PassageIndex, ranked: _Ranked, chosen: npt.NDArray[np.intp]
    ) -> Iterator[Hit]:
        """Yield the chosen candidates as hits, with their text from the catalog."""
        found = ranked.found
        passages = [index.passage(int(found.positions[i])) for i in chosen]
        versions = self._catalog.load(list({p.version_id for p in passages}))
        for i, passage in zip(chosen, passages, strict=True):
            version = versions.get(passage.version_id)
            if version is None or passage.span.end > len(version.article.text):
                _log.error(
                    "Version %s of generation %s is not in the catalog; "
                    "run `footnote index --full`.",
                    passage.version_id,
                    index.generation,
                )
                continue
            rows = found.rows(int(i))
            held = found.held[rows]
            fit = sentence_fit(found.sentences[rows], held, ranked.asked.content)
            anywhere = held.any(axis=0) | found.titled[i]
            yield Hit(
                passage=passage,
                version=version,
                scores=Scores(
                    dense=float(found.dense[i]),
                    keyword=float(found.keyword[i]),
                    sentence=float(found.sentences[rows].max()),
                    fused=float(ranked.scores[i]),
                    confidence=self._search.calibration.probability(ranked.features[i]),
                ),
                highlights=answering_sentences(passage.sentences, fit),
                matched=tuple(
                    t.word for t, is_held in zip(ranked.terms, anywhere, strict=True) if is_held
                ),
            )


def _timings(began: float, encoded: float, searched: float, ended: float) -> Timings:
    """Return the milliseconds between four readings of the clock, in seconds."""
    stages = (encoded - began, searched - encoded, ended - searched, ended - began)
    return Timings(*(round(1000 * seconds, 3) for seconds in stages))
