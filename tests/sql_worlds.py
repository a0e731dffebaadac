"""Small schemas, and all databases that obey them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement, product
from math import prod

from sql_printing import print_value
from sql_trees import Field, Kind, Row, Value

MOST_ROWS = 2
MOST_DATABASES = 700
_NAMES = ("customer", "orders", "item", "note")
_COLUMNS = ("id", "a", "b", "c", "ref")
_POOLS: dict[Kind, tuple[tuple[Value, Value], ...]] = {
    Kind.INTEGER: ((1, 2), (0, 1), (-1, 1), (1, 10)),
    Kind.REAL: ((1.5, 2.5), (0.5, 1.0)),
    Kind.TEXT: (("a", "b"), ("a", "A"), ("ab", "b"), ("1", "a"), ("", "a")),
}

Worlds = dict[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class ColumnOf:
    name: str
    kind: Kind
    nullable: bool
    check: str = ""
    """A condition on the row, as SQL; empty: none."""


@dataclass(frozen=True, slots=True)
class ForeignKeyOf:
    column: str
    table: str
    parent: str


@dataclass(frozen=True, slots=True)
class TableOf:
    name: str
    columns: tuple[ColumnOf, ...]
    primary_key: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    """A single column; empty: none."""
    foreign_keys: tuple[ForeignKeyOf, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(Field(column.name, column.kind) for column in self.columns)

    def index(self, name: str) -> int:
        return [column.name for column in self.columns].index(name)

    @property
    def ddl(self) -> str:
        parts: list[str] = []
        for column in self.columns:
            text = f"{column.name} {column.kind}"
            text += "" if column.nullable else " NOT NULL"
            text += " PRIMARY KEY" if self.primary_key == (column.name,) else ""
            text += " UNIQUE" if self.unique == (column.name,) else ""
            text += f" CHECK ({column.check})" if column.check else ""
            parts.append(text)
        if len(self.primary_key) > 1:
            parts.append(f"PRIMARY KEY ({', '.join(self.primary_key)})")
        parts += [
            f"FOREIGN KEY ({key.column}) REFERENCES {key.table}({key.parent})"
            for key in self.foreign_keys
        ]
        return f"CREATE TABLE {self.name} ({', '.join(parts)});"


@dataclass(frozen=True)
class SchemaOf:
    tables: tuple[TableOf, ...]
    pools: dict[Kind, tuple[Value, ...]]

    @property
    def ddl(self) -> str:
        return "\n".join(table.ddl for table in self.tables)

    @cached_property
    def by_name(self) -> dict[str, TableOf]:
        return {table.name: table for table in self.tables}


def draw_schema(rng: random.Random) -> SchemaOf:
    """One to three tables of one to three columns, with all kinds of facts."""
    pools: dict[Kind, tuple[Value, ...]] = {kind: rng.choice(_POOLS[kind]) for kind in Kind}
    names = rng.sample(_NAMES, rng.choice((1, 2, 2, 2, 3)))
    tables: list[TableOf] = []
    for name in names:
        tables.append(_draw_table(rng, name, tables, pools, small=len(names) > 1))
    return SchemaOf(tuple(tables), pools)


def _draw_table(
    rng: random.Random,
    name: str,
    earlier: Sequence[TableOf],
    pools: dict[Kind, tuple[Value, ...]],
    *,
    small: bool,
) -> TableOf:
    number = rng.choice((1, 2, 2, 2, 3) if small else (1, 2, 3, 3))
    columns: list[ColumnOf] = []
    for column in sorted(rng.sample(_COLUMNS, number), key=_COLUMNS.index):
        kind = rng.choice((Kind.INTEGER,) * 5 + (Kind.TEXT,) * 3 + (Kind.REAL,))
        kind = Kind.INTEGER if column in {"id", "ref"} and rng.random() < 0.7 else kind
        check = ""
        if rng.random() < 0.08:
            low, high = pools[kind]
            check = rng.choice(
                (
                    f"{column} IN ({print_value(low)}, {print_value(high)})",
                    f"{column} >= {print_value(min(pools[kind], key=_order))}",
                    f"{column} = {print_value(low)}",
                )
            )
        columns.append(ColumnOf(column, kind, rng.random() < 0.55, check))
    primary: tuple[str, ...] = ()
    if rng.random() < 0.55:
        keys = rng.sample(
            [one.name for one in columns], 2 if number > 1 and rng.random() < 0.2 else 1
        )
        primary = tuple(keys)
        columns = [
            ColumnOf(one.name, one.kind, False, one.check) if one.name in primary else one
            for one in columns
        ]
    unique: tuple[str, ...] = ()
    if rng.random() < 0.15:
        unique = (rng.choice(columns).name,)
        unique = () if unique == primary else unique
    foreign: list[ForeignKeyOf] = []
    for table in earlier:
        if len(table.primary_key) == 1 and rng.random() < 0.6:
            parent = table.columns[table.index(table.primary_key[0])]
            fitting = [one.name for one in columns if one.kind is parent.kind]
            if fitting:
                foreign.append(ForeignKeyOf(rng.choice(fitting), table.name, parent.name))
    return TableOf(name, tuple(columns), primary, unique, tuple(foreign[:1]))


def _order(value: Value) -> tuple[str, float]:
    return (value, 0.0) if isinstance(value, str) else ("", value or 0)


# --- databases ----------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """Databases of a schema: all of them up to a size, or a sample."""

    databases: tuple[Worlds, ...]
    complete: bool


def draw_world(schema: SchemaOf, rng: random.Random) -> World:
    """All databases of up to `MOST_ROWS` rows a table, if they are few; a sample else.

    A sample has up to three rows a table, of three values.
    """
    tables = [list(_contents(table, schema, MOST_ROWS)) for table in schema.tables]
    if prod(map(len, tables)) <= MOST_DATABASES:
        found = [dict(zip(schema.by_name, rows, strict=True)) for rows in product(*tables)]
        return World(tuple(one for one in found if obeys(schema, one)), complete=True)
    kept: dict[str, Worlds] = {}
    for _ in range(6 * MOST_DATABASES):
        one: Worlds = {}
        for table in schema.tables:
            rows = [_draw_row(table, schema, one, rng) for _ in range(rng.choice((0, 1, 2, 2, 3)))]
            if rows and not _has_key(table) and rng.random() < 0.3:
                rows.append(rows[0])
            one[table.name] = tuple(sorted(rows, key=repr))
        if obeys(schema, one):
            kept[repr(one)] = one
        if len(kept) >= MOST_DATABASES:
            break
    return World(tuple(kept.values()), complete=False)


def _has_key(table: TableOf) -> bool:
    return bool(table.primary_key or table.unique)


def _draw_row(table: TableOf, schema: SchemaOf, earlier: Worlds, rng: random.Random) -> Row:
    row: list[Value] = []
    for column in table.columns:
        pool = schema.pools[column.kind]
        more: tuple[Value, ...] = {
            Kind.INTEGER: (3,),
            Kind.REAL: (3.0,),
            Kind.TEXT: ("c",),
        }[column.kind]
        value = rng.choice((*pool, *pool, *more))
        for key in table.foreign_keys:
            if key.column == column.name and earlier[key.table]:
                parent = schema.by_name[key.table]
                value = rng.choice(earlier[key.table])[parent.index(key.parent)]
        row.append(None if column.nullable and rng.random() < 0.2 else value)
    return tuple(row)


def _contents(table: TableOf, schema: SchemaOf, most: int) -> Iterator[tuple[Row, ...]]:
    """All bags of up to `most` rows that a table may hold, other tables aside."""
    values = [
        (*schema.pools[column.kind], *((None,) if column.nullable else ()))
        for column in table.columns
    ]
    rows = [row for row in product(*values) if _row_obeys(table, row)]
    for number in range(most + 1):
        for several in combinations_with_replacement(rows, number):
            if _keys_hold(table, several):
                yield several


def obeys(schema: SchemaOf, database: Worlds) -> bool:
    """Whether a database has all the facts that the schema declares."""
    for table in schema.tables:
        rows = database[table.name]
        if not (all(_row_obeys(table, row) for row in rows) and _keys_hold(table, rows)):
            return False
        for key in table.foreign_keys:
            at, parent = table.index(key.column), schema.by_name[key.table]
            there = {row[parent.index(key.parent)] for row in database[key.table]}
            if any(row[at] is not None and row[at] not in there for row in rows):
                return False
    return True


def _row_obeys(table: TableOf, row: Row) -> bool:
    for column, value in zip(table.columns, row, strict=True):
        if value is None:
            if not column.nullable:
                return False
        elif column.check and not _check_holds(column, value):
            return False
    return True


_CHECKS: dict[tuple[str, Kind, Value], bool] = {}


def _check_holds(column: ColumnOf, value: Value) -> bool:
    """Asked of SQLite itself."""
    mark = (column.check, column.kind, value)
    if mark not in _CHECKS:
        with sqlite3.connect(":memory:") as connection:
            connection.execute(f"CREATE TABLE one ({column.name} {column.kind})")
            connection.execute("INSERT INTO one VALUES (?)", (value,))
            (held,) = connection.execute(f"SELECT {column.check} FROM one").fetchone()  # noqa: S608
        connection.close()
        _CHECKS[mark] = held != 0
    return _CHECKS[mark]


def _keys_hold(table: TableOf, rows: Sequence[Row]) -> bool:
    for key in (table.primary_key, table.unique):
        places = [table.index(name) for name in key]
        there = [tuple(row[place] for place in places) for row in rows] if places else []
        whole = [values for values in there if None not in values]
        if len(set(whole)) < len(whole):
            return False
    return True
