"""Put the lines of printed pages together as paragraphs; pure.

A page says where its lines stand, not which of them are one paragraph. What is in
doubt stays apart, except where a word or a sentence plainly runs on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple


class Line(NamedTuple):
    """A printed line.

    Attributes:
        text: Its text.
        x: Where it begins, in points, along its direction.
        y: Its baseline, in points; the line below has less.
        size: The height of its type, in points.
    """

    text: str
    x: float
    y: float
    size: float


_OUTER = 2
"""Lines at a page's top, and at its bottom, that may be its header or footer."""

_LONGEST = 200
"""Characters beyond which a line is no header or footer."""

_LARGE = 1.25
"""Type this much larger than a text's is a heading's."""

_DRIFT = 20.0
"""Points within which a header or footer stands at one height on every page."""

_NUMBER = re.compile(r"(?<!\w)\d{1,5}(?!\w)")
_TOTAL = re.compile(r"#( ?(?:of|/) ?)[\d#]+")
# A page's number at an end of its line: "12 · The Heron", "The Heron — 12", "Page 3 of 9".
_NUMBERED = re.compile(r"#(?: (?:of|/) N)?\W*|.*\W#(?: ?(?:of|/) ?N)?\W*|\W*#\W.*", re.S)


def _key(text: str, page: int, offset: int | None) -> str:
    """Return a line's text, with `#` for the number of its page and `N` for that of all."""

    def shown(match: re.Match[str]) -> str:
        return "#" if offset is not None and int(match.group()) - page == offset else match.group()

    return _TOTAL.sub(r"#\1N", _NUMBER.sub(shown, text))


def _offset(outer: Sequence[Sequence[Line]]) -> int | None:
    """Return what most pages' numbers are ahead of their place, None where they bear none."""
    found: Counter[int] = Counter()
    for page, lines in enumerate(outer):
        numbers = {int(n) for line in lines for n in _NUMBER.findall(line.text)}
        found.update({number - page for number in numbers})
    if not found:
        return None
    offset, count = found.most_common(1)[0]
    return offset if _on_most(count, len(outer)) or count == len(outer) == 2 else None


def _on_most(count: int, pages: int) -> bool:
    # Left and right pages often bear different headers, and a chapter's first page none.
    return count >= 3 and 2.5 * count >= pages - 1


def _outer(lines: Sequence[Line]) -> list[Line]:
    heights = sorted({round(line.y) for line in lines})
    edges = {*heights[:_OUTER], *heights[-_OUTER:]}
    return [line for line in lines if round(line.y) in edges and len(line.text) <= _LONGEST]


def drop_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return pages without the headers, footers and numbers that most of them bear.

    A line goes that stands at one height at the top or bottom of most pages, its page's
    number aside, or that bears its page's number at an end, where most pages are numbered
    so, and stands on two pages at least. Of two pages only numbered lines go.
    """
    outer = [_outer(lines) for lines in pages]
    offset = _offset(outer)
    size = _text_size(pages)
    heights: dict[str, list[float]] = {}
    for page, lines in enumerate(outer):
        for key, y in {_key(line.text, page, offset): line.y for line in lines}.items():
            heights.setdefault(key, []).append(y)

    def runs(line: Line, page: int) -> bool:
        key = _key(line.text, page, offset)
        if line.size > _LARGE * size and any(c.isalpha() for c in key):
            return False
        if abs(line.y - median(heights[key])) > _DRIFT:
            return False
        count = len(heights[key])
        return _on_most(count, len(pages)) or (count >= 2 and bool(_NUMBERED.fullmatch(key)))

    kept = []
    for page, every in enumerate(pages):
        gone = {line for line in outer[page] if runs(line, page)}
        kept.append([line for line in every if line not in gone])
    return kept


def _text_size(pages: Sequence[Sequence[Line]]) -> float:
    """Return the size of type in which most of a document is set."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[_step(line.size)] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _step(points: float) -> float:
    return round(points * 2) / 2


def _leadings(pages: Sequence[Sequence[Line]]) -> dict[float, float]:
    """Return, for each size of type, what lies between two lines of a paragraph."""
    gaps: dict[float, Counter[float]] = {}
    for lines in pages:
        for above, below in pairwise(lines):
            gap = _step(above.y - below.y)
            size = _step(below.size)
            if _step(above.size) == size and 0.9 * size < gap < 4 * size:
                gaps.setdefault(size, Counter())[gap] += 1
    leadings = {}
    for size, counts in gaps.items():
        enough = 0.1 * counts.total()
        (commonest, _), *_ = counts.most_common(1)
        usual = (gap for gap, count in counts.items() if count >= enough)
        leadings[size] = min(usual, default=commonest)
    return leadings


_ITEM = re.compile(r"(?:[•▪◦‣·●○■–—*]|-|\(?(?:\d{1,2}|[a-z])[.)])\s")
_SENTENCE_END = re.compile(r"[.!?…:][”’\"')\]\d]*$")
# "Ferries . . . . . . 12", of a table of contents.
_LEADER = re.compile(r"(?:\.\s?){4,}\s*\w*$")
_HYPHEN = re.compile(r"[^\W_][-\u2010\u00ad]$")
_WINDOW = 4
"""Lines above and below that tell how long a full line is."""

