"""How likely the first hit answers its question: a logistic of the features that rank it.

`benchmarks/training.py` fits the calibration that Footnote comes with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Vectors
from retrieval.errors import StorageError
from retrieval.ranking import FEATURES

SHIPPED = Path(__file__).with_name("confidence.json")

THRESHOLDS = {"strict": 0.6, "balanced": 0.3, "eager": 0.15}
"""The confidence from which a question counts as answered, by the words of the settings."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns a hit's features into a probability.

    Attributes:
        intercept: The log-odds of a hit whose features are all 0.
        weights: What each feature adds, shape (`FEATURES`,).
    """

    intercept: float
    weights: Vectors

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Calibration:
        """Read a calibration.

        Raises:
            StorageError: The file is not whole.
        """
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            weights = np.array([float(rows[name]) for name in FEATURES], dtype=np.float32)
            calibration = cls(float(rows["intercept"]), weights)
        except (OSError, ValueError, TypeError, LookupError) as error:
            raise StorageError(
                f"{path} holds no calibration ({error}); delete it, or run `footnote calibrate`."
            ) from error
        return calibration

    def save(self, path: Path) -> None:
        """Write the calibration, whole or not at all; an OSError says that it cannot be."""
        rows = {name: round(float(w), 4) for name, w in zip(FEATURES, self.weights, strict=True)}
        staged = path.with_name(f".{path.name}")
        text = json.dumps({"intercept": round(self.intercept, 4), **rows}, indent=1)
        staged.write_text(text + "\n", encoding="utf-8")
        staged.replace(path)

    def probability(self, features: Vectors) -> float:
        """Return the probability that a hit answers, from its features, shape (`FEATURES`,)."""
        return float(self.probabilities(features[None])[0])

    def probabilities(self, features: Vectors) -> npt.NDArray[np.float64]:
        """Return the probability that each hit answers, shape (hits,), from (hits, `FEATURES`)."""
        odds = self.intercept + (features @ self.weights).astype(np.float64)
        found: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
        return found
