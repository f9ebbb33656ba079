"""Help: what the bot can do for who asks, where they ask."""

from __future__ import annotations

import pytest

from tests.loopback import Channel, Permission, User, visible_text

from .stage import PATIENCE, Stage, Theatre

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
    everyone = ["ask", "article", "articles", "sources", "help"]
    assert sorted(everyone) == sorted(stage.server.visible_commands(reader, channel))
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
