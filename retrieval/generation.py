"""Generations of the index: written aside, verified, published by one rename, rolled back.

`index/<name>/` holds one generation and its manifest; the file `index/CURRENT`
holds the name of the one that answers.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.embedded import EmbeddedIndex
from retrieval.errors import (
    GenerationDamaged,
    GenerationForeign,
    IndexBusy,
    IndexMissing,
    NotFound,
    StorageError,
)
from retrieval.types import OPERATOR, Filters

FORMAT = 4
"""The version of the layout of a generation's files."""

_MANIFEST = "manifest.json"
_CURRENT = "CURRENT"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a generation's vectors depend on: where it differs, nothing can be shared.

    Attributes:
        format: The layout of the files.
        model: The model's name.
        weights_sha256: The hash of its weights.
        dimensions: The length of its vectors.
        window: Tokens of a passage at most.
        overlap: Tokens a passage may repeat of the one before.
        language: The articles' two-letter language code.
    """

    format: int
    model: str
    weights_sha256: str
    dimensions: int
    window: int
    overlap: int
    language: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is and holds.

    Attributes:
        name: The generation's name; later ones sort behind earlier ones.
        made_at: When it was built, ISO 8601 in UTC.
        recipe: What its vectors depend on.
        articles: How many articles it holds.
        passages: How many passages.
        sentences: How many sentences.
        recall: Share of the true nearest passages that its vectors' search finds.
        files: The sha256 of every file, by its path within the folder.
    """

    name: str
    made_at: str
    recipe: Recipe
    articles: int
    passages: int
    sentences: int
    recall: float
    files: dict[str, str]

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read a generation's manifest.

        Raises:
            GenerationDamaged: It is missing or not whole.
        """
        try:
            row = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            if row.pop("seal") != _seal(row):
                raise ValueError("its seal is broken")
            return cls(**{**row, "recipe": Recipe(**row["recipe"])})
        except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise GenerationDamaged(
                f"Generation {folder.name} has no whole manifest; run `footnote index`."
            ) from error

    def save(self, folder: Path) -> None:
        """Write the manifest, sealed by its own hash, into a generation's folder."""
        row = asdict(self)
        text = json.dumps({**row, "seal": _seal(row)}, indent=1)
        (folder / _MANIFEST).write_text(text, encoding="utf-8")
        _flush(folder / _MANIFEST)


