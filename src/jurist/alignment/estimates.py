"""A generator's mean score and pass rate: the judge's own, and corrected by people's labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from jurist.alignment.choosing import choose_names
from jurist.alignment.labels.columns import Labelled, label_columns, labelled_tasks, with_settled
from jurist.analysis.bounded import SHARES, bounded_mean
from jurist.analysis.comparison import missing_bounds
from jurist.analysis.corrected import LEAST_LABELS, Corrected, Labels, corrected_mean
from jurist.analysis.effective import effective_size
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import LEAST_TO_DECIDE
from jurist.analysis.rogan_gladen import rogan_gladen
from jurist.analysis.scales import FIVE, Scale
from jurist.analysis.scores import ScoreTable, score_table_of
from jurist.analysis.tables import Floats, Ints
from jurist.analysis.transport import Transport, transport
from jurist.columns import columns_of
from jurist.plurals import counted
from jurist.provenance import anchor_of, ordered
from jurist.runs.results import results
from jurist.store import Store
from jurist.store.carrying import labels_of
from jurist.store.runs import get_run

POPULATION = "answers to requests like these"
"""What the numbers speak of: the run's references are taken as draws from what people ask."""


@dataclass(frozen=True, slots=True)
class GeneratorEstimate:
    """One generator under one judge: the naive numbers, and what labels make of them.

    Everything speaks of `population`. `naive_*` are the judge's own over all answers, with
    Gaffke's interval; `effective_n` is how many independent answers they are worth. `labels` were
    drawn to measure, `known` answers count as people scored them. `mean` and `pass_rate` are
    corrected; `None` where there are too few labels. `pass_rogan_gladen` is that of the
    label-shift mode, where it was asked for. `bounds` is what the naive mean could have been had
    all missing verdicts been worst or best. `transport` says whether the correction that the
    other generators' labels give holds for this one; `None` where they have no labels.
    """

    generator: str
    judge: str
    population: str
    answers: int
    references: int
    naive_mean: Estimate
    naive_pass_rate: Estimate
    effective_n: float
    bounds: tuple[float, float] | None
    labels: int
    known: int
    mean: Corrected | None
    pass_rate: Corrected | None
    pass_rogan_gladen: Estimate | None
    transport: Transport | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunEstimates:
    """The generators of a run under each judge."""

    run: str
    estimates: tuple[GeneratorEstimate, ...]
    notes: tuple[str, ...]
    """Why nothing is corrected, where no label can."""


def estimate_scores(
    store: Store,
    run: str,
    *,
    judges: Sequence[str] = (),
    assume_random: bool = False,
    label_shift: bool = False,
) -> RunEstimates:
    """Estimate a run's generators from its verdicts and labels; what `jurist estimate` does.

    Args:
        store: Where the run is kept.
        run: Its id, how it begins, or its study's name.
        judges: Only under these; all where none is named.
        assume_random: Take labels without a sampling probability as drawn at random.
        label_shift: Also Rogan-Gladen, for labels that come from another mix of answers.

    Raises:
        InputError: There is no such run, or no such judge in it.
    """
    identity = get_run(store, run).id
    table = score_table_of(columns_of(store, identity))
    said = labelled_tasks(labels_of(store, identity))
    labels = with_settled(said, results(store, identity))
    estimates = estimate_generators(
        table,
        labels,
        judges=choose_names(judges, table.judges, "judge"),
        assume_random=assume_random,
        label_shift=label_shift,
    )
    measuring = any(not labels[task].known for task in said)
    others = f" ({counted(len(said), 'answer has', 'answers have')} labels that cannot: of another "
    others += "role, or carried from an earlier run)"
    none = f"no labels were drawn here to measure a judge{others * bool(said)}: only naive numbers"
    return RunEstimates(identity, estimates, () if measuring else (none,))


def estimate_generators(
    table: ScoreTable,
    labels: Mapping[str, Labelled],
    *,
    judges: Sequence[str],
    assume_random: bool = False,
    label_shift: bool = False,
) -> tuple[GeneratorEstimate, ...]:
    """Estimate every generator under each judge.

    Args:
        table: A run's scores.
        labels: By task.
        judges: Whose scores are corrected.
        assume_random: Take labels without a sampling probability as drawn at random.
        label_shift: Also Rogan-Gladen, for labels that come from another mix of answers.
    """
    found: list[GeneratorEstimate] = []
    for judge, origins in product(judges, _pools(table)):
        systems: dict[str, tuple[str, _System]] = {}
        for name in table.generators:
            rows = table.rows(generator=name, judge=judge)
            rows = rows[np.any([table.asked(each)[table.item[rows]] for each in origins], axis=0)]
            if len(rows):
                system = _system(table, rows, labels, assume_random=assume_random)
                systems[name] = _population(table, rows), system
        for name, (population, system) in systems.items():
            others = [other for key, (_, other) in systems.items() if key != name]
            found.append(
                _estimate(
                    name,
                    judge,
                    system,
                    others,
                    table.scale,
                    population,
                    label_shift=label_shift,
                )
            )
    return tuple(found)


def _pools(table: ScoreTable) -> list[tuple[str, ...]]:
    """The origins that are estimated together; what a system anchors is apart."""
    every = ordered(table.origins)
    free = tuple(each for each in every if not anchor_of(each))
    return [*([free] if free else []), *((each,) for each in every if anchor_of(each))]


