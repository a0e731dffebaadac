"""What shape a query has, as the small-model theorems ask: of docs/explanation/sql-proofs.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Combines, Join, Query, Select, SetOperation, Source
from jurist.languages.sql.algebra.walking import is_cut, own_expressions, walk
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.searching.keyed import key_conditions

Occurrences: TypeAlias = Counter[str]
"""How often tables occur, by lower-cased names."""


def is_local(expression: nodes.Expression) -> bool:
    """Whether its row alone decides it, and it raises no error."""
    return all(
        not isinstance(part, (nodes.Aggregate, nodes.Window, nodes.Scalar, nodes.Exists, nodes.In))
        and not (isinstance(part, nodes.Arithmetic) and part.zero_is_error)
        for part in walk(expression)
    )


def are_local(expressions: Iterable[nodes.Expression]) -> bool:
    """Whether each is."""
    return all(map(is_local, expressions))


def products(query: Query) -> Occurrences | None:
    """Of unions (ALL) of products with conditions: how often each table is in one of them.

    `None`: the query is something else.
    """
    if is_cut(query):
        return None
    if isinstance(query, SetOperation):
        if query.combines is not Combines.UNION or not query.all:
            return None
        left, right = products(query.left), products(query.right)
        return None if left is None or right is None else left | right
    plain = query.group is None and not query.distinct and are_local(own_expressions(query))
    if not plain or any(source.join is not Join.INNER for source in query.sources):
        return None
    return _of_sources(query, products)


def positive(query: Query) -> Occurrences | None:
    """Of queries that never lose a row, as sets, by more rows in tables.

    Products, unions, intersections, DISTINCT, and EXISTS and IN of such queries where their
    being true keeps a row.

    Returns:
        How many rows of each table are enough for a row of the result; `None`: it is something
        else.
    """
    if is_cut(query):
        return None
    if isinstance(query, SetOperation):
        left, right = positive(query.left), positive(query.right)
        if left is None or right is None or query.combines is Combines.EXCEPT:
            return None
        if query.combines is Combines.UNION:
            return left | right
        return None if query.all else left + right
    if any(source.join is not Join.INNER for source in query.sources):
        return None
    if query.group is not None and not _only_drops_duplicates(query, query.group):
        return None
    keys = [key.value for key in query.order]
    if not are_local((*(output.value for output in query.outputs), *keys)):
        return None
    rows = _of_sources(query, positive)
    for condition in query.where:
        needed = _positive_condition(condition)
        if rows is None or needed is None:
            return None
        rows = rows + needed
    return rows


def _positive_condition(condition: nodes.Expression) -> Occurrences | None:
    match condition:
        case nodes.And(parts) | nodes.Or(parts):
            rows = Counter[str]()
            for part in parts:
                needed = _positive_condition(part)
                if needed is None:
                    return None
                rows += needed
            return rows
        case nodes.IsTrue(part):
            return _positive_condition(part)
        case nodes.Exists(query):
            return positive(query)
        case nodes.In(values, query) if are_local(values):
            return positive(query)
        case _:
            return Counter() if is_local(condition) else None


def _of_sources(query: Select, inside: Callable[[Query], Occurrences | None]) -> Occurrences | None:
    rows = Counter[str]()
    for source in query.sources:
        if isinstance(source.of, str):
            rows[source.of] += 1
            continue
        inner = inside(source.of)
        if inner is None:
            return None
        rows += inner
    return rows


def is_distinct(query: Query) -> bool:
    """Whether it says DISTINCT."""
    return isinstance(query, Select) and query.distinct


def _only_drops_duplicates(query: Select, keys: Sequence[nodes.Expression]) -> bool:
    """Whether GROUP BY does what DISTINCT would."""
    if not keys or query.having or not are_local(keys):
        return False
    return all(
        output.value in keys or isinstance(output.value, nodes.Constant) for output in query.outputs
    )


def has_no_duplicates(query: Query, schema: SqlSchema) -> bool:
    """Whether its last step drops them, or a key is among its columns."""
    if isinstance(query, SetOperation):
        return not query.all
    values = [output.value for output in query.outputs]
    if query.group is not None:
        return all(key in values for key in query.group)
    return query.distinct or any(
        _decides_all(query, root, values, schema) for root in query.sources
    )


def _decides_all(
    query: Select, root: Source, values: Sequence[nodes.Expression], schema: SqlSchema
) -> bool:
    """Whether a key of a source is among the columns, and finds the rows of all others."""
    table = schema.by_name[root.of] if isinstance(root.of, str) else None
    if table is None or any(source.join is not Join.INNER for source in query.sources):
        return False
    shown = {
        value.name
        for value in values
        if isinstance(value, nodes.Column) and value.source == root.id
    }
    required = {column.name.lower() for column in table.columns if not column.nullable}
    if not any({column.lower() for column in key} <= shown & required for key in table.keys):
        return False
    there = frozenset({root.id})
    waiting = [source for source in query.sources if source is not root]
    keys = {
        name: [[column.lower() for column in key] for key in other.keys]
        for name, other in schema.by_name.items()
    }
    while waiting:
        found = next(
            (one for one in waiting if key_conditions(one, query.where, there, keys) is not None),
            None,
        )
        if found is None:
            return False
        waiting.remove(found)
        there |= {found.id}
    return True


def only_table(query: Query) -> str | None:
    """The table of a query whose only source it is."""
    if isinstance(query, Select) and len(query.sources) == 1:
        of = query.sources[0].of
        return of if isinstance(of, str) else None
    return None
