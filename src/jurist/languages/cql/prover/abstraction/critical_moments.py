"""Which moments `now` have to be looked at.

What a query tells apart on a time line are the starts of half-open intervals, each
either fixed (an absolute date) or at a fixed distance from `now`. What can lie in the
cells between them depends on the order of these starts and, of cells that are shorter
than there are different values that must fit in, on their lengths. So it is enough to take
each `now` that brings a fixed and a moving start so near to each other, and one between
each two groups of those. Without absolute dates, or without anything that moves, one
moment will do; where only the end of the history moves, a late one: whatever could have
happened by an earlier moment can have happened by that one.

Each value has a line of its own, and so have the events of one name. What is compared, and
what follows one another in a funnel, lies on one line. There the bounds of a delay shift
the starts, as often as events follow one another: beside dates and windows the moments
that are listed need not stand for all others, and that is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from jurist.languages.cql.prover.abstraction.schema_moments import listed_moments, names_of_days
from jurist.languages.cql.prover.abstraction.value_comparisons import cuts_of
from jurist.languages.cql.prover.fast_paths import FastPath, is_on
from jurist.languages.cql.prover.limits import MOST_CASES, TooWide
from jurist.languages.cql.prover.values.shaped_classes import days_beginning
from jurist.languages.cql.schemas.context import context_of
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.comparisons import DATE_OPERATORS
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.streams import age_window, delay_window
from jurist.languages.cql.semantics.values import (
    EARLIEST_NOW,
    LATEST_NOW,
    TIMESTAMP,
    constant_moment,
    constant_value,
    text_of,
)
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
    Number,
    Operator,
    Property,
    Reducer,
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
_MILLENNIUM = 1_000 * 365 * _DAY
_MOST_DELAYS = 100
"""One after another: more than a history has events whose size a proof bounds."""
_MOST_ROOM = 12
"""Different values that are looked for in one cell."""


class Moments(NamedTuple):
    """Moments of evaluation, the usual one first."""

    listed: list[int]
    are_all: bool
    """Whether they stand for all others."""
    assumption: str = ""
    """What is left out of all others."""


def moments(queries: Iterable[CqlQuery], schema: CqlSchema) -> Moments:
    """The moments of evaluation that stand for all others, as far as that is known.

    Raises:
        TooWide: Where there are too many.
    """
    if schema.now is not None:
        return Moments([schema.now], are_all=True)
    lines = [_lines_of(query, schema.readings) for query in queries]
    context = context_of(schema)
    listed, days = context.get(listed_moments), context.get(names_of_days)
    needed = listed or days or any(each.need_moments for each in lines)
    if not needed and is_on(FastPath.ONE_MOMENT):
        return Moments([USUAL_NOW], are_all=True)
    joined = _joined(lines, listed, days)
    phases = {phase for starts in joined if starts.daily for phase in _phases(starts)}
    windowed = [starts for starts in joined if starts.fixed and starts.moving]
    dated = [starts for starts in joined if starts.fixed and starts.ends and not starts.moving]
    late = _after(dated, _MOST_DELAYS)
    near = sorted({now for starts in windowed for now in _near(starts)})
    equal = [now for now in near if EARLIEST_NOW <= now <= LATEST_NOW]
    tied = [starts for starts in joined if starts.moving and (starts.fixed or starts.daily)]
    are_all = not any(map(_is_open, tied)) and not any(map(_is_far, joined))
    is_cut = len(equal) < len(near) or late == LATEST_NOW
    assumption = "now lies in the years 1001 to 8999" if is_cut else ""
    if not equal:
        usual = max(USUAL_NOW, _after(dated, 0))
        listed_once = dict.fromkeys([*_by_phase(usual, usual, usual + _DAY, phases), late])
        return Moments([now for now in listed_once if now >= usual], are_all, assumption)
    between = [
        now
        for low, high in pairwise([EARLIEST_NOW, *equal, LATEST_NOW])
        if high - low > 1
        for now in _by_phase(max(_usual(low, high), min(late, high - 1)), low + 1, high - 1, phases)
    ]
    if len(equal) + len(between) > MOST_CASES:
        raise TooWide(f"over {MOST_CASES} orders of now among the dates")
    ordered = sorted({*equal, *between}, key=lambda now: (abs(now - USUAL_NOW), now))
    return Moments(ordered, are_all, assumption)


def _phases(starts: _Starts) -> Iterator[int]:
    """The times of day of `now` at which another midnight comes into a moving interval, or goes.

    Values of a line that are whole days lie at midnights, which are fixed, one each day.
    """
    for start in starts.moving:
        yield -start % _DAY
        yield (1 - start) % _DAY


def _by_phase(now: int, low: int, high: int, phases: Collection[int]) -> list[int]:
    """A moment, and others near it and the ends, at each time of day that matters."""
    if not phases:
        return [now]
    days = {at // _DAY * _DAY + day for at in (now, low, high) for day in (-_DAY, 0, _DAY)}
    near = [day + phase for phase in sorted(phases) for day in sorted(days)]
    return list(dict.fromkeys((now, low, high, *(at for at in near if low <= at <= high))))


def _near(starts: _Starts) -> Iterator[int]:
    """Each `now` that leaves less room between a fixed and a moving start than is needed."""
    room = 1 if _is_open(starts) else starts.room + 1
    shifts = {0, *starts.delays, *(-delay for delay in starts.delays)}
    for start in starts.fixed:
        for offset in (*starts.moving, *((_NOW,) if starts.ends else ())):
            for shift in shifts:
                at = start - offset + shift
                yield from range(at - room + 1, at + room)


def _is_open(starts: _Starts) -> bool:
    """Whether, of a line with dates and windows, no list of moments is known to be enough."""
    if starts.daily and (starts.searched or (starts.fixed and starts.room)):
        return True
    return starts.follow or starts.room > _MOST_ROOM


def _is_far(starts: _Starts) -> bool:
    """Whether a window may reach to where time ends, or begins."""
    return max(map(abs, (*starts.moving, *starts.delays)), default=0) > _MILLENNIUM


def _usual(low: int, high: int) -> int:
    """A moment between two others, a simple one where there is one."""
    if low < USUAL_NOW < high:
        return USUAL_NOW
    middle = (low + high) // 2
    day = middle // _DAY * _DAY
    return day if low < day < high else middle


def _after(dated: Iterable[_Starts], delays: int) -> int:
    """A midnight over a day after all dates, and so many of the longest delays later."""
    latest = [max(starts.fixed) + delays * max(starts.delays, default=0) for starts in dated]
    return min((max(latest, default=0) // _DAY + 2) * _DAY, LATEST_NOW)


@dataclass(slots=True)
class _Starts:
    """Where intervals start on one time line: fixed moments, and distances from now."""

    fixed: set[int] = field(default_factory=set[int])
    moving: set[int] = field(default_factory=set[int])
    ends: bool = False
    """Whether nothing lies on the line after now."""
    delays: set[int] = field(default_factory=set[int])
    """Bounds of the delays between events on the line."""
    follow: bool = False
    """Whether what lies on the line is put in an order of its own: funnels, modes."""
    room: int = 0
    """How many different values, but for one, may have to lie in one cell."""
    daily: bool = False
    """Whether values on the line are whole days."""
    prefixes: set[str] = field(default_factory=set[str])
    """Texts that such values are compared with or begin with: fixed days begin and end there."""
    searched: bool = False
    """Whether a text is looked for in such values, which fixed days have time and again."""


_DATED = (Number, Text, Date, Moment)
_SEARCHES = {Operator.CONTAINS, Operator.OMITS, Operator.ENDS_WITH}
_ORDERS = {
    Operator.GREATER_THAN,
    Operator.AT_LEAST,
    Operator.LESS_THAN,
    Operator.AT_MOST,
}
_Source: TypeAlias = "Event | Entity"
_Line: TypeAlias = "_Source | Scalar"
"""The events of one name, or a value by its name, whoever has it: what lies on one line."""


class _Lines:
    """The time lines of a query, and which are one because what lies on them is compared."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self.starts: dict[_Line, _Starts] = {}
        self.ties: list[tuple[_Line, _Line]] = []

    @property
    def need_moments(self) -> bool:
        """Whether anything is fixed, or reaches far."""
        return any(starts.fixed or _is_far(starts) for starts in self.starts.values())

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
            starts.follow = True
        if not stream.filters:
            return
        for each in stream.filters:
            if isinstance(each, Where):
                self.note(each.condition, stream.source)
        window = age_window(stream.filters, self._readings)
        if window is not None:
            starts.moving.update((-window.most, 1 - window.least))
        delay = delay_window(stream.filters, self._readings)
        if delay is not None:
            starts.delays.update((delay.least, delay.most + 1))

    def _comparison(self, node: Comparison, source: _Source | None) -> None:
        line = _line_of(node.left, source)
        starts = self._of(line)
        if isinstance(node.left, Reduction) and node.left.value is not None:
            reduced = self._of(_line_of(node.left.value, node.left.stream.source))
            reduced.follow |= node.left.reducer is Reducer.MODE
            if node.left.reducer is Reducer.UNIQUE_COUNT:
                counts = [each.value for each in node.arguments if isinstance(each, Number)]
                reduced.room += int(max(counts, default=0)) + 1
        for argument in node.arguments:
            if isinstance(argument, Duration):
                starts.moving.update(_relative_starts(node.operator, argument.ms))
            elif isinstance(argument, _DATED):
                # equality with the text of a moment may pick that moment out too
                moment = constant_moment(argument)
                if moment is not None:
                    starts.fixed.update((moment, moment + 1))
                self._note_text(starts, node.operator, text_of(constant_value(argument)))
                if isinstance(line, Event) and node.operator not in DATE_OPERATORS:
                    starts.fixed.update(cuts_of(text_of(constant_value(argument))))
            else:
                self._of(_line_of(argument, source))
                self.ties.append((line, _line_of(argument, source)))

    @staticmethod
    def _note_text(starts: _Starts, operator: Operator, text: str) -> None:
        if operator in _SEARCHES:
            starts.searched = True
        elif operator is Operator.STARTS_WITH or operator in _ORDERS:
            starts.prefixes.add(text)


