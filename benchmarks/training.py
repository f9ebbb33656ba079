"""Learn the weights of `retrieval/ranking.json` and `retrieval/confidence.json`.

    python -m benchmarks.training [WORK_DIR] [--save]

Ranking: on squad2_dev and belebele_en (standalone), both counting the same, listwise: the
cross-entropy of the softmax of the candidates' scores and the right passages, over the
right ones and those that plain fusion puts first. squad2_dev is reported out of fold,
five folds by article; and each set by weights learned on the other alone.

Confidence: a logistic of the same features of the first hit. Right first hits of both
sets against first hits for the other set's questions, and, counting a third of these,
for squad2_dev's questions that were written to mislead (reported out of fold).
"""

from __future__ import annotations

import math
import sys
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.sets import SHARED, WORK, archive_of, chunking, questions, unanswerable
from config.settings import load_settings
from retrieval.archive import recipe_of
from retrieval.confidence import SHIPPED, THRESHOLDS, Calibration
from retrieval.encoder import Encoder, Vectors
from retrieval.generation import Generations
from retrieval.index import PassageIndex
from retrieval.model import open_encoder
from retrieval.ranking import Asked, Ranker, best_first, features
from retrieval.types import OPERATOR, Filters

_FOLDS = 5
_HARDEST = 30
_CANDIDATES = 100
_RIDGE = 1e-3
_MISLEADING = 0.3


@dataclass(frozen=True)
class Example:
    """A question's candidates.

    Attributes:
        features: What is known of each, shape (candidates, features).
        articles: The article of each.
        right: Whether that is the right one, shape (candidates,).
        fold: Which fold it belongs to, by the right article's title.
    """

    features: Vectors
    articles: list[str]
    right: np.ndarray
    fold: int


class Corpus:
    """A set's index, asked directly."""

    def __init__(self, name: str, work: Path) -> None:
        archive_of(SHARED / "datasets" / name / "corpus.jsonl", work).close()
        model = load_settings().model
        self._encoder: Encoder = open_encoder(
            work / "models", model.name, model.sha256, threads=2, runtime=model.runtime
        )
        recipe = recipe_of(self._encoder, chunking(self._encoder))
        self._index: PassageIndex = Generations(work / name).open_current(recipe)

    def ask(self, question: str, right: str | None = None) -> Example:
        """Return the candidates for a question."""
        terms = self._index.terms(question)
        vector = self._encoder.encode_question(question)
        found = self._index.search(vector, terms, _CANDIDATES, Filters(), OPERATOR)
        refs = [self._index.entry(int(position)).ref for position in found.positions]
        titles = [ref.title for ref in refs if ref.id == right] or [ref.title for ref in refs]
        return Example(
            features(found, Asked.of(terms)),
            [ref.id for ref in refs],
            np.array([ref.id == right for ref in refs]),
            zlib.crc32(titles[0].encode()) % _FOLDS,
        )


def hardest(example: Example) -> tuple[Vectors, np.ndarray]:
    """Return the features and rightness of the right candidates and of their best rivals."""
    columns = example.features[:, :3]
    spread = np.ptp(columns, axis=0)
    stretched = (columns - columns.min(axis=0)) / np.where(spread > 0, spread, 1)
    chosen = np.union1d(best_first(stretched.sum(axis=1))[:_HARDEST], np.flatnonzero(example.right))
    return example.features[chosen], example.right[chosen]


def learn(parts: Iterable[Sequence[Example]]) -> Vectors:
    """Return the weights that rank the parts' right candidates first, all parts weighing alike."""
    lists = []
    for part in parts:
        useful = [e for e in part if e.right.any() and not e.right.all()]
        lists += [(*hardest(example), 1 / len(useful)) for example in useful]
    rows = np.concatenate([columns for columns, _, _ in lists]).astype(np.float64)
    sizes = [len(columns) for columns, _, _ in lists]
    begins = np.cumsum([0, *sizes[:-1]])
    share = np.concatenate([right / right.sum() for _, right, _ in lists])
    weight = np.array([weight for _, _, weight in lists])
    scale = rows.std(axis=0) + 1e-9
    scaled = rows / scale

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = scaled @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, begins), sizes)
        odds = np.exp(scores)
        totals = np.add.reduceat(odds, begins)
        logs = scores - np.repeat(np.log(totals), sizes)
        each = np.repeat(weight, sizes)
        value = -(each * share * logs).sum() + _RIDGE * weights @ weights
        slope = scaled.T @ (each * (odds / np.repeat(totals, sizes) - share))
        return value, slope + 2 * _RIDGE * weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    weights: Vectors = (found.x / scale).astype(np.float32)
    weights /= weights[weights > 0].sum()
    return weights


