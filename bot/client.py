"""The Discord client: intents, commands, start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import json
import logging
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import discord
from discord.ext import commands, tasks

from bot.access import Access, Place
from bot.admin import Admin
from bot.answers import Answers
from bot.articles import Articles
from bot.ask import Ask
from bot.browse import Browse
from bot.checking import Check
from bot.controls import Control, Handler
from bot.correcting import Correcting
from bot.delivery import Seen
from bot.desk import Desk
from bot.doctor import INVITE_PERMISSIONS
from bot.failures import GuardedTree, guard_chore
from bot.finding import Find
from bot.hearing import Hear
from bot.help import Help
from bot.journal import Journal
from bot.language import speaking
from bot.layout import sentence
from bot.listening import Listen, Listening
from bot.modals import Submitted, submit
from bot.naming import Naming, describe_commands
from bot.narrow import Values
from bot.posting import Poster
from bot.refreshing import ListedSource, Refresher
from bot.timeline import Timeline
from bot.watch import Watching
from retrieval.archive import Archive
from retrieval.errors import FootnoteError, SettingsError
from retrieval.types import Reader

T = TypeVar("T")

_log = logging.getLogger(__name__)

_LOOK_FOR_DUE = 5.0
_DRAIN = 10.0
_SILENCE = 0.5
_REST = 60.0


@dataclass(frozen=True, slots=True)
class WatchLimits:
    """How many watches there may be, and how long one may find nothing.

    Attributes:
        per_user: Of one user.
        per_server: That are posted in one server.
        ask_after: Days after which the owner of one that found nothing is asked about it.
        timezone: The time zone of a digest whose owner names none.
    """

    per_user: int = 10
    per_server: int = 100
    ask_after: int = 90
    timezone: str = "UTC"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """How the bot behaves.

    Attributes:
        access: Who may see which collections.
        admins: Users who administer the archive.
        admin_roles: Roles that administer the archive.
        home_servers: Servers where Manage Server administers the archive.
        cooldown: Seconds that a user waits between two questions.
        concurrency: Questions that are searched at the same time.
        keep_answers: Days that the record of an answer is kept.
        data_dir: The data folder.
        index_command: The command line that indexes and reports JSON lines.
        sources: The sources that the settings name.
        listening: Where it answers questions that are not addressed to it, and when.
        watches: How many watches there may be, and how long one may find nothing.
        clock: Returns the time, aware, by which watches are told.
        look_every: Seconds between two looks for a new generation, and for notices due.
        correct_days: Days for which an answer is corrected; 0 for never.
    """

    access: Access
    admins: frozenset[int]
    admin_roles: frozenset[int]
    home_servers: frozenset[int]
    cooldown: float
    concurrency: int
    keep_answers: int
    data_dir: Path
    index_command: list[str]
    sources: tuple[ListedSource, ...] = ()
    listening: Listening = Listening()
    watches: WatchLimits = WatchLimits()
    clock: Callable[[], datetime] = _now
    look_every: float = 1.0
    correct_days: int = 30


class FootnoteBot(commands.Bot):
    """The bot: one cog a capability, every control in `handlers`."""

    def __init__(self, archive: Archive, options: Options) -> None:
        """Prepare the bot.

        Args:
            archive: The archive it answers from.
            options: How it behaves.
        """
        # Mentions, direct messages and the bot's own messages carry their content
        # without the privileged intent; nothing else is read, but where it is to listen.
        intents = discord.Intents(
            guilds=True,
            guild_messages=True,
            dm_messages=True,
            message_content=bool(options.listening.channels),
        )
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=intents,
            tree_cls=GuardedTree,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=discord.app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=discord.app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            # A server's members are not needed to answer.
            chunk_guilds_at_startup=False,
            max_messages=None,
            # The servers come one upon the other; two seconds of silence is long to wait.
            guild_ready_timeout=_SILENCE,
        )
        self.archive = archive
        self.options = options
        self.desk = Desk(archive, options.concurrency, options.cooldown)
        self.values = Values(archive)
        self.command_ids: dict[str, int] = {}
        self._seen = Seen()
        self.journal = Journal(options.data_dir / "inflight")
        self.handlers: dict[str, Handler] = {}
        self.modals: dict[str, Submitted] = {}
        self.working: set[asyncio.Task[Any]] = set()
        self._admin = Admin(self)
        self.refresher = Refresher(self.desk, options.index_command, options.sources)
        self.poster = Poster(self)
        self._correcting = Correcting(self, options.correct_days)
        self.remarks: Handler = self._correcting.tell
        self._chores = [
            self._watch_generations,
            self._prune,
            self._sweep,
            self._refresh,
            self._come_back,
            self._ask_to_stay,
            self._correct,
        ]

    async def setup_hook(self) -> None:
        """Load the cogs, sync the commands where they changed, take up what was in flight."""
        self.add_dynamic_items(Control)
        ask = Ask(self)
        hear = Hear(self, ask)
        cogs = [
            ask,
            hear,
            Find(self, ask),
            Timeline(self, ask),
            Check(self),
            Answers(self),
            Articles(self),
            Browse(self),
            Watching(self, self.poster),
            Help(self, self.options.listening.channels),
            self._admin,
        ]
        if self.options.listening.channels:
            cogs.append(Listen(self, ask))
        for cog in cogs:
            await self.add_cog(cog)
        describe_commands(self.tree)
        await self._sync()
        for entry in self.journal.pending():
            self.work((ask if entry.token else hear).take_up(entry))
        for chore in (self._watch_generations, self._come_back, self._correct):
            chore.change_interval(seconds=self.options.look_every)
        for chore in self._chores:
            chore.start()

    def work(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something that a stop must wait for."""
        task = asyncio.create_task(coroutine)
        self.working.add(task)
        task.add_done_callback(self.working.discard)
        return task

    def take(self, number: int) -> bool:
        """Take a message or an interaction, unless it was told of before; a stop waits for it."""
        task = asyncio.current_task()
        if task is not None:
            self.working.add(task)
            task.add_done_callback(self.working.discard)
        return not self._seen.again(number)

    async def close(self) -> None:
        """Stop: let the questions in flight be answered, then leave Discord."""
        for chore in self._chores:
            chore.cancel()
        self._admin.stop()
        self.refresher.stop()
        if self.working:
            await asyncio.wait(set(self.working), timeout=_DRAIN)
        await super().close()
        self.desk.close()

    async def _sync(self) -> None:
        """Tell Discord the commands, where they are not the ones it was told before."""
        naming = Naming()
        payload = [
            await command.get_translated_payload(self.tree, naming)
            for command in self.tree.get_commands()
        ]
        text = json.dumps([self.application_id, payload], sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        recall, remember = self.archive.records.recall, self.archive.records.remember
        if await self.desk.look(recall, "commands") != digest:
            await self.tree.set_translator(naming)
            synced = {command.name: command.id for command in await self.tree.sync()}
            await self.desk.keep(remember, "commands:ids", json.dumps(synced))
            await self.desk.keep(remember, "commands", digest)
        known = await self.desk.look(recall, "commands:ids")
        self.command_ids = json.loads(known or "{}")

    @tasks.loop()
    async def _watch_generations(self) -> None:
        """Swap to a newly published generation, between two questions."""
        try:
            await asyncio.to_thread(self.archive.reload)
        except FootnoteError as error:
            _log.error("The new generation cannot be opened; the old one answers. %s", error)
            await asyncio.sleep(_REST)

    @tasks.loop(hours=24)
    async def _prune(self) -> None:
        """Forget old answers once a day."""
        before = datetime.now(UTC) - timedelta(days=self.options.keep_answers)
        try:
            await self.desk.keep(self.archive.records.prune, before.isoformat(timespec="seconds"))
        except FootnoteError as error:
            _log.error("Old answers cannot be forgotten now. %s", error)

    @tasks.loop(minutes=1)
    async def _sweep(self) -> None:
        """Drop what has been in flight for longer than Discord waits, once a minute."""
        self.journal.drop_expired()

    @tasks.loop(seconds=_LOOK_FOR_DUE)
    async def _refresh(self) -> None:
        """Read again the sources that are due."""
        try:
            await self.refresher.tick()
        except FootnoteError as error:
            _log.error("The sources cannot be refreshed now. %s", error)

    @tasks.loop()
    async def _come_back(self) -> None:
        """Put watches to what is new, and post what is due."""
        if not await self.poster.tick():
            await asyncio.sleep(_REST)

    @tasks.loop(hours=1)
    async def _ask_to_stay(self) -> None:
        """Ask about watches that find nothing, once an hour."""
        await guard_chore(self.poster.ask_to_stay())

    @tasks.loop()
    async def _correct(self) -> None:
        """Correct the answers whose articles were corrected."""
        await self.wait_until_ready()
        if not await guard_chore(self._correcting.tick()):
            await asyncio.sleep(_REST)

    # Who reads, who administers.

    def place(
        self,
        channel: object,
        guild_id: int | None,
        user: discord.abc.User | None = None,
    ) -> Place:
        """Return where a reply is read; a private one by the given user alone."""
        ids = [getattr(channel, name, None) for name in ("id", "parent_id")]
        roles = getattr(user, "roles", ()) if user is not None else ()
        return Place(
            guild_id=guild_id,
            channel_ids=tuple(number for number in ids if number),
            role_ids=tuple(role.id for role in roles),
        )

    def place_of(self, interaction: discord.Interaction, *, private: bool) -> Place:
        """Return where the reply to an interaction is read."""
        user = interaction.user if private else None
        return self.place(interaction.channel, interaction.guild_id, user)

    def reader(self, interaction: discord.Interaction, *, private: bool) -> Reader:
        """Return the reader of the reply to an interaction."""
        return self.options.access.reader(self.place_of(interaction, private=private))

    def administers(self, interaction: discord.Interaction) -> bool:
        """Tell whether the user of an interaction administers the archive."""
        user = interaction.user
        if user.id in self.options.admins:
            return True
        if any(role.id in self.options.admin_roles for role in getattr(user, "roles", ())):
            return True
        home = interaction.guild_id in self.options.home_servers
        return home and interaction.permissions.manage_guild

    # Events.

    async def on_message(self, message: discord.Message, /) -> None:
        """Leave messages to the cogs: no command is spoken in one."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take what was typed into a modal; commands and controls take what is theirs."""
        await submit(interaction, self.modals)

    async def on_ready(self) -> None:
        """Say that the bot is there, and how to invite it where it is nowhere."""
        _log.info("Footnote is ready as %s.", self.user)
        if not self.guilds and self.application_id:
            url = discord.utils.oauth_url(self.application_id, permissions=INVITE_PERMISSIONS)
            _log.warning("The bot is in no server yet; invite it: %s", url)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Greet a server once, where the bot may speak."""
        channels = [guild.system_channel, *guild.text_channels]
        for channel in channels:
            if channel is not None and channel.permissions_for(guild.me).send_messages:
                with contextlib.suppress(discord.HTTPException, aiohttp.ClientError):
                    say = speaking(guild.preferred_locale.value)
                    await channel.send(view=sentence(say("welcome")))
                return

    async def on_error(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what a listener could not tell anyone."""
        _log.exception("The event %s failed", event)


def serve(archive: Archive, options: Options, token: str) -> None:
    """Run the bot until it is told to stop (SIGTERM or Ctrl-C).

    Raises:
        SettingsError: Discord refuses the token.
        FootnoteError: Discord cannot be reached.
    """
    settle()
    asyncio.run(_serve(archive, options, token))


def settle() -> None:
    """Let the collector pass over what is there for good: each full pass held all up for 0.1 s."""
    gc.collect()
    gc.freeze()


async def _serve(archive: Archive, options: Options, token: str) -> None:
    # The bot never speaks; that its voice libraries are missing is nobody's news.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    bot = FootnoteBot(archive, options)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    running = asyncio.create_task(bot.start(token))
    waiting = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if stopped.is_set():
            _log.info("Footnote stops.")
    finally:
        await bot.close()
        waiting.cancel()
    if stopped.is_set():
        # It may still be coming up: to be told to stop then is no failure.
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return
    try:
        await running
    except discord.LoginFailure as error:
        raise SettingsError(
            "Discord refuses the token in DISCORD_TOKEN; copy it anew from the Developer Portal "
            "(your application, Bot, Reset Token)."
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise SettingsError(
            "Discord does not let the bot read messages that are not addressed to it: turn on "
            "Message Content Intent in the Developer Portal (your application, Bot), or clear "
            "`discord.listening.channels` in the settings."
        ) from error
    except (aiohttp.ClientError, discord.HTTPException, OSError) as error:
        raise FootnoteError(
            f"Discord cannot be reached ({type(error).__name__}); check the network and try again."
        ) from error
