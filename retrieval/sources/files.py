"""Files and folders of them, each read by the module of its format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from retrieval.errors import SourceError
from retrieval.sources import Unread
from retrieval.sources.dump import DumpFormat, read_dump
from retrieval.sources.jsonlines import read_json_lines
from retrieval.sources.markdown import read_markdown
from retrieval.types import PUBLIC, Article

Kind = Literal["dump", "markdown", "jsonlines"]

_KINDS: dict[str, Kind] = {
    ".txt": "dump",
    ".text": "dump",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "jsonlines",
    ".ndjson": "jsonlines",
}


def _shown(path: Path) -> str:
    """Return a path as text that can be stored and shown, whatever bytes it is made of."""
    return str(path).encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file, or every file of a known kind in a folder and below it.

    Attributes:
        path: The file or folder.
        form: How text dumps are told apart into articles.
        kind: The format of every file; None tells it by each file's name.
        source: The publication, where an article names none.
        collection: The collection, where an article names none.
    """

    path: Path
    form: DumpFormat
    kind: Kind | None = None
    source: str | None = None
    collection: str = PUBLIC

    @property
    def origin(self) -> str:
        """The absolute path."""
        return _shown(self.path.resolve())

    def read(self) -> Iterator[Article | Unread]:
        """Yield the articles of every file, folders in the order of their names."""
        # Absolute, so that a file has one location wherever its path was said from.
        path = self.path.resolve()
        if not path.exists():
            yield Unread(_shown(path), "does not exist; check the path")
        elif path.is_file():
            yield from self._read_file(path, self.kind or _KINDS.get(path.suffix.lower()))
        else:
            yield from self._read_folder(path)

    def _read_folder(self, folder: Path) -> Iterator[Article | Unread]:
        found = False
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            kind = self.kind or _KINDS.get(path.suffix.lower())
            if kind and not hidden:
                found = True
                yield from self._read_file(path, kind)
        if not found:
            known = ", ".join(_KINDS)
            yield Unread(_shown(folder), f"holds no file that ends in {known}; add one")

    def _read_file(self, path: Path, kind: Kind | None) -> Iterator[Article | Unread]:
        if _shown(path) != str(path):
            yield Unread(_shown(path), "has a name that is not UTF-8; rename it")
            return
        # A file that was named, whatever its ending, is worth trying as text.
        try:
            if kind == "markdown":
                yield from read_markdown(path, self.source, self.collection)
            elif kind == "jsonlines":
                yield from read_json_lines(path, self.source, self.collection)
            else:
                yield from read_dump(path, self.form, self.source, self.collection)
        except SourceError as error:
            yield Unread(str(path), str(error))
