"""Reading PDF files: lines to paragraphs, what a file says of itself, and what cannot be read."""

from __future__ import annotations

import contextlib
import logging
import pickle
import warnings
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from retrieval.errors import SourceError
from retrieval.sources import Labels, Unread
from retrieval.sources.lines import Line, drop_running_lines, join_lines
from retrieval.sources.pdf import read_pdf
from retrieval.types import Article, Heading
from tests.pdfs import write_pdf
from tests.strategies import WORDS, words

FERRY = [
    "The ferry of the upper lake has carried people and goats for as long as anybody",
    "in the valley can remember, and the timetable has changed only once in that time.",
]
BELL = [
    "Nobody rings the bell on the quay any more, although the rope is still there and is",
    "painted every spring by whoever lost the rowing match.",
]
FERRY_TEXT, BELL_TEXT = " ".join(FERRY), " ".join(BELL)


def _read(data: bytes, name: str = "lake.pdf", labels: Labels = Labels()) -> Article:
    (found,) = read_pdf(data, f"/archive/{name}", name, labels)
    assert isinstance(found, Article)
    return found


def _paragraphs(*pages: Sequence[str], **options: Any) -> list[str]:
    return _read(write_pdf(pages, title="The upper lake", **options)).text.split("\n\n")


def test_a_file_is_one_article() -> None:
    """A PDF is read with its title, paragraphs and headings, at exact places."""
    pages = [["# The upper lake", "", *FERRY, "", "On the quay", "", *BELL]]
    article = _read(write_pdf(pages), labels=Labels("Lake Post", "lakes"))
    assert (
        Article(
            title="The upper lake",
            text=f"{FERRY_TEXT}\n\nOn the quay\n\n{BELL_TEXT}",
            location="/archive/lake.pdf",
            source="Lake Post",
            collection="lakes",
            headings=(Heading(len(FERRY_TEXT) + 2, len(FERRY_TEXT) + 13),),
        )
        == article
    )
    assert article == pickle.loads(pickle.dumps(article))  # noqa: S301


# Paragraphs.


@pytest.mark.parametrize(
    "lines",
    [
        [*FERRY, "", *BELL],
        # An indent alone, behind a sentence's end.
        ["    " + FERRY[0], FERRY[1], "    " + BELL[0], BELL[1]],
        # A line that ended early, behind a sentence's end.
        [*FERRY[:1], "in the valley can remember.", *BELL],
        ["# Lights", *FERRY, "# Bells", *BELL],
        ["• " + FERRY[0], "   " + FERRY[1], "• " + BELL[0], "   " + BELL[1]],
        ["Ferries . . . . . . . . . . . . . . . . 3", "Bells . . . . . . . . . . . . . . . . . 12"],
    ],
)
def test_paragraphs_part_where_they_plainly_do(lines: list[str]) -> None:
    """A gap, an indent, a line that ends early, a size of type, a list's mark part paragraphs."""
    marks = ["# ", "• "]
    starts = ("The ferry", "Nobody", "Ferries", "Bells", "Lights", "• The", "• Nobody")
    expected: list[str] = []
    for line in filter(None, lines):
        bare = line.strip().removeprefix(marks[0])
        if bare.startswith(starts):
            expected.append(bare)
        else:
            expected[-1] += " " + bare
    assert expected == _paragraphs(lines)


@pytest.mark.parametrize(
    "lines",
    [
        FERRY,
        # Ragged lines, a sentence's end within a line, an abbreviation at its end.
        ["The ferry was met on the old quay by a crowd of people, of whom Mr.",
         "Quill was the loudest, and by eleven goats. It left again at noon, or so Mr.",
         "Quill says."],
        # A hanging indent without a list's mark.
        [FERRY[0], "   " + FERRY[1]],
        # Two spaces are no indent.
        ["It rained on the quay for the whole of the day, and for the whole of the next.",
         "  The goats stayed in, and the ferry went without them to the other shore."],
    ],
)  # fmt: skip
def test_lines_in_doubt_are_one_paragraph(lines: list[str]) -> None:
    """Lines that nothing parts are one paragraph."""
    assert [" ".join(line.strip() for line in lines)] == _paragraphs(lines)


