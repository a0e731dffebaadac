"""The shipped SQL workspaces: schemas, references, and what queries give on made databases."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from pathlib import Path

import msgspec

from jurist import data
from jurist.languages import schema_files
from jurist.languages.sql.databases.generating import databases
from jurist.languages.sql.databases.reading import hints_of
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.engines.sqlite import SqliteEngine
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.resolving.qualifying import qualified
from jurist.records import Case
from workspaces import shipped_in

NAMES = shipped_in("sql")


def read_schema(source: str | Path, *, dialect: Dialect | None = None) -> SqlSchema:
    """The schema of a file, a folder or a database, read as users have it read."""
    found = schema_files.read_schema(source, language="sql", dialect=dialect).schema
    assert isinstance(found, SqlSchema)
    return found


@lru_cache
def schema(name: str) -> SqlSchema:
    """The schema of a shipped workspace."""
    return read_schema(data.schema_path(name))


@lru_cache
def cases(name: str) -> tuple[Case, ...]:
    """The cases of a shipped workspace."""
    lines = data.cases_path(name).read_bytes().splitlines()
    return tuple(msgspec.json.decode(line, type=Case) for line in lines)


@lru_cache
def references(name: str) -> dict[str, SqlQuery]:
    """The references of a shipped workspace, parsed."""
    return {case.id: parse(case.reference, schema(name)) for case in cases(name) if case.reference}


@lru_cache
def _engine(of: SqlSchema) -> SqliteEngine:
    return SqliteEngine(of)


def told_apart(of: SqlSchema, one: SqlQuery, other: SqlQuery, *, tries: int = 12) -> bool:
    """Whether two queries give other rows on one of some databases, whatever their order."""
    engine = _engine(of)
    hints = hints_of(of, qualified(one, of), qualified(other, of))
    for database in islice(databases(hints), tries):
        engine.load(database)
        rows = [sorted(map(repr, engine.run(query.text).rows)) for query in (one, other)]
        if rows[0] != rows[1]:
            return True
    return False
