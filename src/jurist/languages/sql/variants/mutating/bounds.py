"""Numbers that are wrong by a little, and bounds that face the wrong way."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.clauses import is_number, shifted, spelt_out
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.trees import Node, binary, sides

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


def _strict_for_loose(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    if type(node) in _STRICT:
        yield binary(_STRICT[type(node)], *sides(node))


def _reversed(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    if type(node) in _REVERSED:
        yield binary(_REVERSED[type(node)], *sides(node))


def _exact_for_bound(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    if any(is_number(side) for side in sides(node)):
        for kind in _EXACT.get(type(node), ()):
            yield binary(kind, *sides(node))


def _other_for_equal(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    if isinstance(node, exp.EQ):
        yield binary(exp.NEQ, *sides(node))
    elif isinstance(node, exp.NEQ):
        yield binary(exp.EQ, *sides(node))


def _edge_excluded(node: exp.Between, _schema: SqlSchema) -> Iterator[Node]:
    yield spelt_out(node, exp.GT, exp.LTE)
    yield spelt_out(node, exp.GTE, exp.LT)


def _off_by_one(node: exp.Literal, _schema: SqlSchema) -> Iterator[Node]:
    if isinstance(node.parent, exp.Predicate) and is_number(node):
        for step in (1, -1):
            yield shifted(node, step)


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
