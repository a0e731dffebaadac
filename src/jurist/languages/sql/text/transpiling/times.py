"""Dates beside moments: everywhere but in SQLite a date stands for its midnight there.

In SQLite both are texts, and `'2024-01-01' < '2024-01-01 00:00:00'`. So what is compared is written
alike before it runs there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from sqlglot import exp

from jurist.errors import UnsupportedError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.kinds import kind_of
from jurist.languages.sql.values import ValueType

COMPARES: Final = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Between, exp.In),
)
"""Conditions on values that stand beside each other."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d(\.\d*[1-9])?")
_MIDNIGHT: Final = " 00:00:00"


def align_times(tree: exp.Query, schema: SqlSchema) -> None:
    """Write the sides of comparisons of times alike, in place.

    Args:
        tree: Qualified.
        schema: Where its names stand.

    Raises:
        UnsupportedError: A text that is compared with a time is not written as ISO 8601 has it.
    """
    for node in list(tree.find_all(*COMPARES)):
        sides = _sides(node)
        kinds = {kind_of(side, schema) for side in sides} & {ValueType.DATE, ValueType.TIMESTAMP}
        if ValueType.TIMESTAMP in kinds:
            write = _as_moment
        elif kinds:
            write = _as_day
        else:
            continue
        if kinds == {ValueType.DATE} and _has_moments(sides):
            write = _as_day if schema.dialect is Dialect.POSTGRESQL else _as_moment
            if schema.dialect not in {Dialect.POSTGRESQL, Dialect.MYSQL}:
                raise _lacking(node)
        _rewrite(sides, write, schema)
        query = node.args.get("query") if isinstance(node, exp.In) else None
        if isinstance(query, exp.Query) and kind_of(query, schema) not in kinds:
            raise _lacking(node)


def _sides(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Between):
        return [node.this, node.args["low"], node.args["high"]]
    if isinstance(node, exp.In):
        return [node.this, *node.expressions]
    return [node.this, node.expression]


def _has_moments(sides: Sequence[exp.Expr]) -> bool:
    """Whether a text beside a date is a moment of it that is not its midnight."""
    texts = map(_bare, sides)
    return any(
        text.is_string
        and _MOMENT.fullmatch(text.name) is not None
        and not text.name.endswith(_MIDNIGHT)
        for text in texts
    )


_Write = Callable[[exp.Expr, ValueType | None], exp.Expr]


def _rewrite(sides: Sequence[exp.Expr], write: _Write, schema: SqlSchema) -> None:
    for side in sides:
        kind = kind_of(side, schema)
        side.replace(write(_bare(side), kind))


def _as_moment(side: exp.Expr, kind: ValueType | None) -> exp.Expr:
    if side.is_string:
        if _DAY.fullmatch(side.name):
            return exp.Literal.string(f"{side.name}{_MIDNIGHT}")
        if _MOMENT.fullmatch(side.name):
            return side.copy()
        raise _lacking(side)
    if kind is ValueType.DATE:
        midnight = exp.Literal.string(_MIDNIGHT)
        return exp.paren(exp.DPipe(this=side.copy(), expression=midnight), copy=False)
    return side.copy()


def _as_day(side: exp.Expr, kind: ValueType | None) -> exp.Expr:  # noqa: ARG001 - as the other
    if side.is_string:
        moment = _MOMENT.fullmatch(side.name)
        if moment is not None:  # midnight, or PostgreSQL, which reads the text as a date
            return exp.Literal.string(moment[1])
        if not _DAY.fullmatch(side.name):
            raise _lacking(side)
    return side.copy()


def _bare(side: exp.Expr) -> exp.Expr:
    """A side without parentheses that make no query of it."""
    while isinstance(side, exp.Paren):
        side = side.this
    return side


def _lacking(node: exp.Expr) -> UnsupportedError:
    return UnsupportedError(
        f"SQLite has nothing for the time {node.sql()[:60]}",
        expected="dates as 2024-01-31 and moments as 2024-01-31 13:30:00",
        fix="write it so, or rely on the dialect's own engine",
    )
