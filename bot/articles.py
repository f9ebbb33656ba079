"""Looking articles up: one by its title, a list to leaf through, and help."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import render
from bot.controls import number, privately
from bot.delivery import acknowledge, deliver, respond
from bot.failures import Refused
from bot.narrow import CHOICES, DESCRIPTIONS, from_json, narrow, suggestions, to_json
from retrieval.index import Entry
from retrieval.types import ArticleRef, ArticleVersion, Filters, Reader

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_HELP = """\
### How to ask
• `/ask` a question, and narrow it by author, source, collection or date.
• Mention me with a question, or send me a direct message.
• Reply to my answer, or press **Follow up**, to ask on.
Every answer is quoted word for word, with the article it stands in. When the archive does not \
answer, I say so.

### How to look up
• `/article` finds one article by its title; typos are forgiven.
• `/articles` lists them all, or those you narrow it to."""

_HELP_ADMIN = """

### For you, who administer the archive
• `/reindex` reads the sources again and publishes what changed; questions go on meanwhile."""

_LONGEST = 100
"""Characters that Discord takes for the value of a choice."""


class Articles(commands.Cog):
    """Looks articles up."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        bot.handlers |= {"article": privately(self._open), "read": self._read, "list": self._leaf}

    # One article.

    @app_commands.command(name="article", description="Look an article up by its title")
    @app_commands.describe(title="Its title, or words of it")
    async def article(self, interaction: discord.Interaction, title: str) -> None:
        """Show an article's card."""
        await acknowledge(interaction, ephemeral=False)
        reader = self.bot.reader(interaction, private=False)
        view = await self.bot.desk.look(self._card, title, reader)
        await deliver(lambda: interaction.edit_original_response(view=view))

    @article.autocomplete("title")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        reader = self.bot.reader(interaction, private=False)
        found = await self.bot.desk.look(self.bot.archive.suggest, typed, reader, CHOICES)
        return [
            app_commands.Choice(name=name, value=value)
            for entry, name in zip(found, _told_apart(found), strict=True)
            if len(value := entry.ref.id) <= _LONGEST or len(value := entry.ref.title) <= _LONGEST
        ]

    def _card(self, title_or_id: str, reader: Reader) -> render.Layout:
        version = self.bot.archive.look_up(title_or_id, reader)
        related = []
        for article_id in self.bot.desk.related(version, reader):
            found = self.bot.archive.look_up(article_id, reader)
            related.append(ArticleRef(found.article_id, found.article.title))
        return render.card(version, related)

    async def _open(self, interaction: discord.Interaction, article_id: str) -> render.Layout:
        reader = self.bot.reader(interaction, private=True)
        return await self.bot.desk.look(self._card, article_id, reader)

    async def _read(self, interaction: discord.Interaction, argument: str) -> None:
        """Show a page: in place of the page before where only its reader sees that."""
        message = interaction.message
        turning = message is not None and message.flags.ephemeral and _is_page(message)
        await respond(interaction, self._turned(interaction, argument), in_place=turning)

    async def _turned(self, interaction: discord.Interaction, argument: str) -> render.Layout:
        version_id, _, place = argument.partition(":")
        reader = self.bot.reader(interaction, private=True)
        version: ArticleVersion = await self.bot.desk.look(
            self.bot.desk.version, version_id, reader
        )
        return await self.bot.desk.look(render.page, version, number(place))

    # A list.

    @app_commands.command(name="articles", description="Browse the articles")
    @app_commands.describe(**DESCRIPTIONS)
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
        view = await self.bot.desk.look(self._page, filters, reader, 0, list_id)
        await deliver(lambda: interaction.edit_original_response(view=view))

    @articles.autocomplete("collection")
    @articles.autocomplete("author")
    @articles.autocomplete("source")
    async def _suggest_value(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await suggestions(self.bot, interaction, typed)

    def _page(self, filters: Filters, reader: Reader, page: int, list_id: str) -> render.Layout:
        found = self.bot.archive.articles(filters, reader)
        ordered = sorted(found, key=lambda entry: entry.published_at or "", reverse=True)
        first = page * render.LISTED
        shown = ordered[first : first + render.LISTED]
        return render.articles(shown, len(found), page, filters, list_id)

    async def _leaf(self, interaction: discord.Interaction, argument: str) -> None:
        await respond(interaction, self._leafed(interaction, argument), in_place=True)

    async def _leafed(self, interaction: discord.Interaction, argument: str) -> render.Layout:
        list_id, _, place = argument.partition(":")
        kept = await self.bot.desk.look(self.bot.archive.records.listed, list_id)
        if kept is None:
            raise Refused("This list is too old to leaf on; use `/articles` again.")
        reader = self.bot.reader(interaction, private=True)
        filters = from_json(json.loads(kept))
        return await self.bot.desk.look(self._page, filters, reader, number(place), list_id)

    # Help.

    @app_commands.command(name="help", description="What I can do, and how to ask")
    async def help(self, interaction: discord.Interaction) -> None:
        """Say what the bot can do for who asks."""
        words = _HELP + (_HELP_ADMIN if self.bot.administers(interaction) else "")
        await interaction.response.send_message(view=render.sentence(words), ephemeral=True)


def _is_page(message: discord.Message) -> bool:
    """Tell whether a message shows a page of an article."""
    texts = [c.content for c in message.components if isinstance(c, discord.TextDisplay)]
    return any("\n-# Page " in content for content in texts)


def _told_apart(entries: list[Entry]) -> list[str]:
    """Return the names of articles as choices; titles that repeat get their source or date."""
    titles = [render.shortened(entry.ref.title, _LONGEST) for entry in entries]
    names = []
    for entry, title in zip(entries, titles, strict=True):
        if titles.count(title) > 1:
            facts = [entry.source, (entry.published_at or "")[:10], ", ".join(entry.authors)]
            known = " · ".join(fact for fact in facts if fact) or entry.ref.id
            known = render.shortened(known, 40)
            title = f"{render.shortened(entry.ref.title, _LONGEST - len(known) - 3)} ({known})"
        names.append(title)
    return names
