"""The same answers in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from bot.citation import hit_link
from bot.courtesy import courtesy
from retrieval.errors import QuestionError
from retrieval.index import Entry
from retrieval.indexing import Report
from retrieval.types import Answer, ArticleVersion, Hit

SHOWN = 3
"""Passages that an answer shows."""

_NAMED = 50
"""Articles that a report names at most; it counts more."""


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


def show_answer(console: Console, answer: Answer) -> None:
    """Print an answer's passages with their citations, or a refusal."""
    if not answer.answered:
        _show_refusal(console, answer)
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
    milliseconds = answer.timings.total
    console.print(
        f"\n{min(SHOWN, len(answer.hits))} of {len(answer.hits)} passages, "
        f"confidence {answer.confidence:.2f}, {milliseconds:.0f} ms",
        style="dim",
    )


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


def show_article(console: Console, version: ArticleVersion) -> None:
    """Print an article with its text, and what was kept apart from it."""
    article = version.article
    console.print(article.title, style="bold", markup=False)
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
    if sum(len(refs) for _, refs in changes) <= _NAMED:
        for sign, refs in changes:
            for ref in refs:
                console.print(f"{sign} {ref.title}", markup=False)
    counts = (
        f"{len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.withdrawn)} withdrawn, {report.unchanged} unchanged, "
        f"{len(report.failed)} failed"
    )
    if dry_run:
        console.print(f"Would be: {counts}.")
    elif report.generation is None:
        console.print(f"Nothing to index: {counts}.")
    else:
        state = "published" if report.published else "is up to date"
        console.print(
            f"{report.articles} articles in {report.passages} passages ({counts}). "
            f"Generation {report.generation} {state} after {report.seconds:.1f} s."
        )
    for failure in report.failed:
        errors.print(f"{failure.location} {failure.reason}.", markup=False, soft_wrap=True)


def chat(console: Console, ask: Callable[[str], Answer], lines: Iterable[str]) -> None:
    """Answer each line until they end; a greeting or a bad question gets a sentence.

    Args:
        console: Where answers go.
        ask: Answers a question.
        lines: The questions.
    """
    for line in lines:
        if not line.strip():
            continue
        if friendly := courtesy(line):
            console.print(friendly)
            continue
        try:
            show_answer(console, ask(line))
        except QuestionError as error:
            console.print(str(error), markup=False)
        console.print()


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
