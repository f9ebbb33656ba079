"""Answers and refusals as Discord messages (Components V2); pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import takewhile
from typing import Any

from discord import ui

from bot.citation import carried, hit_link
from bot.controls import Choice, Control, button, menu
from bot.language import Language
from bot.layout import MOST_TEXT, Layout, layout, row, text
from bot.markdown import masked, one_line, quoted, shortened, unescape
from bot.paging import around, backward, fits, onward, trimmed
from bot.periods import only
from bot.quote import Quote, markup, shorten
from bot.reasons import reasons
from retrieval.followup import context_after
from retrieval.types import (
    Answer,
    ArticleRef,
    ArticleVersion,
    Filters,
    Heading,
    Hit,
    Span,
    Standing,
)

SHOWN = 3
"""Passages that one message shows at most."""

_FIRST_ROOM = 500
_OTHER_ROOM = 280
_QUESTION_ROOM = 300
_FOLLOWS = "↳"
_EARLIER = re.compile(rf"-# {_FOLLOWS}[^“„«]*[“„«]\s?(.*?)\s?[”“»]")
_TITLE_ROOM = 200
_BYLINE_ROOM = 160
_SECTION_ROOM = 100
_ALSO_ROOM = 80
_REASON_ROOM = 500
_SIGNS_ROOM = 400
"""Characters that the signs of headings and of what is left out may take."""

_LONGEST_ID = 80
_MOST_BUTTONS = 5
_NEAREST = 3
_AS_LIKELY = 1 / 3
"""The share of the threshold from which a passage is shown beside the one that answers."""

Numbered = tuple[int, Hit]
"""A hit and the number of its footnote."""


def heading(say: Language, found: Answer, *, replied: bool = False) -> ui.TextDisplay[Any]:
    """Return the question, and below it the one that it follows up; `asked` reads both back.

    Args:
        say: The reader's language.
        found: What the archive says to it.
        replied: Whether the message is a reply, so that Discord shows the question above it.
    """
    shown = ("-# " if replied else "### ") + one_line(found.question, _QUESTION_ROOM)
    if found.context:
        earlier = one_line(found.context.splitlines()[-1], _QUESTION_ROOM)
        shown += "\n-# " + say("following", question=earlier)
    return text(shown)


def asked(shown: str) -> str | None:
    """Return the context of a reply to a message that begins with a heading, None without one."""
    question, _, rest = shown.partition("\n")
    sign, _, question = question.partition(" ")
    if sign not in ("###", "-#") or question.startswith(_FOLLOWS):
        return None
    line = _EARLIER.fullmatch(rest.partition("\n")[0])
    earlier = unescape(line.group(1)) if line else None
    return context_after(unescape(question), earlier)


def byline(version: ArticleVersion) -> str:
    """Return source, authors and date of an article as far as they are known, escaped."""
    article = version.article
    parts = []
    if article.source:
        parts.append(one_line(article.source, _BYLINE_ROOM))
    if article.authors:
        parts.append(one_line(", ".join(article.authors), _BYLINE_ROOM))
    if article.published_at:
        parts.append(f"<t:{int(article.published_at.timestamp())}:D>")
    return " · ".join(parts)


def title(version: ArticleVersion, link: str | None) -> str:
    """Return an article's title, escaped, with its link where it has one."""
    shown = version.article.title
    return masked(shown, _TITLE_ROOM, link) if link else one_line(shown, _TITLE_ROOM)


def _also_in(say: Language, hit: Hit) -> str:
    """Return the other articles that tell the hit's story, "" where none does."""
    if not hit.also_in:
        return ""
    named = [one_line(ref.title, _ALSO_ROOM) for ref in hit.also_in[:2]]
    more = len(hit.also_in) - 2
    return say("also-in", articles=say.list([*named, *_more(say, more)]))


def _more(say: Language, count: int) -> list[str]:
    return [say("and-more", count=count)] if count > 0 else []


