"""The assumptions U1 to U13, each shown by an example; those with a second reading, both."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from jurist.languages.cql.semantics.readings import (
    NoneOfMissing,
    NumberLikeText,
    ParentTies,
    Readings,
    SumOfNothing,
    WindowEdges,
)
from jurist.languages.cql.semantics.subjects import (
    Customer,
    CustomerEvent,
    Row,
    subject_from_json,
)
from jurist.languages.cql.semantics.values import Value, text_of
from reading_examples import DAY, NOBODY, NOW, both, did, holds, saw, with_traits, worth


def test_u1_count_of_nothing() -> None:
    assert worth("event('A').count()", NOBODY) == 0
    assert holds("event('A').count() = 0", NOBODY)
    assert holds("event('A').count() <= 0", NOBODY)


@pytest.mark.parametrize("who", [NOBODY, saw(None), saw("text")])
def test_u2_sum_of_nothing(who: Customer) -> None:
    zero = Readings(sum_of_nothing=SumOfNothing.ZERO)
    assert worth("event('A').sum(property('p'))", who) is None
    assert worth("event('A').sum(property('p'))", who, zero) == 0
    assert not holds("event('A').sum(property('p')) < 5", who)
    assert holds("event('A').sum(property('p')) < 5", who, zero)


@pytest.mark.parametrize("reducer", ["avg", "min", "max", "first", "last"])
def test_u3_reducers_of_nothing(reducer: str) -> None:
    for who in (NOBODY, saw(None)):
        assert worth(f"event('A').{reducer}(property('p'))", who) is None
        assert holds(f"event('A').{reducer}(property('p')).absent()", who)
    assert worth("event('A').mode(property('p'), 1)", NOBODY) is None


@pytest.mark.parametrize(
    "comparison",
    [
        "= 5",
        "!= 5",
        "> 5",
        "< 5",
        "= trait('other')",
        ".contains('')",
        ".starts_with('')",
        ".one_of('a')",
        ".exists()",
        ".before_date('2999-01-01')",
        ".after_next(0 days)",
    ],
)
def test_u4_a_missing_value_compares_false(comparison: str) -> None:
    assert not holds(f"trait('t') {comparison}".replace(") .", ")."), NOBODY)


def test_u4_what_holds_of_a_missing_value() -> None:
    assert holds("trait('t').absent()", NOBODY)
    assert holds("trait('t').omits('a')", NOBODY)
    true = Readings(none_of_missing=NoneOfMissing.TRUE)
    assert not holds("trait('t').none_of('a')", NOBODY)
    assert holds("trait('t').none_of('a')", NOBODY, true)
    assert not holds("trait('t').none_of('a')", with_traits({"t": "a"}), true)


def test_u5_not_is_the_complement() -> None:
    assert holds("NOT trait('t') = 5", NOBODY)
    assert holds("NOT trait('t') != 5", NOBODY)


@pytest.mark.parametrize(
    ("age", "closed", "opened"),
    [
        (0, True, False),
        (1, True, True),
        (7 * DAY - 1, True, True),
        (7 * DAY, True, False),
        (7 * DAY + 1, False, False),
        (-1, False, False),
    ],
)
def test_u6_within(age: int, *, closed: bool, opened: bool) -> None:
    text = "event('A').within(7 days).count() >= 1"
    assert holds(text, did(age)) == closed
    assert holds(text, did(age), Readings(window_edges=WindowEdges.OPEN)) == opened


@pytest.mark.parametrize(
    ("age", "closed", "opened"),
    [
        (7 * DAY - 1, False, False),
        (7 * DAY, True, False),
        (7 * DAY + 1, True, True),
        (10 * DAY - 1, True, True),
        (10 * DAY, True, False),
        (10 * DAY + 1, False, False),
    ],
)
def test_u7_between(age: int, *, closed: bool, opened: bool) -> None:
    text = "event('A').between(7 days, 10 days).count() >= 1"
    assert holds(text, did(age)) == closed
    assert holds(text, did(age), Readings(window_edges=WindowEdges.OPEN)) == opened


@pytest.mark.parametrize(
    ("delay", "excluded", "included"),
    [
        (-1, False, False),
        (0, False, True),
        (1, True, True),
        (DAY, True, True),
        (DAY + 1, False, False),
    ],
)
@pytest.mark.parametrize("edges", list(WindowEdges))
def test_u8_parent_windows(
    delay: int, edges: WindowEdges, *, excluded: bool, included: bool
) -> None:
    text = "event('A').where(event('B').within(parent: 1 day).count() >= 1).count() >= 1"
    who = both(did(5 * DAY), did(5 * DAY - delay, name="B"))
    ties = Readings(window_edges=edges, parent_ties=ParentTies.INCLUDED)
    assert holds(text, who, Readings(window_edges=edges)) == excluded
    assert holds(text, who, ties) == included


def test_u8_parent_between() -> None:
    text = "event('A').where(event('B').between(parent: 1 day, 2 days).count() >= 1).count() >= 1"
    for delay, inside in ((DAY - 1, False), (DAY, True), (2 * DAY, True), (2 * DAY + 1, False)):
        assert holds(text, both(did(5 * DAY), did(5 * DAY - delay, name="B"))) == inside


def test_u9_the_parent_is_the_item_right_around() -> None:
    text = (
        "event('A').where(event('B').where(event('C').where(property('p') = "
        "property(parent: 'p')).within(parent: 1 day).count() >= 1).within(parent: 1 day)"
        ".count() >= 1).count() >= 1"
    )
    a, b = did(3 * DAY, p=1), did(2 * DAY, name="B", p=2)
    assert holds(text, both(a, b, did(DAY, name="C", p=2)))
    assert not holds(text, both(a, b, did(DAY, name="C", p=1)))
    over_a_row = (
        "event('A').where(entity('o').where(event('B').within(parent: 1 day).count() >= 1)"
        ".count() >= 1).count() >= 1"
    )
    for delay, inside in ((DAY, True), (DAY + 1, False)):
        who = both(did(3 * DAY), did(3 * DAY - delay, name="B"))
        assert holds(over_a_row, Customer({}, who.events, {"o": (Row(),)})) == inside


@pytest.mark.parametrize(
    ("limit", "total", "is_above"), [(5, 6, True), (6, 5, False), (5, None, False), ("5", 6, False)]
)
def test_u9_the_parent_of_a_row_is_a_row(
    limit: Value, total: Value | None, *, is_above: bool
) -> None:
    text = (
        "entity('accounts').where(entity('orders').where(property('total') > "
        "property(parent: 'limit')).count() >= 1).count() >= 1"
    )
    order = Row({} if total is None else {"total": total, "limit": 0})
    account = Row({"limit": limit, "total": 99}, {"orders": (order,)})
    assert holds(text, Customer({}, (), {"accounts": (account,)})) == is_above
    of_an_event = f"event('A').where({text}).count() >= 1"
    who = Customer({}, did(DAY, limit=0).events, {"accounts": (account,)})
    assert holds(of_an_event, who) == is_above


@pytest.mark.parametrize(
    ("value", "constant", "as_number", "as_text"),
    [
        ("5", "5", True, True),
        ("5.0", "5", True, False),
        ("05", "5", True, False),
        ("5.0", "'5'", True, False),
        (5, "'5.0'", True, False),
        (5, "'5'", True, True),
        ("5e0", "5", False, False),
        (" 5", "5", False, False),
        ("٥", "5", False, False),
        ("a", "'A'", False, False),
    ],
)
def test_u10_equality(value: Value, constant: str, *, as_number: bool, as_text: bool) -> None:
    text = Readings(number_like_text=NumberLikeText.TEXT)
    who = with_traits({"t": value})
    assert holds(f"trait('t') = {constant}", who) == as_number
    assert holds(f"trait('t') = {constant}", who, text) == as_text
    assert holds(f"trait('t') != {constant}", who) != as_number
    assert holds(f"trait('t').one_of('zz', {constant})", who) == as_number


def test_u10_order() -> None:
    text = Readings(number_like_text=NumberLikeText.TEXT)
    assert not holds("trait('t') < 9", with_traits({"t": "10"}))
    assert holds("trait('t') < 9", with_traits({"t": "10"}), text)
    assert not holds("trait('t') < 9", with_traits({"t": 10}), text)
    assert holds("trait('t') > 'B'", with_traits({"t": "a"}))
    assert holds("trait('t') > '\U0000ffee'", with_traits({"t": "\U0001f600"}))


def test_u11_no_window_is_the_whole_history() -> None:
    assert holds("event('A').count() >= 1", did(19_000 * DAY))


def test_u13_filters_commute_and_intersect() -> None:
    filters = [
        ".within(3 days)",
        ".within(5 days)",
        ".where(property('p') > 1)",
        ".sources({exclude: 'x'})",
        ".expires_after(2 days)",
    ]
    who = both(did(DAY, 2 * DAY, p=2), did(3 * DAY, p=1), did(4 * DAY, 8 * DAY, p=5))
    for order in itertools.permutations(filters):
        assert worth(f"event('A'){''.join(order)}.count()", who) == 2


def test_u1_different_values_of_nothing() -> None:
    for who in (NOBODY, saw(None)):
        assert worth("event('A').unique(property('p')).count()", who) == 0
        assert holds("event('A').unique(property('p')).count() < 1", who)


@pytest.mark.parametrize("empty", ["", ()])
def test_u4_what_is_empty_is_a_value(empty: Value) -> None:
    who = Customer({"t": empty}, saw(empty, "x").events)
    assert holds("trait('t').exists() AND NOT trait('t').absent()", who)
    assert holds("trait('t') != 'x' AND trait('t').none_of('x')", who)
    assert holds("trait('t').contains('')", who)
    assert worth("event('A').unique(property('p')).count()", who) == 2
    assert worth("event('A').last(property('p'))", who) == empty
    assert worth("event('A').mode(property('p'), 1)", saw(empty, empty, "x")) == text_of(empty)


def test_u4_null_is_missing_also_inside() -> None:
    given = {"t": None, "list": [None, 1], "object": {"a": None}}
    document = {"now": "2024-10-04", "customer": {"traits": given}}
    who, now = subject_from_json(document)
    assert isinstance(who, Customer)
    assert holds("trait('t').absent() AND trait('object.a').absent()", who, now=now)
    assert holds("trait('list') = '[1]' AND trait('object') = '{}'", who, now=now)


def test_u6_an_event_later_than_now_is_not_seen() -> None:
    who = did(-1, -DAY)
    assert worth("event('A').count()", who) == 0
    assert holds("event('A').where(context('timestamp').after_next(0 days)).count() = 0", who)
    later = did(DAY, -DAY)
    follows = "event('A').where(event('A').within(parent: 5 days).count() >= 1).count() >= 1"
    assert not holds(follows, later)


def test_u8_a_nested_event_without_parent_may_lie_anywhere() -> None:
    text = "event('A').where(event('B').count() >= 1).count() >= 1"
    for age in (1, 2, 3, 19_000):
        assert holds(text, both(did(2 * DAY), did(age * DAY, name="B")))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-5", True),
        ("-0", True),
        ("5.50", True),
        ("0" * 30 + ".5", True),
        ("9" * 31, False),
        ("0." + "0" * 30 + "1", False),
        ("+5", False),
        ("5.", False),
        (".5", False),
        ("1e3", False),
        (" 5", False),
        ("5 ", False),
        ("1,000", False),
        ("0x1", False),
        ("", False),
        ("٥", False),
    ],
)
def test_u10_what_reads_as_a_number(text: str, *, number: bool) -> None:
    assert (worth("event('A').sum(property('p'))", saw(text)) is not None) == number
    assert (worth("event('A').max(property('p'))", saw(text)) is not None) == number


def test_u10_texts_in_sums() -> None:
    who, as_text = saw("5", 2, "x", "1.50", None), Readings(number_like_text=NumberLikeText.TEXT)
    for reducer, number, of_numbers in (
        ("sum", Decimal("8.5"), 2),
        ("avg", Decimal("2.833333333333"), 2),
        ("min", Decimal("1.5"), 2),
        ("max", 5, 2),
    ):
        assert worth(f"event('A').{reducer}(property('p'))", who) == number
        assert worth(f"event('A').{reducer}(property('p'))", who, as_text) == of_numbers


@pytest.mark.parametrize("length", [180, 182, 184])
def test_u12_numbers_are_compared_as_written(length: int) -> None:
    """Where words ask for six months, the numbers that may stand for them still differ."""
    inside = f"event('A').within({length} days).count() >= 1"
    assert holds(inside, did(length * DAY))
    assert not holds(inside, did(length * DAY + 1))


def test_u13_events_without_a_source() -> None:
    who = Customer(
        events=tuple(CustomerEvent("A", NOW - i, source=s) for i, s in enumerate((None, "x", "y")))
    )
    assert worth("event('A').sources({exclude: 'x'}).count()", who) == 2
    assert worth("event('A').sources({exclude: 'x', 'y'}).count()", who) == 1