_TAIL = 60
"""Characters of a line's end that tell how it ends."""


def _is_parted(lines: Sequence[Line], number: int, leadings: dict[float, float]) -> bool:
    """Tell whether a line begins a paragraph, by the line above it on its page."""
    above, below = lines[number - 1], lines[number]
    size = max(above.size, below.size)
    gap = above.y - below.y
    if abs(gap) < 0.4 * size:
        return False
    if abs(above.size - below.size) > 0.12 * size:
        return True
    if gap < 0:
        return not _runs_on(above, below)
    if gap > 1.35 * leadings.get(_step(below.size), 1.25 * size) or _ITEM.match(below.text):
        return True
    if _LEADER.search(above.text[-_TAIL:]):
        return True
    if _HYPHEN.search(above.text) or below.text[0].islower():
        return False
    # A line that the next word would have fitted into was ended on purpose.
    around = lines[max(0, number - _WINDOW) : number + _WINDOW]
    full = max(len(line.text) for line in around if _step(line.size) == _step(below.size))
    length = len(above.text) + 1 + len(below.text.split(" ", 1)[0])
    if _SENTENCE_END.search(above.text[-_TAIL:]):
        indented = below.x - above.x > 0.8 * size and not _ITEM.match(above.text)
        return indented or length < 0.85 * full
    return length < 0.6 * full


def _runs_on(above: Line, below: Line) -> bool:
    """Tell whether a sentence runs on over the end of a page or a column."""
    if _SENTENCE_END.search(above.text[-_TAIL:]) or _ITEM.match(below.text):
        return False
    return below.text[0].islower() or bool(_HYPHEN.search(above.text)) or above.text[-1] == ","


_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_BROKEN = re.compile(r"(?P<before>\S*?)(?P<left>[^\W\d_]+)(?P<hyphen>[-\u2010\u00ad])")
_START = re.compile(r"[^\W\d_]+")
# "pre- and post-war": the hyphen stands for a part of the word.
_SUSPENDED = frozenset("and or to nor und oder bis et ou y o e en of".split())


def _vocabulary(paragraphs: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return a document's words, those that a line's end breaks aside."""
    words = set[str]()
    for lines in paragraphs:
        broken = False
        for line in lines:
            found = [word.casefold().replace("\u2010", "-") for word in _WORD.findall(line)]
            if broken:
                found = found[1:]
            broken = _HYPHEN.search(line) is not None
            words.update(found[:-1] if broken else found)
    return frozenset(words)


def _joint(text: str, line: str, words: frozenset[str]) -> tuple[str, str]:
    """Return a paragraph's text without a hyphen that its end does not need, and what joins it.

    A hyphen goes where it breaks a word: it stays before a capital or a digit, in
    what has another hyphen, in an address, and where the document elsewhere has the
    word with its hyphen, or its halves as words, and never the word without.
    """
    if not _HYPHEN.search(text):
        return text, " "
    broken = _BROKEN.fullmatch(text[-_TAIL:].rsplit(None, 1)[-1])
    start = _START.match(line)
    if start is not None and start.group() in _SUSPENDED and text[-1] != "\u00ad":
        return text, " "
    if broken is None or start is None or not line[0].islower():
        return (text[:-1] if text[-1] == "\u00ad" else text), ""
    left, right = broken.group("left").casefold(), start.group().casefold()
    if broken.group("hyphen") == "\u00ad" or left + right in words:
        return text[:-1], ""
    compound = f"{left}-{right}" in words or (left in words and right in words)
    if compound or broken.group("before").strip("([“‘\"'"):
        return text, ""
    return text[:-1], ""


def join_lines(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Return the paragraphs of a document.

    A paragraph begins behind a gap, at an indent or a list's mark, where the size of
    type changes, and where the line above ended early. It runs on over the end of a
    page or column where its sentence does. Words broken at the ends of lines are
    made whole.

    Args:
        pages: The lines of each page, in reading order, none empty.
    """
    leadings = _leadings(pages)
    paragraphs: list[list[str]] = []
    last: Line | None = None
    for lines in pages:
        for number, line in enumerate(lines):
            if number > 0:
                parted = _is_parted(lines, number, leadings)
            else:
                parted = last is None or _step(last.size) != _step(line.size)
                parted = parted or last is None or not _runs_on(last, line)
            if parted:
                paragraphs.append([])
            paragraphs[-1].append(line.text)
            last = line
    words = _vocabulary(paragraphs)
    return [_joined(lines, words) for lines in paragraphs]


def _joined(lines: Sequence[str], words: frozenset[str]) -> str:
    parts = [lines[0]]
    for line in lines[1:]:
        parts[-1], joint = _joint(parts[-1], line, words)
        parts += [joint, line]
    return "".join(parts)
