"""Verdicts of all arms held against all databases of small worlds; see `sql_closed_worlds`."""

from __future__ import annotations

from collections import Counter

import pytest

import sql_closed_worlds
from sql_closed_judging import summary


@pytest.mark.parametrize("share", range(4))
def test_no_verdict_is_wrong(share: int) -> None:
    tally = sql_closed_worlds.run([f"quick-{share}-{i}" for i in range(2)], pairs=30)
    assert not tally.wrong, "\n\n".join(outcome.wrong for outcome in tally.wrong[:3])
    # Saying nothing is no way to be right.
    said = Counter(one.relation for one in tally.outcomes if one.truth == "beyond")
    assert said["undecided"] <= 0.02 * said.total(), summary(tally)
    equal = Counter(one.relation for one in tally.outcomes if one.truth == "equal")
    assert equal["equivalent"] >= 0.5 * equal.total(), summary(tally)


@pytest.mark.long
@pytest.mark.parametrize("share", range(20))
def test_no_verdict_of_many_is_wrong(share: int) -> None:
    tally = sql_closed_worlds.run(f"long-{share}-{i}" for i in range(10))
    assert not tally.wrong, "\n\n".join(outcome.wrong for outcome in tally.wrong[:3])
