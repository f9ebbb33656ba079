"""The `footnote` command: what it prints, what it changes, how it ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from retrieval.generation import Generations
from tests.bot.conftest import Run
from tests.commands import ROOT, Ran, environment, footnote

ANSWER = {"question", "answered", "confidence", "generation", "passages", "nearest",
          "unknown_words", "corrections", "period", "threshold", "took_ms"}  # fmt: skip
PASSAGE = {
    "rank",
    "score",
    "text",
    "start",
    "end",
    "highlights",
    "link",
    "article",
    "also_in",
    "why",
}
ARTICLE = {"id", "title", "url", "source", "authors", "published_at", "collection"}
COMMANDS = [
    "run",
    "chat",
    "index",
    "ask",
    "article",
    "articles",
    "generations",
    "rollback",
    "eval",
    "doctor",
]

LOCK = """---
title: The upper lock
url: https://example.org/upper-lock
author: Maud Ferrier
date: 2025-03-01
---
The upper lock opens at six in the morning and closes at nine in the evening.
The keeper rings a brass bell before the gates are moved.

## Fees

A barge pays forty guilders to pass. Rowing boats pass free of charge.
"""
ROWS: list[dict[str, Any]] = [
    {"id": "mill-7", "title": "A [red]mill[/b] :ship: for sale",
     "text": "The water mill by the weir is for sale [again] :bomb:. Its wheel was oiled in May.",
     "source": "Valley [Post]", "authors": ["Ian [i]Berg"], "published_at": "2024-12-24"},
    {"id": "staff", "title": "Rota of the night watch",
     "text": "The night watch is kept by four wardens. They drink cold coffee.",
     "collection": "crew", "published_at": "2019-05-04"},
]  # fmt: skip
DUMP = """Orchard in bloom – Valley Gazette

The apple orchard bloomed on the ninth of April, a week early.

Continue Reading
Ferry late again – Valley Gazette