def _seal(row: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _files(folder: Path) -> list[Path]:
    # tantivy leaves its writer's lock files behind; they are no part of the index.
    return sorted(
        p for p in folder.rglob("*") if p.is_file() and p.name != _MANIFEST and p.suffix != ".lock"
    )


class Generations:
    """The generations in one data folder."""

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
            name = (self.folder / _CURRENT).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return name if name.isdecimal() else None

    def manifests(self) -> list[Manifest]:
        """Return the manifests of the whole generations, oldest first."""
        found = []
        for name in self.names():
            with contextlib.suppress(GenerationDamaged):
                found.append(Manifest.load(self.folder / name))
        return found

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
        lock = FileLock(self.folder / ".lock", timeout=0)
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
        for left in self.folder.glob(".building-*"):
            shutil.rmtree(left, ignore_errors=True)
        names = self.names()
        name = f"{int(names[-1]) + 1 if names else 1:06d}"
        folder = self.folder / f".building-{name}"
        try:
            folder.mkdir()
            yield folder
        except OSError as error:
            raise StorageError(
                f"{self.folder} cannot be written ({error.strerror}); check the disk's free space "
                "and permissions."
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path, recipe: Recipe) -> Manifest:
        """Flush, verify and publish a built folder; it answers from the next question on.

        Args:
            folder: The staging folder.
            recipe: What its vectors depend on.

        Raises:
            GenerationDamaged: It cannot be opened again, or does not find what it holds.
        """
        name = folder.name.removeprefix(".building-")
        files = {}
        for path in _files(folder):
            _flush(path)
            files[path.relative_to(folder).as_posix()] = _hash(path)
        index = EmbeddedIndex(folder, recipe.language)
        if not index.answers():
            raise GenerationDamaged(
                f"The new generation does not answer from its {len(index)} passages; run "
                "`footnote index`."
            )
        manifest = Manifest(
            name=name,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            recipe=recipe,
            articles=index.count(Filters(), OPERATOR),
            passages=len(index),
            sentences=index.count_sentences(),
            recall=index.recall,
            files=files,
        )
        manifest.save(folder)
        _flush(folder)
        folder.rename(self.folder / name)
        self._point_to(name)
        return manifest

    def _point_to(self, name: str) -> None:
        staged = self.folder / f".{_CURRENT}"
        staged.write_text(name + "\n", encoding="ascii")
        _flush(staged)
        staged.replace(self.folder / _CURRENT)
        _flush(self.folder)

    def verify(self, name: str) -> Manifest:
        """Check a generation's files against its manifest.

        Raises:
            GenerationDamaged: A file is missing or differs.
        """
        folder = self.folder / name
        manifest = Manifest.load(folder)
        for path, expected in manifest.files.items():
            try:
                intact = _hash(folder / path) == expected
            except OSError:
                intact = False
            if not intact:
                raise GenerationDamaged(
                    f"Generation {name} is damaged ({path}); run `footnote index`."
                )
        return manifest

    def open(self, name: str, recipe: Recipe) -> EmbeddedIndex:
        """Verify and open one generation.

        Raises:
            GenerationDamaged: Its files do not match its manifest.
            GenerationForeign: It was made by another model, format or chunking.
        """
        manifest = self.verify(name)
        if manifest.recipe != recipe:
            theirs, ours = asdict(manifest.recipe), asdict(recipe)
            differing = ", ".join(key for key in ours if ours[key] != theirs[key])
            raise GenerationForeign(
                f"Generation {name} was made with other settings ({differing}); "
                "run `footnote index --full` to rebuild it."
            )
        return EmbeddedIndex(self.folder / name, manifest.recipe.language)

    def open_current(self, recipe: Recipe) -> EmbeddedIndex:
        """Open the published generation, or the last good one before it, loudly.

        Raises:
            IndexMissing: Nothing has been published.
            GenerationDamaged: No generation is whole.
            GenerationForeign: The published one was made by another model or format.
        """
        current = self.current()
        names = self.names()
        if current is None and not names:
            raise IndexMissing("Nothing has been indexed yet; run `footnote index`.")
        # CURRENT lost or pointing at nothing: the newest generation stands for it.
        older = [name for name in names if current is None or int(name) <= int(current)]
        candidates = reversed(older or names)
        damage: GenerationDamaged | None = None
        for name in candidates:
            try:
                index = self.open(name, recipe)
            except GenerationDamaged as error:
                _log.error("%s Trying the generation before it.", error)
                damage = damage or error
            else:
                if damage:
                    _log.error("Generation %s answers instead.", name)
                return index
        raise damage or IndexMissing("Nothing has been indexed yet; run `footnote index`.")

    def roll_back(self, name: str | None = None, recipe: Recipe | None = None) -> str:
        """Publish an earlier generation again: the named one, or the last good one before.

        Args:
            name: The generation's name, or None.
            recipe: Only a generation that was made so will do; None takes any.

        Returns:
            The name of the generation that now answers.

        Raises:
            NotFound: There is no such generation.
            GenerationDamaged: It is damaged.
            GenerationForeign: It was made by another model, format or chunking.
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
            self.open(name, recipe)

    def _last_good_before(self, current: str | None, recipe: Recipe | None) -> str:
        for name in reversed(self.names()):
            if current is None or int(name) < int(current):
                with contextlib.suppress(GenerationDamaged, GenerationForeign):
                    self._check(name, recipe)
                    return name
        raise NotFound("There is no earlier generation to roll back to; run `footnote index`.")

    def collect(self, keep: int) -> None:
        """Delete all but the last `keep` generations and the published one."""
        current = self.current()
        for name in self.names()[:-keep]:
            if name != current:
                shutil.rmtree(self.folder / name, ignore_errors=True)
