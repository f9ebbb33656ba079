"""The articles of a segment on disk: read one by one, or narrowed without being read.

`articles.jsonl` has a line an article, `articles.npy` where each begins and when it was
published, `ids.npy` the ids of articles and versions, `facets.npy` the numbers of the
articles of each collection, author and source, which `facets.json` names.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from retrieval.index import Entry, Section
from retrieval.types import ArticleRef, ArticleVersion
from retrieval.vectors import Positions

_ARTICLE = np.dtype([("begin", "<u8"), ("published", "<f8")])
_REMEMBERED = 2048

Facet = tuple[str, str]
"""A field (collection, author, source) and a value of it, case-folded but for collections."""


class RosterWriter:
    """Writes the articles of one segment."""

    def __init__(self, folder: Path) -> None:
        """Start in an empty folder."""
        self._folder = folder
        self._lines = (folder / "articles.jsonl").open("wb")
        self._articles: list[tuple[int, float]] = []
        self._ids: list[tuple[bytes, bytes]] = []
        self._facets: dict[Facet, list[int]] = {}

    def add(self, version: ArticleVersion) -> None:
        """Add the next article."""
        article = version.article
        moment = article.published_at
        seconds = moment.timestamp() if moment else np.nan
        number = len(self._articles)
        self._articles.append((self._lines.tell(), seconds))
        self._ids.append((version.article_id.encode(), version.id.encode()))
        facets = [("collection", article.collection)]
        facets += [("author", author.casefold()) for author in dict.fromkeys(article.authors)]
        facets += [("source", article.source.casefold())] if article.source else []
        for facet in facets:
            self._facets.setdefault(facet, []).append(number)
        row = {
            "id": version.article_id,
            "version": version.id,
            "title": article.title,
            "source": article.source,
            "authors": article.authors,
            "published_at": moment.isoformat() if moment else None,
            "collection": article.collection,
            # Headings of passages are cut from the text, which the catalog holds; a
            # generation must be able to name them without it.
            "headings": {h.start: article.text[h.start : h.end] for h in article.headings},
        }
        self._lines.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")

    def close(self) -> None:
        """Let go of the file; an OSError says that it could not be written to its end."""
        self._lines.close()

    def finish(self) -> None:
        """Write what remains to disk; an OSError says that it cannot be."""
        self._articles.append((self._lines.tell(), np.nan))
        numbers = [np.array(found, dtype="<u4") for found in self._facets.values()]
        ends = np.cumsum([0, *map(len, numbers)]).tolist()
        facets = [[*facet, ends[i], ends[i + 1]] for i, facet in enumerate(self._facets)]
        (self._folder / "facets.json").write_text(json.dumps(facets), encoding="utf-8")
        for name, rows in (
            ("articles.npy", np.array(self._articles, dtype=_ARTICLE)),
            ("ids.npy", np.array(self._ids, dtype=np.bytes_).reshape(-1, 2)),
            ("facets.npy", np.concatenate([np.empty(0, "<u4"), *numbers])),
        ):
            np.save(self._folder / name, rows, allow_pickle=False)


class Roster:
    """The articles of one segment, numbered from 0."""

    def __init__(self, folder: Path) -> None:
        """Open what a writer wrote; an OSError or ValueError says that it is not whole."""
        self._articles = np.load(folder / "articles.npy", allow_pickle=False)
        self._ids = np.asarray(np.load(folder / "ids.npy", "r", allow_pickle=False))
        self._numbers = np.load(folder / "facets.npy", allow_pickle=False)
        rows = json.loads((folder / "facets.json").read_text(encoding="utf-8"))
        self._facets = {(field, value): slice(low, high) for field, value, low, high in rows}
        with (folder / "articles.jsonl").open("rb") as stream:
            size = stream.seek(0, 2)
            self._lines = mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) if size else b""
        whole = size == int(self._articles["begin"][-1])
        if not whole or self._ids.shape != (len(self), 2) or (self._numbers >= len(self)).any():
            raise ValueError("its articles do not fit together")
        begins = self._articles["begin"]
        # Not a method: a cycle would keep a replaced generation open until it is collected.
        self._row = lru_cache(_REMEMBERED)(partial(_parsed, self._lines, begins))

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self._articles) - 1

    def entry(self, number: int) -> Entry:
        """Return an article."""
        return self._row(number)[0]

    def heading(self, number: int, start: int) -> str:
        """Return the heading that begins at a place of an article's text."""
        return self._row(number)[1][str(start)]

    @property
    def published(self) -> npt.NDArray[np.float64]:
        """When each article was published, seconds, NaN where unknown; shape (articles,)."""
        seconds: npt.NDArray[np.float64] = self._articles["published"][:-1]
        return seconds

    def of(self, facet: Facet) -> npt.NDArray[np.uint32]:
        """Return the numbers of the articles of a facet."""
        found: npt.NDArray[np.uint32] = self._numbers[self._facets.get(facet, slice(0, 0))]
        return found

    def article_ids(self) -> list[str]:
        """Return the articles' ids."""
        return [one.decode() for one in self._ids[:, 0].tolist()]

    def version_ids(self) -> list[str]:
        """Return the versions' ids."""
        return [one.decode() for one in self._ids[:, 1].tolist()]

    def numbers_of(self, version_ids: Iterable[str]) -> Positions:
        """Return the numbers of the articles of some versions, ascending."""
        wanted = np.array([one.encode() for one in version_ids], dtype=np.bytes_)
        found: Positions = np.flatnonzero(np.isin(self._ids[:, 1], wanted))
        return found

    def version_at(self, number: int) -> str:
        """Return the id of an article's version."""
        return str(self._ids[number, 1].decode())


def _parsed(
    lines: mmap.mmap | bytes, begins: npt.NDArray[np.uint64], number: int
) -> tuple[Entry, dict[str, str]]:
    """Return an article, and its headings by where they begin."""
    low, high = begins[number : number + 2].tolist()
    row: dict[str, Any] = json.loads(lines[low:high])
    entry = Entry(
        ArticleRef(row["id"], row["title"]), row["version"], row["source"],
        tuple(row["authors"]), row["published_at"], row["collection"],
        sections=tuple(Section(int(start), title) for start, title in row["headings"].items()),
    )  # fmt: skip
    return entry, row["headings"]
