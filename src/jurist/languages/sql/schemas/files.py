"""Schemas from whatever is one here: a YAML or JSON file, DDL, a dataset's layout, a database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from jurist.errors import SchemaError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.catalogs import ddl_of
from jurist.languages.sql.schemas.layouts import Layout, layout_of
from jurist.languages.sql.schemas.live import dialect_of_address, opened, without_password
from jurist.languages.texts import nearest_hint, read_text

_SAYS_DIALECT: Final = re.compile(r"\s*--[ \t]*dialect:[ \t]*(\w+)", re.IGNORECASE)
"""How a file of DDL may begin."""
_ENDINGS: Final = (".sqlite", ".sqlite3", ".db", ".duckdb")


def finds(source: str) -> bool:
    """Whether this is what `document_of` takes."""
    return (
        dialect_of_address(source) is not None
        or _is_of_mysql(source)
        or source.lower().endswith(".sql")
        or _layout(source)[0] is not None
        or len(_in_folder(source)) == 1
    )


def document_of(source: str, dialect: str | None = None) -> Mapping[str, object]:
    """What is found, as the document of our own format that says the same.

    Args:
        source: A .sql file with DDL; a SQLite or DuckDB file, or the address of a database (see
            `live.opened`); a folder or file of Spider's or BIRD's layout, with `#NAME` where it
            has several databases; a folder with a single database, or a single .sql file.
        dialect: That of a .sql file; it may say its own in its first line: `-- dialect: sqlite`.

    Raises:
        SchemaError: It cannot be opened or read, or there is no such dialect.
        UnsupportedError: A package to open it with is not installed.
    """
    layout, name = _layout(source)
    if layout is not None:
        chosen = name or _only(layout)
        document = layout.document(chosen)
        _chosen(dialect, str(document["dialect"]), f"{layout.tables}#{chosen}")
        return document
    if inside := _in_folder(source):
        source = inside[0]
    where = without_password(source)
    if _is_of_mysql(source):
        raise SchemaError(
            f"MySQL's databases are not read here: {where}",
            expected="a SQLite, DuckDB or PostgreSQL database, or a file of DDL",
            fix="write its tables to a .sql file (mysqldump --no-data) and name that, "
            "with the dialect mysql",
        )
    name = Path(where.rpartition("/")[2]).stem
    if dialect_of_address(source) is None:
        ddl = read_text(source, raises=SchemaError)
        if not ddl.strip():
            raise SchemaError(
                f"{where} is empty",
                expected="CREATE TABLE statements",
                fix="write one into it for each table that queries may name",
            )
        said = _SAYS_DIALECT.match(ddl)
        return _document(name, _chosen(dialect, said[1] if said else None, where), ddl)
    with opened(source) as database:
        own = database.dialect
        _chosen(dialect, own, where)
        return _document(name, own, ddl_of(database, where=where))


def _is_of_mysql(source: str) -> bool:
    return source.lower().startswith(("mysql://", "mariadb://"))


def _layout(source: str) -> tuple[Layout | None, str]:
    if "://" in source:
        return None, ""
    folder, mark, name = source.rpartition("#")
    return (layout_of(folder), name) if mark else (layout_of(source), "")


def _only(layout: Layout) -> str:
    if len(layout.names) != 1:
        raise SchemaError(
            f"{layout.tables} has {len(layout.names)} databases",
            expected="the name of one behind its path: PATH#NAME",
            fix="name one of " + ", ".join(layout.names[:8]) + ", ...",
        )
    return layout.names[0]


def _in_folder(source: str) -> list[str]:
    """The databases in a folder; its files of DDL where there is none."""
    folder = Path(source)
    if "://" in source or not folder.is_dir():
        return []
    files = sorted(str(file) for file in folder.iterdir() if file.suffix.lower() in _ENDINGS)
    return files or sorted(map(str, folder.glob("*.sql")))


def _document(name: str, dialect: str, ddl: str) -> Mapping[str, object]:
    return {"name": name, "language": "sql", "dialect": str(dialect), "ddl": ddl}


def _chosen(asked: str | None, said: str | None, where: str) -> str:
    """The dialect that is asked for, or that the source itself says; never two."""
    if asked is not None and said is not None and asked != said.lower():
        raise SchemaError(
            f"the dialect {asked!r} is asked for, and {where} is {said}",
            expected="one dialect",
            fix="leave out the dialect",
        )
    dialect = (asked or said or Dialect.STANDARD).lower()
    if dialect not in set(Dialect):
        raise SchemaError(
            f"there is no dialect {dialect[:80]!r}",
            expected="one of " + ", ".join(Dialect),
            fix=nearest_hint(dialect, map(str, Dialect)) or "name one of these",
            where=where,
        )
    return dialect
