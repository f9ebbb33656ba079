"""A fetched page as a document: its name, its encoding, and what kind of thing it is."""

from __future__ import annotations

import codecs
import io
import mimetypes
import re
from dataclasses import replace
from pathlib import PurePath
from typing import Literal
from urllib.parse import unquote, urlsplit

from retrieval.errors import SourceError
from retrieval.sources import Document
from retrieval.sources.addresses import web_address
from retrieval.sources.fetch import Fetched
from retrieval.sources.formats import HEAD, tell
from retrieval.sources.page import encoding_of
from retrieval.sources.xml import mended

PageKind = Literal["page", "feed", "sitemap"]
"""What a web address may lead to."""

_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_ENDINGS = {"application/octet-stream": "", "application/xhtml+xml": ".html", "": ""}
_GZIP = b"\x1f\x8b"
_LINES = 20
"""Lines by which a list of addresses is told."""


def _content_type(fetched: Fetched) -> str:
    return fetched.content_type.partition(";")[0].strip().lower()


def page_name(fetched: Fetched) -> str:
    """Return a page's file name: the end of its address, with the ending of its type."""
    parts = urlsplit(fetched.url)
    last = PurePath(unquote(parts.path)).name or str(parts.hostname)
    stated = _content_type(fetched)
    ending = _ENDINGS.get(stated, mimetypes.guess_extension(stated) or "")
    own = PurePath(last).suffix
    if not parts.path.strip("/"):
        own = ""  # a host's name ends in no file type
    # Much is called plain text that is more, by its name.
    if not ending or own == ending or (stated == "text/plain" and own):
        return last
    return f"{last.removesuffix(own)}{ending}"


def as_utf8(fetched: Fetched) -> Fetched:
    """Return a page in UTF-8 if its host says that it is a text in another encoding."""
    data, found = fetched.data, _CHARSET.search(fetched.content_type)
    stated = encoding_of(found.group(1)) if found else None
    kind = _content_type(fetched)
    textual = kind.startswith("text/") or kind.endswith("xml")
    if stated is None or not textual or _is_utf8(data, stated):
        return fetched
    return replace(fetched, data=codecs.BOM_UTF8 + data.decode(stated, "replace").encode())


def _is_utf8(data: bytes, stated: str) -> bool:
    """Tell whether a text is in UTF-8, whatever its host says."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True  # or says itself what else it is in
    try:
        data.decode()
    except UnicodeDecodeError:
        return stated == "utf-8"
    # ISO-2022-JP is made of ASCII's bytes, which are valid UTF-8 and mean something else.
    return stated != "iso2022_jp"


def document_of(fetched: Fetched, location: str) -> Document:
    """Return a page as a document.

    Args:
        fetched: The page.
        location: The address by which it is listed.

    Raises:
        SourceError: It is of a kind that holds no article.
    """
    data, name = fetched.data, page_name(fetched)
    if tell(data[:HEAD], name) is None:
        kind = _content_type(fetched)
        which = f"is {kind}, which" if kind else "is of a kind that"
        raise SourceError(f"{which} holds no article; leave it out, for example by `exclude`")
    return Document(
        location=location,
        name=name,
        stamp=fetched.validators,
        open=lambda: io.BytesIO(data),
        url=fetched.url,
    )


def _is_list(head: bytes) -> bool:
    """Tell whether a text is a list of web addresses and nothing else."""
    lines = head.decode("utf-8-sig", "replace").split()[:_LINES]
    try:
        return bool(lines) and all(web_address(line) for line in lines)
    except SourceError:
        return False


def kind_of(fetched: Fetched) -> PageKind:
    """Return what an address led to, by what came.

    Raises:
        SourceError: It is XML that declares entities.
    """
    head = fetched.data[:HEAD]
    shown = tell(head, page_name(fetched))
    if shown == "feed":
        return "feed"
    if shown == "sitemap" or head.startswith(_GZIP) or _is_list(head):
        return "sitemap"
    if head.lstrip().startswith(b"<?xml"):
        mended(head)
    return "page"
