"""Make the fixtures that are no plain text, from the texts in `sources`; `--golden` reads them all.

The same bytes come out on every machine: times are fixed, and zips are stored, as
what deflating yields depends on the library that does it.
"""

from __future__ import annotations

import base64
import io
import plistlib
import quopri
import sys
import zipfile
from pathlib import Path
from typing import Any

from retrieval.sources.parser import Parser
from tests.articles.reading import FIXTURES, HERE, as_json, golden, names, outcome, read
from tests.articles.typesetting import typeset
from tests.pdfs import write_pdf

_PACKED_AT = (2024, 5, 31, 17, 0, 0)

_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
"""A PNG of one grey point."""


def _source(name: str) -> bytes:
    return (HERE / "sources" / name).read_bytes()


def _in_windows_1252(page: bytes) -> bytes:
    return page.decode().replace("\n", "\r\n").encode("cp1252")


def _part(headers: str, body: bytes) -> bytes:
    return f"{headers}\n\n".encode() + body.rstrip() + b"\n\n"


def _mhtml(headers: str, boundary: str, *parts: bytes) -> bytes:
    marked = b"".join(f"--{boundary}\n".encode() + part for part in parts)
    whole = f"{headers}\n\n\n".encode() + marked + f"--{boundary}--\n".encode()
    return whole.replace(b"\n", b"\r\n")


def _chrome_mhtml() -> bytes:
    """Return a page as Chrome saves it in one file: quoted-printable, its parts named by `cid:`."""
    address = "https://gazette.example/council/2024/02/free-buses?ref=front"
    boundary = "----MultipartBoundary--q7Wc2vVbXl5n0Xo9wB1rT3yKzE4uD8sA6hJfGmNp----"
    frame = b"<!DOCTYPE html><html><body><p>Umbrellas at half price.</p></body></html>\n"
    return _mhtml(
        "From: <Saved by Blink>\n"
        f"Snapshot-Content-Location: {address}\n"
        "Subject: Buses to be free for everyone under nineteen | The Canal Gazette\n"
        "Date: Thu, 15 Feb 2024 07:12:31 +0100\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/related;\n\ttype="text/html";\n'
        f'\tboundary="{boundary}"',
        boundary,
        _part(
            "Content-Type: text/html\n"
            "Content-ID: <frame-0@mhtml.blink>\n"
            "Content-Transfer-Encoding: quoted-printable\n"
            f"Content-Location: {address}",
            quopri.encodestring(_source("saved/free-buses.html")),
        ),
        _part(
            "Content-Type: text/html\n"
            "Content-ID: <frame-1@mhtml.blink>\n"
            "Content-Transfer-Encoding: quoted-printable\n"
            "Content-Location: https://ads.example/frame?slot=council",
            quopri.encodestring(frame),
        ),
        _part(
            "Content-Type: text/css\n"
            "Content-Transfer-Encoding: quoted-printable\n"
            "Content-Location: cid:css-0@mhtml.blink",
            b"article { max-width: 40em; }",
        ),
    )


def _explorer_mht() -> bytes:
    """Return a page as Internet Explorer saved it: base64, in windows-1252."""
    boundary = "----=_NextPart_000_0000_01C9D7D8.4F2A1B30"
    page = _in_windows_1252(_source("saved/bee-swarms.html"))
    return _mhtml(
        "From: <Saved by Windows Internet Explorer 8>\n"
        "Subject: What to do when bees move into your letter box\n"
        "Date: Mon, 25 May 2009 20:41:07 +0200\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/related;\n\ttype="text/html";\n'
        f'\tboundary="{boundary}"\n'
        "X-MimeOLE: Produced By Microsoft MimeOLE V6.00.2900.5579\n\n"
        "This is a multi-part message in MIME format.",
        boundary,
        _part(
            'Content-Type: text/html;\n\tcharset="windows-1252"\n'
            "Content-Transfer-Encoding: base64\n"
            "Content-Location: http://bees.example/swarm.htm",
            base64.encodebytes(page),
        ),
        _part(
            "Content-Type: image/png\n"
            "Content-Transfer-Encoding: base64\n"
            "Content-Location: http://bees.example/bee.png",
            base64.encodebytes(_PICTURE),
        ),
    )


def _resource(url: str, data: bytes, kind: str, encoding: str | None = None) -> dict[str, Any]:
    named = {"WebResourceTextEncodingName": encoding} if encoding else {}
    return {
        "WebResourceData": data,
        "WebResourceFrameName": "",
        "WebResourceMIMEType": kind,
        "WebResourceURL": url,
    } | named


