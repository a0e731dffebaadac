"""What clauses of a query say that rewrites and mutations alike must know."""

from __future__ import annotations

from typing import TypeGuard, cast

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.scopes import named_sources
from jurist.languages.sql.variants.trees import Node, binary, operands, part_of, sides


def is_inner(join: exp.Join) -> bool:
    """Whether a join keeps no row that fits none."""
    return not join.side and join.kind in {"", "INNER", "CROSS"} and not join.method


def compares_sources(condition: Node, schema: SqlSchema) -> bool:
    """Whether it is an equality between columns of two sources: what joins them."""
    if not isinstance(condition, exp.EQ):
        return False
    left, right = sides(condition)
    both = isinstance(left, exp.Column) and isinstance(right, exp.Column)
    return both and len(named_sources(condition, schema)) > 1


def on_of(join: exp.Join) -> list[Node]:
    """The conditions of a join's ON."""
    on = part_of(join, "on")
    return [] if on is None else operands(on, exp.And)


def is_distinct(select: exp.Select) -> bool:
    """Whether it is a plain SELECT DISTINCT."""
    distinct = part_of(select, "distinct")
    return distinct is not None and part_of(distinct, "on") is None


def spelt_out(node: exp.Between, lower: type[exp.Binary], upper: type[exp.Binary]) -> Node:
    """BETWEEN as two bounds, each of a kind."""
    value, low, high = (cast("Node", node.args[name]) for name in ("this", "low", "high"))
    return exp.And(this=binary(lower, value, low), expression=binary(upper, value, high))


def is_number(node: Node | None) -> TypeGuard[exp.Literal]:
    """Whether it is a number as it is written."""
    return isinstance(node, exp.Literal) and not node.is_string


def shifted(number: exp.Literal, step: int) -> Node:
    """A number, more by a step."""
    text = number.name
    value = int(text) + step if text.isdigit() else float(text) + step
    plain = exp.Literal.number(str(abs(value)))
    return exp.Neg(this=plain) if value < 0 else plain
