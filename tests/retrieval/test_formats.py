"""The format of a document, told by its content and, in doubt, by its name."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sources.formats import HEAD, Format, tell


def _zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "Text.")
    return packed.getvalue()


CONTENT: dict[str, tuple[Format | None, bytes]] = {
    "pdf": ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"),
    "late pdf": ("pdf", b"\n\n%PDF-1.4\n"),
    "zip": ("zip", _zipped()),
    "empty zip": ("zip", b"PK\x05\x06" + bytes(18)),
    "page": ("html", b"<!DOCTYPE html>\n<html><head><title>T</title></head>"),
    "old page": ("html", b'<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n<HTML>'),
    "bare page": ("html", b"\xef\xbb\xbf\n<html lang=en><body>"),
    "commented page": ("html", b"<!-- saved -->\n<!-- twice -->\n<html>"),
    "xhtml": ("html", b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y">\n<html xmlns="z">'),
    "part of a page": ("html", b"<article><h1>T</h1>"),
    "rss": ("feed", b'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'),
    "rdf": ("feed", b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="x">'),
    "atom": ("feed", b'\n<?xml version="1.0"?>\n<!-- made -->\n<feed xmlns="http://atom">'),
    "styled": ("feed", b'<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><rss>'),
    "sitemap": ("sitemap", b'<?xml version="1.0"?><urlset xmlns="x"><url>'),
    "index": ("sitemap", b"<sitemapindex><sitemap>"),
    "rows": ("jsonlines", b'{"title": "T", "text": "x"}\n{"title": "U", "text": "y"}\n'),
    "saved": (
        "mhtml",
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ["it", "it.txt", "it.md", "it.unknown", "it.css"])
@pytest.mark.parametrize("content", CONTENT)
def test_what_content_shows_wins(content: str, name: str) -> None:
    """A page is a page and a feed a feed, whatever its file is called."""
    expected, head = CONTENT[content]
    assert expected == tell(head, name)


@pytest.mark.parametrize(
    ("expected", "name", "head"),
    [
        ("dump", "a.txt", b"Gates\n\nThe gates are shut."),
        ("dump", "a.TXT", b"{not rows}"),
        ("dump", "a.txt", b'{"title": "no text of a row"}'),
        ("markdown", "a.md", b"Gates."),
        ("markdown", "a.markdown", b"<https://example.org> is a link."),
        ("markdown", "notes", b"---\ntitle: Gates\n---\n\nShut."),
        ("markdown", "notes.unknown", b"---\r\n---\r\nShut."),
        ("dump", "notes", b"---\nno front matter ends here"),
        ("html", "a.htm", b"just words"),
        ("csv", "a.csv", b"when,what\n1,2"),
        ("csv", "a.tsv", b"title\ttext"),
        ("csv", "rows", b'"Title";"Text"\nA;B'),
        ("csv", "rows", b"id,text,title\n1,B,A"),
        ("dump", "rows", b"The title, and a text, at that."),
        ("jsonlines", "a.ndjson", b""),
        ("feed", "a.rss", b"broken"),
        ("pdf", "a.pdf", b"no pdf at all"),
        ("pdf", "a.pdf", b"\x00\x01"),
        ("zip", "a.zip", b"\x00\x01"),
        ("webarchive", "a.webarchive", b"bplist00\xd1\x01\x02\x00"),
        ("dump", "README", b"Gates."),
        ("dump", "report.2024", b"Gates."),
        ("dump", "a.txt", "Gates".encode("utf-16")),
        ("dump", "a.txt", b"\x00\x01"),
        ("dump", "empty", b""),
        (None, "a.png", b"\x89PNG\r\n\x1a\n\x00\x00"),
        (None, "a.docx", _zipped()),
        (None, "a.epub", _zipped()),
        (None, "a.py", b"import os"),
        (None, "a.css", b"p { color: red }"),
        (None, "a.json", b'{\n  "pretty": true\n}'),
        (None, "a.svg", b"<svg xmlns='x'>"),
        (None, "a.xml", b"<?xml version='1.0'?><bookstore>"),
        (None, "binary", b"\x00\x01\x02"),
        (None, "a.plist", b"bplist00\xd1\x01\x02\x00"),
    ],
)  # fmt: skip
def test_a_name_settles_what_content_leaves_open(
    expected: Format | None, name: str, head: bytes
) -> None:
    """Plain texts are told apart by their names' ends; what holds no article is none."""
    assert expected == tell(head, name)


@given(st.binary(max_size=300), st.sampled_from(["a", "a.md", "a.pdf", "a.css", ".x"]))
def test_any_bytes_are_told(head: bytes, name: str) -> None:
    """No bytes are too odd to be told, or to be told as nothing."""
    assert tell(head, name) is None or isinstance(tell(head, name), str)


@pytest.mark.parametrize("part", [b"<", b"<!--", b"<?", b"<!doctype ", b"---\n", b"{", b" ", b'"'])
def test_a_head_full_of_one_thing_is_told(part: bytes) -> None:
    """A head of nothing but beginnings is told without being searched for ever."""
    assert tell((part * HEAD)[:HEAD], "a") in {"dump", "markdown", "html", None}