def _population(table: ScoreTable, rows: Ints) -> str:
    """What a row speaks of, where it is not questions of one origin that nobody anchors."""
    here = ordered({table.items[int(code)].origin for code in table.item[rows]})
    if len(here) == 1 and not anchor_of(here[0]):
        return POPULATION
    if len(here) == 1:
        return f"{POPULATION} ({here[0]} questions)"
    return f"{POPULATION} ({' and '.join(here)} questions pooled)"


@dataclass(frozen=True, slots=True)
class _System:
    """A generator's answers: all scores, and the columns of those that it did answer."""

    scores: Floats
    clusters: Ints
    labels: Labels
    answered: Ints
    notes: tuple[str, ...]


def _system(
    table: ScoreTable, rows: Ints, labels: Mapping[str, Labelled], *, assume_random: bool
) -> _System:
    answered = np.flatnonzero(table.answered[rows] == 1)
    tasks = [table.tasks[int(code)] for code in table.task[rows[answered]]]
    columns, notes = label_columns(
        table.score[rows[answered]], tasks, labels, assume_random=assume_random
    )
    return _System(table.score[rows], table.cluster[rows], columns, answered, notes)


def _estimate(
    generator: str,
    judge: str,
    system: _System,
    others: Sequence[_System],
    scale: Scale,
    population: str,
    *,
    label_shift: bool,
) -> GeneratorEstimate:
    scores, clusters, labels = system.scores, system.clusters, system.labels
    here = clusters[system.answered]
    scored = ~np.isnan(scores)
    drawn, known = int(labels.drawn.sum()), int(labels.known.sum())
    notes = list(system.notes)
    silent = len(scores) - len(here)
    if silent:
        notes.append(
            f"{silent} times the generator failed to answer: no correction counts these, the "
            "bounds do"
        )
    enough = drawn >= LEAST_LABELS or (len(here) > 0 and bool(labels.known.all()))
    if drawn and not enough:
        notes.append(f"{counted(drawn, 'label')}, at least {LEAST_LABELS} are needed to correct")
    mean = corrected_mean(labels, here, scale=scale.bounds) if enough else None
    passes = scale.passes(scores[scored]).astype(np.float64)
    rate = None
    if scale.passing is None:
        passes = passes[:0]  # nothing passes or fails
    elif enough:
        rate = corrected_mean(passing(labels, scale), here, scale=SHARES)
    if mean is not None:
        groups = len(np.unique(here[labels.drawn | labels.known]))
        if groups < LEAST_TO_DECIDE:
            notes.append(f"labels of fewer than {LEAST_TO_DECIDE} references decide nothing")
        elif not mean.judge_adds and drawn:
            notes.append("the judge adds nothing here: the labels alone are as precise")
    return GeneratorEstimate(
        generator,
        judge,
        population,
        len(scores),
        len(np.unique(clusters)),
        bounded_mean(scores[scored], clusters[scored], scale=scale.bounds),
        bounded_mean(passes, clusters[scored][: len(passes)], scale=SHARES),
        effective_size(scores[scored], clusters[scored]) if scored.any() else 0.0,
        None if scored.all() else missing_bounds(scores, scale.bounds),
        drawn,
        known,
        mean,
        rate,
        _rogan_gladen(labels, here, scale)
        if label_shift and drawn >= LEAST_LABELS and scale.passing is not None
        else None,
        transport(
            labels,
            here,
            [(each.labels, each.clusters[each.answered]) for each in others],
            scale=scale.bounds,
        ),
        tuple(notes),
    )


def passing(labels: Labels, scale: Scale = FIVE) -> Labels:
    """The same labels as passes and fails, by the scores as they are; the judge's scores stay."""
    people = np.where(np.isnan(labels.people), np.nan, scale.passes(labels.people))
    return Labels(labels.judged, people, labels.chance, labels.known)


def _rogan_gladen(labels: Labels, clusters: Ints, scale: Scale) -> Estimate:
    """Of the answers that are not known by the judge's error rates; known ones as they are."""
    rest = ~labels.known & ~np.isnan(labels.judged)
    judged = scale.passes(labels.judged[rest]).astype(np.float64)
    size = effective_size(judged, clusters[rest]) if len(judged) else 0.0
    chosen, owners = labels[labels.drawn & rest], clusters[labels.drawn & rest]
    right = scale.passes(chosen.people)
    found = rogan_gladen(
        size * float(judged.mean()) if len(judged) else 0.0,
        size,
        true_passes=_alike(chosen[right], owners[right], scale, passes=True),
        true_fails=_alike(chosen[~right], owners[~right], scale, passes=False),
    )
    known = float(scale.passes(labels.people[labels.known]).sum())
    share = len(judged) / max(1, len(judged) + int(labels.known.sum()))
    value, low, high = (
        share * bound + (1 - share) * known / max(1, int(labels.known.sum()))
        for bound in (found.value, found.low, found.high)
    )
    return replace(found, value=value, low=low, high=high, clusters=len(np.unique(clusters)))


def _alike(labels: Labels, clusters: Ints, scale: Scale, *, passes: bool) -> tuple[float, float]:
    """Judged alike, and labelled so: effective counts of weighed labels that hang together."""
    if not len(labels.people):
        return 0.0, 0.0
    weight = 1 / labels.chance
    agree = (scale.passes(labels.judged) == passes).astype(np.float64)
    size = effective_size(agree, clusters, weight)
    return size * float((weight * agree).sum() / weight.sum()), size
