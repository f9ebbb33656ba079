"""The note on a corrected answer: what it says, and that all else stays as it was."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import render
from bot.corrections import NOTE, Part, note, noted, shows, told
from bot.language import speaking
from retrieval.citations import Citation, Fate
from retrieval.types import Hit
from tests.loopback.components import numbered, walk
from tests.loopback.message_limits import IS_COMPONENTS_V2, message_violations
from tests.loopback.openapi import Description

from . import hits as made
from .sendable import RECORD, SAY, components, few

DAY = datetime(2025, 3, 5, 12, tzinfo=UTC)


def cited(place: int, fate: Fate, days: int = 0) -> Citation:
    """Return a citation whose readers know nothing yet."""
    at = None if fate is Fate.CURRENT else DAY + timedelta(days=days)
    return Citation(place, fate, at, Fate.CURRENT, Fate.CURRENT)


def shown(parts: list[Part]) -> list[str]:
    """Return the notes among components."""
    return [part["content"] for _, part in walk(parts) if part["id"] == NOTE]


def message(found: list[Hit], *, replied: bool = False) -> list[Part]:
    """Return an answer's message as Discord gives it."""
    return numbered(components(render.answer(SAY, made.answer(found), RECORD, replied=replied)))


citations = st.lists(
    st.tuples(st.sampled_from(Fate), st.integers(0, 3)), min_size=1, max_size=3
).map(lambda found: [cited(n, *each) for n, each in enumerate(found, start=1)])
messages = st.builds(
    message,
    st.lists(made.hits(), min_size=1, max_size=3, unique_by=lambda hit: hit.version.id),
    replied=st.booleans(),
)


@few
@given(parts=messages, first=citations, then=citations, locale=st.sampled_from(["en", "de", "fr"]))
def test_only_the_note_changes(
    description: Description,
    parts: list[Part],
    first: list[Citation],
    then: list[Citation],
    locale: str,
) -> None:
    """Put in, put in again, replaced and taken out: every other component stays as it was."""
    say, before = speaking(locale), copy.deepcopy(parts)
    once = noted(say, parts, first)
    assert before == parts
    assert once is not None
    assert once == noted(say, once, first)
    assert before == [part for part in once if part["id"] != NOTE]
    assert [note(say, first)] * any(c.fate is not Fate.CURRENT for c in first) == shown(once)
    assert noted(say, parts, then) == noted(say, once, then)
    assert before == noted(say, once, [cited(1, Fate.CURRENT)])
    body = {"components": once, "allowed_mentions": {"parse": []}}
    found = [*description.check("PATCH", "/channels/1/messages/2", {}, body)]
    found += message_violations(body, flags_before=IS_COMPONENTS_V2, editing=True)
    assert [] == [str(violation) for violation in found]


def _parts(length: int, count: int = 2) -> list[Part]:
    """Return a message of so many components, the first a heading, with so much text."""
    head = {"type": 10, "id": 1, "content": "#" * length}
    return [head, *({"type": 14, "id": number} for number in range(2, count + 1))]


WITHDRAWN = [cited(1, Fate.WITHDRAWN), cited(2, Fate.CURRENT), cited(3, Fate.CHANGED, 2)]
WHOLE = (
    "**Correction to footnote 1:** withdrawn on <t:1741176000:D>; quoted as it stood before.\n"
    "**Correction to footnote 3:** changed on <t:1741348800:D>; the quoted words no longer stand "
    "in the article."
)
SHORT = "**Corrected:** 1 and 3 (<t:1741348800:D>)"


@pytest.mark.parametrize(
    ("length", "count", "expected"),
    [
        (4000 - len(WHOLE), 39, [WHOLE]),
        (4001 - len(WHOLE), 39, [SHORT]),
        (4000 - len(SHORT), 39, [SHORT]),
        (4001 - len(SHORT), 39, None),
        (10, 40, None),
    ],
)
def test_a_note_without_room_is_shortened_or_left_out(
    length: int, count: int, expected: list[str] | None
) -> None:
    """Where the whole note has no room, a short one stands; where that has none, nothing does."""
    changed = noted(SAY, _parts(length, count), WITHDRAWN)
    assert expected == (None if changed is None else shown(changed))


def test_the_note_follows_the_question() -> None:
    """It stands below the heading, above all that it is about."""
    hit = made.whole("Nets", "Greta mends the nets.", "Greta mends the nets.")
    changed = noted(SAY, message([hit]), [cited(1, Fate.KEPT)])
    assert changed is not None
    assert [10, 10] == [part["type"] for part in changed[:2]]
    assert "### Why?" == changed[0]["content"]
    assert NOTE == changed[1]["id"]


def test_footnotes_of_one_fate_and_day_share_a_line() -> None:
    """They are listed in one sentence; another day has a sentence of its own."""
    found = [cited(1, Fate.CHANGED), cited(2, Fate.CHANGED, 1), cited(3, Fate.CHANGED)]
    first, second = note(SAY, found).split("\n")
    assert first.startswith("**Correction to footnotes 1 and 3:** changed on <t:1741176000:D>;")
    assert second.startswith("**Correction to footnote 2:** changed on <t:1741262400:D>;")


def test_who_knows_of_a_change_is_told_that_it_is_over() -> None:
    """What stands again as quoted is named beside what does not."""
    first, second = told(SAY, [cited(1, Fate.CURRENT), cited(2, Fate.WITHDRAWN)]).split("\n")
    assert first.startswith("**Correction to footnote 2:** withdrawn")
    assert "**Note on footnote 1:** the article stands again as it is quoted." == second


def test_a_message_shows_the_answer_whose_controls_it_has() -> None:
    """It is known by the record that its controls carry, and not by another."""
    hit = made.whole("Nets", "Greta mends the nets.", "Greta mends the nets.")
    assert shows(message([hit]), RECORD)
    assert not shows(message([hit]), RECORD[:-1])
    assert not shows([], RECORD)
