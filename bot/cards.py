"""An article's card and its pages, as Discord messages; pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import discord
from discord import ui

from bot.citation import carried
from bot.controls import Choice, button, menu
from bot.language import Language
from bot.layout import MOST_TEXT, Layout, layout, row, text
from bot.markdown import escape, one_line, shortened
from bot.paging import pages
from bot.passages import article_buttons, byline, title
from bot.turning import part_of, part_with, turns
from retrieval.catalog import StoredVersion
from retrieval.types import PUBLIC, ArticleRef, ArticleVersion, Heading, Span, Standing

PAGE_ROOM = MOST_TEXT - 700
"""Characters that a page of an article may have once escaped."""

_NAMED = 10
_LEAD_ROOM = 900
_WORDS_A_MINUTE = 230
_IDEOGRAPHS_A_MINUTE = 400
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


class Turned(NamedTuple):
    """Which parts of a card's long menus are shown, from 0."""

    sections: int = 0
    versions: int = 0


def card(
    say: Language,
    version: ArticleVersion,
    related: Sequence[ArticleRef] = (),
    standing: Standing = Standing.CURRENT,
    others: Sequence[StoredVersion] = (),
    turned: Turned = Turned(),
) -> Layout:
    """Return an article's card: what it is, how it begins, and the ways on.

    Args:
        say: The reader's language.
        version: The article, as the card shows it.
        related: The articles nearest to it.
        standing: What has become of this version.
        others: The article's other versions that the reader may see; the current one first,
            then the newest.
        turned: Which parts of its menus are shown.
    """
    items: list[ui.Item[Any]] = [text(_top(say, version, standing))]
    article = version.article
    if lead := one_line(_lead(article.text, article.headings), _LEAD_ROOM):
        items.append(text(lead))
    if article.headings:
        items.append(text(_sections(say, version)))
    ways = [button(say("card-read"), "read", f"{version.id}:0", discord.ButtonStyle.primary)]
    if others and others[0].current:
        ways.append(button(say("card-current"), "version", others[0].id))
    items.append(row(*ways))
    items += _section_menu(say, version, turned.sections, None)
    items += _version_menu(say, version, others, turned.versions)
    if related and (buttons := article_buttons(related)):
        items += [text(f"-# {say('card-related')}"), row(*buttons)]
    return layout(*items)


def _top(say: Language, version: ArticleVersion, standing: Standing) -> str:
    """Return an article's title with its link, what is known of it, and what became of it."""
    article = version.article
    facts = [byline(version), _minutes(say, article.text)]
    if article.collection != PUBLIC:
        facts.append(say("card-collection", name=one_line(article.collection, 80)))
    known = " · ".join(fact for fact in facts if fact)
    lines = [f"### {title(version, carried(article.url))}", f"-# {known}"]
    return "\n".join([*lines, *_became(say, standing)])


def _minutes(say: Language, words: str) -> str:
    """Return how long a text takes to read."""
    ideographs = len(_IDEOGRAPH.findall(words))
    minutes = len(words.split()) / _WORDS_A_MINUTE + ideographs / _IDEOGRAPHS_A_MINUTE
    return say("card-minutes", count=max(1, round(minutes)))


def _became(say: Language, standing: Standing) -> list[str]:
    """Return a line that says what has become of a version; none where it is current."""
    return [] if standing is Standing.CURRENT else [say(f"card-{standing.value}")]


def _lead(whole: str, headings: Sequence[Heading]) -> str:
    """Return the first paragraph that is no heading, "" where there is none."""
    starts = {heading.start for heading in headings}
    at = 0
    while at < len(whole):
        ends = whole.find("\n\n", at)
        ends = len(whole) if ends < 0 else ends
        if at not in starts and whole[at:ends].strip():
            return whole[at:ends]
        at = ends + 2
    return ""


def _sections(say: Language, version: ArticleVersion) -> str:
    """Return the names of an article's first sections, in a line."""
    article = version.article
    named = [one_line(article.text[h.start : h.end], 60) for h in article.headings[:_NAMED]]
    if (more := len(article.headings) - _NAMED) > 0:
        named.append(say("and-more", count=more))
    return f"-# {say('card-sections', sections=' · '.join(named))}"


# Menus. Discord keeps what was chosen in one for as long as its id stays.


