"""Find in the archive: private, of a message's own words, and shared once where it may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language import LANGUAGES, speaking
from tests.loopback import (
    Channel,
    InteractionRecord,
    Message,
    Permission,
    User,
    buttons,
    visible_text,
)
from tests.loopback.components import selects

from .stage import (
    PATIENCE,
    Stage,
    Theatre,
    assert_clean,
    bot_process,
    discord_stage,
    eventually,
    failures,
    journal,
    reply_to,
    rows,
    write_settings,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

MENU = "Find in the archive"
LIGHTHOUSE = "When was the lighthouse on Gull Rock built?"
LOAN = "How much does the board borrow from the Quillon Bank?"
TURBINE = "How long did the tidal turbine run before its bearing cracked?"
SHARE = "Share in the channel"


async def find(stage: Stage, user: User, message: Message) -> InteractionRecord:
    """Choose the command from a message's menu, and wait for the answer."""
    record = await stage.server.message_menu(user, message, MENU)
    await record.response(PATIENCE)
    return record


async def press(stage: Stage, user: User, record: InteractionRecord, label: str) -> str:
    """Press a button of an answer, and return what that tells the user alone."""
    message = await record.response(PATIENCE)
    pressed = await stage.server.click(user, message, label)
    told = await pressed.response(PATIENCE)
    assert pressed.ephemeral
    return visible_text(told)


@pytest.mark.parametrize(
    ("content", "looked_for"),
    [
        (LIGHTHOUSE, LIGHTHOUSE),
        (f"<@123> ```txt\n{LIGHTHOUSE}\n```", LIGHTHOUSE),
        (f"{'We walked along the quay for a while. ' * 20}{LIGHTHOUSE} Bye!", LIGHTHOUSE),
    ],
    ids=["plain", "marked", "long"],
)
async def test_a_messages_words_are_looked_for_privately(
    play: Theatre, reader: User, channel: Channel, content: str, looked_for: str
) -> None:
    """What anybody wrote is answered to who asks, and to nobody else; it may be shared."""
    note = await play.server.say(play.stage.person(), channel, content)
    record = await find(play.stage, reader, note)
    message = await record.response()
    assert record.ephemeral
    assert visible_text(message).startswith(f"### {looked_for}\n")
    assert "built in 1874" in visible_text(message)
    labels = [button.label for button in buttons(message)]
    assert SHARE in labels
    assert 5 >= len(labels)
    assert len(selects(message)) == 1


@pytest.mark.parametrize("code", LANGUAGES)
async def test_the_menus_name_is_one_that_discord_takes(code: str) -> None:
    """Discord shows at most 32 characters of a command's name in a menu."""
    assert 1 <= len(speaking(code)("menu-find")) <= 32


@pytest.mark.parametrize("content", ["", "<@123>", "```\n```"])
async def test_a_message_without_words_is_told(
    play: Theatre, reader: User, channel: Channel, content: str
) -> None:
    """A message of pictures or mentions alone has nothing to look for, which a line says."""
    record = await find(play.stage, reader, await play.server.say(reader, channel, content))
    assert "no words that I could look for" in visible_text(await record.response())
    assert record.ephemeral


