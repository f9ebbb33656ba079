"""Web addresses are sources: pages, feeds and sitemaps, of which only what changed is sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from retrieval.errors import SourceError
from retrieval.sources import (
    Event,
    Fingerprint,
    Found,
    Gone,
    Labels,
    Limits,
    Read,
    Unchanged,
    Unread,
)
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.fetch import Fetched, Fetcher, Fetching
from retrieval.sources.parser import Parser
from retrieval.sources.patterns import Selection
from retrieval.sources.served import as_utf8, kind_of, page_name
from retrieval.sources.web import WebSource
from retrieval.types import Article
from tests.courier import NEWSPAPER, STORIES
from tests.site import Page, Site, bare_page, story_page

HOW = Reading(DumpFormat(re.compile(r"^Title: (?P<title>.+)$"), re.compile(r"^END$")))


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    """Yield the child that reads what strangers wrote."""
    with Parser() as parser:
        yield parser


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    """Yield a site that serves all tests."""
    with Site() as site:
        yield site


@pytest.fixture
def site(server: Site) -> Site:
    """Return the newspaper's site, of which five articles are listed."""
    server.reset()
    server.list_articles(1, 2, 3, 4, 5)
    return server


class Run:
    """A source that is read run after run, as an index would read it."""

    def __init__(self, site: Site, parser: Parser) -> None:
        self.site = site
        self.parser = parser
        self.known: dict[str, Fingerprint] = {}
        self.lists_all = False

    def read(self, path: str, how: Reading = HOW, **options: Any) -> list[Event]:
        """Return what an address holds; what was read is known to the next run."""
        self.site.requests.clear()
        settings = Fetching(
            "Footnote/1.0", frozenset({self.site.host}), delay=0, page_bytes=1_000_000, seconds=5
        )
        with Fetcher(settings) as fetcher:
            source = WebSource(self.site.url(path), how, self.parser, fetcher, **options)
            events = list(source.read(self.known.get))
        self.lists_all = source.lists_all
        for event in events:
            if isinstance(event, Read | Unchanged):
                self.known[event.document] = event.fingerprint
        return events

    def paths(self, events: list[Event], kind: type[Event]) -> list[str]:
        """Return the paths of the documents that the events of a kind are of."""
        places = [_place(event) for event in events if isinstance(event, kind)]
        return [place.removeprefix(f"http://{self.site.host}") for place in places]


def _place(event: Event) -> str:
    return event.location if isinstance(event, Unread) else event.document


@pytest.fixture
def run(site: Site, parser: Parser) -> Run:
    """Return what reads the site."""
    return Run(site, parser)


def _articles(events: list[Event]) -> list[Article]:
    return [event.article for event in events if isinstance(event, Found)]


def _unread(events: list[Event]) -> list[Unread]:
    return [event for event in events if isinstance(event, Unread)]


def _kinds(events: list[Event]) -> Counter[str]:
    return Counter(type(event).__name__ for event in events)


LISTINGS = [
    "/feed.rss", "/feed.atom", "/sitemap.xml", "/sitemap.txt", "/index.xml",
    "/sitemaps/new.xml.gz",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTINGS)
def test_every_listed_page_is_read(run: Run, path: str) -> None:
    """A feed or a sitemap, of whatever form, leads to the pages it lists."""
    run.site.list_articles(*range(1, 14))
    events = run.read(path)
    numbers = range(11, 14) if "new" in path else range(1, 14)
    assert [STORIES[n - 1].title for n in numbers] == [a.title for a in _articles(events)]
    assert [run.site.path(n) for n in numbers] == run.paths(events, Read)
    assert ("feed" not in path) == run.lists_all


@pytest.mark.parametrize("path", ["/feed.rss", "/sitemap.xml", "/index.xml"])
def test_the_next_run_is_sent_only_what_changed(run: Run, path: str) -> None:
    """Pages with validators are not sent again; those without are compared by their bytes."""
    run.read(path)
    run.site.change(1)
    run.site.change(2)
    run.site.change(3)
    events = run.read(path)
    assert Counter(Found=3, Read=3, Unchanged=2) == _kinds(events)
    assert {run.site.path(n) for n in (1, 2, 3)} == set(run.paths(events, Read))
    sent = {path for path in run.site.sent() if path.startswith("/news/")}
    assert {run.site.path(n) for n in (1, 2, 3, 5)} == sent, "the fifth has no validators"
    assert all("added later" in article.text for article in _articles(events))


def test_a_page_that_comes_back_is_read_again(run: Run) -> None:
    """A removed page is gone; put back, it is asked for and read."""
    run.read("/sitemap.xml")
    run.site.remove(3)
    run.site.remove(4, status=410)
    events = run.read("/sitemap.xml")
    assert [run.site.path(3), run.site.path(4)] == run.paths(events, Gone)
    assert Counter(Unchanged=3, Gone=2) == _kinds(events)
    run.site.restore(3)
    assert [run.site.path(4)] == run.paths(run.read("/sitemap.xml"), Gone)


