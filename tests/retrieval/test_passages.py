"""Cutting an article into passages with exact spans."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.encoder import Encoder, OnnxEncoder
from retrieval.passages import Chunking, contexts, cut_passages
from retrieval.sentences import split_sentences
from retrieval.sources.dump import lay_out
from retrieval.types import Article, ArticleVersion, Heading, Passage, Span
from tests.hashed import CHUNKING, HashedEncoder
from tests.strategies import sentences, texts

HASHED = HashedEncoder()
LONG_SENTENCE = "The keeper " + "walked on and " * 120 + "stopped."
SENTENCE = "The keeper opened the upper gate at six and closed the lower one at seven."


def _version(text: str, title: str = "Gates", headings: Sequence[str] = ()) -> ArticleVersion:
    found = []
    at = 0
    for heading in headings:
        at = text.index(heading, at)
        found.append(Heading(at, at + len(heading)))
    return ArticleVersion("a", "v", Article(title, text, "here", headings=tuple(found)))


def _cut(
    version: ArticleVersion, chunking: Chunking = CHUNKING, encoder: Encoder = HASHED
) -> list[Passage]:
    return cut_passages(version, chunking, encoder.count_tokens)


def _check(version: ArticleVersion, chunking: Chunking, encoder: Encoder) -> list[Passage]:
    """Cut an article and check what holds for every article there is."""
    text = version.article.text
    passages = _cut(version, chunking, encoder)
    ahead = contexts(version.article, chunking, encoder.count_tokens)
    covered = set[int]()
    for passage in passages:
        span = passage.span
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        covered |= set(range(span.start, span.end))
        (tokens,) = encoder.count_tokens([ahead[passage.heading] + text[span.start : span.end]])
        assert tokens <= chunking.window
        assert list(passage.sentences) == sorted(passage.sentences)
        for sentence in passage.sentences:
            assert span.start <= sentence.start < sentence.end <= span.end
    assert not [n for n, sign in enumerate(text) if not sign.isspace() and n not in covered]
    for passage, following in itertools.pairwise(passages):
        # Each passage goes further than the one before, and repeats a sentence of it at most.
        assert passage.span.start < following.span.start
        assert passage.span.end < following.span.end
        shared = text[following.span.start : passage.span.end]
        if shared:
            assert encoder.count_tokens([shared])[0] <= chunking.overlap
            assert Span(following.span.start, passage.span.end) in passage.sentences
    assert len({passage.id for passage in passages}) == len(passages)
    return passages


def test_a_short_article_is_one_passage() -> None:
    """What fits the window is not cut."""
    (passage,) = _check(_version(SENTENCE), CHUNKING, HASHED)
    assert Span(0, len(SENTENCE)) == passage.span
    assert (Span(0, len(SENTENCE)),) == passage.sentences
    assert passage.heading is None


def test_an_article_without_text_has_no_passage() -> None:
    """No text, no passage."""
    assert [] == _cut(_version(""))
    assert [] == _cut(_version(" \n\n "))


def test_passages_fill_the_window_with_whole_sentences() -> None:
    """A passage takes sentences as long as they fit, and neighbours share a short one."""
    text = " ".join(f"Gate {n} was shut at the {n}th hour of night." for n in range(12))
    passages = _check(_version(text), CHUNKING, HASHED)
    ends = {span.end for span in split_sentences(text, "en")}
    assert {passage.span.end for passage in passages} <= ends
    counts = [len(passage.sentences) for passage in passages]
    assert {4} == set(counts[:-1])
    for passage, following in itertools.pairwise(passages):
        assert passage.sentences[-1] == following.sentences[0]


def test_no_overlap_repeats_nothing() -> None:
    """With an overlap of no token, no two passages share a sign."""
    text = " ".join(f"Gate {n} was shut." for n in range(40))
    passages = _check(_version(text), Chunking(48, 0, "en"), HASHED)
    assert len(passages) > 2
    for passage, following in itertools.pairwise(passages):
        assert passage.span.end < following.span.start


def test_no_passage_only_repeats() -> None:
    """A border sentence is not repeated where the next sentence would not fit beside it."""
    long = "The keeper " + "walked and " * 17 + "stopped."
    text = " ".join([SENTENCE, "It rained.", long, "It snowed.", long])
    passages = _check(_version(text), CHUNKING, HASHED)
    assert all(len(passage.sentences) > 1 or passage.span.end - passage.span.start > 40
               for passage in passages)  # fmt: skip


def test_only_a_sentence_beyond_the_window_is_cut() -> None:
    """An over-long sentence is cut at word ends, its neighbours stay whole."""
    text = f"{SENTENCE} {LONG_SENTENCE} {SENTENCE}"
    passages = _check(_version(text), CHUNKING, HASHED)
    whole = {s for p in passages for s in p.sentences if text[s.start : s.end] == SENTENCE}
    assert {Span(0, len(SENTENCE)), Span(len(text) - len(SENTENCE), len(text))} == whole
    for passage in passages:
        assert passage.span.end == len(text) or not text[passage.span.end].isalnum()
        assert passage.span.start == 0 or not text[passage.span.start - 1].isalnum()


@pytest.mark.parametrize(
    ("text", "at_least"),
    [
        ("gate " * 3000, 60),
        ("a" * 100_000, 40),
        ("x" * 500 + " " + "y" * 200_000 + " " + SENTENCE, 80),
        ("水闸在六点打开。" * 300, 3),
        ("水" * 5000, 3),
        ("👩‍🌾🚢" * 800, 10),
        ("." * 4000, 50),
        ("One\nword\na\nline\n" * 200, 15),
        (f"{'word' * 30} " * 300, 30),
    ],
    ids=["no stop", "one word", "two words", "chinese", "chinese word", "emoji", "dots", "lines",
         "long words"],
)  # fmt: skip
def test_strange_texts_are_cut_too(text: str, at_least: int) -> None:
    """No text, whatever it is made of, gives a passage that is too long to embed or to show."""
    passages = _check(_version(text.strip()), CHUNKING, HASHED)
    assert len(passages) >= at_least
    longest = max(passage.span.end - passage.span.start for passage in passages)
    assert longest <= 2 * 16 * CHUNKING.window


def test_passages_know_the_heading_they_stand_under() -> None:
    """A passage has the heading in force where it starts; the heading's line is in its span."""
    section = f"{SENTENCE} {SENTENCE}"
    text = "\n\n".join([section, "Upper gate", section, "Lower gate", section])
    passages = _check(_version(text, headings=["Upper gate", "Lower gate"]), CHUNKING, HASHED)
    assert [None, "Upper gate", "Lower gate"] == [passage.heading for passage in passages]
    lines = [text[p.span.start : p.span.end].split("\n")[0] for p in passages]
    assert [section, "Upper gate", "Lower gate"] == lines


