"""The catalog: articles and their versions.

Passages are not here: each generation holds its own spans, so that what answers
is always one consistent whole.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from retrieval.database import Database, articles, failures, originals, origins, versions
from retrieval.sources import Unread
from retrieval.types import Alias, Article, ArticleVersion, Heading, digest


def identify(article: Article) -> str:
    """Return what makes an article the same from run to run.

    The id its source gives it, within its publication; else its link; else its
    publication and title.
    """
    if article.given_id is not None:
        return digest("id", article.source, article.given_id)
    if article.url is not None:
        return digest("url", article.url)
    return digest("title", article.source, article.title)


def _stored(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _taken(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None


def version_of(article_id: str, article: Article) -> ArticleVersion:
    """Return an article as a version: the same content gives the same id."""
    content = [
        article.title, article.text, article.url, article.source, article.authors,
        _stored(article.published_at), _stored(article.updated_at), article.language,
        article.licence, article.tags, article.collection, article.headings, article.asides,
    ]  # fmt: skip
    if article.aliases:  # an article without any keeps the id that it had before there were any
        content.append(article.aliases)
    return ArticleVersion(article_id, digest(article_id, json.dumps(content)), article)


def _from_row(row: sa.Row[Any]) -> ArticleVersion:
    return ArticleVersion(
        article_id=row.article_id,
        id=row.id,
        article=Article(
            title=row.title,
            text=row.text,
            location=row.location,
            url=row.url,
            source=row.source,
            authors=tuple(json.loads(row.authors)),
            published_at=_taken(row.published_at),
            updated_at=_taken(row.updated_at),
            language=row.language,
            licence=row.licence,
            tags=tuple(json.loads(row.tags)),
            collection=row.collection,
            headings=tuple(Heading(*span) for span in json.loads(row.headings)),
            asides=tuple(json.loads(row.asides)),
            aliases=tuple(json.loads(row.aliases)),
        ),
    )


def row_of(version: ArticleVersion) -> dict[str, object]:
    """Return a version as the row that stores it."""
    article = version.article
    return {
        "id": version.id,
        "article_id": version.article_id,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "source": article.source,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "published_at": _stored(article.published_at),
        "updated_at": _stored(article.updated_at),
        "language": article.language,
        "licence": article.licence,
        "tags": json.dumps(article.tags, ensure_ascii=False),
        "collection": article.collection,
        "headings": json.dumps(article.headings),
        "asides": json.dumps(article.asides, ensure_ascii=False),
        "aliases": json.dumps(article.aliases, ensure_ascii=False),
        "location": article.location,
    }


@dataclass(frozen=True, slots=True)
class NumberedVersion:
    """A version by the order in which versions were stored.

    Attributes:
        number: Its number; a version that was stored later has a higher one.
        id: Its id.
        article_id: Its article's id.
    """

    number: int
    id: str
    article_id: str


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One of an article's versions, as a list of them tells it.

    Attributes:
        id: The version's id.
        title: Its title.
        collection: Its collection.
        stored_at: When it was first stored, aware.
        current: Whether it is how the article stands now.
    """

    id: str
    title: str
    collection: str
    stored_at: datetime
    current: bool


# Not a bound value, so that the index of those that have some is used.
_NO_ALIASES: sa.ColumnClause[str] = sa.literal_column("'[]'")

_NUMBER: sa.ColumnClause[int] = sa.literal_column("versions.rowid", sa.Integer)
"""The order in which versions were stored: none is ever deleted."""

_CURRENT = (
    sa.select(articles.c.id.label("article_id"), articles.c.version_id, articles.c.withdrawn_at)
    .where(articles.c.withdrawn_at.is_(None))
    .order_by(articles.c.number)
)