def test_a_page_read_otherwise_is_read_again(run: Run) -> None:
    """What was read by another recipe is asked for in full."""
    run.read("/sitemap.xml")
    events = run.read("/sitemap.xml", replace(HOW, labels=Labels(collection="staff")))
    assert {"staff"} == {article.collection for article in _articles(events)}
    assert 5 == len(_articles(events))


def test_a_page_is_a_source(run: Run) -> None:
    """An address that leads to a page is that page, and its only document."""
    events = run.read(run.site.path(3))
    (article,) = _articles(events)
    assert ("Owls return to the signal box", ("Dunstan Vey",)) == (article.title, article.authors)
    assert run.site.url(run.site.path(3)) == article.url
    assert run.lists_all
    assert Counter(Unchanged=1) == _kinds(run.read(run.site.path(3)))
    assert set() == run.site.sent() - {"/robots.txt"}


def test_validators_that_lie_are_not_believed(run: Run) -> None:
    """A page that was sent in full is compared in full, though its tag is the old one."""
    run.read(run.site.path(3))
    page = run.site.pages[run.site.path(3)]
    lie = f"HTTP/1.1 200 OK\r\nETag: {page.etag}\r\n\r\n{story_page(STORIES[6])}"
    run.site.raw(run.site.path(3), lie.encode())
    assert ["A choir without a hall"] == [a.title for a in _articles(run.read(run.site.path(3)))]


def test_two_addresses_of_one_page_are_read_once(run: Run) -> None:
    """Where redirects end at a page that was read, it is not read again."""
    run.site.redirect("/also", run.site.path(2))
    pages = [run.site.url(path) for path in ("/also", run.site.path(2), run.site.path(1))]
    run.site.pages["/map.txt"] = Page("\n".join(pages).encode(), "text/plain")
    events = run.read("/map.txt")
    assert ["/also", run.site.path(1)] == run.paths(events, Read)
    assert run.site.url(run.site.path(2)) == _articles(events)[0].url


def test_what_was_a_page_is_fetched_whole_as_a_sitemap(run: Run) -> None:
    """A list is never asked for by what was known of it as a page."""
    run.read(run.site.path(3))
    (unread,) = _unread(run.read(run.site.path(3), kind="sitemap"))
    assert unread.listing
    assert "if-none-match" not in run.site.requests[-1].headers


# Feeds.


def test_a_feed_tells_what_its_pages_leave_out(run: Run) -> None:
    """Author, date, tags and publication come from the feed where the page is silent."""
    for number in (1, 2):
        page = Page(bare_page(STORIES[number - 1]).encode())
        run.site.pages[run.site.path(number)] = page
    for article, story in zip(_articles(run.read("/feed.rss")), STORIES, strict=False):
        assert ((story.author,), story.published_at) == (article.authors, article.published_at)
        assert ((story.tag,), NEWSPAPER, "en") == (article.tags, article.source, article.language)
        assert article.given_id is None


def test_a_feeds_own_text_is_read_where_it_is_not_followed(run: Run) -> None:
    """Without `follow` a feed is one document, whose entries are its articles."""
    events = run.read("/feed.atom", follow=False)
    assert ["/feed.atom"] == run.paths(events, Read)
    articles = _articles(events)
    assert [STORIES[n].title for n in range(5)] == [article.title for article in articles]
    assert "\n\n".join(STORIES[0].paragraphs) == articles[0].text
    assert "tag:courier,1" == articles[0].given_id
    assert {"/robots.txt", "/feed.atom"} == set(run.site.asked())
    assert not run.lists_all
    assert Counter(Unchanged=1) == _kinds(run.read("/feed.atom", follow=False))


def test_a_feed_that_is_to_be_followed_from_now_on_is(run: Run) -> None:
    """What is known of a feed as a document does not stop its pages from being read."""
    run.read("/feed.atom", follow=False)
    assert Counter(Found=5, Read=5) == _kinds(run.read("/feed.atom", follow=True))


def test_an_entry_without_a_page_is_read_from_its_feed(run: Run) -> None:
    """An entry that links to nothing is an article of the feed itself."""
    feed = run.site.pages["/feed.atom"]
    link = f'<link href="{run.site.path(1).removeprefix("/")}"/>'.encode()
    body = feed.body.replace(link.replace(b'"news', b'"/news'), b"", 1)
    run.site.pages["/feed.atom"] = replace(feed, body=body)
    events = run.read("/feed.atom")
    by_document = {event.document: event for event in events if isinstance(event, Found)}
    own = by_document[run.site.url("/feed.atom")].article
    assert (STORIES[0].title, None, run.site.url("/feed.atom:1")) == (
        own.title, own.url, own.location,
    )  # fmt: skip
    assert 5 == len(by_document)


