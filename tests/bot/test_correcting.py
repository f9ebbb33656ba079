"""Answers whose articles are corrected: their messages say so, once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.client import FootnoteBot
from bot.corrections import NOTE
from retrieval.archive import Archive
from retrieval.types import Article
from tests.conftest import Library
from tests.loopback import Channel, Message, User, visible_text
from tests.loopback.components import walk

from .stage import PATIENCE, Stage, assert_clean, bot_here, discord_stage, eventually, rows

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION = "Who mends the torn herring nets?"
MENDS = "Greta Voss mends the torn herring nets in the loft."
CHANGED = "Odile Marsh mends the torn herring nets in the loft."


def nets(text: str = f"{MENDS} It takes two days.", **more: Any) -> Article:
    """Return the article that answers."""
    return Article("Who mends the nets", text, "nets", given_id="nets", **more)


OTHER = Article("Oat bread", "Soak the oats overnight in buttermilk.", "bread", given_id="bread")


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    """Yield a Discord of this test's own; afterwards no rule was broken."""
    async with discord_stage() as stage:
        yield stage
        assert_clean(stage.server)


@pytest.fixture
def archive(library: Library) -> Archive:
    """Return an archive of two articles."""
    library.shelve(nets(), OTHER)
    return library.open()


def here(stage: Stage, archive: Archive, library: Library, **more: Any) -> Any:
    """Run the bot over the generation that was published last."""
    archive.reload()
    return bot_here(stage, archive, stage.options(library.data_dir, ["false"], **more))


async def ask(
    stage: Stage, library: Library, user: User, channel: Channel, **options: Any
) -> Message:
    """Return the answer to the question, once its message is on record."""
    before = _sent(library.data_dir)
    record = await stage.server.slash(user, channel, "ask", {"question": QUESTION, **options})
    answer = await record.response(PATIENCE)
    assert "mends the torn herring nets" in visible_text(answer)
    await eventually(stage, lambda: _sent(library.data_dir) > before, "record")
    return answer


def _sent(data_dir: Path) -> int:
    return int(rows(data_dir, "SELECT count(*) FROM answers WHERE message_id NOT NULL")[0][0])


def note(message: Message) -> str:
    """Return the note that a message holds, "" where it has none; it never has two."""
    found = [p["content"] for _, p in walk(message.components) if p["id"] == NOTE]
    return "\n".join(found) if len(found) < 2 else pytest.fail(f"{len(found)} notes")


async def noted(stage: Stage, message: Message, words: str) -> str:
    """Wait until a message's note says something; return it."""
    await eventually(stage, lambda: words in note(message), f"note of {words!r}")
    return note(message)


async def settled(stage: Stage, library: Library) -> None:
    """Wait until nothing is left to be tried."""
    query = "SELECT count(*) FROM citations WHERE tried = 'current'"
    await eventually(stage, lambda: rows(library.data_dir, query) == [(0,)], "end of trying")


def edits(stage: Stage) -> int:
    """Return how often the bot has edited a message of a channel, or tried to."""
    return sum(r.method == "PATCH" and "/channels/" in r.path for r in stage.server.requests)


async def test_an_answer_is_corrected_withdrawn_and_restored(
    stage: Stage, library: Library, archive: Archive
) -> None:
    """Its message says what became of the quote, across restarts, and in the end is as before."""
    async with here(stage, archive, library):
        answer = await ask(stage, library, stage.person(), stage.channel())
        before = copy.deepcopy(answer.components)
        library.shelve(nets(f"{CHANGED} It takes two days."), OTHER)
        changed = await noted(stage, answer, "no longer stand")
        assert changed.startswith("**Correction to footnote 1:** changed on <t:")
        assert MENDS in visible_text(answer)
    library.shelve(nets(f"{MENDS} It takes three days."), OTHER)
    async with here(stage, archive, library):
        assert "still stand" in await noted(stage, answer, "**Note on footnote 1:** changed else")
    library.shelve(OTHER)
    async with here(stage, archive, library):
        await noted(stage, answer, "**Correction to footnote 1:** withdrawn on <t:")
    library.shelve(nets(), OTHER)
    async with here(stage, archive, library):
        await eventually(stage, lambda: before == answer.components, "message as before")
        assert 4 == edits(stage)
    async with here(stage, archive, library) as bot:
        await passed(bot)
        assert 4 == edits(stage)


async def passed(bot: FootnoteBot) -> None:
    """Wait until the bot has looked once, or once more, for what is due."""
    bot._correcting._due_at = 0.0
    while not bot._correcting._due_at:
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)
