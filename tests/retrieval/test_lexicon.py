"""The words of names: how like each is to a word that is being typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from retrieval.lexicon import Lexicon, words_of

LEXICON = Lexicon(
    "bridge canal ferry harbour harbours house lantern light lighthouse the timetable".split()
)


def _likest(typed: str) -> str | None:
    likeness = LEXICON.like(typed)
    return LEXICON.words[int(likeness.argmax())] if likeness.any() else None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Old-Harbour's", ["the", "old", "harbour", "s"]),
        ("Café crème, ÅNGSTRÖM", ["cafe", "creme", "angstrom"]),
        ("Straße", ["strasse"]),
        ("under_score", ["under", "score"]),
        ("ﬁsh №7", ["fish", "no7"]),
        ("港口 城", ["港口", "城"]),
        ("🚢 — ?!", []),
        ("", []),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    """Case, accents, ligatures and marks make no difference."""
    assert words == words_of(text)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("harbour", "harbour"),
        ("harbo", "harbour"),
        ("lighth", "lighthouse"),
        ("ligth", "light"),
        ("ligththo", "lighthouse"),
        ("lihgthouse", "lighthouse"),
        ("brigde", "bridge"),
        ("cnaal", "canal"),
        ("ferri", "ferry"),
        ("timetabel", "timetable"),
        ("hte", "the"),
        ("ouse", "house"),
        ("zeppelin", None),
        ("xy", None),
    ],
)
def test_the_likest_word(typed: str, word: str | None) -> None:
    """A beginning is like its shortest word first, mistaken or not; a part like what holds it."""
    assert word == _likest(typed)


def test_mistakes_are_forgiven_only_where_they_may_be() -> None:
    """A word that is known to be right is like no other that a mistake leads to."""
    assert LEXICON.like("harbor").any()
    assert not LEXICON.like("harbor", mistaken=False).any()


def test_an_empty_lexicon_is_like_nothing() -> None:
    """Without words there is none to be like."""
    empty = Lexicon([])
    assert 0 == len(empty) == len(empty.like("harbour"))
    assert slice(0, 0) == empty.exactly("harbour") == empty.beginning("h")


_typed = st.text("abcé字", min_size=1, max_size=9)


@given(st.lists(_typed, max_size=12), _typed)
def test_likeness_is_what_edits_make_of_it(words: list[str], typed: str) -> None:
    """Whatever beginnings few edits lead to are like, whatever holds nothing of it is not."""
    lexicon = Lexicon(words)
    most = 0 if len(typed) < 3 else 1 if len(typed) < 6 else 2
    lengths = range(len(typed) - 1, len(typed) + 2)
    for word, likeness in zip(lexicon.words, lexicon.like(typed).tolist(), strict=True):
        assert 0 <= likeness <= 1
        edits = min(OSA.distance(typed, word[:length]) for length in lengths)
        inside = typed in word and (len(typed) > 2 or not typed.isascii())
        assert (word.startswith(typed) or (0 < most >= edits) or inside) == (likeness > 0)
        assert (word == typed) == (likeness == 1)
    assert lexicon.words[lexicon.exactly(typed)] == [
        word for word in lexicon.words if word == typed
    ]
    started = [word for word in lexicon.words if word.startswith(typed)]
    assert started == lexicon.words[lexicon.beginning(typed)]
