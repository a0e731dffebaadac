"""How few rows a database needs that tells two queries apart, where a theorem says so.

The theorems and their proofs are in docs/explanation/sql-proofs.md, under the names here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Collects, Join, Query, Select
from jurist.languages.sql.algebra.walking import is_cut, own_expressions, walk
from jurist.languages.sql.readings import Rows
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.searching.shapes import (
    Occurrences,
    are_local,
    has_no_duplicates,
    is_distinct,
    is_local,
    only_table,
    positive,
    products,
)

_MOST_ROWS: Final = 6
"""Of a table: more are not searched."""
_SIMPLE: Final = frozenset({Collects.COUNT, Collects.SUM, Collects.AVG, Collects.MIN, Collects.MAX})


@dataclass(frozen=True, slots=True)
class SmallModel:
    """If any legal database tells two queries apart, one of so many rows does.

    It obeys all facts but foreign keys onto tables of `without`.
    """

    theorem: str
    rows: Mapping[str, int]
    """By lower-cased names of tables."""
    without: frozenset[str]


def bound(reference: Query, candidate: Query, schema: SqlSchema) -> Mapping[str, int] | None:
    """The rows of each table that are enough, of the theorem that asks for fewest."""
    models = list(small_models(reference, candidate, schema))
    return min((model.rows for model in models), key=lambda rows: sum(rows.values()), default=None)


def small_models(reference: Query, candidate: Query, schema: SqlSchema) -> Iterator[SmallModel]:
    """The theorems that hold for a pair, whose order of rows is left aside.

    Args:
        reference: Without OFFSET and LIMIT, else no theorem holds.
        candidate: The same.
        schema: Tables, facts and readings.
    """
    for model in _theorems(reference, candidate, schema):
        closed = _with_parents(model, schema)
        if max(closed.rows.values(), default=0) <= _MOST_ROWS:
            yield closed


def _theorems(reference: Query, candidate: Query, schema: SqlSchema) -> Iterator[SmallModel]:
    readings = schema.readings
    pair = (reference, candidate)
    as_sets = readings.rows is Rows.SET or all(has_no_duplicates(query, schema) for query in pair)
    rows = _larger(products(query) for query in pair)
    if rows is not None:
        yield from _both_ways("products", rows)
    rows = _larger(positive(query) for query in pair)
    if rows is not None and as_sets:
        yield from _both_ways("positive queries", rows)
    tables = {only_table(query) for query in pair}
    if len(tables) == 1 and None not in tables:
        (table,) = tables
        assert table is not None  # noqa: S101 - asked above
        if readings.rows is Rows.BAG and all(_are_groups(query) for query in pair):
            yield SmallModel("groups of a table", {table: 2}, frozenset({table}))
        asked = [_asked(query, table) for query in pair]
        alike = as_sets or is_distinct(reference) is is_distinct(candidate)
        if alike and asked[0] is not None and asked[1] is not None:
            rows = Counter({table: 1}) + asked[0] + asked[1]
            yield SmallModel("one row and what exists", rows, frozenset(rows))
            yield SmallModel("one row and what exists", rows, frozenset({table}))
    partners = {_partner(query) for query in pair} - {None}
    if len(partners) == 1 and readings.rows is Rows.BAG:
        yield from _partner_models(pair, partners)


def _larger(several: Iterable[Occurrences | None]) -> Occurrences | None:
    largest = Counter[str]()
    for rows in several:
        if rows is None:
            return None
        largest |= rows
    return largest


def _both_ways(theorem: str, rows: Occurrences) -> Iterator[SmallModel]:
    """Without any foreign key, which asks for fewest rows; with all of them."""
    yield SmallModel(theorem, rows, frozenset(rows))
    yield SmallModel(theorem, rows, frozenset())


def _with_parents(model: SmallModel, schema: SqlSchema) -> SmallModel:
    """The rows that kept foreign keys between the tables ask for on top.

    Where they go round in a circle, there are more than are searched.
    """
    rows = Counter(model.rows)
    waiting = list(rows.items())
    while waiting and max(rows.values()) <= _MOST_ROWS:
        name, number = waiting.pop()
        for reference in schema.by_name[name].foreign_keys:
            parent = reference.table.lower()
            if parent in rows and parent not in model.without:
                rows[parent] += number
                waiting.append((parent, number))
    return SmallModel(model.theorem, rows, model.without)


# --- one table ------------------------------------------------------------------------------


def _are_groups(query: Query) -> bool:
    """Groups of a table's rows: keys and simple aggregates, none of them filtered."""
    if not isinstance(query, Select) or query.group is None or query.having or is_cut(query):
        return False
    if query.distinct or not are_local((*query.where, *query.group)):
        return False
    return all(
        output.value in query.group
        or isinstance(output.value, nodes.Constant)
        or _is_simple_aggregate(output.value)
        for output in query.outputs
    )


