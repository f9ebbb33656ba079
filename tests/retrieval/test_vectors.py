"""Vectors on disk: exact search under a mask, and quantised rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import GenerationDamaged, StorageError
from retrieval.vectors import PassageVectors, likeness, quantise
from tests.strategies import unit_rows


@given(
    count=st.integers(1, 70),
    limit=st.integers(1, 80),
    seed=st.integers(0, 1000),
    share=st.sampled_from([None, 0.0, 0.1, 0.5, 1.0]),
)
def test_search_is_exact_under_any_mask(
    count: int, limit: int, seed: int, share: float | None
) -> None:
    """The nearest allowed vectors are found, as many as asked for where there are as many."""
    rows = unit_rows(count, 16, seed)
    vector = unit_rows(1, 16, seed + 1)[0]
    mask = None if share is None else np.random.default_rng(seed).random(count) < share
    found = PassageVectors.build(rows).search(vector, limit, mask)
    allowed = np.arange(count) if mask is None else np.flatnonzero(mask)
    scores = rows @ vector
    assert min(limit, len(allowed)) == len(found) == len(set(found.tolist()))
    assert set(found.tolist()) <= set(allowed.tolist())
    expected = np.sort(scores[allowed])[::-1][: len(found)]
    np.testing.assert_allclose(expected, scores[found], atol=1e-5)


def test_no_vectors_find_nothing() -> None:
    """An empty index is searched without complaint."""
    vectors = PassageVectors.build(np.empty((0, 16), dtype=np.float32))
    assert 0 == len(vectors)
    assert [] == vectors.search(unit_rows(1, 16, 0)[0], 5, None).tolist()
    assert [] == vectors.search(unit_rows(1, 16, 0)[0], 5, np.empty(0, dtype=bool)).tolist()
    assert (0, 16) == vectors.pick(np.empty(0, dtype=np.int64)).shape


def test_vectors_come_back_as_they_were(tmp_path: Path) -> None:
    """What is saved is opened with every vector at its place."""
    rows = unit_rows(9, 16, 3)
    PassageVectors.build(rows).save(tmp_path / "v")
    opened = PassageVectors.open(tmp_path / "v")
    assert 9 == len(opened)
    np.testing.assert_array_equal(rows[[4, 0, 4]], opened.pick(np.array([4, 0, 4])))


@pytest.mark.parametrize("content", [None, b"", b"garbage", b"\x00" * 500])
def test_a_file_that_is_no_index_says_so(tmp_path: Path, content: bytes | None) -> None:
    """A missing or garbage file is damage, with its cure."""
    if content is not None:
        (tmp_path / "v").write_bytes(content)
    with pytest.raises(GenerationDamaged, match="run `footnote index`"):
        PassageVectors.open(tmp_path / "v")


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """Saving where nothing can be saved is an error with its cure."""
    with pytest.raises(StorageError, match="free space and permissions"):
        PassageVectors.build(unit_rows(1, 16, 0)).save(tmp_path / "no" / "v")


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
