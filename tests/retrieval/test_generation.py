"""Generations of the index: published atomically, verified, rolled back, collected."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.archive import Archive, recipe_of
from retrieval.embeddedwriter import EmbeddedWriter
from retrieval.embedding import embed
from retrieval.errors import (
    FootnoteError,
    GenerationDamaged,
    GenerationForeign,
    IndexBusy,
    IndexMissing,
    NotFound,
    StorageError,
)
from retrieval.generation import Generations
from retrieval.keywords import KeywordsWriter
from retrieval.manifest import Manifest
from retrieval.passages import Chunking
from retrieval.types import Article, ArticleVersion
from tests.commands import ROOT, environment
from tests.conftest import SEARCH, Library
from tests.hashed import CHUNKING, HashedEncoder
from tests.strategies import write_vectors

RECIPE = recipe_of(HashedEncoder(), CHUNKING)


def _article(number: int) -> Article:
    return Article(f"Gate {number}", f"Gate {number} was shut at night. It rained.", "here")


@pytest.fixture
def two(library: Library) -> Library:
    """Return a data folder with two generations: of one article, then of two."""
    library.shelve(_article(1))
    library.shelve(_article(1), _article(2))
    return library


@pytest.fixture
def generations(two: Library) -> Generations:
    """Return the generations of that folder."""
    return Generations(two.data_dir)


def test_a_generation_is_published_with_its_manifest(generations: Generations) -> None:
    """The published generation's manifest says what it is and lists every file's checksum."""
    assert ["000001", "000002"] == generations.names()
    assert "000002" == generations.current()
    first, second = generations.manifests()
    assert (1, 2) == (first.articles, second.articles)
    assert RECIPE == second.recipe
    assert 1.0 == second.recall
    folder = generations.folder / "000002"
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert files - set(second.files) == {"manifest.json"} | {f for f in files if ".lock" in f}
    assert second == generations.verify("000002")


def test_nothing_is_left_of_building(generations: Generations) -> None:
    """Beside the generations only CURRENT and the lock remain."""
    names = {path.name for path in generations.folder.iterdir()}
    assert {"000001", "000002", "CURRENT"} <= names <= {"000001", "000002", "CURRENT", ".lock"}


@pytest.mark.parametrize("lost", ["words", "vectors"])
def test_what_does_not_find_its_own_passages_is_not_published(
    generations: Generations, lost: str
) -> None:
    """A generation whose words or vectors are not its passages' is refused; the old one stays."""
    version = ArticleVersion("a", "v", _article(3))
    (embedded,) = embed([version], HashedEncoder(), CHUNKING).values()
    with generations.staging() as folder:
        writer = EmbeddedWriter(folder, RECIPE.dimensions, RECIPE.language)
        writer.add(version, embedded)
        writer.finish()
        if lost == "words":
            shutil.rmtree(folder / "keywords")
            (folder / "keywords").mkdir()
            KeywordsWriter(folder / "keywords", RECIPE.language).finish()
        else:
            spoilt = np.full_like(embedded.vectors, np.nan)
            write_vectors(folder / "segments" / "1", spoilt)
        with pytest.raises(GenerationDamaged, match="does not answer from its 1 passages"):
            generations.publish(folder, RECIPE)
    assert "000002" == generations.current()
    assert ["000001", "000002"] == generations.names()


def test_before_the_first_there_is_none(tmp_path: Path) -> None:
    """An empty data folder has no generation, and opening says what makes one."""
    generations = Generations(tmp_path)
    assert ([], None, []) == (
        generations.names(), generations.current(), generations.manifests(),
    )  # fmt: skip
    with pytest.raises(IndexMissing, match="run `footnote index`"):
        generations.open_current(RECIPE)
    with pytest.raises(NotFound, match="run `footnote index`"):
        generations.roll_back()


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = len(data) // 2
    data[at] ^= 1
    path.write_bytes(data)


def _all_files(folder: Path) -> list[str]:
    # tantivy names its segments at random; the kinds of file are the same every time.
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*")
                  if p.is_file() and p.suffix != ".lock")  # fmt: skip


def test_a_flipped_bit_anywhere_is_noticed(
    two: Library, generations: Generations, caplog: pytest.LogCaptureFixture
) -> None:
    """With one bit of any file flipped the generation before answers, and the log says so."""
    folder = generations.folder / "000002"
    files = _all_files(folder)
    assert len(files) > 8
    for name in files:
        whole = (folder / name).read_bytes()
        if not whole:
            continue
        caplog.clear()
        _flip(folder / name)
        index = generations.open_current(RECIPE)
        assert "000001" == index.generation, name
        errors = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
        assert any("000002" in message for message in errors), name
        assert any("000001 answers" in message for message in errors), name
        (folder / name).write_bytes(whole)
    assert "000002" == generations.open_current(RECIPE).generation


