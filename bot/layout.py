"""The parts that messages are laid out of: texts, rows of controls, sentences; pure.

Discord allows a message 4,000 characters of text, escapes and link addresses
included, and 40 components.
"""

from __future__ import annotations

from typing import Any

from discord import ui

from bot.controls import Control

MOST_TEXT = 4000
"""Characters of text that one message may have."""

MOST_PARTS = 40
"""Components that one message may have, those within others included."""

Layout = ui.LayoutView


def layout(*items: ui.Item[Any]) -> Layout:
    """Return a message of the given components, in order."""
    view = Layout(timeout=None)
    for item in items:
        view.add_item(item)
    return view


def text(content: str) -> ui.TextDisplay[Any]:
    """Return a text component."""
    return ui.TextDisplay(content[:MOST_TEXT])


def row(*controls: Control) -> ui.ActionRow[Any]:
    """Return a row of at most five buttons, or of one menu."""
    found: ui.ActionRow[Any] = ui.ActionRow()
    for control in controls:
        found.add_item(control)
    return found


def sentence(content: str) -> Layout:
    """Return a message of one sentence of ours."""
    return layout(text(content))


def add_line(view: Layout, line: str) -> None:
    """Add a small line below a message, where there is room for one."""
    small = text(f"-# {line}")
    if view.content_length() + len(small.content) <= MOST_TEXT:
        view.add_item(small)