def test_a_paragraph_runs_on_over_a_page() -> None:
    """A sentence, or a word, that a page's end broke is whole again; a finished one is left."""
    pages = [[FERRY[0]], [FERRY[1]], [BELL[0] + " paint-"], ["ed often, and"], ["tarred."]]
    expected = [FERRY_TEXT, BELL[0] + " painted often, and tarred."]
    assert expected == _paragraphs(*pages, header="Lake Post {page}")
    assert [FERRY_TEXT, BELL_TEXT] == _paragraphs(FERRY, BELL)
    assert ["a shore, and", "• a quay"] == _paragraphs(["a shore, and"], ["• a quay"])
    assert ["It was Tom", "Berg again"] == _paragraphs(["It was Tom"], ["Berg again"])


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["the infor-", "mation desk"], "the information desk"),
        (["infor\u00ad", "mation desk"], "information desk"),
        (["(infor-", "mation)"], "(information)"),
        # Before a capital or a digit the hyphen is meant.
        (["the Anglo-", "Saxon ship"], "the Anglo-Saxon ship"),
        (["in 2020-", "2021 it"], "in 2020-2021 it"),
        (["a 20-", "year wait"], "a 20-year wait"),
        # The document has the word with its hyphen.
        (["a long-term plan is a long-", "term plan"], "a long-term plan is a long-term plan"),
        # The document has both halves as words.
        (["a term so long is a long-", "term plan"], "a term so long is a long-term plan"),
        # The document has the word without it, whatever else it has.
        (["some thing: something, some-", "thing"], "some thing: something, something"),
        (["the state-of-the-", "art ferry"], "the state-of-the-art ferry"),
        (["at lake.example/old-", "quay today"], "at lake.example/old-quay today"),
        (["pre-", "and post-war ferries"], "pre- and post-war ferries"),
        (["the ferry -", "it was late"], "the ferry - it was late"),
        (["it was so-", "“so” they say"], "it was so-“so” they say"),
    ],
)
def test_hyphens_at_line_ends_go_where_there_is_no_doubt(lines: list[str], whole: str) -> None:
    """A word that a line's end breaks is whole; a hyphen that a word has of its own stays."""
    filler = "and the goats went on board one after the other, as they do every day,"
    found = join_lines([[Line(text, 0, -14 * n, 11) for n, text in enumerate([filler, *lines])]])
    assert [f"{filler} {whole}"] == found


def test_ligatures_become_letters() -> None:
    """What is printed as ﬁ or ﬃ is found by its letters."""
    article = _read(write_pdf([["The oﬃce ﬁnds it diﬃcult to ﬂoat oﬀ."]]))
    assert "The office finds it difficult to float off." == article.text


@given(st.lists(st.lists(st.lists(words, min_size=1, max_size=9), max_size=8), max_size=4))
def test_every_word_is_read(pages: list[list[list[str]]]) -> None:
    """Whatever is printed once stands in the article, in its order."""
    numbered = [[" ".join(ws) + f" x{p}y{n}." for n, ws in enumerate(page)]
                for p, page in enumerate(pages)]  # fmt: skip
    expected = " ".join(line for page in numbered for line in page).split()
    if not expected:
        return
    article = _read(write_pdf(numbered, title=WORDS[0]))
    assert expected == article.text.split()


@given(
    st.lists(
        st.lists(
            st.builds(
                Line,
                st.text("abZ-\u00ad1. é“", min_size=1).map(str.strip).filter(bool),
                st.floats(0, 500), st.floats(-700, 700), st.floats(0, 30),
            ),
            max_size=6,
        ),
        max_size=5,
    )
)  # fmt: skip
def test_joining_lines_keeps_every_letter(pages: list[list[Line]]) -> None:
    """However lines stand, no letter or digit is lost, and only what repeats goes."""
    kept = drop_running_lines(pages)
    assert all(line in lines for rest, lines in zip(kept, pages, strict=True) for line in rest)

    def letters(texts: list[str]) -> str:
        return "".join(c for text in texts for c in text if c.isalnum())

    joined = join_lines([lines for lines in pages if lines])
    assert letters([line.text for lines in pages for line in lines]) == letters(joined)
    once = {x.text for lines in pages for x in lines if
            sum(y.text == x.text for page in pages for y in page) == 1}  # fmt: skip
    if not any(c.isdigit() for lines in pages for line in lines for c in line.text):
        assert once <= {line.text for lines in kept for line in lines}


