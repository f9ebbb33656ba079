"""Watches: questions that are kept, by their owners' wish, to be put to what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import Enum

import numpy as np
import sqlalchemy as sa

from retrieval.database import Database, finds, watches
from retrieval.encoder import Vectors

ADDED: sa.ColumnClause[int] = sa.literal_column("watches.rowid", sa.Integer)
"""The order in which watches were added."""


class Full(Enum):
    """Why a watch cannot be added."""

    OWNER = "owner"
    SERVER = "server"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Watch:
    """A question that is kept, by its owner's wish.

    Attributes:
        id: Its id.
        owner_id: Whose it is.
        question: The question.
        once: Whether it ends with the first notice of what was found.
        guild_id: The server that it is posted in, None for a direct message.
        channel_id: The channel, likewise.
        parent_id: The channel that this thread hangs on, or None.
        message_id: The message that refused the question, or None.
        filters: What it is narrowed to, as JSON.
        locale: The language of its notices.
        hour: The hour of its owner's day at which they are told; None for at once.
        zone: Its owner's time zone, or None.
        made_at: When it was made, ISO 8601 in UTC.
        useful_at: When it last found something, or its owner last wanted it to stay.
        asked_at: When its owner was asked whether it is to stay; None while that is not due.
        since: The number of the last version that it was put to.
        model: What tells the model of its vector from another; None for no vector.
        vector: The question's vector, little-endian float32; None for none.
    """

    id: str
    owner_id: int
    question: str
    once: bool
    guild_id: int | None
    channel_id: int | None
    parent_id: int | None
    message_id: int | None
    filters: str
    locale: str
    hour: int | None
    zone: str | None
    made_at: str
    useful_at: str
    asked_at: str | None
    since: int
    model: str | None
    vector: bytes | None


def packed(vector: Vectors) -> bytes:
    """Return a float32 vector as a watch keeps it."""
    return vector.astype("<f4").tobytes()


def unpacked(data: bytes) -> Vectors:
    """Return the float32 vector that a watch keeps."""
    found: Vectors = np.frombuffer(data, dtype="<f4").astype(np.float32)
    return found


class Watches:
    """The watches of one data folder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # By their owners.

    def add(self, watch: Watch, most_of_owner: int, most_of_server: int) -> Full | None:
        """Add a watch.

        Args:
            watch: The watch.
            most_of_owner: How many its owner may have.
            most_of_server: How many may be posted in its server.

        Returns:
            Why it was not added, None where it was.
        """
        theirs = watches.c.owner_id == watch.owner_id
        same = sa.and_(
            theirs,
            watches.c.question == watch.question,
            watches.c.channel_id.is_not_distinct_from(watch.channel_id),
            watches.c.filters == watch.filters,
            watches.c.once == watch.once,
        )
        with self._database.writing() as connection:
            # A write comes first, so that nobody else adds one between counting and adding.
            connection.execute(sa.insert(watches), [asdict(watch)])

            def count(condition: sa.ColumnElement[bool]) -> int:
                query = sa.select(sa.func.count()).select_from(watches).where(condition)
                return int(connection.execute(query).scalar_one())

            why = None
            if count(same) > 1:
                why = Full.SAME
            elif count(theirs) > most_of_owner:
                why = Full.OWNER
            elif watch.guild_id and count(watches.c.guild_id == watch.guild_id) > most_of_server:
                why = Full.SERVER
            if why is not None:
                connection.rollback()
            return why

    def get(self, watch_id: str) -> Watch | None:
        """Return a watch, None where there is none."""
        return next(iter(self._of(watches.c.id == watch_id)), None)

    def of_owner(self, owner_id: int) -> list[Watch]:
        """Return a user's watches, the oldest first."""
        return self._of(watches.c.owner_id == owner_id)

    def of_server(self, guild_id: int) -> list[Watch]:
        """Return the watches that are posted in a server, the oldest first."""
        return self._of(watches.c.guild_id == guild_id)

    def _of(self, condition: sa.ColumnElement[bool]) -> list[Watch]:
        query = sa.select(watches).where(condition).order_by(watches.c.made_at, ADDED)
        with self._database.reading() as connection:
            return [Watch(**row) for row in connection.execute(query).mappings()]

    def remove(self, watch_id: str) -> bool:
        """Remove a watch and what it found; tell whether there was one."""
        with self._database.writing() as connection:
            return forget(connection, [watch_id]) > 0

    def tell_in(self, watch_id: str, channel: tuple[int, int, int | None] | None) -> None:
        """Post what a watch finds elsewhere: in a channel, or by direct message for None.

        Args:
            watch_id: The watch.
            channel: The ids of the server, the channel and the channel a thread hangs on.
        """
        guild_id, channel_id, parent_id = channel or (None, None, None)
        place = {"guild_id": guild_id, "channel_id": channel_id, "parent_id": parent_id}
        with self._database.writing() as connection:
            connection.execute(sa.update(watches).where(watches.c.id == watch_id).values(place))

    def stay(self, watch_id: str, moment: datetime) -> bool:
        """Let a watch stay whose owner was asked; tell whether it is there."""
        statement = (
            sa.update(watches)
            .where(watches.c.id == watch_id)
            .values(useful_at=stored(moment), asked_at=None)
        )
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount > 0

    # Matching.

    def waiting(self, until: int, most: int) -> list[Watch]:
        """Return watches that were not yet put to all versions up to one, by its number.

        One that was to be told once, and has found what it is to tell, waits for no more.
        """
        has_found = sa.select(finds.c.watch_id).where(finds.c.watch_id == watches.c.id).exists()
        query = (
            sa.select(watches)
            .where(watches.c.since < until, sa.not_(watches.c.once & has_found))
            .order_by(watches.c.since, watches.c.id)
            .limit(most)
        )
        with self._database.reading() as connection:
            return [Watch(**row) for row in connection.execute(query).mappings()]

    def oldest(self) -> int | None:
        """Return the number of the version up to which all watches were put; None for no watch."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(sa.func.min(watches.c.since))).scalar()


def forget(connection: sa.Connection, watch_ids: Sequence[str]) -> int:
    """Remove watches and what they found; return how many there were."""
    if not watch_ids:
        return 0
    connection.execute(sa.delete(finds).where(finds.c.watch_id.in_(watch_ids)))
    return connection.execute(sa.delete(watches).where(watches.c.id.in_(watch_ids))).rowcount


def stored(moment: datetime) -> str:
    """Return a time as the tables keep it, so that they sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
