"""Asking through an interaction: by slash command, Follow up, or without the filters."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import render
from bot.controls import custom_id
from bot.courtesy import courtesy
from bot.delivery import acknowledge, deliver
from bot.desk import Question
from bot.failures import Refused, guard, guard_told
from bot.journal import Entry
from bot.language import of_interaction, speaking
from bot.layout import Layout, sentence
from bot.markdown import CUT
from bot.modals import modal
from bot.narrow import from_json, narrow, suggestions, to_json
from retrieval.types import Answer, Filters

if TYPE_CHECKING:
    from bot.client import FootnoteBot


def asked(message: discord.Message) -> str | None:
    """Return what one of the bot's answers is context for, None where it is no answer.

    That is the question it shows, and the one that this question followed up.
    """
    rows = [part for part in message.components if isinstance(part, discord.ActionRow)]
    if not any(_follows_up(part) for row in rows for part in row.children):
        return None
    for component in message.components:
        if isinstance(component, discord.TextDisplay):
            return render.asked(component.content)
    return None


def _asked_before(interaction: discord.Interaction) -> tuple[str | None, str]:
    """Return what the question of a control's message followed up, and that question or ""."""
    shown = asked(interaction.message) if interaction.message is not None else None
    *earlier, question = shown.splitlines() if shown else [""]
    return "\n".join(earlier) or None, question


def _follows_up(part: object) -> bool:
    """Tell whether a control asks on from an answer or a refusal, or a menu offers that."""
    if isinstance(part, discord.SelectMenu):
        return any(option.value.startswith("follow:") for option in part.options)
    starts = custom_id("follow", ""), custom_id("rephrase", "")
    return str(getattr(part, "custom_id", "")).startswith(starts)


