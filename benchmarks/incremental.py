"""What one changed article costs in an archive of many.

    python -m benchmarks.incremental [ARTICLES] [RUNS]

Indexes a folder of ARTICLES Markdown files (10,000), each of two sentences, by
`footnote index`; then, RUNS times (5), changes one of them and indexes again. Printed are the
seconds of the whole command, those that it reports itself, how many passages were encoded
anew, and how many changed by the report. The first run takes a minute or more.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.composition import answering_encoder, chunking
from config.settings import load_settings
from retrieval.archive import recipe_of
from retrieval.generation import Generations

_SUBJECTS = ("harbour", "orchard", "railway", "observatory", "glacier", "theatre", "mill")
_DEEDS = ("opened", "was flooded", "was rebuilt", "closed", "won a prize", "burnt down")


def article_text(number: int, year: int) -> str:
    """Return an article of two sentences, of its own by its number, as of a year."""
    subject, deed = _SUBJECTS[number % len(_SUBJECTS)], _DEEDS[number // 7 % len(_DEEDS)]
    return (
        f"# The {subject} of district {number}\n\n"
        f"The {subject} of district {number} {deed} in {year}. "
        f"It stands {number % 97} kilometres from the {_SUBJECTS[(number + 3) % 7]}.\n"
    )


def write_articles(folder: Path, count: int) -> None:
    """Write so many articles into a folder, and the settings that name them."""
    articles = folder / "articles"
    articles.mkdir()
    for number in range(count):
        (articles / f"{number}.md").write_text(article_text(number, 1950), encoding="utf-8")
    (folder / "settings.yaml").write_text("sources:\n  - path: articles\n", encoding="utf-8")


def index_folder(folder: Path) -> tuple[float, dict[str, Any]]:
    """Run `footnote index`; return its seconds and the summary it printed."""
    line = [sys.executable, "-m", "bot", "index", "--json"]
    line += ["--config", str(folder / "settings.yaml"), "--data-dir", str(folder / "data")]
    began = time.perf_counter()
    done = subprocess.run(line, check=True, capture_output=True, text=True, env=os.environ)
    seconds = time.perf_counter() - began
    summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seconds, summary


def _keys(folder: Path) -> set[int]:
    """Return the hashes of what the model read of each passage of the published generation."""
    settings = load_settings(data_dir=folder / "data")
    encoder = answering_encoder(settings)
    recipe = recipe_of(encoder, chunking(settings, encoder))
    index = Generations(settings.data_dir).open_current(recipe)
    return {int(key) for segment in index.segments for key in segment.keys}


def main() -> None:
    """Index many articles, then change one at a time."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_articles(folder, count)
        seconds, _ = index_folder(folder)
        print(f"{count:,} articles indexed in {seconds:.1f} s")
        taken = []
        for run in range(runs):
            before = _keys(folder)
            changed = (run * 7919 + 13) % count
            (folder / "articles" / f"{changed}.md").write_text(
                article_text(changed, 1951 + run), encoding="utf-8"
            )
            seconds, summary = index_folder(folder)
            taken.append(seconds)
            fresh = len(_keys(folder) - before)
            print(
                f"one changed: {seconds:.2f} s, {summary['seconds']:.2f} s of them by its own "
                f"report; {fresh} passages encoded; {len(summary['changed'])} changed"
            )
        print(f"median {statistics.median(taken):.2f} s")


if __name__ == "__main__":
    main()
