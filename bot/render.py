"""Answers, refusals and articles as Discord messages (Components V2); pure.

Every message is a layout of text displays and controls. Discord allows 4,000
characters of text in it, escapes and link addresses included, and 40 components.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.citation import hit_link
from bot.controls import Choice, Control, button, menu
from bot.markdown import (
    address,
    escape,
    fitting,
    masked,
    one_line,
    quoted,
    shortened,
    unescape,
)
from bot.periods import only
from bot.quote import Quote, markup, shorten
from bot.reasons import reasons
from retrieval.followup import context_after
from retrieval.index import Entry
from retrieval.types import (
    Answer,
    ArticleRef,
    ArticleVersion,
    Filters,
    Hit,
    Period,
    Span,
)

SHOWN = 3
"""Passages that one message shows at most."""

_MOST_TEXT = 4000
_MOST_LINK = 512
_FIRST_ROOM = 1100
_OTHER_ROOM = 600
_QUESTION_ROOM = 300
_FOLLOWING = "-# Following up “"
_TITLE_ROOM = 200
_BYLINE_ROOM = 160
_ALSO_ROOM = 80
_REASON_ROOM = 500

Layout = ui.LayoutView


def layout(*items: ui.Item[Any]) -> Layout:
    """Return a message of the given components, in order."""
    view = Layout(timeout=None)
    for item in items:
        view.add_item(item)
    return view


def text(content: str) -> ui.TextDisplay[Any]:
    """Return a text component."""
    return ui.TextDisplay(content[:_MOST_TEXT])


def row(*controls: Control) -> ui.ActionRow[Any]:
    """Return a row of at most five buttons, or of one menu."""
    found: ui.ActionRow[Any] = ui.ActionRow()
    for control in controls:
        found.add_item(control)
    return found


def sentence(content: str) -> Layout:
    """Return a message of one sentence of ours."""
    return layout(text(content))


def heading(found: Answer) -> ui.TextDisplay[Any]:
    """Return the question, and below it the one that it follows up; `asked` reads both back."""
    shown = f"### {one_line(found.question, _QUESTION_ROOM)}"
    if found.context:
        earlier = one_line(found.context.splitlines()[-1], _QUESTION_ROOM)
        shown += f"\n{_FOLLOWING}{earlier}”"
    return text(shown)


def asked(shown: str) -> str | None:
    """Return the context of a reply to a message that begins with a heading, None without one."""
    question, _, rest = shown.partition("\n")
    if not question.startswith("### "):
        return None
    line = rest.partition("\n")[0]
    is_earlier = line.startswith(_FOLLOWING)
    earlier = unescape(line.removeprefix(_FOLLOWING).removesuffix("”")) if is_earlier else None
    return context_after(unescape(question.removeprefix("### ")), earlier)


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


def _link(hit: Hit) -> str | None:
    """Return the link to the hit's sentence, or to its page, where Discord can carry it."""
    links = (hit_link(hit), hit.version.article.url)
    carried = (address(link, _MOST_LINK) for link in links if link is not None)
    return next((link for link in carried if link is not None), None)


def _title(version: ArticleVersion, link: str | None) -> str:
    """Return an article's title, escaped, with its link where it has one."""
    title = version.article.title
    return masked(title, _TITLE_ROOM, link) if link else one_line(title, _TITLE_ROOM)


def _also_in(hit: Hit) -> str:
    """Return the other articles that tell the hit's story, "" where none does."""
    if not hit.also_in:
        return ""
    named = ", ".join(one_line(ref.title, _ALSO_ROOM) for ref in hit.also_in[:2])
    more = len(hit.also_in) - 2
    return f"also in {named}{f' and {more} more' if more > 0 else ''}"


def footnote(number: int, hit: Hit) -> str:
    """Return a hit's citation: number, title with its link, heading, byline."""
    named = _title(hit.version, _link(hit))
    section = f" › {one_line(hit.passage.heading, 100)}" if hit.passage.heading else ""
    parts = [f"**{number}** {named}{section}", byline(hit.version), _also_in(hit)]
    return "-# " + " · ".join(part for part in parts if part)


