"""Missing values forgotten, or tested the wrong way."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.membership import as_exists, as_in
from jurist.languages.sql.variants.trees import (
    Node,
    inner,
    is_negated,
    part_of,
    positive,
    sides,
)


def _reversed(test: exp.Is, _schema: SqlSchema) -> Iterator[Node]:
    if _asks_for_null(test):
        yield exp.Not(this=test.copy())


def _asks_for_null(test: exp.Is) -> bool:
    positive_test = not is_negated(test) and not isinstance(test.parent, exp.Not)
    return positive_test and isinstance(sides(test)[1], exp.Null)


def _reversed_back(test: Node, _schema: SqlSchema) -> Iterator[Node]:
    """`IS NOT NULL` is NOT above IS, but in PostgreSQL, where IS holds its NOT itself."""
    within = inner(test) if isinstance(test, exp.Not) else test
    has_not = isinstance(test, exp.Not) or is_negated(within)
    if has_not and isinstance(within, exp.Is) and isinstance(sides(within)[1], exp.Null):
        yield positive(within)


def _compared(test: exp.Is, _schema: SqlSchema) -> Iterator[Node]:
    if _asks_for_null(test):
        yield exp.EQ(this=sides(test)[0].copy(), expression=exp.Null())


def _default_dropped(call: exp.Coalesce, _schema: SqlSchema) -> Iterator[Node]:
    first = part_of(call, "this")
    if first is not None:
        yield first


def _not_exists_for_not_in(test: exp.Not, schema: SqlSchema) -> Iterator[Node]:
    within = inner(test)
    if isinstance(within, exp.In):
        yield from (exp.Not(this=other) for other in as_exists(within, schema))


def _not_in_for_not_exists(test: exp.Not, schema: SqlSchema) -> Iterator[Node]:
    within = inner(test)
    if isinstance(within, exp.Exists):
        yield from (exp.Not(this=other) for other in as_in(within, schema))


NULLS = (
    Edit("null_test_reversed", "IS NULL becomes IS NOT NULL.", at(exp.Is, _reversed)),
    Edit("not_null_test_reversed", "IS NOT NULL becomes IS NULL.", at(exp.Expr, _reversed_back)),
    Edit("null_compared", "A missing value is asked for with `=`.", at(exp.Is, _compared)),
    Edit("default_dropped", "COALESCE is missing.", at(exp.Coalesce, _default_dropped)),
    Edit(
        "not_exists_for_not_in",
        "NOT IN becomes NOT EXISTS, which missing values do not make unknown.",
        at(exp.Not, _not_exists_for_not_in),
    ),
    Edit(
        "not_in_for_not_exists",
        "NOT EXISTS becomes NOT IN, which a missing value makes unknown.",
        at(exp.Not, _not_in_for_not_exists),
    ),
)
