"""Runs beside each other: their generators on the same questions, under the same judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jurist.alignment.choosing import choose_names
from jurist.alignment.comparison.comparable import (
    RunFacts,
    differences,
    require_comparable,
    versions_of_generator,
)
from jurist.alignment.comparison.corrected_pairs import (
    RunLabels,
    labelled_pair,
    labels_of_runs,
    refusals,
)
from jurist.analysis.contrasts import (
    Contrast,
    Unchanged,
    contrasts,
    pairs_of_systems,
    with_corrections,
)
from jurist.analysis.corrected import LEAST_LABELS, Corrected
from jurist.analysis.estimands import anchored_words, asked_words
from jurist.analysis.pairing import System
from jurist.analysis.scores import ScoreTable, score_table_of
from jurist.analysis.variance import VarianceShares, shares_of_variance
from jurist.columns import columns_of
from jurist.errors import InputError
from jurist.plurals import counted
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run


@dataclass(frozen=True, slots=True)
class ComparableTables:
    """Scores of runs that may be compared."""

    tables: Mapping[str, ScoreTable]
    """By the run's id, in the order asked for."""
    notes: tuple[str, ...]
    """What differs between the runs although they are compared."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which generators differ, and where the variance comes from."""

    contrasts: tuple[Contrast, ...]
    """Real questions first, then authored, then synthetic ones; never pooled."""
    unchanged: tuple[Unchanged, ...]
    """Systems that are the same and gave the same answers: there is nothing to compare."""
    variance: VarianceShares
    notes: tuple[str, ...]
    """What differs between the runs, and the questions that were asked in one of them only."""


def compare_runs(
    store: Store,
    runs: Sequence[str],
    *,
    judges: Sequence[str] = (),
    allow_different: bool = False,
    assume_random: bool = False,
) -> Comparison:
    """Compare generators on the same questions; what `jurist compare` does.

    Args:
        store: Where the runs are kept.
        runs: Their ids, how these begin, or studies' names; the earlier ones first. Of one run
            every two generators are compared, of several each generator with its namesake.
        judges: Only under these; all that are in every run where none is named.
        allow_different: Compare although judges or data differ, and note what does.
        assume_random: Take labels without a sampling probability as drawn at random.

    Raises:
        InputError: A run is not there, the runs are not comparable, or they share nothing.
    """
    read = read_tables(store, runs, allow_different=allow_different)
    shared = [
        name
        for name in next(iter(read.tables.values())).judges
        if all(name in table.judges for table in read.tables.values())
    ]
    pairs = pairs_of_systems(read.tables)
    if not shared or not pairs:
        raise InputError(
            "there is nothing to compare: "
            + ("no judge is in all runs" if pairs else "the run has only one generator"),
            expected="two generators, in one run or in two, under one judge",
            fix="name two runs, or a run with two generators",
        )
    used = choose_names(judges, shared, "judge")
    systems = dict.fromkeys(
        System(run, name) for run, table in read.tables.items() for name in table.generators
    )
    same = [pair for pair in pairs if same_version(store, *pair)]
    made = contrasts(read.tables, pairs, used, same_version=same)
    if not made.compared and not made.unchanged:
        raise InputError(
            "the runs share no question", expected="runs over the same cases and questions"
        )
    unpaired = [
        f"{contrast.first.generator} and {contrast.second.generator}: {contrast.unpaired} "
        f"{contrast.origin} questions were asked in one run only and are left out"
        for contrast in made.compared
        if contrast.unpaired
    ]
    variance = shares_of_variance(read.tables, list(systems), used)
    people = labels_of_runs(store, list(read.tables))
    compared, uncorrected = compared_by_people(
        read.tables, people, made.compared, assume_random=assume_random
    )
    anchored = [
        note
        for each in (*made.compared, *made.unchanged)
        for note in anchored_words(each.origin, (each.first.generator, each.second.generator))
    ]
    notes = (*read.notes, *dict.fromkeys((*anchored, *unpaired, *uncorrected)))
    return Comparison(compared, made.unchanged, variance, notes)


def compared_by_people(
    tables: Mapping[str, ScoreTable],
    people: RunLabels,
    compared: Sequence[Contrast],
    *,
    assume_random: bool = False,
) -> tuple[tuple[Contrast, ...], tuple[str, ...]]:
    """The comparisons with what labels make of them, and whose labels are too few for that.

    Args:
        tables: By run.
        people: What they said, by run and task.
        compared: The comparisons as the judges' scores have them.
        assume_random: Take labels without a sampling probability as drawn at random.
    """
    if not any(people.values()):
        return tuple(compared), ()
    corrections: list[Corrected | None] = []
    notes: list[str] = []
    for each in compared:
        systems = (each.first, each.second)
        pair = labelled_pair(
            tables, people, *systems, each.judge, each.origin, assume_random=assume_random
        )
        notes += pair.notes
        corrections.append(pair.difference())
        if corrections[-1] is None:
            counts = (int(labels.drawn.sum()) for labels in (pair.first, pair.second))
            labelled = " and ".join(
                f"{counted(count, 'label')} of {system.generator}"
                for count, system in zip(counts, systems, strict=True)
            )
            refused = refusals(
                tables,
                people,
                systems,
                each.judge,
                each.origin,
                claimed=abs(each.difference.estimate.value),
                assume_random=assume_random,
            )
            notes.append(
                f"{labelled} on {asked_words(each.first.run, each.origin)}: whether {each.judge} "
                f"errs alike on both is unknown, so their difference stands as it judged it "
                f"({LEAST_LABELS} of each are needed)"
                if not refused
                else f"their difference is no evidence: {'; '.join(refused)}"
            )
    return with_corrections(compared, corrections), tuple(notes)


def same_version(store: Store, first: System, second: System) -> bool:
    """Whether two systems are one generator, as far as is known."""
    versions = [
        versions_of_generator(datasets_of(store, each.run), each.generator)
        for each in (first, second)
    ]
    return first.run != second.run and versions[0] == versions[1]


def read_tables(store: Store, runs: Sequence[str], *, allow_different: bool) -> ComparableTables:
    """The scores of runs that are on one scale.

    Raises:
        InputError: None is named, one is not there or named twice, or they are not comparable.
    """
    if not runs:
        raise InputError("no run is named", expected="one run or more")
    records = [get_run(store, run) for run in runs]
    ids = [record.id for record in records]
    if len(set(ids)) < len(ids):
        raise InputError(
            f"a run is named twice: {', '.join(ids)}",
            expected="different runs",
            fix="name each run once",
        )
    facts = [RunFacts(record, datasets_of(store, record.id)) for record in records]
    notes: tuple[str, ...] = ()
    if allow_different:
        notes = tuple(
            f"beware: {difference}"
            for other in facts[1:]
            for difference in differences(facts[0], other)
        )
    else:
        require_comparable(facts)
    return ComparableTables({run: score_table_of(columns_of(store, run)) for run in ids}, notes)
