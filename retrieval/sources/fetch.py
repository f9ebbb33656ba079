"""Fetch web pages: public ones, as their sites allow it, and never more than was bargained for."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from retrieval.errors import SourceError
from retrieval.sources.addresses import Deadline, Resolve, resolve, web_address
from retrieval.sources.http import Answer, BrokenOff, Client
from retrieval.sources.robots import MOST_BYTES, Robots, read_robots

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_REFUSED = frozenset({401, 403, 407, 451})
_BUSY = frozenset({429, 503})
_FRESH = timedelta(seconds=2)
"""Within this time a page may change again and keep its time of change."""
_PATIENCE = 5.0
"""The longest wait, in seconds, for a host that is busy."""


class NotThere(SourceError):
    """A page is not there, or there no more."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """How pages are fetched.

    Attributes:
        agent: What Footnote calls itself: `Footnote/1.0 (…)`. A robots.txt knows it by
            the part before the slash.
        allow_hosts: Hosts, as `name` or `name:port`, whose address need not be public.
        delay: Seconds between two requests to one site.
        longest_delay: Seconds that its robots.txt may ask for instead.
        seconds: Seconds that one page may take, its redirects and robots.txt included.
        page_bytes: Bytes that one page may have, packed and unpacked.
        redirects: How often one page may lead to another.
    """

    agent: str
    allow_hosts: frozenset[str] = frozenset()
    delay: float = 1.0
    longest_delay: float = 10.0
    seconds: float = 30.0
    page_bytes: int = 50_000_000
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as its host sent it.

    Attributes:
        url: Its address, where redirects ended.
        status: 200; or 304, where it is what it was and no data came.
        data: Its bytes, unpacked.
        validators: What tells later whether it has changed; "" if nothing does.
        content_type: What its host says that it is, "" if it does not say.
    """

    url: str
    status: int
    data: bytes
    validators: str
    content_type: str


