"""Cases that a gate has not seen before: what it may count when one looks again and again.

To run the same cases again is no new evidence, and cases that were looked at while the system was
changed are no draws any more. So each reference counts once, at the first run of the lineage that
asked about it, and only where that run had the very generator that wants to pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from jurist.alignment.comparison.comparable import RunFacts, differences, versions_of_generator
from jurist.analysis.scores import ScoreTable, score_table
from jurist.plurals import counted
from jurist.runs.results import Result, results
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run, list_runs


@dataclass(frozen=True, slots=True)
class FreshTables:
    """Scores on references at their first run, in the order in which these came."""

    baseline: ScoreTable
    run: ScoreTable
    notes: tuple[str, ...]


def fresh_tables(store: Store, baseline: str, run: str, generators: Collection[str]) -> FreshTables:
    """What is fresh in a run and the earlier ones of its study, and in the baseline's.

    Args:
        store: Where they are kept.
        baseline: Id of the run that it is held against; earlier ones of its study's name count.
        run: Id of the run that wants to pass.
        generators: Who must pass.
    """
    base, mine = _facts(store, baseline), _facts(store, run)
    theirs = _lineage(store, base)
    ours = [each for each in _lineage(store, mine) if each not in theirs]
    notes: list[str] = []
    tables: list[ScoreTable] = []
    for facts, lineage in ((base, theirs), (mine, ours)):
        counting = [each for each in lineage if not differences(each, facts)]
        notes.append(
            f"{counted(len(counting), 'run')} of {facts.record.name!r} until {facts.record.id}: "
            "each reference counts once, at its first run"
        )
        if len(counting) < len(lineage):
            others = counted(len(lineage) - len(counting), "run has", "runs have")
            notes.append(f"{others} another judge or schema: their references are not fresh")
        counts = {each.record.id for each in counting}
        tables.append(score_table(_first_results(store, lineage, facts, counts, generators)))
    return FreshTables(tables[0], tables[1], tuple(notes))


def _facts(store: Store, run: str) -> RunFacts:
    return RunFacts(get_run(store, run), datasets_of(store, run))


def _lineage(store: Store, facts: RunFacts) -> tuple[RunFacts, ...]:
    """The runs of a study's name until this one, the oldest first."""
    mine = facts.record
    return tuple(
        RunFacts(record, datasets_of(store, record.id))
        for record in reversed(list_runs(store))
        if record.name == mine.name and (record.created < mine.created or record.id == mine.id)
    )


def _first_results(
    store: Store,
    lineage: Iterable[RunFacts],
    facts: RunFacts,
    counting: Collection[str],
    generators: Collection[str],
) -> Iterator[Result]:
    """Results on each reference at its first run, of generators that were then what they are."""
    wanted = {name: versions_of_generator(facts.datasets, name) for name in generators}
    seen: set[tuple[str, str]] = set()
    for each in lineage:
        same = {
            name
            for name in generators
            if versions_of_generator(each.datasets, name) == wanted[name]
        }
        here: set[tuple[str, str]] = set()
        for result in results(store, each.record.id):
            reference = result.dataset, result.case.reference or result.case.id
            if reference in seen:
                continue
            here.add(reference)
            if each.record.id in counting and result.generator in same:
                yield result
        seen |= here
