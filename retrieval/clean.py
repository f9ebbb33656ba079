"""Repair text without touching a word; pure.

Every function is idempotent, doubly escaped entities apart, and none changes,
adds or drops a letter or digit of text that carries no entity, mojibake or
invisible character.
"""

import html
import re

import ftfy

_MOJIBAKE_ONLY = ftfy.TextFixerConfig(
    unescape_html=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    normalization=None,
)

_NEW_LINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028]")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")

# Named entities that crawlers meet, closed by their semicolon or by the comma
# that a careless rewriter made of it. A longer list would catch "AT&T, ".
_ENTITY = re.compile(
    r"(?P<before>[ \t]?)"
    r"&(?P<name>nbsp|amp|quot|apos|lt|gt|lsquo|rsquo|ldquo|rdquo|ndash|mdash|hellip"
    r"|#\d{2,6}|#[xX][0-9a-fA-F]{2,5})"
    r"(?P<mark>[;,])(?P<after>[ \t]?)"
)
_OPENING = frozenset("‘“")

_CURRENCY = "$€£¥₹₩"
_PREFIXES = "US|AU|CA|NZ|HK|NT|A|C|S|R"
_FIGURE = r"(?=\d[\d.,]*(?:[^\w]|$|(?:bn|m|k|tn)\b))"
_SPACED_PREFIXED = re.compile(rf"\b({_PREFIXES})[ ]?([{_CURRENCY}])[ ]+{_FIGURE}")
_SPACED_GLUED = re.compile(rf"(?<=[^\W\dA-Z])([{_CURRENCY}])[ ]+{_FIGURE}")
_SPACED_ALONE = re.compile(rf"(?<![^\s(\[—–“‘])([{_CURRENCY}])[ ]+{_FIGURE}")
_SPACED_PERCENT = re.compile(r"(?<=\d)[ ]+%(?![\w%])")
# A group "000" cannot stand as a number of its own, so a thousand is meant.
_SPACED_THOUSAND = re.compile(r"(?<![\d.,])(\d{1,3}), (?=000(?![\d]))")

_BLANKS = re.compile(r"(?<=\S)[ \t]{2,}")
_LINE_ENDS = re.compile(r"(?<![ \t])[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")


def _entity(match: re.Match[str]) -> str:
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


def mend_entities(text: str) -> str:
    """Return the text with its HTML entities, whole or broken, resolved once."""
    return _ENTITY.sub(_entity, text)


def mend_figures(text: str) -> str:
    """Close up currency signs, percent signs and thousands where the figure is beyond doubt.

    `nearly$ 600 billion` becomes `nearly $600 billion`, `US$ 5` becomes `US$5`,
    `15 %` becomes `15%`, `10, 000` becomes `10,000`; `in 2010, 200 people` stays.
    """
    text = _SPACED_PREFIXED.sub(r"\1\2", text)
    text = _SPACED_GLUED.sub(r" \1", text)
    text = _SPACED_ALONE.sub(r"\1", text)
    text = _SPACED_PERCENT.sub("%", text)
    return _SPACED_THOUSAND.sub(r"\1,", text)


def mend_spaces(text: str) -> str:
    """Drop invisible characters; make every space a plain one, lines trimmed, gaps one line."""
    text = _NEW_LINES.sub("\n", text).replace("\u2029", "\n\n")
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    text = _LINE_ENDS.sub("", _BLANKS.sub(" ", text))
    return _EMPTY_LINES.sub("\n\n", text).strip("\n")


def repair(text: str) -> str:
    """Return the text mended: mojibake, entities, spaces and spaced-out figures."""
    text = ftfy.fix_text(text, _MOJIBAKE_ONLY)
    return mend_figures(mend_spaces(mend_entities(text)))


def repair_line(text: str) -> str:
    """Return one line (a title, a name) mended, its white space folded."""
    return " ".join(repair(text).split())
