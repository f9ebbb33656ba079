"""Looking up: one article by its title, its pages, the list of them all, and help."""

from __future__ import annotations

import pytest

from tests.loopback import Channel, Message, Permission, User, buttons, selects, visible_text
from tests.loopback.interactions import InteractionRecord

from .corpus import (
    ALMANAC,
    ARTICLES,
    BOARD,
    GAZETTE,
    HANDBOOK_TITLE,
    HOSTILE_TITLE,
    LAB,
    LONG_TITLE,
    TWIN_TITLE,
)
from .hostile import active_markup
from .stage import PATIENCE, Stage, Theatre

pytestmark = pytest.mark.asyncio(loop_scope="session")

PUBLIC = len([a for a in ARTICLES if a.get("collection") not in (BOARD, LAB)]) + 1
"""Articles that anyone may see; one of them is the Markdown page."""


async def look_up(stage: Stage, user: User, channel: Channel, title: str) -> Message:
    """Return what `/article` shows."""
    record = await stage.server.slash(user, channel, "article", {"title": title})
    return await record.response(PATIENCE)


async def typed(stage: Stage, user: User, channel: Channel, title: str) -> list[str]:
    """Return the names that are offered for what was typed."""
    choices = await stage.server.autocomplete(
        user, channel, "article", "title", title, timeout=PATIENCE
    )
    assert len(choices) <= 25
    return [choice["name"] for choice in choices]


async def listed(stage: Stage, user: User, channel: Channel, **options: str) -> InteractionRecord:
    """Use `/articles`, and wait for the list."""
    record = await stage.server.slash(user, channel, "articles", options)
    await record.response(PATIENCE)
    return record


# One article.


@pytest.mark.parametrize(
    "title",
    [
        "The lighthouse on Gull Rock",
        "  the LIGHTHOUSE on gull rock ",
        "The lighthosue on Gul Rock",
        "a01",
    ],
    ids=["exact", "case", "typos", "id"],
)
async def test_an_article_is_found_by_title_typos_forgiven(
    stage: Stage, reader: User, channel: Channel, title: str
) -> None:
    """A card shows title and link, byline, minutes, the lead and the way to read on."""
    card = await look_up(stage, reader, channel, title)
    lines = visible_text(card).splitlines()
    assert lines[0] == "### [The lighthouse on Gull Rock](<https://gazette.example/lighthouse>)"
    assert lines[1] == "-# Harbour Gazette · Ines Calder · <t:1706778000:D> · 1 minute to read"
    assert lines[2].startswith("The lighthouse on Gull Rock was built in 1874")
    assert buttons(card)[0].label == "Read"
    assert 1 <= len(buttons(card)) - 1 <= 5
    assert not card.ephemeral


