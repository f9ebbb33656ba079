"""nDCG@10 of each leg alone, of plain convex fusion, and of the ranking as shipped.

    python -m benchmarks.ranking [WORK_DIR] [EVERY_NTH_SQUAD_QUESTION]

An article of a set is a row of its corpus; an article's first passage counts.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

from benchmarks.sets import SHARED, WORK, archive_of, chunking, questions, search
from config.settings import load_settings
from retrieval.archive import recipe_of
from retrieval.generation import Generations
from retrieval.model import open_encoder
from retrieval.ranking import Weights, best_first, fuse
from retrieval.types import OPERATOR, Filters

_SETS = (("squad2_dev", "test"), ("belebele_en", "standalone"), ("clapnq_dev", "test"))
_CUT = 10


def main() -> None:
    """Rank every question by every weighting and print the means."""
    work = Path(sys.argv[1]) if len(sys.argv) > 1 else WORK
    step = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    weightings = {
        "BM25": Weights(0, 1, 0),
        "dense": Weights(1, 0, 0),
        "best sentence": Weights(0, 0, 1),
        "convex 50/50": Weights(0.5, 0.5, 0),
        "as shipped": search().weights,
    }
    model = load_settings().model
    print(f"{'set':14}" + "".join(f"{name:>15}" for name in weightings))
    for name, qrels in _SETS:
        archive_of(SHARED / "datasets" / name / "corpus.jsonl", work).close()
        encoder = open_encoder(work / "models", model.name, model.sha256, threads=2)
        recipe = recipe_of(encoder, chunking(encoder))
        index = Generations(work / name).open_current(recipe)
        asked = questions(name, qrels)[:: step if name == "squad2_dev" else 1]
        totals = dict.fromkeys(weightings, 0.0)
        for question, article_id in asked:
            vector = encoder.encode_question(question)
            found = index.search(vector, index.terms(question), 100, Filters(), OPERATOR)
            for weighting, weights in weightings.items():
                order = best_first(fuse(found, weights))
                ids = dict.fromkeys(index.entry(int(found.positions[i])).ref.id for i in order)
                best = list(ids)[:_CUT]
                if article_id in best:
                    totals[weighting] += 1 / math.log2(best.index(article_id) + 2)
        means = "".join(f"{total / len(asked):15.4f}" for total in totals.values())
        print(f"{name:14}{means}   ({len(asked)} questions)")


if __name__ == "__main__":
    main()
