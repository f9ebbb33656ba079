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
_ESCAPED = re.compile(r"\\([^\w\s]|_)")
CUT = " …"
"""The end of a text that goes on."""

_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"
_CLOSED_BY = dict.fromkeys("\u202a\u202b\u202d\u202e", _POP_EMBEDDING) | dict.fromkeys(
    "\u2066\u2067\u2068", _POP_ISOLATE
)


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
    ends: list[str] = []
    for character in text:
        if character in _CLOSED_BY:
            ends.append(_CLOSED_BY[character])
        elif character == _POP_EMBEDDING and ends[-1:] == [_POP_EMBEDDING]:
            ends.pop()
        elif character == _POP_ISOLATE and _POP_ISOLATE in ends:
            # An isolate's end closes what was left open within it.
            while ends.pop() != _POP_ISOLATE:
                pass
    return text + "".join(reversed(ends))


def unescape(text: str) -> str:
    """Return escaped text as it was."""
    return _ESCAPED.sub(r"\1", text)


def one_line(text: str, most: int) -> str:
    """Return text escaped on one line, cut at a word's end where it has more characters."""
    text = " ".join(text.split())
    if len(text) <= most and len(escape(text)) <= most:
        return escape(text)
    text = text[:most]
    escaped = escape(text)
    while len(escaped) > most - 2:
        shorter = text[: len(text) - max(1, (len(escaped) - most) // 2)]
        text = shorter.rsplit(" ", 1)[0] if " " in shorter else shorter
        escaped = escape(text)
    return escaped + CUT
