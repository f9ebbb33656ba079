"""Watches, what they found and its notices; what an answer cites, and its language."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_CITED = """
    INSERT INTO citations (answer_id, place, version_id)
    SELECT answers.id, hit.key + 1, json_extract(hit.value, '$[0]')
    FROM answers, json_each(answers.hits) AS hit
    WHERE answers.answered AND hit.key < 3
"""
"""Answers that were given before showed up to three passages; how many, nobody wrote down."""


def upgrade() -> None:
    """Bring the catalog to this revision."""
    op.create_table(
        "watches",
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
    op.create_table(
        "notices",
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
    )
    op.create_index("ix_notices_due", "notices", ["ended_at", "due_at"])
    op.create_table(
        "finds",
        sa.Column("watch_id", sa.Text, sa.ForeignKey("watches.id"), primary_key=True),
        sa.Column("words", sa.Text, primary_key=True),
        sa.Column("notice_id", sa.Text, nullable=False, index=True),
        sa.Column("found_at", sa.Text, nullable=False),
        sa.Column("hit", sa.Text, nullable=False),
    )
    op.add_column("articles", sa.Column("changed_at", sa.Text))
    op.add_column("answers", sa.Column("locale", sa.Text, nullable=False, server_default="en"))
    op.create_table(
        "citations",
        sa.Column("answer_id", sa.Text, sa.ForeignKey("answers.id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("version_id", sa.Text, nullable=False, index=True),
        sa.Column("told", sa.Text, nullable=False, server_default="current"),
        sa.Column("tried", sa.Text, nullable=False, server_default="current"),
    )
    op.execute(_CITED)


def downgrade() -> None:
    """Take the catalog back to the one before."""
    op.drop_table("citations")
    op.drop_column("answers", "locale")
    op.drop_column("articles", "changed_at")
    for table in ("finds", "notices", "watches"):
        op.drop_table(table)
