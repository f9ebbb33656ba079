"""Hits and answers made by hand or by Hypothesis, cut into passages as the index cuts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import strategies as st

from retrieval.passages import Chunking, cut_passages
from retrieval.types import (
    Answer,
    Article,
    ArticleRef,
    ArticleVersion,
    Heading,
    Hit,
    Passage,
    Scores,
    Span,
    Timings,
    digest,
)

from .hostile import HOSTILE, hostile_texts

_CHUNKING = Chunking(window=220, overlap=40, language="en")
_SCORES = Scores(0.5, 3.0, 0.6, 0.7, 0.8)


def count_tokens(texts: Sequence[str]) -> list[int]:
    """Count words and marks, an endless word as one, as a model's unknown token would be."""
    return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


def version(title: str, text: str, **more: object) -> ArticleVersion:
    """Return a version of an article of that title and text."""
    article = Article(title=title, text=text, location="made by hand", **more)  # type: ignore[arg-type]
    article_id = digest(title, text)
    return ArticleVersion(article_id, digest(article_id, "version"), article)


def cut(article: ArticleVersion) -> list[Passage]:
    """Return an article's passages."""
    return cut_passages(article, _CHUNKING, count_tokens)


def hit(article: ArticleVersion, passage: Passage, highlights: Sequence[Span]) -> Hit:
    """Return a hit on a passage."""
    return Hit(passage, article, _SCORES, tuple(highlights))


def whole(title: str, text: str, *highlighted: str, **more: object) -> Hit:
    """Return a hit on all of a text, with the sentences that are given highlighted."""
    article = version(title, text, **more)
    (passage, *_) = cut_passages(article, Chunking(10_000, 0, "en"), count_tokens)
    spans = [Span(text.index(part), text.index(part) + len(part)) for part in highlighted]
    return hit(article, passage, spans)


def answer(
    hits: Sequence[Hit],
    question: str = "Why?",
    *,
    answered: bool = True,
    nearest: Sequence[ArticleRef] = (),
    unknown: Sequence[str] = (),
) -> Answer:
    """Return an answer that holds the hits."""
    return Answer(
        question=question,
        answered=answered,
        confidence=0.9,
        threshold=0.3,
        generation="000001",
        hits=tuple(hits),
        nearest=tuple(nearest),
        unknown_words=tuple(unknown),
        timings=Timings(0, 0, 0, 0),
    )


# What an article may be at worst.

_words = st.sampled_from(
    ["harbour", "lamp", "U.S.", "3.5", "e.g.", "it’s", "—", "(sic)", "№5", "中文", "🦆", *HOSTILE]
)
_sentences = st.lists(_words, min_size=1, max_size=30).map(
    lambda found: " ".join(found).capitalize() + "."
)
_paragraphs = st.one_of(
    st.lists(_sentences, min_size=1, max_size=8).map(" ".join),
    hostile_texts,
    st.integers(100, 4000).map(lambda n: "🦆" * n),
    st.integers(100, 2500).map(lambda n: "*_" * n),
    st.integers(50, 800).map(lambda n: "a\n" * n),
)

_bodies = st.lists(_paragraphs, min_size=1, max_size=5).map(
    lambda parts: re.sub(r"\n{3,}", "\n\n", "\n\n".join(parts)).strip()
)

article_texts = _bodies.filter(lambda text: any(c.isalnum() for c in text))
"""Texts of articles: paragraphs apart by one empty line."""

titles = st.one_of(
    hostile_texts.map(lambda text: " ".join(text.split())).filter(bool),
    st.sampled_from(HOSTILE).map(lambda part: " ".join((part * 20).split())[:1000]),
    st.integers(1, 1000).map(lambda n: "*" * n),
)
"""Titles: one line, up to a thousand characters."""

_urls = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "https://paper.example/a",
            "https://paper.example/a_(b)*c~d",
            "https://paper.example/a>b",
            "https://paper.example/a<b",
            "https://paper.example/" + "long/" * 200,
            "https://paper.example/#part",
            "https://paper.example/\u202eevil",
        ]
    ),
)


@st.composite
def versions(draw: st.DrawFn) -> ArticleVersion:
    """Draw an article: hostile, long, with headings or without."""
    text = draw(article_texts)
    starts = [0, *(found.end() for found in re.finditer(r"\n\n", text))]
    headings = []
    for start in draw(st.lists(st.sampled_from(starts), max_size=3, unique=True)):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if 0 < end - start < 200 and text[start:end].strip() == text[start:end]:
            headings.append(Heading(start, end))
    return version(
        draw(titles),
        text,
        url=draw(_urls),
        source=draw(st.none() | titles),
        authors=tuple(draw(st.lists(titles, max_size=3))),
        published_at=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
        headings=tuple(sorted(headings)),
    )


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    """Draw a hit: one passage of an article, one or two of its sentences highlighted."""
    article = draw(versions().filter(lambda v: bool(cut(v))))
    passage = draw(st.sampled_from(cut(article)))
    if not passage.sentences:
        return hit(article, passage, ())
    chosen = draw(st.sets(st.integers(0, len(passage.sentences) - 1), min_size=1, max_size=2))
    return hit(article, passage, [passage.sentences[n] for n in sorted(chosen)])


DAY = datetime(2024, 2, 1, tzinfo=UTC)
