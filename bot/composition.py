"""The composition root: settings become the parts that answer.

`sourcing.py` is its other half, the parts that index.
"""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

from config.settings import Settings
from retrieval.answering import Search
from retrieval.archive import Archive
from retrieval.confidence import SHIPPED, THRESHOLDS, Calibration
from retrieval.crossencoder import open_cross_encoder
from retrieval.encoder import Encoder
from retrieval.errors import IndexMissing
from retrieval.generation import Generations
from retrieval.golden import Gate, read_golden
from retrieval.model import open_encoder
from retrieval.passages import Chunking
from retrieval.ranking import Ranker
from retrieval.reranker import Reranker


def chunking(settings: Settings, encoder: Encoder) -> Chunking:
    """Return how articles are cut for a model."""
    most = encoder.card.window - encoder.card.special_tokens
    wanted = settings.passages.window
    return Chunking(
        window=most if wanted is None else min(wanted, most),
        overlap=settings.passages.overlap,
        language=settings.language,
    )


def _search(settings: Settings, calibration: Calibration | None) -> Search:
    own = calibration_file(settings)
    return Search(
        candidates=settings.search.candidates,
        ranker=Ranker.load(),
        calibration=calibration or Calibration.load(own if own.exists() else SHIPPED),
        threshold=THRESHOLDS[settings.search.caution],
        longest_question=settings.search.longest_question,
        recency=settings.search.recency,
        # UTC needs no time zone data, which a small container may lack.
        timezone=UTC if settings.timezone == "UTC" else ZoneInfo(settings.timezone),
    )


def golden_gate(settings: Settings, *, accept: bool) -> Gate | None:
    """Return what asks golden questions of a new generation; None where none are named.

    Args:
        settings: The settings.
        accept: Whether the generation is published all the same.

    Raises:
        EvaluationError: The questions cannot be read.
        ModelError: The reranker has not been prepared.
    """
    if settings.gate.questions is None:
        return None
    search = _search(settings, None)
    golden = read_golden(settings.gate.questions, search.check)
    return Gate(golden, settings.gate.allowed, search, _reranker(settings), accept)


def calibration_file(settings: Settings) -> Path:
    """Return where a calibration to this archive is kept, should there be one."""
    return settings.data_dir / "confidence.json"


def models_folder(settings: Settings) -> Path:
    """Return the folder of prepared models."""
    return settings.data_dir / "models"


def open_archive(
    settings: Settings, data_dir: Path | None = None, calibration: Calibration | None = None
) -> Archive:
    """Open the archive that the settings name.

    Args:
        settings: The settings.
        data_dir: The folder of catalog and index, if not the settings'.
        calibration: What says how sure an answer is, if not what the data folder holds,
            else what Footnote comes with.

    Raises:
        IndexMissing: Nothing has been indexed yet.
        ModelError: The model, or the reranker, has not been prepared.
        FootnoteError: Something in the data folder cannot be used.
    """
    folder = data_dir or settings.data_dir
    if not Generations(folder).names():
        raise IndexMissing("Nothing has been indexed yet; run `footnote index`.")
    encoder = answering_encoder(settings)
    return Archive(
        folder,
        encoder,
        chunking(settings, encoder),
        _search(settings, calibration),
        _reranker(settings),
    )


def _reranker(settings: Settings) -> Reranker | None:
    """Open the cross-encoder that the settings name, None where they name none.

    Raises:
        ModelError: It has not been prepared.
    """
    named = settings.reranker
    if named.name is None:
        return None
    model = open_cross_encoder(models_folder(settings), named.name, named.sha256)
    return Reranker(model, named.first, named.budget_ms, named.threads)


def answering_encoder(settings: Settings) -> Encoder:
    """Open the model as it encodes questions.

    Raises:
        ModelError: It has not been prepared.
    """
    model = settings.model
    return open_encoder(
        models_folder(settings), model.name, model.sha256, model.threads, model.runtime
    )
