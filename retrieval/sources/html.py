"""Web pages: the main text of a page, as plain text, with what the page says of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import PurePath

import trafilatura

from retrieval.clean import mend_spaces
from retrieval.credits import split_credits
from retrieval.sources import Labels, Unread
from retrieval.sources.blocks import Block, mark, marked, read_blocks
from retrieval.sources.dump import opening_words
from retrieval.sources.metadata import Metadata, read_metadata
from retrieval.sources.page import Element, decode_page, mend, parse_page, saved_from
from retrieval.sources.pruning import prune
from retrieval.types import Article, Heading

_SHORT = 250
"""Characters of main text below which a judge of pages is out of its depth."""

_KICKER = 120
"""Characters above the heading that says the title beyond which they are text."""

_MOST = 20_000
"""Blocks of a page beyond which judging them would take minutes."""


def _judged(tree: Element) -> set[int]:
    """Return which of a marked page's blocks trafilatura takes for its main text."""
    # What it has to say of a page goes to nobody: whoever asked gets an article or a reason.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        # Any format but its own for Python, for which it would lay the text out.
        found = trafilatura.bare_extraction(tree, include_comments=False, output_format="xml")
    except RecursionError:  # lists within lists, hundreds deep
        return set()
    if found is None or isinstance(found, dict):
        return set()
    return marked("".join(found.body.itertext()))


def _letters(blocks: list[Block], numbers: set[int]) -> int:
    return sum(len(blocks[number].text) for number in numbers)


def _own_region(blocks: list[Block]) -> tuple[set[int], bool]:
    """Return the blocks of the page's `<article>`, `<main>` or body, and whether it is the body."""
    texts = {n for n, block in enumerate(blocks) if block.kind != "aside"}
    articles = dict[int, set[int]]()
    for number in texts:
        if blocks[number].article:
            articles.setdefault(blocks[number].article, set()).add(number)
    best = max(articles.values(), key=lambda found: _letters(blocks, found), default=set())
    # Teasers are articles too: one must outweigh the others together.
    if _letters(blocks, best) * 2 > _letters(blocks, set().union(*articles.values())):
        return {n for n in best if not blocks[n].chrome} or best, False
    main = {number for number in texts if blocks[number].main}
    region = main or texts
    plain = {n for n in region if not blocks[n].chrome and not blocks[n].linked}
    return plain or region, not main


def _is_whole(blocks: list[Block], group: list[int], kept: set[int]) -> bool:
    """Tell whether a list or a table is text: most of it is, or what is before and behind it.

    A list of links between two paragraphs leads to other pages.
    """
    if sum(number in kept for number in group) * 2 >= len(group):
        return True
    around = {
        next((n for n in numbers if blocks[n].kind != "aside"), -1)
        for numbers in (range(group[0] - 1, -1, -1), range(group[-1] + 1, len(blocks)))
    }
    linked = sum(blocks[number].linked or blocks[number].chrome for number in group)
    return around <= kept and linked * 2 < len(group)


def _filled(blocks: list[Block], kept: set[int]) -> set[int]:
    """Return the kept blocks with the rest of their lists and tables, and with their headings."""
    groups = dict[int, list[int]]()
    for number, block in enumerate(blocks):
        if block.group:
            groups.setdefault(block.group, []).append(number)
    filled = set(kept)
    for group in groups.values():
        if _is_whole(blocks, group, kept):
            filled.update(group)
    first, after = min(filled), len(blocks)
    for number in reversed(range(first + 1, len(blocks))):
        block = blocks[number]
        if block.kind == "heading" and after in filled and not block.chrome and not block.linked:
            filled.add(number)
        if block.kind != "aside":
            after = number
    return filled


def _chosen(blocks: list[Block], kept: set[int]) -> list[int]:
    """Return which blocks are the article, of those that a judge kept.

    Where it kept little of a page's own `<article>` or `<main>`, or little at all, the
    page's own word counts.
    """
    own, is_body = _own_region(blocks)
    # A page may hold such signs of its own.
    kept = {n for n in kept if n < len(blocks) and blocks[n].kind != "aside"}
    if not is_body and _letters(blocks, kept & own) * 2 < _letters(blocks, own):
        return sorted(own)
    if _letters(blocks, kept) < _SHORT:
        kept = kept & own if is_body else own
    return sorted(_filled(blocks, kept) if kept else own)


