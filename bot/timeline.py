"""A subject through the articles, in order of date: by slash command, or from an answer's menu."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import chronicle
from bot.articles import show
from bot.ask import Ask, asked
from bot.controls import number
from bot.delivery import acknowledge, deliver
from bot.desk import Question
from bot.failures import Refused
from bot.language import of_interaction
from bot.layout import Layout
from bot.markdown import CUT
from bot.narrow import narrow, suggestions
from retrieval.types import Filters

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_SEARCHED = 100
"""Passages among which the dated ones are looked for."""


class Timeline(commands.Cog):
    """Shows what articles say on a subject, the oldest first."""

    def __init__(self, bot: FootnoteBot, ask: Ask) -> None:
        self.bot = bot
        self._ask = ask
        bot.handlers |= {"timeline": self._turn, "dated": self._dated}

    @app_commands.command(name="timeline")
    async def timeline(
        self,
        interaction: discord.Interaction,
        subject: str,
        collection: str | None = None,
        author: str | None = None,
        source: str | None = None,
        after: str | None = None,
        before: str | None = None,
        private: bool = False,
    ) -> None:
        """Show a subject's timeline."""
        filters = narrow(collection, author, source, after, before)
        await self._take(interaction, subject, filters, private=private)

    @timeline.autocomplete("collection")
    @timeline.autocomplete("author")
    @timeline.autocomplete("source")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await suggestions(self.bot, interaction, typed)

    async def _dated(self, interaction: discord.Interaction, record_id: str) -> None:
        """Show the timeline of an answer's question, to who chose it alone."""
        shown = asked(interaction.message) if interaction.message is not None else None
        *earlier, question = shown.splitlines() if shown else [""]
        if not question or question.endswith(CUT):
            raise Refused("refused-again")
        context = "\n".join(earlier) or None
        await self._take(interaction, question, Filters(), private=True, context=context)

    async def _take(
        self,
        interaction: discord.Interaction,
        words: str,
        filters: Filters,
        *,
        private: bool,
        context: str | None = None,
    ) -> None:
        """Acknowledge a subject at once, then show its timeline.

        Args:
            interaction: The interaction.
            words: The subject.
            filters: What it is narrowed to.
            private: Whether only its asker sees the timeline.
            context: The questions that it follows up, a line each, or None.

        Raises:
            Refused: It is no question, or it is too soon for another.
        """
        words = self.bot.desk.check(words)
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
            locale=of_interaction(interaction).locale,
        )
        await acknowledge(interaction, ephemeral=private)
        view, record_id = await self._found(interaction, question)
        message = await deliver(lambda: interaction.edit_original_response(view=view))
        await self._ask.note(record_id, message)

    async def _found(
        self, interaction: discord.Interaction, question: Question
    ) -> tuple[Layout, str]:
        """Return a subject's timeline and the id of its record; a refusal where it has none."""
        answer = await self.bot.desk.gather(question, _SEARCHED)
        if not answer.answered:
            answer, record_id = await self.bot.desk.ask(question)
            return self._ask.view(answer, record_id, question), record_id
        say = of_interaction(interaction)
        timeline = chronicle.Timeline.of(answer)
        hits = timeline.hits
        top = chronicle.head(say, answer, timeline, question.filters)
        shown = min(len(hits), chronicle.LEAFED)
        record_id = await self.bot.desk.record(question, replace(answer, hits=hits), shown)
        if not hits:
            return chronicle.without_dates(top, record_id, say), record_id
        numbered = dict(enumerate(hits, start=1))
        return chronicle.page(say, top, numbered, len(hits), 0, record_id), record_id

    async def _turn(self, interaction: discord.Interaction, argument: str) -> None:
        """Show another page of a timeline."""
        await show(interaction, self._turned(interaction, argument))

    async def _turned(self, interaction: discord.Interaction, argument: str) -> Layout:
        record_id, _, place = argument.partition(":")
        page = number(place)
        record = await self.bot.desk.look(self.bot.desk.given, record_id)
        reader = self.bot.reader(interaction, private=True)
        hits = await self.bot.desk.look(self.bot.desk.hits, record, reader)
        message = interaction.message
        top = chronicle.top_of(message) if message is not None else None
        if not hits or top is None:
            raise Refused("refused-none-visible")
        say = of_interaction(interaction)
        return chronicle.page(say, top, hits, len(record.hits), page, record_id)
