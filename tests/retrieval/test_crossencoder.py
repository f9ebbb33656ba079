"""Loading a cross-encoder through sentence-transformers and exporting it once."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

from retrieval.crossencoder import (
    SentenceTransformersCrossEncoder,
    open_cross_encoder,
    prepare_cross_encoder,
)
from retrieval.errors import ModelError
from retrieval.graph import Halt
from retrieval.reranker import CrossEncoder, OnnxCrossEncoder

QUESTION = "who sees a heron?"
PASSAGES = [
    "A heron stood in the reeds.",
    "The gate opens at six.",
    "",
    "heron " * 90,
    "Zürich 北京",
]


def _agree(one: CrossEncoder, two: CrossEncoder) -> None:
    for question in (QUESTION, "who sees a heron in the slow river " * 12):
        np.testing.assert_allclose(
            one.score(question, PASSAGES, Halt()), two.score(question, PASSAGES, Halt()), atol=1e-5
        )


@pytest.mark.parametrize("kind", ["plain", "raw"])
def test_the_export_is_the_model(cross_encoders: dict[str, str], tmp_path: Path, kind: str) -> None:
    """An export scores as sentence-transformers does, its activation and its cut included."""
    found = prepare_cross_encoder(tmp_path, cross_encoders[kind], None)
    assert isinstance(found, OnnxCrossEncoder)
    assert (64, kind == "plain") == (found.card.window, found.card.sigmoid)
    _agree(SentenceTransformersCrossEncoder(cross_encoders[kind], None), found)
    scores = found.score(QUESTION, PASSAGES, Halt())
    assert np.float32 == scores.dtype
    assert bool(np.all((scores >= 0) & (scores <= 1))) == (kind == "plain")


@pytest.mark.parametrize(("kind", "reason"), [("pads left", "differs by"), ("tanh", "Tanh is not")])
def test_what_does_not_match_runs_exactly(
    cross_encoders: dict[str, str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    reason: str,
) -> None:
    """A model whose export differs or fails runs in sentence-transformers itself, loudly."""
    found = prepare_cross_encoder(tmp_path, cross_encoders[kind], None)
    assert isinstance(found, SentenceTransformersCrossEncoder)
    assert found.card.exact
    _agree(SentenceTransformersCrossEncoder(cross_encoders[kind], None), found)
    (record,) = (r for r in caplog.records if r.name == "retrieval.export")
    assert (logging.WARNING, True) == (record.levelno, reason in record.getMessage())


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("two labels", r"gives 2 labels, not one score; set reranker\.name to"),
        ("no scores", r"is a BertModel, which scores no pairs; set reranker\.name to"),
    ],
)
def test_what_cannot_rank_is_refused(
    cross_encoders: dict[str, str], tmp_path: Path, kind: str, reason: str
) -> None:
    """A classifier, or an embedding model, is an error with its cure, and nothing is exported."""
    with pytest.raises(ModelError, match=reason):
        prepare_cross_encoder(tmp_path, cross_encoders[kind], None)
    assert [".lock"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["/nowhere/model", "nobody/no-such-model"])
def test_a_model_that_is_nowhere_gets_a_sentence(tmp_path: Path, name: str) -> None:
    """A name that neither a folder nor the hub's cache answers to is an error with its cure."""
    with pytest.raises(ModelError, match=r"(?s)cannot be loaded .*; set reranker\.name to"):
        prepare_cross_encoder(tmp_path, name, None)


def test_a_hash_that_differs_is_refused(cross_encoders: dict[str, str], tmp_path: Path) -> None:
    """Weights of another hash are refused, before an export and after it."""
    with pytest.raises(ModelError, match=r"not 0{64}; .* correct reranker\.sha256"):
        prepare_cross_encoder(tmp_path, cross_encoders["plain"], "0" * 64)
    found = prepare_cross_encoder(tmp_path, cross_encoders["plain"], None).card.weights_sha256
    assert open_cross_encoder(tmp_path, cross_encoders["plain"], found)
    with pytest.raises(ModelError, match=r"not 0{64}; .* correct reranker\.sha256"):
        open_cross_encoder(tmp_path, cross_encoders["plain"], "0" * 64)


def test_a_model_that_is_not_prepared_is_not_opened(tmp_path: Path) -> None:
    """Opening alone never loads a model: it says what prepares it."""
    with pytest.raises(ModelError, match="run `footnote index`"):
        open_cross_encoder(tmp_path, "someone/model", None)


@pytest.mark.parametrize("damaged", ["model.onnx", "tokenizer.json", "reranker.json"])
def test_a_damaged_export_is_made_anew(
    session_dir: Path,
    cross_encoders: dict[str, str],
    heron_model: CrossEncoder,
    tmp_path: Path,
    damaged: str,
) -> None:
    """An export that is damaged is not opened, and preparing the model exports it again."""
    name = cross_encoders["plain"]
    shutil.copytree(session_dir / "heron", tmp_path, dirs_exist_ok=True)
    (export,) = tmp_path.glob("reranker*/")
    (export / damaged).write_bytes(b"garbage")
    with pytest.raises(ModelError, match="run `footnote index`"):
        open_cross_encoder(tmp_path, name, None)
    _agree(heron_model, prepare_cross_encoder(tmp_path, name, None))
