"""What watches tell: that something was found, what they are, whether one is to stay; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from discord import ui

from bot.controls import Choice, button, menu
from bot.language import Language
from bot.layout import MOST_TEXT, Layout, layout, row, text
from bot.markdown import one_line, shortened
from bot.passages import SHOWN, passages
from retrieval.notices import Notice
from retrieval.types import Hit
from retrieval.watches import Watch

_QUESTION_ROOM = 200
_LISTED = 150
_LEAST_ROOM = 1100
"""Characters that a question and its passage may need, in a notice of several watches."""

_MOST_WATCHES = 8

Told = tuple[Watch, Hit]
"""A watch and a passage that answers it."""


def arranged(found: Sequence[tuple[Watch, Sequence[Hit]]]) -> list[Told]:
    """Return what several watches found in the order of its telling: first one of each."""
    columns = [[(watch, hit) for hit in hits] for watch, hits in found]
    return [told for turn in zip_longest(*columns) for told in turn if told is not None]


def found(say: Language, notice: Notice, told: Sequence[Told]) -> tuple[Layout, int]:
    """Return the notice of what watches found, and how many of the passages it shows.

    Args:
        say: The language of the first watch.
        notice: The notice.
        told: What it tells, as `arranged`; at least one.
    """
    watches = list({watch.id: watch for watch, _ in told}.values())
    items: list[ui.Item[Any]] = [text(_lead(say, notice, watches))]
    used = len(say("notice-more", count=len(told))) + sum(_size(item) for item in items)
    if len(watches) == 1:
        shown = min(SHOWN, len(told))
        items += _part(say, watches[0], 1, [hit for _, hit in told[:shown]], used)
    else:
        shown = 0
        for watch, hit in told[: min(len(watches), _MOST_WATCHES)]:
            if MOST_TEXT - used < _LEAST_ROOM:
                break
            part = _part(say, watch, shown + 1, [hit], used)
            used += sum(map(_size, part))
            items += part
            shown += 1
    if left := len(told) - shown:
        items.append(text(f"-# {say('notice-more', count=left)}"))
    items.append(row(*_ways(say, notice, watches, shown, left)))
    return layout(*items), shown


def _size(item: ui.Item[Any]) -> int:
    return len(item.content) if isinstance(item, ui.TextDisplay) else 0


def _lead(say: Language, notice: Notice, watches: Sequence[Watch]) -> str:
    """Return what a notice begins with; in a channel it names its owner, who is pinged."""
    if len(watches) > 1 or watches[0].hour is not None:
        key = "notice-digest"
    else:
        key = "notice-once" if watches[0].once else "notice-found"
    lead = say(key)
    return lead if notice.channel_id is None else f"<@{notice.owner_id}> {lead}"


def _part(
    say: Language, watch: Watch, first: int, hits: Sequence[Hit], used: int
) -> list[ui.Item[Any]]:
    """Return a watch's question, and passages that answer it, numbered from the first."""
    heading = text(f"### {one_line(watch.question, _QUESTION_ROOM)}")
    return [heading, *passages(say, enumerate(hits, start=first), used + _size(heading))]


def _ways(
    say: Language, notice: Notice, watches: Sequence[Watch], shown: int, left: int
) -> list[Any]:
    ways = [button(say("answer-in-context"), "context", f"{notice.id}:1")]
    if left:
        ways.append(button(say("answer-more"), "more", f"{notice.id}:{shown}"))
    if len(watches) == 1 and not watches[0].once:
        ways.append(button(say("watch-stop"), "unwatch", watches[0].id))
    return ways


def stay(say: Language, notice: Notice, watch: Watch, ends: datetime) -> Layout:
    """Return the question whether a watch that has found nothing is to stay.

    Args:
        say: The watch's language.
        notice: The notice.
        watch: The watch.
        ends: When it ends if nobody says anything.
    """
    asks = say(
        "notice-stay",
        question=one_line(watch.question, _QUESTION_ROOM),
        since=_day(datetime.fromisoformat(watch.useful_at)),
        ends=_day(ends),
    )
    lead = "" if notice.channel_id is None else f"<@{notice.owner_id}> "
    keep = button(say("watch-keep"), "stay", watch.id)
    return layout(
        text(lead + asks),
        row(keep, button(say("watch-stop"), "unwatch", watch.id)),
    )


def _day(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp())}:D>"


# What its owner is told of a watch.


def place(say: Language, watch: Watch) -> str:
    """Return where and when a watch tells what it finds."""
    direct = watch.channel_id is None
    where = say("watch-direct") if direct else say("watch-here", channel=f"<#{watch.channel_id}>")
    if watch.hour is None:
        return say("watch-at-once", where=where)
    zone = one_line((watch.zone or "UTC").replace("_", " "), 60)
    return say("watch-daily", where=where, hour=f"{watch.hour:02}:00", zone=zone)


def added(say: Language, watch: Watch, hits: Sequence[Hit], due: datetime | None) -> Layout:
    """Return what is said to who adds a watch.

    Args:
        say: Their language.
        watch: The watch.
        hits: The passages that answer its question already.
        due: When the next digest is due, None where each find is told at once.
    """
    lines = [
        f"### {one_line(watch.question, _QUESTION_ROOM)}",
        say("tell-added" if watch.once else "watch-added", place=place(say, watch)),
    ]
    if watch.channel_id is None:
        lines.append(say("watch-direct-quotes"))
    if due is not None:
        lines.append(say("watch-next", when=f"<t:{int(due.timestamp())}:F>"))
    items: list[ui.Item[Any]] = [text("\n".join(lines))]
    if hits:
        items.append(text(f"-# {say('watch-already')}"))
        items += passages(say, enumerate(hits[:1], start=1), sum(map(_size, items)))
    ways = [button(say("watch-stop"), "unwatch", watch.id)]
    if watch.once and watch.channel_id is not None:
        ways.insert(0, button(say("tell-direct"), "telldirect", watch.id))
    return layout(*items, row(*ways))


def listed(say: Language, watches: Sequence[Watch], missed: Sequence[Notice]) -> Layout:
    """Return a user's watches, with what removes each, and what could not be delivered."""
    if not watches and not missed:
        return layout(text(say("watch-none")))
    items: list[ui.Item[Any]] = []
    if watches:
        lines = [f"### {say('watch-count', count=len(watches))}"]
        for watch in watches[:25]:
            kind = say("watch-once") if watch.once else say("watch-standing")
            about = f"{kind} · {place(say, watch)}"
            lines.append(f"• {one_line(watch.question, _LISTED)}\n-# {about}")
        while len("\n".join(lines)) > MOST_TEXT - 500:
            lines.pop()
        choices = [Choice(shortened(w.question, 100), "unwatch", w.id) for w in watches[:25]]
        items += [text("\n".join(lines)), row(menu(say("watch-remove"), "watches", choices))]
    if missed:
        items.append(text(say("watch-missed", count=len(missed))))
        items.append(row(button(say("watch-show-missed"), "missed", missed[0].id)))
    return layout(*items)
