"""Systems that may be compared: generators of runs, as addresses name them (`RUN:GENERATOR`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jurist.alignment.comparison.comparing import same_version
from jurist.analysis.pairing import System
from jurist.columns import Columns, Dimension
from jurist.errors import InputError
from jurist.store import Store
from jurist.store.runs import RunRecord, generators_of_runs, list_runs
from jurist.web.names import require_known, run_of
from jurist.web.site import Site

_MOST_RUNS: Final = 60
"""Runs whose generators can be chosen from, besides those that are compared."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The generators of a run."""

    run: RunRecord
    systems: tuple[tuple[str, str], ...]
    """(as an address has it, the generator's name)."""


def address_of(system: System) -> str:
    """As it stands in an address."""
    return f"{system.run}:{system.generator}"


def system_named(site: Site, given: str) -> System:
    """The system that an address names.

    Raises:
        MissingError: There is no such run, or it has no such generator.
        InputError: It names no system.
    """
    known = [each.id for each in list_runs(site.store) if given.startswith(f"{each.id}:")]
    run, colon, _ = given.partition(":")
    if not colon:
        raise InputError(
            f"{given[:200]!r} names no system",
            expected="RUN:GENERATOR",
            fix="write a run's id, a colon, and its generator's name",
        )
    run = run_of(site.store, max(known, key=len, default=run)).id
    generator = given[len(run) + 1 :]
    require_known("generator", generator, generators_in(site.shelf.columns(run)))
    return System(run, generator)


def generators_in(columns: Columns) -> tuple[str, ...]:
    """The generators that answered in a run."""
    return columns.values[Dimension.GENERATOR]


def pair_of_runs(site: Site, runs: Sequence[str]) -> tuple[System, System] | None:
    """Who is compared where only runs are named, or none; `None`: there are no two systems.

    Of two runs the same generator, the earlier run first: the best of those that changed; of one
    run its two best; without a run the latest that has two generators.
    """
    if len(runs) >= 2:
        records = sorted((run_of(site.store, run) for run in runs[:2]), key=lambda run: run.created)
        boards = [_ranked(site, record.id) for record in records]
        shared = [name for name in boards[1] if name in boards[0]]
        shared.sort(key=lambda name: same_version(site.store, *_both(records, (name, name))))
        names = [(shared or board)[0] for board in boards if board]
        if len(names) < 2:
            return None
        return _both(records, names)
    if runs:
        return _two_best(site, run_of(site.store, runs[0]).id)
    several = generators_of_runs(site.store)
    latest = (each.id for each in list_runs(site.store) if len(several.get(each.id, ())) > 1)
    return next((pair for run in latest if (pair := _two_best(site, run)) is not None), None)


def rival_of(site: Site, system: System) -> System | None:
    """The best other generator of its run; `None`: there is no other."""
    others = (name for name in _ranked(site, system.run) if name != system.generator)
    return next((System(system.run, name) for name in others), None)


def _both(records: Sequence[RunRecord], names: Sequence[str]) -> tuple[System, System]:
    (one, other), (name, other_name) = records, names
    return System(one.id, name), System(other.id, other_name)


def _two_best(site: Site, run: str) -> tuple[System, System] | None:
    names = _ranked(site, run)
    return (System(run, names[1]), System(run, names[0])) if len(names) > 1 else None


def _ranked(site: Site, run: str) -> list[str]:
    """Generators from the best to the worst, by the leaderboard's first judge."""
    glance = site.glances.of(site.shelf.columns(run))
    return [row.generator for row in glance.deciding]


def choices(store: Store, chosen: Sequence[System]) -> tuple[Choices, ...]:
    """What can be chosen: the latest runs, and those that are compared."""
    named = generators_of_runs(store)
    wanted = {system.run for system in chosen}
    found: list[Choices] = []
    for place, record in enumerate(list_runs(store)):
        own = [system.generator for system in chosen if system.run == record.id]
        names = tuple(dict.fromkeys((*named.get(record.id, ()), *own)))
        if names and (place < _MOST_RUNS or record.id in wanted):
            systems = tuple((address_of(System(record.id, name)), name) for name in names)
            found.append(Choices(record, systems))
    return tuple(found)


def shared_judges(site: Site, first: System, second: System) -> list[str]:
    """The judges that ruled on both, in the leaderboard's order."""
    ours, theirs = (site.shelf.columns(each.run) for each in (first, second))
    ordered = dict.fromkeys(row.judge for row in site.glances.of(ours).standings)
    return [name for name in ordered if name in theirs.values[Dimension.JUDGE]]
