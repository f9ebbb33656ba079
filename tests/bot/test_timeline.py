"""A timeline: dated passages of different articles in order, and what leads on from them."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from bot import chronicle
from bot.chronicle import Timeline
from retrieval.archive import Archive
from retrieval.encoder import OnnxEncoder
from retrieval.types import Article, Filters, Hit, Scores
from tests.conftest import SEARCH, Library, Shelf, once
from tests.hashed import CHUNKING
from tests.loopback import Channel, Message, User, buttons, selects, visible_text
from tests.loopback.openapi import Description

from . import hits as made
from .corpus import BOARD
from .sendable import RECORD, SAY, assert_sendable, few
from .sendable import buttons as on_buttons
from .stage import PATIENCE, Stage, assert_clean, bot_here, copy_data, discord_stage, rows

SUBJECT = "the well at Corvo"


# What is chosen, and in which order.


def _hit(title: str, day: int | None, confidence: float = 0.9, text: str = "It is so.") -> Hit:
    published = None if day is None else datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
    hit = made.whole(title, text, published_at=published)
    return replace(hit, scores=Scores(0.5, 1, 0.5, 0.5, confidence))


@pytest.mark.parametrize(
    ("found", "titles", "undated", "cut"),
    [
        ([], [], 0, False),
        ([_hit("b", 2), _hit("c", 3), _hit("a", 1)], ["a", "b", "c"], 0, False),
        ([_hit("b", 2), _hit("a", 2)], ["b", "a"], 0, False),
        ([_hit("a", 1), _hit("b", None), _hit("c", None)], ["a"], 2, False),
        ([_hit("a", 1), _hit("b", 2, 0.29), _hit("c", None, 0.29)], ["a"], 0, False),
        ([_hit("a", 1, 0.3)], ["a"], 0, False),
        ([_hit(f"{n:02d}", -n) for n in range(21)],
         [f"{n:02d}" for n in range(19, -1, -1)], 0, True),
    ],
)  # fmt: skip
def test_likely_dated_passages_are_put_in_order(
    found: list[Hit], titles: list[str], undated: int, cut: bool
) -> None:
    """The oldest comes first, of twenty articles at most; who says no date is counted."""
    timeline = Timeline.of(made.answer(found))
    assert titles == [hit.version.article.title for hit in timeline.hits]
    assert (undated, cut) == (timeline.undated, timeline.cut)


def test_an_article_has_one_entry() -> None:
    """Of several passages of one article the best one stands for it."""
    first = _hit("a", 1)
    second = replace(first, scores=Scores(0.5, 1, 0.5, 0.4, 0.8))
    assert (first,) == Timeline.of(made.answer([first, second])).hits


@few
@given(st.lists(made.hits(), min_size=1, max_size=7), st.integers(0, 3))
def test_any_page_can_be_sent(description: Description, found: list[Hit], number: int) -> None:
    """Whatever the articles hold, a page is a message that Discord takes, five entries at most."""
    top = "### " + "x" * 900
    numbered = dict(enumerate(found, start=1))
    view = chronicle.page(SAY, top, numbered, len(found), number, RECORD)
    shown = assert_sendable(view, description)
    assert top == shown[0]
    entries = [text for text in shown[1:] if "\n-# **" in text]
    assert 1 <= len(entries) <= chronicle.LEAFED
    pages = -(-len(found) // chronicle.LEAFED)
    assert (pages > 1) == bool(on_buttons(view))


def test_the_head_says_what_is_left_out() -> None:
    """Above the entries stand the subject, the filters, and how many there are and are not."""
    timeline = Timeline((_hit("a", 1),), True, 2)
    top = chronicle.head(SAY, made.answer([], "*wells*"), timeline, Filters(author="Ines"))
    assert top.splitlines() == [
        "### \\*wells\\*",
        "-# Only by Ines",
        "-# The 1 likeliest articles on it, oldest first",
        "-# 2 more articles say no date and are left out.",
    ]


# In Discord.


def _well(number: int, day: str | None, **more: object) -> Article:
    text = f"The well at Corvo was measured for the {number}th time. It was {number} fathoms deep."
    published = None if day is None else datetime.fromisoformat(f"{day}T12:00:00+00:00")
    return Article(
        f"Well report {number}", text, f"well {number}", source="Gazette", published_at=published,
        given_id=f"w{number}", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _shelve(folder: Path, encoder: OnnxEncoder) -> None:
    days = ("2021-05-01", "2020-05-01", "2024-05-01", "2019-05-01", "2023-05-01", "2022-05-01")
    articles = [_well(number, day) for number, day in enumerate(days, start=1)]
    articles.append(_well(7, None))
    articles.append(_well(8, "2018-05-01", collection=BOARD))
    articles.append(_well(9, "2025-05-01", authors=("Ines Calder",)))
    articles.append(Article("Bread", "Bake the loaf for an hour in a hot oven.", "bread"))
    Library(folder, encoder).index(Shelf("shelf", articles))


@pytest.fixture(scope="session")
def wells(session_dir: Path, encoder: OnnxEncoder) -> Path:
    """Return a data folder with nine reports on a well; one is undated, one is the board's."""
    return once(session_dir, "wells", lambda folder: _shelve(folder, encoder))


