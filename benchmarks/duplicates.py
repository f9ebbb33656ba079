"""How well the same story told twice is found, and what is taken for it wrongly.

    python -m benchmarks.duplicates

Real passages (runs of four squad2_dev paragraphs, clapnq_dev, belebele_en) stand
beside edits of themselves, one kind of edit an archive. Their titles are parted in
two halves: the rule was chosen on the first, by the grid that is printed last; the
second is reported. Where the edit tells the same story, all should be joined with
their article; where it does not, none.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
from datasketch import LeanMinHash, MinHashLSH

from benchmarks.sets import SHARED
from retrieval.duplicates import RULE, Rule, sketch, stories

_DATASETS = SHARED / "datasets"
_LEAST_WORDS = 60
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_BYLINE = "By Marta Quell, staff writer"
_CREDIT = (
    "Marta Quell reports on towns and trade for the Harbour Courier. This article first"
    " appeared in the Courier and is republished with its permission."
)
_FORMS = (
    "Forecast for {place}: {day} will be mostly {sky}, with a high of {a} degrees in the afternoon"
    " and a low of {b} overnight. Winds from the {side} at {c} kilometres an hour, with gusts on"
    " the coast. The chance of rain is {d} per cent in the morning and falls towards evening. The"
    " sun rises at 6:{a} and sets at 8:{b}. Pollen counts are moderate, and the sea is {c}"
    " degrees at the pier. This forecast is updated twice a day.",
    "{place} council meets on {day} at {c} in the evening to decide on {a} applications, among"
    " them a request by {name} for an extension in {street}. The agenda and all documents are on"
    " the council's website. Residents who wish to speak must register two days before. The"
    " meeting is open to the public and will be streamed. Minutes of the last meeting, which {b}"
    " people attended, will be put to the vote.",
    "{name} shares closed {a} per cent higher on {day} after the company said that its quarterly"
    " revenue had risen to {b} million from {c} million a year before. Analysts had expected {d}"
    " million. Net profit was {c} million. The company, based in {place}, confirmed its outlook"
    " for the year. Past performance is no guide to future results. Prices are delayed by at"
    " least fifteen minutes.",
)
_SLOTS = {
    "place": "Arden Bexhill Corby Dunmore Elstow Fairlie Garrow Hexton Ilford Jarvis".split(),
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "sky": "sunny cloudy overcast clear hazy wet".split(),
    "side": "north south east west north-east south-west".split(),
    "name": "Alder Birchall Copperfield Dray Eastman Fenwick Grange Holloway Ivers Jute".split(),
    "street": "Mill|Church|Station|Park|Harbour|School|Bridge|Castle".split("|"),
}
_TRANSLATED = (
    "The old ferry between the two banks of the river made its last crossing on Sunday. For"
    " ninety years it had carried workers, schoolchildren and bicycles. From Monday a bridge of"
    " steel and larch takes its place, and the ferryman will look after its lamps.",
    "Die alte Fähre zwischen den beiden Ufern des Flusses hat am Sonntag zum letzten Mal"
    " übergesetzt. Neunzig Jahre lang hatte sie Arbeiter, Schulkinder und Fahrräder getragen. Ab"
    " Montag tritt eine Brücke aus Stahl und Lärche an ihre Stelle, und der Fährmann wird sich um"
    " ihre Lampen kümmern.",
    "Le vieux bac entre les deux rives du fleuve a fait dimanche sa dernière traversée. Pendant"
    " quatre-vingt-dix ans, il avait porté des ouvriers, des écoliers et des vélos. Dès lundi, un"
    " pont d'acier et de mélèze le remplace, et le passeur s'occupera de ses lampes.",
)


Edit = Callable[[str, random.Random], str]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


@cache
def _pool() -> list[dict[str, str]]:
    return list(_rows(_DATASETS / "pool_120k.jsonl.gz"))


@cache
def _donated() -> list[str]:
    """Return the words of prose that is in none of the archives."""
    return " ".join(row["text"] for row in _pool() if row["_id"].startswith("2wiki")).split()


@cache
def _passages(half: int) -> list[str]:
    """Return the passages of one half of the titles, those of an article's length."""
    found: dict[str, list[str]] = {}
    for name in ("squad2_dev", "clapnq_dev", "belebele_en"):
        for row in _rows(_DATASETS / name / "corpus.jsonl"):
            found.setdefault(f"{name} {row['title']}", []).append(row["text"])
    passages = []
    for title, texts in found.items():
        if hashlib.sha256(title.encode()).digest()[0] % 2 == half:
            run = 4 if title.startswith("squad2_dev") else 1
            passages += ["\n\n".join(texts[n : n + run]) for n in range(0, len(texts), run)]
    return [text for text in passages if len(text.split()) >= _LEAST_WORDS]


