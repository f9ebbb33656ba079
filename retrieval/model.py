"""Load an embedding model through sentence-transformers, and export it once to ONNX."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.encoder import Encoder, ModelCard, OnnxEncoder, Vectors
from retrieval.errors import ModelError
from retrieval.export import (
    ENDLESS_WINDOW,
    check_hash,
    complete,
    export_into,
    load,
    model_folder,
    prepared,
    write_graph,
)
from retrieval.graph import GRAPH, QUANTISED, Session, measure_ranges, open_tokenizer
from retrieval.runtimes import AUTO, FP32, choose

if TYPE_CHECKING:
    from torch import Tensor

_log = logging.getLogger(__name__)

_SETTING = "model"

_PARITY_TEXTS = (
    "a",
    "Who runs the archive now?",
    "Footnote quotes the passages that answer, word for word; it never writes a sentence.",
    "Über 25 % der Fälle — «naïve» façade, 北京, №5, $53 billion & more. " * 3,
    "How do I add articles to the archive, and who may do it? " * 40,
)


def _sentence_transformer(place: str) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(place, device="cpu")


class SentenceTransformersEncoder:
    """An Encoder on sentence-transformers itself: the exact path, and the export's reference."""

    def __init__(self, name: str, sha256: str | None, exact: bool = True) -> None:
        """Load the model.

        Args:
            name: A packaged model's name, a hub name or a folder.
            sha256: The hash its weights must have, or None.
            exact: Whether its card says that it must run here.

        Raises:
            ModelError: It cannot be loaded, or its weights have another hash.
        """
        self.model, found = load(name, sha256, _SETTING, _sentence_transformer)
        prompts = getattr(self.model, "prompts", None) or {}
        passage = next(filter(None, map(prompts.get, ("document", "passage", "corpus"))), "")
        window = self.model.max_seq_length
        self._card = ModelCard(
            name=name,
            weights_sha256=found,
            dimensions=len(self.model.encode("a", show_progress_bar=False)),
            # A model of word vectors reads texts of any length.
            window=int(window) if window and math.isfinite(window) else ENDLESS_WINDOW,
            special_tokens=self._count([""], special=True)[0],
            question_prompt=prompts.get("query") or "",
            passage_prompt=passage,
            exact=exact,
        )

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        return self._card

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's tokens, special tokens apart."""
        return self._count(list(texts), special=False) if texts else []

    def _count(self, texts: list[str], *, special: bool) -> list[int]:
        tokenizer = self.model.tokenizer
        if hasattr(tokenizer, "encode_batch"):  # bare, as models of word vectors have it
            found = tokenizer.encode_batch(texts, add_special_tokens=special)
            return [len(encoding.ids) for encoding in found]
        found = tokenizer(texts, add_special_tokens=special, verbose=False)
        return [len(ids) for ids in found["input_ids"]]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (texts, dimensions)."""
        return self._encode([self._card.passage_prompt + text for text in texts])

    def encode_question(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (dimensions,)."""
        vector: Vectors = self._encode([self._card.question_prompt + text])[0]
        return vector

    def _encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self._card.dimensions), dtype=np.float32)
        found = self.model.encode(
            list(texts),
            batch_size=16,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(found, dtype=np.float32)


def _unit_vectors(features: Mapping[str, Tensor]) -> Tensor:
    import torch

    return torch.nn.functional.normalize(features["sentence_embedding"], p=2.0, dim=1)


def _write(reference: SentenceTransformersEncoder, folder: Path) -> None:
    """Write the graph and the tokenizer: tokens in, unit vectors out."""
    tokenizer = reference.model.tokenizer
    features = tokenizer(["one", "two three"], padding=True, return_tensors="pt")
    # The same attention, written out: ONNX Runtime knows it, and is quicker for it.
    for module in reference.model.modules():
        if hasattr(module, "set_attn_implementation"):
            module.set_attn_implementation("eager")
    write_graph(reference.model, features, _unit_vectors, folder)


def _differs(reference: Encoder, exported: Encoder) -> float:
    """Return the largest difference of a coordinate over the parity texts."""
    ours, theirs = (e.encode_passages(_PARITY_TEXTS) for e in (exported, reference))
    counts = [e.count_tokens(_PARITY_TEXTS) for e in (exported, reference)]
    return float(np.abs(ours - theirs).max()) if counts[0] == counts[1] else float("inf")


def export(name: str, sha256: str | None, folder: Path) -> None:
    """Export a model to ONNX into a folder, checked against sentence-transformers.

    A model that cannot be exported, or whose export gives other vectors, is
    recorded as one that must run in sentence-transformers.

    Args:
        name: A packaged model's name, a hub name or a folder.
        sha256: The hash its weights must have, or None.
        folder: Where the export goes; replaced as a whole, or not at all.

    Raises:
        ModelError: The model cannot be loaded, or its weights have another hash.
    """
    reference = SentenceTransformersEncoder(name, sha256, exact=False)
    export_into(
        folder,
        reference.card,
        write=lambda staging: _write(reference, staging),
        differs=lambda staging: _differs(reference, OnnxEncoder(staging, threads=0)),
    )


def quantise(folder: Path, card: ModelCard) -> None:
    """Write a prepared model's graph in int8 beside it; on failure there is none, and a warning."""
    from retrieval.quantised import activations, exposed, quantise_graph, samples

    aside = folder / f".{QUANTISED}"
    try:
        names = activations(folder / GRAPH)
        feeds = samples(open_tokenizer(folder, card.window), card.window, _PARITY_TEXTS)
        ranges = measure_ranges(exposed(folder / GRAPH, names), names, feeds)
        quantise_graph(folder / GRAPH, aside, ranges)
        Session(folder, 1, aside.name)
        aside.replace(folder / QUANTISED)
    except OSError:
        raise
    except Exception as error:  # whatever a graph of another making brings up in onnx
        aside.unlink(missing_ok=True)
        _log.warning("The model %s cannot be brought to int8 (%s).", card.name, error)


def _opens(folder: Path) -> bool:
    """Tell whether a prepared model has a graph in int8 that can be opened."""
    try:
        Session(folder, 1, QUANTISED)
    except ModelError:
        return False
    return True


def open_encoder(
    models: Path, name: str, sha256: str | None, threads: int, runtime: str = FP32
) -> Encoder:
    """Open a prepared model: its exported graph, or exactly where its export did not match.

    Args:
        models: The folder of prepared models.
        name: The model's name.
        sha256: The hash its weights must have, or None.
        threads: Threads for one question, and batches of passages at once; 0 stands for one, and
            for every core.
        runtime: What the graph runs on: a runtime's name, or `auto`.

    Raises:
        ModelError: It has not been prepared, is damaged, or cannot run on that runtime.
    """
    folder = model_folder(models, name)
    card = ModelCard.load(folder)
    check_hash(name, card.weights_sha256, sha256, _SETTING)
    if card.exact:
        return SentenceTransformersEncoder(name, sha256)
    try:
        return OnnxEncoder(folder, threads, choose(folder, card, runtime))
    except ModelError as error:
        if runtime != AUTO:
            raise
        _log.warning("%s Until then it runs on fp32.", error)
        return OnnxEncoder(folder, threads)


def prepare_encoder(
    models: Path, name: str, sha256: str | None, threads: int, runtime: str = FP32
) -> Encoder:
    """Open a model, exporting it first where that has not been done or is damaged.

    Raises:
        ModelError: The model cannot be loaded, has weights of another hash, or cannot run on
            that runtime.
        StorageError: The folder of prepared models cannot be written.
    """
    folder = model_folder(models, name)
    exact = prepared(
        models,
        name,
        opened=lambda: open_encoder(models, name, sha256, threads),
        export=lambda: export(name, sha256, folder),
    )
    if runtime == FP32 or exact.card.exact:
        return exact
    complete(models, lambda: _opens(folder), lambda: quantise(folder, exact.card))
    return open_encoder(models, name, sha256, threads, runtime)