def gain(example: Example, weights: Vectors) -> float:
    """Return nDCG@10 with one right article, an article's first candidate counting."""
    order = best_first(example.features @ weights)
    ranked = list(dict.fromkeys(example.articles[i] for i in order))[:10]
    right = {example.articles[i] for i in np.flatnonzero(example.right)}
    return sum(1 / math.log2(place + 2) for place, i in enumerate(ranked) if i in right)


def first(example: Example, weights: Vectors) -> tuple[Vectors, bool]:
    """Return the features of the first hit, and whether it is right."""
    best = best_first(example.features @ weights)[0]
    return example.features[best], bool(example.right[best])


def fit(right: Sequence[Vectors], wrong: Sequence[tuple[Vectors, float]]) -> Calibration:
    """Fit a calibration: every part of a kind counts by its weight, both kinds the same."""
    total = sum(weight for _, weight in wrong)
    parts = [(rows, 1, 1 / len(right)) for rows in right]
    parts += [(rows, 0, weight / total) for rows, weight in wrong]
    rows = np.concatenate([rows for rows, _, _ in parts])
    labels = np.concatenate([np.full(len(rows), label) for rows, label, _ in parts])
    weights = np.concatenate([np.full(len(rows), 1000 * w / len(rows)) for rows, _, w in parts])
    scale = rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.1, max_iter=2000).fit(rows / scale, labels, weights)
    return Calibration(float(model.intercept_[0]), (model.coef_[0] / scale).astype(np.float32))


def _curve(name: str, calibration: Calibration, ours: Vectors, theirs: Vectors) -> None:
    scores = [np.array([calibration.probability(row) for row in rows]) for rows in (ours, theirs)]
    area = roc_auc_score([1] * len(ours) + [0] * len(theirs), np.concatenate(scores))
    at_92 = (scores[1] < np.quantile(scores[0], 0.08)).mean()
    given = ", ".join(
        f"{threshold}: {(scores[0] >= threshold).mean():.1%} answered, "
        f"{(scores[1] < threshold).mean():.1%} refused"
        for threshold in THRESHOLDS.values()
    )
    print(f"{name}: AUROC {area:.3f}; refused at 92 % answered {at_92:.1%}; {given}")


def main() -> None:
    """Learn, report and, where asked to, save."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--save"]
    work = Path(arguments[0]) if arguments else WORK
    squad, belebele = Corpus("squad2_dev", work), Corpus("belebele_en", work)
    asked = {
        "squad2_dev": questions("squad2_dev"),
        "belebele_en": questions("belebele_en", "standalone"),
    }
    ours = [squad.ask(*a) for a in asked["squad2_dev"]]
    theirs = [belebele.ask(*a) for a in asked["belebele_en"]]
    weights = learn([ours, theirs])
    ranker = Ranker(weights)
    print(ranker)
    folds = [learn([[e for e in ours if e.fold != f], theirs]) for f in range(_FOLDS)]
    print(f"squad2_dev, out of fold: {np.mean([gain(e, folds[e.fold]) for e in ours]):.4f}")
    print(f"belebele_en, learned on it too: {np.mean([gain(e, weights) for e in theirs]):.4f}")
    for name, part, other in (("squad2_dev", ours, theirs), ("belebele_en", theirs, ours)):
        alone = learn([other])
        print(f"{name}, learned on the other: {np.mean([gain(e, alone) for e in part]):.4f}")

    misled = [squad.ask(question) for question in unanswerable("squad2_dev")]
    foreign = [
        [squad.ask(a.question) for a in asked["belebele_en"]],
        [belebele.ask(a.question) for a in asked["squad2_dev"][::5]],
    ]

    def hits(examples: Sequence[Example], *, right: bool = False) -> Vectors:
        found = [first(example, weights) for example in examples]
        return np.array([row for row, is_right in found if is_right or not right])

    def calibrate(keep: Sequence[Example], misleading: Sequence[Example]) -> Calibration:
        wrong = [(hits(part), 1.0) for part in foreign] + [(hits(misleading), _MISLEADING)]
        return fit([hits(keep, right=True), hits(theirs, right=True)], wrong)

    calibration = calibrate(ours, misled)
    print(calibration)
    for name, part, other in zip(asked, (ours, theirs), foreign, strict=True):
        _curve(f"{name} and the other's questions", calibration, hits(part), hits(other))
    pairs = []
    for f in range(_FOLDS):
        own = calibrate([e for e in ours if e.fold != f], [e for e in misled if e.fold != f])
        for label, part in ((1, ours), (0, misled)):
            pairs += [
                (label, own.probability(row)) for row in hits([e for e in part if e.fold == f])
            ]
    labels, scores = zip(*pairs, strict=True)
    print(f"squad2_dev, written to mislead, out of fold: AUROC {roc_auc_score(labels, scores):.3f}")
    if "--save" in sys.argv:
        ranker.save()
        calibration.save(SHIPPED)


if __name__ == "__main__":
    main()
