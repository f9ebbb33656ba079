"""Greetings and thanks get a friendly line instead of a search; pure."""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)"
    r"|hallo|moin|servus|grüezi|grüß (?:dich|gott)|guten (?:morgen|tag|abend)"
    r"|bonjour|bonsoir|salut|coucou)"
    r"(?: (?:there|all|everyone|footnote|bot|zusammen|alle|tout le monde))*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:many )?(?:thanks|thank you|thx|ty|cheers|much appreciated"
    r"|danke|dankeschön|vielen dank|besten dank|merci)"
    r"(?: (?:so much|very much|a lot|again|footnote|bot|for (?:the|your) (?:help|answer)"
    r"|schön|sehr|dir|euch|nochmals|beaucoup|bien|encore))*",
    re.IGNORECASE,
)


def courtesy(words: str) -> str | None:
    """Return the catalogue's key of the friendly line that a greeting or a thank-you gets.

    None where the words are more than that.
    """
    plain = " ".join(re.sub(r"[^\w\s]", " ", words).split())
    if _GREETING.fullmatch(plain):
        return "courtesy-greeting"
    if _THANKS.fullmatch(plain):
        return "courtesy-thanks"
    return None
