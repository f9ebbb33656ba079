"""What an answer offers besides: more, its context, votes, reasons, other articles, deletion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot import details, render
from bot.ask import asked
from bot.controls import button, number, privately
from bot.delivery import at_once, respond
from bot.failures import Refused
from bot.language import of_interaction
from bot.layout import Layout, layout, row, sentence, text
from bot.modals import modal
from bot.passages import SHOWN, article_buttons, count_shown
from retrieval.records import GivenAnswer
from retrieval.types import ArticleRef, Hit

if TYPE_CHECKING:
    from bot.client import FootnoteBot


_LONGEST_REASON = 300
"""Characters of the reason of a vote."""


class Answers(commands.Cog):
    """Does what the controls of an answer say, from the answer's record."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        bot.handlers |= {
            "more": privately(self._more),
            "context": privately(self._in_context),
            "passage": self._passage,
            "vote": privately(self._vote),
            "reason": self._reason,
            "why": privately(self._why),
            "others": privately(self._others),
            "delete": self._delete,
            "any": privately(self._any_date),
        }
        bot.modals["reason"] = self._reasoned

    async def _record(self, interaction: discord.Interaction, record_id: str) -> GivenAnswer:
        return await self.bot.desk.look(self.bot.desk.given, record_id)

    async def _hits(self, interaction: discord.Interaction, record: GivenAnswer) -> dict[int, Hit]:
        reader = self.bot.reader(interaction, private=True)
        return await self.bot.desk.look(self.bot.desk.hits, record, reader)

    def _shown(self, hits: Mapping[int, Hit]) -> int:
        """Return how many of an answer's passages it shows."""
        return count_shown(list(hits.values()), self.bot.archive.search.threshold)

    async def _more(self, interaction: discord.Interaction, argument: str) -> Layout:
        record_id, _, offset = argument.partition(":")
        first = number(offset)
        record = await self._record(interaction, record_id)
        hits = await self._hits(interaction, record)
        later = [(place, hit) for place, hit in hits.items() if place > first]
        if not later:
            raise Refused("refused-no-more")
        left = len(later) > SHOWN
        shown = later[:SHOWN]
        standings = await self.bot.desk.look(self.bot.desk.standings, [hit for _, hit in shown])
        say = of_interaction(interaction)
        threshold = self.bot.archive.search.threshold
        return details.more(say, shown, record_id, standings, threshold, left=left)

    async def _passage(self, interaction: discord.Interaction, argument: str) -> None:
        """Show another passage, or another page around one, in place of the one before."""
        await respond(interaction, self._in_context(interaction, argument), in_place=True)

    async def _in_context(self, interaction: discord.Interaction, argument: str) -> Layout:
        record_id, place, turn = (*argument.split(":"), "", "")[:3]
        record = await self._record(interaction, record_id)
        hits = await self._hits(interaction, record)
        hit = hits.get(number(place))
        if hit is None:
            raise Refused("refused-passage-gone")
        standings = await self.bot.desk.look(self.bot.desk.standings, [hit])
        return details.context(
            of_interaction(interaction),
            hits,
            number(place),
            record_id,
            standings[hit.version.id],
            self._shown(hits),
            (turn[0], number(turn[1:])) if turn else None,
        )

    async def _vote(self, interaction: discord.Interaction, argument: str) -> Layout:
        record_id, _, useful = argument.partition(":")
        await self._record(interaction, record_id)
        vote = self.bot.archive.records.vote
        await self.bot.desk.keep(vote, record_id, interaction.user.id, useful == "1")
        say = of_interaction(interaction)
        if useful == "1":
            return sentence(say("vote-useful"))
        why = row(button(say("vote-reason"), "reason", record_id))
        return layout(text(say("vote-not-useful")), why)

    async def _reason(self, interaction: discord.Interaction, record_id: str) -> None:
        say = of_interaction(interaction)
        shown = modal(
            say("vote-reason-title"),
            say("vote-reason-label"),
            "reason",
            record_id,
            longest=_LONGEST_REASON,
        )
        await interaction.response.send_modal(shown)

    async def _reasoned(self, interaction: discord.Interaction, record_id: str, words: str) -> None:
        await respond(interaction, self._noted(interaction, record_id, words))

    async def _noted(self, interaction: discord.Interaction, record_id: str, words: str) -> Layout:
        await self._record(interaction, record_id)
        vote = self.bot.archive.records.vote
        reason = words.strip()[:_LONGEST_REASON] or None
        await self.bot.desk.keep(vote, record_id, interaction.user.id, False, reason)
        return sentence(of_interaction(interaction)("vote-reason-noted"))

    async def _why(self, interaction: discord.Interaction, record_id: str) -> Layout:
        record = await self._record(interaction, record_id)
        hits = await self._hits(interaction, record)
        shown = {place: hit for place, hit in hits.items() if place <= self._shown(hits)}
        if not shown:
            raise Refused("refused-passage-gone")
        if question := _question(interaction):
            reader = self.bot.reader(interaction, private=True)
            explain = self.bot.archive.explain
            shown = {
                place: await self.bot.desk.look(explain, hit, question, reader)
                for place, hit in shown.items()
            }
        say, threshold = of_interaction(interaction), self.bot.archive.search.threshold
        return details.why(say, shown.items(), threshold)

    async def _others(self, interaction: discord.Interaction, record_id: str) -> Layout:
        record = await self._record(interaction, record_id)
        hits = await self._hits(interaction, record)
        count = self._shown(hits)
        shown = {h.version.article_id for place, h in hits.items() if place <= count}
        refs = {
            hit.version.article_id: ArticleRef(hit.version.article_id, hit.version.article.title)
            for hit in hits.values()
            if hit.version.article_id not in shown
        }
        buttons = article_buttons(list(refs.values()))
        if not buttons:
            raise Refused("refused-no-others")
        say = of_interaction(interaction)
        return layout(text(say("answer-also-found")), row(*buttons))

    async def _any_date(self, interaction: discord.Interaction, record_id: str) -> Layout:
        question = _question(interaction)
        reader = self.bot.reader(interaction, private=True)
        found, found_id = await self.bot.desk.look(
            self.bot.desk.of_any_date, record_id, question or "…", reader
        )
        shown = render.answer if found.answered else render.refusal
        return shown(of_interaction(interaction), found, found_id)

    async def _delete(self, interaction: discord.Interaction, record_id: str) -> None:
        record = await self._record(interaction, record_id)
        theirs = record.asker_id == interaction.user.id
        if not theirs and not (interaction.guild_id and interaction.permissions.manage_messages):
            raise Refused("refused-delete")
        await at_once(interaction.response.defer)
        await interaction.delete_original_response()


def _question(interaction: discord.Interaction) -> str | None:
    """Return the question that the message of a control shows, None where it shows none."""
    shown = asked(interaction.message) if interaction.message is not None else None
    return shown.splitlines()[-1] if shown else None
