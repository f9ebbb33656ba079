"""What pages say of themselves is read as stated, by precedence, and nothing is guessed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sources.authors import clean_authors
from retrieval.sources.metadata import Metadata, read_metadata
from retrieval.sources.moments import as_moment
from retrieval.sources.page import parse_page

URL = "https://gazette.example/news/gates?id=1#top"


def _read(page: str, url: str | None = None) -> Metadata:
    return read_metadata(parse_page(f"{page}<p>Text.</p>"), url)


def _linked(*nodes: object) -> str:
    return "".join(
        f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes
    )


def _article(**values: object) -> str:
    return _linked({"@context": "https://schema.org", "@type": "NewsArticle", **values})


def test_every_field_has_its_statement() -> None:
    """JSON-LD, OpenGraph and plain `<meta>` each give every field that they can state."""
    expected = Metadata(
        title="The gates", source="The Gazette", authors=("Ann Lee",),
        published_at=datetime(2025, 3, 1, tzinfo=UTC), updated_at=datetime(2025, 3, 2, tzinfo=UTC),
        url="https://gazette.example/gates", language="en-GB", licence="CC BY 4.0",
        tags=("locks", "oak"),
    )  # fmt: skip
    linked = _article(
        headline="The gates", publisher={"@type": "Organization", "name": "The Gazette"},
        author={"@type": "Person", "name": "Ann Lee"}, datePublished="2025-03-01",
        dateModified="2025-03-02", mainEntityOfPage={"@id": "https://gazette.example/gates"},
        inLanguage="en-GB", license="CC BY 4.0", keywords=["locks", "oak"],
    )  # fmt: skip
    assert expected == _read(linked)
    graph = """
      <meta property="og:title" content="The gates | The Gazette">
      <meta property="og:site_name" content="The Gazette">
      <meta property="article:author" content="Ann Lee">
      <meta property="article:published_time" content="2025-03-01">
      <meta property="article:modified_time" content="2025-03-02">
      <meta property="og:url" content="https://gazette.example/gates">
      <meta property="og:locale" content="en_GB"><meta name="rights" content="CC BY 4.0">
      <meta property="article:tag" content="locks"><meta property="article:tag" content="oak">"""
    assert expected == _read(graph)
    plain = """<html lang="en-gb"><title>The gates</title>
      <link rel="canonical" href="https://gazette.example/gates">
      <META NAME="DC.Title" CONTENT="The gates"><META NAME="DC.Publisher" CONTENT="The Gazette">
      <META NAME="DC.Creator" CONTENT="Ann Lee"><META NAME="DC.Date" CONTENT="2025-03-01">
      <META NAME="DCTERMS.Modified" CONTENT="2025-03-02"><META NAME="DC.Rights" CONTENT="CC BY 4.0">
      <META NAME="Keywords" CONTENT="locks, oak">"""
    assert expected == _read(plain)


def test_nothing_stated_is_nothing_known() -> None:
    """A page that states nothing has no metadata."""
    assert Metadata() == _read("<img title=x><time>now</time><a rel=license href=/l>Licence</a>")


def test_what_is_said_for_machines_goes_first() -> None:
    """JSON-LD goes before OpenGraph, that before other `<meta>`, those before what is shown."""
    linked = _article(headline="One", author="Ann Lee", datePublished="2025-03-01", keywords="a")
    graph = (
        "<meta property=og:title content=Two><meta property=article:author content='Bo Ek'>"
        "<meta property=article:published_time content=2025-03-02>"
        "<meta property=article:tag content=b>"
    )
    plain = (
        "<meta name=dc.title content=Three><meta name=author content='Cy Dahl'>"
        "<meta name=date content=2025-03-03><meta name=keywords content=c>"
    )
    shown = (
        "<article><h1>Four</h1><a rel=author href=/d>Di Moe</a><a rel=tag>d</a>"
        "<time datetime=2025-03-04 class=published>4 March</time></article>"
    )
    for number, page in enumerate(
        (linked + graph + plain + shown, graph + plain + shown, plain + shown, shown)
    ):
        said = _read(page)
        assert (
            ("One", "Two", "Three", "Four")[number],
            (("Ann Lee", "Bo Ek", "Cy Dahl", "Di Moe")[number],),
            datetime(2025, 3, 1 + number, tzinfo=UTC),
            ("abcd"[number],),
        ) == (said.title, said.authors, said.published_at, said.tags)


@pytest.mark.parametrize(
    "page",
    [
        _linked({"@graph": [{"@type": "WebPage"}, {"@type": "BlogPosting", "headline": "Gates"}]}),
        _linked([{"@type": "ListItem", "name": "x"}, {"@type": "Report", "headline": "Gates"}]),
        _linked({"@type": "WebPage", "mainEntity": {"@type": "Article", "headline": "Gates"}}),
        _linked({"@type": "Organization", "name": "x"}, {"@type": "TechArticle", "name": "Gates"}),
        _linked({"@type": ["Thing", "http://schema.org/Article"], "headline": "Gates"}),
        _linked({"@type": "schema:OpinionNewsArticle", "headline": ["Gates"]}),
        _linked({"@type": "Article", "headline": {"@value": "Gates"}}),
        _linked({"@type": "Article", "headline": "  Gates\n"}),
        '<script type="application/ld+json"><!-- {"@type": "Article", "headline": "Gates"} -->'
        "</script>",
        '<script type="application/ld+json">//<![CDATA[\n{"@type":"Article","headline":"Gates"}\n'
        "//]]></script>",
        '<script type="Application/LD+JSON; charset=utf-8">{"@type":"Article","headline":"Gates"};'
        "</script>",
        '<script type="application/ld+json">{"@type": "Article", "headline": "Broken",}</script>'
        + _linked({"@type": "Article", "headline": "Gates"}),
        '<script type="application/ld+json">{"@type":"Article","description":"a\nb",'
        '"headline":"Gates"}</script>',
        '<script type="application/ld+json">[[[</script><title>Gates</title>',
        '<script type="application/ld+json"></script><title>Gates</title>',
        '<script type="application/ld+json">' + "[" * 5000 + "</script><title>Gates</title>",
        _linked({"@type": "Product", "headline": "A boat"}, 5, None, "x", [[]])
        + "<title>Gates</title>",
        _linked({"@type": "Article", "headline": 5, "name": {}}) + "<title>Gates</title>",
        "<script>{'@type': 'Article', 'headline': 'No'}</script><title>Gates</title>",
    ],
)  # fmt: skip
def test_json_ld_is_read_wherever_it_nests(page: str) -> None:
    """The article is found in graphs, lists and pages; what is malformed is passed over."""
    assert "Gates" == _read(page).title


@pytest.mark.parametrize(
    ("author", "authors"),
    [
        ("Ann Lee", ("Ann Lee",)),
        ({"@type": "Person", "name": "Ann Lee", "url": "https://e.org/ann"}, ("Ann Lee",)),
        ({"@type": "Organization", "name": "Elm News Agency"}, ("Elm News Agency",)),
        ([{"name": "Ann Lee"}, "Bo Ek", {"name": ["Cy Dahl", "Di Moe"]}, 5, None, {}],
         ("Ann Lee", "Bo Ek", "Cy Dahl", "Di Moe")),
        ({"@id": "#ann"}, ("Ann Lee",)),
        ({"@id": "#nobody"}, ()),
        ({"givenName": "Ann", "familyName": "Lee"}, ("Ann Lee",)),
        ({"name": "The Gazette"}, ()),
        ("https://gazette.example/staff/ann", ()),
        ("Anna &amp; Bo", ("Anna & Bo",)),
        ({"name": {"name": {"name": {"name": "Ann Lee"}}}}, ()),
    ],
)  # fmt: skip
def test_json_ld_names_authors_in_every_form(author: object, authors: tuple[str, ...]) -> None:
    """Authors come as texts, people, organisations, lists and references; the site is none."""
    page = _linked(
        {"@type": "Article", "author": author, "publisher": {"@id": "#site"}},
        {"@id": "#ann", "@type": "Person", "name": "Ann Lee"},
        {"@id": "#site", "@type": "NewsMediaOrganization", "name": "The Gazette"},
    )
    assert (authors, "The Gazette") == (_read(page).authors, _read(page).source)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("By Ann Lee", "Ann Lee"),
        ("by: Ann Lee", "Ann Lee"),
        ("Written by Ann Lee", "Ann Lee"),
        ("Byron Lee", "Byron Lee"),
        ("Ann Lee and Bo Ek", "Ann Lee|Bo Ek"),
        ("Ann Lee, Bo Ek & Cy Dahl", "Ann Lee|Bo Ek|Cy Dahl"),
        ("Ann Lee, Bo Ek, and Cy van der Dahl", "Ann Lee|Bo Ek|Cy van der Dahl"),
        ("Ann Lee; Bo Ek", "Ann Lee|Bo Ek"),
        ("Lee, Ann", "Lee, Ann"),
        ("Simon and Shuster", "Simon and Shuster"),
        ("Department of Health and Care", "Department of Health and Care"),
        ("Ann Lee, Staff Writer", "Ann Lee"),
        ("Ann Lee, Health Correspondent", "Ann Lee"),
        ("Ann Lee | The Gazette", "Ann Lee"),
        ("Ann Lee <ann@gazette.example>", "Ann Lee"),
        ("ann@gazette.example (Ann Lee)", "Ann Lee"),
        ("ann@gazette.example", ""),
        ("@annlee", ""),
        ("https://facebook.example/ann", ""),
        ("//e.org/ann", ""),
        ("/authors/ann", ""),
        ("www.gazette.example", ""),
        ("gazette.example", ""),
        ("the gazette", ""),
        ("Staff", ""),
        ("Gazette Staff", ""),
        ("Admin", ""),
        ("The Editors", ""),
        ("Editorial Team", ""),
        ("Newsroom", ""),
        ("Redaktion", ""),
        ("undefined", ""),
        ("-", ""),
        ("x" * 300, ""),
        ("Ann  Lee, ", "Ann Lee"),
        ("李安", "李安"),
        ("Ann Lee, Ann Lee", "Ann Lee"),
    ],
)
def test_authors_are_names(value: str, names: str) -> None:
    """A name is freed of what stands around it; an address, a role or the site is no author."""
    expected = tuple(filter(None, names.split("|")))
    assert expected == clean_authors([value], ["The Gazette"], "en")


@pytest.mark.parametrize(
    ("language", "value", "name"),
    [
        ("de-AT", "Von Anna Berger", "Anna Berger"),
        ("fr", "Par Zoé Blanc", "Zoé Blanc"),
        ("en", "Von Miller", "Von Miller"),
        (None, "Von Miller", "Von Miller"),
        ("de", "Von", "Von"),
    ],
)
def test_a_byline_begins_in_its_own_language(language: str | None, value: str, name: str) -> None:
    """The page's language says what means “by”; elsewhere the word may be a name."""
    assert (name,) == clean_authors([value], [], language)


