"""Schemas from whatever is one here: a YAML or JSON file, DDL, a dataset's layout, a database."""

from __future__ import annotations

from pathlib import Path

from jurist.errors import SchemaError
from jurist.languages.schema_files import schema_document
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.texts import read_text


def read_schema(path: str | Path, *, dialect: Dialect = Dialect.STANDARD) -> SqlSchema:
    """The schema of a file.

    Args:
        path: A .yaml, .yml or .json file of our own format, or a .sql file with DDL.
        dialect: That of a .sql file, which does not say it.

    Raises:
        SchemaError: It cannot be read as a schema; the error says where in it, and the fix.
    """
    if Path(path).suffix.lower() == ".sql":
        ddl = read_text(path, raises=SchemaError)
        return SqlSchema(Path(path).stem, dialect, read_ddl(ddl, dialect, where=str(path)))
    with schema_document(path) as document:
        return load_schema(document, where=str(path))
