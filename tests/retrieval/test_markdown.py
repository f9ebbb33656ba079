"""Markdown with front matter, read as the plain text that a reader would see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.sources import Labels, Unread
from retrieval.sources.markdown import read_markdown
from retrieval.types import PUBLIC, Article


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a test writes its file."""
    return tmp_path / "lock-keeper.md"


def _read(path: Path, text: str) -> Article:
    labels = Labels("The handbook", "staff")
    (found,) = read_markdown(text.encode(), str(path), path.name, labels)
    assert isinstance(found, Article), found
    return found


def test_front_matter_gives_the_fields(path: Path) -> None:
    """Every field that front matter may give arrives in the article."""
    article = _read(
        path,
        "---\nid: 7\ntitle: 'The keeper: duties &amp; hours'\nurl: https://example.org/k?a=b#c\n"
        "source: Canal Gazette\nauthors:\n  - Maud Ferrier\n  - Ian Berg\n"
        "date: 2025-03-01\ncollection: crew\n---\n\nOpen the gates at six.\n",
    )
    assert (
        Article(
            title="The keeper: duties & hours",
            text="Open the gates at six.",
            location=str(path),
            given_id="7",
            url="https://example.org/k?a=b#c",
            source="Canal Gazette",
            authors=("Maud Ferrier", "Ian Berg"),
            published_at=datetime(2025, 3, 1, tzinfo=UTC),
            collection="crew",
        )
        == article
    )


@pytest.mark.parametrize(
    ("aliases", "expected"),
    [
        ("[Old lock, 'Gate; upper', Old lock]", ("Old lock", "Gate; upper")),
        ("Old lock; Gate", ("Old lock", "Gate")),
        ("[/2019/lock/, https://example.org/lock, Gate]", ("Gate",)),
        ("7", ("7",)),
        ("{a: b}", ()),
        ("", ()),
    ],
)
def test_front_matter_gives_other_titles(
    path: Path, aliases: str, expected: tuple[str, ...]
) -> None:
    """Aliases are other titles, none twice; the earlier addresses that some call so are none."""
    assert expected == _read(path, f"---\naliases: {aliases}\n---\nText.").aliases


def test_what_front_matter_leaves_out_is_the_sources(path: Path) -> None:
    """Without front matter the source's publication and collection apply, the rest is unknown."""
    article = _read(path, "Open the gates at six.")
    assert Article(
        "lock-keeper", "Open the gates at six.", str(path), source="The handbook",
        collection="staff",
    ) == article  # fmt: skip
    (plain,) = read_markdown(b"Open the gates at six.", str(path), path.name)
    assert isinstance(plain, Article)
    assert (None, PUBLIC) == (plain.source, plain.collection)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("author: Maud Ferrier", ("Maud Ferrier",)),
        ("author: Maud Ferrier; Ian Berg", ("Maud Ferrier", "Ian Berg")),
        ("author: Ferrier, Maud", ("Ferrier, Maud",)),
        ("authors: []", ()),
        ("authors: [Maud, null, {name: Ian}, '', 5]", ("Maud", "5")),
        ("author: {name: Maud}", ()),
        ("author: true", ()),
        ("author:", ()),
    ],
)
def test_authors_are_names_and_nothing_else(path: Path, line: str, authors: object) -> None:
    """Authors come from a list or a text; what is no name is left out, never guessed."""
    assert authors == _read(path, f"---\n{line}\n---\nText.").authors


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("date: 2025-03-01", datetime(2025, 3, 1, tzinfo=UTC)),
        ("date: '2025-03-01'", datetime(2025, 3, 1, tzinfo=UTC)),
        ("date: 2025-03-01 08:30:00", datetime(2025, 3, 1, 8, 30, tzinfo=UTC)),
        ("published_at: 2025-03-01T08:30:00Z", datetime(2025, 3, 1, 8, 30, tzinfo=UTC)),
        (
            "published_at: '2025-03-01T08:30:00+08:00'",
            datetime(2025, 3, 1, 8, 30, tzinfo=timezone(timedelta(hours=8))),
        ),
        ("date:", None),
        ("date: ''", None),
        ("published_at: 2025-03-01\ndate: 1999-01-01", datetime(2025, 3, 1, tzinfo=UTC)),
    ],
)
def test_dates_keep_their_zone_or_are_utc(path: Path, line: str, moment: datetime | None) -> None:
    """A date with a zone keeps it; one without is UTC; none is unknown."""
    assert moment == _read(path, f"---\n{line}\n---\nText.").published_at


