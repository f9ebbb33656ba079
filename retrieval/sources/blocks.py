"""What a page shows, block by block: its paragraphs, headings, list items, rows, code.

The blocks of a pruned page are read off its tree in order. `mark` puts a sign into
each, so that what a judge of the main text keeps tells which blocks it means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from retrieval.sources.moments import is_dateline
from retrieval.sources.page import Element
from retrieval.sources.pruning import BLOCKS, HEADINGS, find_chrome

Kind = Literal["paragraph", "heading", "item", "row", "code", "aside"]

Slot = tuple[Element, bool]
"""A text of the tree: an element's own first text, or (True) the text behind it."""

_TOLD = ("a", "time")
"""Elements of which it counts how much of a block stands in them."""

_CELL, _LINE = "\x1f", "\x1e"
_WHITE = re.compile(r"[ \t\n\r\f]+")
_AROUND_LINE = re.compile(f" ?{_LINE}[ {_LINE}]*")
_NUMBER = re.compile(r"\s*(-?\d{1,6})")
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_RAISABLE = re.compile(r"[\d+−-]{1,4}", re.ASCII)
_DEEPEST_INDENT = 8


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that stands by itself on a page.

    Attributes:
        kind: What it is.
        text: Its text; of a paragraph its line breaks, of code every white space.
        prefix: What a list item begins with.
        group: The list or the table that it is a line of, 0 if none.
        article: The outermost `<article>` it stands in, counted from 1; 0 if none.
        main: Whether it stands in the page's `<main>`.
        chrome: Whether it stands in what is named like a page's surroundings.
        linked: Whether nearly all of it is links.
    """

    kind: Kind
    text: str
    prefix: str
    group: int
    article: int
    main: bool
    chrome: bool
    linked: bool


_SOLID: dict[str, Kind] = {
    **dict.fromkeys(HEADINGS, "heading"), "pre": "code", "tr": "row", "caption": "paragraph",
    "figcaption": "aside", "figure": "aside",
}  # fmt: skip
"""Elements whose whole content is one block."""


def _tidy(raw: str, line: str = "\n") -> str:
    """Return a text with its white space as a browser folds it, and its line breaks."""
    return _AROUND_LINE.sub(line, _WHITE.sub(" ", raw)).strip(f" {line}")


def _shown(kind: Kind, raw: str) -> str:
    if kind == "code":
        return raw.strip("\n") if raw.strip() else ""
    if kind == "row":
        cells = [_tidy(cell, " ") for cell in raw.split(_CELL)[1:]]
        return " | ".join(cells) if any(cells) else ""
    return _tidy(raw, " " if kind in ("heading", "aside") else "\n")


def _first_number(listing: Element) -> tuple[int, int]:
    """Return a numbered list's first number and its step."""
    step = -1 if listing.get("reversed") is not None else 1
    if found := _NUMBER.match(listing.get("start") or ""):
        return int(found.group(1)), step
    return (1 if step == 1 else sum(child.tag == "li" for child in listing)), step


