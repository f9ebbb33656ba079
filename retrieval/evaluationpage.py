"""A run of an evaluation as one page to read: inline styles, inline drawings, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from retrieval.evaluate import ANSWERABLE, SHIPPED, Asked, Shown
from retrieval.measures import MEASURES
from retrieval.pagelayout import framed, table
from retrieval.plots import refusal_curve, reliability_diagram, risk_curve
from retrieval.refusal import ANSWERED_SHARE, Point
from retrieval.resampling import Difference, Estimate
from retrieval.runs import Circumstances
from retrieval.scorecard import ARTICLE, PASSAGE, Failure, Scorecard

_EXPLAINED = {
    "another article first": "What came first is of another article than the set says answers.",
    "shown without an answer": "The archive does not answer it, and it was answered all the same.",
    "refused": "The right article came first, and the question was refused.",
}


def page(
    made_of: Circumstances,
    card: Scorecard,
    against: Mapping[str, Difference] | None,
) -> str:
    """Return a run as an HTML page.

    Args:
        made_of: What it was made of.
        card: The run, summed up.
        against: How it differs from an earlier run, None without one.
    """
    threshold = made_of.threshold
    parts = [
        _head(made_of, card),
        _rankings(card, ARTICLE, "Ranking, by article"),
        _rankings(card, PASSAGE, "Ranking, by passage"),
        _answers(card) if card.answers else "",
        _refusals(card, threshold),
        _latency(card),
        _against(against) if against is not None else "",
        _failures(card.failures, threshold),
    ]
    return framed(f"{made_of.name}: how Footnote answers", "\n".join(parts))


def _figure(value: float) -> str:
    return f"{value:.3f}"


def _cell(found: Estimate | Difference, signed: bool = False) -> str:
    if signed:
        return f"{found.value:+.4f}<small>{found.low:+.4f} to {found.high:+.4f}</small>"
    return f"{_figure(found.value)}<small>{_figure(found.low)} to {_figure(found.high)}</small>"


def _head(made_of: Circumstances, card: Scorecard) -> str:
    beside = f", with {', '.join(made_of.distractors)}" if made_of.distractors else ""
    drawn = f", a sample of {made_of.sample:,} of each kind" if made_of.sample else ""
    lines = (
        f"{card.right.questions:,} questions (qrels {made_of.qrels}){drawn}; "
        f"{made_of.articles:,} articles in {made_of.passages:,} passages{beside}.",
        f"Footnote {made_of.version}, model {made_of.model}, generation {made_of.generation}. "
        "Small figures are 95 % intervals: other questions of the same kind would give a value "
        "within them 19 times in 20.",
    )
    shipped = card.rankings[SHIPPED][ARTICLE]
    cards = [
        ("nDCG@10, by article", _figure(shipped["nDCG@10"].value)),
        ("the right article first", f"{card.right.value:.1%}"),
        ("answerable questions answered", f"{card.answered.value:.1%}"),
        *((f"refused: {k}", f"{r.refused.value:.1%}") for k, r in card.refusals.items()),
        ("ms a question, median", f"{card.latency['total'].median:.1f}"),
    ]
    shown = "".join(f'<div class="card"><b>{v}</b>{escape(name)}</div>' for name, v in cards)
    paragraphs = "".join(f'<p class="soft">{escape(line)}</p>' for line in lines)
    return f'<h1>{escape(made_of.name)}</h1>{paragraphs}<div class="cards">{shown}</div>'


def _rankings(card: Scorecard, at: str, title: str) -> str:
    explained = {
        ARTICLE: "An article counts where its first passage stands. Below the ranking as shipped, "
        "the plain ones, from the same candidates.",
        PASSAGE: "A passage is right when it is of a right article and, where the set says where "
        "the answer stands, holds it.",
    }[at]
    rows = [
        [name, *(_cell(found[at][measure]) for measure in MEASURES)]
        for name, found in card.rankings.items()
    ]
    measured = table([at, *MEASURES], rows, ours=SHIPPED)
    return f'<h2>{title}</h2><p class="soft">{explained}</p>{measured}'


def _answers(card: Scorecard) -> str:
    rows = [[name, _cell(each), f"{each.questions:,}"] for name, each in card.answers.items()]
    return (
        "<h2>Is the answer shown?</h2>"
        '<p class="soft">For the questions whose answer the set gives word for word.</p>'
        + table(["measure", "share", "questions"], rows)
    )


def _point(point: Point) -> list[str]:
    shares = (point.answered, point.refused, point.wrong)
    return [_figure(point.threshold), *(f"{share:.1%}" for share in shares)]


def _refusals(card: Scorecard, threshold: float) -> str:
    says = (
        "Bars: the share that is right among questions of one confidence (darker: more of them). "
        "On the dashed line, the confidence is true."
    )
    figures = [(reliability_diagram(card.reliability), says)]
    if card.refusals:
        figures = [
            (refusal_curve(card.refusals, threshold), "Lower and further right is better."),
            (risk_curve(card.refusals), "Of what is shown, how much is wrong."),
            *figures,
        ]
    drawn = "".join(
        f"<figure>{svg}<figcaption>{caption}</figcaption></figure>" for svg, caption in figures
    )
    return (
        "<h2>Refusal and confidence</h2>"
        f'<p class="soft">The right article came first for {card.right.value:.1%} of the '
        f"answerable questions; {card.answered.value:.1%} were answered, at the shipped threshold "
        f"of {threshold:g}.</p>"
        f'{_refusal_tables(card) if card.refusals else ""}<div class="plots">{drawn}</div>'
    )


def _refusal_tables(card: Scorecard) -> str:
    rows = [
        [kind, f"{each.refused.questions:,}", _cell(each.auroc_right),
         _cell(each.auroc_answerable), _cell(each.refused), _cell(each.refused_at_share),
         _figure(each.reliability.error)]
        for kind, each in card.refusals.items()
    ]  # fmt: skip
    at_share = f"{ANSWERED_SHARE:.0%} answered"
    heads = ["unanswerable", "questions", "AUROC, right first against all else",
             "AUROC, answerable against not", "refused as shipped", f"refused at {at_share}",
             "calibration error"]  # fmt: skip
    points = [
        row
        for kind, each in card.refusals.items()
        for row in (
            [f"{kind}, as shipped", *_point(each.shipped)],
            [f"{kind}, at {at_share}", *_point(each.at_share)],
        )
    ]
    shares = ["threshold", "value", "answered", "refused", "wrong of shown"]
    return table(heads, rows) + table(shares, points)


def _latency(card: Scorecard) -> str:
    rows = [[name, f"{t.median:.1f}", f"{t.p95:.1f}"] for name, t in card.latency.items()]
    return f"<h2>Milliseconds</h2>{table(['stage', 'median', '95 of 100 within'], rows)}"


def _against(against: Mapping[str, Difference]) -> str:
    rows = [
        [name, _cell(each, signed=True), f"{each.p:.4f}", f"{each.questions:,}"]
        for name, each in against.items()
    ]
    return (
        "<h2>Against the earlier run</h2>"
        '<p class="soft">This run less the earlier one, on the questions of both; p is the '
        "probability of a difference as large by chance.</p>"
        + table(["measure", "difference", "p", "questions"], rows)
    )


# The failures to read.


def _failures(failures: Sequence[Failure], threshold: float) -> str:
    parts = ["<h2>The worst failures</h2>"]
    for what, explained in _EXPLAINED.items():
        found = [failure.asked for failure in failures if failure.what == what]
        if found:
            parts.append(f'<h3>{what.capitalize()}</h3><p class="soft">{explained}</p>')
            parts += [_failure(asked, threshold) for asked in found]
    if not failures:
        parts.append("<p>None.</p>")
    return "".join(parts)


def _failure(asked: Asked, threshold: float) -> str:
    verdict = "answered" if asked.answered else "refused"
    kind = "" if asked.kind == ANSWERABLE else f" · {asked.kind}"
    line = (
        f"{verdict}, confidence {asked.confidence:.2f} (threshold {threshold:g}) · "
        f"{asked.question.id}{kind}"
    )
    due = None if asked.right else asked.due
    return (
        f"<article><h3>{escape(asked.question.text)}</h3>"
        f'<p class="soft">{escape(line)}</p><div class="pair">'
        f"{_passage('Came first', asked.first)}{_passage('Should have', due)}</div>"
        f"{_why(asked.first, due)}</article>"
    )


def _passage(label: str, shown: Shown | None) -> str:
    if shown is None:
        return "" if label == "Should have" else "<div><h4>Nothing was found</h4></div>"
    place = "was not found" if shown.place is None else f"place {shown.place}"
    where = "" if shown.place == 1 else f" ({place})"
    return (
        f"<div><h4>{label}{where}: {escape(shown.title)}</h4>"
        f"<blockquote>{_marked(shown)}</blockquote></div>"
    )


def _marked(shown: Shown) -> str:
    """Return a passage's text, escaped, with its highlights marked."""
    parts, at = [], 0
    for start, end in sorted(shown.highlights):
        begin = max(start, at)
        if end > begin:
            inside = escape(shown.text[begin:end])
            parts += [escape(shown.text[at:begin]), f"<mark>{inside}</mark>"]
            at = end
    return "".join([*parts, escape(shown.text[at:])])


def _why(first: Shown | None, due: Shown | None) -> str:
    """Return a table of the scores, the larger of two in bold."""
    if first is None or not first.scores:
        return ""
    heads = ["scores", *first.scores]
    rivals = due.scores if due is not None else {}
    rows = [["came first", *_scores(first.scores, rivals)]]
    if rivals:
        rows.append(["should have", *_scores(rivals, first.scores)])
    return table(heads, rows)


def _scores(own: Mapping[str, float], other: Mapping[str, float]) -> list[str]:
    return [
        f"<b>{value:.3f}</b>" if value > other.get(name, value) else f"{value:.3f}"
        for name, value in own.items()
    ]