The ferry was late because its rudder chain had rusted through. Continue Reading
"""
TITLES = ["Orchard in bloom", "Ferry late again", "The upper lock",
          "A [red]mill[/b] :ship: for sale", "Rota of the night watch"]  # fmt: skip


def _write_articles(folder: Path) -> None:
    folder.mkdir()
    (folder / "dump.txt").write_text(DUMP, encoding="utf-8")
    (folder / "lock.md").write_text(LOCK, encoding="utf-8")
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")


@pytest.fixture(scope="session")
def made(session_dir: Path, models: Path) -> Path:
    """Return a folder with articles, settings that name them, and a data folder of their index."""
    from tests.conftest import once

    def make(folder: Path) -> None:
        _write_articles(folder / "articles")
        (folder / "my.yaml").write_text("data_dir: data\nsources: [{path: articles}]\n")
        (folder / "data").mkdir()
        (folder / "data" / "models").symlink_to(models)
        assert 0 == footnote("--config", folder / "my.yaml", "index").code

    return once(session_dir, "command-line", make)


@pytest.fixture
def config(made: Path) -> Path:
    """Return the settings file of the archive that every test may read."""
    return made / "my.yaml"


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    """Return the settings file of a copy that a test may change."""
    for name in ("articles", "data"):
        shutil.copytree(made / name, tmp_path / name, symlinks=True)
    shutil.copy(made / "my.yaml", tmp_path)
    return tmp_path / "my.yaml"


@pytest.fixture
def fresh(models: Path, tmp_path: Path) -> Path:
    """Return the settings file of an archive that has not been indexed."""
    _write_articles(tmp_path / "articles")
    (tmp_path / "my.yaml").write_text("data_dir: data\nsources: [{path: articles}]\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(models)
    return tmp_path / "my.yaml"


def _clear(ran: Ran, code: int) -> str:
    """Check that a command ended with a sentence on standard error; return it."""
    assert code == ran.code, ran
    assert "Traceback" not in ran.err + ran.out
    assert ran.err.strip()
    return ran.err


# Help and settings.


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(run: Run, command: str) -> None:
    """`--help` works everywhere, and names the two options that stand everywhere."""
    ran = run(*filter(None, [command]), "--help")
    assert 0 == ran.code
    assert "--config" in ran.out
    assert "--data-dir" in ran.out


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    """`footnote` alone shows what there is to do."""
    ran = run()
    for command in COMMANDS:
        assert command in ran.out + ran.err


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["ask", "--nonsense"], ["ask", "q", "-k", "0"], ["ask", "q", "-k", "201"],
     ["ask", "q", "-k", "many"], ["article"], ["index", "--config"]],
)  # fmt: skip
def test_what_is_no_command_is_the_users_mistake(run: Run, arguments: list[str]) -> None:
    """An unknown command, option or value ends with exit code 2 and says what is wrong."""
    _clear(run(*arguments), 2)


@pytest.mark.parametrize("before", [True, False])
def test_settings_stand_before_or_behind_the_command(run: Run, made: Path, before: bool) -> None:
    """`--config` and `--data-dir` mean the same on either side of the sub-command."""
    options: list[str | Path] = ["--config", made / "my.yaml"]
    arguments = [*options, "articles", "--json"] if before else ["articles", "--json", *options]
    assert 5 == len(run(*arguments).rows)
    options = ["--data-dir", made / "data"]
    arguments = [*options, "articles", "--json"] if before else ["articles", "--json", *options]
    assert 5 == len(run(*arguments).rows)


def test_what_stands_behind_the_command_wins(run: Run, config: Path, tmp_path: Path) -> None:
    """Said twice, the option behind the sub-command is meant."""
    other = tmp_path / "other.yaml"
    other.write_text("data_dir: nowhere")
    ran = run("--config", other, "--data-dir", tmp_path, "articles", "--json",
              "--config", config, "--data-dir", config.parent / "data")  # fmt: skip
    assert 5 == len(ran.rows)


@pytest.mark.parametrize("command", [["articles"], ["ask", "q"], ["index"], ["chat"], ["doctor"],
                                     ["run"], ["generations"], ["rollback"]])  # fmt: skip
def test_wrong_settings_are_the_users_mistake(run: Run, tmp_path: Path, command: list[str]) -> None:
    """Every command refuses wrong settings alike: file, line and cure, exit code 2."""
    path = tmp_path / "my.yaml"
    path.write_text("log_level: info\nthreshold: 1\n")
    assert f"{path}:2: there is no setting `threshold`" in _clear(
        run(*command, "--config", path), 2
    )
    assert "cannot be opened" in _clear(run(*command, "--config", tmp_path / "no.yaml"), 2)


# Asking.


def _fields_are_whole(row: dict[str, Any]) -> None:
    assert ANSWER == set(row)
    assert {"encode", "search", "rank", "total"} == set(row["took_ms"])
    for number, passage in enumerate(row["passages"], start=1):
        assert PASSAGE == set(passage)
        assert ARTICLE == set(passage["article"])
        assert number == passage["rank"]
        for start, end in passage["highlights"]:
            assert passage["start"] <= start < end <= passage["end"]
    assert all({"id", "title"} == set(ref) for ref in row["nearest"])


def test_an_answer_is_one_object(run: Run, config: Path) -> None:
    """`ask --json` prints the one promised object, its quote first."""
    ran = run("ask", "When does the upper lock open?", "--json", "-k", "2", "--config", config)
    assert (0, "") == (ran.code, ran.err)
    row = ran.row
    _fields_are_whole(row)
    assert row["answered"]
    assert 2 == len(row["passages"])
    first = row["passages"][0]
    assert "opens at six in the morning" in first["text"]
    assert {
        "id": first["article"]["id"], "title": "The upper lock",
        "url": "https://example.org/upper-lock", "source": None, "authors": ["Maud Ferrier"],
        "published_at": "2025-03-01T00:00:00+00:00", "collection": "public",
    } == first["article"]  # fmt: skip
    assert first["link"].startswith("https://example.org/upper-lock#:~:text=")


def test_a_question_may_be_asked_of_any_date(run: Run, made: Path, tmp_path: Path) -> None:
    """A date narrows a question to its period, which is given; `--any-date` lets it not."""
    config = tmp_path / "berlin.yaml"
    config.write_text(f"data_dir: {made / 'data'}\ntimezone: Europe/Berlin\n")
    question = ("ask", "When did the upper lock open in March 2025?", "--config", config)
    row = run(*question, "--json").row
    assert {
        "words": "in March 2025",
        "after": "2025-03-01T00:00:00+01:00",
        "before": "2025-04-01T00:00:00+02:00",
    } == row["period"]
    assert {"The upper lock"} == {p["article"]["title"] for p in row["passages"]}
    shown = run(*question).out
    assert "Only articles published in March 2025 (Mar 1\u2009–\u200931, 2025).\n" in shown
    assert None is run(*question, "--json", "--any-date").row["period"]
    asked = str(question[1])
    (batch,) = run("ask", "--batch", "--any-date", "--config", config, stdin=asked).rows
    assert None is batch["period"]


def test_an_id_that_the_source_gave_is_the_articles(run: Run, config: Path) -> None:
    """`article.id` is the id of the bulk file's row."""
    row = run("ask", "Which water mill is for sale?", "--json", "--config", config).row
    assert "mill-7" == row["passages"][0]["article"]["id"]
    assert row["passages"][0]["link"] is None


