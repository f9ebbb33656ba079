"""The things a small Discord is made of: users, servers, channels, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum

from .message_limits import EPHEMERAL, LOADING
from .permissions import ALL_PERMISSIONS, Permission
from .violations import Json


class ChannelType(IntEnum):
    """Discord's numbers for the kinds of channel."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    CATEGORY = 4
    NEWS = 5
    NEWS_THREAD = 10
    THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


THREAD_TYPES = frozenset({ChannelType.THREAD, ChannelType.NEWS_THREAD, ChannelType.PRIVATE_THREAD})


@dataclass(eq=False, slots=True)
class User:
    """An account.

    Attributes:
        id: Its snowflake.
        name: Its unique name.
        bot: Whether it is a bot.
        installed: Whether it has installed the application for itself.
        dms_open: Whether it takes direct messages from the bot.
    """

    id: int
    name: str
    bot: bool = False
    installed: bool = False
    dms_open: bool = True

    @property
    def mention(self) -> str:
        """The text that mentions this account."""
        return f"<@{self.id}>"


@dataclass(eq=False, slots=True)
class Role:
    """A role of one server, with the permissions it gives."""

    id: int
    name: str
    permissions: int = 0

    @property
    def mention(self) -> str:
        """The text that mentions this role."""
        return f"<@&{self.id}>"


@dataclass(eq=False, slots=True)
class Member:
    """A user in one server.

    Attributes:
        user: Who.
        roles: Their roles, @everyone left out.
        joined_at: Since when.
    """

    user: User
    roles: list[Role] = field(default_factory=list)
    joined_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(eq=False, slots=True)
class Overwrite:
    """What one channel allows and denies a role or a user."""

    allow: int = 0
    deny: int = 0


@dataclass(eq=False, slots=True)
class Guild:
    """A server.

    Attributes:
        id: Its snowflake; also the id of its @everyone role.
        name: Its name.
        locale: Its preferred language.
        roles: Its roles by id.
        members: Its members by user id.
        channels: Its channels and threads by id.
        owner: Who may do anything in it.
    """

    id: int
    name: str
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    owner: User | None = None

    @property
    def everyone(self) -> Role:
        """The role that every member has."""
        return self.roles[self.id]

    def base_permissions(self, user: User) -> int:
        """Return what a user may do in the server as a whole."""
        member = self.members.get(user.id)
        if member is None:
            return 0
        granted = self.everyone.permissions
        for role in member.roles:
            granted |= role.permissions
        if user is self.owner or granted & Permission.ADMINISTRATOR:
            return ALL_PERMISSIONS
        return granted


@dataclass(eq=False, slots=True)
class Channel:
    """A place for messages: in a server, a thread below a channel, or between people.

    Attributes:
        id: Its snowflake.
        type: Its kind.
        name: Its name; empty for a direct message.
        guild: Its server, or None for a direct message.
        parent: A thread's channel.
        recipients: A direct message's people, the bot left out.
        overwrites: Permissions changed here, by role or user id.
        owner_id: Who opened a thread.
        archived: Whether a thread is archived; a message in it takes it out again.
        locked: Whether only moderators may write in a thread.
    """

    id: int
    type: ChannelType
    name: str = ""
    guild: Guild | None = None
    parent: Channel | None = None
    recipients: list[User] = field(default_factory=list)
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    owner_id: int | None = None
    archived: bool = False
    locked: bool = False

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread or a forum post."""
        return self.type in THREAD_TYPES

    @property
    def mention(self) -> str:
        """The text that links to this channel."""
        return f"<#{self.id}>"

    def permissions(self, user: User) -> int:
        """Return what a user may do here, by Discord's order of overwrites."""
        if self.guild is None:
            return ALL_PERMISSIONS
        granted = self.guild.base_permissions(user)
        member = self.guild.members.get(user.id)
        if member is None or granted == ALL_PERMISSIONS:
            return granted
        overwrites = self.parent.overwrites if self.parent else self.overwrites
        none = Overwrite()
        everyone = overwrites.get(self.guild.id, none)
        granted = granted & ~everyone.deny | everyone.allow
        of_roles = [overwrites.get(role.id, none) for role in member.roles]
        for each in of_roles:
            granted &= ~each.deny
        for each in of_roles:
            granted |= each.allow
        own = overwrites.get(user.id, none)
        return granted & ~own.deny | own.allow


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message."""

    filename: str
    data: bytes


@dataclass(eq=False, slots=True)
class Message:
    """A message as it stands, and every request that made it so.

    Attributes:
        id: Its snowflake.
        channel: Where it is.
        author: Whose it is.
        payload: Content, embeds, components, attachments and flags as they stand.
        history: The bodies of the request that created it and of those that edited it.
        times: When each of those requests came, on the server's clock.
        files: The files it came with.
        reply_to: The message it replies to.
        reference: The reference as it was given.
        mentions: The users it pinged.
        mention_roles: The roles it pinged.
        mention_everyone: Whether it pinged everyone.
        interaction: The `interaction_metadata` of a reply to an interaction.
        only_for: The one user who sees it, for an ephemeral message.
        deleted: Whether it is gone.
        nonce: The sender's nonce.
        resent: How often its nonce came again and was answered with this message.
        webhook: Whether a webhook sent it.
    """

    id: int
    channel: Channel
    author: User
    payload: Json
    history: list[Json] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    reply_to: Message | None = None
    reference: Json | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    interaction: Json | None = None
    only_for: User | None = None
    deleted: bool = False
    nonce: str | None = None
    resent: int = 0
    webhook: bool = False
    edited_at: datetime | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def content(self) -> str:
        """Its plain text."""
        return str(self.payload.get("content") or "")

    @property
    def components(self) -> list[Json]:
        """Its components as they stand."""
        return self.payload.get("components") or []

    @property
    def embeds(self) -> list[Json]:
        """Its embeds as they stand."""
        return self.payload.get("embeds") or []

    @property
    def flags(self) -> int:
        """Its flags as they stand."""
        return self.payload.get("flags") or 0

    @property
    def ephemeral(self) -> bool:
        """Whether one user alone sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it is still a "thinking…" placeholder."""
        return bool(self.flags & LOADING)
