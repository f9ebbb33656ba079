"""Answer a question from one generation: search, rank, quote, and judge."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from itertools import islice

import numpy as np
import numpy.typing as npt

from retrieval.catalog import Catalog
from retrieval.confidence import Calibration
from retrieval.dated import date_words, dated_answer
from retrieval.encoder import Encoder, Vectors
from retrieval.errors import QuestionError
from retrieval.highlight import answering_sentences, sentence_fit
from retrieval.index import Candidates, Entry, PassageIndex
from retrieval.keywords import Term
from retrieval.prior import Placed
from retrieval.question import Question, read_question
from retrieval.ranking import Asked, Ranker, best_first, features, newest_first
from retrieval.reranker import Reranker
from retrieval.spelling import Speller
from retrieval.types import Answer, ArticleRef, Filters, Hit, Reader, Scores, Timings
from retrieval.vectors import Positions

_log = logging.getLogger(__name__)

_NEAREST = 5
_LIKE_IN_MEANING = 0.3


@dataclass(frozen=True, slots=True)
class Search:
    """How questions are answered.

    Attributes:
        candidates: How many passages each leg finds.
        ranker: What orders them.
        calibration: How sure the best one's features make of it.
        threshold: The confidence from which a question counts as answered.
        longest_question: The most characters a question may have.
        recency: The difference in score below which the newer passage comes first; 0 for never.
        timezone: Where the days begin and end that a question names.
    """

    candidates: int
    ranker: Ranker
    calibration: Calibration
    threshold: float
    longest_question: int
    recency: float = 0.0
    timezone: tzinfo = UTC

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
class Saved:
    """A question that is kept, to be put to what is new.

    Attributes:
        question: The question.
        vector: Its float32 unit vector, shape (dimensions,).
        filters: What it is narrowed to.
        reader: Who will read what is found.
        since: The number of the last version that it has been put to.
    """

    question: str
    vector: Vectors
    filters: Filters
    reader: Reader
    since: int


@dataclass(frozen=True, slots=True)
class _Ranked:
    """One question's candidates, weighed.

    Attributes:
        found: The candidates.
        features: What is known of each, shape (candidates, `FEATURES`).
        scores: What ranks them, shape (candidates,).
        learned: What of their scores readers' votes gave, shape (candidates,); None where
            none count.
    """

    found: Candidates
    features: Vectors
    scores: Vectors
    learned: Vectors | None = None


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

    def __init__(
        self, encoder: Encoder, catalog: Catalog, search: Search, reranker: Reranker | None
    ) -> None:
        """Take what answering needs.

        Args:
            encoder: Encodes questions.
            catalog: Holds the articles' texts.
            search: How questions are answered.
            reranker: What re-ranks the first hits, or None.
        """
        self._reranker = reranker
        self._encoder = encoder
        self._catalog = catalog
        self._search = search

    def ask(
        self,
        index: PassageIndex,
        question: str,
        *,
        k: int,
        filters: Filters,
        reader: Reader,
        context: str | None,
        grouped: bool,
        any_date: bool,
        prior: Placed | None = None,
    ) -> Answer:
        """Answer a question as `Archive.ask` says, from one generation."""
        question = self._search.check(question)
        words = date_words(index, question, filters, reader, self._search.timezone)
        answer = partial(
            self._answer,
            index,
            k=k,
            reader=reader,
            context=context,
            grouped=grouped,
            prior=prior,
        )
        if words is None:
            return answer(question, filters)
        alone = context is None
        return dated_answer(answer, question, words, filters, alone=alone, any_date=any_date)

    def _answer(
        self,
        index: PassageIndex,
        text: str,
        filters: Filters,
        *,
        k: int,
        reader: Reader,
        context: str | None,
        grouped: bool,
        prior: Placed | None,
    ) -> Answer:
        """Answer a question, whatever its dates."""
        began = time.perf_counter()
        question = read_question(text, context, self._encoder, self.speller(index, reader))
        limit = max(self._search.candidates, k)
        found = index.search(question.vector, question.terms, limit, filters, reader)
        searched = time.perf_counter()
        told = _Stories(index, filters, reader) if grouped else None
        ranked = self._weigh(found, question.terms, prior)
        hits, nearest = self._rank(index, question, ranked, k, told)
        while len(hits) < k and len(found) >= limit:
            # Copies of a text or a story took the places: look further, until nothing is left.
            limit *= 4
            found = index.search(question.vector, question.terms, limit, filters, reader)
            told = _Stories(index, filters, reader) if grouped else None
            ranked = self._weigh(found, question.terms, prior)
            hits, nearest = self._rank(index, question, ranked, k, told)
        confidence = hits[0].scores.confidence if hits else 0.0
        return Answer(
            question=text,
            answered=bool(hits) and confidence >= self._search.threshold,
            confidence=confidence,
            threshold=self._search.threshold,
            generation=index.generation,
            hits=tuple(hits),
            nearest=nearest,
            unknown_words=question.unknown,
            timings=_timings(began, question.encoding, searched, time.perf_counter()),
            context=question.context,
            corrections=question.corrections,
        )

    def speller(self, index: PassageIndex, reader: Reader) -> Speller:
        """Return what takes misspelt words for the archive's own, of those the reader may see."""

        def pieces(word: str) -> int:
            return self._encoder.count_tokens([word])[0]

        def text_at(position: int) -> str:
            passage = index.passage(position)
            version = self._catalog.load([passage.version_id]).get(passage.version_id)
            if version is None:
                return ""
            article = version.article
            text = article.text[slice(*passage.span)]
            return f"{text}\n{passage.heading or ''}\n{article.title}"

        return Speller(index, reader, pieces, text_at)

    def near(self, index: PassageIndex, text: str, limit: int, reader: Reader) -> Iterator[Entry]:
        """Yield the articles of passages that are near to a text, the nearest first."""
        yield from self.alike(index, self._encoder.encode_question(text), text, limit, reader)

    def alike(
        self, index: PassageIndex, vector: Vectors, text: str, limit: int, reader: Reader
    ) -> Iterator[Entry]:
        """Yield the articles of passages near to a vector or to a text's words, nearest first.

        Args:
            index: The passages.
            vector: A float32 unit vector, shape (dimensions,).
            text: The text.
            limit: How many passages each leg finds.
            reader: Who may see what.
        """
        terms = index.terms(text, reader)
        ranked = self._weigh(index.search(vector, terms, limit, Filters(), reader), terms)
        found = ranked.found
        for i in best_first(ranked.scores):
            nearest = found.sentences[found.rows(int(i))].max()
            if nearest >= _LIKE_IN_MEANING or found.keyword[i] > 0:
                yield index.entry(int(found.positions[i]))

    def among(self, index: PassageIndex, saved: Saved, positions: Positions, k: int) -> list[Hit]:
        """Return the passages, of some, that answer a saved question; the surest first.

        Args:
            index: The index that holds them.
            saved: The question.
            positions: The passages that it is put to, ascending, shape (n,).
            k: How many at most, no text and no story twice.
        """
        terms = index.terms(saved.question, saved.reader)
        ranked = self._weigh(index.read(positions, saved.vector, terms), terms)
        sure = self._search.calibration.probabilities(ranked.features) >= self._search.threshold
        if not sure.any():
            return []
        order = best_first(np.where(sure, ranked.scores, -np.inf))[: np.count_nonzero(sure)]
        question = Question(saved.question, saved.vector, terms, terms, (), (), None, 0.0)
        told = _Stories(index, saved.filters, saved.reader)
        hits: dict[str, Hit] = {}
        admitted = list(self._admitted(index, ranked, order, told))
        for hit in self._hits(index, question, ranked, admitted[: 2 * k]):
            hits.setdefault(hit.text, hit)
        return [told.crossed(hit) for hit in hits.values()][:k]

    def _weigh(self, found: Candidates, terms: list[Term], prior: Placed | None = None) -> _Ranked:
        columns = features(found, Asked.of(terms))
        scores = self._search.ranker.scores(columns)
        if prior is None:
            return _Ranked(found, columns, scores)
        learned = prior.at(found.positions)
        return _Ranked(found, columns, scores + learned, learned)

    def _rank(
        self,
        index: PassageIndex,
        question: Question,
        ranked: _Ranked,
        k: int,
        told: _Stories | None,
    ) -> tuple[list[Hit], tuple[ArticleRef, ...]]:
        """Return the best hits, no text and no story twice, and the nearest articles."""
        order = best_first(ranked.scores)
        if bound := self._search.recency:
            order = newest_first(order, ranked.scores, _published(index, ranked.found), bound)
        hits: dict[str, Hit] = {}
        wanted = max(k, self._reranker.first) if self._reranker else k
        shown = iter(self._admitted(index, ranked, order, told))
        while len(hits) < wanted and (chosen := list(islice(shown, wanted))):
            for hit in self._hits(index, question, ranked, chosen):
                hits.setdefault(hit.text, hit)
        nearest: dict[str, ArticleRef] = {}
        for i in self._admitted(index, ranked, order, told):
            ref = index.entry(int(ranked.found.positions[i])).ref
            nearest.setdefault(ref.id, ref)
            if len(nearest) == _NEAREST:
                break
        best = list(hits.values())
        best = (self._reranker.rerank(question.text, best) if self._reranker else best)[:k]
        return [told.crossed(hit) for hit in best] if told else best, tuple(nearest.values())

    @staticmethod
    def _admitted(
        index: PassageIndex,
        ranked: _Ranked,
        order: npt.NDArray[np.intp],
        told: _Stories | None,
    ) -> Iterator[int]:
        """Yield the candidates that are shown, in their order."""
        for i in order.tolist():
            if told is None or told.admits(index.entry(int(ranked.found.positions[i]))):
                yield i

    def _hits(
        self,
        index: PassageIndex,
        question: Question,
        ranked: _Ranked,
        chosen: Sequence[int],
    ) -> Iterator[Hit]:
        """Yield the chosen candidates as hits, with their text from the catalog."""
        found, judged = ranked.found, Asked.of(question.judged)
        # Where some words may not vouch for an answer, it is judged without them.
        known = ranked.features
        if question.judged is not question.terms:
            known = features(found, judged)
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
            rows = found.rows(i)
            held = found.held[rows]
            fit = sentence_fit(found.sentences[rows], held, judged.content)
            anywhere = held.any(axis=0) | found.titled[i]
            words = zip(question.terms, anywhere, strict=True)
            yield Hit(
                passage=passage,
                version=version,
                scores=Scores(
                    dense=float(found.dense[i]),
                    keyword=float(found.keyword[i]),
                    sentence=float(found.sentences[rows].max()),
                    fused=float(ranked.scores[i]),
                    confidence=self._search.calibration.probability(known[i]),
                    prior=0.0 if ranked.learned is None else float(ranked.learned[i]),
                ),
                highlights=answering_sentences(passage.sentences, fit),
                matched=tuple(t.word for t, is_held in words if is_held and t.content),
            )


def _published(index: PassageIndex, found: Candidates) -> npt.NDArray[np.float64]:
    """Return when the candidates' articles were published, seconds, NaN where unknown."""
    moments = (index.entry(int(position)).published_at for position in found.positions)
    seconds = [datetime.fromisoformat(m).timestamp() if m else np.nan for m in moments]
    return np.array(seconds, dtype=np.float64)


def _timings(began: float, encoding: float, searched: float, ended: float) -> Timings:
    """Return the milliseconds of the stages, from readings of the clock and a span, in seconds.

    Reading the question's words is part of the search, though it comes before encoding.
    """
    stages = (encoding, searched - began - encoding, ended - searched, ended - began)
    return Timings(*(round(1000 * seconds, 3) for seconds in stages))
