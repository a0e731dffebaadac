"""Which moments `now` have to be looked at.

What a query tells apart on a time line are the starts of half-open intervals, each
either fixed (an absolute date) or at a fixed distance from `now`. What can lie in the
cells between them depends on the order of these starts and, of cells that are shorter
than there are different values that must fit in, on their lengths. So it is enough to take
each `now` that brings a fixed and a moving start so near to each other, and one between
each two groups of those. Without absolute dates, or without anything that moves, one
moment will do; where only the end of the history moves, a late one: whatever could have
happened by an earlier moment can have happened by that one.

Values that are whole days lie at midnights: what of `now` matters to them, and why the
moments listed here stand for all others, `time_lines` says.

Each value has a line of its own, and so have the events of one name. What is compared, and
what follows one another in a funnel, lies on one line. There the bounds of a delay shift
the starts, as often as events follow one another: beside dates and windows the moments
that are listed need not stand for all others, and that is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple, TypeAlias

from jurist.languages.cql.operators import DAY_MS, Group, Operator, Reducer
from jurist.languages.cql.prover.abstraction.time_lines import TimeLine, of_each_kind
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
    Unit,
)
from jurist.languages.cql.tree import walk

USUAL_NOW = 1_780_315_200_000
"""2026-06-01T12:00:00Z."""
_MOST_DELAYS = 100
"""One after another: more than a history has events whose size a proof bounds."""
_ANY_COUNT = 1_000
"""Stands for how many different values a number that is no constant may ask for."""
_SEARCHES = {Operator.CONTAINS, Operator.OMITS, Operator.ENDS_WITH}


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
    daily = [line for line in joined if line.is_daily]
    windowed = [line for line in joined if line.fixed and line.moving]
    dated = [line for line in joined if line.fixed and line.ends and not line.moving]
    late = _after(dated, _MOST_DELAYS)
    near = sorted({now for line in windowed for now in line.near()})
    equal = [now for now in near if EARLIEST_NOW <= now <= LATEST_NOW]
    is_open = any(line.is_far or (line.is_tied and line.is_open) for line in joined)
    is_cut = len(equal) < len(near) or late == LATEST_NOW
    assumption = "now lies in the years 1001 to 8999" if is_cut else ""
    if not equal:
        usual = max(USUAL_NOW, _after(dated, 0))
        in_order = dict.fromkeys([*of_each_kind(daily, usual, usual, usual + DAY_MS), late])
        return Moments([now for now in in_order if now >= usual], not is_open, assumption)
    between = [
        now
        for low, high in pairwise([EARLIEST_NOW, *equal, LATEST_NOW])
        if high - low > 1
        for now in of_each_kind(
            daily, max(_usual(low, high), min(late, high - 1)), low + 1, high - 1
        )
    ]
    if len(equal) + len(between) > MOST_CASES:
        raise TooWide(f"over {MOST_CASES} orders of now among the dates")
    ordered = sorted({*equal, *between}, key=lambda now: (abs(now - USUAL_NOW), now))
    return Moments(ordered, not is_open, assumption)


def _usual(low: int, high: int) -> int:
    """A moment between two others, a simple one where there is one."""
    if low < USUAL_NOW < high:
        return USUAL_NOW
    middle = (low + high) // 2
    day = middle // DAY_MS * DAY_MS
    return day if low < day < high else middle


def _after(dated: Iterable[TimeLine], delays: int) -> int:
    """A midnight over a day after all dates, and so many of the longest delays later."""
    latest = [max(line.fixed) + delays * max(line.delays, default=0) for line in dated]
    return min((max(latest, default=0) // DAY_MS + 2) * DAY_MS, LATEST_NOW)


# --- time lines ---


_Source: TypeAlias = "Event | Entity"
_Line: TypeAlias = "_Source | Scalar"
"""The events of one name, or a value by its name, whoever has it: what lies on one line."""


class _Lines(dict[_Line, TimeLine]):
    """The time lines of a query, and which are one because what lies on them is compared."""

    def __init__(self, query: CqlQuery, readings: Readings) -> None:
        super().__init__()
        self.ties: list[tuple[_Line, _Line]] = []
        for node, scope in walk(query):
            if isinstance(node, Comparison):
                self._note_comparison(node, scope.source)
            elif isinstance(node, Reduction):
                self._note_stream(node, scope.source, readings)

    def __missing__(self, line: _Line) -> TimeLine:
        self[line] = time_line = TimeLine()
        return time_line

    def need_moments(self, days: Collection[str]) -> bool:
        """Whether anything is fixed, or reaches far."""
        if any(line.fixed or line.is_far or line.by_day for line in self.values()):
            return True
        return any(_are_dates(line, days) for line in (*self, *chain(*self.ties)))

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
            if isinstance(side, Reduction) and side.reducer is Reducer.UNIQUE_COUNT:
                self[_line_of(side, source)].room += _most_compared(node) + 1
        for argument in node.arguments:
            if isinstance(argument, Duration):
                self._note_length(line, operator, argument)
            elif isinstance(argument, Scalar):
                self.ties.append((line, _line_of(argument, source)))
            else:
                self._note_constant(line, operator, argument)

    def _note_length(self, line: _Line, operator: Operator, length: Duration) -> None:
        starts = _relative_starts(operator, length.ms)
        self[line].moving.update(starts)
        if isinstance(line, Event):
            return  # no event happens on a day without a time
        if length.unit is not Unit.DAY:
            self[line].hourly.update(starts)
        else:
            self[line].by_day.update(_first_days(operator, length.amount))

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
) -> list[TimeLine]:
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
    joined: list[TimeLine] = []
    for group in {id(group): group for group in groups.values()}.values():
        # a value of several items can lie before, between and after all others
        has_events = any(isinstance(line, Event) for line in group)
        of_two_items = any(line == other and line in group for line, other in ties)
        others = len(group) - 1 + of_two_items
        whole = TimeLine(ends=has_events, room=2 * others, is_shared=others > 0)
        for lines in of_queries:
            for line in group:
                if line in lines:
                    whole.join(lines[line])
        if not all(isinstance(line, Event) for line in group):
            whole.fixed.update(listed)
        whole.dates = any(_are_dates(line, days) for line in group)
        if whole.dates:
            whole.fixed.update(d * DAY_MS for text in whole.prefixes for d in days_beginning(text))
        joined.append(whole)
    return joined


def _most_compared(node: Comparison) -> int:
    """The greatest count that a comparison can tell apart."""
    if any(isinstance(argument, Scalar) for argument in node.arguments):
        return _ANY_COUNT
    counts = [argument.value for argument in node.arguments if isinstance(argument, Number)]
    return int(max(counts, default=0))


def _are_dates(line: _Line, days: Collection[str]) -> bool:
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


def _first_days(operator: Operator, days: int) -> tuple[int, ...]:
    """Where the days of a bare date's relation to today start, and end: days from today."""
    match operator:
        case Operator.WITHIN_LAST:
            return -days, 1
        case Operator.WITHIN_NEXT:
            return 0, days + 1
        case Operator.BEFORE_LAST:
            return (1 - days,)
        case _:
            return (days + 1,)


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
