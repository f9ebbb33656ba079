"""The tour's second part: looking articles up, and the bot in other languages."""

from __future__ import annotations

from .guide import Guide, Script

LOOKING = Script()
step = LOOKING.step


@step("Look an article up")
async def _(g: Guide) -> None:
    """Titles are suggested while one types, with typos and by meaning."""
    await g.complete(g.ada, g.talk, "article", "title", "walkrs gide")
    await g.complete(g.ada, g.talk, "article", "title", "honey")
    g.kept["card"] = await g.slash(g.ada, g.talk, "article", title="moor")


@step("Read it page by page")
async def _(g: Guide) -> None:
    """Pages end where paragraphs do; one turns to the next in the same message."""
    page = await g.press(g.ada, g.kept["card"], "Read")
    g.picture("page", "An article, page by page.")
    page = await g.press(g.ada, page, "Next")
    await g.press(g.ada, page, "Back")


@step("A title that no article has")
async def _(g: Guide) -> None:
    """The bot says which come near."""
    await g.slash(g.ada, g.talk, "article", title="The lighthouse on Gull Island")


@step("Browse the articles")
async def _(g: Guide) -> None:
    """The newest first, ten a page; the menu opens one."""
    listed = await g.slash(g.ada, g.talk, "articles")
    g.picture("articles", "The list of articles.")
    listed = await g.press(g.ada, listed, "Next")
    listed = await g.press(g.ada, listed, "Back")
    await g.choose(g.ada, listed, "The great lens is cleaned")


@step("Browse some of them")
async def _(g: Guide) -> None:
    """The same options narrow the list."""
    for option, typed in (("author", "greta"), ("source", "alm"), ("collection", "")):
        await g.complete(g.ada, g.talk, "articles", option, typed)
    await g.slash(
        g.ada,
        g.talk,
        "articles",
        author="Greta Voss",
        source="Island Almanac",
        collection="public",
        after="2021-01-01",
        before="2023-01-01",
    )


# In another language.


@step("Ask in German or French")
async def _(g: Guide) -> None:
    """What the bot says is in the language that the user has set in Discord; articles stay."""
    for g.locale in ("de", "fr"):
        await g.slash(g.ada, g.talk, "help")
        await g.slash(g.ada, g.talk, "ask", question="When did Napoleon invade Russia?")
    g.locale = "en-GB"
