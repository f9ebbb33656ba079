"""Text files: one article, or a crawl's dump of several."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from pathlib import Path

import pytest

from config.settings import load_settings
from retrieval.clean import repair
from retrieval.errors import SourceError
from retrieval.sources import Labels, Unread
from retrieval.sources.dump import DumpFormat, opening_words, read_dump
from retrieval.types import Article

LEAD = "The ferry left the old harbour at dawn, and nobody on the quay waved."
BODY = "By noon the lanterns were lit, which the harbour master called a waste of good oil."

DUMP = DumpFormat(
    re.compile(r"^(?P<title>\S.*\S) [–—|-] (?P<source>[^–—|]{2,60})$"),
    re.compile(r"Continue Reading\s*$"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a test writes its file."""
    return tmp_path / "harbour-news.txt"


def _read(path: Path, text: str | bytes, form: DumpFormat = DUMP) -> list[Article]:
    data = text.encode() if isinstance(text, str) else text
    found = list(read_dump(data, str(path), path.name, form))
    articles = [each for each in found if isinstance(each, Article)]
    assert len(found) == len(articles), found
    return articles


def test_a_dump_is_told_apart_at_its_end_marks(path: Path) -> None:
    """Each article has its own title, publication, text and line."""
    text = (
        f"Ferry leaves – Harbour News\n\n{LEAD}\n\n{BODY}\n\nContinue Reading\n\n"
        f"Lanterns lit – Harbour News\n\n{BODY}\n\nContinue Reading\n"
    )
    first, second = _read(path, text)
    assert ("Ferry leaves", "Harbour News") == (first.title, first.source)
    assert f"{LEAD}\n\n{BODY}" == first.text
    assert ("Lanterns lit", "Harbour News") == (second.title, second.source)
    assert BODY == second.text
    assert [f"{path}:1", f"{path}:9"] == [first.location, second.location]


@pytest.mark.parametrize(
    "glued",
    [f"{LEAD} Continue Reading", f"{LEAD}Continue Reading", f"{LEAD}\tContinue Reading  "],
)
def test_an_end_mark_may_be_glued_to_the_text(path: Path, glued: str) -> None:
    """An end mark behind the last sentence ends the article and leaves the sentence whole."""
    first, second = _read(path, f"One – Harbour News\n\n{glued}\nTwo – Harbour News\n\n{BODY}")
    assert LEAD == first.text
    assert ("Two", BODY) == (second.title, second.text)


def test_an_end_mark_within_a_sentence_ends_nothing(path: Path) -> None:
    """The mark's words in running text are text."""
    text = f"She said: Continue Reading aloud, please. {LEAD}"
    assert [text] == [a.text for a in _read(path, f"One – Harbour News\n\n{text}\n")]


def test_another_paper_has_its_own_marks(path: Path) -> None:
    """A dump of another paper is read by its own title pattern and end mark."""
    form = DumpFormat(
        re.compile(r"^(?P<source>[^:]+): (?P<title>.+)$"), re.compile(r"^-- end of story --$")
    )
    text = (
        f"The Valley Post: Mill - and weir - for sale\n{LEAD}\n-- end of story --\n"
        f"The Valley Post: Orchard in bloom\n{BODY}\n-- end of story --\n"
    )
    assert [
        ("Mill - and weir - for sale", "The Valley Post", LEAD),
        ("Orchard in bloom", "The Valley Post", BODY),
    ] == [(a.title, a.source, a.text) for a in _read(path, text, form)]


@pytest.mark.parametrize(
    ("pattern", "title", "source"),
    [
        (r"^# (?P<title>.+)$", "Ferry leaves", None),
        (r"^# (?P<title>.+?)(?: @ (?P<source>.+))?$", "Ferry leaves", None),
        (r"^(?:# (?P<title>Never)|# Ferry leaves)$", LEAD.split(",")[0][:0], None),
    ],
)
def test_a_pattern_may_name_no_source(
    path: Path, pattern: str, title: str, source: str | None
) -> None:
    """A title pattern without a publication, or whose groups stay empty, is no error."""
    form = DumpFormat(re.compile(pattern), DUMP.end)
    (article,) = _read(path, f"# Ferry leaves\n\n{LEAD}", form)
    assert (title or "harbour-news", source, LEAD) == (article.title, article.source, article.text)


