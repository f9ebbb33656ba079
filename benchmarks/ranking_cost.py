"""What ranking, highlighting and judging cost beside the two legs of the search.

    python -m benchmarks.ranking_cost DATASET_DIR [DATA_DIR]

DATASET_DIR is a question set in BEIR layout, of which `footnote eval` has left an index
below DATA_DIR (`data` by default); the newest one is asked. The legs are timed alone,
then whole questions, in one run; an answer has five passages.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from bot.composition import open_archive
from config.settings import load_settings
from retrieval.generation import Generations
from retrieval.keywords import Keywords
from retrieval.questionset import read_set
from retrieval.types import OPERATOR, Filters
from retrieval.vectors import PassageVectors


def main() -> None:
    """Ask every question, and print medians and 95th percentiles in milliseconds."""
    questions = read_set(Path(sys.argv[1]))
    settings = load_settings(data_dir=Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    kept = settings.data_dir / "eval"
    folder = max(kept.glob(f"{questions.name}-*"), key=lambda path: path.stat().st_mtime)
    generations = Generations(folder)
    files = generations.folder / (generations.current() or "")
    vectors = PassageVectors.open(files / "segments" / "1")
    keywords = Keywords.open(files / "keywords", settings.language)
    archive = open_archive(settings, folder)
    limit = archive.search.candidates
    archive.ask(questions.questions[0].text)  # pays for what is loaded once
    taken: dict[str, list[float]] = {"both legs": [], "search": [], "rank": [], "added": []}
    for position, question in enumerate(questions.questions):
        (vector,) = vectors.pick(np.array([position % len(vectors)], dtype=np.int64))
        terms = keywords.terms(question.text)
        began = time.perf_counter()
        vectors.search(vector, limit, None)
        keywords.search(terms, limit, Filters(), OPERATOR)
        legs = 1000 * (time.perf_counter() - began)
        timings = archive.ask(question.text).timings
        added = timings.search + timings.rank - legs
        for name, value in zip(taken, (legs, timings.search, timings.rank, added), strict=True):
            taken[name].append(value)
    print(f"{len(vectors)} passages, {len(questions.questions)} questions")
    for name, values in taken.items():
        print(f"{name:10} {np.median(values):6.2f} ms, p95 {np.percentile(values, 95):6.2f} ms")


if __name__ == "__main__":
    main()
