"""Whatever is granted where, and taken away meanwhile: notices show what their readers may see."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import discord
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access import Access
from bot.client import FootnoteBot, Options
from bot.posting import place_of
from retrieval.types import Article
from retrieval.watches import Watch
from tests.conftest import Library
from tests.hashed import HashedEncoder

GUILD, CHANNEL, THREAD, OTHER = 10, 20, 30, 40
COLLECTIONS = ("public", "board", "lab", "crew")
PLACES = ((None, None, None), (GUILD, CHANNEL, None), (GUILD, THREAD, CHANNEL), (11, OTHER, None))
NAMES = ("Penrose", "Trewin", "Nancarrow", "Bolitho", "Carlyon", "Tregear")
QUESTION = "Who carved the whale above the harbour gate?"

some = st.frozensets(st.sampled_from(COLLECTIONS))
accesses = st.builds(
    Access,
    public=some,
    servers=st.dictionaries(st.sampled_from([GUILD, 11]), some),
    channels=st.dictionaries(st.sampled_from([CHANNEL, THREAD, OTHER]), some),
    roles=st.just({1: frozenset(COLLECTIONS)}),
)


def _article(name: str, collection: str) -> Article:
    text = f"The whale above the harbour gate was carved by {name}, of the {collection}."
    return Article(f"{name} and the whale", text, name, given_id=name, collection=collection)


def _watch(number: int, place: tuple[int | None, int | None, int | None], since: int) -> Watch:
    guild_id, channel_id, parent_id = place
    return Watch(
        id=f"w{number}", owner_id=number, question=QUESTION, once=number % 2 == 0,
        guild_id=guild_id, channel_id=channel_id, parent_id=parent_id, message_id=None,
        filters="{}", locale="en", hour=None, zone=None, made_at="2026-01-01T00:00:00+00:00",
        useful_at="2026-01-01T00:00:00+00:00", asked_at=None, since=since, model=None, vector=None,
    )  # fmt: skip


def _shown(view: discord.ui.LayoutView) -> str:
    return "\n".join(
        c.content for c in view.walk_children() if isinstance(c, discord.ui.TextDisplay)
    )


async def _notices(library: Library, before: Access, after: Access) -> dict[int, str]:
    """Return what each watch's notice shows, matched by some grants and posted by others."""
    nobody: frozenset[int] = frozenset()
    archive = library.open()
    options = Options(before, nobody, nobody, nobody, 0, 1, 90, library.data_dir, ["false"])
    bot = FootnoteBot(archive, options)
    await bot.poster.match()
    bot.options = replace(options, access=after)
    made = {n.owner_id: bot.poster.found(n) for n in archive.notices.due(datetime.now(UTC), 99)}
    await bot.close()
    return {owner: _shown(found[0]) for owner, found in made.items() if found is not None}


@settings(max_examples=12)
@given(
    told=st.lists(st.sampled_from(COLLECTIONS), min_size=1, max_size=len(NAMES)),
    before=accesses,
    after=accesses,
    changed=st.booleans(),
)
def test_nobody_is_shown_what_they_could_not_have_asked_for(
    told: list[str], before: Access, after: Access, changed: bool
) -> None:
    """A notice names articles of its readers' collections alone; who may see one is told."""
    articles = [_article(*each) for each in zip(NAMES, told, strict=False)]
    after = after if changed else before
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder) / "data", HashedEncoder())
        library.shelve(Article("Ferry", "The ferry leaves at seven.", "1"))
        archive = library.open()
        since = archive.newest()
        watches = [_watch(number, place, since) for number, place in enumerate(PLACES)]
        for watch in watches:
            archive.watches.add(watch, 9, 9)
        library.shelve(*articles, Article("Ferry", "The ferry leaves at seven.", "1"))
        shown = asyncio.run(_notices(library, before, after))
        library.close()
    for watch in watches:
        allowed = [access.reader(place_of(watch)).collections or () for access in (before, after)]
        text = shown.get(watch.owner_id, "")
        for article in articles:
            if article.collection not in allowed[1]:
                assert article.title not in text
        if not changed:
            may_see = any(article.collection in allowed[0] for article in articles)
            assert may_see == bool(text)
