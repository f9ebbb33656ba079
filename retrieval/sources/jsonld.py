"""What a page says of its article in JSON-LD, in the words of schema.org; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

Node = Mapping[str, Any]

_ARTICLES = frozenset(
    "AdvertiserContentArticle AnalysisNewsArticle APIReference Article AskPublicNewsArticle "
    "BackgroundNewsArticle BlogPosting DiscussionForumPosting LiveBlogPosting "
    "MedicalScholarlyArticle NewsArticle OpinionNewsArticle Report ReportageNewsArticle "
    "ReviewNewsArticle SatiricalArticle ScholarlyArticle SocialMediaPosting TechArticle".split()
)
_WRAPPING = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$")
_LANGUAGE_NAMES = ("alternateName", "identifier", "name")


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def types_of(names: object) -> set[str]:
    """Return types of schema.org, without the address of their vocabulary."""
    return {re.split(r"[/:#]", name)[-1] for name in _listed(names) if isinstance(name, str)}


def is_article(names: object) -> bool:
    """Tell whether types of schema.org are those of an article."""
    return not _ARTICLES.isdisjoint(types_of(names))


def texts_of(value: object, depth: int = 3) -> list[str]:
    """Return a value's texts: itself, of a list its values', of a node its names."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if depth == 0:
        return []
    if isinstance(value, list):
        return [text for each in value for text in texts_of(each, depth - 1)]
    if not isinstance(value, dict):
        return []
    parts = [value.get("givenName"), value.get("familyName")]
    whole = " ".join(part for part in parts if isinstance(part, str))
    return texts_of(value.get("name") or value.get("@value") or whole, depth - 1)


def _nodes(script: str) -> list[Node]:
    """Return the nodes that a script states at its top; none where it is malformed."""
    try:
        stated = json.loads(_WRAPPING.sub("", script).strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return []
    found = list[Node]()
    waiting = [stated]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict):
            found.append(value)
            waiting += [value[name] for name in ("mainEntity", "@graph") if name in value]
    return found


class LinkedArticle:
    """The article that a page's JSON-LD describes; of no page's, one that says nothing."""

    def __init__(self, scripts: Iterable[str]) -> None:
        """Find the article.

        Args:
            scripts: The texts of the page's JSON-LD scripts.
        """
        nodes = [node for script in scripts for node in _nodes(script)]
        self._by_id = dict[str, Node]()
        for node in nodes:
            name = node.get("@id")
            if isinstance(name, str) and len(node) > 1:
                self._by_id.setdefault(name, node)
        self._node: Node = next((n for n in nodes if is_article(n.get("@type"))), {})

    def values(self, name: str) -> list[Any]:
        """Return the values of a property, nodes that are named by their id looked up."""
        return [self._resolved(value) for value in _listed(self._node.get(name))]

    def texts(self, name: str) -> list[str]:
        """Return a property's texts; of nodes, their names."""
        return [text for value in self.values(name) for text in texts_of(value)]

    def links(self, name: str) -> list[str]:
        """Return a property's addresses; of nodes, their `url` or `@id`."""
        found = []
        for value in self.values(name):
            node = value if isinstance(value, dict) else {"url": value}
            found += [link for key in ("url", "@id", "name") for link in texts_of(node.get(key))][
                :1
            ]
        return found

    def languages(self) -> list[str]:
        """Return what the article says its language is."""
        found = []
        for value in self.values("inLanguage"):
            node = value if isinstance(value, dict) else {"name": value}
            found += [text for key in _LANGUAGE_NAMES for text in texts_of(node.get(key))]
        return found

    def _resolved(self, value: object) -> object:
        if isinstance(value, dict) and "name" not in value:
            name = value.get("@id")
            return self._by_id.get(name, value) if isinstance(name, str) else value
        return value
