"""An answer's buttons and menu: now, after a restart, after a new generation, and long after."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.loopback import Channel, Message, Permission, User, buttons, selects, visible_text
from tests.loopback.interactions import InteractionRecord

from .stage import (
    PATIENCE,
    Stage,
    Theatre,
    assert_clean,
    bot_process,
    copy_data,
    discord_stage,
    execute,
    failures,
    rows,
    write_settings,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANSWERED = "When was the lighthouse on Gull Rock built?"
REFUSED = "When did Napoleon invade Russia?"


async def answered(stage: Stage, user: User, channel: Channel, question: str = ANSWERED) -> Message:
    """Return the message that answers a slash command."""
    record = await stage.server.slash(user, channel, "ask", {"question": question})
    return await record.response(PATIENCE)


async def pressed(stage: Stage, user: User, message: Message, label: str) -> InteractionRecord:
    """Press a button, and wait for what it shows."""
    record = await stage.server.click(user, message, label)
    await record.response(PATIENCE)
    return record


async def chosen(stage: Stage, user: User, message: Message, option: str) -> InteractionRecord:
    """Choose from an answer's menu, and wait until that is acknowledged."""
    (menu,) = selects(message)
    record = await stage.server.select(user, message, menu["custom_id"], [option])
    return await record.acknowledged(PATIENCE)


def shown(record: InteractionRecord) -> str:
    """Return what an interaction showed."""
    return "\n".join(visible_text(message) for message in record.messages)


def numbers(message: Message) -> list[str]:
    """Return the footnote numbers of a message."""
    lines = visible_text(message).splitlines()
    return [line.split("**")[1] for line in lines if line.startswith("-# **")]


async def use(stage: Stage, user: User, message: Message, custom_id: str) -> InteractionRecord:
    """Send a press that no client would: of a button with a custom id of one's own."""
    part = {"type": 2, "style": 2, "label": "Forged", "custom_id": custom_id, "id": 99}
    message.payload["components"] = [
        *message.components,
        {"type": 1, "id": 98, "components": [part]},
    ]
    record = await stage.server.click(user, message, custom_id)
    message.payload["components"] = message.components[:-1]
    return await record.acknowledged(PATIENCE)


# What each does.


async def test_more_shows_the_next_passages_to_who_pressed(
    play: Theatre, stage: Stage, reader: User, channel: Channel
) -> None:
    """More goes on where the answer stopped, privately, until there are no more."""
    message = await answered(stage, reader, channel)
    assert numbers(message)[0] == "1"
    other = stage.person()
    seen = numbers(message)
    while [button.label for button in buttons(message)][:1] == ["More passages"]:
        record = await pressed(stage, other, message, "More passages")
        assert record.ephemeral
        message = await record.response()
        assert numbers(message) == [str(len(seen) + n + 1) for n in range(len(numbers(message)))]
        seen += numbers(message)
    assert len(seen) > 6


