"""The tour's last part: what those do who administer the archive."""

from __future__ import annotations

from .guide import Guide, Script

ADMINISTERING = Script()
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


@step("Reindex, and roll back")
async def _(g: Guide) -> None:
    """What changed is named; an answer from before says so; one press brings the index back."""
    (g.articles / "eels.md").write_text(
        "---\ntitle: Eels in the Tarn\nauthor: Ines Calder\n---\n\nThe eels are back in the Tarn.\n"
    )
    (g.articles / "choir.md").unlink()
    lighthouse = g.articles / "lighthouse.md"
    lighthouse.write_text(lighthouse.read_text().replace("in 1874", "in 1875"))
    running = await g.slash(g.olga, g.talk, "reindex")
    ended = await g.outcome(running)
    g.picture("reindexed", "What reindexing changed.")
    await g.press(g.ada, g.kept["answer"], "In context")
    await g.press(g.olga, ended, "Roll back")
