"""Words on disk: BM25, the question's words, and those that nobody wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from retrieval.errors import GenerationDamaged
from retrieval.keywords import Keywords, KeywordsWriter
from retrieval.types import OPERATOR, Article, Filters, Reader

Build = Callable[..., Keywords]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Return what builds a keyword index of articles, a passage each, and opens it."""

    def build(*articles: Article, language: str = "en", headings: tuple[str, ...] = ()) -> Keywords:
        writer = KeywordsWriter(tmp_path, language)
        for position, article in enumerate(articles):
            heading = headings[position] if position < len(headings) else None
            writer.add(position, article, heading, article.text)
        writer.finish()
        return Keywords.open(tmp_path, language)

    return build


def _article(text: str, title: str = "Untitled", **fields: object) -> Article:
    return Article(title, text, "here", **fields)  # type: ignore[arg-type]


def _found(keywords: Keywords, question: str, reader: Reader = OPERATOR) -> list[int]:
    positions = keywords.search(keywords.terms(question), 10, Filters(), reader)
    return [int(position) for position in positions]


def test_the_passage_with_the_words_comes_first(build: Build) -> None:
    """More of the words, and rarer ones, rank higher; a passage without any is not found."""
    keywords = build(
        _article("The ferry left the harbour."),
        _article("The ferry left. The ferry came back to the quay."),
        _article("The orchard bloomed."),
        _article("A quay, a ferry."),
    )
    positions = keywords.search(keywords.terms("ferry quay"), 10, Filters(), OPERATOR).tolist()
    assert {1, 3} == set(positions[:2])
    assert [0] == positions[2:]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("gates", True),
        ("GATE", True),
        ("gâte", True),
        ("gated", True),
        ("the keeper's", True),
        ("keeper’s", True),
        ("£3m", True),
        ("gat", False),
        ("", False),
        ("🚢 ?!", False),
        ("x" * 5000, False),
    ],
)
def test_words_match_in_any_form(build: Build, question: str, found: bool) -> None:
    """Case, accents, endings and apostrophes do not matter."""
    keywords = build(_article("The keeper’s gate cost £3m."))
    assert ([0] if found else []) == _found(keywords, question)


@pytest.mark.parametrize("place", ["title", "heading"])
def test_title_and_heading_count(build: Build, place: str) -> None:
    """A word of the title or of the heading finds a passage that does not repeat it."""
    keywords = build(
        _article("It is deep.", "Harbour" if place == "title" else "Untitled"),
        headings=("Harbour",) if place == "heading" else (),
    )
    assert [0] == _found(keywords, "harbour")


def test_an_empty_index_knows_no_word(build: Build) -> None:
    """An index of nothing is searched without complaint, and every word is unknown to it."""
    keywords = build()
    terms = keywords.terms("ferry quay")
    assert ([], ["ferry", "quay"]) == (
        keywords.search(terms, 5, Filters(), OPERATOR).tolist(),
        keywords.unknown(terms, OPERATOR),
    )


def test_terms_are_the_questions_words_once(build: Build) -> None:
    """Each word is one term, in order; function words are told from those that say something."""
    keywords = build(_article("The ferry left the harbour."))
    terms = keywords.terms("What did the ferries, the FERRY and the keeper’s ferry do?")
    assert ["What", "did", "the", "ferries", "and", "keeper’s", "do"] == [t.word for t in terms]
    assert {"ferries", "keeper’s"} == {t.word for t in terms if t.content}


def test_rare_words_weigh_more(build: Build) -> None:
    """A word's weight falls with the share of passages that hold it, and is never negative."""
    keywords = build(*[_article("The ferry left.")] * 9, _article("The orchard bloomed."))
    weight = {term.word: term.weight for term in keywords.terms("the ferry orchard zeppelin")}
    assert weight["zeppelin"] > weight["orchard"] > weight["ferry"] > weight["the"] > 0


def test_a_long_question_has_only_so_many_terms(build: Build) -> None:
    """A question of thousands of words is searched by its first ones."""
    keywords = build(_article("word7 word8"))
    terms = keywords.terms(" ".join(f"word{n}" for n in range(3000)))
    assert 64 == len(terms)
    assert [0] == keywords.search(terms, 5, Filters(), OPERATOR).tolist()


def test_unknown_words_are_those_the_reader_may_not_see(build: Build) -> None:
    """A word that stands only in a collection the reader may not see is unknown to that reader."""
    keywords = build(
        _article("The ferry left.", "Departures", collection="public"),
        _article("The mutiny began.", "Trouble", collection="crew"),
    )
    terms = keywords.terms("ferry mutiny trouble departures zeppelin")
    public, nobody = Reader(frozenset({"public"})), Reader(frozenset())
    assert ["zeppelin"] == keywords.unknown(terms, OPERATOR)
    assert ["mutiny", "trouble", "zeppelin"] == keywords.unknown(terms, public)
    assert [t.word for t in terms] == keywords.unknown(terms, nobody)
    assert [] == _found(keywords, "mutiny", public)
    assert [] == _found(keywords, "ferry mutiny", nobody)


@pytest.mark.parametrize(
    ("after", "before", "found"),
    [
        (-1, None, True), (0, None, True), (1, None, False),
        (None, 0, False), (None, 1, True), (0, 1, True), (1, 2, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("year", [1, 1969, 1970, 2025, 9999])
def test_times_are_exact_to_the_microsecond(
    build: Build, year: int, after: int | None, before: int | None, found: bool
) -> None:
    """`after` takes in its own moment, `before` does not, in any year."""
    published = datetime(year, 6, 1, 12, 0, 0, 500_000, tzinfo=UTC)

    def beside(microseconds: int | None) -> datetime | None:
        return None if microseconds is None else published + timedelta(microseconds=microseconds)

    keywords = build(_article("ferry", published_at=published), _article("ferry"))
    positions = keywords.search(
        keywords.terms("ferry"), 5, Filters(after=beside(after), before=beside(before)), OPERATOR
    )
    assert ([0] if found else []) == positions.tolist()


@pytest.mark.parametrize(
    ("language", "text", "question", "function_word"),
    [
        ("de", "Die Fähren verließen den Hafen.", "Fähre", "und"),
        ("fr", "Les bateaux quittaient le port.", "bateau", "le"),
        ("no", "Båtene forlot havna.", "båt", "og"),
        ("tr", "Gemiler limandan ayrıldı.", "gemiler", None),
        ("zh", "渡船 离开 港口", "渡船", None),
        ("xx", "The ferries left.", "ferries", None),
    ],
)
def test_other_languages_have_their_own_stems(
    build: Build, language: str, text: str, question: str, function_word: str | None
) -> None:
    """Words are stemmed where their language has a stemmer, and matched as they are elsewhere."""
    keywords = build(_article(text), language=language)
    assert [0] == _found(keywords, question)
    if function_word:
        assert [False] == [term.content for term in keywords.terms(function_word)]
    assert [True] == [term.content for term in keywords.terms("Zeppelin")]


@pytest.mark.parametrize("content", [None, b"", b"{}", b"garbage"])
def test_a_folder_that_is_no_index_says_so(
    build: Build, tmp_path: Path, content: bytes | None
) -> None:
    """A missing or garbage index is damage, with its cure."""
    build(_article("The ferry left."))
    (tmp_path / "meta.json").unlink()
    if content is not None:
        (tmp_path / "meta.json").write_bytes(content)
    with pytest.raises(GenerationDamaged, match="run `footnote index`"):
        Keywords.open(tmp_path, "en")
