"""Pages are fetched from public hosts alone, as their sites allow, within every limit."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.sources.addresses import Deadline, PublicBackend, is_public, web_address
from retrieval.sources.fetch import Fetched, Fetcher, Fetching, NotThere
from retrieval.sources.robots import read_robots
from tests.site import Handler, Page, Site

AGENT = "Footnote/1.0 (tests)"


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    """Yield a site that serves all tests."""
    with Site() as site:
        yield site


@pytest.fixture
def site(server: Site) -> Site:
    """Return the newspaper's site as it is on the first day."""
    server.reset()
    return server


def _settings(site: Site, **changed: Any) -> Fetching:
    settings = Fetching(AGENT, frozenset({site.host}), delay=0, seconds=5, page_bytes=1_000_000)
    return replace(settings, **changed)


@pytest.fixture
def fetcher(site: Site) -> Iterator[Fetcher]:
    """Yield a fetcher that may read the site."""
    with Fetcher(_settings(site)) as fetcher:
        yield fetcher


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Site, Fetcher]]:
    """Yield a site and its fetcher that many tests share."""
    with Site() as site, Fetcher(_settings(site)) as fetcher:
        yield site, fetcher


def _reason(fetcher: Fetcher, address: str) -> str:
    """Return why an address is not read."""
    with pytest.raises(SourceError) as caught:
        fetcher.fetch(address)
    assert "; " in str(caught.value), "a reason names its cure"
    return str(caught.value)


# What is fetched.


def test_a_page_is_fetched(site: Site, fetcher: Fetcher) -> None:
    """A page comes with its address, its bytes and its type."""
    fetched = fetcher.fetch(site.url(site.path(2)) + "#part")
    page = site.pages[site.path(2)]
    expected = Fetched(site.url(site.path(2)), 200, page.body, "", "text/html; charset=utf-8")
    assert expected == fetched


def test_footnote_says_who_it_is_and_nothing_else(site: Site, fetcher: Fetcher) -> None:
    """A request carries the agent's name, and no cookie, credential or referrer."""
    site.pages["/cookie"] = Page(b"<p>x</p>", headers={"Set-Cookie": "a=b"})
    fetcher.fetch(site.url("/cookie"))
    fetcher.fetch(site.url(site.path(1)))
    expected = {
        "host": site.host,
        "user-agent": AGENT,
        "accept": "text/html, application/xhtml+xml, application/xml, */*;q=0.8",
        "accept-encoding": "gzip",
    }
    assert expected == site.requests[-1].headers


@pytest.mark.parametrize("number", [3, 1])
def test_a_page_that_has_not_changed_is_not_sent_again(
    site: Site, fetcher: Fetcher, number: int
) -> None:
    """An entity tag, or a time of change, asks for a page only if it is another."""
    address = site.url(site.path(number))
    first = fetcher.fetch(address)
    second = fetcher.fetch(address, first.validators)
    assert (304, b"", first.validators) == (second.status, second.data, second.validators)
    site.change(number)
    third = fetcher.fetch(address, first.validators)
    assert 200 == third.status
    assert third.validators not in ("", first.validators)


def test_a_change_within_the_same_second_is_not_missed(site: Site, fetcher: Fetcher) -> None:
    """A time of change that is only just over is not relied upon."""
    now = datetime.now(UTC)
    site.pages["/now"] = Page(b"<p>x</p>", last_modified=now)
    assert "" == fetcher.fetch(site.url("/now")).validators


