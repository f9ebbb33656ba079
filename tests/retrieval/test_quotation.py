"""Quotes are found where they stand, and what differs is told word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.follow_ups import HANDBOOK
from benchmarks.quotations import KINDS, Quoting, outcome
from retrieval.alignment import words_of
from retrieval.archive import Archive
from retrieval.errors import QuestionError
from retrieval.quotation import Kind, Quotation, Verdict
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.files import FileSource
from retrieval.sources.parser import Parser
from retrieval.types import Article, Reader
from tests.conftest import Library
from tests.hashed import HashedEncoder

LIGHTHOUSE = (
    "The lighthouse on Gull Rock was built in 1874 by the engineer Maud Ferris. It stands on a "
    "ledge of basalt that the sea covers twice a day. The first keeper, Tobias Wren, rowed out "
    "with a goat and eleven sacks of flour.\n\nThe lamp burned colza oil until 1921. Its lens "
    "weighs 1,200 kilograms and floats in a bath of mercury; it isn’t cleaned by Zoë’s crew."
)
FERRY = (
    "From November the ferry leaves the pier at seven in the morning and at four in the "
    "afternoon. A return ticket costs $6, and bicycles travel free. In a gale the captain may "
    "cancel the crossing without notice. It is what it is, and so be it."
)
COPY = "Reprinted. In a gale the captain may cancel the crossing without notice. Thank you."
LOAN = "The board borrows two million crowns from the Quillon Bank to raise the sea wall."
NO_DUMP = DumpFormat(re.compile("$."), re.compile("$."))
TEXTS = {"Lighthouse": LIGHTHOUSE, "Ferry": FERRY, "Copy": COPY, "Loan": LOAN}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Yield an archive of four articles, one of them in a collection of its own."""
    library = Library(tmp_path_factory.mktemp("quotes"), HashedEncoder())
    library.shelve(
        *(
            Article(
                title=title,
                text=text,
                location=title,
                given_id=title,
                collection="board" if title == "Loan" else "public",
            )
            for title, text in TEXTS.items()
        )
    )
    yield library.open()
    library.close()


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Yield the handbook as an archive, by the tiny encoder."""
    library = Library(tmp_path_factory.mktemp("handbook"), HashedEncoder())
    with Parser() as parser:
        library.index(FileSource(HANDBOOK, Reading(NO_DUMP), parser))
    yield library.open()
    library.close()


def told(found: Quotation) -> list[tuple[Kind, str, str]]:
    """Return the differences of a quote: kind, its words, the article's words."""
    return [
        (d.kind, found.text[slice(*d.said)], _text(found, d.piece)[slice(*d.written)])
        for d in found.differences
    ]


def _text(found: Quotation, piece: int) -> str:
    return found.pieces[piece].version.article.text


@pytest.mark.parametrize(
    "quote",
    [
        "It stands on a ledge of basalt that the sea covers twice a day.",
        "it STANDS   on a\nledge of basalt",
        "weighs 1,200 kilograms and floats in a bath of mercury; it isn't cleaned by Zoe's crew",
        "“The lamp burned colza oil until 1921.”",
        "with a goat and eleven sacks of flour. The lamp burned colza oil until 1921.",
        "colza oil",
        "Tobias Wren",
        "1921",
        "It is what it is, and so be it.",
    ],
)
def test_what_stands_there_is_told_word_for_word(archive: Archive, quote: str) -> None:
    """Case, white space, accents, apostrophes and quotation marks make no difference."""
    found = archive.check_quote(quote)
    assert (Verdict.VERBATIM, ()) == (found.verdict, found.differences)
    assert 1 == len(found.pieces)