async def test_what_is_not_answered_cannot_be_shared(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """A refusal has no Share."""
    note = await play.server.say(reader, channel, "When did Napoleon invade Russia?")
    record = await find(play.stage, reader, note)
    assert SHARE not in [b.label for b in buttons(await record.response())]


async def test_a_shared_answer_stands_below_its_message_once(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Share replies to the message in the channel, pings nobody, and works once."""
    note = await play.server.say(play.stage.person(), channel, LIGHTHOUSE)
    record = await find(play.stage, reader, note)
    told = await press(play.stage, reader, record, SHARE)
    shared = await reply_to(play.stage, note)
    assert told == (
        "Everyone in the channel can see it now: "
        f"https://discord.com/channels/{play.stage.guild.id}/{channel.id}/{shared.id}"
    )
    assert visible_text(shared).startswith(f"### {LIGHTHOUSE}\n")
    assert not shared.ephemeral
    assert shared.mentions == []
    assert SHARE not in [b.label for b in buttons(shared)]
    assert "shared already" in await press(play.stage, reader, record, SHARE)
    assert len([m for m in play.server.bot_messages(channel) if not m.ephemeral]) == 1


async def test_a_shared_answer_has_the_controls_of_every_answer(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Anyone may press its buttons, and who shared it may delete it."""
    note = await play.server.say(reader, channel, LIGHTHOUSE)
    await press(play.stage, reader, await find(play.stage, reader, note), SHARE)
    shared = await reply_to(play.stage, note)
    other = play.stage.person()
    for label, words in (("In context", "basalt"), ("Useful", "Noted"), ("More passages", "**2**")):
        pressed = await play.server.click(other, shared, label)
        assert words in visible_text(await pressed.response(PATIENCE))
    menu = selects(shared)[0]["custom_id"]
    await play.server.select(reader, shared, menu, ["Delete"])
    await eventually(play.stage, lambda: shared.deleted, "deletion")


async def test_only_what_everyone_in_the_channel_may_see_is_shared(
    play: Theatre, reader: User
) -> None:
    """What a role alone lets its holder see stays private; what the channel may see is shared."""
    stage = play.stage
    insider = stage.person(roles=[stage.laboratory])
    for room, question, shown in (
        (stage.channel(), TURBINE, False),
        (stage.board_room, LOAN, True),
    ):
        note = await play.server.say(reader, room, question)
        record = await find(stage, insider, note)
        assert "> " in visible_text(await record.response())
        told = await press(stage, insider, record, SHARE)
        assert ("Everyone in the channel can see it now" in told) == shown
        assert ("Nothing of that answer may be seen by everyone here" in told) != shown
        said = play.server.bot_messages(room)
        public = [m for m in said if not m.ephemeral and m.id > note.id]
        assert len(public) == shown
        assert not any("turbine ran" in visible_text(m) for m in public)


async def test_a_shared_answers_record_holds_only_what_is_shown(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """More of a shared answer shows nothing that a role alone had found."""
    insider = play.stage.person(roles=[play.stage.laboratory])
    note = await play.server.say(reader, channel, LIGHTHOUSE)
    await press(play.stage, insider, await find(play.stage, insider, note), SHARE)
    shared = await reply_to(play.stage, note)
    query = "SELECT hits, collections, private FROM answers WHERE message_id = ?"
    ((hits, collections, private),) = await eventually(
        play.stage, lambda: rows(play.data_dir, query, shared.id), "record"
    )
    query = "SELECT id FROM versions WHERE article_id = 'a14'"
    ((hidden,),) = rows(play.data_dir, query)
    assert hidden not in hits
    assert (collections, private) == ('["public"]', 0)


async def test_sharing_where_it_may_not_write_is_told(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Where the bot may not write nothing is shared, and a sentence says why; later it works."""
    note = await play.server.say(reader, channel, LIGHTHOUSE)
    record = await find(play.stage, reader, note)
    play.server.set_bot_permissions(channel, deny=Permission.SEND_MESSAGES)
    assert "I may not write in this channel" in await press(play.stage, reader, record, SHARE)
    play.server.set_bot_permissions(channel)
    assert "can see it now" in await press(play.stage, reader, record, SHARE)


async def test_sharing_below_a_message_that_is_gone_stands_alone(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """A message that is deleted meanwhile is no reason not to share."""
    note = await play.server.say(reader, channel, LIGHTHOUSE)
    record = await find(play.stage, reader, note)
    await play.server.delete_message(note)
    assert "can see it now" in await press(play.stage, reader, record, SHARE)


async def test_where_the_bot_is_no_member_there_is_nothing_to_share(play: Theatre) -> None:
    """In direct messages and foreign servers the answer comes without Share."""
    traveller = play.server.create_user("wanderer", installed=True)
    abroad = play.server.add_guild("Abroad", members=[traveller], with_bot=False)
    for place in (play.server.dm(traveller), play.server.add_channel(abroad, "foreign")):
        assert MENU in play.server.visible_commands(traveller, place)
        note = await play.server.say(play.server.owner, place, LIGHTHOUSE)
        record = await find(play.stage, traveller, note)
        assert "built in 1874" in visible_text(await record.response())
        assert SHARE not in [b.label for b in buttons(await record.response())]


async def test_a_private_answer_is_shared_after_a_restart(
    stock: Path, articles: Path, data_dir: Path, tmp_path: Path
) -> None:
    """Share works in the bot's next life, and the menu has its name in every language."""
    async with discord_stage() as stage:
        config = write_settings(tmp_path / "settings.yaml", stage.settings(articles))
        reader, channel = stage.person(), stage.channel()
        note = await stage.server.say(reader, channel, LIGHTHOUSE)
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            record = await find(stage, reader, note)
            await eventually(stage, lambda: journal(data_dir) == [], "end of the entry")
            await bot.kill()
        (menu,) = (c for c in stage.server.commands if c["name"] == MENU)
        assert set(menu["name_localizations"]) == {"de", "fr"}
        assert menu["contexts"] == [0, 1, 2]
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            assert "can see it now" in await press(stage, reader, record, SHARE)
            assert "shared already" in await press(stage, reader, record, SHARE)
            assert await bot.terminate(PATIENCE) == 0
            assert failures(bot.log()) == []
        assert "built in 1874" in visible_text(await reply_to(stage, note))
        assert_clean(stage.server)
