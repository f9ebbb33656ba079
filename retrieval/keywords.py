"""Words on disk: BM25 by tantivy, and nothing else touches it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.encoder import Vectors
from retrieval.errors import GenerationDamaged, StorageError
from retrieval.types import Article, Filters, Reader
from retrieval.vectors import Positions

_LANGUAGES = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian",
    "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip

_FIELDS = {"text": 1.0, "title": 0.6, "heading": 0.4}
"""The searched fields and the weight of a match in each."""

# Function words, and the words that make a question one. They count for BM25,
# which weighs them by itself, but an article need not hold them to answer.
_ENGLISH_FUNCTION_WORDS = frozenset(
    "a about after all also am an and any are as at be been before being between both but by can"
    " could did do does doing done down during each every few for from get gets give given had has"
    " have having he her here hers him his how i if in into is it its just like made make makes me"
    " might more most much many must my no nor not of off on once one only or other our out over"
    " own please same shall she should so some such tell than that the their them then there these"
    " they this those through to too under until up us very was we were what when where which"
    " while who whom whose why will with would you your".split()
)

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_MOST_TERMS = 64
_MOST_ALIKE = 16
_NO_DATE = -(2**62)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question as the index knows it.

    Attributes:
        word: The word as asked.
        stem: The token that stands for it in the index.
        weight: Its inverse document frequency: rare words weigh more.
        content: Whether it says what is asked about; "what" and "the" do not.
    """

    word: str
    stem: str
    weight: float
    content: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """A word of the index that is spelt like another.

    Attributes:
        word: The word, lower-case and without accents.
        distance: The edits that lead to it; two letters swapped are one edit.
        passages: How many passages hold it, of those that the reader may see.
    """

    word: str
    distance: int
    passages: int


