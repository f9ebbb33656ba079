"""Read an article's fields from values that a file gives: dates, authors, links."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

from retrieval.clean import repair_line

_AUTHORS = re.compile(r"\s*;\s*")
_TAGS = re.compile(r"\s*[,;]\s*")
# BCP 47, as far as archives use it: a language, then a script or a region.
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?", re.I)


def as_text(value: object) -> str | None:
    """Return a value as one mended line, None where it says nothing."""
    if value is None or isinstance(value, bool | list | dict):
        return None
    return repair_line(str(value)) or None


def as_time(value: object) -> datetime | None:
    """Return a value as a time with its zone; a date alone, or no zone, is UTC.

    Raises:
        ValueError: It is neither a time nor empty.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime.combine(value, time())
    elif isinstance(value, str):
        moment = datetime.fromisoformat(value.strip())
    else:
        raise ValueError(f"{value!r} is no ISO 8601 date")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def as_authors(value: object) -> tuple[str, ...]:
    """Return authors from a list of names, or from one text that parts them by semicolons."""
    values = value if isinstance(value, list) else _AUTHORS.split(as_text(value) or "")
    return tuple(name for name in (as_text(item) for item in values) if name)


def as_link(value: object) -> str | None:
    """Return a web address, None where the value is not one that a reader could follow."""
    text = as_text(value)
    if text is None or " " in text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc else None


def as_tags(value: object) -> tuple[str, ...]:
    """Return tags, none twice, from a list or from one text with commas."""
    values = value if isinstance(value, list) else _TAGS.split(as_text(value) or "")
    return tuple(dict.fromkeys(tag for tag in (as_text(item) for item in values) if tag))


def as_aliases(value: object) -> tuple[str, ...]:
    """Return other titles, none twice, from a list or from one text with semicolons.

    A path or a link is none: some site generators call earlier addresses aliases.
    """
    names = dict.fromkeys(as_authors(value))
    return tuple(name for name in names if not name.startswith("/") and as_link(name) is None)


def as_language(value: object) -> str | None:
    """Return a language tag in its usual writing (`pt-BR`), None where the value is none."""
    text = (as_text(value) or "").replace("_", "-")
    if not _LANGUAGE.fullmatch(text):
        return None
    language, *rest = text.split("-")
    return "-".join([language.lower(), *(p.title() if len(p) == 4 else p.upper() for p in rest)])
