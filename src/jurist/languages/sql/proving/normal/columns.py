"""Columns of subqueries in FROM: constants out, each once, in an order of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Collects,
    Column,
    Combines,
    Constant,
    Expression,
    Output,
    Query,
    Select,
    SetOperation,
)
from jurist.languages.sql.algebra.types import output_types
from jurist.languages.sql.algebra.walking import own_expressions, padded, parts, walk
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import never_null
from jurist.languages.sql.proving.normal.blocks import (
    compares_no_rows,
    replaced,
    uses,
    with_columns,
    with_sources,
)
from jurist.languages.sql.values import ValueType


def tidied(block: Select) -> Select | None:
    """Columns of a subquery that are constants, or one another, are written so in the block.

    In all branches of a union, where no outer join pads them: a padded row has no constants.
    Among rows that are compared (DISTINCT, UNION) such a column tells none apart; but one column
    must be left.
    """
    for place, source in enumerate(block.sources):
        if isinstance(source.of, str):
            continue
        branches = list(_selects(source.of))
        if not branches:
            continue
        values: dict[tuple[int, str], Expression] = {}
        kept: list[int] = []
        for spot, name in enumerate(source.columns):
            column = [branch.outputs[spot].value for branch in branches]
            twin = next((other for other in kept if _values(branches, other) == column), None)
            constant = column[0]
            is_constant = isinstance(constant, Constant) and all(
                value == constant for value in column
            )
            if is_constant and not padded(block, place):
                values[source.id, name] = constant
            elif twin is not None:
                values[source.id, name] = source.values[twin]
            else:
                kept.append(spot)
        if not kept:
            kept = [0]
            values.pop((source.id, source.columns[0]), None)
        order = sorted(kept, key=lambda spot: [_shape(value) for value in _values(branches, spot)])
        if order == list(range(len(source.columns))):
            continue
        smaller = with_columns(source, source.of, order)
        return replaced(with_sources(block, place, smaller), values)
    return None


def counted(block: Select, facts: Facts) -> Select | None:
    """Of a subquery's column that is only counted counts where it is NULL: else it is 1.

    Not where the subquery compares its rows, which would fall together.
    """
    if block.group is None:
        return None
    for place, source in enumerate(block.sources):
        if isinstance(source.of, str) or not compares_no_rows(source.of):
            continue
        counts = [
            part.argument
            for value in own_expressions(block)
            for part in walk(value)
            if isinstance(part, Aggregate) and part.collects is Collects.COUNT and not part.distinct
        ]
        for spot, column in enumerate(source.values):
            if not 0 < counts.count(column) == uses(block, source.id, column.name):
                continue
            view = _ones(source.of, spot, facts)
            if view != source.of:
                changed = replace(source, of=view, types=output_types(view))
                typed = {(source.id, column.name): changed.values[spot]}
                return replaced(with_sources(block, place, changed), typed)
    return None


def _ones(query: Query, spot: int, facts: Facts) -> Query:
    if isinstance(query, SetOperation):
        left, right = _ones(query.left, spot, facts), _ones(query.right, spot, facts)
        return replace(query, left=left, right=right)
    value = query.outputs[spot].value
    if isinstance(value, Constant) or not never_null(value, query, facts):
        return query
    one = Output("", Constant(1, ValueType.INTEGER))
    return replace(query, outputs=(*query.outputs[:spot], one, *query.outputs[spot + 1 :]))


def _values(branches: list[Select], spot: int) -> list[Expression]:
    return [branch.outputs[spot].value for branch in branches]


def _selects(query: Query) -> Iterator[Select]:
    """The blocks of a union, cut nowhere; none where it is another set operation."""
    if isinstance(query, Select):
        yield query
        return
    if query.combines is not Combines.UNION or query.order or query.limit is not None:
        return
    sides = list(_selects(query.left)), list(_selects(query.right))
    if all(sides):
        yield from sides[0]
        yield from sides[1]


def _shape(value: Expression) -> str:
    """A text that two values have in common where they differ in their sources alone."""
    match value:
        case Column():
            return value.name
        case Constant(constant):
            return repr(constant)
        case _:
            inner = ",".join(_shape(part) for part in parts(value))
            return f"{type(value).__name__}({inner})"
