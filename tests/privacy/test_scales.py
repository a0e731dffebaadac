"""Numbers by classes: order, sums, averages, neighbours, exactness; fractions are the oracle."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.languages.cql.language import CqlLanguage
from jurist.languages.pseudonymizing import COUNTED
from jurist.privacy import Key
from jurist.privacy.classes import Classes
from jurist.privacy.scales import Scale, number_of

CQL = CqlLanguage()
NUMBERS = st.integers(-(10**12), 10**12) | st.decimals(
    -(10**9), 10**9, allow_nan=False, allow_infinity=False, places=4
)
FACTORS = st.integers(110, 9_900).map(lambda n: Scale(Decimal(n) / 1_000))
SHIFTS = st.integers(7, 996).map(lambda n: Scale(shift=n))


@given(FACTORS | SHIFTS, NUMBERS)
def test_every_number_comes_back_exactly(scale: Scale, number: int | Decimal) -> None:
    put = scale.put(number)
    assert Fraction(put) == Fraction(number) * Fraction(scale.factor) + scale.shift
    assert scale.back(put) == number


@given(FACTORS | SHIFTS, NUMBERS, NUMBERS)
def test_order_stays(scale: Scale, one: int | Decimal, other: int | Decimal) -> None:
    assert (one < other) == (scale.put(one) < scale.put(other))
    assert (one == other) == (scale.put(one) == scale.put(other))


@given(FACTORS, st.lists(NUMBERS, min_size=1, max_size=8))
def test_sums_and_signs_stay_under_a_factor(scale: Scale, numbers: list[int | Decimal]) -> None:
    total = sum(map(Fraction, numbers))
    assert sum(Fraction(scale.put(n)) for n in numbers) == total * Fraction(scale.factor)
    assert all((n > 0) == (scale.put(n) > 0) and (n < 0) == (scale.put(n) < 0) for n in numbers)


@given(FACTORS | SHIFTS, st.lists(NUMBERS, min_size=1, max_size=8))
def test_averages_stay_under_both(scale: Scale, numbers: list[int | Decimal]) -> None:
    mean = sum(map(Fraction, numbers)) / len(numbers)
    put = sum(Fraction(scale.put(n)) for n in numbers) / len(numbers)
    assert put == mean * Fraction(scale.factor) + scale.shift


@given(SHIFTS, st.integers(-(10**9), 10**9))
def test_integers_that_follow_each_other_do_so_after_a_shift(scale: Scale, number: int) -> None:
    assert scale.put(number + 1) == int(scale.put(number)) + 1


@given(FACTORS | SHIFTS, st.from_regex(r"[0-9]{1,8}(\.[0-9]{1,4})?", fullmatch=True))
def test_texts_of_numbers_keep_their_zeros_and_come_back(scale: Scale, text: str) -> None:
    put = str(scale.put_value(text))
    assert scale.back_value(put) == text
    assert number_of(put) == scale.put(number_of(text))


def test_a_number_of_the_writer_s_own_is_rounded() -> None:
    scale = Scale(Decimal("3.7"))
    assert scale.back(100) == Decimal("27.027027027")


# --- classes ------------------------------------------------------------------------------------

SCHEMA = CQL.load_schema(
    {
        "name": "Shop",
        "events": {
            "Bought": {
                "properties": {
                    "price": {"type": "number"},
                    "units": {"type": "integer"},
                    "gift": {"type": "integer", "minimum": 0, "maximum": 1},
                }
            }
        },
        "traits": {
            "properties": {
                **{name: {"type": "number"} for name in ("spend", "credit", "visits", "other")},
                "age": {"type": "integer"},
            }
        },
    },
    where="test",
)
QUERIES = (
    "event('Bought').where(property('price') >= trait('spend')).count() >= 1",
    "trait('spend') > trait('credit')",
    "event('Bought').sum(property('units')) > 20",
    "event('Bought').count() > trait('visits')",
)


def classes(key: int) -> Classes:
    compared = [CQL.compared(CQL.parse(text), SCHEMA) for text in QUERIES]
    return Classes(Key(bytes([key]) * 32), CQL.schema_values(SCHEMA), compared)


def place(text: str) -> str:
    return CQL.compared(CQL.parse(text), SCHEMA).constants[0].places[0]


PRICE = place("event('Bought').max(property('price')) > 5")
UNITS = place("event('Bought').max(property('units')) > 5")
GIFT = place("event('Bought').max(property('gift')) = 1")
SPEND, CREDIT, VISITS, OTHER, AGE = (
    place(f"trait('{name}') > 5") for name in ("spend", "credit", "visits", "other", "age")
)


@pytest.mark.parametrize("key", range(5))
def test_what_is_compared_has_one_scale(key: int) -> None:
    found = classes(key)
    assert found.scale_of([PRICE]) == found.scale_of([SPEND]) == found.scale_of([CREDIT])
    assert found.scale_of([OTHER]) != found.scale_of([PRICE])


@pytest.mark.parametrize("key", range(5))
def test_integers_are_shifted_unless_they_are_added_up(key: int) -> None:
    found = classes(key)
    assert found.scale_of([AGE]).shift > 0
    assert found.scale_of([UNITS]).shift == 0
    assert found.scale_of([UNITS]).factor == int(found.scale_of([UNITS]).factor) > 1
    assert found.scale_of([GIFT]).stays


def test_another_key_has_other_scales() -> None:
    assert len({classes(key).scale_of([PRICE]) for key in range(20)}) > 15


def test_what_is_compared_with_a_count_is_one() -> None:
    assert classes(1).scale_of([VISITS, COUNTED]).stays
