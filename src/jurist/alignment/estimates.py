"""A generator's mean score and pass rate: the judge's own, and corrected by people's labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jurist.alignment.choosing import choose_names
from jurist.alignment.labels import labels_that_measure
from jurist.analysis.bounded import SCORES, SHARES, bounded_mean
from jurist.analysis.comparison import missing_bounds
from jurist.analysis.corrected import Corrected, rogan_gladen
from jurist.analysis.effective import effective_size
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import PASS
from jurist.analysis.scores import ScoreTable, score_table
from jurist.analysis.tables import Floats, Ints, nearest_level
from jurist.analysis.weighted import weighted_post_stratified, weighted_prediction_powered
from jurist.plurals import counted
from jurist.records import Annotation, LabelRole
from jurist.runs.results import results
from jurist.store import Store
from jurist.store.annotations import annotations_of
from jurist.store.runs import get_run

LEAST_LABELS = 10
"""Labels of one generator below which nothing is corrected."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """What people said of an answer, and the chance with which it came to be asked."""

    score: float
    probability: float | None


@dataclass(frozen=True, slots=True)
class GeneratorEstimate:
    """One generator under one judge: the naive numbers, and what labels make of them.

    `naive_*` are the judge's own over all answers, cluster-robust; `effective_n` how many
    independent answers they are worth. `mean` and `pass_rate` are PPI++ with the labels'
    sampling probabilities, `pass_post_stratified` the post-stratified pass rate and
    `pass_rogan_gladen` that of the label-shift mode; `None` where there are too few labels
    or it was not asked for. `bounds` is what the naive mean could have been had all missing
    verdicts been worst or best.
    """

    generator: str
    judge: str
    answers: int
    references: int
    naive_mean: Estimate
    naive_pass_rate: Estimate
    effective_n: float
    bounds: tuple[float, float] | None
    labels: int
    mean: Corrected | None
    pass_rate: Corrected | None
    pass_post_stratified: Estimate | None
    pass_rogan_gladen: Estimate | None
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
    """Estimate a run's generators from its verdicts and test labels; what `jurist estimate` does.

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
    labels = list(annotations_of(store, identity))
    table = score_table(results(store, identity))
    measuring = labels_that_measure(labels)
    estimates = estimate_generators(
        table,
        labelled_tasks(measuring),
        judges=choose_names(judges, table.judges, "judge"),
        spent=spent_tasks(labels, role=LabelRole.TEST),
        assume_random=assume_random,
        label_shift=label_shift,
    )
    others = f" ({len(labels)} of other roles cannot enter an estimate)" if labels else ""
    none = f"no labels with the role test{others}: only naive numbers"
    return RunEstimates(identity, estimates, () if measuring else (none,))


def labelled_tasks(labels: Mapping[str, Sequence[Annotation]]) -> dict[str, Labelled]:
    """One score a task: the median of the annotators' preferred ones."""
    found: dict[str, Labelled] = {}
    for task, given in labels.items():
        chances = [e.sampling_probability for e in given if e.sampling_probability is not None]
        score = float(np.median([label.scores[0] for label in given]))
        found[task] = Labelled(score, max(chances) if chances else None)
    return found


def spent_tasks(annotations: Iterable[Annotation], *, role: LabelRole) -> frozenset[str]:
    """Tasks with labels of another role than the one that measures."""
    return frozenset(label.task for label in annotations if label.role is not role)


def estimate_generators(
    table: ScoreTable,
    labels: Mapping[str, Labelled],
    *,
    judges: Sequence[str],
    spent: frozenset[str] = frozenset(),
    assume_random: bool = False,
    label_shift: bool = False,
) -> tuple[GeneratorEstimate, ...]:
    """Estimate every generator under each judge.

    Args:
        table: A run's scores.
        labels: From `labels_that_measure`: nothing that tuned a judge is among them.
        judges: Whose scores are corrected.
        spent: Tasks labelled for tuning or choosing; they take no part in corrections.
        assume_random: Take labels without a sampling probability as drawn at random.
        label_shift: Also Rogan-Gladen, for labels that come from another mix of answers.
    """
    return tuple(
        _estimate(
            table,
            generator,
            judge,
            labels,
            spent,
            assume_random=assume_random,
            label_shift=label_shift,
        )
        for judge in judges
        for generator in table.generators
        if len(table.rows(generator=generator, judge=judge))
    )


