"""What live databases say of their tables, as DDL in their dialect.

So there is one reader of tables, and what a schema file of a live database holds is text that
its owner can read and correct.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from jurist.errors import SchemaError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.live import Reads
from jurist.languages.sql.schemas.types import value_type
from jurist.languages.sql.values import ValueType


def ddl_of(database: Reads, *, where: str) -> str:
    """The tables of a database, with their keys and what else holds in them, as DDL.

    Views and tables of the system are left out, and checks that cannot be read.

    Args:
        database: Open.
        where: Its name, for errors.

    Raises:
        SchemaError: It has no tables, or some that are not modelled.
    """
    match database.dialect:
        case Dialect.SQLITE:
            texts = (_sqlite_text, _sqlite_pragmas)
        case Dialect.DUCKDB:
            texts = (_duckdb_text,)
        case _:
            texts = (_postgres_text, _postgres_text_without_checks)
    *tried, last = texts
    for text in tried:
        ddl = text(database)
        try:
            read_ddl(ddl, database.dialect, where=where)
        except SchemaError as error:
            if "collation" in error.problem:
                raise
        else:
            return ddl
    ddl = last(database)
    read_ddl(ddl, database.dialect, where=where)
    return ddl


def quoted(name: str) -> str:
    """A name between double quotes."""
    return '"' + name.replace('"', '""') + '"'


# --- SQLite ---------------------------------------------------------------------------------

_TABLES: Final = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
    "ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid"
)

_NAMES: Final = {type_: "BLOB" if type_ is ValueType.OTHER else type_.name for type_ in ValueType}
"""Types by plain names: SQLite takes any words for one."""


def _sqlite_text(database: Reads) -> str:
    """As it was written."""
    indexes = database.rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        "AND sql LIKE 'CREATE UNIQUE%' ORDER BY rowid"
    )
    return "".join(f"{sql};\n" for _, sql in (*database.rows(_TABLES), *indexes))


def _sqlite_pragmas(database: Reads) -> str:
    """As SQLite understood it, where its text is not understood here."""
    tables = [str(name) for name, _ in database.rows(_TABLES)]
    known = {name.lower() for name in tables}
    return "".join(
        f"CREATE TABLE {quoted(name)} (\n  "
        + ",\n  ".join(_sqlite_parts(database, name, known))
        + "\n);\n"
        for name in tables
    )


def _sqlite_parts(database: Reads, table: str, known: set[str]) -> Iterator[str]:
    columns = [
        (str(name), str(type_), bool(needed), int(str(place)))
        for _, name, type_, needed, _, place, hidden in database.rows(
            f"PRAGMA table_xinfo({quoted(table)})"
        )
        if hidden != 1
    ]
    for name, type_, needed, _ in columns:
        declared = _NAMES[value_type(type_, Dialect.SQLITE)]
        yield f"{quoted(name)} {declared}{' NOT NULL' if needed else ''}"
    key = [name for name, _, _, place in sorted(columns, key=lambda row: row[3]) if place]
    if key:
        yield f"PRIMARY KEY ({_listed(key)})"
    for _, index, unique, origin, partial, *_ in database.rows(
        f"PRAGMA index_list({quoted(table)})"
    ):
        names = [row[2] for row in database.rows(f"PRAGMA index_info({quoted(str(index))})")]
        if unique and origin != "pk" and not partial and None not in names:
            yield f"UNIQUE ({_listed(list(map(str, names)))})"
    rows = database.rows(f"PRAGMA foreign_key_list({quoted(table)})")
    for _, parts in groupby(rows, key=lambda row: row[0]):
        pairs = list(parts)
        if str(pairs[0][2]).lower() in known:
            to = [str(row[4]) for row in pairs if row[4] is not None]
            yield (
                f"FOREIGN KEY ({_listed([str(row[3]) for row in pairs])}) "
                f"REFERENCES {quoted(str(pairs[0][2]))}" + (f" ({_listed(to)})" if to else "")
            )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


# --- DuckDB and PostgreSQL ------------------------------------------------------------------


def _duckdb_text(database: Reads) -> str:
    """As DuckDB writes it."""
    tables = database.rows(
        "SELECT sql FROM duckdb_tables() "
        "WHERE NOT internal AND database_name = current_database() ORDER BY table_oid"
    )
    indexes = database.rows(
        "SELECT sql FROM duckdb_indexes() "
        "WHERE is_unique AND database_name = current_database() ORDER BY index_oid"
    )
    return "".join(f"{str(sql).rstrip(';')};\n" for (sql,) in (*tables, *indexes))


_HERE: Final = """c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace IN
           (SELECT oid FROM pg_namespace WHERE nspname = ANY (current_schemas(false)))"""
_ENUMS: Final = """
    SELECT format_type(t.oid, NULL), string_agg(quote_literal(e.enumlabel), ', '
                                                ORDER BY e.enumsortorder)
      FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
     GROUP BY t.oid ORDER BY 1"""
_COLUMNS: Final = f"""
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE a.attnum > 0 AND NOT a.attisdropped AND {_HERE}
     ORDER BY c.relname, a.attnum"""  # noqa: S608 - our own text
_CONSTRAINTS: Final = f"""
    SELECT c.relname, k.contype::text, pg_get_constraintdef(k.oid)
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
     WHERE k.contype IN ('p', 'u', 'f', 'c') AND k.convalidated AND {_HERE}
       AND (k.contype <> 'f' OR k.confrelid IN (SELECT c.oid FROM pg_class c WHERE {_HERE}))
     ORDER BY c.relname, k.contype DESC, k.conname"""  # noqa: S608 - our own text
_UNIQUE: Final = f"""
    SELECT pg_get_indexdef(i.indexrelid)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
       AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) AND {_HERE}
     ORDER BY 1"""  # noqa: S608 - our own text


def _postgres_text(database: Reads) -> str:
    """From the catalogs."""
    return _from_catalogs(database, database.rows(_CONSTRAINTS))


def _postgres_text_without_checks(database: Reads) -> str:
    rows = database.rows(_CONSTRAINTS)
    return _from_catalogs(database, [row for row in rows if row[1] != "c"])


def _from_catalogs(database: Reads, constraints: Sequence[Sequence[object]]) -> str:
    parts: dict[str, list[str]] = {}
    for table, column, type_, needed in database.rows(_COLUMNS):
        parts.setdefault(str(table), []).append(
            f"{quoted(str(column))} {type_}{' NOT NULL' if needed else ''}"
        )
    for table, _, definition in constraints:
        if str(table) in parts:
            parts[str(table)].append(str(definition).removesuffix(" NO INHERIT"))
    types = "".join(
        f"CREATE TYPE {name} AS ENUM ({labels});\n" for name, labels in database.rows(_ENUMS)
    )
    tables = "".join(
        f"CREATE TABLE {quoted(table)} (\n  " + ",\n  ".join(of) + "\n);\n"
        for table, of in parts.items()
    )
    return types + tables + "".join(f"{text};\n" for (text,) in database.rows(_UNIQUE))
