"""What one indexing run does to the catalog: what it takes in, lets stand and withdraws."""

from __future__ import annotations

import hashlib
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, Self

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from retrieval.catalog import identify, row_of, version_of
from retrieval.database import Database, articles, documents, failures, now, originals, versions
from retrieval.sources import Fingerprint, Found, Read, Unchanged, Unread
from retrieval.types import Article, ArticleRef, ArticleVersion, digest

Change = Literal["added", "changed", "unchanged"]

_read = sa.Table(
    "read_in_this_run",
    sa.MetaData(),
    sa.Column("identity", sa.Text, primary_key=True),
    prefixes=["TEMPORARY"],
)
"""The articles that this run has met; on disk, as an archive may have millions."""

_INSERT_READ = insert(_read)
_INSERT_ORIGINAL = insert(originals).on_conflict_do_nothing()
_INSERT_VERSION = insert(versions).on_conflict_do_nothing()
_HELD = ("key", "origin", "document", "location", "version_id", "changed_at", "withdrawn_at")
"""What of an article's row a run may change."""

_article = insert(articles)
_INSERT_ARTICLE = _article.on_conflict_do_update(
    index_elements=["identity"], set_={name: _article.excluded[name] for name in _HELD}
)

_held = sa.select(_read.c.identity).where(_read.c.identity == articles.c.identity).exists()


@dataclass(frozen=True, slots=True)
class _Row:
    """An article that was found, and the row of the catalog that it is or will be."""

    identity: str
    key: str
    origin: str
    found: Found
    version: ArticleVersion
    standing: sa.Row[Any] | None

    def values(self) -> dict[str, Any]:
        """Return the row as it is to be."""
        before = self.standing
        same = before is not None and before.version_id == self.version.id
        return {
            "id": self.version.article_id,
            "identity": self.identity,
            "key": self.key,
            "origin": self.origin,
            "document": self.found.document,
            "location": self.found.article.location,
            "version_id": self.version.id,
            "changed_at": before.changed_at if before is not None and same else now(),
            "withdrawn_at": None,
        }

    def differs(self) -> bool:
        """Tell whether the row is to change."""
        values, standing = self.values(), self.standing
        return standing is None or any(standing._mapping[k] != values[k] for k in _HELD)


class _Standing:
    """What the catalog holds of the keys of some articles that were found.

    Attributes:
        rows: Its articles of those keys, by identity.
    """

    def __init__(self, connection: sa.Connection, keys: list[str], found: list[Found]) -> None:
        wanted = articles.c.key.in_(keys)
        query = sa.select(articles, _held.label("held")).where(wanted).order_by(articles.c.number)
        self.rows = {row.identity: row for row in connection.execute(query)}
        self._own: dict[tuple[str, str], deque[str]] = {}
        for row in self.rows.values():
            self._own.setdefault((row.key, row.document), deque()).append(row.identity)
        met = sa.select(_read.c.identity).where(_read.c.identity.in_(keys))
        self._met = {row.identity for row in self.rows.values() if row.held}
        self._met |= set(connection.execute(met).scalars())
        ids = [each.article.given_id for each in found if each.article.given_id is not None]
        taken = sa.select(articles.c.id).where(articles.c.id.in_(ids))
        self._ids = set(connection.execute(taken).scalars()) if ids else set()

    def own(self, key: str, document: str) -> str | None:
        """Return the next article of a key in a document that was not met; it is met now."""
        waiting = self._own.get((key, document), deque())
        while waiting:
            if (identity := waiting.popleft()) not in self._met:
                self._met.add(identity)
                return identity
        return None

    def met(self, identity: str) -> bool:
        """Tell whether this run has met an article."""
        return identity in self._met

    def meet(self, identity: str) -> None:
        """Note that this run has met an article."""
        self._met.add(identity)

    def free_id(self, article: Article, identity: str) -> str:
        """Return the id of a new article: its source's, where no other article has it."""
        wanted = article.given_id
        if wanted is None:
            return identity
        free = wanted if wanted not in self._ids else f"{wanted}-{identity[:8]}"
        self._ids.add(free)
        return free


