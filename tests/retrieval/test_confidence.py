"""How likely a hit answers its question."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retrieval.confidence import THRESHOLDS, Calibration
from retrieval.encoder import Vectors
from retrieval.errors import StorageError
from retrieval.ranking import FEATURES

SHIPPED = Calibration.load()
rows = arrays(np.float32, len(FEATURES), elements=st.floats(-1, 2, width=32))
# A second sentence as near as the best speaks against a passage; everything else for it.
SIGNS = np.array([-1 if name == "second" else 1 for name in FEATURES])


@given(rows)
def test_confidence_is_a_probability(row: Vectors) -> None:
    """Whatever is known of a hit, the confidence lies between 0 and 1."""
    assert 0 <= SHIPPED.probability(row) <= 1


@given(rows, rows)
def test_more_evidence_is_never_less_confidence(one: Vectors, other: Vectors) -> None:
    """A likelier passage, or more of the question's words in it, never lowers the confidence."""
    low, high = (SIGNS * f(SIGNS * one, SIGNS * other) for f in (np.minimum, np.maximum))
    assert SHIPPED.probability(low) <= SHIPPED.probability(high)


def test_nothing_is_refused_and_everything_is_answered() -> None:
    """Without any evidence a hit does not answer; with all there can be it does."""
    assert SHIPPED.probability(np.zeros(len(FEATURES), dtype=np.float32)) < 0.05
    assert SHIPPED.probability(np.ones(len(FEATURES), dtype=np.float32)) > 0.9


def test_the_stricter_the_word_the_surer_the_answer() -> None:
    """Strict asks for more confidence than balanced, and balanced for more than eager."""
    assert 0 < THRESHOLDS["eager"] < THRESHOLDS["balanced"] < THRESHOLDS["strict"] < 1


def test_no_confidence_overflows() -> None:
    """Odds beyond all measure are still a probability."""
    sure = Calibration(1e6, np.ones(len(FEATURES), dtype=np.float32))
    never = Calibration(-1e6, np.ones(len(FEATURES), dtype=np.float32))
    row = np.ones(len(FEATURES), dtype=np.float32)
    assert 1.0 == sure.probability(row)
    assert 0.0 == pytest.approx(never.probability(row))


def test_a_calibration_reads_back(tmp_path: Path) -> None:
    """What is saved is what is loaded, and nothing is left beside it."""
    path = tmp_path / "confidence.json"
    SHIPPED.save(path)
    again = Calibration.load(path)
    assert SHIPPED.intercept == again.intercept
    assert SHIPPED.weights.tolist() == again.weights.tolist()
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"intercept": 1}', '{"intercept": "x"}', "\0"],
)
def test_a_damaged_calibration_says_what_to_do(tmp_path: Path, content: str) -> None:
    """A file that is no calibration is an error with the command that makes one."""
    path = tmp_path / "confidence.json"
    path.write_text(content)
    with pytest.raises(StorageError, match="delete it, or run `footnote calibrate`"):
        Calibration.load(path)
