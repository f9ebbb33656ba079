"""Records: answers given, votes on them, lists leafed through, and what a bot remembers.

They hold ids, spans and scores, never a question's text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from retrieval.database import Database, answers, citations, lists, now, state, votes
from retrieval.types import Span


@dataclass(frozen=True, slots=True)
class GivenHit:
    """A passage that an answer cited: enough to show it again, word for word.

    Attributes:
        version_id: The article version.
        start: Where the passage starts in its text.
        end: Where it ends.
        sentences: The spans of its sentences.
        highlights: The spans of the sentences that answer.
        scores: Dense, keyword, sentence and fused score, confidence, and the cross-encoder's
            score or None.
        also_in: The ids of other articles that tell the same story.
        prior: What readers' votes added to the fused score.
    """

    version_id: str
    start: int
    end: int
    sentences: tuple[Span, ...]
    highlights: tuple[Span, ...]
    scores: tuple[float, float, float, float, float, float | None]
    also_in: tuple[str, ...] = ()
    prior: float = 0.0

    def row(self) -> list[Any]:
        """Return it as a row of JSON."""
        return [
            self.version_id, self.start, self.end,
            self.sentences, self.highlights, self.scores, self.also_in, self.prior,
        ]  # fmt: skip

    @classmethod
    def of(cls, row: list[Any]) -> GivenHit:
        """Return the hit of a row that `row` made, however long ago."""
        version, start, end, sentences, highlights, scores, *later = row
        return cls(
            version,
            start,
            end,
            _spans(sentences),
            _spans(highlights),
            (*scores, 0.0, None)[:6],  # the first records have no confidence
            *_later(*later),
        )


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote, and the passages that its answer showed.

    Attributes:
        user_id: Who voted.
        useful: What they said.
        voted_at: When, ISO 8601.
        shown: The passages, the first footnote's first: version id and span.
    """

    user_id: int
    useful: bool
    voted_at: str
    shown: tuple[tuple[str, Span], ...]


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """The record of an answer given: ids, spans and scores, never the question.

    Attributes:
        id: The record's id, which its buttons carry.
        asked_at: When, ISO 8601 in UTC.
        generation: The generation that answered.
        asker_id: Who asked.
        guild_id: The server, or None.
        channel_id: The channel, or None.
        message_id: The message that shows it, or None until it is sent.
        private: Whether only its asker sees it.
        collections: The collections it was drawn from; None for all.
        answered: Whether it was an answer or a refusal.
        confidence: The estimated probability that its first hit answers.
        hits: What it cited, and what it would have cited next.
        cited: How many of them its message shows.
        locale: The language of its message.
    """

    id: str
    asked_at: str
    generation: str
    asker_id: int
    guild_id: int | None
    channel_id: int | None
    message_id: int | None
    private: bool
    collections: tuple[str, ...] | None
    answered: bool
    confidence: float
    hits: tuple[GivenHit, ...]
    cited: int
    locale: str


