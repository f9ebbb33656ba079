"""Checking everything that a running bot needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.doctor import Check, examine
from retrieval.archive import Archive
from retrieval.errors import IndexMissing
from retrieval.reranker import CrossEncoder, Reranker
from retrieval.types import Article
from tests.conftest import Library


@pytest.fixture
def filled(library: Library) -> Library:
    """Return a data folder with two generations of one article each."""
    for word in ("six", "seven"):
        library.shelve(Article("Gates", f"The gates open at {word}.", "here"))
    return library


def _nothing() -> Archive:
    raise IndexMissing("Nothing has been indexed yet; run `footnote index`.")


def _by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def test_all_is_well(filled: Library, tmp_path: Path) -> None:
    """Folder, sources, index and the lack of a token are looked at in order, and pass."""
    checks = examine(filled.data_dir, [tmp_path], filled.open, None)
    names = ["data folder", "source", "index", "generations", "token"]
    assert names == [check.name for check in checks]
    assert all(check.passed for check in checks)
    assert "generation 000002, 1 articles" in _by_name(checks)["index"].finding


@pytest.mark.parametrize(
    ("budget", "passed", "said"),
    [
        (60_000, True, r"needs \d+ ms for 4 passages and has 60000$"),
        (0.001, False, r"has 0\.001; it will be skipped; lower `reranker\.first`, raise"),
    ],
)
def test_a_reranker_is_timed(
    filled: Library, heron_model: CrossEncoder, budget: float, passed: bool, said: str
) -> None:
    """A reranker that needs more than its budget would always be skipped, which is amiss."""
    reranker = Reranker(heron_model, 4, budget, 1)
    checks = examine(filled.data_dir, [], lambda: filled.open(reranker=reranker), None)
    names = ["data folder", "index", "reranker", "generations", "token"]
    assert names == [check.name for check in checks]
    assert passed == checks[2].passed
    assert re.search(said, checks[2].finding)


def test_nothing_indexed_is_amiss(tmp_path: Path) -> None:
    """Without an index the check fails with the command that makes one; the folder is made."""
    checks = _by_name(examine(tmp_path / "data", [], _nothing, None))
    assert not checks["index"].passed
    assert "run `footnote index`" in checks["index"].finding
    assert checks["data folder"].passed
    assert (tmp_path / "data").is_dir()


def test_a_missing_source_is_amiss(filled: Library, tmp_path: Path) -> None:
    """A source that is not there fails with its path and the cure; the others pass."""
    gone = tmp_path / "gone"
    checks = examine(filled.data_dir, [tmp_path, gone], filled.open, None)
    assert [True, False] == [check.passed for check in checks if check.name == "source"]
    assert f"{gone} does not exist; correct `sources`" in checks[2].finding


@pytest.mark.parametrize("below", ["", "data"])
def test_a_data_folder_that_cannot_be_one_is_amiss(tmp_path: Path, below: str) -> None:
    """A file in the place of the data folder fails, and the other checks go on."""
    (tmp_path / "file").touch()
    first, *others = examine(tmp_path / "file" / below, [tmp_path], _nothing, None)
    assert not first.passed
    assert str(tmp_path / "file") in first.finding
    assert 3 == len(others)


def test_damage_that_is_answered_around_is_amiss(filled: Library) -> None:
    """Where an older generation answers for a damaged one, the check fails and says so."""
    (filled.data_dir / "index" / "000002" / "segments/1/passages.npy").write_bytes(b"")
    checks = _by_name(examine(filled.data_dir, [], filled.open, None))
    assert not checks["index"].passed
    said = "000002 is damaged and 000001 answers; run `footnote index`"
    assert said in checks["index"].finding
    assert not checks["generations"].passed
    assert "Generation 000002 is damaged (segments/1/passages.npy)" in checks["generations"].finding


def test_damage_that_was_not_met_yet_is_amiss(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every generation is read to its end, also what opening a large one leaves for later."""
    monkeypatch.setattr("retrieval.checksums.AT_ONCE", 0)
    path = filled.data_dir / "index" / "000001" / "segments/1/codes.bin"
    path.write_bytes(bytes(path.stat().st_size))
    checks = _by_name(examine(filled.data_dir, [], filled.open, None))
    assert checks["index"].passed
    assert "Generation 000001 is damaged (segments/1/codes.bin)" in checks["generations"].finding