def _is_simple_aggregate(expression: nodes.Expression) -> bool:
    return (
        isinstance(expression, nodes.Aggregate)
        and expression.collects in _SIMPLE
        and not expression.distinct
        and (expression.argument is None or is_local(expression.argument))
    )


def _asked(query: Query, table: str) -> Occurrences | None:
    """The rows of other tables that decide all subqueries of a row of the only source."""
    if not isinstance(query, Select) or query.group is not None or is_cut(query):
        return None
    rows = Counter[str]()
    for expression in own_expressions(query):
        for part in walk(expression):
            if isinstance(part, (nodes.Exists, nodes.In)):
                needed = positive(part.query)
                if needed is None or table in needed:
                    return None
                # of IN: a row that equals, and a row that may
                rows += needed if isinstance(part, nodes.Exists) else needed + needed
            elif not is_local(part) and not _connects(part):
                return None
    return rows


def _connects(expression: nodes.Expression) -> bool:
    """Whether the values of its parts alone decide it, and it raises no error."""
    if isinstance(expression, nodes.Arithmetic):
        return not expression.zero_is_error
    return not isinstance(expression, (nodes.Aggregate, nodes.Window, nodes.Scalar))


# --- two tables -----------------------------------------------------------------------------


def _partner(query: Query) -> tuple[str, str] | None:
    """Of a query over a row and a second table: both tables, of an outer join in this order."""
    if not isinstance(query, Select) or query.group is not None or is_cut(query):
        return None
    if query.distinct or len(query.sources) > 2:
        return None
    tables = [source.of for source in query.sources if isinstance(source.of, str)]
    if len(tables) != len(query.sources):
        return None
    asked = [part for part in query.where if not is_local(part)]
    rest = [*(output.value for output in query.outputs), *(key.value for key in query.order)]
    if not are_local(rest) or not all(are_local(source.on) for source in query.sources):
        return None
    if len(query.sources) == 2 and not asked:
        if query.sources[1].join is Join.FULL or tables[0] == tables[1]:
            return None
        return tables[0], tables[1]
    if len(tables) == 1 and len(asked) == 1:
        second = _asked_table(asked[0])
        if second is not None and second != tables[0]:
            return tables[0], second
    return None


def _asked_table(condition: nodes.Expression) -> str | None:
    """The table of a [NOT] EXISTS or IN over a single one."""
    inner = condition.part if isinstance(condition, nodes.Not) else condition
    if isinstance(inner, nodes.In) and not are_local(inner.values):
        return None
    if not isinstance(inner, (nodes.Exists, nodes.In)):
        return None
    query = inner.query
    return only_table(query) if products(query) is not None else None


def _partner_models(
    pair: tuple[Query, Query], partners: Iterable[tuple[str, str] | None]
) -> Iterator[SmallModel]:
    for partner in partners:
        if partner is None:
            continue
        first, second = partner
        for query in pair:
            if _partner(query) is None and not _is_alone(query, first):
                return
        for without in (frozenset({first, second}), frozenset({first})):
            yield SmallModel("a row and its partners", {first: 1, second: 2}, without)


def _is_alone(query: Query, table: str) -> bool:
    """Whether it is of single rows of one table."""
    return only_table(query) == table and products(query) is not None
