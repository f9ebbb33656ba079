"""Article text as Discord shows it word for word: nothing in it forms markup; pure."""

from __future__ import annotations

import re

# Signs that form emphasis, code, spoilers, links, mentions, emoji or timestamps
# anywhere in a line.
_ANYWHERE = re.compile(r"[\\`*_~|\[\]<>@#]")
# ":" opens an emoji's name and closes a link's scheme; "." joins a bare domain.
_COLON = re.compile(r":(?=[\w/+-])")
_DOMAIN = re.compile(r"(?<=\w)\.(?=[A-Za-z]{2,}(?:[/:?]|\b))")
# What makes a line a list item, a heading, a quotation or small print.
_LINE_START = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))", re.MULTILINE)
_ESCAPED = re.compile(r"\\([^\w\s])")
_EMBEDDINGS = frozenset("\u202a\u202b\u202d\u202e")
_ISOLATES = frozenset("\u2066\u2067\u2068")


def escape(text: str) -> str:
    """Return text that Discord shows as it is: only escapes are inserted."""
    text = _ANYWHERE.sub(lambda match: "\\" + match.group(), text)
    text = _COLON.sub("\\:", text)
    text = _DOMAIN.sub("\\.", text)
    return _close_directions(_LINE_START.sub(_escape_marker, text))


def _escape_marker(match: re.Match[str]) -> str:
    space, marker = match.groups()
    # A digit cannot be escaped, the sign behind it can.
    return f"{space}{marker}\\" if marker.isdigit() else f"{space}\\{marker}"


def _close_directions(text: str) -> str:
    """Close what text direction marks leave open, so that they end with the quote."""
    embedded = isolated = 0
    for character in text:
        if character in _EMBEDDINGS:
            embedded += 1
        elif character == "\u202c":
            embedded = max(0, embedded - 1)
        elif character in _ISOLATES:
            isolated += 1
        elif character == "\u2069":
            isolated = max(0, isolated - 1)
    return text + "\u202c" * embedded + "\u2069" * isolated


def unescape(text: str) -> str:
    """Return escaped text as it was."""
    return _ESCAPED.sub(r"\1", text)


def one_line(text: str, most: int) -> str:
    """Return text escaped on one line, cut at a word's end where it has more characters."""
    text = " ".join(text.split())
    escaped = escape(text)
    if len(escaped) <= most:
        return escaped
    while len(escaped) > most - 2:
        shorter = text[: len(text) - max(1, (len(escaped) - most) // 2)]
        text = shorter.rsplit(" ", 1)[0] if " " in shorter else shorter
        escaped = escape(text)
    return f"{escaped} …"
