"""PDF files: one article a file, its printed lines put together as paragraphs."""

from __future__ import annotations

import logging
import math
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import PurePath
from typing import TypeVar

from pypdf import PageObject, PdfReader, apply_configuration, get_configuration
from pypdf.errors import DependencyError, PdfReadError

from retrieval.clean import repair, repair_line
from retrieval.credits import split_credits
from retrieval.errors import SourceError
from retrieval.sources import Labels, Unread
from retrieval.sources.dump import lay_out
from retrieval.sources.lines import Line, drop_running_lines, join_lines
from retrieval.sources.xmp import Properties, read_properties
from retrieval.types import Article

T = TypeVar("T")

_UNPACKED = 32_000_000
"""Bytes that one of a PDF's streams may unpack to."""

_MATRIX = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
# A search for "find" would not find "ﬁnd".
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
# What a font without a table of its letters leaves of a text.
_ILLEGIBLE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep what pypdf has to say of a file to itself, and its streams within bounds."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    bounds = get_configuration().with_overwrites(
        array_based_stream_maximum_output_length=_UNPACKED,
        brotli_maximum_output_length=_UNPACKED,
        lzw_maximum_output_length=_UNPACKED,
        run_length_maximum_output_length=_UNPACKED,
        zlib_maximum_output_length=_UNPACKED,
    )
    try:
        with warnings.catch_warnings(), apply_configuration(bounds):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _placed(cm: list[float], tm: list[float]) -> tuple[float, float, float]:
    """Return where text stands along and across its direction, and how it is scaled."""
    a, b, c, d, e, f = cm if len(cm) == 6 else _MATRIX
    ta, tb, tc, td, x, y = tm if len(tm) == 6 else _MATRIX
    right, up = ta * a + tb * c, ta * b + tb * d
    x, y = x * a + y * c + e, x * b + y * d + f
    length = math.hypot(right, up) or 1.0
    right, up = right / length, up / length
    scale = math.hypot(tc * a + td * c, tc * b + td * d)
    return x * right + y * up, y * right - x * up, scale


