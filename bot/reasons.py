"""Why a passage was chosen, in words; pure."""

from __future__ import annotations

from bot.language import Language
from retrieval.types import Hit

_NAMED = 12
"""Words of the question that are named at most."""

_LONGEST = 60
_CHANCES = ((0.85, "why-very-likely"), (0.5, "why-likely"), (0.2, "why-perhaps"))


def reasons(say: Language, hit: Hit) -> tuple[str, str]:
    """Return why a passage was chosen and how sure that is: in words, and in numbers.

    Args:
        say: The reader's language.
        hit: The passage.
    """
    scores = hit.scores
    matched = tuple(word[:_LONGEST] for word in hit.matched[:_NAMED])
    words = say("why-words", words=matched) if matched else say("why-no-words")
    chance = next((key for least, key in _CHANCES if scores.confidence >= least), "why-unlikely")
    told = [words, say(chance)]
    if scores.prior:
        moved = "why-raised" if scores.prior > 0 else "why-lowered"
        told.append(say(moved))
    numbers = [
        say("why-confidence", number=scores.confidence),
        say("why-sentence", number=scores.sentence),
        say("why-passage", number=scores.dense),
        say("why-keyword", number=scores.keyword),
        say("why-score", number=scores.fused),
    ]
    if scores.reranker is not None:
        numbers.append(say("why-reranker", number=scores.reranker))
    return " ".join(told), " · ".join(numbers)
