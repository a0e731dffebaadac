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
from jurist.languages.sql.algebra.walking import own_expressions, parts, walk
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import never_null
from jurist.languages.sql.proving.normal.blocks import (
    compares_no_rows,
    padded,
    replaced,
    uses,
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
                other = source.columns[twin]
                values[source.id, name] = Column(source.id, other, source.types[twin])
            else:
                kept.append(spot)
        if not kept:
            kept = [0]
            values.pop((source.id, source.columns[0]), None)
        order = sorted(kept, key=lambda spot: [_shape(v) for v in _values(branches, spot)])
        if order == list(range(len(source.columns))):
            continue
        smaller = replace(
            source,
            of=_cut(source.of, order),
            columns=tuple(source.columns[spot] for spot in order),
            types=tuple(source.types[spot] for spot in order),
        )
        before, after = block.sources[:place], block.sources[place + 1 :]
        return replaced(replace(block, sources=(*before, smaller, *after)), values)
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
        for spot, name in enumerate(source.columns):
            column = Column(source.id, name, source.types[spot])
            if not 0 < counts.count(column) == uses(block, source.id, name):
                continue
            view = _ones(source.of, spot, facts)
            if view != source.of:
                changed = replace(source, of=view, types=output_types(view))
                sources = (*block.sources[:place], changed, *block.sources[place + 1 :])
                typed = Column(source.id, name, changed.types[spot])
                return replaced(replace(block, sources=sources), {(source.id, name): typed})
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


def _cut(query: Query, order: list[int]) -> Query:
    if isinstance(query, SetOperation):
        return replace(query, left=_cut(query.left, order), right=_cut(query.right, order))
    outputs = tuple(Output("", query.outputs[spot].value) for spot in order)
    return replace(query, outputs=outputs)


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
