"""Answer a question that has a date in words, as far as the archive knows dates.

A date in a question may be that of an article or of what happened, and an archive
may know when its articles were published or not. So a date narrows a question only
where most articles are dated, and only to a period from which there are some.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from retrieval.index import PassageIndex
from retrieval.periods import DateWords, find
from retrieval.types import Answer, Filters, Period, Reader, Timings

_MOST = 0.5
_FIRST = datetime.min.replace(tzinfo=UTC)


def date_words(
    index: PassageIndex, question: str, filters: Filters, reader: Reader, zone: tzinfo
) -> DateWords | None:
    """Return the date in words that may narrow a question, None where nothing does.

    Args:
        index: The index that is searched.
        question: The question.
        filters: What the asker narrows to; a time among them overrides words.
        reader: Who may see what.
        zone: The time zone in which days begin.
    """
    if index.language != "en" or filters.after or filters.before:
        return None
    words = find(question, datetime.now(UTC), zone)
    return words if words and _narrows(index, words, filters, reader) else None


def _within(filters: Filters, period: Period) -> Filters:
    return replace(filters, after=period.after, before=period.before)


def _narrows(index: PassageIndex, words: DateWords, filters: Filters, reader: Reader) -> bool:
    """Tell whether articles are dated, and some of them, or all but some, in the period."""
    inside = index.count(_within(filters, words.period), reader)
    if not inside:
        return False
    dated = index.count(replace(filters, after=_FIRST), reader)
    if dated < _MOST * index.count(filters, reader):
        return False  # most articles would be left out only because nobody knows their date
    return words.certain or inside < dated


def dated_answer(
    answer: Callable[[str, Filters], Answer],
    question: str,
    words: DateWords,
    filters: Filters,
    *,
    alone: bool,
    any_date: bool,
) -> Answer:
    """Answer a question from the articles of the period that it names, or from all of them.

    Words that can hardly mean but when an article was published narrow it: where that
    leaves no answer, that is the answer. Other words, "in 2024", may tell when something
    happened, of which later articles write; they narrow the question only where that
    period's articles answer as surely as the whole archive, in which they are searched for.

    Args:
        answer: Answers a question under filters, whatever its dates.
        question: The question.
        words: Its date in words.
        filters: What the asker narrows to besides.
        alone: Whether the question is asked without the one that it follows up.
        any_date: Whether the date is to narrow nothing; words that could only do so are
            then no more searched for than where they narrow.
    """
    # Of a question that is nothing but a date, something must be left to search.
    left = question if alone and not any(map(str.isalnum, words.rest)) else words.rest
    if any_date:
        return replace(answer(left if words.certain else question, filters), question=question)
    narrowed = answer(left, _within(filters, words.period))
    narrowed = replace(narrowed, question=question, period=words.period)
    if words.certain:
        return narrowed
    whole = answer(question, filters)
    shown = narrowed if _as_sure(narrowed, whole) else whole
    spent = zip(narrowed.timings, whole.timings, strict=True)
    return replace(shown, timings=Timings(*(round(sum(pair), 3) for pair in spent)))


def _as_sure(narrowed: Answer, whole: Answer) -> bool:
    return narrowed.answered and narrowed.confidence >= whole.confidence
