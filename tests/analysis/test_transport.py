"""Whether a correction carries over: yes, no and unknown, by simulation of the decision."""

from __future__ import annotations

import numpy as np
import pytest

from jurist.analysis.corrected import Labels
from jurist.analysis.tables import Ints
from jurist.analysis.transport import Holds, transport


def _system(random: np.random.Generator, *, labels: int, harder: float) -> tuple[Labels, Ints]:
    """300 answers; the judge is `harder` points too hard on this system, on average."""
    truth = random.choice([1.0, 2, 3, 4, 5], 300, p=[0.1, 0.1, 0.2, 0.3, 0.3])
    down = random.random(300) < harder
    judged = np.clip(truth - down, 1, 5)
    people = np.full(300, np.nan)
    drawn = random.choice(300, labels, replace=False)
    people[drawn] = truth[drawn]
    chance = np.full(300, labels / 300)
    return Labels(judged, people, chance, np.zeros(300, dtype=np.bool_)), np.arange(300)


@pytest.mark.parametrize(
    ("labels", "harder", "verdict"),
    [(100, 0.0, Holds.YES), (100, 1.0, Holds.NO), (12, 0.3, Holds.UNKNOWN)],
)
def test_what_an_audit_decides(labels: int, harder: float, verdict: Holds) -> None:
    random = np.random.default_rng(3)
    decided: list[Holds] = []
    for _ in range(20):
        own, clusters = _system(random, labels=labels, harder=harder)
        other = _system(random, labels=100, harder=0.0)
        found = transport(own, clusters, [other])
        assert found is not None
        decided.append(found.holds)
    assert decided.count(verdict) >= 18


def test_few_labels_of_its_own_leave_it_unknown() -> None:
    random = np.random.default_rng(4)
    own, clusters = _system(random, labels=4, harder=1.0)
    found = transport(own, clusters, [_system(random, labels=100, harder=0.0)])
    assert found is not None
    assert found.holds is Holds.UNKNOWN
    assert (found.labels, found.others) == (4, 100)


@pytest.mark.parametrize("scale", [(1.0, 5.0), (0.0, 1.0)])
def test_the_margin_is_of_the_scale_and_of_what_is_claimed(scale: tuple[float, float]) -> None:
    """A miss of a quarter of the scale never holds; nor one as large as what rests on it."""
    random = np.random.default_rng(6)
    low, high = scale
    span = high - low

    def moved(labels: Labels) -> Labels:
        judged, people = (low + (each - 1) * span / 4 for each in (labels.judged, labels.people))
        return Labels(judged, people, labels.chance, labels.known)

    other, groups = _system(random, labels=250, harder=0.0)
    others = [(moved(other), groups)]
    far, clusters = _system(random, labels=250, harder=1.0)
    missed = transport(moved(far), clusters, others, scale=scale)
    near, clusters = _system(random, labels=250, harder=0.25)
    inside = transport(moved(near), clusters, others, scale=scale)
    claimed = transport(moved(near), clusters, others, scale=scale, claimed=span / 40)
    assert missed is not None
    assert inside is not None
    assert claimed is not None
    assert missed.holds is Holds.NO
    assert missed.margin == pytest.approx(span / 8)
    assert inside.holds is Holds.YES
    assert inside.misses
    assert claimed.holds is Holds.NO


def test_nobody_else_labelled_gives_no_audit() -> None:
    random = np.random.default_rng(5)
    own, clusters = _system(random, labels=50, harder=0.0)
    assert transport(own, clusters, []) is None
