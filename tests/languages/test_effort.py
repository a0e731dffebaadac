"""Work is bounded in steps of its own; the clock ends only what those do not end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jurist.errors import StoppedByClock
from jurist.languages.cql.prover import decide
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import Condition
from jurist.languages.cql.text.parser import parse
from jurist.languages.effort import OutOfSteps, limited, renew, share_of, spend
from jurist.records import Evidence, Relation


def _spent_until(stop: type[Exception], step: Callable[[], None], *, most: int = 10_000) -> int:
    for number in range(most):
        try:
            step()
        except stop:
            return number
    pytest.fail(f"nothing stopped {most} steps")


def test_without_a_limit_nothing_ends() -> None:
    spend(10**12)
    with share_of(0.1):
        spend(10**12)
    renew()


def test_steps_end_work_at_their_number() -> None:
    with limited(100):
        assert _spent_until(OutOfSteps, spend) == 99
        with pytest.raises(OutOfSteps):
            spend()
        renew()
        assert _spent_until(OutOfSteps, spend) == 99


def test_a_share_ends_what_is_inside_it_alone() -> None:
    with limited(1_000):
        with share_of(0.25):
            assert _spent_until(OutOfSteps, spend) == 249
        assert _spent_until(OutOfSteps, spend) == 749


def test_limits_do_not_add_up() -> None:
    with limited(10):
        with limited(50):
            assert _spent_until(OutOfSteps, spend) == 49
        assert _spent_until(OutOfSteps, spend) == 9


def test_the_clock_ends_what_steps_do_not() -> None:
    with limited(10**9, wall_s=0), pytest.raises(StoppedByClock, match="stopped by the clock"):
        _spent_until(OutOfSteps, spend, most=100_000)


HARD = (
    "event('Buy').sum(property('p')) > 5 AND event('Buy').avg(property('q')) < 3"
    " AND event('Buy').where(property('p') > 7).count() < 4 AND event('Buy').sum(property('q')) > 9"
)
HARDER = HARD.replace("> 5", "> 6").replace("> 9", "> 8").replace("< 4", "< 3")


def _decided(steps: int) -> Evidence:
    reference, candidate = parse(HARD), parse(HARDER)
    assert isinstance(reference, Condition)
    assert isinstance(candidate, Condition)
    return decide(reference, candidate, CqlSchema(open_world=True), steps=steps)


def test_a_proof_ends_with_its_steps_and_says_so() -> None:
    few = _decided(200)
    assert few.relation is Relation.UNDECIDED
    assert "steps" in few.reason
    assert _decided(2_000_000).relation is Relation.OVERLAPS


@pytest.mark.parametrize("steps", [200, 2_000, 4_000, 50_000])
def test_the_same_steps_give_the_same_verdict(steps: int) -> None:
    first, again = _decided(steps), _decided(steps)
    assert (first.relation, first.reason) == (again.relation, again.reason)
