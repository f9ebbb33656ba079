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

TICKET = "What does a return ticket for the ferry cost?"


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
    """What answers, word for word, the answering sentence in bold, a footnote below each."""
    g.kept["answer"] = await g.slash(g.ada, g.talk, "ask", question=TICKET)
    g.picture("answer", "An answer: what the archive says, word for word, with its footnote.")


@step("More passages")
async def _(g: Guide) -> None:
    """The next passages that were found, for the one who wants them."""
    more = await g.press(g.ben, g.kept["answer"], "More passages")
    g.picture("more", "More passages, to whoever asks for them.")
    await g.press(g.ben, more, "More passages")


@step("In context")
async def _(g: Guide) -> None:
    """The passage with the paragraphs around it, and from there to the others."""
    question = "When did the last keepers leave the lighthouse?"
    answer = await g.slash(g.ben, g.talk, "ask", question=question)
    shown = await g.press(g.ben, answer, "In context")
    g.picture("context", "In context: the passage in its article.")
    await g.press(g.ben, shown, "Passage 2")
    await g.press(g.ben, shown, "Passage 1")
    await g.press(g.ben, shown, "Open the article")


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
    modal = await g.open(g.ben, vote, "What was wrong?")
    g.picture("reason", "Not useful: a form for what was wrong.")
    await g.submit(g.ben, modal, question="The first of them is the fare of 2023.")


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


@step("Follow up")
async def _(g: Guide) -> None:
    """A question that leans on the one before: a modal takes it."""
    modal = await g.open(g.ada, g.kept["answer"], "Follow up")
    g.picture("modal", "Follow up: a form for the next question.")
    g.kept["followed"] = await g.submit(g.ada, modal, question="And for islanders?")
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
    words = "when did the new bridge over the Tarn open?"
    g.kept["question"] = await g.say(g.ben, g.talk, words, mention=True)
    g.picture(
        "mention", "A mention is answered by a reply; a story that two papers tell is shown once."
    )


@step("Reply to an answer")
async def _(g: Guide) -> None:
    """A reply follows up the answer."""
    answer = await g.reply(g.kept["question"])
    words = "and how deep had its foundations to be sunk?"
    await g.say(g.ben, g.talk, words, mention=True, reply_to=answer)


@step("Edit the question")
async def _(g: Guide) -> None:
    """Who edits a message soon is answered anew, in the same reply."""
    asked = await g.say(g.ben, g.talk, "who conducts the quire?", mention=True)
    await g.edit(asked, "who conducts the school choir?")


@step("Several questions in a message")
async def _(g: Guide) -> None:
    """Each has a reply of its own; the second may lean on the first."""
    words = "How many hives are in the walled garden? What does a jar of their honey cost?"
    await g.say(g.ada, g.talk, words, mention=True, replies=2)


@step("Find in the archive what a message asks")
async def _(g: Guide) -> None:
    """In the menu of any message; who chooses it alone sees the answer, and may share it."""
    question = "How long did the tidal turbine run before its bearing cracked?"
    message = await g.write(g.ben, g.talk, question)
    found = await g.menu(g.ada, message, "Find in the archive")
    g.picture("find", "Find in the archive, in the menu of any message: only you see the answer.")
    await g.press(g.ada, found, "Share in the channel")
    g.show(await g.reply(message))
    await g.press(g.ada, found, "Share in the channel")


@step("Ask where the bot listens")
async def _(g: Guide) -> None:
    """In channels that the operator names, it answers a question that nobody else has answered."""
    question = "Does anybody know why the salt works closed?"
    message = await g.write(g.ben, g.ferry, question)
    g.show(await g.reply(message))
    g.picture("listening", "Where the bot listens, it answers what nobody else has answered.")


@step("Ask in a direct message")
async def _(g: Guide) -> None:
    """Every message there is a question."""
    await g.say(g.ada, g.server.dm(g.ada), "When was the shepherd's hut built?")


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
    question = "What does a ferry ticket cost?"
    none = await g.slash(g.ada, g.talk, "ask", question=question, author="Homer")
    await g.press(g.ada, none, "Without the filters")
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
    question = "When was the lighthuose on Gull Rock built?"
    g.kept["built"] = await g.slash(g.ada, g.talk, "ask", question=question)


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
    modal = await g.open(g.ada, refused, "Ask in other words")
    await g.submit(g.ada, modal, question="Which wars does the archive tell of?")
