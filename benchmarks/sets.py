"""Question sets in BEIR layout, and archives built from them."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import NamedTuple

from config.settings import load_settings
from retrieval.answering import Search
from retrieval.archive import Archive
from retrieval.collecting import Plan
from retrieval.confidence import THRESHOLDS, Calibration
from retrieval.encoder import Encoder
from retrieval.indexing import Indexer
from retrieval.model import open_encoder, prepare_encoder
from retrieval.passages import Chunking
from retrieval.questionset import read_set
from retrieval.ranking import Ranker
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.files import FileSource
from retrieval.sources.parser import Parser

SHARED = Path(os.environ.get("FOOTNOTE_SHARED", Path(__file__).parents[2] / "shared"))
"""Where the question sets lie; they are no part of the project."""

WORK = Path(tempfile.gettempdir()) / "footnote-benchmarks"
"""Where indexes are kept from run to run, unless a benchmark is told otherwise."""


class Asked(NamedTuple):
    """A question, and the id of the article that answers it."""

    question: str
    article_id: str


def questions(name: str, qrels: str = "test") -> list[Asked]:
    """Return a set's questions with the article that answers each."""
    found = read_set(SHARED / "datasets" / name, qrels).questions
    return [Asked(q.text, article_id) for q in found for article_id in q.relevant]


def unanswerable(name: str) -> list[str]:
    """Return a set's questions that its corpus does not answer."""
    return [q.text for q in read_set(SHARED / "datasets" / name).unanswerable]


def chunking(encoder: Encoder) -> Chunking:
    """Return how passages are cut by default."""
    window = encoder.card.window - encoder.card.special_tokens
    return Chunking(window, load_settings().passages.overlap, "en")


def search() -> Search:
    """Return how questions are answered by default."""
    settings = load_settings().search
    return Search(
        settings.candidates,
        Ranker.load(),
        Calibration.load(),
        THRESHOLDS[settings.caution],
        settings.longest_question,
    )


def archive_of(path: Path, work: Path) -> Archive:
    """Return an archive of one file, indexed below a work folder where it has changed.

    Args:
        path: The file of articles.
        work: A folder that keeps the indexes from run to run.
    """
    settings = load_settings()
    model = settings.model
    models = work / "models"
    data_dir = work / path.parent.name
    encoder = prepare_encoder(models, model.name, model.sha256, threads=0, runtime=model.runtime)
    form = DumpFormat(re.compile(settings.dump.title), re.compile(settings.dump.end))
    with Parser() as parser:
        plan = Plan([FileSource(path, Reading(form), parser)], configured=False)
        Indexer(data_dir, encoder, chunking(encoder), plan, lambda _: None).run()
    answering = open_encoder(models, model.name, model.sha256, threads=1, runtime=model.runtime)
    return Archive(data_dir, answering, chunking(answering), search())
