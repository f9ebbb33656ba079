"""What one threshold refuses over several runs of `footnote eval`, pooled.

    python -m benchmarks.pooled_refusals RUN.json …

Each run's own questions count as answerable, the questions of its `--foreign` sets as not;
what a set itself names unanswerable is left out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from retrieval.confidence import THRESHOLDS
from retrieval.evaluate import ANSWERABLE
from retrieval.refusal import Confidences, refusal


def main() -> None:
    """Pool the runs' confidences and print what a threshold does."""
    own: list[float] = []
    right: list[bool] = []
    foreign: list[float] = []
    for path in sys.argv[1:]:
        run = json.loads(Path(path).read_text(encoding="utf-8"))
        for asked in run["questions"]:
            if asked["kind"] == ANSWERABLE:
                own.append(asked["confidence"])
                right.append(asked["right"])
            elif asked["kind"] in run["foreign"]:
                foreign.append(asked["confidence"])
    found = Confidences(np.array(own), np.array(right, dtype=np.bool_), np.array(foreign))
    made = refusal(found, THRESHOLDS["balanced"])
    area, refused = made.auroc_answerable, made.refused_at_share
    print(f"AUROC {area.value:.3f} ({area.low:.3f} to {area.high:.3f})")
    print(f"as shipped: {made.shipped.answered:.1%} answered, {made.shipped.refused:.1%} refused")
    print(
        f"at {made.at_share.answered:.1%} answered: {refused.value:.1%} refused "
        f"({refused.low:.1%} to {refused.high:.1%})"
    )


if __name__ == "__main__":
    main()
