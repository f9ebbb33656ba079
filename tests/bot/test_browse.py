"""Lists to leaf through: of articles, and of publications and collections."""

from __future__ import annotations

import pytest

from tests.loopback import Channel, Message, User, buttons, selects, visible_text
from tests.loopback.interactions import InteractionRecord

from .corpus import ALMANAC, BOARD, GAZETTE, PUBLIC
from .stage import PATIENCE, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def listed(
    stage: Stage, user: User, channel: Channel, command: str = "articles", **options: str
) -> InteractionRecord:
    """Use `/articles` or another command, and wait for the list."""
    record = await stage.server.slash(user, channel, command, options)
    await record.response(PATIENCE)
    return record


async def pressed(stage: Stage, user: User, message: Message, label: str) -> Message:
    """Press a button, and return what is shown then."""
    return await (await stage.server.click(user, message, label)).response(PATIENCE)


async def test_the_list_is_leafed_through_newest_first(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """`/articles` shows ten a page, to who asked, and turns in place."""
    record = await listed(stage, reader, channel)
    page = await record.response()
    first = visible_text(page)
    assert record.ephemeral
    assert first.startswith(f"### {PUBLIC} articles\n**Who mends the nets**\n")
    assert "-# Page 1 of 2, the newest first" in first
    await (await stage.server.click(reader, page, "Next")).response(PATIENCE)
    assert "-# Page 2 of 2" in visible_text(page)
    assert first.count("\n**") + visible_text(page).count("\n**") == PUBLIC
    await (await stage.server.click(reader, page, "Back")).response(PATIENCE)
    assert visible_text(page) == first
    opened = await stage.server.select(
        reader, page, selects(page)[0]["custom_id"], ["Who mends the nets"]
    )
    card = await opened.response(PATIENCE)
    assert visible_text(card).startswith("### Who mends the nets\n")
    assert card is not page


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
    assert text.count("\n**") == count


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
    assert "-# Only until <t:" in visible_text(page)


async def test_a_list_is_sorted_by_title(stage: Stage, reader: User, channel: Channel) -> None:
    """A button sorts the list by title from its first page on, and back again."""
    page = await (await listed(stage, reader, channel)).response()
    first = visible_text(page)
    await pressed(stage, reader, page, "Sort by title")
    await pressed(stage, reader, page, "Next")
    assert "-# Page 2 of 2, by title" in visible_text(page)
    titles = [option["label"] for option in selects(page)[0]["options"]]
    assert titles == sorted(titles, key=str.casefold)
    await pressed(stage, reader, page, "Sort by date")
    assert visible_text(page) == first


async def test_an_empty_list_leads_on(stage: Stage, reader: User, channel: Channel) -> None:
    """Where nothing matches, buttons lead to all articles and to the publications."""
    page = await (await listed(stage, reader, channel, author="nobody")).response()
    assert "Narrow less" in visible_text(page)
    assert ["All articles", "Publications and collections"] == [b.label for b in buttons(page)]
    every = await pressed(stage, reader, page, "All articles")
    assert visible_text(every).startswith(f"### {PUBLIC} articles\n**")
    sources = await pressed(stage, reader, page, "Publications and collections")
    assert visible_text(sources).startswith("### 2 publications, 1 collection\n")


async def test_publications_and_collections_are_listed(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """Each is told with its articles and its newest date, and opens the list of its articles."""
    record = await listed(stage, reader, channel, "sources")
    page = await record.response()
    assert record.ephemeral
    assert visible_text(page) == (
        "### 2 publications, 1 collection\n"
        f"**{GAZETTE}**\n-# 8 articles · the newest of February 11, 2024\n"
        f"**{ALMANAC}**\n-# 4 articles · the newest of February 10, 2024\n"
        f"Collection **public**\n-# {PUBLIC} articles · the newest of February 11, 2024"
    )
    (menu,) = selects(page)
    for label, count in ((ALMANAC, 4), ("Collection public", PUBLIC)):
        opened = await stage.server.select(reader, page, menu["custom_id"], [label])
        text = visible_text(await opened.response(PATIENCE))
        assert text.startswith(f"### {count} articles\n-# Only ")


async def test_only_collections_of_the_place_are_listed(stage: Stage, reader: User) -> None:
    """What is granted to a channel is listed there; elsewhere its old menu opens nothing."""
    page = await (await listed(stage, reader, stage.board_room, "sources")).response()
    assert f"Collection **{BOARD}**\n-# 1 article " in visible_text(page)
    (menu,) = selects(page)
    opened = await stage.server.select(reader, page, menu["custom_id"], [f"Collection {BOARD}"])
    assert "Loan for the sea wall" in visible_text(await opened.response(PATIENCE))
    offered = await stage.server.autocomplete(
        reader, stage.board_room, "articles", "collection", "", timeout=PATIENCE
    )
    assert ["public", BOARD] == [choice["value"] for choice in offered]
