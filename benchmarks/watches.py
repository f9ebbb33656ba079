"""What it takes to put ten thousand watches to five hundred new passages.

    python -m benchmarks.watches [WATCHES] [PASSAGES]

An archive of the rows of two question sets is indexed without some of them; WATCHES
questions (10,000) are kept, of all sets, those without an answer included; then the missing
rows come, PASSAGES passages (500). The bot, not connected, puts the watches to them while
its event loop ticks. Printed are the seconds, the longest time that the loop was held up,
how many were told, and how many of those whose answer came; and, of a sample, whether
scoring every new passage would have found others than the nearest alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.sets import SHARED, chunking, questions, search, unanswerable
from bot.access import Access
from bot.client import FootnoteBot, Options, settle
from config.settings import load_settings
from retrieval import matching
from retrieval.answering import Saved
from retrieval.archive import Archive
from retrieval.model import open_encoder
from retrieval.types import OPERATOR, Filters
from retrieval.watches import Watch, packed

_SETS = ("squad2_dev", "belebele_en", "clapnq_dev", "xquad_en")
_TICK = 0.005
_SAMPLED = 500


def _rows(name: str) -> list[dict[str, str]]:
    path = SHARED / "datasets" / name / "corpus.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _index(folder: Path, rows: list[dict[str, str]]) -> None:
    """Index rows by `footnote index`, in a process of its own: this one is to be as the bot is."""
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text(lines, encoding="utf-8")
    (folder / "settings.yaml").write_text("sources:\n  - path: rows.jsonl\n", encoding="utf-8")
    line = [sys.executable, "-m", "bot", "index", "--json"]
    line += ["--config", str(folder / "settings.yaml"), "--data-dir", str(folder)]
    subprocess.run(line, check=True, capture_output=True, env=os.environ)


def _asked(count: int) -> list[str]:
    """Return so many distinct questions, of all sets."""
    found = [asked.question for name in _SETS for asked in questions(name)]
    found += [words for name in ("squad2_dev", "clapnq_dev") for words in unanswerable(name)]
    found += [f"Is anything new about this: {words}" for words in found]
    return list(dict.fromkeys(found))[:count]


def _watch(archive: Archive, question: str, owner: int, since: int) -> Watch:
    return Watch(
        id=secrets.token_hex(8),
        owner_id=owner,
        question=question,
        once=False,
        guild_id=None,
        channel_id=None,
        parent_id=None,
        message_id=None,
        filters="{}",
        locale="en",
        hour=None,
        zone=None,
        made_at="2026-01-01T00:00:00+00:00",
        useful_at="2026-01-01T00:00:00+00:00",
        asked_at=None,
        since=since,
        model=archive.model,
        vector=packed(archive.vector(question)),
    )


async def _held_up(ended: asyncio.Event) -> float:
    """Return the most seconds that the event loop was late, until an event."""
    worst, loop = 0.0, asyncio.get_running_loop()
    while not ended.is_set():
        began = loop.time()
        await asyncio.sleep(_TICK)
        worst = max(worst, loop.time() - began - _TICK)
    return worst


async def _match(archive: Archive, folder: Path) -> tuple[float, float]:
    """Put the watches to what is new; return the seconds, and how long the loop was held up."""
    nobody: frozenset[int] = frozenset()
    options = Options(
        Access(frozenset({"public"})), nobody, nobody, nobody, 0, 2, 90, folder, ["false"]
    )
    bot, ended = FootnoteBot(archive, options), asyncio.Event()
    settle()
    watching = asyncio.create_task(_held_up(ended))
    began = time.perf_counter()
    await bot.poster.match()
    seconds = time.perf_counter() - began
    ended.set()
    worst = await watching
    await bot.close()
    return seconds, worst


def main() -> None:
    """Keep the questions, let the passages come, and match."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    passages = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    model = load_settings().model
    squad, others = _rows("squad2_dev"), _rows("belebele_en")
    late, early = squad[:passages], squad[passages:] + others
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _index(folder, early)
        encoder = open_encoder(folder / "models", model.name, model.sha256, 1, model.runtime)
        archive = Archive(folder, encoder, chunking(encoder), search())
        since, asked = archive.newest(), _asked(count)
        began = time.perf_counter()
        for owner, question in enumerate(asked):
            archive.watches.add(_watch(archive, question, owner, since), 1, 0)
        print(f"{len(asked):,} watches kept in {time.perf_counter() - began:.0f} s")
        _index(folder, early + late)
        archive.reload()
        fresh = archive.matching(since)
        assert fresh is not None
        seconds, worst = asyncio.run(_match(archive, folder))
        print(
            f"put to {fresh.count_passages()} new passages in {seconds:.1f} s; the event loop "
            f"was held up for {1000 * worst:.0f} ms at most"
        )
        _report(archive, asked, {row["_id"] for row in late}, since)
        archive.close()


def _report(archive: Archive, asked: list[str], late: set[str], since: int) -> None:
    """Print who was told of what, and what the nearest alone leave out."""
    moment = datetime.now(UTC)
    told: dict[str, set[str]] = {}
    for notice in archive.notices.due(moment, -1):
        for watch, hits in archive.notices.found(notice.id):
            found = archive.catalog.load([hit.version_id for hit in hits])
            told[watch.question] = {version.article_id for version in found.values()}
    due = {a.question: a.article_id for a in questions("squad2_dev") if a.article_id in late}
    reached = sum(article in told.get(question, ()) for question, article in due.items())
    nothing = [q for q in unanswerable("squad2_dev") if q in set(asked)]
    wrongly = sum(question in told for question in nothing)
    print(f"{len(told):,} told; {reached} of {len(due)} whose answer came, of its article")
    print(f"{wrongly} of {len(nothing)} that nothing answers were told of something")
    sample = asked[:: max(1, len(asked) // _SAMPLED)]
    saved = [Saved(q, archive.vector(q), Filters(), OPERATOR, since) for q in sample]
    fresh = archive.matching(since)
    assert fresh is not None
    nearest = fresh.hits(saved)
    matching._NEAREST = 1_000_000
    every = fresh.hits(saved)
    same = sum(
        [h.passage.id for h in a] == [h.passage.id for h in b]
        for a, b in zip(nearest, every, strict=True)
    )
    print(f"of {len(sample)}, {same} found the same as by scoring every new passage")


if __name__ == "__main__":
    main()
