"""Words on disk: BM25 by tantivy, and nothing else touches it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from retrieval.analysis import FOLDED, STEMMED, Analysis
from retrieval.errors import GenerationDamaged, StorageError
from retrieval.types import OPERATOR, Article, Filters, Reader
from retrieval.vectors import Positions
from retrieval.vocabulary import Alike, Vocabulary

_FIELDS = {"text": 1.0, "title": 0.6, "heading": 0.4}
"""The searched fields and the weight of a match in each."""

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_APOSTROPHE = re.compile("[’']")
_TELLING = 1.0
"""The weight from which a function word is searched for: of a word in a third of the passages."""

_MOST_TERMS = 64
_MOST_COUNTS = 10_000
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


def _beginning_with(searcher: tantivy.Searcher, initial: str) -> list[str]:
    return [word for word, _ in searcher.terms_with_prefix("word", initial)]


class Keywords:
    """The passages' words: a tantivy index with the fields that filters need."""

    def __init__(self, index: tantivy.Index, language: str, *, whole: bool) -> None:
        self._analysis = Analysis(language)
        self._analysis.register(index)
        self._whole = whole
        self._counts: dict[tuple[tuple[str, str] | None, Reader], int] = {}
        self._schema = index.schema
        self._searcher = index.searcher()
        # Not by a method: a ring of references would keep the files open until it is collected.
        self._vocabulary = Vocabulary(partial(_beginning_with, self._searcher))
        self._collections = {name for name, _ in self._searcher.terms_with_prefix("collection", "")}

    @classmethod
    def open(cls, folder: Path, language: str) -> Keywords:
        """Open a built index.

        Raises:
            GenerationDamaged: The folder holds no index.
        """
        try:
            # Where passages were deleted, tantivy's own counts still include them.
            whole = not any(folder.glob("*.del"))
            return cls(tantivy.Index.open(str(folder)), language, whole=whole)
        except (ValueError, OSError) as error:
            raise GenerationDamaged(f"{folder} cannot be read; run `footnote index`.") from error

    def stem(self, text: str) -> list[str]:
        """Return a text's tokens as the index knows them, in order."""
        return self._analysis.stem(text)

    def fold(self, text: str) -> list[str]:
        """Return a text's words lower-case and without accents, in order."""
        return self._analysis.fold(text)

    def terms(self, question: str, reader: Reader = OPERATOR) -> list[Term]:
        """Return the question's distinct words, in order, as this reader's passages weigh them."""
        terms: dict[str, Term] = {}
        total = self._count(None, reader)
        words = _WORD.findall(question)
        parts = ((word, part) for word in words for part in _APOSTROPHE.split(word))
        for word, part in parts:
            for stem in self.stem(part):
                if len(stem) < 2 and not stem.isdigit() and stem.isascii():
                    continue  # what an apostrophe leaves: "s", "t"
                if stem not in terms and len(terms) < _MOST_TERMS:
                    count = self._count(("text", stem), reader)
                    weight = math.log1p((total - count + 0.5) / (count + 0.5))
                    content = not any(map(self._analysis.is_function_word, (word, part)))
                    terms[stem] = Term(word, stem, weight, content)
        return list(terms.values())

    def search(
        self, terms: Sequence[Term], limit: int, filters: Filters, reader: Reader
    ) -> Positions:
        """Return the positions of the passages that hold the terms, by tantivy's BM25.

        Function words that most passages hold are searched for only where there is no other.

        Args:
            terms: The question's words.
            limit: How many passages at most.
            filters: What the asker narrows to.
            reader: Who may see what.
        """
        if not terms:
            return np.empty(0, dtype=np.int64)
        # What nearly every passage holds tells none apart, and takes most of the time to read.
        telling = [term for term in terms if term.content or term.weight >= _TELLING] or terms
        should = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term.stem), boost))
            for term in telling
            for field, boost in ((name, term.share * most) for name, most in _FIELDS.items())
        ]
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, tantivy.Query.boolean_query(should))]
            + [(tantivy.Occur.Must, one) for one in self._conditions(filters, reader)]
        )
        return np.array(self._positions(query, limit), dtype=np.int64)

    def _positions(self, query: tantivy.Query, limit: int) -> list[int]:
        hits = self._searcher.search(query, limit=limit, count=False).hits
        addresses = [address for _, address in hits]
        values: Any = self._searcher.fast_field_values("position", addresses) if hits else []
        return list(values)  # of which tantivy's stub says no more than that they are values

    def unknown(self, terms: Iterable[Term], reader: Reader) -> list[str]:
        """Return the words of the terms that no passage this reader may see holds."""
        conditions = self._conditions(Filters(), reader)
        return [term.word for term in terms if not self._occurs(term.stem, conditions)]

    def _occurs(self, stem: str, conditions: list[tantivy.Query]) -> bool:
        if self._whole and not conditions:
            return any(self._searcher.doc_freq(field, stem) for field in _FIELDS)
        fields = [(tantivy.Occur.Should, self._term(field, stem)) for field in _FIELDS]
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, tantivy.Query.boolean_query(fields))]
            + [(tantivy.Occur.Must, condition) for condition in conditions]
        )
        return bool(self._searcher.search(query, limit=1, count=False).hits)

    # Spelling.

    def alike(self, word: str, most: int, reader: Reader) -> list[Alike]:
        """Return the words spelt like one, of the same initial, nearest and commonest first.

        Args:
            word: The word, as `fold` gives it.
            most: The most edits.
            reader: Who may see what: words of other passages count nowhere.
        """
        alike = [
            Alike(other, edits, self._count(("word", other), reader))
            for other, edits in self._vocabulary.near(word, most)
        ]
        return sorted(
            (other for other in alike if other.passages), key=lambda a: (a.distance, -a.passages)
        )

    def _count(self, token: tuple[str, str] | None, reader: Reader) -> int:
        """Return how many passages this reader may see, of those that hold a field's token."""
        conditions = self._conditions(Filters(), reader)
        if not conditions and token is None:
            return self._searcher.num_docs
        if not conditions and token is not None and self._whole:
            return self._searcher.doc_freq(*token)
        key = token, reader
        if key not in self._counts:
            if len(self._counts) >= _MOST_COUNTS:
                self._counts.clear()
            self._counts[key] = self._counted(token, conditions)
        return self._counts[key]

    def _counted(self, token: tuple[str, str] | None, conditions: list[tantivy.Query]) -> int:
        held = self._term(*token) if token else tantivy.Query.all_query()
        query = self._all([tantivy.Query.const_score_query(held, 0.0), *conditions])
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
        return next(iter(self._positions(query, 1)), None)

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
        if reader.collections is not None and not self._collections <= reader.collections:
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


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:
        raise StorageError(
            f"The keyword index cannot be written ({error}); check the disk's free space."
        ) from error


