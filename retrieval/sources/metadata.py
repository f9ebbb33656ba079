"""What a page says of itself: title, publication, authors, dates, address, licence.

What is stated for machines comes first (JSON-LD, OpenGraph, Dublin Core and other
`<meta>`), then what is marked as such for readers. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from retrieval.clean import repair_line
from retrieval.sources.authors import clean_authors
from retrieval.sources.fields import as_language, as_tags
from retrieval.sources.jsonld import Node, texts_of, types_of
from retrieval.sources.moments import as_moment, is_dateline
from retrieval.sources.page import Element
from retrieval.sources.statements import LONGEST, MOST, Statements, address_of, line_of, shown

T = TypeVar("T")

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dc.date",
    "dcterms.date", "parsely-pub-date", "sailthru.date", "citation_publication_date",
    "citation_date", "pubdate", "publishdate", "publish-date", "publish_date",
    "publication_date", "date",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified",
    "dcterms.modified", "dc.date.modified", "last-modified", "revised",
)  # fmt: skip
_AUTHORS = (
    "article:author", "og:article:author", "dc.creator", "dcterms.creator", "author",
    "parsely-author", "sailthru.author", "citation_author", "byl", "byline",
)  # fmt: skip
_TITLES = ("og:title", "dc.title", "dcterms.title", "citation_title", "twitter:title")
_SOURCES = ("og:site_name", "dc.publisher", "dcterms.publisher", "application-name")
_LICENCES = ("dcterms.license", "dcterms.rights", "dc.rights", "rights", "license", "licence")
_TAGS = ("article:tag", "og:article:tag", "news_keywords", "keywords", "dc.subject")

_DEFAULT_TITLES = frozenset(
    {"document", "new page", "new page 1", "no title", "untitled", "untitled document"}
)
_SEPARATOR = r"(?:\s*(?:[|–—·•»«~]|::)\s*|\s+[-/:]\s+|:\s+)"

_SITES = frozenset({"Blog", "Newspaper", "Periodical", "WebSite"})
_PUBLISHED_CLASSES = frozenset({"dt-published", "entry-date", "published"})
_UPDATED_CLASSES = frozenset({"dt-updated", "updated"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its article; what it does not say is None or empty.

    Attributes:
        title: The article's title, without the site's name.
        source: The site's name.
        authors: Who wrote it.
        published_at: When it was published.
        updated_at: When it was last changed.
        url: The address that it calls its own; else the one it was read from.
        language: Its language.
        licence: Its licence, as an address or in words.
        tags: What it is filed under.
    """

    title: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    url: str | None = None
    language: str | None = None
    licence: str | None = None
    tags: tuple[str, ...] = ()


def _first(values: Iterable[str], read: Callable[[str], T | None]) -> T | None:
    return next((found for value in values if (found := read(value)) is not None), None)


def _sole_time(page: Statements) -> list[str]:
    """Return the one time that stands beside a page's text, not within it."""
    stated = set()
    for element in page.within(page.tree.iter("time")):
        around = next(element.iterancestors("p", "li", "td", "footer"), None)
        if around is None or (
            around.tag == "p" and is_dateline(_letters(around), _letters(element))
        ):
            stated.add(element.get("datetime") or "")
    return list(stated) if len(stated) == 1 else []


def _letters(element: Element) -> int:
    return len(shown(element) or "")


def _published(page: Statements) -> datetime | None:
    stated = (
        page.linked.texts("datePublished"),
        page.stated(_PUBLISHED),
        page.times("datePublished", _PUBLISHED_CLASSES),
        [t.get("datetime") or "" for t in page.within(page.tree.iterfind(".//time[@pubdate]"))],
        _sole_time(page),
    )
    return _first((text for texts in stated for text in texts), as_moment)


def _updated(page: Statements) -> datetime | None:
    stated = (
        page.linked.texts("dateModified"),
        page.stated(_UPDATED),
        page.times("dateModified", _UPDATED_CLASSES),
    )
    return _first((text for texts in stated for text in texts), as_moment)


def _sites(page: Statements) -> list[str]:
    """Return the names of the page's site, the publication's first."""
    names = [
        repair_line(text)
        for value in (*page.linked.values("publisher"), *page.linked.values("isPartOf"))
        if isinstance(value, dict) and _is_publication(value)
        for text in texts_of(value)
    ]
    names += page.stated(_SOURCES)
    return [name for name in names if name and not re.match(r"https?:|www\.|@", name)]


def _is_publication(node: Node) -> bool:
    kinds = types_of(node.get("@type"))
    return bool(kinds & _SITES) or any(kind.endswith("Organization") for kind in kinds)


