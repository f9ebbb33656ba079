"""Watches and their notices as they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from retrieval.database import Database
from retrieval.notices import FOUND, STAY, Matched, Notice, Notices
from retrieval.records import GivenHit
from retrieval.types import Span
from retrieval.watches import Full, Watch, Watches, packed, unpacked

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HIT = GivenHit("v1", 3, 30, (Span(3, 30),), (Span(3, 10),), (0.5, 7.25, 0.25, 0.9, 0.8, None))
WATCH = Watch(
    id="w1", owner_id=7, question="Why?", once=False, guild_id=5, channel_id=6, parent_id=None,
    message_id=None, filters="{}", locale="de", hour=None, zone=None,
    made_at="2026-01-01T00:00:00+00:00", useful_at="2026-01-01T00:00:00+00:00", asked_at=None,
    since=3, model="m", vector=b"\0" * 8,
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Yield an empty database."""
    database = Database(tmp_path / "data")
    yield database
    database.close()


@pytest.fixture
def watches(database: Database) -> Watches:
    """Return its watches."""
    return Watches(database)


@pytest.fixture
def notices(database: Database) -> Notices:
    """Return its notices."""
    return Notices(database)


def _match(notices: Notices, watch: Watch, words: str, until: int, moment: datetime = NOW) -> None:
    notices.matched([Matched(watch, ((words, HIT),))], until, moment)


def _due(notices: Notices, moment: datetime = NOW) -> list[Notice]:
    return notices.due(moment, 10)


def test_a_watch_reads_back(watches: Watches) -> None:
    """A watch is kept as it was made, until it is removed."""
    assert watches.oldest() is None
    assert watches.add(WATCH, 1, 1) is None
    assert WATCH == watches.get("w1")
    assert [WATCH] == watches.of_owner(7) == watches.of_server(5)
    assert 3 == watches.oldest()
    assert watches.remove("w1")
    assert not watches.remove("w1")
    assert watches.get("w1") is None


def test_a_vector_reads_back() -> None:
    """A question's vector is kept exactly."""
    vector = np.array([0.25, -1.5, 3e-9], dtype=np.float32)
    assert vector.tolist() == unpacked(packed(vector)).tolist()


@pytest.mark.parametrize(
    ("change", "full"),
    [
        ({"question": "How?"}, Full.OWNER),
        ({"owner_id": 8}, Full.SERVER),
        ({}, Full.SAME),
        ({"owner_id": 8, "guild_id": None, "channel_id": None}, None),
    ],
)
def test_there_are_limits(watches: Watches, change: dict[str, object], full: Full | None) -> None:
    """One too many of a user or in a server, or one that is there already, is not added."""
    watches.add(WATCH, 1, 1)
    assert full is watches.add(replace(WATCH, id="w2", **change), 1, 1)  # type: ignore[arg-type]
    assert (full is None) == (watches.get("w2") is not None)


def test_what_is_found_is_told_once(watches: Watches, notices: Notices) -> None:
    """The same words are told once, whichever article has them; a sent notice stays sent."""
    watches.add(WATCH, 1, 1)
    assert [WATCH] == watches.waiting(4, 10)
    _match(notices, WATCH, "words", 4)
    assert [] == watches.waiting(4, 10)
    (notice,) = _due(notices)
    assert (FOUND, 7, 5, 6) == (notice.kind, notice.owner_id, notice.guild_id, notice.channel_id)
    ((watch, hits),) = notices.found(notice.id)
    assert ("w1", 4, [HIT]) == (watch.id, watch.since, hits)
    notices.attempt(notice.id, NOW)
    notices.attempt(notice.id, NOW + timedelta(hours=1))
    assert NOW == datetime.fromisoformat(str(_due(notices)[0].attempted_at))
    notices.end(notice.id, NOW, message_id=99)
    assert [] == _due(notices)
    _match(notices, WATCH, "words", 5)
    assert [] == _due(notices)
    _match(notices, WATCH, "other words", 6)
    assert 1 == len(_due(notices))


