"""Changing the generation under load: no question fails, and what answered before is let go."""

from __future__ import annotations

import gc
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval.archive import Archive
from retrieval.generation import Generations
from retrieval.types import Article
from tests.commands import ROOT, environment
from tests.conftest import Library


def _articles(count: int, round_: int) -> Iterator[Article]:
    for number in range(count):
        rain = " ".join(f"Boat {number * 31 + boat} passed." for boat in range(20))
        text = f"Gate {number} was shut in round {round_}. {rain}"
        yield Article(f"Gate {number}", text, f"gates:{number}")


def _two(library: Library, count: int) -> None:
    for round_ in (1, 2):
        library.shelve(*_articles(count, round_), full=True)


@pytest.fixture
def two(library: Library) -> Library:
    """Return a data folder with two generations of thirty articles."""
    _two(library, 30)
    return library


UNDER_LOAD = """
import gc, json, sys, threading, time
from pathlib import Path
from tests.conftest import Library
from tests.hashed import HashedEncoder

def memory():
    gc.collect()
    lines = open("/proc/self/status").read().splitlines()
    return {name: int(line.split()[1]) for line in lines
            for name in ("RssAnon", "VmRSS") if line.startswith(name)}

archive = Library(Path(sys.argv[1]), HashedEncoder()).open()
swaps, stop, asked, failed = int(sys.argv[2]), threading.Event(), [], []

def ask():
    number = 0
    while not stop.is_set():
        number += 1
        try:
            answer = archive.ask(f"In which round was gate {number % 20} shut?", k=5)
            rounds = {hit.text.split("round ")[1][:1] for hit in answer.hits if "round" in hit.text}
            assert rounds <= {answer.generation[-1]}, (rounds, answer.generation)
        except BaseException as error:
            failed.append(repr(error))
            raise
        asked.append(number)

threads = [threading.Thread(target=ask) for _ in range(8)]
for thread in threads:
    thread.start()

def swap():
    name = "000001" if archive.generation == "000002" else "000002"
    assert archive.roll_back(name) == name == archive.generation

for _ in range(4):  # what grows once, with threads and caches, has grown
    swap()
time.sleep(0.5)
before = memory()
for _ in range(swaps):
    swap()
time.sleep(0.2)
after = memory()
stop.set()
for thread in threads:
    thread.join()
held = [line for line in open("/proc/self/maps") if archive.generation not in line
        and "/index/" in line]
print(json.dumps({"failed": failed, "asked": len(asked), "before": before, "after": after,
                  "held": held}))
"""


def _under_load(data_dir: Path, swaps: int) -> None:
    command = [sys.executable, "-c", UNDER_LOAD, str(data_dir), str(swaps)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    found = json.loads(done.stdout)
    assert ([], []) == (found["failed"], found["held"])
    assert found["asked"] > 8
    assert found["before"]["RssAnon"] * 1.1 >= found["after"]["RssAnon"]


def test_generations_change_under_questions(two: Library) -> None:
    """Swaps under eight asking threads fail no question, mix no rounds and keep no memory."""
    _under_load(two.data_dir, 6)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_large_generations_change_under_questions(library: Library) -> None:
    """The same twenty times, with thousands of articles."""
    _two(library, 3000)
    _under_load(library.data_dir, 20)


def _mapped(generation: str) -> bool:
    return f"/index/{generation}/" in Path("/proc/self/maps").read_text()


def test_the_last_question_lets_a_generation_go(two: Library) -> None:
    """A generation that is swapped out is closed when nothing uses it, without the collector."""
    archive = two.open()
    assert archive.ask("When was gate 3 shut?").hits
    files = len(os.listdir("/proc/self/fd"))
    gc.disable()
    try:
        assert _mapped("000002")
        archive.roll_back("000001")
        assert archive.ask("When was gate 3 shut?").hits
        assert (True, False) == (_mapped("000001"), _mapped("000002"))
        assert files == len(os.listdir("/proc/self/fd"))
    finally:
        gc.enable()


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.fixture
def nothing_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every generation be as large as one that is not read to its end when it is opened."""
    monkeypatch.setattr("retrieval.checksums.AT_ONCE", 0)


def _until(archive: Archive, generation: str) -> None:
    deadline = time.monotonic() + 10
    while archive.generation != generation:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.usefixtures("nothing_at_once")
def test_damage_in_a_large_file_is_found_while_it_answers(
    two: Library, caplog: pytest.LogCaptureFixture
) -> None:
    """What opening did not read is read at once afterwards; the generation before takes over."""
    _flip(two.data_dir / "index" / "000002" / "segments/1/codes.bin")
    archive = two.open()
    _until(archive, "000001")
    messages = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert any("000002 is damaged (segments/1/codes.bin)" in message for message in messages)
    assert any("000001 answers instead" in message for message in messages)
    assert archive.reload() is None
    assert "000002" == archive.published


@pytest.mark.usefixtures("nothing_at_once")
def test_damage_of_every_large_file_is_told(two: Library, caplog: pytest.LogCaptureFixture) -> None:
    """Where no generation is whole the one that answers goes on, since it can, and says so."""
    for name in ("000001", "000002"):
        _flip(two.data_dir / "index" / name / "segments/1/codes.bin")
    archive = two.open()
    deadline = time.monotonic() + 10
    while "No other generation is whole" not in caplog.text:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert archive.ask("When was gate 3 shut?").hits


def test_reloads_at_once_open_a_generation_once(two: Library) -> None:
    """Of several threads that see a new generation, one swaps it in."""
    archive = two.open()
    Generations(two.data_dir).roll_back("000001")
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: archive.reload(), range(4)))
    assert ["000001"] == [name for name in told if name]
