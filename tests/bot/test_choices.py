"""The choices of `/article`: named, told apart, and read back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.choices import choices, section_of
from retrieval.index import Entry, Section
from retrieval.names import Suggestion
from retrieval.types import ArticleRef

from . import hits as made
from .sendable import SAY


def _suggestion(
    title: str, given_id: str, number: int, heading: Section | None = None, alias: str | None = None
) -> Suggestion:
    entry = Entry(ArticleRef(given_id, title), f"{number:016x}", None, (), None, "public")
    return Suggestion(entry, heading, alias)


_found = st.lists(
    st.tuples(
        st.sampled_from(["The pier", "T" * 300]) | made.titles,
        st.text(min_size=1, max_size=150),
        st.none() | st.builds(Section, st.integers(0, 10**7), made.titles),
        st.none() | made.titles,
    ),
    max_size=25,
    unique_by=lambda row: row[1],
).map(
    lambda rows: [
        _suggestion(title, given_id, number, heading, None if heading else alias)
        for number, (title, given_id, heading, alias) in enumerate(rows)
    ]
)


@given(_found)
def test_any_suggestions_make_choices(found: list[Suggestion]) -> None:
    """Names and values fit, no two are the same, and each value stands for its own article."""
    offered = choices(SAY, found)
    assert len(found) == len({choice.name for choice in offered})
    assert len(found) == len({choice.value for choice in offered})
    for suggestion, choice in zip(found, offered, strict=True):
        assert 1 <= len(choice.name) <= 100
        assert 1 <= len(choice.value) <= 100
        if suggestion.heading:
            article, start = section_of(choice.value) or ("", -1)
            assert start == suggestion.heading.start
        else:
            article = choice.value
        assert article in (suggestion.entry.ref.id, suggestion.entry.version_id)


def test_choices_say_what_was_found() -> None:
    """A heading follows its article's title, an earlier title is told as such."""
    found = [
        _suggestion("The pier", "a", 1),
        _suggestion("The harbour", "b", 2, Section(120, "Why it left")),
        _suggestion("The quay", "c", 3, alias="The wharf"),
        _suggestion("The pier", "d", 4),
    ]
    assert [
        ("The pier (0000000000000001)", "a"),
        ("The harbour › Why it left", "120§b"),
        ("The quay (once “The wharf”)", "c"),
        ("The pier (0000000000000004)", "d"),
    ] == [(choice.name, choice.value) for choice in choices(SAY, found)]
