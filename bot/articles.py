"""Looking one article up: its card, its pages, its sections, its other versions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import cards
from bot.choices import choices, section_of
from bot.controls import number
from bot.delivery import acknowledge, deliver, respond
from bot.failures import Refused, guard_choices
from bot.language import Language, of_interaction
from bot.layout import Layout, layout, row, text
from bot.narrow import CHOICES, asked_privately
from bot.passages import article_buttons
from retrieval.catalog import StoredVersion
from retrieval.errors import FootnoteError, NotFound
from retrieval.types import ArticleVersion, Reader, Standing

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_log = logging.getLogger(__name__)

_NEAREST = 3
"""Articles that are offered in place of one that is not there."""


async def show(
    interaction: discord.Interaction, making: Coroutine[Any, Any, Layout], *, beside: bool = False
) -> None:
    """Show what a control leads to, to who pressed it alone.

    Args:
        interaction: The press.
        making: Makes what is shown.
        beside: Whether it leaves a private message as it is; else it takes its place.
    """
    message = interaction.message
    private = message is not None and message.flags.ephemeral
    await respond(interaction, making, in_place=private and not beside)


class Articles(commands.Cog):
    """Looks an article up."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        bot.handlers |= {
            "article": self._open,
            "card": self._card_of,
            "version": self._card_of,
            "sections": self._go_on,
            "versions": self._leaf_versions,
            "read": self._turn,
            "page": self._turn,
            "section": self._jump,
        }

    async def cog_load(self) -> None:
        """Read what the articles are called, so that who types first need not wait."""
        self.bot.work(self._prepare())

    async def _prepare(self) -> None:
        try:
            await asyncio.to_thread(self.bot.archive.prepare_suggestions)
        except FootnoteError as error:
            _log.error("The articles' names cannot be read now. %s", error)

    # By its title.

    @app_commands.command(name="article")
    async def article(
        self, interaction: discord.Interaction, title: str, private: bool = False
    ) -> None:
        """Show an article's card, or privately the section that was chosen."""
        section = section_of(title)
        private = private or section is not None
        await acknowledge(interaction, ephemeral=private)
        reader = self.bot.reader(interaction, private=private)
        say = of_interaction(interaction)
        if section is None:
            view = await self.bot.desk.look(self._card, say, title, reader)
        else:
            view = await self.bot.desk.look(self._section, say, title, *section, reader)
        await deliver(lambda: interaction.edit_original_response(view=view))

    @article.autocomplete("title")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        reader = self.bot.reader(interaction, private=asked_privately(interaction))
        act = self.bot.desk.look(self.bot.archive.suggest, typed, reader, CHOICES)
        return choices(of_interaction(interaction), await guard_choices(act))

    def _section(
        self, say: Language, chosen: str, article_id: str, start: int, reader: Reader
    ) -> Layout:
        """Return an article at a section; its card where it has changed since it was offered."""
        try:
            version = self.bot.archive.look_up(article_id, reader)
        except NotFound:
            return self._card(say, chosen, reader)
        if any(heading.start == start for heading in version.article.headings):
            return self._page(say, version, 0, start)
        return self._shown(say, version, reader)

    # Its card.

    def _card(self, say: Language, title_or_id: str, reader: Reader) -> Layout:
        """Return the card of the article of that title or id, else the nearest to choose from."""
        try:
            version = self.bot.desk.look_up(title_or_id, reader)
        except Refused as refused:
            near = self.bot.archive.suggest(title_or_id, reader, _NEAREST)
            offered = article_buttons([each.entry.ref for each in near])
            if not offered:
                raise
            return layout(text(say(refused.key, **refused.arguments)), row(*offered))
        return self._shown(say, version, reader)

    def _shown(
        self,
        say: Language,
        version: ArticleVersion,
        reader: Reader,
        turned: cards.Turned = cards.Turned(),
    ) -> Layout:
        """Return the card of an article's version as this reader may see it."""
        archive = self.bot.archive
        return cards.card(
            say,
            version,
            self.bot.desk.related(version, reader),
            archive.standing(version),
            self._others(version, reader),
            turned,
        )

    def _others(self, version: ArticleVersion, reader: Reader) -> list[StoredVersion]:
        """Return the other versions of an article, but none that is still to be published."""
        archive = self.bot.archive
        newest = archive.standing(version) is Standing.CURRENT
        return [
            each
            for each in archive.versions(version.article_id, reader)
            if each.id != version.id and not (newest and each.current)
        ]

    async def _open(self, interaction: discord.Interaction, article_id: str) -> None:
        """Show an article's card, beside what it was opened from."""
        reader = self.bot.reader(interaction, private=True)
        say = of_interaction(interaction)
        await show(
            interaction, self.bot.desk.look(self._card, say, article_id, reader), beside=True
        )

    async def _card_of(self, interaction: discord.Interaction, version_id: str) -> None:
        """Show the card of an article as it was in one version."""
        await show(interaction, self._made_card(interaction, version_id, cards.Turned()))

    async def _leaf_versions(self, interaction: discord.Interaction, argument: str) -> None:
        """Show a card with another part of its menu of versions."""
        version_id, _, part = argument.partition(":")
        turned = cards.Turned(versions=number(part))
        await show(interaction, self._made_card(interaction, version_id, turned))

    async def _made_card(
        self, interaction: discord.Interaction, version_id: str, turned: cards.Turned
    ) -> Layout:
        reader = self.bot.reader(interaction, private=True)
        version = await self.bot.desk.look(self.bot.desk.version, version_id, reader)
        say = of_interaction(interaction)
        return await self.bot.desk.look(self._shown, say, version, reader, turned)

    # Its pages.

    def _page(
        self,
        say: Language,
        version: ArticleVersion,
        place: int,
        start: int | None = None,
        part: int | None = None,
    ) -> Layout:
        standing = self.bot.archive.standing(version)
        return cards.page(say, version, place, standing, start, part)

    async def _turn(self, interaction: discord.Interaction, argument: str) -> None:
        """Show a page of an article."""
        version_id, _, place = argument.partition(":")
        await show(interaction, self._made_page(interaction, version_id, place))

    async def _jump(self, interaction: discord.Interaction, argument: str) -> None:
        """Show an article from where a section begins."""
        version_id, _, start = argument.partition(":")
        await show(interaction, self._made_page(interaction, version_id, "0", start))

    async def _go_on(self, interaction: discord.Interaction, argument: str) -> None:
        """Show a card or a page with another part of its menu of sections."""
        version_id, part, place = (*argument.split(":"), "", "")[:3]
        if place:
            making = self._made_page(interaction, version_id, place, None, part)
        else:
            turned = cards.Turned(sections=number(part))
            making = self._made_card(interaction, version_id, turned)
        await show(interaction, making)

    async def _made_page(
        self, interaction: discord.Interaction, version_id: str, *place: str | None
    ) -> Layout:
        """Return a page by its number, or by the start of a section and the part of its menu."""
        reader = self.bot.reader(interaction, private=True)
        version = await self.bot.desk.look(self.bot.desk.version, version_id, reader)
        numbers = [None if digits is None else number(digits) for digits in place]
        return await self.bot.desk.look(self._page, of_interaction(interaction), version, *numbers)
