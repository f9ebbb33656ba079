"""Loading a model through sentence-transformers and exporting it once."""

from __future__ import annotations

import logging
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval.encoder import Encoder, OnnxEncoder
from retrieval.errors import ModelError, StorageError
from retrieval.export import locate, model_folder
from retrieval.model import (
    SentenceTransformersEncoder,
    export,
    open_encoder,
    prepare_encoder,
)
from tests.conftest import MODEL

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TEXTS = ["the gate", "Keeper", "a keeper opens the Gate at dawn " * 20, ""]


def _tiny(folder: Path, kind: str) -> Path:
    """Write a model of a few random weights, of a kind that sentence-transformers knows."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import (
        Pooling,
        StaticEmbedding,
        Transformer,
    )
    from transformers import BertConfig, BertModel, BertTokenizerFast  # type: ignore[attr-defined]

    letters = "abcdefghijklmnopqrstuvwxyzK"
    pieces = "[PAD] [UNK] [CLS] [SEP] [MASK]".split()
    pieces += [*letters, *(f"##{letter}" for letter in letters)]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(pieces))
    # A model that reads shorter texts of a batch from another position cannot be exported aright.
    side = "left" if kind == "pads left" else "right"
    tokenizer = BertTokenizerFast(
        str(folder / "vocab.txt"), do_lower_case=False, model_max_length=64, padding_side=side
    )
    if kind == "static":
        weights = np.random.default_rng(1).normal(size=(len(pieces), 8)).astype(np.float32)
        static = StaticEmbedding(tokenizer.backend_tokenizer, embedding_weights=weights)
        SentenceTransformer(modules=[static]).save(str(folder / "model"))
        return folder / "model"
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder / "bert")
    tokenizer.save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=32)
    model = SentenceTransformer(
        modules=[transformer, Pooling(8)], prompts={"query": "ask ", "passage": "say "}
    )
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the folders of three tiny models: one exports, one differs, one cannot be exported."""
    base = tmp_path_factory.mktemp("tiny")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kinds = ("plain", "pads left", "static")
        return {kind: str(_tiny(base / kind, kind)) for kind in kinds}


def _agree(one: Encoder, two: Encoder) -> None:
    np.testing.assert_allclose(one.encode_passages(TEXTS), two.encode_passages(TEXTS), atol=1e-4)
    np.testing.assert_allclose(one.encode_question("gate"), two.encode_question("gate"), atol=1e-4)
    assert one.count_tokens(TEXTS) == two.count_tokens(TEXTS)


def test_the_default_model_is_the_packaged_one(encoder: OnnxEncoder) -> None:
    """The default model has the hash, the size and the window that its package promises."""
    card = encoder.card
    assert (MODEL, SHA256, 384, 256, 2, "", "", False) == (
        card.name, card.weights_sha256, card.dimensions, card.window, card.special_tokens,
        card.question_prompt, card.passage_prompt, card.exact,
    )  # fmt: skip


def test_the_export_is_the_model(encoder: OnnxEncoder) -> None:
    """The export gives the vectors and the token counts of sentence-transformers."""
    _agree(SentenceTransformersEncoder(MODEL, SHA256), encoder)


def test_a_model_of_ones_own_is_exported(tiny: dict[str, str], tmp_path: Path) -> None:
    """A folder that sentence-transformers knows is exported, prompts and window included."""
    found = prepare_encoder(tmp_path, tiny["plain"], None, 1)
    assert isinstance(found, OnnxEncoder)
    assert ("ask ", "say ", 32) == (
        found.card.question_prompt, found.card.passage_prompt, found.card.window,
    )  # fmt: skip
    _agree(SentenceTransformersEncoder(tiny["plain"], None), found)
    assert not np.allclose(found.encode_question("gate"), found.encode_passages(["gate"])[0])


