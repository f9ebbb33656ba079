"""The database of one data folder: its tables, its migrations, its connections.

SQLAlchemy Core; SQLite by default. `catalog.py` and `intake.py` keep articles in
it, `records.py` what was answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock

from retrieval.errors import StorageError

HEAD = "0005"
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
    sa.Column("changed_at", sa.Text),
    sa.Column("withdrawn_at", sa.Text),
    sa.Column("key", sa.Text, nullable=False, server_default=""),
    sa.Column("document", sa.Text, nullable=False, server_default="", index=True),
    sa.Index("ix_articles_key_document", "key", "document"),
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
    sa.Column("updated_at", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("licence", sa.Text),
    sa.Column("original", sa.Text),
    sa.Column("tags", sa.Text, nullable=False, server_default="[]"),
    sa.Column("sketch", sa.LargeBinary),
    sa.Column("aliases", sa.Text, nullable=False, server_default="[]"),
    sa.Index("ix_versions_aliases", "article_id", sqlite_where=sa.text("aliases != '[]'")),
)
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("location", sa.Text, primary_key=True),
    sa.Column("recipe", sa.Text, nullable=False),
    sa.Column("stamp", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("articles", sa.Integer, nullable=False),
)
originals = sa.Table(
    "originals",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
failures = sa.Table(
    "failures",
    metadata,
    sa.Column("location", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False, index=True),
    sa.Column("failed_at", sa.Text, nullable=False),
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
    sa.Column("locale", sa.Text, nullable=False, server_default="en"),
)
citations = sa.Table(
    "citations",
    metadata,
    sa.Column("answer_id", sa.Text, sa.ForeignKey("answers.id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("version_id", sa.Text, nullable=False, index=True),
    sa.Column("told", sa.Text, nullable=False, server_default="current"),
    sa.Column("tried", sa.Text, nullable=False, server_default="current"),
)
watches = sa.Table(
    "watches",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner_id", sa.Integer, nullable=False, index=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("once", sa.Boolean, nullable=False),
    sa.Column("guild_id", sa.Integer, index=True),
    sa.Column("channel_id", sa.Integer),
    sa.Column("parent_id", sa.Integer),
    sa.Column("message_id", sa.Integer),
    sa.Column("filters", sa.Text, nullable=False),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("hour", sa.Integer),
    sa.Column("zone", sa.Text),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("useful_at", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Text),
    sa.Column("since", sa.Integer, nullable=False, index=True),
    sa.Column("model", sa.Text),
    sa.Column("vector", sa.LargeBinary),
)
notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("owner_id", sa.Integer, nullable=False, index=True),
    sa.Column("guild_id", sa.Integer),
    sa.Column("channel_id", sa.Integer),
    sa.Column("due_at", sa.Text, nullable=False),
    sa.Column("attempted_at", sa.Text),
    sa.Column("ended_at", sa.Text),
    sa.Column("message_id", sa.Integer),
    sa.Column("problem", sa.Text),
    sa.Index("ix_notices_due", "ended_at", "due_at"),
)
finds = sa.Table(
    "finds",
    metadata,
    sa.Column("watch_id", sa.Text, sa.ForeignKey("watches.id"), primary_key=True),
    sa.Column("words", sa.Text, primary_key=True),
    sa.Column("notice_id", sa.Text, nullable=False, index=True),
    sa.Column("found_at", sa.Text, nullable=False),
    sa.Column("hit", sa.Text, nullable=False),
)
votes = sa.Table(
    "votes",
    metadata,
    sa.Column("answer_id", sa.Text, sa.ForeignKey("answers.id"), primary_key=True),
    sa.Column("user_id", sa.Integer, primary_key=True),
    sa.Column("useful", sa.Boolean, nullable=False),
    sa.Column("voted_at", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
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


def now() -> str:
    """Return the time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Database:
    """The database in one data folder; safe to use from several threads and processes."""

    def __init__(self, data_dir: Path) -> None:
        """Open the database, creating or migrating it first where that is due.

        Raises:
            StorageError: The data folder cannot be written, or holds another version's.
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
    def connected(self) -> Iterator[sa.Connection]:
        """Lend a connection for transactions of the borrower's own.

        Raises:
            StorageError: The database cannot be used.
        """
        with self._guarded(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Lend a connection to read by.

        Raises:
            StorageError: The database cannot be used.
        """
        with self._guarded(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Lend a connection for one transaction, committed at the end.

        Raises:
            StorageError: The database cannot be used.
        """
        with self._guarded(), self._engine.begin() as connection:
            yield connection

    def _revision(self) -> str | None:
        with self._engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


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
