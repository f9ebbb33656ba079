"""The composition root's part that fits the confidence to the operator's own archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from bot.composition import answering_encoder, calibration_file, chunking, open_archive
from config.settings import Settings
from retrieval.archive import recipe_of
from retrieval.calibrating import (
    FEWEST_ARTICLES,
    FEWEST_LABELS,
    Flags,
    Rehearsal,
    refitted,
    shifted,
)
from retrieval.confidence import THRESHOLDS, Calibration
from retrieval.encoder import Vectors
from retrieval.errors import EvaluationError, QuestionError, StorageError
from retrieval.generation import Generations
from retrieval.questionset import Question, read_set
from retrieval.refusal import Confidences, reliability


@dataclass(frozen=True, slots=True)
class Heard:
    """The first hits that questions brought.

    Attributes:
        features: What is known of each, shape (hits, features).
        right: Whether its article answers, shape (hits,).
        answerable: Whether any article does, shape (hits,).
    """

    features: Vectors
    right: Flags
    answerable: Flags


def reset_calibration(settings: Settings, out: Console, dry_run: bool) -> None:
    """Go back to the calibration that Footnote comes with.

    Raises:
        StorageError: The file cannot be deleted.
    """
    path = calibration_file(settings)
    if not path.exists():
        out.print("There is no calibration of this archive; nothing to reset.")
        return
    if dry_run:
        out.print(f"{path} would be deleted.", markup=False)
        return
    try:
        path.unlink()
    except OSError as error:
        raise StorageError(
            f"{path} cannot be deleted ({error}); check the permissions of the data folder."
        ) from error
    out.print("The confidence is again the one that Footnote comes with, after a restart.")


def calibrate_archive(
    settings: Settings,
    folder: Path | None,
    qrels: str,
    dry_run: bool,
    out: Console,
    err: Console,
) -> None:
    """Fit the confidence to the archive; print before and after, and keep it.

    Args:
        settings: The settings.
        folder: A question set, None to ask the archive's own sentences.
        qrels: The name of the set's judgements.
        dry_run: Whether nothing is kept.
        out: Where the figures go.
        err: Where progress goes.

    Raises:
        EvaluationError: The set cannot be used, or it or the archive is too small.
        IndexMissing: Nothing has been indexed yet.
        FootnoteError: The data folder or the model cannot be used.
    """
    shipped = Calibration.load()
    heard = _ask(settings, shipped, folder, qrels, err)
    if folder is None:
        fitted = shifted(shipped, heard.features)
    else:
        _check_labels(heard)
        fitted = refitted(shipped, heard.features, heard.right)
    before = _before(settings, shipped, err)
    _show(out, settings, heard, before, fitted)
    path = calibration_file(settings)
    if dry_run:
        out.print(f"\n{path} was not written.", markup=False)
        return
    try:
        fitted.save(path)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error}); check the disk's free space and permissions."
        ) from error
    out.print(f"\n{path} was written; a running bot uses it after a restart.", markup=False)


def _before(settings: Settings, shipped: Calibration, err: Console) -> Calibration:
    """Return what the archive answers by now; a damaged file is about to be replaced."""
    path = calibration_file(settings)
    if not path.exists():
        return shipped
    try:
        return Calibration.load(path)
    except StorageError:
        err.print(f"{path} is damaged; it is compared with the shipped one.", markup=False)
        return shipped


def _ask(
    settings: Settings, shipped: Calibration, folder: Path | None, qrels: str, err: Console
) -> Heard:
    encoder = answering_encoder(settings)
    archive = open_archive(settings, calibration=shipped)
    try:
        articles = len(archive.articles())
        if articles < FEWEST_ARTICLES:
            raise EvaluationError(
                f"The archive has {articles} articles, too few to calibrate by; "
                f"index {FEWEST_ARTICLES} or more first."
            )
        recipe = recipe_of(encoder, chunking(settings, encoder))
        index = Generations(settings.data_dir).open_current(recipe)
        rehearsal = Rehearsal(archive, index, encoder)
        with Bar(console=err, transient=True) as bar:
            if folder is None:
                return _hidden(rehearsal, bar)
            found = read_set(folder, qrels)
            return _judged(rehearsal, [*found.questions, *found.unanswerable], bar)
    finally:
        archive.close()


def _hidden(rehearsal: Rehearsal, bar: Bar) -> Heard:
    asked = bar.track(rehearsal.hidden_questions(), description="Asking")
    rows = [first.features for q in asked if (first := rehearsal.first(q.text, q.entry))]
    if len(rows) < FEWEST_ARTICLES:
        raise EvaluationError(
            f"Only {len(rows)} articles have a sentence long enough to ask by; index longer "
            "articles, or name a question set."
        )
    none = np.zeros(len(rows), dtype=np.bool_)
    return Heard(np.array(rows), none, none)


def _judged(rehearsal: Rehearsal, questions: Iterable[Question], bar: Bar) -> Heard:
    def firsts() -> Iterator[tuple[Vectors, bool, bool]]:
        for question in bar.track(list(questions), description="Asking"):
            try:
                first = rehearsal.first(question.text)
            except QuestionError as error:
                raise QuestionError(
                    f"The question {question.id} cannot be asked. {error}"
                ) from error
            if first is not None:
                right = first.article_id in question.relevant
                yield first.features, right, bool(question.relevant)

    found = list(firsts())
    if not found:
        raise EvaluationError("None of the questions brings a hit; name another question set.")
    rows, right, answerable = zip(*found, strict=True)
    return Heard(np.array(rows), np.array(right), np.array(answerable))


def _check_labels(heard: Heard) -> None:
    right, wrong = int(heard.right.sum()), int((~heard.right).sum())
    if min(right, wrong) < FEWEST_LABELS:
        raise EvaluationError(
            f"The questions bring {right} right and {wrong} wrong first hits, and "
            f"{FEWEST_LABELS} of each are needed; add questions, or run `footnote calibrate` "
            "without a set."
        )


def _show(
    out: Console, settings: Settings, heard: Heard, before: Calibration, after: Calibration
) -> None:
    """Print what both calibrations make of the same first hits, at the threshold in use."""
    limit = THRESHOLDS[settings.search.caution]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, head in enumerate(("", "before", "after")):
        table.add_column(head, justify="right" if number else "left", no_wrap=True)
    sure = [np.array([each.probability(row) for row in heard.features]) for each in (before, after)]
    labelled = bool(heard.answerable.any())
    kinds = (
        [("right first hits answered", heard.right), ("wrong first hits refused", ~heard.right)]
        if labelled
        else [("hidden sentences refused", ~heard.right)]
    )
    for name, rows in kinds:
        shares = [np.mean((each[rows] >= limit) == heard.right[rows]) for each in sure]
        table.add_row(f"{name}, of {int(rows.sum())}", *(f"{share:.1%}" for share in shares))
    moved = [each.intercept for each in (before, after)]
    table.add_row("intercept", *(f"{value:.2f}" for value in moved))
    out.print(table)
    if labelled:
        _show_reliability(out, heard, sure)


def _show_reliability(out: Console, heard: Heard, sure: list[np.ndarray]) -> None:
    """Print, for each tenth of confidence, how many first hits are right."""
    for name, scores in zip(("before", "after"), sure, strict=True):
        own = heard.answerable
        found = reliability(Confidences(scores[own], heard.right[own], scores[~own]))
        table = Table(box=None, header_style="bold", pad_edge=False)
        for head in (f"confidence, {name}", "questions", "mean", "right"):
            table.add_column(head, justify="right", no_wrap=True)
        for row in found.bins:
            cells = (str(row.questions), f"{row.confidence:.2f}", f"{row.right:.2f}")
            table.add_row(f"{row.low:.1f}–{row.high:.1f}", *cells)
        out.print()
        out.print(table)
        out.print(f"Calibration error: {found.error:.3f}")
