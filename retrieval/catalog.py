"""The catalog: articles, their versions, answers given and votes, in SQLAlchemy Core.

SQLite by default. Passages are not here: each generation holds its own spans,
so that what answers is always one consistent whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy.dialects.sqlite import insert

from retrieval.errors import StorageError
from retrieval.types import Article, ArticleRef, ArticleVersion, Heading, Span, digest

HEAD = "0001"
"""The revision of the schema that this code speaks; `migrations/` brings a catalog to it."""

metadata = sa.MetaData()

origins = sa.Table(
    "origins",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("configured", sa.Boolean, nullable=False),
)
articles = sa.Table(
    "articles",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("identity", sa.Text, nullable=False, unique=True),
    sa.Column("origin", sa.Text, nullable=False, index=True),
    sa.Column("location", sa.Text, nullable=False),
    sa.Column("version_id", sa.Text, nullable=False),
    sa.Column("withdrawn_at", sa.Text),
)
versions = sa.Table(
    "versions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("authors", sa.Text, nullable=False),
    sa.Column("published_at", sa.Text),
    sa.Column("collection", sa.Text, nullable=False),
    sa.Column("headings", sa.Text, nullable=False),
    sa.Column("asides", sa.Text, nullable=False),
    sa.Column("location", sa.Text, nullable=False),
    sa.Column("added_at", sa.Text, nullable=False),
)
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("asked_at", sa.Text, nullable=False, index=True),
    sa.Column("generation", sa.Text, nullable=False),
    sa.Column("asker_id", sa.Integer, nullable=False),
    sa.Column("guild_id", sa.Integer),
    sa.Column("channel_id", sa.Integer),
    sa.Column("message_id", sa.Integer, index=True),
    sa.Column("private", sa.Boolean, nullable=False),
    sa.Column("collections", sa.Text),
    sa.Column("answered", sa.Boolean, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("hits", sa.Text, nullable=False),
)
votes = sa.Table(
    "votes",
    metadata,
    sa.Column("answer_id", sa.Text, sa.ForeignKey("answers.id"), primary_key=True),
    sa.Column("user_id", sa.Integer, primary_key=True),
    sa.Column("useful", sa.Boolean, nullable=False),
    sa.Column("voted_at", sa.Text, nullable=False),
)
lists = sa.Table(
    "lists",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("filters", sa.Text, nullable=False),
)
state = sa.Table(
    "state",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

Change = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class GivenHit:
    """A passage that an answer cited: enough to show it again, word for word.

    Attributes:
        version_id: The article version.
        start: Where the passage starts in its text.
        end: Where it ends.
        sentences: The spans of its sentences.
        highlights: The spans of the sentences that answer.
        scores: Dense, keyword, sentence and fused score.
    """

    version_id: str
    start: int
    end: int
    sentences: tuple[Span, ...]
    highlights: tuple[Span, ...]
    scores: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """The record of an answer given: ids, spans and scores, never the question.

    Attributes:
        id: The record's id, which its buttons carry.
        asked_at: When, ISO 8601 in UTC.
        generation: The generation that answered.
        asker_id: Who asked.
        guild_id: The server, or None.
        channel_id: The channel, or None.
        message_id: The message that shows it, or None until it is sent.
        private: Whether only its asker sees it.
        collections: The collections it was drawn from; None for all.
        answered: Whether it was an answer or a refusal.
        confidence: The estimated probability that its first hit answers.
        hits: What it cited, and what it would have cited next.
    """

    id: str
    asked_at: str
    generation: str
    asker_id: int
    guild_id: int | None
    channel_id: int | None
    message_id: int | None
    private: bool
    collections: tuple[str, ...] | None
    answered: bool
    confidence: float
    hits: tuple[GivenHit, ...]


def now() -> str:
    """Return the time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


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


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Catalog:
    """The catalog in one data folder; safe to use from several threads and processes."""

    def __init__(self, data_dir: Path) -> None:
        """Open the catalog, creating or migrating it first where that is due.

        Raises:
            StorageError: The data folder cannot be written, or holds another's catalog.
        """
        self._path = data_dir / "catalog.db"
        try:
            # It will hold people's votes and, for a while, their questions.
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageError(
                f"{data_dir} cannot be made ({error.strerror}); set data_dir to a folder you own."
            ) from error
        self._engine = sa.create_engine(sa.URL.create("sqlite", database=str(self._path)))
        sa.event.listen(self._engine, "connect", _prepare)
        with self._guarded():
            if self._revision() != HEAD:
                # Two processes may meet a new data folder at once.
                with FileLock(data_dir / ".catalog.lock"):
                    if self._revision() != HEAD:
                        _migrate(self._engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise StorageError(
                f"The catalog {self._path} cannot be used ({error.orig}); check the folder's "
                "permissions and free space."
            ) from error

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._guarded(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._guarded(), self._engine.begin() as connection:
            yield connection

    def _revision(self) -> str | None:
        with self._engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()

    # Articles.

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
        with self._writing() if not dry_run else self._reading() as connection:
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
        with self._writing() as connection:
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
        with self._reading() as connection:
            return list(connection.execute(query).scalars())

    def forget_origins(self, names: Sequence[str]) -> None:
        """Remember that the settings no longer name these sources."""
        statement = sa.update(origins).where(origins.c.origin.in_(names)).values(configured=False)
        with self._writing() as connection:
            connection.execute(statement)

    def standing(self, origin: str) -> list[tuple[ArticleRef, str]]:
        """Return the name and location of every article of a source that is not withdrawn."""
        query = (
            sa.select(articles.c.id, versions.c.title, articles.c.location)
            .join(versions, versions.c.id == articles.c.version_id)
            .where(articles.c.origin == origin, articles.c.withdrawn_at.is_(None))
            .order_by(articles.c.number)
        )
        with self._reading() as connection:
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
            with self._writing() as connection:
                connection.execute(statement, rows)

    def current_versions(self) -> list[str]:
        """Return the version id of every article that is not withdrawn, in a stable order."""
        query = (
            sa.select(articles.c.version_id)
            .where(articles.c.withdrawn_at.is_(None))
            .order_by(articles.c.number)
        )
        with self._reading() as connection:
            return list(connection.execute(query).scalars())

    def load(self, version_ids: Sequence[str]) -> dict[str, ArticleVersion]:
        """Return the versions by id; one that was never stored is not there."""
        found: dict[str, ArticleVersion] = {}
        with self._reading() as connection:
            for first in range(0, len(version_ids), 500):
                part = version_ids[first : first + 500]
                rows = connection.execute(sa.select(versions).where(versions.c.id.in_(part)))
                found |= {row.id: _from_row(row) for row in rows}
        return found

    # Answers.

    def record(self, answer: GivenAnswer) -> None:
        """Record an answer that is about to be shown, or replace its record."""
        row = {name: getattr(answer, name) for name in GivenAnswer.__slots__}
        row["collections"] = None if answer.collections is None else json.dumps(answer.collections)
        row["hits"] = json.dumps(
            [
                [h.version_id, h.start, h.end, h.sentences, h.highlights, h.scores]
                for h in answer.hits
            ]
        )
        statement = insert(answers).values(row)
        update = statement.on_conflict_do_update(index_elements=["id"], set_=row)
        with self._writing() as connection:
            connection.execute(update)

    def sent(self, answer_id: str, channel_id: int | None, message_id: int) -> None:
        """Note the message that shows an answer."""
        statement = (
            sa.update(answers)
            .where(answers.c.id == answer_id)
            .values(channel_id=channel_id, message_id=message_id)
        )
        with self._writing() as connection:
            connection.execute(statement)

    def given(self, answer_id: str) -> GivenAnswer | None:
        """Return the record of an answer, None where there is none."""
        return self._given(answers.c.id == answer_id)

    def given_in(self, message_id: int) -> GivenAnswer | None:
        """Return the record of the answer that a message shows, None where it shows none."""
        return self._given(answers.c.message_id == message_id)

    def _given(self, condition: sa.ColumnElement[bool]) -> GivenAnswer | None:
        with self._reading() as connection:
            row = connection.execute(sa.select(answers).where(condition)).mappings().first()
        if row is None:
            return None
        hits = tuple(
            GivenHit(version, start, end, _spans(sentences), _spans(highlights), tuple(scores))
            for version, start, end, sentences, highlights, scores in json.loads(row["hits"])
        )
        held = row["collections"]
        collections = None if held is None else tuple(json.loads(held))
        return GivenAnswer(**{**row, "hits": hits, "collections": collections})

    def vote(self, answer_id: str, user_id: int, useful: bool) -> None:
        """Record a user's vote on an answer; a later vote replaces an earlier one."""
        row = {"useful": useful, "voted_at": now()}
        statement = insert(votes).values(answer_id=answer_id, user_id=user_id, **row)
        update = statement.on_conflict_do_update(index_elements=["answer_id", "user_id"], set_=row)
        with self._writing() as connection:
            connection.execute(update)

    def prune(self, before: str) -> None:
        """Forget the answers given before a time (ISO 8601 in UTC), and their votes."""
        old = sa.select(answers.c.id).where(answers.c.asked_at < before)
        with self._writing() as connection:
            connection.execute(sa.delete(votes).where(votes.c.answer_id.in_(old)))
            connection.execute(sa.delete(answers).where(answers.c.asked_at < before))
            connection.execute(sa.delete(lists).where(lists.c.made_at < before))

    # Lists of articles that someone is leafing through.

    def open_list(self, list_id: str, filters: str) -> None:
        """Remember what a list of articles is narrowed to, as JSON."""
        row = {"id": list_id, "made_at": now(), "filters": filters}
        with self._writing() as connection:
            connection.execute(sa.insert(lists).values(row))

    def listed(self, list_id: str) -> str | None:
        """Return what a list is narrowed to, None where it has expired."""
        query = sa.select(lists.c.filters).where(lists.c.id == list_id)
        with self._reading() as connection:
            return connection.execute(query).scalar()

    # State.

    def recall(self, key: str) -> str | None:
        """Return a remembered value, None where there is none."""
        with self._reading() as connection:
            return connection.execute(sa.select(state.c.value).where(state.c.key == key)).scalar()

    def remember(self, key: str, value: str) -> None:
        """Remember a value from run to run."""
        statement = insert(state).values(key=key, value=value)
        update = statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})
        with self._writing() as connection:
            connection.execute(update)


def _spans(rows: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in rows)


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


def _migrate(engine: sa.Engine) -> None:
    # alembic is needed once a release; importing it costs every start a quarter second.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    # Alembic reads "%" in an option as the start of another's name.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, HEAD)
        except CommandError as error:
            raise StorageError(
                f"The catalog {engine.url.database} is of another version ({error}); install "
                "the newest Footnote, or give it another data_dir."
            ) from error
