"""Find articles that tell the same story: copies, edited copies, updates; pure.

A sketch is a MinHash signature (Broder, 1997) of a text's three-word shingles. Of
two sketches, each column draws one shingle from what the two texts hold together,
and says whether it stands in both, or in which one alone. So two sketches tell how
much of the lesser text stands in the other: an update contains the story it adds
to, where their plain resemblance falls.

What many articles share makes no two of them one story: a licence, a form, a weekly
table's wording. So a shingle counts less the more texts of the archive hold it. And
a form filled in anew differs from the last one in its figures, where a copy keeps
them: the figures have columns of their own, and must agree too.

`python -m benchmarks.duplicates` measures all of this, and by it the numbers below
were chosen.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, compress, islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from datasketch import MinHash

_TEXT_COLUMNS = 128
_FIGURE_COLUMNS = 64
_COLUMNS = _TEXT_COLUMNS + _FIGURE_COLUMNS
_WORDLESS = b"\xff\xff\xff\xff" * _TEXT_COLUMNS
_SEED = 1
_SCHEME = "affine32"  # datasketch's default may change; stored sketches may not

_SHINGLE = 3
_FEWEST_WORDS = 30
"""A text of fewer words is one shingle: short notices differ in the one word that matters."""

_IN_EVERY_TEXT = ("", " ")
"""Stands with the figures of every text, so that one corrected figure decides nothing."""

_AT_ONCE = 10_000
"""Shingles hashed at once: 5 MB of columns, however long the text."""

_BAND = 3
"""Two texts are compared where a band of so many columns agrees: 99.6 of a hundred that
resemble each other by 0.5, 84 by 0.35; of a million by 0.003, as any two may, one."""

_CROWD = 100
"""A band in which more texts agree is a common form's, and proposes nothing."""

# Scripts that set no spaces between words: each sign counts as a word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_DIGIT = re.compile(r"\d")

Hashes = NDArray[np.uint32]
Codes = NDArray[np.int64]
Places = NDArray[np.int32]
Shares = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes two texts one story.

    Attributes:
        contained: The least share of the lesser text's shingles that stand in the other.
        alike: The least resemblance; within a text of three times its length, a text
            is a part and no telling of it.
        figures: The least share of the lesser text's figures that stand in the other.
        common: A shingle drawn by more texts of the archive than these counts for so
            many of them all together.
        doubt: Columns that speak against every pair, of 128: a chance likeness of two
            forms, in the little that is rare in both, does not outweigh them.
    """

    contained: float = 0.6
    alike: float = 0.35
    figures: float = 0.7
    common: float = 10
    doubt: float = 4


RULE = Rule()
"""The rule that was chosen by measuring."""


class _Pairs(NamedTuple):
    """Pairs of texts by their places, the second the greater; in order of the second."""

    first: Places
    second: Places


def sketch(text: str) -> bytes:
    """Return the signature of a text, 768 bytes, the same on every machine.

    Case, punctuation and compatibility forms of letters make no difference.

    Args:
        text: The text of an article, without its title.
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    length = _SHINGLE if len(words) >= _FEWEST_WORDS else max(1, len(words))
    shingles = (" ".join(words[n : n + length]) for n in range(len(words) - length + 1))
    # The word after it tells 12 degrees from 12 people.
    figures = (f"{word} {after}" for word, after in pairwise([*words, ""]) if _DIGIT.search(word))
    texts = _signature(_TEXT_COLUMNS, shingles)
    return texts + _signature(_FIGURE_COLUMNS, chain(_IN_EVERY_TEXT, figures))


def _signature(columns: int, parts: Iterable[str]) -> bytes:
    """Return the least hashes of the parts, little-endian."""
    signature = _blank(columns).copy()
    rest = iter(parts)
    while some := {part.encode() for part in islice(rest, _AT_ONCE)}:
        signature.update_batch(some)
    hashes: bytes = signature.hashvalues.astype("<u4").tobytes()
    return hashes


@cache
def _blank(columns: int) -> MinHash:
    """Return the empty signature; drawing its permutations takes longer than a short text."""
    # It imports scipy, for half a second that a run without a new text need not spend.
    from datasketch import MinHash

    return MinHash(columns, seed=_SEED, scheme=_SCHEME)


def stories(sketches: Iterable[tuple[str, bytes]], rule: Rule = RULE) -> dict[str, str]:
    """Return the story of every article that shares its story with another.

    Equal sketches are one story, those of texts without a word apart. Otherwise a
    text joins a story that it shares with one of its tellings, if it agrees with
    all of them on average: so a chain of versions, each a little further from the
    first, does not become one story. The shortest come first, as the later ones add
    to them. Who is grouped with whom does not depend on the order of the articles.

    Args:
        sketches: Pairs of an article's id and its text's sketch, each id once.
        rule: What makes two texts one story.

    Returns:
        By article id, the id of the first article, in the order given, of its story;
        articles that are alone with theirs are absent.
    """
    ids: list[str] = []
    equal: dict[bytes, list[int]] = defaultdict(list)
    for number, (article_id, made) in enumerate(sketches):
        ids.append(article_id)
        if not made.startswith(_WORDLESS):
            equal[made].append(number)
    if not equal:
        return {}
    told: dict[int, list[int]] = defaultdict(list)
    for made, story in _grouped(sorted(equal), rule):
        told[story] += equal[made]
    return {
        ids[number]: ids[min(numbers)]
        for numbers in told.values()
        if len(numbers) > 1
        for number in numbers
    }


