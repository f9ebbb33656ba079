"""The composition root's part that measures: a question set becomes an archive, asked and judged.

It reads formats, as indexing does, and brings ir-measures; no process that only
answers imports it.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress as Bar

from bot import console
from bot.composition import answering_encoder, chunking, models_folder, open_archive
from bot.scoreboard import show_evaluation
from config.settings import Settings
from retrieval.archive import Archive, recipe_of
from retrieval.collecting import Plan, Tell
from retrieval.confidence import THRESHOLDS
from retrieval.distractors import unpacked
from retrieval.errors import EvaluationError
from retrieval.evaluate import ANSWERABLE, Asked, Examiner
from retrieval.evaluationpage import page
from retrieval.generation import Generations
from retrieval.indexing import Indexer
from retrieval.manifest import Manifest
from retrieval.model import prepare_encoder
from retrieval.questionset import Question, QuestionSet, read_foreign, read_set
from retrieval.report import Progress, Report
from retrieval.resampling import Difference
from retrieval.runs import (
    Circumstances,
    Row,
    check_writable,
    compare,
    load_run,
    question_fields,
    run_fields,
    write_text,
)
from retrieval.scorecard import Scorecard, score
from retrieval.sources import Labels, Limits, Unread
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.files import FileSource
from retrieval.sources.parser import Parser
from retrieval.types import digest

_UNANSWERABLE = "unanswerable"


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be measured.

    Attributes:
        folder: The question set.
        qrels: The name of its judgements.
        distractors: Files of articles that are indexed with its corpus.
        foreign: Other sets, each `DIR` or `DIR:QRELS`.
        sample: How many questions of each kind are asked, None for all.
        against: The JSON of an earlier run, or None.
        json_file: Where everything is written for machines, or None.
        html_file: Where a page is written to read, or None.
    """

    folder: Path
    qrels: str
    distractors: Sequence[Path]
    foreign: Sequence[str]
    sample: int | None
    against: Path | None
    json_file: Path | None
    html_file: Path | None


