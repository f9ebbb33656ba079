"""Hypothesis strategies: the inputs that vary."""

from __future__ import annotations

import string
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from retrieval.encoder import Vectors
from retrieval.vectors import EXACT, VectorsWriter

WORDS = tuple(
    "harbour lantern orchard pepper quarry ribbon saddle timber valley willow anchor basket"
    " copper ferry garden hammer island kettle marble needle".split()
)
"""Words of which made-up articles consist."""

words = st.sampled_from(WORDS)

sentences = st.lists(words, min_size=1, max_size=12).map(
    lambda found: " ".join(found).capitalize() + "."
)

paragraphs = st.lists(sentences, min_size=1, max_size=8).map(" ".join)

texts = st.lists(paragraphs, min_size=1, max_size=6).map("\n\n".join)
"""An article's text: paragraphs of sentences of made-up words."""

# No pound sign and no letter beyond ASCII: beside a curly quote, and with nothing else around
# it, either may be taken for mojibake, as a bare ”£ is.
plain = st.text(
    alphabet=string.ascii_letters + string.digits + " \n\t$€%.,:;()[]“”‘’—-!?/#*_+=<>|\u00a0\u200b",
    max_size=200,
)
"""Text without entities or mojibake, but with every sign that cleaning looks at."""

any_text = st.text(max_size=300)
"""Any text that can be encoded."""


def unit_rows(count: int, dimensions: int, seed: int) -> Vectors:
    """Return `count` random float32 unit vectors, shape (count, dimensions)."""
    rows = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def write_vectors(folder: Path, rows: Vectors, exact: int = EXACT) -> None:
    """Write float32 vectors of shape (passages, dimensions) as a generation holds them."""
    writer = VectorsWriter(folder, rows.shape[1], exact)
    writer.add(rows)
    writer.finish()