# Edits that tell the same story.


def _new(words: float, draw: random.Random) -> str:
    """Return that many words of other prose, in one piece."""
    start = draw.randrange(len(_donated()) - 5000)
    return " ".join(_donated()[start : start + round(words)])


def _credited(text: str, _: random.Random) -> str:
    return f"{_BYLINE}\n\n{text}\n\n{_CREDIT}"


def _dropped(share: float) -> Edit:
    def edit(text: str, draw: random.Random) -> str:
        sentences = _SENTENCE_END.split(text.strip())
        gone = min(max(1, round(share * len(sentences))), len(sentences) - 1)
        kept = sorted(draw.sample(range(len(sentences)), len(sentences) - gone))
        return " ".join(sentences[n] for n in kept)

    return edit


def _replaced(share: float) -> Edit:
    def edit(text: str, draw: random.Random) -> str:
        words = text.split()
        for n in draw.sample(range(len(words)), max(1, round(share * len(words)))):
            words[n] = draw.choice(_donated())
        return " ".join(words)

    return edit


def _led(text: str, draw: random.Random) -> str:
    return f"{_new(0.2 * len(text.split()), draw)}\n\n{text}"


def _extended(share: float) -> Edit:
    return lambda text, draw: f"{text}\n\n{_new(share * len(text.split()), draw)}"


def _interspersed(text: str, draw: random.Random) -> str:
    sentences = _SENTENCE_END.split(text.strip())
    for sentence in _SENTENCE_END.split(_new(0.3 * len(text.split()), draw)):
        sentences.insert(draw.randrange(len(sentences) + 1), sentence)
    return " ".join(sentences)


def _all_of(*edits: Edit) -> Edit:
    def edit(text: str, draw: random.Random) -> str:
        for each in edits:
            text = each(text, draw)
        return text

    return edit


_SAME: dict[str, Edit] = {
    "as it was, under another title": lambda text, _: text,
    "byline and credit added": _credited,
    "5 % of sentences dropped": _dropped(0.05),
    "10 % of sentences dropped": _dropped(0.1),
    "20 % of sentences dropped": _dropped(0.2),
    "30 % of sentences dropped": _dropped(0.3),
    "2 % of words replaced": _replaced(0.02),
    "5 % of words replaced": _replaced(0.05),
    "10 % of words replaced": _replaced(0.1),
    "a lead of 20 % added": _led,
    "10 % dropped, 2 % replaced, credits": _all_of(_dropped(0.1), _replaced(0.02), _credited),
    "update of 30 %": _extended(0.3),
    "update of 30 %, interspersed": _interspersed,
    "update of 60 %": _extended(0.6),
    "update of 60 %, 2 % replaced": _all_of(_extended(0.6), _replaced(0.02)),
    "update of 100 %": _extended(1.0),
}


# Edits that do not.


def _quoting(share: float) -> Edit:
    def edit(text: str, draw: random.Random) -> str:
        words = text.split()
        quoted = round(share * len(words))
        return f"{_new(len(words) - quoted, draw)}\n\n{' '.join(words[:quoted])}"

    return edit


_OTHER: dict[str, Edit] = {
    "follow-up, 25 % of it background": _quoting(0.25),
    "follow-up, 40 % of it background": _quoting(0.4),
    "follow-up, 50 % of it background": _quoting(0.5),
    "roundup, the story a fifth of it": _extended(4.0),
}


def _filled(count: int, draw: random.Random) -> list[str]:
    """Return texts that are forms filled in, each of its own facts."""
    found = []
    for n in range(count):
        words = {slot: draw.choice(choices) for slot, choices in _SLOTS.items()}
        numbers = {slot: draw.randint(10, 59) for slot in "abcd"}
        found.append(_FORMS[n % len(_FORMS)].format(**words, **numbers))
    return found


def _strangers(passages: list[str]) -> dict[str, list[str]]:
    """Return archives in which no two texts tell one story."""
    draw = random.Random(3)
    footer = _new(1000, draw).split()

    def signed(text: str, share: float) -> str:
        words = round(share / (1 - share) * len(text.split()))
        return f"{text}\n\n{' '.join(footer[:words])}"

    paragraphs = [row["text"] for row in _rows(_DATASETS / "squad2_dev" / "corpus.jsonl")]
    return {
        "the passages as they are": passages,
        "the same notice, 30 % of each": [signed(text, 0.3) for text in passages],
        "the same notice, 50 % of each": [signed(text, 0.5) for text in passages],
        "paragraphs of 36 topics": paragraphs,
        "600 forms filled in": _filled(600, draw),
        "30 forms filled in": _filled(30, draw),
        "translations": list(_TRANSLATED),
    }


# What is measured.


@cache
def _sketched(text: str) -> bytes:
    return sketch(text)


