"""Check a quote: whether a message's words stand in the archive, privately; Share shows it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import verdicts
from bot.controls import number
from bot.delivery import acknowledge, respond
from bot.failures import Refused
from bot.finding import message_words
from bot.given import taken
from bot.language import of_interaction, speaking
from bot.layout import Layout
from bot.naming import menu_name
from bot.quoted import MOST_QUOTES, beginning, quotes_in
from bot.sharing import opened, refuse_again, share
from bot.verdicts import MOST_PIECES, Checked
from retrieval.database import now
from retrieval.quotation import Piece, Quotation
from retrieval.quotesearch import LONGEST
from retrieval.records import GivenAnswer, GivenHit
from retrieval.types import Hit, Reader, Span

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_MARKS = re.compile(r"[^\w\s]+(?!\w)")
_CERTAIN = (0.0, 0.0, 1.0, 1.0, 1.0, None)
"""The scores of a passage that holds the very words."""


def _given(piece: Piece) -> GivenHit:
    """Return what a record holds of a piece: its words, and the marks that close them."""
    marks = _MARKS.match(piece.version.article.text, piece.span.end)
    span = Span(piece.span.start, marks.end() if marks else piece.span.end)
    return GivenHit(
        version_id=piece.version.id,
        start=span.start,
        end=span.end,
        sentences=(span,),
        highlights=(span,),
        scores=_CERTAIN,
        also_in=tuple(ref.id for ref in piece.also_in),
    )


def _hit(piece: Piece) -> Hit:
    """Return a piece as a passage that was found."""
    return taken(_given(piece), piece.version, {ref.id: ref for ref in piece.also_in})


def _numbered(quotations: Sequence[Quotation]) -> list[Checked]:
    """Return quotes with their pieces, numbered from 1 over all of them."""
    found = []
    first = 1
    for quotation in quotations:
        hits = map(_hit, quotation.pieces)
        found.append(Checked(quotation, dict(enumerate(hits, start=first))))
        first += len(quotation.pieces)
    return found


class Check(commands.Cog):
    """Checks the quotes of a message, and shares what became of them."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        bot.handlers["sharecheck"] = self._share

    async def cog_load(self) -> None:
        """Add the command to the menu of messages."""
        menu = app_commands.ContextMenu(name=menu_name("menu-check"), callback=self._check)
        self.bot.tree.add_command(menu)

    async def _check(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Check what a message quotes, and show what became of it to who wants to know."""
        quotes = quotes_in(message_words(message))
        if not quotes:
            raise Refused("check-wordless")
        self.bot.desk.admit(interaction.user.id)
        # Elsewhere the bot is no member, and cannot write beside the message.
        member = self.bot.get_guild(interaction.guild_id or 0) is not None
        about = message.id if member else None
        await respond(interaction, self._checked(interaction, quotes, about))

    async def _checked(
        self, interaction: discord.Interaction, quotes: Sequence[str], about: int | None
    ) -> Layout:
        reader = self.bot.reader(interaction, private=True)
        texts = [beginning(quote, LONGEST) for quote in quotes[:MOST_QUOTES]]
        check = self.bot.archive.check_quote
        quotations = [await self.bot.desk.search(check, text, reader) for text in texts]
        found = _numbered(quotations)
        record_id = secrets.token_hex(8)
        hits = [_given(piece) for quotation in quotations for piece in quotation.pieces]
        if hits:
            record = self._record(interaction, record_id, quotations[0].generation, reader, hits)
            await self.bot.desk.note(self.bot.archive.records.record, record)
        cut = texts != list(quotes)
        return verdicts.check(of_interaction(interaction), found, record_id, about, cut=cut)

    def _record(
        self,
        interaction: discord.Interaction,
        record_id: str,
        generation: str,
        reader: Reader,
        hits: Sequence[GivenHit],
    ) -> GivenAnswer:
        """Return the record of a check: where the words stand, never the words."""
        held = reader.collections
        return GivenAnswer(
            id=record_id,
            asked_at=now(),
            generation=generation,
            asker_id=interaction.user.id,
            guild_id=interaction.guild_id,
            channel_id=interaction.channel_id,
            message_id=None,
            private=True,
            collections=None if held is None else tuple(sorted(held)),
            answered=True,
            confidence=1.0,
            hits=tuple(hits),
            cited=min(len(hits), MOST_PIECES),
            locale=of_interaction(interaction).locale,
        )

    # Sharing.

    async def _share(self, interaction: discord.Interaction, argument: str) -> None:
        """Show a private check to the channel, if everyone there may see what it names, once."""
        record_id, _, message_id = argument.partition(":")
        about = number(message_id)
        components = interaction.message.components if interaction.message is not None else []
        parts = [part.content for part in components if isinstance(part, discord.TextDisplay)]
        if not parts:
            raise Refused("check-again")
        await acknowledge(interaction, ephemeral=True)
        reader = self.bot.reader(interaction, private=False)
        record = await self.bot.desk.look(self._for_everyone, record_id, reader)
        view = verdicts.shared(speaking(record.locale), parts, record.id)
        await share(self.bot, interaction, about, record, view)

    def _for_everyone(self, record_id: str, reader: Reader) -> GivenAnswer:
        """Return the record of a check that everyone in a channel may see.

        Args:
            record_id: The id of the private check's record.
            reader: Everyone in the channel.

        Raises:
            Refused: It was shared before, has expired, or names what not everyone may see.
        """
        given = self.bot.desk.given(record_id)
        refuse_again(self.bot, record_id)
        named = {article_id for hit in given.hits for article_id in hit.also_in}
        visible = self.bot.desk.hits(given, reader)
        if len(visible) < len(given.hits) or named - set(self.bot.archive.names(named, reader)):
            raise Refused("check-hidden")
        return opened(given, reader)
