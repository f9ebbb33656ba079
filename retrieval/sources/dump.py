"""Text files: one article, or a crawl's dump of several between end marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from retrieval.clean import repair, repair_line
from retrieval.credits import split_credits
from retrieval.sources import Labels, Unread
from retrieval.sources.text import decode
from retrieval.types import Article, Heading

# What a crawl leaves of a cut-off excerpt: "[…]", at times with its brackets askew.
_EXCERPT_MARK = re.compile(r"\s*[\[\]]\s*(?:…|\.{3})\s*[\[\]]?\s*$")
_NARROWEST, _WIDEST = 50, 100
"""Characters of a line that was broken to a width."""

_HEADING_WORDS = 12
_HEADING_LENGTH = 80


@dataclass(frozen=True, slots=True)
class DumpFormat:
    """How a dump tells its articles apart.

    Attributes:
        title: Pattern of an article's first line, with a group `title` and, where
            the line names the publication, a group `source`.
        end: Pattern of the mark that ends an article, in a line of its own or
            glued to the end of the text's last line.
    """

    title: re.Pattern[str]
    end: re.Pattern[str]


def opening_words(text: str) -> str:
    """Return a text's opening words: the name of an article that has no title."""
    line = text.split("\n", 1)[0]
    words = line.split()
    return " ".join(words) if len(words) <= 10 else " ".join(words[:10]) + " …"


def _is_heading(paragraph: str, following: str | None) -> bool:
    if following is None or "\n" in paragraph or len(paragraph) > _HEADING_LENGTH:
        return False
    words = paragraph.split()
    if len(words) > _HEADING_WORDS or not any(c.isalpha() for c in paragraph):
        return False
    if not paragraph[0].isalnum() or not (paragraph[-1].isalnum() or paragraph[-1] in "?)’'"):
        return False
    return len(following) > len(paragraph)


def lay_out(paragraphs: list[str]) -> tuple[str, tuple[Heading, ...]]:
    """Join paragraphs into a text, one empty line apart, and find its heading lines.

    A heading of a plain text is a short paragraph that ends like no sentence
    and has a longer paragraph behind it.
    """
    headings = []
    offset = 0
    for number, paragraph in enumerate(paragraphs):
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        # The first paragraph is a text's lead, however short.
        if number > 0 and _is_heading(paragraph, following):
            headings.append(Heading(offset, offset + len(paragraph)))
        offset += len(paragraph) + 2
    return "\n\n".join(paragraphs), tuple(headings)


def _unwrapped(paragraphs: list[str]) -> list[str]:
    """Return paragraphs whose lines were broken to a width as one line each.

    A line was broken to the width where the next one's first word would not have fit.
    Verses, addresses and lists, whose lines end where their writer ended them, stay.
    """
    width = max((len(line) for p in paragraphs if "\n" in p for line in p.split("\n")), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return paragraphs

    def broken(paragraph: str) -> bool:
        pairs = pairwise(paragraph.split("\n"))
        return all(len(line) + 1 + len(after.split()[0]) > width for line, after in pairs)

    return [p.replace("\n", " ") if broken(p) else p for p in paragraphs]


def _paragraphs(lines: list[str]) -> list[str]:
    text = _EXCERPT_MARK.sub("", repair("\n".join(lines)).strip())
    return _unwrapped([p.strip("\n") for p in text.split("\n\n") if p.strip()])


def _article(
    lines: list[str], location: str, form: DumpFormat, name: str | None, labels: Labels
) -> Article | Unread:
    title = source = None
    if heading := form.title.match(repair_line(lines[0])):
        parts = heading.groupdict(default="")
        title, source = parts["title"].strip(), parts.get("source", "").strip()
        lines = lines[1:]
    credited = split_credits(_paragraphs(lines))
    text, headings = lay_out(list(credited.paragraphs))
    if not text:
        return Unread(location, "has a title but no text; add its text or leave it out")
    return Article(
        title=title or name or opening_words(text),
        text=text,
        location=location,
        source=source or labels.source,
        authors=credited.authors,
        licence=credited.licence,
        collection=labels.collection,
        headings=headings,
        asides=credited.asides,
    )


def _chunks(text: str, end: re.Pattern[str]) -> Iterator[tuple[int, list[str], bool]]:
    """Yield each article's first line number, its lines, and whether an end mark closed it."""
    first, lines = 0, list[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not lines:
            first = number
        if mark := end.search(line):
            if rest := line[: mark.start()].rstrip():
                lines.append(rest)
                first = first or number
            if lines:
                yield first, lines, True
            first, lines = 0, []
        elif lines or line.strip():
            lines.append(line)
    if lines:
        yield first, lines, False


def read_dump(
    data: bytes, location: str, name: str, form: DumpFormat, labels: Labels = Labels()
) -> Iterator[Article | Unread]:
    """Yield the articles of a text.

    A text without an end mark is one article, named by its title line or else
    by its file. An article of a dump without a title line is named by its
    opening words.

    Args:
        data: The text's bytes.
        location: Where they were read.
        name: The file's name.
        form: How its articles are told apart.
        labels: What an article gets where it does not say so itself.

    Raises:
        SourceError: The bytes cannot be read as text.
    """
    for number, (line, lines, ended) in enumerate(_chunks(decode(data), form.end)):
        single = number == 0 and not ended
        place = location if single else f"{location}:{line}"
        yield _article(lines, place, form, PurePath(name).stem if single else None, labels)
