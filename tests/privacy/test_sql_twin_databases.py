"""A query on a database, and its pseudonym on the twin whose values are pseudonyms, in SQLite.

Independent of how a query is read: what comes out must be as many rows, as often the same ones,
with texts that are each other's pseudonyms and numbers in the same order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from itertools import islice

import pytest

from jurist.errors import InputError
from jurist.languages import get_language
from jurist.languages.capabilities import require
from jurist.languages.pseudonymizing import Pseudonymizes, Relation
from jurist.languages.sql.databases.generating import databases
from jurist.languages.sql.databases.reading import hints_of
from jurist.languages.sql.engines.sqlite import SqliteEngine
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.resolving.qualifying import qualified
from jurist.languages.sql.values import Database, Row, Value, ValueType
from jurist.privacy import Key, Level, NotCarriedError, Pseudonyms
from sql_pairs import pairs, schema_of_pair
from sql_workspaces import NAMES, references, schema

LANGUAGE = get_language("sql")
PUTS = require(LANGUAGE, Pseudonymizes, needed_by="the tests")
KEY = Key(bytes(range(1, 33)))
DATABASES = 6
FAR = (1_000_003, 3_000_017)
INSIDE = {Relation.CONTAINMENT, Relation.SUFFIX}


class Twin:
    """Databases with pseudonyms in place of values, asked for one by one over queries."""

    def __init__(self, of: SqlSchema, queries: Iterable[SqlQuery]) -> None:
        self.pseudonyms = Pseudonyms(KEY, Level.VALUES, LANGUAGE, of, queries)
        self.schema = of
        self.put = cache(self._put)

    def database(self, rows: Database) -> Database:
        return {
            table.name: [
                tuple(
                    self.put(table.name, column.name, cell)
                    for column, cell in zip(table.columns, row, strict=True)
                )
                for row in rows.get(table.name, ())
            ]
            for table in self.schema.tables
        }

    def _put(self, table: str, column: str, cell: Value) -> Value:
        found = self.schema.table(table)
        of = None if found is None else found.column(column)
        is_flag = of is not None and of.type is ValueType.BOOLEAN
        if cell is None or is_flag:  # truth values say nothing, and stay
            return cell
        if isinstance(cell, str):
            quoted = "'" + cell.replace("'", "''") + "'"
            return self._constant(table, column, quoted)
        # Far from all bounds of the schema; of each class they say its whole scale.
        one, other = (Fraction(self._constant(table, column, str(n))) for n in FAR)
        factor = (other - one) / (FAR[1] - FAR[0])
        put = one + factor * (Fraction(cell) - FAR[0])
        return int(put) if put.denominator == 1 else float(put)

    @cache  # noqa: B019 - a twin lives as long as its test
    def _constant(self, table: str, column: str, said: str) -> str:
        ask = LANGUAGE.parse(f'SELECT 1 FROM "{table}" WHERE "{column}" = {said}', self.schema)  # noqa: S608
        put = self.pseudonyms.query(ask)
        assert isinstance(put, SqlQuery)
        [_, literal] = put.tree.args["where"].this.iter_expressions()
        return f"-{literal.this.name}" if literal.key == "neg" else literal.name


def is_like(here: Sequence[Row], there: Sequence[Row], twin: Twin) -> bool:
    """Whether two results are each other's pseudonyms, as far as single columns show it."""
    if sorted(Counter(here).values()) != sorted(Counter(there).values()):
        return False
    return all(
        column_of(one, twin) == column_of(other, None)
        for one, other in zip(zip(*here, strict=True), zip(*there, strict=True), strict=True)
    )


def column_of(cells: Sequence[Value], twin: Twin | None) -> object:
    """Its texts as pseudonyms, and how often each number is there, from the least on."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    numbers = Counter(round(cell, 6) for cell in cells if isinstance(cell, int | float))
    put = [text if twin is None else pseudonym(text, twin) for text in texts]
    return sorted(put), [numbers[number] for number in sorted(numbers)], cells.count(None)


def pseudonym(text: str, twin: Twin) -> str:
    made = twin.pseudonyms.query(LANGUAGE.parse("SELECT '" + text.replace("'", "''") + "'"))
    assert isinstance(made, SqlQuery)
    return made.tree.expressions[0].name


def is_told_by_values(query: SqlQuery, of: SqlSchema) -> bool:
    """Whether each value alone decides what a query does, and not how texts are spelled."""
    found = PUTS.compared(query, of)
    asked = {relation for constant in found.constants for relation in constant.relations}
    return not (found.sorted or found.fixed or asked & INSIDE or "ROUND" in query.text)


def check(query: SqlQuery, twin: Twin) -> bool:
    """Whether there was anything to compare."""
    if not is_told_by_values(query, twin.schema):
        return False
    try:
        put = twin.pseudonyms.query(query)
    except NotCarriedError:
        return False
    own, other = SqliteEngine(twin.schema), SqliteEngine(twin.pseudonyms.schema)  # type: ignore[arg-type]
    hints = hints_of(twin.schema, qualified(query, twin.schema))
    for database in islice(databases(hints), DATABASES):
        own.load(database)
        other.load(twin.database(database))
        here, there = own.run(query.text).rows, other.run(LANGUAGE.format(put)).rows
        assert is_like(here, there, twin), (query.text, LANGUAGE.format(put), here, there)
    return True


@pytest.mark.parametrize("name", NAMES)
def test_references_of_shipped_workspaces(name: str) -> None:
    queries = list(references(name).values())
    twin = Twin(schema(name), queries)
    assert sum(check(query, twin) for query in queries) > len(queries) / 2


def test_the_check_sees_a_constant_that_was_not_changed() -> None:
    queries = list(references("clinic").values())
    twin = Twin(schema("clinic"), queries)
    query = next(query for query in queries if "city = 'Lund'" in query.text)
    engine, other = SqliteEngine(twin.schema), SqliteEngine(twin.schema)
    hints = hints_of(twin.schema, qualified(query, twin.schema))
    told: list[bool] = []
    for database in islice(databases(hints), 30):
        engine.load(database)
        other.load(twin.database(database))
        told.append(is_like(engine.run(query.text).rows, other.run(query.text).rows, twin))
    assert not all(told)


@pytest.mark.long
@pytest.mark.parametrize("name", ["spider_dail", "bird_dail", "traps"])
def test_queries_of_public_pairs(name: str) -> None:
    compared = 0
    for pair in pairs(name):
        of = schema_of_pair(pair)
        texts = (pair["reference"], pair["candidate"])
        try:
            queries = [LANGUAGE.parse(text, of) for text in texts]
        except InputError:
            continue
        twin = Twin(of, queries)  # type: ignore[arg-type]
        compared += sum(check(query, twin) for query in queries)  # type: ignore[arg-type]
    assert compared > 20