def _link(hit: Hit) -> str | None:
    """Return the link to the hit's sentence, or to its page, where Discord can carry it."""
    return carried(hit_link(hit), hit.version.article.url)


def _above(hit: Hit) -> Heading | None:
    """Return the heading that the answering sentence stands under, None where there is none."""
    at = hit.highlights[0].start if hit.highlights else hit.passage.span.start
    return next((h for h in reversed(hit.version.article.headings) if h.start <= at), None)


def _section(hit: Hit) -> str:
    """Return the name of that heading, "" where there is none."""
    text, above = hit.version.article.text, _above(hit)
    heading = text[above.start : above.end] if above else hit.passage.heading
    return f" › {one_line(heading, _SECTION_ROOM)}" if heading else ""


def footnote(say: Language, number: int, hit: Hit) -> str:
    """Return a passage's citation: number, title with its link, heading, byline."""
    named = f"**{number}** {title(hit.version, _link(hit))}{_section(hit)}"
    parts = [named, byline(hit.version), _also_in(say, hit)]
    return "-# " + " · ".join(part for part in parts if part)


def _again(say: Language, number: int, hit: Hit) -> str:
    """Return the citation of another passage of an article that has just been cited."""
    link = _link(hit)
    same = say("same-article")
    return f"-# **{number}** {f'[{same}](<{link}>)' if link else same}{_section(hit)}"


def _quoted(hit: Hit, room: int) -> str:
    article = hit.version.article
    quote = _below_heading(hit, shorten(hit, room))
    return quoted(markup(article.text, quote, article.headings))


def _below_heading(hit: Hit, quote: Quote) -> Quote:
    """Return a quote without the heading that it begins with: its footnote names that."""
    heading = _above(hit)
    if heading is None or heading.start != quote.span.start or heading.end >= quote.span.end:
        return quote
    if any(shown.start < heading.end for shown in quote.highlights):
        return quote
    span = trimmed(hit.version.article.text, heading.end, quote.span.end)
    return replace(quote, span=span, cut_before=False)


def _card(say: Language, numbered: Sequence[Numbered], share: int) -> ui.TextDisplay[Any]:
    """Return an article's passages as quoted text, each with its footnote below.

    Args:
        say: The reader's language.
        numbered: The passages.
        share: What the room of each quote is divided by.
    """
    parts = []
    for place, (number, hit) in enumerate(numbered):
        room = _FIRST_ROOM if number == 1 else _OTHER_ROOM
        cite = _again if place else footnote
        parts.append(f"{_quoted(hit, room // share)}\n{cite(say, number, hit)}")
    return text("\n".join(parts))


def passages(say: Language, numbered: Iterable[Numbered], used: int) -> list[ui.Item[Any]]:
    """Return hits as components that fit one message, a card an article.

    Args:
        say: The reader's language.
        numbered: The hits to show, `SHOWN` at most, by the numbers of their footnotes.
        used: Characters of the message that are spoken for.
    """
    cards: dict[str, list[Numbered]] = {}
    for number, hit in numbered:
        cards.setdefault(hit.version.id, []).append((number, hit))
    items: list[ui.Item[Any]] = []
    room = MOST_TEXT - used
    for card in cards.values():
        # A quote's line breaks become "> " each, so a fitting quote may not fit yet.
        for share in (1, 2, 4, 8):
            shown = _card(say, card, share)
            if len(shown.content) <= room:
                room -= len(shown.content)
                if items:
                    items.append(ui.Separator())
                items.append(shown)
                break
    return items


