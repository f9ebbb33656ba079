"""The tour's last part: what those do who administer the archive."""

from __future__ import annotations

from .guide import Guide, Script

ADMINISTERING, UNDOING = Script(), Script()
"""What changes the archive, and what takes that back."""

step = ADMINISTERING.step


@step("Reindexing is for those who administer the archive")
async def _(g: Guide) -> None:
    """Others are told who may."""
    await g.slash(g.ada, g.talk, "reindex")


@step("Reindex, and cancel it")
async def _(g: Guide) -> None:
    """Questions go on being answered while it runs."""
    await g.complete(g.olga, g.talk, "reindex", "source", "gaz")
    running = await g.slash(g.olga, g.talk, "reindex", source="0", full=True)
    g.picture("reindexing", "Reindexing, for those who administer the archive.")
    await g.press(g.olga, running, "Cancel")


@step("Reindex")
async def _(g: Guide) -> None:
    """What changed is named; an answer from before says so."""
    (g.articles / "eels.md").write_text(
        "---\ntitle: Eels in the Tarn\nauthor: Ines Calder\n---\n\n"
        "The eels came back to the river Tarn in the spring of 2026.\n"
    )
    (g.articles / "choir.md").unlink()
    lighthouse = g.articles / "lighthouse.md"
    lighthouse.write_text(lighthouse.read_text().replace("in 1874", "in 1875"))
    running = await g.slash(g.olga, g.talk, "reindex")
    ended = await g.outcome(running)
    g.picture("reindexed", "What reindexing changed.")
    shown = await g.press(g.ada, g.kept["built"], "In context")
    await g.press(g.ada, shown, "Passage 3")
    g.kept["ended"] = ended


@step("An earlier version")
async def _(g: Guide) -> None:
    """An article is kept as it was; its card leads to its other versions, and back."""
    card = await g.slash(g.ada, g.talk, "article", title="lighthouse")
    earlier = await g.choose(g.ada, card, "As it was from …")
    g.picture("version", "An article as it was.")
    earlier = await g.press(g.ada, earlier, "As it is now")
    earlier = await g.choose(g.ada, earlier, "As it was from …")
    await g.choose(g.ada, earlier, "As it is now, from …")


@UNDOING.step("Roll back")
async def _(g: Guide) -> None:
    """One press brings the index back that was there before."""
    await g.press(g.olga, g.kept["ended"], "Roll back")
