"""Limits on a message that Discord enforces and its OpenAPI description leaves out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .components import LINK_STYLE, SELECTS, SKU_STYLE, ComponentType, Path, texts, walk
from .violations import Json, Kind, Violation

EPHEMERAL = 1 << 6
LOADING = 1 << 7
IS_COMPONENTS_V2 = 1 << 15

MAX_CONTENT = 2000
MAX_EMBED_TEXT = 6000
MAX_COMPONENTS = 40
MAX_TEXT = 4000
MAX_LEGACY_ROWS = 5

_V2_TYPES = frozenset(
    {
        ComponentType.SECTION,
        ComponentType.TEXT_DISPLAY,
        ComponentType.THUMBNAIL,
        ComponentType.MEDIA_GALLERY,
        ComponentType.FILE,
        ComponentType.SEPARATOR,
        ComponentType.CONTAINER,
    }
)
_TOO_LONG = "BASE_TYPE_MAX_LENGTH"


def message_violations(
    body: Json, *, flags_before: int = 0, editing: bool = False, has_files: bool = False
) -> Iterator[Violation]:
    """Yield what is wrong with a message that a bot creates or edits.

    Args:
        body: The message part of the request.
        flags_before: The flags of the message that is edited.
        editing: Whether a message is edited, so that what is absent stays as it was.
        has_files: Whether files come with the request.
    """
    is_v2 = bool((flags_before | (body.get("flags") or 0)) & IS_COMPONENTS_V2)
    if not editing and not has_files:
        yield from _empty(body)
    if len(body.get("content") or "") > MAX_CONTENT:
        message = f"Must be {MAX_CONTENT} or fewer in length."
        yield Violation(Kind.CONTENT, ("content",), message, _TOO_LONG)
    yield from _embeds(body.get("embeds") or [])
    yield from _v2_only(body) if is_v2 else _legacy_only(body)
    yield from component_violations(body.get("components"))
    yield from _mentions(body)


def component_violations(components: Any) -> Iterator[Violation]:
    """Yield what is wrong with the components of a message or a modal."""
    found = list(walk(components))
    if len(found) > MAX_COMPONENTS:
        message = f"{len(found)} components, nested ones counted; {MAX_COMPONENTS} at most"
        yield Violation(Kind.COMPONENTS, ("components",), message, _TOO_LONG)
    yield from _custom_ids(found)
    for path, part in found:
        if part.get("type") == ComponentType.ACTION_ROW:
            yield from _row(path, part)
        elif part.get("type") == ComponentType.BUTTON:
            yield from _button(path, part)
        elif part.get("type") in SELECTS:
            yield from _select(path, part)


def _empty(body: Json) -> Iterator[Violation]:
    parts = ("content", "embeds", "components", "sticker_ids", "poll", "attachments")
    if not any(body.get(part) for part in parts):
        yield Violation(Kind.EMPTY, (), "Cannot send an empty message", "50006")


def _embeds(embeds: list[Json]) -> Iterator[Violation]:
    total = 0
    for embed in embeds:
        named = (embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")
        fields = [field.get(key) for field in embed.get("fields") or [] for key in field]
        parts = [embed.get("title"), embed.get("description"), *named, *fields]
        total += sum(len(part) for part in parts if isinstance(part, str))
    if total > MAX_EMBED_TEXT:
        message = f"{total} characters over all embeds; {MAX_EMBED_TEXT} at most"
        yield Violation(Kind.EMBEDS, ("embeds",), message, "MAX_EMBED_SIZE_EXCEEDED")


def _v2_only(body: Json) -> Iterator[Violation]:
    for part in ("content", "embeds", "sticker_ids", "poll"):
        if body.get(part):
            message = f"The '{part}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            yield Violation(Kind.COMPONENTS, (part,), message, code)
    length = sum(map(len, texts(body.get("components")))) + _label_length(body.get("components"))
    if length > MAX_TEXT:
        message = f"{length} characters over all components; {MAX_TEXT} at most"
        code = "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"
        yield Violation(Kind.TEXT, ("components",), message, code)


def _label_length(components: Any) -> int:
    # Discord documents text displays alone; labels are counted too, as the safe reading.
    return sum(
        len(part.get(key) or "")
        for _, part in walk(components)
        for key in ("label", "placeholder", "description")
    )


def _legacy_only(body: Json) -> Iterator[Violation]:
    for path, part in walk(body.get("components")):
        if part.get("type") in _V2_TYPES:
            message = f"Component type {part['type']} needs MessageFlags.IS_COMPONENTS_V2"
            yield Violation(Kind.COMPONENTS, path, message, "BASE_TYPE_CHOICES")
    if len(body.get("components") or []) > MAX_LEGACY_ROWS:
        message = f"Must be {MAX_LEGACY_ROWS} or fewer in length."
        yield Violation(Kind.COMPONENTS, ("components",), message, _TOO_LONG)


def _custom_ids(found: list[tuple[Path, Json]]) -> Iterator[Violation]:
    counts = Counter(part["custom_id"] for _, part in found if part.get("custom_id"))
    for path, part in found:
        if counts[part.get("custom_id")] > 1:
            message = "Component custom id cannot be duplicated"
            where = (*path, "custom_id")
            yield Violation(Kind.CUSTOM_ID, where, message, "COMPONENT_CUSTOM_ID_DUPLICATED")


def _row(path: Path, row: Json) -> Iterator[Violation]:
    kinds = [child.get("type") for child in row.get("components") or []]
    if len(kinds) > 5 or (len(kinds) > 1 and SELECTS.intersection(kinds)):
        message = "A row holds five buttons or one select menu"
        where = (*path, "components")
        yield Violation(Kind.COMPONENTS, where, message, "COMPONENT_LAYOUT_WIDTH_EXCEEDED")


def _button(path: Path, button: Json) -> Iterator[Violation]:
    style = button.get("style")
    if style == LINK_STYLE:
        if not button.get("url") or button.get("custom_id"):
            yield Violation(Kind.BUTTON, path, "A link button has a url and no custom id")
        elif not str(button["url"]).startswith(("http://", "https://", "discord://")):
            where = (*path, "url")
            yield Violation(Kind.BUTTON, where, "Scheme must be one of http, https or discord")
    elif style != SKU_STYLE and (not button.get("custom_id") or button.get("url")):
        yield Violation(Kind.BUTTON, path, "A button has a custom id and no url")
    if style != SKU_STYLE and not (button.get("label") or button.get("emoji")):
        yield Violation(Kind.BUTTON, path, "A button has a label or an emoji")


def _select(path: Path, select: Json) -> Iterator[Violation]:
    options = select.get("options")
    values = [option.get("value") for option in options or []]
    if len(set(values)) < len(values):
        message = "The specified option value is already used"
        where = (*path, "options")
        yield Violation(Kind.SELECT, where, message, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED")
    least, most = select.get("min_values"), select.get("max_values")
    least, most = 1 if least is None else least, 1 if most is None else most
    if least > most or (options is not None and most > len(options)):
        yield Violation(Kind.SELECT, path, f"Between {least} and {most} values cannot be chosen")


def _mentions(body: Json) -> Iterator[Violation]:
    if not (body.get("content") or body.get("embeds") or body.get("components")):
        return
    allowed = body.get("allowed_mentions")
    where = ("allowed_mentions",)
    if not isinstance(allowed, dict):
        message = "Text that mentions may ping: no allowed_mentions was sent"
        yield Violation(Kind.MENTIONS, where, message, rejected=False)
    elif allowed.get("parse"):
        message = f"Text may ping {allowed['parse']}"
        yield Violation(Kind.MENTIONS, (*where, "parse"), message, rejected=False)
    elif allowed.get("replied_user"):
        message = "The person replied to is pinged"
        yield Violation(Kind.MENTIONS, (*where, "replied_user"), message, rejected=False)