def test_an_answer_is_shown_with_its_citation(run: Run, config: Path) -> None:
    """Without `--json` the quote is shown word for word, with title and byline."""
    ran = run("ask", "Which water mill is for sale?", "--config", config)
    assert 0 == ran.code
    assert "is for sale [again] :bomb:. Its wheel" in ran.out
    assert "[1] A [red]mill[/b] :ship: for sale" in ran.out
    assert "Valley [Post] · Ian [i]Berg · 24 December 2024" in ran.out


def test_a_refusal_is_an_answer(run: Run, config: Path) -> None:
    """What the archive does not hold is refused, with nearest titles, unknown words, and code 0."""
    ran = run("ask", "Who invented the zeppelin?", "--config", config)
    assert 0 == ran.code
    assert "The archive does not answer that." in ran.out
    assert "zeppelin" in ran.out
    assert "  • " in ran.out
    row = run("ask", "Who invented the zeppelin?", "--json", "--config", config).row
    _fields_are_whole(row)
    assert not row["answered"]
    assert row["passages"]
    assert "zeppelin" in row["unknown_words"]


@pytest.mark.parametrize(
    "question", ["", "   ", "🚢🚢", "**~~", "x" * 5000, "gate " * 1000], ids=repr
)
def test_what_cannot_be_asked_gets_a_sentence(run: Run, config: Path, question: str) -> None:
    """An empty, endless or wordless question ends with exit code 2 and a sentence."""
    assert "; ask " in _clear(run("ask", question, "--config", config), 2)


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "--json"], ["ask", "q", "--batch"]])
def test_one_question_or_a_batch(run: Run, config: Path, arguments: list[str]) -> None:
    """No question at all, or both a question and a batch, is the user's mistake."""
    assert "--batch" in _clear(run(*arguments, "--config", config), 2)


def test_a_batch_is_answered_line_by_line(run: Run, config: Path) -> None:
    """Each line gets one object, in order; what cannot be asked gets an error in its place."""
    lines = [b"When does the upper lock open?", b"", b"Why was the ferry late? \r", b"\xff\xfe",
             b"caf\xe9 mill?", b"x" * 5000, b'say "hi" \\ {}',
             b"Who keeps the night watch?"]  # fmt: skip
    ran = run("ask", "--batch", "--config", config, stdin=b"\n".join(lines))
    assert (0, "") == (ran.code, ran.err)
    rows = ran.rows
    assert len(lines) == len(rows)
    wrong = {number for number, row in enumerate(rows) if "error" in row}
    assert {1, 3, 5} == wrong
    for number, row in enumerate(rows):
        if number in wrong:
            assert {"question", "error"} == set(row)
            assert row["error"].endswith(".")
        else:
            _fields_are_whole(row)
    assert ["When does the upper lock open?", "Why was the ferry late?"] == [
        rows[0]["question"], rows[2]["question"],
    ]  # fmt: skip
    assert ["The upper lock", "Ferry late again", "Rota of the night watch"] == [
        rows[number]["passages"][0]["article"]["title"] for number in (0, 2, 7)
    ]


def test_an_empty_batch_is_no_answer(run: Run, config: Path) -> None:
    """Nothing asked, nothing said."""
    assert Ran(0, "", "") == run("ask", "--batch", "--config", config)


