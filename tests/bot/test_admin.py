"""Reindexing from Discord: who may, what it shows, and what comes of a run that goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.refreshing import ListedSource
from retrieval.archive import Archive
from retrieval.types import Article
from tests.conftest import Library
from tests.hashed import HashedEncoder
from tests.loopback import Channel, Kind, Message, Permission, User, buttons, visible_text
from tests.loopback.interactions import InteractionRecord

from .hostile import active_markup
from .stage import (
    PATIENCE,
    Stage,
    assert_clean,
    bot_here,
    bot_process,
    discord_stage,
    eventually,
    failures,
    rows,
    write_settings,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOT_YOURS = "Only those who administer the archive may do that."


@pytest_asyncio.fixture(loop_scope="session")
async def own_stage() -> AsyncIterator[Stage]:
    """Yield a Discord of this test's own; afterwards no rule was broken."""
    async with discord_stage() as stage:
        yield stage
        assert_clean(stage.server)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Yield an archive of two articles, one of them the board's."""
    library = Library(tmp_path_factory.mktemp("admin") / "data", HashedEncoder())
    library.shelve(*NETS)
    yield library.open()
    library.close()


NETS = (
    Article(title="Who mends the nets", text="Greta mends them.", location="1", given_id="n1"),
    Article(
        title="A loan of *millions*",
        text="The Quillon Bank lends.",
        location="2",
        given_id="n2",
        collection="board",
    ),
)


LISTED = (
    ListedSource("/srv/nets", "Nets, and *how* to mend them", None),
    ListedSource("https://example.org/feed", "The Feed", None),
    *(ListedSource(f"/srv/{number}", f"Shelf {number}" * 30, None) for number in range(40)),
)


async def reindex(stage: Stage, user: User, channel: Channel, **options: Any) -> InteractionRecord:
    """Use `/reindex`, and wait for the first sign of it."""
    record = await stage.server.slash(user, channel, "reindex", options)
    await record.response(PATIENCE)
    return record


def shown(record: InteractionRecord) -> str:
    """Return what an interaction shows now."""
    return "\n".join(visible_text(message) for message in record.messages)


async def shows(record: InteractionRecord, words: str, patience: float = PATIENCE) -> Message:
    """Wait until an interaction shows some words."""
    return await record.wait_for(lambda message: words in visible_text(message), patience)


# A child process that reports whatever a test wants.

_CHILD = """
import json, os, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
with (folder / "runs").open("a") as runs:
    runs.write(f"{os.getpriority(os.PRIO_PROCESS, 0)} {sys.argv[2:]}\\n")
for line in (folder / "script").read_text().splitlines():
    kind, _, rest = line.partition(" ")
    if kind == "say":
        print(rest, flush=True)
    elif kind == "err":
        print(rest, file=sys.stderr, flush=True)
    elif kind == "wait":
        while not (folder / rest).exists():
            time.sleep(0.01)
    elif kind == "exit":
        os._exit(int(rest))
"""


class Child:
    """The index run of a test: a process that says and does what it is told.

    Attributes:
        command: The command line that starts it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.command = [sys.executable, "-c", _CHILD, str(folder)]

    def forget(self) -> None:
        """Be as new."""
        for path in self._folder.iterdir():
            path.unlink()

    def script(self, *lines: str) -> None:
        """Set what a run does: `say JSON`, `err WORDS`, `wait NAME`, `exit CODE`."""
        (self._folder / "script").write_text("\n".join(lines))

    def open(self, name: str) -> None:
        """Let a run go on that waits."""
        (self._folder / name).touch()

    @property
    def runs(self) -> list[str]:
        """The niceness and the arguments of every run."""
        path = self._folder / "runs"
        return path.read_text().splitlines() if path.exists() else []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def troupe(
    shelf: Archive, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Stage, Child]]:
    """Yield a stage with the bot on it, in this process, and the index run that it starts."""
    folder = tmp_path_factory.mktemp("troupe")
    child = Child(folder / "child")
    async with (
        discord_stage() as stage,
        bot_here(stage, shelf, stage.options(folder, child.command, sources=LISTED)),
    ):
        await stage.server.wait_until_synced(PATIENCE)
        yield stage, child


@pytest_asyncio.fixture(loop_scope="session")
async def stage(troupe: tuple[Stage, Child]) -> AsyncIterator[Stage]:
    """Yield that stage; afterwards no rule was broken."""
    stage, _ = troupe
    known = len(stage.server.violations)
    yield stage
    assert_clean(stage.server, known)


@pytest.fixture
def child(troupe: tuple[Stage, Child]) -> Iterator[Child]:
    """Yield that index run, with nothing told of it; afterwards it waits for nothing."""
    _, child = troupe
    child.forget()
    yield child
    child.open("go")


@pytest.fixture
def channel(stage: Stage) -> Channel:
    """Return a channel of the server."""
    return stage.channel()


def report(**more: Any) -> str:
    """Return the line that ends a run's report."""
    known: dict[str, Any] = {
        "event": "done", "added": [], "changed": [], "withdrawn": [], "unchanged": 2,
        "failed": [], "generation": "000001", "published": False, "articles": 2,
        "passages": 2, "seconds": 1.5,
    }  # fmt: skip
    known |= more
    named = ("added", "changed", "withdrawn", "failed")
    known["counts"] = {name: len(known[name]) for name in named}
    return "say " + json.dumps(known)