def test_a_flipped_bit_in_any_place_of_the_manifest_is_noticed(generations: Generations) -> None:
    """No bit of a manifest can flip and change what the generation is taken for."""
    path = generations.folder / "000002" / "manifest.json"
    whole = path.read_bytes()
    manifest = generations.verify("000002")
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            assert manifest == generations.verify("000002"), at
        except GenerationDamaged:
            continue


@pytest.mark.parametrize(
    "content",
    [None, b"", b"{", b"[]", b"null", b"{}", b'"x"', b"\xff\xfe\x00", b'{"seal": "0"}',
     b'{"recipe": {}, "seal": ""}'],
)  # fmt: skip
def test_a_missing_or_cut_manifest_is_damage(
    generations: Generations, content: bytes | None
) -> None:
    """Without a whole manifest the generation before answers, and lists leave it out."""
    path = generations.folder / "000002" / "manifest.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert "000001" == generations.open_current(RECIPE).generation
    assert ["000001"] == [manifest.name for manifest in generations.manifests()]
    with pytest.raises(GenerationDamaged, match="run `footnote index`"):
        generations.verify("000002")


def test_a_missing_file_is_damage(generations: Generations) -> None:
    """A file that is gone is noticed like one that is altered."""
    (generations.folder / "000002" / "segments" / "1" / "codes.bin").unlink()
    with pytest.raises(GenerationDamaged, match=r"codes\.bin"):
        generations.verify("000002")


@pytest.mark.parametrize(
    ("content", "answers"),
    [
        (None, "000002"),
        (b"", "000002"),
        (b"garbage\n", "000002"),
        (b"\xff\xfe", "000002"),
        (b"../../etc\n", "000002"),
        (b"-1\n", "000002"),
        (b"000003\n", "000002"),
        (b"000001\n", "000001"),
        (b"1\n", "000001"),
        (b"000000\n", "000002"),
    ],
)
def test_a_lost_current_is_found_again(
    two: Library, generations: Generations, content: bytes | None, answers: str
) -> None:
    """Whatever became of CURRENT, the generation it names, or the newest, answers."""
    path = generations.folder / "CURRENT"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert answers == generations.open_current(RECIPE).generation
    archive = two.open()
    assert archive.ask("When was gate 1 shut?").hits
    assert answers == archive.generation


@pytest.mark.parametrize("content", [b"garbage\n", b"000001\n"])
def test_a_current_without_generations_is_nothing_indexed(tmp_path: Path, content: bytes) -> None:
    """CURRENT alone, its generations gone, is an archive that has not been indexed."""
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "CURRENT").write_bytes(content)
    with pytest.raises(IndexMissing, match="run `footnote index`"):
        Generations(tmp_path).open_current(RECIPE)


def test_where_none_is_whole_the_published_ones_damage_is_told(generations: Generations) -> None:
    """With every generation damaged the error names the published one and the cure."""
    for name in generations.names():
        _flip(generations.folder / name / "segments" / "1" / "vectors.f32")
    with pytest.raises(GenerationDamaged, match=r"000002 .*run `footnote index`"):
        generations.open_current(RECIPE)


@pytest.mark.parametrize(
    ("recipe", "differing"),
    [
        (replace(RECIPE, model="other"), "model"),
        (replace(RECIPE, weights_sha256="1" * 64), "weights_sha256"),
        (replace(RECIPE, window=20, overlap=3), "window, overlap"),
        (replace(RECIPE, language="de"), "language"),
        (replace(RECIPE, format=0), "format"),
        (replace(RECIPE, dimensions=3), "dimensions"),
    ],
)
def test_a_foreign_generation_is_refused(
    generations: Generations, recipe: object, differing: str
) -> None:
    """What another model, chunking or format made is refused with the command that rebuilds it."""
    assert isinstance(recipe, type(RECIPE))
    with pytest.raises(GenerationForeign, match=rf"\({differing}\); run `footnote index --full`"):
        generations.open_current(recipe)


def test_an_archive_refuses_another_models_generation(two: Library) -> None:
    """Opening the archive with another model or other passages names the cure."""
    other = HashedEncoder(weights="1" * 64)
    with pytest.raises(GenerationForeign, match="footnote index --full"):
        Archive(two.data_dir, other, CHUNKING, SEARCH)
    with pytest.raises(GenerationForeign, match="footnote index --full"):
        Archive(two.data_dir, two.encoder, Chunking(20, 5, "en"), SEARCH)


