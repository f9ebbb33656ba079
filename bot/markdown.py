"""Article text as Discord shows it word for word: nothing in it forms markup; pure.

What forms markup is what Discord's own parser reads as such (PyPI: discord-markdown-py), and
what its older clients did (PyPI and npm hold parsers by their simple-markdown rules): the
tests read everything back with the former. Characters of many combining marks are shown as
they are, and count as what they consist of.
"""

from __future__ import annotations

import re
import string
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

import regex

# Signs that form emphasis, code, spoilers, links, mentions, emoji or timestamps
# anywhere in a line.
_ANYWHERE = re.compile(r"[\\`*_~|\[\]<>@#]")
# ":" opens an emoji's name and closes a link's scheme; "." joins a bare domain.
_COLON = re.compile(r":(?=[\w/+-])")
_DOMAIN = re.compile(r"(?<=\w)\.(?=[A-Za-z]{2,}(?:[/:?]|\b))")
# What makes a line a list item, a heading, a quotation or small print.
_LINE_START = re.compile(r"^([^\S\n]*)([-+]|\d+(?=[.)]))", re.MULTILINE)
_ESCAPED = re.compile(r"\\([^\w\s]|_)")

_POP_EMBEDDING, _FIRST_STRONG, _POP_ISOLATE = "\u202c", "\u2068", "\u2069"
_EMBEDDINGS, _ISOLATES = "\u202a\u202b\u202d\u202e", "\u2066\u2067\u2068"
_CLOSED_BY = dict.fromkeys(_EMBEDDINGS, _POP_EMBEDDING) | dict.fromkeys(_ISOLATES, _POP_ISOLATE)
_DIRECTION = re.compile(f"[{_EMBEDDINGS}{_ISOLATES}{_POP_EMBEDDING}{_POP_ISOLATE}]")
# The blocks that Unicode keeps for scripts that run from right to left, and their mark.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

_CLUSTER = regex.compile(r"\X")
GAP = "…"
"""What stands for what is left out."""

CUT = f" {GAP}"
"""The end of a line that goes on."""

_ARROW = "→"
# Nothing to escape, nothing that Discord might take for an emoji, and something to click on.
_LINK_WORDS = regex.compile(r"(?=.*\w)[^\\\p{Extended_Pictographic}\p{Regional_Indicator}\p{C}]+")
_NAME = re.compile(r"(?:[^\W_][\w-]*(?<!-)\.)*[^\W\d_][\w-]*(?<!-)\.?")
_IN_ADDRESS = "".join(sorted(set(string.punctuation) - set('<>()\\"')))


def escape(text: str) -> str:
    """Return text that Discord shows as it is: only escapes are inserted."""
    return close_directions(escape_signs(text))


def escape_signs(text: str) -> str:
    """Return text in which no sign forms markup; what turns its direction stays open."""
    text = _ANYWHERE.sub(lambda match: "\\" + match.group(), text)
    text = _COLON.sub("\\:", text)
    text = _DOMAIN.sub("\\.", text)
    return _LINE_START.sub(_escape_marker, text)


def _escape_marker(match: re.Match[str]) -> str:
    space, marker = match.groups()
    # A digit cannot be escaped, the sign behind it can.
    return f"{space}{marker}\\" if marker.isdigit() else f"{space}\\{marker}"


def close_directions(text: str) -> str:
    """Close what text direction marks leave open, so that they end with the quote."""
    ends: list[str] = []
    isolates = 0
    for mark in _DIRECTION.findall(text):
        if mark in _CLOSED_BY:
            ends.append(_CLOSED_BY[mark])
            isolates += ends[-1] == _POP_ISOLATE
        elif mark == _POP_EMBEDDING and ends[-1:] == [_POP_EMBEDDING]:
            ends.pop()
        elif mark == _POP_ISOLATE and isolates:
            isolates -= 1
            # An isolate's end closes what was left open within it.
            while ends.pop() != _POP_ISOLATE:
                pass
    return text + "".join(reversed(ends))


def unescape(text: str) -> str:
    """Return a line as it was before it was escaped, and set apart from the words around it."""
    return _ESCAPED.sub(r"\1", text.removeprefix(_FIRST_STRONG).removesuffix(_POP_ISOLATE))


