"""A measured question set in a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from retrieval.evaluate import SHIPPED
from retrieval.measures import MEASURES
from retrieval.refusal import ANSWERED_SHARE, Refusal
from retrieval.resampling import Difference, Estimate
from retrieval.runs import Circumstances
from retrieval.scorecard import ARTICLE, PASSAGE, Scorecard


def figure(value: float) -> str:
    """Return a share or a measure as text: three digits, no leading nought."""
    text = f"{value:.3f}"
    return text[1:] if text.startswith("0.") else text


def interval(found: Estimate | Difference) -> str:
    """Return an interval as text."""
    return f"{figure(found.low)}–{figure(found.high)}"


def show_evaluation(
    console: Console,
    made_of: Circumstances,
    card: Scorecard,
    against: Mapping[str, Difference] | None,
) -> None:
    """Print measures, refusals, times and the comparison with an earlier run."""
    console.print(Text(headline(made_of, card), style="bold"))
    for at in (ARTICLE, PASSAGE):
        _show_rankings(console, card, at)
    if card.answers:
        _show_answers(console, card)
    _show_refusals(console, card)
    times = ", ".join(f"{s} {t.median:.1f} / {t.p95:.1f}" for s, t in card.latency.items())
    console.print(f"\nMilliseconds, median / p95: {times}.")
    if against is not None:
        _show_against(console, against)


def headline(made_of: Circumstances, card: Scorecard) -> str:
    """Return what was measured, as one sentence."""
    beside = f" with {', '.join(made_of.distractors)}" if made_of.distractors else ""
    return (
        f"{made_of.name}, qrels {made_of.qrels}{beside}: {card.right.questions:,} questions, "
        f"{made_of.articles:,} articles in {made_of.passages:,} passages."
    )


def _table(*headers: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, header in enumerate(headers):
        table.add_column(header, justify="right" if number else "left", no_wrap=True)
    return table


def _show_rankings(console: Console, card: Scorecard, at: str) -> None:
    table = _table(f"by {at}", *MEASURES)
    for name, found in card.rankings.items():
        row = found[at]
        style = "bold" if name == SHIPPED else ""
        table.add_row(name, *(figure(row[m].value) for m in MEASURES), style=style)
        if name == SHIPPED:
            table.add_row("  95 % interval", *(interval(row[m]) for m in MEASURES), style="dim")
    console.print()
    console.print(table)


def _show_answers(console: Console, card: Scorecard) -> None:
    table = _table("the answer is shown", "value", "95 % interval", "questions")
    for name, found in card.answers.items():
        table.add_row(name, figure(found.value), interval(found), f"{found.questions:,}")
    console.print()
    console.print(table)


def _show_refusals(console: Console, card: Scorecard) -> None:
    console.print(
        f"\nThe right article first: {figure(card.right.value)} ({interval(card.right)}). "
        f"Answered: {figure(card.answered.value)} ({interval(card.answered)}). "
        f"Calibration error: {figure(card.reliability.error)}."
    )
    if not card.refusals:
        return
    share = f"refused at {ANSWERED_SHARE:.0%} answered"
    heads = (
        "AUROC, right first",
        "AUROC, answerable",
        "refused as shipped",
        share,
        "calibration error",
    )
    table = _table("unanswerable questions", "number", *heads)
    for kind, found in card.refusals.items():
        table.add_row(kind, f"{found.refused.questions:,}", *_refusal_cells(found))
    console.print()
    console.print(table)


def _refusal_cells(found: Refusal) -> list[str]:
    estimates = (found.auroc_right, found.auroc_answerable, found.refused, found.refused_at_share)
    cells = [f"{figure(each.value)} ({interval(each)})" for each in estimates]
    return [*cells, figure(found.reliability.error)]


def _show_against(console: Console, against: Mapping[str, Difference]) -> None:
    table = _table("against the earlier run", "difference", "95 % interval", "p", "questions")
    for name, found in against.items():
        cells = (f"{found.value:+.4f}", f"{found.low:+.4f} to {found.high:+.4f}")
        table.add_row(name, *cells, f"{found.p:.4f}", f"{found.questions:,}")
    console.print()
    console.print(table)
