"""Numbers that are wrong by a little, and bounds that face the wrong way."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.trees import Node, part_of, sides

_STRICT: dict[type[exp.Binary], type[exp.Binary]] = {
    exp.GTE: exp.GT,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.LT: exp.LTE,
}
_REVERSED: dict[type[exp.Binary], type[exp.Binary]] = {
    exp.GTE: exp.LTE,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.LT: exp.GT,
}
_EXACT: dict[type[exp.Binary], tuple[type[exp.Binary], ...]] = {
    exp.GTE: (exp.EQ,),
    exp.LTE: (exp.EQ,),
    exp.EQ: (exp.GTE, exp.LTE),
}


def _as(node: exp.Binary, kind: type[exp.Binary]) -> Node:
    left, right = sides(node)
    return kind(this=left.copy(), expression=right.copy())


def _strict_for_loose(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    if type(node) in _STRICT:
        yield _as(node, _STRICT[type(node)])


def _reversed(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    if type(node) in _REVERSED:
        yield _as(node, _REVERSED[type(node)])


def _exact_for_bound(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    if any(is_number(side) for side in sides(node)):
        for kind in _EXACT.get(type(node), ()):
            yield _as(node, kind)


def _other_for_equal(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    if isinstance(node, exp.EQ):
        yield _as(node, exp.NEQ)
    elif isinstance(node, exp.NEQ):
        yield _as(node, exp.EQ)


def _edge_excluded(node: exp.Between, _schema: SqlSchema) -> Iterator[Node]:
    value, low, high = (part_of(node, name) for name in ("this", "low", "high"))
    if value is None or low is None or high is None:
        return
    for lower, upper in ((exp.GT, exp.LTE), (exp.GTE, exp.LT)):
        yield exp.And(
            this=lower(this=value.copy(), expression=low.copy()),
            expression=upper(this=value.copy(), expression=high.copy()),
        )


def is_number(node: Node | None) -> bool:
    """Whether it is a number as it is written."""
    return isinstance(node, exp.Literal) and not node.is_string


def _off_by_one(node: exp.Literal, _schema: SqlSchema) -> Iterator[Node]:
    if isinstance(node.parent, exp.Predicate) and is_number(node):
        for step in (1, -1):
            yield shifted(node, step)


def shifted(number: exp.Literal, step: int) -> Node:
    """A number, more by a step."""
    text = number.name
    value = int(text) + step if text.isdigit() else float(text) + step
    plain = exp.Literal.number(str(abs(value)))
    return exp.Neg(this=plain) if value < 0 else plain


BOUNDS = (
    Edit(
        "off_by_one",
        "A number that is compared is one more or one less.",
        at(exp.Literal, _off_by_one),
    ),
    Edit(
        "strict_for_loose",
        "A bound's own value is no longer included, or it is now.",
        at(exp.Binary, _strict_for_loose),
    ),
    Edit(
        "edge_excluded",
        "An end of BETWEEN is not included.",
        at(exp.Between, _edge_excluded),
    ),
    Edit(
        "bound_reversed", "At least becomes at most, or the other way.", at(exp.Binary, _reversed)
    ),
    Edit(
        "exact_for_bound",
        "At least or at most becomes exactly, or the other way.",
        at(exp.Binary, _exact_for_bound),
    ),
    Edit(
        "other_for_equal",
        "Equal becomes unequal, or the other way.",
        at(exp.Binary, _other_for_equal),
    ),
)