class KeywordsWriter:
    """Writes a keyword index, passage by passage."""

    def __init__(self, folder: Path, language: str) -> None:
        """Start an index in an empty folder, or go on with the one that a folder holds.

        tantivy replaces files, and never writes into one: those that a folder shares with
        another stay as they are there.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        builder = tantivy.SchemaBuilder()
        for field in _FIELDS:
            builder.add_text_field(field, tokenizer_name=STEMMED, index_option="position")
        builder.add_text_field("word", tokenizer_name=FOLDED, index_option="basic")
        for field in ("collection", "author", "source"):
            builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("published", indexed=True, fast=True)
        builder.add_unsigned_field("position", indexed=True, fast=True)
        self._schema = builder.build()
        self._analysis = Analysis(language)
        with _writing():
            index = tantivy.Index(self._schema, path=str(folder), reuse=True)
            self._analysis.register(index)
            # One thread keeps the passages in order and a small archive in one segment.
            self._writer = index.writer(heap_size=64_000_000, num_threads=1)

    def delete(self, positions: Positions, first: int) -> None:
        """Delete the passages at some positions, and all from a position on.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        these = tantivy.Query.term_set_query(self._schema, "position", positions.tolist())
        later = tantivy.Query.range_query(
            self._schema, "position", tantivy.FieldType.Unsigned, first, 2**62
        )
        with _writing():
            self._writer.delete_documents_by_query(these)
            self._writer.delete_documents_by_query(later)

    def stem(self, text: str) -> list[str]:
        """Return a text's tokens as the index will know them, in order."""
        return self._analysis.stem(text)

    def add(self, position: int, article: Article, heading: str | None, text: str) -> None:
        """Add the passage at a position.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
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
        with _writing():
            self._writer.add_document(document)

    def finish(self) -> None:
        """Write what remains to disk.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        with _writing():
            self._writer.commit()
            self._writer.wait_merging_threads()
