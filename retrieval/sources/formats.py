"""Tell a document's format by its content, and by its name where that leaves a doubt; pure."""

from __future__ import annotations

import codecs
import json
import mimetypes
import re
from pathlib import PurePath
from typing import Literal

Kind = Literal["dump", "markdown", "html", "pdf", "jsonlines", "csv", "feed"]
"""The formats that a source's settings may name."""

Format = Literal[
    "dump", "markdown", "html", "pdf", "jsonlines", "csv", "feed", "mhtml", "webarchive",
    "sitemap", "zip",
]  # fmt: skip
"""The formats that content shows."""

HEAD = 65_536
"""Bytes of a document's start that tell its format."""

_NAMES: dict[str, Format] = {
    ".txt": "dump", ".text": "dump", ".md": "markdown", ".markdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".pdf": "pdf", ".jsonl": "jsonlines",
    ".ndjson": "jsonlines", ".csv": "csv", ".tsv": "csv", ".rss": "feed", ".atom": "feed",
    ".mhtml": "mhtml", ".mht": "mhtml", ".webarchive": "webarchive", ".zip": "zip",
}  # fmt: skip

# Zips by content that are no archive of articles by their name.
_PACKED = frozenset(
    ".docx .xlsx .pptx .odt .ods .odp .epub .jar .war .apk .whl .xpi .docm .kmz .crx".split()
)
# Text, but no article: what a site or a project keeps beside its texts.
_OTHER = frozenset(
    ".css .js .mjs .cjs .ts .map .json .xml .xsl .svg .yaml .yml .toml .ini .cfg .conf .log .py "
    ".rb .sh .bat .ps1 .c .h .cpp .java .go .rs .php .sql .tex .bib .ics .vcf .lock .db".split()
)

_MIME = re.compile(
    r"(?:from|mime-version|subject|date|snapshot-content-location|content-type):", re.I
)
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!doctype\s+(?!html)[^<>\[]*>)", re.I | re.S)
_ROOT = re.compile(r"\s*<!?([a-z][\w:.-]*)(?:\s+([a-z]+))?", re.I)
_FEEDS = frozenset({"rss", "feed", "rdf:rdf"})
_SITEMAPS = frozenset({"urlset", "sitemapindex"})
_PAGE = re.compile(r"\s*<(?:html|head|body|article|main|div|p|h1|title|meta|section)\b", re.I)
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(?:.*?\r?\n)?---[ \t]*(?:\r?\n|\Z)", re.S)
_SEPARATORS = re.compile(r"[,;\t]")


def _text(head: bytes) -> str | None:
    """Return the start of a text, None where the bytes are none."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    if b"\x00" in head:
        return None
    return head.decode("utf-8-sig", "replace")


def _markup(text: str) -> Format | None:
    """Return the format of a text that begins with a tag."""
    at = 0
    while prologue := _PROLOGUE.match(text, at):
        at = prologue.end()
    root = _ROOT.match(text, at)
    if root is None:
        return None
    name = root.group(1).lower()
    if name in _FEEDS:
        return "feed"
    if name in _SITEMAPS:
        return "sitemap"
    html = name == "doctype" and (root.group(2) or "").lower() == "html"
    return "html" if html or _PAGE.match(text, at) else None


def _is_json_lines(text: str) -> bool:
    line = text.lstrip().split("\n", 1)[0]
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and "text" in row


def _is_table(text: str) -> bool:
    line = text.lstrip().split("\n", 1)[0]
    names = {name.strip(" \"'\r").lower() for name in _SEPARATORS.split(line)}
    return {"title", "text"} <= names


def _by_bytes(head: bytes, ending: str) -> Format | None:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and ending not in _PACKED:
        return "zip"
    if head.startswith(b"bplist00") and ending == ".webarchive":
        return "webarchive"
    return None


def _by_text(text: str) -> Format | None:
    if _MIME.match(text) and "multipart/related" in text[:4096].lower():
        return "mhtml"
    if text.lstrip().startswith("<"):
        return _markup(text)
    if text.lstrip().startswith("{") and _is_json_lines(text):
        return "jsonlines"
    return None


def tell(head: bytes, name: str) -> Format | None:
    """Return a document's format, None where it holds no article.

    What content shows beyond doubt wins; then the name's ending; then what the
    text looks like. A text that is nothing else is a dump.

    Args:
        head: Its first bytes, `HEAD` of them where it has as many.
        name: Its file name.
    """
    ending = PurePath(name).suffix.lower()
    if found := _by_bytes(head, ending):
        return found
    text = _text(head)
    if text is None:
        # What calls itself a text, a PDF or a zip and is none is for its reader to say.
        return _NAMES.get(ending)
    if found := _by_text(text):
        return found
    if ending in _NAMES:
        return _NAMES[ending]
    if ending in _OTHER or (mimetypes.guess_type(name)[0] or "text/plain") != "text/plain":
        return None
    if _FRONT_MATTER.match(text):
        return "markdown"
    return "csv" if _is_table(text) else "dump"
