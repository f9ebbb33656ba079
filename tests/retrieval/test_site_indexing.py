"""A web site, indexed again and again as it changes and fails."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from bot.console import show_report
from retrieval.report import Report
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.fetch import Fetcher, Fetching
from retrieval.sources.parser import Parser
from retrieval.sources.web import WebSource
from tests.conftest import Library
from tests.site import Page, Site

from .test_files import FORM


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield the newspaper's site; its map lists pages that misbehave, too."""
    with Site() as site:
        listed = [site.path(number) for number in range(1, 31)]
        listed[10:10] = ["/error", "/slow", "/moved", "/loop", "/gone", "/inward", "/closed/page"]
        urls = "".join(f"<url><loc>{site.url(path)}</loc></url>" for path in listed)
        site.pages["/sitemap.xml"] = Page(f"<urlset>{urls}</urlset>".encode(), "application/xml")
        yield site


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    """Yield a parser for all the module's pages."""
    with Parser() as parser:
        yield parser


def index(library: Library, site: Site, parser: Parser, path: str, form: DumpFormat) -> Report:
    """Run one indexing of a part of the site, and forget what it was asked before."""
    site.requests.clear()
    fetching = Fetching("Footnote/test", frozenset({site.host}), delay=0, seconds=0.5)
    with Fetcher(fetching) as fetcher:
        source = WebSource(site.url(path), Reading(form), parser, fetcher)
        return library.index(source)


def _said(report: Report) -> str:
    out, errors = io.StringIO(), io.StringIO()
    show_report(Console(file=out, width=200), Console(file=errors, width=200), report,
                dry_run=False)  # fmt: skip
    return out.getvalue() + errors.getvalue()


def test_the_second_run_fetches_only_what_changed(
    library: Library, site: Site, parser: Parser
) -> None:
    """Thirty articles are read past pages that fail; then the changes alone, and it says so."""
    first = index(library, site, parser, "/sitemap.xml", FORM)
    assert (30, 30) == (first.added.count, first.articles)
    failed = {"/error": "500", "/slow": "second", "/loop": "without end", "/gone": "410",
              "/inward": "169.254.169.254", "/closed/page": "robots.txt"}  # fmt: skip
    reasons = {unread.location.removeprefix(site.url("")): unread.reason for unread in first.failed}
    assert set(failed) == set(reasons)
    for path, word in failed.items():
        assert word in reasons[path], reasons[path]

    again = index(library, site, parser, "/sitemap.xml", FORM)
    assert (0, 0, 0, 30) == _changes(again)
    assert not again.published
    assert 0 == again.documents
    # Two of three pages say whether they changed, the third is compared; so is the one that
    # an old address leads to.
    compared = {site.path(number) for number in range(2, 31, 3)} | {site.path(3)}
    assert compared == {path for path in site.sent() if path.startswith("/news/")}

    for number in (1, 2, 3):
        site.change(number)
    site.remove(4)
    site.remove(5, status=410)
    site.pages[site.path(6)] = Page(b"", status=503)
    third = index(library, site, parser, "/sitemap.xml", FORM)
    assert (0, 3, 2, 24) == _changes(third)
    assert 3 == third.documents
    assert site.url(site.path(6)) in {unread.location for unread in third.failed}
    assert 28 == third.articles
    said = _said(third)
    assert "28 articles" in said
    assert "(0 added, 3 changed, 2 withdrawn, 24 unchanged, 7 failed)" in said
    assert "3 documents read, 24 unchanged ones skipped." in said
    assert "/error" in said


def _changes(report: Report) -> tuple[int, int, int, int]:
    return (report.added.count, report.changed.count, report.withdrawn.count, report.unchanged)


@pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom"])
def test_a_feed_keeps_what_it_lists_no_more(
    library: Library, site: Site, parser: Parser, path: str
) -> None:
    """A feed lists its latest: older articles stay, and one whose page is gone is withdrawn."""
    site.list_articles(*range(1, 11))
    assert 10 == index(library, site, parser, path, FORM).added.count
    site.list_articles(*range(8, 16))
    site.remove(9)
    report = index(library, site, parser, path, FORM)
    assert (5, 0, 1, 2) == _changes(report)
    assert 14 == report.articles


def test_a_site_that_is_down_loses_nothing(library: Library, site: Site, parser: Parser) -> None:
    """A map that cannot be fetched is a failure, and what it listed before still answers."""
    index(library, site, parser, "/sitemap.xml", FORM)
    site.pages["/sitemap.xml"] = Page(b"", status=500)
    report = index(library, site, parser, "/sitemap.xml", FORM)
    assert (0, 0, 0, 0) == _changes(report)
    assert [site.url("/sitemap.xml")] == [unread.location for unread in report.failed]
    assert 30 == len(library.open().articles())
