"""Files, folders of them, and zips."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from retrieval.errors import SourceError
from retrieval.sources import Document, Event, Known, Unread
from retrieval.sources.documents import Reading, read_document
from retrieval.sources.parser import Parser
from retrieval.sources.patterns import saved_beside

_SETTLED = 2.0
"""Seconds for which a file must have rested before its time of change is trusted."""


def shown(path: Path) -> str:
    """Return a path as text that can be stored and shown, whatever bytes it is made of."""
    return str(path).encode("utf-8", "replace").decode()


def _stamp(path: Path) -> str:
    """Return a file's size and time of change, "" where it may change again unseen."""
    try:
        status = path.stat()
    except OSError:
        return ""
    if time.time() - status.st_mtime < _SETTLED:
        return ""
    return f"{status.st_size}:{status.st_mtime_ns}"


def _opened(path: Path) -> BinaryIO:
    """Open a regular file; a pipe or a device, which might never end, is refused.

    Raises:
        SourceError: It is none.
        OSError: It cannot be opened.
    """
    # A pipe that nobody writes to would block the opening itself.
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise SourceError("is not a file; leave it out")
    return os.fdopen(number, "rb")


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file, a zip, or every file that holds articles in a folder and below it.

    Attributes:
        path: The file or folder.
        how: How its documents are read.
        parser: Where formats are read that could hang.
    """

    path: Path
    how: Reading
    parser: Parser
    lists_all: bool = True
    repeats: bool = True

    @property
    def origin(self) -> str:
        """The absolute path."""
        return shown(self.path.resolve())

    def read(self, known: Known) -> Iterator[Event]:
        """Yield what every file holds, folders in the order of their names."""
        # Absolute, so that a file has one location wherever its path was said from.
        path = self.path.resolve()
        if not path.exists():
            yield Unread(shown(path), "does not exist; check the path")
        elif path.is_dir():
            yield from self._read_folder(path, known)
        else:
            yield from self._read_file(path, known, optional=False)

    def _read_folder(self, folder: Path, known: Known) -> Iterator[Event]:
        found = False
        count = 0
        for path in _walk(folder):
            if isinstance(path, Unread):
                found = True
                yield path
                continue
            if not self.how.selection.takes(path.relative_to(folder).as_posix()):
                continue
            count += 1
            if count > self.how.limits.documents:
                most = self.how.limits.documents
                reason = f"has over {most:,} files; split it, or raise `limits.documents`"
                yield Unread(shown(folder), reason, listing=True)
                return
            for event in self._read_file(path, known, optional=True, within=folder):
                found = True
                yield event
        if not found:
            reason = "holds no file of articles; add one, or check `include` and `exclude`"
            yield Unread(shown(folder), reason)

    def _read_file(
        self, path: Path, known: Known, *, optional: bool, within: Path | None = None
    ) -> Iterator[Event]:
        if shown(path) != str(path):
            yield Unread(shown(path), "has a name that is not UTF-8; rename it")
            return
        if within is not None and not path.resolve().is_relative_to(within):
            yield Unread(str(path), "is a link that leads out of its folder; copy the file here")
            return
        document = Document(
            location=str(path),
            name=path.name,
            stamp=_stamp(path),
            open=lambda: _opened(path),
            optional=optional,
        )
        yield from read_document(document, self.how, known, self.parser)


def _walk(folder: Path) -> Iterator[Path | Unread]:
    """Yield a folder's files and those below it, in the order of their names.

    What is hidden is left out, and what a browser saved beside a page. Folders that
    are links are not entered.
    """
    try:
        inside = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield Unread(shown(folder), f"cannot be listed ({reason}); check its permissions", True)
        return
    names = {entry.name for entry in inside}
    for entry in inside:
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if not saved_beside(entry.name, names):
                yield from _walk(path)
        elif entry.is_file():
            yield path
