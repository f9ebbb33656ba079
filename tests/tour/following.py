"""The tour's part on time: what the articles say on a subject, in order of date."""

from __future__ import annotations

from .guide import Guide, Script

FOLLOWING = Script()
step = FOLLOWING.step


@step("Follow a subject through the articles")
async def _(g: Guide) -> None:
    """A passage of each article that says a date, the oldest first, five a page."""
    g.kept["timeline"] = await g.slash(g.ada, g.board_room, "timeline", subject="crowns")
    g.picture("timeline", "A timeline: what the articles say on a subject, oldest first.")
    page = await g.press(g.ben, g.kept["timeline"], "Next")
    await g.press(g.ben, page, "Back")
    await g.choose(g.ada, g.kept["timeline"], "The walled garden and its bees")


@step("Follow it in some of the articles")
async def _(g: Guide) -> None:
    """The options of a question narrow a timeline as well."""
    for option, typed in (("author", "ines"), ("source", "gaz"), ("collection", "")):
        await g.complete(g.ada, g.talk, "timeline", option, typed)
    await g.slash(
        g.ada,
        g.talk,
        "timeline",
        subject="the ferry",
        author="Ines Calder",
        source="Sandrey Gazette",
        collection="public",
        after="2020-01-01",
        before="2026-01-01",
        private=True,
    )


@step("An answer in order of date")
async def _(g: Guide) -> None:
    """The menu of an answer leads to the timeline of its question, for who asks alone."""
    await g.choose(g.ada, g.kept["answer"], "In order of date")
