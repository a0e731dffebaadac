"""All that a log of production shows, measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Final

import numpy as np

from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import Floats, Ints
from jurist.errors import InputError
from jurist.languages.schema_files import FoundSchema
from jurist.languages.texts import nearest_hint
from jurist.plurals import counted
from jurist.production.claims import claims_of
from jurist.production.clustered import difference, ratio, share_of
from jurist.production.comparing import EQUAL, Compared, compared, sample_of
from jurist.production.distances import edits_and_meaning, equal_share
from jurist.production.figures import (
    Acceptance,
    Assignment,
    By,
    Change,
    Part,
    Production,
)
from jurist.production.measuring_time import is_timed, median_of, time_to_audience
from jurist.production.retention import retention
from jurist.production.tasks import Flags, Outcome, Tasks, tasks_of
from jurist.store import Store
from jurist.store.interactions import interactions, systems_in_production
from jurist.store.saved_answers import count_saved_answers

ABANDONED_AFTER: Final = 24 * 3600 * 1000
"""Milliseconds, unless somebody says otherwise."""
PAIRS: Final = 2_000
"""Most pairs of an answer and what was saved of it that are proved, unless somebody says more."""
_MOST_PARTS: Final = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured, and how the log is to be read."""

    system: str | None = None
    """None: the only one of the store."""
    by: By = By.NOTHING
    assignment: Assignment = Assignment.OBSERVED
    abandoned_after: int = ABANDONED_AFTER
    zone: tzinfo = UTC
    """Of weeks."""
    pairs: int = PAIRS
    """See `comparing.sample_of`."""


def measure(
    store: Store,
    wanted: Wanted,
    found: FoundSchema | None = None,
    *,
    advance: Callable[[int, int], None] = lambda _done, _all: None,
) -> Production:
    """Measure what a store holds of production.

    Args:
        store: Where logs were read into; with `found` it also keeps what is proved.
        wanted: What.
        found: What the queries are written for; none: they are not compared.
        advance: Told how many pairs of answer and saved query are compared, of how many.

    Raises:
        InputError: There is no such system, or there are several and none is named.
    """
    system = _system(store, wanted.system)
    sample: tuple[Compared, ...] | None = None
    if found is not None:
        drawn = sample_of(interactions(store, system=system), wanted.pairs)
        sample = compared(store, drawn, found, advance=advance)
    equal = frozenset(each.attempt.key for each in sample or () if each.found.relation in EQUAL)
    tasks = tasks_of(
        interactions(store, system=system), abandoned_after=wanted.abandoned_after, equal=equal
    )
    if not len(tasks):
        raise InputError(
            f"no task of {system!r} says when it began",
            expected="asked_at or shown_at of attempts",
            fix="read in a log with such times: jurist production ingest FILE",
        )
    saved = count_saved_answers(store, system)
    return replace(measure_tasks(tasks, wanted, sample, saved), system=system)


def measure_tasks(
    tasks: Tasks, wanted: Wanted, sample: Sequence[Compared] | None = None, saved: int = 0
) -> Production:
    """Measure tasks.

    Args:
        tasks: At least one.
        wanted: What.
        sample: Saved answers drawn at random and compared; none: they are not.
        saved: How many saved answers they were drawn from.
    """
    measurer = _Measurer(tasks, wanted, sample, saved)
    names, place = measurer.places()
    whole = measurer.part("all", np.ones(len(tasks), np.bool_))
    return Production(
        system=wanted.system or "",
        begin=int(tasks.began[0]),
        end=tasks.end,
        abandoned_after=wanted.abandoned_after,
        assignment=wanted.assignment,
        whole=whole,
        by=wanted.by,
        parts=[measurer.part(name, place == number) for number, name in enumerate(names)],
        changes=measurer.changes(names, place),
        claims=claims_of(wanted.by, wanted.assignment),
        notes=[*measurer.notes(whole), *_left_over(place)],
    )


def _system(store: Store, named: str | None) -> str:
    known = systems_in_production(store)
    if not known:
        raise InputError(
            f"the store {store.place} holds nothing of production",
            expected="a log that was read in",
            fix="jurist production ingest FILE",
        )
    if named in known or (named is None and len(known) == 1):
        return named or next(iter(known))
    problem = "there are several systems" if named is None else f"there is no system {named[:80]!r}"
    raise InputError(
        problem,
        expected=f"one of {', '.join(known)}"[:500],
        fix=nearest_hint(named or "", known) or "name one",
    )


