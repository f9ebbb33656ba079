"""How well the same story told twice is found, and what is taken for it wrongly.

    python -m benchmarks.duplicates [GROUPS_TO_READ]

Real passages (runs of four squad2_dev paragraphs, clapnq_dev, belebele_en) stand
beside edits of themselves, one kind of edit an archive. Their titles are parted in
two halves: the rule was chosen on the first, by the grid that is printed last; the
second is reported. On it, as shipped:

    credits or a lead added; up to 20 % of sentences dropped      recall 99 to 100 %
    30 % of sentences dropped; 5, 10 % of words replaced          98.5, 99.1, 96.4 %
    updates of 30, 60, 100 %                                      99.9, 99.4, 97.3 %
    follow-ups of which 40, 50 % is the old story's background    joined 0, 0.6 %
    600, 30 forms filled in (three kinds)                         joined 3.7, 13.3 %

The forms, the topics' paragraphs and the translations are the same on both halves, and
the forms were looked at when the rule was made: theirs is no untouched figure.

Precision is 98 % with each kind of edit; what it lacks are passages that stand in
the sets twice (the five pairs among `the passages as they are` were read: each is
one text). Of two edits of one passage, each its own way, 93 % are joined; of many,
fewer: the more tellings an archive holds, the more is asked of the next.

Of 60 groups drawn from the pool and read, 47 are one text twice (a manual as source
and as page, chapters in several books), 13 are reference pages alike but for a
name. The pool's passages are short; a form's few words weigh most there.
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from datasketch import LeanMinHash, MinHashLSH

from benchmarks.retellings import (
    HALF_BACKGROUND,
    OTHER,
    SAME,
    all_of,
    credited,
    donated,
    dropped,
    extended,
    interspersed,
    passages,
    pool,
    replaced,
    strangers,
)
from retrieval.duplicates import RULE, Rule, sketch, stories


@cache
def _sketched(text: str) -> bytes:
    return sketch(text)


def _told(texts: Iterable[str], rule: Rule) -> dict[str, str]:
    return stories(((str(n), _sketched(text)) for n, text in enumerate(texts)), rule)


@cache
def _edited(half: int, name: str) -> list[str]:
    draw = random.Random(1)
    edit = {**SAME, **OTHER}[name]
    return [edit(text, draw) for text in passages(half)]


class _Judged(NamedTuple):
    """How an archive of passages and their edits was grouped.

    Attributes:
        recall: The share of the edits that are joined with their passage.
        precision: The share of the pairs joined that are a passage and its edit.
    """

    recall: float
    precision: float


def _judged(half: int, name: str, rule: Rule = RULE) -> _Judged:
    texts, edited = passages(half), _edited(half, name)
    count = len(texts)
    told = _told([*texts, *edited], rule)
    pairs = [(told.get(str(n)), told.get(str(n + count))) for n in range(count)]
    right = sum(a is not None and a == b for a, b in pairs)
    joined = sum(size * (size - 1) // 2 for size in Counter(told.values()).values())
    return _Judged(right / count, right / max(joined, 1))


def _grouped(texts: list[str], rule: Rule = RULE) -> float:
    """Return the share of the texts that are joined with any other."""
    return len(_told(texts, rule)) / len(texts)


def _bridged(half: int) -> float:
    """Return the share of pairs of stories that a digest holding both makes one."""
    texts = passages(half)
    pairs = list(zip(texts[::2], texts[1::2], strict=False))
    told = _told((text for one, two in pairs for text in (one, two, f"{one}\n\n{two}")), RULE)
    stories_of = [(told.get(str(3 * n)), told.get(str(3 * n + 1))) for n in range(len(pairs))]
    return sum(one is not None and one == two for one, two in stories_of) / len(pairs)


def _together(half: int, copies: int, rule: Rule = RULE) -> float:
    """Return the share of pairs joined, of stories told so many times, each edited its own way."""
    draw = random.Random(2)
    edits = [all_of(dropped(0.15), replaced(0.02)), credited, extended(0.4), interspersed]
    chosen = passages(half)[:: max(1, copies // 2)]
    texts = [
        text if n == 0 else all_of(dropped(0.1), draw.choice(edits))(text, draw)
        for text in chosen
        for n in range(copies)
    ]
    told = _told(texts, rule)
    sizes = Counter((told[key], int(key) // copies) for key in told)
    pairs = sum(size * (size - 1) for size in sizes.values())
    return pairs / (len(chosen) * copies * (copies - 1))


def _print_kinds() -> None:
    print(f"{'the same story: recall, precision':38}{'chosen on':>18}{'reported':>18}")
    for name in SAME:
        print(f"{name:38}" + "".join("{:10.1%}{:8.1%}".format(*_judged(h, name)) for h in (0, 1)))
    for copies in (2, 4, 8, 16):
        name = f"pairs of {copies} tellings, each edited"
        print(f"{name:38}{_together(0, copies):10.1%}{_together(1, copies):18.1%}")
    print(f"\n{'another story: joined':38}{'chosen on':>10}{'reported':>18}")
    for name in OTHER:
        print(f"{name:38}{_judged(0, name).recall:10.1%}{_judged(1, name).recall:18.1%}")
    theirs = strangers(1)
    for name, texts in strangers(0).items():
        print(f"{name:38}{_grouped(texts):10.1%}{_grouped(theirs[name]):18.1%}")
    print(f"{'two stories, by a digest of both':38}{_bridged(0):10.1%}{_bridged(1):18.1%}")


def _print_pool(looked_at: int) -> None:
    """Group the whole pool, and show pairs of drawn groups to be read."""
    rows = pool()
    sketches = [(row["_id"], _sketched(row["text"])) for row in rows]
    began = time.perf_counter()
    told = stories(sketches)
    seconds = time.perf_counter() - began
    sizes = Counter(told.values())
    texts = {row["_id"]: row["text"] for row in rows}
    print(
        f"\nthe pool: {len(rows)} passages in {seconds:.1f} s; {len(told)} of them tell"
        f" {len(sizes)} stories, {sum(n == 2 for n in sizes.values())} twice;"
        f" the largest {max(sizes.values())} times"
    )
    draw = random.Random(4)
    for story in draw.sample(sorted(sizes), looked_at):
        other = draw.choice([key for key in told if told[key] == story and key != story])
        print(f"\n{story}\n{texts[story]}\n-- {other}\n{texts[other]}")


def _resident() -> float:
    """Return this process's memory in MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6