def progress(stage: str, articles: int, passages: int, share: float | None, seconds: float) -> str:
    """Return a line of a run's progress."""
    row = {"event": stage, "articles": articles, "passages": passages}
    return "say " + json.dumps(row | {"share": share, "seconds": seconds})


# Who may.


async def test_only_admins_of_the_archive_may(stage: Stage, child: Child, channel: Channel) -> None:
    """Named users, named roles and a home server's managers may; nobody else, anywhere."""
    server = stage.server
    child.script(report())
    elsewhere = server.add_guild("Elsewhere")
    there = server.add_channel(elsewhere)
    stranger = server.create_user("stranger")
    server.add_member(elsewhere, stranger, permissions=Permission.MANAGE_GUILD)
    manager = stage.person(permissions=Permission.MANAGE_GUILD)
    refused = [
        (stage.person(), channel),
        (stage.person(permissions=Permission.MANAGE_MESSAGES), channel),
        (stranger, there),
        (server.owner, there),
    ]
    for user, place in refused:
        record = await reindex(stage, user, place)
        assert shown(record).startswith(NOT_YOURS)
        assert str(user.id) in shown(record)
        assert record.ephemeral
    assert child.runs == []
    steward = stage.person(roles=[stage.stewards])
    allowed = [
        (stage.operator, channel),
        (stage.operator, server.dm(stage.operator)),
        (steward, channel),
        (manager, channel),
    ]
    for user, place in allowed:
        await shows(await reindex(stage, user, place), "Reindexing done")
    assert len(child.runs) == 4


async def test_a_stewards_role_counts_where_it_is_worn(stage: Stage, child: Child) -> None:
    """A role is a server's: in direct messages its holder is nobody special."""
    steward = stage.person(roles=[stage.stewards])
    record = await reindex(stage, steward, stage.server.dm(steward))
    assert shown(record).startswith(NOT_YOURS)


# What a run shows.


async def test_a_run_is_nice_and_takes_its_option(
    stage: Stage, child: Child, channel: Channel
) -> None:
    """Questions come first: the child process gives way to them."""
    child.script("wait go", report())
    record = await reindex(stage, stage.operator, channel, full=True)
    await eventually(stage, lambda: child.runs, "run")
    child.open("go")
    await shows(record, "Reindexing done")
    assert child.runs[0].endswith(" ['--full']")
    record = await reindex(stage, stage.operator, channel)
    await shows(record, "Reindexing done")
    assert child.runs[1].endswith(" []")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("0", "/srv/nets"), ("The Feed", "https://example.org/feed"), ("/srv/7", "/srv/7"),
        ("https://example.org/other", "https://example.org/other"),
    ],
)  # fmt: skip
async def test_one_source_alone_may_be_read_again(
    stage: Stage, child: Child, channel: Channel, given: str, named: str
) -> None:
    """A source that the settings name, picked or typed, or a web address, is read by itself."""
    child.script(report())
    await shows(await reindex(stage, stage.operator, channel, source=given), "Reindexing done")
    assert child.runs[0].endswith(f" ['{named}']")


