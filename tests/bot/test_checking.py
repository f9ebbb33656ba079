"""Check a quote: private, of a message's own quotes, word by word, and shared once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language import LANGUAGES, speaking
from bot.quoted import beginning, quotes_in
from tests.loopback import (
    Channel,
    InteractionRecord,
    Message,
    User,
    buttons,
    visible_text,
)

from .hostile import HOSTILE
from .stage import (
    PATIENCE,
    Stage,
    Theatre,
    assert_clean,
    bot_process,
    discord_stage,
    eventually,
    failures,
    reply_to,
    rows,
    write_settings,
)

MENU = "Check a quote"
SHARE = "Share in the channel"
SALT = "The salt works closed in 1962 because coal became too dear."
ALTERED = "The salt works closed in 1926 because coal became much too cheap."
BEES = "There are nine hives, and they gave forty kilograms of heather honey."
TURBINE = "The tidal turbine ran for ninety hours before its zirconia bearing cracked."
LOAN = "The board borrows two million crowns from the Quillon Bank to raise the sea wall."
INVENTED = "Every herring in the bay was counted twice by a committee of seven schoolmasters."

session = pytest.mark.asyncio(loop_scope="session")


async def check(stage: Stage, user: User, message: Message) -> InteractionRecord:
    """Choose the command from a message's menu, and wait for the verdict."""
    record = await stage.server.message_menu(user, message, MENU)
    await record.response(PATIENCE)
    return record


async def said(stage: Stage, user: User, channel: Channel, content: str) -> str:
    """Return what the check of a message shows."""
    note = await stage.server.say(stage.person(), channel, content)
    record = await check(stage, user, note)
    assert record.ephemeral
    return visible_text(await record.response())


async def press(stage: Stage, user: User, record: InteractionRecord, label: str) -> str:
    """Press a button of a check, and return what that tells the user alone."""
    pressed = await stage.server.click(user, await record.response(PATIENCE), label)
    told = await pressed.response(PATIENCE)
    assert pressed.ephemeral
    return visible_text(told)


@pytest.mark.parametrize(
    ("content", "quotes"),
    [
        ("All that it says", ["All that it says"]),
        ("Look:\n> one line\n> and two\n\nso\n> another", ["one line\nand two", "another"]),
        ("Look:\n>>> one\n\ntwo", ["one\n\ntwo"]),
        ("She wrote “four words at least” and 'x'", ["four words at least"]),
        ('He said "it was a goat" or "a b"', ["it was a goat"]),
        ("„Da war eine Ziege“ und «il y avait une chèvre»",
         ["Da war eine Ziege", "il y avait une chèvre"]),
        ("Only “three short words” here", ["Only “three short words” here"]),
        ("> quoted\nand “four words at least”", ["quoted"]),
        ("[a page](https://x.example/a) says so https://y.example", ["a page says so"]),
        (">not a quote", [">not a quote"]),
        ("… !", []),
        ("<@1> <:cat:7>", []),
    ],
)  # fmt: skip
def test_what_a_message_quotes_is_checked(content: str, quotes: list[str]) -> None:
    """Block quotes come first, then what stands in quotation marks, then all."""
    assert quotes == quotes_in(content)


@pytest.mark.parametrize(
    ("words", "longest", "kept"),
    [
        ("One. Two.", 20, "One. Two."),
        ("One thing. Two things.", 15, "One thing."),
        ("one two three", 9, "one two"),
        ("endless", 3, "end"),
    ],
)
def test_what_is_too_long_is_checked_to_a_sentences_end(
    words: str, longest: int, kept: str
) -> None:
    """The beginning that is checked ends with a sentence, or else with a word."""
    assert kept == beginning(words, longest)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_menus_name_is_one_that_discord_takes(code: str) -> None:
    """Discord shows at most 32 characters of a command's name in a menu."""
    assert 1 <= len(speaking(code)("menu-check")) <= 32


@session
async def test_a_quote_is_told_word_for_word(play: Theatre, reader: User, channel: Channel) -> None:
    """A verbatim quote is shown with its article, to who asks alone."""
    shown = await said(play.stage, reader, channel, f"> {SALT.upper()}")
    assert shown.startswith("**Word for word in the archive**")
    assert f"> {SALT}" in shown.replace("\\", "")
    assert "-# **1** Why the salt works closed" in shown


