"""Zips: their members as documents, read in memory and never unpacked to a disk."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from retrieval.errors import SourceError
from retrieval.sources import Document, Limits, Unread
from retrieval.sources.patterns import Selection, saved_beside

_RATIO = 200
"""How many times its packed size a member may be; text packs to a tenth at best."""

_SMALL = 1_000_000
"""Bytes below which a member's ratio is of no account."""


_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises at a zip that is damaged, or packed in a way that it does not know."""


def _path(info: zipfile.ZipInfo) -> PurePosixPath:
    """Return a member's path, however its packer parted it."""
    return PurePosixPath(info.filename.replace("\\", "/"))


def _refusal(info: zipfile.ZipInfo, left: int) -> str | None:
    """Return why a member is refused, None where it is not."""
    path = _path(info)
    if path.is_absolute() or ".." in path.parts or path.as_posix()[1:2] == ":":
        return "has a name that leads out of its zip; pack it anew"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a symbolic link; pack the file that it leads to"
    if info.flag_bits & 1:
        return "is encrypted; pack it without a password"
    if info.file_size > left:
        return "takes its zip over the limit of what it may unpack to; split the zip"
    packed = max(info.compress_size, 1)
    if info.file_size > _SMALL and info.file_size / packed > _RATIO:
        return f"unpacks to over {_RATIO} times its size, as a zip bomb does; leave it out"
    return None


class _Bounded(io.RawIOBase):
    """A member's bytes, at most as many as its zip says that it has."""

    def __init__(self, member: BinaryIO, size: int) -> None:
        self._member = member
        self._size = size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._member.seek(offset, whence)

    def tell(self) -> int:
        return self._member.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._member.read(min(len(buffer), 1 << 16))
        except _BROKEN as error:
            raise SourceError(f"cannot be unpacked ({error}); pack it anew") from error
        if self._member.tell() > self._size:
            raise SourceError("is larger than its zip says; leave it out")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._member.close()
        super().close()


def _opened(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    try:
        member = packed.open(info)
    except _BROKEN as error:
        raise SourceError(f"cannot be unpacked ({error}); pack it anew") from error
    return io.BufferedReader(_Bounded(member, info.file_size))  # type: ignore[arg-type]


def zip_documents(
    stream: BinaryIO, location: str, selection: Selection, limits: Limits
) -> Iterator[Document | Unread]:
    """Yield the members of a zip, in the order of their names.

    A document must be read before the next is asked for.

    Args:
        stream: The zip's bytes.
        location: Where they are read.
        selection: Which members are taken.
        limits: What they may unpack to.

    Raises:
        SourceError: The zip is broken.
    """
    try:
        packed = zipfile.ZipFile(stream)
        members = sorted(packed.infolist(), key=lambda info: info.filename)
    except _BROKEN as error:
        raise SourceError(f"is no zip that can be read ({error}); pack it anew") from error
    left = limits.archive_bytes
    names = set[str]()
    paths = {info.filename for info in members}
    with packed:
        for number, info in enumerate(members):
            parts = _path(info).parts
            if any(saved_beside(str(around), paths) for around in _path(info).parents):
                continue
            hidden = any((p.startswith(".") and p != "..") or p == "__MACOSX" for p in parts)
            folder = not parts or info.filename.endswith("/")
            if folder or hidden or not selection.takes(info.filename):
                continue
            place = f"{location}!/{info.filename}".encode("utf-8", "replace").decode()
            if number >= limits.documents:
                yield Unread(location, f"has over {limits.documents:,} members; split it", True)
                return
            refusal = _refusal(info, left)
            if place in names:
                refusal = "is in its zip twice; pack it anew"
            names.add(place)
            if refusal:
                yield Unread(place, refusal)
                continue
            left -= info.file_size
            yield Document(
                location=place,
                name=PurePosixPath(info.filename).name,
                stamp=f"{info.CRC:08x}:{info.file_size}",
                open=lambda info=info: _opened(packed, info),  # type: ignore[misc]
                optional=True,
            )