@pytest.mark.parametrize("given", ["/etc/passwd", "42", "--full", "file:///etc/passwd", "²"])
async def test_files_of_the_machine_are_not_for_discord(
    stage: Stage, child: Child, channel: Channel, given: str
) -> None:
    """A path that the settings do not name cannot be read into the archive from Discord."""
    record = await reindex(stage, stage.operator, channel, source=given)
    assert shown(record).startswith("Pick a source from the list, or give a web address")
    assert child.runs == []


async def test_sources_are_suggested_to_admins_alone(stage: Stage, channel: Channel) -> None:
    """Admins see the sources that the settings name; where they lie is nobody else's business."""

    async def suggested(user: User, typed: str) -> list[str]:
        choices = await stage.server.autocomplete(user, channel, "reindex", "source", typed)
        return [str(choice["name"]) for choice in choices]

    assert ["The Feed"] == await suggested(stage.operator, "feed")
    assert 25 == len(await suggested(stage.operator, ""))
    assert [] == await suggested(stage.person(), "")


async def test_progress_is_shown_with_the_time_left(
    stage: Stage, child: Child, channel: Channel
) -> None:
    """The reply is edited as the run goes on, no oftener than every three seconds."""
    child.script(
        progress("reading", 1, 0, None, 0.1),
        progress("embedding", 1200, 4800, 0.25, 30),
        "wait half",
        progress("embedding", 2400, 9600, 0.5, 200),
        *[progress("embedding", 2400, 9600, 0.5, 200)] * 50,
        "wait go",
        report(),
    )
    record = await reindex(stage, stage.operator, channel)
    assert shown(record).startswith("### Reindexing\n")
    assert [button.label for button in buttons(record.messages[0])] == ["Cancel"]
    await eventually(stage, lambda: stage.server.clock.now() - record.dispatched_at > 3.2, "time")
    child.open("half")
    await shows(record, "Embedding: 2,400 articles, 9,600 passages (50%), about 3 minutes left")
    child.open("go")
    message = await shows(record, "Reindexing done")
    assert buttons(message) == []
    assert len(message.history) == 3


async def test_a_second_admin_is_told_who_runs_the_first(
    stage: Stage, child: Child, channel: Channel
) -> None:
    """There is one run at a time, however quick the second admin is."""
    other = stage.person("*rival*", roles=[stage.stewards])
    child.script(progress("embedding", 1, 8, 0.5, 4), "wait go", report())
    first = await stage.server.slash(stage.operator, channel, "reindex", {})
    second = await stage.server.slash(other, channel, "reindex", {})
    await second.response(PATIENCE)
    await first.response(PATIENCE)
    told, running = sorted((shown(first), shown(second)), key=lambda text: "already" not in text)
    assert "is reindexing already; it is" in told
    assert active_markup(told) == []
    assert running.startswith("### Reindexing")
    for _ in range(100):
        said = shown(await reindex(stage, other, channel))
        if "Starting" not in said:
            break
        await asyncio.sleep(0.05)
    progress_now = "Embedding: 1 article, 8 passages (50%), about 4 seconds left"
    assert said.endswith(f"it is at “{progress_now}”.")
    child.open("go")
    await shows(first, "Reindexing done")
    assert len(child.runs) == 1
    await shows(await reindex(stage, other, channel), "Reindexing done")


async def test_a_run_is_cancelled_by_any_admin_and_no_one_else(
    stage: Stage, child: Child, channel: Channel
) -> None:
    """Cancel ends the run, which changed nothing; a reader's press does not."""
    child.script("wait forever")
    record = await reindex(stage, stage.operator, channel)
    message = record.messages[0]
    refused = await stage.server.click(stage.person(), message, "Cancel")
    assert shown_alone(await refused.response(PATIENCE)).startswith(NOT_YOURS)
    old = message.components
    await stage.server.click(stage.person(roles=[stage.stewards]), message, "Cancel")
    await shows(record, "Reindexing cancelled")
    assert shown(record) == "### Reindexing cancelled\nNothing was changed."
    message.payload["components"] = old
    again = await stage.server.click(stage.operator, message, "Cancel")
    said = await again.response(PATIENCE)
    assert shown_alone(said) == "That run has ended; there is nothing to cancel."
    child.script(report())
    await shows(await reindex(stage, stage.operator, channel), "Reindexing done")


