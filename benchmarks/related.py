"""How many related articles are of the same page: by an article's text, and by its title.

    python -m benchmarks.related [WORK_DIR]

The articles are the paragraphs of `squad2_dev`, each under a headline of its own first
words, as a newspaper's headlines are: none names the page that its paragraph is of.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.sets import SHARED, WORK, archive_of
from retrieval.archive import Archive
from retrieval.types import OPERATOR, ArticleVersion

_NAMED = 3
_EVERY = 5
"""Of so many articles one is looked at."""

_HEADLINE = 9
"""Words of a headline."""


def main() -> None:
    """Print the share of related articles that are of the same page, and what each costs."""
    folder = (Path(sys.argv[1]) if len(sys.argv) > 1 else WORK) / "related"
    folder.mkdir(parents=True, exist_ok=True)
    corpus = SHARED / "datasets" / "squad2_dev" / "corpus.jsonl"
    rows = [json.loads(line) for line in corpus.read_text(encoding="utf-8").splitlines()]
    page = {row["_id"]: row["title"] for row in rows}
    headed = [{**row, "title": " ".join(row["text"].split()[:_HEADLINE])} for row in rows]
    source = folder / "articles.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in headed), encoding="utf-8")
    archive = archive_of(source, folder)
    taken: dict[str, list[float]] = {"text": [], "title": []}
    right: dict[str, list[bool]] = {"text": [], "title": []}
    for version in archive.read(archive.articles()[::_EVERY]):
        for way, find in (("text", _by_text), ("title", _by_title)):
            began = time.perf_counter()
            found = find(archive, version)
            taken[way].append(1000 * (time.perf_counter() - began))
            right[way] += [page[name] == page[version.article_id] for name in found]
    archive.close()
    for way, hits in right.items():
        share, cost = np.mean(hits), np.median(taken[way])
        print(f"by {way:5}: {share:.1%} of {len(hits)} of the same page, {cost:.1f} ms each")


def _by_text(archive: Archive, version: ArticleVersion) -> list[str]:
    return [ref.id for ref in archive.related(version, OPERATOR, _NAMED)]


def _by_title(archive: Archive, version: ArticleVersion) -> list[str]:
    nearest = archive.ask(version.article.title, k=1).nearest
    return [ref.id for ref in nearest if ref.id != version.article_id][:_NAMED]


if __name__ == "__main__":
    main()
