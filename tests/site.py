"""A newspaper's web site on the loopback, which can change, fail and misbehave."""

from __future__ import annotations

import contextlib
import functools
import gzip
import html
import socket
import ssl
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from .courier import NEWSPAPER, STORIES, Story

ROBOTS = "User-agent: *\nDisallow: /closed/\n"

_TEXT = "text/html; charset=utf-8"
_XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Page:
    """What the site answers at a path.

    Attributes:
        body: The bytes.
        content_type: What it says that they are, "" for nothing.
        status: The status.
        etag: Its entity tag, "" for none.
        last_modified: When it says that it was changed, None for nothing.
        headers: Further headers.
    """

    body: bytes
    content_type: str = _TEXT
    status: int = 200
    etag: str = ""
    last_modified: datetime | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the site was sent.

    Attributes:
        path: What was asked for.
        headers: Its headers, by their names in lower case.
        status: How it was answered; 0 for bytes that are no HTTP.
    """

    path: str
    headers: dict[str, str]
    status: int


Reply = Callable[["Handler"], object]
"""Answers a request by itself."""


def story_page(story: Story) -> str:
    """Return a story as the page of a newspaper's site, with its furniture."""
    paragraphs = "\n".join(f"<p>{html.escape(text)}</p>" for text in story.paragraphs)
    title = html.escape(story.title)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | {NEWSPAPER}</title>
<meta property="og:site_name" content="{NEWSPAPER}"><meta property="og:title" content="{title}">
<meta property="og:type" content="article"><meta name="author" content="{story.author}">
<meta property="article:published_time" content="{story.published_at.isoformat()}">
</head><body>
<header><nav><a href="/">Home</a> <a href="/news">News</a></nav></header>
<main><article><h1>{title}</h1>
<p class="byline">By {story.author}</p>
{paragraphs}
</article></main>
<footer><p>Sign up for our newsletter</p><p>Contact | Imprint | Privacy</p></footer>
</body></html>"""


def bare_page(story: Story) -> str:
    """Return a story as a page that states neither author nor date."""
    paragraphs = "".join(f"<p>{html.escape(text)}</p>" for text in story.paragraphs)
    title = html.escape(story.title)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


class Handler(BaseHTTPRequestHandler):
    """Answers one connection from the site's pages."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits for an acknowledgement
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a request."""
        site = self.server.site
        asked = {name.lower(): value for name, value in self.headers.items()}
        reply = site.replies.get(self.path)
        page = site.pages.get(self.path, Page(b"nothing here", status=404))
        if callable(reply):
            site.requests.append(Request(self.path, asked, 0))
            with contextlib.suppress(OSError):  # the reader has hung up, as it should
                reply(self)
            self.close_connection = True
            return
        if page.status == 200 and self._is_known(page, asked):
            page = replace(page, body=b"", status=304)
        site.requests.append(Request(self.path, asked, page.status))
        self._send(page)

    def _is_known(self, page: Page, asked: dict[str, str]) -> bool:
        if "if-none-match" in asked:
            return bool(page.etag) and asked["if-none-match"] == page.etag
        since = asked.get("if-modified-since")
        if since is None or page.last_modified is None:
            return False
        return page.last_modified <= parsedate_to_datetime(since)

    def _send(self, page: Page) -> None:
        self.send_response(page.status)
        if page.content_type and page.body:
            self.send_header("Content-Type", page.content_type)
        if page.etag:
            self.send_header("ETag", page.etag)
        if page.last_modified:
            self.send_header("Last-Modified", format_datetime(page.last_modified, usegmt=True))
        for name, value in page.headers.items():
            self.send_header(name, value)
        if page.status != 304:
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)


class Server(ThreadingHTTPServer):
    """A server that knows its site, and whose connections end with it."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.site = site
        self._open: set[socket.socket] = set()

    def process_request(self, request: object, client_address: object) -> None:
        """Remember a connection."""
        assert isinstance(request, socket.socket)
        self.site.connections += 1
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: object) -> None:
        """Forget a connection."""
        assert isinstance(request, socket.socket)
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a reader that hung up."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """End every connection that is still open."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):  # it has ended itself
                connection.shutdown(socket.SHUT_RDWR)