def shown_alone(message: Message) -> str:
    """Return what a private message says."""
    assert message.ephemeral
    return visible_text(message)


async def test_cancelling_what_has_just_ended_tells_what_was_done(
    stage: Stage, child: Child, channel: Channel
) -> None:
    """A run that had published before it was cancelled has published."""
    child.script(report(published=True, generation="000002"), "wait forever")
    record = await reindex(stage, stage.operator, channel)
    await eventually(stage, lambda: child.runs, "run")
    await eventually(stage, lambda: stage.server.clock.now() - record.dispatched_at > 0.5, "time")
    await stage.server.click(stage.operator, record.messages[0], "Cancel")
    await shows(record, "Generation 000002 published")


# What came of it.


async def test_the_result_names_what_its_readers_may_see(
    stage: Stage, child: Child, channel: Channel
) -> None:
    """Changed titles are named as plain text; those of other collections are only counted."""
    both = [{"id": a.given_id, "title": a.title} for a in NETS]
    child.script(report(added=both, changed=both[1:], withdrawn=both[:1], unchanged=0))
    public = await reindex(stage, stage.operator, channel)
    await shows(public, "Reindexing done")
    lines = shown(public).splitlines()
    assert "(2 added, 1 changed, 1 withdrawn, 0 unchanged)" in lines[1]
    assert lines[2:] == [
        "**Added**: Who mends the nets; 1 more",
        "**Withdrawn**: Who mends the nets",
    ]
    board = await reindex(stage, stage.operator, stage.board_room)
    await shows(board, "Reindexing done")
    assert r"**Added**: Who mends the nets; A loan of \*millions\*" in shown(board)


async def test_a_long_result_is_cut_to_fit(stage: Stage, child: Child, channel: Channel) -> None:
    """Thousands of changes and failures are counted, and a few of them named."""
    refs = [{"id": "n1", "title": "**@everyone** " * 90}] * 3000
    failed = [{"location": "/a/" + "b" * 500, "reason": "has `no` text " * 60}] * 40
    child.script(report(added=refs, changed=refs, withdrawn=refs, failed=failed))
    record = await reindex(stage, stage.operator, channel)
    message = await shows(record, "Reindexing done")
    text = visible_text(message)
    assert "3,000 added" in text
    assert "… and 35 more failures; `footnote articles --failed` lists them." in text
    assert len(text) <= 4000


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (["err It is busy; wait.", "exit 1"], "### Reindexing failed\nIt is busy; wait."),
        (
            ["err first", "err **@everyone** is <@1>", "exit 2"],
            "### Reindexing failed\n\\*\\*\\@everyone\\*\\* is \\<\\@1\\>",
        ),
        (["exit 3"], "### Reindexing failed\nExit code 3."),
        (["say not json", "say 7", "say []", "say {}", "say null", "exit 9"], "Exit code 9."),
        (['say {"event": "embedding"}', "exit 4"], "Exit code 4."),
    ],
    ids=["sentence", "markup", "silence", "garbage", "half"],
)
async def test_a_run_that_fails_is_told(
    stage: Stage, child: Child, channel: Channel, script: list[str], said: str
) -> None:
    """The last thing that a failed run said is shown as plain text, and the next run may start."""
    child.script(*script)
    record = await reindex(stage, stage.operator, channel)
    await shows(record, "Reindexing failed")
    assert said in shown(record)
    child.script(report())
    await shows(await reindex(stage, stage.operator, channel), "Reindexing done")


