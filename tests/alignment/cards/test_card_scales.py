"""Report cards on any scale: binary, graded, the winner of a pair; and scores between levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from jurist.alignment.against import Yardstick
from jurist.alignment.cards.card import Card, report_card
from jurist.alignment.cards.people import peers, raters
from jurist.alignment.cards.rated import Rated, Ruling
from jurist.alignment.cards.versus import alikeness, compare_judges
from jurist.analysis.scales import FIVE, Scale, ScaleKind
from jurist.analysis.tables import Floats, roundings
from jurist.report.cards import confusion_sheet

BINARY = Scale((0, 1), passing=1)
WINNER = Scale((0, 1, 2), names=("A", "tie", "B"), kind=ScaleKind.NOMINAL)
NAN = float("nan")


def rated(
    people: Floats,
    judges: dict[str, Sequence[float]],
    *,
    scale: Scale = FIVE,
    clusters: Sequence[str] | None = None,
    generators: Sequence[str] | None = None,
) -> Rated:
    """What annotators (tasks, annotators) and judges scored, each task its own cluster."""
    names = tuple(f"t{n}" for n in range(len(people)))
    return Rated(
        Yardstick.PEOPLE,
        names,
        tuple(clusters or names),
        np.nanmedian(people, axis=1),
        tuple(frozenset(row[~np.isnan(row)].tolist()) for row in people),
        people,
        tuple(f"person {n}" for n in range(people.shape[1])),
        {
            judge: {
                name: Ruling(None if np.isnan(score) else score)
                for name, score in zip(names, scores, strict=True)
            }
            for judge, scores in judges.items()
        },
        tuple(generators or ["g"] * len(names)),
        np.ones(len(names)),
        sampled=True,
        scale=scale,
    )


def values(card: Card) -> dict[str, float]:
    """The card's statistics without their intervals."""
    return {name: estimate.value for name, estimate in card.statistics}


def test_a_binary_card_by_hand() -> None:
    # Cohen's textbook table: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no
    people = np.repeat([1, 1, 0, 0.0], [20, 5, 10, 15])[:, None]
    judge = np.repeat([1, 0, 1, 0.0], [20, 5, 10, 15])
    card = report_card(rated(people, {"j": judge.tolist()}, scale=BINARY), "j")
    found = values(card)
    assert found["exact agreement"] == pytest.approx(0.7)
    assert found["Cohen kappa"] == pytest.approx(0.4)
    assert found["true-positive rate"] == pytest.approx(20 / 25)
    assert found["true-negative rate"] == pytest.approx(15 / 25)
    assert found["bias (judge minus yardstick)"] == pytest.approx(5 / 50)
    assert card.confusion == ((15, 10), (5, 20))
    graded = {"within one", "weighted kappa", "agreement on pass", "Spearman rho (tasks pooled)"}
    assert not graded & found.keys()


def test_a_card_of_pairs_has_no_means_and_calls_its_levels_by_name() -> None:
    people = np.array([[0, 0, 0], [2, 2, 1], [1, 1, 1], [2, 2, 2.0]])
    made = rated(people, {"j": [0, 2, 2, 2], "k": [2, 2, 1, 2]}, scale=WINNER)
    card = report_card(made, "j")
    found = values(card)
    assert found["exact agreement"] == pytest.approx(3 / 4)
    assert set(found) == {
        "exact agreement",
        "agreement by chance",
        "Cohen kappa",
        "Gwet AC1",
        "Krippendorff alpha (nominal)",
    }
    assert card.by_generator == ()
    assert confusion_sheet(card).columns[1:] == ("A", "tie", "B")
    assert all(each.severity is None for each in raters(made))
    (pair,) = compare_judges(made, ["j", "k"])
    assert (pair.exact_first, pair.exact_second) == (0.75, 0.75)
    alike = alikeness(made, ["j", "k"])
    assert alike is not None
    assert alike.by_chance == pytest.approx(1 / 2)


def test_a_scale_refuses_what_says_nothing() -> None:
    for wrong in (
        {"levels": (1,)},
        {"levels": (2, 1)},
        {"levels": (0, 1), "passing": 0},
        {"levels": (0, 1), "passing": 2},
        {"levels": (0, 1), "names": ("no",)},
    ):
        with pytest.raises(ValueError, match=r"scale|threshold|names"):
            Scale(**wrong)  # type: ignore[arg-type]


