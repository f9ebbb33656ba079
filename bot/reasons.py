"""Why a passage was chosen, in words; pure."""

from __future__ import annotations

from retrieval.types import Hit


def reasons(hit: Hit, threshold: float) -> list[str]:
    """Return in sentences, a line each, why a passage was chosen and whether it was trusted.

    Args:
        hit: The passage.
        threshold: The confidence from which the first passage is an answer.
    """
    scores = hit.scores
    words = ", ".join(f"“{word}”" for word in hit.matched)
    lines = [
        f"Of what is asked it holds {words}." if words else "It holds no word of what is asked.",
        f"In meaning, its best sentence is {scores.sentence:.2f} near to the question, the whole "
        f"passage {scores.dense:.2f}; the words in common score {scores.keyword:.1f} (BM25).",
        f"With what else is known that comes to {scores.fused:.2f}, about 1 at best.",
    ]
    if scores.reranker is not None:
        lines.append(f"The cross-encoder, which placed it, gave {scores.reranker:.2f}.")
    verdict = "enough" if scores.confidence >= threshold else "too little"
    lines.append(
        f"The confidence that it answers is {scores.confidence:.2f}: {verdict} for an answer, "
        f"which needs {threshold:.2f}."
    )
    return lines