async def test_a_run_that_cannot_be_started_is_told(
    own_stage: Stage, shelf: Archive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a command to run, the admin gets a sentence with a reference."""
    stage, channel = own_stage, own_stage.channel()
    async with bot_here(stage, shelf, stage.options(tmp_path, ["/no/such/command"])):
        await stage.server.wait_until_synced(PATIENCE)
        for _ in range(2):
            record = await reindex(stage, stage.operator, channel)
            assert "they find it in the log at" in shown(record)
            assert record.ephemeral
    assert len([r for r in caplog.records if r.getMessage().startswith("Failure ")]) == 2


async def test_a_message_that_is_gone_does_not_stop_the_run(
    stage: Stage, child: Child, channel: Channel
) -> None:
    """Who deletes the progress loses it; the run ends all the same, and another may start."""
    child.script("wait go", report())
    record = await reindex(stage, stage.operator, channel)
    await stage.server.delete_message(record.messages[0])
    child.open("go")

    child.script(report())
    for _ in range(100):
        record = await reindex(stage, stage.operator, channel)
        if "already" not in shown(record):
            break
        await asyncio.sleep(0.05)
    await shows(record, "Reindexing done")


async def test_a_run_longer_than_its_interaction_goes_on_in_the_same_message(
    stage: Stage, child: Child, channel: Channel
) -> None:
    """After fifteen minutes Discord takes no more edits by token: the bot edits as itself."""
    child.script("wait go", report())
    record = await reindex(stage, stage.operator, channel)
    await eventually(stage, lambda: child.runs, "run")
    stage.server.advance(901)
    child.open("go")
    await shows(record, "Reindexing done")
    assert stage.server.violations.pop().kind == Kind.EXPIRED
    assert len(record.messages) == 1


# The real thing.


async def test_a_run_of_the_real_command_is_published_and_rolled_back(
    own_stage: Stage, articles: Path, data_dir: Path, tmp_path: Path
) -> None:
    """What was added answers; Roll back, for admins alone, lets the old generation answer again."""
    stage, channel = own_stage, own_stage.channel()
    sources = shutil.copytree(articles, tmp_path / "articles")
    config = write_settings(tmp_path / "settings.yaml", stage.settings(sources))
    question = "Who paints the weathervane of the town hall?"
    reader = stage.person()

    async def answer() -> str:
        record = await stage.server.slash(reader, channel, "ask", {"question": question})
        return visible_text(await record.response(PATIENCE))

    async with bot_process(stage, config, data_dir) as bot:
        await bot.ready(PATIENCE)
        unchanged = await reindex(stage, stage.operator, channel)
        message = await shows(unchanged, "Reindexing done", 60)
        assert "Generation 000001 is up to date" in visible_text(message)
        assert buttons(message) == []

        page = "# The weathervane\n\nThe weathervane of the town hall is painted by Ulla Krook.\n"
        (sources / "vane.md").write_text(page)
        (sources / "broken.jsonl").write_text("{}\n")
        run = await reindex(stage, stage.operator, channel)
        message = await shows(run, "Reindexing done", 60)
        text = visible_text(message)
        assert "Generation 000002 published" in text
        assert "(1 added, 0 changed, 0 withdrawn, 15 unchanged)" in text
        assert "**Added**: The weathervane" in text
        assert "**Failed**: " in text
        assert "Ulla Krook" in await answer()

        refused = await stage.server.click(reader, message, "Roll back")
        assert shown_alone(await refused.response(PATIENCE)).startswith(NOT_YOURS)
        back = await stage.server.click(stage.operator, message, "Roll back")
        assert "Generation 000001 answers again." in visible_text(await back.response(PATIENCE))
        assert "The archive does not answer that." in await answer()

        cancelled = await reindex(stage, stage.operator, channel, full=True)
        await stage.server.click(stage.operator, cancelled.messages[0], "Cancel")
        await shows(cancelled, "Reindexing cancelled")
        generations = [path for path in (data_dir / "index").iterdir() if path.is_dir()]
        assert sorted(path.name for path in generations) == ["000001", "000002"]

        # A stop does not wait for a run, and leaves none behind.
        running = await reindex(stage, stage.operator, channel, full=True)
        await asyncio.sleep(0.5)
        assert _commands(data_dir, "index") != []
        assert await bot.terminate(8) == 0
        assert "Reindexing cancelled" in shown(running)
        assert failures(bot.log()) == []
    assert rows(data_dir, "SELECT count(*) FROM answers") == [(2,)]
    assert _commands(data_dir) == []


def _commands(data_dir: Path, command: str = "bot") -> list[str]:
    """Return the command lines of the processes of a command that work on a data folder."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            words = Path("/proc", name, "cmdline").read_bytes().decode(errors="replace").split("\0")
            if str(data_dir) in words and command in words:
                found.append(" ".join(words))
    return found