def _webarchive(main: dict[str, Any], *parts: dict[str, Any], **more: Any) -> bytes:
    whole = {"WebMainResource": main, "WebSubresources": list(parts)} | more
    return plistlib.dumps(whole, fmt=plistlib.FMT_BINARY)


def _telescope() -> bytes:
    site = "https://tarnfeld.example"
    page = _source("saved/tower-telescope.html")
    return _webarchive(
        _resource(f"{site}/news/2022/waterworks-telescope?print=1", page, "text/html", "UTF-8"),
        _resource(f"{site}/assets/press.css", b"body { margin: 2em; }", "text/css", "UTF-8"),
        _resource(f"{site}/assets/crest.png", _PICTURE, "image/png"),
    )


def _dinghy() -> bytes:
    page = _in_windows_1252(_source("saved/clinker-dinghy.html"))
    frame = b"<html><body><p>Bronze rowlocks, the pair for 90 crowns.</p></body></html>"
    banner = _resource("http://ads.example/banner.html", frame, "text/html", "windows-1252")
    return _webarchive(
        _resource("http://slipway.example/planks.html", page, "text/html", "windows-1252"),
        WebSubframeArchives=[{"WebMainResource": banner}],
    )


def _zip(folder: str, **more: bytes) -> bytes:
    """Return a zip of a folder's files and of what is given beside them, by their names."""
    root = HERE / "sources" / "zips" / folder
    files = {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted((files | more).items()):
            info = zipfile.ZipInfo(name, _PACKED_AT)
            info.external_attr = 0o100644 << 16
            archive.writestr(info, data)
    return packed.getvalue()


def _handbook() -> bytes:
    """Return a handbook of several pages that bear its name and their numbers."""
    text = _source("pdf/volunteers-handbook.txt").decode().replace("## ", "# ")
    return write_pdf(
        typeset(text, width=46, depth=26),
        header="Vessmouth Harbour Museum · Handbook for volunteers",
        footer="Edition of March 2022                                   {page}",
        created="D:20220311154500+01'00'",
    )


def _leaflet() -> bytes:
    """Return a leaflet that states a file's name for its title, as word processors do."""
    return write_pdf(
        typeset(_source("pdf/tide-mill-leaflet.txt").decode(), width=74, depth=50),
        title="Microsoft Word - tide mill leaflet FINAL 2.docx",
        author="Vessmouth Harbour Museum",
        created="D:20230502091200Z",
        language="en-GB",
    )


def _report() -> bytes:
    """Return a report that says of itself what it is, in its XMP packet too."""
    return write_pdf(
        typeset(_source("pdf/annual-report.txt").decode(), width=80, depth=50),
        title="The lifeboat’s year 2019",
        author="Cold Ness Lifeboat Station",
        keywords="lifeboat, Cold Ness, annual report",
        created="D:20200114100000Z",
        language="en",
        xmp=_source("pdf/annual-report.xmp").decode(),
    )


def _programme() -> bytes:
    return write_pdf(typeset(_source("pdf/band-programme.txt").decode(), width=70, depth=50))


def made() -> dict[str, bytes]:
    """Return the fixtures that are made, by their names."""
    return {
        "html/ferrymens-cafe.htm": _in_windows_1252(_source("old-page.html")),
        "saved/free-buses.mhtml": _chrome_mhtml(),
        "saved/bee-swarms.mht": _explorer_mht(),
        "saved/tower-telescope.webarchive": _telescope(),
        "saved/clinker-dinghy.webarchive": _dinghy(),
        "pdf/volunteers-handbook.pdf": _handbook(),
        "pdf/tide-mill-leaflet.pdf": _leaflet(),
        "misleading/lifeboat-2019": _report(),
        "zips/weekend-edition.zip": _zip(
            "weekend", **{"programme.pdf": _programme(), "regatta_files/swan.png": _PICTURE}
        ),
        "zips/parish-chest.zip": _zip("parish"),
    }


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def main() -> None:
    """Write the fixtures; with `--golden`, what they become."""
    if sys.argv[1:] == ["--golden"]:
        with Parser() as parser:
            for name in names():
                _write(golden(name), as_json(outcome(read(name, parser))).encode())
    else:
        for name, data in made().items():
            _write(FIXTURES / name, data)


if __name__ == "__main__":
    main()
