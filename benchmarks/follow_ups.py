"""Follow-ups over the handbook: what each way to use the question before finds and refuses.

    python -m benchmarks.follow_ups [WORK_DIR] [--misses]

The pairs are in `follow_ups.jsonl`: the questions before, the follow-up, and the handbook's
pages that answer it, each with the piece of its text that does (none where no page does).
Half of the pages served to choose a way, the other half reports on it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from benchmarks.sets import WORK, archive_of
from retrieval.archive import Archive
from retrieval.followup import context_after
from retrieval.types import OPERATOR, Answer, Hit

HANDBOOK = Path(__file__).parents[1] / "docs" / "handbook"
FOLLOWING = ("pronoun", "ellipsis", "aspect", "chain")
"""The kinds of rows that lean on the questions before; "change" and "unanswerable" are others."""


class FollowUp(NamedTuple):
    """A question asked in reply to an answer.

    Attributes:
        kind: How it leans on what came before, or that it does not.
        before: The questions before it, each but the first a follow-up of the one before.
        question: The question.
        answers: The pages that answer it, by their files' names, each with the words that do.
    """

    kind: str
    before: tuple[str, ...]
    question: str
    answers: dict[str, str]


def follow_ups() -> list[FollowUp]:
    """Return the rows."""
    with Path(__file__).with_suffix(".jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [FollowUp(**{**row, "before": tuple(row["before"])}) for row in rows]


def halves(rows: Sequence[FollowUp]) -> tuple[list[FollowUp], list[FollowUp]]:
    """Return the rows to choose by, and those to report on: no page is in both."""
    pages = sorted({next(iter(row.answers)) for row in rows if row.answers})
    chosen = set(pages[::2])
    parts: tuple[list[FollowUp], list[FollowUp]] = ([], [])
    for number, row in enumerate(rows):
        to_choose = next(iter(row.answers)) in chosen if row.answers else number % 2 == 0
        parts[0 if to_choose else 1].append(row)
    return parts


def letters(text: str) -> str:
    """Return a text's letters and digits, by which evidence is compared."""
    return "".join(c for c in text.casefold() if c.isalnum())


def title(page: str) -> str:
    """Return the title of a page of the handbook."""
    first = (HANDBOOK / f"{page}.md").read_text(encoding="utf-8").splitlines()[1]
    return first.removeprefix("title: ").strip('"')


def answers(hit: Hit, row: FollowUp) -> bool:
    """Tell whether a hit answers a row's question."""
    return any(
        hit.version.article.title == title(page) and letters(piece) in letters(hit.text)
        for page, piece in row.answers.items()
    )


Ask = Callable[[Archive, str, Answer], Answer]
"""A way to ask a question in reply to an answer."""


def _alone(archive: Archive, question: str, _: Answer) -> Answer:
    return archive.ask(question, k=3)


def _together(archive: Archive, question: str, earlier: Answer) -> Answer:
    return archive.ask(f"{earlier.question} {question}", k=3)


def _with_its_words(archive: Archive, question: str, earlier: Answer) -> Answer:
    speller = archive.speller(OPERATOR)
    asked = speller.understand(earlier.question).terms
    own = {term.stem for term in speller.understand(question).terms}
    lacking = [term.word for term in asked if term.content and term.stem not in own]
    return archive.ask(" ".join([*lacking, question]), k=3)


def _one_back(archive: Archive, question: str, earlier: Answer) -> Answer:
    return archive.ask(question, k=3, context=earlier.question)


def _with_title(archive: Archive, question: str, earlier: Answer) -> Answer:
    titles = [hit.version.article.title for hit in earlier.hits[:1] if earlier.answered]
    return archive.ask(question, k=3, context="\n".join([*titles, earlier.question]))


def _as_shipped(archive: Archive, question: str, earlier: Answer) -> Answer:
    return archive.ask(question, k=3, context=context_after(earlier.question, earlier.context))


WAYS: dict[str, Ask] = {
    "alone": _alone,
    "together": _together,
    "with its words": _with_its_words,
    "one question back": _one_back,
    "… and the title": _with_title,
    "as shipped": _as_shipped,
}


class Outcome(NamedTuple):
    """How a row was answered."""

    row: FollowUp
    first: bool
    three: bool
    answered: bool


def ask(archive: Archive, row: FollowUp, way: Ask) -> Outcome:
    """Ask a row's questions one after the other."""
    answer = archive.ask(row.before[0], k=3)
    for question in (*row.before[1:], row.question):
        answer = replace(way(archive, question, answer), question=question)
    right = [answers(hit, row) for hit in answer.hits]
    return Outcome(row, right[0], any(right), answer.answered)


def _share(values: Iterable[bool]) -> str:
    held = list(values)
    return f"{sum(held) / len(held):9.3f}" if held else f"{'':>9}"


def _line(outcomes: list[Outcome]) -> str:
    led = [o for o in outcomes if o.row.kind in FOLLOWING]
    changed = [o for o in outcomes if o.row.kind == "change"]
    nowhere = [o for o in outcomes if o.row.kind == "unanswerable"]
    return "".join(
        (
            _share(o.first for o in led),
            _share(o.three for o in led),
            _share(o.first and o.answered for o in led),
            *(_share(o.first for o in led if o.row.kind == kind) for kind in FOLLOWING),
            _share(o.first for o in changed),
            _share(o.first and o.answered for o in changed),
            _share(not o.answered for o in nowhere),
        )
    )


_COLUMNS = (
    "hit@1", "hit@3", "answered", *FOLLOWING, "change@1", "answered", "refused",
)  # fmt: skip


def main() -> None:
    """Ask every row in every way and print the shares."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--misses"]
    archive = archive_of(HANDBOOK, Path(arguments[0]) if arguments else WORK)
    for name, rows in zip(("to choose by", "to report"), halves(follow_ups()), strict=True):
        print(f"{name:18}" + "".join(f"{column:>9}" for column in _COLUMNS))
        for way, function in WAYS.items():
            outcomes = [ask(archive, row, function) for row in rows]
            print(f"{way:18}{_line(outcomes)}")
        if "--misses" in sys.argv:
            for row, first, *_ in outcomes:
                if row.answers and not first:
                    print("   ", row.kind, *row.before, row.question, sep=" | ")
        count = sum(row.kind in FOLLOWING for row in rows)
        others = [sum(row.kind == kind for row in rows) for kind in ("change", "unanswerable")]
        print(f"({count} follow-ups, {others[0]} changes of topic, {others[1]} unanswerable)\n")
    archive.close()


if __name__ == "__main__":
    main()
