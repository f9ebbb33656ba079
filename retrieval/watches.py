"""Watches: questions that are kept, what was found for them since, and the notices of it.

A notice is one message that is to be posted, once. It is written down in the transaction
that notes what was found; it is marked before it is sent (`attempt`) and after (`end`), so
that whoever finds one that is marked but has not ended knows to look whether it is there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from retrieval.database import Database, finds, notices, watches
from retrieval.encoder import Vectors
from retrieval.records import GivenHit
from retrieval.schedule import next_due
from retrieval.types import digest

FOUND, STAY = "found", "stay"
"""What a notice tells: what was found, or asks: whether a watch is to stay."""


_ADDED: sa.ColumnClause[int] = sa.literal_column("watches.rowid", sa.Integer)


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


@dataclass(frozen=True, slots=True)
class Matched:
    """What came of putting a watch's question to what is new.

    Attributes:
        watch: The watch, with its vector.
        found: The words that answer, as a digest, and the passage they stand in.
    """

    watch: Watch
    found: tuple[tuple[str, GivenHit], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that is to be posted, once.

    Attributes:
        id: Its id.
        kind: `FOUND` or `STAY`.
        owner_id: Who is told.
        guild_id: The server that it is posted in, None for a direct message.
        channel_id: The channel, likewise.
        due_at: When it is due, ISO 8601 in UTC.
        attempted_at: When it was first about to be sent, None for never.
        ended_at: When it was sent, or given up; None while it waits.
        message_id: The message that shows it, or None.
        problem: Why it could not be delivered, None where it could.
    """

    id: str
    kind: str
    owner_id: int
    guild_id: int | None
    channel_id: int | None
    due_at: str
    attempted_at: str | None = None
    ended_at: str | None = None
    message_id: int | None = None
    problem: str | None = None


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
            connection.execute(sa.insert(watches), [_row(watch)])

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
        query = sa.select(watches).where(condition).order_by(watches.c.made_at, _ADDED)
        with self._database.reading() as connection:
            return [Watch(**row) for row in connection.execute(query).mappings()]

    def remove(self, watch_id: str) -> bool:
        """Remove a watch and what it found; tell whether there was one."""
        with self._database.writing() as connection:
            return _remove(connection, [watch_id]) > 0

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
            .values(useful_at=_stored(moment), asked_at=None)
        )
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount > 0

    def undelivered(self, owner_id: int) -> list[Notice]:
        """Return what was found for a user but could not be delivered, the oldest first."""
        theirs = sa.and_(notices.c.owner_id == owner_id, notices.c.problem.is_not(None))
        return self._notices(sa.and_(theirs, notices.c.kind == FOUND))

    def delivered(self, notice_id: str) -> None:
        """Note that its owner has read, some other way, what could not be delivered."""
        with self._database.writing() as connection:
            statement = sa.update(notices).where(notices.c.id == notice_id).values(problem=None)
            connection.execute(statement)
            _remove(connection, _told_once(connection, notice_id))

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

    def matched(self, results: Sequence[Matched], until: int, moment: datetime) -> None:
        """Note what watches found up to a version, and their notices; all of it or nothing.

        Args:
            results: What came of each watch.
            until: The version's number.
            moment: The time, aware.
        """
        found_at = _stored(moment)
        with self._database.writing() as connection:
            for watch, found in ((each.watch, each.found) for each in results):
                changed: dict[str, object] = {"since": until, "model": watch.model}
                update = sa.update(watches).where(watches.c.id == watch.id)
                if not connection.execute(
                    update.values(changed | {"vector": watch.vector})
                ).rowcount:
                    continue  # its owner removed it meanwhile
                told = sa.select(finds.c.words).where(finds.c.watch_id == watch.id)
                known = set(connection.execute(told).scalars()) if found else set()
                new = {words: hit for words, hit in found if words not in known}
                if not new:
                    continue
                notice_id = _due_notice(connection, watch, until, moment)
                for words, hit in new.items():
                    row = {
                        "watch_id": watch.id,
                        "words": words,
                        "notice_id": notice_id,
                        "found_at": found_at,
                        "hit": json.dumps(hit.row()),
                    }
                    connection.execute(sa.insert(finds).values(row))
                connection.execute(update.values(useful_at=found_at, asked_at=None))

    # Notices.

    def due(self, moment: datetime, most: int) -> list[Notice]:
        """Return notices that are to be posted now, the one that waits longest first."""
        waits = sa.and_(notices.c.ended_at.is_(None), notices.c.due_at <= _stored(moment))
        return self._notices(waits, most)

    def notice(self, notice_id: str) -> Notice | None:
        """Return a notice, None where there is none."""
        return next(iter(self._notices(notices.c.id == notice_id)), None)

    def _notices(self, condition: sa.ColumnElement[bool], most: int = -1) -> list[Notice]:
        query = sa.select(notices).where(condition).order_by(notices.c.due_at, notices.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query.limit(most)).mappings()
            return [Notice(**row) for row in rows]

    def found(self, notice_id: str) -> list[tuple[Watch, list[GivenHit]]]:
        """Return what a notice tells: what each watch found, the oldest watch first."""
        query = (
            sa.select(watches, finds.c.hit)
            .join(finds, finds.c.watch_id == watches.c.id)
            .where(finds.c.notice_id == notice_id)
            .order_by(watches.c.made_at, _ADDED, finds.c.found_at, sa.text("finds.rowid"))
        )
        told: dict[str, tuple[Watch, list[GivenHit]]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query).mappings():
                values = dict(row)
                hit = GivenHit.of(json.loads(values.pop("hit")))
                told.setdefault(values["id"], (Watch(**values), []))[1].append(hit)
        return list(told.values())

    def attempt(self, notice_id: str, moment: datetime) -> None:
        """Mark a notice that is about to be sent for the first time."""
        statement = (
            sa.update(notices)
            .where(notices.c.id == notice_id)
            .values(attempted_at=sa.func.coalesce(notices.c.attempted_at, _stored(moment)))
        )
        with self._database.writing() as connection:
            connection.execute(statement)

    def end(
        self,
        notice_id: str,
        moment: datetime,
        *,
        message_id: int | None = None,
        problem: str | None = None,
    ) -> None:
        """Mark a notice as sent, or as given up; a watch that was to be told once ends with it."""
        values = {"ended_at": _stored(moment), "message_id": message_id, "problem": problem}
        with self._database.writing() as connection:
            statement = sa.update(notices).where(notices.c.id == notice_id).values(values)
            connection.execute(statement)
            if problem is None:
                _remove(connection, _told_once(connection, notice_id))

    def prune(self, before: datetime) -> None:
        """Forget the notices that ended before a time."""
        old = sa.and_(notices.c.ended_at < _stored(before), notices.c.problem.is_(None))
        with self._database.writing() as connection:
            connection.execute(sa.delete(notices).where(old))

    # Whether to stay.

    def ask_to_stay(self, before: datetime, moment: datetime) -> None:
        """Make the notices that ask owners of watches that found nothing since a time."""
        quiet = sa.and_(watches.c.useful_at < _stored(before), watches.c.asked_at.is_(None))
        with self._database.writing() as connection:
            for watch in connection.execute(sa.select(watches).where(quiet)).mappings().all():
                notice = Notice(
                    stay_id(watch["id"], watch["useful_at"]),
                    STAY,
                    watch["owner_id"],
                    watch["guild_id"],
                    watch["channel_id"],
                    _stored(next_due(moment, watch["hour"], watch["zone"])),
                )
                connection.execute(insert(notices).values(_row(notice)).on_conflict_do_nothing())
                ask = sa.update(watches).where(watches.c.id == watch["id"])
                connection.execute(ask.values(asked_at=_stored(moment)))

    def drop_unanswered(self, before: datetime) -> None:
        """Remove the watches whose owners were asked before a time, and said nothing."""
        query = sa.select(watches.c.id).where(watches.c.asked_at < _stored(before))
        with self._database.writing() as connection:
            _remove(connection, connection.execute(query).scalars().all())

    def asked_about(self, notice: Notice) -> Watch | None:
        """Return the watch that a notice asks about; None where that is settled."""
        asked = sa.and_(watches.c.owner_id == notice.owner_id, watches.c.asked_at.is_not(None))
        return next((w for w in self._of(asked) if stay_id(w.id, w.useful_at) == notice.id), None)


