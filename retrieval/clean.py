"""Repair text without touching a word; pure.

Every function is idempotent, `mend_entities` apart, which resolves one level of
escapes at a time. None changes, adds or drops a letter or digit of text that
carries no entity, mojibake or invisible character.
"""

import html
import re
import unicodedata
from html.entities import html5

import ftfy
from ftfy.badness import is_bad

from retrieval.quotes import mend_quotes

_MOJIBAKE_ONLY = ftfy.TextFixerConfig(
    unescape_html=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    normalization=None,
    explain=False,
)
# Mojibake is made of other characters, and ftfy changes nothing in a line without them.
_SUSPECT = re.compile("[^\n\t -~“”‘’–—…]")
# What ftfy drops or replaces in a line that is no mojibake; C1 controls it calls bad.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\r\x0e-\x1f\x7f\u2028\u2029\u206a-\u206f\ud800-\udfff\ufeff\ufff9-\ufffc]"
)
_WINDOWS_END = re.compile(r"(?<!\r)\r\n")
_SEGMENT = _MOJIBAKE_ONLY.max_decode_length

_NEW_LINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028]")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_BLANKS = re.compile(r"(?<=\S)[ \t]{2,}")
_LINE_ENDS = re.compile(r"(?<![ \t])[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")

_JOINERS = re.compile("[\u200c\u200d]+")
# Scripts whose letters join: Arabic and its neighbours, those of India, Burmese, Khmer,
# Mongolian and Javanese.
_JOINING = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ua8e0-\ua8ff\ua980-\ua9df"
    "\uaa60-\uaa7f\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010f30-\U00011dff]"
)
_PICTURE = re.compile(
    "[\u00a9\u00ae\u203c-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff]"
)
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LEFTWARD = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

# Named entities that crawlers meet, closed by their semicolon or by the comma
# that a careless rewriter made of it. A longer list would catch "AT&T, ".
_ENTITY = re.compile(
    r"(?P<before>[ \t]?)"
    r"&(?P<name>nbsp|amp|quot|apos|lt|gt|lsquo|rsquo|ldquo|rdquo|ndash|mdash|hellip"
    r"|#\d{2,6}|#[xX][0-9a-fA-F]{2,5})"
    r"(?P<mark>[;,])(?P<after>[ \t]?)"
    # With its semicolon, any name that HTML has is an entity.
    r"|&(?P<whole>[A-Za-z][A-Za-z0-9]{1,31};)"
)
_OPENING = frozenset("‘“")
_UNCLOSED = re.compile(r"&#(?:\d{2,5}|[xX][0-9a-fA-F]{2,4}(?![0-9a-zA-Z]))(?![\d;,])")
_SIGNS = frozenset("\"&'–—‘’“”…\u00a0")

_CURRENCY = "$€£¥₹₩"
_PREFIXES = "US|AU|CA|NZ|HK|NT|A|C|S|R"
_FIGURE = r"(?=\d[\d.,]*(?:[^\w]|$|(?:bn|m|k|tn)\b))"
_ANY_CURRENCY = re.compile(f"[{_CURRENCY}]")
_SPACED_PREFIXED = re.compile(rf"\b({_PREFIXES})[ ]?([{_CURRENCY}])[ ]+{_FIGURE}")
_SPACED_GLUED = re.compile(rf"(?<=[^\W\dA-Z])([{_CURRENCY}])[ ]+{_FIGURE}")
_SPACED_ALONE = re.compile(rf"(?<![^\s(\[—–“‘])([{_CURRENCY}])[ ]+{_FIGURE}")
_SPACED_PERCENT = re.compile(r"(?<=\d)[ ]+%(?![\w%])")
# A currency sign ahead makes one figure of its groups, unless more figures follow.
_SPACED_SUM = re.compile(
    rf"(?<=[{_CURRENCY}])\d{{1,3}}(?:, \d{{3}}){{1,5}}"
    rf"(?!\d|(?:,| and| or| to| –|–|-)[ ]?[{_CURRENCY}]?\d)"
)
# A group "000" cannot stand as a number of its own, so a thousand is meant.
_SPACED_THOUSAND = re.compile(r"(?<![\d.,])(\d{1,3}), (?=000(?!\d))")
_SPACED_CHAIN = re.compile(r"(?<![\d.,])(?<!\d, )[1-9]\d{0,2}(?:, \d{3}){1,5},[ ]?000(?!\d)")

_ROUNDS = 16


def _entity(match: re.Match[str]) -> str:
    if whole := match["whole"]:
        return html5.get(whole, match.group())
    before, name, mark, after = match.group("before", "name", "mark", "after")
    char = html.unescape(f"&{name};")
    if char == "\u00a0":
        return " "
    if mark == ",":
        # The rewriter set a space behind its comma. It is ours to drop where
        # the sign plainly glues two words ("S&amp, P") or opens a quotation.
        glued = not before and match.start() > 0 and char == "&"
        if glued or char in _OPENING:
            after = ""
    return f"{before}{char}{after}"


