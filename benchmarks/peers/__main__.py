"""Footnote beside other systems, on the same model, passages, vectors and questions.

    python3.11 -m venv PEERS && PEERS/bin/pip install -r benchmarks/peers/requirements.txt
    python -m benchmarks.peers vectors WORK [--pool N]
    python -m benchmarks.peers run WORK --python PEERS/bin/python --json FILE [--questions N]
    python -m benchmarks.peers table FILE

The first step encodes squad2_dev and the pool by Footnote (hours; what is interrupted goes
on where it was; shards laid in WORK/kept are used), and indexes them. Every system is given
these passages with these vectors, in a process of its own, by its documented defaults, and
asked squad2_dev's questions one by one; it encodes each question itself. An article's first
hit counts. Systems take turns: each is asked its share of the questions in each round. The
processor's time of a question, all threads together, is lengthened less than its latency where
the machine has other work.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.material import SET, make
from benchmarks.sets import SHARED
from config.settings import load_settings
from retrieval.export import locate
from retrieval.measures import measure
from retrieval.questionset import Question, read_set

_FOOTNOTE = "footnote"
_PEERS = (
    "plain",
    "txtai_dense",
    "txtai_hybrid",
    "langchain_faiss",
    "llamaindex_simple",
    "llamaindex_faiss",
    "haystack_hybrid",
    "haystack_fused",
    "chroma",
)
_ROUNDS = 2

Row = dict[str, Any]


def _child(python: str, what: str, name: str, work: Path, given: Row) -> Row:
    """Run one system's process; return what it printed last."""
    model = locate(load_settings().model.name)
    interpreter = sys.executable if name == _FOOTNOTE else python
    line = [interpreter, "-m", "benchmarks.peers.system", what, name, str(work), model]
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "ANONYMIZED_TELEMETRY": "False",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    began = time.time()
    done = subprocess.run(
        line, input=json.dumps(given), capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise SystemExit(f"{name} failed to {what}:\n{done.stderr[-3000:]}")
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row | {"began": began}


def _run(options: argparse.Namespace) -> None:
    """Build every system's index, ask them in turn, and write what came of it."""
    work = options.work.resolve()
    questions = read_set(SHARED / "datasets" / SET).sample(options.questions).questions
    articles = {}
    with (work / "passages.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            articles[row["id"]] = row["article"]
    names = options.systems or (_FOOTNOTE, *_PEERS)
    rounds: dict[str, list[Row]] = {name: [] for name in names}
    built = {name: _child(options.python, "build", name, work, {}) for name in names}
    for turn in range(_ROUNDS):
        share = questions[turn::_ROUNDS]
        asked = {"questions": [q.text for q in share], "seconds": options.seconds}
        for name in names:
            rounds[name].append(_child(options.python, "ask", name, work, asked))
            print(f"round {turn + 1} of {_ROUNDS}: {name}", file=sys.stderr)
    result = {
        "set": SET,
        "passages": len(articles),
        "questions": len(questions),
        "systems": {
            name: {
                "build_seconds": built[name]["seconds"],
                **_summary(rounds[name], questions, articles),
            }
            for name in names
        },
    }
    options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    _table(result)


def _summary(
    rounds: list[Row], questions: tuple[Question, ...], articles: dict[str, str]
) -> dict[str, object]:
    """Return what a system's rounds come to."""
    taken = np.concatenate([row["ms"] for row in rounds])
    rankings = {}
    relevant = {}
    for turn, row in enumerate(rounds):
        for question, hits in zip(questions[turn::_ROUNDS], row["hits"], strict=False):
            rankings[question.id] = list(dict.fromkeys(articles[hit] for hit in hits))
            relevant[question.id] = question.relevant
    values = measure(relevant, rankings)
    return {
        "asked": len(taken),
        "ms": {f"p{at}": float(np.percentile(taken, at)) for at in (50, 95, 99)},
        "ndcg_at_10": float(np.mean([value["nDCG@10"] for value in values.values()])),
        "processor_ms": float(np.mean([row["processor_ms"] for row in rounds])),
        "rss_anon_mb": float(np.median([row["RssAnon"] for row in rounds])),
        "rss_file_mb": float(np.median([row["RssFile"] for row in rounds])),
        "start_seconds": float(np.median([row["first"] - row["began"] for row in rounds])),
        "torch": rounds[0]["torch"],
    }


def _table(result: Row) -> None:
    """Print a run as a table in Markdown."""
    print(
        f"{result['passages']:,} passages, {result['questions']:,} questions of {result['set']}\n"
    )
    heads = "system|p50 ms|p95 ms|p99 ms|processor ms|nDCG@10|own MB|file MB|start s|asked"
    print(f"|{heads}|")
    print(f"|{'---|' * (heads.count('|') + 1)}")
    for name, row in result["systems"].items():
        milliseconds = " | ".join(f"{row['ms'][at]:.1f}" for at in ("p50", "p95", "p99"))
        print(
            f"| {name} | {milliseconds} | {row['processor_ms']:.1f} | {row['ndcg_at_10']:.3f} "
            f"| {row['rss_anon_mb']:.0f} | {row['rss_file_mb']:.0f} "
            f"| {row['start_seconds']:.1f} | {row['asked']} |"
        )


def main() -> None:
    """Do one of the steps."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    steps = parser.add_subparsers(dest="step", required=True)
    vectors = steps.add_parser("vectors", help="encode and index the passages")
    vectors.add_argument("work", type=Path)
    vectors.add_argument("--pool", type=int, help="articles of the pool (all)")
    run = steps.add_parser("run", help="build and ask every system")
    run.add_argument("work", type=Path)
    run.add_argument("--python", required=True, help="the interpreter that has the other systems")
    run.add_argument("--json", type=Path, required=True, help="where the result goes")
    run.add_argument("--questions", type=int, help="how many questions (all)")
    run.add_argument("--seconds", type=float, default=90, help="a process's time for asking (90)")
    run.add_argument("--systems", nargs="+", choices=(_FOOTNOTE, *_PEERS), help="only these")
    table = steps.add_parser("table", help="print a run's result")
    table.add_argument("file", type=Path)
    options = parser.parse_args()
    if options.step == "vectors":
        options.work.mkdir(parents=True, exist_ok=True)
        print(f"{make(options.work.resolve(), options.pool):,} passages")
    elif options.step == "run":
        _run(options)
    else:
        _table(json.loads(options.file.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
