"""Hits as records hold them, and back again; pure."""

from __future__ import annotations

from collections.abc import Mapping

from retrieval.records import GivenHit
from retrieval.types import ArticleRef, ArticleVersion, Hit, Passage, Scores, Span, digest


def given(hit: Hit) -> GivenHit:
    """Return what a record holds of a hit."""
    scores = hit.scores
    return GivenHit(
        version_id=hit.version.id,
        start=hit.passage.span.start,
        end=hit.passage.span.end,
        sentences=hit.passage.sentences,
        highlights=hit.highlights,
        scores=(
            scores.dense,
            scores.keyword,
            scores.sentence,
            scores.fused,
            scores.confidence,
            scores.reranker,
        ),
        also_in=tuple(ref.id for ref in hit.also_in),
        prior=scores.prior,
    )


def taken(held: GivenHit, version: ArticleVersion, names: Mapping[str, ArticleRef]) -> Hit:
    """Return the hit that a record holds.

    Args:
        held: What the record holds.
        version: The article version that it names.
        names: The other articles that tell its story, by id, of those that may be named.
    """
    text = version.article.text
    before = [h for h in version.article.headings if h.start <= held.start]
    heading = text[before[-1].start : before[-1].end] if before else None
    return Hit(
        passage=Passage(
            id=digest(version.id, str(held.start), str(held.end)),
            version_id=version.id,
            span=Span(held.start, held.end),
            heading=heading,
            sentences=held.sentences,
        ),
        version=version,
        scores=Scores(*held.scores, prior=held.prior),
        highlights=held.highlights,
        also_in=tuple(names[i] for i in held.also_in if i in names),
    )
