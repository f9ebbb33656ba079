"""What two hundred people who ask at once wait for.

    python -m benchmarks.load [--seconds N] [--rate N] [--data-dir DIR] [--json FILE]

The bot runs as a process of its own against a loopback Discord in this one. Questions come
at random moments, RATE a second (20) for so many seconds (120), each in other words: by
slash command, by mention in forty channels, by direct message; beside them every fourth
answer has a button pressed. DIR is an indexed data folder with its model; without one, the
handbook is indexed first. Printed are the seconds from a question to its acknowledgement
and to its answer, the processor's time and the memory of the bot, and how busy this process was.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.memory import resident
from tests.loopback import BotProcess, LoopbackDiscord, Message, buttons
from tests.loopback.interactions import InteractionRecord
from tests.loopback.openapi import locate

USERS, CHANNELS = 200, 40
KINDS = ("command", "mention", "direct")
_SHARES = (50, 35, 15)
_PRESSED = ("More", "In context", "Useful", "Not useful")
_PRESS = 0.25
_PATIENCE = 20.0
_HELD_UP = 0.5
_SENTENCE = re.compile(r"[A-Z][^.!?`|*]{40,160}[.!?]")
_NOWHERE = "Why did the emperor of Quorvania crown a giraffe in the year {number}?"
_UNANSWERABLE = 0.1


@dataclass(slots=True)
class Asked:
    """One question, or one press of a button, and when it was heard and answered.

    Attributes:
        kind: How it was asked.
        sent: When, on the server's clock.
        acknowledged: When the bot showed that it had heard, None if it never did.
        answered: When its answer was there, None if it never was.
    """

    kind: str
    sent: float
    acknowledged: float | None = None
    answered: float | None = None


@dataclass(slots=True)
class Load:
    """What was measured.

    Attributes:
        asked: Every question and press.
        memory: Megabytes of the bot's own pages, in the order they were read.
        bot_seconds: The processor's seconds that the bot took.
        server_seconds: Those of this process, the loopback Discord.
        seconds: How long it went on.
        late: The longest that this process's event loop was late by, a second each.
    """

    asked: list[Asked] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    bot_seconds: float = 0.0
    server_seconds: float = 0.0
    seconds: float = 0.0
    late: list[float] = field(default_factory=list)

    def waits(self, kind: str, until: str) -> list[float]:
        """Return the seconds from each question of a kind to a moment, infinity where none came."""
        ends = ((each.sent, getattr(each, until)) for each in self.asked if each.kind == kind)
        return [np.inf if end is None else end - sent for sent, end in ends]


def sentences_of(data_dir: Path, config: Path) -> list[str]:
    """Return sentences of an archive's articles."""
    line = [sys.executable, "-m", "bot", "articles", "--json", "--text"]
    line += ["--config", str(config), "--data-dir", str(data_dir)]
    listed = subprocess.run(line, check=True, capture_output=True, text=True).stdout
    texts = [json.loads(row)["text"] for row in listed.splitlines()[:2000]]
    return [found for text in texts for found in _SENTENCE.findall(text)]


def questions(sentences: list[str], seed: int = 7) -> Iterator[str]:
    """Yield questions without end, no two alike, most of them about one of the sentences."""
    chosen = random.Random(seed)
    for number in range(1_000_000):
        if chosen.random() < _UNANSWERABLE:
            yield _NOWHERE.format(number=number)
            continue
        words = chosen.choice(sentences).rstrip(".!?").split()
        first = chosen.randrange(max(1, len(words) - 6))
        said = " ".join(words[first : first + chosen.randint(5, 12)])
        yield f"What is said about {said}, and where? ({number})"


class Crowd:
    """Two hundred people in forty channels, who ask and press."""

    def __init__(self, server: LoopbackDiscord, wording: Iterator[str], seed: int = 7) -> None:
        """Let them come in."""
        self.users = [server.create_user(f"reader{number}") for number in range(USERS)]
        guild = server.add_guild("Library", members=self.users)
        self.channels = [server.add_channel(guild, f"hall-{n}") for n in range(CHANNELS)]
        self.records: list[InteractionRecord] = []
        self.presses: list[InteractionRecord] = []
        self.spoken: list[tuple[str, Message]] = []
        self._server = server
        self._wording = wording
        self._chosen = random.Random(seed)

    async def ask(self) -> None:
        """Let somebody ask something somewhere."""
        server, chosen = self._server, self._chosen
        user, channel = chosen.choice(self.users), chosen.choice(self.channels)
        kind = chosen.choices(KINDS, _SHARES)[0]
        question = next(self._wording)
        if kind == "command":
            options = {"question": question, "private": chosen.random() < 0.3}
            self.records.append(await server.slash(user, channel, "ask", options))
            return
        place = channel if kind == "mention" else server.dm(user)
        said = await server.say(user, place, question, mention_bot=kind == "mention")
        self.spoken.append((kind, said))

    async def press(self) -> None:
        """Let somebody press a button of one of the latest answers by command, if there is one."""
        recent = [each for each in self.records[-50:] if _shown(each) is not None]
        if not recent:
            return
        record = self._chosen.choice(recent)
        message = _shown(record)
        offered = [b.label for b in buttons(message) if b.label in _PRESSED] if message else []
        if message is not None and offered:
            label = self._chosen.choice(offered)
            self.presses.append(await self._server.click(record.user, message, label))

    def unanswered(self) -> int:
        """Return how many questions still wait for their answer."""
        return sum(each.answered is None for each in self.asked())

    def asked(self) -> list[Asked]:
        """Return every question and press, with what has come of it so far."""
        found = [_of_interaction("command", record) for record in self.records]
        found += [_of_interaction("button", record) for record in self.presses]
        replies: dict[int, Message] = {}
        for message in self._server.messages.values():
            if message.author is self._server.bot and message.reply_to is not None:
                replies.setdefault(message.reply_to.id, message)
        typed: dict[int, deque[float]] = defaultdict(deque)
        for typing in self._server.typings:
            typed[typing.channel.id].append(typing.at)
        for kind, said in self.spoken:
            asked = Asked(kind, said.times[0])
            waiting = typed[said.channel.id]
            asked.acknowledged = waiting.popleft() if waiting else None
            if said.id in replies:
                asked.answered = replies[said.id].times[0]
            found.append(asked)
        return found


