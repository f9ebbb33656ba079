"""Answers and articles as the JSON objects that the command line promises."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.contract import answer_fields, article_fields, full_article, progress_fields, report_fields
from retrieval.report import Changes, Progress, Report, Verdict
from retrieval.sources import Unread
from retrieval.types import (
    Answer,
    Article,
    ArticleRef,
    ArticleVersion,
    Correction,
    Heading,
    Hit,
    Passage,
    Period,
    Scores,
    Span,
    Timings,
)

TEXT = "Upper gate\n\nOpen at six. 🚢 Close at seven."
FULL = ArticleVersion(
    "k-7",
    "v1",
    Article(
        title="The keeper", text=TEXT, location="gates.md", url="https://example.org/k",
        source="Canal Gazette", authors=("Maud Ferrier", "Ian Berg"),
        published_at=datetime(2025, 3, 1, 8, tzinfo=timezone(timedelta(hours=2))),
        collection="crew", headings=(Heading(0, 10),), asides=("Photo: Lena Weiss",),
    ),
)  # fmt: skip
BARE = ArticleVersion("b", "v2", Article("Bare", "Open.", "here"))


def _answer(version: ArticleVersion, *spans: Span) -> Answer:
    end = len(version.article.text)
    passage = Passage("p", version.id, Span(0, end), None, spans)
    also_in = (ArticleRef("k-8", "The keeper, again"),)
    hit = Hit(
        passage, version, Scores(0.5, 7.0, 0.6, 0.87654321, 0.8), spans[:1], ("open",), also_in
    )
    return Answer(
        question="When?", answered=True, confidence=0.123456, threshold=0.3,
        generation="000007", hits=(hit,),
        nearest=(ArticleRef("k-7", "The keeper"),), unknown_words=("zeppelin",),
        timings=Timings(1.5, 2.5, 0.5, 4.5), corrections=(Correction("kepeer", "keeper"),),
    )  # fmt: skip


def test_an_answer_has_every_key() -> None:
    """An answer's object has the promised keys, with the values that they promise."""
    assert {
        "question": "When?",
        "answered": True,
        "confidence": 0.1235,
        "threshold": 0.3,
        "generation": "000007",
        "passages": [
            {
                "rank": 1, "score": 0.876543, "text": TEXT, "start": 0, "end": len(TEXT),
                "highlights": [[12, 24]],
                "link": "https://example.org/k#:~:text=Open%20at%20six.",
                "why": {
                    "matched": ["open"], "dense": 0.5, "keyword": 7.0, "sentence": 0.6,
                    "confidence": 0.8,
                },
                "article": {
                    "id": "k-7", "title": "The keeper", "url": "https://example.org/k",
                    "source": "Canal Gazette", "authors": ["Maud Ferrier", "Ian Berg"],
                    "published_at": "2025-03-01T08:00:00+02:00", "collection": "crew",
                },
                "also_in": [{"id": "k-8", "title": "The keeper, again"}],
            }
        ],
        "nearest": [{"id": "k-7", "title": "The keeper"}],
        "unknown_words": ["zeppelin"],
        "period": None,
        "corrections": [{"word": "kepeer", "taken_for": "keeper"}],
        "took_ms": {"encode": 1.5, "search": 2.5, "rank": 0.5, "total": 4.5},
    } == answer_fields(_answer(FULL, Span(12, 24), Span(27, 42)))  # fmt: skip


def test_what_is_unknown_is_null() -> None:
    """Unknown fields are null, unknown authors an empty list, and every key is still there."""
    (passage,) = answer_fields(_answer(BARE))["passages"]
    assert passage["link"] is None
    assert [] == passage["highlights"]
    assert {
        "id": "b", "title": "Bare", "url": None, "source": None, "authors": [],
        "published_at": None, "collection": "public",
    } == passage["article"] == article_fields(BARE)  # fmt: skip


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        (datetime(2025, 3, 1, tzinfo=UTC),
         datetime(2025, 4, 1, tzinfo=timezone(timedelta(hours=2))),
         ("2025-03-01T00:00:00+00:00", "2025-04-01T00:00:00+02:00")),
        (datetime(2025, 3, 1, tzinfo=UTC), None, ("2025-03-01T00:00:00+00:00", None)),
        (None, datetime(2025, 3, 1, tzinfo=UTC), (None, "2025-03-01T00:00:00+00:00")),
    ],
)  # fmt: skip
def test_an_answers_period_has_its_words_and_bounds(
    after: datetime | None, before: datetime | None, expected: tuple[str | None, str | None]
) -> None:
    """A period is its words and its bounds, ISO 8601; a bound that there is not is null."""
    answer = replace(_answer(BARE), period=Period("in March", after, before))
    assert {"words": "in March", "after": expected[0], "before": expected[1]} == (
        answer_fields(answer)["period"]
    )


def test_an_article_has_its_text_and_what_was_kept_apart() -> None:
    """A whole article is its fields, its text, its headings, its asides and its version."""
    found = full_article(FULL)
    assert article_fields(FULL) == {key: found[key] for key in article_fields(FULL)}
    assert (TEXT, [[0, 10]], ["Photo: Lena Weiss"], "v1", None) == (
        found["text"], found["headings"], found["asides"], found["version"],
        found["withdrawn_at"],
    )  # fmt: skip
    assert (None, None, None, [], []) == (
        found["updated_at"], found["language"], found["licence"], found["tags"], found["aliases"],
    )  # fmt: skip
    assert "2026-01-01" == full_article(FULL, "2026-01-01")["withdrawn_at"]


def test_progress_and_report_are_events() -> None:
    """An indexing run tells its stages as events, and at last all that it did."""
    assert {
        "event": "embedding", "articles": 3, "passages": 9, "share": 0.5, "seconds": 1.25,
    } == progress_fields(Progress("embedding", 3, 9, 0.5, 1.25))  # fmt: skip
    report = Report(
        added=Changes(3000, [ArticleRef("a", "A")]), changed=Changes(1, [ArticleRef("b", "B")]),
        withdrawn=Changes(1, [ArticleRef("c", "C")]), unchanged=4,
        failed=[Unread("x.txt", "is empty")], documents=5, skipped=7, generation="000002",
        published=True, articles=6, passages=9, seconds=1.5,
        gate=Verdict(3, 3, 2, ("Who?",), 0.5, accepted=False),
    )  # fmt: skip
    assert {
        "event": "done",
        "added": [{"id": "a", "title": "A"}], "changed": [{"id": "b", "title": "B"}],
        "withdrawn": [{"id": "c", "title": "C"}], "unchanged": 4,
        "failed": [{"location": "x.txt", "reason": "is empty"}],
        "counts": {"added": 3000, "changed": 1, "withdrawn": 1, "unchanged": 4, "failed": 1},
        "documents": 5, "skipped": 7,
        "gate": {"asked": 3, "before": 3, "after": 2, "fell": ["Who?"], "allowed": 0.5,
                 "stopped": False, "accepted": False},
        "generation": "000002", "published": True, "articles": 6, "passages": 9, "seconds": 1.5,
    } == report_fields(report)  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        answer_fields(_answer(FULL, Span(12, 24))),
        answer_fields(_answer(BARE)),
        full_article(FULL),
        progress_fields(Progress("reading", 1, 0, None, 0.0)),
        report_fields(Report()),
    ],
)
def test_every_object_is_json(fields: dict[str, Any]) -> None:
    """Every object survives JSON as it is: no tuple, no number that JSON lacks."""
    assert fields == json.loads(json.dumps(fields, allow_nan=False))
