"""Whether scores on synthetic questions say anything about real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jurist.alignment.defaults import SEED
from jurist.analysis.bounded import SCORES, bounded_mean
from jurist.analysis.effective import effective_size
from jurist.analysis.intervals import Estimate
from jurist.analysis.scores import Item, ScoreTable, score_table_of
from jurist.analysis.shift import Shift, classifier_two_sample_test
from jurist.analysis.tables import Floats
from jurist.columns import columns_of
from jurist.errors import InputError
from jurist.evidence.constructs import constructs_of
from jurist.records import Origin
from jurist.roles.protocols import Workspace
from jurist.runs.results import workspaces
from jurist.store import Store
from jurist.store.runs import get_run

LEAST = 10
FEW_EFFECTIVE = 30
"""Effective sample size below which a reweighted score hangs on a handful of questions."""


@dataclass(frozen=True, slots=True)
class TransferredScore:
    """One generator under one judge: its score on synthetic questions, carried over.

    `reweighted` weighs each synthetic question by how typical it is of the others;
    `effective_n` is how many independent questions that leaves. `there` is the score on the other
    questions themselves, where they were asked: what the reweighting should have met.
    """

    generator: str
    judge: str
    synthetic: Estimate
    reweighted: Estimate
    effective_n: float
    there: Estimate | None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Synthetic questions against those of another origin."""

    origin: Origin
    shift: Shift
    constructs: tuple[tuple[str, float, float], ...]
    """(construct of the reference query, share of synthetic questions, share of the others)."""
    scores: tuple[TransferredScore, ...]
    warnings: tuple[str, ...]


class TooFewQuestionsError(InputError):
    """There are questions of both origins, and too few to say anything."""


def transfer_scores(
    store: Store, run: str, *, against: Origin | None = None, seed: int = SEED
) -> Transfer:
    """Compare a run's synthetic questions with others, and carry its scores over to these.

    What `jurist shift` does.

    Args:
        store: Where the run is kept.
        run: Its id, how it begins, or its study's name.
        against: `REAL` or `AUTHORED`; `None`: real questions where the run has any.
        seed: Of folds and permutations.

    Raises:
        InputError: There is no such run, or one side has fewer than ten questions.
    """
    identity = get_run(store, run).id
    table = score_table_of(columns_of(store, identity))
    places = workspaces(store, identity)
    if against is None:
        has_real = any(item.origin == Origin.REAL for item in table.items)
        against = Origin.REAL if has_real else Origin.AUTHORED
    return transfer(table, against, places, seed=seed)


def transfer(
    table: ScoreTable, origin: Origin, places: Mapping[str, Workspace], *, seed: int = SEED
) -> Transfer:
    """Compare a run's synthetic questions with those of another origin.

    Args:
        table: The run's scores.
        origin: `REAL` or `AUTHORED`.
        places: The workspaces by dataset.
        seed: Of folds and permutations.

    Raises:
        TooFewQuestionsError: One side has fewer than ten questions.
        InputError: One side has none.
    """
    synthetic = [index for index, item in enumerate(table.items) if item.origin == "synthetic"]
    others = [index for index, item in enumerate(table.items) if item.origin == origin]
    if min(len(synthetic), len(others)) < LEAST:
        raise _too_few(table, len(synthetic), len(others), origin)
    shift = classifier_two_sample_test(
        [table.items[index].question for index in synthetic],
        [table.items[index].question for index in others],
        seed=seed,
    )
    weight = np.full(len(table.items), np.nan)
    weight[synthetic] = shift.weights
    scores = tuple(
        score
        for judge in table.judges
        for generator in table.generators
        if (score := _carried(table, generator, judge, weight, origin)) is not None
    )
    return Transfer(
        origin,
        shift,
        _constructs(table.items, origin, places),
        scores,
        tuple(_warnings(shift, scores, origin)),
    )


def _too_few(table: ScoreTable, synthetic: int, others: int, origin: Origin) -> InputError:
    kind = TooFewQuestionsError if synthetic and others else InputError
    enough = [
        other
        for other in (Origin.REAL, Origin.AUTHORED)
        if sum(item.origin == other for item in table.items) >= LEAST <= synthetic
    ]
    return kind(
        f"{synthetic} synthetic and {others} {origin} questions",
        expected=f"at least {LEAST} of each to tell whether they are alike",
        fix=f"say --against {enough[0]}: of those there are enough"
        if enough
        else "run a study with more of them, whose `questions: use:` is `all`",
    )


def _carried(
    table: ScoreTable, generator: str, judge: str, weight: Floats, origin: Origin
) -> TransferredScore | None:
    rows = table.rows(generator=generator, judge=judge)
    rows = rows[~np.isnan(table.score[rows])]
    mine = rows[~np.isnan(weight[table.item[rows]])]
    if not len(mine):
        return None
    weights = weight[table.item[mine]]
    scores, clusters = table.score[mine], table.cluster[mine]
    kinds = np.asarray([item.origin == origin for item in table.items])
    there = rows[kinds[table.item[rows]]]
    return TransferredScore(
        generator,
        judge,
        bounded_mean(scores, clusters, scale=SCORES),
        bounded_mean(scores, clusters, scale=SCORES, weights=weights),
        effective_size(scores, clusters, weights),
        bounded_mean(table.score[there], table.cluster[there], scale=SCORES)
        if len(there)
        else None,
    )


def _constructs(
    items: Sequence[Item], origin: Origin, places: Mapping[str, Workspace]
) -> tuple[tuple[str, float, float], ...]:
    counts = {"synthetic": Counter[str](), str(origin): Counter[str]()}
    totals = Counter[str]()
    for item in items:
        if item.origin in counts and item.reference is not None:
            totals[item.origin] += 1
            place = places[item.dataset]
            counts[item.origin].update(constructs_of(item.reference, place.language, place.schema))
    left, right = counts["synthetic"], counts[str(origin)]
    shares = [
        (name, left[name] / max(1, totals["synthetic"]), right[name] / max(1, totals[origin]))
        for name in left | right
    ]
    return tuple(sorted(shares, key=lambda share: (-abs(share[1] - share[2]), share[0])))


def _warnings(shift: Shift, scores: Sequence[TransferredScore], origin: Origin) -> Iterable[str]:
    if shift.too_far:
        yield (
            f"synthetic and {origin} questions are too far apart (a classifier tells them apart "
            f"with AUROC {shift.auroc:.2f}): do not carry these scores over"
        )
    if any(score.effective_n < FEW_EFFECTIVE for score in scores):
        least = min(score.effective_n for score in scores)
        yield f"reweighting leaves {least:.0f} effective questions: it hangs on a handful"
    if origin is Origin.AUTHORED:
        yield "authored questions were written for the dataset: they stand in for real ones"
