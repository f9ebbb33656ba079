"""The bot through simcord: a second, independent Discord, every request checked once more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
import simcord
from simcord import Env, InteractionResult

from bot.access import Access
from bot.client import FootnoteBot, Options
from bot.failures import Refused
from retrieval.answering import Search
from retrieval.archive import Archive
from retrieval.confidence import Calibration
from retrieval.ranking import Ranker
from retrieval.types import Article
from tests.conftest import Library
from tests.loopback.callback_limits import modal_violations
from tests.loopback.components import texts
from tests.loopback.interactions import MODAL
from tests.loopback.message_limits import message_violations
from tests.loopback.openapi import load, locate
from tests.loopback.violations import Kind

pytestmark = pytest.mark.asyncio

# Whatever shares a word with the question is an answer here: the tiny encoder knows no meaning.
SEARCH = Search(50, Ranker.load(), Calibration.load(), threshold=0.0, longest_question=500)

ARTICLES = [
    Article(
        title=f"Lamp number {number}",
        text=f"The lamp number {number} burns oil. It was lit by keeper{number} in 19{number:02}.",
        location=str(number),
        given_id=f"lamp-{number}",
        source="The Lantern",
        authors=("Ada",),
    )
    for number in range(30)
]

QUESTION = "Which oil burns in lamp number 7?"


@pytest.fixture
def archive(library: Library) -> Archive:
    """Return an archive of thirty lamps."""
    library.shelve(*ARTICLES)
    return library.open(SEARCH)


def new_bot(archive: Archive, folder: Path) -> FootnoteBot:
    """Return a bot over an archive, that is still to be started."""
    options = Options(
        access=Access(frozenset({"public"})),
        admins=frozenset(),
        admin_roles=frozenset(),
        home_servers=frozenset(),
        cooldown=0,
        concurrency=1,
        keep_answers=90,
        data_dir=folder,
        index_command=["false"],
    )
    return FootnoteBot(archive, options)


@asynccontextmanager
async def simulated(archive: Archive, folder: Path) -> AsyncIterator[Env]:
    """Run the bot in simcord; afterwards every request it made is as Discord describes it."""
    path = locate()
    if path is None:
        pytest.skip("Discord's OpenAPI description is absent; DISCORD_OPENAPI may name it")
    description = load(path)
    async with simcord.run(new_bot(archive, folder), settle_timeout=20) as env:
        yield env
        checked = 0
        for request in env.http_requests:
            body = request.json
            found = description.check(
                request.method, request.path, {k: str(v) for k, v in request.params.items()}, body
            )
            if isinstance(body, dict):
                message = body.get("data", body)
                if body.get("type") == MODAL:
                    found += modal_violations(message)
                elif "components" in message:
                    found += message_violations(message, editing=True)
                    checked += 1
            # Discord has a few operations that its description leaves out.
            rules = [str(each) for each in found if each.kind is not Kind.ROUTE]
            assert rules == [], f"{request.method} {request.path}"
        assert checked > 0


def shown(result: InteractionResult) -> str:
    """Return the text that an interaction shows."""
    assert result.response is not None
    return "\n".join([result.response.content, *texts(result.response.components)]).strip()


async def test_a_question_is_answered_and_its_buttons_outlive_a_restart(
    archive: Archive, tmp_path: Path
) -> None:
    """An answer is deferred, shown, and its buttons work in the bot's next life."""
    async with simulated(archive, tmp_path) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        ada = guild.add_member(env.create_user("ada"))
        result = await ada.slash(channel, "ask", question=QUESTION)
        callbacks = [r.json for r in env.http_requests if r.path.endswith("/callback")]
        assert [body["type"] for body in callbacks if body] == [5]
        assert not result.ephemeral
        assert shown(result).startswith(f"### {QUESTION}\n> **The lamp number 7 burns oil.**")
        assert result.response is not None
        message = result.response.message

        await env.restart_bot(new_bot(archive, tmp_path))
        for label, words in (
            ("More passages", "-# **4** "),
            ("In context", "keeper7"),
            ("Useful", "Noted, thank you."),
        ):
            pressed = await ada.click(message, label=label)
            assert words in shown(pressed)
            assert pressed.ephemeral

        opened = await ada.click(message, label="Follow up")
        assert opened.modal is not None
        followed = await ada.submit_modal(opened, {"question": "Who lit it?"})
        assert shown(followed).startswith("### Who lit it?\n")