def boundary(text: str, start: int, end: int) -> int:
    """Return the last place up to an end at which no character as readers see it is torn.

    Source: the grapheme clusters of UAX #29, by the `regex` package.

    Args:
        text: The text.
        start: A place that tears none.
        end: The end; returned itself where a single character reaches beyond it.
    """
    if end > start and text[end - 1 : end + 1].isascii():  # the usual case, and a quick one
        return end
    last = start
    for cluster in _CLUSTER.finditer(text, start):
        if cluster.end() > end:
            break
        last = cluster.end()
    return last if last > start else end


def fitting(text: str, start: int, end: int, room: int) -> int:
    """Return how far a part of a text can be shown: to its end, or to that of a word nearby.

    Args:
        text: The text.
        start: Where the part starts.
        end: Where it ends.
        room: How many characters it may have once escaped.
    """
    stop = min(end, start + room)
    while (over := len(escape(text[start:stop])) - room) > 0:
        stop -= max(1, over // 2)
    # Text without spaces between words may have one, far ahead.
    if stop < end and (space := text.rfind(" ", (start + stop) // 2, stop + 1)) > start:
        stop = space
    return boundary(text, start, stop)


def _straight(text: str) -> str:
    """Return text on one line, without marks that turn its direction; "…" if it is but marks."""
    return " ".join(_DIRECTION.sub("", text).split()) or (GAP if text.strip() else "")


def _line(text: str, most: int) -> tuple[str, bool]:
    """Return text on one line, escaped and cut, and whether it runs from right to left."""
    line = _straight(text)
    # The marks that set the line apart take two characters.
    aside = _RIGHT_TO_LEFT.search(line) is not None
    room = most - 2 if aside else most
    if len(line) <= room and len(escape(line)) <= room:
        return escape(line), aside
    return f"{escape(line[: fitting(line, 0, len(line), room - len(CUT))])}{CUT}", aside


def _set_apart(line: str, aside: bool) -> str:
    return f"{_FIRST_STRONG}{line}{_POP_ISOLATE}" if aside else line


def one_line(text: str, most: int) -> str:
    """Return text escaped on one line, cut at a word's end where it has more characters.

    Marks that turn the direction of text are left out, and what runs from right to left is
    set apart: the words of ours around it keep their order.
    """
    return _set_apart(*_line(text, most))


def shortened(words: str, most: int) -> str:
    """Return plain text on one line, cut with an ellipsis where it has more characters."""
    line = _straight(words)
    if len(line) > most:
        line = line[: boundary(line, 0, most - 1)].rstrip() + GAP
    return line


def address(link: str, most: int) -> str | None:
    """Return a link as `masked` can carry it, percent-encoded; None where Discord would not.

    Args:
        link: The link.
        most: How many characters it may have.
    """
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
        if _NAME.fullmatch(host):
            host = host.encode("idna").decode()
            host.encode().decode("idna")
        else:
            host = f"[{host}]" if ip_address(host).version == 6 else host
    except ValueError:  # UnicodeError is one
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None:
        return None
    found = quote(parts._replace(netloc=host + port).geturl(), safe=_IN_ADDRESS)
    return found if len(found) <= most else None


def masked(text: str, most: int, link: str) -> str:
    """Return text on one line, as `one_line` does, that leads to a link.

    Discord shows escapes that stand in a link's words, and takes a link for text whose words
    hold an emoji or an address; then an arrow behind the words is the link.

    Source: issues 6185, 7673 and 7721 of discord/discord-api-docs.

    Args:
        text: The text.
        most: How many characters it may have, link and arrow apart.
        link: Where it leads, as `address` returned it.
    """
    line, aside = _line(text, most)
    if _LINK_WORDS.fullmatch(line):
        return _set_apart(f"[{line}](<{link}>)", aside)
    return f"{_set_apart(line, aside)} [{_ARROW}](<{link}>)"


def quoted(markdown: str) -> str:
    """Return markdown as a block quote: a line is quoted only if a space follows its sign."""
    return "\n".join(f"> {line}" for line in markdown.split("\n"))