@pytest.mark.parametrize("lead", ["", "\n\n", "\n   \n\ufeff\n"])
def test_a_file_without_marks_is_one_article(path: Path, lead: str) -> None:
    """A plain text is one article, named by its file, whatever blank lines open it."""
    (article,) = _read(path, f"{lead}{LEAD}\n\n{BODY}\n")
    assert ("harbour-news", f"{LEAD}\n\n{BODY}") == (article.title, article.text)
    assert str(path) == article.location


def test_an_article_of_a_dump_without_a_title_has_its_opening_words(path: Path) -> None:
    """In a dump an article without a title line is named by its first words."""
    first, second = _read(path, f"{LEAD}\nContinue Reading\n{BODY}\nContinue Reading")
    assert "The ferry left the old harbour at dawn, and nobody …" == first.title
    assert LEAD == first.text
    assert "By noon the lanterns were lit, which the harbour master …" == second.title


def test_opening_words_of_a_short_line_are_all_of_it() -> None:
    """A first line of ten words or fewer is the whole name."""
    assert "A mill for sale" == opening_words("A mill  for sale\n\nIt is old.")


def test_a_title_without_text_is_reported(path: Path) -> None:
    """A title line with nothing under it is no article, and the report says where."""
    text = "One – Harbour News\nContinue Reading\nTwo – Harbour News\n\n" + LEAD
    lost, found = read_dump(text.encode(), str(path), path.name, DUMP)
    assert isinstance(lost, Unread)
    assert f"{path}:1" == lost.location
    assert "no text" in lost.reason
    assert isinstance(found, Article)


def test_the_named_source_stands_in_where_the_text_names_none(path: Path) -> None:
    """The operator's publication and collection apply; a title line's own publication wins."""
    text = f"One – Harbour News\n{LEAD}\nContinue Reading\n{BODY}\nContinue Reading"
    labels = Labels("The Valley Post", "staff")
    first, second = read_dump(text.encode(), str(path), path.name, DUMP, labels)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert ("Harbour News", "staff") == (first.source, first.collection)
    assert ("The Valley Post", "staff") == (second.source, second.collection)


@pytest.mark.parametrize(
    "encode",
    [
        str.encode,
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ],
    ids=["utf-8", "crlf", "cr", "utf-8 with mark", "utf-16", "utf-16 big-endian"],
)
def test_line_ends_and_encodings_change_nothing(path: Path, encode: object) -> None:
    """The same article is read from any line ends, and from UTF-8 and UTF-16 with their marks."""
    assert callable(encode)
    data = encode(f"Ferry leaves – Harbour News\n\n{LEAD}\n\n“Café” — {BODY}\n")
    (article,) = _read(path, data)
    assert "Ferry leaves" == article.title
    assert f"{LEAD}\n\n“Café” — {BODY}" == article.text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t\r\n", "is empty"),
        (b"\x7fELF\x02\x01\x00\x00\x00", "binary"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        (b"caf\xe9 au lait", "not UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "UTF-16"),
    ],
)
def test_what_is_no_text_gets_a_sentence(path: Path, data: bytes, reason: str) -> None:
    """An empty, binary or wrongly encoded file is refused with what cures it."""
    with pytest.raises(SourceError, match=reason) as refused:
        list(read_dump(data, str(path), path.name, DUMP))
    assert ";" in str(refused.value)


def test_headings_are_lines_of_their_own(path: Path) -> None:
    """A short paragraph that ends like no sentence, with a longer one behind, is a heading."""
    text = f"Ferry leaves – Harbour News\n\n{LEAD}\n\nWhat happened next\n\n{BODY}\n\nThe end"
    (article,) = _read(path, text)
    assert ["What happened next"] == [article.text[h.start : h.end] for h in article.headings]


@pytest.mark.parametrize(
    "paragraph",
    ["She waved.", "“Quoted”", "—", "One, two,", "• a list item", "12 34", "word " * 15],
)
def test_other_short_paragraphs_are_no_headings(path: Path, paragraph: str) -> None:
    """A sentence, a quotation, a sign or a long line is no heading."""
    (article,) = _read(path, f"Lights – Harbour News\n\n{LEAD}\n\n{paragraph}\n\n{BODY}")
    assert () == article.headings


