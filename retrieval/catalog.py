"""The catalog: articles and their versions.

Passages are not here: each generation holds its own spans, so that what answers
is always one consistent whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from retrieval.database import Database, articles, now, origins, versions
from retrieval.types import Article, ArticleRef, ArticleVersion, Heading, digest

Change = Literal["added", "changed", "unchanged"]


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


def _version(article_id: str, article: Article) -> ArticleVersion:
    content = json.dumps(
        [
            article.title, article.text, article.url, article.source, article.authors,
            article.published_at.isoformat() if article.published_at else None,
            article.collection, article.headings, article.asides,
        ]
    )  # fmt: skip
    return ArticleVersion(article_id, digest(article_id, content), article)


def _from_row(row: sa.Row[Any]) -> ArticleVersion:
    published = row.published_at
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
            published_at=datetime.fromisoformat(published) if published else None,
            collection=row.collection,
            headings=tuple(Heading(*span) for span in json.loads(row.headings)),
            asides=tuple(json.loads(row.asides)),
        ),
    )


def _to_row(version: ArticleVersion) -> dict[str, object]:
    article = version.article
    return {
        "id": version.id,
        "article_id": version.article_id,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "source": article.source,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "collection": article.collection,
        "headings": json.dumps(article.headings),
        "asides": json.dumps(article.asides, ensure_ascii=False),
        "location": article.location,
        "added_at": now(),
    }


class Catalog:
    """The articles of one data folder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_in(
        self, batch: Sequence[tuple[Article, str]], origin: str, *, dry_run: bool = False
    ) -> list[tuple[ArticleVersion, Change]]:
        """Store a batch of one source's articles; an old version stays beside a new one.

        Args:
            batch: Each article with its identity, as `identify` gives it or, for
                a later row of one run, told apart by the caller.
            origin: The source they came from.
            dry_run: Say what would change, and change nothing.

        Returns:
            For each article its version and what it is to the catalog.
        """
        taken = []
        with self._database.writing() if not dry_run else self._database.reading() as connection:
            for article, identity in batch:
                known = connection.execute(
                    sa.select(articles).where(articles.c.identity == identity)
                ).first()
                article_id = known.id if known else _free_id(connection, article, identity)
                version = _version(article_id, article)
                change: Change = "added"
                if known is not None and known.withdrawn_at is None:
                    change = "unchanged" if known.version_id == version.id else "changed"
                if not dry_run:
                    _store(connection, version, identity, origin)
                taken.append((version, change))
        return taken

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

    def standing(self, origin: str) -> list[tuple[ArticleRef, str]]:
        """Return the name and location of every article of a source that is not withdrawn."""
        query = (
            sa.select(articles.c.id, versions.c.title, articles.c.location)
            .join(versions, versions.c.id == articles.c.version_id)
            .where(articles.c.origin == origin, articles.c.withdrawn_at.is_(None))
            .order_by(articles.c.number)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query)
            return [(ArticleRef(row.id, row.title), row.location) for row in rows]

    def withdraw(self, refs: Iterable[ArticleRef]) -> None:
        """Withdraw articles: no longer answered from, still resolvable."""
        rows = [{"article": ref.id} for ref in refs]
        if rows:
            statement = (
                sa.update(articles)
                .where(articles.c.id == sa.bindparam("article"))
                .values(withdrawn_at=now())
            )
            with self._database.writing() as connection:
                connection.execute(statement, rows)

    def current_versions(self) -> list[str]:
        """Return the version id of every article that is not withdrawn, in a stable order."""
        query = (
            sa.select(articles.c.version_id)
            .where(articles.c.withdrawn_at.is_(None))
            .order_by(articles.c.number)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def load(self, version_ids: Sequence[str]) -> dict[str, ArticleVersion]:
        """Return the versions by id; one that was never stored is not there."""
        found: dict[str, ArticleVersion] = {}
        with self._database.reading() as connection:
            for first in range(0, len(version_ids), 500):
                part = version_ids[first : first + 500]
                rows = connection.execute(sa.select(versions).where(versions.c.id.in_(part)))
                found |= {row.id: _from_row(row) for row in rows}
        return found


def _free_id(connection: sa.Connection, article: Article, identity: str) -> str:
    """Return the id of a new article: its source's, where no other article has it."""
    wanted = article.given_id or identity
    taken = sa.select(articles.c.number).where(articles.c.id == wanted)
    return wanted if connection.execute(taken).first() is None else f"{wanted}-{identity[:8]}"


def _store(connection: sa.Connection, version: ArticleVersion, identity: str, origin: str) -> None:
    connection.execute(insert(versions).values(_to_row(version)).on_conflict_do_nothing())
    held = {
        "origin": origin,
        "location": version.article.location,
        "version_id": version.id,
        "withdrawn_at": None,
    }
    statement = insert(articles).values(id=version.article_id, identity=identity, **held)
    connection.execute(statement.on_conflict_do_update(index_elements=["identity"], set_=held))
