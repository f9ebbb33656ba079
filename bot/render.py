"""Answers and refusals as Discord messages (Components V2); pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from discord import ui

from bot.controls import Choice, Control, button, menu
from bot.language import Language
from bot.layout import Layout, layout, row, text
from bot.markdown import one_line, unescape
from bot.passages import article_buttons, count_shown, passages
from bot.periods import only
from retrieval.followup import context_after
from retrieval.types import Answer, Filters

_QUESTION_ROOM = 300
_FOLLOWS = "↳"
_EARLIER = re.compile(rf"-# {_FOLLOWS}[^“„«]*[“„«]\s?(.*?)\s?[”“»]")
_MOST_BUTTONS = 5
_NEAREST = 3


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
    count = count_shown(found.hits, found.threshold)
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
    # The message does not say exactly what a question was narrowed to.
    offered.append(
        ("answer-unfiltered", "again", record_id)
        if filtered
        else ("answer-dated", "dated", record_id)
    )
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
    ways.append(button(say("refusal-rephrase"), "rephrase", record_id))
    ways.append(button(say("refusal-tell"), "tell", record_id))
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
