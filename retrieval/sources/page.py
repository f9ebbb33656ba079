"""A web page's bytes to a tree of elements, as a browser reads them."""

from __future__ import annotations

import codecs
import re
from typing import TypeAlias

from lxml import etree
from lxml import html as lxml_html

from retrieval.clean import mend_figures, mend_mojibake, mend_spaces
from retrieval.errors import SourceError
from retrieval.quotes import mend_quotes

Element: TypeAlias = etree._Element

HEAD = 4096
"""How far into a page its encoding, and where it was saved from, may be stated."""

_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
"""How a page begins in UTF-16 without a byte order mark."""

_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.S)
_CHARSET = re.compile(
    rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]{1,40})"
    rb"|\A\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]{1,40})",
    re.I,
)
# What browsers read by another encoding, mostly a larger one; by Python's names for both.
_READ_AS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "big5hkscs", "utf-16": "utf-8", "utf-16-le": "utf-8",
    "utf-16-be": "utf-8", "utf-8-sig": "utf-8", "x-sjis": "cp932", "windows-31j": "cp932",
    "windows-874": "cp874", "iso-8859-8-i": "iso8859-8", "x-mac-cyrillic": "mac-cyrillic",
}  # fmt: skip
# Python knows other codecs, some of them none of text.
_ENCODINGS = re.compile(
    r"utf-8|cp125\d|cp87[48]|cp866|cp932|cp949|iso8859-\d+|koi8-[ru]|mac-(?:roman|cyrillic)"
    r"|gb18030|big5hkscs|euc_jp|iso2022_jp"
)

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# In XHTML an element may close itself; an HTML parser takes it for an open one.
_CLOSED = re.compile(r"<(script|style|title|iframe|textarea|noscript|div|p|a|span)(\s[^<>]*)?/>")
_FORMATTING = re.compile(
    r"</?(?:a|b|big|center|em|font|i|small|span|strike|strong|tt|u)(?:\s[^<>]*)?>", re.I
)
_DEEPEST = 2_000
"""Elements within each other beyond which the parser may have given up."""

_SAVED = (
    re.compile(r"<!--\s*saved from url=\(\d{1,6}\)(\S{1,4000})\s*-->"),
    re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(\S{1,4000})\s"),
)


def encoding_of(label: str) -> str | None:
    """Return the encoding by which browsers read what is labelled so, None if it is none."""
    name = label.strip().lower()
    try:
        name = codecs.lookup(_READ_AS.get(name, name)).name
    except (LookupError, ValueError):
        return None
    name = _READ_AS.get(name, name)
    return name if _ENCODINGS.fullmatch(name) else None


def _stated(data: bytes) -> str | None:
    found = _CHARSET.search(_COMMENT.sub(b"", data[:HEAD]))
    label = (found.group(1) or found.group(2)) if found else b""
    return encoding_of(label.decode("ascii", "replace"))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def decode_page(data: bytes) -> str:
    """Return a page's markup.

    A byte order mark tells its encoding, else what the page states, else it is UTF-8
    or windows-1252. A page that states a legacy encoding and is valid UTF-8 beyond
    ASCII is UTF-8.

    Raises:
        SourceError: It is empty, or no text.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise SourceError("is empty; put an article into it or leave it out")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", "replace")
    for mark, encoding in _UTF16:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\x00" in data[:1024]:
        raise SourceError("is a binary file, not a web page; leave it out")
    stated = _stated(data)
    if stated is None:
        return data.decode("utf-8" if _is_utf8(data) else "cp1252", "replace")
    # ISO-2022-JP is made of ASCII's bytes, which are valid UTF-8 and mean something else.
    if stated not in ("utf-8", "iso2022_jp") and not data.isascii() and _is_utf8(data):
        stated = "utf-8"
    return data.decode(stated, "replace")


def saved_from(markup: str) -> str | None:
    """Return the address that the browser which saved a page wrote into it, or None."""
    found = next(filter(None, (pattern.search(markup[:HEAD]) for pattern in _SAVED)), None)
    return found.group(1) if found else None


def _parsed(markup: str) -> Element:
    """Return the root of a page's tree, without comments.

    Raises:
        SourceError: There is nothing in it.
    """
    # A parser of its own: lxml's keep a state. Without `huge_tree` it stops at 256
    # elements within each other, and old pages that close no <font> have more.
    parser = lxml_html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True,
        collect_ids=False, default_doctype=False,
    )  # fmt: skip
    try:
        root: Element = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise SourceError("is empty; put an article into it or leave it out") from error
    return root


def _is_too_deep(tree: Element) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth >= _DEEPEST:
            return True
    return False


def _clear_text(tree: Element) -> None:
    """Drop characters that a reference such as `&#1;` made and no tree may be given anew."""
    for element in tree.iter("*"):
        if element.text and _ILLEGAL.search(element.text):
            element.text = _ILLEGAL.sub("", element.text)
        if element.tail and _ILLEGAL.search(element.tail):
            element.tail = _ILLEGAL.sub("", element.tail)


def parse_page(markup: str) -> Element:
    """Return the root element of a page.

    Raises:
        SourceError: There is nothing in it, or it is nested too deeply to be read whole.
    """
    markup = _ILLEGAL.sub("", markup).replace("\x0c", " ")
    if markup.lstrip().startswith("<?xml"):
        markup = _CLOSED.sub(r"<\1\2></\1>", markup)
    tree = _parsed(markup)
    if _is_too_deep(tree):
        tree = _parsed(_FORMATTING.sub("", markup))
        if _is_too_deep(tree):
            raise SourceError("is nested too deeply to be read whole; leave it out")
    _clear_text(tree)
    return tree


def mend(text: str) -> str:
    """Return a text of a page mended as any text is, its entities apart.

    They were resolved when the page was parsed. What looks like one then is meant: an
    article on HTML shows `&lt;`.
    """
    return mend_figures(mend_quotes(mend_spaces(mend_mojibake(text))))