class Ask(commands.Cog):
    """Answers questions."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        bot.handlers |= {
            "follow": self._follow,
            "rephrase": self._rephrase,
            "again": self._again,
        }
        bot.modals |= {"followup": self._followed_up, "rephrased": self._rephrased}

    # By slash command.

    @app_commands.command(name="ask")
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
        await self.take(interaction, question, filters, private=private)

    @ask.autocomplete("collection")
    @ask.autocomplete("author")
    @ask.autocomplete("source")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await suggestions(self.bot, interaction, typed)

    async def take(
        self,
        interaction: discord.Interaction,
        words: str,
        filters: Filters,
        *,
        private: bool,
        context: str | None = None,
        about: int | None = None,
    ) -> None:
        """Acknowledge an interaction's question at once, then answer it.

        Args:
            interaction: The interaction.
            words: The question.
            filters: What it is narrowed to.
            private: Whether only its asker sees the answer.
            context: The questions that it follows up, a line each, or None.
            about: The message whose words they are and beside which the answer may be
                shared, or None.

        Raises:
            Refused: They are no question, or it is too soon for another.
        """
        say = of_interaction(interaction)
        if line := courtesy(words):
            await interaction.response.send_message(view=sentence(say(line)), ephemeral=True)
            return
        words = self.bot.desk.check(words)
        self.bot.desk.admit(interaction.user.id)
        question = self._question(
            interaction, words, private, filters=filters, context=context, about=about
        )
        self.bot.journal.open(entry_of(interaction.id, question, interaction.token))
        await guard(interaction, self._answer_interaction(interaction, question))
        self.bot.journal.close(interaction.id)

    def _question(
        self, interaction: discord.Interaction, words: str, private: bool, **more: Any
    ) -> Question:
        """Return a question as it was asked through an interaction."""
        place = self.bot.place_of(interaction, private=private)
        return Question(
            text=words,
            asker_id=interaction.user.id,
            reader=self.bot.options.access.reader(place),
            private=private,
            place=place,
            channel_id=interaction.channel_id,
            locale=of_interaction(interaction).locale,
            **more,
        )

    async def _answer_interaction(
        self, interaction: discord.Interaction, question: Question
    ) -> None:
        await acknowledge(interaction, ephemeral=question.private)
        answer, record_id = await self.bot.desk.ask(question)
        view = self.view(answer, record_id, question)
        message = await deliver(lambda: interaction.edit_original_response(view=view))
        await self.note(record_id, message)

    # What was in flight when the bot last stopped.

    async def take_up(self, entry: Entry) -> None:
        """Answer an interaction that was acknowledged before a restart, or say why it failed."""
        await guard_told(
            self._answer_entry(entry, self.restored(entry)),
            speaking(entry.locale),
            lambda text: self._finish(entry, content=text),
        )
        self.bot.journal.close(entry.id)

    def restored(self, entry: Entry) -> Question:
        """Return the question of an entry of the journal."""
        return Question(
            text=entry.question,
            asker_id=entry.asker_id,
            reader=self.bot.options.access.reader(entry.place),
            private=entry.private,
            place=entry.place,
            channel_id=entry.channel_id,
            filters=from_json(entry.filters),
            context=entry.context,
            locale=entry.locale,
            replied=entry.token is None,
            about=entry.about,
        )

    async def _answer_entry(self, entry: Entry, question: Question) -> None:
        answer, record_id = await self.bot.desk.ask(question)
        view = self.view(answer, record_id, question)
        try:
            message = await self._finish(entry, view=view)
        except discord.HTTPException as error:
            if error.status >= 500:
                raise
            # Its interaction ran out or its message is gone: nobody is waiting.
            return
        await self.note(record_id, message)

    async def _finish(self, entry: Entry, **shown: Any) -> discord.WebhookMessage:
        webhook = discord.Webhook.partial(
            self.bot.application_id or 0, entry.token or "", client=self.bot
        )
        return await deliver(lambda: webhook.edit_message(_ORIGINAL, **shown))

    # What an answer looks like, and its record.

    def view(self, answer: Answer, record_id: str, question: Question) -> Layout:
        """Return an answer or a refusal as a message."""
        say = speaking(question.locale)
        if answer.answered:
            return render.answer(
                say,
                answer,
                record_id,
                question.filters,
                replied=question.replied,
                about=question.about,
            )
        if not answer.nearest and not self.bot.archive.articles(Filters(), question.reader):
            return sentence(say("archive-empty"))
        return render.refusal(say, answer, record_id, question.filters, replied=question.replied)

    async def note(self, record_id: str, message: discord.Message) -> None:
        """Note which message shows an answer."""
        channel_id = message.channel.id
        await self.bot.desk.note(self.bot.archive.records.sent, record_id, channel_id, message.id)

    # By following up.

    async def _follow(self, interaction: discord.Interaction, record_id: str) -> None:
        say = of_interaction(interaction)
        shown = modal(say("follow-up-title"), say("follow-up-label"), "followup", record_id)
        await interaction.response.send_modal(shown)

    async def _followed_up(
        self, interaction: discord.Interaction, record_id: str, words: str
    ) -> None:
        earlier = interaction.message
        private = earlier is not None and earlier.flags.ephemeral
        context = asked(earlier) if earlier is not None else None
        await self.take(interaction, words, Filters(), private=private, context=context)

    # In other words.

    async def _rephrase(self, interaction: discord.Interaction, record_id: str) -> None:
        """Offer a refused question to be put in other words."""
        say = of_interaction(interaction)
        _, question = _asked_before(interaction)
        title, label = say("refusal-rephrase"), say("follow-up-label")
        shown = modal(title, label, "rephrased", record_id, filled=question)
        await interaction.response.send_modal(shown)

    async def _rephrased(
        self, interaction: discord.Interaction, record_id: str, words: str
    ) -> None:
        earlier, _ = _asked_before(interaction)
        private = interaction.message is not None and interaction.message.flags.ephemeral
        await self.take(interaction, words, Filters(), private=private, context=earlier)

    # Without its filters.

    async def _again(self, interaction: discord.Interaction, argument: str) -> None:
        """Ask an answer's question again, in the whole archive."""
        earlier, question = _asked_before(interaction)
        if not question or question.endswith(CUT):
            raise Refused("refused-again")
        private = interaction.message is not None and interaction.message.flags.ephemeral
        await self.take(interaction, question, Filters(), private=private, context=earlier)


_ORIGINAL: Any = "@original"
"""The name by which Discord knows an interaction's first reply, where it takes a message's id."""


def entry_of(entry_id: int, question: Question, token: str | None) -> Entry:
    """Return the journal's entry of a question; the token is its interaction's."""
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
        locale=question.locale,
        about=question.about,
    )
