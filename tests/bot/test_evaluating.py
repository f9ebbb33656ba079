"""`footnote eval`, from a folder of files to figures, JSON and a page."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import Run
from tests.commands import Ran, footnote
from tests.conftest import once
from tests.questionset import write_distractors, write_foreign, write_set

Measure = Callable[..., Ran]


@pytest.fixture(scope="session")
def measured(session_dir: Path, models: Path) -> Path:
    """Return a folder in which a set was measured once, with everything that can be asked for."""

    def make(folder: Path) -> None:
        (folder / "data").mkdir()
        (folder / "data" / "models").symlink_to(models)
        write_set(folder / "valley")
        write_foreign(folder / "chemistry")
        write_distractors(folder / "more.jsonl.gz")
        ran = footnote(
            "--data-dir", folder / "data", "eval", folder / "valley",
            "--with", folder / "more.jsonl.gz", "--foreign", f"{folder / 'chemistry'}:dev",
            "--json", folder / "run.json", "--html", folder / "run.html",
        )  # fmt: skip
        assert 0 == ran.code, ran.err
        (folder / "out.txt").write_text(ran.out, encoding="utf-8")
        (folder / "err.txt").write_text(ran.err, encoding="utf-8")

    return once(session_dir, "measured", make)


@pytest.fixture
def record(measured: Path) -> dict[str, Any]:
    """Return the run's JSON."""
    found: dict[str, Any] = json.loads((measured / "run.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def page(measured: Path) -> str:
    """Return the run's page."""
    return (measured / "run.html").read_text(encoding="utf-8")


@pytest.fixture
def measure(measured: Path, run: Run) -> Measure:
    """Return what measures in this process, on the index that is there."""

    def measure(*arguments: str | Path, folder: Path = measured / "valley") -> Ran:
        return run("--data-dir", measured / "data", "eval", folder, *arguments)

    return measure


def test_figures_go_to_standard_output(measured: Path) -> None:
    """The tables name every ranking, every measure and every kind of question."""
    shown = (measured / "out.txt").read_text(encoding="utf-8")
    for part in ("valley, qrels test with more.jsonl.gz: 5 questions, 7 articles in",
                 "as shipped", "95 % interval", "BM25", "convex 50/50", "by passage", "recall@100",
                 "answer in highlight@1, right article first", "chemistry:dev", "all together",
                 "Calibration error", "calibration error",
                 "Milliseconds, median / p95: encode"):  # fmt: skip
        assert part in shown
    assert "Traceback" not in (measured / "err.txt").read_text(encoding="utf-8")


def test_the_json_says_what_the_run_was_made_of(record: dict[str, Any]) -> None:
    """Set, files, model, index and settings stand beside the figures."""
    assert ("valley", "test", None) == (record["name"], record["qrels"], record["sample"])
    assert (["more.jsonl.gz"], ["chemistry:dev"]) == (record["distractors"], record["foreign"])
    assert ("all-MiniLM-L6-v2", 7) == (record["model"], record["articles"])
    assert {"language", "model", "passages", "search"} == set(record["settings"])
    assert record["passages"] > record["articles"]
    assert {"encode", "search", "rank", "total"} == set(record["latency_ms"])


def test_the_json_holds_a_record_of_every_question(record: dict[str, Any]) -> None:
    """Each question has its kind, its places, its values and its confidence."""
    kinds = [(row["kind"], row["id"]) for row in record["questions"]]
    assert ["q1", "q2", "q3", "q4", "q5"] == [i for kind, i in kinds if kind == "answerable"]
    assert [("unanswerable", "u1"), ("unanswerable", "u2")] == kinds[5:7]
    assert [("chemistry:dev", "f1"), ("chemistry:dev", "f2")] == kinds[7:]
    bell = record["questions"][1]
    assert {"article": 1, "passage": 1} == bell["places"]["as shipped"]
    assert (1.0, 1.0) == (bell["values"]["article nDCG@10"], bell["values"]["answer in passage@1"])
    assert (True, True) == (bell["answered"], bell["right"])


def test_the_figures_are_right_by_hand(record: dict[str, Any]) -> None:
    """Four of five questions find their article; the fifth is judged wrongly."""
    shipped = record["rankings"]["as shipped"]["article"]
    assert 0.8 == pytest.approx(shipped["hit@1"]["value"])
    assert 1.0 == shipped["recall@100"]["value"]
    assert 0.8 == pytest.approx(record["right"]["value"])
    assert 3 == record["answers"]["answer in passage@1"]["questions"]
    assert {"unanswerable", "chemistry:dev", "all together"} == set(record["refusals"])
    assert 1.0 == record["refusals"]["chemistry:dev"]["shipped"]["refused"]
    assert 4 == record["refusals"]["all together"]["refused"]["questions"]


class _Tags(HTMLParser):
    """Notes the elements of a page, and that they close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.seen: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element's opening."""
        self.seen.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br"):
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself."""
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last opened element."""
        assert self.opened.pop() == tag


def test_the_page_stands_alone_and_is_well_formed(page: str) -> None:
    """One file: no script, nothing fetched, every element closed, no id twice."""
    tags = _Tags(page)
    assert [] == tags.opened
    assert not {"script", "link", "img", "iframe"} & set(tags.seen)
    assert 3 == tags.seen.count("svg")
    assert len(tags.ids) == len(set(tags.ids))
    assert [] == [link for link in tags.links if not link.startswith("#")]
    assert "prefers-color-scheme: dark" in page
    assert "currentColor" in page


def test_the_page_escapes_what_it_shows(page: str) -> None:
    """A question's or an article's markup is text, and the highlight alone is marked."""
    assert "<h3>When is the coast road open &lt;again&gt;?</h3>" in page
    assert "<h4>Came first: Road &lt;works&gt; &amp; more</h4>" in page
    assert "<mark>The coast road is closed for &lt;b &amp; c&gt; until the ninth of May." in page
    assert not [sign for sign in ("<again>", "<works>", "<b &") if sign in page]


def test_a_run_against_itself_has_no_difference(
    measured: Path, measure: Measure, tmp_path: Path
) -> None:
    """The same run again differs by 0, at p = 1, and embeds nothing anew."""
    before = [*(measured / "data" / "eval").glob("valley-*/index/0*")]
    ran = measure(
        "--with", measured / "more.jsonl.gz", "--foreign", f"{measured / 'chemistry'}:dev",
        "--against", measured / "run.json", "--json", tmp_path / "again.json",
        "--html", tmp_path / "again.html",
    )  # fmt: skip
    assert 0 == ran.code, ran.err
    assert before == [*(measured / "data" / "eval").glob("valley-*/index/0*")]
    against = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))["against"]
    assert {(0.0, 1.0)} == {(found["value"], found["p"]) for found in against.values()}
    assert {"article nDCG@10", "answered, chemistry:dev"} <= set(against)
    assert "against the earlier run" in ran.out
    assert "Against the earlier run" in (tmp_path / "again.html").read_text(encoding="utf-8")


