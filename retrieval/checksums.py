"""Checksums of a generation's files: quick enough to be verified whenever one is opened.

XXH3 reads about as fast as memory gives, so a generation of some hundred megabytes is
verified to its last bit in a tenth of a second. It finds damage; it is no seal against
somebody who means to deceive.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import xxhash

AT_ONCE = 1_000_000_000
"""Bytes of a generation that are read before it answers; larger files are read while it does."""

_BLOCK = 1 << 20


class Checksum(NamedTuple):
    """What a file must be."""

    size: int
    xxh3: str


Checksums = Mapping[str, Checksum]
"""The checksum of every file, by its path within the folder."""


def checksum(path: Path) -> Checksum:
    """Return a file's checksum; an OSError says that it cannot be read."""
    hashed = xxhash.xxh3_128()
    block = memoryview(bytearray(_BLOCK))
    size = 0
    with path.open("rb", buffering=0) as stream:
        while count := stream.readinto(block):
            hashed.update(block[:count])
            size += count
    return Checksum(size, hashed.hexdigest())


def quick(expected: Checksums) -> set[str]:
    """Return the files that are read at once: as many as fit, the smallest first."""
    chosen, total = set(), 0
    for path in sorted(expected, key=lambda path: expected[path].size):
        total += expected[path].size
        if total > AT_ONCE:
            break
        chosen.add(path)
    return chosen


def damaged(folder: Path, expected: Checksums, *, thorough: bool) -> Iterator[str]:
    """Yield the files that are missing or are not what they should be.

    Args:
        folder: The folder that they are in.
        expected: Their checksums.
        thorough: Whether all are read to their end; else, of the large ones, only the
            sizes are compared.
    """
    unread = set() if thorough else set(expected) - quick(expected)
    for path, whole in expected.items():
        try:
            same = (
                (folder / path).stat().st_size == whole.size
                if path in unread
                else checksum(folder / path) == whole
            )
        except OSError:
            same = False
        if not same:
            yield path


def same_file(path: Path, other: Path) -> bool:
    """Tell whether two paths are hard links to one file."""
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False
