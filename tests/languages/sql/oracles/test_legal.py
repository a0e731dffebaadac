"""The reader of legal databases of the project against SQLite's own constraints."""

from __future__ import annotations

import random

import pytest

from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.witnesses.legal import broken
from sql_legal import illegal
from sql_trees import Row, Value
from sql_worlds import SchemaOf, draw_schema, draw_world, obeys


@pytest.mark.parametrize("number", range(40))
def test_all_readers_of_a_schema_agree_on_what_is_legal(number: int) -> None:
    rng = random.Random(number)
    schema = draw_schema(rng)
    read = load_schema({"name": "drawn", "dialect": "sqlite", "ddl": schema.ddl}, where="drawn")
    found = draw_world(schema, rng).databases
    worlds = [dict(one) for one in rng.sample(found, min(15, len(found)))]
    worlds += [_spoiled(one, schema, rng) for one in worlds * 2]
    verdicts = [
        (not illegal(schema.ddl, one), not broken(read, one), obeys(schema, one)) for one in worlds
    ]
    for one, verdict in zip(worlds, verdicts, strict=True):
        assert len(set(verdict)) == 1, (schema.ddl, one, illegal(schema.ddl, one), verdict)


def test_spoiled_databases_are_illegal_often_enough_to_tell() -> None:
    rng = random.Random(5)
    legal = 0
    for _ in range(60):
        schema = draw_schema(rng)
        one = _spoiled(dict(rng.choice(draw_world(schema, rng).databases)), schema, rng)
        legal += not illegal(schema.ddl, one)
    assert 5 < legal < 55


@pytest.mark.parametrize(
    ("value", "is_legal"), [(1, True), ("1", False), (1.5, False), (None, False), (3, False)]
)
def test_values_are_of_their_columns_type_and_checked(value: Value, is_legal: bool) -> None:
    ddl = "CREATE TABLE t (a INTEGER NOT NULL CHECK (a < 3))"
    assert (not illegal(ddl, {"t": [(value,)]})) is is_legal


def test_a_key_that_refers_to_nothing_is_illegal() -> None:
    ddl = "CREATE TABLE p (a INTEGER PRIMARY KEY); CREATE TABLE c (a INTEGER REFERENCES p(a))"
    assert illegal(ddl, {"c": [(1,)], "p": []})
    assert not illegal(ddl, {"c": [(1,), (None,)], "p": [(1,)]})
    assert illegal(ddl, {"p": [(None,)]})


def _spoiled(
    database: dict[str, tuple[Row, ...]], schema: SchemaOf, rng: random.Random
) -> dict[str, tuple[Row, ...]]:
    """A database with a row more, or a cell changed."""
    table = rng.choice(schema.tables)
    rows = list(database[table.name])
    pools = [schema.pools[column.kind] for column in table.columns]
    if not rows or rng.random() < 0.5:
        rows.append(tuple(rng.choice((*pool, None)) for pool in pools))
    else:
        at = rng.randrange(len(rows))
        place = rng.randrange(len(pools))
        cell = rng.choice((*pools[place], None))
        rows[at] = (*rows[at][:place], cell, *rows[at][place + 1 :])
    return {**database, table.name: tuple(rows)}