class Site:
    """A web site of thirty articles, with feeds, sitemaps, and pages that misbehave.

    Of three articles one has an entity tag, one a time of change, one neither.

    Attributes:
        pages: What is answered, by path.
        replies: Paths that answer by themselves.
        requests: What was asked, in order.
        connections: How many connections there have been.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.closing = threading.Event()
        self._server = Server(self)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self.reset()

    def __enter__(self) -> Self:
        """Open the site."""
        self._thread.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Close the site, and every connection to it."""
        self.closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._thread.join()
        self._server.server_close()

    # Where things are.

    @property
    def port(self) -> int:
        """Its port."""
        return self._server.server_port

    @property
    def host(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://{self.host}{path}"

    def path(self, number: int) -> str:
        """Return the path of an article."""
        return f"/news/{STORIES[number - 1].slug}"

    def asked(self) -> Counter[str]:
        """Return how often each path was asked for."""
        return Counter(request.path for request in self.requests)

    def sent(self) -> set[str]:
        """Return the paths that were answered in full."""
        return {request.path for request in self.requests if request.status == 200}

    # What changes.

    def change(self, number: int, sentence: str = "This was added later.") -> None:
        """Add a sentence to an article."""
        page = self.pages[self.path(number)]
        body = page.body.replace(b"</p>\n</article>", f" {sentence}</p>\n</article>".encode())
        assert body != page.body
        later = page.last_modified and page.last_modified + timedelta(days=1)
        etag = page.etag and f'"{number}-{len(body)}"'
        self.pages[self.path(number)] = replace(page, body=body, etag=etag, last_modified=later)

    def remove(self, number: int, status: int = 404) -> None:
        """Take an article's page away; feeds and sitemaps still list it."""
        self._removed[number] = self.pages[self.path(number)]
        self.pages[self.path(number)] = Page(b"It is gone.", status=status)

    def restore(self, number: int) -> None:
        """Put an article's page back as it was."""
        self.pages[self.path(number)] = self._removed.pop(number)

    def list_articles(self, *numbers: int) -> None:
        """Let feeds and sitemaps list these articles alone."""
        stories = [STORIES[number - 1] for number in numbers]
        self.pages["/feed.rss"] = Page(self._rss(stories), "application/rss+xml")
        self.pages["/feed.atom"] = Page(self._atom(stories), "application/atom+xml")
        every = [self.url(f"/news/{story.slug}") for story in stories]
        self.pages["/sitemap.xml"] = Page(_sitemap(every), _XML)
        self.pages["/sitemap.txt"] = Page("\n".join(every).encode(), "text/plain")
        packed = gzip.compress(_sitemap(every[10:]), mtime=0)
        self.pages["/sitemaps/old.xml"] = Page(_sitemap(every[:10]), _XML)
        self.pages["/sitemaps/new.xml.gz"] = Page(packed, "application/gzip")
        parts = [self.url("/sitemaps/old.xml"), self.url("/sitemaps/new.xml.gz")]
        self.pages["/index.xml"] = Page(_sitemap(parts, "sitemapindex", "sitemap"), _XML)

    # What it consists of.

    def reset(self) -> None:
        """Put everything as it is on the first day."""
        self.pages: dict[str, Page] = {}
        self.replies: dict[str, Reply] = {}
        self.requests: list[Request] = []
        self.connections = 0
        self._removed: dict[int, Page] = {}
        for story in STORIES:
            page = Page(story_page(story).encode())
            if story.number % 3 == 0:
                page = replace(page, etag=f'"{story.number}-1"')
            elif story.number % 3 == 1:
                page = replace(page, last_modified=datetime(2024, 1, 1, tzinfo=UTC))
            self.pages[self.path(story.number)] = page
        self.list_articles(*(story.number for story in STORIES))
        self.pages["/robots.txt"] = Page(ROBOTS.encode(), "text/plain")
        self.pages["/closed/page"] = Page(story_page(STORIES[0]).encode())
        self.pages["/error"] = Page(b"", status=500)
        self.pages["/gone"] = Page(b"", status=410)
        self.redirect("/moved", self.path(3))
        self.redirect("/loop", "/loop/again")
        self.redirect("/loop/again", "/loop")
        self.redirect("/inward", "http://169.254.169.254/latest/meta-data/")
        self.pages["/bomb"] = Page(_bomb(), headers={"Content-Encoding": "gzip"})
        self.replies["/slow"] = lambda handler: self._drip(handler, [b""] * 1000)
        self.replies["/drip"] = lambda handler: self._drip(handler, [b"x"] * 1000)
        self.replies["/endless"] = self._endless

    def redirect(self, path: str, target: str, status: int = 302) -> None:
        """Let a path lead to another address."""
        self.pages[path] = Page(b"", status=status, headers={"Location": target})

    def raw(self, path: str, *pieces: bytes) -> None:
        """Let a path answer with these very bytes, and hang up."""
        self.replies[path] = lambda handler: handler.wfile.write(b"".join(pieces))

    def _drip(self, handler: Handler, pieces: list[bytes]) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for piece in pieces:
            handler.wfile.write(piece)
            if self.closing.wait(0.02):
                return

    def _endless(self, handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>")
        until = time.monotonic() + 60
        while time.monotonic() < until and not self.closing.is_set():
            handler.wfile.write(b"again and " * 5_000)

    def _rss(self, stories: list[Story]) -> bytes:
        items = "".join(
            f"<item><title>{html.escape(story.title)}</title>"
            f"<link>/news/{story.slug}</link>"
            f"<guid isPermaLink='false'>courier-{story.number}</guid>"
            f"<dc:creator>{story.author}</dc:creator><category>{story.tag}</category>"
            f"<pubDate>{format_datetime(story.published_at)}</pubDate>"
            f"<description>{html.escape(story.paragraphs[0])}</description></item>"
            for story in stories
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
            f"<title>{NEWSPAPER}</title><link>{self.url('/')}</link><language>en</language>"
            f"{items}</channel></rss>"
        ).encode()

    def _atom(self, stories: list[Story]) -> bytes:
        entries = "".join(
            f"<entry><title>{html.escape(story.title)}</title><id>tag:courier,{story.number}</id>"
            f'<link href="/news/{story.slug}"/><author><name>{story.author}</name></author>'
            f"<published>{story.published_at.isoformat()}</published>"
            f"<updated>{story.published_at.isoformat()}</updated>"
            f'<category term="{story.tag}"/><content type="html">'
            + html.escape("".join(f"<p>{html.escape(text)}</p>" for text in story.paragraphs))
            + "</content></entry>"
            for story in stories
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
            f"<title>{NEWSPAPER}</title><id>{self.url('/')}</id>{entries}</feed>"
        ).encode()


@functools.cache
def _bomb() -> bytes:
    """Return twenty million bytes, packed into twenty thousand."""
    return gzip.compress(bytes(20_000_000), mtime=0)


def _sitemap(addresses: list[str], root: str = "urlset", item: str = "url") -> bytes:
    listed = "".join(f"<{item}><loc>{html.escape(a)}</loc></{item}>" for a in addresses)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?><{root} xmlns="{space}">{listed}</{root}>'.encode()
