"""Pages that browsers saved as one file are read like the pages they were."""

from __future__ import annotations

import base64
import contextlib
import plistlib
import quopri
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.sources import Labels, Unread
from retrieval.sources.saved import read_mhtml, read_webarchive
from retrieval.types import Article

Reader = Callable[..., Iterator[Article | Unread]]

URL = "https://gazette.example/gates"
PAGE = "<html><head><title>Die Schleuse</title></head><body><p>Sie öffnet um sechs – täglich.</p>"
FRAME = "<html><head><title>An offer</title></head><body><p>Buy a boat.</p>"
CURE = "save the page anew, or leave it out"


def _part(content: bytes, coding: str, *headers: str) -> bytes:
    packed = content
    if coding != "8bit":
        packed = (quopri.encodestring if coding != "base64" else base64.encodebytes)(content)
    lines = (*headers, f"Content-Transfer-Encoding: {coding}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + packed + b"\r\n"


def _mhtml(*parts: bytes, related: str = "", headers: str = "") -> bytes:
    top = (
        f"From: <Saved by Browser>\r\n{headers}Subject: =?utf-8?Q?Die=20Schleuse?=\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html"{related};\r\n'
        '\tboundary="--b--"\r\n\r\n'
    )
    return (
        top.encode() + b"".join(b"\r\n----b--\r\n" + part for part in parts) + b"\r\n----b----\r\n"
    )


def _read(reader: Reader, data: bytes) -> Article:
    (found,) = reader(data, "saved.mhtml", "saved.mhtml", Labels("Saved", "staff"))
    assert isinstance(found, Article), found
    return found


EXPECTED = Article(
    "Die Schleuse", "Sie öffnet um sechs – täglich.", "saved.mhtml", url=URL, source="Saved",
    collection="staff",
)  # fmt: skip

PICTURE = _part(
    b"\x89PNG" * 40, "base64", "Content-Type: image/png", f"Content-Location: {URL}.png"
)
OFFER = _part(FRAME.encode(), "8bit", "Content-Type: text/html", "Content-ID: <frame-1@b>")
HERE = f"Content-Location: {URL}"


def _html(content: bytes, *headers: str, charset: str = "", coding: str = "8bit") -> bytes:
    kind = f"text/html; charset={charset}" if charset else "text/html"
    return _part(content, coding, f"Content-Type: {kind}", *headers)


@pytest.mark.parametrize(
    "data",
    [
        _mhtml(_html(PAGE.encode(), HERE, coding="quoted-printable"), PICTURE),
        _mhtml(_html(PAGE.encode(), HERE, charset="utf-8", coding="base64")),
        _mhtml(_html(PAGE.encode("cp1252"), HERE, charset="latin1", coding="base64")),
        _mhtml(_html(PAGE.encode("utf-16"), HERE, charset="unicode", coding="base64")),
        _mhtml(_html(PAGE.encode("utf-16"), HERE, charset="utf-8", coding="base64")),
        _mhtml(
            _html(PAGE.encode()),
            headers="Snapshot-Content-Location: https://gazette.\r\n example/gates\r\n",
        ),
        _mhtml(
            _html(PAGE.encode(), "Content-Location: cid:a@b"), headers=f"Snapshot-{HERE}\r\n"
        ),
        _mhtml(
            PICTURE, OFFER,
            _part(PAGE.encode(), "8bit", "Content-Type: application/xhtml+xml", HERE,
                  "Content-ID: <frame-0@b>"),
            related=';\r\n\tstart="<frame-0@b>"',
        ),
        _mhtml(_html(PAGE.encode(), HERE), OFFER),
        _mhtml(_html(PAGE.encode(), HERE), OFFER, related='; start="<nowhere@b>"'),
        _html(PAGE.encode(), "MIME-Version: 1.0", HERE, coding="quoted-printable"),
    ],
    ids=range(11),
)  # fmt: skip
def test_mhtml_holds_its_page(data: bytes) -> None:
    """The page that MHTML names as its start, else its first, is read, with its address."""
    assert EXPECTED == _read(read_mhtml, data)


def _webarchive(html: object = PAGE.encode(), *, binary: bool = True, **values: object) -> bytes:
    resource = {"WebResourceData": html, "WebResourceURL": URL, **values}
    stored = {"WebMainResource": {k: v for k, v in resource.items() if v is not None}}
    return plistlib.dumps(stored, fmt=plistlib.FMT_BINARY if binary else plistlib.FMT_XML)


@pytest.mark.parametrize(
    "data",
    [
        _webarchive(WebResourceTextEncodingName="UTF-8", WebResourceMIMEType="text/html"),
        _webarchive(binary=False),
        _webarchive(PAGE.encode("cp1252"), WebResourceTextEncodingName="windows-1252"),
        _webarchive(WebResourceTextEncodingName="nonsense"),
        _webarchive(WebResourceTextEncodingName=5),
    ],
    ids=range(5),
)  # fmt: skip
def test_a_web_archive_holds_its_page(data: bytes) -> None:
    """The main resource of Safari's web archive is read, with its address and its encoding."""
    assert EXPECTED == _read(read_webarchive, data)


def test_a_page_states_its_own_address() -> None:
    """A canonical link of the page goes before where it was saved from, and is made whole by it."""
    page = f"<link rel=canonical href=/locks>{PAGE}".encode()
    data = _mhtml(_part(page, "8bit", "Content-Type: text/html", HERE))
    assert "https://gazette.example/locks" == _read(read_mhtml, data).url
    assert "https://gazette.example/locks" == _read(read_webarchive, _webarchive(page)).url
    for address in (None, 5, "about:blank", "file:///home/ann/gates.html"):
        archive = _webarchive(WebResourceURL=address)
        assert _read(read_webarchive, archive).url is None


NESTED = b"MIME-Version: 1.0\r\n" + b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2_000)
)


