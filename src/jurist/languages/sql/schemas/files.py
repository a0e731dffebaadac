"""Schemas from whatever is one here: a YAML or JSON file, DDL, a dataset's layout, a database."""

from __future__ import annotations

from pathlib import Path

from jurist.errors import SchemaError
from jurist.languages.schema_files import schema_document
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.catalogs import ddl_of
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.schemas.layouts import Layout, layout_of
from jurist.languages.sql.schemas.live import dialect_of_address, opened, without_password
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.texts import read_text


def read_schema(path: str | Path, *, dialect: Dialect = Dialect.STANDARD) -> SqlSchema:
    """The schema of a file.

    Args:
        path: A .yaml, .yml or .json file of our own format; a .sql file with DDL; a SQLite or
            DuckDB file, or the address of a database (see `live.opened`); a folder or file of
            Spider's or BIRD's layout, with `#NAME` where it has several databases.
        dialect: That of a .sql file, which does not say it.

    Raises:
        SchemaError: It cannot be read as a schema; the error says where in it, and the fix.
    """
    if dialect_of_address(path) is not None:
        return read_database(path)
    folder, mark, name = str(path).rpartition("#")
    layout = layout_of(folder if mark else path)
    if layout is not None:
        chosen = name if mark else _only(layout)
        return load_schema(layout.document(chosen), where=f"{layout.tables}#{chosen}")
    if Path(path).suffix.lower() == ".sql":
        ddl = read_text(path, raises=SchemaError)
        return SqlSchema(Path(path).stem, dialect, read_ddl(ddl, dialect, where=str(path)))
    with schema_document(path) as document:
        return load_schema(document, where=str(path))


def read_database(address: str | Path) -> SqlSchema:
    """The schema of a live database, in its own dialect.

    Raises:
        SchemaError: It cannot be opened or read, or has what is not modelled.
        UnsupportedError: A package to open it with is not installed.
    """
    where = without_password(address)
    with opened(address) as database:
        ddl = ddl_of(database, where=where)
        tables = read_ddl(ddl, database.dialect, where=where)
        return SqlSchema(Path(where.rpartition("/")[2]).stem, database.dialect, tables)


def _only(layout: Layout) -> str:
    if len(layout.names) != 1:
        raise SchemaError(
            f"{layout.tables} has {len(layout.names)} databases",
            expected="the name of one behind its path: PATH#NAME",
            fix="name one of " + ", ".join(layout.names[:8]) + ", ...",
        )
    return layout.names[0]
