"""What is kept: runs and their tasks, annotations, the ledger. SQLite or PostgreSQL."""

from jurist.store.engine import Store, migrate_store, open_store, read_store

__all__ = ["Store", "migrate_store", "open_store", "read_store"]