@session
async def test_differences_are_shown_word_by_word(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """What the message has is struck through, what the article has is bold, numbers stand out."""
    shown = await said(play.stage, reader, channel, f"He wrote: “{ALTERED}”")
    assert "a number changed" in shown
    assert "“1926” where the article has “1962”" in shown
    assert "~~1926~~ **1962**" in shown
    assert "~~much~~ too ~~cheap~~ **dear**." in shown


@session
async def test_joined_sentences_name_both_articles(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Two sentences from different articles are told to stand apart, each with its footnote."""
    shown = await said(play.stage, reader, channel, f"{SALT} {BEES}")
    assert "words joined that stand apart" in shown
    assert "**1** Why the salt works closed" in shown
    assert "**2** The walled garden and its bees" in shown


@session
async def test_several_quotes_are_checked_each(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Each of three quotes has its verdict, and a line says that there are more."""
    quotes = " ".join(f"“{quote}”" for quote in (SALT, INVENTED, BEES, SALT))
    shown = await said(play.stage, reader, channel, quotes)
    assert 2 == shown.count("**Word for word in the archive**")
    assert 1 == shown.count("**Not in the archive**")
    assert "more in that message" in shown


@session
async def test_what_is_invented_is_not_found(play: Theatre, reader: User, channel: Channel) -> None:
    """An invented quote has neither footnote nor Share, but the nearest articles."""
    note = await play.server.say(reader, channel, INVENTED)
    message = await (await check(play.stage, reader, note)).response()
    assert visible_text(message).startswith("**Not in the archive**")
    labels = [button.label for button in buttons(message)]
    assert SHARE not in labels
    assert labels


@session
@pytest.mark.parametrize("content", ["", "<@123>", "🦆"])
async def test_a_message_without_words_is_told(
    play: Theatre, reader: User, channel: Channel, content: str
) -> None:
    """A message of pictures or mentions alone has nothing to check, which a line says."""
    assert "no words that I could check" in await said(play.stage, reader, channel, content)


@session
@pytest.mark.parametrize("lead", ["", f"{ALTERED} ", "> "])
async def test_a_hostile_message_forms_nothing(
    play: Theatre, reader: User, channel: Channel, lead: str
) -> None:
    """Whatever a message holds, its check and what is shared of it ping nobody and fit."""
    content = (lead + " ".join(HOSTILE).replace("\n", " "))[:2000]
    note = await play.server.say(play.stage.person(), channel, content)
    record = await check(play.stage, reader, note)
    if lead == f"{ALTERED} ":
        assert "~~1926~~ **1962**" in visible_text(await record.response())
        assert "can see it now" in await press(play.stage, reader, record, SHARE)
        assert [] == (await reply_to(play.stage, note)).mentions


@session
async def test_in_context_shows_the_article(play: Theatre, reader: User, channel: Channel) -> None:
    """In context opens the article with the quoted words in bold."""
    note = await play.server.say(reader, channel, SALT)
    record = await check(play.stage, reader, note)
    shown = await press(play.stage, reader, record, "In context")
    assert "Ninety people" in shown
    assert "**The salt works closed in 1962" in shown


@session
async def test_nothing_hidden_is_found(play: Theatre, channel: Channel) -> None:
    """Words of a collection are in the archive for its readers alone."""
    stage = play.stage
    outsider, insider = stage.person(), stage.person(roles=[stage.laboratory])
    assert "**Not in the archive**" in await said(stage, outsider, channel, TURBINE)
    assert "**Word for word" in await said(stage, insider, channel, TURBINE)


@session
async def test_a_shared_check_stands_below_its_message_once(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """Share replies to the checked message with all that was shown, pings nobody, works once."""
    note = await play.server.say(play.stage.person(), channel, ALTERED)
    record = await check(play.stage, reader, note)
    assert "can see it now" in await press(play.stage, reader, record, SHARE)
    shared = await reply_to(play.stage, note)
    assert visible_text(await record.response()) == visible_text(shared)
    assert not shared.ephemeral
    assert [] == shared.mentions
    assert ["In context", "Delete"] == [button.label for button in buttons(shared)]
    assert "shared already" in await press(play.stage, reader, record, SHARE)
    other = await play.server.click(play.stage.person(), shared, "In context")
    assert "Ninety people" in visible_text(await other.response(PATIENCE))
    await play.server.click(reader, shared, "Delete")
    await eventually(play.stage, lambda: shared.deleted, "deletion")


@session
async def test_only_what_everyone_may_see_is_shared(play: Theatre) -> None:
    """A check that names an article of a role alone stays private; the channel's own is shared."""
    stage = play.stage
    insider = stage.person(roles=[stage.laboratory])
    for room, quote, seen in (
        (stage.channel(), TURBINE, False),
        (stage.channel(), f"{SALT} {TURBINE}", False),
        (stage.board_room, LOAN, True),
    ):
        note = await play.server.say(stage.person(), room, quote)
        told = await press(stage, insider, await check(stage, insider, note), SHARE)
        assert seen == ("can see it now" in told)
        assert seen != ("Not everyone here may see" in told)
        public = [m for m in play.server.bot_messages(room) if not m.ephemeral and m.id > note.id]
        assert seen == bool(public)


@session
async def test_no_word_of_the_message_is_stored(
    play: Theatre, reader: User, channel: Channel
) -> None:
    """The record of a check holds where the words stand, and neither message nor check."""
    before = {row[0] for row in rows(play.data_dir, "SELECT id FROM answers")}
    assert "1926" in await said(play.stage, reader, channel, ALTERED)
    found = rows(play.data_dir, "SELECT * FROM answers")
    (record,) = [row for row in found if row[0] not in before]
    assert not any("1926" in str(value) or "salt" in str(value) for value in record)


@session
async def test_a_check_is_shared_after_a_restart(
    stock: Path, articles: Path, data_dir: Path, tmp_path: Path
) -> None:
    """Share and In context work in the bot's next life, in every place the menu is in."""
    async with discord_stage() as stage:
        config = write_settings(tmp_path / "settings.yaml", stage.settings(articles))
        reader, channel = stage.person(), stage.channel()
        note = await stage.server.say(reader, channel, ALTERED)
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            record = await check(stage, reader, note)
            await bot.kill()
        (menu,) = (c for c in stage.server.commands if c["name"] == MENU)
        assert {"de", "fr"} == set(menu["name_localizations"])
        async with bot_process(stage, config, data_dir) as bot:
            await bot.ready(PATIENCE)
            assert "can see it now" in await press(stage, reader, record, SHARE)
            assert "shared already" in await press(stage, reader, record, SHARE)
            assert "Ninety people" in await press(stage, reader, record, "In context")
            assert 0 == await bot.terminate(PATIENCE)
            assert [] == failures(bot.log())
        assert "~~1926~~ **1962**" in visible_text(await reply_to(stage, note))
        assert_clean(stage.server)
