"""What articles are called, and what may be meant by what was typed."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index import Entry, Section
from retrieval.names import SURE, Names
from retrieval.types import OPERATOR, Alias, ArticleRef, Reader

PUBLIC = Reader(frozenset({"public"}))


def _entry(
    number: int, title: str, *headings: str, collection: str = "public", day: int = 1
) -> Entry:
    sections = tuple(Section(100 * n, heading) for n, heading in enumerate(headings, start=1))
    date = f"2026-03-{day:02d}T00:00:00+00:00"
    return Entry(
        ArticleRef(f"a{number}", title), f"v{number}", None, (), date, collection, sections=sections
    )


ENTRIES = [
    _entry(0, "The lighthouse on Gull Rock", "Who built it", "The lamp"),
    _entry(1, "Winter timetable of the ferry", "Fares", "In a gale"),
    _entry(2, "A bridge over the Tarn", "What it cost", "Fares"),
    _entry(3, "Light in the harbour", day=9),
    _entry(4, "Notes from the council", day=5),
    _entry(5, "Notes from the council", day=7),
    _entry(6, "The mutiny", "Who led it", collection="crew"),
    _entry(7, "Café Löwenzahn öffnet"),
    _entry(8, "港口的灯塔"),
    _entry(9, "🚢"),
]
ALIASES = {
    "a2": [Alias("A bridge over the Tarn", "public"), Alias("Plans for a viaduct", "public")],
    "a3": [Alias("Smugglers at the quay", "crew")],
    "a6": [Alias("A quiet voyage", "public")],
}
NAMES = Names(ENTRIES, ALIASES)


def _ids(typed: str, reader: Reader = OPERATOR, limit: int = 25) -> list[str]:
    return [found.entry.ref.id for found, _ in NAMES.like(typed, reader, limit)]


@pytest.mark.parametrize(
    ("typed", "first", "name"),
    [
        ("l", "a3", "Light in the harbour"),
        ("light", "a3", "Light in the harbour"),
        ("lighth", "a0", "The lighthouse on Gull Rock"),
        ("LIGHTHOUSE ON", "a0", "The lighthouse on Gull Rock"),
        ("the lighthuose", "a0", "The lighthouse on Gull Rock"),
        ("light house", "a0", "The lighthouse on Gull Rock"),
        ("gullrock", "a0", "The lighthouse on Gull Rock"),
        ("rock gull", "a0", "The lighthouse on Gull Rock"),
        ("ferri timetabel", "a1", "Winter timetable of the ferry"),
        ("brigde tarn", "a2", "A bridge over the Tarn"),
        ("council", "a5", "Notes from the council"),
        ("cafe lowen", "a7", "Café Löwenzahn öffnet"),
        ("LÖWENZAN", "a7", "Café Löwenzahn öffnet"),
        ("zahn", "a7", "Café Löwenzahn öffnet"),
        ("灯塔", "a8", "港口的灯塔"),
        ("who built", "a0", "Who built it"),
        ("gael", "a1", "In a gale"),
        ("viaduct", "a2", "Plans for a viaduct"),
        ("plans for a viadcut", "a2", "Plans for a viaduct"),
        ("mutiny", "a6", "The mutiny"),
    ],
)
def test_what_is_typed_finds_the_name(typed: str, first: str, name: str) -> None:
    """Beginnings, words in any order, typos, headings and other titles find their article."""
    (found, likeness), *_ = NAMES.like(typed, OPERATOR, 25)
    assert (first, name) == (found.entry.ref.id, found.name)
    assert 0.6 <= likeness <= 1


@pytest.mark.parametrize("typed", ["", "  ", "?!", "🚢", "zeppelin", "qq", "xylophone music"])
def test_what_no_name_is_like_finds_none(typed: str) -> None:
    """Nothing is offered for the sake of offering something."""
    assert [] == _ids(typed)


@pytest.mark.parametrize(
    ("typed", "heading", "alias"),
    [
        ("lighthouse", None, None),
        ("the lamp", Section(200, "The lamp"), None),
        ("viaduct", None, "Plans for a viaduct"),
    ],
)
def test_a_suggestion_tells_which_name_was_found(
    typed: str, heading: Section | None, alias: str | None
) -> None:
    """A heading is told with its place in the text, another title with its words."""
    found, _ = NAMES.like(typed, OPERATOR, 1)[0]
    assert (heading, alias) == (found.heading, found.alias)


def test_a_title_comes_before_a_heading_and_the_newer_before_the_older() -> None:
    """What is alike is in order of what is found, and of when it was published."""
    assert ["a5", "a4"] == _ids("notes from")
    assert {"a1", "a2"} == set(_ids("fares"))
    assert ["a3", "a0"] == _ids("light")


@pytest.mark.parametrize(
    ("typed", "public"),
    [("mutiny", []), ("who led it", ["a0"]), ("quiet voyage", []), ("smugglers", [])],
)
def test_hidden_names_are_not_found(typed: str, public: list[str]) -> None:
    """Neither a hidden article, by whatever name, nor a title that a hidden version had."""
    assert {"a6", "a3"} & set(_ids(typed))
    assert public == _ids(typed, PUBLIC)
    assert [] == _ids(typed, Reader(frozenset()))
    assert [] == _ids(typed, Reader(frozenset({"elsewhere"})))


def test_a_word_typed_right_is_hardly_another() -> None:
    """A typo is less sure than what was typed without."""
    right, wrong = (NAMES.like(typed, OPERATOR, 1)[0][1] for typed in ("bridge", "brigdge"))
    assert SURE <= right
    assert wrong < right


_words = st.sampled_from("harbour light house ferry gull gulls rock tarn over the".split())
_names = st.lists(_words, min_size=1, max_size=4).map(" ".join)
_held = st.lists(
    st.tuples(_names, st.lists(_names, max_size=2), st.lists(_names, max_size=2),
              st.sampled_from(["public", "crew"])),
    max_size=6,
)  # fmt: skip


def _named(held: list[tuple[str, list[str], list[str], str]]) -> Names:
    entries = [
        _entry(n, title, *headings, collection=collection)
        for n, (title, headings, _, collection) in enumerate(held)
    ]
    return Names(
        entries, {f"a{n}": [Alias(name, row[3]) for name in row[2]] for n, row in enumerate(held)}
    )


@given(_held, st.one_of(st.text(max_size=40), _names, st.text(string.ascii_lowercase, max_size=9)),
       st.integers(1, 4))  # fmt: skip
def test_any_typed_text_finds_each_visible_article_once(
    held: list[tuple[str, list[str], list[str], str]], typed: str, limit: int
) -> None:
    """No text fails; none gives too many, one twice, or one hidden; hidden names weigh nothing."""
    found = _named(held).like(typed, PUBLIC, limit)
    ids = [each.entry.ref.id for each, _ in found]
    assert len(set(ids)) == len(ids) <= limit
    assert all(each.entry.collection == "public" for each, _ in found)
    assert all(0 <= likeness <= 1 for _, likeness in found)
    # As if what is hidden were not there.
    seen = _named([row if row[3] == "public" else ("-", [], [], "public") for row in held])
    assert [(e.entry.ref, e.name) for e, _ in seen.like(typed, OPERATOR, limit)] == [
        (e.entry.ref, e.name) for e, _ in found
    ]


@given(st.lists(_names, min_size=1, max_size=6), st.data())
def test_every_beginning_of_a_name_finds_it(titles: list[str], data: st.DataObject) -> None:
    """Whatever the title, its beginning offers it, typed to any letter."""
    names = Names([_entry(n, title) for n, title in enumerate(titles)], {})
    number = data.draw(st.integers(0, len(titles) - 1))
    end = data.draw(st.integers(1, len(titles[number])))
    found = [each.entry.ref.id for each, _ in names.like(titles[number][:end], OPERATOR, 25)]
    assert f"a{number}" in found
