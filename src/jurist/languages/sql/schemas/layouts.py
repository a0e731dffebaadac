"""Folders as Spider and BIRD lay them out: tables.json, a folder of databases, descriptions.

    tables.json, dev_tables.json, ...             schemas: tables, columns, keys
    database/NAME/NAME.sqlite, *_databases/...    the databases, where they are there
    .../NAME/database_description/TABLE.csv       what columns mean (BIRD)

What a database says itself counts more than tables.json, which keeps only the first column of
each composite key and knows only `number` where the database has INTEGER or REAL.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from jurist.errors import SchemaError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.catalogs import ddl_of, quoted
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.live import opened
from jurist.languages.sql.schemas.schema import Table
from jurist.languages.texts import nearest_hint, read_text

_FOLDERS: Final = ("database", "databases", "dev_databases", "train_databases", "test_database")
_YEAR: Final = re.compile(r"year", re.IGNORECASE)
_CLOCK: Final = re.compile(r"time\Z", re.IGNORECASE)
_TYPES: Final = {
    "text": "TEXT",
    "number": "INTEGER",
    "integer": "INTEGER",
    "real": "REAL",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "DATETIME",
    "others": "TEXT",
}


class _Entry(msgspec.Struct, frozen=True):
    """A schema of tables.json."""

    db_id: str
    table_names_original: list[str]
    column_names_original: list[tuple[int, str]]
    column_types: list[str]
    primary_keys: list[int | list[int]]
    foreign_keys: list[tuple[int, int]]
    table_names: list[str] = []
    column_names: list[tuple[int, str]] = []


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a dataset's schemas lie."""

    tables: Path
    """The file with all of them."""
    entries: Mapping[str, _Entry] = field(repr=False)
    """By the names of their databases, in the file's order."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its databases."""
        return tuple(self.entries)

    def document(self, name: str) -> dict[str, object]:
        """What a schema file of ours says of one database.

        Raises:
            SchemaError: There is no such database, or it cannot be read.
        """
        entry = self.entries.get(name)
        if entry is None:
            raise SchemaError(
                f"there is no database {name[:80]!r}",
                expected="one of " + ", ".join(self.names[:20]),
                fix=nearest_hint(name, self.names) or "check its name",
                where=str(self.tables),
            )
        file = self.database(name)
        if file is None:
            ddl = _ddl(entry, where=f"{self.tables}, {name}")
        else:
            with opened(file) as database:
                ddl = ddl_of(database, where=str(file))
        said = dict(_names(entry)) | dict(_descriptions(self._folder(name), entry))
        known = _known(read_ddl(ddl, Dialect.SQLITE, where=f"{self.tables}, {name}"))
        descriptions = {key: text for key, text in said.items() if key.lower() in known}
        return {
            "name": name,
            "language": "sql",
            "dialect": "sqlite",
            "ddl": ddl,
            **({"descriptions": descriptions} if descriptions else {}),
        }

    def database(self, name: str) -> Path | None:
        """The database's file; `None` where it is not there."""
        folder = self._folder(name)
        files = [] if folder is None else [folder / f"{name}{end}" for end in (".sqlite", ".db")]
        return next((file for file in files if file.is_file()), None)

    def _folder(self, name: str) -> Path | None:
        if "/" in name or "\\" in name or name.startswith("."):
            return None  # a name of a hostile file
        folders = (self.tables.parent / folder / name for folder in _FOLDERS)
        return next((folder for folder in folders if folder.is_dir()), None)


def layout_of(path: str | Path) -> Layout | None:
    """The layout that a folder, or its file of schemas, is; `None`: it is none.

    Of a folder with several such files (`dev_tables.json`, `train_tables.json`) name one.

    Raises:
        SchemaError: The file cannot be read.
    """
    place = Path(path)
    if place.is_dir():
        named = sorted(place.glob("*tables.json"))
        place = named[0] if len(named) == 1 else place
    if not place.is_file() or not place.name.endswith("tables.json"):
        return None
    return Layout(place, _entries(place))


def _entries(path: Path) -> Mapping[str, _Entry]:
    try:
        entries = msgspec.json.decode(read_text(path, raises=SchemaError), type=list[_Entry])
    except (msgspec.DecodeError, RecursionError) as error:
        raise SchemaError(
            f"it is no file of schemas: {str(error)[:200]}",
            expected='a list of {"db_id", "table_names_original", "column_names_original", '
            '"column_types", "primary_keys", "foreign_keys"}',
            where=str(path),
        ) from None
    return {entry.db_id: entry for entry in entries}


