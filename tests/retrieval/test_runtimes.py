"""What a model runs on: int8 beside fp32, the measurement that chooses, and OpenVINO."""

from __future__ import annotations

import importlib.util
import json
import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval.encoder import ModelCard, OnnxEncoder
from retrieval.errors import ModelError
from retrieval.export import model_folder
from retrieval.model import open_encoder, prepare_encoder, quantise
from retrieval.runtimes import FP32, INT8, OPENVINO, Choice, available, choose, open_runtime
from tests.conftest import MODEL, once
from tests.small_model import WORDS, build

TEXTS = [
    "When did the lock at the lower basin open?",
    "The keeper opened the upper gate at six. " * 20,
    "水闸在六点打开。",
    "",
    "Prices rose by 4.5 % in March, the bank said; nobody knows why (yet).",
]
with_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason="OpenVINO is not installed"
)
without_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is not None, reason="OpenVINO is installed"
)


@pytest.fixture(scope="session")
def int8(session_dir: Path, models: Path) -> OnnxEncoder:
    """Return the default model in int8."""
    source = model_folder(models, MODEL)

    def make(folder: Path) -> None:
        for path in source.glob("*.*"):
            (folder / path.name).symlink_to(path)
        quantise(folder, ModelCard.load(folder))

    return OnnxEncoder(once(session_dir, "int8", make), 1, Choice(INT8, INT8))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return the folder of a small model in fp32 and int8."""
    folder = model_folder(tmp_path, "small")
    folder.mkdir()
    quantise(folder, build(folder))
    return folder


def _measures(folder: Path) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads((folder / "runtimes.json").read_text())
    return found


def test_int8_is_near_to_the_model(encoder: OnnxEncoder, int8: OnnxEncoder) -> None:
    """The default model in int8 gives unit vectors that point where its own do."""
    exact, rounded = (e.encode_passages(TEXTS) for e in (encoder, int8))
    np.testing.assert_allclose(np.linalg.norm(rounded, axis=1), 1, atol=1e-5)
    assert (exact * rounded).sum(axis=1).min() > 0.985
    assert encoder.card == int8.card


def test_company_changes_nothing_in_int8(int8: OnnxEncoder) -> None:
    """In int8 too, a text's vector is the same alone and in any batch."""
    together = int8.encode_passages(TEXTS)
    alone = np.concatenate([int8.encode_passages([text]) for text in TEXTS])
    assert (alone * together).sum(axis=1).min() > 0.9999


def test_eight_threads_may_ask_int8(int8: OnnxEncoder) -> None:
    """Eight threads at once each get the vector of their own question."""
    expected = int8.encode_passages(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(int8.encode_question, TEXTS * 8))
    for number, row in enumerate(rows):
        assert expected[number % len(TEXTS)] @ row > 0.9999


