"""Pages that browsers saved as one file: MHTML and Safari's web archives."""

from __future__ import annotations

import codecs
import email
import plistlib
from collections.abc import Iterator
from email.message import Message
from xml.parsers.expat import ExpatError

from retrieval.errors import SourceError
from retrieval.sources import Labels, Unread
from retrieval.sources.html import read_html
from retrieval.sources.page import encoding_of
from retrieval.types import Article

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_CURE = "save the page anew, or leave it out"


def _marked(data: bytes, label: str | None) -> bytes:
    """Return a page's bytes, its encoding beyond doubt where its container states it."""
    encoding = encoding_of(label) if label else None
    if encoding is None or data.startswith(
        (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    ):
        return data
    return codecs.BOM_UTF8 + data.decode(encoding, "replace").encode()


def _page_of(message: Message) -> Message | None:
    """Return the part that is the page: the one named as the start, else the first."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    start = message.get_param("start")
    for page in pages:
        if start and str(page.get("Content-ID", "")).strip() == str(start).strip():
            return page
    return pages[0] if pages else None


def _address_of(*stated: object) -> str | None:
    """Return the first web address among what headers state, which may be folded."""
    addresses = ("".join(str(value).split()) for value in stated)
    return next((a for a in addresses if a.lower().startswith(("http:", "https:"))), None)


def read_mhtml(
    data: bytes, location: str, name: str, labels: Labels = Labels()
) -> Iterator[Article | Unread]:
    """Yield the article of a page saved as MHTML.

    Args:
        data: The file's bytes.
        location: Where they were read.
        name: The file's name, the title of last resort.
        labels: What the article gets where the page does not say so itself.

    Raises:
        SourceError: It is no MHTML, holds no page, or its page cannot be read.
    """
    try:
        message = email.message_from_bytes(data)
        page = _page_of(message)
        content = None if page is None else page.get_payload(decode=True)
        label = None if page is None else page.get_content_charset()
    except (ValueError, LookupError, RecursionError) as error:
        raise SourceError(f"is no saved web page that can be read; {_CURE}") from error
    if page is None or not isinstance(content, bytes) or not content.strip():
        raise SourceError(f"holds no web page; {_CURE}")
    address = _address_of(page["Content-Location"], message["Snapshot-Content-Location"])
    yield from read_html(_marked(content, label), location, name, labels, address)


def read_webarchive(
    data: bytes, location: str, name: str, labels: Labels = Labels()
) -> Iterator[Article | Unread]:
    """Yield the article of a page saved as a web archive of Safari.

    Args:
        data: The file's bytes.
        location: Where they were read.
        name: The file's name, the title of last resort.
        labels: What the article gets where the page does not say so itself.

    Raises:
        SourceError: It is no web archive, or its page cannot be read.
    """
    try:
        stored = plistlib.loads(data)
        resource = stored["WebMainResource"]
        html = resource["WebResourceData"]
        address, label = resource.get("WebResourceURL"), resource.get("WebResourceTextEncodingName")
    # A damaged property list makes its reader stumble in all of these ways.
    except (
        ExpatError, ValueError, LookupError, TypeError, AttributeError, OverflowError,
        RecursionError,
    ) as error:  # fmt: skip
        raise SourceError(f"is no web archive that can be read; {_CURE}") from error
    if not isinstance(html, bytes) or not html.strip():
        raise SourceError(f"holds no web page; {_CURE}")
    html = _marked(html, label if isinstance(label, str) else None)
    yield from read_html(html, location, name, labels, _address_of(address))
