"""Sitemaps: the pages that a site lists of itself, in XML or as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from retrieval.errors import SourceError
from retrieval.sources.addresses import web_address
from retrieval.sources.gzipped import bounded, unpack
from retrieval.sources.xml import mended

_GZIP = b"\x1f\x8b"
_LISTS = {"urlset": "url", "sitemapindex": "sitemap"}
"""A sitemap's root element, and the element that holds an address in it."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists, in its order, nothing twice.

    Attributes:
        pages: Addresses of pages.
        sitemaps: Addresses of further sitemaps.
    """

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_sitemap(data: bytes, location: str, most: int = 50_000_000) -> Sitemap:
    """Return what a sitemap lists of its own site; what is no address is passed over.

    Args:
        data: Its bytes, packed by gzip or not.
        location: Its address.
        most: Bytes that it may have, unpacked.

    Raises:
        SourceError: It is no sitemap, is damaged, or lists nothing of its own site.
    """
    if data.startswith(_GZIP):
        data = b"".join(bounded(unpack([data]), most))
    if data.lstrip(b"\xef\xbb\xbf\x00\xff\xfe \t\r\n").startswith(b"<"):
        kind, stated = _from_xml(mended(data))
    else:
        kind, stated = "urlset", data.decode("utf-8-sig", "replace").splitlines() or [""]
    found = dict.fromkeys(filter(None, map(_address, stated)))
    own = tuple(address for address in found if _host(address) == _host(location))
    if stated and not own:
        reason = "lists pages of other sites alone" if found else "lists no web address"
        raise SourceError(f"{reason}; name the sitemap of the site itself")
    return Sitemap(pages=own) if kind == "urlset" else Sitemap(sitemaps=own)


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _address(text: str) -> str | None:
    try:
        return web_address(text) if text.strip() else None
    except SourceError:
        return None


def _from_xml(data: bytes) -> tuple[str, list[str]]:
    """Return which list a sitemap is, and what it lists.

    Raises:
        SourceError: It is no sitemap, or damaged.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        problem = (error.msg or "damaged").splitlines()[0]
        raise SourceError(f"is damaged XML ({problem}); try again later") from error
    # A picture's or a video's <loc> is of another namespace.
    space, _, kind = root.tag.rpartition("}")
    prefix = f"{space}}}" if space else ""
    if kind not in _LISTS:
        raise SourceError("is no sitemap; check its address")
    found = root.iterfind(f"{prefix}{_LISTS[kind]}/{prefix}loc")
    return kind, [element.text or "" for element in found]