def stay_id(watch_id: str, useful_at: str) -> str:
    """Return the id of the notice that asks whether a watch is to stay."""
    return digest(STAY, watch_id, useful_at)


def _due_notice(connection: sa.Connection, watch: Watch, until: int, moment: datetime) -> str:
    """Return the id of the notice that will tell what a watch has found, made where it is not."""
    due = next_due(moment, watch.hour, watch.zone)
    while True:
        place = (str(watch.owner_id), str(watch.channel_id), watch.zone)
        parts = (watch.id, str(until)) if watch.hour is None else (*place, _stored(due))
        notice = Notice(
            digest(FOUND, *parts),
            FOUND,
            watch.owner_id,
            watch.guild_id,
            watch.channel_id,
            _stored(due),
        )
        connection.execute(insert(notices).values(_row(notice)).on_conflict_do_nothing())
        begun = sa.select(notices.c.attempted_at).where(
            notices.c.id == notice.id,
            sa.or_(notices.c.attempted_at.is_not(None), notices.c.ended_at.is_not(None)),
        )
        # A digest that is being sent is closed: what comes later is told in the next one.
        if watch.hour is None or connection.execute(begun).first() is None:
            return notice.id
        due = next_due(due, watch.hour, watch.zone)


def _told_once(connection: sa.Connection, notice_id: str) -> Sequence[str]:
    query = (
        sa.select(watches.c.id)
        .join(finds, finds.c.watch_id == watches.c.id)
        .where(finds.c.notice_id == notice_id, watches.c.once)
    )
    return connection.execute(query).scalars().all()


def _remove(connection: sa.Connection, watch_ids: Sequence[str]) -> int:
    if not watch_ids:
        return 0
    connection.execute(sa.delete(finds).where(finds.c.watch_id.in_(watch_ids)))
    return connection.execute(sa.delete(watches).where(watches.c.id.in_(watch_ids))).rowcount


def _row(value: Watch | Notice) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _stored(moment: datetime) -> str:
    """Return a time as the tables keep it, so that they sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
