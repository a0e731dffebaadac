"""Alembic's environment: the caller hands over a connection with an open transaction."""

from alembic import context

from jurist.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
