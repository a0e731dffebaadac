"""Which moments `now` have to be looked at.

What a query tells apart on a time line are the starts of half-open intervals, each
either fixed (an absolute date) or at a fixed distance from `now`. Which cells between
them are inhabited depends only on the order of these starts. So it is enough to take
each `now` that makes a fixed and a moving start equal, and one between each two of
those. Without absolute dates, or without anything that moves, one moment will do.

Values that are compared with each other lie on one line. Where a funnel ties events by
delays, the bounds of a delay shift the starts, as often as events follow one another:
there the moments that are listed need not stand for all others, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from jurist.languages.cql.meaning.access import TIMESTAMP
from jurist.languages.cql.meaning.streams import age_window, delay_window
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
    Property,
    Reduction,
    Scalar,
    Text,
    Trait,
    Where,
)

USUAL_NOW = 1_780_315_200_000
"""2026-06-01T12:00:00Z."""
_DAY = 86_400_000
_NOW = 1
"""Where what lies after now starts, in milliseconds from it."""
_EARLIEST_NOW = FIRST_MOMENT + 1_000 * 365 * _DAY
_LATEST_NOW = LAST_MOMENT - 1_000 * 365 * _DAY


class Moments(NamedTuple):
    """Moments of evaluation, the usual one first."""

    listed: list[int]
    are_all: bool
    """Whether they stand for all others."""


def moments(queries: Iterable[CqlQuery], schema: CqlSchema) -> Moments:
    """The moments of evaluation that stand for all others, as far as that is known.

    Raises:
        TooWide: Where there are too many.
    """
    if schema.now is not None:
        return Moments([schema.now], are_all=True)
    lines = _Lines()
    for query in queries:
        for node in _parts(query):
            _note(node, schema, lines)
    orders: set[int] = set()
    are_all = True
    for starts in lines.joined():
        shifts = {0, *starts.delays, *(-delay for delay in starts.delays)}
        # Where nothing moves but the end of the history, the latest now sees the most.
        are_all &= not (starts.delays and starts.fixed and starts.moving - {_NOW})
        orders.update(
            start - offset + shift
            for start in starts.fixed
            for offset in starts.moving
            for shift in shifts
        )
    equal = sorted(now for now in orders if _EARLIEST_NOW <= now <= _LATEST_NOW)
    if not equal:
        return Moments([USUAL_NOW], are_all)
    between = [
        USUAL_NOW if low < USUAL_NOW < high else _round(low, high)
        for low, high in pairwise([_EARLIEST_NOW, *equal, _LATEST_NOW])
        if high - low > 1
    ]
    if len(equal) + len(between) > MOST_CASES:
        raise TooWide(f"over {MOST_CASES} orders of now among the dates")
    ordered = sorted({*equal, *between}, key=lambda now: (abs(now - USUAL_NOW), now))
    return Moments(ordered, are_all)


def _round(low: int, high: int) -> int:
    middle = (low + high) // 2
    day = middle // _DAY * _DAY
    return day if low < day < high else middle


@dataclass(slots=True)
class _Starts:
    """Where intervals start on one time line: fixed moments, and distances from now."""

    fixed: set[int] = field(default_factory=set[int])
    moving: set[int] = field(default_factory=set[int])
    delays: set[int] = field(default_factory=set[int])
    """Bounds of the delays between events on the line."""


_Line: TypeAlias = "CqlQuery | None"
_EVENT_TIME: _Line = None
"""The time line of all events; other time lines are named by the value that lies on them."""


@dataclass(slots=True)
class _Lines:
    """The time lines, and which of them are one because their values are compared."""

    starts: dict[_Line, _Starts] = field(default_factory=dict[_Line, _Starts])
    ties: list[tuple[_Line, _Line]] = field(default_factory=list[tuple[_Line, _Line]])

    def of(self, line: _Line) -> _Starts:
        """What is known of a line."""
        return self.starts.setdefault(line, _Starts())

    def joined(self) -> list[_Starts]:
        """The starts of lines that are tied, together."""
        groups: list[set[_Line]] = [{line} for line in self.starts]
        for one, other in self.ties:
            met = [group for group in groups if one in group or other in group]
            groups = [group for group in groups if group not in met]
            groups.append({one, other}.union(*met))
        return [
            _Starts(
                {at for line in group for at in self.of(line).fixed},
                {at for line in group for at in self.of(line).moving},
                {at for line in group for at in self.of(line).delays},
            )
            for group in groups
        ]


def _line_of(value: Scalar) -> _Line:
    """The line on which a value lies: its name's, whoever has it."""
    if isinstance(value, Reduction) and value.value is not None:
        value = value.value
    if isinstance(value, Context) and value.name == TIMESTAMP:
        return _EVENT_TIME
    return Property(value.name) if isinstance(value, Property) else value


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


def _note(node: Comparison | Reduction, schema: CqlSchema, lines: _Lines) -> None:
    if isinstance(node, Reduction):
        filters = node.stream.filters
        window = age_window(filters, schema.readings)
        if window is not None:
            moving = lines.of(_EVENT_TIME).moving
            moving.update((-(window.most or 0), 1 - (window.least or 0), _NOW))
        delay = delay_window(filters, schema.readings)
        if delay is not None:
            lines.of(_EVENT_TIME).delays.update((delay.least or 0, (delay.most or 0) + 1))
        return
    line = _line_of(node.left)
    starts = lines.of(line)
    if line is _EVENT_TIME:
        starts.moving.add(_NOW)
    for argument in node.arguments:
        if isinstance(argument, Duration):
            starts.moving.update(_relative_starts(node.operator, argument.ms))
        elif isinstance(argument, Text | Date | Moment):
            # equality with the text of a moment may pick that moment out too
            moment = constant_moment(argument)
            if moment is not None:
                starts.fixed.update((moment, moment + 1))
        elif isinstance(argument, Trait | Property | Context):
            lines.ties.append((line, _line_of(argument)))
            if _line_of(argument) is _EVENT_TIME:
                lines.of(_EVENT_TIME).moving.add(_NOW)


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
