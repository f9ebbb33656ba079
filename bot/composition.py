"""The composition root: settings become the parts that answer.

`sourcing.py` is its other half, the parts that index.
"""

from __future__ import annotations

from pathlib import Path

from config.settings import Settings
from retrieval.archive import Archive, Search
from retrieval.encoder import Encoder
from retrieval.errors import IndexMissing
from retrieval.generation import Generations
from retrieval.model import open_encoder
from retrieval.passages import Chunking
from retrieval.ranking import Weights


def chunking(settings: Settings, encoder: Encoder) -> Chunking:
    """Return how articles are cut for a model."""
    most = encoder.card.window - encoder.card.special_tokens
    wanted = settings.passages.window
    return Chunking(
        window=most if wanted is None else min(wanted, most),
        overlap=settings.passages.overlap,
        language=settings.language,
    )


def _search(settings: Settings) -> Search:
    weights = settings.search.weights
    total = weights.dense + weights.keyword + weights.sentence
    return Search(
        candidates=settings.search.candidates,
        weights=Weights(weights.dense / total, weights.keyword / total, weights.sentence / total),
        threshold=settings.search.threshold,
        longest_question=settings.search.longest_question,
    )


def models_folder(settings: Settings) -> Path:
    """Return the folder of prepared models."""
    return settings.data_dir / "models"


def open_archive(settings: Settings, data_dir: Path | None = None) -> Archive:
    """Open the archive that the settings name.

    Args:
        settings: The settings.
        data_dir: The folder of catalog and index, if not the settings'.

    Raises:
        IndexMissing: Nothing has been indexed yet.
        ModelError: The model has not been prepared.
        FootnoteError: Something in the data folder cannot be used.
    """
    folder = data_dir or settings.data_dir
    if not Generations(folder).names():
        raise IndexMissing("Nothing has been indexed yet; run `footnote index`.")
    encoder = answering_encoder(settings)
    return Archive(folder, encoder, chunking(settings, encoder), _search(settings))


def answering_encoder(settings: Settings) -> Encoder:
    """Open the model as it encodes questions.

    Raises:
        ModelError: It has not been prepared.
    """
    model = settings.model
    return open_encoder(models_folder(settings), model.name, model.sha256, model.threads)
