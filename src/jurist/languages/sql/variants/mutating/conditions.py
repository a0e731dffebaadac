"""Conditions joined the wrong way, dropped or turned around."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.clauses import compares_sources
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.trees import (
    Node,
    conditions_of,
    filtered,
    inner,
    is_negated,
    joined,
    negated,
    operands,
    positive,
    replaced,
    shortened,
    sides,
    without,
)


def _or_for_and(node: exp.And, _schema: SqlSchema) -> Iterator[Node]:
    left, right = sides(node)
    yield joined(exp.Or, [left, right])


def _and_for_or(node: exp.Or, _schema: SqlSchema) -> Iterator[Node]:
    left, right = sides(node)
    yield joined(exp.And, [left, right])


def _dropped(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    conditions = conditions_of(select)
    for i, condition in enumerate(conditions):
        if not compares_sources(condition, schema):
            yield filtered(select, without(conditions, i))


def _alternative_dropped(node: exp.Or, _schema: SqlSchema) -> Iterator[Node]:
    if not isinstance(node.parent, exp.Or):
        for fewer in shortened(operands(node, exp.Or)):
            yield joined(exp.Or, fewer)


def _negated(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    for clause in ("where", "having"):
        conditions = conditions_of(select, clause)
        for i, condition in enumerate(conditions):
            plain = condition.unnest()
            if not compares_sources(plain, schema) and not isinstance(plain, exp.Not | exp.Is):
                others = replaced(conditions, i, negated(condition))
                yield filtered(select, others, clause)


def _not_dropped(node: Node, _schema: SqlSchema) -> Iterator[Node]:
    if isinstance(node, exp.Not) and not isinstance(inner(node), exp.Is):
        yield inner(node)
    elif is_negated(node) and not isinstance(node, exp.Is):
        yield positive(node)


CONDITIONS = (
    Edit("or_for_and", "One suffices where all must hold.", at(exp.And, _or_for_and)),
    Edit("and_for_or", "All must hold where one suffices.", at(exp.Or, _and_for_or)),
    Edit("condition_dropped", "A condition is missing.", at(exp.Select, _dropped)),
    Edit("alternative_dropped", "An alternative is missing.", at(exp.Or, _alternative_dropped)),
    Edit("condition_negated", "A condition is turned around.", at(exp.Select, _negated)),
    Edit("not_dropped", "A NOT is missing.", at(exp.Expr, _not_dropped)),
)
