"""Words on disk: BM25 by tantivy, and nothing else touches it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import tantivy

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
        share: What a match counts for, of 1: less for the word of an earlier question.
    """

    word: str
    stem: str
    weight: float
    content: bool
    share: float = 1.0


def _ticks(moment: datetime) -> int:
    """Return a time in microseconds, as exact as a time can be said."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Keywords:
    """The passages' words: a tantivy index with the fields that filters need."""

    def __init__(self, index: tantivy.Index, language: str) -> None:
        self._index = index
        self._analyzer = _analyzer(language)
        self._function_words = _function_words(language)
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
            for field, boost in ((name, term.share * most) for name, most in _FIELDS.items())
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

    def _term(self, field: str, value: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, value)

    def _conditions(self, filters: Filters, reader: Reader) -> list[tantivy.Query]:
        """Return the queries that every passage must match, none of which scores."""
        conditions = []
        if reader.collections is not None:
            allowed = sorted(reader.collections)
            conditions.append(tantivy.Query.term_set_query(self._schema, "collection", allowed))
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
        for field in ("collection", "author", "source"):
            builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("published", indexed=True, fast=True)
        builder.add_unsigned_field("position", indexed=True, fast=True)
        index = tantivy.Index(builder.build(), path=str(folder))
        self._analyzer = _analyzer(language)
        index.register_tokenizer("words", self._analyzer)
        # One thread keeps the passages in order and a small archive in one segment.
        self._writer = index.writer(heap_size=64_000_000, num_threads=1)

    def stem(self, text: str) -> list[str]:
        """Return a text's tokens as the index will know them, in order."""
        return list(self._analyzer.analyze(text))

    def add(self, position: int, article: Article, heading: str | None, text: str) -> None:
        """Add the passage at a position."""
        document = tantivy.Document()
        document.add_text("text", text)
        document.add_text("title", article.title)
        if heading:
            document.add_text("heading", heading)
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


def _analyzer(language: str) -> tantivy.TextAnalyzer:
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if language in _LANGUAGES:
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
