"""Looking an article up: by its title, a heading or a choice; its card, pages and versions."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from retrieval.types import Article, Heading
from tests.conftest import Library
from tests.hashed import HashedEncoder
from tests.loopback import Channel, Message, User, buttons, selects, visible_text

from .corpus import (
    ALMANAC,
    GAZETTE,
    HANDBOOK_TITLE,
    HOSTILE_TITLE,
    LAB,
    LONG_TITLE,
    PUBLIC,
    TWIN_TITLE,
)
from .hostile import active_markup
from .stage import PATIENCE, Stage, assert_clean, bot_here, discord_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
    assert "\n-# **Sections** Peat · Heather · Standing stones · The drove road · Sheep" in text
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
    said = message.content or visible_text(message)
    assert said.startswith("No article is called “")
    assert active_markup(said) == []
    assert len(said) <= 2000


async def test_a_near_miss_offers_the_nearest_titles(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """Titles in a failure are text, which pings nobody and forms no link, and buttons."""
    message = await look_up(stage, reader, channel, "everyone council")
    assert "everyone" in visible_text(message)
    assert active_markup(visible_text(message)) == []
    assert message.mention_everyone is False
    record = await stage.server.click(reader, message, buttons(message)[0].label)
    assert visible_text(await record.response(PATIENCE)).startswith("### ")


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


async def choose(stage: Stage, user: User, message: Message, label: str) -> Message:
    """Choose from the message's menu that offers it, and return what is shown then."""
    (menu,) = [
        menu for menu in selects(message) if label in [each["label"] for each in menu["options"]]
    ]
    record = await stage.server.select(user, message, menu["custom_id"], [label])
    return await record.response(PATIENCE)


async def test_a_section_is_jumped_to(stage: Stage, reader: User, channel: Channel) -> None:
    """From the card a section opens privately, from a page in place; a way leads to the card."""
    card = await look_up(stage, reader, channel, HANDBOOK_TITLE)
    page = await choose(stage, reader, card, "Weather")
    assert page.only_for is reader
    _, place, shown, *_ = visible_text(page).splitlines()
    assert re.fullmatch(r"-# Page \d of \d", place)
    assert shown == "**Weather**"
    assert await choose(stage, reader, page, "Peat") is page
    assert "**Peat**" == visible_text(page).splitlines()[2]
    assert "**Peat**\n\nParagraph 1 on peat" in visible_text(page)
    back = await stage.server.click(reader, page, "About the article")
    assert await back.response(PATIENCE) is page
    assert visible_text(page) == visible_text(card)
    read = await stage.server.click(reader, page, "Read")
    assert await read.response(PATIENCE) is page
    assert "-# Page 1 of" in visible_text(page)


async def test_a_heading_is_found_and_opened(stage: Stage, reader: User, channel: Channel) -> None:
    """A heading is offered behind its title; chosen, it opens there, to who chose it alone."""
    choices = await stage.server.autocomplete(
        reader, channel, "article", "title", "standing sto", timeout=PATIENCE
    )
    assert f"{HANDBOOK_TITLE} › Standing stones" == choices[0]["name"]
    page = await look_up(stage, reader, channel, choices[0]["value"])
    assert page.only_for is reader
    assert visible_text(page).splitlines()[2] == "**Standing stones**"
    # As a text that stands for nothing it is a title that there is none of.
    nothing = await look_up(stage, reader, channel, "7§nothing")
    assert (nothing.content or visible_text(nothing)).startswith("No article is called")


async def test_an_article_is_looked_up_privately(stage: Stage, channel: Channel) -> None:
    """What a role is granted is offered and shown where `private` is set, and only there."""
    member = stage.person(roles=[stage.laboratory])
    title = "Trial of the tidal turbine"
    offered = [
        await stage.server.autocomplete(
            member, channel, "article", "title", "tidal", others, timeout=PATIENCE
        )
        for others in ({"private": True}, {})
    ]
    assert [True, False] == [title in [c["name"] for c in choices] for choices in offered]
    options = {"title": title, "private": True}
    record = await stage.server.slash(member, channel, "article", options)
    card = await record.response(PATIENCE)
    assert card.only_for is member
    assert f" · collection {LAB}" in visible_text(card)
    hidden = await look_up(stage, member, channel, title)
    assert "Linnea" not in visible_text(hidden)


# Versions.

_OLD, _NEW = "The pier opens at six.", "The pier opens at seven."
_HEADINGS = tuple(Heading(8 * n, 8 * n + 6) for n in range(60))


