"""What a page states of itself, by where it states it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from retrieval.clean import repair_line
from retrieval.errors import SourceError
from retrieval.sources.addresses import web_address
from retrieval.sources.jsonld import LinkedArticle, is_article
from retrieval.sources.page import Element, mend
from retrieval.sources.pruning import shown_text

LONGEST = 1_000
"""Characters of a value beyond which it is no title, no name and no tag."""

MOST = 20
"""Elements of one mark that are looked at."""

_HEADERS = frozenset({"content-language", "last-modified"})
_ELSEWHERE = frozenset({"article", "aside", "blockquote", "figure", "nav"})


def line_of(text: str) -> str | None:
    """Return a text of the page as one line, None where it is empty or too long."""
    line = " ".join(mend(text).split()) if len(text) <= LONGEST else ""
    return line or None


def shown(element: Element) -> str | None:
    """Return what an element states for machines, else what it shows."""
    return line_of(element.get("content") or shown_text(element))


def address_of(text: str, base: str) -> str | None:
    """Return a web address, a relative one against its base; None where it is none."""
    if text.strip().lower().startswith("www."):  # which is a name beside the page, to a browser
        return None
    try:
        return web_address(text, base)
    except SourceError:
        return None


def _scope(tree: Element) -> Element:
    """Return the page's own article: the one with the page's heading, or the only one."""
    for heading in tree.iter("h1"):
        article = next(heading.iterancestors("article"), None)
        if article is not None:
            return article
    articles = list(tree.iter("article"))
    return articles[0] if len(articles) == 1 else tree


def _belongs(element: Element, scope: Element) -> bool:
    footer = False
    for around in element.iterancestors():
        if around is scope and around.tag == "article":
            return True
        if around.tag in _ELSEWHERE or "comment" in (around.get("class") or "").lower():
            return False
        footer = footer or around.tag == "footer"
    return not footer


class Statements:
    """What a page states, by where it states it."""

    def __init__(self, tree: Element, url: str | None) -> None:
        self.tree = tree
        self.metas = dict[str, list[str]]()
        for meta in tree.iter("meta"):
            if (content := line_of(meta.get("content") or "")) is None:
                continue
            names = {meta.get(key, "").strip().lower() for key in ("property", "name")}
            names |= {meta.get("http-equiv", "").strip().lower()} & _HEADERS
            for name in names - {""}:
                self.metas.setdefault(name, []).append(content)
        scripts = (
            script.text or ""
            for script in tree.iter("script")
            if (script.get("type") or "").strip().lower().startswith("application/ld+json")
        )
        self.linked = LinkedArticle(scripts)
        self.url = address_of(url or "", "")
        base = next((b.get("href") for b in tree.iter("base") if b.get("href")), None)
        self.base = address_of(base or "", self.url or "") or self.url or ""
        self.scope = _scope(tree)

    def stated(self, names: Iterable[str]) -> Iterator[str]:
        """Yield what the page's `<meta>` of these names say, in the order of the names."""
        for name in names:
            yield from self.metas.get(name, ())

    def words(self, name: str) -> list[str]:
        """Return a property of the page's JSON-LD, whose entities no parser has resolved."""
        return [line for text in self.linked.texts(name) if (line := repair_line(text))]

    def related(self, relation: str, *tags: str) -> list[Element]:
        """Return the elements whose `rel` is the relation."""
        found = self.tree.iter(*tags)
        return [e for e in found if relation in (e.get("rel") or "").lower().split()][:MOST]

    def within(self, elements: Iterable[Element]) -> list[Element]:
        """Return those elements that belong to the article, not to what is around it."""
        return [element for element in elements if _belongs(element, self.scope)]

    def properties(self, name: str) -> list[Element]:
        """Return the elements that microdata marks as a property of the article."""
        found = []
        for element in self.tree.xpath(f"//*[contains(@itemprop, '{name}')]")[: MOST * 10]:
            scope = next(
                (a for a in element.iterancestors() if a.get("itemscope") is not None), None
            )
            of_article = scope is None or is_article((scope.get("itemtype") or "").split())
            if name in (element.get("itemprop") or "").split() and of_article:
                found.append(element)
        return found[:MOST]

    def times(self, name: str, classes: frozenset[str]) -> list[str]:
        """Return the times that the page marks by a property's name or by a class."""
        marked = self.properties(name)
        for element in self.tree.iter("time"):
            if not classes.isdisjoint((element.get("class") or "").lower().split()):
                marked += self.within([element])
        stated = (e.get("content") or e.get("datetime") or shown(e) for e in marked[:MOST])
        return [text for text in stated if text]