def test_rolling_back_and_indexing_again(two: Library, generations: Generations) -> None:
    """After a rollback the earlier generation answers; the next run publishes under a new name."""
    assert "000001" == generations.roll_back()
    archive = two.open()
    assert ("000001", 1) == (archive.generation, len(archive.articles()))
    with pytest.raises(NotFound, match="no earlier generation"):
        generations.roll_back()
    report = two.shelve(_article(1), _article(2), _article(3))
    assert ("000003", True, 3) == (report.generation, report.published, report.articles)
    assert "000003" == archive.reload()
    assert 3 == len(archive.articles())
    assert "000002" == generations.roll_back("000002")
    assert ("000002", None) == (archive.reload(), archive.reload())


def test_rolling_back_passes_over_damage(two: Library, generations: Generations) -> None:
    """Without a name the last good generation before is taken; a damaged one named is refused."""
    two.shelve(_article(3))
    _flip(generations.folder / "000002" / "segments" / "1" / "passages.npy")
    with pytest.raises(GenerationDamaged, match="000002"):
        generations.roll_back("000002")
    assert "000003" == generations.current()
    assert "000001" == generations.roll_back()


def test_rolling_back_goes_to_what_answered_before(two: Library, generations: Generations) -> None:
    """What was rolled back from is passed over: the one before is the one that answered before."""
    two.shelve(_article(3))
    assert "000002" == generations.roll_back()
    assert ("000004", "000002") == (
        two.shelve(_article(4)).generation, generations.verify("000004").before,
    )  # fmt: skip
    assert ["000002", "000001"] == [generations.roll_back(), generations.roll_back()]
    with pytest.raises(NotFound, match="no earlier generation"):
        generations.roll_back()


def test_damage_is_passed_over_to_what_answered_before(
    two: Library, generations: Generations
) -> None:
    """A damaged generation is stood in for by the one that answered before it."""
    two.shelve(_article(3))
    generations.roll_back()
    two.shelve(_article(4))
    _flip(generations.folder / "000004" / "segments/1/vectors.f32")
    assert "000002" == generations.open_current(RECIPE).generation
    _flip(generations.folder / "000002" / "segments/1/vectors.f32")
    assert [("000001", True, True), ("000002", False, False), ("000004", False, False)] == [
        (each.name, each.problem is None, each.answers)
        for each in generations.review(thorough=False) if each.name != "000003"
    ]  # fmt: skip


def test_no_clock_tells_which_is_older(two: Library, generations: Generations) -> None:
    """A clock that is set back changes neither what answers nor what is rolled back to."""
    for name, moment in (("000001", "2099-01-01T00:00:00+00:00"), ("000002", "1970-01-01")):
        replace(generations.verify(name), made_at=moment).save(generations.folder / name)
    assert "000002" == generations.open_current(RECIPE).generation
    assert "000003" == two.shelve(_article(3)).generation
    assert "000002" == generations.roll_back()
    assert "000001" == generations.roll_back()


@pytest.mark.parametrize("name", ["000009", "", "..", "../..", "CURRENT", "1", "000001/"])
def test_there_is_no_rolling_back_to_nothing(generations: Generations, name: str) -> None:
    """A generation that does not exist is refused with those there are."""
    with pytest.raises(NotFound, match="there are: 000001, 000002"):
        generations.roll_back(name)
    assert "000002" == generations.current()


def test_an_open_archive_never_rolls_back_to_what_it_cannot_open(two: Library) -> None:
    """A foreign generation is not published by an archive that could not answer from it."""
    foreign = Library(two.data_dir, HashedEncoder(weights="1" * 64))
    foreign.shelve(_article(1), full=True)
    archive = foreign.open()
    with pytest.raises(GenerationForeign, match="footnote index --full"):
        archive.roll_back("000002")
    with pytest.raises(NotFound, match="no earlier generation"):
        archive.roll_back()
    assert "000003" == Generations(two.data_dir).current() == archive.generation
    foreign.close()


def test_only_so_many_generations_are_kept(library: Library) -> None:
    """Old generations are deleted, the last few and the published one stay."""
    generations = Generations(library.data_dir)
    for number in range(1, 6):
        library.shelve(_article(number), keep=2)
    assert ["000004", "000005"] == generations.names()
    generations.roll_back("000004")
    for _ in range(2):
        library.shelve(_article(1), keep=1, full=True)
    assert ["000007"] == generations.names()
    assert library.open().ask("gate").hits


def test_the_published_one_is_kept_however_old(two: Library, generations: Generations) -> None:
    """A generation that answers after a rollback is not collected."""
    generations.roll_back("000001")
    generations.collect(1)
    assert ["000001", "000002"] == generations.names()


HOLDING = """
import sys
from pathlib import Path
from tests.conftest import Library
from tests.hashed import HashedEncoder
archive = Library(Path(sys.argv[1]), HashedEncoder()).open()
print(archive.generation, flush=True)
sys.stdin.read()
"""


