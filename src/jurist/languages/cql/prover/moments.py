"""Which moments `now` have to be looked at.

What a query tells apart on a time line are the starts of half-open intervals, each
either fixed (an absolute date) or at a fixed distance from `now`. Which cells between
them are inhabited depends only on the order of these starts. So it is enough to take
each `now` that makes a fixed and a moving start equal, and one between each two of
those. Without absolute dates, or without anything that moves, one moment will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from jurist.languages.cql.meaning.access import TIMESTAMP
from jurist.languages.cql.meaning.streams import age_window
from jurist.languages.cql.meaning.values import FIRST_MOMENT, LAST_MOMENT, constant_moment
from jurist.languages.cql.prover.limits import MOST_CASES, TooWide
from jurist.languages.cql.schemas.schema import CqlSchema
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
    lines: dict[CqlQuery | None, _Starts] = {}
    for query in queries:
        for node in _parts(query):
            _note(node, schema, lines)
    orders: set[int] = set()
    for starts in lines.values():
        orders.update(start - offset for start in starts.fixed for offset in starts.moving)
    equal = sorted(now for now in orders if _EARLIEST_NOW <= now <= _LATEST_NOW)
    if not equal:
        return [USUAL_NOW]
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


@dataclass(slots=True)
class _Starts:
    """Where intervals start on one time line: fixed moments, and distances from now."""

    fixed: set[int] = field(default_factory=set[int])
    moving: set[int] = field(default_factory=set[int])


_EVENT_TIME: CqlQuery | None = None
"""The time line of all events; other time lines are named by the value that lies on them."""


def _parts(query: CqlQuery) -> Iterator[Comparison | Reduction]:
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


def _note(
    node: Comparison | Reduction, schema: CqlSchema, lines: dict[CqlQuery | None, _Starts]
) -> None:
    if isinstance(node, Reduction):
        window = age_window(node.stream.filters, schema.readings)
        if window is not None:
            moving = lines.setdefault(_EVENT_TIME, _Starts()).moving
            moving.update((-(window.most or 0), 1 - (window.least or 0), 1))
        return
    left = node.left
    if isinstance(left, Reduction) and left.value is not None:
        left = left.value
    of_event = isinstance(left, Context) and left.name == TIMESTAMP
    starts = lines.setdefault(_EVENT_TIME if of_event else left, _Starts())
    if of_event:
        starts.moving.add(1)
    for argument in node.arguments:
        if isinstance(argument, Duration):
            starts.moving.update(_relative_starts(node.operator, argument.ms))
        elif isinstance(argument, Text | Date | Moment):
            # equality with the text of a moment may pick that moment out too
            moment = constant_moment(argument)
            if moment is not None:
                starts.fixed.update((moment, moment + 1))


def _relative_starts(operator: Operator, length: int) -> tuple[int, ...]:
    match operator:
        case Operator.WITHIN_LAST:
            return -length, 1
        case Operator.WITHIN_NEXT:
            return 0, length + 1
        case Operator.BEFORE_LAST:
            return (1 - length,)
        case _:
            return (length,)
