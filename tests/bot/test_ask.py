"""Asking in Discord: by slash command, mention, direct message, reply, thread and modal."""

from __future__ import annotations

import re
from typing import Any

import pytest
from discord import app_commands

from bot.failures import guard_choices
from retrieval.errors import StorageError
from tests.loopback import (
    Channel,
    ChannelType,
    Guild,
    InteractionRecord,
    Kind,
    Message,
    Permission,
    User,
    buttons,
    payloads,
    selects,
    visible_text,
)
from tests.loopback.world import Event

from .corpus import BOARD, LAB
from .stage import PATIENCE, Stage, Theatre, eventually, journal, reply_to, rows

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANSWERED = "When was the lighthouse on Gull Rock built?"
REFUSED = "When did Napoleon invade Russia?"
HINT = "I cannot read that message."
HOW = "Ask me a question"


async def ask(
    play: Theatre, user: User, channel: Channel, question: str, **options: object
) -> InteractionRecord:
    """Ask by slash command, and wait for the answer."""
    record = await play.server.slash(user, channel, "ask", {"question": question, **options})
    await record.response(PATIENCE)
    return record


async def answered(play: Theatre, user: User, channel: Channel, question: str) -> Message:
    """Return the message that answers a slash command."""
    return await (await ask(play, user, channel, question)).response(PATIENCE)


# What an answer and a refusal consist of.


