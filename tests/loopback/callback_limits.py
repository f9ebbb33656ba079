"""Limits on autocomplete choices and modals that Discord's description leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from .components import ComponentType, walk
from .message_limits import component_violations
from .violations import Json, Kind, Violation

MAX_CHOICES = 25
MAX_CHOICE_TEXT = 100
MAX_MODAL_COMPONENTS = 5


def choice_violations(data: Json) -> Iterator[Violation]:
    """Yield what is wrong with the choices of an autocomplete answer."""
    choices = data.get("choices") or []
    if len(choices) > MAX_CHOICES:
        message = f"Must be {MAX_CHOICES} or fewer in length."
        yield Violation(Kind.CHOICES, ("data", "choices"), message, "BASE_TYPE_MAX_LENGTH")
    for index, choice in enumerate(choices):
        for key in ("name", "value"):
            value = choice.get(key)
            if isinstance(value, str) and not 1 <= len(value) <= MAX_CHOICE_TEXT:
                where = ("data", "choices", index, key)
                message = f"Must be between 1 and {MAX_CHOICE_TEXT} in length."
                yield Violation(Kind.CHOICES, where, message, "BASE_TYPE_BAD_LENGTH")


def modal_violations(data: Json) -> Iterator[Violation]:
    """Yield what is wrong with a modal."""
    if len(data.get("components") or []) > MAX_MODAL_COMPONENTS:
        message = f"Must be between 1 and {MAX_MODAL_COMPONENTS} in length."
        yield Violation(Kind.MODAL, ("data", "components"), message, "BASE_TYPE_BAD_LENGTH")
    for violation in component_violations(data.get("components")):
        yield Violation(violation.kind, ("data", *violation.where), violation.message)
    for path, part in walk(data.get("components")):
        if part.get("type") == ComponentType.TEXT_INPUT:
            yield from _text_input(("data", *path), part)


def _text_input(path: tuple[str | int, ...], part: Json) -> Iterator[Violation]:
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    if least > most:
        yield Violation(Kind.MODAL, path, f"min_length {least} exceeds max_length {most}")
    if len(part.get("value") or "") > most:
        yield Violation(Kind.MODAL, (*path, "value"), f"Must be {most} or fewer in length.")