def narrowed(say: Language, filters: Filters) -> str | None:
    """Return the filters of a question in words, None where there are none."""
    parts = [
        say(f"narrowed-{name}", value=one_line(value, 80))
        for name, value in (
            ("author", filters.author),
            ("source", filters.source),
            ("collection", filters.collection),
        )
        if value is not None
    ]
    if filters.after:
        parts.append(say("narrowed-after", date=f"<t:{int(filters.after.timestamp())}:D>"))
    if filters.before:
        # The day that is named last is one whose articles are shown.
        last = int((filters.before - timedelta(seconds=1)).timestamp())
        parts.append(say("narrowed-before", date=f"<t:{last}:D>"))
    return "-# " + say("narrowed", filters=" · ".join(parts)) if parts else None


def _taken(say: Language, found: Answer) -> str | None:
    """Return in words what misspelt words were taken for, None where there were none."""
    pairs = [
        say("taken-pair", word=one_line(c.word, 60), meant=one_line(c.taken_for, 60))
        for c in found.corrections[:5]
    ]
    return "-# " + say("taken", pairs=say.list(pairs)) if pairs else None


def _top(say: Language, found: Answer, filters: Filters, *, replied: bool) -> list[ui.Item[Any]]:
    """Return the question, and a line each for what its answer keeps to and was taken for."""
    period = found.period
    kept = f"-# {only(say, period, one_line(period.words, 80))}" if period else None
    lines = [line for line in (narrowed(say, filters), kept, _taken(say, found)) if line]
    return [heading(say, found, replied=replied), *map(text, lines)]


def shown_first(found: Answer) -> int:
    """Return how many passages an answer shows: the first, and those that are likely as well."""
    least = found.threshold * _AS_LIKELY
    likely = takewhile(lambda hit: hit.scores.confidence >= least, found.hits[1:SHOWN])
    return 1 + len(list(likely))


def answer(
    say: Language,
    found: Answer,
    record_id: str,
    filters: Filters = Filters(),
    *,
    replied: bool = False,
    about: int | None = None,
) -> Layout:
    """Return an answer: the question, up to three passages, and its controls.

    Args:
        say: The reader's language.
        found: The answer; it must be answered.
        record_id: The id of its record, which its controls carry.
        filters: What the asker narrowed it to.
        replied: Whether it replies to a message that asks.
        about: The message whose words were looked for, where the answer may be shared.
    """
    items = _top(say, found, filters, replied=replied)
    used = sum(len(item.content) for item in items if isinstance(item, ui.TextDisplay))
    count = shown_first(found)
    items += passages(say, enumerate(found.hits[:count], start=1), used)
    after = count if len(found.hits) > count else None
    sight = _in_sight(record_id, after=after, dated=found.period is not None, about=about)
    # What a reader asks for seldomest gives way: Discord has room for five buttons in a row.
    giving_way = ("answer-in-context", "answer-follow-up")[: max(0, len(sight) - _MOST_BUTTONS)]
    spare = [(key, *sight.pop(key)) for key in giving_way]
    items.append(row(*(button(say(key), *act) for key, act in sight.items())))
    items.append(row(_menu(say, record_id, spare, filtered=filters != Filters())))
    return layout(*items)


def _in_sight(
    record_id: str, *, after: int | None, dated: bool, about: int | None
) -> dict[str, tuple[str, str]]:
    """Return the actions and arguments of an answer's buttons, by the keys of their names.

    Args:
        record_id: The id of the answer's record.
        after: The number of the last passage shown where there are more, else None.
        dated: Whether the answer keeps to a period.
        about: The message whose words were looked for, where the answer may be shared.
    """
    offered = [
        ("answer-more", "more", f"{record_id}:{after}", after is not None),
        ("answer-any-date", "any", record_id, dated),
        ("answer-share", "share", f"{record_id}:{about}", about is not None),
        ("answer-in-context", "context", f"{record_id}:1", True),
        ("answer-follow-up", "follow", record_id, True),
        ("answer-useful", "vote", f"{record_id}:1", True),
        ("answer-not-useful", "vote", f"{record_id}:0", True),
    ]
    return {key: (action, argument) for key, action, argument, there in offered if there}