# Which pages.


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(include=("*/news/the-*",)), [1]),
        (Selection(include=("why-*", "owls-*")), [2, 3]),
        (Selection(exclude=("*-ferry-*", "*signal-box")), [2, 4, 5]),
    ],
)
@pytest.mark.parametrize("path", ["/feed.rss", "/sitemap.xml"])
def test_pages_are_chosen_by_patterns(
    run: Run, path: str, selection: Selection, numbers: list[int]
) -> None:
    """Only pages whose addresses match are asked for."""
    if numbers == [1]:
        run.site.list_articles(1, 2, 3, 5)
    events = run.read(path, replace(HOW, selection=selection))
    assert [run.site.path(n) for n in numbers] == run.paths(events, Read)


def test_a_site_of_too_many_pages_is_cut(run: Run) -> None:
    """Beyond the limit nothing is read, and what was not listed is not taken for gone."""
    events = run.read("/sitemap.xml", replace(HOW, limits=Limits(documents=2)))
    assert 2 == len(_articles(events))
    (unread,) = _unread(events)
    assert (run.site.url("/sitemap.xml"), True) == (unread.location, unread.listing)


def test_a_sitemap_without_a_wanted_page_says_so(run: Run) -> None:
    """A sitemap that lists nothing is rather a mistake than the end of a site."""
    events = run.read("/sitemap.xml", replace(HOW, selection=Selection(include=("nothing",))))
    (unread,) = _unread(events)
    assert unread.listing
    run.site.list_articles()
    (unread,) = _unread(run.read("/sitemap.xml"))
    assert unread.listing


# What fails.


def test_one_failing_page_does_not_stop_the_rest(run: Run) -> None:
    """Every page that cannot be read is told with its reason; the others are read."""
    paths = ["/closed/page", "/error", "/missing", "/loop", "/inward", "/bomb", "/data", "/picture"]
    run.site.pages["/data"] = Page(b'{"a": 1}', "application/json")
    run.site.pages["/picture"] = Page(b"\x89PNG\r\n\x1a\n\x00\x00", "image/png")
    listed = [run.site.url(path) for path in [*paths, run.site.path(1)]]
    run.site.pages["/map.txt"] = Page("\n".join(listed).encode(), "text/plain")
    events = run.read("/map.txt")
    assert [path for path in paths if path != "/missing"] == run.paths(events, Unread)
    assert ["/missing"] == run.paths(events, Gone)
    assert [run.site.path(1)] == run.paths(events, Read)
    assert all("; " in unread.reason and not unread.listing for unread in _unread(events))
    assert "is application/json, which holds no article" in _unread(events)[5].reason


@pytest.mark.parametrize("kind", [None, "feed", "sitemap", "page"])
@pytest.mark.parametrize("path", ["/error", "/missing", "/inward", "/bomb"])
def test_a_listing_that_fails_withdraws_nothing(run: Run, path: str, kind: str | None) -> None:
    """A source that cannot be fetched is told, as a list that may still be whole."""
    events = run.read(path, kind=kind)
    if (path, kind) == ("/missing", "page"):
        assert ["/missing"] == run.paths(events, Gone)
    else:
        (unread,) = _unread(events)
        assert (run.site.url(path), True) == (unread.location, unread.listing)


def test_a_page_that_was_known_is_gone(run: Run) -> None:
    """An address that has been a page, and is there no more, takes its article with it."""
    run.read(run.site.path(2))
    run.site.remove(2)
    assert Counter(Gone=1) == _kinds(run.read(run.site.path(2)))


BOMB = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>'


@pytest.mark.parametrize(
    ("body", "kind", "content_type"),
    [
        (BOMB, None, "application/xml"),
        (BOMB, "feed", "application/xml"),
        (BOMB, "sitemap", "application/xml"),
        ("<html><body>Not found</body></html>", "feed", "text/html"),
        ("<html><body>Not found</body></html>", "sitemap", "text/html"),
        ("Once upon a time", "feed", "text/plain"),
        ('{"a": 1}', "feed", "application/json"),
        ("", "sitemap", ""),
    ],
)
@pytest.mark.parametrize("follow", [True, False])
def test_a_listing_that_is_none_is_told(
    run: Run, body: str, kind: str | None, content_type: str, follow: bool
) -> None:
    """A feed or a sitemap that is something else, or dangerous, is told and not read."""
    run.site.pages["/list"] = Page(body.encode(), content_type)
    (unread,) = run.read("/list", kind=kind, follow=follow)
    assert isinstance(unread, Unread)
    assert run.site.url("/list") == unread.location


