"""Which moments `now` have to be looked at.

What a query tells apart on a time line are the starts of half-open intervals, each
either fixed (an absolute date) or at a fixed distance from `now`. Which cells between
them are inhabited depends only on the order of these starts. So it is enough to take
each `now` that makes a fixed and a moving start equal, and one between each two of
those. Without absolute dates, or without anything that moves, one moment will do; where
only the end of the history moves, one after all dates: whatever could have happened by an
earlier moment can have happened by that one.

Each value has a line of its own, and so have the events of one name. What is compared, and
what follows one another in a funnel, lies on one line. There the bounds of a delay shift
the starts, as often as events follow one another: beside dates and windows the moments
that are listed need not stand for all others, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from jurist.languages.cql.meaning.access import TIMESTAMP
from jurist.languages.cql.meaning.streams import age_window, delay_window
from jurist.languages.cql.meaning.values import FIRST_MOMENT, LAST_MOMENT, constant_moment
from jurist.languages.cql.prover.limits import MOST_CASES, TooWide
from jurist.languages.cql.schemas.assumptions import Assumptions
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import (
    AllUsers,
    AnyUser,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    Junction,
    Moment,
    Name,
    Not,
    Operator,
    Property,
    Reduction,
    Scalar,
    Stream,
    Text,
    Where,
)

USUAL_NOW = 1_780_315_200_000
"""2026-06-01T12:00:00Z."""
_DAY = 86_400_000
_NOW = 1
"""Where what lies after now starts, in milliseconds from it."""
_EARLIEST_NOW = FIRST_MOMENT + 1_000 * 365 * _DAY
_MOST_DELAYS = 100
"""Delays one after another in the histories that a proof looks at."""
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
    lines = [_lines_of(query, schema.readings) for query in queries]
    if not any(each.have_dates for each in lines):
        return Moments([USUAL_NOW], are_all=True)
    joined = _joined(lines)
    ages = [starts for starts in joined if starts.fixed and starts.moving]
    ends = [starts for starts in joined if starts.fixed and starts.ends and not starts.moving]
    after, late = _after(ends, 0), _after(ends, _MOST_DELAYS)
    orders: set[int] = set()
    for starts in ages:
        shifts = {0, *starts.delays, *(-delay for delay in starts.delays)}
        orders.update(
            start - offset + shift
            for start in starts.fixed
            for offset in (*starts.moving, *((_NOW,) if starts.ends else ()))
            for shift in shifts
        )
    equal = sorted(now for now in orders if _EARLIEST_NOW <= now <= _LATEST_NOW)
    if not equal:
        usual = max(USUAL_NOW, after)
        return Moments([usual, late] if late > usual else [usual], are_all=True)
    between = [
        max(_usual(low, high), min(late, high - 1))
        for low, high in pairwise([_EARLIEST_NOW, *equal, _LATEST_NOW])
        if high - low > 1
    ]
    if len(equal) + len(between) > MOST_CASES:
        raise TooWide(f"over {MOST_CASES} orders of now among the dates")
    ordered = sorted({*equal, *between}, key=lambda now: (abs(now - USUAL_NOW), now))
    return Moments(ordered, are_all=not any(starts.delays for starts in ages))


def _usual(low: int, high: int) -> int:
    """A moment between two others, a simple one where there is one."""
    if low < USUAL_NOW < high:
        return USUAL_NOW
    middle = (low + high) // 2
    day = middle // _DAY * _DAY
    return day if low < day < high else middle


def _after(ends: Iterable[_Starts], delays: int) -> int:
    """A midnight after all dates, and after so many of the longest delays that follow them."""
    latest = [
        max(known) + delays * max(starts.delays, default=0)
        for starts in ends
        if (known := [at for at in starts.fixed if at <= _LATEST_NOW])
    ]
    return min((max(latest, default=0) // _DAY + 1) * _DAY, _LATEST_NOW)


@dataclass(slots=True)
class _Starts:
    """Where intervals start on one time line: fixed moments, and distances from now."""

    fixed: set[int] = field(default_factory=set[int])
    moving: set[int] = field(default_factory=set[int])
    ends: bool = False
    """Whether nothing lies on the line after now."""
    delays: set[int] = field(default_factory=set[int])
    """Bounds of the delays between events on the line."""


_DATED = (Text, Date, Moment)
_Source: TypeAlias = "Event | Entity"
_Line: TypeAlias = "_Source | Scalar"
"""The events of one name, or a value by its name, whoever has it: what lies on one line."""


class _Lines:
    """The time lines of a query, and which are one because what lies on them is compared."""

    def __init__(self, readings: Assumptions) -> None:
        self._readings = readings
        self.starts: dict[_Line, _Starts] = {}
        self.ties: list[tuple[_Line, _Line]] = []

    @property
    def have_dates(self) -> bool:
        """Whether anything is fixed."""
        return any(starts.fixed for starts in self.starts.values())

    def _of(self, line: _Line) -> _Starts:
        starts = self.starts.get(line)
        if starts is None:
            starts = self.starts[line] = _Starts(ends=isinstance(line, Event))
        return starts

    def note(self, node: Condition | Scalar, source: _Source | None) -> None:
        """Note what is said of moments; `source`: whose values and times are looked at."""
        if isinstance(node, Comparison):
            self._comparison(node, source)
            node = node.left
        if isinstance(node, Reduction):
            self._stream(node.stream, source)
        elif isinstance(node, Junction):
            for operand in node.operands:
                self.note(operand, source)
        elif isinstance(node, Not | AnyUser | AllUsers):
            self.note(node.operand, source)

    def _stream(self, stream: Stream, parent: _Source | None) -> None:
        starts = self._of(stream.source)
        if parent is not None:  # what follows comes after it
            self.ties.append((stream.source, parent))
        if not stream.filters:
            return
        for each in stream.filters:
            if isinstance(each, Where):
                self.note(each.condition, stream.source)
        window = age_window(stream.filters, self._readings)
        if window is not None:
            starts.moving.update((-(window.most or 0), 1 - (window.least or 0)))
        delay = delay_window(stream.filters, self._readings)
        if delay is not None:
            starts.delays.update((delay.least or 0, (delay.most or 0) + 1))

    def _comparison(self, node: Comparison, source: _Source | None) -> None:
        line = _line_of(node.left, source)
        starts = self._of(line)
        for argument in node.arguments:
            if isinstance(argument, Duration):
                starts.moving.update(_relative_starts(node.operator, argument.ms))
            elif isinstance(argument, _DATED):
                # equality with the text of a moment may pick that moment out too
                moment = constant_moment(argument)
                if moment is not None:
                    starts.fixed.update((moment, moment + 1))
            elif isinstance(argument, Name):
                self._of(_line_of(argument, source))
                self.ties.append((line, _line_of(argument, source)))


@lru_cache(maxsize=4_096)
def _lines_of(query: CqlQuery, readings: Assumptions) -> _Lines:
    lines = _Lines(readings)
    lines.note(query, None)
    return lines


def _joined(queries: Sequence[_Lines]) -> list[_Starts]:
    """The starts of lines that are tied, together."""
    known = dict.fromkeys(line for lines in queries for line in lines.starts)
    groups: list[set[_Line]] = [{line} for line in known]
    for one, other in [tie for lines in queries for tie in lines.ties]:
        met = [group for group in groups if one in group or other in group]
        groups = [group for group in groups if group not in met]
        groups.append({one, other}.union(*met))
    found: list[_Starts] = []
    for group in groups:
        parts = [lines.starts[line] for lines in queries for line in group if line in lines.starts]
        found.append(
            _Starts(
                set[int]().union(*(starts.fixed for starts in parts)),
                set[int]().union(*(starts.moving for starts in parts)),
                any(starts.ends for starts in parts),
                set[int]().union(*(starts.delays for starts in parts)),
            )
        )
    return found


def _line_of(value: Scalar, source: _Source | None) -> _Line:
    if isinstance(value, Reduction) and value.value is not None:
        value, source = value.value, value.stream.source
    if isinstance(value, Context) and value.name == TIMESTAMP and source is not None:
        return source
    return Property(value.name) if isinstance(value, Property) else value


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
