"""The in-flight journal: written whole, readable by its owner alone, and soon forgotten."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.access import Place
from bot.journal import LIFETIME, Entry, Journal

from .stage import mode

_ids = st.integers(1, 2**63)


def entry(number: int = 7, *, at: float | None = None, question: str = "Why?") -> Entry:
    """Return an entry."""
    return Entry(
        id=number,
        at=time.time() if at is None else at,
        question=question,
        context=None,
        filters={"author": "A"},
        place=Place(1, (2, 3), (4,)),
        private=True,
        asker_id=5,
        channel_id=2,
        token="secret",
        locale="de",
    )


def test_an_entry_is_for_its_owners_eyes(tmp_path: Path) -> None:
    """Folder and file are the owner's alone, whatever the process's umask."""
    before = os.umask(0)
    try:
        Journal(tmp_path / "inflight").open(entry())
    finally:
        os.umask(before)
    assert mode(tmp_path / "inflight") == 0o700
    assert [mode(path) for path in (tmp_path / "inflight").iterdir()] == [0o600]


def test_a_closed_entry_is_gone(tmp_path: Path) -> None:
    """An answered question leaves nothing behind; closing it twice is no failure."""
    journal = Journal(tmp_path)
    journal.open(entry())
    journal.close(7)
    journal.close(7)
    assert list(tmp_path.iterdir()) == []
    assert journal.pending() == []


def test_pending_entries_come_oldest_first(tmp_path: Path) -> None:
    """What waited longest is answered first."""
    journal = Journal(tmp_path)
    for number, age in ((1, 10), (2, 300), (3, 60)):
        journal.open(entry(number, at=time.time() - age))
    assert [found.id for found in journal.pending()] == [2, 3, 1]


@pytest.mark.parametrize(("age", "kept"), [(LIFETIME - 30, True), (LIFETIME + 1, False)])
def test_an_entry_is_dropped_after_fifteen_minutes(tmp_path: Path, age: float, kept: bool) -> None:
    """What Discord would take no answer to is deleted unread."""
    journal = Journal(tmp_path)
    journal.open(entry(at=time.time() - age))
    assert bool(journal.pending()) == kept
    assert bool(list(tmp_path.iterdir())) == kept


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"7",
        b"{}",
        json.dumps({"id": 1, "at": 1e12, "question": "?"}).encode(),
        json.dumps({"place": None}).encode(),
        json.dumps({"place": {"guild_id": 1}}).encode(),
        json.dumps({"place": {"a": 1, "b": 2, "c": 3}}).encode(),
    ],
    ids=repr,
)
def test_an_entry_that_cannot_be_read_is_dropped(tmp_path: Path, content: bytes) -> None:
    """A damaged entry stops nothing: it is deleted, and the others are read."""
    journal = Journal(tmp_path)
    journal.open(entry())
    (tmp_path / "9.json").write_bytes(content)
    assert [found.id for found in journal.pending()] == [7]
    assert not (tmp_path / "9.json").exists()


def test_what_was_half_written_is_dropped(tmp_path: Path) -> None:
    """A file that a killed process was writing does not stay on the disk."""
    (tmp_path / ".12").write_text('{"question": "half')
    assert Journal(tmp_path).pending() == []
    assert list(tmp_path.iterdir()) == []


def test_there_is_nothing_pending_before_the_first(tmp_path: Path) -> None:
    """A journal that was never written to is empty."""
    assert Journal(tmp_path / "inflight").pending() == []


def test_a_folder_that_cannot_be_written_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Questions go on without a journal; the log says so once, and again after it was mended."""
    folder = tmp_path / "inflight"
    folder.write_text("in the way")
    journal = Journal(folder)
    for number in (7, 8):
        journal.open(entry(number))
        journal.close(number)
        assert journal.pending() == []
    assert ["check the folder's" in record.getMessage() for record in caplog.records] == [True]
    folder.unlink()
    journal.open(entry())
    assert [found.id for found in journal.pending()] == [7]
    journal.close(7)
    folder.rmdir()
    folder.write_text("in the way")
    journal.open(entry())
    assert len(caplog.records) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.builds(
        Entry,
        id=_ids,
        at=st.just(time.time() + 3600),
        question=st.text(max_size=50),
        context=st.none() | st.text(max_size=50),
        filters=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
        place=st.builds(
            Place,
            st.none() | _ids,
            st.lists(_ids, max_size=2).map(tuple),
            st.lists(_ids, max_size=2).map(tuple),
        ),
        private=st.booleans(),
        asker_id=_ids,
        channel_id=st.none() | _ids,
        token=st.none() | st.text(max_size=20),
    )
)
def test_an_entry_is_read_back_as_it_was(tmp_path: Path, written: Entry) -> None:
    """Nothing is lost between the two processes."""
    journal = Journal(tmp_path)
    journal.open(written)
    assert journal.pending() == [written]
    journal.close(written.id)
