"""Turn quotation marks that were set the wrong way round, where there is no doubt; pure.

Languages quote differently: a Swede opens with ”, a German closes with “. So marks are
turned only in a text that otherwise quotes as English does, and there only where their
neighbours leave no other reading. A mark that is turned stands right, so turning ends.
"""

import re

_MARK = re.compile("[“”]")
_BEFORE = r"(?<![^\s(\[])"
_BEHIND = r"(?![^\s.,;:!?…)\]’—–])"
_RIGHT = re.compile(rf"(?<![^\s(\[—–])“(?=[^\s“”])[^“”]{{1,2000}}(?<![\s(\[])”{_BEHIND}")
_OPENS = re.compile(rf"{_BEFORE}[“”](?=\w)")
_CLOSES = re.compile(rf"(?<=[^\s(\[“”])[“”]{_BEHIND}")
_SINGLES = re.compile(
    rf"{_BEFORE}’’(?=\w)((?:[^“”’\n]|’(?!’)|\n(?!\n)){{1,600}})(?<=\S)’’{_BEHIND}"
)
_TURNED = re.compile(rf"{_BEFORE}(?:”|’’)(?=\w)")
# What might be wrong; a text without it is done with.
_ODD = re.compile(rf"{_BEFORE}(?:”|’’)(?=\w)|(?<=\S)“{_BEHIND}|(?<=[^\W\d_])” (?=\w)|^” ", re.M)
_FOREIGN = re.compile("[„‟«»‹›]")

# A mark glued to the word before it and parted from its own: `the” Magic Seven” shares`.
_PARTED = re.compile(r"(?<=[^\W\d_])” (?=\w)")
_SENTENCE_END = re.compile(r"[.!?…;:]\s")
# What stands outside quotation marks, and so makes both marks closing ones.
_OUTSIDE = re.compile(
    r"^(?:and|or|but|nor)\b|,.|\b(?:sa(?:y|ys|id|ying)|tells?|told|asks?|asked|adds?|added"
    r"|writes?|wrote|notes?|noted|repl(?:y|ies|ied)|explain(?:s|ed)?|argue[sd]?)\b",
    re.I | re.S,
)
_LONGEST = 60

_CONTRACTION = re.compile(
    r"\b(?:(?:ai|are|ca|could|did|do|does|had|has|have|is|might|must|need|sha|should|was|were"
    r"|wo|would)n‘t|(?:i|you|we|they|he|she|it|that|this|there|here|what|who|where|how|when|why"
    r"|let)‘(?:m|re|ve|ll|d|s)|(?:could|should|would|might|must)‘ve|o‘clock)\b",
    re.I,
)


def _straighten(match: re.Match[str]) -> str:
    return match.group().replace("‘", "’")


def _is_short_quote(between: str) -> bool:
    """Tell whether what stands between two marks reads as a quotation of a few words."""
    return (
        len(between) <= _LONGEST
        and not _SENTENCE_END.search(between)
        and not _OUTSIDE.search(between)
    )


def _mend_paragraph(text: str, spilled: bool) -> tuple[str, bool]:
    """Return a paragraph with its marks turned, and whether it ends within a quotation.

    A mark is read by what is open when it is met. Once a mark cannot be accounted for,
    none is turned up to the next one that surely opens.
    """
    parts = []
    done, within, sure = 0, False, True
    marks = list(_MARK.finditer(text))
    for number, mark in enumerate(marks):
        start, end = mark.span()
        following = marks[number + 1] if number + 1 < len(marks) else None
        partnered = (
            following and following.group() == "”" and _CLOSES.match(text, following.start())
        )
        turned = None
        if mark.group() == "“":
            unpartnered = following is None or following.group() == "“"
            if within and sure and unpartnered and _CLOSES.match(text, start):
                turned, within = "”", False
            else:
                within, sure = True, not _CLOSES.match(text, start)
        elif within:
            within = False
            sure = sure and not _OPENS.match(text, start)
        elif sure and partnered and following:
            parted = _PARTED.match(text, start)
            if _OPENS.match(text, start):
                turned = "“"
            elif parted and _is_short_quote(text[parted.end() : following.start()]):
                turned, end = " “", parted.end()
            elif start == 0 and not spilled and text[1:2] == " " and text[2:3].isalnum():
                turned, end = "“", 2
            within = sure = turned is not None
        else:
            sure = False
        if turned is not None:
            parts += [text[done:start], turned]
            done = end
    return "".join([*parts, text[done:]]), within


def mend_quotes(text: str) -> str:
    """Turn quotation marks that open where they should close, and the other way round.

    `said ”we are here” today` becomes `said “we are here” today`, `“here.“ He` becomes
    `“here.” He`, `the” Magic Seven” shares` becomes `the “Magic Seven” shares`, `don‘t`
    becomes `don’t`. Marks are turned in a text only that quotes as English does oftener
    than not; `”ord”`, `„Wort“` and `Hawai‘i` stay.
    """
    if "‘" in text:
        text = _CONTRACTION.sub(_straighten, text)
    if "”" not in text and "’’" not in text:
        return text
    if not _ODD.search(text) or _FOREIGN.search(text):
        return text
    paragraphs = text.split("\n\n")
    right = sum(len(_RIGHT.findall(paragraph)) for paragraph in paragraphs)
    if right < max(1, len(_TURNED.findall(text))):
        return text
    mended, within = [], False
    for paragraph in paragraphs:
        paragraph, within = _mend_paragraph(_SINGLES.sub(r"“\1”", paragraph), within)
        mended.append(paragraph)
    return "\n\n".join(mended)
