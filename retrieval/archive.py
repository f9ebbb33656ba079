"""The archive: open, ask, look up; all that callers see."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz import utils as fuzzy

from retrieval.catalog import Catalog
from retrieval.confidence import Evidence, probability
from retrieval.database import Database
from retrieval.embedded import EmbeddedIndex
from retrieval.encoder import Encoder, Vectors
from retrieval.errors import NotFound, QuestionError
from retrieval.generation import FORMAT, Generations, Recipe
from retrieval.highlight import answering_sentences
from retrieval.index import Candidates, Entry
from retrieval.keywords import Term
from retrieval.passages import Chunking
from retrieval.ranking import Weights, best_first, fuse
from retrieval.records import Records
from retrieval.spelling import Speller
from retrieval.types import (
    OPERATOR,
    Answer,
    Article,
    ArticleRef,
    ArticleVersion,
    Filters,
    Hit,
    Reader,
    Scores,
    Timings,
)

_log = logging.getLogger(__name__)

_NEAREST = 5
_SAME_TITLE = 85
_APART = 5
_LIKE_IN_MEANING = 0.3


@dataclass(frozen=True, slots=True)
class Search:
    """How questions are answered.

    Attributes:
        candidates: How many passages each leg finds.
        weights: What each score counts for.
        threshold: The confidence from which a question counts as answered.
        longest_question: The most characters a question may have.
    """

    candidates: int
    weights: Weights
    threshold: float
    longest_question: int


def recipe_of(encoder: Encoder, chunking: Chunking) -> Recipe:
    """Return what a generation made by this encoder and chunking depends on."""
    card = encoder.card
    return Recipe(
        format=FORMAT,
        model=card.name,
        weights_sha256=card.weights_sha256,
        dimensions=card.dimensions,
        window=chunking.window,
        overlap=chunking.overlap,
        language=chunking.language,
    )


class _Snapshot:
    """One open generation, and what is derived from it once."""

    def __init__(self, index: EmbeddedIndex) -> None:
        self.index = index
        entries = index.entries(Filters(), OPERATOR)
        self.by_id = {entry.ref.id: entry for entry in entries}
        self.titles = [fuzzy.default_process(entry.ref.title) for entry in entries]
        self.entries = entries


class _Stories:
    """The stories of one answer: each is told by the article that came first."""

    def __init__(self, index: EmbeddedIndex, filters: Filters, reader: Reader) -> None:
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


class Archive:
    """An open archive. Every method may be called from several threads at once.

    Questions are answered by the generation that was open when they began;
    `reload` swaps a newly published one in between two questions.
    """

    def __init__(
        self, data_dir: Path, encoder: Encoder, chunking: Chunking, search: Search
    ) -> None:
        """Open the published generation.

        Args:
            data_dir: The data folder.
            encoder: The model that made the generation.
            chunking: How its passages were cut.
            search: How questions are answered.

        Raises:
            IndexMissing: Nothing has been indexed yet.
            GenerationDamaged: No generation is whole.
            GenerationForeign: The published one was made by another model or chunking.
            StorageError: The data folder cannot be used.
        """
        self.search = search
        self._encoder = encoder
        self._recipe = recipe_of(encoder, chunking)
        self._generations = Generations(data_dir)
        self._reloading = threading.Lock()
        self._tried = self._generations.current()
        self._snapshot = _Snapshot(self._generations.open_current(self._recipe))
        self._database = Database(data_dir)
        self.catalog = Catalog(self._database)
        self.records = Records(self._database)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @property
    def generation(self) -> str:
        """The name of the generation that answers."""
        return self._snapshot.index.generation

    @property
    def published(self) -> str | None:
        """The name of the generation that should answer, None where that is lost."""
        return self._generations.current()

    def indexing(self) -> bool:
        """Tell whether a process is indexing this data folder now."""
        return self._generations.locked()

    def reload(self) -> str | None:
        """Swap to the published generation if it is another one.

        Returns:
            The new generation's name, None where nothing changed.

        Raises:
            FootnoteError: The published generation cannot be opened; the old one still answers,
                and what has failed once is not tried again.
        """
        with self._reloading:
            published = self._generations.current()
            if published is None or published == self._tried:
                return None
            self._tried = published
            self._snapshot = _Snapshot(self._generations.open(published, self._recipe))
            _log.info("Generation %s answers.", published)
            return published

    def roll_back(self, name: str | None = None) -> str:
        """Publish an earlier generation again and swap to it; return its name.

        Raises:
            NotFound: There is no such generation.
            GenerationDamaged: It is damaged.
            GenerationForeign: It was made by another model or chunking.
        """
        target = self._generations.roll_back(name, self._recipe)
        self.reload()
        return target

    # Asking.

    def check(self, question: str) -> str:
        """Return the question, trimmed.

        Raises:
            QuestionError: It is empty, has no word in it, or is too long.
        """
        # A command line may hold bytes that are no text.
        question = " ".join(question.encode("utf-8", "replace").decode().split())
        if not question:
            raise QuestionError("There is no question; ask one in a few words.")
        if len(question) > self.search.longest_question:
            raise QuestionError(
                f"That question has {len(question):,} characters; ask in "
                f"{self.search.longest_question:,} or fewer."
            )
        if not any(character.isalnum() for character in question):
            raise QuestionError("There is no word in that question; ask in words.")
        return question

    def ask(
        self,
        question: str,
        *,
        k: int = 5,
        filters: Filters = Filters(),
        reader: Reader = OPERATOR,
        context: str | None = None,
        grouped: bool = True,
    ) -> Answer:
        """Answer a question with passages, or say that the archive does not.

        Args:
            question: The question.
            k: How many passages at most; at least 1.
            filters: What the asker narrows to.
            reader: Who may see what.
            context: The question that this one follows up, or None.
            grouped: Whether a story that several articles tell is shown once.

        Raises:
            QuestionError: The question is empty, has no word in it, or is too long.
        """
        began = time.perf_counter()
        snapshot = self._snapshot
        index = snapshot.index
        question = self.check(question)
        asked = f"{context} {question}" if context else question
        understood = self.speller(reader, index).understand(asked)
        terms = understood.terms
        read = time.perf_counter()
        vector = self._encoder.encode_question(understood.text)
        encoded = time.perf_counter()
        limit = max(self.search.candidates, k)
        candidates = index.search(vector, terms, limit, filters, reader)
        searched = time.perf_counter()
        told = _Stories(index, filters, reader) if grouped else None
        hits, nearest = self._rank(index, candidates, vector, k, told)
        confidence = self._confidence(index, terms, hits)
        ended = time.perf_counter()
        return Answer(
            question=question,
            answered=bool(hits) and confidence >= self.search.threshold,
            confidence=confidence,
            generation=index.generation,
            hits=tuple(hits),
            nearest=nearest,
            unknown_words=understood.unknown,
            timings=_timings(began, read, encoded, searched, ended),
            corrections=understood.corrections,
        )

    def speller(self, reader: Reader, index: EmbeddedIndex | None = None) -> Speller:
        """Return what takes misspelt words for the archive's own, of those the reader may see."""
        searched = index or self._snapshot.index

        def pieces(word: str) -> int:
            return self._encoder.count_tokens([word])[0]

        def text_at(position: int) -> str:
            passage = searched.passage(position)
            version = self.catalog.load([passage.version_id]).get(passage.version_id)
            if version is None:
                return ""
            start, end = passage.span
            article = version.article
            return f"{article.text[start:end]}\n{passage.heading or ''}\n{article.title}"

        return Speller(searched, reader, pieces, text_at)

    def _rank(
        self,
        index: EmbeddedIndex,
        candidates: Candidates,
        vector: Vectors,
        k: int,
        told: _Stories | None,
    ) -> tuple[list[Hit], tuple[ArticleRef, ...]]:
        """Return the best hits, no text and no story twice, and the nearest articles."""
        fused = fuse(candidates, self.search.weights)
        order = best_first(fused)
        if told is not None:
            entries = (index.entry(int(candidates.positions[i])) for i in order)
            order = order[[told.admits(entry) for entry in entries]]
        hits: dict[str, Hit] = {}
        for first in range(0, len(order), 2 * k):
            part = order[first : first + 2 * k]
            for hit in self._hits(index, candidates, fused, vector, part):
                hits.setdefault(hit.text, hit)
            if len(hits) >= k:
                break
        nearest: dict[str, ArticleRef] = {}
        for i in order:
            ref = index.entry(int(candidates.positions[i])).ref
            nearest.setdefault(ref.id, ref)
            if len(nearest) == _NEAREST:
                break
        found = list(hits.values())[:k]
        return [told.crossed(hit) for hit in found] if told else found, tuple(nearest.values())

    def _hits(
        self,
        index: EmbeddedIndex,
        candidates: Candidates,
        fused: Vectors,
        vector: Vectors,
        chosen: npt.NDArray[np.intp],
    ) -> Iterator[Hit]:
        """Yield the chosen candidates as hits, with their text from the catalog."""
        passages = [index.passage(int(candidates.positions[i])) for i in chosen]
        versions = self.catalog.load(list({p.version_id for p in passages}))
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
            scores = index.sentence_scores(int(candidates.positions[i]), vector)
            yield Hit(
                passage=passage,
                version=version,
                scores=Scores(
                    dense=float(candidates.dense[i]),
                    keyword=float(candidates.keyword[i]),
                    sentence=float(candidates.sentence[i]),
                    fused=float(fused[i]),
                ),
                highlights=answering_sentences(passage.sentences, scores),
            )

    def _confidence(self, index: EmbeddedIndex, terms: list[Term], hits: list[Hit]) -> float:
        return probability(self.evidence(terms, hits[0], index)) if hits else 0.0

    def evidence(self, terms: list[Term], hit: Hit, index: EmbeddedIndex | None = None) -> Evidence:
        """Return what speaks for a hit's answering a question with these terms."""
        index = index or self._snapshot.index
        article = hit.version.article
        held = set(index.stems(f"{article.title}\n{hit.passage.heading or ''}\n{hit.text}"))
        return Evidence.of(terms, held, hit.scores.sentence)

    def terms(self, question: str) -> list[Term]:
        """Return the question's words as the index knows them."""
        return self._snapshot.index.terms(question)

    # Looking up.

    def articles(self, filters: Filters = Filters(), reader: Reader = OPERATOR) -> list[Entry]:
        """Return the articles that match, in the order they were indexed."""
        return self._snapshot.index.entries(filters, reader)

    def names(self, article_ids: Iterable[str], reader: Reader) -> dict[str, ArticleRef]:
        """Return the articles by id, of those that are here and that this reader may see."""
        by_id = self._snapshot.by_id
        found = (by_id[i] for i in article_ids if i in by_id)
        return {entry.ref.id: entry.ref for entry in found if _may_see(entry, reader)}

    def read(self, entries: list[Entry]) -> Iterator[ArticleVersion]:
        """Yield the articles of entries with their text, in order."""
        for first in range(0, len(entries), 200):
            part = entries[first : first + 200]
            found = self.catalog.load([entry.version_id for entry in part])
            yield from (found[e.version_id] for e in part if e.version_id in found)

    def look_up(self, title_or_id: str, reader: Reader = OPERATOR) -> ArticleVersion:
        """Return the article of that id, else of that title, else of the one title so like it.

        By its id, an article that was withdrawn and an old version are found too: what
        once was cited stays resolvable.

        Raises:
            NotFound: There is none; the message names the nearest titles.
        """
        snapshot = self._snapshot
        # A command line may hold bytes that are no text.
        wanted = title_or_id.encode("utf-8", "replace").decode().strip()
        visible = snapshot.index.entries(Filters(), reader)
        entry = snapshot.by_id.get(wanted)
        if entry is None or not _may_see(entry, reader):
            folded = wanted.casefold()
            entry = next((e for e in visible if e.ref.title.casefold() == folded), None)
        if entry is None:
            if (once := self.catalog.find(wanted)) and _may_see(once[0].article, reader):
                return once[0]
            near = self._like(snapshot, wanted, reader, 3)
            # A word of a title is no title; a title with a typo is.
            alike = [fuzz.ratio(folded, e.ref.title.casefold()) for e, _ in near]
            best, second = [*sorted(alike, reverse=True), 0.0, 0.0][:2]
            if best >= _SAME_TITLE and best - second >= _APART:
                entry = near[alike.index(best)][0]
            else:
                titles = "; ".join(f"“{e.ref.title}”" for e, _ in near)
                hint = (
                    f"the nearest are {titles}" if titles else "look through the list of articles"
                )
                raise NotFound(f"No article is called “{wanted[:200]}”; {hint}.")
        version = self.catalog.load([entry.version_id]).get(entry.version_id)
        if version is None:
            raise NotFound(
                f"The text of “{entry.ref.title}” is not in the catalog; "
                "run `footnote index --full`."
            )
        return version

    def _like(
        self, snapshot: _Snapshot, typed: str, reader: Reader, limit: int
    ) -> list[tuple[Entry, float]]:
        """Return the entries whose titles are most like what was typed, with scores to 100."""
        allowed = [
            title if _may_see(entry, reader) else None
            for title, entry in zip(snapshot.titles, snapshot.entries, strict=True)
        ]
        found = process.extract(
            fuzzy.default_process(typed), allowed, scorer=fuzz.WRatio, limit=limit, score_cutoff=60
        )
        return [(snapshot.entries[number], score) for _, score, number in found]

    def suggest(self, typed: str, reader: Reader, limit: int) -> list[Entry]:
        """Return articles for what was typed so far: by title, typos forgiven, then by meaning.

        Nothing typed gives the latest articles.
        """
        snapshot = self._snapshot
        typed = typed.strip()[: self.search.longest_question]
        if not any(character.isalnum() for character in typed):
            visible = snapshot.index.entries(Filters(), reader)
            return sorted(visible, key=lambda e: e.published_at or "", reverse=True)[:limit]
        found = {entry.ref.id: entry for entry, _ in self._like(snapshot, typed, reader, limit)}
        if len(found) < limit and len(typed) >= 3:
            index = snapshot.index
            vector = self._encoder.encode_question(typed)
            terms = index.terms(typed, reader)
            candidates = index.search(vector, terms, limit, Filters(), reader)
            for i in best_first(fuse(candidates, self.search.weights)):
                near = candidates.sentence[i] >= _LIKE_IN_MEANING or candidates.keyword[i] > 0
                if near and len(found) < limit:
                    entry = index.entry(int(candidates.positions[i]))
                    found.setdefault(entry.ref.id, entry)
        return list(found.values())


def _may_see(entry: Entry | Article, reader: Reader) -> bool:
    return reader.collections is None or entry.collection in reader.collections


def _timings(began: float, read: float, encoded: float, searched: float, ended: float) -> Timings:
    """Return the milliseconds between readings of the clock, in seconds.

    Reading the question's words is part of the search, though it comes before encoding.
    """
    searching = read - began + searched - encoded
    stages = (encoded - read, searching, ended - searched, ended - began)
    return Timings(*(round(1000 * seconds, 3) for seconds in stages))
