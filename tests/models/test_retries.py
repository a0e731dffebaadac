"""Waiting: Retry-After in both forms, and exponential waits."""

from __future__ import annotations

import random

import pytest

from jurist.models import RetryPolicy
from jurist.models.retries import retry_after

# RFC 9110 section 5.6.7: this date is 784111777 seconds after 1970
DATE, MOMENT = "Sun, 06 Nov 1994 08:49:37 GMT", 784111777.0


@pytest.mark.parametrize(
    ("header", "wall", "seconds"),
    [
        ("", 0.0, 0.0),
        ("120", 0.0, 120.0),
        (" 1.5 ", 0.0, 1.5),
        ("-3", 0.0, 0.0),
        (DATE, MOMENT - 90, 90.0),
        (DATE, MOMENT + 90, 0.0),
        ("soon", 0.0, 0.0),
        ("inf", 0.0, 1e9),
        ("nan", 0.0, 0.0),
    ],
)
def test_retry_after(header: str, wall: float, seconds: float) -> None:
    assert retry_after(header, wall) == seconds


def test_waits_grow_and_are_bounded() -> None:
    policy = RetryPolicy(first_wait_s=1.0, longest_wait_s=30.0)
    rng = random.Random(0)
    means = [sum(policy.wait(n, rng) for _ in range(2000)) / 2000 for n in (1, 2, 3, 10)]
    for mean, expected in zip(means, (0.5, 1.0, 2.0, 15.0), strict=True):
        assert mean == pytest.approx(expected, rel=0.1)
    assert policy.wait(10_000, rng) <= 30.0
