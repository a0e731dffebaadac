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
from itertools import chain, pairwise
from typing import NamedTuple, TypeAlias

from jurist.languages.cql.operators import DAY_MS, Group, Operator, Reducer
from jurist.languages.cql.prover.abstraction.value_comparisons import cuts_of
from jurist.languages.cql.prover.context import FastPath, is_on
from jurist.languages.cql.prover.limits import MOST_CASES, TooWide
from jurist.languages.cql.prover.values.moments import days_beginning
from jurist.languages.cql.schemas.schema import CqlSchema, Field, Fields, Kind, context_of
from jurist.languages.cql.semantics.comparisons import DATE_OPERATORS
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.streams import age_window, delay_window
from jurist.languages.cql.semantics.values import (
    EACH,
    EARLIEST_NOW,
    LATEST_NOW,
    TIMESTAMP,
    constant_moment,
    constant_value,
    moment_of,
    text_of,
)
from jurist.languages.cql.syntax import (
    Comparison,
    Constant,
    Context,
    CqlQuery,
    Duration,
    Entity,
    Event,
    Name,
    Number,
    Property,
    Reduction,
    Scalar,
)
from jurist.languages.cql.tree import walk

USUAL_NOW = 1_780_315_200_000
"""2026-06-01T12:00:00Z."""
_NOW = 1
"""Where what lies after now starts, in milliseconds from it."""
_MILLENNIUM = 1_000 * 365 * DAY_MS
_MOST_DELAYS = 100
"""One after another: more than a history has events whose size a proof bounds."""
_SEARCHES = {Operator.CONTAINS, Operator.OMITS, Operator.ENDS_WITH}
_MOST_ROOM = 12
"""Different values that are looked for in one cell."""


class Moments(NamedTuple):
    """Moments of evaluation, the usual one first."""

    listed: list[int]
    are_all: bool
    """Whether they stand for all others."""
    assumption: str = ""
    """What is left out of all others."""


def critical_moments(queries: Iterable[CqlQuery], schema: CqlSchema) -> Moments:
    """The moments of evaluation that stand for all others, as far as that is known.

    Raises:
        TooWide: Where there are too many.
    """
    if schema.now is not None:
        return Moments([schema.now], are_all=True)
    of_queries = [_lines_of(query, schema.readings) for query in queries]
    listed, days = context_of(schema).get(_listed_times)
    needed = listed or any(lines.need_moments(days) for lines in of_queries)
    if not needed and is_on(FastPath.ONE_MOMENT):
        return Moments([USUAL_NOW], are_all=True)
    joined = _joined(of_queries, listed, days)
    phases = {phase for line in joined if line.daily for phase in line.phases()}
    windowed = [line for line in joined if line.fixed and line.moving]
    dated = [line for line in joined if line.fixed and line.ends and not line.moving]
    late = _after(dated, _MOST_DELAYS)
    near = sorted({now for line in windowed for now in line.near()})
    equal = [now for now in near if EARLIEST_NOW <= now <= LATEST_NOW]
    tied = [line for line in joined if line.moving and (line.fixed or line.daily)]
    are_all = not any(line.is_open for line in tied) and not any(line.is_far for line in joined)
    is_cut = len(equal) < len(near) or late == LATEST_NOW
    assumption = "now lies in the years 1001 to 8999" if is_cut else ""
    if not equal:
        usual = max(USUAL_NOW, _after(dated, 0))
        in_order = dict.fromkeys([*_by_phase(usual, usual, usual + DAY_MS, phases), late])
        return Moments([now for now in in_order if now >= usual], are_all, assumption)
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


