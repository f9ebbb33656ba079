"""PDF files in plain Python: a document of text lines, for tests to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 72
_SIZE, _LEADING = 11, 14
# Letters that WinAnsi lacks, on codes that it does not use.
_LIGATURES = {"ﬀ": 1, "ﬁ": 2, "ﬂ": 3, "ﬃ": 4, "ﬄ": 5}
_ENCODING = (
    b"<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [1 /ff /fi /fl /ffi /ffl] >>"
)
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources "
    b"<< /Font << /F1 3 0 R >>%s >> >>"
)
# One grey pixel.
_PICTURE = (
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
    b"/BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream"
)


def _string(text: str) -> bytes:
    """Return a PDF string of text that is shown."""
    codes = [_LIGATURES[c] if c in _LIGATURES else c.encode("cp1252")[0] for c in text]
    return b"(" + b"".join(b"\\%03o" % code for code in codes) + b")"


def _value(text: str) -> bytes:
    """Return a PDF string of metadata."""
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def _placed(text: str, x: float, y: float, size: float) -> bytes:
    return b"BT /F1 %g Tf 1 0 0 1 %g %g Tm %s Tj ET\n" % (size, x, y, _string(text))


def _page(lines: Sequence[str] | None, header: str | None, footer: str | None) -> bytes:
    content = b"" if lines is not None else b"q 400 0 0 600 72 100 cm /P1 Do Q\n"
    if header is not None:
        content += _placed(header, _MARGIN, _HEIGHT - 40, _SIZE)
    y = _HEIGHT - _MARGIN - _SIZE
    for line in lines or ():
        large = line.startswith("# ")
        text = line.removeprefix("# ").lstrip(" ")
        indent = (len(line) - len(line.lstrip(" "))) * _SIZE / 3
        if text:
            content += _placed(text, _MARGIN + indent, y, _SIZE * (1.6 if large else 1))
        y -= _LEADING
    if footer is not None:
        content += _placed(footer, _MARGIN, 40, _SIZE)
    return content


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def _file(objects: Sequence[bytes], trailer: bytes) -> bytes:
    data = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return data + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, trailer, start,
    )  # fmt: skip


def _preamble(info: Mapping[str, str | None], language: str | None, xmp: str | None) -> list[bytes]:
    """Return a document's objects but for its pages; the second, which lists them, is empty."""
    noted = [b"/%s %s" % (k.encode(), _value(v)) for k, v in info.items() if v is not None]
    catalog = b"<< /Type /Catalog /Pages 2 0 R"
    if language is not None:
        catalog += b" /Lang " + _value(language)
    if xmp is not None:
        catalog += b" /Metadata 6 0 R"
    return [
        catalog + b" >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding %s >>" % _ENCODING,
        _PICTURE,
        b"<< %s >>" % b" ".join(noted),
        _stream((xmp or "").encode(), b"/Type /Metadata /Subtype /XML "),
    ]


def write_pdf(
    pages: Sequence[Sequence[str] | None],
    *,
    header: str | None = None,
    footer: str | None = None,
    title: str | None = None,
    author: str | None = None,
    keywords: str | None = None,
    created: str | None = None,
    language: str | None = None,
    xmp: str | None = None,
) -> bytes:
    """Return a PDF file.

    Args:
        pages: The lines of each page, in WinAnsi or one of ﬀ ﬁ ﬂ ﬃ ﬄ. An empty line is a
            gap, leading spaces are an indent, and `# ` sets a line in large type.
            None is a page that was scanned: a picture without text.
        header: A line above every page's text; `{page}` is the page's number.
        footer: A line below it.
        title: The document's title.
        author: Its authors.
        keywords: Its keywords.
        created: When the file was made, as in `D:20240503120000Z`.
        language: Its language.
        xmp: Its XMP packet.
    """
    info = {"Title": title, "Author": author, "Keywords": keywords, "CreationDate": created}
    objects = _preamble(info, language, xmp)
    kids = []
    for number, lines in enumerate(pages, start=1):
        around = [None if s is None else s.format(page=number) for s in (header, footer)]
        objects.append(_stream(_page(lines, *around)))
        picture = b" /XObject << /P1 4 0 R >>" if lines is None else b""
        objects.append(_PAGE % (_WIDTH, _HEIGHT, len(objects), picture))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return _file(objects, b"/Root 1 0 R /Info 5 0 R")
