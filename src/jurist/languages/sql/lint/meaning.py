"""Doubts about values and rows: bare columns, several rows for one value, mixed types, NULLs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Collects,
    Column,
    Compares,
    Comparison,
    Constant,
    Exists,
    Expression,
    In,
    IsNull,
    Not,
    Operator,
    Query,
    Scalar,
    Select,
)
from jurist.languages.sql.algebra.walking import own_expressions, parts, walk
from jurist.languages.sql.dialects import habits
from jurist.languages.sql.lint.determining import Columns, determined, is_single
from jurist.languages.sql.lint.remarks import Remark
from jurist.languages.sql.values import ValueType

NEVER_TRUE: Final = "never true"
_MIXED: Final = frozenset({"is_number", "to_number"})
"""What the algebra makes of a text beside a number."""


def bare_columns(query: Query, columns: Columns) -> Iterator[Remark]:
    """Columns beside an aggregate that differ within a group."""
    if not isinstance(query, Select) or query.group is None:
        return
    own = {source.id for source in query.sources}
    known = determined(query, query.group, columns)
    values = (*(output.value for output in query.outputs), *query.having)
    values = (*values, *(key.value for key in query.order))
    extremes = [
        part
        for value in values
        for part in walk(value)
        if isinstance(part, Aggregate) and part.collects in {Collects.MIN, Collects.MAX}
    ]
    for value in values:
        for column in _outside(value, query.group):
            if column.source in own and column not in known:
                name = columns.name(column)
                reason = f"{name} differs within a group, so it is any of its rows'"
                if len(set(extremes)) == 1 and habits(columns.schema.dialect).bare_columns_are_open:
                    reason = (
                        f"{name} is taken from a row of the least or greatest value, of "
                        "which there may be several; other dialects refuse it"
                    )
                yield Remark(
                    "bare column",
                    reason,
                    f"group by {name} or by a key too, or say which by MIN or MAX",
                    (),
                    column.name.lower(),
                )


def _outside(value: Expression, group: tuple[Expression, ...]) -> Iterator[Column]:
    """The columns of a value that stand in no aggregate and in no key of the groups."""
    if value in group or isinstance(value, Aggregate):
        return
    if isinstance(value, Column):
        yield value
        return
    for part in parts(value):
        yield from _outside(part, group)


def several_rows(query: Query, columns: Columns) -> Iterator[Remark]:
    """Subqueries for one value that may have several rows."""
    takes_first = habits(columns.schema.dialect).scalar_takes_first_row
    for part in _parts(query):
        if isinstance(part, Scalar) and not is_single(part.query, columns):
            name = part.query.outputs[0].name
            of = "" if name.startswith("_") else f" of {name}"
            yield Remark(
                "several rows",
                f"the subquery for one value{of} may have several rows: "
                + ("any of them is taken" if takes_first else "then the query fails"),
                "write IN in place of =, or let the subquery have one row (MAX, a whole key)",
                ("(", "SELECT"),
                name.lower(),
            )


def mixed_types(query: Query, columns: Columns) -> Iterator[Remark]:
    """A text column compared with a number column."""
    for part in _parts(query):
        match part:
            case Call(function, (value,)) if function in _MIXED:
                known = columns.base(value)
                if known is not None:
                    yield Remark(
                        "text beside number",
                        f"{known[1].name} is text and is compared with a number: '01' and '1' "
                        "are the same then, and what spells no number is never equal",
                        "compare columns of one type, or CAST the text",
                        (),
                        known[1].name.lower(),
                    )
            case _:
                pass


def integer_divisions(query: Query, columns: Columns) -> Iterator[Remark]:
    """Quotients of integers, which lose what is behind the point."""
    del columns
    for part in _parts(query):
        if not isinstance(part, Arithmetic) or part.operator is not Operator.QUOTIENT:
            continue
        if not (isinstance(part.left, Constant) and isinstance(part.right, Constant)):
            yield Remark(
                "integer division",
                "both sides are integers, so what is behind the point is lost: 1 / 2 is 0",
                "write 1.0 * before the first, or CAST it AS REAL, if a share is meant",
                ("/",),
            )


def missing_values(query: Query, columns: Columns) -> Iterator[Remark]:
    """Conditions that a NULL, or no row at all, makes always or never true."""
    for part in _parts(query):
        match part:
            case Comparison(_, left, right) if _is_null(left) or _is_null(right):
                yield Remark(
                    NEVER_TRUE,
                    "a comparison with NULL is never true",
                    "write IS NULL or IS NOT NULL",
                    ("NULL",),
                )
            case Comparison(Compares.EQ, left, right):
                for value, other in ((left, right), (right, left)):
                    yield from _not_listed(value, other, columns)
            case Not(In(_, inner)) if isinstance(inner, Select):
                value = inner.outputs[0].value
                if isinstance(value, Column) and _may_give_null(inner, value, columns):
                    name = columns.name(value)
                    yield Remark(
                        "NOT IN with NULL",
                        f"{name} of the subquery may be NULL, and then NOT IN is never true",
                        f"add WHERE {name} IS NOT NULL to the subquery, or write NOT EXISTS",
                        ("NOT", "IN"),
                        value.name.lower(),
                    )
            case Exists(inner) if (
                isinstance(inner, Select) and inner.group == () and not inner.having
            ):
                yield Remark(
                    "never empty",
                    "a subquery with an aggregate and no GROUP BY has a row even where nothing "
                    "matches, so EXISTS is always true",
                    "leave the aggregate out",
                    ("EXISTS",),
                )
            case _:
                pass


def _may_give_null(inner: Select, value: Column, columns: Columns) -> bool:
    excluded = Not(IsNull(value)) in inner.where
    compared = any(
        isinstance(condition, Comparison) and value in {condition.left, condition.right}
        for condition in inner.where
    )
    return columns.may_be_null(value) and not excluded and not compared


def _not_listed(value: Expression, other: Expression, columns: Columns) -> Iterator[Remark]:
    """A column that is to equal what it never is, by its enum or range."""
    known = columns.base(value)
    if known is None or not isinstance(other, Constant) or other.value is None:
        return
    column = known[1]
    listed = column.values
    outside = (
        isinstance(other.value, int | float)
        and column.type.is_number
        and (
            (column.minimum is not None and other.value < column.minimum)
            or (column.maximum is not None and other.value > column.maximum)
        )
    )
    if (listed is not None and other.value not in listed) or outside:
        shown = ", ".join(map(str, listed or ()))[:80]
        yield Remark(
            NEVER_TRUE,
            f"{column.name} is never {str(other.value)[:60]!r}",
            f"its values are {shown}" if listed else "see the range that is declared",
            (),
            column.name.lower(),
        )


def _is_null(value: Expression) -> bool:
    return isinstance(value, Constant) and value.type is ValueType.NULL


def _parts(query: Query) -> Iterator[Expression]:
    for expression in own_expressions(query):
        yield from walk(expression)
