"""Intervals: the error of a mean over references, by hand."""

import numpy as np

from jurist.analysis.intervals import cluster_standard_error


def test_cluster_error_by_hand() -> None:
    # values 1,3 | 5,7: mean 4, residual sums -4 and 4, G = 2: SE = sqrt(2/1 * 32) / 4 = 2
    error = cluster_standard_error(np.array([1.0, 3, 5, 7]), np.array([0, 0, 1, 1]))
    assert error == (2, 2)
    alone, groups = cluster_standard_error(np.array([1.0, 2.0]), np.array([0, 0]))
    assert np.isnan(alone)
    assert groups == 1
