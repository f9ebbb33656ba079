"""A run of an evaluation as JSON, and two runs compared question by question."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import EvaluationError
from retrieval.evaluate import ANSWERABLE, Asked, Shown
from retrieval.resampling import Difference, difference
from retrieval.scorecard import ARTICLE, PASSAGE, Failure, Scorecard, held_values, places

FORMAT = 1
"""The version of a run's JSON."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a run was made of.

    Attributes:
        version: Footnote's version.
        name: The question set's name.
        qrels: The name of its judgements.
        sample: How many questions of each kind were drawn, None for all.
        distractors: The files indexed with its corpus.
        foreign: The sets whose questions were asked as unanswerable.
        settings: The settings that bear on answers.
        threshold: The confidence from which a question counted as answered.
        model: The model's name.
        weights_sha256: The hash of its weights.
        generation: The generation's name.
        articles: How many articles it holds.
        passages: How many passages.
        sentences: How many sentences.
    """

    version: str
    name: str
    qrels: str
    sample: int | None
    distractors: tuple[str, ...]
    foreign: tuple[str, ...]
    settings: Row
    threshold: float
    model: str
    weights_sha256: str
    generation: str
    articles: int
    passages: int
    sentences: int


def run_fields(
    made_of: Circumstances,
    asked: Sequence[Asked],
    card: Scorecard,
    against: Mapping[str, Difference] | None,
) -> Row:
    """Return a run as one JSON object."""
    return {
        "format": FORMAT,
        **asdict(made_of),
        "rankings": _plain(card.rankings),
        "answers": _plain(card.answers),
        "right": asdict(card.right),
        "answered": asdict(card.answered),
        "refusals": _plain(card.refusals),
        "reliability": asdict(card.reliability),
        "latency_ms": _plain(card.latency),
        "against": None if against is None else _plain(against),
        "questions": [question_fields(a, card) for a in asked],
        "failures": [_failure_fields(failure) for failure in card.failures],
    }


def _plain(value: Any) -> Any:
    """Return nested estimates as nested objects."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return asdict(value)


def question_fields(asked: Asked, card: Scorecard) -> Row:
    """Return one question's record: what a later run is compared with."""
    id_ = asked.question.id
    own = asked.kind == ANSWERABLE
    values = {"answered": float(asked.answered)}
    for at in (ARTICLE, PASSAGE) if own else ():
        values |= {f"{at} {name}": value for name, value in card.values[at][id_].items()}
    return {
        "id": id_,
        "kind": asked.kind,
        "confidence": asked.confidence,
        "answered": asked.answered,
        "right": asked.right if own else None,
        "places": places(asked),
        "values": values | held_values(asked),
        "took_ms": asked.timings._asdict(),
    }


def _failure_fields(failure: Failure) -> Row:
    asked = failure.asked
    return {
        "what": failure.what,
        "id": asked.question.id,
        "kind": asked.kind,
        "question": asked.question.text,
        "confidence": asked.confidence,
        "first": _shown_fields(asked.first),
        "due": _shown_fields(asked.due),
    }


def _shown_fields(shown: Shown | None) -> Row | None:
    return None if shown is None else asdict(shown)


def check_writable(path: Path) -> None:
    """Raise an error where a report could not be written, before a run that takes minutes.

    Raises:
        EvaluationError: There is no such folder, or the path is one.
    """
    if path.is_dir():
        raise EvaluationError(f"{path} is a folder; name a file in it.")
    if not path.absolute().parent.is_dir():
        raise EvaluationError(f"{path} is in no folder that is there; make the folder first.")


def write_text(path: Path, text: str) -> None:
    """Write a report in place of what the file held.

    Raises:
        EvaluationError: The file cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EvaluationError(
            f"{path} cannot be written ({reason}); name a file that you may write."
        ) from error


def load_run(path: Path) -> Row:
    """Read the JSON of an earlier run.

    Raises:
        EvaluationError: The file is none.
    """
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        if row["format"] != FORMAT:
            raise EvaluationError(
                f"{path} is of another version of Footnote; run it again with --json."
            )
        for record in row["questions"]:
            _key(record)
            {name: float(value) for name, value in record["values"].items()}
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EvaluationError(
            f"{path} cannot be opened ({reason}); name the file that an earlier run wrote by "
            "--json."
        ) from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise EvaluationError(
            f"{path} is no earlier run; name a file that `footnote eval --json` wrote."
        ) from error
    found: Row = row
    return found


def _key(record: Row) -> tuple[str, str]:
    return str(record["kind"]), str(record["id"])


def compare(new: Sequence[Row], old: Sequence[Row]) -> dict[str, Difference]:
    """Return how the values of the questions that both runs hold differ, by measure.

    Args:
        new: This run's questions.
        old: The earlier run's questions.

    Raises:
        EvaluationError: They have no question in common.
    """
    before = {_key(record): record["values"] for record in old}
    pairs: dict[str, list[tuple[float, float]]] = {}
    for record in new:
        earlier = before.get(_key(record), {})
        for name, value in record["values"].items():
            if name in earlier:
                kind = "" if record["kind"] == ANSWERABLE else f", {record['kind']}"
                pairs.setdefault(name + kind, []).append((float(value), float(earlier[name])))
    if not pairs:
        raise EvaluationError(
            "The earlier run has no question in common with this one; name a run of the same set."
        )
    return {
        name: difference(*np.array(values, dtype=np.float64).T) for name, values in pairs.items()
    }
