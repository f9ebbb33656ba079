"""Checks that Discord takes a message, and what it shows."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, settings

from bot.language import speaking
from bot.layout import Layout
from tests.loopback.components import ComponentType, texts, walk
from tests.loopback.message_limits import IS_COMPONENTS_V2, message_violations
from tests.loopback.openapi import Description
from tests.loopback.violations import Json

from .hostile import active_markup

SAY = speaking(None)
RECORD = "0123456789abcdef"

few = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def components(view: Layout) -> list[Json]:
    """Return a message's components as they are sent."""
    found: list[Json] = view.to_components()  # type: ignore[no-untyped-call]
    return found


def body(view: Layout) -> Json:
    """Return the body of the request that would send a message."""
    return {
        "components": components(view),
        "flags": IS_COMPONENTS_V2,
        "allowed_mentions": {"parse": []},
    }


def assert_sendable(view: Layout, description: Description) -> list[str]:
    """Check a message against Discord's description and limits, and return its texts."""
    sent = body(view)
    found = [*description.check("POST", "/channels/1/messages", {}, sent)]
    found += message_violations(sent)
    assert [str(violation) for violation in found] == []
    shown = list(texts(sent["components"]))
    assert sum(map(len, shown)) <= 4000
    assert len(list(walk(sent["components"]))) <= 40
    return shown


def buttons(view: Layout) -> list[str]:
    """Return the labels of a message's buttons."""
    parts = [part for _, part in walk(components(view))]
    return [part["label"] for part in parts if part["type"] == ComponentType.BUTTON]


def labels(view: Layout) -> list[str]:
    """Return what stands on a message's buttons and in its menus."""
    parts = [part for _, part in walk(components(view))]
    choices = [option for part in parts for option in part.get("options", [])]
    return [part["label"] for part in [*parts, *choices] if "label" in part]


def quotes(shown: list[str]) -> list[str]:
    """Return the quotes of a message, without the signs of quotation in front of their lines."""
    found = []
    for text in shown:
        lines = [line for line in text.split("\n") if line.startswith(">")]
        if lines:
            found.append("\n".join(line[2:] for line in lines))
    return found


def inert(shown: str) -> list[str]:
    """Return what Discord would act upon in a text of ours, our own markup apart."""
    own = re.sub(r"(?m)^> ?", "", shown)
    own = re.sub(r"^(### |-# |\*\*Sections\*\*|• )", "", own, flags=re.MULTILINE)
    own = re.sub(r"<t:-?\d+:D>", "", own)
    own = re.sub(r"\]\(<[^<>\\\s]*>\)", "", re.sub(r"(?<!\\)\[", "", own))
    return [found for found in active_markup(own) if found != "*"]
