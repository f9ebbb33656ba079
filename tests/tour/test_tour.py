"""The tour visits all there is, breaks no rule of Discord's, and is what the docs tell."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import pytest

from retrieval.types import Article
from tests.bot.stage import bot_here, discord_stage
from tests.conftest import Library, once
from tests.loopback import Kind
from tests.loopback.openapi import locate

from . import visited
from .papers import PICTURES, papers, stale
from .staging import GAZETTE, tour

pytestmark = pytest.mark.timeout(300)

NAMES = {
    line.removeprefix(start).strip()
    for path in GAZETTE.glob("*.md")
    for line in path.read_text(encoding="utf-8").splitlines()
    for start in ("title: ", "source: ", "## ")
    if line.startswith(start)
}
"""The titles, headings and publications that controls bear; to use one such is enough."""

ELSEWHERE = {"versions", "stay"}
"""Actions that the card of an article of two dozen versions offers alone, or a watch that has
found nothing for months."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is checked of a tour.

    Attributes:
        violations: The rules that requests broke, and the requests that Discord does not know.
        pings: The violations that ping somebody.
        offered: The commands and options that there are.
        visited: The commands and options that were used.
        actions: The actions of the controls that were used.
        modals: The names of the modals that were sent.
        shown: What was written on the controls that were shown.
        used: What was written on the controls that were used.
        papers: What is written down of it, by file.
    """

    violations: list[str]
    pings: list[str]
    offered: list[str]
    visited: list[str]
    actions: list[str]
    modals: list[str]
    shown: list[str]
    used: list[str]
    papers: dict[str, str]

    @classmethod
    def of(cls, folder: Path, models: Path) -> Self:
        """Take the tour in an empty folder."""
        guide = asyncio.run(tour(folder, models))
        server = guide.server
        return cls(
            violations=[*map(str, server.violations), *server.unknown_routes],
            pings=[*map(str, server.broken(Kind.MENTIONS))],
            offered=sorted(visited.offered(server.commands)),
            visited=sorted(visited.visited(server)),
            actions=sorted(visited.actions(server)),
            modals=sorted(visited.modals(server)),
            shown=sorted(visited.labels(guide.scenes)),
            used=sorted(visited.used(server)),
            papers={str(path): text for path, text in papers(guide).items()},
        )


@pytest.fixture(scope="module")
def report(session_dir: Path, models: Path) -> Report:
    """Return the report of one tour, taken by whichever worker comes first."""
    if locate() is None:
        pytest.skip("Discord's OpenAPI description is absent; DISCORD_OPENAPI may name it")

    def take(folder: Path) -> None:
        made = Report.of(folder, models)
        (folder / "report.json").write_text(json.dumps(asdict(made)), encoding="utf-8")

    text = (once(session_dir, "tour", take) / "report.json").read_text(encoding="utf-8")
    return Report(**json.loads(text))


def test_no_rule_of_discord_is_broken(report: Report) -> None:
    """Every request of the tour is valid by Discord's description and the limits it lacks."""
    assert [] == report.violations
    assert [] == report.pings


def test_every_command_and_option_is_visited(report: Report) -> None:
    """The tour uses every command with every option, and types into all that suggest."""
    assert report.offered == report.visited


@pytest.mark.asyncio
async def test_every_action_and_modal_is_visited(report: Report, library: Library) -> None:
    """The tour uses a control of nearly every action that the bot handles, and every modal."""
    library.shelve(Article(title="Eels", text="The eels are back in the Tarn.", location="1"))
    async with discord_stage() as stage:
        options = stage.options(library.data_dir, ["false"])
        async with bot_here(stage, library.open(), options) as bot:
            assert sorted(set(bot.handlers) - ELSEWHERE) == report.actions
            assert sorted(bot.modals) == report.modals


def test_every_control_that_is_shown_is_used(report: Report) -> None:
    """Whatever is written on a control that the tour shows, it is used once; names apart."""
    assert set() == set(report.shown) - set(report.used) - NAMES


def test_the_docs_tell_what_the_bot_does(report: Report) -> None:
    """The transcript and the screens in docs/ are what the tour is now."""
    found = {Path(path): text for path, text in report.papers.items()}
    assert [] == list(stale(found)), "run `python -m docs.tour`, and then docs/pictures"


def test_the_pictures_are_of_what_the_bot_sends() -> None:
    """Every picture in docs/ was drawn from the message that the tour has now."""
    messages = json.loads((PICTURES / "messages.json").read_text(encoding="utf-8"))
    drawn = json.loads((PICTURES / "drawn.json").read_text(encoding="utf-8"))
    wanted = {each["name"]: each["digest"] for each in messages}
    assert wanted == drawn, "run `npm run pictures` in docs/pictures"
    assert sorted(f"{name}.png" for name in wanted) == sorted(
        path.name for path in PICTURES.glob("*.png") if not path.stem.endswith("-light")
    )
