"""A judge's scores beside a yardstick's on the same tasks: people, or proofs, never pooled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jurist.alignment.against import Yardstick
from jurist.alignment.automatic import Automatic, automatic, proved
from jurist.analysis.scales import FIVE, Scale
from jurist.analysis.tables import Floats
from jurist.records import Annotation, Cost, Evidence, Method, Relation, Verdict
from jurist.runs.results import Result


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a report card needs of one judge's verdict on a task."""

    score: float | None
    """On the yardstick's scale, also between levels; `None`: it gave none."""
    automatic: Automatic | None = None
    """Why the judge was not asked, where it was not."""
    length: int = 0
    """Characters of the candidate."""
    samples: tuple[float, ...] = ()
    """Each sample's score, where one judge was asked several times."""
    confidence: float | None = None
    cost: Cost = field(default_factory=Cost)


@dataclass(frozen=True, slots=True)
class Rated:
    """The tasks that a yardstick rated, and what each judge said of them, on any scale.

    `people` holds each annotator's preferred score, shape (tasks, annotators), NaN where
    there is none; `gold` the yardstick's score of each task, shape (tasks,), which may lie between
    levels; `accepted` all scores that count as agreeing. `clusters` are the references the tasks
    come from: whatever hangs together. All scores lie on `scale`.
    """

    yardstick: Yardstick
    tasks: tuple[str, ...]
    clusters: tuple[str, ...]
    gold: Floats
    accepted: tuple[frozenset[float], ...]
    people: Floats
    annotators: tuple[str, ...]
    rulings: Mapping[str, Mapping[str, Ruling]]
    """By judge, then task."""
    generators: tuple[str, ...]
    """Generator of each task."""
    weights: Floats
    """What each task stands for, mean 1: the inverse of its chance to be labelled."""
    sampled: bool
    """Whether every chance is known; else all weights are 1, and say nothing of other tasks."""
    rubrics: frozenset[str] = frozenset()
    """Versions of the rubric under which people labelled."""
    scale: Scale = FIVE

    def scores_of(self, judge: str) -> Floats:
        """A judge's scores where it was asked, in the order of `tasks`, NaN where it gave none."""
        return self._scores(judge, lambda ruling: ruling.automatic is None)

    def automatic_scores(self, judge: str, reason: Automatic) -> Floats:
        """The scores that stand under its name, though for this reason it was not asked."""
        return self._scores(judge, lambda ruling: ruling.automatic is reason)

    def asked(self, judge: str) -> NDArray[np.bool_]:
        """On which tasks there is a verdict for which the judge was asked, scored or not."""
        given = self.rulings.get(judge, {})
        rulings = [given.get(task) for task in self.tasks]
        return np.asarray([r is not None and r.automatic is None for r in rulings], dtype=np.bool_)

    def _scores(self, judge: str, wanted: Callable[[Ruling], bool]) -> Floats:
        given = self.rulings.get(judge, {})
        rulings = [given.get(task) for task in self.tasks]
        scores = [
            nan if ruling is None or ruling.score is None or not wanted(ruling) else ruling.score
            for ruling in rulings
        ]
        return np.asarray(scores, dtype=np.float64)


def rated_by_people(results: Iterable[Result], labels: Mapping[str, Sequence[Annotation]]) -> Rated:
    """The tasks that people labelled. The gold score is the median of their preferred ones.

    `labels` come from `labels_that_measure`: nothing that tuned a judge is among them.
    """
    annotators = sorted({label.annotator for each in labels.values() for label in each})
    column = {name: index for index, name in enumerate(annotators)}
    rows: dict[str, Floats] = {}
    accepted: dict[str, frozenset[float]] = {}
    for task, given in labels.items():
        row = np.full(len(annotators), np.nan)
        for label in given:
            row[column[label.annotator]] = label.scores[0]
        rows[task] = row
        accepted[task] = frozenset(float(score) for label in given for score in label.scores)
    gathered = _gather(results, rows.keys(), automatic)
    people = np.asarray([rows[task] for task in gathered.tasks]).reshape(
        len(gathered.tasks), len(annotators)
    )
    gold = np.nanmedian(people, axis=1) if len(people) else np.zeros(0)
    return Rated(
        Yardstick.PEOPLE,
        gathered.tasks,
        gathered.clusters,
        gold,
        tuple(accepted[task] for task in gathered.tasks),
        people,
        tuple(annotators),
        gathered.rulings,
        gathered.generators,
        *_weights([labels[task] for task in gathered.tasks]),
        frozenset(label.rubric for each in labels.values() for label in each),
    )