def _grouped(distinct: list[bytes], rule: Rule) -> Iterator[tuple[bytes, int]]:
    """Yield each of the distinct sketches with the number of its story."""
    rows = np.frombuffer(b"".join(distinct), dtype="<u4").reshape(-1, _COLUMNS)
    # The more shingles, the smaller the least hashes: the shortest texts come first.
    order = np.argsort(-rows[:, :_TEXT_COLUMNS].sum(axis=1, dtype=np.int64), kind="stable")
    columns = np.ascontiguousarray(rows[order].T)
    pairs = _candidates(columns[:_TEXT_COLUMNS])
    shares, same = _compared(columns, pairs, rule)
    for place, story in enumerate(_joined(len(distinct), pairs, shares, same, rule.contained)):
        yield distinct[order[place]], story


def _candidates(columns: Hashes) -> _Pairs:
    """Return the pairs of texts that agree in a band, each once.

    Args:
        columns: Signatures, shape (columns, texts).
    """
    count = columns.shape[1]
    found = np.empty(0, dtype=np.int64)
    for first in range(0, len(columns) - _BAND + 1, _BAND):
        band = columns[first : first + _BAND]
        order = np.lexsort(band)
        changes = (band[:, order[1:]] != band[:, order[:-1]]).any(axis=0)
        starts = np.concatenate([[0], np.flatnonzero(changes) + 1])
        sizes = np.diff(starts, append=count)
        pairs = [found]
        for size in range(2, min(_CROWD, int(sizes.max())) + 1):
            agreed = order[starts[sizes == size][:, None] + np.arange(size)]
            one, other = np.triu_indices(size, 1)
            a, b = agreed[:, one].ravel(), agreed[:, other].ravel()
            pairs.append(np.maximum(a, b) * count + np.minimum(a, b))
        found = _distinct(np.concatenate(pairs))
    return _Pairs((found % count).astype(np.int32), (found // count).astype(np.int32))


def _distinct(codes: Codes) -> Codes:
    """Return the codes in order, each once; `np.unique` takes ten times as long, by hashing."""
    codes.sort()
    return codes[np.diff(codes, prepend=-1) > 0]


def _compared(columns: Hashes, pairs: _Pairs, rule: Rule) -> tuple[Shares, Flags]:
    """Return how far the texts of each pair agree, and which two alone are one story.

    Args:
        columns: Signatures, shape (columns, texts).
        pairs: The pairs to compare.
        rule: What makes two texts one story.

    Returns:
        The shares of the lesser texts' shingles that stand in the other, and the flags.
    """
    both, first, second = _overlaps(columns[:_TEXT_COLUMNS], pairs, rule.common)
    shares = both / (both + np.minimum(first, second) + rule.doubt)
    resemblance = both / (both + first + second)
    same = (shares >= rule.contained) & (resemblance >= rule.alike)
    # A figure tells as much where many texts hold it.
    kept, first, second = _overlaps(columns[_TEXT_COLUMNS:], pairs, np.inf)
    same &= kept >= rule.figures * (kept + np.minimum(first, second))
    return shares, same


def _overlaps(columns: Hashes, pairs: _Pairs, common: float) -> Shares:
    """Return the weight of what both texts hold, of what the first alone, the second alone."""
    weighed = np.zeros((3, len(pairs.first)), dtype=np.float32)
    for column in columns:
        _, place, texts = np.unique(column, return_inverse=True, return_counts=True)
        weights = np.minimum(1, common / texts).astype(np.float32)[place]
        first, second = column[pairs.first], column[pairs.second]
        # The lesser hash is the one drawn from the two texts together.
        weighed[0] += np.where(first == second, weights[pairs.first], 0)
        weighed[1] += np.where(first < second, weights[pairs.first], 0)
        weighed[2] += np.where(first > second, weights[pairs.second], 0)
    return weighed


def _joined(count: int, pairs: _Pairs, shares: Shares, same: Flags, enough: float) -> list[int]:
    """Return the story of each of `count` texts: average linkage, one text after another.

    Args:
        count: How many texts there are.
        pairs: The pairs compared; any other pair agrees in nothing.
        shares: How far the texts of each pair agree.
        same: Whether these two alone would be one story.
        enough: The mean share at which a text joins a story.
    """
    story = list(range(count))
    sizes = [1] * count
    bounds = np.searchsorted(pairs.second, np.arange(count + 1))
    for text in np.unique(pairs.second[same]).tolist():
        of_text = slice(bounds[text], bounds[text + 1])
        others = [story[other] for other in pairs.first[of_text].tolist()]
        agreed: dict[int, float] = defaultdict(float)
        for other, share in zip(others, shares[of_text].tolist(), strict=True):
            agreed[other] += share
        near = set(compress(others, same[of_text].tolist()))
        mean, least = max((agreed[other] / sizes[other], -other) for other in near)
        if mean >= enough:
            story[text] = -least
            sizes[-least] += 1
    return story
