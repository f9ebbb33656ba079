"""How likely a hit answers its question: a logistic of two cheap signs; pure.

The coefficients are fitted by `benchmarks/confidence.py` on squad2_dev and
belebele_en: questions whose right article comes first, against questions about
something else, both kinds weighing the same.
"""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass

from retrieval.keywords import Term

_INTERCEPT = -11.20
_SENTENCE = 13.01
_COVERAGE = 10.59


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a hit's answering its question.

    Attributes:
        sentence: The cosine of the question and the passage's best sentence.
        coverage: The share of the question's weight that stands in the passage, its
            heading or its article's title, 0 to 1.
    """

    sentence: float
    coverage: float

    @classmethod
    def of(cls, terms: list[Term], held: Set[str], sentence: float) -> Evidence:
        """Weigh a passage that holds the given stems."""
        telling = [term for term in terms if term.content] or terms
        total = sum(term.weight for term in telling)
        covered = sum(term.weight for term in telling if term.stem in held)
        return cls(sentence, covered / total if total > 0 else 0.0)


def probability(evidence: Evidence) -> float:
    """Return the estimated probability that the hit answers, 0 to 1."""
    score = _INTERCEPT + _SENTENCE * evidence.sentence + _COVERAGE * evidence.coverage
    return 1 / (1 + math.exp(-score))
