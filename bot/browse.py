"""Lists to leaf through: the articles, and the publications and collections they are in."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import lists
from bot.articles import show
from bot.controls import number
from bot.delivery import acknowledge, deliver
from bot.failures import Refused
from bot.language import Language, of_interaction
from bot.layout import Layout
from bot.narrow import Value, from_json, narrow, suggestions, to_json
from retrieval.names import published
from retrieval.types import Filters, Reader

if TYPE_CHECKING:
    from bot.client import FootnoteBot


class Browse(commands.Cog):
    """Lists what there is, to who asks for it alone."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        bot.handlers |= {"list": self._leaf, "browse": self._narrow, "sources": self._sources}

    # Articles.

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
        """Show a list of articles, page by page."""
        filters = narrow(collection, author, source, after, before)
        await acknowledge(interaction, ephemeral=True)
        view = await self._opened(interaction, filters)
        await deliver(lambda: interaction.edit_original_response(view=view))

    @articles.autocomplete("collection")
    @articles.autocomplete("author")
    @articles.autocomplete("source")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await suggestions(self.bot, interaction, typed, private=True)

    async def _opened(self, interaction: discord.Interaction, filters: Filters) -> Layout:
        """Return the first page of a new list."""
        list_id = secrets.token_hex(8)
        kept = json.dumps(to_json(filters))
        await self.bot.desk.keep(self.bot.archive.records.open_list, list_id, kept)
        reader = self.bot.reader(interaction, private=True)
        return await self.bot.desk.look(
            self._page, of_interaction(interaction), filters, reader, 0, list_id, lists.NEWEST
        )

    def _page(
        self, say: Language, filters: Filters, reader: Reader, page: int, list_id: str, order: str
    ) -> Layout:
        found = self.bot.archive.articles(filters, reader)
        order = lists.TITLE if order == lists.TITLE else lists.NEWEST
        if order == lists.TITLE:
            found.sort(key=lambda entry: entry.ref.title.casefold())
        else:
            found.sort(key=published, reverse=True)
        page = min(page, max(0, len(found) - 1) // lists.LISTED)
        first = page * lists.LISTED
        shown = found[first : first + lists.LISTED]
        return lists.articles(say, shown, len(found), page, filters, list_id, order)

    async def _leaf(self, interaction: discord.Interaction, argument: str) -> None:
        """Show another page of a list, or its first one in another order."""
        await show(interaction, self._leafed(interaction, argument))

    async def _leafed(self, interaction: discord.Interaction, argument: str) -> Layout:
        list_id, place, order = (*argument.split(":"), "", "")[:3]
        kept = await self.bot.desk.look(self.bot.archive.records.listed, list_id)
        if kept is None:
            raise Refused("refused-list-expired")
        reader = self.bot.reader(interaction, private=True)
        filters = from_json(json.loads(kept))
        return await self.bot.desk.look(
            self._page, of_interaction(interaction), filters, reader, number(place), list_id, order
        )

    async def _narrow(self, interaction: discord.Interaction, key: str) -> None:
        """List the articles of a publication or a collection, or all articles for no key."""
        await show(interaction, self._narrowed(interaction, key), beside=True)

    async def _narrowed(self, interaction: discord.Interaction, key: str) -> Layout:
        if not key:
            return await self._opened(interaction, Filters())
        reader = self.bot.reader(interaction, private=True)
        values = await self.bot.desk.look(self._values, reader)
        named = next((value for value in values if lists.key(value) == key), None)
        if named is None:
            raise Refused("refused-source-gone")
        return await self._opened(interaction, from_json({named.option: named.name}))

    # Publications and collections.

    @app_commands.command(name="sources")
    async def sources(self, interaction: discord.Interaction) -> None:
        """Show the publications and collections that there are, page by page."""
        await acknowledge(interaction, ephemeral=True)
        view = await self._listed(interaction, 0)
        await deliver(lambda: interaction.edit_original_response(view=view))

    async def _sources(self, interaction: discord.Interaction, place: str) -> None:
        """Show another page of them."""
        await show(interaction, self._listed(interaction, number(place)))

    async def _listed(self, interaction: discord.Interaction, page: int) -> Layout:
        reader = self.bot.reader(interaction, private=True)
        values = await self.bot.desk.look(self._values, reader)
        return await self.bot.desk.look(lists.sources, of_interaction(interaction), values, page)

    def _values(self, reader: Reader) -> list[Value]:
        """Return the publications and collections that a reader may see."""
        return [
            v for option in ("source", "collection") for v in self.bot.values.of(option, reader)
        ]