def test_every_quote_of_the_newspaper_is_verbatim(
    newspaper_dir: Path, questions: dict[str, list[dict[str, str]]]
) -> None:
    """Through the command line too, every text is its article's text from start to end."""
    every = [one["question"] for kind in questions.values() for one in kind]
    asked = footnote(
        "--data-dir", newspaper_dir, "ask", "--batch", "--json", stdin="\n".join(every)
    )
    listed = footnote("--data-dir", newspaper_dir, "articles", "--json", "--text")
    assert (0, 0) == (asked.code, listed.code)
    texts = {row["id"]: row["text"] for row in listed.rows}
    assert 10 == len(texts)
    assert every == [row["question"] for row in asked.rows]
    for row in asked.rows:
        _fields_are_whole(row)
        assert 5 == len(row["passages"])
        for passage in row["passages"]:
            text = texts[passage["article"]["id"]]
            assert passage["text"] == text[passage["start"] : passage["end"]]


# Looking up.


def test_articles_are_listed(run: Run, config: Path) -> None:
    """`articles` lists titles as they are, whatever markup they look like."""
    ran = run("articles", "--config", config)
    assert 0 == ran.code
    for title in TITLES:
        assert title in ran.out
    assert "Valley [Post]" in ran.out
    assert "Ian [i]Berg" in ran.out
    assert "2025-03-01" in ran.out


def test_articles_are_listed_as_json(run: Run, config: Path) -> None:
    """`articles --json` is an object a line, with the text only where it is asked for."""
    rows = run("articles", "--json", "--config", config).rows
    assert TITLES == [row["title"] for row in rows]
    assert {frozenset(ARTICLE)} == {frozenset(row) for row in rows}
    with_text = run("articles", "--json", "--text", "--config", config).rows
    assert rows == [{key: row[key] for key in ARTICLE} for row in with_text]
    assert ROWS[0]["text"] == with_text[3]["text"]


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        (["--collection", "crew"], [TITLES[4]]),
        (["--author", "maud ferrier"], [TITLES[2]]),
        (["--source", "valley gazette"], TITLES[:2]),
        (["--after", "2025-01-01"], [TITLES[2]]),
        (["--before", "2025-03-01T00:00:00+00:00"], TITLES[3:]),
        (["--after", "2024-12-24", "--before", "2025-03-01"], [TITLES[3]]),
        (["--author", "nobody"], []),
    ],
)
def test_lists_are_narrowed(run: Run, config: Path, options: list[str], titles: list[str]) -> None:
    """Filters narrow the list; nothing left is an empty list, not a mistake."""
    ran = run("articles", "--json", *options, "--config", config)
    assert (0, titles) == (ran.code, [row["title"] for row in ran.rows])


@pytest.mark.parametrize("date", ["yesterday", "2025-13-01", "01/03/2025", ""])
def test_a_date_that_is_none_is_the_users_mistake(run: Run, config: Path, date: str) -> None:
    """A date of another form is refused with how to write it."""
    said = _clear(run("articles", "--after", date, "--config", config), 2)
    assert "--after takes a date such as" in said


def test_an_article_is_looked_up(run: Run, config: Path) -> None:
    """An article is found by title or id, and shown with its text as it is."""
    ran = run("article", "mill-7", "--config", config)
    assert 0 == ran.code
    assert str(ROWS[0]["title"]) in ran.out
    assert str(ROWS[0]["text"]) in ran.out
    row = run("article", "the upper LOCK", "--json", "--config", config).row
    assert ARTICLE | {"text"} <= set(row)
    assert "Fees" in row["text"]
    assert row == run("article", row["id"], "--json", "--config", config).row


@pytest.mark.parametrize("title", ["No such thing at all", "", "[/b]", "x" * 3000])
def test_an_article_that_is_not_there_is_the_users_mistake(
    run: Run, config: Path, title: str
) -> None:
    """What names no article ends with exit code 2 and a way on."""
    _clear(run("article", title, "--config", config), 2)


# Indexing.


