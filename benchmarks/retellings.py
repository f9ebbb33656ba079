"""Real passages, told again by edits, and texts that only look like retellings."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from benchmarks.sets import SHARED

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
def pool() -> list[dict[str, str]]:
    """Return the passages of the pool, as its rows give them."""
    return list(_rows(_DATASETS / "pool_120k.jsonl.gz"))


@cache
def donated() -> list[str]:
    """Return the words of prose that is in none of the archives."""
    return " ".join(row["text"] for row in pool() if row["_id"].startswith("2wiki")).split()


@cache
def passages(half: int) -> list[str]:
    """Return the passages of one half of the titles, those of an article's length."""
    found: dict[str, list[str]] = {}
    for name in ("squad2_dev", "clapnq_dev", "belebele_en"):
        for row in _rows(_DATASETS / name / "corpus.jsonl"):
            found.setdefault(f"{name} {row['title']}", []).append(row["text"])
    texts_of_half = []
    for title, texts in found.items():
        if hashlib.sha256(title.encode()).digest()[0] % 2 == half:
            run = 4 if title.startswith("squad2_dev") else 1
            texts_of_half += ["\n\n".join(texts[n : n + run]) for n in range(0, len(texts), run)]
    return [text for text in texts_of_half if len(text.split()) >= _LEAST_WORDS]


# Edits that tell the same story.


def _new(words: float, draw: random.Random) -> str:
    """Return that many words of other prose, in one piece."""
    start = draw.randrange(len(donated()) - 5000)
    return " ".join(donated()[start : start + round(words)])


def credited(text: str, _: random.Random) -> str:
    """Return the text with a byline before and a credit after it."""
    return f"{_BYLINE}\n\n{text}\n\n{_CREDIT}"


def dropped(share: float) -> Edit:
    """Drop that share of the sentences, one at least."""

    def edit(text: str, draw: random.Random) -> str:
        sentences = _SENTENCE_END.split(text.strip())
        gone = min(max(1, round(share * len(sentences))), len(sentences) - 1)
        kept = sorted(draw.sample(range(len(sentences)), len(sentences) - gone))
        return " ".join(sentences[n] for n in kept)

    return edit


def replaced(share: float) -> Edit:
    """Replace that share of the words by others, one at least."""

    def edit(text: str, draw: random.Random) -> str:
        words = text.split()
        for n in draw.sample(range(len(words)), max(1, round(share * len(words)))):
            words[n] = draw.choice(donated())
        return " ".join(words)

    return edit


def _led(text: str, draw: random.Random) -> str:
    return f"{_new(0.2 * len(text.split()), draw)}\n\n{text}"


def extended(share: float) -> Edit:
    """Add that share of other prose at the end."""
    return lambda text, draw: f"{text}\n\n{_new(share * len(text.split()), draw)}"


def interspersed(text: str, draw: random.Random) -> str:
    """Return the text with 30 % of other sentences set between its own."""
    sentences = _SENTENCE_END.split(text.strip())
    for sentence in _SENTENCE_END.split(_new(0.3 * len(text.split()), draw)):
        sentences.insert(draw.randrange(len(sentences) + 1), sentence)
    return " ".join(sentences)


def all_of(*edits: Edit) -> Edit:
    """Edit by one after the other."""

    def edit(text: str, draw: random.Random) -> str:
        for each in edits:
            text = each(text, draw)
        return text

    return edit


SAME: dict[str, Edit] = {
    "as it was, under another title": lambda text, _: text,
    "byline and credit added": credited,
    "5 % of sentences dropped": dropped(0.05),
    "10 % of sentences dropped": dropped(0.1),
    "20 % of sentences dropped": dropped(0.2),
    "30 % of sentences dropped": dropped(0.3),
    "2 % of words replaced": replaced(0.02),
    "5 % of words replaced": replaced(0.05),
    "10 % of words replaced": replaced(0.1),
    "a lead of 20 % added": _led,
    "10 % dropped, 2 % replaced, credits": all_of(dropped(0.1), replaced(0.02), credited),
    "update of 30 %": extended(0.3),
    "update of 30 %, interspersed": interspersed,
    "update of 60 %": extended(0.6),
    "update of 60 %, 2 % replaced": all_of(extended(0.6), replaced(0.02)),
    "update of 100 %": extended(1.0),
}


# Edits that do not.


def _quoting(share: float) -> Edit:
    def edit(text: str, draw: random.Random) -> str:
        words = text.split()
        quoted = round(share * len(words))
        return f"{_new(len(words) - quoted, draw)}\n\n{' '.join(words[:quoted])}"

    return edit


HALF_BACKGROUND = "follow-up, 50 % of it background"

OTHER: dict[str, Edit] = {
    "follow-up, 25 % of it background": _quoting(0.25),
    "follow-up, 40 % of it background": _quoting(0.4),
    HALF_BACKGROUND: _quoting(0.5),
    "roundup, the story a fifth of it": extended(4.0),
}


def _filled(count: int, draw: random.Random) -> list[str]:
    """Return texts that are forms filled in, each of its own facts."""
    found = []
    for n in range(count):
        words = {slot: draw.choice(choices) for slot, choices in _SLOTS.items()}
        numbers = {slot: draw.randint(10, 59) for slot in "abcd"}
        found.append(_FORMS[n % len(_FORMS)].format(**words, **numbers))
    return found


def strangers(half: int) -> dict[str, list[str]]:
    """Return archives in which no two texts tell one story."""
    draw = random.Random(3)
    texts = passages(half)
    footer = _new(1000, draw).split()

    def signed(text: str, share: float) -> str:
        words = round(share / (1 - share) * len(text.split()))
        return f"{text}\n\n{' '.join(footer[:words])}"

    paragraphs = [row["text"] for row in _rows(_DATASETS / "squad2_dev" / "corpus.jsonl")]
    return {
        "the passages as they are": texts,
        "the same notice, 30 % of each": [signed(text, 0.3) for text in texts],
        "the same notice, 50 % of each": [signed(text, 0.5) for text in texts],
        "paragraphs of 36 topics": paragraphs,
        "600 forms filled in": _filled(600, draw),
        "30 forms filled in": _filled(30, draw),
        "translations": list(_TRANSLATED),
    }
