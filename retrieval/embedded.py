"""The embedded PassageIndex: segments of vectors and stems, and one tantivy index.

The folder holds `segments/<n>/` (`segment.py`), `keywords/`, `dead.npy` (the numbers of
articles that a segment holds but that were changed or withdrawn since) and `stories.json`.
Passages and articles are numbered through all segments, in their order. A segment is
never changed: the next generation links its files, so that a change costs what changed.
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.bm25 import bm25
from retrieval.encoder import Vectors
from retrieval.errors import GenerationDamaged
from retrieval.index import Candidates, Entry
from retrieval.keywords import Keywords, Term
from retrieval.segment import Embedded, Reading, Segment
from retrieval.types import OPERATOR, Filters, Passage, Reader
from retrieval.vectors import Mask, Positions
from retrieval.vocabulary import Alike

_OF_A_READING = [field.name for field in fields(Reading)]

_MANY = 300_000
"""Passages from which both legs run at the same time: of fewer, the hand-over costs more."""

_TITLE = 0.5
"""What a word of a passage's title or heading counts for beside one of its text."""


class EmbeddedIndex:
    """A PassageIndex over one generation's folder, read-only."""

    def __init__(self, folder: Path, language: str) -> None:
        """Open the files.

        Args:
            folder: The generation's folder.
            language: The articles' two-letter language code.

        Raises:
            GenerationDamaged: A file is missing or is not what it should be.
        """
        self.folder = folder
        self.language = language
        self._keywords = Keywords.open(folder / "keywords", language)
        try:
            numbers = sorted(int(path.name) for path in (folder / "segments").iterdir())
            self.segments = [Segment(folder / "segments" / str(number)) for number in numbers]
            self._passages = np.cumsum([0, *map(len, self.segments)]).tolist()
            self._articles = np.cumsum([0, *(len(s.roster) for s in self.segments)]).tolist()
            dead = np.load(folder / "dead.npy", allow_pickle=False)
            told = json.loads((folder / "stories.json").read_text(encoding="utf-8"))
            self._stories = {int(number): str(story) for number, story in told.items()}
            self._alive: Mask | None = None
            if len(dead):
                self._alive = np.ones(self._articles[-1], dtype=np.bool_)
                self._alive[dead] = False
            if not self.segments:
                raise ValueError("it has no segment")
        except (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise GenerationDamaged(
                f"The generation in {folder} is not whole ({error}); run `footnote index`."
            ) from error
        self._standing = self._masks(self._alive)
        lengths = [s.lengths(m) for s, m in zip(self.segments, self._standing, strict=True)]
        self._averages = tuple(sum(of) / max(len(self), 1) for of in zip(*lengths, strict=True))

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self.folder.name

    def __len__(self) -> int:
        """Return the number of passages, those of articles that no longer stand left out."""
        return sum(
            len(segment) if mask is None else int(np.count_nonzero(mask))
            for segment, mask in zip(self.segments, self._standing, strict=True)
        )

    @property
    def recall(self) -> float:
        """The share of the nearest passages that the vectors' search finds, all segments'."""
        found = sum(segment.vectors.recall * len(segment) for segment in self.segments)
        return round(found / self._passages[-1], 4) if self._passages[-1] else 1.0

    def count_sentences(self) -> int:
        """Return the number of sentences, likewise."""
        return sum(
            segment.count_sentences(None if self._alive is None else self._alive[articles])
            for segment, articles in self._each()
        )

    def _each(self) -> list[tuple[Segment, slice]]:
        """Return the segments and where their articles stand."""
        bounds = zip(self._articles[:-1], self._articles[1:], strict=True)
        return [(s, slice(*b)) for s, b in zip(self.segments, bounds, strict=True)]

    def _masks(self, articles: Mask | None) -> list[Mask | None]:
        """Return which passages of each segment are of a mask's articles; None for all."""
        if articles is None:
            return [None] * len(self.segments)
        return [segment.of_articles(articles[of]) for segment, of in self._each()]

    def terms(self, question: str, reader: Reader = OPERATOR) -> list[Term]:
        """Return the question's words, weighed by the passages that this reader may see."""
        return self._keywords.terms(question, reader)

    def stems(self, text: str) -> list[str]:
        """Return a text's tokens as the index knows them."""
        return self._keywords.stem(text)

    def _allowed(self, filters: Filters, reader: Reader) -> Mask | None:
        """Return which articles may be shown, shape (articles,); None for all."""
        if reader == Reader() and filters == Filters():
            return self._alive
        mask = np.ones(self._articles[-1], dtype=np.bool_)
        if self._alive is not None:
            mask &= self._alive
        if reader.collections is not None:
            mask &= self._any_of([("collection", name) for name in reader.collections])
        for field in ("collection", "author", "source"):
            value: str | None = getattr(filters, field)
            if value is not None:
                key = value if field == "collection" else value.casefold()
                mask &= self._any_of([(field, key)])
        if filters.after is not None:
            mask &= self._published >= filters.after.timestamp()
        if filters.before is not None:
            mask &= self._published < filters.before.timestamp()
        return mask

    @cached_property
    def _published(self) -> npt.NDArray[np.float64]:
        return np.concatenate([segment.roster.published for segment in self.segments])

    def _any_of(self, facets: list[tuple[str, str]]) -> Mask:
        mask = np.zeros(self._articles[-1], dtype=np.bool_)
        for segment, articles in self._each():
            for facet in facets:
                mask[articles][segment.roster.of(facet)] = True
        return mask

    def search(
        self, vector: Vectors, terms: Sequence[Term], limit: int, filters: Filters, reader: Reader
    ) -> Candidates:
        """Return the union of both legs' best `limit` passages.

        Args:
            vector: The question's float32 unit vector, shape (dimensions,).
            terms: The question's words.
            limit: How many passages each leg gives at most.
            filters: What the asker narrows to.
            reader: Who may see what.
        """
        articles = self._allowed(filters, reader)
        masks = self._standing if articles is self._alive else self._masks(articles)
        if self._passages[-1] < _MANY:
            near = self._near(vector, limit, masks)
            worded = self._keywords.search(terms, limit, filters, reader)
        else:
            nearest = self._beside.submit(self._near, vector, limit, masks)
            worded = self._keywords.search(terms, limit, filters, reader)
            near = nearest.result()
        return self.read(np.union1d(near, worded).astype(np.int64), vector, terms)

    @cached_property
    def _beside(self) -> ThreadPoolExecutor:
        """Threads for one leg while the other runs; they end when the index is released."""
        return ThreadPoolExecutor(thread_name_prefix="near")

    def _near(self, vector: Vectors, limit: int, masks: Sequence[Mask | None]) -> Positions:
        """Return the positions of the nearest passages, nearest first."""
        found: list[Positions] = [
            first + segment.vectors.search(vector, limit, mask)
            for segment, first, mask in zip(self.segments, self._passages[:-1], masks, strict=True)
        ]
        if len(found) == 1:
            return found[0]
        positions: Positions = np.concatenate(found)
        scores = self.vectors(positions) @ vector
        nearest: Positions = positions[np.argsort(-scores, kind="stable")[:limit]]
        return nearest

    def among(self, version_ids: Iterable[str], filters: Filters, reader: Reader) -> Positions:
        """Return the positions of the passages of article versions, of those that match.

        Args:
            version_ids: The versions; those that do not stand have none.
            filters: What the asker narrows to.
            reader: Who may see what.
        """
        wanted = list(version_ids)
        numbers = np.concatenate([of.start + s.roster.numbers_of(wanted) for s, of in self._each()])
        allowed = self._allowed(filters, reader)
        return self.positions_of(numbers if allowed is None else numbers[allowed[numbers]])

    def read(self, positions: Positions, vector: Vectors, terms: Sequence[Term]) -> Candidates:
        """Return passages with what their sentences and titles say to a question.

        Args:
            positions: The passages, ascending, shape (n,).
            vector: The question's float32 unit vector, shape (dimensions,).
            terms: The question's words.
        """
        stems = [term.stem for term in terms]
        bounds = np.searchsorted(positions, self._passages)
        readings = [
            segment.read(positions[low:high] - first, vector, stems)
            for segment, first, low, high in zip(
                self.segments, self._passages[:-1], bounds[:-1], bounds[1:], strict=True
            )
        ]
        dense, rows, sentences, counts, joined, lengths, titled, title_lengths = (
            np.concatenate([getattr(reading, name) for reading in readings])
            for name in _OF_A_READING
        )
        begins = np.cumsum(rows) - rows
        keyword = np.zeros(len(positions), dtype=np.float32)
        if len(positions):
            weights = np.array([term.share * term.weight for term in terms], dtype=np.float32)
            text = np.add.reduceat(counts, begins), np.add.reduceat(lengths, begins)
            of_text, of_titles = self._averages
            keyword = bm25(*text, of_text, weights)
            keyword += _TITLE * bm25(titled, title_lengths, of_titles, weights)
        return Candidates(
            positions, dense, keyword, begins, sentences, counts > 0, joined, titled > 0
        )

    def _at(self, bounds: list[int], number: int) -> tuple[Segment, int]:
        """Return the segment of a passage or an article, and its number there."""
        place = bisect.bisect_right(bounds, number) - 1
        return self.segments[place], number - bounds[place]

    def passage(self, position: int) -> Passage:
        """Return the passage at a position."""
        segment, local = self._at(self._passages, position)
        return segment.passage(local)

    def entry(self, position: int) -> Entry:
        """Return the article of the passage at a position."""
        place = bisect.bisect_right(self._passages, position) - 1
        owner = int(self.segments[place].owners[position - self._passages[place]])
        return self._entry(self._articles[place] + owner)

    def _entry(self, number: int) -> Entry:
        segment, local = self._at(self._articles, number)
        entry = segment.roster.entry(local)
        story = self._stories.get(number)
        return entry if story is None else replace(entry, story=story)

    def unknown(self, terms: Sequence[Term], reader: Reader) -> list[str]:
        """Return the words that no passage this reader may see holds."""
        return self._keywords.unknown(terms, reader)

    def fold(self, text: str) -> list[str]:
        """Return a text's words lower-case and without accents."""
        return self._keywords.fold(text)

    def alike(self, word: str, most: int, reader: Reader) -> list[Alike]:
        """Return the words spelt like one, of those that this reader may see, nearest first."""
        return self._keywords.alike(word, most, reader)

    def holding(self, words: Sequence[str], reader: Reader) -> int | None:
        """Return the position of a passage that holds words side by side, None for none."""
        return self._keywords.holding(words, reader)

    def _numbers(self, filters: Filters, reader: Reader) -> list[int]:
        allowed = self._allowed(filters, reader)
        if allowed is None:
            return list(range(self._articles[-1]))
        return np.flatnonzero(allowed).tolist()

    def entries(self, filters: Filters, reader: Reader) -> list[Entry]:
        """Return the articles that match, in the order they were indexed."""
        return [self._entry(number) for number in self._numbers(filters, reader)]

    def count(self, filters: Filters, reader: Reader) -> int:
        """Return how many articles match."""
        allowed = self._allowed(filters, reader)
        return self._articles[-1] if allowed is None else int(np.count_nonzero(allowed))

    def answers(self) -> bool:
        """Tell whether both legs, asked for passages that are held, find them or some as near.

        They are asked for one from the middle, and for the last one.
        """
        standing = [
            first + (np.arange(len(segment)) if mask is None else np.flatnonzero(mask))
            for segment, first, mask in zip(
                self.segments, self._passages[:-1], self._standing, strict=True
            )
        ]
        positions = np.concatenate(standing)
        asked = positions[[len(positions) // 2, -1]] if len(positions) else positions
        return all(self._finds(int(position)) for position in asked)

    def _finds(self, position: int) -> bool:
        (vector,) = self.vectors(np.array([position], dtype=np.int64))
        found = self._near(vector, 1, self._standing)
        nearest = self.vectors(found) @ vector
        terms = self.terms(self.entry(position).ref.title)
        worded = self._keywords.search(terms, 1, Filters(), Reader())
        near = bool(np.any(nearest >= 0.999 * (vector @ vector)))
        return near and len(worded) == bool(terms)

    def copies(self, story: str, filters: Filters, reader: Reader) -> list[Entry]:
        """Return the articles that tell a story, of those that match."""
        allowed = self._allowed(filters, reader)
        numbers = (number for number, told in self._stories.items() if told == story)
        return [self._entry(n) for n in sorted(numbers) if allowed is None or allowed[n]]

    # Building upon a generation.

    def version_ids(self, segments: int | None = None) -> list[str]:
        """Return the versions that the first segments hold, those that died since included."""
        return [v for segment in self.segments[:segments] for v in segment.roster.version_ids()]

    def article_ids(self, segments: int | None = None) -> list[str]:
        """Return the ids of their articles, in the same order."""
        return [a for segment in self.segments[:segments] for a in segment.roster.article_ids()]

    @property
    def dead(self) -> Positions:
        """The numbers of the articles that no longer stand."""
        none: Positions = np.empty(0, dtype=np.int64)
        return none if self._alive is None else np.flatnonzero(~self._alive)

    def standing(self) -> set[str]:
        """Return the ids of the article versions that stand."""
        ids = self.version_ids()
        return {ids[number] for number in self._numbers(Filters(), OPERATOR)}

    def positions_of(self, articles: Positions) -> Positions:
        """Return the positions of the passages of articles, by the articles' numbers."""
        mask = np.zeros(self._articles[-1], dtype=np.bool_)
        mask[articles] = True
        found: Positions = np.flatnonzero(
            np.concatenate([m for m in self._masks(mask) if m is not None])
        )
        return found

    def embedded(self, number: int) -> Embedded:
        """Return an article, by its number in `version_ids`, as it was embedded here."""
        segment, local = self._at(self._articles, number)
        return segment.embedded(local)

    def vectors(self, positions: Positions) -> Vectors:
        """Return float32 vectors of passages, shape (positions, dimensions)."""
        places = np.searchsorted(self._passages, positions, side="right") - 1
        found: Vectors = np.empty(
            (len(positions), self.segments[0].vectors.dimensions), dtype=np.float32
        )
        for place in np.unique(places):
            here = places == place
            picked = positions[here] - self._passages[place]
            found[here] = self.segments[place].vectors.pick(picked)
        return found