def _time(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _validators(headers: Mapping[str, str]) -> str:
    """Return what a host gave to tell later whether a page has changed, as JSON."""
    stated = {"etag": headers.get("etag", "")}
    changed, sent = headers.get("last-modified", ""), headers.get("date", "")
    at, now = _time(changed), _time(sent)
    if at and (now is None or now.replace(tzinfo=None) - at.replace(tzinfo=None) >= _FRESH):
        stated["last_modified"] = changed
    kept = {name: value for name, value in stated.items() if value and value.isascii()}
    return json.dumps(kept) if kept else ""


def _conditions(validators: str) -> dict[str, str]:
    """Return the headers that ask for a page only if it has changed."""
    known: dict[str, str] = json.loads(validators) if validators else {}
    names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
    return {names[key]: value for key, value in known.items()}


def _refusal(status: int) -> SourceError:
    """Return the error that an answer is which is neither a page nor a redirect."""
    known = status in set(HTTPStatus)
    said = f"{status} {HTTPStatus(status).phrase}" if known else str(status)
    if status in _GONE:
        return NotThere(f"is not there ({said}); correct its address, or leave it out")
    if status in _REFUSED:
        return SourceError(f"may not be read ({said}); ask its owner, or leave it out")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return SourceError(f"was asked for too often ({said}); raise `web.delay`")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return SourceError(f"could not be served ({said}); try again later")
    return SourceError(f"gives no page ({said}); correct its address, or leave it out")


def _asked_pause(answer: Answer) -> float | None:
    """Return the seconds after which a busy host may be asked again, None if not soon."""
    after = answer.headers.get("retry-after", "")
    if answer.status not in _BUSY or not (after.isascii() and after.isdecimal()):
        return None
    return float(after) if float(after) <= _PATIENCE else None


def _site(address: str) -> str:
    """Return the address of the site that a page belongs to."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/"


class Fetcher:
    """Fetches pages one after the other; keeps each site's rules while it lives."""

    def __init__(
        self, settings: Fetching, resolve: Resolve = resolve, tls: ssl.SSLContext | None = None
    ) -> None:
        """Prepare a fetcher.

        Args:
            settings: How pages are fetched.
            resolve: Tells a host's addresses.
            tls: What certificates are trusted; those that the system trusts if None.
        """
        self._settings = settings
        self._token = settings.agent.split("/")[0]
        self._deadline = Deadline()
        self._client = Client(settings.agent, settings.allow_hosts, self._deadline, resolve, tls)
        self._robots: dict[str, Robots | SourceError] = {}
        self._asked: dict[str, float] = {}

    def __enter__(self) -> Self:
        """Return this fetcher."""
        return self

    def __exit__(
        self, _: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Close every connection."""
        self._client.close()

    def fetch(self, address: str, validators: str = "") -> Fetched:
        """Return a page.

        Args:
            address: Its address.
            validators: Those it had when it was last read; then an answer without data
                says that it has not changed.

        Raises:
            NotThere: It is not there.
            SourceError: It cannot be read, or may not be.
        """
        self._deadline.set(self._settings.seconds)
        conditions = _conditions(validators)
        answer = self._follow(web_address(address), conditions)
        unchanged = answer.status == HTTPStatus.NOT_MODIFIED and bool(conditions)
        if answer.status != HTTPStatus.OK and not unchanged:
            raise _refusal(answer.status)
        return Fetched(
            url=answer.url,
            status=answer.status,
            data=answer.data,
            validators=_validators(answer.headers) or (validators if unchanged else ""),
            content_type=answer.headers.get("content-type", ""),
        )

    def _follow(
        self, address: str, conditions: Mapping[str, str], *, rules: bool = False
    ) -> Answer:
        """Return the answer at the end of an address's redirects, each of them checked anew.

        Args:
            address: The address.
            conditions: Headers of a conditional request.
            rules: Whether it is a site's robots.txt, for which there are no rules.
        """
        for _ in range(self._settings.redirects + 1):
            if not rules:
                self._check(address)
            answer = self._ask(address, conditions, rules=rules)
            if answer.status not in _REDIRECTS:
                return answer
            target = answer.headers.get("location", "")
            try:
                address = web_address(target, base=address)
            except SourceError as error:
                raise SourceError(f"leads to “{target[:200]}”, which {error}") from error
        raise SourceError("leads from one address to the next without end; leave it out")

    def _ask(self, address: str, conditions: Mapping[str, str], *, rules: bool) -> Answer:
        """Return a host's answer; one that is busy, or breaks off, is asked once more."""
        try:
            answer = self._ask_once(address, conditions, rules=rules)
        except BrokenOff:
            return self._ask_once(address, conditions, rules=rules)
        pause = _asked_pause(answer)
        if pause is None:
            return answer
        self._pause(pause)
        return self._ask_once(address, conditions, rules=rules)

    def _ask_once(self, address: str, conditions: Mapping[str, str], *, rules: bool) -> Answer:
        site = _site(address)
        robots = self._robots.get(site)
        asked = robots.delay if isinstance(robots, Robots) else 0.0
        delay = max(self._settings.delay, min(asked, self._settings.longest_delay))
        if site in self._asked:
            self._pause(self._asked[site] + delay - time.monotonic())
        try:
            most = MOST_BYTES if rules else self._settings.page_bytes
            return self._client.ask(address, conditions, most, cut=rules)
        finally:
            self._asked[site] = time.monotonic()

    def _pause(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)
            self._deadline.put_off(seconds)

    def _check(self, address: str) -> None:
        """Ask a site's robots.txt whether a page may be read.

        Raises:
            SourceError: It may not, or the site does not say.
        """
        site = _site(address)
        if site not in self._robots:
            try:
                self._robots[site] = self._rules(site)
            except SourceError as error:
                self._robots[site] = error
        robots = self._robots[site]
        if isinstance(robots, SourceError):
            raise SourceError(str(robots)) from robots
        if not robots.allows(address):
            raise SourceError(
                f"may not be read by robots, as {site}robots.txt says; ask the site's owner, or "
                "leave it out"
            )

    def _rules(self, site: str) -> Robots:
        """Return a site's rules.

        Raises:
            SourceError: The site cannot be reached or does not say: nothing is allowed.
        """
        answer = self._follow(f"{site}robots.txt", {}, rules=True)
        try:
            if answer.status == HTTPStatus.OK:
                return read_robots(answer.data, self._token)
            if answer.status in _BUSY or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise _refusal(answer.status)
        except SourceError as error:
            raise SourceError(f"has a robots.txt that {error}") from error
        return Robots(None, self._token)
