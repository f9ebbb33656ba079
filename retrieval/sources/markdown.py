"""Markdown with front matter: one article a file, as the plain text a reader would see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.clean import mend_entities, mend_spaces, repair_line
from retrieval.errors import SourceError
from retrieval.sources import Labels, Unread
from retrieval.sources.fields import (
    as_aliases,
    as_authors,
    as_language,
    as_link,
    as_tags,
    as_text,
    as_time,
)
from retrieval.sources.text import decode
from retrieval.types import Article, Heading

_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
_TAG = re.compile(r"<[!?/a-zA-Z][^>]*>")


def _inline(token: Token) -> str:
    """Return an inline token's visible text; a picture shows none here."""
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" " if child.type == "softbreak" else "\n")
    return mend_spaces("".join(parts)).strip()


def _visible(html: str) -> str:
    """Return what a block of HTML shows: its text, without tags, comments and scripts."""
    text = mend_entities(_TAG.sub(" ", _HIDDEN.sub(" ", html)))
    return " ".join(text.split())


class _Layout:
    """Lays a Markdown document out as plain text, with its heading lines."""

    def __init__(self) -> None:
        self.text = ""
        self.headings: list[Heading] = []
        self.first_heading: str | None = None
        self._lists: list[int | None] = []
        self._bullet = ""
        self._listing = False
        self._row: list[str] | None = None

    def _append(self, block: str, gap: str = "\n\n") -> None:
        self.text += (gap if self.text else "") + block
        self._listing = False

    def _paragraph(self, text: str) -> None:
        if not text:
            return
        if self._bullet:
            # Items that follow each other are lines of one paragraph.
            indent = "  " * (len(self._lists) - 1)
            self._append(indent + self._bullet + text, "\n" if self._listing else "\n\n")
            self._bullet, self._listing = "", True
        else:
            self._append(text)

    def _start_item(self) -> None:
        number = self._lists[-1]
        self._bullet = "• " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _heading(self, text: str) -> None:
        if self.first_heading is None and not self.text:
            # A document's own title line is its title, not a section of its text.
            self.first_heading = text
        if text:
            self._append(text)
            self.headings.append(Heading(len(self.text) - len(text), len(self.text)))

    def take(self, tokens: Sequence[Token]) -> None:
        """Append every token of a document."""
        for number, token in enumerate(tokens):
            kind = token.type
            if kind == "bullet_list_open":
                self._lists.append(None)
            elif kind == "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            elif kind in ("bullet_list_close", "ordered_list_close"):
                self._lists.pop()
                self._listing = self._listing and bool(self._lists)
            elif kind == "list_item_open":
                self._start_item()
            elif kind == "list_item_close":
                self._bullet = ""
            elif kind in ("fence", "code_block"):
                self._paragraph(token.content.strip("\n"))
            elif kind == "html_block":
                self._paragraph(_visible(token.content))
            elif kind == "tr_open":
                self._row = []
            elif kind == "tr_close" and self._row is not None:
                first = tokens[number + 1].type in ("thead_close",)
                self._append(" | ".join(self._row), "\n\n" if first else "\n")
                self._row = None
            elif kind == "inline":
                self._take_inline(token, tokens[number - 1])

    def _take_inline(self, token: Token, opener: Token) -> None:
        text = _inline(token)
        if self._row is not None:
            self._row.append(text)
        elif opener.type == "heading_open":
            self._heading(repair_line(text))
        else:
            self._paragraph(text)


def _front_matter(raw: str) -> tuple[dict[str, Any], str]:
    """Return a document's front matter, and what stands behind it.

    Raises:
        ValueError: It is no mapping.
    """
    handler = YAMLHandler()
    raw = raw.lstrip()
    if not handler.detect(raw):
        return {}, raw
    try:
        front, content = handler.split(raw)
    except ValueError:  # one rule alone, with nothing between it and a second
        return {}, raw
    values = handler.load(front)
    if not isinstance(values, dict | None):
        raise ValueError("it is no mapping of `key: value` lines")
    return values or {}, content


def _drop_title(layout: _Layout, title: str) -> tuple[str, tuple[Heading, ...]]:
    """Return text and headings without an opening heading that repeats the title."""
    text, headings = layout.text, layout.headings
    if headings and headings[0].start == 0 and text[: headings[0].end] == title:
        shift = len(text) - len(text[headings[0].end :].lstrip("\n"))
        text = text[shift:]
        headings = [Heading(h.start - shift, h.end - shift) for h in headings[1:]]
    return text, tuple(headings)


def read_markdown(
    data: bytes, location: str, name: str, labels: Labels = Labels()
) -> Iterator[Article | Unread]:
    """Yield the one article of a Markdown document.

    Front matter may give `id`, `title`, `url`, `source`, `author` or `authors`,
    `date` or `published_at`, `updated` or `updated_at`, `lang` or `language`,
    `licence` or `license`, `tags`, `collection` and `aliases`. Without a title there,
    the opening heading is the title, else the file's name.

    Args:
        data: The document's bytes.
        location: Where they were read.
        name: The file's name.
        labels: What the article gets where front matter does not say so.

    Raises:
        SourceError: It is no text, or its front matter is no YAML mapping.
    """
    raw = decode(data)
    try:
        front, content = _front_matter(raw)
        published = as_time(front.get("published_at", front.get("date")))
        updated = as_time(front.get("updated_at", front.get("updated")))
    except (yaml.YAMLError, ValueError, TypeError) as error:
        problem = str(error).splitlines()[0]
        raise SourceError(f"has front matter that cannot be read ({problem}); mend it") from error
    layout = _Layout()
    layout.take(_PARSER.parse(mend_spaces(content)))
    title = as_text(front.get("title")) or layout.first_heading or PurePath(name).stem
    text, headings = _drop_title(layout, title)
    if not text:
        yield Unread(location, "has no text; write its text or leave it out")
        return
    yield Article(
        title=title,
        text=text,
        location=location,
        given_id=as_text(front.get("id")),
        url=as_link(front.get("url")),
        source=as_text(front.get("source")) or labels.source,
        authors=as_authors(front.get("authors") or front.get("author")),
        published_at=published,
        updated_at=updated,
        language=as_language(front.get("language") or front.get("lang")),
        licence=as_text(front.get("licence") or front.get("license")),
        tags=as_tags(front.get("tags")),
        collection=as_text(front.get("collection")) or labels.collection,
        headings=headings,
        aliases=as_aliases(front.get("aliases")),
    )
