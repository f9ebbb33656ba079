"""What is written down of the tour: its transcript, the screens, and what pictures are made of."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.commands import ROOT
from tests.loopback.components import walk

from .guide import Guide
from .scenes import Picture
from .transcript import masked, page

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"

_TOUR = """
# A tour of the bot

Every command, control and form of Footnote in Discord, once, in the order of a visit. The bot \
ran as its own process against a Discord on loopback, on the articles in `docs/gazette`; what \
follows is what people did and what they saw. `[ … ]` is a control. This page is written by \
`python -m docs.tour`, and a test fails when it is no longer true. [The screens as \
pictures](screens.md)
"""

_SCREENS = """
# Screens

What people see of Footnote in Discord, drawn from the messages that the bot sent on [the \
tour](tour.md). This page is written by `python -m docs.tour`, the pictures by `npm run pictures` \
in `docs/pictures`.
"""


def papers(guide: Guide) -> dict[Path, str]:
    """Return what is written down of a tour, by the file it belongs in."""
    messages = [_message(picture) for picture in guide.pictures]
    return {
        DOCS / "tour.md": page(guide.scenes, _TOUR),
        DOCS / "screens.md": _screens(guide.pictures),
        PICTURES / "messages.json": json.dumps(messages, ensure_ascii=False, indent=1) + "\n",
    }


def stale(found: dict[Path, str]) -> Iterator[Path]:
    """Yield the files that say something else, what varies from run to run apart."""
    for path, text in found.items():
        if not path.exists() or masked(path.read_text(encoding="utf-8")) != masked(text):
            yield path


def _screens(pictures: Iterable[Picture]) -> str:
    parts = [_SCREENS.strip()]
    for each in pictures:
        source = f"pictures/{each.name}.png"
        parts += [f"## {each.caption}", f'<img src="{source}" width="720" alt="{each.caption}">']
    return "\n\n".join(parts) + "\n"


def _message(picture: Picture) -> dict[str, Any]:
    """Return what a picture is made of, with a digest of it by which a stale one is told."""
    shown = copy.deepcopy(picture.shown)
    for _, part in walk(shown.components):
        for key in ("id", "custom_id"):
            part.pop(key, None)
        for option in part.get("options") or []:
            option.pop("value", None)
    made = {"name": picture.name, "deed": asdict(picture.deed), "shown": asdict(shown)}
    text = masked(json.dumps(made, sort_keys=True))
    return made | {"digest": hashlib.sha256(text.encode()).hexdigest()[:16]}