@pytest.fixture(scope="module")
def data(wells: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of that folder."""
    return copy_data(wells, tmp_path_factory.mktemp("wells") / "data")


def _open(data: Path, encoder: OnnxEncoder) -> Archive:
    return Archive(data, encoder, CHUNKING, SEARCH)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(data: Path, encoder: OnnxEncoder) -> AsyncIterator[Stage]:
    """Yield a stage whose bot answers from that folder; no rule of Discord's is broken."""
    archive = _open(data, encoder)
    async with discord_stage() as stage:
        async with bot_here(stage, archive, stage.options(data, [])):
            await stage.server.wait_until_synced(PATIENCE)
            yield stage
        assert_clean(stage.server)
    archive.close()


async def _shown(
    stage: Stage, user: User, channel: Channel, subject: str = SUBJECT, **options: object
) -> Message:
    record = await stage.server.slash(user, channel, "timeline", {"subject": subject, **options})
    return await record.response(PATIENCE)


def _numbers(message: Message) -> list[int]:
    """Return the numbers of the reports that a page shows, in order."""
    return [int(n) for n in re.findall(r"^-# \*\*\d+\*\* Well report (\d+)", visible_text(message),
                                       re.MULTILINE)]  # fmt: skip


async def _choose(stage: Stage, user: User, message: Message, label: str) -> Message:
    custom_id = selects(message)[0]["custom_id"]
    return await (await stage.server.select(user, message, custom_id, [label])).response(PATIENCE)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_subject_is_followed_through_the_articles(stage: Stage, data: Path) -> None:
    """Quotes stand in order of date; who turns a public page sees the next one alone."""
    reader, other, channel = stage.person(), stage.person(), stage.channel()
    page = await _shown(stage, reader, channel)
    first = visible_text(page)
    assert first.startswith(
        f"### {SUBJECT}\n-# 7 articles on it, oldest first\n"
        "-# One more article says no date and is left out.\n"
        "**<t:1556712000:D>**\n> **The well at Corvo was measured for the 4th time.**"
    )
    assert [4, 2, 1, 6, 5] == _numbers(page)
    assert ["Next"] == [button.label for button in buttons(page)]
    turned = await stage.server.click(other, page, "Next")
    beside = await turned.response(PATIENCE)
    assert ([3, 9], True) == (_numbers(beside), turned.ephemeral)
    assert "-# Page 2 of 2" in visible_text(beside)
    assert first == visible_text(page)
    back = await stage.server.click(other, beside, "Back")
    assert [4, 2, 1, 6, 5] == _numbers(await back.response(PATIENCE))
    opened = await _choose(stage, reader, page, "Well report 2")
    assert "**The well at Corvo was measured for the 2th time.**" in visible_text(opened)
    ((hits,),) = rows(data, "SELECT hits FROM answers WHERE message_id = ?", page.id)
    assert 7 == len(json.loads(hits))
    assert not any(SUBJECT in str(value) for row in rows(data, "SELECT * FROM answers")
                   for value in row)  # fmt: skip


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ({"author": "Ines Calder"}, [9]),
        ({"source": "gazette", "after": "2021-01-01", "before": "2024-01-01"}, [1, 6, 5]),
        ({"collection": "public", "before": "2020-01-01"}, [4]),
        ({"private": True, "after": "2024-01-01"}, [3, 9]),
    ],
    ids=str,
)
async def test_a_timeline_is_narrowed(
    stage: Stage, options: dict[str, object], numbers: list[int]
) -> None:
    """The options of a question narrow a timeline, which says so."""
    record = await stage.server.slash(
        stage.person(), stage.channel(), "timeline", {"subject": SUBJECT, **options}
    )
    page = await record.response(PATIENCE)
    assert numbers == _numbers(page)
    assert "-# Only " in visible_text(page)
    assert bool(options.get("private")) == record.ephemeral


