"""Saved questions against what is new: which passages, stored since, answer which of them.

Every question is put to the new passages alone, as surely as if it were asked anew: the
nearest by their vectors are scored as an answer's are, and count where their confidence
reaches an answer's. (The field calls it prospective search, or percolation.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

import numpy as np

from retrieval.answering import Answerer, Saved
from retrieval.catalog import Catalog, NumberedVersion
from retrieval.encoder import Vectors
from retrieval.index import PassageIndex
from retrieval.lookup import may_see
from retrieval.types import OPERATOR, Article, ArticleVersion, Filters, Hit
from retrieval.vectors import Positions

_NEAREST = 32
"""Passages, nearest by their vectors, that a question is put to."""

_BLOCK = 20_000
"""Passages whose vectors are held in memory at once."""

_SHOWN = 3
"""Passages that one question is told of at once."""


class Matching:
    """What one generation has that was stored after some version; it stays open as long."""

    def __init__(
        self,
        index: PassageIndex,
        catalog: Catalog,
        answerer: Answerer,
        fresh: Sequence[NumberedVersion],
    ) -> None:
        """Take what is new.

        Args:
            index: The generation's index.
            catalog: Holds the articles' texts.
            answerer: Scores passages.
            fresh: The new versions that stand in the generation; at least one.
        """
        self._index = index
        self._catalog = catalog
        self._answerer = answerer
        self._fresh: Mapping[str, NumberedVersion] = {each.id: each for each in fresh}
        self._earlier: dict[str, list[ArticleVersion]] = {}
        self.until = max(each.number for each in fresh)
        """The number of the last new version."""

    def count_passages(self) -> int:
        """Return how many new passages there are."""
        return len(self._index.among(self._fresh, Filters(), OPERATOR))

    def hits(self, questions: Sequence[Saved]) -> list[tuple[Hit, ...]]:
        """Return what answers each question, of what was stored since it was last asked.

        A passage whose answering sentences stood in an earlier version of its article is
        nothing new.
        """
        found: list[tuple[Hit, ...]] = [()] * len(questions)
        by_audience = attrgetter("filters", "reader", "since")
        numbered = sorted(enumerate(questions), key=lambda each: hash(by_audience(each[1])))
        for _, group in groupby(numbered, key=lambda each: by_audience(each[1])):
            places, asked = zip(*group, strict=True)
            for place, hits in zip(places, self._of_audience(asked), strict=True):
                found[place] = hits
        return found

    def _of_audience(self, asked: Sequence[Saved]) -> Iterator[tuple[Hit, ...]]:
        """Yield what answers questions that are all put to the same passages."""
        one = asked[0]
        new = [each.id for each in self._fresh.values() if each.number > one.since]
        positions = self._index.among(new, one.filters, one.reader) if new else ()
        if not len(positions):
            yield from [()] * len(asked)
            return
        vectors = np.stack([saved.vector for saved in asked])
        for saved, near in zip(asked, self._nearest(vectors, np.asarray(positions)), strict=True):
            hits = self._answerer.among(self._index, saved, near, _SHOWN)
            yield tuple(hit for hit in hits if self._is_news(hit, saved))

    def _nearest(self, vectors: Vectors, positions: Positions) -> Iterator[Positions]:
        """Yield the passages nearest to each vector, in the order of their positions."""
        held: list[Positions] = [np.empty(0, dtype=np.int64)] * len(vectors)
        likest: list[Vectors] = [np.empty(0, dtype=np.float32)] * len(vectors)
        for first in range(0, len(positions), _BLOCK):
            block = positions[first : first + _BLOCK]
            cosines = vectors @ self._index.vectors(block).T
            for number, row in enumerate(cosines):
                both = np.concatenate([likest[number], row])
                places = np.concatenate([held[number], block])
                best = np.argsort(-both, kind="stable")[:_NEAREST]
                likest[number], held[number] = both[best], places[best]
        return map(np.sort, held)

    def _is_news(self, hit: Hit, saved: Saved) -> bool:
        """Tell whether what answers stood in no earlier version that would have been found."""
        text = hit.version.article.text
        said = [text[span.start : span.end] for span in hit.highlights] or [hit.text]
        earlier = self._earlier.get(hit.version.id)
        if earlier is None:
            earlier = self._catalog.before(self._fresh[hit.version.id])
            self._earlier[hit.version.id] = earlier
        return not any(
            _admits(saved, version.article) and all(words in version.article.text for words in said)
            for version in earlier
        )


def _admits(saved: Saved, article: Article) -> bool:
    """Tell whether an article is one that a saved question is put to."""
    filters, published = saved.filters, article.published_at
    within = (filters.after is None or (published is not None and published >= filters.after)) and (
        filters.before is None or (published is not None and published < filters.before)
    )
    authors = [author.casefold() for author in article.authors]
    return (
        may_see(article, saved.reader)
        and within
        and filters.collection in (None, article.collection)
        and (filters.author is None or filters.author.casefold() in authors)
        and (
            filters.source is None or filters.source.casefold() == (article.source or "").casefold()
        )
    )
