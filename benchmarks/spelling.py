"""How many misspelt words are taken for what was meant, and how many others are wrongly.

    python -m benchmarks.spelling [WORK_DIR]

Recovered: a random typo in a word that the set's archive knows, in its question.
Falsely corrected: the words of the other sets' questions that the archive does not know.
Those that their authors misspelt (`_MISSPELT`, found by reading) count apart.
"""

from __future__ import annotations

import random
import statistics
import string
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.sets import SHARED, WORK, archive_of, questions
from retrieval.archive import Archive
from retrieval.keywords import Term
from retrieval.spelling import Speller
from retrieval.types import OPERATOR

_SETS = ("belebele_en", "clapnq_dev")
_ASKING = (*_SETS, "squad2_dev")
_TYPED = 1000
_SHORTEST = 4
_LONG = 6

_MISSPELT = frozenset(
    "accelerlations acceration affext antartica betwen bouregois campaigh chainging charecterized"
    " counil decribes desribed desribes destiantions develped develpment differnet dificult"
    " distancea dusquesne equtions framd frensh gaurentee goovernment governon goverment gradiient"
    " guage heaquarter iinternal insite intertial intrisic knowedge longterm objest partical"
    " pittsburg priciple reffered requiered resposible responce rgarding scounting seperating"
    " shirey shirly significan srevice staes stong strengh strenght strengt swedex undestanding"
    " unkown whwn willima".split()
)


def _substituted(word: str, at: int, dice: random.Random) -> str:
    return word[:at] + dice.choice(string.ascii_lowercase) + word[at + 1 :]


def _left_out(word: str, at: int, _: random.Random) -> str:
    return word[:at] + word[at + 1 :]


def _put_in(word: str, at: int, dice: random.Random) -> str:
    return word[:at] + dice.choice(string.ascii_lowercase) + word[at:]


def _doubled(word: str, at: int, _: random.Random) -> str:
    return word[:at] + word[at] + word[at:]


def _swapped(word: str, at: int, _: random.Random) -> str:
    return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


_TYPOS: dict[str, Callable[[str, int, random.Random], str]] = {
    "substituted": _substituted,
    "left out": _left_out,
    "put in": _put_in,
    "doubled": _doubled,
    "swapped": _swapped,
}


class Typed(NamedTuple):
    """A question with a typo, and what the typo came to.

    Attributes:
        kind: The kind of the typo.
        meant: The word without it.
        at: Where in the word it stands.
        taken_for: What it was taken for, or None.
        recovered: Whether that is the word, or a form of it.
    """

    kind: str
    meant: str
    at: int
    taken_for: str | None
    recovered: bool


def _content(speller: Speller, question: str) -> list[Term]:
    terms = speller.index.terms(question)
    return [t for t in terms if t.content and t.word.isalpha() and len(t.word) >= _SHORTEST]


def _typed(speller: Speller, asked: list[str]) -> tuple[list[Typed], list[float]]:
    """Return what typos came to, and the milliseconds that their questions took more."""
    dice = random.Random(4)
    index = speller.index
    typed: list[Typed] = []
    took: list[float] = []
    for question in dice.choices(asked, k=4 * _TYPED):
        terms = [t for t in _content(speller, question) if not index.unknown([t], OPERATOR)]
        if not terms or len(typed) == _TYPED:
            continue
        term = dice.choice(terms)
        kind = dice.choice(list(_TYPOS))
        at = dice.randrange(len(term.word) - (kind == "swapped"))
        wrong = _TYPOS[kind](term.word, at, dice)
        if not index.unknown(index.terms(wrong), OPERATOR):
            continue
        began = time.perf_counter()
        corrections = speller.understand(question.replace(term.word, wrong)).corrections
        middle = time.perf_counter()
        speller.understand(question)
        took.append(1000 * (2 * middle - began - time.perf_counter()))
        taken = next((c.taken_for for c in corrections if wrong in c.word), None)
        recovered = taken is not None and index.stems(taken) == [term.stem]
        typed.append(Typed(kind, term.word, at, taken, recovered))
    return typed, took


def _untouched(speller: Speller, asked: list[str]) -> tuple[set[str], dict[str, str]]:
    """Return the unknown words of questions, and what some of them were taken for."""
    unknown: set[str] = set()
    taken: dict[str, str] = {}
    for question in asked:
        missing = set(speller.index.unknown(_content(speller, question), OPERATOR))
        unknown |= {word.lower() for word in missing}
        if missing:
            for found in speller.understand(question).corrections:
                taken[found.word.lower()] = found.taken_for
    return unknown, taken


def _share(typed: list[Typed]) -> str:
    return f"{sum(t.recovered for t in typed) / max(1, len(typed)):6.1%} of {len(typed)}"


def _report(name: str, archive: Archive) -> None:
    speller = archive.speller(OPERATOR)
    typed, took = _typed(speller, [asked.question for asked in questions(name)])
    past = [t for t in typed if t.at > 0]
    print(f"{name}: recovered {_share(typed)}; past the initial {_share(past)}")
    print(f"  of {_LONG} letters or more {_share([t for t in past if len(t.meant) >= _LONG])}")
    for kind in _TYPOS:
        print(f"  {kind:12} {_share([t for t in past if t.kind == kind])}")
    wrong = [t for t in typed if t.taken_for is not None and not t.recovered]
    print(f"  taken for something else {len(wrong) / len(typed):.1%}")
    others = [a.question for other in _ASKING if other != name for a in questions(other)]
    unknown, taken = _untouched(speller, others)
    false = {word: other for word, other in taken.items() if word not in _MISSPELT}
    print(f"  falsely corrected {len(false)} of {len(unknown - _MISSPELT)} unknown words")
    print("   ", ", ".join(f"{word} → {other}" for word, other in sorted(false.items())))
    print(f"  misspelt by their authors: {len(taken) - len(false)} corrected", end="")
    print(f" of {len(unknown & _MISSPELT)}")
    percent = statistics.quantiles(took, n=100)
    print(f"  milliseconds for a misspelt word: median {percent[49]:.2f}, p99 {percent[98]:.2f}")


def main() -> None:
    """Measure every set and print what came out."""
    work = Path(sys.argv[1]) if len(sys.argv) > 1 else WORK
    for name in _SETS:
        archive = archive_of(SHARED / "datasets" / name / "corpus.jsonl", work)
        _report(name, archive)
        archive.close()


if __name__ == "__main__":
    main()