_WINDOW = 512
"""How many documents are looked up at once at most."""


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What some documents were when they were last read.

    Attributes:
        first: The location from which on they were looked up.
        last: The last one's, None where no more come.
        fingerprints: What each was, of those all of whose articles stand.
    """

    first: str
    last: str | None
    fingerprints: dict[str, Fingerprint]

    def covers(self, document: str) -> bool:
        """Tell whether a document would be here if it were known."""
        return self.first <= document and (self.last is None or document <= self.last)


class Intake:
    """One run's changes to the catalog, each batch a transaction of its own.

    A run that is killed leaves whole batches; the next one reads the rest. A dry
    run compares, and writes nothing.
    """

    def __init__(self, connection: sa.Connection, *, dry_run: bool) -> None:
        """Begin on a connection that serves this run alone; see `opened`."""
        self._connection = connection
        self._dry_run = dry_run
        self._ordinals: dict[str, int] = {}
        self._aliases: set[str] = set()
        self._hashed: tuple[bytes, str] = (b"", "")
        self._ahead: _Ahead | None = None
        self._window = 1

    @classmethod
    @contextmanager
    def opened(cls, database: Database, *, dry_run: bool) -> Iterator[Self]:
        """Lend an intake for one run.

        Raises:
            StorageError: The database cannot be used.
        """
        with database.connected() as connection:
            connection.detach()  # so that its temporary table ends with it
            with connection.begin():
                _read.create(connection)
            yield cls(connection, dry_run=dry_run)

    def known(self, document: str) -> Fingerprint | None:
        """Return what a document was when it was last read, if all its articles still stand."""
        if self._ahead is None or not self._ahead.covers(document):
            # Documents come nearly in the order of their locations, so that the next ones
            # are looked up along with this one, more of them each time until one has changed.
            self._window = min(2 * self._window, _WINDOW)
            self._ahead = self._look_ahead(document, self._window)
        return self._ahead.fingerprints.get(document)

    def _look_ahead(self, document: str, count: int) -> _Ahead:
        """Return what the next documents were, from one on in the order of their locations."""
        standing = (
            sa.select(sa.func.count())
            .where(articles.c.document == documents.c.location, articles.c.withdrawn_at.is_(None))
            .scalar_subquery()
        )
        query = (
            sa.select(documents, (documents.c.articles == standing).label("stands"))
            .where(documents.c.location >= document)
            .order_by(documents.c.location)
            .limit(count)
        )
        with self._connection.begin():
            rows = self._connection.execute(query).all()
        return _Ahead(
            document,
            rows[-1].location if len(rows) == count else None,
            {r.location: Fingerprint(r.recipe, r.stamp, r.sha256) for r in rows if r.stands},
        )

    def take_in(
        self, events: Sequence[Found | Read | Unchanged], origin: str, *, repeats: bool
    ) -> list[tuple[ArticleRef | None, Change]]:
        """Take in what a source found, in order.

        Args:
            events: Articles found, and documents read or unchanged.
            origin: The source they came from.
            repeats: Whether two articles of one identity are two; else the second is
                the first again and left out.

        Returns:
            What each article is to the catalog; one that stands in an unchanged
            document has no name here.
        """
        taken: list[tuple[ArticleRef | None, Change]] = []
        with self._connection.begin():
            for kind, group in groupby(events, type):
                if kind is Unchanged:
                    standing = [event for event in group if isinstance(event, Unchanged)]
                    taken += [(None, "unchanged")] * self._let_stand(standing, origin)
                    continue
                self._ahead, self._window = None, 1
                if kind is Found:
                    found = [event for event in group if isinstance(event, Found)]
                    taken += self._take(found, origin, repeats)
                else:
                    for event in group:
                        if isinstance(event, Read):
                            self._record(event.document, event.fingerprint)
        return taken

    def _take(
        self, found: list[Found], origin: str, repeats: bool
    ) -> list[tuple[ArticleRef, Change]]:
        """Take in articles: compared by a few queries, stored by a few statements."""
        keys = [identify(each.article) for each in found]
        standing = _Standing(self._connection, keys, found)
        taken: list[tuple[ArticleRef, Change]] = []
        rows: list[_Row] = []
        for each, key in zip(found, keys, strict=True):
            identity = self._identity(standing, key, each.document, repeats)
            if identity is None:
                self._aliases.add(each.document)
                continue
            row = standing.rows.get(identity)
            article_id = row.id if row else standing.free_id(each.article, identity)
            version = version_of(article_id, each.article)
            change: Change = "added"
            if row is not None and row.withdrawn_at is None:
                change = "unchanged" if row.version_id == version.id else "changed"
            taken.append((ArticleRef(article_id, each.article.title), change))
            rows.append(_Row(identity, key, origin, each, version, row))
        self._insert(_INSERT_READ, [{"identity": row.identity} for row in rows])
        if not self._dry_run:
            self._store([row for row in rows if row.differs()])
        return taken

    def _identity(self, standing: _Standing, key: str, document: str, repeats: bool) -> str | None:
        """Return which article of a key this one is, None where it is one already met."""
        # Of several that share a key, a document's own come first: so each keeps its
        # history when only some of their documents are read again.
        if (own := standing.own(key, document)) is not None:
            return own
        number = self._ordinals.get(key, 0)
        identity = key if number == 0 else digest(key, str(number))
        while standing.met(identity):
            if not repeats:
                return None
            number += 1
            identity = digest(key, str(number))
        if number:
            # In a dry run the catalog does not know of those that were new.
            self._ordinals[key] = number + 1
        standing.meet(identity)
        return identity

    def _store(self, rows: list[_Row]) -> None:
        moment = now()
        kept = [self._hash(row.found.original) for row in rows]
        data = {hashed: row.found.original for row, hashed in zip(rows, kept, strict=True)}
        packed = [{"sha256": hashed, "data": zlib.compress(d)} for hashed, d in data.items()]
        made = [
            row_of(row.version) | {"original": hashed, "added_at": moment}
            for row, hashed in zip(rows, kept, strict=True)
        ]
        self._insert(_INSERT_ORIGINAL, packed)
        self._insert(_INSERT_VERSION, made)
        self._insert(_INSERT_ARTICLE, [row.values() for row in rows])

    def _insert(self, statement: sa.Insert, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(statement, rows)

    def _hash(self, data: bytes) -> str:
        if data is not self._hashed[0]:  # a dump's articles share its bytes
            self._hashed = (data, hashlib.sha256(data).hexdigest())
        return self._hashed[1]

    def _let_stand(self, unchanged: Sequence[Unchanged], origin: str) -> int:
        """Let documents' articles stand as they are; return how many there are."""
        prints = {event.document: event.fingerprint for event in unchanged}
        theirs = sa.and_(articles.c.document.in_(prints), articles.c.withdrawn_at.is_(None))
        standing = sa.select(articles.c.identity).where(theirs, ~_held)
        found = self._connection.execute(insert(_read).from_select(["identity"], standing)).rowcount
        if not self._dry_run:
            moved = sa.update(articles).where(theirs, articles.c.origin != origin)
            self._connection.execute(moved.values(origin=origin))
        query = sa.select(documents).where(documents.c.location.in_(prints))
        before = {
            row.location: Fingerprint(row.recipe, row.stamp, row.sha256)
            for row in self._connection.execute(query)
        }
        for document, fingerprint in prints.items():
            if before.get(document) != fingerprint:
                self._record(document, fingerprint)
        return found

    def _record(self, document: str, fingerprint: Fingerprint) -> None:
        """Remember what a document was, so that it need not be read again."""
        if self._dry_run or document in self._aliases:
            return
        standing = sa.select(sa.func.count()).where(articles.c.document == document, _held)
        held = {
            "recipe": fingerprint.recipe,
            "stamp": fingerprint.stamp,
            "sha256": fingerprint.sha256,
            "articles": self._connection.execute(standing).scalar_one(),
        }
        row = insert(documents).values(location=document, **held)
        update = row.on_conflict_do_update(index_elements=["location"], set_=held)
        self._connection.execute(update)

    # What is not there any more.

    def unmet(self, origin: str) -> Iterator[tuple[ArticleRef, str, str]]:
        """Yield the articles of a source that this run has not met.

        Yields:
            The article's name, its location and its document.
        """
        query = (
            sa.select(articles.c.id, versions.c.title, articles.c.location, articles.c.document)
            .join(versions, versions.c.id == articles.c.version_id)
            .where(articles.c.origin == origin, articles.c.withdrawn_at.is_(None), ~_held)
            .order_by(articles.c.number)
        )
        with self._connection.begin():
            for row in self._connection.execute(query):
                yield ArticleRef(row.id, row.title), row.location, row.document

    def stands_at(self, document: str) -> bool:
        """Tell whether an article of a document stands."""
        query = sa.select(articles.c.id).where(
            articles.c.document == document, articles.c.withdrawn_at.is_(None)
        )
        with self._connection.begin():
            return self._connection.execute(query).first() is not None

    def withdraw(self, article_ids: Iterable[str]) -> None:
        """Withdraw articles: no longer answered from, still resolvable."""
        rows = [{"article": article_id} for article_id in article_ids]
        if rows and not self._dry_run:
            statement = sa.update(articles).where(articles.c.id == sa.bindparam("article"))
            with self._connection.begin():
                self._connection.execute(statement.values(withdrawn_at=now()), rows)

    def forget_failures(self, configured: Sequence[str]) -> None:
        """Forget what sources could not read that are neither configured nor have an article."""
        if self._dry_run:
            return
        theirs = sa.select(articles.c.id).where(
            articles.c.origin == failures.c.origin, articles.c.withdrawn_at.is_(None)
        )
        outdated = failures.c.origin.not_in(configured) & ~theirs.exists()
        with self._connection.begin():
            self._connection.execute(sa.delete(failures).where(outdated))

    def note_failures(self, origin: str, within: str, failed: Sequence[Unread]) -> None:
        """Remember what a source could not read, in place of what it could not read before.

        Args:
            origin: The source.
            within: The part of it that was read: itself, or a file or folder in it.
            failed: What could not be read.
        """
        if self._dry_run:
            return
        place = failures.c.location
        covered = sa.or_(
            sa.literal(within == origin),
            place == within,
            place.startswith(f"{within}:", autoescape=True),
            place.startswith(f"{within}/", autoescape=True),
            place.startswith(f"{within}!/", autoescape=True),
        )
        moment = now()
        with self._connection.begin():
            self._connection.execute(
                sa.delete(failures).where(failures.c.origin == origin, covered)
            )
            for unread in failed:
                held = {"reason": unread.reason, "origin": origin, "failed_at": moment}
                row = insert(failures).values(location=unread.location, **held)
                update = row.on_conflict_do_update(index_elements=["location"], set_=held)
                self._connection.execute(update)