def _known(tables: Sequence[Table]) -> frozenset[str]:
    """What can be described, lower-cased: a database may have other tables than its list says."""
    columns = {f"{table.name}.{column.name}" for table in tables for column in table.columns}
    return frozenset(name.lower() for name in (*columns, *(table.name for table in tables)))


# --- tables.json ----------------------------------------------------------------------------


def _ddl(entry: _Entry, *, where: str) -> str:
    """The tables as DDL."""
    keys = [key if isinstance(key, list) else [key] for key in entry.primary_keys]
    places = [*keys, *map(list, entry.foreign_keys)]
    columns = entry.column_names_original
    if (
        any(not 0 <= place < len(columns) for row in places for place in row)
        or len(entry.column_types) != len(columns)
        or any(table >= len(entry.table_names_original) for table, _ in columns)
    ):
        raise SchemaError(
            "a key or a column refers to what is not in the lists",
            expected="numbers of columns and of tables",
            where=where,
        )
    related = {place for row in places for place in row}
    lines: list[str] = ["-- from tables.json: `number` is read as INTEGER, for it says no more\n"]
    for number, table in enumerate(entry.table_names_original):
        own = [place for place, (of, _) in enumerate(columns) if of == number]
        parts = [
            f"{quoted(columns[place][1])} {_type(entry, place, is_key=place in related)}"
            for place in own
        ]
        # Several keys of one column each are those of a composite one.
        key = [place for row in keys for place in row if place in own]
        if key:
            parts.append(f"PRIMARY KEY ({_listed(entry, key)})")
        for child, parent in dict.fromkeys(entry.foreign_keys):
            if child in own:
                other = entry.table_names_original[columns[parent][0]]
                parts.append(
                    f"FOREIGN KEY ({_listed(entry, [child])}) "
                    f"REFERENCES {quoted(other)} ({_listed(entry, [parent])})"
                )
        lines.append(f"CREATE TABLE {quoted(table)} (\n  " + ",\n  ".join(parts) + "\n);\n")
    return "".join(lines)


def _listed(entry: _Entry, places: Sequence[int]) -> str:
    return ", ".join(quoted(entry.column_names_original[place][1]) for place in places)


def _type(entry: _Entry, place: int, *, is_key: bool) -> str:
    name, type_ = entry.column_names_original[place][1], entry.column_types[place]
    if type_ == "time":
        if _YEAR.search(name) and not is_key:
            return "INTEGER"
        return "TEXT" if _CLOCK.search(name) and "date" not in name.lower() else "DATE"
    return _TYPES.get(type_.lower(), "TEXT")


def _names(entry: _Entry) -> Iterator[tuple[str, str]]:
    """What people call tables and columns, where that is not their name."""
    for original, said in zip(entry.table_names_original, entry.table_names, strict=False):
        if _plain(original) != _plain(said):
            yield original, said
    for (table, original), (_, said) in zip(
        entry.column_names_original, entry.column_names, strict=False
    ):
        if 0 <= table < len(entry.table_names_original) and _plain(original) != _plain(said):
            yield f"{entry.table_names_original[table]}.{original}", said


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


# --- database_description -------------------------------------------------------------------


def _descriptions(folder: Path | None, entry: _Entry) -> Iterator[tuple[str, str]]:
    """What the CSV files of a database say of its columns."""
    files = sorted((folder / "database_description").glob("*.csv")) if folder else []
    tables = {name.lower(): name for name in entry.table_names_original}
    known = {
        (entry.table_names_original[table], column.strip().lower()): column
        for table, column in entry.column_names_original
        if 0 <= table < len(entry.table_names_original)
    }
    for file in files:
        table = tables.get(file.stem.strip().lower())
        if table is None:
            continue
        text = file.read_bytes()[:2_000_000].decode("utf-8-sig", "replace")
        for row in csv.DictReader(io.StringIO(text)):
            column = known.get((table, (row.get("original_column_name") or "").strip().lower()))
            parts = [
                " ".join((row.get(key) or "").split())
                for key in ("column_name", "column_description", "value_description")
            ]
            said = "; ".join(dict.fromkeys(part for part in parts if part))
            if column is not None and said:
                yield f"{table}.{column}", said[:600]