def passage(number: int, hit: Hit, room: int) -> ui.TextDisplay[Any]:
    """Return a hit as quoted text with its footnote below.

    Args:
        number: Its footnote number.
        hit: The hit.
        room: Characters that the quote may have once escaped.
    """
    quote = quoted(markup(hit.version.article.text, shorten(hit, room)))
    return text(f"{quote}\n{footnote(number, hit)}")


def passages(numbered: Iterable[tuple[int, Hit]], taken: int) -> list[ui.Item[Any]]:
    """Return hits as components that fit one message.

    Args:
        numbered: The hits to show, `SHOWN` at most, by the numbers of their footnotes.
        taken: Characters of the message that are spoken for.
    """
    items: list[ui.Item[Any]] = []
    room = _MOST_TEXT - taken
    for number, hit in numbered:
        wanted = _FIRST_ROOM if number == 1 else _OTHER_ROOM
        # A quote's line breaks become "> " each, so a fitting quote may not fit yet.
        for allowed in (wanted, wanted // 2, wanted // 4, wanted // 8):
            shown = passage(number, hit, allowed)
            if len(shown.content) <= room:
                room -= len(shown.content)
                if items:
                    items.append(ui.Separator())
                items.append(shown)
                break
    return items


def narrowed(filters: Filters) -> str | None:
    """Return the filters of a question in words, None where there are none."""
    parts = [
        f"{name} {one_line(value, 80)}"
        for name, value in (
            ("collection", filters.collection),
            ("author", filters.author),
            ("source", filters.source),
        )
        if value is not None
    ]
    if filters.after:
        parts.append(f"from <t:{int(filters.after.timestamp())}:D>")
    if filters.before:
        parts.append(f"before <t:{int(filters.before.timestamp())}:D>")
    return f"-# Only {', '.join(parts)}" if parts else None


def taken(found: Answer) -> str | None:
    """Return in words what misspelt words were taken for, None where there were none."""
    pairs = [
        f"“{one_line(c.word, 60)}” for “{one_line(c.taken_for, 60)}”" for c in found.corrections[:5]
    ]
    return f"-# I took {', '.join(pairs)}" if pairs else None


def _top(found: Answer, filters: Filters) -> list[ui.Item[Any]]:
    """Return the question, and a line each for what its answer keeps to and was taken for."""
    kept = _kept(found.period) if found.period else None
    lines = [line for line in (narrowed(filters), kept, taken(found)) if line]
    return [heading(found), *map(text, lines)]


def _kept(period: Period) -> str:
    return f"-# {only(period, one_line(period.words, 80))}"


def answer(found: Answer, record_id: str, filters: Filters = Filters()) -> Layout:
    """Return an answer: the question, up to three passages, and its controls.

    Args:
        found: The answer; it must be answered.
        record_id: The id of its record, which its controls carry.
        filters: What the asker narrowed it to.
    """
    items = _top(found, filters)
    used = sum(len(item.content) for item in items if isinstance(item, ui.TextDisplay))
    items += passages(enumerate(found.hits[:SHOWN], start=1), used)
    more, dated = len(found.hits) > SHOWN, found.period is not None
    items.append(row(*answer_buttons(record_id, more=more, dated=dated)))
    items.append(row(answer_menu(record_id, context=more and dated)))
    return layout(*items)


def answer_buttons(record_id: str, *, more: bool, dated: bool = False) -> list[Control]:
    """Return the controls of an answer that are in sight, five at most.

    Args:
        record_id: The id of the answer's record.
        more: Whether there are more passages.
        dated: Whether the answer keeps to a period; In context then makes room for Any date.
    """
    controls = [button("More", "more", f"{record_id}:{SHOWN}")] if more else []
    if dated:
        controls.append(button("Any date", "any", record_id))
    if len(controls) < 2:
        controls.append(button("In context", "context", f"{record_id}:1"))
    return [
        *controls,
        button("Follow up", "follow", record_id),
        button("Useful", "vote", f"{record_id}:1", discord.ButtonStyle.success),
        button("Not useful", "vote", f"{record_id}:0"),
    ]


def answer_menu(record_id: str, *, context: bool = False) -> Control:
    """Return the menu of what an answer offers besides, In context where it is not in sight."""
    in_context = Choice("In context", "context", f"{record_id}:1", "The passage in its article")
    return menu(
        "Other things to do …",
        record_id,
        [
            *([in_context] if context else []),
            Choice("Why this?", "why", record_id, "What matched, and how sure I am"),
            Choice("Other articles", "others", record_id, "The articles found besides"),
            Choice("Delete", "delete", record_id, "For who asked, and for moderators"),
        ],
    )


def refusal(found: Answer, record_id: str, filters: Filters = Filters()) -> Layout:
    """Return a refusal: that the archive does not answer, unseen words, nearest articles."""
    items = _top(found, filters)
    if not found.nearest:
        items.append(text("No article matches; ask again without the filters."))
        return layout(*items)
    lines = ["The archive does not answer that."]
    if found.unknown_words:
        words = ", ".join(f"“{one_line(word, 60)}”" for word in found.unknown_words[:10])
        lines.append(f"No article contains {words}.")
    lines.append("The nearest articles:")
    offered = article_buttons(found.nearest)
    if not offered:
        lines += [f"• {one_line(ref.title, 120)}" for ref in found.nearest[:5]]
    items.append(text("\n".join(lines)))
    if offered:
        items.append(row(*offered))
    dated = [button("Any date", "any", record_id)] if found.period else []
    items.append(row(*dated, button("Follow up", "follow", record_id)))
    return layout(*items)


def article_buttons(refs: Sequence[ArticleRef]) -> list[Control]:
    """Return a button for each of at most five articles that can be named in a custom id."""
    return [
        button(shortened(ref.title, 80), "article", ref.id) for ref in refs[:5] if len(ref.id) <= 80
    ]


def more(numbered: Sequence[tuple[int, Hit]], record_id: str, *, left: bool) -> Layout:
    """Return the next passages of an answer.

    Args:
        numbered: The hits to show, `SHOWN` at most, by the numbers of their footnotes.
        record_id: The id of the answer's record.
        left: Whether there are still more.
    """
    items = passages(numbered, 0)
    if left:
        items.append(row(button("More", "more", f"{record_id}:{numbered[-1][0]}")))
    return layout(*items)


def _fits(whole: str, span: Span, room: int) -> bool:
    """Tell whether a part of a text fits once escaped, without escaping what is far too long."""
    start, end = span
    return end - start <= room and len(escape(whole[start:end])) <= room


def _surroundings(hit: Hit, room: int) -> Span:
    """Return the hit's span grown by whole paragraphs on both sides while they fit."""
    whole = hit.version.article.text
    start, end = hit.passage.span
    while (start, end) != (0, len(whole)):
        before = whole.rfind("\n\n", 0, max(0, start - 2))
        after = whole.find("\n\n", end + 2)
        grown = Span(before + 2 if before >= 0 else 0, after if after >= 0 else len(whole))
        if not _fits(whole, grown, room):
            break
        start, end = grown
    return Span(start, end)


def context(hit: Hit, number: int) -> Layout:
    """Return a hit with as much of its article around it as fits, the answer in bold."""
    whole = hit.version.article.text
    cited = footnote(number, hit)
    room = _MOST_TEXT - len(cited) - 100
    around = _surroundings(hit, room)
    quote = Quote(around, hit.highlights, around.start > 0, around.end < len(whole))
    if not _fits(whole, around, room):
        quote = shorten(hit, room)
    return layout(text(markup(whole, quote)), text(cited))


def why(hits: Iterable[tuple[int, Hit]], threshold: float) -> Layout:
    """Return why each of an answer's passages was chosen.

    Args:
        hits: The passages with their footnote numbers.
        threshold: The confidence from which the first one is an answer.
    """
    parts = []
    for number, hit in hits:
        title = one_line(hit.version.article.title, _ALSO_ROOM)
        lines = "\n".join(f"• {one_line(line, _REASON_ROOM)}" for line in reasons(hit, threshold))
        parts.append(text(f"**{number}** {title}\n{lines}"))
    return layout(*parts)


def card(version: ArticleVersion, related: Sequence[ArticleRef]) -> Layout:
    """Return an article's card: title, byline, lead, sections, related articles, Read."""
    article = version.article
    link = address(article.url, _MOST_LINK) if article.url else None
    lines = [f"### {_title(version, link)}"]
    minutes = max(1, round(len(article.text.split()) / 230))
    facts = [byline(version), f"{minutes} minute{'s' if minutes > 1 else ''} to read"]
    lines.append("-# " + " · ".join(fact for fact in facts if fact))
    items: list[ui.Item[Any]] = [text("\n".join(lines))]
    # Headings and the lead are paragraphs; the lead is the first that is no heading.
    starts = {h.start for h in article.headings}
    at = 0
    for paragraph in article.text.split("\n\n"):
        if at not in starts:
            items.append(text(one_line(paragraph, 900)))
            break
        at += len(paragraph) + 2
    if article.headings:
        names = [one_line(article.text[h.start : h.end], 100) for h in article.headings[:12]]
        items.append(text("**Sections**\n" + "\n".join(f"• {name}" for name in names)))
    if len(version.id) <= 80:
        items.append(row(button("Read", "read", f"{version.id}:0", discord.ButtonStyle.primary)))
    if related and (buttons := article_buttons(related)):
        items += [text("-# Related articles"), row(*buttons)]
    return layout(*items)


def pages(version: ArticleVersion) -> list[Span]:
    """Return an article's text in pages that end at paragraph ends where they can."""
    whole = version.article.text
    room = _MOST_TEXT - 600
    found = []
    start = 0
    while start < len(whole):
        end = len(whole)
        if not _fits(whole, Span(start, end), room):
            end = start
            while end < len(whole):
                following = whole.find("\n\n", end + 2)
                following = len(whole) if following < 0 else following
                if not _fits(whole, Span(start, following), room):
                    break
                end = following
            if end == start:  # one paragraph that fills more than a page
                end = fitting(whole, start, len(whole), room)
        found.append(Span(start, end))
        start = end
        while start < len(whole) and whole[start].isspace():
            start += 1
    return found


def page(version: ArticleVersion, number: int) -> Layout:
    """Return one page of an article, with buttons to the pages before and behind it."""
    spans = pages(version)
    number = min(max(number, 0), len(spans) - 1)
    start, end = spans[number]
    title = one_line(version.article.title, _TITLE_ROOM)
    items: list[ui.Item[Any]] = [
        text(f"### {title}\n-# Page {number + 1} of {len(spans)}"),
        text(escape(version.article.text[start:end])),
    ]
    turns = []
    if number > 0:
        turns.append(button("Back", "read", f"{version.id}:{number - 1}"))
    if number + 1 < len(spans):
        turns.append(button("Next", "read", f"{version.id}:{number + 1}"))
    if turns:
        items.append(row(*turns))
    return layout(*items)


LISTED = 10
"""Articles that one page of a list shows."""


def articles(
    entries: Sequence[Entry], total: int, number: int, filters: Filters, list_id: str
) -> Layout:
    """Return one page of a list of articles.

    Args:
        entries: The articles of this page.
        total: How many there are on all pages.
        number: This page's number, from 0.
        filters: What the list is narrowed to.
        list_id: The id under which the list's filters are remembered.
    """
    count = max(1, -(-total // LISTED))
    plural = "article" if total == 1 else "articles"
    items: list[ui.Item[Any]] = [text(f"### {total:,} {plural}")]
    if line := narrowed(filters):
        items.append(text(line))
    lines = []
    for entry in entries:
        facts = [entry.source or "", ", ".join(entry.authors), (entry.published_at or "")[:10]]
        known = one_line(" · ".join(fact for fact in facts if fact), 100)
        lines.append(f"• **{one_line(entry.ref.title, 120)}**" + (f"\n-# {known}" if known else ""))
    if lines:
        items.append(text("\n".join(lines)))
    named = [entry for entry in entries if len(entry.ref.id) <= 80]
    if named:
        choices = [
            Choice(shortened(entry.ref.title, 100), "article", entry.ref.id) for entry in named
        ]
        items.append(row(menu("Open an article …", list_id, choices)))
    turns = []
    if number > 0:
        turns.append(button("Back", "list", f"{list_id}:{number - 1}"))
    if number + 1 < count:
        turns.append(button("Next", "list", f"{list_id}:{number + 1}"))
    if turns:
        items += [row(*turns), text(f"-# Page {number + 1} of {count}")]
    return layout(*items)
