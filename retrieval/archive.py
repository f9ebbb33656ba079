"""The archive: open, ask, look up; all that callers see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from retrieval.answering import Answerer, Search
from retrieval.catalog import Catalog, NumberedVersion, StoredVersion
from retrieval.citations import Change, Citations
from retrieval.database import Database
from retrieval.encoder import Encoder, Vectors
from retrieval.index import Entry
from retrieval.lookup import Lookup, may_see
from retrieval.manifest import FORMAT, Recipe
from retrieval.matching import Matching
from retrieval.names import Suggestion
from retrieval.notices import Notices
from retrieval.passages import Chunking
from retrieval.prior import KeptPrior, prior_file
from retrieval.quotation import Quotation
from retrieval.quotesearch import QuoteChecker
from retrieval.records import Records
from retrieval.reranker import Reranker
from retrieval.serving import Serving, Snapshot
from retrieval.spelling import Speller
from retrieval.types import (
    OPERATOR,
    Answer,
    ArticleRef,
    ArticleVersion,
    Filters,
    Hit,
    Reader,
    Standing,
)
from retrieval.watches import Watches


def recipe_of(encoder: Encoder, chunking: Chunking) -> Recipe:
    """Return what a generation made by this encoder and chunking depends on."""
    card = encoder.card
    return Recipe(
        format=FORMAT,
        model=card.name,
        weights_sha256=card.weights_sha256,
        dimensions=card.dimensions,
        window=chunking.window,
        overlap=chunking.overlap,
        language=chunking.language,
    )


class Archive:
    """An open archive. Every method may be called from several threads at once.

    Questions are answered by the generation that was open when they began;
    `reload` swaps a newly published one in between two questions. The one before is let
    go by the last question that uses it, without any lock.
    """

    def __init__(
        self,
        data_dir: Path,
        encoder: Encoder,
        chunking: Chunking,
        search: Search,
        reranker: Reranker | None = None,
    ) -> None:
        """Open the published generation.

        Args:
            data_dir: The data folder.
            encoder: The model that made the generation.
            chunking: How its passages were cut.
            search: How questions are answered.
            reranker: What re-ranks the first hits, or None.

        Raises:
            IndexMissing: Nothing has been indexed yet.
            GenerationDamaged: No generation is whole.
            GenerationForeign: The published one was made by another model or chunking.
            StorageError: The data folder cannot be used.
        """
        self.search = search
        self.reranker = reranker
        self._serving = Serving(data_dir, recipe_of(encoder, chunking))
        self._database = Database(data_dir)
        self.catalog = Catalog(self._database)
        self.records = Records(self._database)
        self.watches = Watches(self._database)
        self.notices = Notices(self._database)
        self._encoder = encoder
        self.citations = Citations(self._database)
        self._kept_prior = KeptPrior(prior_file(data_dir))
        self._serving.snapshot.learn(self._kept_prior.read())
        self._answerer = Answerer(encoder, self.catalog, search, reranker)
        self._quotes = QuoteChecker(encoder, self.catalog)
        self._lookup = Lookup(self.catalog, self._answerer, search.longest_question)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @property
    def generation(self) -> str:
        """The name of the generation that answers."""
        return self._serving.name

    @property
    def published(self) -> str | None:
        """The name of the generation that should answer, None where that is lost."""
        return self._serving.generations.current()

    def indexing(self) -> bool:
        """Tell whether a process is indexing this data folder now."""
        return self._serving.generations.locked()

    def reload(self) -> str | None:
        """Swap to the published generation if it is another one, and to the prior if it is.

        Returns:
            The new generation's name, None where nothing changed.

        Raises:
            FootnoteError: The published generation cannot be opened; the old one still answers,
                and what has failed once is not tried again.
        """
        name = self._serving.reload(self._prepare)
        self._serving.snapshot.learn(self._kept_prior.read())
        return name

    def roll_back(self, name: str | None = None) -> str:
        """Publish an earlier generation again and swap to it; return its name.

        Raises:
            NotFound: There is no such generation.
            GenerationDamaged: It is damaged.
            GenerationForeign: It was made by another model or chunking.
        """
        return self._serving.roll_back(name, self._prepare)

    def _prepare(self, fresh: Snapshot) -> None:
        """Read a new generation's names where those of the one before were asked for.

        What was learned of the passages is placed upon it as well.
        """
        fresh.learn(self._kept_prior.read())
        if self._serving.snapshot.named:
            fresh.names(self.catalog.aliases)

    def check(self, question: str) -> str:
        """Return the question, trimmed.

        Raises:
            QuestionError: It is empty, has no word in it, or is too long.
        """
        return self.search.check(question)

    def ask(
        self,
        question: str,
        *,
        k: int = 5,
        filters: Filters = Filters(),
        reader: Reader = OPERATOR,
        context: str | None = None,
        grouped: bool = True,
        any_date: bool = False,
    ) -> Answer:
        """Answer a question with passages, or say that the archive does not.

        Where the question names a period, in words that can hardly mean but when an
        article was published ("last week"), only that period's articles are searched;
        in other words ("in 2024"), only if these answer as surely as the whole archive.
        The answer says which. A filter by time overrides the words.

        Args:
            question: The question.
            k: How many passages at most; at least 1.
            filters: What the asker narrows to.
            reader: Who may see what.
            context: The questions that this one follows up, a line each, the earliest first.
                One that says enough by itself is answered without them.
            grouped: Whether a story that several articles tell is shown once.
            any_date: Whether a date in words narrows nothing.

        Raises:
            QuestionError: The question is empty, has no word in it, or is too long.
        """
        snapshot = self._serving.snapshot
        return self._answerer.ask(
            snapshot.index,
            question,
            k=k,
            filters=filters,
            reader=reader,
            context=context,
            grouped=grouped,
            any_date=any_date,
            prior=snapshot.placed,
        )

    def check_quote(self, text: str, reader: Reader = OPERATOR) -> Quotation:
        """Say whether a text stands in the archive, or nearly so; where, and what differs.

        Args:
            text: The text, of at most 2,000 characters.
            reader: Who may see what.

        Raises:
            QuestionError: The text has no word in it, or is too long.
        """
        return self._quotes.check(self._serving.snapshot.index, text, reader)

    def explain(self, hit: Hit, question: str, reader: Reader) -> Hit:
        """Return a hit of an earlier answer with the words of its question that it holds."""
        index = self._serving.snapshot.index
        terms = self._answerer.speller(index, reader).understand(question).terms
        article = hit.version.article
        held = set(index.stems(f"{article.title}\n{hit.passage.heading or ''}\n{hit.text}"))
        matched = (term.word for term in terms if term.content and term.stem in held)
        return replace(hit, matched=tuple(matched))

    def speller(self, reader: Reader) -> Speller:
        """Return what takes misspelt words for the archive's own, of those the reader may see."""
        return self._answerer.speller(self._serving.snapshot.index, reader)

    # Looking up.

    def articles(self, filters: Filters = Filters(), reader: Reader = OPERATOR) -> list[Entry]:
        """Return the articles that match, in the order they were indexed."""
        snapshot = self._serving.snapshot
        if filters == Filters():
            # They are remembered, while each entry of the index is read anew.
            return [entry for entry in snapshot.entries if may_see(entry, reader)]
        return snapshot.index.entries(filters, reader)

    def names(self, article_ids: Iterable[str], reader: Reader) -> dict[str, ArticleRef]:
        """Return the articles by id, of those that are here and that this reader may see."""
        by_id = self._serving.snapshot.by_id
        found = (by_id[i] for i in article_ids if i in by_id)
        return {entry.ref.id: entry.ref for entry in found if may_see(entry, reader)}

    def read(self, entries: list[Entry]) -> Iterator[ArticleVersion]:
        """Yield the articles of entries with their text, in order."""
        for first in range(0, len(entries), 200):
            part = entries[first : first + 200]
            found = self.catalog.load([entry.version_id for entry in part])
            yield from (found[e.version_id] for e in part if e.version_id in found)

    def look_up(self, title_or_id: str, reader: Reader = OPERATOR) -> ArticleVersion:
        """Return the article of that id, else of that title, else of the one title so like it.

        By its id, an article that was withdrawn and an old version are found too: what
        once was cited stays resolvable.

        Raises:
            NotFound: There is none; the message names the nearest titles.
        """
        return self._lookup.look_up(self._serving.snapshot, title_or_id, reader)

    def standing(self, version: ArticleVersion) -> Standing:
        """Return what has become of an article version in the generation that answers."""
        entry = self._serving.snapshot.by_id.get(version.article_id)
        if entry is None:
            return Standing.WITHDRAWN
        return Standing.CURRENT if entry.version_id == version.id else Standing.CHANGED

    # What is new.

    def newest(self) -> int:
        """Return the number of the last version stored, of those in the generation that answers."""
        return next((each.number for each in self._stored_after(0)), 0)

    def matching(self, since: int) -> Matching | None:
        """Return what the generation that answers has that was stored after a version.

        Args:
            since: The version's number.

        Returns:
            What saved questions are put to, None where nothing is new.
        """
        index, fresh = self._serving.snapshot.index, tuple(self._stored_after(since))
        return Matching(index, self.catalog, self._answerer, fresh) if fresh else None

    def _stored_after(self, number: int) -> Iterator[NumberedVersion]:
        by_id = self._serving.snapshot.by_id
        for each in self.catalog.stored_after(number):
            entry = by_id.get(each.article_id)
            if entry is not None and entry.version_id == each.id:
                yield each

    @property
    def model(self) -> str:
        """What tells the model's vectors from another's."""
        return self._encoder.card.weights_sha256

    def vector(self, question: str) -> Vectors:
        """Return a question's float32 unit vector, shape (dimensions,)."""
        return self._encoder.encode_question(question)

    def changes(self, version_ids: Sequence[str]) -> dict[str, Change]:
        """Return what happened to the articles of versions, by version id, where something did."""
        by_id = self._serving.snapshot.by_id

        def answering(article_id: str) -> str | None:
            return by_id[article_id].version_id if article_id in by_id else None

        return self.citations.changes(version_ids, answering)

    def related(self, version: ArticleVersion, reader: Reader, limit: int) -> list[ArticleRef]:
        """Return the articles nearest to one, by its passages' meaning and its title's words.

        Args:
            version: The article; one that does not stand is looked for by its title alone.
            reader: Who may see what.
            limit: How many articles at most, none twice, and no story twice.
        """
        snapshot, title = self._serving.snapshot, version.article.title
        positions = snapshot.index.among([version.id], Filters(), OPERATOR)
        if len(positions):
            mean = snapshot.index.vectors(positions).mean(axis=0)
            vector = mean / max(float(np.linalg.norm(mean)), 1e-9)
            found = self._answerer.alike(
                snapshot.index, vector, title, self.search.candidates, reader
            )
        else:
            found = self._answerer.near(snapshot.index, title, self.search.candidates, reader)
        stories: dict[str, ArticleRef] = {}
        for entry in found:
            if entry.ref.id != version.article_id:
                stories.setdefault(entry.story or entry.ref.id, entry.ref)
            if len(stories) == limit:
                break
        return list(stories.values())

    # Suggestions.

    def suggest(self, typed: str, reader: Reader, limit: int) -> list[Suggestion]:
        """Return articles for what was typed so far, no article twice.

        Those come first of which a title, a heading or another title is like it, typos
        forgiven; then those that are like it in meaning. Nothing typed gives the latest.

        Args:
            typed: What was typed so far.
            reader: Who may see what.
            limit: How many articles at most.
        """
        return self._lookup.suggest(self._serving.snapshot, typed, reader, limit)

    def prepare_suggestions(self) -> None:
        """Read what all articles are called, so that the first letter typed need not wait."""
        self._serving.snapshot.names(self.catalog.aliases)

    def versions(self, article_id: str, reader: Reader = OPERATOR) -> list[StoredVersion]:
        """Return the versions of an article that this reader may see, the newest first."""
        return [each for each in self.catalog.versions(article_id) if may_see(each, reader)]