def _unclosed(match: re.Match[str]) -> str:
    """Return the character of a numeric entity without its mark, where text holds such."""
    char = html.unescape(match.group() + ";")
    around = match.string[max(0, match.start() - 1) : match.end() + 1]
    if char in _SIGNS or (char.isalpha() and (around[0].isalpha() or around[-1].isalpha())):
        return " " if char == "\u00a0" else char
    return match.group()


def mend_entities(text: str) -> str:
    """Return the text with its HTML entities, whole or broken, resolved once.

    A numeric one may lack its semicolon (`it&#39s`) where its character is a quotation
    mark, a dash or such, or a letter beside a letter.
    """
    if "&" not in text:
        return text
    text = _ENTITY.sub(_entity, text)
    return _UNCLOSED.sub(_unclosed, text) if "&#" in text else text


def mend_figures(text: str) -> str:
    """Close up currency signs, percent signs and thousands where the figure is beyond doubt.

    `nearly$ 600 billion` becomes `nearly $600 billion`, `US$ 5` becomes `US$5`,
    `15 %` becomes `15%`, `10, 000` becomes `10,000`, and so do `$10, 500` and
    `1, 200, 000`; `in 2010, 200 people` stays.
    """
    if _ANY_CURRENCY.search(text):
        text = _SPACED_PREFIXED.sub(r"\1\2", text)
        text = _SPACED_GLUED.sub(r" \1", text)
        text = _SPACED_ALONE.sub(r"\1", text)
        text = _SPACED_SUM.sub(_closed, text)
    if " %" in text:
        text = _SPACED_PERCENT.sub("%", text)
    if ", 000" in text:
        text = _SPACED_CHAIN.sub(_closed, text)
        text = _SPACED_THOUSAND.sub(r"\1,", text)
    return text


def _closed(match: re.Match[str]) -> str:
    return match.group().replace(" ", "")


def _joiner(match: re.Match[str]) -> str:
    """Return the joiners that shape letters or pictures, nothing for those that do not."""
    text, start, end = match.string, match.start(), match.end()
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if _PICTURE.match(before) and _PICTURE.match(after):
        return match.group()
    # Letters, and marks such as the virama.
    left = before != "" and unicodedata.category(before)[0] in "LM"
    right = after != "" and unicodedata.category(after)[0] in "LM"
    shapes = left and _JOINING.match(before)
    if shapes and "\u200d" in match.group():
        return match.group()
    return match.group() if left and right and (shapes or _JOINING.match(after)) else ""


def _mend_invisible(text: str) -> str:
    text = _NEW_LINES.sub("\n", text).replace("\u2029", "\n\n")
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    if _DIRECTIONS.search(text) and not _LEFTWARD.search(text):
        text = _DIRECTIONS.sub("", text)
    return _JOINERS.sub(_joiner, text)


def mend_spaces(text: str) -> str:
    """Drop invisible characters; make every space a plain one, lines trimmed, gaps one line.

    Joiners (U+200C, U+200D) stay where they shape letters, as in Persian, or pictures;
    marks of direction stay in a text that is written from right to left.
    """
    # Whatever is printable is visible, and its only space the plain one.
    if not text.replace("\n", "").isprintable():
        text = _mend_invisible(text)
    text = text.replace("\u2011", "-")
    if "  " in text or "\t" in text:
        text = _BLANKS.sub(" ", text)
    if " \n" in text or "\t" in text or text.endswith(" "):
        text = _LINE_ENDS.sub("", text)
    if "\n\n\n" in text:
        text = _EMPTY_LINES.sub("\n\n", text)
    return text.strip("\n")


def mend_mojibake(text: str) -> str:
    """Return what ftfy makes of a text, without asking it about the lines it would not change."""
    if "\r" in text:
        text = _WINDOWS_END.sub("\n", text)
    if not _SUSPECT.search(text):
        return text
    lines = text.split("\n")
    lines[:-1] = [line + "\n" for line in lines[:-1]]
    return "".join(_mend_line(line) if _SUSPECT.search(line) else line for line in lines)


def _mend_line(line: str) -> str:
    if len(line) <= _SEGMENT and not is_bad(line) and not _CONTROL.search(line):
        return line
    return ftfy.fix_text(line, _MOJIBAKE_ONLY)


def _settled(text: str) -> str | None:
    """Return what a text is when no repair changes it any more, None where that takes too long."""
    for _ in range(_ROUNDS):
        mended = mend_spaces(mend_entities(mend_mojibake(text)))
        mended = mend_figures(mend_quotes(mended))
        if mended == text:
            return text
        text = mended
    return None


def repair(text: str) -> str:
    """Return the text mended: mojibake, entities, spaces, quotation marks, spaced-out figures.

    What is escaped twice is resolved twice, up to a fixed point. Text that does not come
    to rest in a few rounds nobody wrote; of it the spaces alone are mended. So repairing
    ends for any text, and what is repaired stays as it is.
    """
    settled = _settled(text)
    if settled is None:
        text = mend_spaces(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
        settled = _settled(text)
    return text if settled is None else settled


def repair_line(text: str) -> str:
    """Return one line (a title, a name) mended, its white space folded."""
    folded = " ".join(repair(text).split())
    # What stood on two lines may be one figure or one quotation.
    return " ".join(repair(folded).split())