class Catalog:
    """The articles of one data folder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember_origins(self, names: Iterable[str], *, configured: bool) -> None:
        """Remember sources, and whether the settings name them."""
        with self._database.writing() as connection:
            for origin in names:
                row = insert(origins).values(origin=origin, configured=configured)
                keep = row.on_conflict_do_nothing()
                update = row.on_conflict_do_update(
                    index_elements=["origin"], set_={"configured": True}
                )
                connection.execute(update if configured else keep)

    def configured_origins(self) -> list[str]:
        """Return the sources that the settings named when they were last read."""
        query = sa.select(origins.c.origin).where(origins.c.configured)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def forget_origins(self, names: Sequence[str]) -> None:
        """Remember that the settings no longer name these sources."""
        statement = sa.update(origins).where(origins.c.origin.in_(names)).values(configured=False)
        with self._database.writing() as connection:
            connection.execute(statement)

    def current_versions(self) -> list[str]:
        """Return the version id of every article that is not withdrawn, in a stable order."""
        with self._database.reading() as connection:
            return [row.version_id for row in connection.execute(_CURRENT)]

    def load(self, version_ids: Sequence[str]) -> dict[str, ArticleVersion]:
        """Return the versions by id; one that was never stored is not there."""
        found: dict[str, ArticleVersion] = {}
        with self._database.reading() as connection:
            for first in range(0, len(version_ids), 500):
                part = version_ids[first : first + 500]
                rows = connection.execute(sa.select(versions).where(versions.c.id.in_(part)))
                found |= {row.id: _from_row(row) for row in rows}
        return found

    def find(self, article_or_version: str) -> tuple[ArticleVersion, str | None] | None:
        """Return an article's last version, or an old version, by its id; None for none.

        Returns:
            The version, and when its article was withdrawn, None where it stands.
        """
        query = (
            sa.select(versions, articles.c.withdrawn_at)
            .join(articles, articles.c.id == versions.c.article_id)
            .where(
                sa.or_(
                    versions.c.id == article_or_version,
                    sa.and_(
                        articles.c.id == article_or_version,
                        articles.c.version_id == versions.c.id,
                    ),
                )
            )
            .order_by((articles.c.id == article_or_version).desc())
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            return None if row is None else (_from_row(row), row.withdrawn_at)

    def versions(self, article_id: str) -> list[StoredVersion]:
        """Return an article's versions: how it stands now, then the others, the newest first."""
        current = sa.and_(
            versions.c.id == articles.c.version_id, articles.c.withdrawn_at.is_(None)
        ).label("current")
        query = (
            sa.select(
                versions.c.id, versions.c.title, versions.c.collection, versions.c.added_at, current
            )
            .join(articles, articles.c.id == versions.c.article_id)
            .where(articles.c.id == article_id)
            # Of versions of one second, the one that was stored last.
            .order_by(current.desc(), versions.c.added_at.desc(), sa.text("versions.rowid DESC"))
        )
        with self._database.reading() as connection:
            return [
                StoredVersion(
                    row.id, row.title, row.collection, datetime.fromisoformat(row.added_at),
                    bool(row.current),
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def stored_after(self, number: int) -> Iterator[NumberedVersion]:
        """Yield the versions that were stored after one, by its number; the last one first."""
        query = (
            sa.select(_NUMBER.label("number"), versions.c.id, versions.c.article_id)
            .where(_NUMBER > number)
            .order_by(_NUMBER.desc())
        )
        with self._database.reading() as connection:
            for row in connection.execute(query):
                yield NumberedVersion(row.number, row.id, row.article_id)

    def before(self, version: NumberedVersion) -> list[ArticleVersion]:
        """Return the versions of an article that were stored before one."""
        query = sa.select(versions).where(
            versions.c.article_id == version.article_id, _NUMBER < version.number
        )
        with self._database.reading() as connection:
            return [_from_row(row) for row in connection.execute(query)]

    def aliases(self) -> dict[str, list[Alias]]:
        """Return the titles of articles that have several, by the articles' ids.

        They are the titles of all their versions, and the others that these are known by.
        """
        several = (
            sa.select(versions.c.article_id)
            .group_by(versions.c.article_id)
            .having(sa.func.count() > 1)
        )
        known = sa.func.json_each(versions.c.aliases).table_valued("value")
        title = sa.select(versions.c.article_id, versions.c.title, versions.c.collection)
        alias = sa.select(versions.c.article_id, known.c.value, versions.c.collection)
        query = title.where(versions.c.article_id.in_(several)).union(
            alias.join(known, sa.true()).where(versions.c.aliases != _NO_ALIASES)
        )
        found: dict[str, list[Alias]] = {}
        with self._database.reading() as connection:
            for article_id, name, collection in connection.execute(query):
                found.setdefault(article_id, []).append(Alias(name, collection))
        return found

    def original(self, version_id: str) -> bytes | None:
        """Return the bytes that a version was read from, None where they are not kept."""
        query = (
            sa.select(originals.c.data)
            .join(versions, versions.c.original == originals.c.sha256)
            .where(versions.c.id == version_id)
        )
        with self._database.reading() as connection:
            data = connection.execute(query).scalar()
            return None if data is None else zlib.decompress(data)

    def failed(self) -> list[Unread]:
        """Return what the last run of each source could not read."""
        query = sa.select(failures.c.location, failures.c.reason).order_by(failures.c.location)
        with self._database.reading() as connection:
            return [Unread(row.location, row.reason) for row in connection.execute(query)]

    def sketches(self, make: Callable[[str], bytes]) -> Iterator[tuple[str, bytes]]:
        """Yield the id of every article that is not withdrawn, and the sketch of its text.

        Args:
            make: Makes the sketch of a text; what it makes is kept with the version.
        """
        self._sketch(make)
        standing = _CURRENT.subquery()
        query = sa.select(standing.c.article_id, versions.c.sketch).join(
            versions, versions.c.id == standing.c.version_id
        )
        with self._database.reading() as connection:
            for row in connection.execute(query):
                yield row.article_id, row.sketch

    def _sketch(self, make: Callable[[str], bytes]) -> None:
        """Make the sketches that are missing."""
        missing = (
            sa.select(versions.c.id, versions.c.text)
            .join(articles, articles.c.version_id == versions.c.id)
            .where(articles.c.withdrawn_at.is_(None), versions.c.sketch.is_(None))
            .limit(200)
        )
        update = (
            sa.update(versions)
            .where(versions.c.id == sa.bindparam("version"))
            .values(sketch=sa.bindparam("made"))
        )
        while True:
            with self._database.reading() as connection:
                texts = connection.execute(missing).all()
            if not texts:
                return
            made = [{"version": row.id, "made": make(row.text)} for row in texts]
            with self._database.writing() as connection:
                connection.execute(update, made)
