"""The generation that answers in this process: swapped between two questions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from retrieval.embedded import EmbeddedIndex
from retrieval.errors import FootnoteError
from retrieval.generation import Generations
from retrieval.index import Entry
from retrieval.manifest import Recipe
from retrieval.names import Names, published
from retrieval.prior import Placed, Places, Prior
from retrieval.types import OPERATOR, Alias, Filters

_log = logging.getLogger(__name__)


class Snapshot:
    """One open generation, and what is derived from it when it is first wanted."""

    def __init__(self, index: EmbeddedIndex) -> None:
        self.index = index
        self._naming = threading.Lock()
        self._names: Names | None = None
        self._learned: Prior | None = None
        self.placed: Placed | None = None

    @cached_property
    def entries(self) -> list[Entry]:
        """Every article."""
        return self.index.entries(Filters(), OPERATOR)

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """Every article by its id."""
        return {entry.ref.id: entry for entry in self.entries}

    @cached_property
    def by_title(self) -> dict[str, list[Entry]]:
        """Every article by its title, case-folded; in the order they were indexed."""
        called: dict[str, list[Entry]] = {}
        for entry in self.entries:
            called.setdefault(entry.ref.title.casefold(), []).append(entry)
        return called

    @cached_property
    def newest(self) -> list[Entry]:
        """Every article, the newest first."""
        return sorted(self.entries, key=published, reverse=True)

    def learn(self, prior: Prior | None) -> None:
        """Let a prior rank the passages from the next question on, or none."""
        if prior is not self._learned:
            self.placed = None if prior is None else prior.placed(self.places)
            self._learned = prior

    @cached_property
    def places(self) -> Places:
        """Where the articles' passages stand."""
        return Places(self.index)

    @property
    def named(self) -> bool:
        """Whether the articles' names have been read."""
        return self._names is not None

    def names(self, aliases: Callable[[], Mapping[str, Sequence[Alias]]]) -> Names:
        """Return what the articles are called.

        Args:
            aliases: Returns other titles of articles, by the articles' ids.
        """
        with self._naming:
            if self._names is None:
                self._names = Names(self.entries, aliases())
            return self._names


class Serving:
    """The snapshot that answers, and how another takes its place.

    Whoever answers a question reads `snapshot` once, which takes no lock, and the last
    question that uses a snapshot lets it go: its files are closed and its memory freed.
    """

    def __init__(self, data_dir: Path, recipe: Recipe) -> None:
        """Open the published generation, or the last good one before it.

        Args:
            data_dir: The data folder.
            recipe: How the generation must have been made.

        Raises:
            IndexMissing: Nothing has been indexed yet.
            GenerationDamaged: No generation is whole.
            GenerationForeign: The published one was made by another model or chunking.
        """
        self.generations = Generations(data_dir)
        self._recipe = recipe
        self._swapping = threading.Lock()
        self._tried = self.generations.current()
        self.snapshot = Snapshot(self.generations.open_current(recipe))
        self._verify_rest()

    @property
    def name(self) -> str:
        """The name of the generation that answers."""
        return self.snapshot.index.generation

    def reload(self, prepare: Callable[[Snapshot], object]) -> str | None:
        """Swap to the published generation if it is another one.

        Args:
            prepare: Makes what the generation shall have before it answers.

        Returns:
            The new generation's name, None where nothing changed.

        Raises:
            FootnoteError: The published generation cannot be opened; the old one still answers,
                and what has failed once is not tried again.
        """
        with self._swapping:
            published = self.generations.current()
            if published is None or published == self._tried:
                return None
            self._tried = published
            fresh = Snapshot(self.generations.open(published, self._recipe))
            prepare(fresh)
            self.snapshot = fresh
            _log.info("Generation %s answers.", published)
            self._verify_rest()
            return published

    def roll_back(self, name: str | None, prepare: Callable[[Snapshot], object]) -> str:
        """Publish an earlier generation again and swap to it; return its name.

        Raises:
            NotFound: There is no such generation.
            GenerationDamaged: It is damaged.
            GenerationForeign: It was made by another model or chunking.
            StorageError: The data folder cannot be written.
        """
        target = self.generations.roll_back(name, self._recipe)
        self.reload(prepare)
        return target

    def _verify_rest(self) -> None:
        """Read, while it answers, what of a large generation was not read at its opening."""
        if self.generations.unread(self.name):
            threading.Thread(
                target=self._verify, args=(self.name,), name="verify", daemon=True
            ).start()

    def _verify(self, name: str) -> None:
        """Read a generation to its end; where it is damaged, let the last good one answer."""
        try:
            self.generations.verify(name)
        except FootnoteError as error:
            with self._swapping:
                if self.name != name:
                    return
                _log.error("%s Trying the generation before it.", str(error))
                # The one before may share the damaged file, so it is read to its end as well.
                index = self.generations.open_before(name, self._recipe, thorough=True)
                if index is None:
                    _log.error("No other generation is whole; generation %s goes on.", name)
                else:
                    self.snapshot = Snapshot(index)