def test_indexing_prints_what_changed(run: Run, fresh: Path) -> None:
    """`index` prints each new title, the counts and the generation."""
    ran = run("index", "--config", fresh)
    assert 0 == ran.code
    for title in TITLES:
        assert f"+ {title}\n" in ran.out
    assert "5 added, 0 changed, 0 withdrawn, 0 unchanged, 0 failed" in ran.out
    assert "Generation 000001 published" in ran.out
    again = run("index", "--config", fresh)
    assert "5 unchanged" in again.out
    assert "Generation 000001 is up to date" in again.out
    assert "Generation 000002 published" in run("index", "--full", "--config", fresh).out


def test_indexing_tells_json_events(run: Run, fresh: Path) -> None:
    """`index --json` prints progress and the summary, an object a line."""
    ran = run("index", "--json", "--config", fresh)
    *progress, done = ran.rows
    assert {"reading", "embedding"} == {row["event"] for row in progress}
    assert {"event", "articles", "passages", "share", "seconds"} == set(progress[0])
    assert ("done", 5, "000001", True) == (
        done["event"], len(done["added"]), done["generation"], done["published"],
    )  # fmt: skip


def _state(data_dir: Path) -> dict[str, bytes]:
    kept = [data_dir / "catalog.db", *(data_dir / "index").rglob("*")]
    return {
        str(path): path.read_bytes() for path in kept if path.is_file() and path.suffix != ".lock"
    }


def test_a_dry_run_changes_nothing(run: Run, own: Path) -> None:
    """`--dry-run` says what would change, and leaves catalog and index as they are."""
    articles = own.parent / "articles"
    (articles / "lock.md").unlink()
    (articles / "new.md").write_text("# New\n\nA new gate.")
    before = _state(own.parent / "data")
    for options in ([], ["--full"]):
        ran = run("index", "--dry-run", *options, "--config", own)
        assert 0 == ran.code
        assert "Would be: 1 added, 0 changed, 1 withdrawn, 4 unchanged, 0 failed." in ran.out
        assert "+ New" in ran.out
        assert "- The upper lock" in ran.out
    assert before == _state(own.parent / "data")


def test_named_sources_alone(run: Run, own: Path) -> None:
    """Named files are read alone: nothing else is withdrawn, and their own settings hold."""
    other = own.parent / "[b]other.md"
    other.write_text("# Other\n\nAnother gate.")
    assert "1 added, 0 changed, 0 withdrawn" in run("index", other, "--config", own).out
    assert 6 == len(run("articles", "--json", "--config", own).rows)
    assert "0 withdrawn, 5 unchanged" in run("index", "--config", own).out
    assert 6 == len(run("articles", "--json", "--config", own).rows)


@pytest.mark.parametrize("name", ["nowhere.txt", "~nosuchuser", "~$lock.docx"])
def test_a_source_that_is_not_there_is_the_users_mistake(run: Run, own: Path, name: str) -> None:
    """A named path where nothing is ends with exit code 2, and indexes nothing."""
    assert "does not exist" in _clear(run("index", name, "--config", own), 2)
    assert 5 == len(run("articles", "--json", "--config", own).rows)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty; put"),
        ("binary.txt", b"\x7fELF\x00\x01", "binary"),
        ("latin.md", b"caf\xe9", "not UTF-8"),
        ("front.md", b"---\na: [\n---\nText.", "front matter"),
        ("rows.jsonl", b"{broken", "not JSON"),
        ("title.txt", "Only a title – Gazette\n".encode(), "no text; add"),
    ],
)
def test_what_cannot_be_read_is_named(
    run: Run, own: Path, name: str, content: bytes, reason: str
) -> None:
    """A file that is no article ends with exit code 1 and its reason; the archive answers on."""
    path = own.parent / name
    path.write_bytes(content)
    ran = run("index", path, "--config", own)
    assert str(path) in _clear(ran, 1)
    assert reason in ran.err
    assert 5 == len(run("articles", "--json", "--config", own).rows)
    failed = run("articles", "--failed", "--json", "--config", own).rows
    assert [path.name] == [Path(row["location"].split(":")[0]).name for row in failed]
    assert reason in failed[0]["reason"]
    assert reason in run("articles", "--failed", "--config", own).out