@pytest.mark.parametrize("mark", ["[…]", "[ … ]", "[...", "]…[", "…]", " [ …"])
def test_a_crawls_excerpt_mark_is_no_text(path: Path, mark: str) -> None:
    """The sign of a cut-off excerpt at an article's end is furniture; an ellipsis is text."""
    (article,) = _read(path, f"Lights – Harbour News\n\n{LEAD} {BODY}{mark}")
    if mark == "…]":
        assert article.text.startswith(f"{LEAD} {BODY}")
    else:
        assert f"{LEAD} {BODY}" == article.text


def test_an_ellipsis_at_the_end_is_text(path: Path) -> None:
    """An article may trail off."""
    (article,) = _read(path, f"Lights – Harbour News\n\n{LEAD} And then…")
    assert article.text.endswith("And then…")


# The real crawl.


@pytest.fixture(scope="module")
def crawled(crawl: Path) -> list[Article]:
    """Return the articles of the crawl, read with the default settings."""
    settings = load_settings()
    form = DumpFormat(settings.dump.title, settings.dump.end)
    found = read_dump(crawl.read_bytes(), str(crawl), crawl.name, form)
    return [article for article in found if isinstance(article, Article)]


def test_the_crawl_is_ten_articles(crawled: list[Article]) -> None:
    """The crawl reads as ten articles, title and publication apart."""
    assert 10 == len(crawled)
    assert {"Asia Times"} == {article.source for article in crawled}
    assert not [article.title for article in crawled if "Asia Times" in article.title]
    assert 10 == len({article.title for article in crawled})


def test_the_crawls_authors_are_those_it_names(crawled: list[Article]) -> None:
    """Seven articles say who wrote them, three say nothing and stay without an author."""
    named = [name for article in crawled for name in article.authors]
    assert {"Pesek", "Penaflor", "Hall", "Kong", "Narine", "Gillespie", "Korybko"} == {
        name.split()[-1] for name in named
    }
    assert 7 == len(named)
    assert 3 == sum(not article.authors for article in crawled)


@pytest.mark.parametrize(
    "furniture", ["&nbsp", "&amp", "Continue Reading", "\u00a0", "$ ", " %", "[…]", "Follow "]
)
def test_the_crawls_furniture_is_gone(crawled: list[Article], furniture: str) -> None:
    """No text of the crawl holds an entity, an end mark, a loose sign or a credit."""
    assert not [article.title for article in crawled if furniture in article.text]


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text))


def test_the_crawls_words_are_all_there(crawl: Path, crawled: list[Article]) -> None:
    """Text, asides, title and publication hold the crawl's letters and digits and no others."""
    raw = crawl.read_text(encoding="utf-8")
    # What is furniture: entities and end marks.
    bare = re.sub(r"&nbsp[,;]|&amp[,;]|Continue Reading\s*$", " ", raw, flags=re.MULTILINE)
    expected = Counter(c for c in bare if c.isalnum())
    found: Counter[str] = Counter()
    for article in crawled:
        parts = (article.title, article.source or "", article.text, *article.asides)
        found.update(c for part in parts for c in part if c.isalnum())
    assert expected == found
    assert not _words(repair(crawled[0].text)) - _words(bare)


def test_lines_broken_to_a_width_are_one_paragraph(path: Path) -> None:
    """Hard-wrapped paragraphs are unwrapped, so that no sentence ends where a line does."""
    text = (
        "The spring walk goes from the weigh-house to the Seven Locks, on the\n"
        "11th of May. We meet at nine at the weigh-house door, whatever the\n"
        "weather.\n\n"
        "Bring your own bread, for there is no shop on the way at all.\n"
    )
    (article,) = _read(path, text)
    assert "\n" not in article.text.split("\n\n")[0]
    assert "on the 11th of May. We meet at nine" in article.text


@pytest.mark.parametrize(
    "verse",
    [
        "The gates are shut,\nthe keeper sleeps,\nand nobody is on the long dark towpath now.",
        "Canal Gazette\n12 Lock Lane, by the upper gate and next to the old weigh-house\nVessmouth",
        "• rope, twelve metres of it, tarred and dry, with an eye at either end\n• bread\n• a lamp",
    ],
)
def test_lines_that_end_where_their_writer_ended_them_stay(path: Path, verse: str) -> None:
    """Verses, addresses and lists keep their lines."""
    (article,) = _read(path, f"Title – Harbour News\n\n{LEAD}\n\n{verse}\n\n{BODY}")
    assert verse in article.text
