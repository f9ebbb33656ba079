"""Sitemaps list a site's own pages, and nothing that a stranger puts into one does harm."""

from __future__ import annotations

import contextlib
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.sources.gzipped import bounded, unpack
from retrieval.sources.sitemap import Sitemap, read_sitemap

AT = "https://courier.example/sitemap.xml"
A, B = "https://courier.example/a", "https://courier.example/b?x=1&y=2"

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _packed(data: bytes) -> bytes:
    """Return gzip's bytes, the same at any time."""
    return gzip.compress(data, mtime=0)


def _urls(*addresses: str, space: str = SPACE) -> str:
    listed = "".join(
        f"<url><loc>{address.replace('&', '&amp;')}</loc><lastmod>2024-03-05</lastmod></url>"
        for address in addresses
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {space}>{listed}</urlset>'


INDEX = f"<sitemapindex {SPACE}><sitemap><loc>{A}.xml</loc></sitemap></sitemapindex>"


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        (_urls(A, B), (A, B)),
        (_urls(A, B, space=""), (A, B)),
        (_urls(A, A, f"{A}#part"), (A,)),
        (_urls(f"\n  {A}\n "), (A,)),
        (_urls("http://courier.example/a", "https://www.courier.example/a"),
         ("http://courier.example/a", "https://www.courier.example/a")),
        (_urls(A, "https://other.example/b", "ftp://courier.example/x", "odd", "/a", ""), (A,)),
        (_urls(A, "https://me:word@courier.example/", "javascript:alert(1)", "http://["), (A,)),
        (_urls(A).replace("<loc>", "<!----><loc><![CDATA[").replace("</loc>", "]]></loc>"), (A,)),
        (f"{A}\n\n{B}\r\nnonsense\n# {A}\n", (A, B)),
        (f"\ufeff{A}", (A,)),
        (_urls(), ()),
    ],
)  # fmt: skip
def test_a_sitemap_lists_the_pages_of_its_site(text: str, pages: tuple[str, ...]) -> None:
    """Pages come in order, once each; what is no address of the site is passed over."""
    assert Sitemap(pages=pages) == read_sitemap(text.encode(), AT)


def test_an_index_lists_sitemaps() -> None:
    """A sitemap of sitemaps is told from one of pages."""
    assert Sitemap(sitemaps=(f"{A}.xml",)) == read_sitemap(INDEX.encode(), AT)


def test_a_picture_is_no_page() -> None:
    """Addresses of other kinds within a page's element are not its address."""
    image = f'<image:image xmlns:image="urn:image"><image:loc>{A}.png</image:loc></image:image>'
    text = _urls(A).replace("</url>", f"{image}</url>")
    assert (A,) == read_sitemap(text.encode(), AT).pages


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_sitemaps_of_other_encodings_are_read(encoding: str) -> None:
    """An encoding is told by its first bytes."""
    assert (A,) == read_sitemap(_urls(A).encode(encoding), AT).pages


@pytest.mark.parametrize(
    "packed",
    [
        _packed(_urls(A, B).encode()),
        _packed(_urls(A, B)[:150].encode()) + _packed(_urls(A, B)[150:].encode()),
        _packed(_urls(A, B).encode()) + bytes(512),
    ],
)
def test_a_packed_sitemap_is_unpacked(packed: bytes) -> None:
    """Gzip is undone, be it of several members or padded."""
    assert (A, B) == read_sitemap(packed, f"{AT}.gz").pages


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no web address"),
        (b"Once upon a time", "no web address"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no web address"),
        (b"<html><body>Not found</body></html>", "no sitemap"),
        (b"<!DOCTYPE html><html><p>Not found", "damaged"),
        (_urls(A)[:-20].encode(), "damaged"),
        (_urls(A).replace("example/a", "example/&a;").encode(), "damaged"),
        (_urls("https://other.example/a").encode(), "other sites"),
        (b"https://other.example/a", "other sites"),
        (f"<urlset>{'<a>' * 5000}</urlset>".encode(), "damaged"),
        (f"<urlset>{'<a>' * 5000}{'</a>' * 5000}</urlset>".encode(), "damaged"),
        (f"<urlset a='{'x' * 11_000_000}'/>".encode(), "damaged"),
        (b"<urlset a='1' a='2'/>", "damaged"),
        (b"<x:urlset/>", "damaged"),
        (b"<URLSET/>", "no sitemap"),
        (b"<urlset>\x00\x00<</urlset>", "damaged"),
        (b"\x1f\x8b", "packed by gzip and damaged"),
        (_packed(_urls(A).encode())[:-6], "packed by gzip and damaged"),
        (_packed(_urls(A).encode()) + b"more", "packed by gzip and damaged"),
        (_packed(bytes(20_000_000)), "larger than 1,000,000 bytes"),
        (_packed(_packed(b"x")), "no web address"),
    ],
)
def test_what_is_no_sitemap_is_an_error(data: bytes, reason: str) -> None:
    """A sitemap that is damaged lists nothing: half a list would withdraw the other half."""
    with pytest.raises(SourceError, match=reason):
        read_sitemap(data, AT, 1_000_000)


@given(st.binary(max_size=3000), st.integers(1, 50))
def test_unpacking_undoes_packing(data: bytes, size: int) -> None:
    """Whatever was packed comes back, in whatever pieces it arrives."""
    packed = _packed(data)
    pieces = (packed[at : at + size] for at in range(0, len(packed), size))
    assert data == b"".join(bounded(unpack(pieces), 3000))


@given(
    st.binary(max_size=200)
    | st.builds(
        lambda text, at, piece, cut: text[:at] + piece + text[at + cut :],
        st.sampled_from([_urls(A, B).encode(), INDEX.encode(), _packed(_urls(A).encode())]),
        st.integers(0, 400),
        st.binary(max_size=8) | st.sampled_from([b"<", b">", b"&", b"]]>", b"<loc>", b"&#0;"]),
        st.integers(0, 40),
    )
)
def test_no_sitemap_brings_a_traceback(data: bytes) -> None:
    """Any bytes are a sitemap, or an error that was meant."""
    with contextlib.suppress(SourceError):
        read_sitemap(data, AT, 100_000)