@pytest.mark.parametrize(
    ("quote", "differences"),
    [
        ("The lighthouse on Gull Rock was built in 1847 by the engineer Maud Ferris.",
         [(Kind.NUMBER, "1847", "1874")]),
        ("Its lens weighs 1,300 kilograms and floats in a bath of mercury",
         [(Kind.NUMBER, "1,300", "1,200")]),
        ("A return ticket costs €6, and bicycles travel free.", [(Kind.WORD, "€", "$")]),
        ("It stands on a ledge of granite that the sea covers twice a day.",
         [(Kind.WORD, "granite", "basalt")]),
        ("The first keeper, Tobias Wren, rowed out with a sheep.", [(Kind.WORD, "sheep", "goat")]),
        ("Our lighthouse on Gull Rock was built in 1874", [(Kind.WORD, "Our", "The")]),
        ("The first keeper rowed out with a goat and eleven sacks of flour.",
         [(Kind.LEFT_OUT, "", "Tobias Wren")]),
        ("The lighthouse was built in 1874 by the engineer Maud Ferris",
         [(Kind.LEFT_OUT, "", "on Gull Rock")]),
        ("In a gale the drunken captain may cancel the crossing without notice.",
         [(Kind.ADDED, "drunken", "")]),
        ("In a gale the captain may cancel the crossing without notice, or so I hear from him.",
         [(Kind.ADDED, "or so I hear from him", "")]),
        ("The first keeper, Tobias Wren, […] with a goat and eleven sacks of flour.",
         [(Kind.OMISSION, "", "rowed out")]),
        ("The first keeper, Tobias Wren, rowed out ... and eleven sacks of flour.",
         [(Kind.OMISSION, "", "with a goat")]),
        ("The lamp burned colza oil until 1921. The first keeper, Tobias Wren, rowed out",
         [(Kind.JOINED, "", "")]),
        ("The lamp burned colza oil until 1921. A return ticket costs $6",
         [(Kind.JOINED, "", "")]),
    ],
)  # fmt: skip
def test_differences_are_told_by_kind_and_words(
    archive: Archive, quote: str, differences: list[tuple[Kind, str, str]]
) -> None:
    """Each difference says what the quote has and what the article has instead."""
    found = archive.check_quote(quote)
    assert differences == told(found)
    honest = {Kind.OMISSION} == {kind for kind, _, _ in differences}
    assert (Verdict.VERBATIM if honest else Verdict.ALTERED) == found.verdict


def test_pieces_are_of_the_articles_that_hold_them(archive: Archive) -> None:
    """Sentences joined from two articles are two pieces, in the order of the quote."""
    found = archive.check_quote("A return ticket costs $6. The lamp burned colza oil until 1921.")
    assert ["Ferry", "Lighthouse"] == [p.version.article_id for p in found.pieces]
    assert ["A return ticket costs $6", "The lamp burned colza oil until 1921"] == [
        p.version.article.text[slice(*p.span)] for p in found.pieces
    ]


def test_other_articles_with_the_same_words_are_named(archive: Archive) -> None:
    """A sentence that two articles hold is found in one, and the other is named."""
    (piece,) = archive.check_quote(
        "In a gale the captain may cancel the crossing without notice."
    ).pieces
    assert {"Ferry", "Copy"} == {piece.version.article_id, *(ref.id for ref in piece.also_in)}


@pytest.mark.parametrize(
    "text",
    [
        "It is what the first of them was, and it is on a day that was at the end.",
        "Every herring in the bay was counted twice by a committee of schoolmasters.",
        "The captain of the balloon rose at dawn and never saw the mercury fall again.",
        "of the",
        "colza bread",
        "lighthouse of granite",
    ],
)
def test_what_is_invented_is_not_found(archive: Archive, text: str) -> None:
    """Function words, words in common and near misses of a few words are no quote."""
    found = archive.check_quote(text)
    assert (Verdict.ABSENT, (), ()) == (found.verdict, found.pieces, found.differences)
    assert found.nearest


@pytest.mark.parametrize("text", ["", " \n", "… !", "x" * 2001])
def test_what_cannot_be_checked_is_refused(archive: Archive, text: str) -> None:
    """A text without a word, or of more than 2,000 characters, is an error that says so."""
    with pytest.raises(QuestionError):
        archive.check_quote(text)


def test_nothing_hidden_is_found_or_named(archive: Archive) -> None:
    """A reader who may not see a collection learns nothing of it; another finds it."""
    public = Reader(frozenset({"public"}))
    for quote in (LOAN, LOAN.replace("two", "nine"), "the Quillon Bank"):
        found = archive.check_quote(quote, public)
        assert Verdict.ABSENT == found.verdict
        assert "Loan" not in {ref.id for ref in found.nearest}
    assert "Loan" == archive.check_quote(LOAN).pieces[0].version.article_id


