"""A process that asks one archive, and imports no more than one that answers.

    python -m benchmarks.asking answers|hits WORK DATA_DIR < QUESTIONS.json

`benchmarks.answering` starts it. WORK holds the prepared model.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.memory import resident
from bot.composition import answering_encoder, chunking, open_archive
from config.settings import load_settings
from retrieval.archive import recipe_of
from retrieval.generation import Generations
from retrieval.ranking import Asked, Ranker, best_first, features
from retrieval.types import OPERATOR, Filters

Row = dict[str, Any]


def _answers(work: Path, data_dir: Path, questions: list[str]) -> Row:
    """Ask an archive for whole answers."""
    archive = open_archive(load_settings(data_dir=work), data_dir)
    archive.ask(questions[0])
    first = time.time()
    busy = time.process_time()
    timings = [archive.ask(question).timings._asdict() for question in questions]
    busy = 1000 * (time.process_time() - busy) / len(questions)
    taken = {stage: [each[stage] for each in timings] for stage in timings[0]}
    return {
        "first": first,
        "taken": taken,
        "processor_ms": busy,
        "torch": "torch" in sys.modules,
        **resident(),
    }


def _hits(work: Path, data_dir: Path, questions: list[str]) -> Row:
    """Ask an index for its best passages, in their order."""
    settings = load_settings(data_dir=work)
    encoder = answering_encoder(settings)
    index = Generations(data_dir).open_current(recipe_of(encoder, chunking(settings, encoder)))
    ranker, limit = Ranker.load(), settings.search.candidates
    taken: dict[str, list[float]] = {
        "encode": [],
        "both legs": [],
        "fusion": [],
        "text to hits": [],
    }
    for question in [questions[0], *questions]:
        began = time.perf_counter()
        vector = encoder.encode_question(question)
        encoded = time.perf_counter()
        terms = index.terms(question)
        found = index.search(vector, terms, limit, Filters(), OPERATOR)
        searched = time.perf_counter()
        best_first(ranker.scores(features(found, Asked.of(terms))))
        ended = time.perf_counter()
        spans = (encoded - began, searched - encoded, ended - searched, ended - began)
        for stage, seconds in zip(taken, spans, strict=True):
            taken[stage].append(1000 * seconds)
    return {"taken": {stage: values[1:] for stage, values in taken.items()}}


def main() -> None:
    """Ask what standard input holds, and print what it took."""
    asked = {"answers": _answers, "hits": _hits}[sys.argv[1]]
    print(json.dumps(asked(Path(sys.argv[2]), Path(sys.argv[3]), json.load(sys.stdin))))


if __name__ == "__main__":
    main()
