"""Where a quote stands: links to its very sentence, and the line that names its article; pure."""

from __future__ import annotations

import re
from urllib.parse import quote

from retrieval.types import Hit

MOST_LINK = 512
"""Characters that a link of a message may have."""

_WORDS = re.compile(r"\S+")
_ENDS = 5
"""Words of a sentence's start, and of its end, that a text fragment names."""


def _escape(words: list[str]) -> str:
    # A fragment's own grammar uses the hyphen, which percent-encoding leaves alone.
    return quote(" ".join(words), safe="").replace("-", "%2D")


def fragment_link(url: str, sentence: str) -> str:
    """Return a link that opens a page at a sentence of it.

    Source: the URL Fragment Text Directives draft (WICG), `#:~:text=start,end`.
    """
    words = _WORDS.findall(sentence)
    if not words:
        return url
    if len(words) <= 2 * _ENDS:
        directive = _escape(words)
    else:
        directive = f"{_escape(words[:_ENDS])},{_escape(words[-_ENDS:])}"
    separator = ":~:" if "#" in url else "#:~:"
    return f"{url}{separator}text={directive}"


def hit_link(hit: Hit) -> str | None:
    """Return the link to a hit's answering sentence, None where its article has no link."""
    article = hit.version.article
    if article.url is None:
        return None
    # A sentence may run over a line's end only where a source broke it; a page may not.
    spans = hit.highlights or (hit.passage.span,)
    return fragment_link(article.url, article.text[spans[0].start : spans[0].end])


def carried(*links: str | None) -> str | None:
    """Return the first of some links that Discord's Markdown can carry, None where none can."""
    for link in links:
        if link is not None and len(link) <= MOST_LINK and not set(link) & set(" <>()\\"):
            return link
    return None