def test_a_graph_that_is_no_graph_stays_as_it_is(
    small: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where int8 cannot be made, a warning says so and nothing is left behind."""
    (small / "model.int8.onnx").unlink()
    (small / "model.onnx").write_bytes(b"garbage")
    quantise(small, ModelCard.load(small))
    assert ["encoder.json", "model.onnx", "tokenizer.json"] == sorted(
        path.name for path in small.iterdir()
    )
    (record,) = caplog.records
    assert logging.WARNING == record.levelno
    assert "cannot be brought to int8" in record.getMessage()


def test_the_measurement_is_kept_and_believed(small: Path) -> None:
    """The first start measures every runtime; the next ones go by what is kept."""
    card = ModelCard.load(small)
    choose(small, card, "auto")
    ((key, measures),) = _measures(small).items()
    assert available(small) == [measure["runtime"] for measure in measures]
    assert card.weights_sha256 in key
    for quick in (FP32, INT8):
        told = [
            {"runtime": r, "question_ms": 1 + 9 * (r != quick), "passages_ms": 5, "likeness": like}
            for r, like in ((FP32, 1), (INT8, 0.999))
        ]
        (small / "runtimes.json").write_text(json.dumps({key: told}))
        # As quick as each other, the one that is truer encodes passages.
        assert Choice(quick, FP32) == choose(small, card, "auto")


def test_what_is_unlike_the_model_is_not_chosen(small: Path) -> None:
    """However quick a runtime is, it is not used where its vectors point elsewhere."""
    card = ModelCard.load(small)
    choose(small, card, "auto")
    (key,) = _measures(small)
    told = [
        {"runtime": FP32, "question_ms": 9, "passages_ms": 9, "likeness": 1},
        {"runtime": INT8, "question_ms": 1, "passages_ms": 1, "likeness": 0.95},
    ]
    (small / "runtimes.json").write_text(json.dumps({key: told}))
    assert Choice(FP32, FP32) == choose(small, card, "auto")


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", "\udcff", '{"KEY": null}', '{"KEY": []}', '{"KEY": [{}]}',
        '{"KEY": [{"runtime": "fp32", "question_ms": NaN, "passages_ms": 1, "likeness": 1}]}',
        '{"KEY": [{"runtime": "abacus", "question_ms": 1, "passages_ms": 1, "likeness": 1}]}',
    ],
)  # fmt: skip
def test_a_damaged_measurement_is_made_anew(small: Path, content: str) -> None:
    """What is kept and cannot be read, or names no runtime of this machine, is measured again."""
    card = ModelCard.load(small)
    choose(small, card, "auto")
    (key,) = _measures(small)
    kept = small / "runtimes.json"
    kept.write_bytes(content.replace("KEY", key).encode("utf-8", "surrogateescape"))
    choose(small, card, "auto")
    assert available(small) == [m["runtime"] for m in _measures(small)[key]]


def test_other_weights_are_measured_by_themselves(small: Path) -> None:
    """A measurement belongs to a model's weights; those of the last eight are kept."""
    for number in range(10):
        card = ModelCard("small", f"{number}" * 64, 32, False, 16, 2, "", "")
        choose(small, card, "auto")
    keys = [key[0] for key in _measures(small)]
    assert list("23456789") == keys


def test_a_folder_that_cannot_be_written_is_no_hindrance(small: Path) -> None:
    """Where the measurement cannot be kept, the choice is made all the same."""
    (small / "runtimes.json").mkdir()
    choose(small, ModelCard.load(small), "auto")
    assert ["runtimes.json"] == [p.name for p in small.glob("runtimes.json*")]


@pytest.mark.parametrize("runtime", [FP32, INT8])
def test_the_settings_have_the_last_word(small: Path, runtime: str) -> None:
    """A runtime that the settings name is used, and nothing is measured."""
    found = open_encoder(small.parent, "small", None, 1, runtime)
    assert 1 == pytest.approx(np.linalg.norm(found.encode_question("w1 w2")), abs=1e-5)
    assert not (small / "runtimes.json").exists()


def test_int8_that_was_never_made_gets_a_sentence(small: Path) -> None:
    """Naming int8 before the model has been prepared for it is an error with its cure."""
    (small / "model.int8.onnx").unlink()
    with pytest.raises(ModelError, match=r"cannot run on int8 here; run `footnote index`"):
        open_encoder(small.parent, "small", None, 1, INT8)


def test_damaged_int8_is_not_used(small: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A graph in int8 that cannot be opened leaves fp32, with a warning."""
    (small / "model.int8.onnx").write_bytes(b"garbage")
    assert Choice(FP32, FP32) == choose(small, ModelCard.load(small), "auto")
    assert "int8" in caplog.text


def test_int8_that_is_damaged_later_does_not_stop_the_answers(small: Path) -> None:
    """A measurement that chose int8 does not outlive the graph; preparing makes the graph anew."""
    card = ModelCard.load(small)
    choose(small, card, "auto")
    (key,) = _measures(small)
    told = [
        {"runtime": r, "question_ms": ms, "passages_ms": ms, "likeness": 1}
        for r, ms in ((FP32, 9), (INT8, 1))
    ]
    (small / "runtimes.json").write_text(json.dumps({key: told}))
    (small / "model.int8.onnx").write_bytes(b"garbage")
    expected = open_encoder(small.parent, "small", None, 1, FP32).encode_question("w1 w2")
    assert expected.tolist() == open_encoder(
        small.parent, "small", None, 1, "auto"
    ).encode_question("w1 w2").tolist()  # fmt: skip
    healed = prepare_encoder(small.parent, "small", None, 1, "auto").encode_question("w1 w2")
    assert expected.tolist() != healed.tolist()
    assert expected @ healed > 0.99


@without_openvino
def test_openvino_that_is_absent_gets_a_sentence(small: Path) -> None:
    """Naming OpenVINO where it is not installed is an error that says how to install it."""
    with pytest.raises(ModelError, match=r"pip install footnote\[openvino\]"):
        open_encoder(small.parent, "small", None, 1, OPENVINO)


@with_openvino
def test_openvino_gives_the_models_vectors(small: Path) -> None:
    """Where OpenVINO is installed, eight threads get the model's vectors from it."""
    exact, other = (open_encoder(small.parent, "small", None, 2, r) for r in (FP32, OPENVINO))
    texts = [" ".join(WORDS[: number + 1]) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        rows = np.stack(list(pool.map(other.encode_question, texts)))
    expected = exact.encode_passages(texts)
    assert (expected * rows).sum(axis=1).min() > 0.99
    assert (expected * other.encode_passages(texts)).sum(axis=1).min() > 0.99


@with_openvino
def test_openvino_refuses_a_damaged_graph(small: Path) -> None:
    """A graph that OpenVINO cannot read is an error that says what to do."""
    (small / "model.onnx").write_bytes(b"garbage")
    with pytest.raises(ModelError, match="is damaged"):
        open_runtime(small, OPENVINO, 1, 1)


def test_recent_questions_are_not_encoded_again(small: Path) -> None:
    """The vector of a recent question is kept, safe from being changed, and some day forgotten."""
    encoder = open_encoder(small.parent, "small", None, 1)
    first = encoder.encode_question("w1 w2")
    assert first is encoder.encode_question("w1 w2")
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1
    for number in range(600):
        encoder.encode_question(f"w{number % 60} " * (1 + number // 60))
    again = encoder.encode_question("w1 w2")
    assert first is not again
    np.testing.assert_allclose(first, again, atol=1e-6)


def test_any_number_of_batches_at_once_gives_the_same(small: Path) -> None:
    """Passages have the same vectors on one core as on four, in two runtimes as in one."""
    texts = [" ".join(WORDS[n % 7 : n % 50]) for n in range(200)]
    expected = OnnxEncoder(small, 1).encode_passages(texts)
    np.testing.assert_allclose(expected, OnnxEncoder(small, 4).encode_passages(texts), atol=1e-5)
    mixed = OnnxEncoder(small, 1, Choice(INT8, FP32))
    np.testing.assert_allclose(expected, mixed.encode_passages(texts), atol=1e-5)
    shutil.rmtree(small)
