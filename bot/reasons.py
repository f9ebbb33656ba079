"""Why a passage was chosen, in words; pure."""

from __future__ import annotations

from bot.language import Language
from retrieval.types import Hit


def reasons(say: Language, hit: Hit, threshold: float) -> list[str]:
    """Return in sentences, a line each, why a passage was chosen and whether it was trusted.

    Args:
        say: The reader's language.
        hit: The passage.
        threshold: The confidence from which the first passage is an answer.
    """
    scores = hit.scores
    words = say.list([f"“{word}”" for word in hit.matched])
    lines = [
        say("why-words", words=words) if words else say("why-no-words"),
        say(
            "why-meaning",
            sentence=scores.sentence,
            passage=scores.dense,
            keyword=scores.keyword,
        ),
        say("why-score", score=scores.fused),
    ]
    if scores.reranker is not None:
        lines.append(say("why-reranker", score=scores.reranker))
    verdict = "why-enough" if scores.confidence >= threshold else "why-too-little"
    lines.append(say(verdict, confidence=scores.confidence, threshold=threshold))
    return lines
