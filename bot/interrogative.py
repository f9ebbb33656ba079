"""Tell a question that seeks an answer from other talk, in English, German and French; pure.

It rather misses a question than takes small talk for one: whoever listens unasked
must not disturb. What is not a question that an archive might answer is left to how
sure the answer is.
"""

from __future__ import annotations

import re

_FEWEST = 3
"""Words that a question with a question mark has at least."""

_FEWEST_UNMARKED = 4
"""Words that a question without one has at least."""

_MOST = 60
"""Words that a question has at most."""

_ADDRESSED = re.compile(r"<@[!&]?\d+>|@(?:everyone|here)\b")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_NOT_SAID = re.compile(r"^[ \t]*>.*$|<?https?://\S+|<a?:\w+:\d+>|<#\d+>", re.MULTILINE)
"""Quotations, links, emoji and channels."""

# A short word with a full stop behind it may be an abbreviation.
_BETWEEN = re.compile(r"(?<=\w{4}[.])\s+|(?<=[!?…？])\s+|\n+")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")

_OPENINGS = (
    r"(?:when|where|who|whom|what|why|how)(?:['’]s| (?:is|are|was|were|do|does|did|can|could"
    r"|will|would|has|have|had|should))\b",
    r"how (?:many|much|long|old|tall|high|far|big|deep|heavy|often|fast)\b",
    r"who \w+ (?:the|an?|this|our|his|her)\b",
    r"which \w+ (?:is|are|was|were|does|did|has|have|had|can|will|\w+s|\w+ed)\b",
    r"what happen(?:s|ed) \w",
    r"(?:does|did|do) (?:any|some)(?:one|body) know\b",
    r"any(?:one|body) knows? (?:who|what|when|where|why|how|which|if)\b",
    r"(?:is|are|was|were) there (?:an?|any|some)\b",
    r"(?:wann|wo|wer|wen|wem|was|warum|wieso|weshalb|wie|woher|wohin|wozu|womit|wofür)"
    r" (?:ist|sind|war|waren|wird|werden|wurden?|hat|haben|hatten?|kann|können|konnten?|muss"
    r"|müssen|soll|darf|gibt|gab|heißt|hieß|kostet|kosten|liegt|steht|kam|baute|funktioniert)\b",
    r"wie (?:viele?|lange|alt|groß|hoch|tief|weit|oft|schwer|teuer)\b",
    r"wei(?:ß|ss) (?:jemand|wer)\b",
    r"welche[rsnm]? \w+ \w+",
    r"gibt es\b",
    r"(?:quand|où|qui|pourquoi|comment) (?:est|sont|était|étaient|a|ont|avait|avaient|fut"
    r"|peut|doit|fait|faut)\b",
    r"(?:quand |où |pourquoi |comment |à qui )?est-ce que?\b",
    r"qu['’]est-ce (?:que|qui)\b",
    r"combien (?:de|d['’]|coûte|a|y)",
    r"quel(?:le)?s? (?:est|sont|était|étaient|fut)\b",
    r"quelqu['’]un sait\b",
)
_OPENING = re.compile("|".join(_OPENINGS))
_FILLERS = re.compile(
    r"^(?:(?:and|so|but|well|ok(?:ay)?|oh|hi|hey|hello|und|aber|also|na|et|mais|alors|bon)[, ]+)*"
)
# Rhetoric, small talk, and what only a person can answer.
_IDLE = re.compile(
    r"who (?:cares|knew|knows|would have|wants|asked)\b|why not\b|what(?:['’]s| is) up\b"
    r"|what an?\b(?! \w+ (?:is|was)\b)|what (?:the (?:hell|heck|fuck)|on earth|in the world)\b"
    r"|how (?:are|is) (?:you|things|everyone|it going|your)\b|how['’]s (?:it|everyone|your)\b"
    r"|how (?:dare|cool|nice|funny|sad|awful|great|cute)\b|is (?:any|some)(?:one|body)\b"
    r"|(?:is )?any(?:one|body) (?:here|there|awake|online|up|want|fancy|else|in)\b"
    r"|(?:are|were|did|do|will|would|have|can|could|should|may) (?:you|u|ya|y['’]all)\b"
    r"(?! (?:know|tell|say|remember|explain))"
    r"|(?:what|where|when|why|how|who) (?:are|were|did|will|would|have) (?:you|u|ya|y['’]all)\b"
    r"|(?:isn|wasn|aren|don|doesn|didn)['’]t\b"
    r"|und\?|was soll\b|was geht\b|was für ein\b|wie geht(?:['’]s|s| es)\b"
    r"|wer weiß (?:das )?schon\b"
    r"|wen (?:juckt|interessiert)|warum (?:auch |denn )?nicht\b"
    r"|(?:(?:was|wo|wann|warum|wie|wer) )?(?:bist|hast|kannst|könntest|willst|wirst|magst|kommst"
    r"|gehst|machst|seid|habt|könnt|wollt) (?:du|ihr)\b(?! (?:mir |uns )?sagen)"
    r"|ça va\b|comment (?:ça va|vas-tu|allez-vous|tu vas)\b|qui sait\b|pourquoi pas\b"
    r"|quoi de neuf\b"
    r"|(?:\w+ )?(?:es|as|peux|veux|viens|vas|fais)-tu\b|tu (?:es|as|viens|veux|peux|vas|fais)\b"
)
_TAG = re.compile(
    r",\s*(?:right|eh|huh|no|yes|ok(?:ay)?|innit|oder|gell|ne|ja|nein|non|hein|pas vrai"
    r"|\w+n['’]t \w+)\s*[?？]+$|(?:nicht wahr|n['’]est-ce pas)\s*[?？]+$"
)


def question_in(content: str) -> str | None:
    """Return the first question of a message that seeks an answer, None where it asks none.

    A message that is addressed to somebody asks nobody else. Code, quotations and links
    are not said.
    """
    if _ADDRESSED.search(content):
        return None
    said = _NOT_SAID.sub("\n", _CODE.sub("\n", content))
    sentences = (sentence.strip(" \t*_~|-•") for sentence in _BETWEEN.split(said))
    return next((sentence for sentence in sentences if _asks(sentence)), None)


def _asks(sentence: str) -> bool:
    plain = _FILLERS.sub("", " ".join(sentence.lower().split()), count=1)
    words = len(_WORD.findall(plain))
    if words > _MOST or _IDLE.match(plain) or _TAG.search(plain):
        return False
    if plain.endswith(("?", "？")):
        return words >= _FEWEST
    said = plain.endswith(("!", "…", "..."))
    return not said and words >= _FEWEST_UNMARKED and _OPENING.match(plain) is not None
