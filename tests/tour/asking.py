"""The tour's first part: meeting the bot, asking, and all that an answer offers.

The parts together use every command, control and modal of the bot at least once. A new one
needs a step: a title, what is done, and in its docstring one sentence for the reader of the
transcript. `g.picture(name, caption)` has a picture made of what was shown last.
"""

from __future__ import annotations

from tests.loopback import payloads
from tests.loopback.world import Event

from .guide import Guide, Script

ASKING = Script()
step = ASKING.step

BUILT = "When was the lighthouse on Gull Rock built?"


# Meeting the bot.


@step("The bot joins a server")
async def _(g: Guide) -> None:
    """It greets once, in the first channel where it may write."""
    own = g.server.add_role(g.guild, "footnote")
    g.server.add_member(g.guild, g.server.bot, roles=[own])
    g.note(g.olga, g.talk, "invites the bot")
    g.server.dispatch(Event("GUILD_CREATE", payloads.guild(g.guild, g.server.bot), g.guild))
    g.show(await g.server.wait_for_message(g.talk, timeout=30))


@step("Help")
async def _(g: Guide) -> None:
    """What one can do, in one message that only the asker sees."""
    await g.slash(g.ada, g.talk, "help")
    g.picture("help", "Help: what one can do.")


@step("Help for those who administer the archive")
async def _(g: Guide) -> None:
    """The same, and what they may do besides."""
    await g.slash(g.olga, g.talk, "help")


# An answer and its controls.


@step("Ask a question")
async def _(g: Guide) -> None:
    """Passages word for word, the answering sentence in bold, a footnote below each."""
    g.kept["answer"] = await g.slash(g.ada, g.talk, "ask", question=BUILT)
    g.picture("answer", "An answer: up to three passages, word for word, each with its footnote.")


@step("More passages")
async def _(g: Guide) -> None:
    """The next passages that were found, for the one who wants them."""
    more = await g.press(g.ben, g.kept["answer"], "More passages")
    await g.press(g.ben, more, "More passages")


@step("In context")
async def _(g: Guide) -> None:
    """The passage with the paragraphs around it, and from there to the others."""
    shown = await g.press(g.ben, g.kept["answer"], "In context")
    g.picture("context", "In context: the passage in its article.")
    await g.press(g.ben, shown, "Passage 2")
    await g.press(g.ben, shown, "Passage 1")
    await g.press(g.ben, shown, "Passage 3")
    await g.press(g.ben, shown, "The article")


@step("Leaf through an article from a passage")
async def _(g: Guide) -> None:
    """Where the article is longer than a page, one turns on and back."""
    long = await g.slash(g.ben, g.talk, "ask", question="How long does the drove road take?")
    shown = await g.press(g.ben, long, "In context")
    await g.press(g.ben, shown, "Text after ▶")
    await g.press(g.ben, shown, "◀ Text before")


@step("Useful, or not")
async def _(g: Guide) -> None:
    """A vote is thanked for; one against an answer may have a reason."""
    await g.press(g.ada, g.kept["answer"], "Useful")
    vote = await g.press(g.ben, g.kept["answer"], "Not useful")
    modal = await g.open(g.ben, vote, "Say what was wrong")
    await g.submit(g.ben, modal, question="I asked for the year the light was first lit.")


@step("Why this?")
async def _(g: Guide) -> None:
    """What matched, and how sure the bot is."""
    await g.choose(g.ada, g.kept["answer"], "Why this?")
    g.picture("why", "Why this? What matched, and how sure the bot is.")


@step("Other articles, and an article's card")
async def _(g: Guide) -> None:
    """The articles that were found besides; a press opens one."""
    others = await g.choose(g.ada, g.kept["answer"], "Other articles")
    await g.press(g.ada, others, g.labels(others)[0])
    g.picture("card", "An article's card.")


@step("Follow up")
async def _(g: Guide) -> None:
    """A question that leans on the one before: a modal takes it."""
    modal = await g.open(g.ada, g.kept["answer"], "Follow up")
    g.picture("modal", "Follow up: a form for the next question.")
    g.kept["followed"] = await g.submit(g.ada, modal, question="Who was its first keeper?")
    g.picture("follow-up", "A follow-up: the question before stands below the new one.")


