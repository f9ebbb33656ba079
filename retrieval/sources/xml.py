"""Make strangers' XML safe to parse; pure.

What a document type declares (entities that swell, entities that fetch) is the
one danger in XML that no reader here has a use for. So a document that declares
any is refused before a parser sees it, and what a parser sees is UTF-8.
"""

from __future__ import annotations

import codecs
import re

from retrieval.errors import SourceError
from retrieval.sources.page import encoding_of

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
"""How a document begins in an encoding that it need not state."""

_STATED = re.compile(rb"\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_FALLBACKS = ("utf-8", "windows-1252")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BEFORE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", re.S)
_DOCTYPE = re.compile(r"\s*<!DOCTYPE\b", re.I)
_HARMLESS_DOCTYPE = re.compile(r"\s*<!DOCTYPE\s[^<>\[\]]*>", re.I)
_ROOT = re.compile(r"\s*(?=<[^\W\d])")


def _text(data: bytes) -> str:
    """Return a document's text.

    Raises:
        SourceError: It is in no encoding that is known.
    """
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    found = _STATED.match(data)
    stated = encoding_of(found.group(1).decode("ascii", "replace")) if found else None
    encodings = (stated, *_FALLBACKS) if stated else _FALLBACKS
    for encoding in (marked,) if marked else encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceError("is in no encoding that is known; save it as UTF-8")


def _skip(text: str, at: int) -> int:
    """Return where comments and processing instructions end."""
    while before := _BEFORE.match(text, at):
        at = before.end()
    return at


def mended(data: bytes) -> bytes:
    """Return an XML document from its root element on, in UTF-8, fit for any parser.

    Raises:
        SourceError: It is empty or no XML, or declares entities.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise SourceError("is empty; leave it out")
    text = _ILLEGAL.sub("", _text(data))
    at = _skip(text, 0)
    if _DOCTYPE.match(text, at):
        doctype = _HARMLESS_DOCTYPE.match(text, at)
        if doctype is None:
            raise SourceError("declares entities of its own, which is not safe; leave it out")
        at = _skip(text, doctype.end())
    root = _ROOT.match(text, at)
    if root is None:
        raise SourceError("is no XML; check its address, or leave it out")
    return text[root.end() :].encode()