@lru_cache(maxsize=4_096)
def _lines_of(query: CqlQuery, readings: Readings) -> _Lines:
    lines = _Lines(readings)
    lines.note(query, None)
    return lines


def _joined(
    queries: Sequence[_Lines], listed: Collection[int], days: Collection[str]
) -> list[_Starts]:
    """The starts of lines that are tied, together.

    Args:
        queries: The lines of each query.
        listed: Where values may lie at all.
        days: The names of values that are whole days.
    """
    known = dict.fromkeys(line for lines in queries for line in lines.starts)
    groups: list[set[_Line]] = [{line} for line in known]
    for one, other in [tie for lines in queries for tie in lines.ties]:
        met = [group for group in groups if one in group or other in group]
        groups = [group for group in groups if group not in met]
        groups.append({one, other}.union(*met))
    found: list[_Starts] = []
    for group in groups:
        parts = [lines.starts[line] for lines in queries for line in group if line in lines.starts]
        has_values = any(not isinstance(line, Event) for line in group)
        daily = any(isinstance(line, Name) and line.name in days for line in group)
        prefixes = {prefix for part in parts for prefix in part.prefixes} if daily else set[str]()
        bounds = {day * _DAY for prefix in prefixes for day in days_beginning(prefix)}
        found.append(
            _Starts(
                {at for part in parts for at in part.fixed}.union(
                    listed if has_values else (), bounds
                ),
                {at for part in parts for at in part.moving},
                any(part.ends for part in parts),
                {at for part in parts for at in part.delays},
                any(part.follow for part in parts),
                # a value of several items can lie before, between and after all others
                2 * (len(group) - 1) + sum(part.room for part in parts),
                daily,
                searched=any(part.searched for part in parts),
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
