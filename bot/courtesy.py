"""Greetings and thanks get a friendly line instead of a search; pure."""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day))"
    r"(?: (?:there|all|everyone|footnote|bot))*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:many )?(?:thanks|thank you|thx|ty|cheers|much appreciated)"
    r"(?: (?:so much|very much|a lot|again|footnote|bot|for (?:the|your) (?:help|answer)))*",
    re.IGNORECASE,
)


def courtesy(words: str) -> str | None:
    """Return a friendly line where the words are only a greeting or a thank-you, else None."""
    plain = " ".join(re.sub(r"[^\w\s]", " ", words).split())
    if _GREETING.fullmatch(plain):
        return "Hello! Ask me a question, and I look for the passages that answer it."
    if _THANKS.fullmatch(plain):
        return "You are welcome! Ask whenever you like."
    return None
