"""Agreement at a queue's end against textbook formulas, weighed by the draw's chances."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from math import isnan
from pathlib import Path

import numpy as np
import pytest

from judged_runs import make_folder
from jurist.alignment.cards.statistics import Paired, card_statistics
from jurist.alignment.labels.queue_agreement import agreement_of
from jurist.alignment.labels.queue_labels import Given, save_label, withdraw_label
from jurist.alignment.labels.queues import make_queue, standing_of
from jurist.analysis.scales import FIVE
from jurist.runs.results import results
from jurist.store import Store
from jurist.store.annotation_queues import AnnotationQueue
from jurist.store.annotations import annotations_of

ADA = (1, 2, 3, 3, 2, 1, 4, 1, 2, 5, 5, 5, 4, 4, 3, 2, 1, 5, 4, 4)
BOB = (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 5, 4, 4, 5, 3, 1, 1, 5, 4, 2)


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    folder = make_folder(tmp_path)
    folder.run(cases=30)
    store = folder.open()
    yield store
    store.close()


def _labelled(store: Store, ada: Sequence[int], bob: Sequence[int]) -> AnnotationQueue:
    queue = make_queue(store, "study", name="", by="eve", count=len(ADA), annotators=("ada", "bob"))
    tasks = standing_of(store, queue, "ada").open
    assert len(tasks) == len(ADA)
    for name, scores in (("ada", ada), ("bob", bob)):
        for task, score in zip(tasks, scores, strict=False):
            save_label(store, queue, task, name, Given((score, *({1, 5} - {score}))))
    return queue


def _by_hand(ada: Sequence[int], bob: Sequence[int], weights: Sequence[float]) -> dict[str, float]:
    """Cohen 1960 and 1968 (squares), Gwet 2008, Krippendorff 2011 (ordinal)."""
    table = np.zeros((5, 5))
    for one, other, weight in zip(ada, bob, weights, strict=True):
        table[one - 1, other - 1] += weight
    whole = table.sum()
    rows, columns = table.sum(1) / whole, table.sum(0) / whole
    apart = np.subtract.outer(np.arange(5), np.arange(5)) ** 2
    met = np.trace(table) / whole
    by_chance = float(rows @ columns)
    mean = (rows + columns) / 2
    gwet = float((mean * (1 - mean)).sum()) / 4
    both = table + table.T
    n = both.sum(1)
    steps = np.zeros((5, 5))
    for low in range(5):
        for high in range(low + 1, 5):
            steps[low, high] = n[low : high + 1].sum() - (n[low] + n[high]) / 2
            steps[high, low] = steps[low, high]
    seen = float((both * steps**2).sum())
    expected = float((np.outer(n, n) * steps**2).sum()) / (n.sum() - 1)
    return {
        "exact agreement": met,
        "Cohen kappa": (met - by_chance) / (1 - by_chance),
        "weighted kappa": 1
        - float((apart * table).sum() / whole / (apart * np.outer(rows, columns)).sum()),
        "Gwet AC1": (met - gwet) / (1 - gwet),
        "Krippendorff alpha (ordinal)": 1 - seen / expected,
    }


def _weights(store: Store, queue: AnnotationQueue) -> dict[str, float]:
    chances = {e.task: e.sampling_probability for e in annotations_of(store, queue.run)}
    inverse = {task: 1 / chance for task, chance in chances.items() if chance}
    mean = sum(inverse.values()) / len(inverse)
    return {task: each / mean for task, each in inverse.items()}


def test_two_annotators_agree_as_the_textbooks_say(store: Store) -> None:
    queue = _labelled(store, ADA, BOB)
    weights = _weights(store, queue)
    assert len(set(weights.values())) > 1
    (pair,) = agreement_of(store, queue).pairs
    assert (pair.names, pair.items) == (("ada", "bob"), 20)
    tasks = [label.task for label in annotations_of(store, queue.run) if label.annotator == "ada"]
    scores = {(e.annotator, e.task): e.scores[0] for e in annotations_of(store, queue.run)}
    said = [scores["ada", task] for task in tasks]
    replied = [scores["bob", task] for task in tasks]
    told = {name: value.value for name, value in pair.statistics}
    expected = _by_hand(said, replied, [weights[task] for task in tasks])
    assert told.keys() == expected.keys()
    for name, value in told.items():
        assert value == pytest.approx(expected[name])
    cases = {row.task: row.case.id for row in results(store, queue.run)}
    names = sorted(set(cases.values()))
    ada, bob = (np.array(side, dtype=np.float64) for side in (said, replied))
    clusters = np.array([names.index(cases[task]) for task in tasks])
    _, clusters = np.unique(clusters, return_inverse=True)
    chances = np.array([weights[task] for task in tasks])
    ours = dict(card_statistics(Paired(FIVE, ada, bob, chances, clusters)))
    for name, value in pair.statistics:
        bounds = value.low, value.high
        assert bounds == pytest.approx((ours[name].low, ours[name].high))
        assert value.low < value.value < value.high
        assert value.clusters == len(set(clusters))


def test_only_what_both_labelled_and_what_stands_counts(store: Store) -> None:
    queue = _labelled(store, ADA[:9], BOB[:6])
    last = standing_of(store, queue, "bob").done[-1]
    withdraw_label(store, queue, last, "bob")
    agreement = agreement_of(store, queue)
    (pair,) = agreement.pairs
    assert pair.items == 5
    assert dict(pair.statistics)["exact agreement"].value == 1  # the first five are the same
    assert [(each.name, each.tasks) for each in agreement.raters] == [("ada", 5), ("bob", 5)]


@pytest.mark.parametrize("annotators", [(), ("ada", "bob")])
def test_who_labelled_the_same_answers_for_another_queue_is_left_out(
    store: Store, annotators: tuple[str, ...]
) -> None:
    first, second = (
        make_queue(store, "study", name="", by="eve", count=6, annotators=names)
        for names in (annotators, ())
    )
    tasks = standing_of(store, first, "ada").open
    assert tasks == standing_of(store, second, "cy").open
    for task in tasks:
        for name, queue in (("ada", first), ("bob", first), ("cy", second)):
            save_label(store, queue, task, name, Given((4,)))
    agreement = agreement_of(store, first)
    assert [pair.names for pair in agreement.pairs] == [("ada", "bob")]
    assert [rater.name for rater in agreement.raters] == ["ada", "bob"]


def test_who_says_the_same_of_all_has_no_kappa(store: Store) -> None:
    (pair,) = agreement_of(store, _labelled(store, [5] * 20, [5] * 20)).pairs
    told = dict(pair.statistics)
    assert told["exact agreement"].value == told["Gwet AC1"].value == 1
    assert isnan(told["Cohen kappa"].value)
    assert isnan(told["Krippendorff alpha (ordinal)"].value)


def test_nobody_and_one_alone_have_none(store: Store) -> None:
    assert agreement_of(store, _labelled(store, (), ())).pairs == ()
    assert agreement_of(store, _labelled(store, ADA, ())).pairs == ()
