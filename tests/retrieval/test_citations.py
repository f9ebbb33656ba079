"""Citations: what became of quoted words, which answers are due, and what their readers know."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from retrieval.archive import Archive
from retrieval.citations import Change, Citation, Fate, fate_of
from retrieval.database import Database
from retrieval.records import GivenAnswer, GivenHit, Records
from retrieval.types import Article, Span
from tests.commands import ROOT
from tests.conftest import Library

from .test_records import _given

TEXT = "Greta mends the nets. It takes two days. The loft is above the smithy."
QUOTED = Span(0, 21)
MOMENT = datetime(2025, 3, 5, tzinfo=UTC)
EVER = "2000-01-01T00:00:00+00:00"


def _nets(text: str = TEXT, **more: object) -> Article:
    return Article("Who mends the nets", text, "nets", given_id="nets", **more)  # type: ignore[arg-type]


BREAD = Article("Oat bread", "Soak the oats overnight.", "bread", given_id="bread")


@pytest.fixture
def archive(library: Library) -> Archive:
    """Return an archive of two articles."""
    library.shelve(_nets(), BREAD)
    return library.open()


def _answer(archive: Archive, answer_id: str = "a1", **fields: object) -> GivenAnswer:
    """Record an answer that quotes both articles."""
    hits = tuple(
        GivenHit(archive.look_up(title).id, 0, 24, (QUOTED,), (QUOTED,), (0, 0, 0, 0, 0, None))
        for title in ("nets", "bread")
    )
    known = {"message_id": 7, "hits": hits, "cited": 2} | fields
    answer = _given(answer_id, **known)
    archive.records.record(answer)
    return answer


def _fates(archive: Archive, answer: GivenAnswer) -> list[Fate]:
    return [each.fate for each in archive.citations.of(answer, archive.changes)]


def _overdue(archive: Archive, since: str = EVER) -> list[str]:
    return archive.citations.overdue(since, archive.changes)


@pytest.mark.parametrize(
    ("after", "fate"),
    [
        (None, Fate.WITHDRAWN),
        ("Greta  mends\nthe nets. It takes a week.", Fate.KEPT),
        ("Odile mends the nets. It takes two days.", Fate.CHANGED),
        ("It takes a week. The nets: Greta mends the nets.", Fate.KEPT),
        ("", Fate.CHANGED),
    ],
)
def test_the_quoted_words_stand_or_do_not(after: str | None, fate: Fate) -> None:
    """What counts is the sentences that answer, word for word, however lines break."""
    change = Change(MOMENT, None if after is None else (TEXT, after))
    assert fate is fate_of(_hit(QUOTED), change)
    assert Fate.CURRENT is fate_of(_hit(QUOTED), None)


def test_without_answering_sentences_the_passage_counts() -> None:
    """A hit that highlights nothing is compared as a whole."""
    assert Fate.CHANGED is fate_of(_hit(), Change(MOMENT, (TEXT, TEXT[:30])))
    assert Fate.KEPT is fate_of(_hit(), Change(MOMENT, (TEXT, TEXT + " More.")))


def test_an_answers_fate_follows_the_archive(library: Library, archive: Archive) -> None:
    """Changed elsewhere, changed, withdrawn, restored: each when it is published, and dated."""
    answer = _answer(archive)
    for shelf, fate in (
        ([_nets(TEXT + " It burned down."), BREAD], Fate.KEPT),
        ([_nets("Odile mends the nets."), BREAD], Fate.CHANGED),
        ([BREAD], Fate.WITHDRAWN),
        ([_nets(), BREAD], Fate.CURRENT),
    ):
        before = _fates(archive, answer)
        library.shelve(*shelf)
        assert before == _fates(archive, answer) or fate is Fate.CURRENT
        archive.reload()
        (first, second) = archive.citations.of(answer, archive.changes)
        assert (fate, Fate.CURRENT) == (first.fate, second.fate)
        assert (first.at is None) == (fate is Fate.CURRENT)


@pytest.mark.parametrize(
    "changed", [_nets(url="https://a.example"), _nets(authors=("Ada",)), _nets(collection="board")]
)
def test_metadata_is_no_correction(library: Library, archive: Archive, changed: Article) -> None:
    """Another link, author or collection leaves the words as they were quoted."""
    answer = _answer(archive)
    library.shelve(changed, BREAD)
    archive.reload()
    assert [Fate.CURRENT] * 2 == _fates(archive, answer)
    assert [] == _overdue(archive)


def test_a_roll_back_undoes_a_correction(library: Library, archive: Archive) -> None:
    """While the generation before answers again, its articles stand as they were quoted."""
    answer = _answer(archive)
    library.shelve(BREAD)
    archive.reload()
    assert Fate.WITHDRAWN is _fates(archive, answer)[0]
    archive.roll_back()
    assert Fate.CURRENT is _fates(archive, answer)[0]


def test_an_old_text_that_comes_back_is_dated_anew(library: Library, archive: Archive) -> None:
    """An answer that quotes what stood meanwhile is corrected as of when the old text came back."""
    library.shelve(_nets("Odile mends the nets."), BREAD)
    archive.reload()
    answer = _answer(archive)
    with contextlib.closing(sqlite3.connect(library.data_dir / "catalog.db")) as catalog:
        catalog.execute("UPDATE versions SET added_at = '2001-01-01T00:00:00+00:00'")
        catalog.commit()
    library.shelve(_nets(), BREAD)
    archive.reload()
    (first, _) = archive.citations.of(answer, archive.changes)
    assert first.at is not None
    assert first.at.year > 2001


def test_what_is_due_is_told_once(library: Library, archive: Archive) -> None:
    """An answer is due until its readers know, or nothing more can be tried; then once a change."""
    answer = _answer(archive)
    _answer(archive, "younger", asked_at="2025-03-02T08:00:00+00:00")
    _answer(archive, "unsent", message_id=None)
    assert [] == _overdue(archive)
    library.shelve(BREAD)
    archive.reload()
    assert ["younger", "a1"] == _overdue(archive)
    assert ["younger"] == _overdue(archive, "2025-03-02T00:00:00+00:00")
    archive.citations.settle("a1", archive.citations.of(answer, archive.changes), told=False)
    archive.citations.settle("younger", archive.citations.of(answer, archive.changes), told=True)
    assert [] == _overdue(archive)
    library.shelve(_nets(), BREAD)
    archive.reload()
    # The older one's readers never learned that there was something to take back.
    assert ["younger"] == _overdue(archive)
    tried = archive.citations.of(answer, archive.changes)[0]
    assert Citation(1, Fate.CURRENT, None, Fate.CURRENT, Fate.WITHDRAWN) == tried


def test_a_forgotten_answer_is_due_for_nothing(library: Library, archive: Archive) -> None:
    """Pruned, an answer takes its citations along."""
    _answer(archive)
    archive.records.prune("2999-01-01T00:00:00+00:00")
    library.shelve(BREAD)
    archive.reload()
    assert [] == _overdue(archive)


def test_answers_from_before_there_were_citations_have_them(tmp_path: Path) -> None:
    """A catalog of the release before is brought up: its answers cite what they could show."""
    _at_revision(tmp_path, "0004")
    hits = [[f"v{n}", 0, 9, [[0, 9]], [[0, 9]], [0.5] * 5, []] for n in range(5)]
    with contextlib.closing(sqlite3.connect(tmp_path / "catalog.db")) as catalog:
        for name, answered in (("answer", 1), ("refusal", 0)):
            catalog.execute(
                "INSERT INTO answers (id, asked_at, generation, asker_id, private, answered, "
                "confidence, hits) VALUES (?, '2025-03-01T08:00:00+00:00', '1', 5, 0, ?, 0.5, ?)",
                (name, answered, json.dumps(hits)),
            )
        catalog.commit()
    database = Database(tmp_path)
    answer, refusal = (Records(database).given(name) for name in ("answer", "refusal"))
    database.close()
    assert answer is not None
    assert refusal is not None
    assert (3, "en", 0) == (answer.cited, answer.locale, refusal.cited)
    with contextlib.closing(sqlite3.connect(tmp_path / "catalog.db")) as catalog:
        rows = catalog.execute("SELECT * FROM citations ORDER BY place").fetchall()
    assert [("answer", n, f"v{n - 1}", "current", "current") for n in (1, 2, 3)] == rows


def _at_revision(folder: Path, revision: str) -> None:
    """Make a catalog as a release before made it."""
    Database(folder).close()
    config = Config()
    config.set_main_option("script_location", str(ROOT / "retrieval/migrations"))
    engine = create_engine(f"sqlite:///{folder / 'catalog.db'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


def _hit(*highlights: Span) -> GivenHit:
    return replace(_given().hits[0], start=0, end=len(TEXT), highlights=highlights)