@pytest.mark.parametrize(
    ("reader", "data", "reason"),
    [
        (read_mhtml, b"", f"holds no web page; {CURE}"),
        (read_mhtml, b"just text", f"holds no web page; {CURE}"),
        (read_mhtml, _mhtml(PICTURE), f"holds no web page; {CURE}"),
        (read_mhtml, _mhtml(), f"holds no web page; {CURE}"),
        (read_mhtml, _mhtml(_part(b"", "8bit", "Content-Type: text/html")),
         f"holds no web page; {CURE}"),
        (read_mhtml, NESTED, f"is no saved web page that can be read; {CURE}"),
        (read_webarchive, b"", f"is no web archive that can be read; {CURE}"),
        (read_webarchive, b"bplist00" + b"\xff" * 60,
         f"is no web archive that can be read; {CURE}"),
        (read_webarchive, _webarchive()[:-40], f"is no web archive that can be read; {CURE}"),
        (read_webarchive, b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><plist>&a;</plist>",
         f"is no web archive that can be read; {CURE}"),
        (read_webarchive, b"<?xml version='1.0'?><plist><date>now</date></plist>",
         f"is no web archive that can be read; {CURE}"),
        (read_webarchive, b"<?xml version='1.0'?><plist><dict>",
         f"is no web archive that can be read; {CURE}"),
        (read_webarchive, plistlib.dumps([1]), f"is no web archive that can be read; {CURE}"),
        (read_webarchive, plistlib.dumps({}), f"is no web archive that can be read; {CURE}"),
        (read_webarchive, plistlib.dumps({"WebMainResource": "x"}),
         f"is no web archive that can be read; {CURE}"),
        (read_webarchive, _webarchive(PAGE), f"holds no web page; {CURE}"),
        (read_webarchive, _webarchive(b" "), f"holds no web page; {CURE}"),
    ],
)  # fmt: skip
def test_a_broken_container_gets_a_sentence(reader: Reader, data: bytes, reason: str) -> None:
    """What is no saved page, or holds none, is refused with its cure."""
    with pytest.raises(SourceError) as raised:
        list(reader(data, "x", "x"))
    assert reason == str(raised.value)


def test_a_saved_page_without_text_is_reported() -> None:
    """A saved page that shows nothing is reported, as any page is."""
    data = _mhtml(_part(b"<title>T</title><div></div>", "8bit", "Content-Type: text/html"))
    (found,) = read_mhtml(data, "x", "x")
    assert isinstance(found, Unread)


CONTAINERS = (
    (read_mhtml, _mhtml(_part(PAGE.encode(), "base64", "Content-Type: text/html", HERE), PICTURE)),
    (read_webarchive, _webarchive(WebResourceTextEncodingName="UTF-8")),
    (read_webarchive, _webarchive(binary=False)),
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(CONTAINERS),
    st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), max_size=12),
    st.integers(0, 2_000),
)
def test_a_damaged_container_is_read_or_refused(
    container: tuple[Reader, bytes], damage: list[tuple[int, int]], cut: int
) -> None:
    """Whatever bytes are changed or missing, a reader yields something or says what is wrong."""
    reader, whole = container
    data = bytearray(whole[:cut] if cut % 4 == 0 else whole)
    for place, byte in damage:
        if data:
            data[place % len(data)] = byte
    with contextlib.suppress(SourceError):
        assert len(list(reader(bytes(data), "x", "x"))) == 1
