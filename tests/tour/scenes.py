"""What the tour notes: scenes of deeds and of what the bot showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did.

    Attributes:
        who: Their name.
        where: The place, in words.
        what: The deed in words, as Markdown that continues the name.
        command: The slash command that was used, else None.
        said: The message that was written, else None.
    """

    who: str
    where: str
    what: str
    command: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot as it stood, or a modal.

    Attributes:
        content: Its plain text.
        components: Its components, as the bot sent them.
        only_for: The name of the one who sees it, None where everyone there does.
        modal: The title of a modal; None for a message.
    """

    content: str
    components: list[dict[str, Any]]
    only_for: str | None = None
    modal: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What an option suggested while somebody typed."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """The message was deleted."""


@dataclass(slots=True)
class Scene:
    """One step of the tour, and what happened in it, in order.

    Attributes:
        title: The step's title.
        about: One sentence on it.
        lines: What happened.
    """

    title: str
    about: str
    lines: list[Deed | Shown | Choices | Gone] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Picture:
    """A message that a picture is made of.

    Attributes:
        name: The picture's name.
        caption: One sentence on what it shows.
        deed: What brought the message.
        shown: The message.
    """

    name: str
    caption: str
    deed: Deed
    shown: Shown
