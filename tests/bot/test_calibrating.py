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
from tests.questionset import lines, write_set

PLACES = ("mill", "bell", "ferry", "quarry", "bridge", "chapel", "harbour", "orchard")
TOWNS = ("Grauwinkel", "Anholt", "Elsterberg")

Calibrate = Callable[..., Ran]


def _rows() -> list[dict[str, str]]:
    return [
        {"_id": f"{place}-{town}", "title": f"The {place} of {town}",
         "text": f"The old {place} near {town} was repaired by {len(place) + len(town)} masons. "
                 f"Visitors reach the {place} by the northern road from {town} market."}
        for place in PLACES for town in TOWNS
    ]  # fmt: skip


def _index(folder: Path, models: Path, rows: list[dict[str, str]]) -> None:
    (folder / "models").symlink_to(models)
    source = folder / "articles.jsonl"
    source.write_text(lines(rows), encoding="utf-8")
    ran = footnote("--data-dir", folder, "index", source)
    assert 0 == ran.code, ran.err


@pytest.fixture(scope="session")
def towns(session_dir: Path, models: Path) -> Path:
    """Return a data folder with 24 short articles."""
    return once(session_dir, "towns", lambda folder: _index(folder, models, _rows()))


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


def _judged(folder: Path) -> Path:
    """Write a set that asks for what is in every article, and for what is in none."""
    (folder / "qrels").mkdir(parents=True)
    rows = _rows()
    asked = [{"_id": row["_id"], "text": f"Who repaired {row['title']}?"} for row in rows]
    foreign = [{"_id": f"u-{row['_id']}", "text": f"Who sings in {row['title']}?"} for row in rows]
    judged = "".join(f"{row['_id']}\t{row['_id']}\t1\n" for row in rows)
    (folder / "corpus.jsonl").write_text(lines(rows), encoding="utf-8")
    (folder / "queries.jsonl").write_text(lines(asked), encoding="utf-8")
    (folder / "unanswerable.jsonl").write_text(lines(foreign), encoding="utf-8")
    qrels = f"query-id\tcorpus-id\tscore\n{judged}"
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_labels_tell_right_hits_from_wrong_ones(calibrate: Calibrate, tmp_path: Path) -> None:
    """With judged questions every weight may move, and the table shows both calibrations."""
    ran = calibrate(_judged(tmp_path / "judged"))
    assert 0 == ran.code, ran.err
    assert "right first hits answered, of 24" in ran.out
    assert "wrong first hits refused, of 24" in ran.out
    assert 2 == ran.out.count("Calibration error")
    shipped = json.loads(SHIPPED.read_text())
    fitted = json.loads((tmp_path / "confidence.json").read_text())
    assert shipped.keys() == fitted.keys()
    assert sum(shipped[name] != fitted[name] for name in shipped) > 1


def test_an_archive_of_few_articles_is_refused(models: Path, tmp_path: Path, run: Run) -> None:
    """Three articles say too little, which is said with how many are needed."""
    _index(tmp_path, models, _rows()[:3])
    ran = run("--data-dir", tmp_path, "calibrate")
    assert 2 == ran.code
    assert "has 3 articles" in ran.err
    assert "index 20 or more first" in ran.err


def test_retellings_of_a_hidden_article_are_hidden_with_it(
    calibrate: Calibrate, models: Path, tmp_path: Path, run: Run
) -> None:
    """Articles that were all printed twice calibrate as the same articles printed once."""
    again = [{**row, "_id": f"again-{row['_id']}", "text": f"{row['text']} "} for row in _rows()]
    twice = tmp_path / "twice"
    twice.mkdir()
    _index(twice, models, [*_rows(), *again])
    assert calibrate().code == run("--data-dir", twice, "calibrate").code == 0
    once, both = (
        json.loads((folder / "confidence.json").read_text())["intercept"]
        for folder in (tmp_path, twice)
    )
    assert abs(once - both) < 0.2
