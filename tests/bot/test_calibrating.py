"""`footnote calibrate`, on a small archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.confidence import SHIPPED
from tests.bot.conftest import Run
from tests.commands import Ran, footnote
from tests.conftest import once
from tests.questionset import write_set

PLACES = ("mill", "bell", "ferry", "quarry", "bridge", "chapel", "harbour", "orchard")
TOWNS = ("Grauwinkel", "Anholt", "Elsterberg")

Calibrate = Callable[..., Ran]


def _index(folder: Path, models: Path, count: int) -> None:
    (folder / "models").symlink_to(models)
    rows = [
        {"title": f"The {place} of {town}",
         "text": f"The old {place} near {town} was repaired by {len(place) + len(town)} masons. "
                 f"Visitors reach the {place} by the northern road from {town} market."}
        for place in PLACES for town in TOWNS
    ]  # fmt: skip
    source = folder / "articles.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows[:count]), encoding="utf-8")
    ran = footnote("--data-dir", folder, "index", source)
    assert 0 == ran.code, ran.err


@pytest.fixture(scope="session")
def towns(session_dir: Path, models: Path) -> Path:
    """Return a data folder with 24 short articles."""
    return once(session_dir, "towns", lambda folder: _index(folder, models, 24))


@pytest.fixture
def calibrate(towns: Path, tmp_path: Path, run: Run) -> Calibrate:
    """Return what calibrates, in this process, a data folder of the test's own."""
    for path in towns.iterdir():
        (tmp_path / path.name).symlink_to(path)

    def calibrate(*arguments: str | Path) -> Ran:
        return run("--data-dir", tmp_path, "calibrate", *arguments)

    return calibrate


def test_without_labels_only_the_intercept_moves(calibrate: Calibrate, tmp_path: Path) -> None:
    """Articles that are much alike make it more careful; --reset goes back."""
    path = tmp_path / "confidence.json"
    ran = calibrate("--dry-run")
    assert (0, False) == (ran.code, path.exists()), ran.err
    assert "hidden sentences refused, of 24" in ran.out
    assert 0 == calibrate().code
    shipped = json.loads(SHIPPED.read_text())
    fitted = json.loads(path.read_text())
    assert fitted.pop("intercept") < shipped.pop("intercept")
    assert shipped == fitted
    assert (0, True) == (calibrate("--reset", "--dry-run").code, path.exists())
    assert (0, False) == (calibrate("--reset").code, path.exists())
    assert "nothing to reset" in calibrate("--reset").out


def test_a_damaged_calibration_is_replaced(calibrate: Calibrate, tmp_path: Path) -> None:
    """What the error of a damaged file advises mends it."""
    path = tmp_path / "confidence.json"
    path.write_text("{", encoding="utf-8")
    ran = calibrate()
    assert (0, True) == (ran.code, "is damaged" in ran.err), ran.err
    assert "intercept" in json.loads(path.read_text())


def test_too_few_labels_are_refused(calibrate: Calibrate, tmp_path: Path) -> None:
    """A set of seven questions is too small, which is said with what to do instead."""
    ran = calibrate(write_set(tmp_path / "valley"))
    assert 2 == ran.code
    assert "20 of each are needed; add questions, or run `footnote calibrate`" in ran.err
    assert not (tmp_path / "confidence.json").exists()
