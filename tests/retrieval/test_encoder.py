"""The ONNX encoder that serves questions."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval.encoder import ModelCard, OnnxEncoder
from retrieval.errors import ModelError

TEXTS = [
    "a",
    "",
    "The keeper opened the upper gate at six.",
    "The keeper opened the upper gate at six. " * 60,
    "水闸在六点打开。",
    "🚢",
    "x" * 5000,
    "the gate opens " * 2000,
]


def test_vectors_are_unit_rows(encoder: OnnxEncoder) -> None:
    """Every text, empty and endless ones included, becomes one float32 unit vector."""
    vectors = encoder.encode_passages(TEXTS)
    assert (len(TEXTS), 384) == vectors.shape
    assert np.float32 == vectors.dtype
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_company_changes_nothing(encoder: OnnxEncoder) -> None:
    """A text's vector is the same alone, in any batch and at any place in it."""
    together = encoder.encode_passages(TEXTS)
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    np.testing.assert_allclose(alone, together, atol=1e-5)
    np.testing.assert_allclose(together[::-1], encoder.encode_passages(TEXTS[::-1]), atol=1e-5)


def test_a_question_is_a_vector_like_a_passages(encoder: OnnxEncoder) -> None:
    """This model wants no prompt, so a question's vector is its passage's."""
    question = encoder.encode_question(TEXTS[2])
    assert (384,) == question.shape
    np.testing.assert_allclose(encoder.encode_passages([TEXTS[2]])[0], question, atol=1e-6)


def test_likeness_is_meaning(encoder: OnnxEncoder) -> None:
    """A text is nearer to one that says the same in other words than to one about another thing."""
    said, same, other = encoder.encode_passages(
        ["The lock keeper opens the gate at dawn.",
         "At sunrise the sluice is unlocked by its guard.", "Stir the butter into the flour."]
    )  # fmt: skip
    assert said @ same > said @ other + 0.2


def test_no_text_is_no_row(encoder: OnnxEncoder) -> None:
    """Nothing to encode gives nothing, of the right width."""
    assert (0, 384) == encoder.encode_passages([]).shape
    assert [] == encoder.count_tokens([])


def test_tokens_are_counted_without_a_limit(encoder: OnnxEncoder) -> None:
    """Counting leaves special tokens out and goes on beyond the window."""
    assert [1, 0, 9] == encoder.count_tokens(TEXTS[:3])
    assert encoder.count_tokens([TEXTS[7]])[0] > encoder.card.window


def test_what_lies_beyond_the_window_is_not_read(encoder: OnnxEncoder) -> None:
    """Two texts that differ only beyond the window have the same vector."""
    start = "the gate opens " * 200
    one, two = encoder.encode_passages([start + "at dawn", start + "never"])
    np.testing.assert_array_equal(one, two)


def test_threads_may_share_it(encoder: OnnxEncoder) -> None:
    """Several threads may encode and count at once, each getting its own vectors."""
    expected = encoder.encode_passages(TEXTS[:5])
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(encoder.encode_question, TEXTS[:5] * 8))
    for number, row in enumerate(rows):
        np.testing.assert_allclose(expected[number % 5], row, atol=1e-5)


def test_a_card_survives_its_file(encoder: OnnxEncoder, tmp_path: Path) -> None:
    """A card reads back as it was saved."""
    encoder.card.save(tmp_path)
    assert encoder.card == ModelCard.load(tmp_path)


@pytest.mark.parametrize(
    "content", [None, b"", b"{", b"[]", b"null", b"{}", b'{"name": "x"}', b"\xff\xfe", b'"card"']
)
def test_a_folder_without_a_whole_card_is_not_prepared(
    tmp_path: Path, content: bytes | None
) -> None:
    """A card that is missing or not whole is an error that says what to run."""
    if content is not None:
        (tmp_path / "encoder.json").write_bytes(content)
    with pytest.raises(ModelError, match="run `footnote index`"):
        OnnxEncoder(tmp_path, 1)


def test_a_card_with_an_unknown_field_is_not_ours(encoder: OnnxEncoder, tmp_path: Path) -> None:
    """A card of another Footnote is an error that says what to run."""
    encoder.card.save(tmp_path)
    card = json.loads((tmp_path / "encoder.json").read_text())
    (tmp_path / "encoder.json").write_text(json.dumps({**card, "colour": "blue"}))
    with pytest.raises(ModelError, match="run `footnote index`"):
        OnnxEncoder(tmp_path, 1)


@pytest.mark.parametrize("damaged", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("content", [None, b"", b"garbage", b"\x00" * 1000])
def test_a_damaged_export_says_so(
    models: Path, encoder: OnnxEncoder, tmp_path: Path, damaged: str, content: bytes | None
) -> None:
    """A graph or tokenizer that is missing or garbage is an error that says what to do."""
    folder = tmp_path / "export"
    folder.mkdir()
    (source,) = models.glob("all-MiniLM*")
    for name in ("model.onnx", "tokenizer.json", "encoder.json"):
        (folder / name).symlink_to(source / name)
    (folder / damaged).unlink()
    if content is not None:
        (folder / damaged).write_bytes(content)
    with pytest.raises(ModelError, match=r"is damaged.*run `footnote index`"):
        OnnxEncoder(folder, 1)
    shutil.rmtree(folder)
