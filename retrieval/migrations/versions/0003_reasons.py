"""The reason of a vote."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the catalog to this revision."""
    op.add_column("votes", sa.Column("reason", sa.Text))
