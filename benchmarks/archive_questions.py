"""Ask the questions on the real archive, and say which are found, answered and refused.

    python -m benchmarks.archive_questions [WORK_DIR]

The evidence is compared by letters and digits only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.sets import SHARED, WORK, archive_of


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def main() -> None:
    """Ask and count."""
    work = Path(sys.argv[1]) if len(sys.argv) > 1 else WORK
    folder = SHARED / "archive"
    archive = archive_of(next(folder.glob("*.txt")), work)
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    first = three = article = answered = refused = 0
    for row in asked["answerable"]:
        answer = archive.ask(row["question"], k=3)
        holds = [_letters(row["evidence"]) in _letters(hit.text) for hit in answer.hits]
        titles = [_letters(hit.version.article.title) for hit in answer.hits]
        first += holds[0]
        three += any(holds)
        article += _letters(row["article"]) in titles
        answered += answer.answered
        if not (holds[0] and answer.answered):
            place = holds.index(True) + 1 if any(holds) else "-"
            print(f"{row['id']} rank {place} confidence {answer.confidence:.2f} {row['question']}")
    for row in asked["unanswerable"]:
        answer = archive.ask(row["question"], k=3)
        refused += not answer.answered
        if answer.answered:
            print(f"{row['id']} answered at {answer.confidence:.2f} {row['question']}")
    count, nothing = len(asked["answerable"]), len(asked["unanswerable"])
    print(f"evidence in the first passage {first}/{count}, in the first three {three}/{count}")
    print(f"article in the first three {article}/{count}")
    print(f"answered {answered}/{count}, refused {refused}/{nothing}")


if __name__ == "__main__":
    main()