def _ticks(moment: datetime) -> int:
    """Return a time in microseconds, as exact as a time can be said."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Keywords:
    """The passages' words: a tantivy index with the fields that filters need."""

    def __init__(self, index: tantivy.Index, language: str) -> None:
        self._index = index
        self._analyzer = _analyzer(language)
        self._folding = _analyzer(None)
        self._function_words = _function_words(language)
        self._vocabulary: dict[str, dict[int, list[str]]] = {}
        index.register_tokenizer("words", self._analyzer)
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def open(cls, folder: Path, language: str) -> Keywords:
        """Open a built index.

        Raises:
            GenerationDamaged: The folder holds no index.
        """
        try:
            return cls(tantivy.Index.open(str(folder)), language)
        except (ValueError, OSError) as error:
            raise GenerationDamaged(f"{folder} cannot be read; run `footnote index`.") from error

    def stem(self, text: str) -> list[str]:
        """Return a text's tokens as the index knows them, in order."""
        return list(self._analyzer.analyze(text))

    def fold(self, text: str) -> list[str]:
        """Return a text's words lower-case and without accents, in order."""
        return list(self._folding.analyze(text))

    def terms(self, question: str) -> list[Term]:
        """Return the question's distinct words, with their weights, in order."""
        total = self._searcher.num_docs
        terms: dict[str, Term] = {}
        for word in _WORD.findall(question):
            for stem in self.stem(word):
                if len(stem) < 2 and not stem.isdigit() and stem.isascii():
                    continue  # what an apostrophe leaves: "s", "t"
                if stem not in terms and len(terms) < _MOST_TERMS:
                    count = self._searcher.doc_freq("text", stem)
                    weight = math.log1p((total - count + 0.5) / (count + 0.5))
                    terms[stem] = Term(word, stem, weight, not self._is_function_word(word))
        return list(terms.values())

    def _is_function_word(self, word: str) -> bool:
        lowered = word.lower()
        if self._function_words is None:
            return lowered in _ENGLISH_FUNCTION_WORDS
        return not self._function_words.analyze(lowered)

    def search(
        self, terms: Sequence[Term], limit: int, filters: Filters, reader: Reader
    ) -> tuple[Positions, Vectors]:
        """Return the passages that hold the terms, best first, and their BM25 scores.

        Args:
            terms: The question's words.
            limit: How many passages at most.
            filters: What the asker narrows to.
            reader: Who may see what.

        Returns:
            Positions and float32 scores, both of shape (found,).
        """
        return self._best(terms, limit, self._conditions(filters, reader))

    def score(self, terms: Sequence[Term], positions: Positions) -> Vectors:
        """Return the BM25 scores of the passages at the positions, 0 where no term matches.

        Args:
            terms: The question's words.
            positions: The positions, in ascending order, shape (n,).

        Returns:
            Float32 scores, shape (n,).
        """
        scores = np.zeros(len(positions), dtype=np.float32)
        if len(positions):
            these = tantivy.Query.term_set_query(self._schema, "position", positions.tolist())
            only = tantivy.Query.const_score_query(these, 0.0)
            found, held = self._best(terms, len(positions), [only])
            scores[np.searchsorted(positions, found)] = held
        return scores

    def _best(
        self, terms: Sequence[Term], limit: int, conditions: list[tantivy.Query]
    ) -> tuple[Positions, Vectors]:
        if not terms:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        should = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term.stem), boost))
            for term in terms
            for field, boost in _FIELDS.items()
        ]
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, tantivy.Query.boolean_query(should))]
            + [(tantivy.Occur.Must, condition) for condition in conditions]
        )
        hits = self._searcher.search(query, limit=limit, count=False).hits
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        addresses = [address for _, address in hits]
        positions = self._searcher.fast_field_values("position", addresses) if hits else []
        return np.array(positions, dtype=np.int64), scores

    def unknown(self, terms: Iterable[Term], reader: Reader) -> list[str]:
        """Return the words of the terms that no passage this reader may see holds."""
        conditions = self._conditions(Filters(), reader)
        return [term.word for term in terms if not self._occurs(term.stem, conditions)]

    def _occurs(self, stem: str, conditions: list[tantivy.Query]) -> bool:
        fields = [(tantivy.Occur.Should, self._term(field, stem)) for field in _FIELDS]
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, tantivy.Query.boolean_query(fields))]
            + [(tantivy.Occur.Must, condition) for condition in conditions]
        )
        return bool(self._searcher.search(query, limit=1, count=False).hits)

    # Spelling.

    def alike(self, word: str, most: int, reader: Reader) -> list[Alike]:
        """Return the words spelt like one, of the same initial, nearest and commonest first.

        Damerau's optimal string alignment: an edit is a letter put in, left out,
        replaced, or swapped with its neighbour.

        Args:
            word: The word, as `fold` gives it.
            most: The most edits.
            reader: Who may see what: words of other passages count nowhere.
        """
        by_length = self._beginning_with(word[0])
        lengths = range(len(word) - most, len(word) + most + 1)
        words = [other for length in lengths for other in by_length.get(length, ())]
        found = process.extract(
            word, words, scorer=OSA.distance, score_cutoff=most, limit=_MOST_ALIKE
        )
        conditions = self._conditions(Filters(), reader)
        alike = [
            Alike(other, int(edits), self._count(other, conditions)) for other, edits, _ in found
        ]
        return sorted(
            (other for other in alike if other.passages), key=lambda a: (a.distance, -a.passages)
        )

    def _beginning_with(self, initial: str) -> dict[int, list[str]]:
        """Return the index's words of one initial by their length, read once."""
        if initial not in self._vocabulary:
            by_length: dict[int, list[str]] = {}
            for word, _ in self._searcher.terms_with_prefix("word", initial):
                if word.isalpha():
                    by_length.setdefault(len(word), []).append(word)
            self._vocabulary[initial] = by_length
        return self._vocabulary[initial]

    def _count(self, word: str, conditions: list[tantivy.Query]) -> int:
        if not conditions:
            return self._searcher.doc_freq("word", word)
        query = self._all([self._term("word", word), *conditions])
        found: Any = self._searcher.search(query, limit=1, count=True)
        return int(found.count)  # which tantivy's stub does not name

    def holding(self, words: Sequence[str], reader: Reader) -> int | None:
        """Return the position of a passage that holds words side by side, None for none.

        Args:
            words: The words, as `fold` gives them: one, spelt so, or several, in any form.
            reader: Who may see what.
        """
        if len(words) == 1:
            held = self._term("word", words[0])
        else:
            stems = [stem for word in words for stem in self.stem(word)]
            held = tantivy.Query.phrase_query(self._schema, "text", list(stems))
        query = self._all([held, *self._conditions(Filters(), reader)])
        hits = self._searcher.search(query, limit=1, count=False).hits
        addresses = [address for _, address in hits]
        positions = self._searcher.fast_field_values("position", addresses) if hits else []
        found: Any = positions[0] if positions else None
        return found

    def _any(self, field: str, values: Sequence[str]) -> tantivy.Query:
        terms = [(tantivy.Occur.Should, self._term(field, value)) for value in values]
        return tantivy.Query.boolean_query(terms)

    def _all(self, queries: Sequence[tantivy.Query]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])

    def _term(self, field: str, value: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, value)

    def _conditions(self, filters: Filters, reader: Reader) -> list[tantivy.Query]:
        """Return the queries that every passage must match, none of which scores."""
        conditions = []
        if reader.collections is not None:
            # A set query walks the whole dictionary; terms are looked up.
            conditions.append(self._any("collection", sorted(reader.collections)))
        for field in ("collection", "author", "source"):
            value: str | None = getattr(filters, field)
            if value is not None:
                value = value if field == "collection" else value.casefold()
                conditions.append(self._term(field, value))
        if filters.after is not None or filters.before is not None:
            first = _NO_DATE + 1 if filters.after is None else _ticks(filters.after)
            last = 2**62 if filters.before is None else _ticks(filters.before) - 1
            conditions.append(
                tantivy.Query.range_query(
                    self._schema, "published", tantivy.FieldType.Integer, first, last
                )
            )
        return [tantivy.Query.const_score_query(condition, 0.0) for condition in conditions]


