"""Citations: what became of the words that answers quote, and what their readers know of it.

It is told by state, not by events: whatever happened while nobody looked, a citation is
due for a word to its readers where its fate is another one than they were told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from retrieval.database import Database, answers, articles, citations, versions
from retrieval.records import GivenAnswer, GivenHit


class Fate(Enum):
    """What became of the words that a footnote quotes."""

    CURRENT = "current"
    """Their article stands as it was quoted, its metadata apart."""
    KEPT = "kept"
    """Their article has changed, and they stand in it still, word for word."""
    CHANGED = "changed"
    """Their article has changed, and they stand in it no longer."""
    WITHDRAWN = "withdrawn"
    """Their article was withdrawn."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to an article since one of its versions was current.

    Attributes:
        at: When, aware.
        texts: The text of that version and the text now, None where it was withdrawn.
    """

    at: datetime
    texts: tuple[str, str] | None


Changes = Callable[[Sequence[str]], dict[str, Change]]
"""Returns what happened to the articles of versions, by version id, where something did."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A footnote of an answer, and what its readers know of its fate.

    Attributes:
        place: The footnote's number.
        fate: What became of the quoted words.
        at: When, None where nothing did.
        told: The fate that its readers were told.
        tried: The fate that its message was last tried to be edited for.
    """

    place: int
    fate: Fate
    at: datetime | None
    told: Fate
    tried: Fate

    @property
    def due(self) -> bool:
        """Whether its message should be edited."""
        return self.fate not in (self.told, self.tried)


def fate_of(hit: GivenHit, change: Change | None) -> Fate:
    """Return what became of the sentences of a hit that answer."""
    if change is None:
        return Fate.CURRENT
    if change.texts is None:
        return Fate.WITHDRAWN
    before, after = change.texts[0], _flat(change.texts[1])
    quoted = hit.highlights or ((hit.start, hit.end),)
    stands = all(_flat(before[start:end]) in after for start, end in quoted)
    return Fate.KEPT if stands else Fate.CHANGED


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored)


def _flat(text: str) -> str:
    return " ".join(text.split())


_PART = 200
"""Versions that are looked up at once."""


class Citations:
    """The citations of one data folder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def changes(
        self, version_ids: Sequence[str], answering: Callable[[str], str | None]
    ) -> dict[str, Change]:
        """Return what happened to the articles of versions, by version id, where something did.

        Nothing did where neither title nor text has changed, nor while the generation that
        answers, or the catalog, holds that version still: until what is new is published,
        and after a roll-back, it is no correction.

        Args:
            version_ids: The versions, a few hundred at most.
            answering: Returns the version of an article that answers, None for none.
        """
        gone = articles.c.withdrawn_at.is_not(None)
        superseded = sa.or_(gone, articles.c.version_id != versions.c.id)
        query = (
            sa.select(versions.c.id, articles)
            .join(articles, articles.c.id == versions.c.article_id)
            .where(versions.c.id.in_(version_ids), superseded)
        )
        found, replaced = {}, {}
        with self._database.reading() as connection:
            for row in connection.execute(query).mappings():
                version_id, article = row[versions.c.id], row[articles.c.id]
                current = answering(article)
                if current is None and row["withdrawn_at"]:
                    found[version_id] = Change(_moment(row["withdrawn_at"]), None)
                elif current is not None and current != version_id:
                    # An earlier version that came back did so later than it was stored.
                    latest = row["changed_at"] if current == row["version_id"] else None
                    replaced[version_id] = (current, latest)
        return found | self._compared(replaced)

    def _compared(self, replaced: dict[str, tuple[str, str | None]]) -> dict[str, Change]:
        """Return what changed where another version answers now.

        Args:
            replaced: By version id, the version that answers, and when it came to, where
                that is known.
        """
        ids = {*replaced, *(current for current, _ in replaced.values())}
        c = versions.c
        query = sa.select(c.id, c.title, c.text, c.added_at)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(c.id.in_(ids)))
            held = {row.id: row for row in rows}
        found = {}
        for version_id, (current, latest) in replaced.items():
            before, after = held[version_id], held[current]
            if (before.title, before.text) != (after.title, after.text):
                at = _moment(latest or after.added_at)
                found[version_id] = Change(at, (before.text, after.text))
        return found

    def overdue(self, since: str, changes: Changes) -> list[str]:
        """Return the ids of the answers whose messages should be edited, the newest first.

        Args:
            since: The time of the oldest answer that is looked at, ISO 8601 in UTC.
            changes: Tells what happened to articles.
        """
        recent = sa.select(citations.c.version_id).where(
            citations.c.answer_id == answers.c.id,
            answers.c.asked_at >= since,
            answers.c.message_id.is_not(None),
        )
        at = sa.literal("$[").concat(sa.cast(citations.c.place - 1, sa.Text)).concat("]")
        hit = sa.func.json_extract(answers.c.hits, at)
        told = recent.add_columns(
            answers.c.id, answers.c.asked_at, citations.c.told, citations.c.tried, hit.label("hit")
        )
        moved: set[str] = set()
        found: dict[str, str] = {}

        def take(row: sa.Row[Any], change: Change | None) -> None:
            fate = fate_of(GivenHit.of(json.loads(row.hit)), change)
            if fate.value not in (row.told, row.tried):
                found[row.id] = row.asked_at

        with self._database.reading() as connection:
            version_ids = list(connection.execute(recent.distinct()).scalars())
            for first in range(0, len(version_ids), _PART):
                happened = changes(version_ids[first : first + _PART])
                moved |= happened.keys()
                for row in connection.execute(told.where(citations.c.version_id.in_(happened))):
                    take(row, happened[row.version_id])
            for row in connection.execute(told.where(citations.c.told != Fate.CURRENT.value)):
                if row.version_id not in moved:
                    take(row, None)
        return sorted(found, key=lambda each: found[each], reverse=True)

    def of(self, answer: GivenAnswer, changes: Changes) -> list[Citation]:
        """Return the citations of an answer, in order."""
        query = sa.select(citations).where(citations.c.answer_id == answer.id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(citations.c.place)).all()
        happened = changes([row.version_id for row in rows])
        found = []
        for row in rows:
            change = happened.get(row.version_id)
            fate = fate_of(answer.hits[row.place - 1], change)
            at = change.at if change else None
            found.append(Citation(row.place, fate, at, Fate(row.told), Fate(row.tried)))
        return found

    def settle(self, answer_id: str, settled: Sequence[Citation], *, told: bool) -> None:
        """Note, all at once, that the readers of an answer know, or that an edit has no use.

        Args:
            answer_id: The answer.
            settled: Its citations, with the fates that were told or tried.
            told: Whether its readers know.
        """
        names = ("told", "tried") if told else ("tried",)
        statement = sa.update(citations).where(
            citations.c.answer_id == answer_id, citations.c.place == sa.bindparam("footnote")
        )
        statement = statement.values({name: sa.bindparam("fate") for name in names})
        rows = [{"footnote": each.place, "fate": each.fate.value} for each in settled]
        if rows:
            with self._database.writing() as connection:
                connection.execute(statement, rows)
