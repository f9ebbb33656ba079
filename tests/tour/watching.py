"""The tour's third part: questions that are left, and what the bot comes back with."""

from __future__ import annotations

import asyncio

from tests.loopback import Message, visible_text

from .guide import PATIENCE, Guide, Script

WATCHING, TOLD = Script(), Script()
"""What is done before the archive is read again, and what comes of it."""

step = WATCHING.step

EELS = "When did eels come back to the river Tarn?"


@step("Tell me when it does")
async def _(g: Guide) -> None:
    """A refused question is kept, if its asker wants to be told when an article answers it."""
    refused = await g.slash(g.ada, g.talk, "ask", question=EELS)
    kept = await g.press(g.ada, refused, "Tell me when it does")
    g.picture("kept", "A question that is kept until the archive answers it.")
    await g.press(g.ada, kept, "By direct message instead")
    kept = await g.press(g.olga, refused, "Tell me when it does")
    await g.press(g.olga, kept, "Stop watching")


@step("Watch a question")
async def _(g: Guide) -> None:
    """What new articles say to it is told each time, or once a day at an hour of one's day."""
    for option in ("collection", "author", "source"):
        await g.complete(g.ben, g.talk, "watch add", option, "")
    zone, *_ = await g.complete(g.ben, g.talk, "watch add", "timezone", "oslo")
    about = {"question": "When does the ferry go?", "hour": 8, "timezone": zone, "here": True}
    narrowed = {"collection": "public", "author": "Rolf Amsel", "source": "Sandrey Gazette"}
    await g.slash(g.ben, g.talk, "watch add", **about, **narrowed)
    g.ben.dms_open = False
    await g.slash(g.ben, g.talk, "watch add", question=EELS)


@step("What one watches")
async def _(g: Guide) -> None:
    """A list, with a menu to remove one; or by name."""
    await g.slash(g.ada, g.talk, "watch list")
    listed = await g.slash(g.ben, g.talk, "watch list")
    g.picture("watches", "What one watches.")
    await g.choose(g.ben, listed, "When does the ferry go?")
    await g.slash(g.ada, g.talk, "watch add", question="What does a whale weigh?", here=True)
    watch, *_ = await g.complete(g.ada, g.talk, "watch remove", "watch", "whale")
    await g.slash(g.ada, g.talk, "watch remove", watch=watch)


@TOLD.step("A question that was left is answered")
async def _(g: Guide) -> None:
    """Its asker is told once, with the passage."""

    def told(message: Message) -> bool:
        return "The archive now answers" in visible_text(message)

    direct = g.server.dm(g.ada)
    g.note(g.ada, direct, "waits")
    notice = g.show(await g.server.wait_for_message(direct, told, PATIENCE))
    g.picture("notice", "The answer to a question that was left.")
    await g.press(g.ada, notice, "In context")


@TOLD.step("An answer is corrected")
async def _(g: Guide) -> None:
    """When what it quotes is changed or withdrawn, its message says so, and since when."""
    answer = g.kept["built"]

    def corrected() -> bool | None:
        return "Correction" in visible_text(answer) or None

    await g.server.until(corrected, PATIENCE, "correction")
    g.note(g.ada, g.talk, "looks at an earlier answer again")
    g.show(answer)
    g.picture("corrected", "An answer whose article was corrected.")


@TOLD.step("A notice that could not be delivered")
async def _(g: Guide) -> None:
    """Who takes no direct messages finds it in the list."""

    def refused() -> bool | None:
        return any(request.status == 403 for request in g.server.requests) or None

    await g.server.until(refused, PATIENCE, "direct message that is refused")
    await asyncio.sleep(0.5)  # until the bot has noted that
    listed = await g.slash(g.ben, g.talk, "watch list")
    await g.press(g.ben, listed, "Show what I found")
    await g.choose(g.ben, listed, EELS)