def _section_menu(
    say: Language, version: ArticleVersion, part: int, number: int | None
) -> list[ui.Item[Any]]:
    """Return a menu that leads to an article's sections; none where it has none.

    Args:
        say: The reader's language.
        version: The article.
        part: Which part of its sections.
        number: The number of the page that the menu stands on, None on a card.
    """
    whole, headings = version.article.text, version.article.headings
    if not headings:
        return []
    page = "" if number is None else f":{number}"

    def further(part: int) -> Choice:
        return Choice(say("card-more-sections"), "sections", f"{version.id}:{part}{page}")

    choices = [
        Choice(shortened(whole[h.start : h.end], 100), "section", f"{version.id}:{h.start}")
        for h in headings
    ]
    shown = part_of(choices, part, further)
    return [row(menu(say("card-go-to"), f"s{version.id}:{part}{page}", shown))]


def _version_menu(
    say: Language, version: ArticleVersion, others: Sequence[StoredVersion], part: int
) -> list[ui.Item[Any]]:
    """Return a menu that leads to an article's other versions; none where it has none."""
    if not others:
        return []

    def further(part: int) -> Choice:
        return Choice(say("card-more-versions"), "versions", f"{version.id}:{part}")

    days = Counter(other.stored_at.date() for other in others)
    choices = []
    for other in others:
        day = say.day(other.stored_at.date())
        if days[other.stored_at.date()] > 1:
            day = say("card-version-time", day=day, time=say.time(other.stored_at))
        key = "card-version-current" if other.current else "card-version"
        called = shortened(other.title, 100) if other.title != version.article.title else None
        choices.append(Choice(say(key, day=day), "version", other.id, called))
    shown = part_of(choices, part, further)
    return [row(menu(say("card-versions"), f"v{version.id}:{part}", shown))]


# Pages.


def page(
    say: Language,
    version: ArticleVersion,
    number: int,
    standing: Standing = Standing.CURRENT,
    start: int | None = None,
    part: int | None = None,
) -> Layout:
    """Return one page of an article, with what leads to its other pages.

    Args:
        say: The reader's language.
        version: The article, as the page shows it.
        number: The page, from 0; beyond the last one stands the last.
        standing: What has become of this version.
        start: Where a section begins that is shown instead of the top of its page.
        part: Which part of the menu of sections; None for the one of this page.
    """
    whole, headings = version.article.text, version.article.headings
    spans = _pages(whole, headings)
    if start is not None:
        number = bisect_right([span.start for span in spans], start) - 1
    number = min(max(number, 0), len(spans) - 1)
    span, back = spans[number], None
    if start is not None and span.start < start < span.end:
        span, back = Span(start, span.end), number
    inside = bisect_right([heading.start for heading in headings], span.start) - 1
    place = [say("page-of", page=number + 1, pages=len(spans))]
    # Where its heading begins the page, the section is named below already.
    if inside >= 0 and headings[inside].start != span.start:
        place.append(one_line(whole[headings[inside].start : headings[inside].end], 80))
    top = [f"### {title(version, None)}", f"-# {' · '.join(place)}", *_became(say, standing)]
    leaves = turns(say, "page", lambda leaf: f"{version.id}:{leaf}", number, len(spans), back)
    return layout(
        text("\n".join(top)),
        text(_shown(whole, span, headings)),
        row(*leaves, button(say("page-card"), "card", version.id)),
        *_section_menu(say, version, part_with(inside) if part is None else part, number),
    )


@lru_cache(maxsize=8)
def _pages(whole: str, headings: tuple[Heading, ...]) -> list[Span]:
    """Return an article's pages; who reads a book turns many in a row."""
    return pages(whole, PAGE_ROOM, [heading.start for heading in headings])


def _shown(whole: str, span: Span, headings: Sequence[Heading]) -> str:
    """Return a part of an article, escaped, its headings in bold where there is room for that."""
    parts, at = [], span.start
    for heading in headings:
        if at <= heading.start < heading.end <= span.end:
            bold = f"**{escape(whole[heading.start : heading.end])}**"
            parts += [escape(whole[at : heading.start]), bold]
            at = heading.end
    shown = "".join([*parts, escape(whole[at : span.end])])
    return shown if len(shown) <= PAGE_ROOM + 100 else escape(whole[span.start : span.end])
