"""Documents, their bytes and their failures; more fields of an article."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the catalog to this revision."""
    op.create_table(
        "documents",
        sa.Column("location", sa.Text, primary_key=True),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("articles", sa.Integer, nullable=False),
    )
    op.create_table(
        "originals",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "failures",
        sa.Column("location", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False, index=True),
        sa.Column("failed_at", sa.Text, nullable=False),
    )
    for name in ("key", "document"):
        op.add_column("articles", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.execute("UPDATE articles SET key = identity, document = location")
    op.create_index("ix_articles_key_document", "articles", ["key", "document"])
    op.create_index("ix_articles_document", "articles", ["document"])
    for name in ("updated_at", "language", "licence", "original"):
        op.add_column("versions", sa.Column(name, sa.Text))
    op.add_column("versions", sa.Column("tags", sa.Text, nullable=False, server_default="[]"))
    op.add_column("versions", sa.Column("sketch", sa.LargeBinary))


def downgrade() -> None:
    """Take the catalog back to the one before."""
    for name in ("sketch", "tags", "original", "licence", "language", "updated_at"):
        op.drop_column("versions", name)
    op.drop_index("ix_articles_document", "articles")
    op.drop_index("ix_articles_key_document", "articles")
    for name in ("document", "key"):
        op.drop_column("articles", name)
    for table in ("failures", "originals", "documents"):
        op.drop_table(table)
