"""How quickly, and how well, what is typed after `/article` is completed.

    python -m benchmarks.autocomplete [WORK_DIR] [--titles 20000] [--asked 150] [--json FILE]

Titles are real ones of the pool's passages, and the openings of their sentences; three
headings an article are openings too; every tenth article had another title before. Typed
are their beginnings and words, cut anywhere from the fifth letter on, with and without a
typo, and forty titles in other words (`MEANT`). Found: the intended article is among the
25 offered; first: it is the first. Each typed text is asked once, on one thread; its
processor time is what it takes where nothing else runs.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import string
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.sets import WORK, chunking, search
from benchmarks.titles import MEANT, Titles
from config.settings import load_settings
from retrieval.archive import Archive
from retrieval.collecting import Plan
from retrieval.indexing import Indexer
from retrieval.model import open_encoder, prepare_encoder
from retrieval.types import OPERATOR, PUBLIC, Reader

_MOST = 25
_LIMITED = Reader(frozenset({PUBLIC}))


class Typed(NamedTuple):
    """What is typed, and the id of the article that is meant; None where none is."""

    text: str
    meant: str | None


class Asked(NamedTuple):
    """How a typed text was completed: milliseconds, and the place of what was meant, from 1."""

    took: float
    worked: float
    place: int | None


def _cut(text: str, dice: random.Random) -> str:
    """Return a text's beginning, cut anywhere from its fifth letter on."""
    return text[: dice.randint(min(5, len(text)), min(len(text), 30))].rstrip()


def _words(text: str, dice: random.Random) -> str:
    """Return two or three of a text's longer words, in any order, the last one cut."""
    words = [word for word in text.split() if len(word) > 3] or text.split()
    chosen = dice.sample(words, min(len(words), dice.randint(2, 3)))
    return " ".join([*chosen[:-1], chosen[-1][: max(3, len(chosen[-1]) - dice.randint(0, 3))]])


def _misspelt(text: str, dice: random.Random) -> str:
    """Return a text with a typo: a letter left out, put in, replaced or swapped."""
    at = dice.randrange(1, max(2, len(text) - 1))
    letter = dice.choice(string.ascii_lowercase)
    return dice.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
        ]
    )


