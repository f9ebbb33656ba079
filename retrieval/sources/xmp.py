"""What a PDF says of itself, in its document information and its XMP packet; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from xml.dom.minidom import Element

from retrieval.clean import repair_line
from retrieval.sources.authors import clean_authors
from retrieval.sources.fields import as_language, as_tags, as_text
from retrieval.sources.moments import as_moment

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
_CREATIVE_COMMONS = "http://creativecommons.org/ns#"
_PRISM = tuple(
    f"http://prismstandard.org/namespaces/basic/{version}/"
    for version in ("1.2", "2.0", "2.1", "2.2", "3.0")
)
_MOST = 1000
"""Characters of a value beyond which it is none."""

# A title that names a file or nothing: "Microsoft Word - letter", "paper.indd", "untitled".
_NO_TITLE = re.compile(
    r"microsoft (?:word|excel|powerpoint|office)\b.*|(?:[a-z]:)?[\\/].*|\S*_\S*|[\W_]*"
    r"|.*\.(?:docx?|dotx?|odt|rtf|wp[ds]|pages|pptx?|xlsx?|txt|md|html?|xml|tex|dvi|ps|eps|pdf"
    r"|ai|fm|p65|pmd|indd|qx[dp]|tiff?|jpe?g|png)"
    r"|\W*(?:untitled|unknown|none|null|title|anonymous|unbenannt|sans titre|sem título"
    r"|document|dokument|presentation|slide|layout|scan|scanned document)\W*\d*\W*",
    re.I,
)
_NO_AUTHOR = re.compile(
    r".*\b(?:adobe|acrobat|microsoft|windows|indesign|quarkxpress|(?:pdf|la|xe|lua)tex|libreoffice"
    r"|openoffice\S*|ghostscript|chromium|pdfcontext|pdfcreator|itext|google docs|mac os x)\b.*"
    r"|(?:canon|epson|hp|xerox|ricoh|konica|kyocera|brother|sharp|samsung)\b.*\d.*"
    r"|tex|word|writer|scanner|printer|pc|user|owner|guest|laptop|home|office",
    re.I,
)


class Properties(NamedTuple):
    """What a PDF says of itself, as an `Article` has it."""

    title: str | None
    source: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    language: str | None
    licence: str | None
    tags: tuple[str, ...]


def _texts(node: Element) -> Iterator[str]:
    for child in node.childNodes:
        if child.nodeType == child.TEXT_NODE:
            yield child.data


def _values(root: Element, namespace: str, name: str) -> Iterator[str]:
    """Yield the values of a property, in whichever way a packet writes it."""
    for element in root.getElementsByTagNameNS(namespace, name):
        for item in element.getElementsByTagNameNS(_RDF, "li") or [element]:
            yield "".join(_texts(item))
        yield element.getAttributeNS(_RDF, "resource")
    for element in root.getElementsByTagNameNS(_RDF, "Description"):
        yield element.getAttributeNS(namespace, name)


def _stated(root: Element | None, *properties: tuple[str, str]) -> list[str]:
    """Return the values of the first of the properties that has any."""
    for namespace, name in properties:
        values = [] if root is None else list(_values(root, namespace, name))
        if found := [line for v in values if len(v) <= _MOST and (line := repair_line(v))]:
            return found
    return []


def _authors(values: list[str], language: str | None) -> tuple[str, ...]:
    names = [line for value in values for name in value.split(";") if (line := as_text(name))]
    cleaned = clean_authors(names, (), language)
    return tuple(name for name in cleaned if not _NO_AUTHOR.fullmatch(name))


def read_properties(info: Mapping[str, str], root: Element | None, language: object) -> Properties:
    """Return what a PDF says of itself.

    Args:
        info: Its document information: `/Title`, `/Author`, `/Keywords`.
        root: Its XMP packet's `rdf:RDF`, or None.
        language: Its `/Lang`, or None.
    """
    noted = {name: value for name, value in info.items() if len(value) <= _MOST}
    tongue = as_language(language)
    languages = _stated(root, (_DUBLIN_CORE, "language"))
    if tongue is None and len(languages) == 1:
        tongue = as_language(languages[0])
    titles = [as_text(noted.get("/Title")), *_stated(root, (_DUBLIN_CORE, "title"))]
    creators = _stated(root, (_DUBLIN_CORE, "creator"))
    dates = set(_stated(root, *((p, "publicationDate") for p in _PRISM), (_DUBLIN_CORE, "date")))
    licences = _stated(
        root,
        (_RIGHTS, "UsageTerms"),
        (_CREATIVE_COMMONS, "license"),
        (_DUBLIN_CORE, "rights"),
        (_RIGHTS, "WebStatement"),
    )
    return Properties(
        title=next((t for t in titles if t and not _NO_TITLE.fullmatch(t)), None),
        source=next(iter(_stated(root, *((p, "publicationName") for p in _PRISM))), None),
        authors=_authors([noted.get("/Author", "")], tongue) or _authors(creators, tongue),
        # Several dates are several occasions.
        published_at=as_moment(dates.pop()) if len(dates) == 1 else None,
        language=tongue,
        licence=licences[0] if licences else None,
        tags=as_tags(noted.get("/Keywords")) or as_tags(_stated(root, (_DUBLIN_CORE, "subject"))),
    )
