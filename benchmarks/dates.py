"""What dates in words do to questions whose dates are those of what happened.

    python -m benchmarks.dates [WORK_DIR]

The paragraphs of squad2_dev get random dates of publication, from 1900 on, and its
questions with a date in words are asked: with the date as words and nothing more, as
shipped, and with every date as a filter. Also how long looking for a date takes.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.sets import SHARED, WORK, archive_of, questions
from retrieval.archive import Archive
from retrieval.periods import DateWords, find
from retrieval.types import Answer, Filters

_DAYS = 126 * 365
_SET = SHARED / "datasets" / "squad2_dev"


def main() -> None:
    """Ask, and print how often the right paragraph comes first."""
    work = Path(sys.argv[1]) if len(sys.argv) > 1 else WORK
    now = datetime.now(UTC)
    every = questions("squad2_dev", "test")
    times = sorted(_seconds(question, now) for question, _ in every)
    print(f"looking for a date: {1e6 * times[len(times) // 2]:.0f} µs at the median")
    asked = [(q, right, words) for q, right in every if (words := find(q, now, UTC))]
    archive = archive_of(_dated(work / "dated"), work)
    ways: dict[str, Callable[[str, DateWords], Answer]] = {
        "words alone": lambda q, _: archive.ask(q, any_date=True),
        "as shipped": lambda q, _: archive.ask(q),
        "always a filter": lambda q, words: _filtered(archive, q, words),
    }
    for name, ask in ways.items():
        answers = [(ask(question, words), right) for question, right, words in asked]
        first = sum(_is_first(answer, right) for answer, right in answers)
        kept = sum(answer.period is not None for answer, _ in answers)
        print(f"{name}: right first {first / len(asked):.3f}, {kept} of {len(asked)} say a period")
    archive.close()


def _seconds(question: str, now: datetime) -> float:
    began = time.perf_counter()
    find(question, now, UTC)
    return time.perf_counter() - began


def _dated(folder: Path) -> Path:
    """Write the paragraphs with random dates; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(7)
    path = folder / "corpus.jsonl"
    with (_SET / "corpus.jsonl").open(encoding="utf-8") as rows, path.open("w") as dated:
        for row in map(json.loads, rows):
            day = datetime(1900, 1, 1, tzinfo=UTC) + timedelta(dice.randrange(_DAYS))
            dated.write(json.dumps({**row, "published_at": day.isoformat()}) + "\n")
    return path


def _filtered(archive: Archive, question: str, words: DateWords) -> Answer:
    filters = Filters(after=words.period.after, before=words.period.before)
    narrowed = archive.ask(words.rest or question, filters=filters, any_date=True)
    return narrowed if narrowed.hits else archive.ask(question, any_date=True)


def _is_first(answer: Answer, right: str) -> bool:
    return bool(answer.hits) and answer.hits[0].version.article_id == right


if __name__ == "__main__":
    main()