def test_beside_good_files_a_bad_one_is_a_line_of_the_report(run: Run, own: Path) -> None:
    """A file that cannot be read keeps no other from being indexed, and is named at the end."""
    (own.parent / "articles" / "empty.txt").touch()
    ran = run("index", "--config", own)
    assert 0 == ran.code
    assert "5 unchanged, 1 failed" in ran.out
    (line,) = [line for line in ran.err.splitlines() if "empty.txt" in line]
    assert line.split()[0] == str(own.parent / "articles" / "empty.txt")
    assert line.rstrip().endswith("Is empty; put an article into it or leave it out.")


def test_an_article_without_a_title_gets_one(run: Run, own: Path) -> None:
    """A text without a title line is named by its file, and found by that name."""
    (own.parent / "articles" / "by the weir.txt").write_text("The weir was mended. It holds.")
    assert "+ by the weir" in run("index", "--config", own).out
    assert "The weir was mended" in run("article", "by the weir", "--config", own).out


def test_an_archive_that_was_emptied_answers_so(run: Run, own: Path) -> None:
    """With no source left the archive is empty, and says so to every question."""
    own.write_text("data_dir: data\nsources: []\n")
    assert "5 withdrawn" in run("index", "--config", own).out
    assert [] == run("articles", "--json", "--config", own).rows
    ran = run("ask", "When does the lock open?", "--config", own)
    assert (0, "The archive holds no article to answer from.\n") == (ran.code, ran.out)
    row = run("ask", "When does the lock open?", "--json", "--config", own).row
    assert (False, [], []) == (row["answered"], row["passages"], row["nearest"])
    _clear(run("article", "The upper lock", "--config", own), 2)


@pytest.mark.parametrize("command", [["ask", "q"], ["article", "x"], ["articles"]])
def test_before_the_first_run_every_command_says_what_to_run(
    run: Run, fresh: Path, command: list[str]
) -> None:
    """An archive that has not been indexed is the user's mistake, with its cure."""
    assert "run `footnote index`" in _clear(run(*command, "--config", fresh), 2)


@pytest.mark.parametrize(
    ("command", "code"),
    [(["index"], 1), (["rollback"], 1), (["ask", "q"], 2), (["articles"], 2), (["generations"], 0)],
)
def test_a_data_folder_that_is_a_file_gets_a_sentence(
    run: Run, config: Path, tmp_path: Path, command: list[str], code: int
) -> None:
    """A data folder that cannot be one is told without a traceback."""
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        ran = run(*command, "--config", config, "--data-dir", place)
        if code:
            _clear(ran, code)
        assert "Traceback" not in ran.err


# Generations.


def test_generations_are_listed_and_rolled_back(run: Run, own: Path) -> None:
    """The generation that answers is marked; rolling back moves the mark, with exit codes."""
    (own.parent / "articles" / "lock.md").unlink()
    run("index", "--config", own)
    rows = run("generations", "--json", "--config", own).rows
    assert [("000001", False, 5), ("000002", True, 4)] == [
        (row["generation"], row["current"], row["articles"]) for row in rows
    ]
    assert {"made_at", "passages", "sentences", "model", "recall", "before"} <= set(rows[0])
    assert [(False, None), (True, None)] == [(row["answers"], row["problem"]) for row in rows]
    assert 0 == run("generations", "--verify", "--config", own).code
    assert "→ 000002" in run("generations", "--config", own).out
    ran = run("rollback", "--config", own)
    assert (0, "Generation 000001 answers.\n") == (ran.code, ran.out)
    assert 5 == len(run("articles", "--json", "--config", own).rows)
    assert "no earlier generation" in _clear(run("rollback", "--config", own), 2)
    assert "there are: 000001, 000002" in _clear(run("rollback", "9", "--config", own), 2)
    assert 0 == run("rollback", "000002", "--config", own).code
    assert 4 == len(run("articles", "--json", "--config", own).rows)


