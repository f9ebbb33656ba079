"""The passages that every system is given, with their vectors, and Footnote's own archive.

A work folder holds `kept/` (the shards of what has been encoded), `pool.jsonl`, `archive/`
(a data folder of Footnote's, built by its own indexer), and for the others `passages.jsonl`
(a row a passage: Footnote's id of it, its article's id, and the text that was embedded) beside
`vectors.npy` (float32 unit vectors in the same order).
"""

from __future__ import annotations

import gzip
import itertools
import json
import re
from pathlib import Path

import numpy as np

from benchmarks.kept import KeptEncoder
from benchmarks.sets import SHARED, chunking
from config.settings import load_settings
from retrieval.archive import recipe_of
from retrieval.catalog import Catalog
from retrieval.collecting import Plan
from retrieval.database import Database
from retrieval.encoder import Encoder
from retrieval.generation import Generations
from retrieval.indexing import Indexer
from retrieval.model import prepare_encoder
from retrieval.passages import contexts
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.files import FileSource
from retrieval.sources.parser import Parser

SET = "squad2_dev"
"""The question set that is asked."""


def make(work: Path, pool: int | None) -> int:
    """Encode what is not kept yet, index it, and write down the passages; return how many.

    What is interrupted goes on where it was.

    Args:
        work: The work folder.
        pool: How many of the pool's articles stand beside the set's; None for all.
    """
    model = load_settings().model
    encoder = KeptEncoder(
        prepare_encoder(work / "models", model.name, model.sha256, 0, model.runtime), work / "kept"
    )
    try:
        _index(work, encoder, pool)
    finally:
        encoder.save()
    return _write_passages(work, encoder)


def _index(work: Path, encoder: Encoder, pool: int | None) -> None:
    beside = work / "pool.jsonl"
    packed = SHARED / "datasets" / "pool_120k.jsonl.gz"
    with gzip.open(packed, "rb") as rows, beside.open("wb") as plain:
        plain.writelines(itertools.islice(rows, pool))
    settings = load_settings().dump
    how = Reading(DumpFormat(re.compile(settings.title), re.compile(settings.end)), "jsonlines")
    with Parser() as parser:
        paths = (SHARED / "datasets" / SET / "corpus.jsonl", beside)
        plan = Plan([FileSource(path, how, parser) for path in paths], configured=True, keep=1)
        Indexer(work / "archive", encoder, chunking(encoder), plan, lambda _: None).run()


def _write_passages(work: Path, encoder: Encoder) -> int:
    """Write the passages of Footnote's index for the others, in its order."""
    cut = chunking(encoder)
    index = Generations(work / "archive").open_current(recipe_of(encoder, cut))
    database = Database(work / "archive")
    catalog = Catalog(database)
    with (work / "passages.jsonl").open("w", encoding="utf-8") as rows:
        for first in range(0, len(index), 500):
            positions = range(first, min(first + 500, len(index)))
            passages = [index.passage(position) for position in positions]
            versions = catalog.load(list({passage.version_id for passage in passages}))
            for position, passage in zip(positions, passages, strict=True):
                article = versions[passage.version_id].article
                ahead = contexts(article, cut, encoder.count_tokens)[passage.heading]
                row = {
                    "id": passage.id,
                    "article": index.entry(position).ref.id,
                    "text": ahead + article.text[slice(*passage.span)],
                }
                rows.write(json.dumps(row, ensure_ascii=False) + "\n")
    database.close()
    vectors = index.vectors(np.arange(len(index)))
    # A runtime of few digits leaves lengths some ten-thousandths off one, by which systems
    # that take inner products would rank otherwise than those that take cosines.
    np.save(work / "vectors.npy", vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    return len(index)
