"""What an answer offers besides: more, its context, votes, reasons, other articles, deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot import render
from bot.ask import asked
from bot.controls import number, privately
from bot.failures import Refused
from retrieval.records import GivenAnswer
from retrieval.types import ArticleRef, Hit

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_GONE = "The article of this passage is not here any more."


class Answers(commands.Cog):
    """Does what the controls of an answer say, from the answer's record."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        bot.handlers |= {
            "more": privately(self._more),
            "context": privately(self._context),
            "vote": privately(self._vote),
            "why": privately(self._why),
            "others": privately(self._others),
            "delete": self._delete,
            "any": privately(self._any_date),
        }

    async def _record(self, interaction: discord.Interaction, record_id: str) -> GivenAnswer:
        return await self.bot.desk.look(self.bot.desk.given, record_id)

    async def _hits(self, interaction: discord.Interaction, record: GivenAnswer) -> dict[int, Hit]:
        reader = self.bot.reader(interaction, private=True)
        return await self.bot.desk.look(self.bot.desk.hits, record, reader)

    async def _more(self, interaction: discord.Interaction, argument: str) -> render.Layout:
        record_id, _, offset = argument.partition(":")
        first = number(offset)
        record = await self._record(interaction, record_id)
        hits = await self._hits(interaction, record)
        later = [(place, hit) for place, hit in hits.items() if place > first]
        if not later:
            raise Refused("There are no more passages; ask in other words to find others.")
        left = len(later) > render.SHOWN
        return render.more(later[: render.SHOWN], record_id, left=left)

    async def _context(self, interaction: discord.Interaction, argument: str) -> render.Layout:
        record_id, _, place = argument.partition(":")
        record = await self._record(interaction, record_id)
        hit = (await self._hits(interaction, record)).get(number(place))
        if hit is None:
            raise Refused(_GONE)
        return render.context(hit, number(place))

    async def _vote(self, interaction: discord.Interaction, argument: str) -> render.Layout:
        record_id, _, useful = argument.partition(":")
        await self._record(interaction, record_id)
        vote = self.bot.archive.records.vote
        await self.bot.desk.keep(vote, record_id, interaction.user.id, useful == "1")
        return render.sentence(
            "Noted, thank you."
            if useful == "1"
            else "Noted, thank you; asking in other words may help."
        )

    async def _why(self, interaction: discord.Interaction, record_id: str) -> render.Layout:
        record = await self._record(interaction, record_id)
        hits = await self._hits(interaction, record)
        shown = {place: hit for place, hit in hits.items() if place <= render.SHOWN}
        if not shown:
            raise Refused(_GONE)
        if question := _question(interaction):
            reader = self.bot.reader(interaction, private=True)
            explain = self.bot.archive.explain
            shown = {
                place: await self.bot.desk.look(explain, hit, question, reader)
                for place, hit in shown.items()
            }
        return render.why(shown.items(), self.bot.archive.search.threshold)

    async def _others(self, interaction: discord.Interaction, record_id: str) -> render.Layout:
        record = await self._record(interaction, record_id)
        hits = await self._hits(interaction, record)
        shown = {h.version.article_id for place, h in hits.items() if place <= render.SHOWN}
        refs = {
            hit.version.article_id: ArticleRef(hit.version.article_id, hit.version.article.title)
            for hit in hits.values()
            if hit.version.article_id not in shown
        }
        buttons = render.article_buttons(list(refs.values()))
        if not buttons:
            raise Refused("No other article was found for this question.")
        return render.layout(render.text("Also found:"), render.row(*buttons))

    async def _any_date(self, interaction: discord.Interaction, record_id: str) -> render.Layout:
        question = _question(interaction)
        reader = self.bot.reader(interaction, private=True)
        found, found_id = await self.bot.desk.look(
            self.bot.desk.of_any_date, record_id, question or "Of any date", reader
        )
        view = render.answer if found.answered else render.refusal
        return view(found, found_id)

    async def _delete(self, interaction: discord.Interaction, record_id: str) -> None:
        record = await self._record(interaction, record_id)
        theirs = record.asker_id == interaction.user.id
        if not theirs and not (interaction.guild_id and interaction.permissions.manage_messages):
            raise Refused("Only who asked, or a moderator, may delete this answer.")
        await interaction.response.defer()
        await interaction.delete_original_response()


def _question(interaction: discord.Interaction) -> str | None:
    """Return the question that the message of a control shows, None where it shows none."""
    shown = asked(interaction.message) if interaction.message is not None else None
    return shown.splitlines()[-1] if shown else None
