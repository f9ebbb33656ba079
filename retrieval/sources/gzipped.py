"""Unpack gzip, never more of it than was bargained for."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from retrieval.errors import SourceError

_PIECE = 1_000_000
"""Bytes unpacked at a time."""

_BROKEN = "is packed by gzip and damaged; try again later"


def _member() -> zlib._Decompress:
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)


def unpack(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what gzip has packed, a bounded piece at a time.

    Raises:
        SourceError: It is no gzip, or ends too early.
    """
    member = _member()
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if member.eof:
                    rest = rest.lstrip(b"\x00")  # padding behind a member
                    if not rest:
                        break
                    member = _member()
                yield member.decompress(rest, _PIECE)
                rest = member.unconsumed_tail or member.unused_data
        yield member.flush()
    except zlib.error as error:
        raise SourceError(_BROKEN) from error
    if not member.eof:
        raise SourceError(_BROKEN)


def too_large(most: int) -> SourceError:
    """Return the error that a document is which has more bytes than `most`."""
    return SourceError(
        f"is larger than {most:,} bytes; leave it out, or raise `limits.document_bytes`"
    )


def bounded(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Yield the pieces while they are small enough together.

    Args:
        pieces: The pieces.
        most: Bytes that they may have together.

    Raises:
        SourceError: They have more.
    """
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise too_large(most)
        yield piece
