"""The generations there are, as whoever only reads them sees them.

Which one answers, which ones could in its place, and whether they are whole.
"""

from __future__ import annotations

import contextlib
import logging
import os
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.checksums import damaged, quick
from retrieval.embedded import EmbeddedIndex
from retrieval.errors import GenerationDamaged, GenerationForeign, IndexMissing, StorageError
from retrieval.holding import hold
from retrieval.manifest import MANIFEST, Manifest, Recipe

CURRENT = "CURRENT"
"""The file that names the published generation."""

_log = logging.getLogger(__name__)
# An error is logged as text: whoever keeps its traceback would keep a generation open.


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a look at a generation found.

    Attributes:
        name: Its name.
        manifest: Its manifest, None where it cannot be read.
        problem: What is wrong with it, a sentence; None where it is whole.
        published: Whether it is the one that should answer.
        answers: Whether it is the one that does: the published one, or the last whole one
            before it.
    """

    name: str
    manifest: Manifest | None
    problem: str | None
    published: bool
    answers: bool


class KeptGenerations:
    """The generations in one data folder; nothing here needs the right to write."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "index"

    def names(self) -> list[str]:
        """Return the names of the generations there are, oldest first."""
        if not self.folder.is_dir():
            return []
        found = [p.name for p in self.folder.iterdir() if p.is_dir() and p.name.isdecimal()]
        return sorted(found, key=int)

    def current(self) -> str | None:
        """Return the published generation's name, None before the first or where it is lost."""
        try:
            name = (self.folder / CURRENT).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return f"{int(name):06d}" if name.isdecimal() else None

    def manifests(self) -> list[Manifest]:
        """Return the manifests of the whole generations, oldest first."""
        found = []
        for name in self.names():
            with contextlib.suppress(GenerationDamaged, GenerationForeign):
                found.append(Manifest.load(self.folder / name))
        return found

    def verify(self, name: str, *, thorough: bool = True) -> Manifest:
        """Check a generation's files against its manifest.

        Args:
            name: The generation.
            thorough: Whether every file is read to its end; else the largest of a large
                generation are compared by size alone.

        Raises:
            GenerationDamaged: A file is missing or differs.
            GenerationForeign: It is of another format.
        """
        folder = self.folder / name
        manifest = Manifest.load(folder)
        held = _hold(folder)
        try:
            for path in damaged(folder, manifest.files, thorough=thorough):
                raise GenerationDamaged(
                    f"Generation {name} is damaged ({path}); run `footnote index`."
                )
        finally:
            os.close(held)
        return manifest

    def unread(self, name: str) -> bool:
        """Tell whether opening a generation leaves files to be read by a thorough look."""
        files = Manifest.load(self.folder / name).files
        return len(quick(files)) < len(files)

    def open(self, name: str, recipe: Recipe, *, thorough: bool = False) -> EmbeddedIndex:
        """Verify and open one generation; while it is open, it is not collected.

        Raises:
            GenerationDamaged: Its files do not match its manifest.
            GenerationForeign: It was made by another model, format or chunking.
            StorageError: Its folder cannot be written.
        """
        folder = self.folder / name
        manifest = Manifest.load(folder)
        if not os.access(folder, os.W_OK):
            # tantivy locks an index while it opens it; that it cannot is no damage.
            raise StorageError(
                f"{folder} cannot be written, which even opening it needs; correct the data "
                "folder's permissions."
            )
        recipe.require(name, manifest.recipe)
        held = _hold(folder)
        try:
            self.verify(name, thorough=thorough)
            index = EmbeddedIndex(folder, manifest.recipe.language)
        except BaseException:
            os.close(held)
            raise
        # Its last question ends it, in whichever thread.
        weakref.finalize(index, os.close, held)
        return index

    def open_current(self, recipe: Recipe) -> EmbeddedIndex:
        """Open the published generation, or the last good one before it, loudly.

        Raises:
            IndexMissing: Nothing has been published.
            GenerationDamaged: No generation is whole.
            GenerationForeign: The published one was made by another model or format.
        """
        name = self.standing()
        if name is None:
            raise IndexMissing("Nothing has been indexed yet; run `footnote index`.")
        try:
            return self.open(name, recipe)
        except GenerationDamaged as error:
            _log.error("%s Trying the generation before it.", str(error))
            index = self.open_before(name, recipe)
            if index is None:
                raise
            return index

    def open_before(
        self, name: str, recipe: Recipe, *, thorough: bool = False
    ) -> EmbeddedIndex | None:
        """Open the last good generation before a damaged one, loudly; None where there is none."""
        for other in self.earlier(name):
            try:
                index = self.open(other, recipe, thorough=thorough)
            except GenerationDamaged as error:
                _log.error("%s Trying the generation before it.", str(error))
            except GenerationForeign as error:
                _log.error("%s", str(error))
            else:
                _log.error("Generation %s answers instead.", other)
                return index
        return None

    def standing(self) -> str | None:
        """Return the published generation's name; where that is lost, the newest one's."""
        names, current = self.names(), self.current()
        if current in names:
            return current
        older = [name for name in names if current and int(name) <= int(current)]
        return next(reversed(older or names), None)

    def earlier(self, name: str | None) -> Iterator[str]:
        """Yield what may answer in a generation's place, best first.

        First those that answered before it, one after the other; then the others that are
        older, the newest first.
        """
        names, told = self.names(), {name}
        before = self._before(name)
        while before in names:
            told.add(before)
            yield before
            before = self._before(before)
        for other in reversed(names):
            if other not in told and (name is None or int(other) < int(name)):
                yield other

    def _before(self, name: str | None) -> str | None:
        try:
            return None if name is None else Manifest.load(self.folder / name).before
        except (GenerationDamaged, GenerationForeign):
            return None

    def review(self, *, thorough: bool) -> list[Reviewed]:
        """Look at every generation, oldest first.

        Args:
            thorough: Whether every file is read to its end, as in `verify`.
        """
        problems: dict[str, str] = {}
        manifests: dict[str, Manifest] = {}
        for name in self.names():
            try:
                manifests[name] = Manifest.load(self.folder / name)
                self.verify(name, thorough=thorough)
            except (GenerationDamaged, GenerationForeign) as error:
                problems[name] = str(error)
        standing, current = self.standing(), self.current()
        order = [] if standing is None else [standing, *self.earlier(standing)]
        answers = next((name for name in order if name not in problems), None)
        return [
            Reviewed(
                name, manifests.get(name), problems.get(name), name == current, name == answers
            )
            for name in self.names()
        ]


def _hold(folder: Path) -> int:
    try:
        return hold(folder / MANIFEST)
    except OSError as error:
        raise GenerationDamaged(
            f"Generation {folder.name} cannot be used ({error.strerror or error}); run "
            "`footnote index`."
        ) from error