@dataclass(frozen=True, slots=True)
class _Measurer:
    tasks: Tasks
    wanted: Wanted
    sample: Sequence[Compared] | None
    saved: int

    def places(self) -> tuple[Sequence[str], Ints]:
        """The names of the parts, and the part of each task."""
        tasks, by = self.tasks, self.wanted.by
        if by is By.VERSION:
            return _newest(_named(tasks.versions), tasks.version)
        if by is By.SEGMENT:
            return _newest(_named(tasks.segments), tasks.segment)
        if by is By.WEEK:
            weeks = [self._week(moment) for moment in tasks.began.tolist()]
            names, place = np.unique(weeks, return_inverse=True)
            return _newest([str(name) for name in names], place)
        return (), np.zeros(len(tasks), np.int64)

    def _week(self, moment: int) -> str:
        year, week, _ = datetime.fromtimestamp(moment / 1000, self.wanted.zone).isocalendar()
        return f"{year}-W{week:02}"

    def _of_part(self, each: Compared, name: str) -> bool:
        attempt, by = each.attempt, self.wanted.by
        if by is By.VERSION:
            return (attempt.version or _UNNAMED) == name
        if by is By.SEGMENT:
            return (attempt.segment or _UNNAMED) == name
        began = attempt.began_at
        return began is not None and self._week(began) == name

    def part(self, name: str, chosen: Flags) -> Part:
        """All figures of a part of the tasks."""
        tasks = self.tasks
        people = tasks.people[chosen]
        edits = meaning = None
        if self.sample is not None:
            whole = chosen.all()
            mine = [each for each in self.sample if whole or self._of_part(each, name)]
            edits, meaning = edits_and_meaning(mine, self.saved if whole else None)
        return Part(
            name=name,
            tasks=int(chosen.sum()),
            people=len(np.unique(people[people >= 0])),
            clusters=len(np.unique(tasks.clusters[chosen])),
            time=time_to_audience(tasks, chosen, self.wanted.abandoned_after),
            acceptance=self._acceptance(chosen),
            edits=edits,
            meaning=meaning,
            retention=retention(tasks, chosen),
        )

    def _acceptance(self, chosen: Flags) -> Acceptance:
        tasks, settled = self.tasks, chosen & self.tasks.settled
        shares = {
            outcome: self._share(settled, tasks.outcome == outcome)[0]
            for outcome in Outcome
            if outcome is not Outcome.OPEN
        }
        return Acceptance(
            unchanged=shares[Outcome.UNCHANGED],
            edited=shares[Outcome.EDITED],
            asked_again=shares[Outcome.ASKED_AGAIN],
            abandoned=shares[Outcome.ABANDONED],
            worked=self._share(settled, tasks.worked)[0],
            unsettled=int((chosen & ~tasks.settled).sum()),
        )

    def _share(self, of: Flags, which: Flags) -> tuple[Estimate, Floats]:
        values = which[of].astype(np.float64)
        return share_of(values, self.tasks.clusters[of], self.tasks.groups)

    def _change(self, between: Sequence[Flags], which: Flags) -> Estimate:
        before, after = (self._share(of, which) for of in between)
        return difference(before, after, 1.0)

    def changes(self, names: Sequence[str], place: Ints) -> list[Change]:
        """From each version to the next, in the order in which they first answered."""
        tasks = self.tasks
        found: list[Change] = []
        for after in range(1, len(names) if self.wanted.by is By.VERSION else 1):
            ours, theirs = place == after - 1, place == after
            timed = is_timed(tasks)
            settled = [of & tasks.settled for of in (ours, theirs)]
            abandoned = tasks.outcome == Outcome.ABANDONED
            equal = None
            if self.sample is not None:
                mine, other = (
                    [each for each in self.sample if self._of_part(each, names[number])]
                    for number in (after - 1, after)
                )
                equal = equal_share(mine, other)
            found.append(
                Change(
                    before=names[after - 1],
                    after=names[after],
                    time=ratio(*(median_of(tasks, of & timed) for of in (ours, theirs))),
                    worked=self._change(settled, tasks.worked),
                    abandoned=self._change(settled, abandoned),
                    equal=equal,
                )
            )
        return found

    def notes(self, whole: Part) -> list[str]:
        """What was left out, and what limits the numbers."""
        hours = self.wanted.abandoned_after / 3_600_000
        notes = [f"{counted(n, 'task')} {what}" for what, n in self.tasks.untold.items()]
        time = whole.time
        if time.silent:
            notes.append(
                f"the log does not say when {counted(time.silent, 'task')} were given up: they are "
                "censored where they were last seen. With them at risk until they had been silent "
                f"for {hours:g} hours the median would be {time.if_silent_stayed:,.0f} s"
            )
        if whole.edits is not None and whole.edits.compared < whole.edits.saved:
            notes.append(
                f"edits and meaning are of {whole.edits.compared:,} of {whole.edits.saved:,} saved "
                "answers, drawn at random; a first answer that was not drawn and saved with an "
                "edit counts as one that did not work"
            )
        if self.wanted.by is By.VERSION and self.wanted.assignment is Assignment.RANDOMIZED:
            notes += _against_chance(self.tasks)
        if self.sample is None:
            notes.append(
                "no schema is named, so saved queries are compared with answers as texts alone: "
                "an edit that changes no meaning counts as one that did"
            )
        return notes


def _left_over(place: Ints) -> list[str]:
    """What is said of tasks that are in no part."""
    number = int((place < 0).sum())
    text = f"only the last {_MOST_PARTS} parts are shown: {counted(number, 'task')} of earlier ones"
    return [f"{text} count in the whole alone"] if number else []


def _newest(names: Sequence[str], place: Ints) -> tuple[Sequence[str], Ints]:
    """The last names of very many, and the part of each task; below 0: of none of these."""
    return names[-_MOST_PARTS:], place - max(0, len(names) - _MOST_PARTS)


def _against_chance(tasks: Tasks) -> list[str]:
    """What the log shows that speaks against whole accounts having been assigned by chance."""
    notes: list[str] = []
    pairs = np.unique(np.stack([tasks.clusters, tasks.version]), axis=1)
    mixed = int((np.bincount(pairs[0]) > 1).sum())
    if mixed:
        notes.append(
            f"randomised, says the log's owner, but {counted(mixed, 'cluster')} of "
            f"{tasks.groups:,} had several versions: it was not whole accounts that were assigned"
        )
    spans = [tasks.began[tasks.version == number] for number in range(len(tasks.versions))]
    for number in range(1, len(spans)):
        if spans[number].min() > spans[number - 1].max():
            names = " and ".join(_named(tasks.versions[number - 1 : number + 1]))
            notes.append(
                f"randomised, says the log's owner, but {names} followed each other in time: "
                "their difference is also that of the weeks, and shows no effect of the version"
            )
    return notes


_UNNAMED: Final = "(not told)"


def _named(names: Sequence[str]) -> Sequence[str]:
    return [name or _UNNAMED for name in names]
