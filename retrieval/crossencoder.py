"""Load a cross-encoder through sentence-transformers, and export it once to ONNX."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import ModelError
from retrieval.export import (
    ENDLESS_WINDOW,
    check_hash,
    export_into,
    load,
    model_folder,
    prepared,
    write_graph,
)
from retrieval.graph import Halt, Vectors
from retrieval.reranker import CrossEncoder, OnnxCrossEncoder, RerankerCard

if TYPE_CHECKING:
    from torch import Tensor

_SETTING = "reranker"

_ACTIVATIONS = {"Sigmoid": True, "Identity": False}

_PARITY_PAIRS = (
    ("a", "a"),
    ("Who runs the archive now?", "The archive has been run by Ada since May."),
    ("Who runs the archive now?", "Stir the butter into the flour. " * 60),
    ("Über 25 %?", "«naïve» façade, 北京, №5, $53 billion & more."),
    ("How do I add articles to the archive, and who may do it? " * 40, "A reader may ask. " * 90),
)


def _cross_encoder(place: str) -> Any:
    from sentence_transformers import CrossEncoder as Loaded

    return Loaded(place, device="cpu")


def _check_kind(name: str, model: Any) -> None:
    """Check that a model gives one score a pair, by weights that were trained to.

    Raises:
        ModelError: It does not.
    """
    cure = f"set {_SETTING}.name to a cross-encoder that was trained to rank."
    if model.num_labels != 1:
        raise ModelError(f"The model {name} gives {model.num_labels} labels, not one score; {cure}")
    # An embedding model loads as well, with a last layer of random numbers.
    made = getattr(model.config, "architectures", None)
    if made and model.model is not None and type(model.model).__name__ not in made:
        raise ModelError(f"The model {name} is a {made[0]}, which scores no pairs; {cure}")


class SentenceTransformersCrossEncoder:
    """A CrossEncoder on sentence-transformers itself: the exact path, the export's reference."""

    def __init__(self, name: str, sha256: str | None, exact: bool = True) -> None:
        """Load the model.

        Args:
            name: A hub name or a folder.
            sha256: The hash its weights must have, or None.
            exact: Whether its card says that it must run here.

        Raises:
            ModelError: It cannot be loaded, is no cross-encoder of one score, or its weights
                have another hash.
        """
        self.model, found = load(name, sha256, _SETTING, _cross_encoder)
        _check_kind(name, self.model)
        window = self.model.max_seq_length
        activation = type(self.model.activation_fn).__name__
        self._card = RerankerCard(
            name=name,
            weights_sha256=found,
            window=int(window) if window and math.isfinite(window) else ENDLESS_WINDOW,
            exact=exact,
            sigmoid=_ACTIVATIONS.get(activation),
        )

    @property
    def card(self) -> RerankerCard:
        """What the model is."""
        return self._card

    def score(self, question: str, passages: Sequence[str], halt: Halt) -> Vectors:
        """Return each passage's score, float32 of shape (passages,); it cannot be halted."""
        return self._predict([(question, passage) for passage in passages])

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Return each pair's score before the activation, float32 of shape (pairs,)."""
        import torch

        return self._predict(pairs, activation_fn=torch.nn.Identity())

    def _predict(self, pairs: Sequence[tuple[str, str]], **options: Any) -> Vectors:
        found = self.model.predict(list(pairs), show_progress_bar=False, **options)
        return np.asarray(found, dtype=np.float32)


def _scores(features: Mapping[str, Tensor]) -> Tensor:
    return features["scores"].squeeze(-1)


def _write(reference: SentenceTransformersCrossEncoder, folder: Path) -> None:
    """Write the graph and the tokenizer: tokens of pairs in, scores before the activation out."""
    if reference.card.sigmoid is None:
        raise ModelError(f"{type(reference.model.activation_fn).__name__} is not exported")
    features = reference.model.preprocess([("one", "two three"), ("one", "two")])
    write_graph(reference.model, features, _scores, folder)


def _differs(reference: SentenceTransformersCrossEncoder, exported: OnnxCrossEncoder) -> float:
    """Return the largest difference of a score over the parity pairs.

    It is taken before the activation: a sigmoid brings all that is far from 0 close together.
    """
    ours, theirs = (model.logits(_PARITY_PAIRS) for model in (exported, reference))
    return float(np.abs(ours - theirs).max())


def _folder(models: Path, name: str) -> Path:
    # One name may stand for an embedding model and for a cross-encoder.
    return model_folder(models, f"reranker {name}")


def _export(name: str, sha256: str | None, folder: Path) -> None:
    reference = SentenceTransformersCrossEncoder(name, sha256, exact=False)
    export_into(
        folder,
        reference.card,
        write=lambda staging: _write(reference, staging),
        differs=lambda staging: _differs(reference, OnnxCrossEncoder(staging)),
    )


def open_cross_encoder(models: Path, name: str, sha256: str | None) -> CrossEncoder:
    """Open a prepared cross-encoder: on ONNX Runtime, or exactly where its export did not match.

    Args:
        models: The folder of prepared models.
        name: The model's name.
        sha256: The hash its weights must have, or None.

    Raises:
        ModelError: It has not been prepared, or is damaged.
    """
    folder = _folder(models, name)
    card = RerankerCard.load(folder)
    check_hash(name, card.weights_sha256, sha256, _SETTING)
    if card.exact:
        return SentenceTransformersCrossEncoder(name, sha256)
    return OnnxCrossEncoder(folder)


def prepare_cross_encoder(models: Path, name: str, sha256: str | None) -> CrossEncoder:
    """Open a cross-encoder, exporting it first where that has not been done or is damaged.

    Raises:
        ModelError: The model cannot be loaded, is no cross-encoder of one score, or its weights
            have another hash.
        StorageError: The folder of prepared models cannot be written.
    """
    return prepared(
        models,
        name,
        opened=lambda: open_cross_encoder(models, name, sha256),
        export=lambda: _export(name, sha256, _folder(models, name)),
    )
