"""Sentence boundaries."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sentences import split_sentences


def _split(text: str, language: str = "en") -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text, language)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One came. Two left! Did three?", ["One came.", "Two left!", "Did three?"]),
        ("Dr. Weiss paid $3.50. She left.", ["Dr. Weiss paid $3.50.", "She left."]),
        ("“Go,” she said. “Now.”", ["“Go,” she said.", "“Now.”"]),
        ("A title\n\nOne came.\nTwo left.", ["A title", "One came.", "Two left."]),
        ("  One came.   Two left.  ", ["One came.", "Two left."]),
        ("no full stop at all", ["no full stop at all"]),
        ("😀 One came. 𝒳 left.", ["😀 One came.", "𝒳 left."]),
        ("", []),
        (" \n\n \t ", []),
    ],
)
def test_sentences_are_told_apart(text: str, sentences: list[str]) -> None:
    """Sentences end at their marks and at a line's end; abbreviations and figures end none."""
    assert sentences == _split(text)


def test_other_scripts_have_their_own_marks() -> None:
    """Chinese full stops end sentences in a Chinese archive and in an English one."""
    expected = ["河水很深。", "船走了。"]
    assert expected == _split("河水很深。船走了。", "zh")
    assert expected == _split("河水很深。船走了。", "en")


@pytest.mark.parametrize("language", ["en", "de", "zh", "ja", "ar", "hi", "xx"])
def test_any_language_code_splits(language: str) -> None:
    """A language without rules of its own is split by general ones."""
    assert ["One came.", "Two left."] == _split("One came. Two left.", language)


@given(st.text(max_size=300) | st.text(alphabet=" .!?\n“”\"'()aB1。", max_size=120))
def test_spans_are_exact_and_lose_nothing(text: str) -> None:
    """Spans are in order and apart, begin and end on a sign, and hold every sign of the text."""
    spans = split_sentences(text, "en")
    held = "".join(text[span.start : span.end] for span in spans)
    assert "".join(text.split()) == "".join(held.split())
    assert spans == sorted(spans)
    for span, following in itertools.pairwise(spans):
        assert span.end <= following.start
    for span in spans:
        sentence = text[span.start : span.end]
        assert sentence == sentence.strip() != ""
        assert "\n" not in sentence


@pytest.mark.parametrize(
    "text", ["gate " * 200_000, "gate" * 200_000, "Go. " * 50_000, "." * 100_000]
)
def test_long_texts_take_no_time(text: str) -> None:
    """A long text, with or without a full stop, is split in about linear time."""
    began = time.process_time()
    split_sentences(text, "en")
    assert time.process_time() - began < 5