def _print_cost() -> None:
    """Print the cost of a sketch, and of candidates by datasketch's MinHashLSH."""
    words = donated()
    for count in (120, 1000, 5000):
        texts = [" ".join(words[n : n + count]) for n in range(0, 100_000, 1000)]
        began = time.perf_counter()
        for text in texts:
            sketch(text)
        took = (time.perf_counter() - began) / len(texts) * 1000
        print(f"a sketch of {count} words: {took:.2f} ms")
    before, began = _resident(), time.perf_counter()
    index = MinHashLSH(num_perm=128, params=(42, 3))
    for n, row in enumerate(pool()[:100_000]):
        hashes = np.frombuffer(_sketched(row["text"]), dtype="<u4", count=128)
        index.insert(n, LeanMinHash(seed=1, hashvalues=hashes, scheme="affine32"))
    seconds, grown = time.perf_counter() - began, _resident() - before
    print(f"MinHashLSH of the same bands, 100,000 sketches: {seconds:.1f} s, {grown:.0f} MB more")


def _print_grid() -> None:
    """Print, on the first half, what the rule finds and joins wrongly, each number varied."""
    varied: list[dict[str, float]] = [{}]
    varied += [{"contained": value} for value in (0.5, 0.55, 0.65, 0.7)]
    varied += [{"alike": value} for value in (0.25, 0.3, 0.4, 0.45)]
    varied += [{"figures": value} for value in (0.0, 0.6, 0.65, 0.75)]
    varied += [{"common": value} for value in (3.0, 5.0, 20.0, math.inf)]
    varied += [{"doubt": value} for value in (0.0, 1.0, 2.0, 8.0)]
    archives = strangers(0)
    forms = [name for name in archives if "forms" in name]
    columns = ["8 tellings", "half background", *forms]
    print(f"\n{'on the first half':18}{'recall':>8}{'least':>8}", end="")
    print("".join(f"{name:>22}" for name in columns))
    for change in varied:
        rule = replace(RULE, **change)
        found = [_judged(0, name, rule).recall for name in SAME]
        others = [_together(0, 8, rule), _judged(0, HALF_BACKGROUND, rule).recall]
        others += [_grouped(archives[name], rule) for name in forms]
        label = " ".join(f"{name} {value:g}" for name, value in change.items()) or "as shipped"
        print(f"{label:18}{np.mean(found):8.1%}{min(found):8.1%}", end="")
        print("".join(f"{value:22.1%}" for value in others))


def main() -> None:
    """Measure, and print the tables."""
    _print_kinds()
    _print_pool(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    _print_cost()
    _print_grid()


if __name__ == "__main__":
    main()