def test_what_a_process_uses_is_not_collected(two: Library, generations: Generations) -> None:
    """A generation that another process answers from stays, until that process ends or dies."""
    command = [sys.executable, "-c", HOLDING, str(two.data_dir)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert b"000002\n" == holder.stdout.readline()
        for _ in range(2):
            two.shelve(_article(1), keep=1, full=True)
        assert ["000002", "000004"] == generations.names()
        holder.kill()
    generations.collect(1)
    assert ["000004"] == generations.names()


def _linked(generations: Generations, files: Sequence[str]) -> None:
    """Publish what the standing generation holds again, some of its files linked to its own."""
    standing = generations.folder / str(generations.current())
    with generations.staging() as folder:
        shutil.copytree(standing, folder, dirs_exist_ok=True)
        for name in files:
            (folder / name).unlink()
            (folder / name).hardlink_to(standing / name)
        generations.publish(folder, RECIPE)


def test_a_linked_file_is_not_read_again(generations: Generations) -> None:
    """The checksum of a file that is linked to the standing generation's is carried over."""
    _linked(generations, ["segments/1/codes.bin"])
    assert "000003" == generations.verify("000003").name
    # Damaged before it is linked: only a checksum that was carried over can tell.
    _flip(generations.folder / "000003" / "segments/1/codes.bin")
    _linked(generations, ["segments/1/codes.bin"])
    for name in ("000002", "000003", "000004"):
        with pytest.raises(GenerationDamaged, match=r"codes\.bin"):
            generations.verify(name)


def test_one_that_shares_no_file_is_kept(generations: Generations) -> None:
    """Damage to a file that all the last ones share leaves a good one behind."""
    for _ in range(4):
        _linked(generations, ["segments/1/codes.bin"])
        generations.collect(2)
    assert ["000001", "000005", "000006"] == generations.names()
    _flip(generations.folder / "000006" / "segments/1/codes.bin")
    assert "000001" == generations.open_current(RECIPE).generation
    generations.collect(1)
    assert ["000006"] == generations.names()


def test_two_cannot_index_at_once(two: Library, generations: Generations) -> None:
    """While one process indexes, another is told so at once; questions go on."""
    code = (
        "import sys, time; from pathlib import Path; from retrieval.generation import Generations\n"
        "with Generations(Path(sys.argv[1])).lock():\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(two.data_dir)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert b"held" in holder.stdout.readline()
        with pytest.raises(IndexBusy, match="wait until it ends"):
            two.shelve(_article(1))
        assert two.open().ask("gate").hits
        holder.kill()
    # Its end, however sudden, sets the lock free.
    assert two.shelve(_article(1)).published


def test_what_a_killed_run_left_is_cleared_away(two: Library, generations: Generations) -> None:
    """Half-built folders are no generations, and the next run deletes them."""
    left = generations.folder / ".building-000003"
    shutil.copytree(generations.folder / "000002", left)
    (generations.folder / ".CURRENT").write_text("0000")
    assert ["000001", "000002"] == generations.names()
    assert "000003" == two.shelve(_article(3)).generation
    assert not left.exists()


def test_a_generation_that_was_never_published_does_not_answer(two: Library) -> None:
    """Renamed but not yet named by CURRENT, a generation waits; the next run goes on behind it."""
    generations = Generations(two.data_dir)
    shutil.copytree(generations.folder / "000002", generations.folder / "000003")
    assert "000002" == generations.open_current(RECIPE).generation
    assert "000004" == two.shelve(_article(3)).generation


def test_what_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A data folder that cannot be written is an error with its cure."""
    (tmp_path / "data").touch()
    generations = Generations(tmp_path / "data")
    with pytest.raises(FootnoteError, match="cannot be written"), generations.lock():
        pass
    with pytest.raises(StorageError, match="cannot be written"), generations.staging():
        pass


def test_a_broken_build_publishes_nothing(two: Library, generations: Generations) -> None:
    """A build that ends in an error leaves the published generation and no folder behind."""

    def build() -> None:
        with generations.staging() as folder:
            shutil.copytree(generations.folder / "000002", folder, dirs_exist_ok=True)
            (folder / "segments" / "1" / "codes.bin").write_bytes(b"")
            generations.publish(folder, RECIPE)

    with pytest.raises(GenerationDamaged, match="not whole"):
        build()
    assert not list(generations.folder.glob(".building-*"))
    assert ("000002", ["000001", "000002"]) == (generations.current(), generations.names())


def test_a_manifest_reads_back(generations: Generations, tmp_path: Path) -> None:
    """A saved manifest loads as it was; any other field makes it another's."""
    manifest = generations.verify("000002")
    manifest.save(tmp_path)
    assert manifest == Manifest.load(tmp_path)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "colour": "blue"}))
    with pytest.raises(GenerationDamaged):
        Manifest.load(tmp_path)
