"""Alembic's environment: it runs on the connection that the catalog hands it."""

from alembic import context

from retrieval.database import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
