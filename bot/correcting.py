"""Correct answers: their messages are edited when an article that they quote is corrected.

What is due follows from what readers were told and from how the archive stands, so
nothing is lost when the bot stops at any moment, and an edit that is made twice makes
the same message.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.http import Route

from bot.corrections import noted, shows, told
from bot.language import of_interaction, speaking
from bot.layout import sentence
from retrieval.citations import Citation
from retrieval.errors import FootnoteError
from retrieval.records import GivenAnswer

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_log = logging.getLogger(__name__)

_PACE = 1.0
"""Seconds, at least, from one message to the next."""

_REST = 5 * 60.0
"""Seconds before what Discord, or the disk, would not take is tried again."""

_REVIEW = 3600.0
"""Seconds after which all is looked at again: an answer may be sent just as a generation goes."""

_TOO_MANY_EDITS, _ARCHIVED = 30046, 50083
_GONE = (403, 404)
_UNAUTHORIZED, _TOO_MANY = 401, 429


class Correcting:
    """Edits the answers that are due, one after the other, and tells who presses the others."""

    def __init__(self, bot: FootnoteBot, days: int) -> None:
        """Prepare to correct.

        Args:
            bot: The bot.
            days: Days for which an answer is corrected; 0 for never.
        """
        self.bot = bot
        self._days = days
        self._generation: str | None = None
        self._due_at = 0.0
        self._asked_at = 0.0
        self._failed: set[str] = set()
        self._telling: set[str] = set()

    async def tick(self) -> None:
        """Correct what is due, where the archive has changed or something was left."""
        generation, moment = self.bot.archive.generation, time.monotonic()
        changed = generation != self._generation and self._generation is not None
        if not self._days or (moment < self._due_at and not changed):
            return
        self._generation, self._due_at = generation, moment + _REVIEW
        try:
            await self._correct_all()
        except (discord.HTTPException, aiohttp.ClientError, OSError, FootnoteError) as error:
            # Until then, a new generation makes nothing more urgent.
            self._generation, self._due_at = None, time.monotonic() + _REST
            _log.warning("Answers are corrected later: %s", error)

    async def _correct_all(self) -> None:
        citations, changes = self.bot.archive.citations, self.bot.archive.changes
        overdue = await asyncio.to_thread(citations.overdue, self._since(), changes)
        # One that fails again and again must not keep the others.
        for answer_id in sorted(overdue, key=self._failed.__contains__):
            await asyncio.sleep(self._asked_at + _PACE - time.monotonic())
            self._failed.add(answer_id)
            # A stop lets an edit end that has begun.
            await asyncio.shield(self.bot.work(self._correct(answer_id)))
            self._failed.discard(answer_id)

    def _since(self) -> str:
        oldest = datetime.now(UTC) - timedelta(days=self._days)
        return oldest.isoformat(timespec="seconds")

    def _look_up(self, answer_id: str) -> tuple[GivenAnswer, list[Citation]] | None:
        """Return an answer's record and its citations, None where it is too old or has none."""
        record = self.bot.archive.records.given(answer_id)
        if record is None or not record.cited or record.asked_at < self._since():
            return None
        return record, self.bot.archive.citations.of(record, self.bot.archive.changes)

    async def _correct(self, answer_id: str) -> None:
        """Correct one answer's message, or note that this has no use.

        Raises:
            discord.HTTPException: Discord takes no edits now.
            aiohttp.ClientError: Discord cannot be reached.
            StorageError: What was done cannot be noted.
        """
        found = await self.bot.desk.look(self._look_up, answer_id)
        if found is None or not any(each.due for each in found[1]):
            return
        record, cited = found
        done = False
        if self._editable(record):
            self._asked_at = time.monotonic()
            try:
                done = await self._edit(record, cited)
            except discord.HTTPException as error:
                if _may_pass(error):
                    raise
                if error.status in _GONE or error.code == _ARCHIVED:
                    _log.info("An answer's message is out of reach: %s", error)
                else:
                    _log.warning("An answer's message cannot be corrected: %s", error)
        await self._settle(answer_id, cited, done)

    async def _settle(self, answer_id: str, cited: Sequence[Citation], done: bool) -> None:
        await self.bot.desk.keep(
            lambda: self.bot.archive.citations.settle(answer_id, cited, told=done)
        )

    def _editable(self, record: GivenAnswer) -> bool:
        """Tell whether the bot may hope to edit an answer's message."""
        if record.private or record.message_id is None or record.channel_id is None:
            return False
        return record.guild_id is None or self.bot.get_guild(record.guild_id) is not None

    async def _edit(self, record: GivenAnswer, cited: Sequence[Citation]) -> bool:
        """Edit an answer's message where it needs it; tell whether it is as it should be."""
        place: dict[str, Any] = {"channel_id": record.channel_id, "message_id": record.message_id}
        path = "/channels/{channel_id}/messages/{message_id}"
        message = await self.bot.http.request(Route("GET", path, **place))
        parts = message["components"]
        if not shows(parts, record.id):  # its question was edited, and another answer is there
            return False
        changed = noted(speaking(record.locale), parts, cited)
        if changed is None:
            return False
        if changed != parts:
            body = {"components": changed, "allowed_mentions": {"parse": []}}
            await self.bot.http.request(Route("PATCH", path, **place), json=body)
        return True

    # What cannot be edited.

    async def tell(self, interaction: discord.Interaction, argument: str) -> None:
        """Tell who pressed a control of an answer what its message cannot say, once.

        Args:
            interaction: The press, already answered.
            argument: The control's argument, which may begin with the id of an answer.
        """
        answer_id = argument.partition(":")[0]
        opened = interaction.response.type is discord.InteractionResponseType.modal
        if not self._days or opened or answer_id in self._telling:
            return
        self._telling.add(answer_id)
        try:
            await self._tell(interaction, answer_id)
        except (discord.HTTPException, aiohttp.ClientError, FootnoteError) as error:
            _log.warning("A correction could not be told: %s", error)
        finally:
            self._telling.discard(answer_id)

    async def _tell(self, interaction: discord.Interaction, answer_id: str) -> None:
        found = await self.bot.desk.look(self._look_up, answer_id)
        if found is None:
            return
        record, cited = found
        never = not self._editable(record)
        owed = [c for c in cited if c.fate is not c.told and (never or c.fate is c.tried)]
        if owed:
            view = sentence(told(of_interaction(interaction), owed))
            await interaction.followup.send(view=view, ephemeral=True)
            await self._settle(answer_id, owed, done=True)


def _may_pass(error: discord.HTTPException) -> bool:
    """Tell whether Discord may take later what it does not take now."""
    later = error.status >= 500 or error.status in (_TOO_MANY, _UNAUTHORIZED)
    return later or error.code == _TOO_MANY_EDITS
