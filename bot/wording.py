"""The words of a message as a question: cleaned, told apart, shortened; pure."""

from __future__ import annotations

import re

from bot.interrogative import question_in

MOST_QUESTIONS = 3
"""Questions of one message that are answered."""

LONGEST_EXCERPT = 1000
"""Characters of a message that are looked for."""

_BRIEF = 300
"""Characters of a message that is looked for as it is."""

_SHORTEST = 3
"""Words of a question that is one by itself, and not part of the one before."""

_FENCE = re.compile(r"```(?:[\w+.#-]+\n)?(.*?)```", re.DOTALL)
_MENTION = re.compile(r"<(?:@[!&]?\d+|#\d+|a?:\w+:\d+|/[^<>:]+:\d+|t:-?\d+(?::\w)?|id:\w+)>")
_QUESTION_END = re.compile(r"(?<=[?？])(?=\s)")
_SENTENCE_END = re.compile(r"[.!?…。？！][\"'”»)\]]*(?=\s)")


def spoken(content: str) -> str:
    """Return what a message says, without mentions, custom emoji and the marks of code."""
    return _MENTION.sub(" ", _FENCE.sub(r"\n\1\n", content)).replace("`", " ").strip()


def questions(words: str) -> list[str]:
    """Return the questions of a message one by one; what is around one stays with it.

    A message with fewer than two question marks is one question, whatever it says. To
    join the parts by spaces or line breaks and tell them apart again gives the same.
    """
    found: list[str] = []
    lead = ""
    for piece in _QUESTION_END.split(words):
        lead = " ".join([*lead.split(), *piece.split()])
        if piece.rstrip().endswith(("?", "？")) and len(piece.split()) >= _SHORTEST:
            found.append(lead)
            lead = ""
        elif found:
            found[-1] += f" {lead}" if lead else ""
            lead = ""
    return found if len(found) > 1 else [words]


def excerpt(words: str, longest: int = LONGEST_EXCERPT) -> str:
    """Return what is looked for of a message: all, its first question, or its beginning.

    Args:
        words: What the message says.
        longest: Characters that may be looked for; the beginning ends with a sentence.
    """
    if len(words) <= min(_BRIEF, longest):
        return words
    if (asked := question_in(words)) and len(asked) <= longest:
        return asked
    if len(words) <= longest:
        return words
    beginning = words[:longest]
    ends = [end.end() for end in _SENTENCE_END.finditer(beginning)]
    if ends:
        return beginning[: ends[-1]]
    return beginning.rpartition(" ")[0].rstrip() or beginning
