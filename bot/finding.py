"""Find in the archive: a message's words are looked for, privately; Share shows the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import render
from bot.ask import Ask, asked
from bot.controls import number
from bot.delivery import acknowledge
from bot.failures import Refused
from bot.language import speaking
from bot.naming import menu_name
from bot.passages import count_shown
from bot.sharing import opened, refuse_again, share
from bot.wording import LONGEST_EXCERPT, excerpt, spoken
from retrieval.records import GivenAnswer
from retrieval.types import Answer, Filters, Reader

if TYPE_CHECKING:
    from bot.client import FootnoteBot


def message_words(message: discord.Message) -> str:
    """Return what a message says: itself, what it forwards, or its first embed."""
    said = [message.content, *(snapshot.content for snapshot in message.message_snapshots)]
    said += [f"{embed.title or ''}\n{embed.description or ''}" for embed in message.embeds[:1]]
    return next((words for content in said if (words := spoken(content))), "")


class Find(commands.Cog):
    """Looks for the words of a message, and shares what it found."""

    def __init__(self, bot: FootnoteBot, ask: Ask) -> None:
        self.bot = bot
        self._ask = ask
        bot.handlers["share"] = self._share

    async def cog_load(self) -> None:
        """Add the command to the menu of messages."""
        menu = app_commands.ContextMenu(name=menu_name("menu-find"), callback=self._find)
        self.bot.tree.add_command(menu)

    async def _find(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Look for what a message says, and show what is found to who wants to know."""
        longest = min(LONGEST_EXCERPT, self.bot.archive.search.longest_question)
        words = excerpt(message_words(message), longest)
        if not words:
            raise Refused("find-wordless")
        # Elsewhere the bot is no member, and cannot write beside the message.
        member = self.bot.get_guild(interaction.guild_id or 0) is not None
        about = message.id if member else None
        await self._ask.take(interaction, words, Filters(), private=True, about=about)

    # Sharing.

    async def _share(self, interaction: discord.Interaction, argument: str) -> None:
        """Show a private answer to the channel, as far as everyone there may see it, once."""
        record_id, _, message_id = argument.partition(":")
        about = number(message_id)
        shown = asked(interaction.message) if interaction.message is not None else None
        if shown is None:
            raise Refused("refused-again")
        await acknowledge(interaction, ephemeral=True)
        reader = self.bot.reader(interaction, private=False)
        record, answer = await self.bot.desk.look(
            self._for_everyone, record_id, shown.splitlines()[-1], reader
        )
        # It is for the channel, in the language of its server.
        say = speaking(interaction.guild_locale.value if interaction.guild_locale else None)
        record = replace(record, locale=say.locale)
        view = render.answer(say, answer, record.id)
        await share(self.bot, interaction, about, record, view)

    def _for_everyone(
        self, record_id: str, question: str, reader: Reader
    ) -> tuple[GivenAnswer, Answer]:
        """Return what of a private answer everyone in a channel may see, and its record.

        Args:
            record_id: The id of the private answer's record.
            question: The question, as its message shows it.
            reader: Everyone in the channel.

        Raises:
            Refused: It was shared before, has expired, or nothing that answers remains.
        """
        desk = self.bot.desk
        given = desk.given(record_id)
        refuse_again(self.bot, record_id)
        visible = desk.hits(given, reader)
        hits = tuple(given.hits[place - 1] for place in visible)
        sure = next(iter(visible.values()), None)
        if sure is None or sure.scores.confidence < self.bot.archive.search.threshold:
            raise Refused("share-nothing")
        record = opened(
            given,
            reader,
            confidence=sure.scores.confidence,
            hits=hits,
            cited=count_shown(list(visible.values()), self.bot.archive.search.threshold),
        )
        return record, desk.recalled(record, question, reader)
