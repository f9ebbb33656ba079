"""Which words of a message are a quote; pure."""

from __future__ import annotations

import re

from bot.wording import spoken

MOST_QUOTES = 3
"""Quotes of one message that are checked."""

_SHORTEST = 4
"""Words of what stands in quotation marks, from which it is checked by itself."""

_BLOCK = re.compile(r"^[^\S\n]*>[^\S\n](.*)$", re.MULTILINE)
_REST = re.compile(r"^[^\S\n]*>>>\s(.*)", re.MULTILINE | re.DOTALL)
_MARKS = re.compile(
    r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|»([^«»]+)«|「([^「」]+)」"
    r'|(?<!\w)"([^"]+)"(?!\w)'
)
_LINK = re.compile(r"\[([^\[\]]*)\]\(<?\w+://[^\s()]*>?\)")
_ADDRESS = re.compile(r"<?https?://\S+")
_SENTENCE_END = re.compile(r"[.!?…。？！][\"'”»)\]]*(?=\s)")


def quotes_in(content: str) -> list[str]:
    """Return the words of a message to check: its block quotes, else its quotations, else all.

    Args:
        content: What the message says.
    """
    words = _ADDRESS.sub(" ", _LINK.sub(r"\1", spoken(content)))
    found = _block_quotes(words) or _in_marks(words) or [words]
    return [part.strip() for part in found if any(c.isalnum() for c in part)]


def beginning(words: str, longest: int) -> str:
    """Return words, or where there are too many characters, their beginning to a sentence's end."""
    if len(words) <= longest:
        return words
    start = words[:longest]
    ends = [end.end() for end in _SENTENCE_END.finditer(start)]
    return start[: ends[-1]] if ends else start.rpartition(" ")[0].rstrip() or start


def _block_quotes(words: str) -> list[str]:
    """Return the block quotes of a message; lines that follow one another are one."""
    rest = _REST.search(words)
    if rest is not None:
        return [*_block_quotes(words[: rest.start()]), rest.group(1)]
    found: list[str] = []
    end = -2
    for line in _BLOCK.finditer(words):
        if line.start() == end + 1 and found:
            found[-1] += f"\n{line.group(1)}"
        else:
            found.append(line.group(1))
        end = line.end()
    return [part for part in found if part.strip()]


def _in_marks(words: str) -> list[str]:
    """Return what stands in quotation marks, if it is long enough to be a quote."""
    inside = ("".join(filter(None, match.groups())) for match in _MARKS.finditer(words))
    return [part for part in inside if len(part.split()) >= _SHORTEST]
