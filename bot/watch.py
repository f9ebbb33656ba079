"""Watches: a question is left, and what answers it later is told; /watch, and its buttons."""

from __future__ import annotations

import json
import secrets
from datetime import UTC
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import notices, render
from bot.articles import show
from bot.ask import asked
from bot.controls import privately
from bot.delivery import acknowledge, deliver, respond
from bot.desk import Question
from bot.failures import Refused, guard_choices
from bot.language import of_interaction
from bot.layout import Layout, sentence
from bot.markdown import CUT, one_line, shortened
from bot.narrow import CHOICES, LONGEST, from_json, narrow, suggestions, to_json
from bot.posting import Poster, place_of
from bot.zones import zone, zones_like
from retrieval.schedule import next_due
from retrieval.types import Answer, Filters
from retrieval.watches import Full, Watch, packed

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_LONGEST_QUESTION = 500
"""Characters of a question that is watched: as many as a notice can show the sense of."""


class Watching(commands.GroupCog, name="watch"):
    """Keeps questions for those who want to be told."""

    def __init__(self, bot: FootnoteBot, poster: Poster) -> None:
        super().__init__()
        self.bot = bot
        self._poster = poster
        self._watches = bot.archive.watches
        bot.handlers |= {
            "tell": privately(self._tell),
            "telldirect": self._tell_directly,
            "unwatch": self._stop,
            "stay": privately(self._stay),
            "missed": privately(self._missed),
        }

    # By slash command.

    @app_commands.command(name="add")
    async def add(
        self,
        interaction: discord.Interaction,
        question: app_commands.Range[str, 1, _LONGEST_QUESTION],
        here: bool = False,
        hour: app_commands.Range[int, 0, 23] | None = None,
        timezone: str | None = None,
        collection: str | None = None,
        author: str | None = None,
        source: str | None = None,
    ) -> None:
        """Keep a question, and say what answers it already."""
        words = self.bot.desk.check(question)
        user_id = interaction.user.id
        named = zone(timezone) if timezone else await self._zone_of(user_id)
        filters = narrow(collection, author, source, None, None)
        channel = _channel(interaction) if here else None
        if here and interaction.guild_id is not None and channel is None:
            raise Refused("watch-not-here")
        await acknowledge(interaction, ephemeral=True)
        watch = await self._new(
            interaction,
            words,
            filters,
            channel,
            hour=hour,
            zone=named if hour is not None else None,
        )
        await self._keep(watch)
        answer = await self._asked(watch, filters)
        due = None if hour is None else next_due(self.bot.options.clock(), hour, watch.zone)
        hits = answer.hits if answer.answered else ()
        view = notices.added(of_interaction(interaction), watch, hits, due)
        await deliver(lambda: interaction.edit_original_response(view=view))

    @add.autocomplete("collection")
    @add.autocomplete("author")
    @add.autocomplete("source")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await suggestions(self.bot, interaction, typed)

    @add.autocomplete("timezone")
    async def _suggest_zones(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        names = await self.bot.desk.look(zones_like, typed, CHOICES)
        return [app_commands.Choice(name=name, value=name) for name in names]

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction) -> None:
        """Show a user's watches to them alone."""
        await respond(interaction, self._listed(interaction))

    @app_commands.command(name="remove")
    async def remove(self, interaction: discord.Interaction, watch: str) -> None:
        """Remove a watch: one's own, or for moderators one that is posted in their server."""
        await respond(interaction, self._removed(interaction, watch))

    @remove.autocomplete("watch")
    async def _suggest_watches(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        act = self.bot.desk.look(self._removable, interaction)
        wanted = typed.casefold()
        return [
            app_commands.Choice(name=shortened(watch.question, LONGEST), value=watch.id)
            for watch in await guard_choices(act)
            if wanted in watch.question.casefold()
        ][:CHOICES]

    def _removable(self, interaction: discord.Interaction) -> list[Watch]:
        theirs = self._watches.of_owner(interaction.user.id)
        if interaction.guild_id is not None and interaction.permissions.manage_messages:
            theirs += self._watches.of_server(interaction.guild_id)
        return list({watch.id: watch for watch in theirs}.values())

    # Keeping one.

    async def _new(
        self,
        interaction: discord.Interaction,
        words: str,
        filters: Filters,
        channel: tuple[int, int, int | None] | None,
        *,
        once: bool = False,
        message_id: int | None = None,
        hour: int | None = None,
        zone: str | None = None,
    ) -> Watch:
        guild_id, channel_id, parent_id = channel or (None, None, None)
        archive = self.bot.archive
        moment = self.bot.options.clock().astimezone(UTC).isoformat(timespec="seconds")
        return Watch(
            id=secrets.token_hex(8),
            owner_id=interaction.user.id,
            question=words,
            once=once,
            guild_id=guild_id,
            channel_id=channel_id,
            parent_id=parent_id,
            message_id=message_id,
            filters=json.dumps(to_json(filters)),
            locale=of_interaction(interaction).locale,
            hour=hour,
            zone=zone,
            made_at=moment,
            useful_at=moment,
            asked_at=None,
            since=await self.bot.desk.look(archive.newest),
            model=archive.model,
            vector=packed(await self.bot.desk.look(archive.vector, words)),
        )

    async def _keep(self, watch: Watch) -> None:
        """Keep a watch.

        Raises:
            Refused: It is there already, or there are too many.
        """
        limits = self.bot.options.watches
        full = await self.bot.desk.keep(
            self._watches.add, watch, limits.per_user, limits.per_server
        )
        if full is Full.SAME:
            raise Refused("watch-same")
        if full is not None:
            most = limits.per_user if full is Full.OWNER else limits.per_server
            raise Refused(f"watch-full-{full.value}", most=most)

    async def _zone_of(self, user_id: int) -> str:
        """Return the time zone that a user named last, else the archive's."""
        theirs = await self.bot.desk.look(self._watches.of_owner, user_id)
        named = [watch.zone for watch in theirs if watch.zone]
        return named[-1] if named else self.bot.options.watches.timezone

    async def _asked(self, watch: Watch, filters: Filters) -> Answer:
        """Return what the archive says to a watch's question now, to who will read its notices."""
        answer, _ = await self.bot.desk.ask(self._question(watch, filters))
        return answer

    def _question(self, watch: Watch, filters: Filters) -> Question:
        return Question(
            text=watch.question,
            asker_id=watch.owner_id,
            reader=self._poster.reader(watch),
            private=True,
            place=place_of(watch),
            channel_id=watch.channel_id,
            filters=filters,
            locale=watch.locale,
        )

    # Telling when it is covered.

    async def _tell(self, interaction: discord.Interaction, record_id: str) -> Layout:
        """Keep a refused question, or answer it where the archive does by now."""
        record = await self.bot.desk.look(self.bot.desk.given, record_id)
        shown = asked(interaction.message) if interaction.message is not None else None
        if not shown or shown.endswith(CUT):
            raise Refused("refused-again")
        words = self.bot.desk.check(" ".join(shown.splitlines()))
        kept = await self.bot.desk.look(self.bot.archive.records.listed, record_id)
        filters = from_json(json.loads(kept)) if kept else Filters()
        channel = None if record.private else _channel(interaction)
        about = interaction.message.id if interaction.message is not None else None
        watch = await self._new(
            interaction, words, filters, channel, once=True, message_id=about if channel else None
        )
        say = of_interaction(interaction)
        if record.generation != self.bot.archive.generation:
            question = self._question(watch, filters)
            answer, answer_id = await self.bot.desk.ask(question)
            if answer.answered:
                return render.answer(say, answer, answer_id, filters)
        await self._keep(watch)
        return notices.added(say, watch, (), None)

    async def _tell_directly(self, interaction: discord.Interaction, watch_id: str) -> None:
        await show(interaction, self._told_directly(interaction, watch_id))

    async def _told_directly(self, interaction: discord.Interaction, watch_id: str) -> Layout:
        """Tell by direct message, and not in the channel."""
        await self._own(interaction, watch_id)
        await self.bot.desk.keep(self._watches.tell_in, watch_id, None)
        watch = await self._own(interaction, watch_id)
        return notices.added(of_interaction(interaction), watch, (), None)

    async def _own(self, interaction: discord.Interaction, watch_id: str) -> Watch:
        """Return a watch that the user may change.

        Raises:
            Refused: It is gone, or another's.
        """
        watch = await self.bot.desk.look(self._watches.get, watch_id)
        if watch is None:
            raise Refused("watch-gone")
        moderates = (
            watch.guild_id is not None
            and watch.guild_id == interaction.guild_id
            and interaction.permissions.manage_messages
        )
        if watch.owner_id != interaction.user.id and not moderates:
            raise Refused("watch-not-yours")
        return watch

    # Stopping, staying, listing.

    async def _stop(self, interaction: discord.Interaction, watch_id: str) -> None:
        await show(interaction, self._removed(interaction, watch_id))

    async def _removed(self, interaction: discord.Interaction, watch_id: str) -> Layout:
        watch = await self._own(interaction, watch_id)
        await self.bot.desk.keep(self._watches.remove, watch_id)
        question = one_line(watch.question, 200)
        return sentence(of_interaction(interaction)("watch-removed", question=question))

    async def _stay(self, interaction: discord.Interaction, watch_id: str) -> Layout:
        await self._own(interaction, watch_id)
        await self.bot.desk.keep(self._watches.stay, watch_id, self.bot.options.clock())
        return sentence(of_interaction(interaction)("watch-stays"))

    async def _listed(self, interaction: discord.Interaction) -> Layout:
        user_id = interaction.user.id
        watches = await self.bot.desk.look(self._watches.of_owner, user_id)
        missed = await self.bot.desk.look(self.bot.archive.notices.undelivered, user_id)
        return notices.listed(of_interaction(interaction), watches, missed)

    async def _missed(self, interaction: discord.Interaction, notice_id: str) -> Layout:
        """Show what could not be delivered to its owner alone."""
        notice = await self.bot.desk.look(self.bot.archive.notices.notice, notice_id)
        if notice is None or notice.owner_id != interaction.user.id:
            raise Refused("watch-gone")
        made = await self.bot.desk.look(self._poster.found, notice)
        if made is not None:
            await self.bot.desk.keep(self.bot.archive.records.record, made[1])
        await self.bot.desk.keep(self.bot.archive.notices.delivered, notice_id)
        return sentence(of_interaction(interaction)("watch-gone")) if made is None else made[0]


def _channel(interaction: discord.Interaction) -> tuple[int, int, int | None] | None:
    """Return the ids of server, channel and parent where a notice may be posted; None for nowhere.

    The bot must be able to write there, and the user too: it speaks on their behalf.
    """
    client, channel = interaction.client, interaction.channel
    guild = client.get_guild(interaction.guild_id or 0)
    if guild is None or channel is None:
        return None
    in_thread = isinstance(channel, discord.Thread)
    for rights in (interaction.app_permissions, interaction.permissions):
        writes = rights.send_messages_in_threads if in_thread else rights.send_messages
        if not (rights.view_channel and writes):
            return None
    return guild.id, channel.id, getattr(channel, "parent_id", None) if in_thread else None
