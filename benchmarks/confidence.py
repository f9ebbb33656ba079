"""Fit the coefficients of `retrieval/confidence.py`, and report what they refuse.

    python -m benchmarks.confidence [WORK_DIR]

Fitted on squad2_dev and belebele_en: the questions that each answers, where the
right article comes first, against the other set's questions, both kinds weighing
the same. So the confidence is the probability that the archive answers when half
of what it is asked is about something else. Reported, untouched by the fit: the
same between clapnq_dev and belebele_en, questions whose right article is hidden,
and questions written to mislead.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.sets import SHARED, WORK, Asked, archive_of, questions, search, unanswerable
from retrieval.archive import Archive
from retrieval.confidence import Evidence, probability

_SAMPLE = 700


def _first(archive: Archive, question: str, hidden: str | None = None) -> tuple[Evidence, str]:
    """Return the evidence for the best hit, and its article's id, one article hidden."""
    hits = archive.ask(question, k=50 if hidden else 1).hits
    hit = next(h for h in hits if h.version.article_id != hidden)
    return archive.evidence(archive.terms(question), hit), hit.version.article_id


def _right(archive: Archive, asked: list[Asked]) -> list[Evidence]:
    """Return the evidence of the questions whose right article comes first."""
    found = [(_first(archive, a.question), a.article_id) for a in asked]
    return [evidence for (evidence, article_id), right in found if article_id == right]


def _all(archive: Archive, asked: list[str]) -> list[Evidence]:
    return [_first(archive, question)[0] for question in asked]


def _matrix(rows: list[Evidence]) -> np.ndarray:
    return np.array([[row.sentence, row.coverage] for row in rows])


def _report(name: str, right: list[Evidence], wrong: list[Evidence], threshold: float) -> None:
    ours, theirs = ([probability(row) for row in rows] for rows in (right, wrong))
    area = roc_auc_score([1] * len(ours) + [0] * len(theirs), ours + theirs)
    answered = np.mean([p >= threshold for p in ours])
    refused = np.mean([p < threshold for p in theirs])
    print(f"{name}: AUROC {area:.3f}; answered {answered:.1%}, refused {refused:.1%}")


def main() -> None:
    """Fit and report."""
    work = Path(sys.argv[1]) if len(sys.argv) > 1 else WORK
    draw = random.Random(1)
    sets = {
        "squad2_dev": draw.sample(questions("squad2_dev"), _SAMPLE),
        "belebele_en": questions("belebele_en", "standalone"),
        "clapnq_dev": questions("clapnq_dev"),
    }
    corpora = {name: archive_of(SHARED / "datasets" / name / "corpus.jsonl", work) for name in sets}

    def own(name: str) -> list[Evidence]:
        return _right(corpora[name], sets[name])

    def foreign(asked: str, of: str) -> list[Evidence]:
        return _all(corpora[of], [a.question for a in sets[asked][:400]])

    right = [own("squad2_dev"), own("belebele_en")]
    wrong = [foreign("belebele_en", "squad2_dev"), foreign("squad2_dev", "belebele_en")]
    rows = np.concatenate([_matrix(part) for part in right + wrong])
    labels = np.concatenate([[n < 2] * len(part) for n, part in enumerate(right + wrong)])
    weights = np.concatenate([[1000 / len(part)] * len(part) for part in right + wrong])
    fitted = LogisticRegression(C=100, max_iter=1000).fit(rows, labels, sample_weight=weights)
    sentence, coverage = fitted.coef_[0]
    print(
        f"fitted: intercept {fitted.intercept_[0]:.2f}, sentence {sentence:.2f}, "
        f"coverage {coverage:.2f}"
    )
    threshold = search().threshold
    print(f"as shipped, at the threshold {threshold}:")
    ours, theirs = ([e for part in parts for e in part] for parts in (right, wrong))
    _report("squad2_dev / belebele_en (fitted on)", ours, theirs, threshold)
    clapnq = own("clapnq_dev")
    far = foreign("clapnq_dev", "belebele_en") + foreign("belebele_en", "clapnq_dev")
    _report("clapnq_dev and belebele_en, asked of the other", clapnq + right[1], far, threshold)
    hidden = [_first(corpora["clapnq_dev"], *a)[0] for a in sets["clapnq_dev"]]
    _report("clapnq_dev, the right article hidden", clapnq, hidden, threshold)
    mislead = _all(corpora["squad2_dev"], draw.sample(unanswerable("squad2_dev"), 400))
    _report("squad2_dev, written to mislead", right[0], mislead, threshold)


if __name__ == "__main__":
    main()