async def test_any_date_asks_again_without_the_period(library: Library, tmp_path: Path) -> None:
    """A dated answer says its period, and Any date shows the other, also after a restart."""
    lit = datetime.now(UTC)
    dated = [
        replace(lamp, published_at=lit - timedelta(400 * (number > 5)))
        for number, lamp in enumerate(ARTICLES)
    ]
    library.shelve(*dated)
    archive = library.open(SEARCH)
    question = f"{QUESTION[:-1]} this month?"
    async with simulated(archive, tmp_path) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        ada = guild.add_member(env.create_user("ada"))
        result = await ada.slash(channel, "ask", question=question)
        assert "\n-# Only articles published this month (" in shown(result)
        assert "> **The lamp number 7" not in shown(result)
        assert result.response is not None
        message = result.response.message

        await env.restart_bot(new_bot(archive, tmp_path))
        pressed = await ada.click(message, label="Any date")
        assert pressed.ephemeral
        assert shown(pressed).startswith(f"### {question}\n> **The lamp number 7 burns oil.**")
        assert "Only articles" not in shown(pressed)
        assert pressed.response is not None
        more = await ada.click(pressed.response.message, label="More passages")
        assert "-# **4** " in shown(more)


async def test_suggestions_are_within_discords_limits(archive: Archive, tmp_path: Path) -> None:
    """Thirty titles match, and twenty-five at most are offered."""
    async with simulated(archive, tmp_path) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        ada = guild.add_member(env.create_user("ada"))
        choices = await ada.autocomplete(channel, "article", "title", "lamp number")
        assert len(choices) == 25
        found = await ada.autocomplete(channel, "article", "title", "lmap number 17")
        assert found[0] == {"name": "Lamp number 17", "value": "lamp-17"}
        card = await ada.slash(channel, "article", title=found[0]["value"])
        assert shown(card).startswith("### Lamp number 17\n")
        assert await ada.autocomplete(channel, "ask", "author", "a", question="Why?") == [
            {"name": "Ada", "value": "Ada"}
        ]


async def test_a_mention_is_answered_in_reply(archive: Archive, tmp_path: Path) -> None:
    """A mention gets one reply that pings nobody; a message that is none gets nothing."""
    async with simulated(archive, tmp_path) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        ada = guild.add_member(env.create_user("ada"))
        await ada.send(channel, "a plain message, @everyone")
        assert env.bot.user is not None
        asked = await ada.send(channel, f"{env.bot.user.mention} {QUESTION}")
        last = channel.last_message
        assert last is not None
        assert last.author == env.bot.user
        assert last.reference is not None
        assert last.reference.message_id == asked.id
        assert last.mentions == []
        sends = [r for r in env.http_requests if r.path.endswith("/messages")]
        assert len(sends) == 1


async def test_a_message_is_found_shared_and_edited(archive: Archive, tmp_path: Path) -> None:
    """The menu of a message answers privately, Share in its channel, and an edit is heard."""
    async with simulated(archive, tmp_path) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        ada, bob = (guild.add_member(env.create_user(name)) for name in ("ada", "bob"))
        note = await bob.send(channel, QUESTION)
        found = await ada.context_menu(channel, "Find in the archive", note)
        assert found.ephemeral
        assert shown(found).startswith(f"### {QUESTION}\n> **The lamp number 7 burns oil.**")
        assert found.response is not None
        await ada.click(found.response.message, label="Share in the channel")
        shared = channel.last_message
        assert shared is not None
        assert shared.reference is not None
        assert shared.reference.message_id == note.id
        assert shared.mentions == []

        assert env.bot.user is not None
        me = env.bot.user.mention
        asked = await bob.send(channel, f"{me} {QUESTION}")
        answer = channel.last_message
        await bob.edit(asked, f"{me} Which oil burns in lamp number 8?")
        assert channel.last_message is not None
        assert answer is not None
        assert channel.last_message.id == answer.id
        edits = [r for r in env.http_requests if r.path.endswith(f"/messages/{answer.id}")]
        assert [r.method for r in edits] == ["PATCH"]


async def test_the_list_is_leafed_through(archive: Archive, tmp_path: Path) -> None:
    """`/articles` turns its pages in place."""
    async with simulated(archive, tmp_path) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        ada = guild.add_member(env.create_user("ada"))
        listed = await ada.slash(channel, "articles")
        assert shown(listed).startswith("### 30 articles\n")
        assert listed.response is not None
        turned = await ada.click(listed.response.message, label="Next")
        assert "-# Page 2 of 3" in shown(turned)


@pytest.mark.parametrize("managing", [False, True])
async def test_reindexing_is_for_the_archives_admins(
    archive: Archive, tmp_path: Path, managing: bool
) -> None:
    """Even who manages a server does not administer the archive there."""
    async with simulated(archive, tmp_path) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        permissions = discord.Permissions(manage_guild=True)
        roles = [guild.create_role("Managers", permissions=permissions)] if managing else []
        user = guild.add_member(env.create_user("user"), roles=roles)
        assert ("reindex" in user.available_commands(channel)) == managing
        if managing:
            refused = await user.slash(channel, "reindex")
            assert shown(refused).startswith("Only those who administer the archive")
            assert refused.ephemeral
            # simcord hears of every failure of a command, told to the user or not.
            assert [type(error.__cause__) for error in env.errors] == [Refused]
        helped = await user.slash(channel, "help")
        assert "`/reindex`" not in shown(helped)