class _Reading:
    """Reads blocks off a tree, element by element."""

    def __init__(self, chrome: set[Element]) -> None:
        self.blocks: list[Block] = []
        self.slots: list[Slot] = []
        # The block that is being read.
        self._parts: list[str] = []
        self._slot: Slot | None = None
        self._broken = False
        self._letters = 0
        self._within = dict.fromkeys(_TOLD, 0)
        # Where it stands: the open elements of each sort.
        self._solid: Element | None = None
        self._surroundings = chrome
        self._chrome: list[Element] = []
        self._main: list[Element] = []
        self._article: list[Element] = []
        self._articles = 0
        self._open_told = dict.fromkeys(_TOLD, 0)
        self._raised: list[int] = []
        self._lists: list[tuple[Element, list[int]]] = []
        self._prefix = ""
        # A list and a table are numbered, so that their lines keep together.
        self._groups = self._list = self._table = 0

    def start(self, element: Element) -> None:
        """Take an element's start and its first text."""
        tag = element.tag
        if tag in BLOCKS and self._solid is None:
            self._flush("paragraph")
            self._open(element)
        elif tag in BLOCKS and self._solid is not None:
            cell = self._solid.tag == "tr" and tag in ("td", "th")
            self._parts.append(_CELL if cell else " ")
        elif tag == "br":
            self._break()
        elif tag in _TOLD:
            self._open_told[tag] += 1
        elif tag == "q":
            self._parts.append("“")
        elif tag == "sup":
            self._raised.append(len(self._parts))
        self._add(element.text, (element, False))

    def end(self, element: Element) -> None:
        """Take an element's end and the text behind it."""
        tag = element.tag
        if element is self._solid:
            self._flush(_SOLID[tag])
            self._solid = None
            self._close(element)
        elif tag in BLOCKS and self._solid is None:
            self._flush("paragraph")
            self._close(element)
        elif tag in BLOCKS:
            self._parts.append(" ")
        elif tag in _TOLD:
            self._open_told[tag] -= 1
        elif tag == "q":
            self._parts.append("”")
        elif tag == "sup":
            self._raise(self._raised.pop())
        self._add(element.tail, (element, True))

    def _open(self, element: Element) -> None:
        tag = element.tag
        if element in self._surroundings:
            self._chrome.append(element)
        if tag == "main" or element.get("role") == "main":
            self._main.append(element)
        if tag == "article":
            self._articles += not self._article
            self._article.append(element)
        elif tag in ("ul", "ol"):
            if not self._lists:
                self._groups = self._list = self._groups + 1
            self._lists.append((element, list(_first_number(element)) if tag == "ol" else []))
        elif tag == "table":
            self._groups = self._table = self._groups + 1
        elif tag == "li":
            self._start_item(element)
        elif tag in _SOLID:
            self._solid = element

    def _close(self, element: Element) -> None:
        for opened in (self._chrome, self._main, self._article):
            if opened and opened[-1] is element:
                opened.pop()
        if self._lists and self._lists[-1][0] is element:
            self._lists.pop()
        if element.tag == "li":
            self._prefix = ""

    def _start_item(self, element: Element) -> None:
        bullet = "• "
        if self._lists and (counter := self._lists[-1][1]):
            if found := _NUMBER.match(element.get("value") or ""):
                counter[0] = int(found.group(1))
            bullet = f"{counter[0]}. "
            counter[0] += counter[1]
        depth = min(max(len(self._lists) - 1, 0), _DEEPEST_INDENT)
        self._prefix = "  " * depth + bullet

    def _add(self, text: str | None, slot: Slot) -> None:
        if not text:
            return
        self._parts.append(text)
        if letters := len(text.strip()):
            self._slot = self._slot or slot
            self._broken = False
            self._letters += letters
            for tag in _TOLD:
                self._within[tag] += letters if self._open_told[tag] else 0

    def _break(self) -> None:
        """Take a line break; the second of two ends a paragraph."""
        if self._solid is not None:
            self._parts.append("\n" if self._solid.tag == "pre" else _LINE)
        elif self._broken:
            self._flush("paragraph")
        elif self._slot is not None:
            self._parts.append(_LINE)
            self._broken = True

    def _raise(self, at: int) -> None:
        """Write raised figures as such: 10 to the sixth is not 106."""
        text = "".join(self._parts[at:]).strip()
        if _RAISABLE.fullmatch(text):
            self._parts[at:] = [text.translate(_RAISED)]

    def _flush(self, kind: Kind) -> None:
        """End the block that is being read."""
        text = _shown(kind, "".join(self._parts)) if self._slot is not None else ""
        if text and self._slot is not None:
            prefix = self._prefix if kind in ("paragraph", "code") else ""
            if prefix:
                kind, self._prefix = "item", ""
            elif kind == "paragraph" and is_dateline(len(text), self._within["time"]):
                kind = "aside"
            self.blocks.append(
                Block(
                    kind=kind,
                    text=text,
                    prefix=prefix,
                    group={"item": self._list, "row": self._table}.get(kind, 0),
                    article=self._articles if self._article else 0,
                    main=bool(self._main),
                    chrome=bool(self._chrome),
                    linked=self._within["a"] * 10 >= self._letters * 9,
                )
            )
            code = self._solid is not None and self._solid.tag == "pre"
            self.slots.append((self._solid, False) if code else self._slot)
        self._parts, self._slot, self._broken = [], None, False
        self._letters = 0
        self._within = dict.fromkeys(_TOLD, 0)


def read_blocks(tree: Element) -> tuple[list[Block], list[Slot]]:
    """Return a pruned page's blocks in order, and the place of each one's first text."""
    reading = _Reading(find_chrome(tree))
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            reading.start(element)
        else:
            reading.end(element)
    return reading.blocks, reading.slots


_MARK = re.compile("([\U00100000-\U0010fffd])?([\U000f0000-\U000ffffd])")
_MARKS = 65_534


def mark(tree: Element, blocks: list[Block], slots: list[Slot]) -> None:
    """Put a sign before each block's first text: a character of those for private use.

    One character, so that what judges a text by its length judges as before. What is
    set apart already, or would be lost for its name, is taken out of the way.

    Args:
        tree: The page.
        blocks: What it shows.
        slots: The place of each block's first text.
    """
    for number, (element, behind) in enumerate(slots):
        many, one = divmod(number, _MARKS)
        sign = (chr(0x100000 + many - 1) if many else "") + chr(0xF0000 + one)
        if element.tag == "pre" and not behind:
            # Coloured code is made of thousands of elements, of which a judge needs none.
            del element[:]
            element.text = sign + blocks[number].text
            continue
        text = element.tail if behind else element.text
        at = len(text) - len(text.lstrip())
        text = text[:at] + sign + text[at:]
        if behind:
            element.tail = text
        else:
            element.text = text
    for element in list(tree.iter("time")):
        element.tag = "span"
    etree.strip_elements(tree, "figure", "figcaption", with_tail=False)


def marked(text: str) -> set[int]:
    """Return the numbers of the blocks whose signs stand in a text."""
    return {
        (ord(many) - 0x100000 + 1 if many else 0) * _MARKS + ord(one) - 0xF0000
        for many, one in _MARK.findall(text)
    }
