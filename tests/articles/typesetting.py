"""Set a text as the pages of a PDF: lines broken as a press breaks them, words included."""

from __future__ import annotations

from collections.abc import Iterator

_BREAK = "·"
"""Where, in a source, a word may be broken at the end of a line."""


def _parts(word: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to break a word, the one that leaves least for the next line first."""
    pieces = word.split(_BREAK)
    for number in range(len(pieces) - 1, 0, -1):
        head = "".join(pieces[:number])
        yield head.removesuffix("-") + "-", _BREAK.join(pieces[number:])


def _lines(paragraph: str, width: int) -> Iterator[str]:
    """Yield a paragraph's lines of at most `width` characters."""
    line = ""
    for each in paragraph.split():
        word = each
        whole = f"{line} {word.replace(_BREAK, '')}".strip()
        if len(whole) <= width:
            line = whole
            continue
        for head, tail in _parts(word):
            if len(f"{line} {head}") <= width:
                line, word = f"{line} {head}", tail
                break
        yield line
        line = word.replace(_BREAK, "")
    yield line


def typeset(text: str, width: int, depth: int) -> list[list[str]]:
    """Return a text's pages, each the lines that it has.

    A line of the text is a paragraph. `# ` begins a title, which is set large, and `## `
    a section's heading, which is not.

    Args:
        text: The text, paragraphs an empty line apart.
        width: The most characters of a line.
        depth: The most lines of a page.
    """
    pages: list[list[str]] = [[]]
    for paragraph in text.strip().split("\n\n"):
        if paragraph.startswith("#"):
            lines = [paragraph.removeprefix("## ")]
            # A heading does not stand at the foot of a page.
            if len(pages[-1]) > depth - 4:
                pages.append([])
        else:
            lines = list(_lines(paragraph, width))
        if pages[-1]:
            lines.insert(0, "")
        for line in lines:
            if len(pages[-1]) >= depth:
                pages.append([])
            if line or pages[-1]:
                pages[-1].append(line)
    return [page for page in pages if page]
