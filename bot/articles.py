"""Looking articles up: one by its title, a list to leaf through, and help."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import cards
from bot.controls import number
from bot.delivery import acknowledge, deliver
from bot.failures import Refused
from bot.language import Language, of_interaction
from bot.layout import Layout, layout, text
from bot.narrow import CHOICES, from_json, narrow, suggestions, to_json
from bot.render import shortened
from retrieval.index import Entry
from retrieval.types import ArticleRef, ArticleVersion, Filters, Reader

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_LONGEST = 100
"""Characters that Discord takes for the value of a choice."""


class Articles(commands.Cog):
    """Looks articles up."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        bot.handlers |= {
            "article": self._open,
            "read": self._read,
            "page": self._turn,
            "list": self._leaf,
        }

    # One article.

    @app_commands.command(name="article")
    async def article(self, interaction: discord.Interaction, title: str) -> None:
        """Show an article's card."""
        await acknowledge(interaction, ephemeral=False)
        reader = self.bot.reader(interaction, private=False)
        view = await self.bot.desk.look(self._card, of_interaction(interaction), title, reader)
        await deliver(lambda: interaction.edit_original_response(view=view))

    @article.autocomplete("title")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        reader = self.bot.reader(interaction, private=False)
        offered = await self.bot.desk.look(self.bot.archive.suggest, typed, reader, CHOICES)
        found = [suggestion.entry for suggestion in offered]
        return [
            app_commands.Choice(name=name, value=value)
            for entry, name in zip(found, _told_apart(found), strict=True)
            if len(value := entry.ref.id) <= _LONGEST or len(value := entry.ref.title) <= _LONGEST
        ]

    def _card(self, say: Language, title_or_id: str, reader: Reader) -> Layout:
        version = self.bot.desk.look_up(title_or_id, reader)
        related = []
        for article_id in self.bot.desk.related(version, reader):
            found = self.bot.archive.look_up(article_id, reader)
            related.append(ArticleRef(found.article_id, found.article.title))
        return cards.card(say, version, related)

    async def _open(self, interaction: discord.Interaction, article_id: str) -> None:
        reader = self.bot.reader(interaction, private=True)
        view = await self.bot.desk.look(self._card, of_interaction(interaction), article_id, reader)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _read(self, interaction: discord.Interaction, argument: str) -> None:
        """Show a page of an article, to its reader alone."""
        view = await self._page_of(interaction, argument)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _turn(self, interaction: discord.Interaction, argument: str) -> None:
        """Show another page in place of the one before."""
        await interaction.response.edit_message(view=await self._page_of(interaction, argument))

    async def _page_of(self, interaction: discord.Interaction, argument: str) -> Layout:
        version_id, _, place = argument.partition(":")
        reader = self.bot.reader(interaction, private=True)
        version: ArticleVersion = await self.bot.desk.look(
            self.bot.desk.version, version_id, reader
        )
        return await self.bot.desk.look(
            cards.page, of_interaction(interaction), version, number(place)
        )

    # A list.

    @app_commands.command(name="articles")
    async def articles(
        self,
        interaction: discord.Interaction,
        collection: str | None = None,
        author: str | None = None,
        source: str | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> None:
        """Show a list of articles, page by page, to who asks for it."""
        filters = narrow(collection, author, source, after, before)
        await acknowledge(interaction, ephemeral=True)
        list_id = secrets.token_hex(8)
        kept = json.dumps(to_json(filters))
        await self.bot.desk.keep(self.bot.archive.records.open_list, list_id, kept)
        reader = self.bot.reader(interaction, private=True)
        view = await self.bot.desk.look(
            self._page, of_interaction(interaction), filters, reader, 0, list_id
        )
        await deliver(lambda: interaction.edit_original_response(view=view))

    @articles.autocomplete("collection")
    @articles.autocomplete("author")
    @articles.autocomplete("source")
    async def _suggest_value(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await suggestions(self.bot, interaction, typed)

    def _page(
        self, say: Language, filters: Filters, reader: Reader, page: int, list_id: str
    ) -> Layout:
        found = self.bot.archive.articles(filters, reader)
        ordered = sorted(found, key=lambda entry: entry.published_at or "", reverse=True)
        first = page * cards.LISTED
        shown = ordered[first : first + cards.LISTED]
        return cards.articles(say, shown, len(found), page, filters, list_id)

    async def _leaf(self, interaction: discord.Interaction, argument: str) -> None:
        list_id, _, place = argument.partition(":")
        kept = await self.bot.desk.look(self.bot.archive.records.listed, list_id)
        if kept is None:
            raise Refused("refused-list-expired")
        reader = self.bot.reader(interaction, private=True)
        filters = from_json(json.loads(kept))
        view = await self.bot.desk.look(
            self._page, of_interaction(interaction), filters, reader, number(place), list_id
        )
        await interaction.response.edit_message(view=view)

    # Help.

    @app_commands.command(name="help")
    async def help(self, interaction: discord.Interaction) -> None:
        """Say what the bot can do for who asks."""
        say = of_interaction(interaction)
        parts = ["help", "help-look-up"]
        if self.bot.administers(interaction):
            parts.append("help-admin")
        view = layout(*(text(say(part)) for part in parts))
        await interaction.response.send_message(view=view, ephemeral=True)


def _told_apart(entries: list[Entry]) -> list[str]:
    """Return the names of articles as choices; titles that repeat get their source or date."""
    titles = [shortened(entry.ref.title, _LONGEST) for entry in entries]
    names = []
    for entry, title in zip(entries, titles, strict=True):
        if titles.count(title) > 1:
            facts = [entry.source, (entry.published_at or "")[:10], ", ".join(entry.authors)]
            known = " · ".join(fact for fact in facts if fact) or entry.ref.id
            known = shortened(known, 40)
            title = f"{shortened(entry.ref.title, _LONGEST - len(known) - 3)} ({known})"
        names.append(title)
    return names
