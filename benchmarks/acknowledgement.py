"""How soon Discord hears from the bot while it is busy.

    python -m benchmarks.acknowledgement [QUESTIONS] [ARTICLES]

The bot runs as a process of its own against a loopback Discord, and reindexes
ARTICLES of the passage pool from scratch all the while. Eight users ask at once,
with an autocomplete beside each question. Printed are the seconds from a
question to its acknowledgement and to its answer, and those of an autocomplete.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.sets import SHARED
from tests.loopback import BotProcess, LoopbackDiscord, visible_text
from tests.loopback.openapi import locate

_USERS = 8
_QUESTIONS = (
    "How are packages signed?",
    "Which license covers the manual?",
    "How is the printer configured?",
    "What does the kernel do at boot?",
)


def _row(name: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    worst, middle = ordered[-1], statistics.median(ordered)
    high = ordered[int(0.95 * (len(ordered) - 1))]
    return f"{name:16} median {middle:.3f} s, p95 {high:.3f} s, most {worst:.3f} s"


async def _measure(count: int, folder: Path) -> None:
    async with LoopbackDiscord(locate()) as server:
        users = [server.create_user(f"reader{n}") for n in range(_USERS)]
        admin = server.create_user("admin")
        channel = server.add_channel(server.add_guild("Library", members=[*users, admin]), "ask")
        settings = folder / "settings.yaml"
        settings.write_text(
            f"discord:\n  cooldown: 0\n  admins: [{admin.id}]\nsources:\n  - path: pool.jsonl\n",
            encoding="utf-8",
        )
        line = ["run", "--config", str(settings), "--data-dir", str(folder / "data")]
        acknowledged: list[float] = []
        answered: list[float] = []
        completed: list[float] = []
        async with BotProcess(server, line) as bot:
            await bot.ready(600)
            run = await server.slash(admin, channel, "reindex", {"full": True})
            await run.response(30)

            async def ask(user: int) -> None:
                for number in range(count // _USERS):
                    began = time.monotonic()
                    question = _QUESTIONS[(number + user) % len(_QUESTIONS)]
                    asked = await server.slash(users[user], channel, "ask", {"question": question})
                    await asked.response(60)
                    answered.append(time.monotonic() - began)
                    acknowledged.append(asked.ack_seconds or 0.0)
                    began = time.monotonic()
                    await server.autocomplete(users[user], channel, "article", "title", "kernel")
                    completed.append(time.monotonic() - began)

            await asyncio.gather(*(ask(user) for user in range(_USERS)))
            state = visible_text(run.original).split("\n")[0] if run.original else "?"
            print(f"at the end: {state.removeprefix('### ')}")
            await bot.terminate()
        for name, seconds in (
            ("acknowledgement", acknowledged),
            ("answer", answered),
            ("autocomplete", completed),
        ):
            print(_row(name, seconds))


def main() -> None:
    """Build a pool and measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    articles = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pool = SHARED / "datasets" / "pool_120k.jsonl.gz"
        with gzip.open(pool, "rt", encoding="utf-8") as rows:
            (folder / "pool.jsonl").write_text(
                "".join(itertools.islice(rows, articles)), encoding="utf-8"
            )
        asyncio.run(_measure(count, folder))


if __name__ == "__main__":
    main()
