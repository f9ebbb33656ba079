"""Notices: what watches found, and the messages that tell it, each posted once.

A notice is written down in the transaction that notes what was found; it is marked before
it is sent (`attempt`) and after (`end`), so that whoever finds one that is marked and has
not ended knows to look whether it arrived.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from retrieval.database import Database, finds, notices, watches
from retrieval.records import GivenHit
from retrieval.schedule import next_due
from retrieval.types import digest
from retrieval.watches import ADDED, Watch, forget, stored

FOUND, STAY = "found", "stay"
"""What a notice tells: what was found, or asks: whether a watch is to stay."""


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


@dataclass(frozen=True, slots=True)
class Matched:
    """What came of putting a watch's question to what is new.

    Attributes:
        watch: The watch, with its vector.
        found: The words that answer, as a digest, and the passage they stand in.
    """

    watch: Watch
    found: tuple[tuple[str, GivenHit], ...]


class Notices:
    """The notices of one data folder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def matched(self, results: Sequence[Matched], until: int, moment: datetime) -> None:
        """Note what watches found up to a version, and their notices; all of it or nothing.

        Args:
            results: What came of each watch.
            until: The version's number.
            moment: The time, aware.
        """
        found_at = stored(moment)
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

    # Telling.

    def due(self, moment: datetime, most: int) -> list[Notice]:
        """Return notices that are to be posted now, the one that waits longest first."""
        waits = sa.and_(notices.c.ended_at.is_(None), notices.c.due_at <= stored(moment))
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
            .order_by(watches.c.made_at, ADDED, finds.c.found_at, sa.text("finds.rowid"))
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
            .values(attempted_at=sa.func.coalesce(notices.c.attempted_at, stored(moment)))
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
        values = {"ended_at": stored(moment), "message_id": message_id, "problem": problem}
        with self._database.writing() as connection:
            statement = sa.update(notices).where(notices.c.id == notice_id).values(values)
            connection.execute(statement)
            if problem is None:
                forget(connection, _told_once(connection, notice_id))

    def prune(self, before: datetime) -> None:
        """Forget the notices that ended before a time."""
        old = sa.and_(notices.c.ended_at < stored(before), notices.c.problem.is_(None))
        with self._database.writing() as connection:
            connection.execute(sa.delete(notices).where(old))

    # Whether to stay.

    def ask_to_stay(self, before: datetime, moment: datetime) -> None:
        """Make the notices that ask owners of watches that found nothing since a time."""
        quiet = sa.and_(watches.c.useful_at < stored(before), watches.c.asked_at.is_(None))
        with self._database.writing() as connection:
            for watch in connection.execute(sa.select(watches).where(quiet)).mappings().all():
                notice = Notice(
                    stay_id(watch["id"], watch["useful_at"]),
                    STAY,
                    watch["owner_id"],
                    watch["guild_id"],
                    watch["channel_id"],
                    stored(next_due(moment, watch["hour"], watch["zone"])),
                )
                connection.execute(insert(notices).values(asdict(notice)).on_conflict_do_nothing())
                ask = sa.update(watches).where(watches.c.id == watch["id"])
                connection.execute(ask.values(asked_at=stored(moment)))

    def drop_unanswered(self, before: datetime) -> None:
        """Remove the watches whose owners were asked before a time, and said nothing."""
        query = sa.select(watches.c.id).where(watches.c.asked_at < stored(before))
        with self._database.writing() as connection:
            forget(connection, connection.execute(query).scalars().all())

    def asked_about(self, notice: Notice) -> Watch | None:
        """Return the watch that a notice asks about; None where that is settled."""
        query = sa.select(watches).where(
            watches.c.owner_id == notice.owner_id, watches.c.asked_at.is_not(None)
        )
        with self._database.reading() as connection:
            asked = [Watch(**row) for row in connection.execute(query).mappings()]
        return next((w for w in asked if stay_id(w.id, w.useful_at) == notice.id), None)

    def undelivered(self, owner_id: int) -> list[Notice]:
        """Return what was found for a user but could not be delivered, the oldest first."""
        theirs = sa.and_(notices.c.owner_id == owner_id, notices.c.problem.is_not(None))
        return self._notices(sa.and_(theirs, notices.c.kind == FOUND))

    def delivered(self, notice_id: str) -> None:
        """Note that its owner has read, some other way, what could not be delivered."""
        with self._database.writing() as connection:
            statement = sa.update(notices).where(notices.c.id == notice_id).values(problem=None)
            connection.execute(statement)
            forget(connection, _told_once(connection, notice_id))


def stay_id(watch_id: str, useful_at: str) -> str:
    """Return the id of the notice that asks whether a watch is to stay."""
    return digest(STAY, watch_id, useful_at)


def _due_notice(connection: sa.Connection, watch: Watch, until: int, moment: datetime) -> str:
    """Return the id of the notice that will tell what a watch has found, made where it is not."""
    due = next_due(moment, watch.hour, watch.zone)
    while True:
        place = (str(watch.owner_id), str(watch.channel_id), watch.zone)
        parts = (watch.id, str(until)) if watch.hour is None else (*place, stored(due))
        notice = Notice(
            digest(FOUND, *parts),
            FOUND,
            watch.owner_id,
            watch.guild_id,
            watch.channel_id,
            stored(due),
        )
        connection.execute(insert(notices).values(asdict(notice)).on_conflict_do_nothing())
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
