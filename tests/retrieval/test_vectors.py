"""Vectors on disk: exact and scanned search under a mask, and quantised rows."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.encoder import Vectors
from retrieval.errors import GenerationDamaged, StorageError
from retrieval.scan import TARGET, Scan
from retrieval.vectors import PassageVectors, VectorsWriter, likeness, quantise
from tests.commands import ROOT, environment
from tests.strategies import unit_rows, write_vectors

SCANNED = 3000


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of vectors that were many enough for a scan."""
    folder = tmp_path_factory.mktemp("scanned")
    write_vectors(folder, unit_rows(SCANNED, 32, 0), exact=1000)
    return folder


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(1, 70),
    limit=st.integers(1, 80),
    seed=st.integers(0, 1000),
    share=st.sampled_from([None, 0.0, 0.01, 0.1, 0.5, 1.0]),
)
def test_search_among_few_is_exact_under_any_mask(
    tmp_path: Path, count: int, limit: int, seed: int, share: float | None
) -> None:
    """The nearest allowed vectors are found, as many as asked for where there are as many."""
    rows = unit_rows(count, 16, seed)
    vector = unit_rows(1, 16, seed + 1)[0]
    mask = None if share is None else np.random.default_rng(seed).random(count) < share
    write_vectors(tmp_path, rows)
    found = PassageVectors.open(tmp_path).search(vector, limit, mask)
    allowed = np.arange(count) if mask is None else np.flatnonzero(mask)
    scores = rows @ vector
    assert min(limit, len(allowed)) == len(found) == len(set(found.tolist()))
    assert set(found.tolist()) <= set(allowed.tolist())
    expected = np.sort(scores[allowed])[::-1][: len(found)]
    np.testing.assert_allclose(expected, scores[found], atol=1e-5)


@given(
    limit=st.sampled_from([1, 10, 100, 700, SCANNED + 1]),
    seed=st.integers(0, 1000),
    share=st.sampled_from([None, 0.0, 0.001, 0.05, 0.3, 0.9, 1.0]),
)
def test_a_scan_gives_as_many_as_asked_for_and_only_the_allowed(
    scanned: Path, limit: int, seed: int, share: float | None
) -> None:
    """Under any mask a scan gives distinct allowed vectors, nearest first, none too few."""
    vectors = PassageVectors.open(scanned)
    vector = unit_rows(1, 32, seed)[0]
    mask = None if share is None else np.random.default_rng(seed).random(SCANNED) < share
    found = vectors.search(vector, limit, mask)
    allowed = SCANNED if mask is None else int(mask.sum())
    assert min(limit, allowed) == len(found) == len(set(found.tolist()))
    assert mask is None or mask[found].all()
    scores = vectors.pick(found) @ vector
    assert (np.diff(scores) <= 1e-6).all()
    best = np.sort(
        (vectors.pick(np.arange(SCANNED)) @ vector)[slice(None) if mask is None else mask]
    )
    if len(found):
        assert best[-1] == pytest.approx(scores[0], abs=1e-5)


@pytest.mark.parametrize("share", [None, 0.5])
def test_the_recall_that_is_stated_is_the_recall_there_is(
    scanned: Path, share: float | None
) -> None:
    """Asked what it was not measured by, a scan still finds what it says, filtered or not."""
    vectors = PassageVectors.open(scanned)
    assert TARGET <= vectors.recall <= 1
    rows = vectors.pick(np.arange(SCANNED))
    mask = None if share is None else np.random.default_rng(7).random(SCANNED) < share
    allowed = np.arange(SCANNED) if mask is None else np.flatnonzero(mask)
    shares = []
    for vector in unit_rows(300, 32, 1):
        best = allowed[np.argsort(-(rows[allowed] @ vector))[:10]]
        shares.append(len(np.intersect1d(best, vectors.search(vector, 10, mask))) / 10)
    assert np.mean(shares) >= TARGET - 0.01


def _scattered() -> Vectors:
    return unit_rows(9000, 8, 1)