def test_sitemaps_may_be_nested_three_deep(run: Run) -> None:
    """Sitemaps that list each other end, and what lies too deep is told."""

    def index(*paths: str) -> Page:
        listed = "".join(f"<sitemap><loc>{run.site.url(path)}</loc></sitemap>" for path in paths)
        return Page(f"<sitemapindex>{listed}</sitemapindex>".encode(), "application/xml")

    run.site.pages["/one"] = index("/two", "/one")
    run.site.pages["/two"] = index("/three", "/one", "/two", "/absent")
    run.site.pages["/three"] = index("/sitemap.xml")
    events = run.read("/one")
    assert ["/sitemap.xml", "/absent"] == run.paths(events, Unread)
    assert all(unread.listing for unread in _unread(events))
    run.site.pages["/three"] = run.site.pages["/sitemap.xml"]
    assert 5 == len(_articles(run.read("/one")))
    assert 1 == run.site.asked()["/two"]


def test_an_address_that_is_none_is_an_error(parser: Parser) -> None:
    """A source's address is checked before anything is read."""
    told = pytest.raises(SourceError, match=r"^ftp://x is no web address; .*\.$")
    with Fetcher(Fetching("Footnote/1.0")) as fetcher, told:
        WebSource("ftp://x", HOW, parser, fetcher)


# What came.


def _came(body: bytes, content_type: str = "", path: str = "/x") -> Fetched:
    return Fetched(f"https://courier.example{path}", 200, body, "", content_type)


@pytest.mark.parametrize(
    ("path", "content_type", "name"),
    [
        ("/news/owls", "text/html; charset=utf-8", "owls.html"),
        ("/news/owls.php", "text/html", "owls.html"),
        ("/news/owls.html", "text/html", "owls.html"),
        ("/news/owls.html", "", "owls.html"),
        ("/", "text/html", "courier.example.html"),
        ("/a/caf%C3%A9/", "text/html", "café.html"),
        ("/paper", "application/pdf", "paper.pdf"),
        ("/read.md", "text/plain", "read.md"),
        ("/read", "text/plain", "read.txt"),
        ("/rows.jsonl", "application/octet-stream", "rows.jsonl"),
        ("/data", "application/json", "data.json"),
    ],
)
def test_a_page_has_a_file_name(path: str, content_type: str, name: str) -> None:
    """A page is named by the end of its address and by its type, which tells its format."""
    assert name == page_name(_came(b"", content_type, path))


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ("Мост".encode("cp1251"), "text/html; charset=windows-1251", "\ufeffМост"),
        ("Мост".encode(), "text/html; charset=windows-1251", "Мост"),
        ("Мост".encode(), "text/html; charset=utf-8", "Мост"),
        ("café".encode("latin-1"), 'application/xml; charset="ISO-8859-1"', "\ufeffcafé"),
        ("日本".encode("iso2022_jp"), "text/html; charset=ISO-2022-JP", "\ufeff日本"),
    ],
)
def test_the_hosts_word_on_the_encoding_counts(
    body: bytes, content_type: str, expected: str
) -> None:
    """A text that is not UTF-8 is made so, by the encoding that its host names."""
    assert expected == as_utf8(_came(body, content_type)).data.decode()


@pytest.mark.parametrize("charset", ["utf-8", "unicode_escape", "no-such", "hex", "utf-7"])
def test_an_encoding_of_no_text_is_not_heard(charset: str) -> None:
    """A host cannot choose a codec that browsers do not know."""
    came = _came(b"caf\xe9 \\u0041", f"text/html; charset={charset}")
    assert as_utf8(came).data in (came.data, b"\xef\xbb\xbfcaf\xef\xbf\xbd \\u0041")


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"<html><p>x</p></html>", "text/html", "page"),
        (b'<?xml version="1.0"?><rss version="2.0"/>', "text/html", "feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "", "feed"),
        (b"<urlset/>", "", "sitemap"),
        (b"\x1f\x8b\x08\x00", "", "sitemap"),
        (b"https://courier.example/a\nhttps://courier.example/b\n", "text/plain", "sitemap"),
        (b"https://courier.example/a is our site.", "text/plain", "page"),
        (b"Once upon a time", "text/plain", "page"),
        (b"%PDF-1.7", "application/pdf", "page"),
        (b"", "", "page"),
    ],
)
def test_what_an_address_leads_to_is_told_by_what_came(
    body: bytes, content_type: str, kind: str
) -> None:
    """Content tells a feed, a sitemap and a page apart, not what the host calls them."""
    assert kind == kind_of(_came(body, content_type))


@pytest.mark.parametrize("content_type", ["application/xml", "text/html", "text/plain"])
def test_xml_that_declares_entities_is_no_page(content_type: str) -> None:
    """A feed that is refused is not read as something else, whatever its host calls it."""
    with pytest.raises(SourceError, match="entities"):
        kind_of(_came(BOMB.encode(), content_type))