CLOCK = datetime(2025, 3, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-01T08:30:00Z", CLOCK),
        ("2025-03-01T08:30:00.000Z", CLOCK),
        ("2025-03-01T08:30", CLOCK),
        (" 2025-03-01 08:30:00 ", CLOCK),
        ("2025-03-01 08:30 UTC", CLOCK),
        ("2025-03-01T08:30:00 +0000", CLOCK),
        ("2025-03-01T09:30:00+0100", CLOCK.astimezone(timezone(timedelta(hours=1)))),
        ("2025-03-01T09:30:00+01", CLOCK.astimezone(timezone(timedelta(hours=1)))),
        ("2025/03/01 8:30", CLOCK),
        ("20250301T083000Z", CLOCK),
        ("Sat, 01 Mar 2025 08:30:00 GMT", CLOCK),
        ("Sat, 01 Mar 2025 09:30:00 +0100", CLOCK.astimezone(timezone(timedelta(hours=1)))),
        ("1 Mar 2025 03:30:00 EST", CLOCK.astimezone(timezone(timedelta(hours=-5)))),
        ("2025-03-01", datetime(2025, 3, 1, tzinfo=UTC)),
        ("2025-3-1", datetime(2025, 3, 1, tzinfo=UTC)),
        ("2025.03.01", datetime(2025, 3, 1, tzinfo=UTC)),
        ("Sat, 01 Mar 2025 09:30:00 CET", None),
        ("99 Mar 2025 08:30:00 GMT", None),
        ("03/04/2025", None),
        ("2025", None),
        ("2025-03", None),
        ("08:30", None),
        ("March 1", None),
        ("yesterday", None),
        ("2025-13-01", None),
        ("2025-03-01 half past eight", None),
        ("2025-03-01T25:00", None),
        ("0001-01-01T00:00:00", None),
        ("0000-00-00 00:00:00", None),
        ("1970-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("1740817800", None),
        ("", None),
    ],
)
def test_times_are_read_as_stated(text: str, moment: datetime | None) -> None:
    """ISO 8601, what is nearly that, and mail's dates are times; what may be two days is none."""
    read = as_moment(text)
    assert moment == read
    assert read is None or (moment is not None and moment.utcoffset() == read.utcoffset())


