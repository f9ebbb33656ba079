"""Writes a generation of the embedded index: anew, or upon the one before."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.embedded import EmbeddedIndex
from retrieval.errors import StorageError
from retrieval.keywords import KeywordsWriter
from retrieval.segment import Embedded, SegmentWriter
from retrieval.types import ArticleVersion
from retrieval.vectors import Positions


@dataclass(frozen=True, slots=True)
class Kept:
    """What a new generation takes over of an old one, file by file.

    Attributes:
        index: The old generation.
        segments: How many of its segments, the first ones.
        dead: The numbers of the articles in these that no longer stand.
    """

    index: EmbeddedIndex
    segments: int
    dead: Positions

    @property
    def versions(self) -> set[str]:
        """The ids of the article versions that need not be written again."""
        dead = set(self.dead.tolist())
        ids = self.index.version_ids(self.segments)
        return {version for number, version in enumerate(ids) if number not in dead}


class EmbeddedWriter:
    """Writes the files of one generation, article by article."""

    def __init__(
        self, folder: Path, dimensions: int, language: str, kept: Kept | None = None
    ) -> None:
        """Start in an empty folder.

        Args:
            folder: Where the files go.
            dimensions: The length of a vector.
            language: The articles' two-letter language code.
            kept: What is taken over of an earlier generation, of the same language and model.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        self._folder = folder
        self._kept = kept
        segments = kept.index.segments[: kept.segments] if kept else []
        self._first = sum(map(len, segments))
        (folder / "segments").mkdir()
        for number, segment in enumerate(segments, start=1):
            _link(segment.folder, folder / "segments" / str(number))
        if kept:
            _link(kept.index.folder / "keywords", folder / "keywords")
            dead = kept.index.positions_of(kept.dead)
            self._keywords = KeywordsWriter(folder / "keywords", language)
            self._keywords.delete(dead[dead < self._first], self._first)
        else:
            (folder / "keywords").mkdir()
            self._keywords = KeywordsWriter(folder / "keywords", language)
        added = folder / "segments" / str(len(segments) + 1)
        added.mkdir()
        self._segment = SegmentWriter(added, dimensions, self._keywords.stem)
        self._added: list[str] = []

    def close(self) -> None:
        """Let go of the files, finished or not."""
        self._segment.close()

    @property
    def articles(self) -> int:
        """How many articles were added."""
        return self._segment.articles

    @property
    def passages(self) -> int:
        """How many passages were added."""
        return self._segment.passages

    def add(self, version: ArticleVersion, embedded: Embedded) -> None:
        """Add one article version.

        Args:
            version: The version.
            embedded: What it became.
        """
        article = version.article
        for number, passage in enumerate(embedded.passages, self._first + self.passages):
            text = article.text[passage.span.start : passage.span.end]
            self._keywords.add(number, article, passage.heading, text)
        self._segment.add(version, embedded)
        self._added.append(version.article_id)

    def finish(self, stories: Mapping[str, str] = {}) -> None:
        """Write what remains to disk.

        Args:
            stories: The id of the first article that tells the same story, of each article
                whose story is told more than once, by its id.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        kept = self._kept
        before = kept.index.article_ids(kept.segments) if kept else []
        dead = kept.dead if kept else np.empty(0, dtype=np.int64)
        gone = set(dead.tolist())
        told = {
            number: stories[article]
            for number, article in enumerate([*before, *self._added])
            if article in stories and number not in gone
        }
        self._segment.finish()
        try:
            np.save(self._folder / "dead.npy", dead.astype("<u4"), allow_pickle=False)
            (self._folder / "stories.json").write_text(json.dumps(told), encoding="utf-8")
        except OSError as error:
            raise StorageError(
                f"The index cannot be written ({error.strerror}); check the disk's free space "
                "and permissions."
            ) from error
        self._keywords.finish()


def _link(source: Path, target: Path) -> None:
    """Give a folder's files a second name in a new folder; copy them where that cannot be."""
    target.mkdir()
    for path in source.iterdir():
        if path.suffix == ".lock":
            continue
        try:
            os.link(path, target / path.name)
        except OSError:
            shutil.copy2(path, target / path.name)
