"""Look articles up by what they are called: one by its title, or those that may be meant."""

from __future__ import annotations

from itertools import islice

from rapidfuzz import fuzz

from retrieval.answering import Answerer
from retrieval.catalog import Catalog, StoredVersion
from retrieval.errors import NotFound
from retrieval.index import Entry
from retrieval.names import SURE, Suggestion
from retrieval.serving import Snapshot
from retrieval.types import Article, ArticleVersion, Reader

_SAME_TITLE = 85
_APART = 5
_NEAR = 3

_BY_MEANING = 3
"""Letters from which on articles are suggested by meaning."""

_KEPT_FREE = 8
"""Places that names which are alike by chance leave to articles that are so in meaning."""


def may_see(article: Entry | Article | StoredVersion, reader: Reader) -> bool:
    """Tell whether a reader may see an article."""
    return reader.collections is None or article.collection in reader.collections


class Lookup:
    """Looks articles up in any generation. Several threads may do so at once."""

    def __init__(self, catalog: Catalog, answerer: Answerer, longest: int) -> None:
        """Take what looking up needs.

        Args:
            catalog: Holds the articles' texts, and their other titles.
            answerer: Finds articles by meaning.
            longest: The most characters that are read of what was typed.
        """
        self._catalog = catalog
        self._answerer = answerer
        self._longest = longest

    def look_up(self, snapshot: Snapshot, title_or_id: str, reader: Reader) -> ArticleVersion:
        """Return the article of that id, else of that title, else of the one title so like it.

        Raises:
            NotFound: There is none; the message names the nearest titles.
        """
        # A command line may hold bytes that are no text.
        wanted = title_or_id.encode("utf-8", "replace").decode().strip()
        entry = snapshot.by_id.get(wanted)
        if entry is None or not may_see(entry, reader):
            called = snapshot.by_title.get(wanted.casefold(), ())
            entry = next((each for each in called if may_see(each, reader)), None)
        if entry is None:
            if (once := self._catalog.find(wanted)) and may_see(once[0].article, reader):
                return once[0]
            entry = self._nearest(snapshot, wanted, reader)
        version = self._catalog.load([entry.version_id]).get(entry.version_id)
        if version is None:
            raise NotFound(
                f"The text of “{entry.ref.title}” is not in the catalog; "
                "run `footnote index --full`."
            )
        return version

    def _nearest(self, snapshot: Snapshot, wanted: str, reader: Reader) -> Entry:
        """Return the article of which a title is plainly the nearest."""
        names = snapshot.names(self._catalog.aliases)
        near = [found for found, _ in names.like(wanted[: self._longest], reader, _NEAR)]
        # A word of a title is no title; a title with a typo is.
        folded = wanted.casefold()
        titles = [each.alias or each.entry.ref.title for each in near]
        alike = [fuzz.ratio(folded, title.casefold()) for title in titles]
        best, second = [*sorted(alike, reverse=True), 0.0, 0.0][:2]
        if best >= _SAME_TITLE and best - second >= _APART:
            return near[alike.index(best)].entry
        nearest = "; ".join(f"“{each.entry.ref.title}”" for each in near)
        hint = f"the nearest are {nearest}" if nearest else "look through the list of articles"
        raise NotFound(f"No article is called “{wanted[:200]}”; {hint}.")

    def suggest(
        self, snapshot: Snapshot, typed: str, reader: Reader, limit: int
    ) -> list[Suggestion]:
        """Return the articles that may be meant by what was typed, no article twice.

        First those of which a name is like it, then those that are like it in meaning.
        """
        typed = typed.encode("utf-8", "replace").decode().strip()[: self._longest]
        if not any(character.isalnum() for character in typed):
            newest = (each for each in snapshot.newest if may_see(each, reader))
            return [Suggestion(entry) for entry in islice(newest, limit)]
        names = snapshot.names(self._catalog.aliases).like(typed, reader, limit)
        sure = [found for found, likeness in names if likeness >= SURE]
        if len(sure) >= limit or len(typed) < _BY_MEANING:
            return [found for found, _ in names]
        found = {each.entry.ref.id: each for each in sure}
        perhaps = [each for each, likeness in names if likeness < SURE]
        free = max(limit - len(sure) - min(_KEPT_FREE, limit // 3), 0)
        near = self._answerer.near(snapshot.index, typed, limit, reader)
        for each in (*perhaps[:free], *map(Suggestion, near), *perhaps[free:]):
            if len(found) == limit:
                break
            found.setdefault(each.entry.ref.id, each)
        return list(found.values())
