"""How fast articles are read into the catalog, and what memory that takes.

    python -m benchmarks.reading [ARTICLES …]

Makes JSON lines of the pool's first articles (20,000 by default), and reads each
number of them in a process of its own, without embedding: first into an empty
catalog, then again unchanged, then again with one article in a hundred changed
and the stamps gone, so that every row is compared. Peak memory must not grow
with the number. Times are of this machine: compare the rows of one run.
"""

from __future__ import annotations

import gzip
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks.sets import SHARED
from retrieval.collecting import Collector, Plan
from retrieval.database import Database
from retrieval.report import Report
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.files import FileSource
from retrieval.sources.parser import Parser

_FORM = DumpFormat(re.compile("^(?P<title>.+)$"), re.compile("^END$"))


def _write(path: Path, most: int, changed: int) -> None:
    """Write articles of the pool as JSON lines, every `changed`-th with another text."""
    with (
        gzip.open(SHARED / "datasets" / "pool_120k.jsonl.gz", "rt", encoding="utf-8") as pool,
        path.open("w", encoding="utf-8") as rows,
    ):
        for number, line in enumerate(islice(pool, most)):
            row = json.loads(line)
            if changed and number % changed == 0:
                row["text"] += " This sentence is new."
            rows.write(json.dumps(row, ensure_ascii=False) + "\n")


def _run(path: Path, data_dir: Path) -> tuple[Report, float]:
    database = Database(data_dir)
    report = Report()
    began = time.perf_counter()
    with Parser() as parser:
        source = FileSource(path, Reading(_FORM), parser)
        Collector(database, Plan([source], configured=False), report, lambda _: None).collect()
    seconds = time.perf_counter() - began
    database.close()
    return report, seconds


def _measure(most: int) -> None:
    """Print one row of the table."""
    with tempfile.TemporaryDirectory() as work:
        path, data_dir = Path(work) / "articles.jsonl", Path(work) / "data"
        _write(path, most, 0)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        report, first = _run(path, data_dir)
        assert (most, 0) == (report.added.count, len(report.failed)), report
        _, again = _run(path, data_dir)
        _write(path, most, 100)
        report, changed = _run(path, data_dir)
        assert -(-most // 100) == report.changed.count, report
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{most:>9,} {most / first:>12,.0f} {again:>12.2f} {most / changed:>14,.0f} "
        f"{before / 1024:>12.0f} {peak / 1024:>10.0f}"
    )


def main() -> None:
    """Measure the numbers of articles that were named."""
    if sys.argv[1:2] == ["--one"]:
        _measure(int(sys.argv[2]))
        return
    print(
        f"{'articles':>9} {'new a/s':>12} {'unchanged s':>12} {'compared a/s':>14} "
        f"{'before MB':>12} {'peak MB':>10}"
    )
    for most in sys.argv[1:] or ["5000", "20000"]:
        sys.stdout.flush()
        command = [sys.executable, "-m", "benchmarks.reading", "--one", most]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