@dataclass(frozen=True, slots=True)
class Kind:
    """Questions that are asked as one kind.

    Attributes:
        name: The kind.
        questions: The questions.
    """

    name: str
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run.

    Attributes:
        made_of: What it was made of.
        asked: What came of every question.
        card: The same, summed up.
        against: How it differs from an earlier run, None without one.
        unread: What of the articles could not be read.
    """

    made_of: Circumstances
    asked: Sequence[Asked]
    card: Scorecard
    against: dict[str, Difference] | None
    unread: Sequence[Unread]


def measure_and_report(settings: Settings, request: Request, out: Console, err: Console) -> None:
    """Measure a question set; print the figures and write the reports that are asked for.

    Args:
        settings: The settings.
        request: What is to be measured.
        out: Where results go.
        err: Where progress goes, and what could not be read.

    Raises:
        EvaluationError: A set, an earlier run or a file to write cannot be used.
        FootnoteError: The model or the data folder cannot be used.
    """
    for path in (request.json_file, request.html_file):
        if path is not None:
            check_writable(path)
    with Bar(console=err, transient=True) as bar:
        task = bar.add_task("Reading", total=None)

        def tell(progress: Progress) -> None:
            stage = f"{progress.stage.capitalize()}: {progress.articles:,} articles"
            bar.update(task, description=stage, total=1.0, completed=progress.share or 0.0)

        def asking(count: int) -> Callable[[], None]:
            bar.update(task, description=f"Asking {count:,} questions", total=count, completed=0)
            return lambda: bar.advance(task)

        made = evaluate(settings, request, tell, asking)
    # The files first: whoever reads the tables may be gone, as `| head` is.
    if request.json_file is not None:
        row = run_fields(made.made_of, made.asked, made.card, made.against)
        write_text(request.json_file, json.dumps(row, ensure_ascii=False) + "\n")
    if request.html_file is not None:
        write_text(request.html_file, page(made.made_of, made.card, made.against))
    if made.unread:
        console.show_failed(err, made.unread)
    show_evaluation(out, made.made_of, made.card, made.against)


def evaluate(
    settings: Settings,
    request: Request,
    tell: Tell,
    asking: Callable[[int], Callable[[], None]],
) -> Evaluation:
    """Index a question set apart from the archive, ask it its questions, and judge.

    Args:
        settings: The settings.
        request: What is to be measured.
        tell: Hears of indexing's progress.
        asking: Is told how many questions there are; what it returns is called after each.

    Raises:
        EvaluationError: A set or an earlier run cannot be used.
        FootnoteError: The model or the data folder cannot be used.
    """
    earlier = None if request.against is None else load_run(request.against)
    own = read_set(request.folder, request.qrels).sample(request.sample)
    foreign = [read_foreign(spec).sample(request.sample) for spec in request.foreign]
    data_dir, report = index_set(settings, own, request.distractors, tell)
    archive = open_archive(settings, data_dir)
    try:
        kinds = _kinds(own, foreign)
        asked = _ask(settings, data_dir, archive, kinds, asking(_count(kinds)))
    finally:
        archive.close()
    card = score(asked, archive.search.threshold)
    return Evaluation(
        _circumstances(settings, request, own, foreign, data_dir),
        asked,
        card,
        None if earlier is None else _against(asked, card, earlier),
        report.failed,
    )


def _count(kinds: Sequence[Kind]) -> int:
    return sum(len(kind.questions) for kind in kinds)


def _against(asked: Sequence[Asked], card: Scorecard, earlier: Row) -> dict[str, Difference]:
    return compare([question_fields(a, card) for a in asked], earlier["questions"])


def index_set(
    settings: Settings, own: QuestionSet, distractors: Sequence[Path], tell: Tell
) -> tuple[Path, Report]:
    """Bring the index of a question set up to date; return its data folder and what was done.

    It is kept below the user's data folder, a folder for each choice of files, so
    that the indexer finds what is unchanged, and embeds anew only what is not.

    Raises:
        EvaluationError: A file of articles cannot be read.
        FootnoteError: The model or the data folder cannot be used.
    """
    kept = settings.data_dir / "eval"
    chosen = [own.corpus, *(path.resolve() for path in distractors)]
    data_dir = kept / f"{own.name}-{digest(*map(str, chosen))}"
    paths = [unpacked(path, kept / "unpacked") for path in chosen]
    model = settings.model
    how = Reading(
        form=DumpFormat(settings.dump.title, settings.dump.end),
        kind="jsonlines",
        labels=Labels(),
        limits=Limits(**settings.limits.model_dump()),
    )
    with Parser(settings.limits.seconds) as parser:
        sources = [FileSource(path, how, parser) for path in paths]
        encoder = prepare_encoder(
            models_folder(settings), model.name, model.sha256, 0, model.runtime
        )
        plan = Plan(sources, configured=True, keep=1)
        report = Indexer(data_dir, encoder, chunking(settings, encoder), plan, tell).run()
    if not report.articles:
        raise EvaluationError(
            f"{own.corpus} holds no article that can be read; write "
            '{"_id": …, "title": …, "text": …} on each line.'
        )
    return data_dir, report


def _kinds(own: QuestionSet, foreign: Sequence[QuestionSet]) -> list[Kind]:
    """Return the questions by kind; what another set answers, this one's corpus does not."""
    kinds = [Kind(ANSWERABLE, own.questions), Kind(_UNANSWERABLE, own.unanswerable)]
    kinds += [
        Kind(f"{other.name}:{other.qrels}", [Question(q.id, q.text, {}) for q in other.questions])
        for other in foreign
    ]
    return [kind for kind in kinds if kind.questions]


def _ask(
    settings: Settings,
    data_dir: Path,
    archive: Archive,
    kinds: Sequence[Kind],
    done: Callable[[], None],
) -> list[Asked]:
    encoder = answering_encoder(settings)
    index = Generations(data_dir).open_current(recipe_of(encoder, chunking(settings, encoder)))
    examiner = Examiner(archive, index, encoder)
    # The first question pays for what is loaded once; it is no measure of the others.
    archive.ask(kinds[0].questions[0].text)
    return [a for kind in kinds for a in examiner.ask(kind.name, kind.questions, done)]


def _circumstances(
    settings: Settings,
    request: Request,
    own: QuestionSet,
    foreign: Sequence[QuestionSet],
    data_dir: Path,
) -> Circumstances:
    generations = Generations(data_dir)
    name = generations.current() or ""
    manifest = Manifest.load(generations.folder / name)
    return Circumstances(
        version=importlib.metadata.version("footnote"),
        name=own.name,
        qrels=own.qrels,
        sample=request.sample,
        distractors=tuple(path.name for path in request.distractors),
        foreign=tuple(f"{other.name}:{other.qrels}" for other in foreign),
        threshold=THRESHOLDS[settings.search.caution],
        settings=settings.model_dump(
            mode="json", include={"language", "model", "passages", "search"}
        ),
        model=manifest.recipe.model,
        weights_sha256=manifest.recipe.weights_sha256,
        generation=name,
        articles=manifest.articles,
        passages=manifest.passages,
        sentences=manifest.sentences,
    )
