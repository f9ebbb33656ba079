"""Bytes to text, or a sentence that says why not."""

import codecs

from retrieval.errors import SourceError


def decode(data: bytes) -> str:
    """Return a document's text.

    Raises:
        SourceError: It is empty, is no text, or is not UTF-8.
    """
    if not data.strip():
        raise SourceError("is empty; put an article into it or leave it out")
    # A byte order mark is the one sure sign of UTF-16.
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not utf16 and b"\x00" in data:
        raise SourceError("is a binary file, not text; leave it out or convert it to text")
    if utf16:
        encoding, cure = "UTF-16", "save it anew as UTF-8"
    else:
        encoding, cure = "UTF-8", "convert it, for example with `iconv -f WINDOWS-1252 -t UTF-8`"
    try:
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"is not {encoding} (byte {error.start}); {cure}") from error
