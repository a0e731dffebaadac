"""The moments between which a window lets events through."""

from __future__ import annotations

from collections.abc import Sequence

from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.streams import Item, age_window, delay_window, session_start
from jurist.languages.cql.semantics.subjects import CustomerEvent
from jurist.languages.cql.semantics.values import FIRST_MOMENT, LAST_MOMENT, moment_text
from jurist.languages.cql.syntax import Between, ExpiresAfter, Filter, Within


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
    if isinstance(part, ExpiresAfter):
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
