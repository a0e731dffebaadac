"""What is kept: runs and their tasks, annotations, the ledger. SQLite or PostgreSQL."""

from jurist.store.engine import Store, open_store

__all__ = ["Store", "open_store"]
