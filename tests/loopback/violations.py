"""Violation: one way in which a request breaks Discord's rules or Footnote's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class Kind(StrEnum):
    """What was broken; tests filter on it."""

    ROUTE = "route"
    QUERY = "query"
    SCHEMA = "schema"
    CONTENT = "content"
    EMPTY = "empty"
    EMBEDS = "embeds"
    COMPONENTS = "components"
    TEXT = "text"
    CUSTOM_ID = "custom_id"
    BUTTON = "button"
    SELECT = "select"
    MENTIONS = "mentions"
    CHOICES = "choices"
    MODAL = "modal"
    COMMAND = "command"
    CALLBACK = "callback"
    LATE = "late"
    ACKNOWLEDGED_TWICE = "acknowledged_twice"
    EXPIRED = "expired"
    FOLLOW_UPS = "follow_ups"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule.

    Attributes:
        kind: What was broken.
        where: The path to the offending value inside the request's body.
        message: What is wrong, in words.
        code: The code Discord puts in its errors tree.
        rejected: Whether Discord would refuse the request. Rules of Footnote's own are only noted.
        route: The request, as method and path; known once the server has recorded it.
    """

    kind: Kind
    where: tuple[str | int, ...]
    message: str
    code: str = "BASE_TYPE_INVALID"
    rejected: bool = True
    route: str = ""

    def __str__(self) -> str:
        """Return one line that names the request, the place and the fault."""
        place = ".".join(map(str, self.where)) or "request"
        return f"[{self.kind}] {self.route} {place}: {self.message}"


def errors_tree(violations: Iterable[Violation]) -> Json:
    """Return the nested `errors` object of Discord's answer 50035."""
    tree: Json = {}
    for violation in violations:
        node = tree
        for step in violation.where:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append(
            {"code": violation.code, "message": violation.message}
        )
    return tree