async def test_an_answer_quotes_its_passages_with_their_citations(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """An answer shows the question, the answering sentence in bold, and who wrote it where."""
    record = await ask(play, reader, channel, ANSWERED)
    message = await record.response(PATIENCE)
    first = visible_text(message)
    assert first.startswith(f"### {ANSWERED}\n> ")
    assert "**The lighthouse on Gull Rock was built in 1874 by the engineer Maud Ferris.**" in first
    cited = next(line for line in first.splitlines() if line.startswith("-# **1** "))
    assert cited == (
        "-# **1** [The lighthouse on Gull Rock](<https://gazette.example/lighthouse#:~:text="
        "The%20lighthouse%20on%20Gull%20Rock,by%20the%20engineer%20Maud%20Ferris.>)"
        " · Harbour Gazette · Ines Calder · <t:1706778000:D>"
    )
    assert len(re.findall(r"^-# \*\*\d\*\* ", first, re.MULTILINE)) <= 3
    assert (message.content, message.embeds) == ("", [])
    assert not record.ephemeral


async def test_an_answer_has_five_controls_in_sight_and_a_menu(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Five buttons at most are in sight; the rest stands in one menu."""
    message = await answered(play, reader, channel, ANSWERED)
    labels = [button.label for button in buttons(message)]
    assert labels == ["More passages", "In context", "Follow up", "Useful", "Not useful"]
    (menu,) = selects(message)
    assert [o["label"] for o in menu["options"]] == [
        "Why this?", "Other articles", "In order of date", "Delete",
    ]  # fmt: skip


async def test_a_refusal_offers_the_nearest_titles_and_the_unseen_words(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """What the archive does not hold is refused, with unseen words and titles as buttons."""
    message = await answered(play, reader, channel, REFUSED)
    text = visible_text(message)
    assert text.startswith(f"### {REFUSED}\n**The archive does not answer that.**")
    assert "No article contains “Napoleon”, “invade”, or “Russia”." in text
    assert "> " not in text
    *titles, rephrase, tell = [button.label for button in buttons(message)]
    assert (rephrase, tell) == ("Ask in other words", "Tell me when it does")
    assert 1 <= len(titles) <= 3


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"author": "Ines Calder"}, True),
        ({"author": "INES CALDER"}, True),
        ({"author": "Piet Hollander"}, False),
        ({"source": "Harbour Gazette"}, True),
        ({"source": "Island Almanac"}, False),
        ({"collection": "public"}, True),
        ({"collection": "board"}, False),
        ({"after": "2024-02-01"}, True),
        ({"after": "2024-02-02"}, False),
        ({"before": "2024-02-02"}, True),
        ({"before": "2024-02-01"}, False),
    ],
    ids=str,
)
async def test_a_question_can_be_narrowed(
    play: Theatre, reader: User, channel: Channel, options: dict[str, str], found: bool
) -> None:
    """Filters keep articles in or out, and the answer names them."""
    message = await (await ask(play, reader, channel, ANSWERED, **options)).response()
    text = visible_text(message)
    assert ("built in 1874" in text) == found
    assert "\n-# Only " in text


@pytest.mark.parametrize("words", ["yesterday", "2024-13-01", "", "31.12.2024"])
async def test_a_date_that_is_none_is_told(
    play: Theatre, reader: User, channel: Channel, words: str
) -> None:
    """A filter that is no date is refused, to the asker alone, with what to write."""
    record = await ask(play, reader, channel, ANSWERED, after=words)
    message = await record.response()
    assert "2025-03-01" in message.content
    assert record.ephemeral


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
async def test_the_farthest_dates_are_dates(
    play: Theatre, reader: User, channel: Channel, moment: str
) -> None:
    """The first and the last moment of the calendar narrow like every other."""
    message = await (await ask(play, reader, channel, ANSWERED, after=moment)).response()
    assert visible_text(message).startswith(f"### {ANSWERED}")


async def test_a_private_answer_is_seen_by_its_asker_alone(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """`private` makes the answer ephemeral."""
    record = await ask(play, reader, channel, ANSWERED, private=True)
    assert record.ephemeral
    assert (await record.response()).only_for is reader


@pytest.mark.parametrize(
    ("option", "shown", "hidden"),
    [
        ("collection", "public", {BOARD, LAB}),
        ("author", "Ines Calder", set()),
        ("source", "Harbour Gazette", set()),
    ],
)
async def test_what_narrows_is_suggested_as_far_as_everyone_there_may_see_it(
    play: Theatre, reader: User, channel: Channel, option: str, shown: str, hidden: set[str]
) -> None:
    """Collections, authors and sources are offered as one types; hidden ones never are."""
    insider = play.stage.person(roles=[play.stage.laboratory])
    for user in (reader, insider):
        offered = await play.server.autocomplete(
            user, channel, "ask", option, "", {"question": ANSWERED}, timeout=PATIENCE
        )
        values = {choice["value"] for choice in offered}
        assert shown in values
        assert values & hidden == set()
    room = play.stage.board_room
    there = await play.server.autocomplete(reader, room, "ask", option, shown[:4].upper())
    assert shown in [choice["value"] for choice in there]


async def test_a_failing_autocomplete_offers_nothing_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where the archive fails while one types, the list is empty, and the log says why."""

    async def fail() -> list[app_commands.Choice[str]]:
        raise StorageError("The catalog cannot be read; check the disk.")

    assert await guard_choices(fail()) == []
    assert "An autocomplete failed" in caplog.text
    assert "The catalog cannot be read" in caplog.text


# Interactions that come late.


async def test_an_interaction_that_comes_too_late_is_no_failure(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """What Discord waits for no more cannot be answered; the log says so, and all goes on."""
    server = play.server
    broken, logged = len(server.violations), len(play.bot.log())
    late = await server.slash(reader, channel, "ask", {"question": ANSWERED})
    server.advance(4)
    told = "could not be told"
    await eventually(play.stage, lambda: told in play.bot.log()[logged:], "line in the log")
    assert late.callback is None
    assert {violation.kind for violation in server.violations[broken:]} == {Kind.LATE}
    del server.violations[broken:]
    assert "built in 1874" in visible_text(await answered(play, reader, channel, ANSWERED))
    await eventually(play.stage, lambda: journal(play.data_dir) == [], "end of the entries")


async def test_an_interaction_that_runs_out_before_its_answer_is_no_failure(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """After fifteen minutes neither answer nor apology can be sent; the log says so."""
    server = play.server
    broken, logged = len(server.violations), len(play.bot.log())
    server.inject("PATCH", "/webhooks/", status=None, delay=0.3)
    late = await server.slash(reader, channel, "ask", {"question": ANSWERED})
    await late.acknowledged(PATIENCE)
    server.advance(901)
    told = "could not be told"
    await eventually(play.stage, lambda: told in play.bot.log()[logged:], "line in the log")
    assert {violation.kind for violation in server.violations[broken:]} == {Kind.EXPIRED}
    del server.violations[broken:]
    assert "built in 1874" in visible_text(await answered(play, reader, channel, ANSWERED))
    await eventually(play.stage, lambda: journal(play.data_dir) == [], "end of the entries")


# Questions that are none.


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("   ", "There is no question"),
        ("😀 🎉 🦆", "There is no word in that question"),
        ("** ** __ `` ~~ ||", "There is no word in that question"),
        ("?!…", "There is no word in that question"),
        ("why " * 1250, "That question has 4,999 characters"),
        ("hello", "Hello! Ask me a question"),
        ("Good morning, Footnote!", "Hello! Ask me a question"),
        ("thank you very much", "You are welcome!"),
    ],
    ids=["blank", "emoji", "markdown", "marks", "long", "greeting", "morning", "thanks"],
)
async def test_what_is_no_question_gets_one_friendly_line(
    play: Theatre, reader: User, channel: Channel, words: str, said: str
) -> None:
    """An empty, wordless or endless question, a greeting and thanks are answered in a line."""
    record = await ask(play, reader, channel, words)
    message = await record.response()
    assert said in visible_text(message)
    assert "\n" not in visible_text(message)
    assert record.ephemeral


@pytest.mark.parametrize(
    "words",
    [
        "**bold** _slanted_ `code` > quoted lighthouse",
        "@everyone @here when was the lighthouse on Gull Rock built",
        "<@123456789012345678> <@&1> <#2> built the lighthouse?",
        "[lighthouse](https://evil.example) built?",
        "# heading\n- list\n> lighthouse",
        "```py\nlighthouse\n```",
        "\u202elighthouse gnissim",
        "a" * 1900,
        "l\u0334\u0315i\u0301\u0302ghthouse",
    ],
    ids=["markup", "everyone", "mentions", "link", "lines", "fence", "bidi", "long", "zalgo"],
)
async def test_a_question_is_repeated_word_for_word_as_plain_text(
    play: Theatre, reader: User, channel: Channel, words: str
) -> None:
    """Markup in a question is shown and does nothing: no mention, no link, no heading."""
    message = await answered(play, reader, channel, words)
    shown = visible_text(message).split("\n", 1)[0]
    assert shown.startswith("### ")
    plain = re.sub(r"\\[^\w\s]|\\_", "", shown.removeprefix("### "))
    assert re.findall(r"[*_`<>\[\]|~@#]|://", plain) == []
    assert message.mentions == []


# By message.


async def test_a_mention_is_answered_in_reply(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """A mention is acknowledged by typing and answered in one reply that pings nobody."""
    asked = await play.server.say(reader, channel, ANSWERED, mention_bot=True)
    answer = await reply_to(play.stage, asked)
    typing = await play.server.wait_for_typing(channel)
    assert "built in 1874" in visible_text(answer)
    assert visible_text(answer).startswith(f"-# {ANSWERED}")
    assert answer.mentions == []
    assert typing.at - asked.times[0] < 1
    assert typing.at <= answer.times[0]
    assert len(play.server.bot_messages(channel)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", HOW),
        ("<a:wave:123456789> <:cat:7>", HOW),
        ("<@123456789012345678> <#5>", HOW),
        ("```\n```", HOW),
        ("😀", "There is no word in that question"),
        ("hi there", "Hello!"),
        ("thanks!", "You are welcome!"),
        ("why " * 490 + "*" * 30, "There is no"),
    ],
    ids=["alone", "custom emoji", "mentions", "fence", "emoji", "greeting", "thanks", "long"],
)
async def test_a_mention_without_a_question_gets_one_line(
    play: Theatre, reader: User, channel: Channel, words: str, said: str
) -> None:
    """A mention with nothing to answer gets one line that says what to do."""
    asked = await play.server.say(reader, channel, words, mention_bot=True)
    answer = await reply_to(play.stage, asked)
    if words.startswith("why"):
        assert visible_text(answer).startswith("-# why")
    else:
        assert said in visible_text(answer)


async def test_a_direct_message_is_answered(play: Theatre, reader: User) -> None:
    """A direct message needs no mention."""
    room = play.server.dm(reader)
    asked = await play.server.say(reader, room, ANSWERED)
    assert "built in 1874" in visible_text(await reply_to(play.stage, asked))
    again = await answered(play, reader, room, ANSWERED)
    assert "built in 1874" in visible_text(again)


@pytest.mark.parametrize(
    "kind", [ChannelType.NEWS, ChannelType.VOICE, ChannelType.STAGE, ChannelType.TEXT]
)
async def test_every_kind_of_channel_is_answered_in(
    play: Theatre, reader: User, kind: ChannelType
) -> None:
    """Announcements and the text chats of voice channels are places like every other."""
    channel = play.stage.channel("place", type=kind)
    asked = await play.server.say(reader, channel, ANSWERED, mention_bot=True)
    assert "built in 1874" in visible_text(await reply_to(play.stage, asked))


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ChannelType.TEXT, {}),
        (ChannelType.TEXT, {"archived": True}),
        (ChannelType.TEXT, {"type": ChannelType.PRIVATE_THREAD}),
        (ChannelType.NEWS, {}),
        (ChannelType.FORUM, {}),
        (ChannelType.MEDIA, {}),
    ],
    ids=["thread", "archived", "private", "announcements", "forum", "media"],
)
async def test_every_kind_of_thread_is_answered_in(
    play: Theatre, reader: User, kind: ChannelType, state: dict[str, Any]
) -> None:
    """A mention in a thread or a forum's post is answered there, in an archived one too."""
    thread = play.server.add_thread(play.stage.channel("place", type=kind), "post", **state)
    asked = await play.server.say(reader, thread, ANSWERED, mention_bot=True)
    assert "built in 1874" in visible_text(await reply_to(play.stage, asked))


