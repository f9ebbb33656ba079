"""World: one small Discord in memory, and what has happened to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from . import payloads
from .clock import Clock, Snowflakes
from .permissions import EVERYONE_MAY
from .state import (
    Channel,
    ChannelType,
    File,
    Guild,
    Member,
    Message,
    Overwrite,
    Role,
    User,
)
from .violations import Json, Violation

if TYPE_CHECKING:
    from .interactions import InteractionRecord

T = TypeVar("T")
TOKEN = "loopback-token"


@dataclass(slots=True)
class Request:
    """One HTTP request the bot made.

    Attributes:
        method: The HTTP method.
        path: The path below `/api/v10`.
        query: The query parameters.
        body: The parsed JSON, or None.
        files: The files of a multipart body.
        at: When it came, on the server's clock.
        status: What it was answered with; None while it is unanswered.
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any
    files: list[File]
    at: float
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One gateway event on its way to whoever may have it.

    Attributes:
        name: Discord's name for it.
        data: Its payload.
        guild: The server it happened in; None for direct messages.
        for_bot: Whether it goes to the bot whatever its intents and memberships.
    """

    name: str
    data: Json
    guild: Guild | None = None
    for_bot: bool = False


@dataclass(frozen=True, slots=True)
class Typing:
    """One typing call of the bot."""

    channel: Channel
    at: float


@dataclass(eq=False)
class World:
    """Everything there is, and the log of what the bot did.

    Attributes:
        token: The bot's token.
        commands: The global application commands, as Discord returns them.
        requests: Every HTTP request, oldest first.
        violations: Every broken rule, oldest first.
        unknown_routes: Requests for what this server does not know.
        typings: Every typing call.
        approved_intents: The privileged intents that the application may ask for.
        gateway_url: Where the gateway is, once there is one.
        shards: How many shards a client is told to use.
    """

    token: str = TOKEN
    clock: Clock = field(default_factory=Clock)
    ids: Snowflakes = field(default_factory=Snowflakes)
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    interactions: list[InteractionRecord] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    unknown_routes: list[str] = field(default_factory=list)
    typings: list[Typing] = field(default_factory=list)
    approved_intents: int = 0
    gateway_url: str = ""
    shards: int = 1

    def __post_init__(self) -> None:
        """Create the bot's own account and its owner."""
        self._listeners: list[Callable[[Event], None]] = []
        self._waiters: list[asyncio.Future[None]] = []
        self.bot = self.create_user("footnote", bot=True)
        self.owner = self.create_user("operator")

    def create_user(
        self, name: str, *, bot: bool = False, installed: bool = False, dms_open: bool = True
    ) -> User:
        """Create an account; `installed` gives it the application as a user install."""
        user = User(self.ids.next(), name, bot, installed, dms_open)
        self.users[user.id] = user
        return user

    def add_guild(
        self,
        name: str = "Library",
        *,
        members: Iterable[User] = (),
        locale: str = "en-US",
        with_bot: bool = True,
        everyone: int = EVERYONE_MAY,
        bot_permissions: int = 0,
        id: int | None = None,
    ) -> Guild:
        """Create a server; `with_bot=False` leaves the bot out, for user installs.

        Args:
            name: Its name.
            members: Its people, besides the application's owner, who owns it.
            locale: Its preferred language.
            with_bot: Whether the bot is a member.
            everyone: What everyone may do.
            bot_permissions: What the bot may do beyond that.
            id: Its snowflake, to choose its shard.
        """
        guild = Guild(id or self.ids.next(), name, locale, owner=self.owner)
        guild.roles[guild.id] = Role(guild.id, "@everyone", int(everyone))
        self.guilds[guild.id] = guild
        if with_bot:
            own = Role(self.ids.next(), self.bot.name, int(bot_permissions))
            guild.roles[own.id] = own
            guild.members[self.bot.id] = Member(self.bot, [own])
        for user in (self.owner, *members):
            guild.members[user.id] = Member(user)
        self.dispatch(Event("GUILD_CREATE", payloads.guild(guild, self.bot), guild))
        return guild

    def remove_guild(self, guild: Guild) -> None:
        """Take the bot out of a server."""
        self.dispatch(Event("GUILD_DELETE", {"id": str(guild.id)}, guild))
        guild.members.pop(self.bot.id, None)

    def add_role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        """Create a role in a server."""
        role = Role(self.ids.next(), name, int(permissions))
        guild.roles[role.id] = role
        data = {"guild_id": str(guild.id), "role": payloads.role(role, len(guild.roles) - 1)}
        self.dispatch(Event("GUILD_ROLE_CREATE", data, guild))
        return role

    def add_member(
        self, guild: Guild, user: User, *, roles: Iterable[Role] = (), permissions: int = 0
    ) -> Member:
        """Make a user a member, or change what a member has.

        Args:
            guild: The server.
            user: The person.
            roles: Their roles.
            permissions: What they may do beyond their roles, given by a role of their own.
        """
        own = [self.add_role(guild, user.name, permissions)] if permissions else []
        member = Member(user, [*roles, *own])
        guild.members[user.id] = member
        data = payloads.member(member) | {"guild_id": str(guild.id)}
        self.dispatch(Event("GUILD_MEMBER_ADD", data, guild))
        return member

    def add_channel(
        self, guild: Guild, name: str = "general", *, type: ChannelType = ChannelType.TEXT
    ) -> Channel:
        """Create a channel in a server."""
        channel = Channel(self.ids.next(), type, name, guild)
        self._place(channel, guild)
        self.dispatch(Event("CHANNEL_CREATE", payloads.channel(channel), guild))
        return channel

    def add_thread(
        self, parent: Channel, name: str = "thread", *, owner: User | None = None, **state: Any
    ) -> Channel:
        """Open a thread below a channel, or a post in a forum; `state` is what else it is."""
        assert parent.guild is not None, "threads live in servers"
        kind = ChannelType.NEWS_THREAD if parent.type == ChannelType.NEWS else ChannelType.THREAD
        kind, opener = state.pop("type", kind), owner or self.owner
        thread = Channel(self.ids.next(), kind, name, parent.guild, parent, **state)
        thread.owner_id = opener.id
        self._place(thread, parent.guild)
        self.dispatch(Event("THREAD_CREATE", payloads.channel(thread), parent.guild))
        return thread

    def _place(self, channel: Channel, guild: Guild) -> None:
        guild.channels[channel.id] = channel
        self.channels[channel.id] = channel

    def dm(self, user: User) -> Channel:
        """Return the bot's direct messages with a user."""
        for channel in self.channels.values():
            if channel.type == ChannelType.DM and channel.recipients == [user]:
                return channel
        channel = Channel(self.ids.next(), ChannelType.DM, recipients=[user])
        self.channels[channel.id] = channel
        return channel

    def group_dm(self, *users: User) -> Channel:
        """Return a new group of people without the bot, where a user install works."""
        channel = Channel(self.ids.next(), ChannelType.GROUP_DM, "group", recipients=list(users))
        self.channels[channel.id] = channel
        return channel

    def overwrite(
        self, channel: Channel, target: Role | User, *, allow: int = 0, deny: int = 0
    ) -> None:
        """Change what a role or a user may do in one channel."""
        channel.overwrites[target.id] = Overwrite(int(allow), int(deny))
        self.dispatch(Event("CHANNEL_UPDATE", payloads.channel(channel), channel.guild))

    def set_bot_permissions(self, channel: Channel, *, allow: int = 0, deny: int = 0) -> None:
        """Change what the bot may do in one channel."""
        self.overwrite(channel, self.bot, allow=allow, deny=deny)

    def is_visible(self, channel: Channel) -> bool:
        """Return whether the bot is in the place at all."""
        if channel.guild is not None:
            return self.bot.id in channel.guild.members
        return channel.type == ChannelType.DM

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Call a function with every event from now on."""
        self._listeners.append(listener)

    def dispatch(self, event: Event) -> None:
        """Send an event to whoever may have it."""
        for listener in self._listeners:
            listener(event)
        self.notify()

    def record(self, violation: Violation, route: str) -> Violation:
        """Note a broken rule, and return it with the request it was found in."""
        noted = replace(violation, route=route)
        self.violations.append(noted)
        return noted

    def notify(self) -> None:
        """Let everyone who waits for something look again."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, probe: Callable[[], T | None], timeout: float, what: str) -> T:
        """Return the first thing a probe finds, looking again whenever something happens.

        Args:
            probe: Returns what is awaited, or None.
            timeout: Seconds to wait.
            what: Names what is awaited, for the error.

        Raises:
            TimeoutError: Nothing came; the message tells what the bot did instead.
        """
        try:
            async with asyncio.timeout(timeout):
                while (found := probe()) is None:
                    waiter = asyncio.get_running_loop().create_future()
                    self._waiters.append(waiter)
                    await waiter
                return found
        except TimeoutError:
            raise TimeoutError(f"no {what} within {timeout} s\n{self.report()}") from None

    def report(self) -> str:
        """Return the last requests and every violation, for a failing test to print."""
        lines = [f"{r.method} {r.path} -> {r.status}" for r in self.requests[-12:]]
        lines += [str(violation) for violation in self.violations]
        lines += [f"unknown route: {route}" for route in self.unknown_routes]
        return "\n".join(lines)
