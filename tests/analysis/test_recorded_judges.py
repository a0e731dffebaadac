"""Statistics on recorded judges against what the recordings' authors published."""

import json
from collections import defaultdict

import numpy as np
import pytest

from jurist.analysis import agreement
from jurist.analysis.biases import swap_effect
from jurist.analysis.scales import Scale, ScaleKind
from jurist.analysis.tables import contingency
from shared_data import shared_data

EITHER = Scale((0.0, 1.0, 2.0), names=("neither", "1", "2"), kind=ScaleKind.NOMINAL)
"""Which of two outputs a judge found better, if it named one."""


def test_llmbar_accuracy_and_positional_agreement_of_all_recorded_runs() -> None:
    published = json.loads(shared_data("judges/llmbar/published_statistics.json").read_text())
    runs: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    with shared_data("judges/llmbar/verdicts.jsonl").open() as lines:
        for line in lines:
            subset, _, judge, gold, first, second = json.loads(line)
            runs[subset, judge].append((int(gold), int(first or 0), int(second or 0)))
    compared = 0
    for subset, judges in published.items():
        for judge, said in judges.items():
            gold, first, second = np.array(runs[subset, judge], dtype=np.int64).T
            correct = [agreement.exact(contingency(gold, x, (3, 3))) for x in (first, second)]
            average = float(said["correct_average"].rstrip("%"))
            assert 100 * np.mean(correct) == pytest.approx(average)
            usual, turned = first.astype(np.float64), second.astype(np.float64)
            swapped = swap_effect(usual, turned, np.arange(len(gold)), scale=EITHER)
            equal = float(said["equal"].split("=")[1].rstrip("%"))
            assert 100 * swapped.consistency.value == pytest.approx(equal)
            compared += 1
    assert compared == 499


def test_pandalm_kappas_of_the_annotators_and_its_unparsable_verdicts() -> None:
    rows = json.loads(shared_data("judges/pandalm/testset-v1.json").read_text())
    people = np.array([[row[f"annotator{n}"] for n in (1, 2, 3)] for row in rows], dtype=np.int64)
    kappas = [
        float(agreement.cohen_kappa(contingency(people[:, a], people[:, b], (3, 3))))
        for a, b in ((0, 1), (0, 2), (1, 2))
    ]
    assert sorted(round(kappa, 2) for kappa in kappas) == [0.85, 0.86, 0.88]
    replies = json.loads(shared_data("judges/pandalm/gpt-3.5-turbo-testset-v1.json").read_text())
    unparsable = [reply for reply in replies if reply["gpt_result"] not in {"0", "1", "2", "Tie"}]
    assert len(unparsable) == 25
