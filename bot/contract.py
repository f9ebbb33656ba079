"""Answers and articles as the JSON objects that the command line promises; pure."""

from __future__ import annotations

from typing import Any

from bot.citation import hit_link
from retrieval.indexing import Progress, Report
from retrieval.types import Answer, ArticleVersion, Hit


def article_fields(version: ArticleVersion) -> dict[str, Any]:
    """Return the fields that cite an article; what is unknown is null."""
    article = version.article
    return {
        "id": version.article_id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "authors": list(article.authors),
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "collection": article.collection,
    }


def full_article(version: ArticleVersion) -> dict[str, Any]:
    """Return an article's fields, its text, and what was kept apart from it."""
    article = version.article
    return {
        **article_fields(version),
        "text": article.text,
        "headings": [list(heading) for heading in article.headings],
        "asides": list(article.asides),
        "version": version.id,
    }


def _passage(rank: int, hit: Hit) -> dict[str, Any]:
    return {
        "rank": rank,
        "score": round(hit.scores.fused, 6),
        "text": hit.text,
        "start": hit.passage.span.start,
        "end": hit.passage.span.end,
        "highlights": [list(span) for span in hit.highlights],
        "link": hit_link(hit),
        "article": article_fields(hit.version),
    }


def answer_fields(answer: Answer) -> dict[str, Any]:
    """Return an answer; its passages are given even where it is a refusal."""
    return {
        "question": answer.question,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "generation": answer.generation,
        "passages": [_passage(rank, hit) for rank, hit in enumerate(answer.hits, start=1)],
        "nearest": [{"id": ref.id, "title": ref.title} for ref in answer.nearest],
        "unknown_words": list(answer.unknown_words),
        "took_ms": answer.timings._asdict(),
    }


def progress_fields(progress: Progress) -> dict[str, Any]:
    """Return a progress event of an indexing run."""
    return {
        "event": progress.stage,
        "articles": progress.articles,
        "passages": progress.passages,
        "share": progress.share,
        "seconds": progress.seconds,
    }


def report_fields(report: Report) -> dict[str, Any]:
    """Return the last event of an indexing run."""
    return {
        "event": "done",
        "added": [{"id": ref.id, "title": ref.title} for ref in report.added],
        "changed": [{"id": ref.id, "title": ref.title} for ref in report.changed],
        "withdrawn": [{"id": ref.id, "title": ref.title} for ref in report.withdrawn],
        "unchanged": report.unchanged,
        "failed": [{"location": f.location, "reason": f.reason} for f in report.failed],
        "generation": report.generation,
        "published": report.published,
        "articles": report.articles,
        "passages": report.passages,
        "seconds": report.seconds,
    }