def _paragraphs(blocks: list[Block]) -> list[tuple[str, bool]]:
    """Return paragraphs, lists and tables as texts, and whether each is a heading."""
    laid = list[tuple[list[str], bool]]()
    before = 0
    for block in blocks:
        heading = block.kind == "heading"
        text = mend_spaces(block.text) if block.kind == "code" else mend(block.text)
        text = " ".join(text.split()) if heading else text.strip("\n")
        if not text.strip():
            continue
        if block.group and block.group == before:
            laid[-1][0].append(block.prefix + text)
        else:
            laid.append(([block.prefix + text], heading))
        before = block.group
    return [("\n".join(lines), heading) for lines, heading in laid]


def _asides(blocks: list[Block], chosen: list[int]) -> Iterator[str]:
    """Yield what stands in an article and is no text of it: captions, the line of its date."""
    first, last = chosen[0], chosen[-1]
    article = blocks[first].article
    for number, block in enumerate(blocks):
        within = first < number < last or (article and block.article == article)
        if block.kind == "aside" and within and not block.chrome:
            yield " ".join(mend(block.text).split())


def _same(one: str, other: str) -> bool:
    return [c for c in one.casefold() if c.isalnum()] == [
        c for c in other.casefold() if c.isalnum()
    ]


def _titled(
    paragraphs: list[tuple[str, bool]], title: str | None
) -> tuple[list[tuple[str, bool]], list[str], str | None]:
    """Return the paragraphs behind the heading that says the title, those before it, the title.

    What stands above a title (its section, a trail of links) is no part of the text.
    """
    above = 0
    for number, (text, heading) in enumerate(paragraphs):
        if heading and (_same(text, title) if title else number == 0):
            before = [text for text, _ in paragraphs[:number]]
            return paragraphs[number + 1 :], before, title or text
        above += len(text)
        if above > _KICKER:
            break
    return paragraphs, [], title


def _joined(
    paragraphs: list[tuple[str, bool]], kept: tuple[str, ...]
) -> tuple[str, tuple[Heading, ...]]:
    """Return the text of the kept paragraphs, which are some of all in order, and its headings."""
    headings = []
    offset = 0
    remaining = iter(paragraphs)
    for text in kept:
        heading = next(heading for paragraph, heading in remaining if paragraph == text)
        if heading:
            headings.append(Heading(offset, offset + len(text)))
        offset += len(text) + 2
    return "\n\n".join(kept), tuple(headings)


def _article(
    blocks: list[Block], chosen: list[int], location: str, name: str, labels: Labels, said: Metadata
) -> Article | None:
    paragraphs = _paragraphs([blocks[number] for number in chosen])
    paragraphs, above, title = _titled(paragraphs, said.title)
    if not paragraphs:
        return None
    last = max((n for n, (_, heading) in enumerate(paragraphs) if not heading), default=None)
    if last is not None:  # behind it are headings with nothing behind them
        del paragraphs[last + 1 :]
    credited = split_credits([text for text, _ in paragraphs])
    text, headings = _joined(paragraphs, credited.paragraphs)
    asides = (aside for aside in _asides(blocks, chosen) if aside)
    return Article(
        title=title or PurePath(name).stem or opening_words(text),
        text=text,
        location=location,
        url=said.url,
        source=said.source or labels.source,
        authors=said.authors or credited.authors,
        published_at=said.published_at,
        updated_at=said.updated_at,
        language=said.language,
        licence=said.licence or credited.licence,
        tags=said.tags,
        collection=labels.collection,
        headings=headings,
        asides=tuple(dict.fromkeys((*above, *asides, *credited.asides))),
    )


def read_html(
    data: bytes, location: str, name: str, labels: Labels = Labels(), url: str | None = None
) -> Iterator[Article | Unread]:
    """Yield the one article of a web page.

    Args:
        data: The page's bytes.
        location: Where they were read.
        name: The file's name, the title of last resort.
        labels: What the article gets where the page does not say so itself.
        url: The address that the page was read from, None where it is not known.

    Raises:
        SourceError: It is empty, no text, or nested too deeply to be read whole.
    """
    markup = decode_page(data)
    tree = parse_page(markup)
    address = url or saved_from(markup)
    said = read_metadata(tree, address)
    prune(tree)
    blocks, slots = read_blocks(tree)
    kept = set[int]()
    if len(blocks) <= _MOST:
        mark(tree, blocks, slots)
        kept = _judged(tree)
    chosen = _chosen(blocks, kept)
    article = _article(blocks, chosen, location, name, labels, said) if chosen else None
    yield article or Unread(
        location, "shows no text; save it from a browser if scripts fill it, else leave it out"
    )