def test_roundings_keep_means_and_equal_scores_equal() -> None:
    rng = np.random.default_rng(1)
    positions = np.round(rng.uniform(0, 4, (200, 3)), rng.integers(0, 3))
    positions[rng.random(positions.shape) < 0.1] = NAN
    items, levels, chances = roundings(positions)
    for rater in range(3):
        here = ~np.isnan(levels[:, rater])
        means = np.bincount(items[here], weights=(chances * np.nan_to_num(levels[:, rater]))[here])
        known = ~np.isnan(positions[:, rater])
        assert means[known[: len(means)].nonzero()] == pytest.approx(positions[known, rater])
    twice, both, _ = roundings(positions[:, [0, 0]])
    assert len(twice)
    assert np.array_equal(both[:, 0], both[:, 1], equal_nan=True)


def test_3_8_does_not_pass_and_a_median_of_3_5_is_not_rounded() -> None:
    people = np.array([[3, 4], [4, 4], [5, 5], [1, 1.0]])  # gold 3.5, 4, 5, 1
    card = report_card(rated(people, {"j": [3.8, 4, 4, 1]}), "j")
    found = values(card)
    # people pass 4 and 5, and so does the judge: 3.5 and 3.8 both fail
    assert found["agreement on pass"] == 1
    assert found["true-positive rate"] == 1
    assert found["leniency (passes what fails)"] == 0
    # bias from raw scores, (3.8 - 3.5 + 4 - 5) / 4, and the same from the table's margins
    bias = (0.3 - 1) / 4
    assert found["bias (judge minus yardstick)"] == pytest.approx(bias)
    table = np.asarray(card.confusion)
    levels = np.arange(1, 6)
    assert ((table.sum(0) - table.sum(1)) * levels).sum() / 4 == pytest.approx(bias)
    assert card.by_generator[0].bias.value == pytest.approx(bias)
    # 3.5 and 3.8 are the same level with a chance of 1 - 0.3
    assert found["exact agreement"] == pytest.approx((0.7 + 1 + 0 + 1) / 4)


def _gap(people: Floats, judge: Floats) -> float:
    found = peers(rated(people, {}), judge, np.arange(len(judge)))
    assert found is not None
    assert found.gap.value == pytest.approx(found.judge.value - found.person.value)
    return found.gap.value


def test_an_equal_judge_reaches_the_ceiling() -> None:
    # judge and annotators draw alike from each item's own distribution: what a judge reaches
    # against the majority of the others is what a person reaches, in the mean over draws
    rng = np.random.default_rng(4)
    gaps: list[float] = []
    knowing: list[float] = []
    for _ in range(60):
        chances = rng.dirichlet(np.full(5, 0.4), 120).cumsum(1)
        drawn = (rng.random((120, 4, 1)) > chances[:, None, :]).sum(2).clip(0, 4) + 1.0
        people = np.where(rng.random((120, 3)) < 0.1, NAN, drawn[:, :3])
        people[np.isnan(people).all(1), 0] = 3.0
        gaps.append(_gap(people, drawn[:, 3]))
        likeliest = np.diff(chances, axis=1, prepend=0).argmax(1) + 1.0
        knowing.append(_gap(people, likeliest))
    error = np.std(gaps) / np.sqrt(len(gaps))
    assert abs(np.mean(gaps)) < 3 * error < 0.02
    assert np.mean(knowing) > 5 * error  # one that knows what most would say does better


def test_raters_are_told_apart_by_severity() -> None:
    rng = np.random.default_rng(5)
    fair = rng.integers(2, 5, 60).astype(np.float64)
    people = np.stack([fair, fair, fair - 1], axis=1)
    by_name = {each.name: each for each in raters(rated(people, {"j": fair.tolist()}))}
    stern = by_name["person 2"].severity
    kind = by_name["person 0"].severity
    assert stern is not None
    assert kind is not None
    assert stern.value == pytest.approx(-1)
    assert stern.high < 0
    assert kind.value == pytest.approx(0.5)
    assert by_name["person 0"].agreement.value == pytest.approx(0.5)  # of two others who disagree
    assert by_name["person 2"].agreement.value == 0


def test_no_interval_has_width_0_and_few_references_resample_nothing() -> None:
    for count in (4, 12, 40):
        people = np.tile([1, 5, 5, 4.0], count // 4)[:, None]
        card = report_card(rated(people, {"j": people[:, 0].tolist()}), "j")
        for name, estimate in card.statistics:
            assert estimate.low != estimate.high, name
        assert dict(card.statistics)["exact agreement"].low > 0.025 ** (1 / count) - 1e-6
        kappa = dict(card.statistics)["Cohen kappa"]
        assert kappa.value == 1
        assert np.isnan(kappa.low)
        assert kappa.note