def _menu(
    say: Language, record_id: str, spare: Sequence[tuple[str, str, str]], *, filtered: bool
) -> Control:
    """Return the menu of what an answer offers besides.

    Args:
        say: The reader's language.
        record_id: The id of the answer's record.
        spare: What is not in sight for want of room: keys, actions and arguments.
        filtered: Whether the question was narrowed.
    """
    offered = [*spare, ("answer-why", "why", record_id), ("answer-others", "others", record_id)]
    if filtered:
        offered.append(("answer-unfiltered", "again", record_id))
    offered.append(("answer-delete", "delete", record_id))
    choices = [
        Choice(say(key), action, argument, say(f"{key}-hint")) for key, action, argument in offered
    ]
    return menu(say("answer-menu"), record_id, choices)


def refusal(
    say: Language,
    found: Answer,
    record_id: str,
    filters: Filters = Filters(),
    *,
    replied: bool = False,
) -> Layout:
    """Return a refusal: that the archive does not answer, unseen words, nearest articles."""
    items = _top(say, found, filters, replied=replied)
    ways = []
    if found.period:
        ways.append(button(say("answer-any-date"), "any", record_id))
    if filters != Filters():
        ways.append(button(say("answer-unfiltered"), "again", record_id))
    ways.append(button(say("refusal-rephrase"), "follow", record_id))
    if not found.nearest:
        items += [text(f"**{say('refusal-filtered')}**"), row(*ways)]
        return layout(*items)
    lines = [f"**{say('refusal')}**"]
    if found.unknown_words:
        words = [one_line(word, 60) for word in found.unknown_words[:10]]
        lines.append(say("refusal-unseen", words=say.either(words)))
    items += [text("\n".join(lines)), ui.Separator()]
    near = [f"-# {say('refusal-nearest')}"]
    offered = article_buttons(found.nearest[:_NEAREST])
    if not offered:
        near += [f"• {one_line(ref.title, 120)}" for ref in found.nearest[:_NEAREST]]
    items.append(text("\n".join(near)))
    if offered:
        items.append(row(*offered))
    items.append(row(*ways))
    return layout(*items)


def article_buttons(refs: Sequence[ArticleRef]) -> list[Control]:
    """Return a button for each of at most five articles that can be named in a custom id."""
    return [
        button(shortened(ref.title, 80), "article", ref.id)
        for ref in refs[:5]
        if len(ref.id) <= _LONGEST_ID
    ]


def more(
    say: Language,
    numbered: Sequence[Numbered],
    record_id: str,
    standings: Mapping[str, Standing],
    threshold: float,
    *,
    left: bool,
) -> Layout:
    """Return the next passages of an answer.

    Args:
        say: The reader's language.
        numbered: The hits to show, `SHOWN` at most, by the numbers of their footnotes.
        record_id: The id of the answer's record.
        standings: What became of their versions, by version id.
        threshold: The confidence from which a passage counts as an answer.
        left: Whether there are still more.
    """
    notes = [_standing(say, {standings[hit.version.id] for _, hit in numbered})]
    if numbered[0][1].scores.confidence < threshold * _AS_LIKELY:
        notes.append(f"-# {say('more-unlikely')}")
    note = "\n".join(line for line in notes if line)
    items: list[ui.Item[Any]] = [text(note)] if note else []
    controls = [button(say("answer-in-context"), "context", f"{record_id}:{numbered[0][0]}")]
    if left:
        next_ones = f"{record_id}:{numbered[-1][0]}"
        controls.insert(0, button(say("answer-more"), "more", next_ones))
    items += passages(say, numbered, len(note))
    return layout(*items, row(*controls))


def _standing(say: Language, standings: set[Standing]) -> str | None:
    """Return a line that says what became of what was quoted, None where all is as it was."""
    for standing in (Standing.WITHDRAWN, Standing.CHANGED):
        if standing in standings:
            return "-# " + say(f"standing-{standing.value}")
    return None