def test_unasked_for_unchanged_is_an_error(site: Site, fetcher: Fetcher) -> None:
    """A host that says "unchanged" to a plain request has sent no page."""
    site.raw("/x", b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert "304" in _reason(fetcher, site.url("/x"))


def test_a_packed_page_is_unpacked(site: Site, fetcher: Fetcher) -> None:
    """Gzip is undone."""
    packed = replace(site.pages["/bomb"], body=site.pages["/sitemaps/new.xml.gz"].body)
    site.pages["/packed"] = packed
    assert b"<urlset" in fetcher.fetch(site.url("/packed")).data


def test_redirects_are_followed(site: Site, fetcher: Fetcher) -> None:
    """A redirect, relative or not, leads to the page, and the page's address is told."""
    site.redirect("/old", "moved", 301)
    assert site.url(site.path(3)) == fetcher.fetch(site.url("/old")).url


def test_connections_are_used_again(site: Site, fetcher: Fetcher) -> None:
    """Page after page comes over one connection."""
    first = fetcher.fetch(site.url(site.path(3)))
    for number in range(4, 9):
        fetcher.fetch(site.url(site.path(number)))
    fetcher.fetch(site.url(site.path(3)), first.validators)
    fetcher.fetch(site.url(site.path(9)))
    assert 1 == site.connections


def test_a_proxy_of_the_environment_is_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the environment says of proxies is not heard: a proxy would choose the address."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with Fetcher(_settings(site)) as fetcher:
        assert 200 == fetcher.fetch(site.url(site.path(1))).status


# What is refused.

ADDRESSES = [
    "file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x", "data:text/html,x",
    "javascript:alert(1)", "ws://127.0.0.1/", "//127.0.0.1/x", "/etc/passwd", "", "http://",
    "http:///x", "http://:80/", "http://[::1", "http://a b\x00/", "http://\udcff/",
    "http://user@127.0.0.1/", "http://user:word@127.0.0.1/", "http://public.example\\@127.0.0.1/",
    "http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://xn--/", "http://h/" + "a" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_web_address_is_refused(shared: tuple[Site, Fetcher], address: str) -> None:
    """Only http and https are spoken, to a host, without a name or a password."""
    _reason(shared[1], address)


PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0.0.0.0", "10.0.0.8",  # noqa: S104
    "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "224.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "[fe80::1]", "[fd00::1]", "[ff02::1]", "localhost", "LOCALHOST", "localhost.",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_a_host_that_is_not_public_is_refused(host: str) -> None:
    """No spelling of an address leads into the machine or its network."""
    with Fetcher(Fetching(AGENT, delay=0, seconds=5)) as fetcher:
        reason = _reason(fetcher, f"http://{host}:9/x")
    assert any(said in reason for said in ("not public", "not known", "no web address"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True), ("64:ff9b::a00:1", False), ("2002:808:808::1", True),
        ("2002:a00:1::1", False), ("2001::1", False), ("2001:db8::1", False),
        ("fec0::1", False), ("fe80::1%1", False), ("192.0.2.1", False), ("198.18.0.1", False),
        ("240.0.0.1", False), ("239.1.2.3", False), ("::ffff:10.0.0.1", False),
    ],
)  # fmt: skip
def test_public_addresses_are_told(address: str, public: bool) -> None:
    """An address that carries another is as public as that one."""
    assert public == is_public(address)


def test_a_host_is_allowed_by_name_and_port(site: Site) -> None:
    """An operator may allow a host, or one port of it, and no other."""
    port = int(site.host.rpartition(":")[2])
    for allowed in (site.host, "127.0.0.1"):
        with Fetcher(_settings(site, allow_hosts=frozenset({allowed}))) as fetcher:
            assert 200 == fetcher.fetch(site.url("/feed.rss")).status
    with Fetcher(_settings(site, allow_hosts=frozenset({f"127.0.0.1:{port + 1}"}))) as fetcher:
        assert "`web.allow_hosts`" in _reason(fetcher, site.url("/feed.rss"))


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "is not public"),
        ("http://127.0.0.1:1/", "is not public"),
        ("file:///etc/passwd", "is no web address"),
        ("javascript:alert(1)", "is no web address"),
        ("http://me:word@127.0.0.1/", "a name or a password"),
        ("http://[", "is no web address"),
        ("", "without end"),
        ("/loop", "without end"),
    ],
)
def test_every_redirect_is_checked_anew(
    site: Site, fetcher: Fetcher, target: str, reason: str
) -> None:
    """A page that may be read may still lead to one that may not."""
    site.redirect("/x", target)
    assert reason in _reason(fetcher, site.url("/x"))