class KeywordsWriter:
    """Writes a keyword index, passage by passage."""

    def __init__(self, folder: Path, language: str) -> None:
        """Start an index in an empty folder."""
        builder = tantivy.SchemaBuilder()
        for field in _FIELDS:
            builder.add_text_field(field, tokenizer_name="words", index_option="position")
        builder.add_text_field("word", tokenizer_name="folding", index_option="basic")
        for field in ("collection", "author", "source"):
            builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("published", indexed=True, fast=True)
        builder.add_unsigned_field("position", indexed=True, fast=True)
        index = tantivy.Index(builder.build(), path=str(folder))
        index.register_tokenizer("words", _analyzer(language))
        index.register_tokenizer("folding", _analyzer(None))
        # One thread keeps the passages in order and a small archive in one segment.
        self._writer = index.writer(heap_size=64_000_000, num_threads=1)

    def add(self, position: int, article: Article, heading: str | None, text: str) -> None:
        """Add the passage at a position."""
        document = tantivy.Document()
        for field, words in (("text", text), ("title", article.title), ("heading", heading)):
            if words:
                document.add_text(field, words)
                document.add_text("word", words)
        document.add_text("collection", article.collection)
        for author in article.authors:
            document.add_text("author", author.casefold())
        if article.source:
            document.add_text("source", article.source.casefold())
        published = article.published_at
        document.add_integer("published", _NO_DATE if published is None else _ticks(published))
        document.add_unsigned("position", position)
        self._writer.add_document(document)

    def finish(self) -> None:
        """Write what remains to disk.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        try:
            self._writer.commit()
            self._writer.wait_merging_threads()
        except (ValueError, OSError) as error:
            raise StorageError(
                f"The keyword index cannot be written ({error}); check the disk's free space."
            ) from error


def _analyzer(language: str | None) -> tantivy.TextAnalyzer:
    """Return what makes tokens of a text: words, folded, and stemmed in a language."""
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if language is not None and language in _LANGUAGES:
        builder = builder.filter(tantivy.Filter.stemmer(_LANGUAGES[language]))
    return builder.build()


def _function_words(language: str) -> tantivy.TextAnalyzer | None:
    """Return what drops a language's function words; None for English, which has its own list."""
    if language == "en" or language not in _LANGUAGES:
        return None
    try:
        stopwords = tantivy.Filter.stopword(_LANGUAGES[language])
        return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(stopwords).build()
    except ValueError:  # tantivy stems a few languages that it has no list for
        return None
