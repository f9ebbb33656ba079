"""Generations of the index: written aside, verified, published by one rename, rolled back.

`index/<name>/` holds one generation and its manifest; the file `index/CURRENT`
holds the name of the one that answers. Names are numbers that only grow: which one is
older depends on no clock.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.checksums import Checksums, checksum, same_file
from retrieval.embedded import EmbeddedIndex
from retrieval.errors import (
    GateClosed,
    GenerationDamaged,
    GenerationForeign,
    IndexBusy,
    NotFound,
    StorageError,
)
from retrieval.holding import unused
from retrieval.kept import CURRENT, KeptGenerations
from retrieval.manifest import MANIFEST, Manifest, Recipe, flush
from retrieval.types import OPERATOR, Filters

_BUILDING = ".building-"
_DELETED = ".deleted-"
_REFUSED = ".refused"
_PATIENCE = 0.2
"""Seconds to wait for the right to build, which whoever only looks holds for a moment."""

Approve = Callable[[EmbeddedIndex], tuple[str, ...]]
"""Judges a generation before it is published: returns the keys of the golden questions that
it answers, or raises GateClosed."""


def _files(folder: Path) -> list[Path]:
    # tantivy leaves its writer's lock files behind; they are no part of the index.
    return sorted(
        p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST and p.suffix != ".lock"
    )


def _unwritable(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{folder} cannot be written ({error.strerror}); check the disk's free space "
        "and permissions."
    )


class Generations(KeptGenerations):
    """The generations in one data folder, and how they come and go."""

    # Building.

    def locked(self) -> bool:
        """Tell whether a process, this one included, is building now."""
        try:
            with self.lock():
                return False
        except IndexBusy:
            return True

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the right to build; it ends with the process that holds it.

        Raises:
            IndexBusy: Another process holds it.
            StorageError: The data folder cannot be written.
        """
        lock = FileLock(self.folder / ".lock", timeout=_PATIENCE)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise IndexBusy(
                "Another process is indexing this data folder; wait until it ends."
            ) from error
        except OSError as error:
            raise StorageError(
                f"{self.folder} cannot be written ({error.strerror}); correct its permissions or "
                "set data_dir to a folder you own."
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """Give an empty folder to build in; what is not published from it is deleted."""
        self._clear()
        names = self.names()
        folder = self.folder / f"{_BUILDING}{int(names[-1]) + 1 if names else 1:06d}"
        try:
            folder.mkdir()
            yield folder
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _clear(self) -> None:
        """Delete what processes that were killed left half-built or half-deleted."""
        for left in (*self.folder.glob(f"{_BUILDING}*"), *self.folder.glob(f"{_DELETED}*")):
            shutil.rmtree(left, ignore_errors=True)

    def publish(
        self,
        folder: Path,
        recipe: Recipe,
        *,
        approve: Approve | None = None,
    ) -> Manifest:
        """Flush, verify and publish a built folder; it answers from the next question on.

        A file that is a hard link to the same file of the published generation is neither
        read nor flushed again: its checksum is carried over.

        Args:
            folder: The staging folder.
            recipe: What its vectors depend on.
            approve: Judges the generation, opened; without it none is refused.

        Raises:
            GenerationDamaged: It cannot be opened again, or does not find what it holds.
            GateClosed: It was not approved; what it holds can be used again (`refused`).
        """
        index = EmbeddedIndex(folder, recipe.language)
        if not index.answers():
            raise GenerationDamaged(
                f"The new generation does not answer from its {len(index)} passages; run "
                "`footnote index`."
            )
        current = self.current()
        manifest = Manifest(
            name=folder.name.removeprefix(_BUILDING),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            before=current if current in self.names() else None,
            recipe=recipe,
            articles=index.count(Filters(), OPERATOR),
            passages=len(index),
            sentences=index.count_sentences(),
            recall=index.recall,
            golden=(),
            files=self._sealed(folder, current),
        )
        refused = self.folder / _REFUSED
        shutil.rmtree(refused, ignore_errors=True)
        try:
            manifest = replace(manifest, golden=approve(index) if approve else ())
        except GateClosed:
            manifest.save(folder)
            folder.rename(refused)
            raise
        manifest.save(folder)
        for place in (*(p for p in folder.rglob("*") if p.is_dir()), folder):
            flush(place)
        folder.rename(self.folder / manifest.name)
        self._point_to(manifest.name)
        return manifest

    def refused(self, recipe: Recipe) -> EmbeddedIndex | None:
        """Open the generation that was not approved last, to build upon; None for none."""
        try:
            return self.open(_REFUSED, recipe)
        except (GenerationDamaged, GenerationForeign):
            return None

    def _sealed(self, folder: Path, current: str | None) -> Checksums:
        """Flush the files of a folder; return their checksums."""
        standing: Checksums = {}
        with contextlib.suppress(GenerationDamaged, GenerationForeign):
            standing = Manifest.load(self.folder / str(current)).files
        files = {}
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            if name in standing and same_file(path, self.folder / str(current) / name):
                files[name] = standing[name]
            else:
                flush(path)
                files[name] = checksum(path)
        return files

    def _point_to(self, name: str) -> None:
        staged = self.folder / f".{CURRENT}"
        try:
            staged.write_text(name + "\n", encoding="ascii")
            flush(staged)
            # The folder's own name must be on the disk before the one that points to it.
            flush(self.folder)
            staged.replace(self.folder / CURRENT)
            flush(self.folder)
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    # Going back, and letting go.

    def roll_back(self, name: str | None = None, recipe: Recipe | None = None) -> str:
        """Publish an earlier generation again: the named one, or the last good one before.

        The one before is the one that answered before the present one was published.

        Args:
            name: The generation's name, or None.
            recipe: Only a generation that was made so will do; None takes any.

        Returns:
            The name of the generation that now answers.

        Raises:
            NotFound: There is no such generation.
            GenerationDamaged: It is damaged.
            GenerationForeign: It was made by another model, format or chunking.
            StorageError: The data folder cannot be written.
        """
        names = self.names()
        if name is None:
            name = self._last_good_before(self.current(), recipe)
        elif name not in names:
            known = ", ".join(names) or "none"
            raise NotFound(f"There is no generation {name}; there are: {known}.")
        else:
            self._check(name, recipe)
        self._point_to(name)
        return name

    def _check(self, name: str, recipe: Recipe | None) -> None:
        if recipe is None:
            self.verify(name)
        else:
            self.open(name, recipe, thorough=True)

    def _last_good_before(self, current: str | None, recipe: Recipe | None) -> str:
        for name in self.earlier(current):
            with contextlib.suppress(GenerationDamaged, GenerationForeign):
                self._check(name, recipe)
                return name
        raise NotFound("There is no earlier generation to roll back to; run `footnote index`.")

    def collect(self, keep: int) -> None:
        """Delete what is old and what no process uses.

        The last `keep` stay, and the published one, and those that answered before it; and,
        where more than one is to stay, one that shares no file with the published one.

        Args:
            keep: How many generations stay.
        """
        self._clear()
        kept = self._kept(keep)
        for name in self.names():
            if name not in kept:
                self._delete(name)

    def _kept(self, keep: int) -> set[str]:
        names, standing = self.names(), self.standing()
        if standing is None:
            return set()
        kept = {*names[-keep:], *[standing, *self.earlier(standing)][:keep]}
        # One damaged file that several link to must not take every generation along.
        apart = [name for name in names if name != standing and not self._share(name, standing)]
        if keep > 1 and apart and kept.isdisjoint(apart):
            kept.add(apart[-1])
        return kept

    def _share(self, name: str, other: str) -> bool:
        one, two = self.folder / name, self.folder / other
        return any(same_file(path, two / path.relative_to(one)) for path in _files(one))

    def _delete(self, name: str) -> None:
        aside = self.folder / f"{_DELETED}{name}"
        with unused(self.folder / name / MANIFEST) as free, contextlib.suppress(OSError):
            if free:
                # In one step, so that nobody meets half of it.
                (self.folder / name).rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