@pytest.mark.parametrize(
    ("page", "day"),
    [
        ("<time itemprop=datePublished datetime=2025-03-05>x</time>", 5),
        ("<meta itemprop=datePublished content=2025-03-05>", 5),
        ("<span itemprop=datePublished>2025-03-05</span>", 5),
        ("<div itemscope itemtype='https://schema.org/NewsArticle'>"
         "<meta itemprop=datePublished content=2025-03-05></div>", 5),
        ("<div itemscope itemtype='https://schema.org/Comment'>"
         "<meta itemprop=datePublished content=2025-03-05></div>", None),
        ("<time pubdate datetime=2025-03-05>x</time>", 5),
        ("<time class='entry-date published' datetime=2025-03-05>x</time>", 5),
        ("<article><h1>x</h1><time datetime=2025-03-05>x</time></article>", 5),
        ("<article><h1>x</h1><p>On <time datetime=2025-03-05>5 March 2025</time></p></article>", 5),
        ("<p>We meet at the lock on <time datetime=2025-03-05>5 March</time>.</p>", None),
        ("<time datetime=2025-03-05>x</time><time datetime=2025-03-06>y</time>", None),
        ("<time>2025-03-05</time>", None),
        ("<ul><li><time datetime=2025-03-05>x</time></ul>", None),
        ("<aside><time class=published datetime=2025-03-05>x</time></aside>", None),
        ("<div class=comments><time datetime=2025-03-05>x</time></div>", None),
        ("<article><h1>x</h1></article><article><time datetime=2025-03-05>x</time>", None),
        ("<footer><time datetime=2025-03-05>x</time></footer>", None),
        ("<meta name=date content='soon'><meta name=pubdate content=2025-03-05>", 5),
    ],
)  # fmt: skip
def test_a_time_shown_counts_where_it_is_marked(page: str, day: int | None) -> None:
    """A visible time is the article's where it says so or stands alone beside the text."""
    expected = datetime(2025, 3, day, tzinfo=UTC) if day else None
    assert expected == _read(page).published_at