def test_a_question_that_is_told_once_ends_with_it(watches: Watches, notices: Notices) -> None:
    """While its notice waits it is matched no more; when it is sent, nothing of it is kept."""
    watches.add(replace(WATCH, once=True), 1, 1)
    _match(notices, WATCH, "words", 4)
    assert [] == watches.waiting(9, 10)
    (notice,) = _due(notices)
    notices.end(notice.id, NOW, problem="undelivered")
    assert watches.get("w1") is not None
    assert [notice.id] == [missed.id for missed in notices.undelivered(7)]
    notices.delivered(notice.id)
    assert watches.get("w1") is None
    assert [] == notices.undelivered(7)
    assert [] == notices.found(notice.id)


def test_what_was_removed_is_not_told(watches: Watches, notices: Notices) -> None:
    """A watch that its owner removes while it is matched, or before its notice, tells nothing."""
    watches.add(WATCH, 1, 1)
    _match(notices, WATCH, "words", 4)
    watches.remove("w1")
    (notice,) = _due(notices)
    assert [] == notices.found(notice.id)
    _match(notices, WATCH, "words", 5)
    assert [notice.id] == [other.id for other in _due(notices)]


def test_a_digest_gathers_until_it_is_sent(watches: Watches, notices: Notices) -> None:
    """One message a day holds what all watches of an owner found; what comes late waits a day."""
    for number in (1, 2):
        watches.add(replace(WATCH, id=f"w{number}", question=f"{number}?", hour=8), 9, 9)
    first, second = watches.of_owner(7)
    _match(notices, first, "a", 4)
    _match(notices, second, "b", 4)
    assert [] == _due(notices)
    morning = datetime(2026, 3, 2, 8, tzinfo=UTC)
    (digest,) = _due(notices, morning)
    assert ["w1", "w2"] == [watch.id for watch, _ in notices.found(digest.id)]
    notices.attempt(digest.id, morning)
    # It is being sent while, on a clock that lags, another find comes for the same hour.
    _match(notices, first, "c", 5)
    assert [digest.id] == [notice.id for notice in _due(notices, morning)]
    notices.end(digest.id, morning, message_id=1)
    (later,) = _due(notices, morning + timedelta(days=1))
    assert ["w1"] == [watch.id for watch, _ in notices.found(later.id)]


def test_a_watch_that_finds_nothing_is_asked_about_once(watches: Watches, notices: Notices) -> None:
    """Asked, it stays if its owner says so, or finds something; unanswered it ends."""
    watches.add(WATCH, 1, 1)
    quiet = datetime(2026, 2, 1, tzinfo=UTC)
    for _ in range(2):
        notices.ask_to_stay(quiet, NOW)
    (notice,) = _due(notices)
    assert STAY == notice.kind
    asked = notices.asked_about(notice)
    assert asked is not None
    assert "w1" == asked.id
    notices.drop_unanswered(NOW)
    assert watches.stay("w1", NOW)
    assert notices.asked_about(notice) is None
    notices.drop_unanswered(NOW + timedelta(days=1))
    assert watches.get("w1") is not None
    notices.ask_to_stay(NOW + timedelta(days=1), NOW)
    notices.drop_unanswered(NOW + timedelta(days=1))
    assert watches.get("w1") is None
    assert not watches.stay("w1", NOW)


def test_old_notices_are_forgotten(watches: Watches, notices: Notices) -> None:
    """What was sent long ago goes; what waits or could not be delivered stays."""
    watches.add(WATCH, 1, 1)
    for number, words in enumerate("abc", start=4):
        _match(notices, WATCH, words, number)
    sent, missed, waiting = _due(notices)
    notices.end(sent.id, NOW, message_id=1)
    notices.end(missed.id, NOW, problem="undelivered")
    notices.prune(NOW + timedelta(days=1))
    assert notices.notice(sent.id) is None
    assert notices.notice(missed.id) is not None
    assert notices.notice(waiting.id) is not None