@pytest.mark.asyncio(loop_scope="module")
async def test_a_collection_is_shown_where_it_is_granted(stage: Stage) -> None:
    """What only the board's room may see is in its timelines, and in no page turned elsewhere."""
    reader = stage.person()
    page = await _shown(stage, reader, stage.board_room, before="2020-01-01")
    assert [8, 4] == _numbers(page)
    assert [4] == _numbers(await _shown(stage, reader, stage.channel(), before="2020-01-01"))
    none = await _shown(stage, reader, stage.channel(), collection=BOARD)
    assert "Only collection board" in visible_text(none)
    assert "Well report" not in visible_text(none)


@pytest.mark.asyncio(loop_scope="module")
async def test_what_has_no_timeline_is_refused(stage: Stage) -> None:
    """A subject that no article is on is refused as a question is; one without dates says so."""
    reader, channel = stage.person(), stage.channel()
    asked = await stage.server.slash(reader, channel, "ask", {"question": "Napoleon"})
    refused = await _shown(stage, reader, channel, "Napoleon")
    assert visible_text(await asked.response(PATIENCE)) == visible_text(refused)
    undated = await _shown(stage, reader, channel, "baking a loaf")
    assert "The articles on it say no date" in visible_text(undated)
    assert ["Ask in other words"] == [button.label for button in buttons(undated)]
    record = await stage.server.slash(reader, channel, "timeline", {"subject": "?!"})
    assert ("word" in (await record.response(PATIENCE)).content, True) == (True, record.ephemeral)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_leads_to_its_timeline(stage: Stage) -> None:
    """The menu of an answer shows its question's timeline, to who chose it alone."""
    reader, other, channel = stage.person(), stage.person(), stage.channel()
    asked = await stage.server.slash(reader, channel, "ask", {"question": SUBJECT})
    answer = await asked.response(PATIENCE)
    custom_id = selects(answer)[0]["custom_id"]
    record = await stage.server.select(other, answer, custom_id, ["In order of date"])
    page = await record.response(PATIENCE)
    assert ([4, 2, 1, 6, 5], True) == (_numbers(page), record.ephemeral)
    await (await stage.server.click(other, page, "Next")).response(PATIENCE)
    assert [3, 9] == _numbers(page)
    narrowed = await stage.server.slash(
        reader, channel, "ask", {"question": SUBJECT, "author": "Ines Calder"}
    )
    options = selects(await narrowed.response(PATIENCE))[0]["options"]
    assert "In order of date" not in [option["label"] for option in options]


@pytest.mark.asyncio
async def test_pages_are_turned_after_a_restart(
    wells: Path, tmp_path: Path, encoder: OnnxEncoder
) -> None:
    """A timeline's buttons and menu work in another bot; what is forgotten says so."""
    data = copy_data(wells, tmp_path / "data")
    async with discord_stage() as stage:
        reader, channel = stage.person(), stage.channel()
        archive = _open(data, encoder)
        async with bot_here(stage, archive, stage.options(data, [])):
            await stage.server.wait_until_synced(PATIENCE)
            page = await _shown(stage, reader, channel)
        archive.close()
        archive = _open(data, encoder)
        async with bot_here(stage, archive, stage.options(data, [])):
            turned = await (await stage.server.click(reader, page, "Next")).response(PATIENCE)
            assert [3, 9] == _numbers(turned)
            assert visible_text(turned).startswith(f"### {SUBJECT}\n-# 7 articles")
            opened = await _choose(stage, reader, page, "Well report 4")
            assert "4th time" in visible_text(opened)
            archive.records.prune("2999-01-01T00:00:00+00:00")
            record = await stage.server.click(reader, page, "Next")
            assert "too old" in (await record.response(PATIENCE)).content
        archive.close()
        assert_clean(stage.server)
