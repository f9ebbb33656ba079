"""One request over HTTP and its answer, bounded in bytes and in time."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpcore
import httpx

from retrieval.errors import SourceError
from retrieval.sources.addresses import Deadline, PublicBackend, Resolve
from retrieval.sources.gzipped import bounded, too_large, unpack

_ACCEPT = "text/html, application/xhtml+xml, application/xml, */*;q=0.8"
_PLAIN = ("", "identity")
_GZIP = ("gzip", "x-gzip")
_CONNECT_SECONDS = 10.0
"""Seconds for which one address of a host may let a connection wait."""


class BrokenOff(SourceError):
    """A host could not be reached, or broke off; the next try may fare better."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a host.

    Attributes:
        url: The address that was asked.
        status: Its status.
        headers: Its headers, by their names in lower case; one that is repeated is a list.
        data: Its bytes, unpacked, where the status is 200.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    data: bytes


def _decoded(header: bytes) -> str:
    try:
        return header.decode()
    except UnicodeDecodeError:
        return header.decode("latin-1")


def _named(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, said = name.decode("latin-1").lower(), _decoded(value)
        headers[key] = f"{headers[key]}, {said}" if key in headers else said
    return headers


def _said(error: Exception) -> str:
    """Return what a library said of an error, on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _unpacked(pieces: Iterable[bytes], headers: Mapping[str, str], most: int) -> Iterator[bytes]:
    """Yield a body's bytes, unpacked.

    Raises:
        SourceError: It has more than `most`, packed or unpacked, or is packed otherwise
            than was asked for.
    """
    packing = headers.get("content-encoding", "").strip().lower()
    if packing in _PLAIN:
        yield from bounded(pieces, most)
    elif packing in _GZIP:
        yield from bounded(unpack(bounded(pieces, most)), most)
    else:
        raise SourceError(f"is sent packed by “{packing[:40]}”, unasked; ask its owner")


def _first(pieces: Iterable[bytes], most: int) -> bytes:
    """Return the first bytes, and read no further."""
    first = bytearray()
    for piece in pieces:
        first += piece
        if len(first) >= most:
            break
    return bytes(first[:most])


def _body(
    response: httpcore.Response, headers: Mapping[str, str], most: int, *, cut: bool
) -> bytes:
    """Return what an answer holds; only a page's bytes are read."""
    pieces = response.iter_stream()
    if response.status == HTTPStatus.NOT_MODIFIED:
        return _first(pieces, 1)  # read to its end, it leaves its connection open
    if response.status != HTTPStatus.OK:
        return b""
    if cut:
        return _first(_unpacked(pieces, headers, 2 * most), most)
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise too_large(most)
    return b"".join(_unpacked(pieces, headers, most))


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Return what trusts the system's certificates; reading them takes a while."""
    return httpcore.default_ssl_context()


class Client:
    """Asks hosts, one after the other.

    A few connections stay open from request to request. There are no cookies,
    credentials, proxies or redirects.
    """

    def __init__(
        self,
        agent: str,
        allow_hosts: frozenset[str],
        deadline: Deadline,
        resolve: Resolve,
        tls: ssl.SSLContext | None,
    ) -> None:
        """Prepare a client.

        Args:
            agent: What it calls itself.
            allow_hosts: Hosts, as `name` or `name:port`, whose address need not be public.
            deadline: When a request must have its answer.
            resolve: Tells a host's addresses.
            tls: What certificates are trusted; those that the system trusts if None.
        """
        self._agent = agent
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or _trusted(),
            max_connections=2,
            keepalive_expiry=15,
            network_backend=PublicBackend(allow_hosts, resolve, deadline),
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def ask(
        self, address: str, conditions: Mapping[str, str], most: int, *, cut: bool = False
    ) -> Answer:
        """Return a host's answer.

        Args:
            address: A web address in its usual writing.
            conditions: Headers of a conditional request.
            most: Bytes that the answer may have, packed and unpacked.
            cut: Whether an answer that has more is cut there.

        Raises:
            BrokenOff: The host cannot be reached, or does not keep to HTTP.
            SourceError: Its address is not public, it takes too long or sends too much.
        """
        url = httpx.URL(address)
        headers = {
            "Host": url.netloc.decode(),
            "User-Agent": self._agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip",
            **conditions,
        }
        timeouts = {"connect": _CONNECT_SECONDS}
        where = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        try:
            with self._pool.stream(
                "GET", where, headers=list(headers.items()), extensions={"timeout": timeouts}
            ) as response:
                said = _named(response.headers)
                data = _body(response, said, most, cut=cut)
        except httpcore.TimeoutException as error:
            raise SourceError(
                "takes too long to be read; try again later, or raise `web.seconds`"
            ) from error
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            raise BrokenOff(f"cannot be read ({_said(error)}); try again later") from error
        except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as error:
            raise SourceError(f"cannot be asked for ({_said(error)}); correct it") from error
        return Answer(address, response.status, said, data)
