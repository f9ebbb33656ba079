"""How long a question takes, stage by stage, and what memory, against the archive's size.

    python -m benchmarks.answering WORK [--sizes N ...] [--questions N] [--json FILE] [--svg FILE]

WORK is what `python -m benchmarks.peers vectors WORK` has filled. Archives of 1,000, 10,000
and 120,000 of its passages, and one of 1,000,000 with jittered copies, are built below
WORK/sizes without encoding anything, and kept. Each is asked squad2_dev's questions twice, in
processes of their own: for whole answers (encode, search, rank, total), with the process's
memory, the processor's time of an answer (which other work on the machine lengthens less) and
the start to the first answer; and for text to hits alone (encode, both legs, fusion).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.material import SET
from benchmarks.sets import SHARED
from benchmarks.sized import build
from bot.composition import answering_encoder
from config.settings import load_settings
from retrieval.generation import Generations
from retrieval.plots import size_curves
from retrieval.questionset import read_set

_SIZES = (1_000, 10_000, 120_000, 1_000_000)
_PERCENTILES = (50, 95, 99)

Row = dict[str, Any]


def _child(kind: str, work: Path, data_dir: Path, questions: list[str]) -> Row:
    """Run one process; return what it printed."""
    line = [sys.executable, "-m", "benchmarks.asking", kind, str(work), str(data_dir)]
    began = time.time()
    done = subprocess.run(
        line, input=json.dumps(questions), check=True, stdout=subprocess.PIPE, text=True
    )
    row: Row = json.loads(done.stdout)
    return row | {"began": began}


def _spread(taken: dict[str, list[float]]) -> Row:
    return {
        stage: {f"p{at}": float(np.percentile(values, at)) for at in _PERCENTILES}
        for stage, values in taken.items()
    }


def _measure(work: Path, size: int, questions: list[str]) -> Row:
    """Return what one size comes to."""
    data_dir = work / "sizes" / str(size)
    if Generations(data_dir).current() is None:
        build(work, data_dir, answering_encoder(load_settings(data_dir=work)), size)
    _child("answers", work, data_dir, questions[:1])  # warms the disk's cache
    answers = _child("answers", work, data_dir, questions)
    hits = _child("hits", work, data_dir, questions)
    return {
        "passages": size,
        "text to hits ms": _spread(hits["taken"]),
        "answer ms": _spread(answers["taken"]),
        "processor_ms": answers["processor_ms"],
        "rss_anon_mb": answers["RssAnon"],
        "rss_file_mb": answers["RssFile"],
        "start_seconds": answers["first"] - answers["began"],
        "torch": answers["torch"],
    }


def _show(rows: list[Row]) -> None:
    stages = ("encode", "both legs", "fusion", "text to hits")
    print("milliseconds, p50 / p95 / p99\n")
    heads = ("passages", *stages, "answer", "processor ms", "own MB", "file MB", "start s")
    print(f"| {' | '.join(heads)} |")
    print(f"|{'---|' * len(heads)}")
    for row in rows:
        spreads = [row["text to hits ms"][stage] for stage in stages] + [row["answer ms"]["total"]]
        cells = " | ".join(" / ".join(f"{v:.1f}" for v in spread.values()) for spread in spreads)
        print(
            f"| {row['passages']:,} | {cells} | {row['processor_ms']:.1f} "
            f"| {row['rss_anon_mb']:.0f} | {row['rss_file_mb']:.0f} | {row['start_seconds']:.2f} |"
        )


def _drawn(rows: list[Row]) -> str:
    lines = {
        f"{label}, {at}": [(row["passages"], row[kind][stage][at]) for row in rows]
        for label, kind, stage in (
            ("text to hits", "text to hits ms", "text to hits"),
            ("answer", "answer ms", "total"),
        )
        for at in ("p50", "p99")
    }
    return size_curves(lines, "passages", "milliseconds", "answering")


def main() -> None:
    """Measure every size; print a table and write what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answering")
    parser.add_argument("work", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    asked = read_set(SHARED / "datasets" / SET).sample(options.questions).questions
    questions = [question.text for question in asked]
    rows = [_measure(options.work.resolve(), size, questions) for size in options.sizes]
    _show(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if options.svg:
        options.svg.write_text(_drawn(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
