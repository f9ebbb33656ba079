"""Greetings and thanks get a friendly line instead of a search; pure."""

from __future__ import annotations

import re
import unicodedata

_GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)"
    r"|hallo|hallöchen|moin|moin moin|servus|grüezi|grü(?:ß|ss) (?:dich|euch|gott)"
    r"|(?:schönen )?guten (?:morgen|tag|abend)|bonjour|bonsoir|salut|salutations|coucou|allô)"
    r"(?: (?:there|all|everyone|footnote|bot|you|again|zusammen|alle|allerseits|du|ihr|leute"
    r"|miteinander|tout le monde|à (?:tous|toutes|toi|vous|tous et à toutes)|les amis))*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:many )?(?:thanks|thank you|thx|ty|cheers|much appreciated"
    r"|danke|dankeschön|(?:ich )?danke dir|dank dir"
    r"|(?:vielen|besten|herzlichen|lieben|tausend|vielen lieben) dank"
    r"|(?:un grand |grand |mille )?mercis?|je (?:te|vous) remercie)"
    r"(?: (?:so much|very much|a lot|again|footnote|bot|for (?:the|your) (?:help|answer)"
    r"|schön|sehr|dir|euch|nochmal|nochmals|für (?:die|deine) (?:hilfe|antwort)"
    r"|beaucoup|bien|encore|infiniment|à (?:toi|vous)"
    r"|pour (?:l|la|ta|ton|votre|cette) (?:aide|réponse)))*",
    re.IGNORECASE,
)


def courtesy(words: str) -> str | None:
    """Return the catalogue's key of the friendly line that a greeting or a thank-you gets.

    None where the words are more than that.
    """
    composed = unicodedata.normalize("NFC", words)
    plain = " ".join(re.sub(r"[^\w\s]", " ", composed).split())
    if _GREETING.fullmatch(plain):
        return "courtesy-greeting"
    if _THANKS.fullmatch(plain):
        return "courtesy-thanks"
    return None
