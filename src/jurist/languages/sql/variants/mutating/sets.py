"""Two results put together the wrong way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.trees import Node, changed

_OTHERS: dict[type[exp.SetOperation], tuple[type[exp.SetOperation], ...]] = {
    exp.Union: (exp.Intersect, exp.Except),
    exp.Intersect: (exp.Union, exp.Except),
    exp.Except: (exp.Intersect, exp.Union),
}


def _duplicates(query: exp.Union, _schema: SqlSchema) -> Iterator[Node]:
    other = query.copy()
    other.set("distinct", not query.args.get("distinct"))
    yield other


def _other(query: exp.SetOperation, _schema: SqlSchema) -> Iterator[Node]:
    for kind in _OTHERS.get(type(query), ()):
        parts = {name: part for name, part in query.copy().args.items() if part is not None}
        yield kind(**{**parts, "distinct": True})


def _swapped(query: exp.SetOperation, _schema: SqlSchema) -> Iterator[Node]:
    if not isinstance(query, exp.Union):
        yield changed(query, this=query.right, expression=query.left)


def _side_dropped(query: exp.SetOperation, _schema: SqlSchema) -> Iterator[Node]:
    for side in (query.left, query.right):
        yield cast("Node", side).unnest()


SETS = (
    Edit(
        "union_duplicates", "UNION becomes UNION ALL, or the other way.", at(exp.Union, _duplicates)
    ),
    Edit(
        "other_set_operation",
        "Both, either, or one without the other.",
        at(exp.SetOperation, _other),
    ),
    Edit("set_sides_swapped", "The two sides are swapped.", at(exp.SetOperation, _swapped)),
    Edit("set_side_dropped", "One of two results is missing.", at(exp.SetOperation, _side_dropped)),
)