@pytest.mark.parametrize(
    "text",
    ["." * 200_000 + "!", ". " * 100_000 + "!", "a" * 200_000 + " b-", "a" * 200_000 + "1-",
     "1 # " * 50_000, "- " * 100_000, ".1" * 100_000 + "x", "a-" * 100_000, "!#" * 100_000],
)  # fmt: skip
@pytest.mark.timeout(20)  # what takes quadratic time takes minutes
def test_hostile_lines_take_no_time(text: str) -> None:
    """A line, however long and whatever it repeats, is joined in about linear time."""
    page = [Line(part, 0, -14 * n, 11) for n, part in enumerate([text, "a", text, "B", text])]
    assert join_lines(drop_running_lines([page] * 3))


# Running lines.


BODIES = [[f"On day {n} the ferry carried {word} over the lake."] for n, word in
          enumerate(("goats", "hay", "tar", "bells"), start=31)]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "footer"),
    [
        ("The Heron Annual — {page}", None),
        ("The Heron Annual", "{page}"),
        (None, "Page {page} of 4"),
        (None, "– {page} –"),
        ("{page} · The Heron Annual", "lake.example"),
        ("The Heron Annual, 12 May 2019", "{page}/4"),
    ],
)
def test_running_lines_go(header: str | None, footer: str | None) -> None:
    """What stands at the top or bottom of every page, numbers included, is no text."""
    expected = [line for lines in BODIES for line in lines]
    assert expected == _paragraphs(*BODIES, header=header, footer=footer)


def test_running_lines_of_left_and_right_pages_go() -> None:
    """Two headers that take turns go both, and so does a chapter's that bears the page's number."""
    heads = ["Heron", "Annual"] * 4 + ["Goats 9", "Goats 10"]
    pages = [
        [Line(head, 0, 800, 10), Line(f"On day {n * n}.", 0, 700, 10), Line(str(n), 300, 40, 10)]
        for n, head in enumerate(heads, start=1)
    ]
    assert [[lines[1]] for lines in pages] == drop_running_lines(pages)


@pytest.mark.parametrize(
    ("pages", "options"),
    [
        # Of two pages only lines with the page's number go.
        (BODIES[:2], {"header": "The Heron Annual"}),
        # A single page has nothing that repeats.
        (BODIES[:1], {"header": "The Heron Annual — {page}"}),
        # Numbers that are not the pages'.
        ([[f"Boat {n}", *body] for n, body in zip((7, 3, 12, 1), BODIES, strict=True)], {}),
        # A title in large type, although every page bears one.
        ([["# Lesson", *body] for body in BODIES], {}),
    ],
)  # fmt: skip
def test_lines_that_only_look_like_running_ones_stay(
    pages: list[list[str]], options: dict[str, str]
) -> None:
    """What might be text stays."""
    article = _read(write_pdf(pages, title="Lake", **options))
    shown = [line.removeprefix("# ") for lines in pages for line in lines]
    head = options.get("header", "").split(" —")[0]
    assert len(pages) == article.text.count(head or shown[0].split(" ")[0])
    assert all(line in article.text.replace("\n\n", " ") for line in shown)


def test_a_file_never_loses_all_its_text() -> None:
    """Where every line repeats, every line is text."""
    assert ["Boat 1", "Boat 2", "Boat 3"] == _paragraphs(["Boat 1"], ["Boat 2"], ["Boat 3"])


def test_two_pages_lose_their_numbered_lines() -> None:
    """Of two pages a line goes that is the same but for the page's number."""
    assert [BODIES[0][0], BODIES[1][0]] == _paragraphs(*BODIES[:2], header="Heron — {page}")


def test_a_title_at_another_height_than_the_headers_stays() -> None:
    """A title that later pages repeat as their header stands once in the text."""
    pages = [["", "", "", "", "The Heron Annual", "", *BODIES[0]], *BODIES[1:]]
    lines = [[Line("The Heron Annual", 0, 800 if n else 600, 10), Line(body[0], 0, 500, 10)]
             for n, body in enumerate(BODIES)]  # fmt: skip
    kept = drop_running_lines(lines)
    assert [2, 1, 1, 1] == [len(page) for page in kept]
    assert pages[0][4] == kept[0][0].text


