"""How alike two queries behave over databases, counted by hand."""

from __future__ import annotations

import pytest

from jurist.languages.sql.outcomes.comparing import Comparison, compare
from jurist.languages.sql.outcomes.outcome import Class, Outcome
from jurist.languages.sql.outcomes.tallying import Tally
from jurist.languages.sql.readings import Readings
from jurist.languages.sql.values import Row
from jurist.records import DifferenceAspect, Overlap


def bag(*rows: Row) -> Outcome:
    width = len(rows[0]) if rows else 1
    return Outcome((Class(rows, len(rows)),) if rows else (), width)


def compared(reference: Outcome, candidate: Outcome, *, ordered: bool = False) -> Comparison:
    return compare(reference, candidate, Readings(), ordered=ordered)


def tally(*pairs: tuple[Outcome, Outcome]) -> Tally:
    counted = Tally()
    for reference, candidate in pairs:
        counted.add(compared(reference, candidate))
    return counted


def test_behaviour_is_the_mean_share_of_rows_in_common() -> None:
    """One of three rows on the first, both of two on the second; the empty one says nothing."""
    counted = tally(
        (bag((1,), (2,)), bag((1,), (3,))),
        (bag((1,), (1,)), bag((1,), (1,))),
        (bag(), bag()),
    )
    assert counted.behaviour == pytest.approx((1 / 3 + 1) / 2)
    assert counted.overlap == Overlap(both=1, reference_only=1, candidate_only=1, neither=1)
    assert [*counted.aspects] == [DifferenceAspect.ROWS]


def test_a_row_counts_as_often_as_it_comes() -> None:
    counted = tally((bag((1,), (1,), (2,)), bag((1,), (2,), (2,))))
    assert counted.behaviour == pytest.approx(2 / 4)
    assert [*counted.aspects] == [DifferenceAspect.DUPLICATES]


def test_rows_on_one_side_alone_say_which_has_more() -> None:
    assert tally((bag((1,), (2,)), bag((1,)))).overlap == Overlap(0, 1, 0, 0)
    assert tally((bag((1,)), bag((1,), (2,)))).overlap == Overlap(0, 0, 1, 0)


def test_without_any_row_there_is_no_behaviour() -> None:
    assert tally((bag(), bag())).behaviour is None


@pytest.mark.parametrize(
    ("candidate", "aspects"),
    [
        (bag(("a", 1), ("b", 2)), [DifferenceAspect.COLUMNS]),
        (bag(("x", 1), ("b", 2)), [DifferenceAspect.COLUMNS, DifferenceAspect.ROWS]),
        (
            bag(
                (1, 7, 8),
            ),
            [DifferenceAspect.COLUMNS, DifferenceAspect.ROWS],
        ),
    ],
)
def test_a_column_too_many_is_arrangement_where_the_others_are_right(
    candidate: Outcome, aspects: list[DifferenceAspect]
) -> None:
    assert [*tally((bag(("a",), ("b",)), candidate)).aspects] == aspects


def test_a_column_too_few_is_more_than_arrangement() -> None:
    counted = tally((bag(("a", 1), ("b", 2)), bag(("a",), ("b",))))
    assert [*counted.aspects] == [DifferenceAspect.COLUMNS, DifferenceAspect.ROWS]
