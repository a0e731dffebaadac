"""How often drift is alarmed falsely over a year, and how often it is found: by simulation.

`python -m tests.analysis.test_drift_errors` prints the table of docs/explanation/production.md.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy import stats
from tests.analysis.test_drift import questions

from jurist.analysis.drift import drift
from jurist.analysis.levels import LEVEL

CASES, PEOPLE, LOOKS = 150, 80, 52


def false_alarms(streams: int, seed: int) -> tuple[int, int]:
    """Of years in which nothing moves, how many have an alarm at 2.5 %, and at 5 %."""
    rng = np.random.default_rng(seed)
    strict = loose = 0
    for _ in range(streams):
        before = questions(rng, CASES)
        least = min(
            drift(before, questions(rng, PEOPLE), seed=week).p_value for week in range(LOOKS)
        )
        strict += LOOKS * least <= LEVEL
        loose += LOOKS * least <= 2 * LEVEL
    return strict, loose


def found(times: int, people: int, new: float, seed: int) -> int:
    """Of weeks in which a share of the questions is about something new, how many alarm."""
    rng = np.random.default_rng(seed)
    return sum(
        LOOKS * drift(questions(rng, CASES), questions(rng, people, new=new), seed=n).p_value
        <= 2 * LEVEL
        for n in range(times)
    )


@pytest.mark.long
def test_a_year_of_looks_at_one_mix_has_a_false_alarm_no_oftener_than_said() -> None:
    streams = 100
    strict, loose = false_alarms(streams, seed=11)
    for alarms, level in ((strict, LEVEL), (loose, 2 * LEVEL)):
        assert stats.binomtest(alarms, streams, level, alternative="greater").pvalue > 0.001


@pytest.mark.long
def test_shifts_of_a_stated_size_are_found() -> None:
    assert found(20, people=200, new=0.5, seed=12) >= 18
    assert found(20, people=80, new=0.5, seed=13) >= 14


if __name__ == "__main__":
    years = int(sys.argv[1])
    sys.stdout.write(f"false alarms in {years} years (2.5 %, 5 %): {false_alarms(years, 21)}\n")
    for shown_people in (80, 200, 400):
        for share in (0.1, 0.2, 0.3, 0.5):
            hits = found(40, shown_people, share, 22)
            sys.stdout.write(f"{shown_people} people, {share:.0%} new: {hits}/40\n")
            sys.stdout.flush()
