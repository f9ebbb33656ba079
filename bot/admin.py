"""For those who administer the archive: reindexing from Discord."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Set
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.controls import button
from bot.delivery import acknowledge, deliver
from bot.failures import Refused, guard_told
from bot.language import Language, of_interaction
from bot.layout import Layout, layout, row, sentence, text
from bot.markdown import one_line
from bot.reindexing import Reindexing, Run
from retrieval.errors import FootnoteError, NotFound
from retrieval.types import Filters

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_log = logging.getLogger(__name__)

_EDIT_EVERY = 3.0
"""Seconds between two edits of the progress: Discord allows five edits in five."""

_NAMED = 10


class Admin(commands.Cog):
    """Reindexes."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        self._run: Run | None = None
        # Two admins may be as quick as each other.
        self._starting = asyncio.Lock()
        bot.handlers |= {"cancel": self._cancel, "rollback": self._roll_back}

    def stop(self) -> None:
        """End the run with the bot; what it had not published is as if it had not been."""
        if self._run is not None:
            self._run.process.cancel()

    def _require_admin(self, interaction: discord.Interaction) -> None:
        if not self.bot.administers(interaction):
            raise Refused("admin-only", user=str(interaction.user.id))

    @app_commands.command(name="reindex")
    @app_commands.default_permissions(manage_guild=True)
    async def reindex(
        self, interaction: discord.Interaction, source: str | None = None, full: bool = False
    ) -> None:
        """Run an index beside the answering, and show how far it is."""
        self._require_admin(interaction)
        named = [] if source is None else [self._source(source)]
        run = await self._start(interaction, [*named, *(["--full"] if full else [])])
        followed = False
        try:
            say = of_interaction(interaction)
            shown = await interaction.response.send_message(view=_running(say, run))
            self.bot.work(self._follow(run, interaction, shown.message_id or 0))
            followed = True
        finally:
            if not followed:
                run.process.cancel()
                self._run = None

    def _source(self, given: str) -> str:
        """Return what the command line takes for a source that an admin gave.

        Files of the machine can be read only where the settings name them.
        """
        sources = self.bot.options.sources
        if given.isdecimal() and int(given) < len(sources):
            return sources[int(given)].name
        for source in sources:
            if given in (source.name, source.label):
                return source.name
        if given.startswith(("https://", "http://")):
            return given
        raise Refused("reindex-source")

    @reindex.autocomplete("source")
    async def _suggest_source(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the sources that the settings name, to those who may read them again."""
        if not self.bot.administers(interaction):
            return []
        folded = typed.casefold()
        return [
            app_commands.Choice(name=source.label[:100], value=str(number))
            for number, source in enumerate(self.bot.options.sources)
            if folded in source.label.casefold()
        ][:25]

    async def _start(self, interaction: discord.Interaction, arguments: list[str]) -> Run:
        """Start a run, unless there is one."""
        async with self._starting:
            if self._run is not None:
                progress = _progress(of_interaction(interaction), self._run.last)
                starter = one_line(self._run.starter, 60)
                raise Refused("reindex-busy", starter=starter, progress=progress)
            await self.bot.refresher.give_way()
            command = [*self.bot.options.index_command, *arguments]
            self._run = Run(
                starter_id=interaction.user.id,
                starter=interaction.user.display_name,
                before=self.bot.archive.generation,
                process=await Reindexing.start(command),
            )
            return self._run

    async def _follow(self, run: Run, interaction: discord.Interaction, message_id: int) -> None:
        """Show a run's progress until it ends, then its result."""
        try:
            await guard_told(
                self._watch(run, interaction, message_id),
                of_interaction(interaction),
                lambda text: self._show(interaction, message_id, sentence(text)),
            )
        finally:
            run.process.cancel()
            if self._run is run:
                self._run = None

    async def _watch(self, run: Run, interaction: discord.Interaction, message_id: int) -> None:
        # The result is public: it names only what its readers may see, before or after.
        named = await self._visible(interaction)
        say = of_interaction(interaction)
        edited = time.monotonic()
        async for event in run.process.events():
            run.last = event
            if event["event"] != "done" and time.monotonic() - edited >= _EDIT_EVERY:
                edited = time.monotonic()
                await self._show(interaction, message_id, _running(say, run))
        code, said = await run.process.ended()
        if code == 0:
            try:
                await self.bot.desk.keep(self.bot.archive.reload)
            except FootnoteError as error:
                _log.error("The new generation cannot be opened; the old one answers. %s", error)
            named |= await self._visible(interaction)
        self._run = None
        view = _ended(say, run, code, said, named, self.bot.archive.generation)
        await self._show(interaction, message_id, view)

    async def _visible(self, interaction: discord.Interaction) -> set[str]:
        """Return the ids of the articles that the readers of a public reply may see."""
        reader = self.bot.reader(interaction, private=False)
        entries = await self.bot.desk.look(self.bot.archive.articles, Filters(), reader)
        return {entry.ref.id for entry in entries}

    async def _show(
        self,
        interaction: discord.Interaction,
        message_id: int,
        view: Layout,
    ) -> None:
        """Edit the progress message: by the interaction while it lasts, as our own afterwards."""
        channel = self.bot.get_partial_messageable(interaction.channel_id or 0)
        ours = channel.get_partial_message(message_id)
        nobody = discord.AllowedMentions.none()
        ways: list[Callable[[], Awaitable[object]]] = [
            lambda: interaction.edit_original_response(view=view),
            lambda: ours.edit(view=view, allowed_mentions=nobody),
        ]
        for way in ways[interaction.is_expired() :]:
            try:
                await deliver(way)
            except (discord.HTTPException, aiohttp.ClientError) as error:
                # The interaction ran out, or the message is gone: the run goes on.
                _log.warning("The progress of reindexing cannot be shown: %s", error)
            else:
                return

    async def _cancel(self, interaction: discord.Interaction, argument: str) -> None:
        self._require_admin(interaction)
        if self._run is None:
            raise Refused("reindex-ended")
        self._run.process.cancel()
        await interaction.response.defer()

    async def _roll_back(self, interaction: discord.Interaction, generation: str) -> None:
        self._require_admin(interaction)
        await acknowledge(interaction, ephemeral=False)
        try:
            name = await self.bot.desk.keep(self.bot.archive.roll_back, generation)
        except NotFound as error:
            raise Refused("reindex-no-generation", generation=one_line(generation, 40)) from error
        _log.info("User %s rolled back to generation %s.", interaction.user.id, name)
        view = sentence(of_interaction(interaction)("reindex-rolled-back", generation=name))
        await deliver(lambda: interaction.edit_original_response(view=view))


def _progress(say: Language, event: dict[str, Any]) -> str:
    """Return how far a run is, in words."""
    if not event or event.get("event") == "done":
        return say("reindex-nearly" if event else "reindex-starting")
    share, seconds = event.get("share"), event["seconds"]
    stage = f"reindex-{event['event']}"
    done = say(stage, articles=event["articles"], passages=event["passages"])
    if not share:
        return done
    left = say.span(seconds / share - seconds)
    return say("reindex-left", done=done, share=say.percent(share), left=left)


def _titled(say: Language, key: str, told: str) -> str:
    return f"### {say(key)}\n{told}"


def _running(say: Language, run: Run) -> Layout:
    return layout(
        text(_titled(say, "reindex-title", _progress(say, run.last))),
        row(button(say("reindex-cancel"), "cancel", "run", discord.ButtonStyle.danger)),
    )


def _ended(
    say: Language, run: Run, code: int, said: str, named: Set[str], answering: str
) -> Layout:
    report = run.last
    if report.get("event") != "done":
        if run.process.cancelled:
            return sentence(_titled(say, "reindex-cancelled-title", say("reindex-cancelled")))
        told = one_line(said, 1000) or say("reindex-exit", code=code)
        return sentence(_titled(say, "reindex-failed-title", told))
    items: list[ui.Item[Any]] = [text(_result(say, report, named))]
    if report["published"] and report["generation"] != answering:
        items.append(text(say("reindex-unopened", generation=answering)))
    if report["published"] and report["generation"] != run.before:
        items.append(row(button(say("reindex-roll-back"), "rollback", run.before)))
    return layout(*items)


def _result(say: Language, report: dict[str, Any], named: Set[str]) -> str:
    """Return what a run changed, in words that fit a message.

    Args:
        say: The language of who started it.
        report: What the run reported last.
        named: The ids of the articles that may be named.
    """
    told = report["counts"]
    gate = report.get("gate") or {}
    stopped = gate.get("stopped", False)
    ended = "published" if report["published"] else "answers-on" if stopped else "up-to-date"
    lines = [
        f"### {say('reindex-done-title')}",
        say(
            f"reindex-{ended}",
            generation=report["generation"],
            articles=report["articles"],
            passages=report["passages"],
            added=told["added"],
            changed=told["changed"],
            withdrawn=told["withdrawn"],
            unchanged=report["unchanged"],
            seconds=say.span(report["seconds"]),
        ),
    ]
    if stopped:
        scores = {name: gate[name] for name in ("before", "after", "asked")}
        lines.append(say("reindex-stopped", **scores))
    for key in ("added", "changed", "withdrawn"):
        shown = [ref for ref in report[key] if ref["id"] in named][:_NAMED]
        if shown:
            titles = "; ".join(one_line(ref["title"], 60) for ref in shown)
            left = told[key] - len(shown)
            rest = f"; {say('and-more', count=left)}" if left else ""
            lines.append(say(f"reindex-{key}", titles=titles + rest))
    for failure in report["failed"][:5]:
        where, why = one_line(failure["location"], 100), one_line(failure["reason"], 150)
        lines.append(say("reindex-failed", location=where, reason=why))
    if told["failed"] > 5:
        lines.append(say("reindex-failed-more", count=told["failed"] - 5))
    return "\n".join(lines)