def _without_site(title: str, sites: Iterable[str]) -> str:
    for site in sites:
        name = re.escape(site)
        for pattern in (rf"(.+?){_SEPARATOR}{name}", rf"{name}{_SEPARATOR}(.+)"):
            if found := re.fullmatch(pattern, title, re.I):
                title = found.group(1)
    return title


def _title(page: Statements, sites: list[str]) -> str | None:
    lines = [(h, line) for h in [*page.tree.iter("h1")][:MOST] if (line := shown(h))]
    within = [line for heading, line in lines if _stands_in_article(heading)]
    headings = [line for line in within or [line for _, line in lines] if line not in sites]
    named = page.tree.find(".//head/title")
    stated = [
        *(page.words("headline") or page.words("name")),
        *page.stated(_TITLES),
        *([] if named is None else filter(None, [shown(named)])),
        *headings,
    ]
    title = next((t for t in stated if len(t) <= LONGEST and t.lower() not in _DEFAULT_TITLES), "")
    title = _without_site(title, sites)
    for heading in headings:
        name = re.escape(heading)
        patterns = [rf"({name}){_SEPARATOR}.+", rf".+{_SEPARATOR}({name})"]
        if not within:  # where it stands last, or is the lesser part, it may be the site's name
            patterns = patterns[:1] if 2 * len(heading) > len(title) else []
        if found := next(filter(None, (re.fullmatch(p, title, re.I) for p in patterns)), None):
            return found.group(1)
    return title or None


def _stands_in_article(heading: Element) -> bool:
    around = heading.iterancestors()
    return any(e.tag in ("article", "main") or e.get("role") == "main" for e in around)


def _authors(page: Statements, sites: list[str], language: str | None) -> tuple[str, ...]:
    marked = page.properties("author")
    names = [name for e in marked for name in e.xpath(".//*[@itemprop='name']")[:MOST]]
    stated = (
        page.words("author"),
        page.words("creator"),
        *(page.metas.get(name, []) for name in _AUTHORS),
        [text for e in names or marked if (text := shown(e))],
        [text for e in page.within(page.related("author", "a")) if (text := shown(e))],
    )
    return next(filter(None, (clean_authors(texts, sites, language) for texts in stated)), ())


def _own_address(page: Statements) -> str | None:
    links = [link.get("href") or "" for link in page.related("canonical", "link")]
    stated = [*links, *page.metas.get("og:url", ())]
    stated += [*page.linked.links("url"), *page.linked.links("mainEntityOfPage")]
    for text in filter(str.strip, stated):
        address = address_of(text, page.base)
        # Pages that all call the site's front page their own are told apart by where they were.
        if address and (not page.url or not _is_front(address) or _is_front(page.url)):
            return address
    return page.url


def _is_front(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query


def _language(page: Statements) -> str | None:
    root = page.tree
    stated = [root.get("lang"), root.get("xml:lang"), *page.stated(("og:locale",))]
    stated += [*page.linked.languages(), *page.stated(("content-language", "dc.language"))]
    return _first(filter(None, stated), as_language)


def _licence(page: Statements) -> str | None:
    links = [
        link.get("href") or ""
        for link in page.related("license", "link", "a")
        if next(link.iterancestors("figure"), None) is None
    ]
    for text in filter(str.strip, [*page.linked.links("license"), *links]):
        if text.startswith("#"):  # a button's place in the page
            continue
        relative = text.startswith(("/", "."))
        address = address_of(text, page.base if relative else "")
        if found := address or (None if relative else line_of(text)):
            return found
    return next(page.stated(_LICENCES), None)


def _tags(page: Statements) -> tuple[str, ...]:
    stated = (
        page.words("keywords"),
        *(page.metas.get(name, []) for name in _TAGS),
        [text for e in page.within(page.related("tag", "a")) if (text := shown(e))],
    )
    tags = next(filter(None, stated), [])
    return as_tags(tags[0] if len(tags) == 1 else tags)


def read_metadata(tree: Element, url: str | None) -> Metadata:
    """Return what a page says of itself.

    Args:
        tree: The page's root element.
        url: The address that it was read from, None where it is not known.
    """
    page = Statements(tree, url)
    sites = _sites(page)
    language = _language(page)
    return Metadata(
        title=_title(page, sites),
        source=sites[0] if sites else None,
        authors=_authors(page, sites, language),
        published_at=_published(page),
        updated_at=_updated(page),
        url=_own_address(page),
        language=language,
        licence=_licence(page),
        tags=_tags(page),
    )
