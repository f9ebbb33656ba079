"""Other titles that an article is known by."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the catalog to this revision."""
    op.add_column("versions", sa.Column("aliases", sa.Text, nullable=False, server_default="[]"))
    op.create_index(
        "ix_versions_aliases", "versions", ["article_id"], sqlite_where=sa.text("aliases != '[]'")
    )


def downgrade() -> None:
    """Take the catalog back to the one before."""
    op.drop_index("ix_versions_aliases", "versions")
    op.drop_column("versions", "aliases")
