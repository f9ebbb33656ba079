"""The tour as a Markdown page: who did what, and what the bot showed, with its controls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from tests.loopback.components import SELECTS, ComponentType

from .scenes import Choices, Deed, Gone, Scene, Shown

LABEL = 18
"""Discord's number for what names an input of a modal; the loopback needs no name for it."""

_TIME = re.compile(r"<t:(\d+)(?::\w)?>")
_COMMAND = re.compile(r"</([\w -]+):\d+>")
_PLACE = re.compile(r"<#([^>]+)>")
_VARIES = re.compile(
    r"\b\d{17,20}\b|\b\d+\.\d+\b|\b\d+ (?:second|minute)s?\b(?! to read)"
    # The articles are from before the tour was first taken.
    r"|\b(?:\d{1,2}\.? \w+|\w+ \d{1,2},) (?:202[6-9]|20[3-9]\d)\b"
    r"|(?<=<t:)(?:17[7-9]|1[89]\d|[2-9]\d\d)\d{7}\b"
)


def masked(text: str) -> str:
    """Return a text without what differs from run to run: ids, scores, durations, its day."""
    return _VARIES.sub("0", text)


def page(scenes: Iterable[Scene], opening: str) -> str:
    """Return the transcript of a tour.

    Args:
        scenes: The scenes, in order.
        opening: What stands above the first.
    """
    parts = [opening.strip()]
    for number, scene in enumerate(scenes, start=1):
        parts += [f"## {number}. {scene.title}", scene.about]
        for line in scene.lines:
            parts.extend(_told(line))
    return "\n\n".join(parts) + "\n"


def _told(line: Deed | Shown | Choices | Gone) -> Iterator[str]:
    match line:
        case Deed():
            yield f"**{line.who}** in {line.where} {line.what}."
        case Choices():
            yield "Suggested: " + (", ".join(f"`{name}`" for name in line.names) or "nothing") + "."
        case Gone():
            yield "The message is gone."
        case Shown():
            kind = f"a form, “{line.modal}”" if line.modal else "this"
            seen_by = f"**{line.only_for}** alone sees" if line.only_for else "Everyone there sees"
            yield f"{seen_by} {kind}:"
            yield "\n".join(f"> {row}" if row else ">" for row in visible(line).split("\n"))


def visible(shown: Shown) -> str:
    """Return what a message or modal shows, as GitHub's Markdown."""
    parts = [markdown(shown.content)] if shown.content else []
    return "\n\n".join([*parts, *_parts(shown.components)])


def _parts(components: Iterable[dict[str, Any]]) -> Iterator[str]:
    for part in components:
        kind = part["type"]
        if kind == ComponentType.ACTION_ROW:
            yield " ".join(map(_control, part["components"]))
        elif kind == ComponentType.TEXT_DISPLAY:
            yield markdown(part["content"])
        elif kind == ComponentType.SEPARATOR:
            yield "---"
        elif kind == ComponentType.SECTION:
            yield from _parts(part["components"])
            yield _control(part["accessory"])
        elif kind == ComponentType.CONTAINER:
            yield from _parts(part["components"])
        elif kind == LABEL:
            yield f"**{part['label']}** {_control(part['component'])}"
        else:
            raise ValueError(f"the transcript has no words for a component of type {kind}")


def _control(part: dict[str, Any]) -> str:
    if part["type"] == ComponentType.BUTTON:
        mark = " ↗" if part.get("url") else " (off)" if part.get("disabled") else ""
        return f"`[ {part['label']}{mark} ]`"
    if part["type"] == ComponentType.TEXT_INPUT:
        return f"`[ {part.get('placeholder') or '…'} ]`"
    if part["type"] in SELECTS:
        offered = " · ".join(option["label"] for option in part.get("options", ()))
        return f"`[ {part.get('placeholder') or '…'} ▾ ]` {offered}"
    raise ValueError(f"the transcript has no words for a control of type {part['type']}")


def markdown(content: str) -> str:
    """Return Discord's Markdown as GitHub's: line breaks, small print, times, what it links."""
    content = _TIME.sub(lambda found: _date(int(found[1])), content)
    content = _COMMAND.sub(r"`/\1`", content)
    content = _PLACE.sub(r"`#\1`", content)
    lines = content.split("\n")
    made: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        quoted = line.startswith("> ")
        if line.startswith("-# "):
            line = f"<sub>{line.removeprefix('-# ')}</sub>"
        # To Discord, a ">" without a space behind it is just that.
        made.append(re.sub(r"^>(?! )", r"\\>", line))
        if not line.strip("> ") or not following.strip("> ") or line.startswith("#"):
            continue
        if quoted != following.startswith("> "):
            made.append("")
        else:
            made[-1] += "\\"
    return "\n".join(made)


def _date(seconds: int) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%B %Y}"