def _clustered() -> Vectors:
    close = unit_rows(2, 8, 3)[np.arange(9000) % 2] + 0.01 * unit_rows(9000, 8, 1)
    rows: Vectors = (close / np.linalg.norm(close, axis=1, keepdims=True)).astype(np.float32)
    return rows


def _stretched() -> Vectors:
    rows = unit_rows(9000, 8, 1)
    rows[:3] *= 1e4
    return rows


def _broken() -> Vectors:
    return np.full((9000, 8), np.nan, dtype=np.float32)


@pytest.mark.parametrize(
    ("rows", "size"), [(_scattered, 10), (_clustered, 16), (_stretched, None), (_broken, None)]
)
def test_the_most_compact_scan_that_finds_enough_is_used(
    tmp_path: Path, rows: Callable[[], Vectors], size: int | None
) -> None:
    """What two bits a coordinate cannot tell apart is scanned by eight, else not at all."""
    write_vectors(tmp_path, rows(), exact=1000)
    path = tmp_path / "vectors.faiss"
    assert size == (round(path.stat().st_size / 9000) if path.exists() else None)
    vectors = PassageVectors.open(tmp_path)
    assert (1.0 if size is None else pytest.approx(1.0, abs=0.01)) == vectors.recall
    assert 20 == len(vectors.search(unit_rows(1, 8, 2)[0], 20, None))


def test_no_vectors_find_nothing(tmp_path: Path) -> None:
    """An empty index is searched without complaint."""
    write_vectors(tmp_path, np.empty((0, 16), dtype=np.float32))
    vectors = PassageVectors.open(tmp_path)
    assert (0, 1.0) == (len(vectors), vectors.recall)
    assert [] == vectors.search(unit_rows(1, 16, 0)[0], 5, None).tolist()
    assert [] == vectors.search(unit_rows(1, 16, 0)[0], 5, np.empty(0, dtype=bool)).tolist()
    assert (0, 16) == vectors.pick(np.empty(0, dtype=np.int64)).shape


def test_copies_are_all_found(tmp_path: Path) -> None:
    """A thousand copies of one passage are as many answers, scanned or not."""
    rows = np.repeat(unit_rows(1, 16, 0), 1000, axis=0)
    write_vectors(tmp_path, rows, exact=10)
    found = PassageVectors.open(tmp_path).search(rows[0], 300, None)
    assert 300 == len(set(found.tolist()))


@pytest.mark.parametrize("exact", [5, 40, 41])
def test_few_vectors_are_searched_exactly_whatever_the_limit(tmp_path: Path, exact: int) -> None:
    """Fewer vectors than a quantisation wants to learn from are still all found."""
    rows = unit_rows(40, 16, 0)
    write_vectors(tmp_path, rows, exact=exact)
    vectors = PassageVectors.open(tmp_path)
    assert np.argsort(-(rows @ rows[3]))[:10].tolist() == vectors.search(rows[3], 10, None).tolist()


def test_vectors_come_back_as_they_were(tmp_path: Path) -> None:
    """What is written block by block is opened with every vector at its place."""
    rows = unit_rows(9, 16, 3)
    writer = VectorsWriter(tmp_path, 16)
    for block in (rows[:4], rows[4:4], rows[4:]):
        writer.add(block)
    writer.finish()
    opened = PassageVectors.open(tmp_path)
    assert (9, 16) == (len(opened), opened.dimensions)
    np.testing.assert_array_equal(rows[[4, 0, 4]], opened.pick(np.array([4, 0, 4])))