async def test_in_context_shows_the_article_around_the_first_passage(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """In context shows the passage with more of its article, and the same citation."""
    record = await pressed(stage, reader, await answered(stage, reader, channel), "In context")
    assert "**The lighthouse on Gull Rock was built in 1874" in shown(record)
    assert "Its lens weighs three tonnes" in shown(record)
    assert "-# **1** [The lighthouse on Gull Rock](<" in shown(record)
    assert record.ephemeral


async def test_in_context_leads_to_the_article_and_from_every_passage(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """The article is a press away; passages behind More have their context too."""
    message = await answered(stage, reader, channel)
    opened = await pressed(stage, reader, message, "In context")
    card = await pressed(stage, reader, await opened.response(), "Open the article")
    assert shown(card).startswith("### ")
    assert card.ephemeral
    more = await pressed(stage, reader, message, "More passages")
    further = await pressed(stage, reader, await more.response(), "In context")
    assert ["2"] == numbers(await further.response())


async def test_a_question_is_asked_again_without_its_filters(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """What filters kept out is a press away, answered where the first answer stands."""
    options = {"question": ANSWERED, "source": "The Coast Quarterly"}
    record = await stage.server.slash(reader, channel, "ask", options)
    message = await record.response(PATIENCE)
    assert "-# Only in The Coast Quarterly" in visible_text(message)
    again = await pressed(stage, reader, message, "Without the filters")
    assert "built in 1874" in shown(again)
    assert "Only in" not in shown(again)
    assert not again.ephemeral


async def test_what_was_not_useful_may_be_explained(
    play: Theatre, stage: Stage, reader: User, channel: Channel
) -> None:
    """Not useful offers to say why; the reason is kept with the vote."""
    message = await answered(stage, reader, channel)
    noted = await pressed(stage, reader, message, "Not useful")
    opened = await stage.server.click(reader, await noted.response(), "What was wrong?")
    await opened.shown_modal(PATIENCE)
    sent = await stage.server.submit_modal(reader, opened, {"question": "It is the wrong rock."})
    await sent.response(PATIENCE)
    assert shown(sent).startswith("Noted, thank you")
    record_id = selects(message)[0]["custom_id"].rsplit(":")[-1]
    query = "SELECT useful, reason FROM votes WHERE answer_id = ?"
    assert [(0, "It is the wrong rock.")] == rows(play.data_dir, query, record_id)


async def test_a_vote_is_thanked_for_and_replaces_the_one_before(
    play: Theatre, stage: Stage, reader: User, channel: Channel
) -> None:
    """Each reader has one vote on an answer, and may change it."""
    message = await answered(stage, reader, channel)
    for label in ("Useful", "Not useful"):
        record = await pressed(stage, reader, message, label)
        assert shown(record).startswith("Noted, thank you")
        assert record.ephemeral
    await pressed(stage, stage.person(), message, "Useful")
    record_id = selects(message)[0]["custom_id"].rsplit(":")[-1]
    votes = rows(
        play.data_dir, "SELECT useful FROM votes WHERE answer_id = ? ORDER BY useful", record_id
    )
    assert votes == [(0,), (1,)]


async def test_why_this_says_what_matched(stage: Stage, reader: User, channel: Channel) -> None:
    """Why this? gives the words that matched, the scores and the confidence of each passage."""
    record = await chosen(stage, reader, await answered(stage, reader, channel), "Why this?")
    said = shown(record)
    assert "**1** The lighthouse on Gull Rock\nIt has “lighthouse”, “Gull”" in said
    assert "That it answers is very likely." in said
    assert "-# An answer needs a confidence of 0.30." in said
    assert record.ephemeral


async def test_other_articles_are_offered_as_buttons(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """The articles found besides are buttons that open their cards."""
    message = await answered(stage, reader, channel)
    record = await chosen(stage, reader, message, "Other articles")
    labels = [button.label for button in buttons(await record.response())]
    assert 1 <= len(labels) <= 5
    assert "The lighthouse on Gull Rock" not in labels
    card = await pressed(stage, reader, await record.response(), labels[0])
    assert shown(card).startswith("### ")


async def test_a_refusals_titles_open_their_cards(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """A title below a refusal shows that article's card, privately."""
    message = await answered(stage, reader, channel, REFUSED)
    label = next(b.label for b in buttons(message) if b.label.startswith("The lighthouse"))
    record = await pressed(stage, reader, message, label)
    assert shown(record).startswith("### [The lighthouse on Gull Rock](<")
    assert record.ephemeral


# Deleting.


async def test_who_asked_may_delete_the_answer(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """Delete takes the answer away for who asked."""
    message = await answered(stage, reader, channel)
    await chosen(stage, reader, message, "Delete")
    await stage.server.until(lambda: message.deleted or None, PATIENCE, "deletion")


async def test_who_mentioned_the_bot_may_delete_its_reply(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """An answer to a message is as much its asker's as one to a command."""
    asked = await stage.server.say(reader, channel, ANSWERED, mention_bot=True)
    message = await stage.server.wait_for_message(channel, timeout=PATIENCE, after=asked)
    await chosen(stage, reader, message, "Delete")
    await stage.server.until(lambda: message.deleted or None, PATIENCE, "deletion")


async def test_a_stranger_may_not_delete_the_answer(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """Anyone else is told who may."""
    message = await answered(stage, reader, channel)
    record = await chosen(stage, stage.person(), message, "Delete")
    assert shown(record) == "Only who asked, or a moderator, may delete this answer."
    assert record.ephemeral
    assert not message.deleted


async def test_a_moderator_may_delete_the_answer(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """Who may manage messages may delete any answer."""
    moderator = stage.person("moderator", permissions=Permission.MANAGE_MESSAGES)
    message = await answered(stage, reader, channel)
    await chosen(stage, moderator, message, "Delete")
    await stage.server.until(lambda: message.deleted or None, PATIENCE, "deletion")


async def test_an_answer_in_direct_messages_can_be_deleted(stage: Stage, reader: User) -> None:
    """Delete works where there are no moderators."""
    message = await answered(stage, reader, stage.server.dm(reader))
    await chosen(stage, reader, message, "Delete")
    await stage.server.until(lambda: message.deleted or None, PATIENCE, "deletion")


async def test_a_private_answer_can_be_deleted(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """Delete takes an ephemeral answer away too."""
    options = {"question": ANSWERED, "private": True}
    record = await stage.server.slash(reader, channel, "ask", options)
    message = await record.response(PATIENCE)
    await chosen(stage, reader, message, "Delete")
    await stage.server.until(lambda: message.deleted or None, PATIENCE, "deletion")


async def test_deleting_what_is_gone_is_told(stage: Stage, reader: User, channel: Channel) -> None:
    """Two who delete at once: the second gets no dead end, and the log no failure."""
    moderator = stage.person("moderator", permissions=Permission.MANAGE_MESSAGES)
    message = await answered(stage, reader, channel)
    first = await chosen(stage, reader, message, "Delete")
    await stage.server.until(lambda: message.deleted or None, PATIENCE, "deletion")
    message.deleted = False  # as the other's client still shows it
    again = await stage.server.replay(first)
    again.user = moderator
    await again.acknowledged(PATIENCE)


# What is made up, or too old.


@pytest.mark.parametrize(
    "custom_id",
    [
        "fn:more:ffffffffffffffff:3",
        "fn:context:ffffffffffffffff:1",
        "fn:passage:ffffffffffffffff:1:f7",
        "fn:vote:ffffffffffffffff:1",
        "fn:why:ffffffffffffffff",
        "fn:others:ffffffffffffffff",
        "fn:delete:ffffffffffffffff",
    ],
)
async def test_what_has_expired_says_so(
    stage: Stage, reader: User, channel: Channel, custom_id: str
) -> None:
    """A button whose record is gone says that the answer is too old."""
    message = await answered(stage, reader, channel, REFUSED)
    record = await use(stage, reader, message, custom_id)
    assert shown(record) == "This answer is too old for that; ask again."
    assert record.ephemeral


@pytest.mark.parametrize(
    ("custom_id", "said"),
    [
        ("fn:nonsense:1", "from another version of me"),
        ("fn:menu:1", "from another version of me"),
        ("fn:more:{record}:three", "from another version of me"),
        ("fn:more:{record}:-1", "from another version of me"),
        ("fn:more:{record}:", "from another version of me"),
        ("fn:more:{record}:99", "There are no more passages"),
        ("fn:more:{record}:" + "9" * 60, "There are no more passages"),
        ("fn:context:{record}:0", "not here any more"),
        ("fn:passage:{record}:1:x", "from another version of me"),
        ("fn:passage:{record}:1:7", "from another version of me"),
        ("fn:page:0123456789abcdef:0", "not here any more"),
        ("fn:context:{record}:²", "from another version of me"),
        ("fn:context:{record}:99", "not here any more"),
        ("fn:read:0123456789abcdef:0", "not here any more"),
        ("fn:read:x:y", "not here any more"),
        ("fn:section:x:y", "not here any more"),
        ("fn:sections:x:y:z", "not here any more"),
        ("fn:versions:x:0", "not here any more"),
        ("fn:versions:x:", "from another version of me"),
        ("fn:browse:source:x", "use `/sources` again"),
        ("fn:sources:-1", "from another version of me"),
        ("fn:list:0123456789abcdef:0", "This list is too old"),
        ("fn:article:no-such-article", "No article is called"),
        ("fn:article:", "No article is called"),
        ("fn:article:../../../etc/passwd", "No article is called"),
        ("fn:cancel:run", "Only those who administer the archive"),
        ("fn:rollback:000001", "Only those who administer the archive"),
        ("fn:rollback:../../x", "Only those who administer the archive"),
    ],
)
async def test_a_made_up_button_gets_a_sentence(
    stage: Stage, reader: User, channel: Channel, custom_id: str, said: str
) -> None:
    """No custom id, however it came about, ends in silence, a failure or a privilege."""
    message = await answered(stage, reader, channel, REFUSED)
    (follow,) = [b.custom_id for b in buttons(message) if b.label == "Ask in other words"]
    assert follow is not None
    record = await use(
        stage, reader, message, custom_id.format(record=follow.removeprefix("fn:rephrase:"))
    )
    assert said in shown(record)
    assert record.ephemeral


async def test_an_admins_made_up_buttons_get_a_sentence(stage: Stage, channel: Channel) -> None:
    """An admin cannot cancel what does not run, or roll back to what never was."""
    message = await answered(stage, stage.operator, channel, REFUSED)
    cancelled = await use(stage, stage.operator, message, "fn:cancel:run")
    assert shown(cancelled) == "That run has ended; there is nothing to cancel."
    record = await use(stage, stage.operator, message, "fn:rollback:../../x")
    await record.response(PATIENCE)
    assert shown(record).startswith("There is no generation")


async def test_a_button_of_another_bot_is_left_alone(
    play: Theatre, stage: Stage, reader: User, channel: Channel
) -> None:
    """A custom id that is not ours is nobody's business here."""
    message = await answered(stage, reader, channel, REFUSED)
    part = {"type": 2, "style": 2, "label": "Theirs", "custom_id": "theirs:1", "id": 99}
    message.payload["components"] = [*message.components, {"type": 1, "components": [part]}]
    record = await stage.server.click(reader, message, "Theirs")
    await answered(stage, reader, channel, REFUSED)
    assert record.callback is None


# Across restarts and generations.


@pytest.mark.parametrize(
    "years", [("2003",), pytest.param(("1999", "2001", "2003"), marks=pytest.mark.slow)], ids=len
)
async def test_controls_work_after_a_restart_and_generations_on(
    stock: Path, articles: Path, tmp_path: Path, years: tuple[str, ...]
) -> None:
    """Old messages stay alive: their buttons work in another process, three generations on."""
    data_dir = copy_data(stock, tmp_path / "data")
    async with discord_stage() as stage:
        sources = shutil.copytree(articles, tmp_path / "articles")
        config = write_settings(tmp_path / "settings.yaml", stage.settings(sources))
        reader, channel = stage.person(), stage.channel()
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            message = await answered(stage, reader, channel)
            opened = await stage.server.click(reader, message, "Follow up")
            await opened.shown_modal(PATIENCE)
            refused = await answered(stage, reader, channel, REFUSED)
            assert await bot.terminate() == 0
            assert failures(bot.log()) == []
        # The articles are rewritten meanwhile: the old answer still cites what it cited.
        path = sources / "articles.jsonl"
        path.write_text(path.read_text().replace("built in 1874", "built in 1999"))
        syncs = [r for r in stage.server.requests if r.method == "PUT"]
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            assert [r for r in stage.server.requests if r.method == "PUT"] == syncs
            sent = await stage.server.submit_modal(
                reader, opened, {"question": "Who was its first keeper?"}
            )
            assert "Tobias Wren" in visible_text(await sent.response(PATIENCE))
            again = await stage.server.click(reader, message, "Follow up")
            await again.shown_modal(PATIENCE)

            for number, year in enumerate(years, start=2):
                path.write_text(re.sub("built in [12]\\d{3}", f"built in {year}", path.read_text()))
                run = await stage.server.slash(stage.operator, channel, "reindex", {})
                await run.wait_for(lambda m: "Reindexing done" in visible_text(m), 60)
                assert f"Generation {number:06} published" in shown(run)

            assert "-# **2** " in shown(await pressed(stage, reader, message, "More passages"))
            quoted = shown(await pressed(stage, reader, message, "In context"))
            assert "built in 1874" in quoted
            assert "-# The article has changed since; this is what was quoted." in quoted
            assert "built in 2003" in visible_text(await answered(stage, reader, channel))
            assert "Noted" in shown(await pressed(stage, reader, message, "Useful"))
            why = await chosen(stage, reader, message, "Why this?")
            assert "An answer needs a confidence of" in shown(why)
            title = buttons(refused)[0].label
            assert shown(await pressed(stage, reader, refused, title)).startswith("### ")

            execute(data_dir, "DELETE FROM votes")
            execute(data_dir, "DELETE FROM answers")
            for label in ("More passages", "In context", "Useful"):
                old = await pressed(stage, reader, message, label)
                assert shown(old) == "This answer is too old for that; ask again."
            assert await bot.terminate() == 0
            assert failures(bot.log()) == []
        assert_clean(stage.server)