@st.composite
def slices(draw: st.DrawFn) -> str:
    """Draw six words or more that stand side by side in an article."""
    text = TEXTS[draw(st.sampled_from(sorted(TEXTS)))]
    spans = words_of(text).spans
    first = draw(st.integers(0, len(spans) - 6))
    last = draw(st.integers(first + 5, len(spans) - 1))
    return text[spans[first].start : spans[last].end]


@given(quote=slices())
def test_any_slice_is_found_word_for_word(archive: Archive, quote: str) -> None:
    """Six words or more that stand in an article are found there, and nothing differs."""
    found = archive.check_quote(quote)
    assert (Verdict.VERBATIM, ()) == (found.verdict, found.differences)
    (piece,) = found.pieces
    assert words_of(quote).folded == words_of(piece.version.article.text, *piece.span).folded


@st.composite
def altered(draw: st.DrawFn) -> str:
    """Draw a slice of an article, or two, with words changed, dropped and added."""
    words = " ".join(draw(st.lists(slices(), min_size=1, max_size=2))).split()
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(words) - 1))
        words[at : at + draw(st.integers(0, 3))] = draw(
            st.lists(st.sampled_from(["herring", "1999", "the", "…", "lens"]), max_size=2)
        )
        words = words or ["lens"]
    return " ".join(words)


@given(quote=altered().filter(lambda quote: any(c.isalnum() for c in quote)))
def test_differences_lead_from_the_article_to_the_quote(archive: Archive, quote: str) -> None:
    """The article's words with a piece's differences applied are the quote's words."""
    found = archive.check_quote(quote)
    for number, piece in enumerate(found.pieces):
        text = piece.version.article.text
        words: list[str] = []
        at = piece.span.start
        for difference in found.differences:
            inside = piece.said.start <= difference.said.start <= difference.said.end
            if difference.piece == number and inside and difference.said.end <= piece.said.end:
                words += words_of(text, at, max(at, difference.written.start)).folded
                words += words_of(quote, *difference.said).folded
                at = max(at, difference.written.end)
        words += words_of(text, at, piece.span.end).folded
        assert list(words_of(quote, *piece.said).folded) == words
    ends = [piece.said for piece in found.pieces]
    assert all(one.end <= other.start for one, other in pairwise(ends))


def test_quotes_of_the_handbook_are_told_apart(handbook: Archive) -> None:
    """Of sixty quotes, ten altered in each way, all but one are found and nine in ten are told."""
    quoting = Quoting(list(handbook.read(handbook.articles())), "docs")
    quotes = [quoting.make(kind, 1000 + seed) for kind in KINDS for seed in range(10)]
    outcomes = [outcome(quote, handbook.check_quote(quote.text)) for quote in quotes]
    found, named, rightly = (sum(column) for column in zip(*outcomes, strict=True))
    assert 59 <= found
    assert 55 <= min(named, rightly)


def test_nothing_invented_is_found_in_the_handbook(handbook: Archive) -> None:
    """What the benchmark invented about the bot is in no article."""
    quoting = Quoting(list(handbook.read(handbook.articles())), "docs")
    said = [handbook.check_quote(quote.text) for quote in quoting.invented]
    assert [] == [found.text for found in said if found.verdict is not Verdict.ABSENT]


def test_common_words_are_found_side_by_side(library: Library) -> None:
    """Words that every passage has tell nothing, but a quote of them stands where it stands."""
    scrambled = "That you own articles, own an archive of articles, is from page {}."
    others = [Article(f"Page {n}", scrambled.format(n), f"{n}") for n in range(80)]
    birds = "gulls, terns, puffins, plovers, curlews, herons, swifts, wrens, larks, rooks"
    text = f"There nest {birds}, it reads from an archive of articles that you own, and owls."
    library.shelve(*others, Article("Here", text, "here"))
    found = library.open().check_quote("from an archive of articles that you own")
    titles = [piece.version.article.title for piece in found.pieces]
    assert (Verdict.VERBATIM, ["Here"]) == (found.verdict, titles)
