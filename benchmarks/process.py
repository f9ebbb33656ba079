"""The answering process's memory and start, beside one that loads sentence-transformers.

    python -m benchmarks.process [WORK_DIR] [RUNS]

Both open the same archive and answer the same question, each in a process of its
own, in turn. Memory is the process's own (RssAnon), file-backed pages beside it.
The bot's process is the answering one with discord.py loaded.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.memory import resident
from benchmarks.sets import SHARED, WORK, archive_of, chunking, search
from config.settings import load_settings
from retrieval.archive import Archive
from retrieval.encoder import Encoder
from retrieval.model import SentenceTransformersEncoder, open_encoder

_QUESTION = "Which countries does the train pass through?"
_KINDS = ("bot", "sentence-transformers")


def _encoder(kind: str, models: Path) -> Encoder:
    model = load_settings().model
    if kind == "sentence-transformers":
        return SentenceTransformersEncoder(model.name, model.sha256)
    return open_encoder(models, model.name, model.sha256, threads=1, runtime=model.runtime)


def _child(kind: str, work: Path) -> None:
    """Answer once and say what it took, from the process's first instruction on."""
    if kind == "bot":
        import bot.client  # noqa: F401
    encoder = _encoder(kind, work / "models")
    Archive(work / "archive", encoder, chunking(encoder), search()).ask(_QUESTION)
    print(json.dumps({**resident(), "torch": "torch" in sys.modules}))


def _measure(kind: str, work: Path) -> dict[str, float]:
    began = time.perf_counter()
    line = [sys.executable, "-m", "benchmarks.process", "--child", kind, str(work)]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    return {**json.loads(done.stdout.splitlines()[-1]), "seconds": seconds}


def main() -> None:
    """Measure both kinds in turn and print the medians."""
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], Path(sys.argv[3]))
        return
    work = Path(sys.argv[1]) if len(sys.argv) > 1 else WORK
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    archive_of(next((SHARED / "archive").glob("*.txt")), work).close()
    rows: dict[str, list[dict[str, float]]] = {kind: [] for kind in _KINDS}
    for kind in _KINDS:
        _measure(kind, work)  # the first run warms the disk's cache
    for _ in range(runs):
        for kind in _KINDS:
            rows[kind].append(_measure(kind, work))
    print("process                 start to first answer   own memory   file-backed   torch")
    for kind in _KINDS:
        seconds, own, files = (
            statistics.median(row[key] for row in rows[kind])
            for key in ("seconds", "RssAnon", "RssFile")
        )
        torch = "yes" if rows[kind][0]["torch"] else "no"
        print(f"{kind:23} {seconds:17.2f} s {own:12.0f} MB {files:10.0f} MB   {torch}")
    pairs = list(zip(rows[_KINDS[1]], rows[_KINDS[0]], strict=True))
    start, memory = (
        statistics.median(theirs[key] / ours[key] for theirs, ours in pairs)
        for key in ("seconds", "RssAnon")
    )
    print(f"ratio, run by run: start {start:.1f}x, own memory {memory:.1f}x")


if __name__ == "__main__":
    main()
