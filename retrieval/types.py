"""The frozen values that flow: Article, Passage, Hit, Answer.

An `Article` is what a source yields. Stored, it is an `ArticleVersion`, which
has identity. Its `Passage`s are exact spans of its text. A `Hit` is a passage
found for a question, with its scores. An `Answer` holds hits, or says that the
archive does not answer. Offsets count code points and are half-open.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

PUBLIC = "public"
"""The collection of an article whose source names none."""


class Span(NamedTuple):
    """A half-open range of code points in an article's text."""

    start: int
    end: int


class Heading(NamedTuple):
    """A heading's line within an article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its source gives it, cleaned.

    Attributes:
        title: Its title; never empty.
        text: Its text: paragraphs apart by one empty line, headings lines of their own.
        location: Where it was read: a path, and a line where a file holds several.
        given_id: The id its source gives it, or None.
        url: Its canonical link, or None.
        source: The publication, or None.
        authors: Who wrote it, as far as it says.
        published_at: When it was published, or None.
        updated_at: When it was last changed, or None.
        language: Its language, a BCP 47 tag such as `en` or `pt-BR`, or None.
        licence: Its licence, or its republication notice, as stated; or None.
        tags: What it is filed under.
        collection: The collection it belongs to.
        headings: The heading lines within `text`, in order.
        asides: What was kept apart from `text`: credits, captions, notices, share
            prompts, newsletter offers, cookie lines.
        aliases: Other titles that it is known by.
    """

    title: str
    text: str
    location: str
    given_id: str | None = None
    url: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None
    licence: str | None = None
    tags: tuple[str, ...] = ()
    collection: str = PUBLIC
    headings: tuple[Heading, ...] = ()
    asides: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One version of a stored article.

    Attributes:
        article_id: The article's id, the same for all its versions.
        id: This version's id, from its content.
        article: The content.
    """

    article_id: str
    id: str
    article: Article


class Standing(Enum):
    """What has become of an article version since it was quoted."""

    CURRENT = "current"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class ArticleRef(NamedTuple):
    """An article's name: enough to offer it and to look it up."""

    id: str
    title: str


class Alias(NamedTuple):
    """A title of an article beside the one that it is shown by.

    Attributes:
        title: The title.
        collection: The collection of the version that has it: who may not see that
            collection may not see the title.
    """

    title: str
    collection: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one article version, filled to the model's window.

    Attributes:
        id: Its id, from version and span.
        version_id: The article version it stands in.
        span: Where it stands in that version's text.
        heading: The heading in force at its start, or None.
        sentences: The spans of its sentences, in order, within `span`.
    """

    id: str
    version_id: str
    span: Span
    heading: str | None
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What an asker narrows a question to; None narrows nothing.

    Attributes:
        collection: Only this collection.
        author: Only articles by this author (case does not matter).
        source: Only this publication (case does not matter).
        after: Only articles published at or after this time.
        before: Only articles published before this time.
    """

    collection: str | None = None
    author: str | None = None
    source: str | None = None
    after: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the answer, as far as the search must know.

    Attributes:
        collections: The collections this reader may see; None sees all.
    """

    collections: frozenset[str] | None = None


OPERATOR = Reader()
"""The reader who may see every collection: whoever holds the data folder."""


@dataclass(frozen=True, slots=True)
class Scores:
    """How a passage scored for one question.

    Attributes:
        dense: Cosine of question and passage.
        keyword: BM25, 0 where no word matched.
        sentence: Cosine of the question and the passage's best sentence.
        fused: The score that ranks: what all signs come to, about 1 where all speak for it.
        confidence: The estimated probability that it answers.
        reranker: The cross-encoder's score, which ranks the first hits anew; None where it
            did not.
        prior: What readers' votes added to `fused`.
    """

    dense: float
    keyword: float
    sentence: float
    fused: float
    confidence: float
    reranker: float | None = None
    prior: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question.

    Attributes:
        passage: The passage.
        version: The article version it stands in.
        scores: How it scored.
        highlights: The spans, within the passage, of the sentences that answer.
        matched: The question's content words that stand in it, its heading or its article's
            title.
        also_in: Other articles that tell the same story, of those the reader may see.
    """

    passage: Passage
    version: ArticleVersion
    scores: Scores
    highlights: tuple[Span, ...]
    matched: tuple[str, ...] = ()
    also_in: tuple[ArticleRef, ...] = ()

    @property
    def text(self) -> str:
        """The passage, word for word."""
        return self.version.article.text[self.passage.span.start : self.passage.span.end]


@dataclass(frozen=True, slots=True)
class Correction:
    """A misspelt word of a question, and what it was taken for.

    Attributes:
        word: The word as asked.
        taken_for: The archive's word, as an article (this reader may see) writes it.
    """

    word: str
    taken_for: str


class Timings(NamedTuple):
    """Milliseconds spent on one question, by stage."""

    encode: float
    search: float
    rank: float
    total: float


@dataclass(frozen=True, slots=True)
class Period:
    """A period that a question names in words, and that its answer keeps to.

    Attributes:
        words: The words, as they stand in the question.
        after: Its first moment, aware; None where it has no beginning.
        before: The moment behind its last, aware; None where it has no end.
    """

    words: str
    after: datetime | None
    before: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the archive says to a question.

    Attributes:
        question: The question as asked.
        answered: Whether the first hit is trusted to answer.
        confidence: The estimated probability that it does.
        threshold: The confidence from which it counts as answered.
        generation: The generation of the index that was searched.
        hits: The best passages, best first, answered or not.
        nearest: The articles nearest to the question.
        unknown_words: The question's words that no article (this reader may see) holds,
            and that were not taken for another.
        timings: Milliseconds by stage.
        context: The earlier questions that it was read with, a line each, the earliest first;
            None where it was read by itself.
        period: The period, named in the question, whose articles alone were searched.
        corrections: The question's words that were taken for others.
    """

    question: str
    answered: bool
    confidence: float
    threshold: float
    generation: str
    hits: tuple[Hit, ...]
    nearest: tuple[ArticleRef, ...]
    unknown_words: tuple[str, ...]
    timings: Timings
    context: str | None = None
    period: Period | None = None
    corrections: tuple[Correction, ...] = ()


def digest(*parts: str | None) -> str:
    """Return a stable 16-digit hexadecimal id of the parts, in order."""
    hashed = hashlib.blake2b(digest_size=8)
    for part in parts:
        data = b"\x00" if part is None else b"\x01" + part.encode()
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.hexdigest()
