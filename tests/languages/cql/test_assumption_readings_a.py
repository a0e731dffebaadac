"""The assumptions A1 to A13, each shown by an example; those with a second reading, both."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jurist.languages.cql.semantics.readings import Readings, WindowEdges
from jurist.languages.cql.semantics.subjects import (
    Account,
    Customer,
    CustomerEvent,
    Row,
    subject_from_json,
)
from jurist.languages.cql.semantics.values import Value, date_text
from reading_examples import DAY, HOUR, NOBODY, NOW, both, did, holds, saw, with_traits, worth


def test_a1_all_of_no_users() -> None:
    assert holds("ALL trait('t') = 1", Account())
    assert not holds("ANY trait('t').absent()", Account())


def test_a2_conditions_outside_any_and_all() -> None:
    busy, idle = did(DAY), Customer({"role": "user"})
    account = Account({"role": "account"}, (busy, idle))
    assert holds("event('A').count() >= 1 AND trait('role') = 'account'", account)
    assert holds("event('A').count() = 0", account)
    assert not holds("NOT event('A').count() = 0", account)
    assert not holds("ALL event('A').count() = 0", account)
    assert holds("ANY trait('role') = 'user' AND NOT trait('role') = 'user'", account)
    assert not holds("event('A').count() = 0", Account())
    above = "event('A').where(property('p') > trait('limit')).count() >= 1"
    own = Customer({"limit": 1}, did(DAY, p=2).events)
    assert holds(above, Account({"limit": 9}, (own,)))


def test_a3_date_operators() -> None:
    who = with_traits({"t": "2024-10-04T00:00:00Z"})
    assert not holds("trait('t').before_date('2024-10-04')", who)
    assert not holds("trait('t').after_date(2024-10-04)", who)
    assert holds("trait('t').before_date(2024-10-04T00:00:00.001Z)", who)
    assert holds("trait('t').within_last(0 days)", who)
    assert holds("trait('t').within_next(0 days)", who)
    assert holds("trait('t').before_last(0 days)", who)
    assert holds("trait('t').after_next(0 days)", who)
    for operator, low, high in (
        ("within_last", -DAY, 0),
        ("within_next", 0, DAY),
        ("before_last", None, -DAY),
        ("after_next", DAY, None),
    ):
        text = f"trait('t').{operator}(1 day)"
        for offset in (-2 * DAY, -DAY - 1, -DAY, -1, 0, 1, DAY, DAY + 1, 2 * DAY):
            inside = (low is None or low <= offset) and (high is None or offset <= high)
            assert holds(text, who, now=NOW - offset) == inside


NOON = NOW + DAY // 2


@pytest.mark.parametrize("now", [NOW, NOW + 1, NOON, NOW + DAY - 1])
def test_a3_a4_a_bare_date_is_a_day(now: int) -> None:
    for operator, low, high in (
        ("within_last", -2, 0),
        ("within_next", 0, 2),
        ("before_last", -9, -2),
        ("after_next", 3, 9),
    ):
        for day in range(-9, 10):
            who = with_traits({"t": date_text(NOW // DAY + day), "n": 5})
            assert holds(f"trait('t').{operator}(2 days)", who, now=now) == (low <= day <= high)


def test_a4_hours_and_absolute_dates_take_the_midnight_of_a_bare_date() -> None:
    who = with_traits({"t": "2024-10-04"})
    assert not holds("trait('t').before_date('2024-10-04')", who)
    assert not holds("trait('t').after_date(2024-10-04)", who)
    assert holds("trait('t').before_date(2024-10-04T00:00:00.001Z)", who)
    assert holds("trait('t').within_last(12 hours)", who, now=NOON)
    assert not holds("trait('t').within_last(11 hours)", who, now=NOON)
    assert not holds("trait('t').within_next(24 hours)", who, now=NOON)
    assert holds("trait('t').after_next(12 hours)", who, now=NOW - DAY // 2)


def test_a4_days_and_hours_differ_for_bare_dates_alone() -> None:
    entries = with_traits({"ts": ("x", "2024-10-04")})
    assert holds("trait('ts.$').within_last(0 days)", entries, now=NOON)
    assert not holds("trait('ts.$').within_last(0 hours)", entries, now=NOON)
    events = saw("2024-10-04T00:00:00Z", "2024-10-04", None)
    today = "event('A').where(property('p').within_next({})).count() = 1"
    assert holds(today.format("1 day"), events, now=NOON)
    assert not holds(today.format("24 hours"), events, now=NOON)


@pytest.mark.parametrize("text", ["20241004", "5", "yesterday", "2024-13-01", "2024-10-04T25:00Z"])
def test_a3_date_operators_on_what_is_no_date(text: str) -> None:
    who = with_traits({"t": text, "n": 20_000})
    for comparison in ("before_date('2999-01-01')", "after_date('1000-01-01')"):
        assert not holds(f"trait('t').{comparison}", who)
        assert not holds(f"trait('n').{comparison}", who)
    assert not holds("trait('t').before_last(0 days)", who)


def test_a4_zones() -> None:
    for text in ("2024-10-04", "2024-10-04T00:00:00", "2024-10-04T02:00:00+02:00"):
        assert holds("trait('t').within_last(0 hours)", with_traits({"t": text}))


def test_a5_an_open_window_ends_a_millisecond_further_in() -> None:
    opened = Readings(window_edges=WindowEdges.OPEN)
    assert not holds("event('A').within(0 days).count() >= 1", did(0), opened)
    tiny = saw("0.000001", "0.1", "0.2")
    assert worth("event('A').sum(property('p'))", tiny) == Decimal("0.300001")


def test_a6_mode() -> None:
    assert worth("event('A').mode(property('p'), 2)", saw("b", "a", "b", "a")) == "a"
    assert worth("event('A').mode(property('p'), 2)", saw("b", "a")) is None
    assert worth("event('A').mode(property('p'), 1)", saw("b", "a", "b")) == "b"
    for cast in ("", " as string", " as number"):  # Segment: `as number` is the same
        mode = f"event('A').mode(property('p'){cast}, 1)"
        assert worth(mode, saw(9, "10", "9.0", 10)) == "10"
    assert worth("event('A').mode(property('p'), 1)", saw(9, "9", "9.0")) == "9"


def test_a6_first_and_last() -> None:
    who = saw(None, "late", "early", None)
    assert worth("event('A').first(property('p'))", who) == "early"
    assert worth("event('A').last(property('p'))", who) == "late"
    tied = Customer(events=tuple(CustomerEvent("A", NOW, {"p": p}) for p in ("x", "y")))
    assert worth("event('A').first(property('p'))", tied) == "x"
    assert worth("event('A').last(property('p'))", tied) == "y"


def test_a7_arrays_unroll() -> None:
    who = did(HOUR, tags=("a", "b", "a"), lines=({"p": 1, "q": 1}, {"p": 2, "q": 2}))
    assert worth("event('A').where(property('tags.$') = 'a').count()", who) == 2
    assert worth("event('A').count()", who) == 1
    assert worth("event('A').sum(property('lines.$.p'))", who) == 3
    same = "property('lines.$.p') = 1 AND property('lines.$.q') = {}"
    assert holds(f"event('A').where({same.format(1)}).count() = 1", who)
    assert holds(f"event('A').where({same.format(2)}).count() = 0", who)
    split = "event('A').where(property('lines.$.p') = 1).where(property('lines.$.q') = 2)"
    assert holds(f"{split}.count() = 0", who)
    assert holds(
        "event('A').where(property('tags.$') = 'a' AND property('lines.$.p') = 1).count() = 2", who
    )
    for missing in (did(HOUR), did(HOUR, tags=()), did(HOUR, tags="a")):
        assert worth("event('A').where(property('tags.$').absent()).count()", missing) == 1


def test_a8_sessions() -> None:
    text = "event('A').expires_after(1 hour).count()"
    assert worth(text, did(0, HOUR, 2 * HOUR, 3 * HOUR + 1)) == 3
    assert worth(text, did(HOUR)) == 1
    assert worth(text, did(HOUR + 1)) == 0
    assert worth(text, NOBODY) == 0


def test_a9_arrays_and_objects_as_json() -> None:
    who = with_traits({"t": ("a", 1, {"k": "é"})})
    assert holds("""trait('t') = '["a",1,{"k":"é"}]'""", who)
    assert holds("trait('t').contains('\"k\":')", who)


def test_a10_rows_are_typed() -> None:
    who = Customer(entities={"o": (Row({"n": 5, "t": "5"}),)})
    for comparison, expected in (
        ("property('n') = 5", True),
        ("property('n') = '5'", False),
        ("property('t') = '5'", True),
        ("property('t') = 5", False),
        ("property('t') = '5.0'", False),
        ("property('n') != '5'", True),
        ("property('n') < '6'", False),
        ("property('t') < '6'", True),
        ("property('t') = property('n')", False),
        ("property('n').contains('5')", True),
        ("property('n').one_of('5', 5)", True),
        ("property('n').one_of('5')", False),
    ):
        assert holds(f"entity('o').where({comparison}).count() >= 1", who) == expected
    assert worth("entity('o').sum(property('t'))", who) is None
    assert worth("entity('o').sum(property('n'))", who) == 5


def test_rows_of_rows() -> None:
    line = Row({"sku": "x"})
    who = Customer(entities={"orders": (Row({}, {"lines": (line, line)}), Row())})
    text = "entity('orders').where(entity('lines').count() {}).count()"
    assert worth(text.format(">= 1"), who) == 1
    assert worth(text.format("= 0"), who) == 1
    assert worth("entity('lines').count()", who) == 0


def test_the_time_of_an_event() -> None:
    text = "event('A').where(context('timestamp').before_date('2024-10-03')).count()"
    assert worth(text, did(DAY - 1, DAY, DAY + 1)) == 1


def test_a1_any_of_no_users() -> None:
    for comparison in ("= 1", "!= 1"):
        assert not holds(f"ANY trait('t') {comparison}", Account())
    assert not holds("ANY NOT trait('t') = 1", Account())


def test_a2_traits_inside_and_computed_traits_of_accounts() -> None:
    user = Customer({"limit": 1}, saw(2, 5).events, {"o": (Row(),)})
    account = Account({"limit": 3}, (user, user))
    assert worth("event('A').where(property('p') > trait('limit')).count()", account) == 2
    assert worth("event('A').count()", account) == 4
    assert worth("entity('o').count()", account) == 2
    assert worth("trait('limit')", account) == 3
    assert holds("event('A').where(property('p') > trait('limit')).count() = 2", account)
    assert not holds("event('A').count() = 4", account)


@pytest.mark.parametrize(
    ("text", "is_a_date"),
    [
        ("2024-10-03", True),
        ("2024-10-03T10:00", True),
        ("2024-10-03T10:00:00.123456789", True),
        ("2024-10-03T10:00:00+02", True),
        ("2024-10-03t10:00:00z", False),
        ("2024-10-03 10:00:00", False),
        ("2024-02-30", False),
        ("20241003", False),
        ("10/03/2024", False),
        ("1727913600", False),
        ("0000-01-01", False),
        ("2024-10-03T24:00:00", False),
        ("2024-10-03T10:00:60", False),
    ],
)
def test_a4_what_is_a_date(text: str, *, is_a_date: bool) -> None:
    for who in (with_traits({"t": text}),):
        assert holds("trait('t').before_date(2999-01-01)", who) == is_a_date
        assert holds("trait('t').after_date(1000-01-01)", who) == is_a_date
    assert not holds("trait('t').before_date(2999-01-01)", with_traits({"t": 1727913600}))


def test_a5_averages() -> None:
    who = saw(1, 1, 2)
    assert worth("event('A').avg(property('p'))", who) == Decimal("1.333333333333")
    assert holds("event('A').avg(property('p')) > 1.333333333333", who)
    assert holds("event('A').avg(property('p')) < 1.333333333334", who)


def test_a6_equal_items_count_each_and_rows_have_an_order() -> None:
    again = did(DAY, DAY, p=1)
    assert worth("event('A').count()", again) == 2
    assert worth("event('A').sum(property('p'))", again) == 2
    rows = Customer(entities={"o": (Row({"p": "b"}), Row({"p": "a"}), Row({"p": "b"}))})
    assert worth("entity('o').count()", rows) == 3
    assert worth("entity('o').first(property('p'))", rows) == "b"
    listed = Customer(entities={"o": (Row({"p": "b"}), Row({"p": "a"}))})
    assert worth("entity('o').last(property('p'))", listed) == "a"


def test_a7_reducers_and_items_without_entries() -> None:
    lines: Value = ({"price": 2, "sku": "x"}, {"price": 3}, {})
    who = both(did(HOUR, lines=lines), did(2 * HOUR), did(3 * HOUR, lines=()))
    for reducer, number in (("sum", 5), ("max", 3), ("first", 2), ("unique", ("2", "3"))):
        assert worth(f"event('A').{reducer}(property('lines.$.price'))", who) == number
    assert worth("event('A').where(property('lines.$.sku').absent()).count()", who) == 4
    assert worth("event('A').where(property('lines.$.sku') = 'x').sum(property('lines.$.price'))",
                 who) == 2  # fmt: skip


def test_a8_a_session_is_of_all_events_of_the_name() -> None:
    who = both(did(0, 2 * HOUR, p=1), did(HOUR, p=2))
    text = "event('A').where(property('p') = 1).expires_after(1 hour).count()"
    assert worth(text, who) == 2


def test_a11_entries_of_traits() -> None:
    nothing: tuple[Value, ...] = ()
    who = with_traits(
        {
            "tags": ("a", "b"),
            "none": nothing,
            "text": "a",
            "deep": ({"tags": ("x",)}, {"tags": ("y", 3)}),
        }
    )
    for comparison, expected in (
        ("trait('tags.$') = 'a'", True),
        ("trait('tags.$') != 'a'", False),
        ("trait('tags.$') != 'c'", True),
        ("trait('none.$') != 'a'", False),
        ("trait('tags.$').none_of('c', 'd')", True),
        ("trait('tags.$').omits('c')", True),
        ("trait('none.$').omits('c')", True),
        ("trait('tags.$').omits('b')", False),
        ("trait('tags.$').exists()", True),
        ("trait('none.$').absent()", True),
        ("trait('missing.$').absent()", True),
        ("trait('text.$').exists()", False),
        ("trait('tags.$') > 'a'", True),
        ("trait('tags.$').starts_with('b')", True),
        ("NOT trait('tags.$') = 'c'", True),
        ("trait('deep.$.tags.$') = 'y'", True),
        ("trait('deep.$.tags.$') >= 3", True),
        ("trait('deep.$.tags.$') != 'x'", False),
        ("trait('deep.$.tags') = '[\"x\"]'", True),
        ("trait('tags.$') = trait('text')", False),
    ):
        assert holds(comparison, who) == expected, comparison
    assert worth("trait('tags.$')", who) is None


def test_a12_traits_of_the_users_who_did_it() -> None:
    early = Customer({"plan": "a"}, did(2 * DAY).events)
    late = Customer({"plan": "b"}, did(DAY, DAY, 3 * DAY).events)
    account = Account({"plan": "own"}, (early, late))
    for reducer, plan in (("first", "b"), ("last", "b"), ("mode", "b")):
        least = ", 1" if reducer == "mode" else ""
        assert worth(f"event('A').{reducer}(trait('plan'){least})", account) == plan
    recent = Account({}, (late, Customer({"plan": "c"}, did(0).events)))
    assert worth("event('A').last(trait('plan'))", recent) == "c"
    assert worth("event('A').first(trait('plan'))", early) == "a"


def test_a13_texts_and_their_order() -> None:
    who = Customer({"t": "Straße", "n": Decimal("1.50"), "é": "e\u0301"}, did(HOUR).events)
    for comparison, expected in (
        ("trait('t') = 'straße'", False),
        ("trait('T').exists()", False),
        ("event('a').count() = 0", True),
        ("trait('t') = 'Strasse'", False),
        ("trait('é') = 'é'", False),
        ("trait('t') < 'a'", True),
        ("trait('t') > 'Str'", True),
        ("trait('t').contains('')", True),
        ("trait('t').starts_with('') AND trait('t').ends_with('')", True),
        ("trait('t').omits('')", False),
        ("trait('n').contains('.5')", True),
        ("trait('n').ends_with('0')", False),
    ):
        assert holds(comparison, who) == expected, comparison
    document = {"now": "2024-10-04", "customer": {"traits": {"yes": True, "list": [False]}}}
    truths, _ = subject_from_json(document)
    assert isinstance(truths, Customer)
    assert holds("trait('yes') = 'true' AND trait('list') = '[\"false\"]'", truths)


def test_a13_an_event_s_time_as_text() -> None:
    at = "event('A').where(context('timestamp') = '{}').count()"
    assert worth(at.format("2024-10-03T00:00:00Z"), did(DAY)) == 1
    assert worth(at.format("2024-10-03T00:00:00.000Z"), did(DAY)) == 0
    assert worth(at.format("2024-10-02T23:59:59.999Z"), did(DAY + 1)) == 1
    assert worth(at.format("2024-10-03"), did(DAY)) == 0
