"""The buttons that turn pages, and the menus that go on; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.controls import Choice, Control, button
from bot.language import Language

_CHOICES = 25
"""Choices of one menu."""

_PART = _CHOICES - 1


def turns(
    say: Language,
    action: str,
    argument: Callable[[int], str],
    number: int,
    count: int,
    back: int | None = None,
) -> list[Control]:
    """Return the buttons of a page: the first one, back, next, the last one; where they lead on.

    Args:
        say: The reader's language.
        action: What the buttons do.
        argument: Returns a button's argument for the number of the page that it leads to.
        number: The page's number, from 0.
        count: How many pages there are.
        back: Where Back leads, if not to the page before.
    """
    back = number - 1 if back is None else back
    leads = [("page-back", back), ("page-next", number + 1)]
    if back > 0:
        leads.insert(0, ("page-first", 0))
    if number + 2 < count:
        leads.append(("page-last", count - 1))
    return [button(say(key), action, argument(page)) for key, page in leads if 0 <= page < count]


def part_of(choices: Sequence[Choice], part: int, further: Callable[[int], Choice]) -> list[Choice]:
    """Return a part of a menu's choices, and where there are more a last one that leads on.

    Args:
        choices: All choices.
        part: The part, from 0; behind the last one comes the first.
        further: Returns the choice that leads to a part.
    """
    if len(choices) <= _CHOICES:
        return list(choices)
    parts = -(-len(choices) // _PART)
    part %= parts
    return [*choices[part * _PART : (part + 1) * _PART], further((part + 1) % parts)]


def part_with(place: int) -> int:
    """Return the part of a menu in which a choice stands."""
    return max(place, 0) // _PART
