"""Archives of a given size: a work folder's passages cut short, or with jittered copies added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from benchmarks.sets import chunking
from retrieval.archive import recipe_of
from retrieval.catalog import Catalog, row_of
from retrieval.database import Database, now, versions
from retrieval.embedded import EmbeddedIndex
from retrieval.embeddedwriter import EmbeddedWriter
from retrieval.encoder import Encoder, Vectors
from retrieval.generation import Generations
from retrieval.segment import Embedded
from retrieval.types import OPERATOR, ArticleVersion, Filters, digest
from retrieval.vectors import quantise

_WORD = re.compile(r"[^\W\d_]+")
_CHANGED = 0.1
"""The share of a copy's words that become others of the same length."""

_NOISE = 0.3
"""The length of what is added to a copy's unit vectors: they stay at a cosine of .96."""

_BATCH = 500


def build(work: Path, data_dir: Path, encoder: Encoder, size: int) -> None:
    """Build a data folder of so many passages, with nothing encoded again.

    Args:
        work: The work folder that `python -m benchmarks.peers vectors` has filled.
        data_dir: The new data folder.
        encoder: The model of both.
        size: Its passages; beyond those that there are, copies are added.
    """
    recipe = recipe_of(encoder, chunking(encoder))
    base = Generations(work / "archive").open_current(recipe)
    source, target = Database(work / "archive"), Database(data_dir)
    generations = Generations(data_dir)
    with generations.lock(), generations.staging() as folder:
        writer = EmbeddedWriter(folder, recipe.dimensions, recipe.language)
        rows: list[dict[str, object]] = []
        for version, embedded in _articles(base, Catalog(source)):
            writer.add(version, embedded)
            rows.append(row_of(version) | {"added_at": now()})
            if len(rows) == _BATCH or writer.passages >= size:
                _store(target, rows)
            if writer.passages >= size:
                break
        writer.finish()
        generations.publish(folder, recipe)
    source.close()
    target.close()


def _store(database: Database, rows: list[dict[str, object]]) -> None:
    """Store the rows of article versions, and forget them."""
    with database.writing() as connection:
        connection.execute(sa.insert(versions), rows)
    rows.clear()


def _articles(base: EmbeddedIndex, catalog: Catalog) -> Iterator[tuple[ArticleVersion, Embedded]]:
    """Yield an index's articles as they were embedded, then copies of them, without end."""
    entries = base.entries(Filters(), OPERATOR)
    jitter = _Jitter()
    copy = 0
    while True:
        for first in range(0, len(entries), _BATCH):
            part = entries[first : first + _BATCH]
            loaded = catalog.load([entry.version_id for entry in part])
            for number, entry in enumerate(part, start=first):
                version, embedded = loaded[entry.version_id], base.embedded(number)
                jitter.learn(version.article.text)
                yield jitter.copied(version, embedded, copy) if copy else (version, embedded)
        copy += 1


class _Jitter:
    """Makes copies that are like an article, but not it."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(20)
        self._words: dict[int, list[str]] = {}

    def learn(self, text: str) -> None:
        """Keep some of a text's words, by length, to put into others."""
        for word in _WORD.findall(text)[::50]:
            held = self._words.setdefault(len(word), [])
            if len(held) < 5000:
                held.append(word)

    def copied(
        self, version: ArticleVersion, embedded: Embedded, copy: int
    ) -> tuple[ArticleVersion, Embedded]:
        """Return an article's copy: its spans are the same, its words and vectors nearly so."""
        article_id = f"{version.article_id}~{copy}"
        article = replace(
            version.article,
            title=f"{version.article.title} {copy}",
            text=_WORD.sub(self._other, version.article.text),
            given_id=article_id,
        )
        scales = embedded.scales[:, np.newaxis]
        codes, scales = quantise(self._moved(embedded.codes.astype(np.float32) * scales))
        made = replace(embedded, vectors=self._moved(embedded.vectors), codes=codes, scales=scales)
        return ArticleVersion(article_id, digest(version.id, str(copy)), article), made

    def _other(self, word: re.Match[str]) -> str:
        held = self._words.get(len(word[0]))
        if held is None or self._random.random() > _CHANGED:
            return word[0]
        return held[int(self._random.integers(len(held)))]

    def _moved(self, vectors: npt.NDArray[np.float32]) -> Vectors:
        noise = self._random.standard_normal(vectors.shape, dtype=np.float32)
        moved = vectors + noise * np.float32(_NOISE / np.sqrt(vectors.shape[1]))
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        unit: Vectors = moved / np.maximum(lengths, 1e-9, dtype=np.float32)
        return unit
