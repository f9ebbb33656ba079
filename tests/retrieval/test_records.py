"""Records: answers given, votes, lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from retrieval.database import Database
from retrieval.records import GivenAnswer, GivenHit, Records
from retrieval.types import Span


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Yield the records of an empty database."""
    database = Database(tmp_path / "data")
    yield Records(database)
    database.close()


def _given(answer_id: str = "a1", **fields: Any) -> GivenAnswer:
    hit = GivenHit(
        "v1", 3, 30, (Span(3, 10), Span(11, 30)), (Span(3, 10),), (0.5, 7.25, 0.25, 0.9, 0.8, None)
    )
    answer = GivenAnswer(
        id=answer_id, asked_at="2025-03-01T08:00:00+00:00", generation="000001",
        asker_id=2**63 - 1, guild_id=5, channel_id=6, message_id=None, private=False,
        collections=("crew", "public"), answered=True, confidence=0.75, hits=(hit, hit), cited=1,
        locale="de",
    )  # fmt: skip
    return replace(answer, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"guild_id": None, "channel_id": None, "private": True},
        {"collections": None},
        {"collections": ()},
        {"answered": False, "hits": (), "confidence": 0.0, "cited": 0},
    ],
)
def test_the_record_of_an_answer_reads_back(records: Records, fields: dict[str, Any]) -> None:
    """A record holds ids, spans and scores exactly as they were given."""
    answer = _given(**fields)
    records.record(answer)
    assert answer == records.given("a1")
    assert records.given("other") is None


def test_a_record_learns_its_message(records: Records) -> None:
    """Once sent, an answer is found by its message; recorded again, it is replaced."""
    records.record(_given())
    assert records.given_in(77) is None
    records.sent("a1", 66, 77)
    assert _given(channel_id=66, message_id=77) == records.given_in(77)
    records.record(_given(message_id=77, answered=False))
    found = records.given_in(77)
    assert found is not None
    assert not found.answered


def test_old_answers_are_forgotten_with_their_votes(records: Records) -> None:
    """Pruning forgets what was answered before a time, and nothing later; a vote may change."""
    records.record(_given("old", asked_at="2025-01-01T00:00:00+00:00"))
    records.record(_given("new"))
    for answer_id in ("old", "new"):
        records.vote(answer_id, 1, True)
        records.vote(answer_id, 1, False)
    records.prune("2025-02-01T00:00:00+00:00")
    assert records.given("old") is None
    assert _given("new") == records.given("new")


def test_a_list_is_remembered_until_it_is_old(records: Records) -> None:
    """What a list of articles is narrowed to is remembered, and forgotten with old answers."""
    records.open_list("l1", '{"author": "Maud"}')
    assert ('{"author": "Maud"}', None) == (records.listed("l1"), records.listed("l2"))
    records.prune("2999-01-01T00:00:00+00:00")
    assert records.listed("l1") is None
