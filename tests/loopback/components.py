"""Message components: walking them, and reading them as a person would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from .violations import Json

if TYPE_CHECKING:
    from .state import Message

Path = tuple[str | int, ...]


class ComponentType(IntEnum):
    """Discord's numbers for the components that are looked at here."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17


SELECTS = frozenset(
    {
        ComponentType.STRING_SELECT,
        ComponentType.USER_SELECT,
        ComponentType.ROLE_SELECT,
        ComponentType.MENTIONABLE_SELECT,
        ComponentType.CHANNEL_SELECT,
    }
)
LINK_STYLE = 5
SKU_STYLE = 6


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it.

    Attributes:
        label: Its text; empty for a button with an emoji alone.
        custom_id: What a click sends, or None for a link.
        url: Where a link leads, or None.
        disabled: Whether it cannot be pressed.
        style: Discord's number for its colour.
    """

    label: str
    custom_id: str | None
    url: str | None
    disabled: bool
    style: int


def walk(components: Any, path: Path = ("components",)) -> Iterator[tuple[Path, Json]]:
    """Yield every component with its path, parents first."""
    if not isinstance(components, list):
        return
    for index, component in enumerate(components):
        if isinstance(component, dict):
            yield from _descend(component, (*path, index))


def _descend(component: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    yield path, component
    yield from walk(component.get("components"), (*path, "components"))
    for slot in ("accessory", "component"):
        if isinstance(component.get(slot), dict):
            yield from _descend(component[slot], (*path, slot))


def texts(components: Any) -> Iterator[str]:
    """Yield the text displays' contents in reading order."""
    for _, component in walk(components):
        if component.get("type") == ComponentType.TEXT_DISPLAY:
            yield str(component.get("content", ""))


def visible_text(message: Message) -> str:
    """Return what a reader sees: content, embeds and text displays, a line each."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.get("title") or "", embed.get("description") or ""]
        for field in embed.get("fields") or []:
            parts += [field.get("name", ""), field.get("value", "")]
    parts += texts(message.components)
    return "\n".join(part for part in parts if part)


def buttons(message: Message) -> list[Button]:
    """Return a message's buttons, in reading order."""
    return [
        Button(
            label=component.get("label") or "",
            custom_id=component.get("custom_id"),
            url=component.get("url"),
            disabled=bool(component.get("disabled")),
            style=component["style"],
        )
        for _, component in walk(message.components)
        if component["type"] == ComponentType.BUTTON
    ]


def selects(message: Message) -> list[Json]:
    """Return a message's select menus, as they were sent, in reading order."""
    return [part for _, part in walk(message.components) if part["type"] in SELECTS]


def find(message: Message, wanted: str) -> Json:
    """Return the one component with this custom id, or the one button with this label.

    Raises:
        LookupError: Nothing, or more than one thing, answers to that name.
    """
    parts = [part for _, part in walk(message.components)]
    found = [part for part in parts if part.get("custom_id") == wanted]
    found = found or [part for part in parts if part.get("label") == wanted]
    if len(found) != 1:
        known = [part.get("label") or part.get("custom_id") for part in parts]
        names = [name for name in known if name]
        raise LookupError(f"{len(found)} components answer to {wanted!r}; there are {names}")
    return found[0]


def option_value(select: Json, wanted: str) -> str:
    """Return the value of a select menu's option, given its value or its label.

    Raises:
        LookupError: There is no such option.
    """
    options = select["options"]
    for option in options:
        if wanted in (option["value"], option["label"]):
            return str(option["value"])
    raise LookupError(f"no option {wanted!r}; there are {[each['label'] for each in options]}")


def numbered(components: list[Json]) -> list[Json]:
    """Return a copy in which every component has an id, as Discord gives them.

    Ids that the sender chose are kept, and never given to another component.
    """
    taken = {part["id"] for _, part in walk(components) if part.get("id")}
    fresh = (number for number in range(1, 1000) if number not in taken)

    def copy(part: Json) -> Json:
        made = {**part, "id": part.get("id") or next(fresh)}
        for slot in ("accessory", "component"):
            if isinstance(part.get(slot), dict):
                made[slot] = copy(part[slot])
        if isinstance(part.get("components"), list):
            made["components"] = [copy(child) for child in part["components"]]
        return made

    return [copy(part) for part in components]