@step("Delete an answer")
async def _(g: Guide) -> None:
    """Only who asked may, or a moderator."""
    await g.choose(g.olga, g.kept["followed"], "Delete")
    await g.choose(g.ben, g.kept["followed"], "Delete")


# Ways to ask.


@step("Mention the bot")
async def _(g: Guide) -> None:
    """A question in a message that mentions the bot is answered by a reply."""
    words = "why did the bridge over the Tarn cost so much?"
    g.kept["bridge"] = await g.say(g.ben, g.talk, words, mention=True)
    g.picture(
        "mention", "A mention is answered by a reply; a story that two papers tell is shown once."
    )


@step("Reply to an answer")
async def _(g: Guide) -> None:
    """A reply follows up the answer; with the ping off the bot cannot read it, and says so."""
    await g.say(g.ben, g.talk, "when did it open?", mention=True, reply_to=g.kept["bridge"])
    await g.say(g.ben, g.talk, "and who built it?", reply_to=g.kept["bridge"])


@step("Ask in a direct message")
async def _(g: Guide) -> None:
    """Every message there is a question."""
    await g.say(g.ada, g.server.dm(g.ada), "What became of the salt works?")


@step("Greet, thank, or say nothing")
async def _(g: Guide) -> None:
    """Courtesies get a friendly line instead of a search."""
    await g.say(g.ada, g.talk, "hello", mention=True)
    await g.say(g.ada, g.talk, "thank you!", mention=True)
    await g.say(g.ada, g.talk, "", mention=True)


@step("Narrow a question")
async def _(g: Guide) -> None:
    """Author, source, collection and dates narrow it, and the answer says so."""
    for option, typed in (("author", "rolf"), ("source", "gaz"), ("collection", "pub")):
        await g.complete(g.ada, g.talk, "ask", option, typed)
    narrowed = await g.slash(
        g.ada,
        g.talk,
        "ask",
        question="What does a ferry ticket cost?",
        author="Rolf Amsel",
        source="Sandrey Gazette",
        collection="public",
        after="2024-01-01",
        before="2026-01-01",
        private=True,
    )
    g.picture(
        "narrowed",
        "A question narrowed to an author, a source and dates, answered to its asker alone.",
    )
    await g.choose(g.ada, narrowed, "Without the filters")


@step("Narrow it to nothing")
async def _(g: Guide) -> None:
    """Where no article is left, or a date is none, the bot says what to do."""
    await g.slash(g.ada, g.talk, "ask", question="What does a ferry ticket cost?", author="Homer")
    await g.slash(g.ada, g.talk, "ask", question="What does it cost?", after="yesterday")


@step("A date in the question")
async def _(g: Guide) -> None:
    """“in 2023” keeps to what was published then; Any date lifts that."""
    question = "What did a ferry ticket cost in 2023?"
    dated = await g.slash(g.ada, g.talk, "ask", question=question)
    g.picture("dated", "A date in the question narrows it.")
    await g.press(g.ada, dated, "Any date")


@step("A misspelt word")
async def _(g: Guide) -> None:
    """The bot says what it took a word for."""
    await g.slash(g.ada, g.talk, "ask", question="When was the lighthuose on Gull Rock built?")


@step("What only some may read")
async def _(g: Guide) -> None:
    """An article of the board is quoted in the board's room, and nowhere else."""
    question = "Which bank lends the money for the sea wall?"
    await g.slash(g.ada, g.talk, "ask", question=question)
    await g.slash(g.ada, g.board_room, "ask", question=question)


# No answer.


@step("No answer")
async def _(g: Guide) -> None:
    """The bot says so, names the words that no article holds, and offers the nearest articles."""
    refused = await g.slash(g.ada, g.talk, "ask", question="When did Napoleon invade Russia?")
    g.picture("refusal", "No answer: the archive does not hold it.")
    await g.press(g.ada, refused, g.labels(refused)[0])
    await g.open(g.ada, refused, "Follow up")