@pytest.mark.parametrize(
    ("page", "authors"),
    [
        ("<span itemprop=author>By Ann Lee</span>", ("Ann Lee",)),
        ("<div itemscope itemtype='http://schema.org/Article'><p itemprop=author itemscope "
         "itemtype='http://schema.org/Person'>By <b itemprop=name>Ann Lee</b>, on boats</p></div>",
         ("Ann Lee",)),
        ("<meta itemprop=author content='Ann Lee'>", ("Ann Lee",)),
        ("<p itemscope itemtype='http://schema.org/Comment'><b itemprop=author>Joe</b></p>", ()),
        ("<a rel='author nofollow' href=/a>Ann Lee<svg>x</svg></a>", ("Ann Lee",)),
        ("<link rel=author href=/humans.txt>", ()),
        ("<div class=comment><a rel=author>Joe Ash</a></div>", ()),
        ("<article><h1>x</h1></article><article><a rel=author>Bo Ek</a></article>", ()),
        ("<footer><a rel=author>The Web Works</a></footer>", ()),
        ("<article><p>x</p><footer><a rel=author>Ann Lee</a></footer></article>", ("Ann Lee",)),
        ("<p class=byline>By Ann Lee</p>", ()),
        ("<meta name=author content='Ann Lee'><meta name=author content='Bo Ek'>",
         ("Ann Lee", "Bo Ek")),
        ("<meta name=author content='admin'><meta name=byl content='By Ann Lee'>", ("Ann Lee",)),
    ],
)  # fmt: skip
def test_an_author_shown_counts_where_it_is_marked(page: str, authors: tuple[str, ...]) -> None:
    """A visible name is the author's where the page marks it as such."""
    assert authors == _read(page).authors


