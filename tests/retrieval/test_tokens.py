"""The stems of texts on disk, and which words of a question stand where."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.tokens import Tokens, TokensWriter

words = st.lists(st.sampled_from(["gate", "ferry", "mutiny", "of", "the"]), max_size=8)


def _written(folder: Path, texts: list[list[str]]) -> Tokens:
    writer = TokensWriter(folder, "words")
    for text in texts:
        writer.add(text)
    writer.finish()
    writer.close()
    return Tokens(folder, "words")


@pytest.mark.parametrize(
    ("text", "held", "joined"),
    [
        ("gate ferry", [1, 1, 0], [1, 0, 0]),
        ("ferry gate", [1, 1, 0], [0, 0, 0]),
        ("gate the ferry", [1, 1, 0], [1, 0, 0]),
        ("gate of the ferry", [1, 1, 0], [0, 0, 0]),
        ("gate gate ferry mutiny", [1, 1, 1], [1, 1, 0]),
        ("gate mutiny ferry", [1, 1, 1], [1, 0, 0]),
        ("the of", [0, 0, 0], [0, 0, 0]),
        ("", [0, 0, 0], [0, 0, 0]),
    ],
)
def test_words_are_found_and_neighbours_told(
    tmp_path: Path, text: str, held: list[int], joined: list[int]
) -> None:
    """A text holds a word or not; a word is joined to the next one where that stands close."""
    tokens = _written(tmp_path, [["mutiny"], text.split(), ["gate"]])
    found = tokens.find(["gate", "ferry", "mutiny"], np.array([1]))
    assert [text.split().count(word) for word in ("gate", "ferry", "mutiny")] == found.counts[
        0
    ].tolist()
    assert ([held], [joined]) == ((found.counts > 0).tolist(), found.joined.tolist())
    assert [len(text.split())] == found.lengths.tolist()


@given(st.lists(words, max_size=6), st.lists(st.integers(0, 5), max_size=8), st.data())
def test_any_texts_are_searched_as_they_were_written(
    texts: list[list[str]], chosen: list[int], data: st.DataObject
) -> None:
    """However texts are chosen, in whatever order, each holds just the words that it was given."""
    asked = data.draw(st.lists(st.sampled_from(["gate", "ferry", "kite"]), unique=True))
    chosen = [number for number in chosen if number < len(texts)]
    with TemporaryDirectory() as folder:
        tokens = _written(Path(folder), texts)
        assert len(texts) == len(tokens)
        whole = tokens.between(np.array([0]), np.array([len(texts)]))
        assert [sum(map(len, texts))] == whole.tolist()
        found = tokens.find(asked, np.array(chosen, dtype=np.int64))
    assert [[texts[n].count(word) for word in asked] for n in chosen] == found.counts.tolist()
    assert [len(texts[n]) for n in chosen] == found.lengths.tolist()
    assert found.counts.shape == found.joined.shape == (len(chosen), len(asked))
    for row, number in enumerate(chosen):
        for place, (one, other) in enumerate(pairwise(asked)):
            text = texts[number]
            near = any(w == one and other in text[i + 1 : i + 3] for i, w in enumerate(text))
            assert near == found.joined[row, place]