def context(
    say: Language,
    hits: Mapping[int, Hit],
    place: int,
    record_id: str,
    standing: Standing,
    turn: tuple[str, int] | None = None,
) -> Layout:
    """Return a passage in its article, the answering sentences in bold, with pages to turn.

    Args:
        say: The reader's language.
        hits: The passages of the answer that the reader may see, by footnote number.
        place: The number of the one shown.
        record_id: The id of the answer's record.
        standing: What became of its article version.
        turn: The page instead of the passage's own: `f` and where it starts, or `b` and where
            it ends.
    """
    hit = hits[place]
    whole = hit.version.article.text
    head = [footnote(say, place, hit), _standing(say, {standing})]
    top = "\n".join(line for line in head if line)
    room = MOST_TEXT - len(top) - _SIGNS_ROOM
    quote = _page(hit, room, turn)
    turns = []
    own = f"{record_id}:{place}"
    if quote.span.start > 0:
        turns.append(button(say("context-before"), "passage", f"{own}:b{quote.span.start}"))
    if quote.span.end < len(whole.rstrip()):
        turns.append(button(say("context-after"), "passage", f"{own}:f{quote.span.end}"))
    if standing is not Standing.CURRENT:
        turns.append(button(say("context-article"), "version", hit.version.id))
    elif len(hit.version.article_id) <= _LONGEST_ID:
        turns.append(button(say("context-article"), "article", hit.version.article_id))
    marked = markup(whole, quote, hit.version.article.headings)
    items: list[ui.Item[Any]] = [text(top), text(marked), row(*turns)]
    # All of them, the one shown included: so the row stays as it is while one leafs.
    shown = [number for number in hits if number <= SHOWN]
    if len(shown) > 1:
        passages = [
            button(
                say("context-passage", number=number),
                "passage",
                f"{record_id}:{number}",
                disabled=number == place and turn is None,
            )
            for number in shown
        ]
        items.append(row(*passages))
    return layout(*items)


def _page(hit: Hit, room: int, turn: tuple[str, int] | None) -> Quote:
    """Return a page of a hit's article: the one that is turned to, or the one around the hit."""
    whole = hit.version.article.text
    span = hit.passage.span
    if turn is not None:
        way, offset = turn[0], min(turn[1], len(whole))
        span = onward(whole, offset, room) if way == "f" else backward(whole, offset, room)
    if turn is None or span.start == span.end:
        span = around(whole, hit.passage.span, room)
        if not fits(whole, span, room):
            return shorten(hit, room)
    if turn is None or turn[0] == "f":
        span = _without_last_heading(whole, span, hit.version.article.headings)
    shown = tuple(
        Span(max(h.start, span.start), min(h.end, span.end))
        for h in hit.highlights
        if h.start < span.end and span.start < h.end
    )
    return Quote(span, shown, span.start > 0, span.end < len(whole.rstrip()))


def _without_last_heading(whole: str, span: Span, headings: Sequence[Heading]) -> Span:
    """Return a page without the headings that end it: they begin the next one."""
    for heading in reversed(headings):
        if heading.end == span.end and heading.start > span.start:
            span = trimmed(whole, span.start, heading.start)
    return span


def why(say: Language, hits: Iterable[Numbered], threshold: float) -> Layout:
    """Return why each of an answer's passages was chosen.

    Args:
        say: The reader's language.
        hits: The passages with their footnote numbers.
        threshold: The confidence from which the first one is an answer.
    """
    parts = []
    for number, hit in hits:
        name = one_line(hit.version.article.title, _ALSO_ROOM)
        words, numbers = (one_line(line, _REASON_ROOM) for line in reasons(say, hit))
        parts.append(text(f"**{number}** {name}\n{words}\n-# {numbers}"))
    return layout(*parts, text(f"-# {say('why-threshold', threshold=threshold)}"))
