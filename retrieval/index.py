"""The PassageIndex seam: search over one generation, whatever engine holds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from retrieval.encoder import Vectors
from retrieval.keywords import Term
from retrieval.types import OPERATOR, ArticleRef, Filters, Passage, Reader
from retrieval.vectors import Mask, Positions
from retrieval.vocabulary import Alike


@dataclass(frozen=True, slots=True)
class Candidates:
    """What both legs found for one question, each candidate scored by both.

    The sentences of all candidates stand behind one another; a candidate without any has
    one row for its whole text instead.

    Attributes:
        positions: Where the passages stand in the index, shape (n,).
        dense: Cosine of question and passage, float32, shape (n,).
        keyword: BM25, 0 where no word matched, float32, shape (n,).
        begins: Each candidate's first row of the following, shape (n,).
        sentences: Cosine of the question and each sentence, float32, shape (sentences,).
        held: Whether a sentence holds a term, shape (sentences, terms).
        joined: Whether the next term stands close behind that one, shape (sentences, terms).
        titled: Whether a passage's title or heading holds a term, shape (n, terms).
    """

    positions: Positions
    dense: Vectors
    keyword: Vectors
    begins: Positions
    sentences: Vectors
    held: Mask
    joined: Mask
    titled: Mask

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.positions)

    def rows(self, candidate: int) -> slice:
        """Return the rows of a candidate's sentences."""
        ends = len(self.sentences) if candidate + 1 == len(self) else self.begins[candidate + 1]
        return slice(int(self.begins[candidate]), int(ends))


class Section(NamedTuple):
    """A heading of an article, and where in its text the heading begins."""

    start: int
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a generation, as lists and look-ups need it.

    Attributes:
        ref: Its id and title.
        version_id: The version that the generation holds.
        source: The publication, or None.
        authors: Who wrote it.
        published_at: ISO 8601, or None.
        collection: Its collection.
        story: The id of the first article that tells the same story; None where it
            is told once.
        sections: Its headings, in order.
    """

    ref: ArticleRef
    version_id: str
    source: str | None
    authors: tuple[str, ...]
    published_at: str | None
    collection: str
    story: str | None = None
    sections: tuple[Section, ...] = ()


class PassageIndex(Protocol):
    """Search over one generation, filters and the reader's collections within both legs."""

    @property
    def generation(self) -> str:
        """The generation's name."""
        ...

    @property
    def language(self) -> str:
        """The articles' two-letter language code."""
        ...

    def terms(self, question: str, reader: Reader = OPERATOR) -> list[Term]:
        """Return the question's words, weighed by the passages that this reader may see."""
        ...

    def stems(self, text: str) -> list[str]:
        """Return a text's tokens as the index knows them."""
        ...

    def search(
        self, vector: Vectors, terms: Sequence[Term], limit: int, filters: Filters, reader: Reader
    ) -> Candidates:
        """Return the union of both legs' best `limit` passages."""
        ...

    def among(self, version_ids: Iterable[str], filters: Filters, reader: Reader) -> Positions:
        """Return the positions of the passages of article versions, of those that match."""
        ...

    def vectors(self, positions: Positions) -> Vectors:
        """Return the float32 unit vectors of passages, shape (positions, dimensions)."""
        ...

    def read(self, positions: Positions, vector: Vectors, terms: Sequence[Term]) -> Candidates:
        """Return passages, in the order of their positions, scored by both legs."""
        ...

    def passage(self, position: int) -> Passage:
        """Return the passage at a position."""
        ...

    def entry(self, position: int) -> Entry:
        """Return the article of the passage at a position."""
        ...

    def unknown(self, terms: Sequence[Term], reader: Reader) -> list[str]:
        """Return the words that no passage this reader may see holds."""
        ...

    def fold(self, text: str) -> list[str]:
        """Return a text's words lower-case and without accents."""
        ...

    def alike(self, word: str, most: int, reader: Reader) -> list[Alike]:
        """Return the words spelt like one, of those that this reader may see, nearest first."""
        ...

    def holding(self, words: Sequence[str], reader: Reader) -> int | None:
        """Return the position of a passage that holds words side by side, None for none."""
        ...

    def entries(self, filters: Filters, reader: Reader) -> list[Entry]:
        """Return the articles that match, in the order they were indexed."""
        ...

    def count(self, filters: Filters, reader: Reader) -> int:
        """Return how many articles match."""
        ...

    def copies(self, story: str, filters: Filters, reader: Reader) -> list[Entry]:
        """Return the articles that tell a story, of those that match."""
        ...
