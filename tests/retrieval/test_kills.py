"""An index that cannot be broken: killed at any moment, on a full disk, with flipped bytes.

FOOTNOTE_KILLS says how many kills the slow test makes.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.archive import Archive
from retrieval.errors import StorageError
from retrieval.generation import Generations
from retrieval.merging import Limits
from retrieval.types import Article
from tests.commands import ROOT, environment
from tests.conftest import Library
from tests.hashed import HashedEncoder

KILLS = int(os.environ.get("FOOTNOTE_KILLS", "300"))
ARTICLES = 40

LIMITS = Limits(small=0, share=1.0, segments=3)
"""So that most changes are added, and every third one merges what was added."""


def articles(round_: int) -> list[Article]:
    """Return a round's articles: most as they were, some changed, one of this round alone."""
    every = []
    for number in range(ARTICLES):
        # One article in four says another thing each round; the rest say the same.
        said = round_ if number % 4 == 0 else 0
        rain = " ".join(f"Boat {number * 31 + boat} passed in rain." for boat in range(12))
        text = f"Gate {number} was shut in round {said}. {rain}"
        every.append(Article(f"Gate {number}", text, f"gates:{number}"))
    return [*every, Article("Only now", f"This is round {round_}.", f"only:{round_}")]


def _round(archive: Archive) -> int:
    """Return the round of the one whole generation that answers."""
    told = [version.article for version in archive.read(archive.articles())]
    (last,) = (article.text for article in told if article.title == "Only now")
    round_ = int(last.removeprefix("This is round ").removesuffix("."))
    assert sorted(a.text for a in articles(round_)) == sorted(a.text for a in told)
    answer = archive.ask("In which round was gate 4 shut?", k=6)
    assert 6 == len(answer.hits)
    texts = {article.text for article in told}
    assert all(hit.version.article.text in texts for hit in answer.hits)
    return round_


RUN = """
import sys
from pathlib import Path
from tests.conftest import Library
from tests.hashed import HashedEncoder
from tests.retrieval.test_kills import LIMITS, articles
library = Library(Path(sys.argv[1]), HashedEncoder())
print("ready", flush=True)
library.shelve(*articles(int(sys.argv[2])), full=sys.argv[3] == "full", keep=2, limits=LIMITS)
"""


def _killed(data_dir: Path, round_: int, how: str, after: float) -> bool:
    """Run an indexing and kill it after some seconds; tell whether it had not ended before."""
    command = [sys.executable, "-c", RUN, str(data_dir), str(round_), how]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdout is not None
        assert b"ready\n" == child.stdout.readline()
        time.sleep(after)
        child.kill()
    assert child.returncode in (0, -9)
    return child.returncode != 0


def _kill(library: Library, kills: int) -> None:
    """Kill full runs, changes and merges by turns; after each the archive is whole, and goes on."""
    seed = random.randrange(1 << 30)
    randomly, met = random.Random(seed), 0
    began = time.monotonic()
    library.shelve(*articles(0))
    lasting = time.monotonic() - began
    for round_ in range(1, kills + 1):
        how = "full" if round_ % 6 == 1 else "incremental"
        met += _killed(library.data_dir, round_, how, randomly.uniform(0, 1.2 * lasting))
        archive = library.open()
        assert _round(archive) in (round_ - 1, round_), seed
        report = library.shelve(*articles(round_), keep=2, limits=LIMITS)
        assert (ARTICLES + 1, []) == (report.articles, report.failed), seed
        archive.reload()
        assert round_ == _round(archive), seed
        assert len(Generations(library.data_dir).names()) <= 4, seed
        assert not list((library.data_dir / "index").glob(".[bd]*-*")), seed
        library.close()
    # One kill may come too late; of many, most do not.
    assert met >= kills // 4, "the kills came too late to meet a run"


def test_a_killed_run_breaks_nothing(library: Library) -> None:
    """Killed at a random moment, a run leaves one whole generation, and the next completes."""
    _kill(library, 1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_runs_killed_hundreds_of_times_break_nothing(library: Library) -> None:
    """The same, hundreds of times over one archive."""
    _kill(library, KILLS)


@pytest.mark.slow
def test_random_bytes_in_each_file_in_turn_are_noticed(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever bytes of whatever file flip, the last good generation answers, and says so."""
    randomly = random.Random(5)
    library.shelve(*articles(1))
    library.shelve(*articles(2))
    folder = library.data_dir / "index" / "000002"
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix != ".lock"]
    for path in files:
        whole = path.read_bytes()
        for count in (1, 2, 50):
            data = bytearray(whole)
            for at in randomly.sample(range(len(data)), min(count, len(data))):
                data[at] ^= randomly.randrange(1, 256)
            if bytes(data) == whole:
                continue
            path.write_bytes(data)
            caplog.clear()
            archive = library.open()
            assert ("000001", 1) == (archive.generation, _round(archive)), path
            assert "Generation 000001 answers instead" in caplog.text, path
            library.close()
        path.write_bytes(whole)
    assert 2 == _round(library.open())


# A disk that is full, or that cannot be written.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a small file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "footnote", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        refused = done.stderr if done.returncode else ""
    except OSError as error:
        refused = str(error)
    if refused:
        pytest.skip(f"mounting a tmpfs is not permitted: {refused.strip()}")
    yield folder
    # What an archive that was dropped has mapped may still be open.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _filled(folder: Path, left: int) -> Path:
    """Fill a disk but for some bytes; return the file that does."""
    ballast = folder / "ballast"
    free = os.statvfs(folder)
    ballast.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - left)))
    return ballast


# A writer that breaks off leaves its files to be closed with it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("left", [0, 30_000, 60_000, 100_000, 150_000])
def test_a_full_disk_breaks_nothing(small_disk: Path, left: int) -> None:
    """Whenever the disk fills up, a sentence says so, and the old generation answers on."""
    library = Library(small_disk / "data", HashedEncoder())
    library.shelve(*articles(1))
    archive = library.open()
    ballast = _filled(small_disk, left)
    with pytest.raises(StorageError, match=r"check the (disk|folder)'s"):
        library.shelve(*articles(2), full=True)
    assert ("000001", 1) == (archive.generation, _round(archive))
    assert not list((library.data_dir / "index").glob(".building-*"))
    ballast.unlink()
    assert ["000001"] == Generations(library.data_dir).names()
    library.shelve(*articles(2))
    archive.reload()
    assert 2 == _round(archive)
    library.close()


def test_a_disk_that_cannot_be_written_is_told(small_disk: Path) -> None:
    """On a read-only disk, indexing and rolling back end in a sentence, and nothing is lost."""
    library = Library(small_disk / "data", HashedEncoder())
    library.shelve(*articles(1))
    library.shelve(*articles(2))
    library.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    generations = Generations(library.data_dir)
    for change in (
        lambda: library.shelve(*articles(3)), lambda: generations.roll_back("000001"), library.open
    ):  # fmt: skip
        with pytest.raises(StorageError, match=r"permissions|free space"):
            change()
    assert [None, None] == [each.problem for each in generations.review(thorough=True)]
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert 2 == _round(library.open())
    library.close()
