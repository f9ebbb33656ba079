"""The `footnote` command."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from bot import console, contract
from bot.composition import answering_encoder, chunking, open_archive
from bot.firstindex import index_first
from bot.learning import fields, learn_from_votes, learned_after
from bot.logs import configure
from config.settings import (
    DEFAULTS,
    Settings,
    discord_token,
    load_settings,
    settings_file,
)
from retrieval.archive import Archive, recipe_of
from retrieval.catalog import Catalog
from retrieval.database import Database
from retrieval.errors import (
    EvaluationError,
    FootnoteError,
    GateClosed,
    GenerationForeign,
    IndexMissing,
    ModelError,
    NotFound,
    QuestionError,
    SettingsError,
    SourceError,
)
from retrieval.generation import Generations
from retrieval.report import Progress
from retrieval.types import OPERATOR, Filters

USER_MISTAKES = (
    SettingsError, QuestionError, NotFound, IndexMissing, SourceError, EvaluationError
)  # fmt: skip
"""Errors that end with exit code 2; every other one ends with 1."""

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Your settings file.", show_default=False)
]
DataOption = Annotated[
    Path | None, typer.Option("--data-dir", help="The data folder.", show_default=False)
]
AnyDateOption = Annotated[
    bool, typer.Option("--any-date", help="Let a date in the question narrow nothing.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

app = typer.Typer(
    name="footnote",
    help="Ask an archive of articles; get the passages that answer, word for word, cited.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# Articles may hold ":ship:", which is their text and no picture.
# What is piped on is not wrapped to the width of a terminal that is not there.
out = Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else 10_000)
err = Console(
    stderr=True, highlight=False, emoji=False, width=None if sys.stderr.isatty() else 10_000
)


class Context:
    """Where settings come from: what was said before the sub-command, or behind it."""

    def __init__(self, config: Path | None, data_dir: Path | None) -> None:
        self.config = config
        self.data_dir = data_dir

    def settings(self, config: Path | None, data_dir: Path | None) -> Settings:
        """Return the settings; what stands behind the sub-command wins."""
        self.config = config or self.config
        self.data_dir = data_dir or self.data_dir
        settings = load_settings(self.config, self.data_dir)
        configure(settings.log_level)
        return settings

    def command(self, *arguments: str) -> list[str]:
        """Return the command line that runs a sub-command with the same settings."""
        line = [sys.executable, "-m", "bot"]
        if self.config:
            line += ["--config", str(self.config)]
        if self.data_dir:
            line += ["--data-dir", str(self.data_dir)]
        return [*line, *arguments]


@app.callback()
def _before(
    context: typer.Context, config: ConfigOption = None, data_dir: DataOption = None
) -> None:
    context.obj = Context(config, data_dir)


@contextlib.contextmanager
def _indexed(context: Context, settings: Settings) -> Iterator[Archive]:
    """Open the archive, indexing first in a child process where nothing can answer yet."""
    try:
        archive = open_archive(settings)
    except (IndexMissing, GenerationForeign, ModelError) as error:
        err.print(f"{error} Indexing now …", markup=False)
        index_first(context.command("index"))
        archive = open_archive(settings)
    try:
        yield archive
    finally:
        archive.close()


# Commands.


@app.command()
def run(context: typer.Context, config: ConfigOption = None, data_dir: DataOption = None) -> None:
    """Run the Discord bot; its token is read from DISCORD_TOKEN."""
    settings = context.obj.settings(config, data_dir)
    token = discord_token()
    if token is None:
        raise SettingsError(
            "DISCORD_TOKEN is not set; set it to your bot's token (the handbook's page "
            "“Create the bot in Discord” says how), or run `footnote chat` to ask in a terminal."
        )
    # discord.py takes a third of a second to import; no other command needs it.
    from bot.access import Access
    from bot.client import Options, WatchLimits, serve
    from bot.listening import Listening
    from bot.refreshing import ListedSource

    access, discord = settings.access, settings.discord
    options = Options(
        access=Access(access.public, access.servers, access.channels, access.roles),
        admins=discord.admins,
        admin_roles=discord.admin_roles,
        home_servers=discord.home_servers,
        cooldown=discord.cooldown,
        concurrency=discord.concurrency,
        keep_answers=discord.keep_answers,
        correct_days=discord.correct_days,
        data_dir=settings.data_dir,
        index_command=context.obj.command("index", "--json"),
        sources=tuple(
            ListedSource(
                name=str(source.path or source.url),
                label=source.source or str(source.url or source.path),
                every=source.every,
            )
            for source in settings.sources
        ),
        listening=Listening(**dict(discord.listening)),
        watches=WatchLimits(**dict(discord.watches), timezone=settings.timezone),
    )
    with _indexed(context.obj, settings) as archive:
        serve(archive, options, token.get_secret_value())


@app.command("chat")
def chat_(context: typer.Context, config: ConfigOption = None, data_dir: DataOption = None) -> None:
    """Ask in the terminal; without one, each line of standard input is a question."""
    settings = context.obj.settings(config, data_dir)
    with _indexed(context.obj, settings) as archive:
        if sys.stdin.isatty():
            count = len(archive.articles())
            hint = "Ask a question, or + and a follow-up; Ctrl-D ends."
            out.print(f"{count} articles. {hint}", style="dim")
        console.chat(out, archive.ask, console.typed(out))


@app.command()
def index(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, web addresses; else the settings' sources."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read and embed all again.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Publish even where golden questions fall.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print progress and summary as JSON lines.")
    ] = False,
    config: ConfigOption = None,
    data_dir: DataOption = None,
) -> None:
    """Bring the index up to date with its sources, or with the named ones alone."""
    # What reads the formats takes a second to import, and no other command needs it.
    from bot.sourcing import index_sources

    settings = context.obj.settings(config, data_dir)
    read = partial(index_sources, settings, sources or [], full, dry_run, accept=accept)
    if as_json:
        report = read(lambda progress: _print_json(contract.progress_fields(progress)))
        learned = None if dry_run else learned_after(settings, report)
        _print_json({**contract.report_fields(report), "prior": learned and fields(learned)})
    else:
        with Bar(console=err, transient=True) as bar:
            task = bar.add_task("Reading", total=None)

            def tell(progress: Progress) -> None:
                done = f"{progress.articles:,} articles"
                bar.update(
                    task,
                    description=f"{progress.stage.capitalize()}: {done}",
                    total=None if progress.share is None else 1.0,
                    completed=progress.share or 0.0,
                )

            report = read(tell)
        console.show_report(out, err, report, dry_run=dry_run)
        if not dry_run and (learned := learned_after(settings, report)):
            out.print(learned.sentence, markup=False)
    if report.gate is not None and report.gate.stops:
        raise GateClosed(report.gate.sentence)
    if report.failed and not report.read:
        raise typer.Exit(1)


def _print_json(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="Passages at most.")] = 5,
    batch: Annotated[
        bool, typer.Option("--batch", help="Read a question a line; print a JSON line each.")
    ] = False,
    any_date: AnyDateOption = False,
    why: Annotated[bool, typer.Option("--why", help="Say why each passage was chosen.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataOption = None,
) -> None:
    """Answer a question with cited passages, or say that the archive does not."""
    settings = context.obj.settings(config, data_dir)
    if batch == (question is not None):
        raise QuestionError("Ask one question, or give --batch and a question a line on stdin.")
    archive = open_archive(settings)
    try:
        if question is not None:
            answer = archive.ask(question, k=k, any_date=any_date)
            if as_json:
                _print_json(contract.answer_fields(answer))
            else:
                console.show_answer(out, answer, why=why)
            return
        for raw in sys.stdin.buffer:
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            try:
                answer = archive.ask(line, k=k, any_date=any_date)
                _print_json(contract.answer_fields(answer))
            except QuestionError as error:
                _print_json({"question": line, "error": str(error)})
    finally:
        archive.close()


@app.command()
def article(
    context: typer.Context,
    title_or_id: Annotated[str, typer.Argument(help="Its title, or its id.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataOption = None,
) -> None:
    """Look one article up, with its text."""
    archive = open_archive(context.obj.settings(config, data_dir))
    try:
        version = archive.look_up(title_or_id)
        found = archive.catalog.find(version.article_id)
    finally:
        archive.close()
    withdrawn_at = found[1] if found else None
    if as_json:
        _print_json(contract.full_article(version, withdrawn_at))
        return
    console.show_article(out, version, withdrawn_at)


def _time(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise QuestionError(
            f"{option} takes a date such as 2025-03-01, not {text!r}; write it so."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@app.command()
def articles(
    context: typer.Context,
    collection: Annotated[str | None, typer.Option(help="Only this collection.")] = None,
    author: Annotated[str | None, typer.Option(help="Only by this author.")] = None,
    source: Annotated[str | None, typer.Option(help="Only this publication.")] = None,
    after: Annotated[str | None, typer.Option(help="Only published at or after.")] = None,
    before: Annotated[str | None, typer.Option(help="Only published before.")] = None,
    text: Annotated[bool, typer.Option("--text", help="With --json: their texts too.")] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="What could not be read, instead of the articles.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataOption = None,
) -> None:
    """List the articles, or what could not be read when the sources were read last."""
    if failed:
        _show_failed(context.obj.settings(config, data_dir), as_json)
        return
    archive = open_archive(context.obj.settings(config, data_dir))
    try:
        filters = Filters(
            collection, author, source, _time(after, "--after"), _time(before, "--before")
        )
        entries = archive.articles(filters, OPERATOR)
        if as_json:
            for version in archive.read(entries):
                _print_json(
                    contract.full_article(version) if text else contract.article_fields(version)
                )
            return
        console.show_entries(out, entries)
    finally:
        archive.close()


def _show_failed(settings: Settings, as_json: bool) -> None:
    database = Database(settings.data_dir)
    try:
        found = Catalog(database).failed()
    finally:
        database.close()
    if as_json:
        for unread in found:
            _print_json(contract.failure_fields(unread))
    elif found:
        console.show_failed(out, found)
    else:
        out.print("Everything could be read when the sources were read last.")


@app.command()
def generations(
    context: typer.Context,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every file to its end, also of a large index.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataOption = None,
) -> None:
    """List the generations of the index, whether they are whole, and the one that answers."""
    kept = Generations(context.obj.settings(config, data_dir).data_dir)
    reviewed = kept.review(thorough=verify)
    for each in reviewed:
        if as_json:
            _print_json(contract.generation_fields(each))
        else:
            console.show_generation(out, each)
    if verify and any(each.problem for each in reviewed):
        raise typer.Exit(1)


@app.command()
def rollback(
    context: typer.Context,
    generation: Annotated[str | None, typer.Argument(help="Else the one before.")] = None,
    config: ConfigOption = None,
    data_dir: DataOption = None,
) -> None:
    """Let an earlier generation answer again."""
    settings = context.obj.settings(config, data_dir)
    encoder = answering_encoder(settings)
    kept = Generations(settings.data_dir)
    with kept.lock():
        name = kept.roll_back(generation, recipe_of(encoder, chunking(settings, encoder)))
    out.print(f"Generation {name} answers.")


@app.command("eval")
def eval_(
    context: typer.Context,
    dataset_dir: Annotated[Path, typer.Argument(help="A question set's folder, in BEIR layout.")],
    qrels: Annotated[
        str, typer.Option(metavar="NAME", help="Which judgements, of qrels/NAME.tsv.")
    ] = "test",
    distractors: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="FILE", help="JSON lines, or gzipped, to index as well."),
    ] = None,
    foreign: Annotated[
        list[str] | None,
        typer.Option(metavar="DIR[:QRELS]", help="A set that this corpus should not answer."),
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Ask only so many of each kind.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare with an earlier run's JSON.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write everything as JSON.")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page to read.")
    ] = None,
    config: ConfigOption = None,
    data_dir: DataOption = None,
) -> None:
    """Measure answers, ranking and refusals by a question set."""
    # It reads formats as `index` does, and brings libraries that no answer needs.
    from bot.evaluating import Request, measure_and_report

    settings = context.obj.settings(config, data_dir)
    request = Request(
        dataset_dir, qrels, distractors or (), foreign or (), sample, against, json_file, html_file
    )
    measure_and_report(settings, request, out, err)


@app.command()
def calibrate(
    context: typer.Context,
    dataset_dir: Annotated[
        Path | None, typer.Argument(help="Judged questions to fit to, a set in BEIR layout.")
    ] = None,
    qrels: Annotated[
        str, typer.Option(metavar="NAME", help="Which judgements, of qrels/NAME.tsv.")
    ] = "test",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only print what would change.")
    ] = False,
    reset: Annotated[
        bool, typer.Option("--reset", help="Go back to the confidence Footnote comes with.")
    ] = False,
    config: ConfigOption = None,
    data_dir: DataOption = None,
) -> None:
    """Fit the confidence to your archive, with judged questions or without."""
    # It is needed now and then; no answer needs it.
    from bot.calibrating import calibrate_archive, reset_calibration

    settings = context.obj.settings(config, data_dir)
    if reset:
        reset_calibration(settings, out, dry_run)
    else:
        calibrate_archive(settings, dataset_dir, qrels, dry_run, out, err)


@app.command("learn")
def learn_(
    context: typer.Context,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataOption = None,
) -> None:
    """Let readers' votes rank passages, where the golden questions fare better with them."""
    learned = learn_from_votes(context.obj.settings(config, data_dir))
    if as_json:
        _print_json(fields(learned))
    else:
        out.print(learned.sentence, markup=False)


