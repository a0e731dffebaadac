"""Which moments `now` have to be looked at.

What a query tells apart on a time line are the starts of half-open intervals, each
either fixed (an absolute date) or at a fixed distance from `now`. Which cells between
them are inhabited depends only on the order of these starts. So it is enough to take
each `now` that makes a fixed and a moving start equal, and one between each two of
those. Without absolute dates, or without anything that moves, one moment will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from jurist.languages.cql.access import TIMESTAMP
from jurist.languages.cql.comparisons import DATE_OPERATORS
from jurist.languages.cql.prover.limits import MOST_CASES, TooWide
from jurist.languages.cql.schema import CqlSchema
from jurist.languages.cql.streams import age_window
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Date,
    Duration,
    Moment,
    Not,
    Operator,
    Or,
    Reduction,
    Scalar,
    Text,
    Where,
)
from jurist.languages.cql.values import FIRST_MOMENT, LAST_MOMENT, constant_moment

USUAL_NOW = 1_780_315_200_000
"""2026-06-01T12:00:00Z."""
_DAY = 86_400_000
_EARLIEST_NOW = FIRST_MOMENT + 1_000 * 365 * _DAY
_LATEST_NOW = LAST_MOMENT - 1_000 * 365 * _DAY


def moments(queries: Iterable[CqlQuery], schema: CqlSchema) -> list[int]:
    """The moments of evaluation that stand for all others, the usual one first.

    Raises:
        TooWide: Where there are too many.
    """
    if schema.now is not None:
        return [schema.now]
    fixed: set[int] = set()
    moving: set[int] = set()
    for query in queries:
        for node in _conditions(query):
            _starts(node, schema, fixed, moving)
    if not fixed or not moving:
        return [USUAL_NOW]
    equal = sorted(
        now
        for now in {start - offset for start in fixed for offset in moving}
        if _EARLIEST_NOW <= now <= _LATEST_NOW
    )
    between = [
        USUAL_NOW if low < USUAL_NOW < high else _round(low, high)
        for low, high in pairwise([_EARLIEST_NOW, *equal, _LATEST_NOW])
        if high - low > 1
    ]
    if len(equal) + len(between) > MOST_CASES:
        raise TooWide(f"over {MOST_CASES} orders of now among the dates")
    return sorted({*equal, *between}, key=lambda now: (abs(now - USUAL_NOW), now))


def _round(low: int, high: int) -> int:
    middle = (low + high) // 2
    day = middle // _DAY * _DAY
    return day if low < day < high else middle


def _conditions(query: CqlQuery) -> Iterator[Comparison | Reduction]:
    """Every comparison and reduction of a query."""
    waiting: list[Condition | Scalar] = [query]
    while waiting:
        node = waiting.pop()
        match node:
            case And(operands) | Or(operands):
                waiting += operands
            case Not(operand) | AnyUser(operand) | AllUsers(operand):
                waiting.append(operand)
            case Comparison(left):
                yield node
                waiting.append(left)
            case Reduction(stream):
                yield node
                waiting += [f.condition for f in stream.filters if isinstance(f, Where)]
            case _:
                pass


def _starts(
    node: Comparison | Reduction, schema: CqlSchema, fixed: set[int], moving: set[int]
) -> None:
    if isinstance(node, Reduction):
        window = age_window(node.stream.filters, schema.readings)
        if window is not None:
            moving.update((-(window.most or 0), 1 - (window.least or 0), 1))
        return
    if node.operator not in DATE_OPERATORS:
        # text that is compared with a date-valued text may pick one moment out
        for argument in node.arguments:
            if isinstance(argument, Text | Date | Moment):
                moment = constant_moment(argument)
                if moment is not None:
                    fixed.update((moment, moment + 1))
        return
    if isinstance(node.left, Context) and node.left.name == TIMESTAMP:
        moving.add(1)
    argument = node.arguments[0]
    if isinstance(argument, Duration):
        length = argument.ms
        moving.update(
            {
                Operator.WITHIN_LAST: (-length, 1),
                Operator.WITHIN_NEXT: (0, length + 1),
                Operator.BEFORE_LAST: (1 - length,),
            }.get(node.operator, (length,))
        )
    elif isinstance(argument, Text | Date | Moment):
        moment = constant_moment(argument)
        if moment is not None:
            fixed.add(moment if node.operator is Operator.BEFORE_DATE else moment + 1)
