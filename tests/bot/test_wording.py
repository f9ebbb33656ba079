"""The words of a message are cleaned, told apart into questions, and shortened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import LONGEST_EXCERPT, excerpt, questions, spoken

FIRST, SECOND = "When was the lighthouse built?", "Who was its first keeper?"
THIRD = "What did the ferry cost?"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"<@123> {FIRST}", FIRST),
        (f"<@!123> <@&5> <#7> {FIRST} <a:wave:9>", FIRST),
        (f"```\n{FIRST}\n```", FIRST),
        (f"```py\n{FIRST}\n```", FIRST),
        (f"```c++\n{FIRST}```", FIRST),
        (f"```{FIRST}```", FIRST),
        (f"`{FIRST}`", FIRST),
        (f"``{FIRST}``", FIRST),
        ("```python```", "python"),
        ("```\n```", ""),
        ("<t:1700000000:R>", ""),
        ("</ask:123456>", ""),
        ("a < b > c", "a < b > c"),
    ],
)
def test_what_is_said_is_read_without_marks(content: str, said: str) -> None:
    """Mentions, emoji, backticks, fences and their language are no words of a question."""
    assert said == spoken(content)


@pytest.mark.parametrize(
    ("words", "told_apart"),
    [
        (FIRST, [FIRST]),
        (f"{FIRST} {SECOND}", [FIRST, SECOND]),
        (f"{FIRST}\n\n{SECOND}\n{THIRD}", [FIRST, SECOND, THIRD]),
        (f"I saw it. {FIRST} {SECOND} Thanks", [f"I saw it. {FIRST}", f"{SECOND} Thanks"]),
        ("When was it built? By whom? How?", ["When was it built? By whom? How?"]),
        (f"Really? {FIRST} {SECOND}", [f"Really? {FIRST}", SECOND]),
        (f"{FIRST} How? {SECOND}", [f"{FIRST} How?", SECOND]),
        ("See https://a.example/x?y=1 for it?", ["See https://a.example/x?y=1 for it?"]),
        ("no question\nat all", ["no question\nat all"]),
        ("?", ["?"]),
        ("", [""]),
    ],
)
def test_several_questions_are_told_apart(words: str, told_apart: list[str]) -> None:
    """Each question mark ends a question; what is too short for one stays with its neighbour."""
    assert told_apart == questions(words)


@given(st.lists(st.sampled_from([FIRST, SECOND, "Why?", "I wonder.", "?", "\n", "ok"]), max_size=8))
def test_questions_that_are_joined_are_told_apart_again(parts: list[str]) -> None:
    """What was told apart and written down as one text gives the same questions."""
    told_apart = questions(" ".join(parts))
    assert told_apart == questions("\n".join(told_apart))


LONG = "The lamp burned colza oil for a long time. " * 30


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        (FIRST, FIRST),
        (f"{FIRST} {SECOND}", f"{FIRST} {SECOND}"),
        (f"{LONG}{FIRST} {LONG}", FIRST),
        (LONG[:800].strip(), LONG[:800].strip()),
        (LONG, LONG[: 43 * 23 - 1]),
        ("word " * 400, ("word " * 200).strip()),
        ("w" * 3000, "w" * 1000),
    ],
    ids=["short", "two", "question", "rather long", "sentences", "words", "word"],
)
def test_a_long_message_is_shortened(words: str, taken: str) -> None:
    """A long message is its first question, else its beginning, up to a sentence's end."""
    assert taken == excerpt(words)


@given(st.text(max_size=3000), st.integers(10, LONGEST_EXCERPT))
def test_an_excerpt_fits(words: str, longest: int) -> None:
    """Whatever a message says, no more of it is taken than may be."""
    assert len(excerpt(words, longest)) <= longest
