"""Read a question: its words as they were meant, its vector, and what it follows up."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from retrieval.encoder import Encoder, Vectors
from retrieval.followup import blend, share_of_context, with_context
from retrieval.keywords import Term
from retrieval.spelling import Speller
from retrieval.types import Correction


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched for.

    Attributes:
        text: The question, its misspelt words replaced, behind those that it follows up.
        vector: Its float32 unit vector, shape (dimensions,).
        terms: Its words and, counting for less, what the earlier questions add.
        judged: The same words, as they count for whether a passage answers.
        corrections: What was replaced.
        unknown: Its words that no article holds and that were taken for no other.
        context: The earlier questions that it was read with; None for none.
        encoding: Seconds that encoding it took.
    """

    text: str
    vector: Vectors
    terms: list[Term]
    judged: list[Term]
    corrections: tuple[Correction, ...]
    unknown: tuple[str, ...]
    context: str | None
    encoding: float


def read_question(
    question: str, context: str | None, encoder: Encoder, speller: Speller
) -> Question:
    """Return a question as it is to be searched for.

    Args:
        question: The question.
        context: The questions that it follows up, a line each; None for none.
        encoder: Encodes it.
        speller: Knows the archive's words.
    """
    understood = speller.understand(question)
    text, own = understood.text, understood.terms
    share = share_of_context(own) if context else 0.0
    terms = judged = own
    began = time.perf_counter()
    vector = encoder.encode_question(text)
    if context and share:
        vector = blend(vector, encoder.encode_question(context), share)
        text = f"{context} {text}"
    encoding = time.perf_counter() - began
    if context and share:
        terms = judged = with_context(own, speller.index.terms(context, speller.reader), share)
        if understood.unknown:
            # What an earlier question has in common with a passage vouches for no new word.
            silent = [replace(term, weight=0.0, content=False) for term in terms[len(own) :]]
            judged = [*own, *silent]
    return Question(
        text,
        vector,
        terms,
        judged,
        understood.corrections,
        understood.unknown,
        context if share else None,
        encoding,
    )
