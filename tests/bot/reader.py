"""A message as its reader sees it: Discord's own parser, which Discord publishes on PyPI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

_LINUX_ALONE = "discord-markdown-py is built for Linux alone"
_STYLES = ("bold", "italic", "underline", "strikethrough")


@dataclass(frozen=True, slots=True)
class Mark:
    """What markdown forms.

    Attributes:
        kind: What the parser calls it, such as "bold" or "mention".
        text: What is seen of it, "" where Discord chooses that.
        target: Where a link leads, and when a timestamp is.
    """

    kind: str
    text: str
    target: str | int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Markdown as it is seen.

    Attributes:
        text: Its text.
        marks: All that is not plain text, from the outside in.
    """

    text: str
    marks: tuple[Mark, ...]

    @property
    def kinds(self) -> set[str]:
        """What kinds of markup there are."""
        return {mark.kind for mark in self.marks}

    def of(self, kind: str) -> list[str]:
        """Return the texts of one kind of markup, in order."""
        return [mark.text for mark in self.marks if mark.kind == kind]


def shown(markdown: str) -> Shown:
    """Return markdown as it is seen."""
    return _joined("\n", map(_block, _lines(markdown)))


def _lines(markdown: str) -> list[dict[str, Any]]:
    parser = pytest.importorskip("discord_markdown", reason=_LINUX_ALONE)
    found: list[dict[str, Any]] = parser.parse(markdown)
    # The parser leaves out an empty line at the very end.
    return found + [{"type": "empty"}] * markdown.endswith("\n")


def _joined(between: str, parts: Iterable[Shown]) -> Shown:
    found = list(parts)
    text = between.join(part.text for part in found)
    return Shown(text, tuple(mark for part in found for mark in part.marks))


def _within(kind: str, inner: Shown, target: str | None = None) -> Shown:
    return Shown(inner.text, (Mark(kind, inner.text, target), *inner.marks))


def _block(node: dict[str, Any]) -> Shown:
    kind = node["type"]
    if kind == "empty":
        return Shown("", ())
    value = node["value"]
    if kind == "paragraph":
        return _inline(value)
    if kind == "quote":
        return _within(kind, _joined("\n", map(_block, value)))
    if kind in ("small", "heading"):
        return _within(kind, _inline(value["content"]))
    # A list: what it shows is of no interest where there must be none.
    return Shown("", (Mark(kind, str(value)),))


def _inline(nodes: Iterable[dict[str, Any]]) -> Shown:
    return _joined("", map(_span, nodes))


def _span(node: dict[str, Any]) -> Shown:
    kind, value = node["type"], node["value"]
    if kind == "text":
        return Shown(value, ())
    if kind == "emoji" and value["type"] == "unicode" and not value["value"].isascii():
        return Shown(value["value"], ())
    if kind in _STYLES:
        return _within(kind, _inline(value))
    if kind == "link" and value["text"] is not None:
        return _within(kind, _inline(value["text"]), value["url"])
    if kind == "timestamp":
        return Shown("", (Mark(kind, "", value["value"]),))
    return Shown("", (Mark(kind, str(value)),))