async def test_a_card_names_sections_and_related_articles(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """A long article's card lists its sections, and related articles open theirs."""
    card = await look_up(stage, reader, channel, HANDBOOK_TITLE)
    text = visible_text(card)
    assert "**Sections**\n• Peat\n• Heather\n• Standing stones\n" in text
    assert "The moor covers forty square kilometres" in text
    related = buttons(card)[1].label
    record = await stage.server.click(reader, card, related)
    opened = await record.response(PATIENCE)
    assert visible_text(opened).startswith("### ")
    assert opened.only_for is reader


@pytest.mark.parametrize(
    "title", ["zyxwv", "😀", "<@9> [zz](yy://zz.qq) `q`", "**", "x" * 3000, "   "]
)
async def test_a_title_that_is_none_gets_a_sentence(
    stage: Stage, reader: User, channel: Channel, title: str
) -> None:
    """What no article is called is told, in plain text and within Discord's limits."""
    message = await look_up(stage, reader, channel, title)
    assert message.content.startswith("No article is called “")
    assert active_markup(message.content) == []
    assert len(message.content) <= 2000


async def test_a_near_miss_names_the_nearest_titles_as_plain_text(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """Titles in a failure are text: they ping nobody and form no link."""
    message = await look_up(stage, reader, channel, "everyone council")
    assert "everyone" in message.content
    assert active_markup(message.content) == []
    assert message.mention_everyone is False


async def test_a_hostile_title_is_shown_as_it_is(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """The card of an article whose title is markup shows the markup's characters."""
    card = await look_up(stage, reader, channel, HOSTILE_TITLE)
    title = visible_text(card).splitlines()[0]
    assert title.startswith(r"### \*\*\@everyone\*\* \[prize\](https\://evil\.example/x) \<\@1\>")
    assert active_markup(title.removeprefix("### ")) == []
    assert card.mentions == []
    assert not card.mention_everyone


async def test_a_very_long_title_is_shortened(stage: Stage, reader: User, channel: Channel) -> None:
    """A title of nearly a thousand characters is cut to fit."""
    card = await look_up(stage, reader, channel, "a08")
    title = visible_text(card).splitlines()[0]
    assert title.startswith("### A complete register of every vessel that called")
    assert title.endswith(" …")
    assert len(title) <= 204
    assert len(LONG_TITLE) > 800


# Suggestions while typing.


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("lighthouse", "The lighthouse on Gull Rock"),
        ("lihgthouse", "The lighthouse on Gull Rock"),
        ("ferri timetabel", "Winter timetable of the ferry"),
        ("brigde tarn", "A bridge over the Tarn"),
        ("insects that make honey", "The walled garden and its bees"),
        ("choir", "The school choir sings in Brennick"),
    ],
)
async def test_suggestions_forgive_typos_and_know_meaning(
    stage: Stage, reader: User, channel: Channel, words: str, first: str
) -> None:
    """What is typed finds the title meant, whether misspelt or said in other words."""
    assert first in (await typed(stage, reader, channel, words))[:2]


@pytest.mark.parametrize(
    "words",
    ["", "   ", "a", "😀", "**", "x" * 3000, "<@1> @everyone", "\u202e", "%_'\";--", "\x00"],
)
async def test_whatever_is_typed_gets_choices_or_none(
    stage: Stage, reader: User, channel: Channel, words: str
) -> None:
    """Nothing typed gives the latest articles; nonsense gives few or none, and never fails."""
    names = await typed(stage, reader, channel, words)
    if not any(c.isalnum() for c in words):
        assert len(names) == PUBLIC
    assert all(1 <= len(name) <= 100 for name in names)


async def test_a_choice_leads_to_its_article(stage: Stage, reader: User, channel: Channel) -> None:
    """Two articles of one title are told apart among the choices, and each choice is its own."""
    choices = await stage.server.autocomplete(
        reader, channel, "article", "title", TWIN_TITLE, timeout=PATIENCE
    )
    twins = {c["name"]: c["value"] for c in choices if c["name"].startswith(TWIN_TITLE)}
    assert sorted(twins) == [
        f"{TWIN_TITLE} ({GAZETTE} · 2024-02-09)",
        f"{TWIN_TITLE} ({ALMANAC} · 2024-02-10)",
    ]
    card = await look_up(stage, reader, channel, twins[f"{TWIN_TITLE} ({ALMANAC} · 2024-02-10)"])
    assert "weathercock" in visible_text(card)


async def test_suggestions_are_quick(stage: Stage, reader: User, channel: Channel) -> None:
    """Ten key strokes are answered in a median far below what a typist notices."""
    took = []
    for end in range(1, 11):
        await typed(stage, reader, channel, "lighthouse"[:end])
        took.append(stage.server.interactions[-1].ack_seconds)
    assert sorted(took)[5] < 1


@pytest.mark.parametrize(
    ("command", "option", "words", "expected"),
    [
        ("ask", "author", "", ["Ines Calder", "Rolf Amsel", "Piet Hollander", "Sanna Brook"]),
        ("ask", "author", "AM", ["Rolf Amsel"]),
        ("ask", "source", "", [GAZETTE, ALMANAC]),
        ("ask", "source", "alman", [ALMANAC]),
        ("ask", "collection", "", ["public"]),
        ("articles", "author", "calder", ["Ines Calder"]),
        ("articles", "collection", "board", []),
        ("articles", "source", "😀", []),
    ],
)
async def test_the_filters_values_are_suggested(
    stage: Stage,
    reader: User,
    channel: Channel,
    command: str,
    option: str,
    words: str,
    expected: list[str],
) -> None:
    """Authors, publications and collections are offered, the most frequent first."""
    others = {"question": "Why?"} if command == "ask" else {}
    choices = await stage.server.autocomplete(
        reader, channel, command, option, words, others, timeout=PATIENCE
    )
    assert [choice["value"] for choice in choices] == expected


# Reading.


async def test_an_article_is_read_page_by_page(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """Read opens the first page for who pressed it; Next and Back turn it in place."""
    server = stage.server
    card = await look_up(stage, reader, channel, HANDBOOK_TITLE)
    opened = await server.click(reader, card, "Read")
    page = await opened.response(PATIENCE)
    assert page.only_for is reader
    assert page is not card
    first = visible_text(page)
    count = int(first.splitlines()[1].removeprefix("-# Page 1 of "))
    assert count > 1
    for number in range(2, count + 1):
        turned = await server.click(reader, page, "Next")
        assert await turned.response(PATIENCE) is page
        assert f"-# Page {number} of {count}" in visible_text(page)
    assert "Next" not in [button.label for button in buttons(page)]
    assert "Weather" in visible_text(page)
    for _ in range(count - 1):
        await (await server.click(reader, page, "Back")).response(PATIENCE)
    assert visible_text(page) == first
    assert len(server.bot_messages(channel)) == 2


async def test_two_readers_have_a_page_each(stage: Stage, reader: User, channel: Channel) -> None:
    """One reader's turning does not turn the other's page."""
    card = await look_up(stage, reader, channel, HANDBOOK_TITLE)
    other = stage.person()
    opened = [await stage.server.click(user, card, "Read") for user in (reader, other)]
    pages = [await record.response(PATIENCE) for record in opened]
    await (await stage.server.click(other, pages[1], "Next")).response(PATIENCE)
    assert "Page 1 of" in visible_text(pages[0])
    assert "Page 2 of" in visible_text(pages[1])


# The list.


async def test_the_list_is_leafed_through_newest_first(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """`/articles` shows ten a page, to who asked, and turns in place."""
    record = await listed(stage, reader, channel)
    page = await record.response()
    first = visible_text(page)
    assert record.ephemeral
    assert first.startswith(f"### {PUBLIC} articles\n• **Who mends the nets**\n")
    assert "-# Page 1 of 2" in first
    await (await stage.server.click(reader, page, "Next")).response(PATIENCE)
    assert "-# Page 2 of 2" in visible_text(page)
    assert first.count("• ") + visible_text(page).count("• ") == PUBLIC
    await (await stage.server.click(reader, page, "Back")).response(PATIENCE)
    assert visible_text(page) == first
    (menu,) = selects(page)
    opened = await stage.server.select(reader, page, menu["custom_id"], ["Who mends the nets"])
    card = await opened.response(PATIENCE)
    assert visible_text(card).startswith("### Who mends the nets\n")


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"author": "ines calder"}, 2),
        ({"source": ALMANAC}, 4),
        ({"author": "Ines Calder", "source": ALMANAC}, 0),
        ({"after": "2024-02-09", "before": "2024-02-11"}, 2),
        ({"collection": "board"}, 0),
        ({"collection": "no such"}, 0),
        ({"author": "**@everyone** " * 400}, 0),
    ],
    ids=str,
)
async def test_the_list_can_be_narrowed(
    stage: Stage, reader: User, channel: Channel, options: dict[str, str], count: int
) -> None:
    """Filters narrow the list, and the list says so."""
    text = visible_text(await (await listed(stage, reader, channel, **options)).response())
    assert text.startswith(f"### {count} article")
    assert "\n-# Only " in text
    assert text.count("\n• ") == count


