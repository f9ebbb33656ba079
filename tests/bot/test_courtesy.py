"""Greetings and thanks are told from questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.courtesy import courtesy

HELLO, WELCOME = "courtesy-greeting", "courtesy-thanks"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hi", HELLO),
        ("Hello there!", HELLO),
        ("HEY footnote 👋", HELLO),
        ("good  evening, everyone.", HELLO),
        ("thanks", WELCOME),
        ("Thank you so much, Footnote!", WELCOME),
        ("many thanks for your help", WELCOME),
        ("ty", WELCOME),
        ("cheers", WELCOME),
        ("Guten Abend zusammen!", HELLO),
        ("Vielen Dank, Footnote", WELCOME),
        ("Bonjour tout le monde", HELLO),
        ("merci beaucoup", WELCOME),
    ],
)
def test_a_greeting_or_thanks_gets_a_line(words: str, said: str) -> None:
    """Words that only greet or thank get one friendly line, whatever their case and marks."""
    assert said == courtesy(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "😀",
        "hi, when was the lighthouse built?",
        "Who said hello first?",
        "thanks to whom was the bridge built",
        "Is there a hey in the archive",
        "thank",
        "history",
        "type",
    ],
)
def test_a_question_is_none(words: str) -> None:
    """Anything more than a greeting is a question, and is searched for."""
    assert courtesy(words) is None


@given(st.text(max_size=300))
def test_any_words_are_read(words: str) -> None:
    """Whatever is said, it is a courtesy or it is not."""
    assert courtesy(words) in (None, HELLO, WELCOME)
