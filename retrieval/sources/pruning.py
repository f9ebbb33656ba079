"""Take off a page's tree what no reader sees or came for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from lxml import etree

from retrieval.sources.page import Element

HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 summary".split())
"""Elements that head a section."""

BLOCKS = HEADINGS | frozenset(
    "address article blockquote body caption center dd details dir div dl dt fieldset figcaption "
    "figure footer form header hgroup hr html legend li main ol p pre search section table tbody "
    "td tfoot th thead tr ul".split()
)
"""Elements that stand by themselves, one below the other."""

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd mark nobr q ruby "
    "s samp small span strike strong sub sup time tt u var wbr rb col colgroup".split()
)
_UNSEEN = frozenset(
    "applet area aside audio base button canvas datalist dialog embed frame frameset iframe "
    "input link map math menu meta meter nav noembed noframes noscript object option progress rp "
    "rt rtc script select style svg template textarea title video".split()
)
"""What shows no text, or text that is no part of an article."""

_UNSEEN_ROLES = frozenset(
    "alertdialog complementary contentinfo dialog menu menubar navigation search toolbar".split()
)
_UNSEEN_CLASSES = frozenset(
    "gutter lineno linenos mw-editsection noprint screen-reader-text sr-only visually-hidden "
    "visuallyhidden".split()
)
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CAPTION_CLASSES = frozenset("caption image-caption photo-caption wp-caption-text".split())

_CHROME = frozenset(
    "ad ads advert advertisement banner breadcrumb breadcrumbs comment comments consent cookie "
    "cookies footer gdpr masthead modal nav navbar navigation newsletter pagination paywall popup "
    "promo promotion recommended related share sharing sidebar signup social sponsored subscribe "
    "toolbar".split()
)
"""Words of a class or an id by which sites name what surrounds an article."""

_LONG_CELL = 500
"""Characters in a table's cell that make the table a layout, not data."""


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").lower().split()


def _is_unseen(element: Element) -> bool:
    """Tell whether an element shows nothing, or nothing of an article."""
    if element.tag in _UNSEEN or element.get("role") in _UNSEEN_ROLES:
        return True
    if element.tag == "a" and (element.get("href") or "").startswith("#"):
        # A heading's own link (¶), a footnote's way back (↩).
        return not any(c.isalnum() for text in element.itertext() for c in text)
    if element.get("hidden") not in (None, "until-found"):
        return True
    if _UNSEEN_STYLE.search(element.get("style") or ""):
        return True
    return not _UNSEEN_CLASSES.isdisjoint(_classes(element))


def shown_text(element: Element) -> str:
    """Return the text that an element of a page shows, pruned or not."""
    parts = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "end":
            parts.append(inner.tail if inner is not element else None)
        elif inner is not element and _is_unseen(inner):
            walk.skip_subtree()
        else:
            parts.append(inner.text)
    return "".join(filter(None, parts))


def find_chrome(tree: Element) -> set[Element]:
    """Return the elements that hold what surrounds an article: headers, and what is named so.

    What holds the page's heading, its article or its `<main>` is not named for itself.
    """
    holders = set[Element]()
    for element in tree.iter("h1", "main", "article"):
        for around in (element, *element.iterancestors()):
            if around in holders:
                break
            holders.add(around)
    chrome = set()
    for element in tree.iter("*"):
        if element.tag in ("header", "form") or element.get("role") == "banner":
            chrome.add(element)
        elif element not in holders and (element.get("class") or element.get("id")):
            named = f"{element.get('class')} {element.get('id')}".lower()
            if not _CHROME.isdisjoint(re.split(r"[^a-z]+", named)):
                chrome.add(element)
    return chrome


def _lengths(tree: Element, wanted: Collection[Element]) -> tuple[int, dict[Element, int]]:
    """Return how many characters a tree has, and each of the wanted elements."""
    total, starts, lengths = 0, {}, {}
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            if element in wanted:
                starts[element] = total
            total += len((element.text or "").strip())
        else:
            if element in starts:
                lengths[element] = total - starts[element]
            total += len((element.tail or "").strip())
    return total, lengths


def _strip(tree: Element, elements: Iterable[Element]) -> None:
    for element in elements:
        element.tag = "script"
    etree.strip_elements(tree, "script", with_tail=False)


def _strip_unseen(tree: Element) -> None:
    root = {tree, tree.find("body")}
    _strip(tree, [e for e in tree.iter("*") if e not in root and _is_unseen(e)])
    footers = list(tree.iter("footer"))
    quoted = {f for f in footers if next(f.iterancestors("blockquote"), None) is not None}
    _strip(tree, [footer for footer in footers if footer not in quoted])
    for footer in quoted:  # where it says whose words they are
        footer.tag = "div"
    elements = [e for e in tree.iter("*") if e not in root]
    forms = {e for e in elements if e.tag == "form"}
    unsaid = {e for e in elements if e.get("aria-hidden") == "true"}
    if forms or unsaid:
        # A whole page may stand in one form; and in one element that is hidden from
        # screen readers, where it was saved while a dialog was open.
        total, lengths = _lengths(tree, forms | unsaid)
        small = [e for e in forms if lengths[e] * 2 <= total]
        _strip(tree, [*small, *(e for e in unsaid if lengths[e] * 4 <= total * 3)])


def _table_of(element: Element) -> Element | None:
    return next(element.iterancestors("table"), None)


def _flatten_layouts(tree: Element) -> None:
    """Make tables that only lay a page out into plain blocks."""
    tables = list(tree.iter("table"))
    if not tables:
        return
    columns = dict.fromkeys(tables, 0)
    for row in tree.iter("tr"):
        table = _table_of(row)
        if table is not None:
            columns[table] = max(columns[table], sum(c.tag in ("td", "th") for c in row))
    layouts = {t for t in tables if columns[t] < 2 or t.get("role") in ("presentation", "none")}
    layouts |= {_table_of(e) for e in tree.iter("table", "pre", *HEADINGS)} - {None}
    cells = set(tree.iter("td", "th"))
    for cell, length in _lengths(tree, cells)[1].items():
        if length > _LONG_CELL:
            layouts.add(_table_of(cell))
    parts = list(tree.iter("tr", "td", "th", "tbody", "thead", "tfoot", "caption"))
    flat = [part for part in parts if (table := _table_of(part)) is None or table in layouts]
    for element in (*flat, *(table for table in tables if table in layouts)):
        element.tag = "div"


def _rename(tree: Element) -> None:
    """Give elements that judges drop or do not know the names of those that they are like."""
    for element in list(tree.iter("*")):
        tag = element.tag
        if tag in ("xmp", "listing", "plaintext"):
            element.tag = "pre"
        elif tag == "figure" and element.find(".//figure") is None:
            if any(
                element.find(f".//{part}") is not None for part in ("pre", "table", "blockquote")
            ):
                element.tag = "div"
        elif tag not in BLOCKS and tag not in _INLINE:
            element.tag = "div" if any(child.tag in BLOCKS for child in element) else "span"
        elif tag in ("p", "div", "span") and not _CAPTION_CLASSES.isdisjoint(_classes(element)):
            element.tag = "figcaption"


def prune(tree: Element) -> None:
    """Take off a page's tree what no reader sees or came for, in place.

    Scripts, styles, templates, hidden elements, menus, asides, footers, forms and what
    is embedded go. Tables that lay out the page become plain blocks.
    """
    _strip_unseen(tree)
    _flatten_layouts(tree)
    _rename(tree)