def _told(texts: Iterable[str], rule: Rule) -> dict[str, str]:
    return stories(((str(n), _sketched(text)) for n, text in enumerate(texts)), rule)


@cache
def _edited(half: int, name: str) -> list[str]:
    draw = random.Random(1)
    edit = {**_SAME, **_OTHER}[name]
    return [edit(text, draw) for text in _passages(half)]


def _joined(half: int, name: str, rule: Rule = RULE) -> float:
    """Return the share of the edits that are joined with their passage."""
    passages, edited = _passages(half), _edited(half, name)
    count = len(passages)
    told = _told([*passages, *edited], rule)
    pairs = [(told.get(str(n)), told.get(str(n + count))) for n in range(count)]
    return sum(a is not None and a == b for a, b in pairs) / count


def _grouped(texts: list[str], rule: Rule = RULE) -> float:
    """Return the share of the texts that are joined with any other."""
    return len(_told(texts, rule)) / len(texts)


def _together(half: int, copies: int, rule: Rule = RULE) -> float:
    """Return the share of pairs joined, of stories told so many times, each edited its own way."""
    draw = random.Random(2)
    edits = [_all_of(_dropped(0.15), _replaced(0.02)), _credited, _extended(0.4), _interspersed]
    passages = _passages(half)[:: max(1, copies // 2)]
    texts = [
        text if n == 0 else _all_of(_dropped(0.1), draw.choice(edits))(text, draw)
        for text in passages
        for n in range(copies)
    ]
    told = _told(texts, rule)
    sizes = Counter((told[key], int(key) // copies) for key in told)
    pairs = sum(size * (size - 1) for size in sizes.values())
    return pairs / (len(passages) * copies * (copies - 1))


def _print_kinds() -> None:
    print(f"{'joined with its story, should be 100 %':42}{'chosen on':>10}{'reported':>10}")
    for name in _SAME:
        print(f"{name:42}{_joined(0, name):10.1%}{_joined(1, name):10.1%}")
    for copies in (2, 4, 8, 16):
        name = f"pairs of {copies} tellings, each edited"
        print(f"{name:42}{_together(0, copies):10.1%}{_together(1, copies):10.1%}")
    print(f"\n{'joined with another story, should be 0':42}{'chosen on':>10}{'reported':>10}")
    for name in _OTHER:
        print(f"{name:42}{_joined(0, name):10.1%}{_joined(1, name):10.1%}")
    ours, theirs = (_strangers(_passages(half)) for half in (0, 1))
    for name, texts in ours.items():
        print(f"{name:42}{_grouped(texts):10.1%}{_grouped(theirs[name]):10.1%}")


def _print_pool(looked_at: int) -> None:
    """Group the whole pool, and show pairs of drawn groups to be read."""
    rows = _pool()
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
    words = _donated()
    for count in (120, 1000, 5000):
        texts = [" ".join(words[n : n + count]) for n in range(0, 100_000, 1000)]
        began = time.perf_counter()
        for text in texts:
            sketch(text)
        took = (time.perf_counter() - began) / len(texts) * 1000
        print(f"a sketch of {count} words: {took:.2f} ms")
    before, began = _resident(), time.perf_counter()
    index = MinHashLSH(num_perm=128, params=(42, 3))
    for n, row in enumerate(_pool()[:100_000]):
        hashes = np.frombuffer(_sketched(row["text"]), dtype="<u4")
        index.insert(n, LeanMinHash(seed=1, hashvalues=hashes, scheme="affine32"))
    seconds, grown = time.perf_counter() - began, _resident() - before
    print(f"MinHashLSH of the same bands, 100,000 sketches: {seconds:.1f} s, {grown:.0f} MB more")


def _print_grid() -> None:
    """Print, on the first half, what each rule finds and joins wrongly."""
    print("\ncontained  alike  common   found, mean   least   16 tellings   wrong, mean   most")
    strangers = _strangers(_passages(0))
    for contained in (0.5, 0.55, 0.6, 0.65, 0.7):
        for alike in (0.25, 0.35, 0.45):
            for common in (5, 10, 20):
                rule = Rule(contained, alike, common)
                found = [_joined(0, name, rule) for name in _SAME]
                wrong = [_joined(0, name, rule) for name in _OTHER]
                wrong += [_grouped(texts, rule) for texts in strangers.values()]
                print(
                    f"{contained:9}{alike:7}{common:8}{np.mean(found):14.1%}{min(found):8.1%}"
                    f"{_together(0, 16, rule):14.1%}{np.mean(wrong):14.1%}{max(wrong):8.1%}"
                )


def main() -> None:
    """Measure, and print the tables."""
    _print_kinds()
    _print_pool(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    _print_cost()
    _print_grid()


if __name__ == "__main__":
    main()
