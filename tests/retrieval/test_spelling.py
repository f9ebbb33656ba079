"""Misspelt words: taken for the archive's, of those that the reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.archive import Archive
from retrieval.encoder import OnnxEncoder
from retrieval.types import OPERATOR, Article, Correction, Reader
from tests.conftest import Library
from tests.spelt import PiecewiseEncoder

PUBLIC = Reader(frozenset({"public"}))


def _article(title: str, text: str, **fields: object) -> Article:
    return Article(title, text, "here", **fields)  # type: ignore[arg-type]


ARTICLES = (
    _article("Alibaba", "Alibaba sells lanterns. The government of Hamburg bought some."),
    _article("Gunpowder", "The gunpowder was wet. Social media laughed about it for months."),
    _article("Schröder", "Gerhard Schröder visited the electricity works. Kipps was there."),
    _article("The mutiny", "Captain Zibowski led it. The governess wept.", collection="crew"),
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Yield an archive of four articles, one of them not public."""
    library = Library(tmp_path / "data", PiecewiseEncoder("Tolstoy", "Alibabaz"))
    library.shelve(*ARTICLES)
    yield library.open()
    library.close()


@pytest.mark.parametrize(
    ("question", "word", "taken_for"),
    [
        ("Who is Alibabba?", "Alibabba", "Alibaba"),
        ("what does ALIBABBA sell", "ALIBABBA", "Alibaba"),
        ("What is Alibabba's trade?", "Alibabba", "Alibaba"),
        ("Who runs the govermnent?", "govermnent", "government"),
        ("Where does electricty come from?", "electricty", "electricity"),
        ("Where does elektricty come from?", "elektricty", "electricity"),
        ("What sells Ali baba?", "Ali baba", "Alibaba"),
        ("Is gun powder wet?", "gun powder", "gunpowder"),
        ("Did socialmedia laugh?", "socialmedia", "social media"),
        ("Who is Schroeder?", "Schroeder", "Schröder"),
        ("Who sells lanetrns?", "lanetrns", "lanterns"),
    ],
)
def test_a_misspelt_word_is_taken_for_the_archives(
    archive: Archive, question: str, word: str, taken_for: str
) -> None:
    """A typo, a word split or run together, and an umlaut written out find what was meant."""
    answer = archive.ask(question)
    assert (Correction(word, taken_for),) == answer.corrections
    assert question == answer.question
    assert word not in answer.unknown_words
    meant = archive.ask(question.replace(word, taken_for))
    assert [hit.passage for hit in meant.hits] == [hit.passage for hit in answer.hits]
    assert [hit.scores for hit in meant.hits] == [hit.scores for hit in answer.hits]
    assert meant.confidence == answer.confidence


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("Did Tolstoy write it?", "Tolstoy"),
        ("Who are the Alibabaz?", "Alibabaz"),
        ("Who is Zeppelin?", "Zeppelin"),
        ("What are wats?", "wats"),
        ("What is al1baba?", "al1baba"),
        ("Who read 18888?", "18888"),
        ("Whose are the kilps?", "kilps"),
        ("Was it xlibaba?", "xlibaba"),
    ],
)
def test_other_unknown_words_are_left_alone(archive: Archive, question: str, unknown: str) -> None:
    """No word changes that the model knows, that is short, numbered or a name, or unlike any."""
    answer = archive.ask(question)
    assert () == answer.corrections
    assert unknown in answer.unknown_words


def test_no_word_is_offered_that_the_reader_may_not_see(archive: Archive) -> None:
    """What only another collection writes is no correction, and what it counts for is nothing."""
    question = "Who is Zibwoski?"
    assert ("Zibowski",) == tuple(c.taken_for for c in archive.ask(question).corrections)
    assert ((), ("Zibwoski",)) == (
        archive.ask(question, reader=PUBLIC).corrections,
        archive.ask(question, reader=PUBLIC).unknown_words,
    )


def test_several_words_are_taken_at_once(archive: Archive) -> None:
    """Each misspelt word is taken for its own; what remains unknown is still named."""
    answer = archive.ask("Does Alibabba sell electricty to zeppelins?")
    assert (
        Correction("Alibabba", "Alibaba"),
        Correction("electricty", "electricity"),
    ) == answer.corrections
    assert ("zeppelins",) == answer.unknown_words


def test_the_index_says_how_many_passages_hold_a_word(archive: Archive) -> None:
    """Words alike come nearest first, counted over what the reader may see."""
    index = archive.speller(OPERATOR).index
    found = [(a.word, a.distance, a.passages) for a in index.alike("governes", 2, OPERATOR)]
    assert [("governess", 1, 1)] == found
    assert [] == index.alike("governes", 2, PUBLIC)
    assert index.holding(["social", "media"], PUBLIC) is not None
    assert index.holding(["media", "social"], PUBLIC) is None
    assert index.holding(["governess"], PUBLIC) is None


def test_the_default_model_knows_common_words(encoder: OnnxEncoder) -> None:
    """Names and words known to everybody are one piece to the model, misspelt ones are not."""
    counts = encoder.count_tokens(["Johnson", "history", "Alibabba", "goverment"])
    assert [True, True, False, False] == [count == 1 for count in counts]
