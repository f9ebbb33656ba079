"""Asking: by slash command, mention, direct message, reply and follow-up."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot import render
from bot.controls import custom_id
from bot.courtesy import courtesy
from bot.delivery import acknowledge, deliver, replied, reply, take, while_typing
from bot.desk import Question
from bot.failures import guard, guard_message, guard_told
from bot.journal import Entry
from bot.narrow import DESCRIPTIONS, from_json, narrow, suggestions, to_json
from retrieval.types import Answer, Filters

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_MENTION = re.compile(r"<(?:@[!&]?\d+|#\d+|a?:\w+:\d+)>")
_REMEMBERED = 2000
_HOW_TO_ASK = "Ask me a question: mention me and write it, or use `/ask`."
_UNHEARD = (
    "I cannot read that message. Mention me in it, or press **Follow up** below my answer, "
    "and I look for it."
)
_EMPTY = "The archive holds no article that you may read here yet."
_MODAL = "followup"


def asked(message: discord.Message) -> str | None:
    """Return what one of the bot's answers is context for, None where it is no answer.

    That is the question it shows, and the one that this question followed up.
    """
    rows = [part for part in message.components if isinstance(part, discord.ActionRow)]
    names = [str(getattr(part, "custom_id", "")) for row in rows for part in row.children]
    if not any(name.startswith(custom_id("follow", "")) for name in names):
        return None
    for component in message.components:
        if isinstance(component, discord.TextDisplay):
            return render.asked(component.content)
    return None


class Ask(commands.Cog):
    """Answers questions."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        self._told_in_thread: OrderedDict[int, None] = OrderedDict()
        bot.handlers["follow"] = self._follow

    # By slash command.

    @app_commands.command(name="ask", description="Ask the archive a question")
    @app_commands.describe(
        question="What you want to know",
        **DESCRIPTIONS,
        private="Show the answer to you alone",
    )
    async def ask(
        self,
        interaction: discord.Interaction,
        question: str,
        collection: str | None = None,
        author: str | None = None,
        source: str | None = None,
        after: str | None = None,
        before: str | None = None,
        private: bool = False,
    ) -> None:
        """Answer a slash command."""
        filters = narrow(collection, author, source, after, before)
        await self._take(interaction, question, filters, private=private)

    @ask.autocomplete("collection")
    @ask.autocomplete("author")
    @ask.autocomplete("source")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await suggestions(self.bot, interaction, typed)

    async def _take(
        self,
        interaction: discord.Interaction,
        words: str,
        filters: Filters,
        *,
        private: bool,
        context: str | None = None,
    ) -> None:
        """Acknowledge an interaction's question at once, then answer it."""
        if line := courtesy(words):
            await interaction.response.send_message(view=render.sentence(line), ephemeral=True)
            return
        words = self.bot.archive.check(words)
        self.bot.desk.admit(interaction.user.id)
        place = self.bot.place_of(interaction, private=private)
        question = Question(
            text=words,
            asker_id=interaction.user.id,
            reader=self.bot.options.access.reader(place),
            private=private,
            place=place,
            channel_id=interaction.channel_id,
            filters=filters,
            context=context,
        )
        self.bot.journal.open(_entry(interaction.id, question, interaction.token))
        await guard(interaction, self._answer_interaction(interaction, question))
        self.bot.journal.close(interaction.id)

    async def _answer_interaction(
        self, interaction: discord.Interaction, question: Question
    ) -> None:
        await acknowledge(interaction, ephemeral=question.private)
        answer, record_id = await self.bot.desk.ask(question)
        view = self._view(answer, record_id, question)
        message = await deliver(lambda: interaction.edit_original_response(view=view))
        await self._note(record_id, message)

    # By message.

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is addressed to the bot; leave every other one alone."""
        if message.author.bot or message.type not in _SPOKEN or not self.bot.take(message.id):
            return
        me = self.bot.user
        direct = message.guild is None
        mentioned = me is not None and me in message.mentions
        if direct or mentioned:
            await guard_message(message, self._hear(message))
        elif message.reference is not None or isinstance(message.channel, discord.Thread):
            await guard_message(message, self._overhear(message))

    async def _overhear(self, message: discord.Message) -> None:
        """Hear what follows up an answer without a mention: a reply, or a message in its thread."""
        channel = message.channel
        if message.reference is not None:
            earlier = await self._referenced(message)
            if earlier is None or earlier.author != self.bot.user:
                return
        elif await self.bot.desk.look(self.bot.archive.records.given_in, channel.id) is None:
            # A thread has the id of the message that it was started on.
            return
        if message.content.strip():
            await self._hear(message)
        elif message.reference is not None or channel.id not in self._told_in_thread:
            _remember(self._told_in_thread, channel.id)
            await self._reply(message, render.sentence(_UNHEARD))

    async def _referenced(self, message: discord.Message) -> discord.Message | None:
        """Return the message that one replies to, None where it is gone."""
        reference = message.reference
        if reference is None or reference.message_id is None:
            return None
        if isinstance(reference.resolved, discord.Message):
            return reference.resolved
        if isinstance(reference.resolved, discord.DeletedReferencedMessage):
            return None
        try:
            return await message.channel.fetch_message(reference.message_id)
        except discord.HTTPException:
            return None

    async def _hear(self, message: discord.Message) -> None:
        """Answer a message."""
        words = _MENTION.sub(" ", message.content).replace("`", " ").strip()
        line = courtesy(words) if words else _HOW_TO_ASK
        if line:
            await self._reply(message, render.sentence(line))
            return
        words = self.bot.archive.check(words)
        self.bot.desk.admit(message.author.id)
        place = self.bot.place(message.channel, message.guild.id if message.guild else None)
        question = Question(
            text=words,
            asker_id=message.author.id,
            reader=self.bot.options.access.reader(place),
            private=False,
            place=place,
            channel_id=message.channel.id,
            context=await self._context_of(message),
        )
        self.bot.journal.open(_entry(message.id, question, None))
        await guard_message(message, self._answer_message(message, question))
        self.bot.journal.close(message.id)

    async def _context_of(self, message: discord.Message) -> str | None:
        """Return the questions that a message follows up, None where it follows none."""
        earlier = await self._referenced(message)
        if earlier is None and isinstance(message.channel, discord.Thread):
            earlier = await self._started_on(message.channel)
        if earlier is not None and earlier.author == self.bot.user:
            return asked(earlier)
        return None

    async def _started_on(self, thread: discord.Thread) -> discord.Message | None:
        """Return the message that a thread was started on, None where it is gone or not ours."""
        given = await self.bot.desk.look(self.bot.archive.records.given_in, thread.id)
        if given is None or not isinstance(thread.parent, discord.abc.Messageable):
            return None
        try:
            return await thread.parent.fetch_message(thread.id)
        except discord.HTTPException:
            return None

    async def _answer_message(self, message: discord.Message, question: Question) -> None:
        answer, record_id = await while_typing(message.channel, self.bot.desk.ask(question))
        sent = await self._reply(message, self._view(answer, record_id, question))
        await self._note(record_id, sent)

    async def _reply(self, message: discord.Message, view: render.Layout) -> discord.Message:
        reference = message.to_reference(fail_if_not_exists=False)
        return await reply(message.channel, reference, view=view)

    # What was in flight when the bot last stopped.

    async def take_up(self, entry: Entry) -> None:
        """Answer a question that was acknowledged before a restart, or say why that failed."""
        question = Question(
            text=entry.question,
            asker_id=entry.asker_id,
            reader=self.bot.options.access.reader(entry.place),
            private=entry.private,
            place=entry.place,
            channel_id=entry.channel_id,
            filters=from_json(entry.filters),
            context=entry.context,
        )
        await guard_told(
            self._answer_entry(entry, question), lambda text: self._finish(entry, content=text)
        )
        self.bot.journal.close(entry.id)

    async def _answer_entry(self, entry: Entry, question: Question) -> None:
        me = self.bot.user
        if entry.token is None and me and await replied(self._channel(entry), entry.id, me):
            return
        answer, record_id = await self.bot.desk.ask(question)
        view = self._view(answer, record_id, question)
        try:
            message = await self._finish(entry, view=view)
        except discord.HTTPException as error:
            if error.status >= 500:
                raise
            # Its interaction ran out or its message is gone: nobody is waiting.
            return
        await self._note(record_id, message)

    async def _finish(self, entry: Entry, **shown: Any) -> discord.Message:
        if entry.token is not None:
            webhook = discord.Webhook.partial(
                self.bot.application_id or 0, entry.token, client=self.bot
            )
            return await deliver(lambda: webhook.edit_message(_ORIGINAL, **shown))
        channel = self._channel(entry)
        reference = discord.MessageReference(
            message_id=entry.id, channel_id=channel.id, fail_if_not_exists=False
        )
        return await reply(channel, reference, **shown)

    def _channel(self, entry: Entry) -> discord.PartialMessageable:
        return self.bot.get_partial_messageable(
            entry.channel_id or 0, guild_id=entry.place.guild_id
        )

    # What an answer looks like, and its record.

    def _view(self, answer: Answer, record_id: str, question: Question) -> render.Layout:
        if answer.answered:
            return render.answer(answer, record_id, question.filters)
        if not answer.nearest and not self.bot.archive.articles(Filters(), question.reader):
            return render.sentence(_EMPTY)
        return render.refusal(answer, record_id, question.filters)

    async def _note(self, record_id: str, message: discord.Message) -> None:
        """Note which message shows an answer."""
        channel_id = message.channel.id
        await self.bot.desk.note(self.bot.archive.records.sent, record_id, channel_id, message.id)

    # By following up.

    async def _follow(self, interaction: discord.Interaction, record_id: str) -> None:
        modal = ui.Modal(title="Follow up", custom_id=custom_id(_MODAL, record_id), timeout=15 * 60)
        words: ui.TextInput[Any] = ui.TextInput(
            custom_id="question", style=discord.TextStyle.paragraph, max_length=1000
        )
        modal.add_item(ui.Label(text="Your question", component=words))
        await interaction.response.send_modal(modal)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a follow-up's modal: one that was opened before a restart as well."""
        data: dict[str, Any] = dict(interaction.data or {})
        is_ours = str(data.get("custom_id", "")).startswith(custom_id(_MODAL, ""))
        is_modal = interaction.type is discord.InteractionType.modal_submit
        if is_modal and is_ours and take(interaction):
            words = _typed(data.get("components", []))
            await guard(interaction, self._followed_up(interaction, words))

    async def _followed_up(self, interaction: discord.Interaction, words: str) -> None:
        earlier = interaction.message
        private = earlier is not None and earlier.flags.ephemeral
        context = asked(earlier) if earlier is not None else None
        await self._take(interaction, words, Filters(), private=private, context=context)


_SPOKEN = (discord.MessageType.default, discord.MessageType.reply)
_ORIGINAL: Any = "@original"
"""The name by which Discord knows an interaction's first reply, where it takes a message's id."""


def _remember(seen: OrderedDict[int, None], number: int) -> None:
    seen[number] = None
    while len(seen) > _REMEMBERED:
        seen.popitem(last=False)


def _typed(components: list[dict[str, Any]]) -> str:
    """Return what was typed into a modal's text input, whatever it is laid out in."""
    for component in components:
        inner = component.get("components") or [component.get("component") or {}]
        for item in inner:
            if item.get("custom_id") == "question":
                return str(item.get("value", ""))
    return ""


def _entry(entry_id: int, question: Question, token: str | None) -> Entry:
    return Entry(
        id=entry_id,
        at=time.time(),
        question=question.text,
        context=question.context,
        filters=to_json(question.filters),
        place=question.place,
        private=question.private,
        asker_id=question.asker_id,
        channel_id=question.channel_id,
        token=token,
    )