def _lines(page: PageObject) -> list[Line]:
    """Return a page's lines in the order in which it prints them."""
    lines = list[Line]()
    parts = list[Line]()

    def end_line() -> None:
        text = " ".join("".join(part.text for part in parts).split())
        if text:
            # A bullet or a footnote's mark may be set smaller than its line.
            longest = max(parts, key=lambda part: len(part.text))
            first = next(part for part in parts if part.text.strip())
            lines.append(Line(text, first.x, first.y, longest.size))
        parts.clear()

    def take(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        x, y, scale = _placed(cm, tm)
        for number, part in enumerate(text.split("\n")):
            if number > 0:
                end_line()
            if part:
                parts.append(Line(part.translate(_LIGATURES), x, y, abs(size) * scale))

    page.extract_text(visitor_text=take)
    end_line()
    return lines


def _has_picture(page: PageObject) -> bool:
    resources = page.get("/Resources", {}).get_object()
    objects = resources.get("/XObject", {})
    return any(
        each.get_object().get("/Subtype") == "/Image" for each in objects.get_object().values()
    )


def _attempt(read: Callable[[], T], default: T) -> T:
    """Return what a function reads, or the default where the file is broken at that place."""
    try:
        return read()
    except (MemoryError, DependencyError):
        raise
    # "Broken PDF files might cause other Exceptions", says pypdf.
    except Exception:
        return default


def _opened(data: bytes) -> PdfReader:
    """Return a PDF's reader.

    Raises:
        SourceError: It is none, is broken from the start, or has a password.
    """
    if not data.strip():
        raise SourceError("is empty; put an article into it or leave it out")
    if b"%PDF-" not in data[:1024]:
        raise SourceError("is no PDF, whatever its name; rename it or leave it out")
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError("opens only with a password; save it without one")
        if not reader.pages:
            raise PdfReadError("it has no pages")
    except (MemoryError, DependencyError, SourceError):
        raise
    except Exception as error:  # see `_attempt`
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        raise SourceError(
            f"is a broken PDF ({reason}); print it anew from a program that opens it"
        ) from error
    return reader


def _properties(reader: PdfReader) -> Properties:
    info = _attempt(lambda: reader.metadata, None)
    packet = _attempt(lambda: reader.xmp_metadata, None)
    language = _attempt(lambda: reader.root_object.get("/Lang"), None)
    root = None if packet is None else packet.rdf_root
    noted = {
        str(name): str(value) for name, value in (info or {}).items() if isinstance(value, str)
    }
    return read_properties(noted, root, language)


def _read_pages(reader: PdfReader) -> tuple[list[list[Line]], list[int]]:
    """Return the lines of each page's text, and the numbers of the pages that cannot be read.

    Raises:
        SourceError: None can be read, or none holds text.
    """
    pages, broken = list[list[Line]](), list[int]()
    for number in range(len(reader.pages)):
        lines = _attempt(lambda n=number: _lines(reader.pages[n]), None)  # type: ignore[misc]
        if lines is None:
            broken.append(number + 1)
        pages.append(lines or [])
    if len(broken) == len(pages):
        raise SourceError("is a broken PDF; print it anew from a program that opens it")
    kept = drop_running_lines(pages)
    if not any(kept):
        # A scan may bear numbers that were set onto it.
        if any(_attempt(lambda p=page: _has_picture(p), False) for page in reader.pages):  # type: ignore[misc]
            raise SourceError(
                "holds pictures of pages and no text; recognise its text (OCR), for example "
                "with `ocrmypdf`"
            )
        kept = pages
    letters = "".join(line.text for lines in kept for line in lines)
    if not letters:
        raise SourceError("has no text; leave it out")
    if len(_ILLEGIBLE.findall(letters)) * 2 > len(letters):
        raise SourceError(
            "is set in a font that does not say which letters it shows; recognise its text "
            "(OCR), for example with `ocrmypdf --force-ocr`"
        )
    return kept, broken


def _titled(paragraphs: list[str], stated: str | None, name: str) -> tuple[str, list[str]]:
    """Return a title, and the paragraphs without the line that repeats it."""
    first = repair_line(paragraphs[0])
    following = max(paragraphs[1:], key=len, default="")
    if stated is None and lay_out(["", first, following])[1]:
        return first, paragraphs[1:]
    repeated = stated is not None and first.casefold() == stated.casefold()
    rest = paragraphs[1:] if repeated and len(paragraphs) > 1 else paragraphs
    return stated or PurePath(name).stem, rest


def _article(
    reader: PdfReader, location: str, name: str, labels: Labels
) -> Iterator[Article | Unread]:
    stated = _properties(reader)
    pages, broken = _read_pages(reader)
    joined = repair("\n\n".join(join_lines([lines for lines in pages if lines])))
    paragraphs = [paragraph for paragraph in joined.split("\n\n") if paragraph.strip()]
    if not paragraphs:
        raise SourceError("has no text; leave it out")
    title, paragraphs = _titled(paragraphs, stated.title, name)
    credited = split_credits(paragraphs)
    text, headings = lay_out(list(credited.paragraphs))
    yield Article(
        title=title,
        text=text,
        location=location,
        source=stated.source or labels.source,
        authors=stated.authors or credited.authors,
        published_at=stated.published_at,
        language=stated.language,
        licence=stated.licence or credited.licence,
        tags=stated.tags,
        collection=labels.collection,
        headings=headings,
        asides=credited.asides,
    )
    if broken:
        numbers = ", ".join(map(str, broken))
        reason = f"has pages that cannot be read ({numbers}); print it anew, or leave it out"
        yield Unread(location, reason)


def read_pdf(
    data: bytes, location: str, name: str, labels: Labels = Labels()
) -> Iterator[Article | Unread]:
    """Yield the one article of a PDF.

    Its title is the one that it states, where that is more than a file's name; else
    its first line where that is a heading, else the file's name. When a file was made
    is not when it was published: a date is known where the XMP packet states one.
    Ligatures (`ﬁ`) become their letters, so that words are found.

    Args:
        data: The file's bytes.
        location: Where they were read.
        name: The file's name.
        labels: What the article gets where the file does not say so itself.

    Raises:
        SourceError: It is no PDF, is broken, has a password, or holds no text.
    """
    with _quietly():
        try:
            found = list(_article(_opened(data), location, name, labels))
        except DependencyError as error:
            # AES and Brotli are libraries of their own.
            reason = str(error).split(". ")[0]
            raise SourceError(
                f"takes a library that is not installed ({reason}); install it with `pip`, or "
                "save the file without encryption or anew"
            ) from error
    yield from found