def _weights(labels: Sequence[Sequence[Annotation]]) -> tuple[Floats, bool]:
    """Inverse chances with mean 1, and whether all are known."""
    known = [[e.sampling_probability for e in given if e.sampling_probability] for given in labels]
    if not labels or not all(known):
        return np.ones(len(labels)), False
    weights = np.asarray([1 / max(chances) for chances in known])
    return weights / weights.mean(), True


def rated_by_proof(
    results: Iterable[Result], certified: Mapping[str, tuple[float, Evidence]]
) -> Rated:
    """The tasks whose relation a machine certified, with the score that evidence gives.

    Args:
        results: Of a run.
        certified: Score and evidence by task, from `certified_tasks`.
    """
    gathered = _gather(results, certified.keys(), _automatic_or_proved)
    gold = np.asarray([certified[task][0] for task in gathered.tasks], dtype=np.float64)
    return Rated(
        Yardstick.PROOF,
        gathered.tasks,
        gathered.clusters,
        gold,
        tuple(frozenset({score}) for score in gold.tolist()),
        gold.reshape(-1, 1),
        ("proof",),
        gathered.rulings,
        gathered.generators,
        np.ones(len(gathered.tasks)),
        sampled=True,
    )


def rated_by_proofs(results: Iterable[Result]) -> Rated:
    """The tasks that a proof decided, read once: each answer's verdicts follow one another."""
    certified: dict[str, tuple[float, Evidence]] = {}

    def decided() -> Iterator[Result]:
        for _, verdicts in groupby(results, key=lambda result: result.task):
            of_answer = list(verdicts)
            found = certified_tasks(of_answer)
            if found:
                certified.update({task: (score, _BARE) for task, (score, _) in found.items()})
                yield from of_answer

    return rated_by_proof(decided(), certified)


_BARE: Final = Evidence(Relation.UNDECIDED, Method.NONE)
"""In place of evidence that nobody reads again: a witness may be large, and there are many."""


def certified_tasks(results: Iterable[Result]) -> dict[str, tuple[float, Evidence]]:
    """Score and evidence of every task that a proof judge decided, whoever asked it."""
    found: dict[str, tuple[float, Evidence]] = {}
    for result in results:
        for verdict in (result.verdict, *result.verdict.members):
            evidence = verdict.evidence
            if evidence is None or verdict.score is None or verdict.members:
                continue  # models give no evidence, and a cascade's own is one of its members'
            if evidence.relation is not Relation.UNDECIDED:
                found[result.task] = (verdict.score, evidence)
    return found


@dataclass(frozen=True, slots=True)
class _Gathered:
    tasks: tuple[str, ...]
    clusters: tuple[str, ...]
    rulings: dict[str, dict[str, Ruling]]
    generators: tuple[str, ...]


def _automatic_or_proved(verdict: Verdict) -> Automatic | None:
    """Against proofs a proof's own score agrees by construction, whoever stands under it."""
    return automatic(verdict) or (Automatic.PROOF if proved(verdict) else None)


def _gather(
    results: Iterable[Result],
    wanted: Collection[str],
    why_not_asked: Callable[[Verdict], Automatic | None],
) -> _Gathered:
    places: dict[str, tuple[str, str]] = {}
    rulings: dict[str, dict[str, Ruling]] = defaultdict(dict)
    for result in results:
        if result.task not in wanted:
            continue
        places[result.task] = (f"{result.dataset}/{result.case.id}", result.generator)
        candidate = result.candidate
        length = len(candidate.query or candidate.refusal or "")
        for verdict in (result.verdict, *result.verdict.members):
            why = Automatic.NOTHING if candidate.failure else why_not_asked(verdict)
            given = rulings[verdict.judge]
            ruling = Ruling(
                verdict.score,
                why,
                length,
                () if verdict.members else verdict.samples,
                verdict.confidence,
                verdict.cost,
            )
            if verdict is result.verdict:
                given[result.task] = ruling
            else:
                given.setdefault(result.task, ruling)
    tasks = tuple(places)
    return _Gathered(
        tasks,
        tuple(places[task][0] for task in tasks),
        dict(rulings),
        tuple(places[task][1] for task in tasks),
    )
