"""Measure what fitting the confidence without labels does.

    python -m benchmarks.calibrating [WORK_DIR]

Prints, for each set, the share of hidden sentences that the shipped calibration answers
at `balanced` (on belebele_en that is `retrieval.calibrating.REFERENCE`); then, before
and after, the share of its questions that is answered, and of the same questions with
their article hidden, and of another set's, that is refused.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from benchmarks.sets import SHARED, WORK, archive_of, chunking, questions
from config.settings import load_settings
from retrieval.archive import recipe_of
from retrieval.calibrating import First, Rehearsal, shifted
from retrieval.confidence import THRESHOLDS, Calibration
from retrieval.encoder import Vectors
from retrieval.generation import Generations
from retrieval.model import open_encoder

_SETS = (("belebele_en", "standalone"), ("xquad_en", "test"), ("clapnq_dev", "test"))
_MOST = 300


def rows(firsts: list[First | None]) -> Vectors:
    """Return the features of the first hits that there are."""
    return np.array([first.features for first in firsts if first])


def share(calibration: Calibration, hits: Vectors) -> float:
    """Return the share of hits that is answered at `balanced`."""
    return float(np.mean([calibration.probability(h) >= THRESHOLDS["balanced"] for h in hits]))


def measure(name: str, qrels: str, work: Path) -> None:
    """Print what fitting does on one set."""
    archive = archive_of(SHARED / "datasets" / name / "corpus.jsonl", work)
    model = load_settings().model
    encoder = open_encoder(
        work / "models", model.name, model.sha256, threads=1, runtime=model.runtime
    )
    index = Generations(work / name).open_current(recipe_of(encoder, chunking(encoder)))
    rehearsal = Rehearsal(archive, index, encoder)
    entries = {entry.ref.id: entry for entry in archive.articles()}
    asked = questions(name, qrels)
    drawn = np.random.default_rng(1).permutation(len(asked))[:_MOST]
    chosen = [asked[i] for i in drawn]
    other = _SETS[1] if name == "belebele_en" else _SETS[0]
    foreign = rows([rehearsal.first(q.question) for q in questions(*other)[:_MOST]])
    hidden = rows([rehearsal.first(q.text, q.entry) for q in rehearsal.hidden_questions()])
    own = rows([rehearsal.first(q.question) for q in chosen])
    lost = rows([rehearsal.first(q.question, entries[q.article_id]) for q in chosen])
    archive.close()
    shipped = Calibration.load()
    fitted = shifted(shipped, hidden)
    print(f"{name}: hidden sentences answered {share(shipped, hidden):.3f}, "
          f"intercept moved by {fitted.intercept - shipped.intercept:+.2f}")  # fmt: skip
    for when, each in (("before", shipped), ("after", fitted)):
        print(
            f"  {when}: answered {share(each, own):.1%}; refused, article hidden "
            f"{1 - share(each, lost):.1%}, of another set {1 - share(each, foreign):.1%}"
        )


def main() -> None:
    """Measure the sets."""
    for name, qrels in _SETS:
        measure(name, qrels, Path(sys.argv[1]) if sys.argv[1:] else WORK)


if __name__ == "__main__":
    main()
