"""A page's bytes become a tree, whatever they are encoded in and however badly they nest."""

from __future__ import annotations

import pytest

from retrieval.errors import SourceError
from retrieval.sources.html import read_html
from retrieval.types import Article


def _read(data: bytes, url: str | None = None) -> Article:
    (found,) = read_html(data, "gates.html", "gates.html", url=url)
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<meta charset=utf-8><p>café".encode(), "café"),
        ("<p>café".encode(), "café"),
        ("<p>café – “naïve”".encode("cp1252"), "café – “naïve”"),
        ("<meta charset='latin1'><p>café – x".encode("cp1252"), "café – x"),
        ("<meta charset=iso-8859-1><p>café".encode(), "café"),
        (b"<meta charset=utf-8><p>caf\xe9.", "caf\ufffd."),
        ("<meta http-equiv=Content-Type content='text/html; charset=windows-1251'><p>шлюз".encode(
            "cp1251"), "шлюз"),
        ("<meta charset=koi8-r><p>шлюз".encode("koi8-r"), "шлюз"),
        ("<meta charset=gb2312><p>水門鎔".encode("gb18030"), "水門鎔"),
        ("<meta charset=x-sjis><p>水門①".encode("cp932"), "水門①"),
        ("<meta charset=euc-kr><p>갑문".encode("euc_kr"), "갑문"),
        ("<meta charset=iso-2022-jp><p>水門".encode("iso2022_jp"), "水門"),
        ("<meta charset=utf-16><p>café".encode(), "café"),
        ("<meta charset=rot13><p>café".encode(), "café"),
        ("<meta charset=nonsense><p>café".encode(), "café"),
        ("<!-- <meta charset=koi8-r> --><p>café".encode(), "café"),
        ("<?xml version='1.0' encoding='windows-1252'?><html><p>café</p></html>".encode("cp1252"),
         "café"),
        ("\ufeff<meta charset=koi8-r><p>café".encode(), "café"),
        ("\ufeff<p>café".encode("utf-16-le"), "café"),
        ("\ufeff<p>café".encode("utf-16-be"), "café"),
        ("<p>café".encode("utf-16-le"), "café"),
        ("<p>café".encode("utf-16-be"), "café"),
    ],
)  # fmt: skip
def test_bytes_are_decoded_as_browsers_do(data: bytes, text: str) -> None:
    """A mark tells the encoding, else what the page states, else UTF-8, else windows-1252."""
    assert text == _read(data).text


@pytest.mark.parametrize(
    ("page", "url", "expected"),
    [
        ("<!-- saved from url=(0029)https://gazette.example/gates -->\n", None,
         "https://gazette.example/gates"),
        ("<!--\n Page saved with SingleFile \n url: https://gazette.example/gates#x \n -->", None,
         "https://gazette.example/gates"),
        ("<!-- saved from url=(0014)about:internet -->", None, None),
        ("<!-- saved from url=(0029)https://gazette.example/gates -->", "https://e.org/y",
         "https://e.org/y"),
        ("<!-- saved from url=(0029)https://gazette.example/gates --><link rel=canonical href=/c>",
         None, "https://gazette.example/c"),
        ("", "https://e.org/y#part", "https://e.org/y"),
        ("", None, None),
    ],
)  # fmt: skip
def test_a_saved_page_knows_where_it_was(page: str, url: str | None, expected: str | None) -> None:
    """A page's link is the one it states, else its address, else what its browser wrote in."""
    assert expected == _read(f"{page}<p>Text.</p>".encode(), url).url


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty; put an article into it or leave it out"),
        (b" \n\x00", "is empty; put an article into it or leave it out"),
        (b"<!-- only a note -->", "is empty; put an article into it or leave it out"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is a binary file, not a web page; leave it out"),
        (b"<div>" * 100_000, "is nested too deeply to be read whole; leave it out"),
        (b"<ul><li>x" * 9_000, "is nested too deeply to be read whole; leave it out"),
    ],
)
def test_what_is_no_page_gets_a_sentence(data: bytes, reason: str) -> None:
    """Nothing, bytes that are no text, and bottomless nesting are refused, with the cure."""
    with pytest.raises(SourceError) as raised:
        list(read_html(data, "x.html", "x.html"))
    assert reason == str(raised.value)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 700 + "<p>Text.",
        "<blockquote><ul><li>x" * 600 + "<p>Text.",
        "<p><font>x" * 2_100 + "<p>Text.",
        "<b><i>" * 3_000 + "<p>Text.",
        "<table><tr><td>" * 100 + "<p>Text.",
        "<ul>" + "<li>x" * 4_000 + "</ul><p>Text.",
        "<p>&#1;<b>&#xF0001;</b>&#xFFFE;\x0c\x01 Text.",
        "<?xml version='1.0'?><html><script src='a'/><body><p>Text.</p></body></html>",
        "<p " + " ".join(f"a{n}=1" for n in range(500)) + ">Text.",
        '<script type="application/ld+json">' + "[" * 100_000 + "</script><p>Text.",
        "<ol start=99999999999999999999><li value=-99999999999999>x</ol><p>Text.",
        "<!DOCTYPE x [<!ENTITY a 'Lies'>]><p>&a; Text.",
        "<title>" + "x | " * 50_000 + "</title><p>Text.",
    ],
    ids=lambda page: page[:24],
)
def test_a_hostile_page_is_an_article_all_the_same(page: str) -> None:
    """Depth, number, odd characters and broken data neither crash the reader nor lose the text."""
    assert _read(page.encode()).text.endswith("Text.")