@pytest.mark.parametrize(
    "front",
    [
        "title: [unclosed",
        "title: 'unclosed",
        "a: b: c",
        "\ttabbed: yes",
        "- a\n- list",
        "just words",
        "date: 2025-13-45",
        "date: last Tuesday",
        "date: 1740787200",
        "date: [2025]",
        "title: *nowhere",
        "x: !!python/object/apply:os.system ['true']",
        "? [a, b]\n: c",
    ],
)
def test_broken_front_matter_gets_a_sentence(path: Path, front: str) -> None:
    """Front matter that is broken, no mapping, or without a real date is refused, with its cure."""
    path.write_text(f"---\n{front}\n---\nText.", encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"^has front matter that cannot be read \(.+\); mend it$"
    ):
        list(read_markdown(path.read_bytes(), str(path), path.name))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\n---\nText.", "Text."),
        ("---\n# only a comment\n---\nText.", "Text."),
        ("\n\n---\ntitle: T\n---\nText.", "Text."),
        ("---\r\ntitle: T\r\n---\r\nText.\r\n", "Text."),
        ("----\n\nText under a rule.", "Text under a rule."),
        ("One.\n\n---\n\nTwo.\n\n---\n\nThree.", "One.\n\nTwo.\n\nThree."),
        ('{\n"title": "x"\n}\n\nText.', '{ "title": "x" }\n\nText.'),
    ],
)
def test_rules_and_empty_front_matter_lose_no_text(path: Path, text: str, expected: str) -> None:
    """An empty block of front matter is none, and a rule between paragraphs is a rule."""
    (article,) = read_markdown(text.encode(), str(path), path.name)
    assert isinstance(article, Article)
    assert expected == article.text


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("---\ntitle: Keeper\n---\n# Keeper\n\nText.", "Keeper", "Text."),
        ("---\ntitle: Keeper\n---\n# Duties\n\nText.", "Keeper", "Duties\n\nText."),
        ("# Keeper\n\nText.", "Keeper", "Text."),
        ("Keeper\n======\n\nText.", "Keeper", "Text."),
        ("# *The* `keeper` &amp; [more](https://e.org)\n\nText.", "The keeper & more", "Text."),
        ("Text.\n\n# Later\n\nMore.", "lock-keeper", "Text.\n\nLater\n\nMore."),
        ("#\n\nText.", "lock-keeper", "Text."),
        ("---\ntitle: [a, b]\n---\nText.", "lock-keeper", "Text."),
        ("---\ntitle: 1984\n---\nText.", "1984", "Text."),
    ],
)
def test_the_title_stands_apart_from_the_text(path: Path, text: str, title: str, body: str) -> None:
    """The title is front matter's, the opening heading's or the file's, and no part of the text."""
    article = _read(path, text)
    assert (title, body) == (article.title, article.text)


