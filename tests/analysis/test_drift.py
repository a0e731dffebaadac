"""The test of drift errs as seldom as it says, on small samples and far out in the tail."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from jurist.analysis.drift import LEAST, MOST, drift

WORDS = tuple(f"w{number}" for number in range(200))
CHANCES = (1 / np.arange(1, 201)) / (1 / np.arange(1, 201)).sum()
NEW = tuple(f"n{number}" for number in range(30))


def questions(rng: np.random.Generator, number: int, *, new: float = 0.0) -> list[str]:
    """Questions of random words; a share of them is about something else."""
    texts: list[str] = []
    for _ in range(number):
        words = rng.choice(WORDS, int(rng.integers(5, 12)), p=CHANCES).tolist()
        if rng.random() < new:
            words[: len(words) - 2] = rng.choice(NEW, len(words) - 2).tolist()
        texts.append(" ".join(words))
    return texts


@pytest.mark.parametrize("draws", [40, pytest.param(400, marks=pytest.mark.long)])
def test_p_values_on_one_mix_are_no_smaller_than_chance_makes_them(draws: int) -> None:
    # Exact: p <= a with a chance of at most a, here at sizes that differ much. Kolmogorov's
    # one-sided distance of so many of them at level 0.001.
    rng = np.random.default_rng(1)
    p_values = [
        drift(questions(rng, 60), questions(rng, 25), seed=number).p_value
        for number in range(draws)
    ]
    assert stats.kstest(p_values, "uniform", alternative="greater").pvalue > 0.001


def test_a_new_topic_is_found_and_named() -> None:
    rng = np.random.default_rng(2)
    before, now = questions(rng, 200), questions(rng, 200, new=0.4)
    found = drift(before, now)
    assert found.p_value * 52 <= 0.025  # what a gate asks for
    assert found.auroc.low > 0.5
    assert {each.word for each in found.words if each.now > each.before} & set(NEW)
    assert found.examples[0] in now
    assert any(word in NEW for word in found.examples[0].split())
    share = sum("n3" in text.split() for text in now) / len(now)
    assert all(each.now == share for each in found.words if each.word == "n3")


def test_the_same_texts_and_seed_give_the_same_and_many_are_drawn_from() -> None:
    rng = np.random.default_rng(3)
    before, now = questions(rng, MOST + 100), questions(rng, 40)
    first, second = drift(before, now, seed=5), drift(before, now, seed=5)
    assert first == second
    assert (first.before.n, first.now.n) == (MOST, 40)


def test_few_questions_are_refused() -> None:
    rng = np.random.default_rng(4)
    with pytest.raises(ValueError, match="at least 20"):
        drift(questions(rng, LEAST - 1), questions(rng, 50))


def test_texts_without_a_word_tell_nothing() -> None:
    found = drift(["??"] * 30, ["!!"] * 30)
    assert found.p_value > 0.05