def test_a_redirect_into_a_closed_part_is_not_followed(site: Site, fetcher: Fetcher) -> None:
    """What robots.txt closes stays closed behind a redirect."""
    site.redirect("/x", "/closed/page")
    assert "robots" in _reason(fetcher, site.url("/x"))
    assert 0 == site.asked()["/closed/page"]


class Detour(httpcore.SyncBackend):
    """Connects to one place on the loopback, whatever address it is asked for."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.addresses: list[str] = []

    def connect_tcp(self, host: str, port: int, *args: Any, **more: Any) -> httpcore.NetworkStream:
        """Remember the address, and connect elsewhere."""
        self.addresses.append(host)
        return super().connect_tcp("127.0.0.1", self.port, *args, **more)


def test_a_name_that_changes_its_meaning_leads_nowhere_else(site: Site) -> None:
    """A connection goes to the address that was checked, and a new one is checked anew."""
    answers = iter([["203.0.112.7"], ["127.0.0.1"]])
    detour, deadline = Detour(site.port), Deadline()
    deadline.set(5)
    backend = PublicBackend(frozenset(), lambda *_: next(answers), deadline, detour)
    backend.connect_tcp("rebind.example", 80).close()
    with pytest.raises(SourceError, match="is not public"):
        backend.connect_tcp("rebind.example", 80)
    assert ["203.0.112.7"] == detour.addresses


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["203.0.112.7", "::1"]])
def test_a_name_with_one_private_address_is_refused(site: Site, addresses: list[str]) -> None:
    """Every address of a name must be public, not only the first."""
    with Fetcher(Fetching(AGENT, delay=0), lambda *_: addresses) as fetcher:
        assert addresses[-1] in _reason(fetcher, "http://inside.example/")
    assert [] == site.requests


def test_the_next_address_is_tried_where_one_does_not_answer(site: Site) -> None:
    """A host is reached by whichever of its addresses answers first."""

    def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]

    name = f"courier.example:{site.port}"
    with Fetcher(_settings(site, allow_hosts=frozenset({name})), resolve) as fetcher:
        assert 200 == fetcher.fetch(f"http://{name}/feed.rss").status
    assert name == site.requests[-1].headers["host"]


# What misbehaves.

OK = b"HTTP/1.1 200 OK\r\n"

ANSWERS = {
    "no answer": (b"",),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n",),
    "HTTP 0.9": (b"<html>An old page</html>",),
    "binary": (bytes(range(256)) * 20,),
    "a status of letters": (b"HTTP/1.1 abc OK\r\n\r\n",),
    "a huge header": (OK, b"X-Filler: ", b"a" * 200_000, b"\r\n\r\n"),
    "a hundred thousand headers": (OK, b"X: y\r\n" * 100_000, b"\r\n"),
    "headers that never end": (OK, b"X: y\r\n"),
    "a header without a colon": (OK, b"nonsense\r\n\r\nx"),
    "a header with NUL": (OK, b"X: a\x00b\r\n\r\nx"),
    "a chunk of no size": (OK, b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
    "a chunk that is cut": (OK, b"Transfer-Encoding: chunked\r\n\r\nff\r\nabc"),
    "a chunk of endless size": (OK, b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 200),
    "an unknown transfer": (OK, b"Transfer-Encoding: foo\r\n\r\nabc"),
    "a length too long": (OK, b"Content-Length: 100\r\n\r\nabc"),
    "a negative length": (OK, b"Content-Length: -1\r\n\r\nabc"),
    "two lengths": (OK, b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde"),
    "a length beyond the limit": (OK, b"Content-Length: 99999999999\r\n\r\nabc"),
    "gzip that is none": (OK, b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
    "gzip of nothing": (OK, b"Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"),
    "an encoding unasked": (OK, b"Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc"),
    "gzip twice": (OK, b"Content-Encoding: gzip, gzip\r\nContent-Length: 3\r\n\r\nabc"),
    "interim answers alone": (b"HTTP/1.1 100 Continue\r\n\r\n" * 50,),
    "another protocol": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",),
    "a part": (b"HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n\r\nabc",),
    "a status of its own": (b"HTTP/1.1 799 Odd\r\nContent-Length: 0\r\n\r\n",),
    "a redirect to nowhere": (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",),
    "a redirect of odd bytes": (
        b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe\xfd/\r\nContent-Length: 0\r\n\r\n",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_none_is_an_error(shared: tuple[Site, Fetcher], name: str) -> None:
    """Whatever a host sends, the page is not read, and a sentence says so."""
    site, fetcher = shared
    site.raw("/x", *ANSWERS[name])
    _reason(fetcher, site.url("/x"))


def test_a_redirect_in_another_encoding_is_followed(site: Site, fetcher: Fetcher) -> None:
    """An address that is not UTF-8 is taken as Latin-1, as browsers take it."""
    site.raw("/x", b"HTTP/1.1 302 F\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\n\r\n")
    site.pages["/caf%C3%A9"] = Page(b"<p>Coffee</p>")
    assert b"<p>Coffee</p>" == fetcher.fetch(site.url("/x")).data


def test_broken_gzip_is_an_error(site: Site, fetcher: Fetcher) -> None:
    """Gzip that is cut, or changed on the way, is not taken for a page."""
    body = site.pages["/sitemaps/new.xml.gz"].body
    for broken in (body[:-9], body[:40] + b"\x00\x00" + body[42:]):
        site.pages["/x"] = Page(broken, headers={"Content-Encoding": "gzip"})
        assert "damaged" in _reason(fetcher, site.url("/x"))


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_a_page_that_never_comes_is_cut_off(site: Site, path: str) -> None:
    """A page has so many seconds, however slowly it drips."""
    with Fetcher(_settings(site, seconds=0.1)) as fetcher:
        assert "`web.seconds`" in _reason(fetcher, site.url(path))


def test_a_page_that_never_ends_is_cut_off(site: Site, fetcher: Fetcher) -> None:
    """A page has so many bytes, whether or not it says how many it will have."""
    assert "larger than 1,000,000 bytes" in _reason(fetcher, site.url("/endless"))


def test_headers_that_drip_are_cut_off(site: Site) -> None:
    """The time counts from the first byte of the answer's headers on."""

    def drip(handler: Handler) -> None:
        handler.wfile.write(OK)
        while not site.closing.wait(0.02):
            handler.wfile.write(b"X: y\r\n")

    site.replies["/x"] = drip
    with Fetcher(_settings(site, seconds=0.1)) as fetcher:
        assert "`web.seconds`" in _reason(fetcher, site.url("/x"))


