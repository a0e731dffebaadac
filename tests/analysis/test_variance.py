"""Shares of variance with interactions, against components that were put in, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from jurist.analysis.variance import variance_shares


def test_parts_go_to_where_they_were_put() -> None:
    rng = np.random.default_rng(6)
    sds = {
        (0,): 2.0, (1,): 1.0, (2,): 0.5, (0, 1): 1.5, (0, 2): 0.5, (1, 2): 0.7, (0, 1, 2): 1.0
    }  # fmt: skip
    sizes = (200, 40, 30)
    scores = np.zeros(sizes)
    for factors, sd in sds.items():
        shape = [size if axis in factors else 1 for axis, size in enumerate(sizes)]
        scores = scores + rng.normal(0, sd, shape)
    total = sum(sd**2 for sd in sds.values())
    shares = variance_shares(scores)
    measured = [
        shares.question,
        shares.generator,
        shares.judge,
        shares.question_generator,
        shares.question_judge,
        shares.generator_judge,
        shares.residual,
    ]
    assert measured == pytest.approx([sd**2 / total for sd in sds.values()], abs=0.06)
    assert sum(measured) == pytest.approx(1)


def test_two_by_two_by_hand() -> None:
    # questions 1, 2 | 3, 8 by two generators, one judge. Means of questions 1.5, 5.5, of
    # generators 2, 5, of all 3.5. MS(q) = 2 * (4 + 4) = 16, MS(g) = 2 * (2.25 + 2.25) = 9,
    # MS(qg) = 4 * 1 = 4: so question (16 - 4) / 2 = 6, generator (9 - 4) / 2 = 2.5, rest 4
    shares = variance_shares(np.array([[[1.0], [2.0]], [[3.0], [8.0]]]))
    assert shares.question == pytest.approx(6 / 12.5)
    assert shares.generator == pytest.approx(2.5 / 12.5)
    assert shares.residual == pytest.approx(4 / 12.5)
    unknown = (
        shares.judge,
        shares.question_generator,
        shares.question_judge,
        shares.generator_judge,
    )
    assert np.isnan(unknown).all()


def test_a_judge_that_prefers_a_generator_is_seen_and_not_called_error() -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(0, 0.1, (300, 2, 2))
    scores[:, 0, 0] += 1
    scores[:, 1, 1] += 1
    assert variance_shares(scores).generator_judge > 0.9


def test_what_is_undefined_is_unknown_and_not_nothing() -> None:
    for scores in (np.full((1, 2, 2), 3.0), np.full((5, 2, 2), 3.0), np.empty((0, 2, 2))):
        assert np.isnan(variance_shares(scores).question)
        assert np.isnan(variance_shares(scores).residual)
    one_cell = variance_shares(np.array([[[1.0]], [[3.0]]]))
    assert np.isnan([one_cell.question, one_cell.generator]).all()
    assert one_cell.residual == 1