def test_a_heading_is_never_a_passages_last_line() -> None:
    """A heading goes with the text behind it, and is no sentence of its passage."""
    text = "\n\n".join(f"Gate {n}\n\n{SENTENCE}" for n in range(9))
    heads = [f"Gate {n}" for n in range(9)]
    for passage in _check(_version(text, headings=heads), CHUNKING, HASHED):
        assert text[passage.span.start : passage.span.end].split("\n")[-1] not in heads
        assert not {text[s.start : s.end] for s in passage.sentences} & set(heads)


def test_only_headings_are_passages_without_sentences() -> None:
    """A text of nothing but headings is still found, and has no sentence to highlight."""
    heads = [f"Chapter {n} of the keeper" for n in range(30)]
    passages = _check(_version("\n\n".join(heads), headings=heads), CHUNKING, HASHED)
    assert {()} == {passage.sentences for passage in passages}


def test_a_heading_with_a_full_stop_is_one_heading() -> None:
    """A heading that reads like two sentences stays one line."""
    text = f"1. Gates. And locks.\n\n{SENTENCE}"
    (passage,) = _check(_version(text, headings=["1. Gates. And locks."]), CHUNKING, HASHED)
    assert "1. Gates. And locks." == passage.heading
    assert [SENTENCE] == [text[s.start : s.end] for s in passage.sentences]


