"""What two queries tell apart on one time line, and the moments `now` at which that changes.

A timestamp may be any millisecond. What is told apart of it are intervals that start at fixed
moments, or at a distance from `now`: what lies in them depends on the order of the starts, and
where several values must fit between two of them, on how many milliseconds there are.

A value that is a whole day, a bare date, lies at a midnight. What is told apart of it starts

- at a fixed moment: with the first midnight from there on;
- at a distance of hours from `now`: with the first midnight from there on, which is another
  one at another time of day of `now`;
- at a distance of days from today: with that day's midnight, whatever the time of day.

So of days it matters which of these midnights comes first and how many lie between; and where
days are compared with timestamps, also how far each start of the timestamps is from the
midnights around it. A fixed moment always has its midnights in the same place. All else is
said by `kind_at`: moments of one kind between the same fixed orders of the timestamps'
starts allow the same, so one of each kind is enough. It changes

- with the time of day: where another midnight comes into an interval in hours, or goes, and
  where today does, which moves at midnight only (`phases`);
- where a midnight that is told apart passes a fixed one. That midnight is less than two days
  away from where `now` puts the interval's start for timestamps, and the fixed one less than a
  day from the fixed moment: so less than three days from where the two starts of timestamps
  pass one another, which is where `near` is. Every time of day that matters of the days around
  it is tried. Farther away nothing changes but with the time of day.

A bare date that no window in days speaks of needs none of this: all that is said of it is
said of its midnight, which a timestamp may say too. Nor does what is searched for in texts
that may be bare dates: there `dated_texts` lets every day have every text. Only where a
schema says that values are dates do texts tell days apart: what begins so is an interval of
days; what is looked for elsewhere in them leaves open whether all moments are listed.

`tests/languages/cql/test_bare_dates.py` holds verdicts against small worlds of values and
moments that are enumerated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from jurist.languages.cql.operators import DAY_MS

NOW = 1
"""Where what lies after now starts, in milliseconds from it."""
MILLENNIUM = 1_000 * 365 * DAY_MS
_MOST_ROOM = 12
"""Different values that are looked for in one cell."""
_MOST_ROOM_BESIDE_DAYS = 4
"""The same where days and timestamps are compared: each needs moments around each midnight."""
_DAYS_AROUND = 3

Kind: TypeAlias = tuple[tuple[int, ...], ...]
"""Where the days lie that a line tells apart."""


@dataclass(slots=True)
class TimeLine:
    """Where intervals start on one time line: fixed moments, and distances from now."""

    fixed: set[int] = field(default_factory=set[int])
    moving: set[int] = field(default_factory=set[int])
    hourly: set[int] = field(default_factory=set[int])
    """Those moving starts at which midnights are looked for."""
    by_day: set[int] = field(default_factory=set[int])
    """Where intervals of days start: distances from today, in days."""
    ends: bool = False
    """Whether nothing lies on the line after now."""
    delays: set[int] = field(default_factory=set[int])
    """Bounds of the delays between events on the line."""
    follow: bool = False
    """Whether what lies on the line is put in an order of its own: funnels, modes."""
    room: int = 0
    """So many different values, and one more, may have to lie between two starts."""
    is_shared: bool = False
    """Whether several values that are compared lie on it."""
    dates: bool = False
    """Whether a schema says of values on the line that they are whole days."""
    prefixes: set[str] = field(default_factory=set[str])
    """Texts that such values are compared with or begin with: fixed days begin and end there."""
    searched: bool = False
    """Whether a text is looked for in such values, which fixed days have time and again."""

    def join(self, other: TimeLine) -> None:
        """Take over what lies on another line, whose moments are compared with these."""
        self.fixed |= other.fixed
        self.moving |= other.moving
        self.hourly |= other.hourly
        self.by_day |= other.by_day
        self.delays |= other.delays
        self.follow |= other.follow
        self.room += other.room
        self.prefixes |= other.prefixes
        self.searched |= other.searched

    @property
    def is_daily(self) -> bool:
        """Whether it matters which values on the line are whole days."""
        return self.dates or bool(self.by_day)

    @property
    def is_tied(self) -> bool:
        """Whether what lies on the line depends on now beyond how far back it reaches."""
        if self.fixed and self.moving:
            return True
        return (self.dates and bool(self.moving)) or bool(self.by_day and self._at_hours())

    @property
    def is_open(self) -> bool:
        """Whether, beside dates and windows, no list of moments is known to be enough."""
        most = _MOST_ROOM_BESIDE_DAYS if self._compares_days else _MOST_ROOM
        return (self.dates and self.searched) or self.follow or self.room > most

    @property
    def is_far(self) -> bool:
        """Whether a window may reach to where time ends, or begins."""
        return max(map(abs, (*self.moving, *self.delays)), default=0) > MILLENNIUM

    def near(self) -> Iterator[int]:
        """Each `now` that leaves less room between a fixed and a moving start than is needed."""
        room = 1 if self.is_open else self.room + 1
        shifts = {0, *self.delays, *(-delay for delay in self.delays)}
        for start in self.fixed:
            for offset in (*self.moving, *((NOW,) if self.ends else ())):
                for shift in shifts:
                    at = start - offset + shift
                    yield from range(at - room + 1, at + room)

    # --- days ---

    def _at_hours(self) -> set[int]:
        """The moving starts whose place among the midnights matters.

        Where timestamps are compared with days, those of all of them.
        """
        if not self._compares_days:
            return self.hourly
        return {*self.moving, *((NOW,) if self.ends else ())}

    @property
    def _compares_days(self) -> bool:
        return self.is_daily and self.is_shared

    @property
    def _reach(self) -> int:
        """From how many milliseconds, or days, on there is room for all."""
        return 1 if self.is_open else self.room + 1

    def phases(self) -> Iterator[int]:
        """The times of day of `now` at which what days lie in the intervals changes."""
        near = self._reach if self._compares_days else 0
        yield from (0, DAY_MS - 1)
        for start in self._at_hours():
            for step in range(-near, near + 2):
                yield (step - start) % DAY_MS

    def days_around(self) -> range:
        """The days around those moments `near` at which days pass fixed ones."""
        reach = _DAYS_AROUND + self._reach
        return range(-reach, reach + 1)

    def kind_at(self, now: int) -> Kind:
        """Where the days lie that are told apart: what `now` says of them."""
        today = now // DAY_MS
        hours = sorted(self._at_hours())
        firsts = [-(-(now + start) // DAY_MS) for start in hours]
        firsts += [today + days for days in sorted(self.by_day)]
        from_today = tuple([first - today for first in firsts])
        reach = self._reach
        passed = tuple(
            [
                max(-reach, min(-(-moment // DAY_MS) - first, reach))
                for moment in sorted(self.fixed)
                for first in firsts
            ]
        )
        if not self._compares_days:
            return from_today, passed
        to_midnights = [(start + now) % DAY_MS for start in hours]
        room = tuple([min(reach, ms) for at in to_midnights for ms in (at, -at % DAY_MS)])
        return from_today, passed, room


def of_each_kind(lines: Sequence[TimeLine], usual: int, low: int, high: int) -> list[int]:
    """Moments from `low` to `high`, the usual one first, one of each kind that there is.

    Args:
        lines: Those on which days are told apart.
        usual: A moment between the two.
        low: After this moment or at it, and
        high: until this one timestamps have the same order among the starts.
    """
    kinds: dict[tuple[Kind, ...], int] = {}
    for now in (usual, low, high, *_candidates(lines, (usual, low, high))):
        if low <= now <= high:
            kinds.setdefault(tuple([line.kind_at(now) for line in lines]), now)
    return list(kinds.values())


def _candidates(lines: Sequence[TimeLine], near: Sequence[int]) -> Iterator[int]:
    phases = sorted({phase for line in lines for phase in line.phases()})
    steps = {step for line in lines for step in line.days_around()}
    for day in sorted({moment // DAY_MS + step for moment in near for step in steps}):
        for phase in phases:
            yield day * DAY_MS + phase