def _shown(record: InteractionRecord) -> Message | None:
    message = record.original
    return None if message is None or message.loading or message.deleted else message


def _of_interaction(kind: str, record: InteractionRecord) -> Asked:
    message = _shown(record)
    answered = message.times[-1] if message is not None else None
    return Asked(kind, record.dispatched_at, record.acknowledged_at, answered)


def processor_seconds(pid: int) -> float:
    """Return the processor's seconds that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def run(
    server: LoopbackDiscord, crowd: Crowd, bot: BotProcess, seconds: float, rate: float
) -> Load:
    """Let a crowd ask for so long, wait for the last answers, and return what was measured."""
    load = Load()
    watch = asyncio.create_task(_watch(load, bot))
    began, before = time.monotonic(), processor_seconds(bot.pid)
    own = time.process_time()
    chosen, due = random.Random(11), began
    while (due := due + chosen.expovariate(rate)) < began + seconds:
        # Where the machine stood still, people would not have asked all at once after it.
        due = max(due, time.monotonic() - _HELD_UP)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await crowd.ask()
        if chosen.random() < _PRESS:
            await crowd.press()
    load.seconds = time.monotonic() - began
    load.bot_seconds = processor_seconds(bot.pid) - before
    load.server_seconds = time.process_time() - own
    for _ in range(int(_PATIENCE)):
        if not crowd.unanswered():
            break
        await asyncio.sleep(1)
    watch.cancel()
    load.asked = crowd.asked()
    return load


async def _watch(load: Load, bot: BotProcess) -> None:
    """Read the bot's memory once a second, and how late this process's event loop is."""
    loop = asyncio.get_running_loop()
    while True:
        worst = 0.0
        for _ in range(100):
            due = loop.time() + 0.01
            await asyncio.sleep(0.01)
            worst = max(worst, loop.time() - due)
        load.late.append(worst)
        load.memory.append(resident(bot.pid)["RssAnon"])


def _report(load: Load) -> None:
    for kind in (*KINDS, "button"):
        for until in ("acknowledged", "answered"):
            waits = load.waits(kind, until)
            if waits:
                p50, p95, p99 = np.percentile(waits, [50, 95, 99], method="higher")
                print(
                    f"{kind:8} {until:12} {len(waits):5} times: median {p50:.3f} s, "
                    f"p95 {p95:.3f}, p99 {p99:.3f}, most {max(waits):.3f}"
                )
    count = sum(each.kind != "button" for each in load.asked)
    print(
        f"{count / load.seconds:.1f} questions a second; processor: the bot "
        f"{load.bot_seconds / load.seconds:.2f} of a core, "
        f"the loopback Discord {load.server_seconds / load.seconds:.2f}, its event loop late by "
        f"{max(load.late):.3f} s at most; load of the machine {os.getloadavg()[0]:.1f}"
    )
    warm = load.memory[len(load.memory) // 4]
    print(f"own memory {warm:.1f} MB when warm, {load.memory[-1]:.1f} MB at the end")


async def _measure(data_dir: Path, config: Path, seconds: float, rate: float) -> Load:
    line = ["run", "--config", str(config), "--data-dir", str(data_dir)]
    wording = questions(sentences_of(data_dir, config))
    async with LoopbackDiscord(locate()) as server:
        crowd = Crowd(server, wording)
        async with BotProcess(server, line) as bot:
            await bot.ready(60)
            load = await run(server, crowd, bot, seconds, rate)
            await bot.terminate()
        for kind, count in Counter(violation.kind for violation in server.violations).items():
            print(f"a rule of Discord's was broken {count} times: {kind}")
        return load


def main() -> None:
    """Index the handbook where no data folder is named, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "settings.yaml"
        handbook = Path(__file__).parents[1] / "docs" / "handbook"
        settings = {"discord": {"cooldown": 0}, "sources": [{"path": str(handbook)}]}
        config.write_text(json.dumps(settings), encoding="utf-8")
        data_dir = given.data_dir or Path(name) / "data"
        if given.data_dir is None:
            line = [sys.executable, "-m", "bot", "index", "--config", str(config)]
            subprocess.run([*line, "--data-dir", str(data_dir)], check=True)
        load = asyncio.run(_measure(data_dir, config, given.seconds, given.rate))
    _report(load)
    if given.json:
        given.json.write_text(json.dumps(asdict(load)), encoding="utf-8")


if __name__ == "__main__":
    main()
