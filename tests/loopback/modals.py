"""Modals: what a user's client sends when one is filled in."""

from __future__ import annotations

from collections.abc import Mapping

from .components import ComponentType, numbered, walk
from .violations import Json

Value = str | list[str]


def filled(modal: Json, values: Mapping[str, Value]) -> Json:
    """Return the data of a modal's submission.

    Args:
        modal: The modal as the bot sent it.
        values: What is filled in, by custom id: a text, or the values chosen from a menu. What
            is left out keeps what the modal offered.

    Raises:
        LookupError: The modal has no such input, or a required one is empty.
        ValueError: A text is shorter or longer than the input takes.
    """
    parts = numbered(modal["components"])
    known = [part["custom_id"] for _, part in walk(parts) if part.get("custom_id")]
    if unknown := set(values) - set(known):
        raise LookupError(f"the modal has no {sorted(unknown)}; there are {known}")
    components = [_submitted(part, values) for part in parts]
    return {"custom_id": modal["custom_id"], "components": components}


def _submitted(part: Json, values: Mapping[str, Value]) -> Json:
    sent: Json = {"type": part["type"], "id": part["id"]}
    if "component" in part:
        return sent | {"component": _submitted(part["component"], values)}
    if "components" in part:
        return sent | {"components": [_submitted(each, values) for each in part["components"]]}
    if "custom_id" not in part:
        return sent
    custom_id: str = part["custom_id"]
    sent["custom_id"] = custom_id
    if part["type"] == ComponentType.TEXT_INPUT:
        return sent | {"value": _text(part, str(values.get(custom_id, part.get("value") or "")))}
    offered = [each["value"] for each in part.get("options") or [] if each.get("default")]
    chosen = values.get(custom_id, offered)
    if part.get("required", True) and not chosen:
        raise LookupError(f"the input {custom_id!r} is required")
    return sent | {"values": chosen}


def _text(part: Json, text: str) -> str:
    required = part.get("required", True)
    if required and not text:
        raise LookupError(f"the input {part['custom_id']!r} is required")
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    if (text or required) and not least <= len(text) <= most:
        raise ValueError(f"{part['custom_id']} has between {least} and {most} characters")
    return text