@app.command()
def doctor(
    context: typer.Context, config: ConfigOption = None, data_dir: DataOption = None
) -> None:
    """Check settings, model, index, token, intents and permissions; say what to do."""
    # The token is tried through discord.py, which no other look-up needs.
    from bot.doctor import Check, examine

    settings = context.obj.settings(config, data_dir)
    checks = [Check("settings", True, str(settings_file(context.obj.config) or DEFAULTS))]
    checks += examine(
        settings.data_dir,
        [source.path for source in settings.sources if source.path],
        lambda: open_archive(settings),
        discord_token(),
        listens=bool(settings.discord.listening.channels),
    )
    for check in checks:
        mark = "[green]✓[/green]" if check.passed else "[red]✗[/red]"
        out.print(mark, f"{check.name}:", end=" ")
        out.print(check.finding, markup=False)
    if not all(check.passed for check in checks):
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; every failure ends in a sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except USER_MISTAKES as error:
        err.print(str(error), markup=False, soft_wrap=True)
        sys.exit(2)
    except FootnoteError as error:
        err.print(str(error), markup=False, soft_wrap=True)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has gone, as `| head` does.
        sys.stderr.close()
        sys.exit(1)
    except Exception:
        logging.getLogger(__name__).exception("Footnote failed")
        err.print(
            "Footnote failed in a way it does not know; the lines above say where. "
            "Run `footnote doctor`, and report them if that finds nothing."
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
