"""`footnote learn`: votes rank passages where the golden questions fare better, and only there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.given import given
from bot.language import speaking
from bot.reasons import reasons
from retrieval.archive import Archive
from retrieval.encoder import OnnxEncoder
from retrieval.records import GivenAnswer
from tests.bot.conftest import Run
from tests.bot.stage import copy_data, write_settings
from tests.commands import Ran, footnote
from tests.conftest import SEARCH, once, whole_window
from tests.questionset import lines

TOWNS = ("Anholt", "Birkwall", "Corvo", "Dunmore", "Elsterberg", "Falmer")

Learn = Callable[..., Ran]


def _rows() -> list[dict[str, str]]:
    """Return two articles a town: last year's timetable is nearer to a question in its words."""
    old = [
        {"_id": f"old-{town}", "title": f"When does the ferry leave {town}?",
         "text": f"When does the ferry leave {town}? The ferry leaves {town} at eight o'clock."}
        for town in TOWNS
    ]  # fmt: skip
    new = [
        {"_id": f"new-{town}", "title": f"The {town} timetable",
         "text": f"From this spring on, the ferry from {town} leaves at a quarter to nine."}
        for town in TOWNS
    ]  # fmt: skip
    return old + new


def _question(town: str) -> str:
    return f"When does the ferry leave {town}?"


def _index(folder: Path, models: Path) -> None:
    (folder / "models").symlink_to(models)
    (folder / "articles.jsonl").write_text(lines(_rows()), encoding="utf-8")
    ran = footnote("--data-dir", folder, "index", folder / "articles.jsonl")
    assert 0 == ran.code, ran.err


@pytest.fixture(scope="session")
def ferries(session_dir: Path, models: Path) -> Path:
    """Return a data folder with two articles each on six ferries."""
    return once(session_dir, "ferries", lambda folder: _index(folder, models))


