"""How quotes that were altered in known ways are found, and whether the way is told.

    python -m benchmarks.quotations [WORK_DIR] [--misses]

Over the handbook, and over the real archive where it is there: 200 quotes altered in four
ways, and besides them verbatim ones, ones with an honest ellipsis and invented ones. Half of
them, by their seeds, are for choosing how quotes are found; the other half is reported.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.follow_ups import HANDBOOK
from benchmarks.sets import SHARED, WORK, archive_of
from retrieval.archive import Archive
from retrieval.quotation import Kind, Quotation, Verdict
from retrieval.sentences import split_sentences
from retrieval.types import ArticleVersion

EACH = 50
"""Quotes of each kind in each half."""

_SHORTEST = 6
_WORD = re.compile(r"\S+")
_PLAIN = re.compile(r"[^\W\d_]{4,}")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote, and what is to be said of it.

    Attributes:
        kind: How it was made.
        text: The quote.
        articles: The ids of the articles that it is from.
        told: What is to be told: kinds of differences.
    """

    kind: str
    text: str
    articles: frozenset[str]
    told: frozenset[Kind]


class Quoting:
    """Makes quotes of an archive's articles, each from a seed of its own."""

    def __init__(self, versions: Sequence[ArticleVersion], name: str) -> None:
        self._sentences = [
            (version.article_id, place, version.article.text[slice(*span)])
            for version in versions
            for place, span in enumerate(split_sentences(version.article.text, "en"))
        ]
        self._sentences = [
            s for s in self._sentences if len(s[2].split()) >= _SHORTEST and "…" not in s[2]
        ]
        self._words = sorted({w for s in self._sentences for w in _PLAIN.findall(s[2])})
        lines = Path(__file__).with_name("invented.jsonl").read_text(encoding="utf-8")
        rows = map(json.loads, lines.splitlines())
        self.invented = [Quote("invented", r["text"], frozenset(), frozenset()) for r in rows
                         if r["of"] == name]  # fmt: skip

    def make(self, kind: str, seed: int) -> Quote:
        """Return a quote of a kind: an altered sentence, or two joined."""
        dice = random.Random(f"{kind} {seed}")
        while True:
            article, place, text = dice.choice(self._sentences)
            if kind == "joined":
                other, there, more = dice.choice(self._sentences)
                if other != article or abs(there - place) > 1:
                    ids = frozenset({article, other})
                    return Quote(kind, f"{text} {more}", ids, frozenset({Kind.JOINED}))
            elif (altered := _WAYS[kind](text, self._words, dice)) is not None:
                told = frozenset(_TOLD.get(kind, ()))
                return Quote(kind, altered, frozenset({article}), told)


def _verbatim(text: str, words: Sequence[str], dice: random.Random) -> str | None:
    found = text.split()
    first = dice.randrange(len(found) - _SHORTEST + 1)
    return " ".join(found[first : dice.randrange(first + _SHORTEST, len(found) + 1)])


def _word(text: str, words: Sequence[str], dice: random.Random) -> str | None:
    matches = list(_PLAIN.finditer(text))
    if not matches:
        return None
    match, other = dice.choice(matches), dice.choice(words)
    if other.casefold() == match.group().casefold():
        return None
    return text[: match.start()] + other + text[match.end() :]


def _number(text: str, words: Sequence[str], dice: random.Random) -> str | None:
    matches = list(_NUMBER.finditer(text))
    if not matches:
        return None
    match = dice.choice(matches)
    other = str(int(match.group()) + dice.randrange(1, 90))
    return text[: match.start()] + other + text[match.end() :]


def _dropped(text: str, words: Sequence[str], dice: random.Random, sign: str = " ") -> str | None:
    found = list(_WORD.finditer(text))
    count = dice.randrange(1, 5)
    if len(found) < count + _SHORTEST:
        return None
    first = dice.randrange(2, len(found) - count - 1)
    gone = text[found[first].start() : found[first + count].start()]
    if not _PLAIN.search(gone):
        return None
    return text[: found[first].start()].rstrip() + sign + text[found[first + count].start() :]


def _ellipsis(text: str, words: Sequence[str], dice: random.Random) -> str | None:
    return _dropped(text, words, dice, f" {dice.choice(['…', '[...]', '...', '[…]'])} ")


_WAYS: dict[str, Callable[[str, Sequence[str], random.Random], str | None]] = {
    "verbatim": _verbatim,
    "word": _word,
    "number": _number,
    "dropped": _dropped,
    "ellipsis": _ellipsis,
}
_TOLD = {
    "word": [Kind.WORD],
    "number": [Kind.NUMBER],
    "dropped": [Kind.LEFT_OUT],
    "ellipsis": [Kind.OMISSION],
}
KINDS = ("verbatim", "word", "number", "dropped", "joined", "ellipsis")


def outcome(quote: Quote, said: Quotation) -> tuple[bool, bool, bool]:
    """Return whether a quote was found, in the right articles, and told rightly."""
    found = said.verdict is not Verdict.ABSENT
    named = {piece.version.article_id for piece in said.pieces}
    named |= {ref.id for piece in said.pieces for ref in piece.also_in}
    told = frozenset(difference.kind for difference in said.differences)
    return found, quote.articles <= named, found == bool(quote.articles) and told == quote.told


def report(name: str, archive: Archive, half: int, misses: bool) -> None:
    """Check one half of an archive's quotes, and print a line for each kind."""
    quoting = Quoting(list(archive.read(archive.articles())), name)
    print(f"{name} {('to choose by', 'reported')[half]:12} {'quotes':>7} {'found':>7} "
          f"{'article':>8} {'told':>7} {'ms':>6} {'most':>6}")  # fmt: skip
    made = {kind: [quoting.make(kind, 2 * n + half) for n in range(EACH)] for kind in KINDS}
    made["invented"] = quoting.invented[half::2]
    for kind, quotes in made.items():
        outcomes, took = [], []
        for quote in quotes:
            began = time.perf_counter()
            said = archive.check_quote(quote.text)
            took.append(1000 * (time.perf_counter() - began))
            outcomes.append(outcome(quote, said))
            if misses and not outcomes[-1][2]:
                told = ", ".join(d.kind.value for d in said.differences)
                print(f"    {kind}: {said.verdict.value} ({told}): {quote.text}")
        found, named, told = (sum(column) / len(quotes) for column in zip(*outcomes, strict=True))
        print(f"  {kind:20} {len(quotes):7} {found:7.2f} {named:8.2f} {told:7.2f} "
              f"{statistics.median(took):6.0f} {max(took):6.0f}")  # fmt: skip


def main() -> None:
    """Check the quotes of both archives."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--misses"]
    work, misses = Path(arguments[0]) if arguments else WORK, "--misses" in sys.argv
    files = [HANDBOOK, *sorted((SHARED / "archive").glob("*.txt"))[:1]]
    for file in files:
        archive = archive_of(file, work)
        for half in (0, 1):
            report(file.parent.name, archive, half, misses)
        archive.close()


if __name__ == "__main__":
    main()