async def test_what_is_not_addressed_to_it_does_not_wake_it(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Everyone, here, roles, other people, other bots and webhooks never wake it."""
    server = play.server
    robot = server.create_user("robot", bot=True)
    server.add_member(play.stage.guild, robot)
    own_role = play.stage.guild.members[server.bot.id].roles[0]
    note = await server.say(reader, channel, "A note")
    for words in (
        "@everyone when was the lighthouse built?",
        "@here when was the lighthouse built?",
        f"{own_role.mention} when was the lighthouse built?",
        f"{play.stage.stewards.mention} when was the lighthouse built?",
        f"{reader.mention} when was the lighthouse built?",
        "when was the lighthouse built?",
    ):
        await server.say(reader, channel, words)
    await server.say(reader, channel, "when was the lighthouse built?", reply_to=note)
    await server.say(robot, channel, ANSWERED, mention_bot=True)
    await server.say(reader, channel, ANSWERED, mention_bot=True, webhook=True)
    await server.say(robot, server.dm(robot), ANSWERED)
    last = await server.say(reader, channel, ANSWERED, mention_bot=True)
    answer = await reply_to(play.stage, last)
    assert server.bot_messages(channel) == [answer]
    assert server.bot_messages(server.dm(robot)) == []


async def test_a_message_told_twice_is_answered_once(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """The same message delivered again, as after a resume, gets no second answer."""
    asked = await play.server.say(reader, channel, ANSWERED, mention_bot=True)
    event = Event("MESSAGE_CREATE", payloads.message(asked), channel.guild)
    play.server.dispatch(event)
    await reply_to(play.stage, asked)
    play.server.dispatch(event)
    other = await play.server.say(reader, channel, REFUSED, mention_bot=True)
    await reply_to(play.stage, other)
    assert len(play.server.bot_messages(channel)) == 2
    assert [m.resent for m in play.server.bot_messages(channel)] == [0, 0]


async def test_an_interaction_told_twice_is_answered_once(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """The same interaction delivered again is neither acknowledged nor answered again."""
    record = await play.server.slash(reader, channel, "ask", {"question": ANSWERED})
    play.server.redeliver(record)
    message = await record.response(PATIENCE)
    play.server.redeliver(record)
    pressed = await play.server.click(reader, message, "Useful")
    play.server.redeliver(pressed)
    await pressed.response(PATIENCE)
    await answered(play, reader, channel, REFUSED)
    assert [m.deleted for m in record.messages] == [False]
    assert len(pressed.messages) == 1


# Following up.


async def test_a_reply_with_a_ping_follows_up(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """In a reply to an answer, the earlier question is context."""
    first = await answered(play, reader, channel, "Who mends the nets of the fishermen?")
    alone = await play.server.say(reader, channel, "How long?", mention_bot=True)
    assert "mended in the loft" not in visible_text(await reply_to(play.stage, alone))
    asked = await play.server.say(reader, channel, "How long?", reply_to=first)
    answer = await reply_to(play.stage, asked)
    lines = visible_text(answer).splitlines()
    assert lines[:2] == ["-# How long?", "-# ↳ following up “Who mends the nets of the fishermen?”"]
    assert "two days" in visible_text(answer)


async def test_a_reply_to_a_follow_up_looks_back_two_questions(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """What a chain of replies is about is carried on, and a new question ends it."""
    first = await answered(play, reader, channel, "Who mends the nets of the fishermen?")
    said = await play.server.say(reader, channel, "And where?", reply_to=first)
    second = await reply_to(play.stage, said)
    said = await play.server.say(reader, channel, "How long?", reply_to=second)
    third = await reply_to(play.stage, said)
    assert visible_text(third).splitlines()[1] == "-# ↳ following up “And where?”"
    assert "two days" in visible_text(third)
    said = await play.server.say(reader, channel, ANSWERED, reply_to=third)
    fresh = visible_text(await reply_to(play.stage, said))
    assert "following up" not in fresh
    assert "built in 1874" in fresh


async def test_a_reply_without_a_ping_gets_one_hint(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Without the content intent a reply with its ping off is empty: one line says what to do."""
    first = await answered(play, reader, channel, ANSWERED)
    asked = await play.server.say(
        reader, channel, "And who was its keeper?", reply_to=first, reply_ping=False
    )
    answer = await reply_to(play.stage, asked)
    assert visible_text(answer).startswith(HINT)
    assert "\n" not in visible_text(answer)


async def test_a_thread_on_an_answer_gets_one_hint_and_hears_mentions(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """In a thread started on an answer, one hint is given, and a mention follows up."""
    server = play.server
    first = await answered(play, reader, channel, "Who mends the nets of the fishermen?")
    noted = "SELECT id FROM answers WHERE message_id = ?"
    await eventually(play.stage, lambda: rows(play.data_dir, noted, first.id), "record")
    thread = _thread_on(play.stage, first)
    plain = await server.say(reader, thread, "How long does a torn one take?")
    hint = await reply_to(play.stage, plain)
    assert visible_text(hint).startswith(HINT)
    await server.say(reader, thread, "Hello? How long?")
    asked = await server.say(reader, thread, "How long?", mention_bot=True)
    assert "two days" in visible_text(await reply_to(play.stage, asked))
    assert len(server.bot_messages(thread)) == 2


async def test_other_threads_and_replies_are_left_alone(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """A thread or a reply on somebody else's message is not the bot's business."""
    server = play.server
    note = await server.say(reader, channel, "A note")
    thread = _thread_on(play.stage, note)
    await server.say(reader, thread, "When was the lighthouse built?")
    await server.say(reader, channel, "When?", reply_to=note, reply_ping=False)
    await server.delete_message(note)
    await server.say(reader, channel, "When?", reply_to=note, reply_ping=False)
    asked = await server.say(reader, channel, ANSWERED, mention_bot=True)
    await reply_to(play.stage, asked)
    assert server.bot_messages(thread) == []
    assert len(server.bot_messages(channel)) == 1


async def test_a_reply_to_what_is_no_answer_has_no_context(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Only an answer's question is context: a card's title is not."""
    record = await play.server.slash(reader, channel, "article", {"title": "Who mends the nets"})
    card = await record.response(PATIENCE)
    asked = await play.server.say(reader, channel, "How long?", reply_to=card)
    assert "two days" not in visible_text(await reply_to(play.stage, asked))


async def test_the_follow_up_button_asks_on(play: Theatre, reader: User, channel: Channel) -> None:
    """Follow up opens a modal; what is typed there is asked with the earlier question."""
    first = await answered(play, reader, channel, "Who mends the nets of the fishermen?")
    opened = await play.server.click(reader, first, "Follow up")
    sent = await play.server.submit_modal(reader, opened, {"question": "How long?"})
    answer = await sent.response(PATIENCE)
    assert visible_text(answer).startswith("### How long?")
    assert "two days" in visible_text(answer)
    assert not sent.ephemeral


@pytest.mark.parametrize(("words", "said"), [("🦆", "There is no word"), ("thanks", "welcome")])
async def test_a_follow_up_that_is_no_question_gets_a_line(
    play: Theatre, reader: User, channel: Channel, words: str, said: str
) -> None:
    """A modal is as forgiving as the command."""
    first = await answered(play, reader, channel, REFUSED)
    opened = await play.server.click(reader, first, "Ask in other words")
    sent = await play.server.submit_modal(reader, opened, {"question": words})
    assert said in visible_text(await sent.response(PATIENCE))
    assert sent.ephemeral


async def test_following_up_a_private_answer_stays_private(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """What follows up an ephemeral answer is ephemeral."""
    record = await ask(play, reader, channel, ANSWERED, private=True)
    opened = await play.server.click(reader, await record.response(), "Follow up")
    sent = await play.server.submit_modal(reader, opened, {"question": "Who was its keeper?"})
    await sent.response(PATIENCE)
    assert sent.ephemeral


async def test_a_question_with_every_sign_survives_as_context(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """The earlier question is read back from the message as it was written."""
    first = await answered(play, reader, channel, "*Who* mends_the `nets` of 1. fishermen\\?")
    asked = await play.server.say(reader, channel, "How long?", reply_to=first)
    assert "two days" in visible_text(await reply_to(play.stage, asked))


# Where the bot is not at home.


async def test_a_user_install_answers_in_a_foreign_server(play: Theatre) -> None:
    """Who installed the bot for themselves asks anywhere, and presses buttons there."""
    server = play.server
    traveller = server.create_user("traveller", installed=True)
    abroad = server.add_guild("Abroad", members=[traveller], with_bot=False)
    channel = server.add_channel(abroad, "foreign")
    message = await answered(play, traveller, channel, ANSWERED)
    assert "built in 1874" in visible_text(message)
    labels = ("More passages", "In context", "Useful", "Not useful", "More passages", "In context")
    for label in labels:
        pressed = await server.click(traveller, message, label)
        assert await pressed.response(PATIENCE)
    group = server.group_dm(traveller)
    assert "built in 1874" in visible_text(await answered(play, traveller, group, ANSWERED))


@pytest.mark.parametrize(
    "denied",
    [Permission.SEND_MESSAGES, Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES],
    ids=["send", "view"],
)
async def test_a_slash_command_needs_no_permission_of_the_bot(
    play: Theatre, reader: User, channel: Channel, denied: int
) -> None:
    """A slash command is answered even where the bot may not write."""
    play.server.set_bot_permissions(channel, deny=denied)
    assert "built in 1874" in visible_text(await answered(play, reader, channel, ANSWERED))


async def test_a_mention_is_answered_without_leave_to_read_the_history(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Where the bot may not reply to a message, it answers in a message of its own."""
    play.server.set_bot_permissions(channel, deny=Permission.READ_MESSAGE_HISTORY)
    await play.server.say(reader, channel, ANSWERED, mention_bot=True)
    answer = await play.server.wait_for_message(channel, timeout=PATIENCE)
    assert "built in 1874" in visible_text(answer)
    assert answer.reply_to is None


async def test_a_question_that_is_taken_back_is_not_repeated(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Who deletes a question while it is answered gets no answer, and nothing breaks."""
    asked = await play.server.say(reader, channel, ANSWERED, mention_bot=True)
    await play.server.delete_message(asked)
    await eventually(play.stage, lambda: journal(play.data_dir) == [], "end of the entry")
    other = await play.server.say(reader, channel, REFUSED, mention_bot=True)
    answer = await reply_to(play.stage, other)
    assert play.server.bot_messages(channel) == [answer]


# What is kept.


async def test_the_record_of_an_answer_holds_no_words_of_the_question(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Ids, spans and scores are kept, and where the answer stands; never the question."""
    message = await answered(play, reader, channel, "Xylophone of the lighthouse on Gull Rock?")
    query = "SELECT * FROM answers WHERE message_id = ?"
    found = await eventually(play.stage, lambda: rows(play.data_dir, query, message.id), "record")
    assert len(found) == 1
    assert str(reader.id) in map(str, found[0])
    assert "ylophone" not in (play.data_dir / "catalog.db").read_bytes().decode("latin-1")
    assert "ylophone" not in (play.data_dir / "catalog.db-wal").read_bytes().decode("latin-1")
    await eventually(play.stage, lambda: journal(play.data_dir) == [], "end of the entry")


async def test_a_question_is_acknowledged_at_once_beside_others(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Every one of a dozen questions asked at once is acknowledged within a second."""
    records = [
        await play.server.slash(reader, channel, "ask", {"question": f"{ANSWERED} {n}"})
        for n in range(12)
    ]
    for record in records:
        await record.response(PATIENCE)
    assert max(record.ack_seconds for record in records) < 1


def _thread_on(stage: Stage, message: Message) -> Channel:
    """Start a thread on a message: it has the message's id, as Discord gives it."""
    guild: Guild | None = message.channel.guild
    assert guild is not None
    thread = Channel(
        message.id, ChannelType.THREAD, "thread", guild, message.channel, owner_id=stage.operator.id
    )
    guild.channels[thread.id] = stage.server.channels[thread.id] = thread
    stage.server.dispatch(Event("THREAD_CREATE", payloads.channel(thread), guild))
    return thread
