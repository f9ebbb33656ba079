"""Who may see which collections in Discord; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from retrieval.types import Reader

Grants = Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply is read.

    Attributes:
        guild_id: The server, None in direct messages.
        channel_ids: The channel, and the one a thread hangs on.
        role_ids: The roles of the only one who reads it; none for a public reply.
    """

    guild_id: int | None = None
    channel_ids: tuple[int, ...] = ()
    role_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """The collections that are granted.

    Attributes:
        public: To anyone, anywhere.
        servers: To everyone in a server, by its id.
        channels: To everyone in a channel, by its id.
        roles: To those who have a role, in private replies only, by its id.
    """

    public: frozenset[str]
    servers: Grants = field(default_factory=dict)
    channels: Grants = field(default_factory=dict)
    roles: Grants = field(default_factory=dict)

    def reader(self, place: Place) -> Reader:
        """Return the reader of a reply in a place: nobody there may be shown more."""
        if place.guild_id is None:
            return Reader(self.public)
        granted = [self.servers.get(place.guild_id, frozenset())]
        granted += _of(self.channels, place.channel_ids)
        granted += _of(self.roles, place.role_ids)
        return Reader(self.public.union(*granted))


def _of(grants: Grants, ids: Iterable[int]) -> list[frozenset[str]]:
    return [grants[number] for number in ids if number in grants]
