"""Whether Discord takes a message: its description of its API, and the limits that it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import render
from tests.loopback.components import texts, walk
from tests.loopback.message_limits import IS_COMPONENTS_V2, message_violations
from tests.loopback.openapi import Description, load, locate
from tests.loopback.violations import Json


def described() -> Description:
    """Return Discord's description of its API; skip the test where there is none."""
    path: Path | None = locate()
    if path is None:
        pytest.skip("Discord's OpenAPI description is absent; DISCORD_OPENAPI may name it")
    return load(path)


def components(view: render.Layout) -> list[Json]:
    """Return a message's components as they are sent."""
    found: list[Json] = view.to_components()  # type: ignore[no-untyped-call]
    return found


def assert_sendable(view: render.Layout, description: Description) -> list[str]:
    """Check a message against Discord's description and limits, and return its texts."""
    sent = {
        "components": components(view),
        "flags": IS_COMPONENTS_V2,
        "allowed_mentions": {"parse": []},
    }
    found = [*description.check("POST", "/channels/1/messages", {}, sent)]
    found += message_violations(sent)
    assert [str(violation) for violation in found] == []
    shown = list(texts(sent["components"]))
    assert sum(map(len, shown)) <= 4000
    assert len(list(walk(sent["components"]))) <= 40
    return shown


def labels(view: render.Layout) -> list[str]:
    """Return what stands on a message's buttons and in its menus."""
    parts = [part for _, part in walk(components(view))]
    choices = [option for part in parts for option in part.get("options", [])]
    return [part["label"] for part in [*parts, *choices] if "label" in part]
