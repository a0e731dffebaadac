"""The short texts of an explanation: `0 >= 1, no`, `2026-05-02T... to ..., 1 event`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.sessions import following_session, session_start
from jurist.languages.cql.semantics.streams import (
    Item,
    age_window,
    delay_window,
    earliest_follower,
)
from jurist.languages.cql.semantics.subjects import CustomerEvent, json_value
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Result,
    moment_text,
    rounded,
    text_of,
)
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Condition,
    ExpiresAfter,
    Filter,
    Or,
    Within,
)
from jurist.languages.cql.text.literals import string_text
from jurist.plurals import counted
from jurist.shortening import shortened

_LONGEST = 60
"""Characters of a value that is shown."""
SETTLED_BY: Final[Mapping[type[Condition], bool]] = {
    And: False,
    Or: True,
    AnyUser: True,
    AllUsers: False,
}
"""The truth that one operand, or user, which has it gives the whole."""


def value_text(value: Result | None) -> str:
    """A value: a text in quotes, a list or an object as JSON."""
    if value is None:
        return "missing"
    short = shortened(text_of(value), _LONGEST)
    return string_text(short) if isinstance(value, str) else short


def truth(holds: bool | None) -> str:  # noqa: FBT001 - it is the datum
    """`yes` or `no`."""
    return "" if holds is None else "yes" if holds else "no"


def comparison_reading(
    node: Comparison,
    left: str,
    arguments: Sequence[str],
    holds: bool,  # noqa: FBT001 - it is the datum
) -> str:
    """A comparison with the values in the places of the names."""
    if not arguments:
        return f"{left}, {truth(holds)}"
    if node.operator.symbol:
        return f"{left} {node.operator.symbol} {arguments[0]}, {truth(holds)}"
    values = ", ".join(arguments)
    short = values if len(values) <= 2 * _LONGEST else f"{values[: 2 * _LONGEST]}…"
    return f"{left} {node.operator.replace('_', ' ')} {short}, {truth(holds)}"


def share_kept(number: int, of: int, noun: str, many: str = "") -> str:
    """`1 of 2 events`."""
    return f"{number:,} of {counted(of, noun, many)}"


def json_of(value: Result | None) -> object:
    """What a scalar comes to, for JSON."""
    return None if value is None else json_value(rounded(value))


def window_of(
    part: Filter, readings: Readings, now: int, parent: Item, events: Sequence[Item]
) -> tuple[str, str] | None:
    """The first and the last moment that a filter lets through; `None` where it has no such.

    Args:
        part: The filter.
        readings: The readings of the schema.
        now: The moment of evaluation.
        parent: The event that encloses the stream's own, or `None`.
        events: All of the stream's source, among which a session is looked for.
    """
    first = last = None
    if isinstance(part, ExpiresAfter) and part.parent:
        soonest = earliest_follower(parent.time, readings)
        times = [event.time for event in events if isinstance(event, CustomerEvent)]
        after = [time for time in times if time >= soonest]
        first, last = soonest, following_session(after, part.duration.ms, parent.time)
    elif isinstance(part, ExpiresAfter):
        times = [event.time for event in events if isinstance(event, CustomerEvent)]
        first, last = session_start(times, part.duration.ms, now), now
    elif isinstance(part, Within | Between) and part.parent:
        delays = delay_window((part,), readings)
        if parent is not None and delays is not None:
            first, last = parent.time + delays.least, parent.time + delays.most
    else:
        ages = age_window((part,), readings)
        if ages is not None:
            first, last = now - ages.most, now - ages.least
    if first is None or last is None or first > last:
        return None
    first, last = max(first, FIRST_MOMENT), min(last, LAST_MOMENT)
    return moment_text(first), moment_text(last)
