"""Authors' names from what a page puts in their place; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_LONGEST = 200
"""Characters of a value beyond which it is no name."""

_BY = re.compile(r"(?:(?:posted|published|reported|story|text|words|written) )?by\b:?\s*", re.I)
_BY_WORDS = {"de": "von", "es": "por", "fr": "par", "it": "di", "nl": "door", "pt": "por"}
_ADDRESS = re.compile(r"(?:https?:)?/|www\.|@|[\w-]+(?:\.[\w-]+)+$", re.I)
_MAIL = re.compile(r"[<(\[]?\s*[\w.+-]{1,64}@[\w.-]{1,255}\s*[>)\]]?")
_AND = re.compile(r"\s*(?:, and|,|;|\band\b|&)\s+")
_PARTS = re.compile(r"\s+[|/–—-]\s+")
_PERSON = re.compile(
    r"[^\W\d_a-z][\w’'.-]*"
    r"(?: (?:[^\W\d_a-z][\w’'.-]*|de|da|dos|del|der|di|la|le|van|von|bin|al|el)){1,4}"
)
_NOBODY = re.compile(
    r"(?:the |our |web |online )?(?:admin(?:istrator)?|anonymous|author|contributors?|default"
    r"|editors?|editorial(?: (?:staff|team|board|desk))?|guest(?: (?:author|writer|post))?"
    r"|n/a|news ?(?:desk|room|team)|none|null|redaktion|root|staff(?: (?:writer|reporter)s?)?"
    r"|team|undefined|unknown|user|webmaster|writers?)",
    re.I,
)
_ROLE = re.compile(
    r"\b(?:columnist|contributor|correspondent|editor|journalist|reporter|staff|writer)$", re.I
)


def _without_by(text: str, language: str | None) -> str:
    if found := _BY.match(text):
        return text[found.end() :]
    word = _BY_WORDS.get((language or "").split("-")[0])
    first, _, rest = text.partition(" ")
    return rest if word and rest and first.lower().rstrip(":") == word else text


def _people(text: str) -> list[str]:
    """Return the people that one text names; itself where it is not plainly several."""
    parts = [part for part in _AND.split(text) if part]
    return parts if all(_PERSON.fullmatch(part) for part in parts) else [text]


def clean_authors(
    values: Iterable[str], sites: Collection[str], language: str | None
) -> tuple[str, ...]:
    """Return the names among what stands for authors, none twice.

    “By Ann Lee” is Ann Lee. An address, a role (“Staff”) or the site's own name is nobody.

    Args:
        values: What stands for authors, each one line.
        sites: The site's names.
        language: The page's language, whose word for “by” goes too.
    """
    nobody = {site.casefold() for site in sites}
    names = dict[str, None]()
    for value in values:
        if len(value) > _LONGEST or _ADDRESS.match(_MAIL.sub("", value).strip()):
            continue
        for part in _PARTS.split(_without_by(_MAIL.sub(" ", value).strip(), language)):
            for name in _people(part.strip(' ,;:()<>[]"')):
                if name and name.casefold() not in nobody and not _is_nobody(name):
                    names[" ".join(name.split())] = None
    return tuple(names)


def _is_nobody(name: str) -> bool:
    return bool(_NOBODY.fullmatch(name) or _ROLE.search(name) or not any(map(str.isalpha, name)))