def test_a_gzip_bomb_is_cut_off(site: Site, fetcher: Fetcher) -> None:
    """A few packed bytes are not unpacked into more than a page may have."""
    assert len(site.pages["/bomb"].body) < 100_000
    assert "larger than 1,000,000 bytes" in _reason(fetcher, site.url("/bomb"))


def test_a_gzip_of_endless_nothing_is_cut_off(site: Site, fetcher: Fetcher) -> None:
    """Packed bytes count too, even those that hold nothing."""
    empty = bytes.fromhex("1f8b080000000000000303000000000000000000")
    site.raw("/x", OK, b"Content-Encoding: gzip\r\n\r\n", empty * 60_000)
    assert "larger than" in _reason(fetcher, site.url("/x"))


answers = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda name, at, bits: b"".join(ANSWERS[name])[:400][:at] + bits,
        st.sampled_from(sorted(ANSWERS)), st.integers(0, 400), st.binary(max_size=40),
    ),
    st.builds(
        lambda bits, at: (page := OK + b"Content-Length: 2\r\n\r\nhi")[:at] + bits + page[at:],
        st.binary(max_size=8), st.integers(0, 40),
    ),
)  # fmt: skip


@given(answers)
def test_no_answer_brings_a_traceback(shared: tuple[Site, Fetcher], answer: bytes) -> None:
    """Any bytes are a page, or an error that was meant."""
    site, fetcher = shared
    site.raw("/x", answer)
    with contextlib.suppress(SourceError):
        fetcher.fetch(site.url("/x"))