def _kinds(titles: Titles, asked: int) -> dict[str, list[Typed]]:
    """Return what is typed, by its kind."""
    dice = random.Random(25)
    numbers = dice.sample(range(len(MEANT), titles.count), asked)
    before = dice.sample(range(9, titles.count, 10), min(asked, titles.count // 10))

    def of(
        change: Callable[[str, random.Random], str],
        name: Callable[[int], str | None] = titles.title,
        chosen: Sequence[int] = numbers,
    ) -> list[Typed]:
        return [Typed(change(name(n) or "", dice).lower(), str(n)) for n in chosen]

    def heading(number: int) -> str:
        return dice.choice(titles.headings(number))

    def wrong(change: Callable[[str, random.Random], str]) -> Callable[[str, random.Random], str]:
        return lambda text, dice: _misspelt(change(text, dice), dice)

    places = {title: str(number) for number, title in enumerate(MEANT)}
    return {
        "nothing": [Typed("", None)] * 20,
        "one or two letters": [Typed(t.text[: dice.randint(1, 2)], None) for t in of(_cut)],
        "beginning": of(_cut),
        "beginning, typo": of(wrong(_cut)),
        "whole title, typo": of(wrong(lambda text, _: text)),
        "words": of(_words),
        "words, typo": of(wrong(_words)),
        "heading": of(_cut, heading),
        "heading, typo": of(wrong(_cut), heading),
        "former title": of(_cut, titles.title_before, before),
        "other words": [Typed(text, places[title]) for title, text in MEANT.items()],
        "no article": [Typed(text[::-1], None) for text, _ in of(lambda text, _: text)],
    }


def _archive(titles: Titles, work: Path) -> Archive:
    """Return the archive of the titles, indexed below a work folder where it has changed."""
    settings, models = load_settings(), work / "models"
    model, data_dir = settings.model, work / f"autocomplete-{titles.count}"
    encoder = prepare_encoder(models, model.name, model.sha256, threads=0, runtime=model.runtime)
    if not (data_dir / "index").exists():
        Indexer(data_dir, encoder, chunking(encoder), _plan(titles), lambda _: None).run()
    titles.former = False
    Indexer(data_dir, encoder, chunking(encoder), _plan(titles), lambda _: None).run()
    answering = open_encoder(models, model.name, model.sha256, threads=1, runtime=model.runtime)
    return Archive(data_dir, answering, chunking(answering), search())


def _plan(titles: Titles) -> Plan:
    return Plan([titles], configured=False)


def _ask(archive: Archive, typed: Typed, reader: Reader) -> Asked:
    began, idle = time.perf_counter(), time.process_time()
    found = archive.suggest(typed.text, reader, _MOST)
    took, worked = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - idle)
    ids = [each.entry.ref.id for each in found]
    if len(ids) > _MOST or len(set(ids)) < len(ids):
        raise RuntimeError(f"{typed.text!r} gives {ids}")
    if reader is _LIMITED and any(Titles.hidden(int(one)) for one in ids):
        raise RuntimeError(f"{typed.text!r} gives what its reader may not see: {ids}")
    return Asked(took, worked, ids.index(typed.meant) + 1 if typed.meant in ids else None)


@dataclass(frozen=True)
class Row:
    """What came of one kind of typed text: milliseconds, and shares of what was meant.

    Attributes:
        kind: The kind of typed text.
        asked: How many were typed.
        p50: Milliseconds at the median.
        p95: At the 95th percentile.
        p99: At the 99th.
        processor: Milliseconds of processor time at the 95th percentile.
        found: The share of which the intended article was offered; None where none was meant.
        first: The share of which it was offered first.
    """

    kind: str
    asked: int
    p50: float
    p95: float
    p99: float
    processor: float
    found: float | None
    first: float | None

    def line(self) -> str:
        """Return it as a line of the table."""
        took = (self.p50, self.p95, self.p99, self.processor)
        shares = (share for share in (self.found, self.first) if share is not None)
        columns = [*(f"{ms:7.1f}" for ms in took), *(f"{share:7.1%}" for share in shares)]
        return f"{self.kind:34} {self.asked:7} {' '.join(columns)}"


def _row(kind: str, typed: list[Typed], asked: list[Asked]) -> Row:
    took = statistics.quantiles([each.took for each in asked], n=100)
    worked = statistics.quantiles([each.worked for each in asked], n=100)
    places = [a.place for a, t in zip(asked, typed, strict=True) if t.meant is not None]
    found = sum(place is not None for place in places) / len(places) if places else None
    first = sum(place == 1 for place in places) / len(places) if places else None
    return Row(kind, len(asked), took[49], took[94], took[98], worked[94], found, first)


def _measure(archive: Archive, kinds: dict[str, list[Typed]]) -> list[Row]:
    """Return a row a kind, for the operator and for a reader who may not see all."""
    rows = []
    for name, reader in (("", OPERATOR), (", limited reader", _LIMITED)):
        every: list[Asked] = []
        texts: list[Typed] = []
        for kind, typed in kinds.items():
            seen = [
                t for t in typed
                if t.meant is None or reader is OPERATOR or not Titles.hidden(int(t.meant))
            ]  # fmt: skip
            asked = [_ask(archive, one, reader) for one in seen]
            rows.append(_row(kind + name, seen, asked))
            every, texts = every + asked, texts + seen
        rows.append(_row("all" + name, texts, every))
    return rows


def main() -> None:
    """Measure every kind of typed text, and print what came out."""
    parser = argparse.ArgumentParser(description="Measure the suggestions of /article.")
    parser.add_argument("work", type=Path, nargs="?", default=WORK)
    parser.add_argument("--titles", type=int, default=20_000)
    parser.add_argument("--asked", type=int, default=150)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    titles = Titles(options.titles)
    archive = _archive(titles, options.work)
    began = time.perf_counter()
    archive.prepare_suggestions()
    print(f"{titles.count} titles; their names are read in {time.perf_counter() - began:.2f} s")
    rows = _measure(archive, _kinds(titles, options.asked))
    columns = ("asked", "p50", "p95", "p99", "cpu p95", "found", "first")
    print(f"{'milliseconds':34}", *(f"{column:>7}" for column in columns))
    for row in rows:
        print(row.line())
    if options.json:
        options.json.write_text(json.dumps([row.__dict__ for row in rows], indent=1) + "\n")
    archive.close()


if __name__ == "__main__":
    main()