def _pier(text: str, **more: object) -> Article:
    return Article("The pier", text, "pier", given_id="pier", **more)  # type: ignore[arg-type]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own_stage(
    tmp_path_factory: pytest.TempPathFactory, hashed: HashedEncoder
) -> AsyncIterator[Stage]:
    """Yield a stage with a bot of an archive whose articles had other versions before."""
    folder = tmp_path_factory.mktemp("versions")
    library = Library(folder / "data", hashed)
    register = Article(
        "Register", "\n\n".join(f"No. {n:02}" for n in range(60)), "r",
        given_id="x" * 120, headings=_HEADINGS,
    )  # fmt: skip
    library.shelve(_pier(_OLD, collection="crew"), Article("Lost", "It sank.", "l", given_id="l"))
    library.shelve(_pier(_OLD), Article("Lost", "It sank.", "l", given_id="l"))
    library.shelve(_pier(_NEW), register)
    archive = library.open()
    async with discord_stage() as stage, bot_here(stage, archive, stage.options(folder, [])):
        await stage.server.wait_until_synced(PATIENCE)
        yield stage
        assert_clean(stage.server)
    library.close()


async def test_other_versions_are_opened(own_stage: Stage) -> None:
    """The versions that a reader may see open from the card; an old one says what it is."""
    stage, reader, channel = own_stage, own_stage.person(), own_stage.channel()
    card = await look_up(stage, reader, channel, "The pier")
    assert _NEW in visible_text(card)
    (menu,) = selects(card)
    (choice,) = menu["options"]
    assert choice["label"].startswith("As it was from ")
    old = await choose(stage, reader, card, choice["label"])
    assert old.only_for is reader
    assert _OLD in visible_text(old)
    changed = "**An earlier version.** The article has changed since; this is how it was."
    assert changed in visible_text(old)
    page = await (await stage.server.click(reader, old, "Read")).response(PATIENCE)
    assert page is old
    assert (changed, True) == (visible_text(page).splitlines()[2], _OLD in visible_text(page))
    await (await stage.server.click(reader, page, "About the article")).response(PATIENCE)
    await (await stage.server.click(reader, old, "As it is now")).response(PATIENCE)
    assert visible_text(old) == visible_text(card)
    lost = await look_up(stage, reader, channel, "l")
    assert "**A withdrawn article.** The archive does not hold it any more" in visible_text(lost)


async def test_many_sections_are_leafed_through(own_stage: Stage) -> None:
    """Of sixty sections 24 are in the menu at a time, and whatever its id, an article opens."""
    stage, reader, channel = own_stage, own_stage.person(), own_stage.channel()
    (choice,) = [
        c for c in await stage.server.autocomplete(reader, channel, "article", "title", "regist")
        if c["name"] == "Register"
    ]  # fmt: skip
    card = await look_up(stage, reader, channel, choice["value"])
    more = await choose(stage, reader, card, "More sections …")
    assert more.only_for is reader
    assert visible_text(more) == visible_text(card)
    assert "No. 24" == selects(more)[0]["options"][0]["label"]
    page = await choose(stage, reader, more, "No. 30")
    assert "**No. 30**" == visible_text(page).splitlines()[2]
    assert await choose(stage, reader, page, "More sections …") is page
    assert ["No. 48", "More sections …"] == [
        selects(page)[0]["options"][n]["label"] for n in (0, -1)
    ]


async def test_what_was_shown_before_a_restart_works(library: Library, tmp_path: Path) -> None:
    """Cards, pages and lists outlive the bot and three generations; they show what was shown."""
    library.shelve(_pier(_OLD, source="Gazette"))
    async with discord_stage() as stage:
        reader, channel = stage.person(), stage.channel()
        async with bot_here(stage, library.open(), stage.options(tmp_path, [])):
            await stage.server.wait_until_synced(PATIENCE)
            card = await look_up(stage, reader, channel, "The pier")
            page = await (await stage.server.click(reader, card, "Read")).response(PATIENCE)
            lists = [
                await (await stage.server.slash(reader, channel, name)).response(PATIENCE)
                for name in ("articles", "sources")
            ]
        for text in ("Closed.", "Closed still.", _NEW):
            library.shelve(_pier(text, source="Gazette"), Article("Other", "More.", "o"))
        async with bot_here(stage, library.open(), stage.options(tmp_path, [])):
            again = await (await stage.server.click(reader, card, "Read")).response(PATIENCE)
            assert _OLD in visible_text(again)
            assert "The article has changed since" in visible_text(again)
            await (await stage.server.click(reader, page, "About the article")).response(PATIENCE)
            assert _OLD in visible_text(page)
            opened = await choose(stage, reader, lists[0], "The pier")
            assert _NEW in visible_text(opened)
            narrowed = await choose(stage, reader, lists[1], "Gazette")
            assert visible_text(narrowed).startswith("### 1 article\n")
        assert_clean(stage.server)
