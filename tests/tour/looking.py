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
    g.picture("card", "An article's card.")


@step("Read it page by page")
async def _(g: Guide) -> None:
    """Pages end where paragraphs do; one turns to the next in the same message."""
    page = await g.press(g.ada, g.kept["card"], "Read")
    g.picture("page", "An article, page by page.")
    page = await g.press(g.ada, page, "Next")
    page = await g.press(g.ada, page, "Back")
    page = await g.choose(g.ada, page, "Weather")
    await g.press(g.ada, page, "About the article")


@step("Look a section up")
async def _(g: Guide) -> None:
    """Headings are suggested as titles are; the article opens there, for who asked alone."""
    section, *_ = await g.complete(g.ada, g.talk, "article", "title", "standing stones")
    await g.slash(g.ada, g.talk, "article", title=section, private=True)
    g.picture("section", "An article, opened at one of its sections.")


@step("An article of many sections")
async def _(g: Guide) -> None:
    """A menu holds two dozen, and leads on to the others."""
    card = await g.slash(g.ben, g.talk, "article", title="names")
    more = await g.choose(g.ben, card, "More sections …")
    page = await g.choose(g.ben, more, "Yellow Dog")
    page = await g.press(g.ben, page, "First")
    await g.press(g.ben, page, "Last")


@step("A title that no article has")
async def _(g: Guide) -> None:
    """The bot says which come near."""
    await g.slash(g.ada, g.talk, "article", title="The lighthouse on Gull Island")


@step("Browse the articles")
async def _(g: Guide) -> None:
    """The newest first or by title, ten a page; the menu opens one."""
    listed = await g.slash(g.ada, g.talk, "articles")
    g.picture("articles", "The list of articles.")
    listed = await g.press(g.ada, listed, "Next")
    listed = await g.press(g.ada, listed, "Back")
    listed = await g.press(g.ada, listed, "Sort by title")
    await g.choose(g.ada, listed, "A second ferry from May")
    await g.press(g.ada, listed, "Sort by date")


@step("Browse some of them")
async def _(g: Guide) -> None:
    """The same options narrow the list; where none is left, there is a way out."""
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
    none = await g.slash(g.ada, g.talk, "articles", author="Homer")
    await g.press(g.ada, none, "All articles")
    await g.press(g.ada, none, "Publications and collections")


@step("Publications and collections")
async def _(g: Guide) -> None:
    """All that one may read, with how much it holds; the menu lists the articles of one."""
    sources = await g.slash(g.ada, g.talk, "sources")
    g.picture("sources", "The publications and collections.")
    await g.choose(g.ada, sources, "Island Almanac")
    await g.choose(g.ada, sources, "Collection public")


# In another language.


@step("Ask in German or French")
async def _(g: Guide) -> None:
    """What the bot says is in the language that the user has set in Discord; articles stay."""
    for g.locale in ("de", "fr"):
        await g.slash(g.ada, g.talk, "help")
        if g.locale == "de":
            g.picture("german", "Help in German: the bot speaks the language of who asks.")
        refused = await g.slash(g.ada, g.talk, "ask", question="When did Napoleon invade Russia?")
        *_, rephrase, tell = g.labels(refused)
        await g.open(g.ada, refused, rephrase)
        kept = await g.press(g.ada, refused, tell)
        kept = await g.press(g.ada, kept, g.labels(kept)[0])
        await g.press(g.ada, kept, g.labels(kept)[-1])
    g.locale = "en-GB"
