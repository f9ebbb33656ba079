"""Help: what the bot can do for who asks, where they ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.help import Help, ways
from retrieval.archive import Archive
from tests.loopback import Channel, Permission, User, visible_text

from .stage import PATIENCE, Stage, Theatre, bot_here, discord_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("role", ["reader", "operator", "steward", "manager"])
async def test_help_tells_each_what_they_may_do(
    stage: Stage, reader: User, channel: Channel, role: str
) -> None:
    """Help names the commands, those of admins only to admins of the archive."""
    people = {
        "reader": reader,
        "operator": stage.operator,
        "steward": stage.person(roles=[stage.stewards]),
        "manager": stage.person(permissions=Permission.MANAGE_GUILD),
    }
    record = await stage.server.slash(people[role], channel, "help")
    text = visible_text(await record.response(PATIENCE))
    ids = {command["name"]: command["id"] for command in stage.server.commands}
    assert f"</ask:{ids['ask']}>" in text
    assert f"</sources:{ids['sources']}>" in text
    assert f"</watch add:{ids['watch']}>" in text
    assert "Mention me" in text
    assert ("</reindex:" in text) == (role != "reader")
    assert record.ephemeral


async def test_another_servers_manager_is_no_admin(stage: Stage) -> None:
    """Manage Server counts in a home server only."""
    manager = stage.server.create_user("other-manager")
    elsewhere = stage.server.add_guild("Elsewhere", members=[])
    stage.server.add_member(elsewhere, manager, permissions=Permission.MANAGE_GUILD)
    channel = stage.server.add_channel(elsewhere)
    record = await stage.server.slash(manager, channel, "help")
    assert "reindex" not in visible_text(await record.response(PATIENCE))


async def test_discord_shows_each_the_commands_that_are_theirs(
    play: Theatre, stage: Stage, reader: User, channel: Channel
) -> None:
    """`/reindex` is hidden from those who do not manage the server."""
    everyone = ["ask", "article", "articles", "sources", "timeline", "watch", "help"]
    menus = ["Find in the archive", "Check a quote"]
    assert {*everyone, *menus} == {*stage.server.visible_commands(reader, channel)}
    manager = stage.person(permissions=Permission.MANAGE_GUILD)
    assert "reindex" in stage.server.visible_commands(manager, channel)


async def test_help_tells_what_works_in_the_place(stage: Stage) -> None:
    """No mention wakes the bot in direct messages, nor where only its user has installed it."""
    user = stage.server.create_user("traveller", installed=True)
    elsewhere = stage.server.add_guild("Abroad", members=[user], with_bot=False)
    shown = []
    for place in (stage.server.dm(user), stage.server.add_channel(elsewhere)):
        record = await stage.server.slash(user, place, "help")
        shown.append(visible_text(await record.response(PATIENCE)))
    alone, abroad = shown
    assert not any("ention me" in text for text in shown)
    assert "Write your question here" in alone
    assert "Send me a direct message" not in alone
    assert "Send me a direct message" in abroad
    assert not any("reindex" in text for text in shown)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"member": True}, ["mention", "reply", "message"]),
        ({"direct": True}, ["here", "reply"]),
        ({}, ["follow-up", "message"]),
        ({"menu": True}, ["follow-up", "menu", "check", "message"]),
        (
            {"member": True, "menu": True, "listening": True},
            ["mention", "reply", "menu", "check", "message", "listening"],
        ),
    ],
    ids=str,
)
async def test_the_ways_to_ask_are_those_of_the_place(
    place: dict[str, bool], told: list[str]
) -> None:
    """Only what works where somebody is stands in the help."""
    none = {"member": False, "direct": False, "menu": False, "listening": False}
    keys = [f"help-ask-{way}" for way in told]
    assert ["help-ask", *keys] == ways(**none | place)


async def test_help_names_the_channels_it_listens_in(archive: Archive, tmp_path: Path) -> None:
    """Channels of the server that the user sees are named, and none of another server."""
    async with discord_stage() as stage:
        user, heard, abroad = stage.person(), stage.channel("questions"), stage.server.add_guild()
        foreign = stage.server.add_channel(abroad)
        async with bot_here(stage, archive, stage.options(tmp_path, [])) as bot:
            await stage.server.wait_until_synced(PATIENCE)
            await bot.remove_cog("Help")
            await bot.add_cog(Help(bot, {heard.id, foreign.id}))
            record = await stage.server.slash(user, stage.channel(), "help")
            text = visible_text(await record.response(PATIENCE))
            assert f"Ask in <#{heard.id}>: I answer there" in text
            assert str(foreign.id) not in text
