"""Coming back: watches are put to what is new, and what they find is posted, once.

What is to be posted is written down with what was found, marked before it is sent and
after. Who was killed between the two looks in the channel whether it arrived; and Discord
itself takes a message of one nonce once, within some minutes.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot import notices
from bot.access import Place
from bot.delivery import deliver, reply
from bot.failures import guard_chore
from bot.given import given
from bot.language import speaking
from bot.layout import Layout
from bot.narrow import from_json
from retrieval.answering import Saved
from retrieval.errors import FootnoteError
from retrieval.matching import Matching
from retrieval.notices import FOUND, Matched, Notice
from retrieval.records import GivenAnswer
from retrieval.types import Hit, Reader, Standing, digest
from retrieval.watches import Watch, packed, unpacked

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_log = logging.getLogger(__name__)

GRACE = timedelta(days=30)
"""How long the owner of a watch that found nothing has to say that it is to stay."""

_BATCH = 256
"""Watches that are put to what is new at once: what is noted in one transaction."""

_POSTED = 20
"""Notices that are posted one after the other, before it is looked which are due."""

_PATIENCE = 30.0
"""Seconds for which a notice is sent anew; after that others come first, and it comes again."""

_LOOKED_BACK = timedelta(minutes=2)
_LOOKED_THROUGH = 2000
"""Messages of a channel among which one is looked for that may have arrived."""


def place_of(watch: Watch) -> Place:
    """Return where what a watch finds is read; a direct message by everyone's rights alone."""
    if watch.channel_id is None:
        return Place()
    channels = (watch.channel_id, watch.parent_id)
    return Place(watch.guild_id, tuple(number for number in channels if number))


