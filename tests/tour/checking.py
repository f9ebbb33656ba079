"""The tour's part on quotes: what a message quotes is checked against the archive."""

from __future__ import annotations

from .guide import Guide, Script

CHECKING = Script()
step = CHECKING.step


@step("Check a quote")
async def _(g: Guide) -> None:
    """In the menu of any message: is what it quotes in the archive, and what differs?"""
    words = "“In August they gave fifty kilograms of honey.” That much?"
    message = await g.write(g.ben, g.talk, words)
    checked = await g.menu(g.ada, message, "Check a quote")
    g.picture("quote", "A quote checked against the archive, word by word.")
    await g.press(g.ada, checked, "In context")
    await g.press(g.ada, checked, "Share in the channel")
    await g.press(g.ada, g.show(await g.reply(message)), "Delete")


@step("A quote that nobody wrote")
async def _(g: Guide) -> None:
    """The bot says so, and names the articles that are nearest."""
    words = "> The bees of the walled garden elected a mayor, who resigned within the hour."
    await g.menu(g.ada, await g.write(g.ben, g.talk, words), "Check a quote")