def _by_phase(now: int, low: int, high: int, phases: Collection[int]) -> list[int]:
    """A moment, and others near it and the ends, at each time of day that matters."""
    if not phases:
        return [now]
    days = {at // DAY_MS * DAY_MS + day for at in (now, low, high) for day in (-DAY_MS, 0, DAY_MS)}
    near = [day + phase for phase in sorted(phases) for day in sorted(days)]
    return list(dict.fromkeys((now, low, high, *(at for at in near if low <= at <= high))))


def _usual(low: int, high: int) -> int:
    """A moment between two others, a simple one where there is one."""
    if low < USUAL_NOW < high:
        return USUAL_NOW
    middle = (low + high) // 2
    day = middle // DAY_MS * DAY_MS
    return day if low < day < high else middle


def _after(dated: Iterable[_TimeLine], delays: int) -> int:
    """A midnight over a day after all dates, and so many of the longest delays later."""
    latest = [max(line.fixed) + delays * max(line.delays, default=0) for line in dated]
    return min((max(latest, default=0) // DAY_MS + 2) * DAY_MS, LATEST_NOW)


# --- time lines ---


@dataclass(slots=True)
class _TimeLine:
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
    """So many different values, and one more, may have to lie between two starts."""
    daily: bool = False
    """Whether values on the line are whole days."""
    prefixes: set[str] = field(default_factory=set[str])
    """Texts that such values are compared with or begin with: fixed days begin and end there."""
    searched: bool = False
    """Whether a text is looked for in such values, which fixed days have time and again."""

    def join(self, other: _TimeLine) -> None:
        """Take over what lies on another line, whose moments are compared with these."""
        self.fixed |= other.fixed
        self.moving |= other.moving
        self.delays |= other.delays
        self.follow |= other.follow
        self.room += other.room
        self.prefixes |= other.prefixes
        self.searched |= other.searched

    @property
    def is_open(self) -> bool:
        """Whether, beside dates and windows, no list of moments is known to be enough."""
        if self.daily and (self.searched or (self.fixed and self.room)):
            return True
        return self.follow or self.room > _MOST_ROOM

    @property
    def is_far(self) -> bool:
        """Whether a window may reach to where time ends, or begins."""
        return max(map(abs, (*self.moving, *self.delays)), default=0) > _MILLENNIUM

    def near(self) -> Iterator[int]:
        """Each `now` that leaves less room between a fixed and a moving start than is needed."""
        room = 1 if self.is_open else self.room + 1
        shifts = {0, *self.delays, *(-delay for delay in self.delays)}
        for start in self.fixed:
            for offset in (*self.moving, *((_NOW,) if self.ends else ())):
                for shift in shifts:
                    at = start - offset + shift
                    yield from range(at - room + 1, at + room)

    def phases(self) -> Iterator[int]:
        """The times of day of `now` at which another midnight comes into a moving interval.

        Or goes: values that are whole days lie at midnights, which are fixed, one each day.
        """
        for start in self.moving:
            yield -start % DAY_MS
            yield (1 - start) % DAY_MS


_Source: TypeAlias = "Event | Entity"
_Line: TypeAlias = "_Source | Scalar"
"""The events of one name, or a value by its name, whoever has it: what lies on one line."""


class _Lines(dict[_Line, _TimeLine]):
    """The time lines of a query, and which are one because what lies on them is compared."""

    def __init__(self, query: CqlQuery, readings: Readings) -> None:
        super().__init__()
        self.ties: list[tuple[_Line, _Line]] = []
        for node, scope in walk(query):
            if isinstance(node, Comparison):
                self._note_comparison(node, scope.source)
            elif isinstance(node, Reduction):
                self._note_stream(node, scope.source, readings)

    def __missing__(self, line: _Line) -> _TimeLine:
        self[line] = time_line = _TimeLine()
        return time_line

    def need_moments(self, days: Collection[str]) -> bool:
        """Whether anything is fixed, or reaches far."""
        if any(time_line.fixed or time_line.is_far for time_line in self.values()):
            return True
        return any(_is_daily(line, days) for line in (*self, *chain(*self.ties)))

    def _note_stream(self, node: Reduction, parent: _Source | None, readings: Readings) -> None:
        source, filters = node.stream.source, node.stream.filters
        if parent is not None:  # what follows comes after it
            self.ties.append((source, parent))
            self[source].follow = True
        if filters and (window := age_window(filters, readings)):
            self[source].moving.update((-window.most, 1 - window.least))
        if filters and (delay := delay_window(filters, readings)):
            self[source].delays.update((delay.least, delay.most + 1))

    def _note_comparison(self, node: Comparison, source: _Source | None) -> None:
        left, operator = node.left, node.operator
        line = _line_of(left, source)
        for side in (left, *node.arguments):
            if isinstance(side, Reduction) and side.reducer is Reducer.MODE:
                self[_line_of(side, source)].follow = True
        if isinstance(left, Reduction) and left.reducer is Reducer.UNIQUE_COUNT:
            counts = [argument.value for argument in node.arguments if isinstance(argument, Number)]
            self[line].room += int(max(counts, default=0)) + 1
        for argument in node.arguments:
            if isinstance(argument, Duration):
                self[line].moving.update(_relative_starts(operator, argument.ms))
            elif isinstance(argument, Scalar):
                self.ties.append((line, _line_of(argument, source)))
            else:
                self._note_constant(line, operator, argument)

    def _note_constant(self, line: _Line, operator: Operator, constant: Constant) -> None:
        # equality with the text of a moment may pick that moment out too
        moment, text = constant_moment(constant), text_of(constant_value(constant))
        if moment is not None:
            self[line].fixed.update((moment, moment + 1))
        if operator in _SEARCHES:
            self[line].searched = True
        elif operator is Operator.STARTS_WITH or operator.group is Group.ORDER:
            self[line].prefixes.add(text)
        if isinstance(line, Event) and operator not in DATE_OPERATORS:
            self[line].fixed.update(cuts_of(text))


@lru_cache(maxsize=4_096)
def _lines_of(query: CqlQuery, readings: Readings) -> _Lines:
    return _Lines(query, readings)


def _joined(
    of_queries: Sequence[_Lines], listed: Collection[int], days: Collection[str]
) -> list[_TimeLine]:
    """The lines that are tied, as one.

    Args:
        of_queries: The lines of each query.
        listed: Where values may lie at all.
        days: The names of values that are whole days.
    """
    ties = [tie for lines in of_queries for tie in lines.ties]
    groups = {line: [line] for line in chain(*of_queries, *ties)}
    for line, other in ties:
        if groups[line] is not groups[other]:
            groups[line] += groups[other]
            groups.update(dict.fromkeys(groups[other], groups[line]))
    joined: list[_TimeLine] = []
    for group in {id(group): group for group in groups.values()}.values():
        # a value of several items can lie before, between and after all others
        has_events = any(isinstance(line, Event) for line in group)
        whole = _TimeLine(ends=has_events, room=2 * (len(group) - 1))
        for lines in of_queries:
            for line in group:
                if line in lines:
                    whole.join(lines[line])
        if not all(isinstance(line, Event) for line in group):
            whole.fixed.update(listed)
        whole.daily = any(_is_daily(line, days) for line in group)
        if whole.daily:
            whole.fixed.update(d * DAY_MS for text in whole.prefixes for d in days_beginning(text))
        joined.append(whole)
    return joined


def _is_daily(line: _Line, days: Collection[str]) -> bool:
    return isinstance(line, Name) and line.name in days


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


# --- what a schema says of moments ---


def _listed_times(schema: CqlSchema) -> tuple[frozenset[int], frozenset[str]]:
    """The moments that a schema lists as the only values of something, and the names of days.

    Returns:
        The moments, with where they end; and, as queries say them, the names of values that
        may be any day.
    """
    moments: set[int] = set()
    days: set[str] = set()
    waiting = [named for fields in _all_fields(schema) for named in fields.items()]
    while waiting:
        name, field_ = waiting.pop()
        if field_.kind is Kind.DATE and field_.enum is None:
            days.add(name)
        for moment in map(moment_of, field_.enum or ()):
            if moment is not None:
                moments.update((moment, moment + 1))
        waiting += _fields_inside(name, field_)
    return frozenset(moments), frozenset(days)


def _fields_inside(name: str, outer: Field) -> Iterator[tuple[str, Field]]:
    if outer.items is not None:
        yield f"{name}.{EACH}", outer.items
    for inner, field_ in (outer.fields or {}).items():
        yield name + "." + inner.replace(".", "\\."), field_


def _all_fields(schema: CqlSchema) -> Iterator[Fields]:
    yield from (schema.traits, schema.account_traits)
    for event in schema.events.values():
        yield from (event.properties, event.context)
    entities = list(schema.entities.values())
    while entities:
        entity = entities.pop()
        yield entity.properties
        entities += entity.entities.values()
