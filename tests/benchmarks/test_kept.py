"""Vectors that were encoded once are looked up, and archives are made of any size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.kept import KeptEncoder
from retrieval.encoder import Vectors
from tests.hashed import HashedEncoder

TEXTS = ["A heron waits.", "A mill turns.", "A heron waits.", "Rain falls."]


class Refusing(HashedEncoder):
    """An encoder that encodes nothing."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Refuse."""
        raise AssertionError(f"{texts} should have been kept")


def test_vectors_are_the_encoders_own(tmp_path: Path, hashed: HashedEncoder) -> None:
    """Texts have the vectors that the encoder gives them, repeated ones too."""
    kept = KeptEncoder(hashed, tmp_path)
    np.testing.assert_array_equal(hashed.encode_passages(TEXTS), kept.encode_passages(TEXTS))


def test_what_was_saved_is_not_encoded_again(tmp_path: Path, hashed: HashedEncoder) -> None:
    """A later run takes from the folder what an earlier one left there."""
    first = KeptEncoder(hashed, tmp_path)
    vectors = first.encode_passages(TEXTS)
    first.save()
    later = KeptEncoder(Refusing(), tmp_path)
    np.testing.assert_array_equal(vectors, later.encode_passages(TEXTS))


def test_what_is_new_is_encoded_beside_what_is_kept(tmp_path: Path, hashed: HashedEncoder) -> None:
    """Kept and new texts may come in one batch, in any order."""
    first = KeptEncoder(hashed, tmp_path)
    first.encode_passages(TEXTS[:2])
    first.save()
    first.save()
    mixed = ["Snow falls.", *TEXTS]
    np.testing.assert_array_equal(hashed.encode_passages(mixed), first.encode_passages(mixed))
    assert 1 == len(list(tmp_path.glob("*.npz")))


def test_a_lost_text_is_encoded(tmp_path: Path) -> None:
    """What no shard holds is asked of the encoder."""
    with pytest.raises(AssertionError, match="should have been kept"):
        KeptEncoder(Refusing(), tmp_path).encode_passages(TEXTS)