@pytest.mark.parametrize("name", ["vectors.f32", "vectors.json", "vectors.faiss"])
@pytest.mark.parametrize(
    "damage", ["gone", "empty", "garbage", "short", "long", "zeros", "flipped"]
)
def test_files_that_are_not_whole_say_so(
    scanned: Path, tmp_path: Path, name: str, damage: str
) -> None:
    """A missing, cut, lengthened or garbage file is damage, with its cure."""
    shutil.copytree(scanned, tmp_path, dirs_exist_ok=True)
    whole = (tmp_path / name).read_bytes()
    contents = {
        "empty": b"",
        "garbage": b"garbage",
        "short": whole[:-1],
        "long": whole + b"0",
        "zeros": bytes(len(whole)),
        "flipped": whole[:40] + bytes([whole[40] ^ 255]) + whole[41:],
    }
    if damage == "gone":
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(contents[damage])
    if name == "vectors.f32" and damage in ("zeros", "flipped"):
        return  # any bytes are numbers: only the manifest's checksum tells
    with pytest.raises(GenerationDamaged, match="run `footnote index`"):
        PassageVectors.open(tmp_path)


@pytest.mark.parametrize("other", ["flat", "longer"])
def test_a_scan_of_other_vectors_says_so(scanned: Path, tmp_path: Path, other: str) -> None:
    """A scan that is not of these vectors is damage, with its cure."""
    shutil.copytree(scanned, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "vectors.faiss"
    if other == "flat":
        faiss.write_index(faiss.IndexFlatIP(32), str(path))
    else:
        Scan.build(unit_rows(SCANNED + 1, 32, 0), "SQ8").save(path)
    card = json.loads((tmp_path / "vectors.json").read_text())
    card["scan_crc32"] = zlib.crc32(path.read_bytes())
    (tmp_path / "vectors.json").write_text(json.dumps(card))
    with pytest.raises(GenerationDamaged, match="run `footnote index`"):
        PassageVectors.open(tmp_path)


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """Saving where nothing can be saved is an error with its cure."""
    with pytest.raises(StorageError, match="free space and permissions"):
        VectorsWriter(tmp_path / "no", 16)
    with pytest.raises(StorageError, match="free space and permissions"):
        Scan.build(unit_rows(700, 16, 0), "SQ8").save(tmp_path / "no" / "vectors.faiss")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize("name", ["vectors.f32", "vectors.faiss", "vectors.json"])
def test_a_full_disk_says_so(tmp_path: Path, name: str) -> None:
    """Whatever does not fit on the disk is an error with its cure."""
    (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(StorageError, match="free space and permissions"):
        write_vectors(tmp_path, unit_rows(700, 16, 0), exact=10)


MAPPED = """
import sys
from pathlib import Path
import numpy as np
from retrieval.vectors import PassageVectors

def own():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))

before = own()
vectors = PassageVectors.open(Path(sys.argv[1]))
question = np.array(vectors.pick(np.array([7]))[0])
assert 7 == vectors.search(question, 100, None)[0]
print(own() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test_processes_share_one_copy(tmp_path: Path) -> None:
    """Opening and searching maps the files: a process's own memory hardly grows."""
    write_vectors(tmp_path, unit_rows(30_000, 128, 0), exact=10)
    size = sum(path.stat().st_size for path in tmp_path.iterdir()) // 1024
    command = [sys.executable, "-c", MAPPED, str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < size / 3


@given(count=st.integers(0, 20), seed=st.integers(0, 1000), size=st.sampled_from([1e-6, 1.0, 50.0]))
def test_quantised_rows_are_near_their_vectors(count: int, seed: int, size: float) -> None:
    """A row is its codes times its scale, off by half a scale a coordinate at most."""
    rows = (unit_rows(count, 16, seed) * size).astype(np.float32)
    codes, scales = quantise(rows)
    assert ((count, 16), (count,)) == (codes.shape, scales.shape)
    assert (np.abs(codes * scales[:, np.newaxis] - rows) <= scales[:, np.newaxis] * 0.501).all()
    vector = unit_rows(1, 16, seed + 1)[0]
    np.testing.assert_allclose(rows @ vector, likeness(codes, scales, vector), atol=0.02 * size)


def test_a_row_of_zeros_stays_one() -> None:
    """A vector without length has no scale to divide by."""
    codes, scales = quantise(np.zeros((2, 4), dtype=np.float32))
    assert not codes.any()
    assert [0.0, 0.0] == likeness(codes, scales, np.ones(4, dtype=np.float32)).tolist()