def test_a_sample_asks_so_many_of_each_kind(
    measured: Path, measure: Measure, tmp_path: Path
) -> None:
    """Two answerable questions and one that is not, and the user's archive is not touched."""
    path = tmp_path / "run.json"
    ran = measure("--with", measured / "more.jsonl.gz", "--sample", "2", "--json", path)
    assert 0 == ran.code, ran.err
    kinds = [row["kind"] for row in json.loads(path.read_text(encoding="utf-8"))["questions"]]
    assert ["answerable"] * 2 + ["unanswerable"] * 2 == kinds
    assert not (measured / "data" / "index").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--qrels", "dev"], "valley has no qrels/dev.tsv; choose --qrels from: test."),
        (["--foreign", "nowhere"], "nowhere is no folder; name the folder of a question set."),
        (["--against", "none.json"], "name the file that an earlier run wrote by --json."),
        (["--with", "none.jsonl"], "name a file of JSON lines, plain or packed by gzip."),
        (["--json", "none/run.json"], "is in no folder that is there; make the folder first."),
        (["--html", "."], ". is a folder; name a file in it."),
    ],
)
def test_a_mistake_ends_in_a_sentence(measure: Measure, arguments: list[str], message: str) -> None:
    """What cannot be used is said with its cure, at once and with exit code 2."""
    ran = measure(*arguments)
    assert (2, "") == (ran.code, ran.out)
    assert message in " ".join(ran.err.split())


def test_damaged_distractors_are_refused(measure: Measure, tmp_path: Path) -> None:
    """A gzip file that ends too early is a sentence, and leaves nothing half unpacked."""
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"_id": "1", "title": "a", "text": "b"}\n' * 999)[:-20])
    ran = measure("--with", path)
    assert 2 == ran.code
    assert "name a file of JSON lines, plain or packed by gzip." in " ".join(ran.err.split())


def test_a_corpus_that_changes_is_indexed_again(
    measured: Path, measure: Measure, tmp_path: Path
) -> None:
    """A row that is added counts at the next run; one that is broken is named."""
    folder = tmp_path / "valley"
    shutil.copytree(measured / "valley", folder)
    path, corpus = tmp_path / "run.json", folder / "corpus.jsonl"
    assert 0 == measure("--json", path, folder=folder).code
    assert 5 == json.loads(path.read_text(encoding="utf-8"))["articles"]
    with corpus.open("a", encoding="utf-8") as stream:
        stream.write('{"_id": "new", "title": "New", "text": "A new bridge."}\n{"_id": "no"}\n')
    ran = measure("--json", path, folder=folder)
    assert 0 == ran.code, ran.err
    assert 6 == json.loads(path.read_text(encoding="utf-8"))["articles"]
    assert "Has no text" in ran.err
