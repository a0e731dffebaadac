"""Metrics of logs whose mechanism is known lie inside their intervals as often as these say.

The long form has a thousand logs of each mechanism, so the Monte-Carlo error of a coverage of .95
is .007; the short one has 60, error .028. What came out stands in docs/explanation/production.md:
an interval may be too wide, and where accounts differ strongly hold a little less than it says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from jurist.analysis.intervals import Estimate
from jurist.production.comparing import Compared
from jurist.production.figures import By
from jurist.production.measuring import Wanted, measure_tasks
from jurist.production.tasks import tasks_of
from jurist.records import Relation
from jurist.store.saved_answers import SavedAnswer
from production.mechanisms import EDITS, MECHANISMS, Mechanism, draw, log_of, truth

EQUAL = SavedAnswer(Relation.EQUIVALENT, 0, 20)
NARROWER = SavedAnswer(Relation.CONTAINED, EDITS, 20)


def figures(mechanism: Mechanism, rng: np.random.Generator) -> Mapping[str, Estimate]:
    """The estimates of one log."""
    wanted = Wanted(by=By.VERSION)
    log = list(log_of(draw(mechanism, rng), mechanism))
    tasks = tasks_of(log, abandoned_after=wanted.abandoned_after)
    sample = [
        Compared(each, EQUAL if each.saved == "A" else NARROWER) for each in log if each.saved
    ]
    measured = measure_tasks(tasks, wanted, sample)
    whole, (change,) = measured.whole, measured.changes
    assert whole.edits is not None
    assert whole.meaning is not None
    weeks = {week.weeks: week for week in whole.retention}
    week, month = weeks[1, 1], weeks[1, 4]
    return {
        "median": whole.time.all,
        "worked": whole.time.worked,
        "failed": whole.time.failed,
        "ratio": whole.time.ratio,
        "within hour": whole.time.within_hour,
        "unchanged": whole.acceptance.unchanged,
        "edited": whole.acceptance.edited,
        "asked again": whole.acceptance.asked_again,
        "abandoned": whole.acceptance.abandoned,
        "version, ratio": change.time,
        "version, worked": change.worked,
        "equal": whole.meaning.equal,
        "nodes": whole.edits.nodes,
        "week 1 worked": week.worked,
        "week 1 failed": week.failed,
        "week 1 difference": week.difference,
        "month worked": month.worked,
        "month failed": month.failed,
        "month difference": month.difference,
    }


def coverage(name: str, logs: int) -> dict[str, float]:
    """How often each interval holds what is true; one that is not there holds nothing."""
    facts, rng = truth(name), np.random.default_rng(7)
    held = dict.fromkeys(facts, 0)
    for _ in range(logs):
        for figure, estimate in figures(MECHANISMS[name], rng).items():
            held[figure] += estimate.low <= facts[figure] <= estimate.high
    return {figure: count / logs for figure, count in held.items()}


@pytest.mark.parametrize("name", ["plain"])
def test_what_is_true_lies_inside(name: str) -> None:
    for figure, share in coverage(name, 60).items():
        assert share >= 0.95 - 3 * 0.028, figure


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", MECHANISMS)
def test_what_is_true_lies_inside_of_a_thousand_logs(name: str) -> None:
    shares = coverage(name, 1000)
    if folder := os.environ.get("JURIST_COVERAGE_OUT"):
        Path(folder, f"{name}.json").write_text(json.dumps(shares))
    assert {figure: share for figure, share in shares.items() if share < 0.91} == {}
