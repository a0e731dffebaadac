"""Coverage of a card's shares and means, in cells of few and many references.

Answers of one reference hang together, judges are better on some than on others, scores lie between
levels, and what the judge likes is drawn less often and weighs more.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from jurist.alignment.against import Yardstick
from jurist.alignment.cards.people import peers, raters
from jurist.alignment.cards.rated import Rated
from jurist.alignment.cards.statistics import Paired, bias
from jurist.analysis.intervals import Estimate
from jurist.analysis.scales import FIVE
from jurist.analysis.tables import Floats, Ints

BASES = {
    "even": (0.2, 0.2, 0.2, 0.2, 0.2),
    "skewed": (0.05, 0.05, 0.05, 0.15, 0.7),
    "good": (0.0, 0.0, 0.02, 0.03, 0.95),
}


class Answers:
    """So many references of so many answers each, rated by three people and a judge."""

    def __init__(
        self, rng: np.random.Generator, references: int, items: int, base: tuple[float, ...]
    ) -> None:
        """Draw them."""
        self.rng, self.shape = rng, (references, items)
        kind = rng.choice(5, size=(references, 1), p=base)
        own = rng.choice(5, size=self.shape, p=base)
        same = rng.random(self.shape) < (0.5 if items > 1 else 0)
        self.truth = np.where(same, kind, own)
        self.people = np.stack([self.rater(6) for _ in range(3)], axis=-1).reshape(-1, 3)
        between = rng.choice([0.0, 0.0, -0.5, 0.2], size=self.shape).ravel()
        self.judge = np.clip(self.rater(8).ravel() + between, 1, 5)
        self.clusters = np.repeat(np.arange(references), items)

    def rater(self, right: float) -> Floats:
        """Scores of somebody who errs on a quarter or less, by reference more or less."""
        shape = self.truth.shape
        sure = self.rng.beta(right, 2, size=(shape[0], 1))
        steps = self.rng.choice([-2, -1, 1, 2], size=shape, p=[0.1, 0.4, 0.4, 0.1])
        off = np.clip(self.truth + steps, 0, 4)
        return np.where(self.rng.random(shape) < sure, self.truth, off) + 1.0

    def drawn(self, *, doubtful: float) -> dict[str, Estimate]:
        """What a card says of those drawn: what the judge likes with a chance of `doubtful`."""
        chances = np.where(self.judge >= 4, doubtful, 1.0)
        kept = self.rng.random(len(chances)) < chances
        return _said(self.people[kept], self.judge[kept], 1 / chances[kept], self.clusters[kept])


def _said(people: Floats, judge: Floats, weights: Floats, clusters: Ints) -> dict[str, Estimate]:
    gold = np.median(people, axis=1)
    paired = Paired(FIVE, gold, judge, weights, clusters)
    right, said = FIVE.passes(gold), FIVE.passes(judge)
    names = tuple(map(str, clusters.tolist()))
    rated = Rated(
        Yardstick.PEOPLE,
        (),
        names,
        gold,
        (),
        people,
        ("a", "b", "c"),
        {},
        (),
        weights,
        sampled=True,
    )
    among = peers(rated, judge, clusters)
    first, *_ = raters(rated)
    assert among is not None
    assert first.severity is not None
    return {
        "exact": paired.share(paired.within(0)),
        "within one": paired.share(paired.within(1)),
        "on pass": paired.share(right == said),
        "true positives": paired.share(said, right),
        "true negatives": paired.share(~said, ~right),
        "bias": bias(paired),
        "judge among peers": among.judge,
        "ceiling": among.person,
        "gap": among.gap,
        "severity": first.severity,
        "rater": first.agreement,
    }


def _hold(references: int, items: int, base: str, doubtful: float, trials: int) -> None:
    rng = np.random.default_rng(references * 10 + items)
    chances = BASES[base]
    truth = Answers(rng, 30_000, items, chances).drawn(doubtful=1.0)
    held: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for _ in range(trials):
        for name, each in Answers(rng, references, items, chances).drawn(doubtful=doubtful).items():
            if each.low == each.low:  # no answer that fails has no true-negative rate
                told[name] += 1
                held[name] += each.low <= truth[name].value <= each.high
                assert each.low < each.high
    for name, number in told.items():
        if number > trials / 2:
            slack = 2 * np.sqrt(0.93 * 0.07 / number)
            assert held[name] / number >= 0.93 - slack, (name, held[name] / number)


def test_shares_and_means_cover_where_references_are_few() -> None:
    _hold(8, 3, "skewed", 0.4, 60)


@pytest.mark.long
@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("items", [1, 3])
@pytest.mark.parametrize("references", [5, 10, 20, 50])
@pytest.mark.parametrize("doubtful", [1.0, 0.4])
def test_shares_and_means_cover(references: int, items: int, base: str, doubtful: float) -> None:
    _hold(references, items, base, doubtful, 300)
