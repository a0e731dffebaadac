"""Which columns may stand beside GROUP BY: no group of any database has two values of them."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Sequence
from typing import TypeAlias

import pytest

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.checking import check
from jurist.languages.sql.text.parsing import parse

DDL = """
CREATE TABLE c (id INT PRIMARY KEY, name INT, code INT NOT NULL UNIQUE, tag INT UNIQUE);
CREATE TABLE o (id INT PRIMARY KEY, c_id INT, qty INT);
"""
JOINED = "o JOIN c ON c.id = o.c_id"
LEFT = "o LEFT JOIN c ON c.id = o.c_id"
CASES = [
    ("c", "c.id", "c.name", "mysql postgresql standard"),
    ("c", "c.code", "c.name", "mysql"),
    ("c", "c.tag", "c.name", ""),
    (JOINED, "o.c_id", "c.name", "mysql"),
    (JOINED, "o.c_id", "c.id", "mysql"),
    (JOINED, "c.id", "o.c_id", "mysql"),
    (JOINED, "c.id", "o.qty", ""),
    (JOINED, "o.qty", "c.name", ""),
    ("o, c WHERE c.id = o.c_id AND o.qty = 1", "o.c_id", "c.name", "mysql"),
    ("o, c WHERE c.id = o.c_id OR o.qty = 1", "o.c_id", "c.name", ""),
    ("o, c WHERE c.id = o.c_id AND o.qty = 1", "c.name", "o.qty", "mysql"),
    ("c WHERE c.id = 1", "c.tag", "c.name", "mysql"),
    (LEFT, "o.c_id", "c.name", "mysql"),
    (LEFT, "o.c_id", "c.id", "mysql"),
    (LEFT, "c.id", "o.c_id", ""),
    (f"{LEFT} AND o.qty = 1", "o.c_id", "c.name", ""),
    (f"{LEFT} AND o.qty = 1", "o.c_id, o.qty", "c.name", "mysql"),
    (f"{LEFT} AND c.name = 1", "o.c_id", "c.name", "mysql"),
    ("c RIGHT JOIN o ON c.id = o.c_id AND o.qty = 1", "o.c_id", "c.name", ""),
]  # fmt: skip


Rows: TypeAlias = Sequence[tuple[int | None, ...]]


def worlds() -> Sequence[tuple[Rows, Rows]]:
    """Up to two customers and two orders."""
    customers = [
        [],
        [(1, 1, 1, None)],
        [(1, 1, 1, None), (2, 2, 2, None)],
        [(1, 1, 2, 1), (2, 1, 1, 2)],
        [(1, 2, 2, 1), (2, 1, 1, None)],
    ]
    pairs = list(itertools.product((None, 1, 2), (1, 2)))
    orders = [
        [(place, *cells) for place, cells in enumerate(chosen, 1)]
        for size in range(3)
        for chosen in itertools.product(pairs, repeat=size)
    ]
    return list(itertools.product(customers, orders))


def is_determined(source: str, keys: str, column: str) -> bool:
    """By trying: NULL is a value of its own here."""
    text = f"SELECT 1 FROM {source} GROUP BY {keys} HAVING COUNT(DISTINCT IFNULL({column}, -1)) > 1"  # noqa: S608
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(DDL)
        for customers, orders in worlds():
            connection.executescript("DELETE FROM c; DELETE FROM o;")
            connection.executemany("INSERT INTO c VALUES (?, ?, ?, ?)", customers)
            connection.executemany("INSERT INTO o VALUES (?, ?, ?)", orders)
            if connection.execute(text).fetchone():
                return False
    return True


@pytest.mark.parametrize(("source", "keys", "column", "dialects"), CASES)
def test_a_column_beside_groups_is_right_where_the_dialect_finds_it_determined(
    source: str, keys: str, column: str, dialects: str
) -> None:
    assert is_determined(source, keys, column) is ("mysql" in dialects)
    for dialect in (Dialect.MYSQL, Dialect.POSTGRESQL, Dialect.STANDARD, Dialect.DUCKDB):
        schema = SqlSchema("w", dialect, read_ddl(DDL, dialect, where="w"))
        text = f"SELECT {column}, COUNT(*) FROM {source} GROUP BY {keys}"  # noqa: S608
        problems = check(parse(text, schema), schema, text=text)
        assert (not problems) is (dialect in dialects.split())


def test_all_rows_are_one_group_whose_columns_are_fixed_by_equalities() -> None:
    schema = SqlSchema("w", Dialect.MYSQL, read_ddl(DDL, Dialect.MYSQL, where="w"))
    for where, is_right in (("id = 1", True), ("code = 1", True), ("tag = 1", False)):
        text = f"SELECT name, COUNT(*) FROM c WHERE {where}"  # noqa: S608
        assert (not check(parse(text, schema), schema, text=text)) is is_right