@pytest.mark.parametrize(("kind", "reason"), [("pads left", "differs by"), ("static", "failed")])
def test_what_does_not_match_runs_exactly(
    tiny: dict[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str, reason: str
) -> None:
    """A model whose export fails, or gives other vectors, runs in sentence-transformers, loudly."""
    found = prepare_encoder(tmp_path, tiny[kind], None, 1)
    assert isinstance(found, SentenceTransformersEncoder)
    assert found.card.exact
    assert (0, 8) == found.encode_passages([]).shape
    assert [] == found.count_tokens([])
    np.testing.assert_allclose(
        np.linalg.norm(found.encode_passages(TEXTS[:3]), axis=1), 1, atol=1e-5
    )
    (record,) = (r for r in caplog.records if r.name == "retrieval.export")
    assert logging.WARNING == record.levelno
    assert reason in record.getMessage()


def test_a_hash_that_differs_is_refused(tiny: dict[str, str], tmp_path: Path) -> None:
    """Weights of another hash are refused with both hashes, before and after an export."""
    with pytest.raises(ModelError, match=r"not 0{64}; reinstall"):
        prepare_encoder(tmp_path, tiny["plain"], "0" * 64, 1)
    assert not list(tmp_path.glob("*/model.onnx"))
    prepare_encoder(tmp_path, tiny["plain"], None, 1)
    with pytest.raises(ModelError, match=r"not 0{64}; reinstall"):
        open_encoder(tmp_path, tiny["plain"], "0" * 64, 1)


def test_a_model_that_is_not_prepared_is_not_opened(tmp_path: Path) -> None:
    """Opening alone never loads a model: it says what prepares it."""
    with pytest.raises(ModelError, match="run `footnote index`"):
        open_encoder(tmp_path, MODEL, SHA256, 1)


@pytest.mark.parametrize("name", ["/nowhere/model", "nobody/no-such-model"])
def test_a_model_that_is_nowhere_gets_a_sentence(tmp_path: Path, name: str) -> None:
    """A name that neither a folder nor the hub's cache answers to is an error with its cure."""
    with pytest.raises(ModelError, match=r"(?s)cannot be loaded .*; set model\.name to"):
        prepare_encoder(tmp_path, name, None, 1)
    assert [".lock"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("damaged", ["model.onnx", "tokenizer.json", "encoder.json"])
def test_a_damaged_export_is_made_anew(tiny: dict[str, str], tmp_path: Path, damaged: str) -> None:
    """Preparing a model whose export is damaged exports it again."""
    prepare_encoder(tmp_path, tiny["plain"], None, 1)
    (model_folder(tmp_path, tiny["plain"]) / damaged).write_bytes(b"garbage")
    _agree(
        SentenceTransformersEncoder(tiny["plain"], None),
        prepare_encoder(tmp_path, tiny["plain"], None, 1),
    )


def test_an_export_replaces_the_one_before(tiny: dict[str, str], tmp_path: Path) -> None:
    """An export lands as a whole, and leaves nothing else behind."""
    folder = tmp_path / "models" / "one"
    for _ in range(2):
        export(tiny["plain"], None, folder)
    assert ["encoder.json", "model.onnx", "tokenizer.json"] == sorted(
        path.name for path in folder.iterdir()
    )
    assert [folder] == list(folder.parent.iterdir())


def test_what_a_killed_export_left_is_cleared_away(tiny: dict[str, str], tmp_path: Path) -> None:
    """A half-made export, some ninety megabytes of the default model's, does not stay."""
    (tmp_path / ".export-abc").mkdir()
    (tmp_path / ".export-abc" / "model.onnx").write_bytes(b"half")
    prepare_encoder(tmp_path, tiny["plain"], None, 1)
    assert [] == list(tmp_path.glob(".export-*"))


def test_two_may_prepare_at_once(tiny: dict[str, str], tmp_path: Path) -> None:
    """Whoever prepares a model at the same time waits, and then opens the one export."""
    with ThreadPoolExecutor(3) as pool:
        found = list(
            pool.map(lambda _: prepare_encoder(tmp_path, tiny["plain"], None, 1), range(3))
        )
    assert {OnnxEncoder} == {type(encoder) for encoder in found}


def test_a_folder_that_cannot_be_made_gets_a_sentence(tmp_path: Path) -> None:
    """A data folder that is a file, say, is an error with its cure, before any model is loaded."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"cannot be written .*; check"):
        prepare_encoder(tmp_path / "file" / "models", MODEL, SHA256, 1)


def test_models_lie_apart(tmp_path: Path) -> None:
    """Every name has its own folder below the models, whatever signs it is made of."""
    names = ["a/b", "a-b", "../a", "/a/b", "...", "", "x" * 500, "模型"]
    folders = [model_folder(tmp_path, name) for name in names]
    assert len(names) == len(set(folders))
    assert {tmp_path} == {folder.parent for folder in folders}
    for folder in folders:
        folder.mkdir()


def test_only_the_packaged_model_is_located() -> None:
    """The packaged model is found in its package; any other name is left to the library."""
    assert (Path(locate(MODEL)) / "modules.json").is_file()
    assert "someone/model" == locate("someone/model")