def test_headings_are_known_by_their_place(path: Path) -> None:
    """Every heading but the title is a line of its own whose span is exact."""
    article = _read(
        path, "# Keeper\n\n## Gates\n\nText.\n\n### *Upper* gate\n\nMore.\n\nSill\n---\n"
    )
    assert ["Gates", "Upper gate", "Sill"] == [
        article.text[h.start : h.end] for h in article.headings
    ]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("A *very* __old__ ~~new~~ gate.", "A very old new gate."),
        ("See [the rules](https://e.org 'x') and <https://e.org>.", "See the rules and https://e.org."),
        ("![a picture](x.png) Text.", "Text."),
        ("Run `footnote  index` now.", "Run footnote index now."),
        ("One\ntwo\nthree.", "One two three."),
        ("One\\\ntwo.", "One\ntwo."),
        ("> Quoted.\n>\n> Again.", "Quoted.\n\nAgain."),
        ("- one\n- two", "• one\n• two"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("- one\n  - inner\n    1. deep\n- two", "• one\n  • inner\n    1. deep\n• two"),
        ("- one\n\n  more of one\n\n- two", "• one\n\nmore of one\n\n• two"),
        ("-\n\nAfter.", "After."),
        ("- ```\n  code\n  ```\n\nAfter.", "• code\n\nAfter."),
        ("```sh\n$ ls\n  -la\n```", "$ ls\n  -la"),
        ("    indented code", "indented code"),
        ("```\n\n```\n\nText.", "Text."),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | |", "a | b\n1 | 2\n3 | "),
        ("One.\n\n***\n\nTwo.", "One.\n\nTwo."),
        ("Fish &amp; chips &copy; &nbsp; x", "Fish & chips © x"),
        (r"\*not bold\*", "*not bold*"),
        ("Soft\u00adly, one\u00a0space, bell\x07.", "Softly, one space, bell."),
    ],
)  # fmt: skip
def test_markup_becomes_the_text_it_shows(path: Path, markdown: str, text: str) -> None:
    """Emphasis, links, lists, code and tables are laid out as plain text."""
    assert text == _read(path, markdown).text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("<p align='center'>Open at six.</p>", "Open at six."),
        ("<div>\n<b>Open</b> at &lt;six&gt;.\n</div>\n\nText.", "Open at <six>.\n\nText."),
        ("Press <kbd>Enter</kbd><br>now.", "Press Enternow."),
        ("<!-- a note\nto editors -->\n\nText.", "Text."),
        ("<script>\nlet x = '<p>no</p>';\n</script>\n\nText.", "Text."),
        ("<style>p { color: red }</style>\n\nText.", "Text."),
        ("<details>\n<summary>More</summary>\n\nInner *text*.\n\n</details>",
         "More\n\nInner text."),
        ("<p>1 < 2 and 3 > 2</p>", "1 < 2 and 3 > 2"),
    ],
)  # fmt: skip
def test_html_shows_its_text_and_nothing_else(path: Path, markdown: str, text: str) -> None:
    """Of HTML the visible text stays; tags, comments, scripts and styles do not."""
    assert text == _read(path, markdown).text


def test_a_list_stands_apart_from_what_is_around_it(path: Path) -> None:
    """Items are lines of one paragraph, whatever the paragraph before them ends with."""
    article = _read(path, "Gates:\n1 and 2\n\n- one\n- two\n\nBehind.")
    assert "Gates: 1 and 2\n\n• one\n• two\n\nBehind." == article.text


@pytest.mark.parametrize(
    "text", ["# Only a title", "---\ntitle: T\n---\n", "<!-- nothing -->", "![only](x.png)", "***"]
)
def test_a_page_without_text_is_reported(path: Path, text: str) -> None:
    """A page that shows no text is no article, and the report says so."""
    assert [Unread(str(path), "has no text; write its text or leave it out")] == list(
        read_markdown(text.encode(), str(path), path.name)
    )


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("/relative", False),
        ("https://exa mple.org", False),
        ("https://", False),
        ("'http://[::1'", False),
        ("[https://example.org]", False),
    ],
)
def test_only_a_link_that_can_be_followed_is_one(path: Path, url: str, kept: bool) -> None:
    """A link is a whole web address, else the article has none."""
    article = _read(path, f"---\nurl: {url}\n---\nText.")
    assert (url if kept else None) == article.url


@given(
    st.lists(
        st.sampled_from(
            "# One|## Two|- item|  - inner|1. first|> quoted|```|    code|| a | b ||---|"
            "|---|---||<div>|</div>|text here|*bold|[x](y)|\\|&amp;|---|***||\t".split("|")
        ),
        max_size=25,
    )
)
def test_any_markdown_lays_out(lines: list[str]) -> None:
    """Whatever the markup, headings are exact lines of the text and no gap is wider than a line."""
    text = "Text.\n\n" + "\n".join(lines)
    (article,) = read_markdown(text.encode(), "any.md", "any.md")
    assert isinstance(article, Article)
    for heading in article.headings:
        line = article.text[heading.start : heading.end]
        assert line in article.text.split("\n")
    assert article.text == article.text.strip("\n")