@pytest.mark.parametrize("heading", ["", "Upper gate " * 40])
@pytest.mark.parametrize("title", ["Gates", "The keeper of gates " * 60, "g" * 5000, "闸" * 500])
def test_a_long_title_or_heading_leaves_half_the_window(title: str, heading: str) -> None:
    """However long title and heading are, half the window at least is the text's."""
    heading = heading.strip()
    text = f"{heading}\n\n{SENTENCE} {LONG_SENTENCE}".strip()
    version = _version(text, title, [heading] if heading else [])
    passages = _check(version, CHUNKING, HASHED)
    counts = [HASHED.count_tokens([text[p.span.start : p.span.end]])[0] for p in passages]
    assert max(counts) >= CHUNKING.window // 2 - 1


def test_what_stands_ahead_names_title_and_heading() -> None:
    """The model reads the title in front of a text, and the heading behind the title."""
    version = _version(f"Upper gate\n\n{SENTENCE}", headings=["Upper gate"])
    assert {None: "Gates: ", "Upper gate": "Gates. Upper gate: "} == contexts(
        version.article, CHUNKING, HASHED.count_tokens
    )


@given(texts, st.integers(16, 80), st.integers(0, 40))
def test_made_up_articles_are_cut_soundly(text: str, window: int, overlap: int) -> None:
    """Spans are exact, in order, cover everything and fit, whatever the window and the overlap."""
    _check(_version(text), Chunking(window, overlap, "en"), HASHED)


@given(st.lists(st.lists(sentences, min_size=1, max_size=5).map(" ".join) | st.just("Gates here"),
                min_size=1, max_size=12))  # fmt: skip
def test_articles_with_headings_are_cut_soundly(paragraphs: list[str]) -> None:
    """The same holds where some paragraphs are headings."""
    text, headings = lay_out(paragraphs)
    version = ArticleVersion("a", "v", Article("Gates", text, "here", headings=headings))
    _check(version, CHUNKING, HASHED)


@given(st.text(min_size=1, max_size=400))
def test_any_text_is_cut_soundly(text: str) -> None:
    """The same holds for any text at all."""
    _check(_version(text), Chunking(16, 8, "en"), HASHED)


@pytest.mark.parametrize(
    "text",
    [
        " ".join([SENTENCE] * 60),
        LONG_SENTENCE * 3,
        "水闸在六点打开，七点关闭。" * 120,
        "a" * 20_000,
        "Zażółć gęślą jaźń — 50 % of $3.50; “naïve” №5 👩‍🌾. " * 40,
        "x1-y2_z3/" * 600,
    ],
    ids=["prose", "no stop", "chinese", "one word", "signs", "codes"],
)
@pytest.mark.parametrize("title", ["Gates", "The keeper of the upper and the lower gate " * 30])
def test_the_real_models_window_is_kept(encoder: OnnxEncoder, text: str, title: str) -> None:
    """Counted in the default model's own tokens, title included, no passage exceeds its window."""
    window = encoder.card.window - encoder.card.special_tokens
    _check(_version(text.strip(), title), Chunking(window, 40, "en"), encoder)


def test_prose_fills_the_real_models_window(encoder: OnnxEncoder) -> None:
    """With the default model a passage of prose has some 160 to 230 words."""
    window = encoder.card.window - encoder.card.special_tokens
    version = _version(" ".join([SENTENCE] * 60))
    passages = _cut(version, Chunking(window, 40, "en"), encoder)
    words = [len(version.article.text[p.span.start : p.span.end].split()) for p in passages[:-1]]
    assert min(words) >= 160
    assert max(words) <= 240
