"""Take a misspelt word of a question for the archive's word that was meant.

Only a word that no article (this reader may see) holds is looked at, and only the
words of articles that this reader may see are offered for it. What the model reads
as one piece is a word, known to everybody but this archive: it is left alone.
`benchmarks/spelling.py` measures how often all this is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.index import PassageIndex
from retrieval.keywords import Term
from retrieval.types import Correction, Reader
from retrieval.vocabulary import Alike

_LETTERS = re.compile(r"[^\W_]+")
_SHORTEST = 4
_SHORTEST_PART = 3
_LONG = 6
_VERY_LONG = 8
_STRANGE = 3
_VERY_STRANGE = 4
_MOST_TRIED = 3
_TRANSLITERATED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is searched for.

    Attributes:
        text: The question, its misspelt words replaced.
        terms: Its words.
        corrections: What was replaced.
        unknown: The words that no article holds and that were taken for no other.
    """

    text: str
    terms: list[Term]
    corrections: tuple[Correction, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speller:
    """Corrects questions for one reader of one index.

    Attributes:
        index: The index whose words are offered.
        reader: Who asks.
        pieces: Returns in how many pieces the model reads a word.
        text_at: Returns text, heading and title of the passage at a position.
    """

    index: PassageIndex
    reader: Reader
    pieces: Callable[[str], int]
    text_at: Callable[[int], str]

    def understand(self, question: str) -> Understood:
        """Return a question with its misspelt words replaced."""
        terms = self.index.terms(question, self.reader)
        unknown = self._unknown(terms)
        text = question
        corrections = []
        for word in unknown:
            if correction := self._correct(word, text):
                text = _corrected(text, correction)
                corrections.append(correction)
        if corrections:
            terms = self.index.terms(text, self.reader)
            unknown = self._unknown(terms)
        return Understood(text, terms, tuple(corrections), tuple(unknown))

    def _unknown(self, terms: Sequence[Term]) -> list[str]:
        return self.index.unknown([term for term in terms if term.content], self.reader)

    def _correct(self, word: str, question: str) -> Correction | None:
        """Return what an unknown word was taken for, None where it is taken for itself."""
        part = max(_LETTERS.findall(word), key=len)  # of what an apostrophe divides
        place = _alone(part).search(question)
        if place is None or not part.isalpha():
            return None
        if found := self._joined(part, question):
            return found
        if len(part) < _SHORTEST:
            return None
        taken_for = self._transliterated(part)
        if taken_for is None and (pieces := self.pieces(part)) > 1:
            is_name = part[0].isupper() and place.start() > 0
            taken_for = self._split(part) or self._nearest(part, pieces, is_name)
        return Correction(part, taken_for) if taken_for else None

    def _joined(self, part: str, question: str) -> Correction | None:
        """Return the one word that this word and a neighbour of it are taken for."""
        letters = r"[^\W\d_]+"
        for pair in (rf"{letters}[ -]{part}", rf"{part}[ -]{letters}"):
            for match in re.finditer(rf"(?<![\w'’]){pair}(?!\w)", question):
                joined = "".join(_LETTERS.findall(match.group()))
                if len(joined) > _SHORTEST and (written := self._written(joined)):
                    return Correction(match.group(), written)
        return None

    def _transliterated(self, part: str) -> str | None:
        """Return the word that writes an umlaut where this one writes ae, oe or ue."""
        plain = re.sub("(?<=[aou])e|(?<=a)a", "", part.lower())
        written = self._written(plain) if plain != part.lower() else None
        meant = written is not None and written.lower().translate(_TRANSLITERATED) == part.lower()
        return written if meant else None

    def _split(self, part: str) -> str | None:
        """Return the two words, side by side in an article, that were written as one."""
        for middle in range(_SHORTEST_PART, len(part) - _SHORTEST_PART + 1):
            halves = part[:middle], part[middle:]
            folded = [word for half in halves for word in self.index.fold(half)]
            # Two function words side by side are nearly everywhere, and say nothing.
            if len(folded) != 2 or not any(t.content for t in self.index.terms(" ".join(halves))):
                continue
            if self.index.holding(folded, self.reader) is not None:
                return " ".join(halves)
        return None

    def _nearest(self, part: str, pieces: int, is_name: bool) -> str | None:
        """Return the word most like this one, None where none is like enough."""
        folded = "".join(self.index.fold(part))
        most = 2 if len(folded) >= _VERY_LONG and pieces >= _VERY_STRANGE else 1
        alike = self.index.alike(folded, most, self.reader)
        likely = [other for other in alike if _is_likely(folded, pieces, other)]
        for other in likely[:_MOST_TRIED]:
            written = self._written(other.word, part[0].isupper())
            if written and not (is_name and written.islower()):
                return written
        return None

    def _written(self, word: str, capitalised: bool = False) -> str | None:
        """Return a word as an article writes it, None where none holds it."""
        folded = self.index.fold(word)
        position = self.index.holding(folded, self.reader) if len(folded) == 1 else None
        if position is None:
            return None
        tokens = dict.fromkeys(_LETTERS.findall(self.text_at(position)))
        forms = [token for token in tokens if self.index.fold(token) == folded]
        return min(forms, key=lambda form: form[0].isupper() != capitalised, default=None)


def _corrected(text: str, correction: Correction) -> str:
    return _alone(correction.word).sub(lambda _: correction.taken_for, text)


def _alone(part: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(part)}(?!\w)")


def _is_likely(asked: str, pieces: int, other: Alike) -> bool:
    """Tell whether a word is long, strange or near enough to be no other word of its own."""
    if len(other.word) < _SHORTEST:
        return False
    if other.distance > 1 or len(asked) >= _LONG or pieces >= _STRANGE:
        return True
    swapped = sorted(asked) == sorted(other.word)
    return swapped or _without_doubles(asked) == _without_doubles(other.word)


def _without_doubles(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)
