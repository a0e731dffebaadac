"""What the commands say of the options with which people name a schema."""

from __future__ import annotations

from typing import Final

SCHEMA_HELP: Final = "Schema: a YAML, JSON or .sql file, a folder, or a database's URL"
DIALECT_HELP: Final = "The queries' dialect, of a .sql schema: sqlite, postgresql, duckdb, ..."