SITE = "<meta property=og:site_name content='The Gazette'>"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Gates open | The Gazette</title>", "Gates open | The Gazette"),
        ("<title>Gates open | The Gazette</title>" + SITE,
         "Gates open"),
        ("<title>Gates open – the gazette</title>" + SITE,
         "Gates open"),
        ("<title>Gates open - The Gazette</title>"
         + _article(publisher={"@type": "Organization", "name": "The Gazette"}), "Gates open"),
        ("<title>The Gazette: Gates open</title>" + SITE,
         "Gates open"),
        ("<title>The Gazette</title>" + SITE,
         "The Gazette"),
        ("<title>Half-open gates</title><meta property=og:site_name content='open gates'>",
         "Half-open gates"),
        ("<title>Gates open | News | The Gazette</title><main><h1>Gates open</h1></main>",
         "Gates open"),
        ("<title>The Gazette | Gates open</title><article><h1>Gates open</h1></article>",
         "Gates open"),
        ("<title>Gates open | The Gazette of Upper Elm</title><h1>Gates open</h1>",
         "Gates open | The Gazette of Upper Elm"),
        ("<title>The gates open again | Gazette</title><h1>The gates open again</h1>",
         "The gates open again"),
        ("<title>Gazette | Gates open</title><h1>Gazette</h1>", "Gazette | Gates open"),
        ("<title>Gates - The Handbook</title><h1>The Handbook</h1><main><h2>Gates</h2></main>",
         "Gates - The Handbook"),
        ("<title>Gates open · Elm</title><div role=main><h1>Gates open <a href=#g>§</a></h1></div>",
         "Gates open"),
        ("<title>Untitled</title><h1>Gates <b>open</b></h1>", "Gates open"),
        ("<h1><script>x</script>Gates open<style>y</style></h1>", "Gates open"),
        ("<title>Fish &amp; chips &amp;amp; peas</title>", "Fish & chips &amp; peas"),
        (_article(headline="Fish &amp; chips"), "Fish & chips"),
        ("<title>" + "x" * 2_000 + "</title><h1>Gates</h1>", "Gates"),
        ("<svg><title>Logo</title></svg>", None),
        ("<title></title>", None),
    ],
)  # fmt: skip
def test_a_title_goes_without_its_site(page: str, title: str | None) -> None:
    """The site's name leaves the title where the page states that name, or its heading says so."""
    assert title == _read(page).title


@pytest.mark.parametrize(
    ("page", "source"),
    [
        (_article(publisher={"@type": "Organization", "name": "The Gazette"}), "The Gazette"),
        (_article(publisher={"@type": "Person", "name": "Ann Lee"}), None),
        (_article(publisher="The Gazette"), None),
        (_article(isPartOf={"@type": "WebSite", "name": "The Gazette"}), "The Gazette"),
        (_article(isPartOf={"@type": "WebPage", "name": "Gates open"}), None),
        ("<meta property=og:site_name content='https://gazette.example'>", None),
        ("<meta name=application-name content='The Gazette'>", "The Gazette"),
    ],
)
def test_the_source_is_the_publication(page: str, source: str | None) -> None:
    """The publication is an organisation or a site that the page names, not a person or a page."""
    assert source == _read(page).source


@pytest.mark.parametrize(
    ("page", "url", "expected"),
    [
        ("<link rel=canonical href='https://e.org/a?b=c#d'>", None, "https://e.org/a?b=c"),
        ("<link rel='alternate canonical' href='/a'>", URL, "https://gazette.example/a"),
        ("<link rel=canonical href='a'>", URL, "https://gazette.example/news/a"),
        ("<base href='/b/'><link rel=canonical href='a'>", URL, "https://gazette.example/b/a"),
        ("<base href='https://e.org/b/'><link rel=canonical href='a'>", None, "https://e.org/b/a"),
        ("<link rel=canonical href='/a'>", None, None),
        ("<link rel=canonical href=''>", URL, "https://gazette.example/news/gates?id=1"),
        ("<link rel=canonical href='javascript:x()'>", None, None),
        ("<link rel=canonical href='file:///etc/passwd'>", URL,
         "https://gazette.example/news/gates?id=1"),
        ("<link rel=canonical href='http://[::1'>", None, None),
        ("<link rel=canonical href='https://u:p@e.org/a'>", None, None),
        ("<meta property=og:url content='www.e.org/a'>", URL,
         "https://gazette.example/news/gates?id=1"),
        ("<meta property=og:url content='https://e.org/a'>", URL, "https://e.org/a"),
        ("<link rel=canonical href='https://e.org'>", URL,
         "https://gazette.example/news/gates?id=1"),
        ("<link rel=canonical href='https://gazette.example/'>", "https://gazette.example/?x",
         "https://gazette.example/?x"),
        ("<link rel=canonical href='https://e.org'>", None, "https://e.org"),
        (_article(url="https://e.org/a"), None, "https://e.org/a"),
        (_article(mainEntityOfPage="https://e.org/a"), None, "https://e.org/a"),
        (_article(mainEntityOfPage=True), None, None),
        ("<base href='http://[x'>", "not an address", None),
    ],
)  # fmt: skip
def test_the_address_is_the_one_the_page_calls_its_own(
    page: str, url: str | None, expected: str | None
) -> None:
    """Canonical, made whole, followable; else where the page was read. No front page for all."""
    assert expected == _read(page, url).url