def _estimate(
    table: ScoreTable,
    generator: str,
    judge: str,
    labels: Mapping[str, Labelled],
    spent: frozenset[str],
    *,
    assume_random: bool,
    label_shift: bool,
) -> GeneratorEstimate:
    rows = table.rows(generator=generator, judge=judge)
    scores, clusters = table.score[rows], table.cluster[rows]
    tasks = [table.tasks[int(code)] for code in table.task[rows]]
    known = ~np.isnan(scores)
    notes: list[str] = []
    given = [labels.get(task) for task in tasks]
    unspent = np.asarray([task not in spent for task in tasks], dtype=np.bool_)
    free = unspent & (table.answered[rows] == 1)
    answers, chances = _columns(given, free, notes, assume_random=assume_random)
    labelled = ~np.isnan(answers)
    how_many = int(labelled.sum())
    if not unspent.all():
        left_out = counted(int((~unspent).sum()), "answer is", "answers are")
        notes.append(f"{left_out} labelled for tuning or choosing: corrections leave them out")
    if not free[unspent].all():
        notes.append(
            f"{int((unspent & ~free).sum())} times the generator failed to answer: no correction "
            "counts these, the bounds do"
        )
    corrected = _Corrections(answers[free], scores[free], chances[free], clusters[free], how_many)
    if 0 < how_many < LEAST_LABELS:
        notes.append(f"{counted(how_many, 'label')}, at least {LEAST_LABELS} are needed to correct")
    mean = corrected.mean()
    if mean is not None and not mean.judge_adds:
        notes.append("the judge adds nothing here: the labels alone are as precise")
    return GeneratorEstimate(
        generator,
        judge,
        len(rows),
        len(np.unique(clusters)),
        bounded_mean(scores[known], clusters[known], scale=SCORES),
        bounded_mean((scores[known] >= PASS).astype(np.float64), clusters[known], scale=SHARES),
        effective_size(scores[known], clusters[known]) if known.any() else 0.0,
        None if known.all() else missing_bounds(scores),
        how_many,
        mean,
        corrected.pass_rate(),
        corrected.post_stratified(),
        corrected.rogan_gladen() if label_shift else None,
        tuple(notes),
    )


def _columns(
    given: Sequence[Labelled | None],
    free: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    notes: list[str],
    *,
    assume_random: bool,
) -> tuple[Floats, Floats]:
    """People's scores and their chances, NaN where there is no label that may be used."""
    answers = np.full(len(given), np.nan)
    chances = np.full(len(given), np.nan)
    for index, label in enumerate(given):
        if label is not None and free[index]:
            answers[index] = label.score
            chances[index] = np.nan if label.probability is None else label.probability
    labelled = ~np.isnan(answers)
    unknown = labelled & np.isnan(chances)
    if not unknown.any():
        return answers, chances
    if labelled[free].all():
        chances[labelled] = 1.0  # everything is labelled: nothing was sampled
    elif assume_random:
        chances[unknown] = unknown.sum() / max(1, int((free & ~(labelled & ~unknown)).sum()))
        taken = counted(int(unknown.sum()), "label is", "labels are")
        notes.append(f"{taken} taken as drawn at random, as you said")
    else:
        notes.append(
            f"left out for want of a sampling probability: {counted(int(unknown.sum()), 'label')}; "
            "say --assume-random if they were drawn at random"
        )
        answers[unknown] = np.nan
    return answers, chances


@dataclass(frozen=True, slots=True)
class _Corrections:
    """The columns that every correction works on: all answers that are not spent."""

    answers: Floats
    scores: Floats
    chances: Floats
    clusters: Ints
    labels: int

    @property
    def _enough(self) -> bool:
        return self.labels >= LEAST_LABELS

    def mean(self) -> Corrected | None:
        if not self._enough:
            return None
        return weighted_prediction_powered(self.answers, self.scores, self.chances, self.clusters)

    def pass_rate(self) -> Corrected | None:
        if not self._enough:
            return None
        return weighted_prediction_powered(
            _passes(self.answers), _passes(self.scores), self.chances, self.clusters
        )

    def post_stratified(self) -> Estimate | None:
        if not self._enough:
            return None
        levels = np.full(len(self.scores), -1, dtype=np.int64)  # a stratum of its own: no score
        known = ~np.isnan(self.scores)
        levels[known] = nearest_level(self.scores[known])
        return weighted_post_stratified(_passes(self.answers), levels, self.chances, self.clusters)

    def rogan_gladen(self) -> Estimate | None:
        if not self._enough:
            return None
        judged, people = _passes(self.scores), _passes(self.answers)
        return rogan_gladen(
            int(np.nansum(judged)),
            int((~np.isnan(judged)).sum()),
            true_passes=self._right(judged, people, 1.0),
            true_fails=self._right(judged, people, 0.0),
        )

    def _right(self, judged: Floats, people: Floats, ruling: float) -> tuple[float, float]:
        """Judged alike, and labelled so: effective counts (Kish) of labels weighed by chance."""
        chosen = ~np.isnan(judged) & (people == ruling)
        if not chosen.any():
            return 0.0, 0.0
        weight = 1 / self.chances[chosen]
        size = float(weight.sum() ** 2 / (weight**2).sum())
        return size * float(weight[judged[chosen] == ruling].sum() / weight.sum()), size


def _passes(scores: Floats) -> Floats:
    return np.where(np.isnan(scores), np.nan, (scores >= PASS).astype(np.float64))