# What a file says of itself.


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="uuid:1" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"
 xmlns:cc="http://creativecommons.org/ns#" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
 {attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>"""


def _stating(elements: str = "", attributes: str = "", **options: Any) -> Article:
    xmp = XMP.format(elements=elements, attributes=attributes)
    return _read(write_pdf([FERRY], xmp=xmp, **options))


def test_a_file_states_its_title_authors_language_and_tags() -> None:
    """Document information names them; the time of making is no date of publication."""
    data = write_pdf(
        [FERRY],
        title="The upper lake",
        author="Ada Quill; Tomás Ó Broin and Lena Weiss",
        keywords="ferries, goats; quays",
        language="en_gb",
        created="D:20240503120000Z",
    )
    article = _read(data)
    assert "The upper lake" == article.title
    assert ("Ada Quill", "Tomás Ó Broin", "Lena Weiss") == article.authors
    assert ("ferries", "goats", "quays") == article.tags
    assert "en-GB" == article.language
    assert (None, None, None) == (article.published_at, article.url, article.licence)


@pytest.mark.parametrize(
    "title",
    ["Microsoft Word - lake-3.docx", "Microsoft Word - Lake", "untitled", "Untitled-1", "lake.indd",
     "C:\\Users\\ada\\lake", "/home/ada/lake", "lake_final_v2", "Document1", "", " - ", "(none)"],
)  # fmt: skip
def test_a_title_that_names_a_file_is_none(title: str) -> None:
    """Then the first line is the title where it is a heading, else the file's name."""
    heading = _read(write_pdf([["The upper lake", "", *FERRY]], title=title))
    assert ("The upper lake", FERRY_TEXT) == (heading.title, heading.text)
    assert "lake" == _read(write_pdf([FERRY], title=title)).title


@pytest.mark.parametrize("title", ["1984", "Node", "Meet me at the quay.", "The end of the U.S."])
def test_other_titles_are_kept(title: str) -> None:
    """A title that says anything else is the title; a first line that repeats it is no text."""
    article = _read(write_pdf([[title.upper(), "", *FERRY]], title=title))
    assert (title, FERRY_TEXT) == (article.title, article.text)
    assert title == _read(write_pdf([[title]], title=title)).text


@pytest.mark.parametrize(
    ("author", "authors"),
    [
        ("Ada Quill", ("Ada Quill",)),
        ("Quill, Ada", ("Quill, Ada",)),
        ("Harbour and Sons", ("Harbour and Sons",)),
        ("Ada Quill <ada@lake.example>", ("Ada Quill",)),
        ("ada@lake.example", ()),
        ("Adobe InDesign CS6; Ada Quill", ("Ada Quill",)),
        ("Microsoft Office User", ()),
        ("Windows User", ()),
        ("Canon iR-ADV C5235", ()),
        ("admin", ()),
        ("user", ()),
        ("pdfTeX", ()),
        ("x" * 2000, ()),
    ],
)
def test_authors_are_people(author: str, authors: tuple[str, ...]) -> None:
    """Addresses and the names of software are nobody's names."""
    assert authors == _read(write_pdf([FERRY], author=author)).authors


def test_a_byline_names_the_author_that_the_file_does_not() -> None:
    """Credits and prompts of the text are set apart, as in every other format."""
    lines = ["The upper lake", "", "By Ada Quill", "", *FERRY, "", "Share this article"]
    article = _read(write_pdf([lines]))
    assert ("The upper lake", FERRY_TEXT) == (article.title, article.text)
    assert (("Ada Quill",), ("By Ada Quill", "Share this article")) == (
        article.authors,
        article.asides,
    )


@pytest.mark.parametrize(
    ("elements", "attributes", "published"),
    [
        ("<prism:publicationDate>2024-05-03</prism:publicationDate>", "", datetime(2024, 5, 3)),
        ("<dc:date><rdf:Seq><rdf:li>2024-05-03T10:00:00Z</rdf:li></rdf:Seq></dc:date>", "",
         datetime(2024, 5, 3, 10)),
        ("", 'prism:publicationDate="2024-05-03"', datetime(2024, 5, 3)),
        ("<dc:date>2020-01-01</dc:date><prism:publicationDate>2024-05-03</prism:publicationDate>",
         "", datetime(2024, 5, 3)),
        ("<dc:date><rdf:Seq><rdf:li>2024-05-03</rdf:li><rdf:li>2024-06-03</rdf:li></rdf:Seq>"
         "</dc:date>", "", None),
        ("<dc:date>May 2024</dc:date>", "", None),
        ("<dc:date>2024</dc:date>", "", None),
    ],
)  # fmt: skip
def test_a_date_is_stated_by_the_packet(
    elements: str, attributes: str, published: datetime | None
) -> None:
    """The XMP packet's one date is the date of publication; several, or none whole, are none."""
    expected = None if published is None else published.replace(tzinfo=UTC)
    assert expected == _stating(elements, attributes).published_at


@pytest.mark.parametrize(
    ("elements", "licence"),
    [
        ('<cc:license rdf:resource="https://licences.example/by/4.0/"/>',
         "https://licences.example/by/4.0/"),
        ('<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2024 Lake &amp; Post</rdf:li>'
         "</rdf:Alt></dc:rights>", "© 2024 Lake & Post"),
        ("<xmpRights:UsageTerms>Free to share</xmpRights:UsageTerms><dc:rights>© Post</dc:rights>",
         "Free to share"),
        ("<xmpRights:WebStatement>https://lake.example/terms</xmpRights:WebStatement>",
         "https://lake.example/terms"),
        ("<dc:rights> </dc:rights>", None),
    ],
)  # fmt: skip
def test_a_licence_is_stated_by_the_packet(elements: str, licence: str | None) -> None:
    """The packet's terms of use, licence or rights are the licence, as they stand."""
    assert licence == _stating(elements).licence


def test_the_packet_fills_what_the_document_information_lacks() -> None:
    """Title, authors, publication, language and tags are taken from either."""
    elements = (
        "<dc:title><rdf:Alt><rdf:li>The upper lake</rdf:li></rdf:Alt></dc:title>"
        "<dc:creator><rdf:Seq><rdf:li>Ada Quill</rdf:li><rdf:li>Tom Berg</rdf:li></rdf:Seq>"
        "</dc:creator><dc:subject><rdf:Bag><rdf:li>goats</rdf:li></rdf:Bag></dc:subject>"
        "<dc:language>de</dc:language><prism:publicationName>Lake Post</prism:publicationName>"
    )
    article = _stating(elements, title="untitled", author="user")
    assert ("The upper lake", ("Ada Quill", "Tom Berg")) == (article.title, article.authors)
    assert ("Lake Post", "de", ("goats",)) == (article.source, article.language, article.tags)
    other = _stating(elements, title="The quay", author="Lena Weiss", language="en", keywords="tar")
    assert ("The quay", ("Lena Weiss",), "en", ("tar",)) == (
        other.title,
        other.authors,
        other.language,
        other.tags,
    )


@pytest.mark.parametrize(
    "xmp",
    ["<broken", "<x/>", '<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>', "\x00" * 100],
)
def test_a_broken_packet_costs_nothing_else(xmp: str) -> None:
    """An article is read although what its file says of itself cannot be."""
    assert FERRY_TEXT == _read(write_pdf([FERRY], xmp=xmp)).text


# What cannot be read.


def _encrypted(user: str, algorithm: str = "RC4-128") -> bytes:
    writer = PdfWriter(clone_from=BytesIO(write_pdf([FERRY], title="The upper lake")))
    writer.encrypt(user, "owner", algorithm=algorithm)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_a_file_without_a_password_is_read_although_encrypted(algorithm: str) -> None:
    """Encryption that asks nobody for a password is no hindrance."""
    if algorithm.startswith("AES"):
        pytest.importorskip("cryptography")
    article = _read(_encrypted("", algorithm))
    assert ("The upper lake", FERRY_TEXT) == (article.title, article.text)


SOUND = write_pdf([FERRY, BELL])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b" \n", "is empty; "),
        (b"PK\x03\x04 no PDF", "is no PDF, "),
        (b"%PDF-1.7\n", "is a broken PDF "),
        (b"%PDF-1.7\n" + b"\x00" * 5000 + b"%%EOF", "is a broken PDF "),
        (SOUND[: len(SOUND) // 3], "is a broken PDF "),
        (write_pdf([]), "is a broken PDF (it has no pages); "),
        (write_pdf([None, None]), "holds pictures of pages and no text; .*OCR.*`ocrmypdf`"),
        (write_pdf([None] * 3, footer="{page}"), "holds pictures of pages and no text; "),
        (write_pdf([[], [""]]), "has no text; "),
        (_encrypted("secret"), "opens only with a password; "),
        (SOUND.replace(b"/Type /Pages", b"/Type /Other").replace(b"/Kids [", b"/Kids [2 0 R "),
         "is a broken PDF "),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    """A file that holds no readable text is refused with its reason and its cure."""
    with pytest.raises(SourceError, match=f"^{reason.replace('(', '[(]').replace(')', '[)]')}"):
        list(read_pdf(data, "/archive/lake.pdf", "lake.pdf"))


def test_text_in_an_unreadable_font_is_refused() -> None:
    """A font that gives its letters no meaning yields no article of replacement signs."""
    data = SOUND.replace(b"/F1 3 0 R", b"/F2 3 0 R")
    with pytest.raises(SourceError, match=r"^is set in a font .*`ocrmypdf --force-ocr`$"):
        list(read_pdf(data, "/archive/lake.pdf", "lake.pdf"))


def _changed(pages: Sequence[Sequence[str]], content: bytes, **entries: str) -> bytes:
    """Return a file whose first page has another content stream."""
    writer = PdfWriter(clone_from=BytesIO(write_pdf(pages)))
    stream = DecodedStreamObject()
    stream.set_data(content)
    stream.update({NameObject(f"/{k}"): NameObject(v) for k, v in entries.items()})
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_broken_page_is_reported_and_the_others_read() -> None:
    """One page that cannot be read costs that page alone."""
    data = _changed([FERRY, BELL], b"BT (lost) Tj ET", Filter="/Unheard")
    article, report = read_pdf(data, "/archive/lake.pdf", "lake.pdf")
    assert isinstance(article, Article)
    assert BELL_TEXT == article.text
    reason = "has pages that cannot be read (1); print it anew, or leave it out"
    assert Unread("/archive/lake.pdf", reason) == report


@pytest.mark.skipif(find_spec("brotli") is not None, reason="brotli is installed")
def test_a_library_that_is_absent_is_named() -> None:
    """What takes a library that is not installed says which."""
    data = _changed([FERRY], b"x", Filter="/BrotliDecode")
    with pytest.raises(SourceError, match=r"^takes a library .* [(]brotli is required .*[)]; "):
        list(read_pdf(data, "/archive/lake.pdf", "lake.pdf"))


def test_a_bomb_is_not_unpacked() -> None:
    """A stream that swells beyond bounds is cut off."""
    data = _changed([FERRY], zlib.compress(b" " * 40_000_000), Filter="/FlateDecode")
    assert len(data) < 100_000
    with pytest.raises(SourceError, match=r"^is a broken PDF"):
        list(read_pdf(data, "/archive/lake.pdf", "lake.pdf"))


@given(st.data())
def test_damage_ends_in_an_article_or_a_reason(data: st.DataObject) -> None:
    """Bytes that were changed, dropped or doubled never end in another error."""
    damaged = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        until = at + data.draw(st.integers(0, 40))
        damaged[at:until] = data.draw(
            st.one_of(
                st.binary(max_size=20),
                st.sampled_from(
                    [b"<<", b">>", b"[", b"1 0 R", b"/Kids", b"stream", b"-1", b"null"]
                ),
            )
        )
    with contextlib.suppress(SourceError):
        for found in read_pdf(bytes(damaged), "/archive/lake.pdf", "lake.pdf"):
            assert isinstance(found, Article | Unread)


def test_pypdf_keeps_silent(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """What pypdf has to say of a damaged file reaches neither log nor terminal."""
    with warnings.catch_warnings(record=True) as warned:
        list(read_pdf(b"junk\n" + SOUND, "/a.pdf", "a.pdf"))
    assert ([], "", "") == (caplog.records, *capfd.readouterr())
    assert [] == warned
    assert logging.NOTSET == logging.getLogger("pypdf").level