@pytest.mark.parametrize(
    ("page", "language"),
    [
        ("<html lang=pt_br>", "pt-BR"),
        ("<html xml:lang=sv>", "sv"),
        ("<html lang=''><meta property=og:locale content=nb_NO>", "nb-NO"),
        ("<html lang=english><meta http-equiv=content-language content=en>", "en"),
        (_article(inLanguage={"@type": "Language", "name": "Danish", "alternateName": "da"}), "da"),
        (_article(inLanguage=["de", "en"]), "de"),
        ("<meta name=dc.language content=fi>", "fi"),
    ],
)
def test_the_language_is_a_tag(page: str, language: str) -> None:
    """A language is read from wherever a page states it as a tag."""
    assert language == _read(page).language


@pytest.mark.parametrize(
    ("page", "licence"),
    [
        ("<link rel=license href='//creativecommons.org/licenses/by/4.0/'>",
         "https://creativecommons.org/licenses/by/4.0/"),
        ("<a rel='license noopener' href='/licence'>Licence</a>", "https://gazette.example/licence"),
        ("<figure><a rel=license href='https://e.org/photo'>CC</a></figure>", None),
        ("<a rel=license href='#'>Licence</a><meta name=rights content='All rights reserved'>",
         "All rights reserved"),
        ("<base href='http://['><a rel=license href='../l'>Licence</a>", "https://gazette.example/l"),
        (_article(license={"@type": "CreativeWork", "url": "https://e.org/l"}), "https://e.org/l"),
        (_article(license={"@type": "CreativeWork", "name": "MIT"}), "MIT"),
    ],
)  # fmt: skip
def test_the_licence_is_kept_as_stated(page: str, licence: str | None) -> None:
    """A licence is an address or words; a picture's is not the article's."""
    assert licence == _read(page, URL).licence


@pytest.mark.parametrize(
    ("page", "tags"),
    [
        ("<meta name=keywords content='locks, oak,, locks'>", ("locks", "oak")),
        ("<meta property=article:tag content='Lee, Ann'><meta property=article:tag content=oak>",
         ("Lee, Ann", "oak")),
        (_article(keywords=[{"@type": "DefinedTerm", "name": "locks"}, "oak"]), ("locks", "oak")),
        (_article(keywords=[]) + "<meta name=keywords content=oak>", ("oak",)),
        ("<a rel='tag category'>locks</a><a rel=tag>oak</a>", ("locks", "oak")),
        ("<aside><a rel=tag>everything</a></aside>", ()),
    ],
)  # fmt: skip
def test_tags_are_what_the_page_files_itself_under(page: str, tags: tuple[str, ...]) -> None:
    """Tags come one by one or in one line with commas, none twice."""
    assert tags == _read(page).tags


def test_many_marks_cost_little() -> None:
    """However often a page repeats itself, what it says is read at once."""
    page = (
        "<meta name=author content='Ann Lee'>" * 3_000
        + "<a rel=author>Bo Ek</a>" * 3_000
        + "<h1>Gates</h1>" * 3_000
        + "<div itemprop=author itemscope>" * 900
    )
    said = _read(page)
    assert ("Gates", ("Ann Lee",)) == (said.title, said.authors)


KEYS = st.sampled_from(["@id", "@type", "name", "url", "@value"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12)
    | st.sampled_from(["https://e.org/a", "By Ann Lee", "2025-03-01", "en", "#ann", "http://[x"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
PROPERTIES = (
    "headline name author creator publisher isPartOf datePublished dateModified url "
    "mainEntityOfPage inLanguage license keywords"
).split()


@given(st.dictionaries(st.sampled_from(PROPERTIES), VALUES))
def test_any_json_ld_is_read(values: dict[str, object]) -> None:
    """Whatever a page's data hold, reading them ends, with values of the types that they have."""
    said = _read(_article(**values).replace("</", "<\\/"))
    assert all(isinstance(text, str) and text for text in (*said.authors, *said.tags))
    assert said.url is None or said.url.startswith("http")
    assert said.published_at is None or said.published_at.tzinfo is not None


@given(
    st.text(max_size=40) | st.from_regex(r"\d{1,5}[-/.]\d{1,3}[-/.]\d{1,3}.{0,20}", fullmatch=True)
)
def test_any_text_is_a_time_or_none(text: str) -> None:
    """Whatever stands for a time, reading it ends, with a time that has a zone or with none."""
    moment = as_moment(text)
    assert moment is None or moment.astimezone(UTC).year >= 999