@pytest.fixture
def data(ferries: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, to be voted in."""
    return copy_data(ferries, tmp_path / "data")


@pytest.fixture
def config(ferries: Path, tmp_path: Path) -> Path:
    """Return settings with golden questions: the new timetables are right."""
    golden = tmp_path / "golden.jsonl"
    rows = [{"question": _question(town), "article": f"new-{town}"} for town in TOWNS]
    golden.write_text(lines(rows), encoding="utf-8")
    sources = [{"path": str(ferries / "articles.jsonl")}]
    settings = {"gate": {"questions": str(golden)}, "sources": sources}
    return write_settings(tmp_path / "settings.yaml", settings)


@pytest.fixture
def learn(data: Path, config: Path, run: Run) -> Learn:
    """Return what runs a command on that folder with those settings, `learn` by default."""

    def learn(*arguments: str, stdin: str = "") -> Ran:
        command = arguments if arguments and arguments[0] in ("index", "ask") else ("learn",)
        rest = arguments if command == arguments else (*command, *arguments)
        return run("--config", config, "--data-dir", data, *rest, stdin=stdin)

    return learn


def _vote(data: Path, encoder: OnnxEncoder, useful: dict[str, bool], people: int = 3) -> None:
    """Ask for every ferry, show the first passage, and vote by the kind of its article."""
    archive = Archive(data, encoder, whole_window(encoder), SEARCH)
    for town in TOWNS:
        answer = archive.ask(_question(town), k=20)
        for hit in answer.hits:
            kind, _, of = hit.version.article_id.partition("-")
            if of != town or kind not in useful:
                continue
            record_id = hit.version.article_id
            record = GivenAnswer(
                id=record_id, asked_at="2026-01-01T00:00:00+00:00", generation=answer.generation,
                asker_id=1, guild_id=None, channel_id=None, message_id=None, private=False,
                collections=None, answered=True, confidence=1.0, hits=(given(hit),), cited=1,
                locale="en",
            )  # fmt: skip
            archive.records.record(record)
            for person in range(people):
                archive.records.vote(record_id, person, useful[kind])
    archive.close()


def _first(ran: Ran) -> str:
    found: str = ran.row["passages"][0]["article"]["id"]
    return found


def _rankings(learn: Learn) -> list[dict[str, Any]]:
    ran = learn("ask", "--batch", "-k", "20", stdin="\n".join(map(_question, TOWNS)))
    return [{k: v for k, v in row.items() if k != "took_ms"} for row in ran.rows]


def test_votes_that_raise_the_score_are_used(
    data: Path, learn: Learn, encoder: OnnxEncoder
) -> None:
    """Votes against last year's timetables bring this year's first; --json says by what."""
    ask = ("ask", "--json", _question("Corvo"))
    assert "old-Corvo" == _first(learn(*ask))
    _vote(data, encoder, {"old": False, "new": True})
    ran = learn()
    assert 0 == ran.code, ran.err
    assert ran.out.startswith("Used: 6 of 6 → 6 of 6 golden questions answered, mean reciprocal ")
    assert "rank 0.50 → 1.00, from 36 votes of 3 people." in ran.out
    assert "new-Corvo" == _first(learn(*ask))
    assert "Readers’ votes place it higher." in learn("ask", "--why", _question("Corvo")).out
    row = learn("--json").row
    assert (True, False, 36, 3) == (row["used"], row["retired"], row["votes"], row["people"])
    assert {"asked": 6, "answered": 6, "reciprocal_rank": 1.0} == row["after"]
    assert row["passages"] >= 12


def test_votes_that_do_not_raise_it_are_not_used(
    data: Path, learn: Learn, encoder: OnnxEncoder
) -> None:
    """Votes for what is wrong leave every ranking bit for bit as it was, and end an earlier one."""
    before = _rankings(learn)
    _vote(data, encoder, {"old": False, "new": True})
    assert learn().out.startswith("Used")
    _vote(data, encoder, {"old": True, "new": False}, people=9)
    ran = learn()
    assert (0, True) == (ran.code, ran.out.startswith("Not used")), ran.out
    assert "The votes that counted before no longer do." in ran.out
    assert before == _rankings(learn)
    assert "no longer do" not in learn().out


def test_nothing_to_learn_from_is_said(data: Path, learn: Learn, run: Run, tmp_path: Path) -> None:
    """Without votes nothing is used; without enough golden questions that is a mistake to mend."""
    ran = learn()
    assert (0, True) == (ran.code, ran.out.startswith("Not used: there are no votes yet"))
    ran = run("--data-dir", data, "learn")
    assert (2, True) == (ran.code, "by `gate.questions`" in ran.err)
    few = tmp_path / "golden.jsonl"
    few.write_text(few.read_text().splitlines()[0] + "\n", encoding="utf-8")
    ran = learn()
    assert (2, True) == (ran.code, "until there are 4 or more" in ran.err)


def test_indexing_learns_when_there_are_new_votes(
    data: Path, learn: Learn, encoder: OnnxEncoder
) -> None:
    """`footnote index` learns once from new votes, says so, and is none the worse if it cannot."""
    assert learn("index", "--json").rows[-1]["prior"] is None
    _vote(data, encoder, {"old": False, "new": True})
    ran = learn("index")
    assert "Used: 6 of 6 → 6 of 6" in ran.out, ran.out
    _vote(data, encoder, {"old": False}, people=4)
    assert learn("index", "--json").rows[-1]["prior"]["votes"] == 42
    (data / "prior.json").unlink()
    (data / "prior.json").mkdir()
    ran = learn("index", "--json")
    assert (0, None) == (ran.code, ran.rows[-1]["prior"])
    assert "could not be learned from" in ran.err


def test_a_damaged_prior_is_replaced(data: Path, learn: Learn, encoder: OnnxEncoder) -> None:
    """Questions are answered without a prior that is not whole, and learning mends it."""
    _vote(data, encoder, {"old": False, "new": True})
    (data / "prior.json").write_text("{", encoding="utf-8")
    ran = learn("ask", "--json", _question("Corvo"))
    assert ("old-Corvo", True) == (_first(ran), "run `footnote learn`" in ran.err)
    assert learn().out.startswith("Used")
    assert json.loads((data / "prior.json").read_text())["used"]


@pytest.mark.parametrize(
    ("prior", "locale", "said"),
    [
        (0.1, "en-GB", "place it higher."),
        (-0.1, "en-GB", "place it lower."),
        (-0.1, "de", "nach unten."),
        (0.1, "fr", "le font monter."),
    ],
)
def test_why_this_says_what_votes_did(
    data: Path, encoder: OnnxEncoder, prior: float, locale: str, said: str
) -> None:
    """A passage that votes moved says which way, in the reader's language; others say nothing."""
    archive = Archive(data, encoder, whole_window(encoder), SEARCH)
    hit = archive.ask(_question("Corvo")).hits[0]
    archive.close()
    moved = replace(hit, scores=replace(hit.scores, prior=prior))
    say = speaking(locale)
    assert reasons(say, moved)[0].endswith(said)
    assert not reasons(say, hit)[0].endswith(said)
