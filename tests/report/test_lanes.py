"""Where moments lie on a lane: in their order, never two in one place, inside, in words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.languages.pictures import Band, Lane, Mark, Scene
from jurist.records import Side
from jurist.report.lanes import ago, drawn

DAY = 86_400_000
AGES = st.integers(-30 * DAY, 3_000 * DAY) | st.sampled_from([0, 1, DAY, 30 * DAY, 30 * DAY + 1])
SIDES = st.sampled_from([Side.REFERENCE, Side.CANDIDATE])


@st.composite
def lanes(draw: st.DrawFn) -> Lane:
    marks = [
        Mark(age, count, "p = 1", frozenset(draw(st.sets(SIDES))))
        for age, count in draw(st.lists(st.tuples(AGES, st.integers(1, 9)), max_size=8))
    ]
    spans = draw(st.lists(st.tuples(AGES, AGES), max_size=3))
    bands = [Band(draw(SIDES), max(span), min(span), "w") for span in spans]
    if draw(st.booleans()):
        bands.append(Band(draw(SIDES), None, 0, "all time"))
    return Lane("A", tuple(marks), tuple(bands))


@given(st.lists(lanes(), min_size=1, max_size=3))
def test_order_and_difference_are_kept(made: list[Lane]) -> None:
    shown = drawn(Scene(lanes=tuple(made)))
    places: dict[int, float] = {}
    for lane, each in zip(made, shown.lanes, strict=True):
        assert sum(dot.count for dot in each.dots) == lane.total
        for band, bar in zip(lane.bands, each.bars, strict=True):
            assert 0 <= bar.place <= bar.place + bar.width <= 100
            if band.oldest is not None:
                places[band.oldest] = bar.place
            else:
                assert bar.place == 0
    for tick in shown.ticks:
        assert 0 <= tick.place <= 100
        if tick.is_now:
            places[0] = tick.place
    ordered = [places[age] for age in sorted(places, reverse=True)]
    assert all(one < other for one, other in pairwise(ordered))
    assert sum(tick.is_now for tick in shown.ticks) == 1


@given(lanes())
def test_a_dot_stands_for_what_the_same_queries_count_at_a_moment(lane: Lane) -> None:
    (shown,) = drawn(Scene(lanes=(lane,))).lanes
    told = {(mark.age, mark.counted) for mark in lane.marks}
    assert len(shown.dots) == len(told)
    assert len({dot.place for dot in shown.dots}) >= len({age for age, _ in told})


def test_what_a_millisecond_decides_is_drawn_apart_and_said() -> None:
    edge = Band(Side.REFERENCE, 30 * DAY, 0, "within(30 days)")
    lane = Lane("A", (Mark(30 * DAY + 1, 1, ""),), (edge,))
    shown = drawn(Scene(lanes=(lane,)))
    (dot,), (bar,) = shown.lanes[0].dots, shown.lanes[0].bars
    assert dot.place < bar.place - 2
    assert not shown.to_scale
    assert dot.words == "30 days 1 ms ago"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (0, "now"),
        (DAY, "1 day ago"),
        (-2 * DAY, "2 days from now"),
        (90 * DAY + 3_600_000, "90 days 1 h ago"),
        (61_001, "1 min 1 s 1 ms ago"),
    ],
)
def test_ages_are_exact(age: int, words: str) -> None:
    assert ago(age) == words