async def test_a_list_with_a_date_that_is_none_is_refused(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """A wrong date is told before anything is listed."""
    record = await listed(stage, reader, channel, before="soon")
    assert "`before` takes a date" in (await record.response()).content
    assert record.ephemeral


async def test_a_narrowed_list_stays_narrowed_when_leafed(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """Turning a page keeps the filters."""
    record = await listed(stage, reader, channel, before="2024-02-12")
    page = await record.response()
    total = visible_text(page).splitlines()[0]
    await (await stage.server.click(reader, page, "Next")).response(PATIENCE)
    assert visible_text(page).splitlines()[:2][0] == total
    assert "-# Only before <t:" in visible_text(page)


# Help.


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
    assert "`/ask`" in text
    assert "`/article`" in text
    assert ("`/reindex`" in text) == (role != "reader")
    assert record.ephemeral


async def test_another_servers_manager_is_no_admin(stage: Stage) -> None:
    """Manage Server counts in a home server only."""
    manager = stage.server.create_user("other-manager")
    elsewhere = stage.server.add_guild("Elsewhere", members=[])
    stage.server.add_member(elsewhere, manager, permissions=Permission.MANAGE_GUILD)
    channel = stage.server.add_channel(elsewhere)
    record = await stage.server.slash(manager, channel, "help")
    assert "`/reindex`" not in visible_text(await record.response(PATIENCE))


async def test_discord_shows_each_the_commands_that_are_theirs(
    play: Theatre, stage: Stage, reader: User, channel: Channel
) -> None:
    """`/reindex` is hidden from those who do not manage the server."""
    everyone = ["ask", "article", "articles", "help"]
    assert sorted(everyone) == sorted(stage.server.visible_commands(reader, channel))
    manager = stage.person(permissions=Permission.MANAGE_GUILD)
    assert "reindex" in stage.server.visible_commands(manager, channel)