class Poster:
    """Puts watches to what is new, and posts what they find."""

    def __init__(self, bot: FootnoteBot) -> None:
        self._bot = bot
        self._desk = bot.desk
        self._archive = bot.archive
        self._matched: str | None = None
        self._failed: set[str] = set()

    def reader(self, watch: Watch) -> Reader:
        """Return who reads what a watch finds."""
        return self._bot.options.access.reader(place_of(watch))

    async def tick(self) -> bool:
        """Do what is due now; what fails comes again, and holds nothing else up.

        Returns:
            Whether nothing failed.
        """
        matched = await guard_chore(self.match())
        return await guard_chore(self.post()) and matched

    # Matching.

    async def match(self) -> None:
        """Put every watch to what the generation that answers has, and it had not met."""
        generation = self._archive.generation
        if generation == self._matched:
            return
        watches = self._archive.watches
        oldest = await self._desk.look(watches.oldest)
        if oldest is not None:
            matching = await asyncio.to_thread(self._archive.matching, oldest)
            while matching is not None:
                batch = await self._desk.look(watches.waiting, matching.until, _BATCH)
                if not batch:
                    break
                results = await asyncio.to_thread(self._match, matching, batch)
                moment = self._bot.options.clock()
                await self._desk.keep(
                    self._archive.notices.matched, results, matching.until, moment
                )
        self._matched = generation

    def _match(self, matching: Matching, batch: Sequence[Watch]) -> list[Matched]:
        """Return what watches find, each with its vector by the present model."""
        model = self._archive.model
        known = [
            watch
            if watch.model == model
            else replace(watch, model=model, vector=packed(self._archive.vector(watch.question)))
            for watch in batch
        ]
        saved = [
            Saved(
                question=watch.question,
                vector=unpacked(watch.vector or b""),
                filters=from_json(json.loads(watch.filters)),
                reader=self.reader(watch),
                since=watch.since,
            )
            for watch in known
        ]
        return [
            Matched(watch, tuple((_words(hit), given(hit)) for hit in hits))
            for watch, hits in zip(known, matching.hits(saved), strict=True)
        ]

    # Posting.

    async def post(self) -> None:
        """Post the notices that are due."""
        moment = self._bot.options.clock()
        for notice in await self._desk.look(self._archive.notices.due, moment, _POSTED):
            # One that fails for a fault of ours would fail again each second.
            if notice.id not in self._failed and not await guard_chore(self._try(notice)):
                self._failed.add(notice.id)

    async def _try(self, notice: Notice) -> None:
        try:
            await self._post(notice)
        except (discord.HTTPException, aiohttp.ClientError, OSError, FootnoteError) as error:
            _log.warning("A notice cannot be sent now, and is tried again: %s", error)

    async def _post(self, notice: Notice) -> None:
        end, clock = self._archive.notices.end, self._bot.options.clock
        made = await self._desk.look(self._made, notice)
        if made is None:
            await self._desk.keep(lambda: end(notice.id, clock()))
            return
        view, record, about = made
        if record is not None:
            await self._desk.keep(self._archive.records.record, record)
        try:
            channel = await self._channel(notice)
            message = await self._arrived(channel, notice)
            if message is None:
                await self._desk.keep(self._archive.notices.attempt, notice.id, clock())
                message = await self._send(channel, notice, view, about)
        except (discord.Forbidden, discord.NotFound) as error:
            _log.warning("A notice could not be delivered; its owner finds it by /watch: %s", error)
            await self._desk.keep(lambda: end(notice.id, clock(), problem="undelivered"))
            return
        if record is not None:
            sent = self._archive.records.sent
            await self._desk.keep(sent, record.id, message.channel.id, message.id)
        await self._desk.keep(lambda: end(notice.id, clock(), message_id=message.id))

    async def _channel(self, notice: Notice) -> discord.abc.Messageable:
        if notice.channel_id is None:
            owner = discord.Object(notice.owner_id)
            return await deliver(lambda: self._bot.create_dm(owner), _PATIENCE)
        return self._bot.get_partial_messageable(notice.channel_id, guild_id=notice.guild_id)

    async def _arrived(
        self, channel: discord.abc.Messageable, notice: Notice
    ) -> discord.Message | None:
        """Return the message of a notice that was about to be sent before, if it arrived."""
        if notice.attempted_at is None:
            return None
        after = datetime.fromisoformat(notice.attempted_at) - _LOOKED_BACK
        try:
            async for message in channel.history(
                limit=_LOOKED_THROUGH, after=after, oldest_first=True
            ):
                ours = self._bot.user is not None and message.author.id == self._bot.user.id
                if ours and notice.id in _named(message):
                    return message
        except discord.Forbidden:
            # Without the right to look, the nonce alone keeps it from being sent twice.
            return None
        return None

    async def _send(
        self,
        channel: discord.abc.Messageable,
        notice: Notice,
        view: Layout,
        about: int | None,
    ) -> discord.Message:
        owner = discord.Object(notice.owner_id)
        pinged = discord.AllowedMentions(everyone=False, roles=False, users=[owner])
        if about is not None and notice.channel_id is not None:
            reference = discord.MessageReference(
                message_id=about, channel_id=notice.channel_id, fail_if_not_exists=False
            )
            return await reply(channel, reference, notice.id, view=view, allowed_mentions=pinged)
        return await deliver(
            lambda: channel.send(view=view, nonce=notice.id, allowed_mentions=pinged), _PATIENCE
        )

    # What a notice shows.

    def _made(self, notice: Notice) -> tuple[Layout, GivenAnswer | None, int | None] | None:
        """Return a notice's message, its record, and the message that it replies to.

        None where there is nothing to tell any more: its watch was removed, or what was
        found was withdrawn, or may no longer be seen.
        """
        if notice.kind == FOUND:
            return self.found(notice)
        watch = self._archive.notices.asked_about(notice)
        if watch is None or watch.asked_at is None:
            return None
        ends = datetime.fromisoformat(watch.asked_at) + GRACE
        return notices.stay(speaking(watch.locale), notice, watch, ends), None, None

    def found(self, notice: Notice) -> tuple[Layout, GivenAnswer, int | None] | None:
        """Return the message of a notice of what was found, as its readers may see it now."""
        told: list[tuple[Watch, list[Hit]]] = []
        for watch, kept in self._archive.notices.found(notice.id):
            watch = replace(watch, guild_id=notice.guild_id, channel_id=notice.channel_id)
            hits = self._desk.visible(kept, self.reader(watch))
            stands = [hit for hit in hits.values() if self._stands(hit)]
            if stands:
                told.append((watch, stands))
        if not told:
            return None
        first, arranged = told[0][0], notices.arranged(told)
        view, shown = notices.found(speaking(first.locale), notice, arranged)
        held = self.reader(first).collections
        record = GivenAnswer(
            id=notice.id,
            asked_at=self._bot.options.clock().isoformat(timespec="seconds"),
            generation=self._archive.generation,
            asker_id=notice.owner_id,
            guild_id=notice.guild_id,
            channel_id=notice.channel_id,
            message_id=None,
            private=False,
            collections=None if held is None else tuple(sorted(held)),
            answered=True,
            confidence=max(hit.scores.confidence for _, hit in arranged),
            hits=tuple(given(hit) for _, hit in arranged),
            cited=shown,
            locale=first.locale,
        )
        return view, record, first.message_id if len(told) == 1 else None

    def _stands(self, hit: Hit) -> bool:
        """Tell whether what was found still stands in its article, whatever else has changed."""
        standing = self._archive.standing(hit.version)
        if standing is not Standing.CHANGED:
            return standing is Standing.CURRENT
        now = self._archive.look_up(hit.version.article_id).article.text
        return all(said in now for said in _said(hit))

    # Whether to stay.

    async def ask_to_stay(self) -> None:
        """Ask the owners of watches that found nothing for long; end those they let go."""
        told, moment = self._archive.notices, self._bot.options.clock()
        quiet = moment - timedelta(days=self._bot.options.watches.ask_after)
        try:
            await self._desk.keep(told.drop_unanswered, moment - GRACE)
            await self._desk.keep(told.ask_to_stay, quiet, moment)
            kept = moment - timedelta(days=self._bot.options.keep_answers)
            await self._desk.keep(told.prune, kept)
        except FootnoteError as error:
            _log.error("Watches cannot be looked through now. %s", error)


def _said(hit: Hit) -> list[str]:
    text = hit.version.article.text
    return [text[span.start : span.end] for span in hit.highlights] or [hit.text]


def _words(hit: Hit) -> str:
    """Return the digest of the words that answer: they are told to a watch once."""
    return digest(*(" ".join(said.split()) for said in _said(hit)))


def _named(message: discord.Message) -> str:
    """Return the custom ids of a message's buttons, a line each."""
    rows = (part for part in message.components if isinstance(part, discord.ActionRow))
    return "\n".join(str(getattr(c, "custom_id", "")) for row in rows for c in row.children)