@given(st.text(max_size=60).map("http://".__add__) | st.text(max_size=60), st.text(max_size=20))
def test_no_address_brings_a_traceback(text: str, base: str) -> None:
    """Any text is an address in its usual writing, or an error that was meant."""
    with contextlib.suppress(SourceError):
        address = web_address(text, base)
        assert address == web_address(address)


# What fails honestly.


@pytest.mark.parametrize(
    ("status", "gone", "reason"),
    [
        (404, True, "is not there (404 Not Found)"), (410, True, "is not there (410 Gone)"),
        (403, False, "may not be read (403 Forbidden)"), (401, False, "may not be read"),
        (451, False, "may not be read"), (429, False, "raise `web.delay`"),
        (500, False, "try again later"), (503, False, "try again later"), (204, False, "no page"),
        (300, False, "no page"), (418, False, "no page"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_the_host_said(
    shared: tuple[Site, Fetcher], status: int, gone: bool, reason: str
) -> None:
    """A page that is not there is told from one that only could not be read."""
    site, fetcher = shared
    site.pages["/status"] = Page(b"", status=status)
    with pytest.raises(SourceError) as caught:
        fetcher.fetch(site.url("/status"))
    assert reason in str(caught.value)
    assert gone == isinstance(caught.value, NotThere)


def test_a_host_that_is_not_there_is_an_error(site: Site) -> None:
    """A refused connection is told in a sentence."""
    with Site() as closed:
        address = closed.host
    with Fetcher(_settings(site, allow_hosts=frozenset({address}))) as fetcher:
        assert "cannot be read" in _reason(fetcher, f"http://{address}/")


def test_a_busy_host_is_asked_once_more(site: Site, fetcher: Fetcher) -> None:
    """A host that names a short wait gets it, once."""
    site.pages["/busy"] = Page(b"", status=503, headers={"Retry-After": "0"})
    _reason(fetcher, site.url("/busy"))
    assert 2 == site.asked()["/busy"]
    site.pages["/later"] = Page(b"", status=503, headers={"Retry-After": "3600"})
    _reason(fetcher, site.url("/later"))
    assert 1 == site.asked()["/later"]


def test_a_connection_that_breaks_is_tried_once_more(site: Site, fetcher: Fetcher) -> None:
    """A page that comes at the second try is a page."""

    def break_off(handler: Handler) -> None:
        del site.replies["/x"]

    site.replies["/x"], site.pages["/x"] = break_off, Page(b"<p>At last</p>")
    assert b"<p>At last</p>" == fetcher.fetch(site.url("/x")).data


# Manners.


def test_robots_are_heard(site: Site, fetcher: Fetcher) -> None:
    """A closed page is not asked for, and robots.txt is read once."""
    assert "robots.txt" in _reason(fetcher, site.url("/closed/page"))
    fetcher.fetch(site.url(site.path(1)))
    assert {"/robots.txt": 1, site.path(1): 1} == site.asked()


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nAllow: /news", True),
        ("User-agent: footnote\nDisallow: /news/\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: Footnote\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: tests\nDisallow: /", True),
        ("User-agent: *\nDisallow: /*harbour$", True),
        ("User-agent: *\nDisallow: /*the-*$", False),
        ("\ufeffUser-agent: *\nDisallow: /news", False),
        ("User-agent: *\nDisallow:", True),
        ("<html>Not found</html>", True),
        ("User-agent: *\nDisallow: /n" + "*s" * 2000 + "$", True),
        ("#" * 600_000 + "\nUser-agent: *\nDisallow: /", True),
    ],
)
def test_rules_are_understood(site: Site, fetcher: Fetcher, rules: str, allowed: bool) -> None:
    """A group by name wins over that for all, the longer rule over the shorter (RFC 9309)."""
    site.pages["/robots.txt"] = Page(rules.encode(), "text/plain")
    with contextlib.nullcontext() if allowed else pytest.raises(SourceError, match="robots"):
        fetcher.fetch(site.url("/news/the-library-lends-out-a-telescope"))


@pytest.mark.parametrize(
    ("status", "allowed"), [(404, True), (403, True), (500, False), (503, False), (429, False)]
)
def test_rules_that_cannot_be_read_close_a_site(
    site: Site, fetcher: Fetcher, status: int, allowed: bool
) -> None:
    """A site without rules is open; one that cannot say its rules is closed, all the run long."""
    site.pages["/robots.txt"] = Page(b"", status=status)
    for number in (1, 2):
        with contextlib.nullcontext() if allowed else pytest.raises(SourceError, match="robots"):
            fetcher.fetch(site.url(site.path(number)))
    assert 1 == site.asked()["/robots.txt"]


@pytest.mark.parametrize("target", ["http://10.0.0.1/robots.txt", "/robots.txt"])
def test_rules_that_lead_astray_close_a_site(site: Site, fetcher: Fetcher, target: str) -> None:
    """The redirects of a robots.txt are checked like any other."""
    site.redirect("/robots.txt", target)
    _reason(fetcher, site.url(site.path(1)))


def test_rules_that_would_take_hours_are_refused() -> None:
    """A robots.txt of thousands of groups with thousands of rules costs nothing."""
    hostile = "".join(f"User-agent: a{n}\n" for n in range(9000)) + "Disallow: /x\n" * 9000
    with pytest.raises(SourceError, match="groups"):
        read_robots(hostile.encode(), "footnote")


@pytest.mark.parametrize(
    ("delay", "rules", "longest", "least"),
    [
        (0.02, "", 1.0, 0.02),
        (0.0, "Crawl-delay: 0.02", 1.0, 0.02),
        (0.0, "Crawl-delay: 60", 0.02, 0.02),
    ],
)
def test_a_site_is_not_hurried(
    site: Site, delay: float, rules: str, longest: float, least: float
) -> None:
    """Requests to one site keep their distance: the operator's, or the site's within reason."""
    site.pages["/robots.txt"] = Page(f"User-agent: *\n{rules}\nDisallow: /x".encode())
    settings = _settings(site, delay=delay, longest_delay=longest, seconds=0.1)
    with Fetcher(settings) as fetcher:
        began = time.monotonic()
        for number in (1, 2, 3, 4):
            fetcher.fetch(site.url(site.path(number)))
        assert 3 * least <= time.monotonic() - began < 2


def test_waiting_on_purpose_takes_none_of_a_pages_time(site: Site) -> None:
    """The distance between requests does not count as a page's slowness."""
    with Fetcher(_settings(site, delay=0.25, seconds=0.2)) as fetcher:
        assert 200 == fetcher.fetch(site.url(site.path(1))).status


# TLS.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate of courier.example, with its key."""
    path = tmp_path_factory.mktemp("tls") / "courier.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=courier.example",
        "-addext", "subjectAltName=DNS:courier.example", "-keyout", str(path), "-out", str(path),
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True)
    except OSError:
        pytest.skip("openssl is not there to make a certificate")
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "read"),
    [
        ("courier.example", True, True),
        ("other.example", True, False),
        ("courier.example", False, False),
    ],
)
def test_certificates_are_verified(certificate: Path, host: str, trusted: bool, read: bool) -> None:
    """A certificate counts if it is trusted and made out to the host that was asked for."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    tls = ssl.create_default_context(cafile=str(certificate) if trusted else None)
    with Site(serving) as site:
        place = f"{host}:{site.port}"
        settings = _settings(site, allow_hosts=frozenset({place}))
        with Fetcher(settings, lambda *_: ["127.0.0.1"], tls) as fetcher:
            if read:
                assert 200 == fetcher.fetch(f"https://{place}/feed.rss").status
            else:
                assert "certificate" in _reason(fetcher, f"https://{place}/feed.rss").lower()
