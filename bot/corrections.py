"""Notes that correct an answer's message, as its components stand on Discord; pure.

The message is changed as Discord gives it, part by part: the question's text is kept
nowhere else, and what a reader sees besides must stay as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.controls import parsed
from bot.language import Language
from bot.layout import MOST_PARTS, MOST_TEXT
from retrieval.citations import Citation, Fate

Part = dict[str, Any]
"""A component of a message, as Discord's API gives it."""

NOTE = 1_000_007
"""The id of the component that holds the note, by which it is found again."""

_TEXT = 10
_COUNTED = ("content", "label", "placeholder", "description")


def note(say: Language, cited: Iterable[Citation]) -> str:
    """Return what became of an answer's citations, a line for each fate and day; "" for nothing.

    Args:
        say: The reader's language.
        cited: The citations that are told of.
    """
    lines: dict[tuple[Fate, object], list[Citation]] = {}
    for fate in (Fate.WITHDRAWN, Fate.CHANGED, Fate.KEPT):
        for each in cited:
            if each.fate is fate and each.at is not None:
                lines.setdefault((fate, each.at.date()), []).append(each)
    return "\n".join(
        say(
            f"corrected-{fate.value}",
            places=_places(say, those),
            count=len(those),
            date=_date(those[0]),
        )
        for (fate, _), those in lines.items()
    )


def told(say: Language, cited: Sequence[Citation]) -> str:
    """Return what to tell of citations to who knows an earlier fate of theirs."""
    over = [each for each in cited if each.fate is Fate.CURRENT]
    lines = [note(say, cited)]
    if over:
        lines.append(say("correction-over", places=_places(say, over), count=len(over)))
    return "\n".join(line for line in lines if line)


def _in_short(say: Language, cited: Sequence[Citation]) -> str:
    """Return the shortest note: the footnotes, and the day of the latest change."""
    those = [each for each in cited if each.fate is not Fate.CURRENT]
    latest = max(those, key=lambda each: each.at.timestamp() if each.at else 0.0)
    return say("correction-in-short", places=_places(say, those), date=_date(latest))


def _places(say: Language, cited: Sequence[Citation]) -> str:
    return say.list([str(each.place) for each in cited])


def _date(citation: Citation) -> str:
    return f"<t:{int(citation.at.timestamp())}:D>" if citation.at else "…"


def shows(parts: Sequence[Part], record_id: str) -> bool:
    """Tell whether a message shows the answer of a record: its controls carry the record's id."""
    arguments = (parsed(str(part.get("custom_id", "")))[1] for part in _walk(parts))
    return any(argument.partition(":")[0] == record_id for argument in arguments)


def noted(say: Language, parts: Sequence[Part], cited: Sequence[Citation]) -> list[Part] | None:
    """Return an answer's message with the note that its citations need, and with no other.

    Args:
        say: The answer's language.
        parts: The message's components.
        cited: The answer's citations.

    Returns:
        The components, all others as they were; None where the note has no room.
    """
    others = [part for part in parts if part.get("id") != NOTE]
    if not (whole := note(say, cited)):
        return others
    head = 1 if others and others[0].get("type") == _TEXT else 0
    for content in (whole, _in_short(say, cited)):
        shown = {"type": _TEXT, "id": NOTE, "content": content}
        changed = [*others[:head], shown, *others[head:]]
        if _fits(changed):
            return changed
    return None


def _fits(parts: Sequence[Part]) -> bool:
    every = list(_walk(parts))
    # Discord documents that texts count; that what controls are called counts is the safe reading.
    texts = (str(part.get(key) or "") for part in every for key in _COUNTED)
    return len(every) <= MOST_PARTS and sum(map(len, texts)) <= MOST_TEXT


def _walk(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield every component, those within others as well."""
    for part in parts:
        yield part
        yield from _walk(part.get("components") or ())
        if accessory := part.get("accessory"):
            yield from _walk((accessory,))
