"""Answers and articles as the JSON objects that the command line promises; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.citation import hit_link
from retrieval.kept import Reviewed
from retrieval.report import NAMED, Changes, Progress, Report, Verdict
from retrieval.sources import Unread
from retrieval.types import Answer, ArticleRef, ArticleVersion, Hit, Period


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


def full_article(version: ArticleVersion, withdrawn_at: str | None = None) -> dict[str, Any]:
    """Return an article's fields, its text, and what was kept apart from it.

    Args:
        version: The article.
        withdrawn_at: When its source was found to have it no more, None while it has it.
    """
    article = version.article
    return {
        **article_fields(version),
        "updated_at": article.updated_at.isoformat() if article.updated_at else None,
        "language": article.language,
        "licence": article.licence,
        "tags": list(article.tags),
        "aliases": list(article.aliases),
        "text": article.text,
        "headings": [list(heading) for heading in article.headings],
        "asides": list(article.asides),
        "version": version.id,
        "withdrawn_at": withdrawn_at,
    }


def _names(refs: Iterable[ArticleRef]) -> list[dict[str, str]]:
    return [{"id": ref.id, "title": ref.title} for ref in refs]


def _why(hit: Hit) -> dict[str, Any]:
    scores = hit.scores
    return {
        "matched": list(hit.matched),
        "dense": round(scores.dense, 4),
        "keyword": round(scores.keyword, 4),
        "sentence": round(scores.sentence, 4),
        "confidence": round(scores.confidence, 4),
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
        "why": _why(hit),
        "article": article_fields(hit.version),
        "also_in": _names(hit.also_in),
    }


def _period(period: Period | None) -> dict[str, str | None] | None:
    if period is None:
        return None
    return {
        "words": period.words,
        "after": period.after.isoformat() if period.after else None,
        "before": period.before.isoformat() if period.before else None,
    }


def answer_fields(answer: Answer) -> dict[str, Any]:
    """Return an answer; its passages are given even where it is a refusal."""
    return {
        "question": answer.question,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "threshold": answer.threshold,
        "generation": answer.generation,
        "passages": [_passage(rank, hit) for rank, hit in enumerate(answer.hits, start=1)],
        "nearest": _names(answer.nearest),
        "unknown_words": list(answer.unknown_words),
        "period": _period(answer.period),
        "corrections": [{"word": c.word, "taken_for": c.taken_for} for c in answer.corrections],
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


def generation_fields(reviewed: Reviewed) -> dict[str, Any]:
    """Return a generation; what only its manifest says is null where that cannot be read."""
    manifest = reviewed.manifest
    return {
        "generation": reviewed.name,
        "current": reviewed.published,
        "answers": reviewed.answers,
        "problem": reviewed.problem,
        "made_at": manifest and manifest.made_at,
        "before": manifest and manifest.before,
        "articles": manifest and manifest.articles,
        "passages": manifest and manifest.passages,
        "sentences": manifest and manifest.sentences,
        "model": manifest and manifest.recipe.model,
        "recall": manifest and manifest.recall,
    }


def failure_fields(unread: Unread) -> dict[str, Any]:
    """Return what could not be read."""
    return {"location": unread.location, "reason": unread.reason}


def _gate(verdict: Verdict) -> dict[str, Any]:
    return {
        "asked": verdict.asked,
        "before": verdict.before,
        "after": verdict.after,
        "fell": list(verdict.fell),
        "allowed": verdict.allowed,
        "stopped": verdict.stops,
        "accepted": verdict.accepted,
    }


def report_fields(report: Report) -> dict[str, Any]:
    """Return the last event of an indexing run; long lists are cut, their counts are not."""
    changes: dict[str, Changes] = {
        "added": report.added,
        "changed": report.changed,
        "withdrawn": report.withdrawn,
    }
    return {
        "event": "done",
        **{name: _names(change.named) for name, change in changes.items()},
        "unchanged": report.unchanged,
        "failed": [failure_fields(unread) for unread in report.failed[:NAMED]],
        "counts": {
            **{name: change.count for name, change in changes.items()},
            "unchanged": report.unchanged,
            "failed": len(report.failed),
        },
        "documents": report.documents,
        "skipped": report.skipped,
        "generation": report.generation,
        "published": report.published,
        "gate": None if report.gate is None else _gate(report.gate),
        "articles": report.articles,
        "passages": report.passages,
        "seconds": report.seconds,
    }
