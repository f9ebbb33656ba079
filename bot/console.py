"""The same answers in a terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from bot.citation import hit_link
from bot.courtesy import courtesy
from bot.language import speaking
from bot.periods import only
from bot.reasons import reasons
from retrieval.errors import QuestionError
from retrieval.followup import context_after
from retrieval.index import Entry
from retrieval.kept import Reviewed
from retrieval.report import Report
from retrieval.sources import Unread
from retrieval.types import Answer, ArticleVersion, Hit

SHOWN = 3
"""Passages that an answer shows."""

ANY_DATE = "/any"
"""The line that asks the last question of a chat again, of articles of any date."""

_NAMED = 50
"""Articles that a report names at most; it counts more."""

_FOLLOWS_UP = re.compile(r"\s*(?:\+|(?:and|or|but|what about|how about)\b)", re.IGNORECASE)
"""How a line of the chat begins that follows up the question before it."""


class Ask(Protocol):
    """Answers a question, which may follow up earlier ones."""

    def __call__(
        self, question: str, *, context: str | None = None, any_date: bool = False
    ) -> Answer:
        """Return the answer; with `any_date`, one whose date narrows nothing."""
        ...


def byline(version: ArticleVersion) -> str:
    """Return source, authors and date of an article, as far as they are known."""
    article = version.article
    published = article.published_at
    parts = [
        article.source,
        ", ".join(article.authors) or None,
        f"{published:%d %B %Y}".lstrip("0") if published else None,
    ]
    return " · ".join(part for part in parts if part)


def _quote(hit: Hit) -> Text:
    text = Text()
    at = hit.passage.span.start
    whole = hit.version.article.text
    for span in hit.highlights:
        text.append(whole[at : span.start])
        text.append(whole[span.start : span.end], style="bold")
        at = span.end
    text.append(whole[at : hit.passage.span.end])
    return text


def show_answer(console: Console, answer: Answer, *, why: bool = False) -> None:
    """Print an answer's passages with their citations, or a refusal.

    Args:
        console: Where it goes.
        answer: The answer.
        why: Whether to say why each passage was chosen.
    """
    if answer.context:
        earlier = answer.context.splitlines()[-1]
        console.print(f"Following up “{earlier}”", style="dim", markup=False)
    if answer.period:
        console.print(f"{only(speaking(None), answer.period)}.", style="dim", markup=False)
    if answer.corrections:
        pairs = ", ".join(f"“{c.word}” for “{c.taken_for}”" for c in answer.corrections)
        console.print(f"Took {pairs}.", style="dim", markup=False)
    if not answer.answered:
        _show_refusal(console, answer)
        if why and answer.hits:
            title = answer.hits[0].version.article.title
            console.print(f"The best passage found stands in “{title}”.", style="dim", markup=False)
            show_why(console, answer.hits[0], answer.threshold)
        return
    for rank, hit in enumerate(answer.hits[:SHOWN], start=1):
        console.print()
        console.print(_quote(hit))
        heading = f" › {hit.passage.heading}" if hit.passage.heading else ""
        console.print(f"[{rank}] {hit.version.article.title}{heading}", style="cyan", markup=False)
        if line := byline(hit.version):
            console.print(f"    {line}", style="dim", markup=False)
        if link := hit_link(hit):
            console.print(f"    {link}", style="dim", markup=False, soft_wrap=True)
        if why:
            show_why(console, hit, answer.threshold)
        if hit.also_in:
            others = "; ".join(f"“{ref.title}”" for ref in hit.also_in)
            console.print(f"    Also in {others}", style="dim", markup=False)
    milliseconds = answer.timings.total
    console.print(
        f"\n{min(SHOWN, len(answer.hits))} of {len(answer.hits)} passages, "
        f"confidence {answer.confidence:.2f}, {milliseconds:.0f} ms",
        style="dim",
    )


def show_why(console: Console, hit: Hit, threshold: float) -> None:
    """Print why a passage was chosen."""
    say = speaking(None)
    for line in (*reasons(say, hit), say("why-threshold", threshold=threshold)):
        console.print(f"    {line}", style="dim", markup=False)


def _show_refusal(console: Console, answer: Answer) -> None:
    if not answer.nearest:
        console.print("The archive holds no article to answer from.")
        return
    console.print("The archive does not answer that.")
    if answer.unknown_words:
        words = ", ".join(f"“{escape(word)}”" for word in answer.unknown_words)
        console.print(f"No article contains {words}.")
    console.print("The nearest articles:")
    for ref in answer.nearest:
        console.print(f"  • {ref.title}", markup=False)


def show_article(
    console: Console, version: ArticleVersion, withdrawn_at: str | None = None
) -> None:
    """Print an article with its text, and what was kept apart from it.

    Args:
        console: Where it goes.
        version: The article.
        withdrawn_at: When its source was found to have it no more, None while it has it.
    """
    article = version.article
    console.print(article.title, style="bold", markup=False)
    if withdrawn_at:
        console.print(f"Withdrawn on {withdrawn_at[:10]}: its source has it no more.", style="red")
    for line in (byline(version), article.url):
        if line:
            console.print(line, style="dim", markup=False)
    console.print(f"\n{article.text}", markup=False)
    for aside in article.asides:
        console.print(f"\n{aside}", style="dim", markup=False)


def show_entries(console: Console, entries: Iterable[Entry]) -> None:
    """Print a table of articles."""
    table = Table("Title", "Source", "Authors", "Published", box=None, header_style="bold")
    for entry in entries:
        published = (entry.published_at or "")[:10]
        cells = (entry.ref.title, entry.source or "", ", ".join(entry.authors), published)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def show_report(console: Console, errors: Console, report: Report, *, dry_run: bool) -> None:
    """Print what an indexing run changed, and what it could not read.

    Args:
        console: Where results go.
        errors: Where failures go.
        report: What the run did.
        dry_run: Whether it only says what it would do.
    """
    changes = (("+", report.added), ("~", report.changed), ("-", report.withdrawn))
    if sum(change.count for _, change in changes) <= _NAMED:
        for sign, change in changes:
            for ref in change.named:
                console.print(f"{sign} {ref.title}", markup=False)
    counts = (
        f"{report.added.count} added, {report.changed.count} changed, "
        f"{report.withdrawn.count} withdrawn, {report.unchanged} unchanged, "
        f"{len(report.failed)} failed"
    )
    read = f"{report.documents} documents read, {report.skipped} unchanged ones skipped."
    if dry_run:
        console.print(f"Would be: {counts}. {read}")
    elif report.generation is None:
        console.print(f"Nothing to index: {counts}. {read}")
    else:
        stopped = report.gate is not None and report.gate.stops
        state = "published" if report.published else "answers on" if stopped else "is up to date"
        console.print(
            f"{report.articles} articles in {report.passages} passages ({counts}). {read} "
            f"Generation {report.generation} {state} after {report.seconds:.1f} s."
        )
    if report.failed:
        show_failed(errors, report.failed)


def show_generation(console: Console, reviewed: Reviewed) -> None:
    """Print a line on a generation: an arrow where it answers, and what is wrong with it."""
    mark = "→" if reviewed.answers else " "
    held = "its manifest cannot be read"
    if manifest := reviewed.manifest:
        held = (
            f"{manifest.made_at}  {manifest.articles} articles, {manifest.passages} passages, "
            f"recall {manifest.recall:.3f}"
        )
    published = "  published" if reviewed.published and not reviewed.answers else ""
    problem = f"  ✗ {reviewed.problem}" if reviewed.problem else ""
    console.print(f"{mark} {reviewed.name}  {held}{published}{problem}", markup=False)


def show_failed(console: Console, failed: Sequence[Unread]) -> None:
    """Print a table of what could not be read, where, and what to do."""
    table = Table("Where", "What is wrong; what to do", box=None, header_style="bold")
    for unread in failed:
        where = Text(unread.location, overflow="fold")
        table.add_row(where, Text(f"{unread.reason[:1].upper()}{unread.reason[1:]}."))
    console.print(table)


def chat(console: Console, ask: Ask, lines: Iterable[str]) -> None:
    """Answer each line until they end; a greeting or a bad question gets a sentence.

    A line that begins with "+", or as a follow-up does in English, is asked as one.

    Args:
        console: Where answers go.
        ask: Answers a question; told `any_date`, one whose date narrows nothing.
        lines: The questions, and `/any` to ask the last one of articles of any date.
    """
    context: str | None = None
    last: tuple[str, str | None] | None = None
    for line in lines:
        if not line.strip():
            continue
        again = line.strip() == ANY_DATE and last is not None
        if friendly := courtesy(line):
            console.print(speaking(None)(friendly))
            continue
        follows = _FOLLOWS_UP.match(line)
        try:
            if again and last:
                answer = ask(last[0], context=last[1], any_date=True)
                show_answer(console, answer)
            else:
                last = line.lstrip(" \t+"), context if follows else None
                answer = ask(last[0], context=last[1])
                _show_dated(console, answer)
            context = context_after(answer.question, answer.context)
        except QuestionError as error:
            console.print(str(error), markup=False)
        console.print()


def _show_dated(console: Console, answer: Answer) -> None:
    show_answer(console, answer)
    if answer.period:
        console.print(f"Type {ANY_DATE} to ask that of articles of any date.", style="dim")


def typed(console: Console) -> Iterable[str]:
    """Yield the lines of standard input; at a terminal, with a prompt, until Ctrl-D."""
    if not sys.stdin.isatty():
        for raw in sys.stdin.buffer:
            yield raw.decode("utf-8", "replace")
        return
    while True:
        try:
            yield console.input("[bold]Ask:[/bold] ")
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
