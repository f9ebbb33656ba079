"""What twenty reindexes cost those who ask meanwhile.

    python -m benchmarks.swapping [ARTICLES] [REINDEXES]

ARTICLES short articles (3,000) are indexed; eight threads ask without pause, first while
nothing else happens, then while one article after another is changed and `footnote index`
run, REINDEXES times (20), the archive swapping to each new generation. Printed are the
milliseconds of a question, the failures, the answers that cite one article in two versions,
and the process's own memory.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from benchmarks.incremental import article_text, index_folder, write_articles
from benchmarks.memory import resident
from bot.composition import open_archive
from config.settings import load_settings
from retrieval.archive import Archive
from retrieval.errors import FootnoteError

_THREADS = 8
_BEFORE = 20.0
"""Seconds for which the threads ask while nothing else happens."""


class _Askers:
    """Threads that ask about one article after another until they are stopped."""

    def __init__(self, archive: Archive, count: int) -> None:
        self.milliseconds: list[float] = []
        self.failures: list[str] = []
        self.mixed = 0
        self._archive = archive
        self._count = count
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(_THREADS)]
        for thread in self._threads:
            thread.start()

    def _ask(self, number: int) -> None:
        while not self._stop.is_set():
            number = (number * 31 + 17) % self._count
            subject = article_text(number, 1950).splitlines()[0].removeprefix("# ")
            began = time.perf_counter()
            try:
                answer = self._archive.ask(f"What happened to {subject.lower()} in the year?")
            except FootnoteError as error:
                self.failures.append(str(error))
                continue
            self.milliseconds.append(1000 * (time.perf_counter() - began))
            cited = {(hit.version.article_id, hit.version.id) for hit in answer.hits}
            self.mixed += len(cited) != len({article for article, _ in cited})

    def stop(self) -> None:
        """Let every thread finish its question."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def report(self, name: str) -> float:
        """Print what was measured; return the 99th percentile."""
        p50, p95, p99 = np.percentile(self.milliseconds, [50, 95, 99])
        print(
            f"{name}: {len(self.milliseconds):,} questions, median {p50:.1f} ms, p95 {p95:.1f}, "
            f"p99 {p99:.1f}; {len(self.failures)} failed, {self.mixed} mixed"
        )
        return float(p99)


def main() -> None:
    """Ask in peace, then under reindexes."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    reindexes = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_articles(folder, count)
        index_folder(folder)
        archive = open_archive(load_settings(data_dir=folder / "data"))
        askers = _Askers(archive, count)
        time.sleep(_BEFORE)
        askers.stop()
        peace, memory = askers.report("in peace"), resident()["RssAnon"]
        askers = _Askers(archive, count)
        swaps = 0
        for run in range(reindexes):
            changed = (run * 7919 + 13) % count
            path = folder / "articles" / f"{changed}.md"
            path.write_text(article_text(changed, 1951 + run), encoding="utf-8")
            index_folder(folder)
            swaps += archive.reload() is not None
        askers.stop()
        under = askers.report(f"under {swaps} swaps")
        print(f"p99 {under / peace:.2f} times as long")
        print(f"own memory {memory:.0f} MB before, {resident()['RssAnon']:.0f} MB after")
        archive.close()


if __name__ == "__main__":
    main()