def test_golden_questions_stop_a_generation(run: Run, own: Path) -> None:
    """What no longer answers a golden question is not published, until it is accepted."""
    own.with_name("golden.csv").write_text(
        "question,article\nWhen does the upper lock open?,https://example.org/upper-lock\n"
    )
    own.write_text(own.read_text() + "gate: {questions: golden.csv}\n")
    (own.parent / "articles" / "lock.md").unlink()
    ran = run("index", "--json", "--config", own)
    assert 1 == ran.code
    assert "It no longer answers “When does the upper lock open?”" in ran.err
    done = ran.rows[-1]
    assert ("done", "000001", False, True) == (
        done["event"], done["generation"], done["published"], done["gate"]["stopped"],
    )  # fmt: skip
    assert 5 == len(run("articles", "--json", "--config", own).rows)
    ran = run("index", "--config", own)
    assert 1 == ran.code
    assert "Generation 000001 answers on" in ran.out
    assert 0 == run("index", "--accept", "--config", own).code
    assert 4 == len(run("articles", "--json", "--config", own).rows)


def test_stopping_a_first_start_stops_its_indexing(config: Path, tmp_path: Path) -> None:
    """SIGTERM during the first indexing ends both processes, with exit code 0."""
    data_dir = tmp_path / "unprepared"  # so that a model is exported first, which takes seconds
    command = [sys.executable, "-m", "bot", "--config", str(config), "--data-dir", str(data_dir)]
    with subprocess.Popen(
        [*command, "chat"], cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as parent:  # fmt: skip
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        while not (found := children.read_text().split()):
            time.sleep(0.05)
        parent.terminate()
        assert 0 == parent.wait(30)
    assert not Path("/proc", found[0]).exists()


def test_damage_is_told_and_answered_around(run: Run, own: Path) -> None:
    """With the newest generation damaged the one before answers; a lost CURRENT does no harm."""
    (own.parent / "articles" / "lock.md").unlink()
    run("index", "--config", own)
    folder = own.parent / "data" / "index"
    (folder / "000002" / "segments" / "1" / "codes.bin").write_bytes(b"")
    ran = run("articles", "--json", "--config", own)
    assert (0, 5) == (ran.code, len(ran.rows))
    assert "000002 is damaged" in ran.err
    assert "000001 answers instead" in ran.err
    first, second = run("generations", "--json", "--config", own).rows
    assert ((False, True), (True, False)) == (
        (first["current"], first["answers"]), (second["current"], second["answers"]),
    )  # fmt: skip
    assert "Generation 000002 is damaged (segments/1/codes.bin)" in second["problem"]
    ran = run("generations", "--verify", "--config", own)
    assert (1, True) == (ran.code, "→ 000001" in ran.out)
    assert "published  ✗ Generation 000002 is damaged" in ran.out
    (folder / "CURRENT").unlink()
    assert 5 == len(run("articles", "--json", "--config", own).rows)
    run("index", "--config", own)
    ran = run("articles", "--json", "--config", own)
    assert (4, "") == (len(ran.rows), ran.err)


def test_a_damaged_archive_is_a_failure(run: Run, own: Path) -> None:
    """With no generation whole the command ends with exit code 1 and the cure, which cures it."""
    (own.parent / "data" / "index" / "000001" / "manifest.json").write_text("{")
    assert "run `footnote index`" in _clear(run("ask", "q", "--config", own), 1)
    assert 0 == run("index", "--config", own).code
    assert 5 == len(run("articles", "--json", "--config", own).rows)


def test_other_settings_make_the_index_foreign(run: Run, own: Path) -> None:
    """After a change of the passages' window the index must be built anew, which `index` does."""
    own.write_text(own.read_text() + "passages: {window: 60}\n")
    assert "footnote index --full" in _clear(run("ask", "q", "--config", own), 1)
    assert "published" in run("index", "--config", own).out
    assert run("ask", "When does the upper lock open?", "--json", "--config", own).row["answered"]


def test_two_runs_at_once_are_a_failure(run: Run, own: Path) -> None:
    """While one run indexes, another ends with exit code 1 and says to wait; questions go on."""
    with Generations(own.parent / "data").lock():
        ran = footnote("--config", own, "index")
        assert "wait until it ends" in _clear(ran, 1)
        assert 5 == len(run("articles", "--json", "--config", own).rows)


CRAMPED = """
import resource, signal, sys
from bot.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv = ["footnote", *sys.argv[2:]]
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="limits on files are POSIX's")
@pytest.mark.parametrize("limit", [0, 200_000])
def test_a_full_disk_is_a_failure_and_loses_nothing(run: Run, own: Path, limit: int) -> None:
    """Where nothing more can be written indexing ends with a sentence; the archive answers on."""
    text = "\n".join(f"Gate {n}." for n in range(600))
    (own.parent / "articles" / "long.txt").write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", CRAMPED, str(limit), "index", "--config", own],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = _clear(Ran(done.returncode, done.stdout, done.stderr), 1)
    assert "cannot be" in said
    assert "free space" in said
    assert 5 == len(run("articles", "--json", "--config", own).rows)
    assert 0 == run("index", "--config", own).code
    assert 6 == len(run("articles", "--json", "--config", own).rows)


# Doctor, run, chat.


def test_the_doctor_finds_all_well(run: Run, config: Path) -> None:
    """On a whole archive every check passes, the missing token being no fault."""
    ran = run("doctor", "--config", config)
    assert 0 == ran.code, ran
    assert "✗" not in ran.out
    for name in ("settings", "data folder", "source", "index", "token"):
        assert f"✓ {name}:" in ran.out
    assert "5 articles" in ran.out


def test_the_doctor_names_what_is_amiss(run: Run, fresh: Path) -> None:
    """What is amiss is marked with what to do, and the exit code is 1."""
    fresh.write_text("data_dir: data\nsources:\n  - path: '[b]nowhere'\n")
    ran = run("doctor", "--config", fresh)
    assert 1 == ran.code
    assert "✗ source:" in ran.out
    assert "[b]nowhere does not exist" in ran.out
    assert "✗ index:" in ran.out
    assert "run `footnote index`" in ran.out


def test_without_a_token_the_bot_does_not_run(run: Run, config: Path) -> None:
    """`run` without DISCORD_TOKEN says what to set and what to do instead."""
    said = _clear(run("run", "--config", config), 2)
    assert "DISCORD_TOKEN" in said
    assert "footnote chat" in said


# As a process of its own: encodings, pipes, exit codes.


def test_a_chat_without_a_terminal_answers_and_ends(config: Path) -> None:
    """Each piped line is answered, in order, and the end of input ends the chat."""
    ran = footnote(
        "chat", "--config", config,
        stdin="When does the upper lock open?\n\n🚢\nWho invented the zeppelin?",
    )  # fmt: skip
    assert (0, "") == (ran.code, ran.err)
    answered, told, refused = (
        ran.out.index(said)
        for said in ("opens at six in the morning", "no word in that", "does not answer that")
    )
    assert answered < told < refused


def test_a_chat_indexes_first_where_nothing_can_answer(fresh: Path) -> None:
    """On a new data folder the chat indexes, says so, and answers."""
    ran = footnote("chat", "--config", fresh, stdin="When does the upper lock open?\n")
    assert 0 == ran.code, ran
    assert "Indexing now" in ran.err
    assert "opens at six in the morning" in ran.out


def test_a_plain_locale_prints_everything(config: Path) -> None:
    """Where the terminal's encoding is ASCII, or nothing is set, output is UTF-8 all the same."""
    env = {"LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ran = footnote("ask", "Which water mill is for sale?", "--config", config, env=env)
    assert 0 == ran.code, ran
    assert " · " in ran.out


@pytest.mark.skipif(os.name != "posix", reason="arguments are bytes on POSIX alone")
def test_a_question_of_other_bytes_is_answered(config: Path) -> None:
    """A question in another encoding is asked with its odd bytes replaced."""
    ran = footnote("ask", b"Which caf\xe9 mill is for sale?", "--json", "--config", config)
    assert (0, "Which caf? mill is for sale?") == (ran.code, ran.row["question"])
    assert "no article" in _clear(footnote("article", b"caf\xe9", "--config", config), 2).lower()


def test_a_reader_that_goes_away_ends_it(config: Path) -> None:
    """When the reading end of a pipe is closed, as by `head`, the command ends quietly."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--batch", "--config", str(config)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=ROOT, env=environment(),
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(b"When does the upper lock open?\n" * 300)
        child.stdin.close()
        child.stdout.readline()
        child.stdout.close()
        said = child.stderr.read().decode()
        assert child.wait(60) in (0, 1)
    assert "Traceback" not in said
    assert "Exception" not in said
