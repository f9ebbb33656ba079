"""The first catalog: articles, versions, answers, votes, lists, state."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the catalog to this revision."""
    op.create_table(
        "origins",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("configured", sa.Boolean, nullable=False),
    )
    op.create_table(
        "articles",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("identity", sa.Text, nullable=False, unique=True),
        sa.Column("origin", sa.Text, nullable=False, index=True),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("withdrawn_at", sa.Text),
    )
    op.create_table(
        "versions",
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
    op.create_table(
        "answers",
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
    op.create_table(
        "votes",
        sa.Column("answer_id", sa.Text, sa.ForeignKey("answers.id"), primary_key=True),
        sa.Column("user_id", sa.Integer, primary_key=True),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("voted_at", sa.Text, nullable=False),
    )
    op.create_table(
        "lists",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("filters", sa.Text, nullable=False),
    )
    op.create_table(
        "state",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Take the catalog back to an empty one."""
    for table in ("state", "lists", "votes", "answers", "versions", "articles", "origins"):
        op.drop_table(table)
