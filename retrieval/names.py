"""What articles are called, and which of it is most like what was typed so far.

An article is called by its title, by its headings, and by its other titles. What was typed
is compared word by word with the words of all names, of which there are fewer than names;
a name counts for what its words do. The likest names are then compared as wholes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from retrieval.index import Entry, Section
from retrieval.lexicon import Lexicon, Likeness, words_of
from retrieval.types import Alias, Reader
from retrieval.vectors import Mask, Positions

SURE = 0.9
"""The least likeness of what was typed without a mistake."""

_ALIKE = 0.6
_WORDS = 12
_LETTERS = 32
_COMPARED = 200

_APART = 0.9
"""What a word counts for that was typed as two, or two that were typed as one."""

_HEADING = 0.9
_OTHER = 0.97
"""What a heading and another title count for beside the title."""

_BEGINS = 0.1
_WHOLE = 0.3
_WITHIN = 0.9
_CLOSE = 0.05
"""What it counts for that a name begins with the first word typed, that it is like all that
was typed (where not at its beginning, a little less), and that little of it is left to type."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may be meant, and which of its names was found.

    Attributes:
        entry: The article.
        heading: The heading that was found, None where it was another name.
        alias: The other title that was found, None where it was another name.
    """

    entry: Entry
    heading: Section | None = None
    alias: str | None = None

    @property
    def name(self) -> str:
        """The name that was found."""
        return self.alias or (self.heading.title if self.heading else self.entry.ref.title)


class Names:
    """The names of a generation's articles. Several threads may look through them at once."""

    def __init__(self, entries: Sequence[Entry], aliases: Mapping[str, Sequence[Alias]]) -> None:
        """Read the names.

        Args:
            entries: The articles.
            aliases: Other titles of articles, by the articles' ids.
        """
        self._entries = entries
        self._aliases = aliases
        codes: dict[str, int] = {}
        rows: list[tuple[int, int, int, int, int]] = []
        words: list[str] = []
        for number, entry in enumerate(entries):
            own = codes.setdefault(entry.collection, len(codes))
            for place, (name, collection) in self._names(entry):
                if found := words_of(name):
                    other = codes.setdefault(collection, len(codes))
                    rows.append((number, place, own, other, len(found)))
                    words += found
        table = np.array(rows, dtype=np.int32).reshape(-1, 5).T.copy()
        self._owners, self._places, self._own, self._other, sizes = table
        self._codes = codes
        self._lexicon = Lexicon(words)
        numbers = {word: number for number, word in enumerate(self._lexicon.words)}
        placed = np.array([numbers[word] for word in words], dtype=np.int32)
        begins = np.cumsum(sizes) - sizes
        self._first = placed[begins]
        letters = np.array([len(word) + 1 for word in words], dtype=np.int32)
        self._letters = np.add.reduceat(letters, begins) if rows else letters
        # The names that have a word stand behind one another, in the order of the words.
        self._having = np.repeat(np.arange(len(rows)), sizes)[np.argsort(placed, kind="stable")]
        self._ends = np.cumsum(np.bincount(placed, minlength=len(self._lexicon)))

    def _names(self, entry: Entry) -> Iterator[tuple[int, tuple[str, str]]]:
        """Yield an article's names by their place, each with the collection it is told in.

        The title's place is 0; those of headings follow, those of other titles come before.
        """
        yield 0, (entry.ref.title, entry.collection)
        for number, section in enumerate(entry.sections, start=1):
            yield number, (section.title, entry.collection)
        for number, alias in enumerate(self._aliases.get(entry.ref.id, ()), start=1):
            if alias.title != entry.ref.title:
                yield -number, alias

    def _suggestion(self, name: int) -> Suggestion:
        entry, place = self._entries[self._owners[name]], int(self._places[name])
        if place > 0:
            return Suggestion(entry, heading=entry.sections[place - 1])
        alias = self._aliases[entry.ref.id][-place - 1].title if place < 0 else None
        return Suggestion(entry, alias=alias)

    def like(self, typed: str, reader: Reader, limit: int) -> list[tuple[Suggestion, float]]:
        """Return the articles of which a name is most like what was typed, the likest first.

        Args:
            typed: The beginning of a name, or words of it in any order, the last one
                perhaps unfinished, mistakes forgiven.
            reader: Who may see what.
            limit: How many articles at most.

        Returns:
            The articles, each with its likeness from 0 to 1.
        """
        words = [word[:_LETTERS] for word in words_of(typed)[:_WORDS]]
        seen = self._seen(reader)
        if not words or not seen.any():
            return []
        likeness, opening = self._likeness(words, seen)
        kinds = np.where(self._places > 0, _HEADING, np.where(self._places < 0, _OTHER, 1))
        close = np.minimum(sum(map(len, words)) / self._letters, 1)
        rank = (likeness * kinds + _BEGINS * opening + _CLOSE * close).astype(np.float32)
        alike = np.flatnonzero(likeness >= _ALIKE)
        first = alike[np.argsort(-rank[alike], kind="stable")[: max(_COMPARED, limit)]]
        return self._best(" ".join(words), first, rank, likeness)[:limit]

    def _seen(self, reader: Reader) -> Mask:
        """Return which names a reader may see, shape (names,)."""
        if reader.collections is None:
            return np.ones(len(self._owners), dtype=np.bool_)
        granted = np.array([name in reader.collections for name in self._codes], dtype=np.bool_)
        if not granted.any():
            return np.zeros(len(self._owners), dtype=np.bool_)
        seen: Mask = granted[self._own] & granted[self._other]
        return seen

    def _likeness(self, words: list[str], seen: Mask) -> tuple[Likeness, Likeness]:
        """Return how like the names are to typed words, and their first words to the first.

        A word counts for as much as few names, of those that are seen, have it.
        """
        alike = [self._like(word, seen) for word in words]
        for number, (one, next_one) in enumerate(itertools.pairwise(words)):
            joined = self._lexicon.beginning(one + next_one)
            for each in alike[number : number + 2]:
                each[joined] = np.maximum(each[joined], _APART)
        total = np.zeros(len(seen), dtype=np.float32)
        weights = 0.0
        for word, each in zip(words, alike, strict=True):
            found = self._spread(each) * seen
            having = int(np.count_nonzero(found >= SURE))
            if having == 0:
                found = np.maximum(found, self._split(word) * seen)
            weight = float(np.log1p(np.count_nonzero(seen) / max(having, 1)))
            total += weight * found
            weights += weight
        likeness = np.minimum(total / np.float32(weights), 1)
        return likeness, alike[0][self._first]

    def _like(self, word: str, seen: Mask) -> Likeness:
        """Return how like words are to a typed one; what a name has that is seen is no mistake."""
        exactly = np.arange(len(self._lexicon))[self._lexicon.exactly(word)]
        known = bool(seen[self._names_of(exactly)[0]].any())
        return self._lexicon.like(word, mistaken=not known)

    def _names_of(self, words: Positions) -> tuple[Positions, Positions]:
        """Return the names that have words, word by word, and how many have each."""
        begins = np.where(words > 0, self._ends[words - 1], 0)
        counts = self._ends[words] - begins
        rows = np.repeat(begins - (np.cumsum(counts) - counts), counts)
        names: Positions = self._having[rows + np.arange(len(rows))]
        return names, counts

    def _spread(self, words: Likeness) -> Likeness:
        """Return the likeness of each name's likest word."""
        found = np.flatnonzero(words)
        found = found[np.argsort(words[found], kind="stable")]
        names, counts = self._names_of(found)
        spread = np.zeros(len(self._owners), dtype=np.float32)
        # Of what is assigned to one name, the last stays: its likest word's.
        spread[names] = np.repeat(words[found], counts)
        return spread

    def _split(self, word: str) -> Likeness:
        """Return how like the names are to a word that may be two."""
        found = np.zeros(len(self._owners), dtype=np.float32)
        for cut in range(2, len(word) - 1):
            parts = self._lexicon.exactly(word[:cut]), self._lexicon.beginning(word[cut:])
            if all(part.start < part.stop for part in parts):
                marks = np.zeros((2, len(self._lexicon)), dtype=np.float32)
                marks[0, parts[0]] = marks[1, parts[1]] = _APART
                found = np.maximum(found, np.minimum(*map(self._spread, marks)))
        return found

    def _best(
        self, typed: str, names: Positions, rank: Likeness, likeness: Likeness
    ) -> list[tuple[Suggestion, float]]:
        """Return names compared as wholes, the likest first, no article twice."""
        ranked = []
        for name in names.tolist():
            suggestion = self._suggestion(name)
            whole = " ".join(words_of(suggestion.name))
            begun = OSA.normalized_similarity(typed, whole[: len(typed)])
            within = fuzz.partial_ratio(typed, whole) / 100
            score = float(rank[name]) + _WHOLE * max(begun, within * _WITHIN)
            ranked.append((round(score, 3), published(suggestion.entry), name, suggestion))
        best: dict[str, tuple[Suggestion, float]] = {}
        for *_, name, suggestion in sorted(ranked, key=lambda each: each[:2], reverse=True):
            best.setdefault(suggestion.entry.ref.id, (suggestion, float(likeness[name])))
        return list(best.values())


def published(entry: Entry) -> float:
    """Return when an article was published, in seconds; an unknown time is before all others."""
    moment = entry.published_at
    return datetime.fromisoformat(moment).timestamp() if moment else float("-inf")
