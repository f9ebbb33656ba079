"""Web addresses, and connections to public ones alone.

A host's name is resolved here, every address it has is checked, and the connection
goes to the very address that was checked: a name that means something else a
moment later leads nowhere else. TLS still verifies the name.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx

from retrieval.errors import SourceError

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host's name, for a port.

Raises:
    OSError: The name has none.
"""

_LONGEST = 4_000
"""Characters of the longest web address that is followed."""

_LAST_PORT = 65_535

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
# IPv6 addresses that end in the IPv4 address they stand for: compatible, mapped, NAT64.
_CARRIERS = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "64:ff9b::/96")))


def web_address(text: str, base: str = "") -> str:
    """Return an address in its usual writing, without a fragment.

    Args:
        text: The address, as someone wrote it.
        base: The address of the page it stands on, for a relative one.

    Raises:
        SourceError: It is none that may be followed.
    """
    try:
        url = httpx.URL(urljoin(base, text.strip())).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError("is no web address; correct it") from error
    if url.scheme not in ("http", "https") or not url.raw_host:
        raise SourceError("is no web address; begin it with https:// or http://")
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise SourceError("names a port that there is not; correct it")
    if url.userinfo:
        raise SourceError("has a name or a password in its address; leave it out")
    if len(str(url)) > _LONGEST:
        raise SourceError(f"has an address of over {_LONGEST:,} characters; correct it")
    return str(url)


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv4Address):
        return parsed.is_global and not parsed.is_multicast
    number = int(parsed)
    if any(parsed in carrier for carrier in _CARRIERS):
        return is_public(str(ipaddress.IPv4Address(number & 0xFFFFFFFF)))
    if parsed in _SIX_TO_FOUR:  # which Python calls private until 3.11.4
        return is_public(str(ipaddress.IPv4Address(number >> 80 & 0xFFFFFFFF)))
    return parsed in _GLOBAL_UNICAST and parsed.is_global


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host's name, as the system knows them.

    Raises:
        OSError: The name has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a name that no host can have
        raise OSError(f"{host} is no host's name") from error
    return list(dict.fromkeys(str(place[4][0]) for place in found))


class Deadline:
    """The moment at which a page must have been read."""

    def __init__(self) -> None:
        self._until = time.monotonic()

    def set(self, seconds: float) -> None:
        """Set the moment, so many seconds from now."""
        self._until = time.monotonic() + seconds

    def put_off(self, seconds: float) -> None:
        """Move the moment, by the time that was waited on purpose."""
        self._until += seconds

    def left(self, most: float | None = None) -> float:
        """Return the seconds that are left, or `most` where that is less.

        Raises:
            httpcore.ReadTimeout: None are.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for one page is over")
        return left if most is None else min(left, most)


class _TimedStream(httpcore.NetworkStream):
    """A connection on which nothing goes on beyond the deadline, however slowly it drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class PublicBackend(httpcore.NetworkBackend):
    """Connects to hosts whose every address is public, and to those that are allowed by name."""

    def __init__(
        self,
        allowed: frozenset[str],
        resolve: Resolve,
        deadline: Deadline,
        sockets: httpcore.NetworkBackend | None = None,
    ) -> None:
        """Prepare connections.

        Args:
            allowed: Hosts, as `name` or `name:port`, that need not be public.
            resolve: Tells a host's addresses.
            deadline: When every connection ends.
            sockets: Connects to an address; by TCP if None.
        """
        self._allowed = frozenset(host.lower() for host in allowed)
        self._resolve = resolve
        self._deadline = deadline
        self._sockets = sockets or httpcore.SyncBackend()

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        """Return a host's addresses, all of which may be connected to.

        Raises:
            SourceError: One of them may not.
            httpcore.ConnectError: The host has none.
        """
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} is not known") from error
        names = {host, f"{host}:{port}", f"[{host}]:{port}"}
        if names.isdisjoint(self._allowed):
            for address in addresses:
                if not is_public(address):
                    raise SourceError(
                        f"leads to {host}, whose address {address} is not public; add "
                        f"`{host}:{port}` to `web.allow_hosts` if it is meant"
                    )
        return addresses

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of a host's addresses that answers.

        Raises:
            SourceError: An address of the host is not public.
            httpcore.ConnectError: None answers.
            httpcore.TimeoutException: The time is over.
        """
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses(host.lower(), port):
            try:
                left = self._deadline.left(timeout)
                stream = self._sockets.connect_tcp(
                    address, port, left, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failed