class Records:
    """The records of one data folder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, answer: GivenAnswer) -> None:
        """Record an answer that is about to be shown, or replace its record."""
        row = {name: getattr(answer, name) for name in GivenAnswer.__slots__}
        cited = [
            {"answer_id": answer.id, "place": place, "version_id": hit.version_id}
            for place, hit in enumerate(answer.hits[: row.pop("cited")], start=1)
        ]
        row["collections"] = None if answer.collections is None else json.dumps(answer.collections)
        row["hits"] = json.dumps([hit.row() for hit in answer.hits])
        statement = insert(answers).values(row)
        update = statement.on_conflict_do_update(index_elements=["id"], set_=row)
        with self._database.writing() as connection:
            connection.execute(update)
            connection.execute(sa.delete(citations).where(citations.c.answer_id == answer.id))
            if cited:
                connection.execute(sa.insert(citations), cited)

    def sent(self, answer_id: str, channel_id: int | None, message_id: int) -> None:
        """Note the message that shows an answer."""
        statement = (
            sa.update(answers)
            .where(answers.c.id == answer_id)
            .values(channel_id=channel_id, message_id=message_id)
        )
        with self._database.writing() as connection:
            connection.execute(statement)

    def given(self, answer_id: str) -> GivenAnswer | None:
        """Return the record of an answer, None where there is none."""
        return self._given(answers.c.id == answer_id)

    def given_in(self, message_id: int) -> GivenAnswer | None:
        """Return the record of the answer that a message shows, None where it shows none."""
        return self._given(answers.c.message_id == message_id)

    def _given(self, condition: sa.ColumnElement[bool]) -> GivenAnswer | None:
        cited = (
            sa.select(sa.func.count())
            .where(citations.c.answer_id == answers.c.id)
            .scalar_subquery()
            .label("cited")
        )
        query = sa.select(answers, cited).where(condition)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        hits = tuple(GivenHit.of(hit) for hit in json.loads(row["hits"]))
        held = row["collections"]
        collections = None if held is None else tuple(json.loads(held))
        return GivenAnswer(**{**row, "hits": hits, "collections": collections})

    def vote(self, answer_id: str, user_id: int, useful: bool, reason: str | None = None) -> None:
        """Record a user's vote on an answer, and their reason; it replaces an earlier one."""
        row = {"useful": useful, "voted_at": now(), "reason": reason}
        statement = insert(votes).values(answer_id=answer_id, user_id=user_id, **row)
        update = statement.on_conflict_do_update(index_elements=["answer_id", "user_id"], set_=row)
        with self._database.writing() as connection:
            connection.execute(update)

    def ballots(self) -> list[Ballot]:
        """Return the votes on answers that showed passages."""
        cited = (
            sa.select(citations.c.answer_id, sa.func.count().label("cited"))
            .group_by(citations.c.answer_id)
            .subquery()
        )
        query = (
            sa.select(votes, answers.c.hits, cited.c.cited)
            .join(answers, answers.c.id == votes.c.answer_id)
            .join(cited, cited.c.answer_id == votes.c.answer_id)
            .order_by(votes.c.answer_id, votes.c.user_id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Ballot(row.user_id, row.useful, row.voted_at, _shown(row.hits, row.cited))
            for row in rows
        ]

    def prune(self, before: str) -> None:
        """Forget the answers given before a time (ISO 8601 in UTC), and their votes."""
        old = sa.select(answers.c.id).where(answers.c.asked_at < before)
        with self._database.writing() as connection:
            for table in (votes, citations):
                connection.execute(sa.delete(table).where(table.c.answer_id.in_(old)))
            connection.execute(sa.delete(answers).where(answers.c.asked_at < before))
            connection.execute(sa.delete(lists).where(lists.c.made_at < before))

    # Lists of articles that someone is leafing through.

    def open_list(self, list_id: str, filters: str) -> None:
        """Remember what a list of articles is narrowed to, as JSON."""
        row = {"id": list_id, "made_at": now(), "filters": filters}
        with self._database.writing() as connection:
            connection.execute(sa.insert(lists).values(row))

    def listed(self, list_id: str) -> str | None:
        """Return what a list is narrowed to, None where it has expired."""
        query = sa.select(lists.c.filters).where(lists.c.id == list_id)
        with self._database.reading() as connection:
            return connection.execute(query).scalar()

    # State.

    def recall(self, key: str) -> str | None:
        """Return a remembered value, None where there is none."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(state.c.value).where(state.c.key == key)).scalar()

    def remember(self, key: str, value: str) -> None:
        """Remember a value from run to run."""
        statement = insert(state).values(key=key, value=value)
        update = statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})
        with self._database.writing() as connection:
            connection.execute(update)


def _later(also_in: Sequence[str] = (), prior: float = 0.0) -> tuple[tuple[str, ...], float]:
    """Return what the first records do not have."""
    return tuple(also_in), prior


def _shown(hits: str, cited: int) -> tuple[tuple[str, Span], ...]:
    return tuple(
        (version, Span(start, end)) for version, start, end, *_ in json.loads(hits)[:cited]
    )


def _spans(rows: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in rows)
