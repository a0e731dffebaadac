"""Exact values: what reads as a number or a moment, how values compare, what JSON becomes."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.errors import InputError
from jurist.languages.cql.semantics.subjects import json_value, normalize_json
from jurist.languages.cql.semantics.values import (
    Coercion,
    compare,
    constant_moment,
    constant_value,
    exact_mean,
    exact_sum,
    moment_of,
    moment_text,
    read_number,
    rounded,
    split_path,
    text_of,
)
from jurist.languages.cql.syntax import Moment

DECIMALS = st.decimals(
    allow_nan=False, allow_infinity=False, places=6, min_value=-1e9, max_value=1e9
)
NUMBERS = st.integers(-(10**29), 10**29) | DECIMALS


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("-5", -5),
        ("05", 5),
        ("5.0", 5),
        ("5.50", Decimal("5.5")),
        ("-0", 0),
        ("-0.0", 0),
        ("0.1", Decimal("0.1")),
        ("9" * 30, int("9" * 30)),
        ("0." + "1" * 30, Decimal("0." + "1" * 30)),
    ],
)
def test_numbers_are_read(text: str, number: int | Decimal) -> None:
    assert read_number(text) == number
    assert type(read_number(text)) is type(number)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "+5", "5.", ".5", "1e3", "1,000", " 5", "5 ", "٥", "५", "0x1", "NaN", "inf"),
        *("5\n", "9" * 31, "0." + "1" * 31, "9" * 10_000, "1_000"),
    ],
)
def test_other_texts_are_no_numbers(text: str) -> None:
    assert read_number(text) is None


@given(NUMBERS)
def test_a_number_s_text_reads_as_that_number(number: int | Decimal) -> None:
    assert read_number(text_of(number)) == number
    assert "e" not in text_of(number).lower()


@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_sums_and_means_are_exact(numbers: list[int | Decimal]) -> None:
    total = sum((Fraction(number) for number in numbers), Fraction(0))
    assert Fraction(exact_sum(numbers)) == total
    assert Fraction(exact_mean(numbers)) == total / len(numbers)


def test_no_binary_dust() -> None:
    values = [normalize_json(number) for number in json.loads("[0.1, 0.2]")]
    assert exact_sum([v for v in values if isinstance(v, Decimal)]) == Decimal("0.3")


@given(st.fractions(min_value=-1000, max_value=1000))
def test_averages_are_rounded_at_twelve_places(fraction: Fraction) -> None:
    value = rounded(fraction)
    assert isinstance(value, int | Decimal)
    assert abs(Fraction(value) - fraction) <= Fraction(1, 2 * 10**12)


@given(NUMBERS, NUMBERS)
def test_numbers_compare_as_numbers(one: int | Decimal, other: int | Decimal) -> None:
    sign = (Fraction(one) > Fraction(other)) - (Fraction(one) < Fraction(other))
    for coercion in Coercion:
        assert compare(one, other, coercion) == sign
    assert compare(text_of(one), other, Coercion.NUMBER) == sign
    assert compare(text_of(one), other, Coercion.NONE) is None


@given(st.text(), st.text())
def test_texts_compare_by_code_points(one: str, other: str) -> None:
    sign = (list(one) > list(other)) - (list(one) < list(other))
    assert compare(one, other, Coercion.TEXT) == sign
    assert compare(one, other, Coercion.NONE) == sign


def test_an_average_compares_exactly() -> None:
    assert compare(Fraction(1, 3), Decimal("0.333333333333"), Coercion.NUMBER) == 1
    assert compare(Fraction(1, 3), Fraction(2, 6), Coercion.NUMBER) == 0


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023-12-07", "2023-12-07T00:00:00+00:00"),
        ("2023-12-07T18:50:00Z", "2023-12-07T18:50:00+00:00"),
        ("2023-12-07T18:50:00", "2023-12-07T18:50:00+00:00"),
        ("2023-12-07T18:50", "2023-12-07T18:50:00+00:00"),
        ("2023-12-07T18:50:00.5Z", "2023-12-07T18:50:00.500+00:00"),
        ("2023-12-07T18:50:00.123999Z", "2023-12-07T18:50:00.123+00:00"),
        ("2023-12-07T18:50:00+05:30", "2023-12-07T13:20:00+00:00"),
        ("2023-12-07T18:50:00-0800", "2023-12-08T02:50:00+00:00"),
        ("2024-02-29", "2024-02-29T00:00:00+00:00"),
        ("0001-01-01", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_moments_are_read(text: str, iso: str) -> None:
    expected = datetime.fromisoformat(iso) - datetime(1970, 1, 1, tzinfo=UTC)
    assert moment_of(text) == round(expected.total_seconds() * 1000)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "2023",
        "20231207",
        20231207,
        1_700_000_000_000,
        Decimal("1.5"),
        "2023-02-29",
        "2023-12-07T24:00:00Z",
        "2023-12-07 18:50:00",
        "2023-12-07T18:50:60Z",
        "2023-12-07T18:50:00+99:00",
        "0001-01-01T00:00:00+01:00",
        "٢٠٢٣-12-07",
        "2023-12-07T18:50:00Z" + " " * 100,
        ("2023-12-07",),
    ],
)
def test_all_else_is_no_moment(value: str | int | None) -> None:
    assert moment_of(value) is None


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_a_moment_s_text_reads_as_that_moment(ms: int) -> None:
    assert moment_of(moment_text(ms)) == ms
    assert moment_of(moment_text(ms, zoned=False)) == ms


def test_literals_as_values() -> None:
    assert constant_value(Moment(0, zoned=True)) == "1970-01-01T00:00:00Z"
    assert constant_value(Moment(0, zoned=False)) == "1970-01-01T00:00:00"
    assert constant_moment(Moment(5, zoned=True)) == 5


def test_json_becomes_values() -> None:
    document = json.loads('{"a": [1, 2.50, null, true, {"b": null, "c": false}], "d": -0.0}')
    assert normalize_json(document) == {
        "a": (1, Decimal("2.5"), "true", {"c": "false"}),
        "d": 0,
    }
    assert normalize_json(None) is None


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, 10**30, 1e30, 1e300, 1e-31, Decimal("NaN"), {1: 2}, object()],
)
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(InputError, match=r"traits\.x"):
        normalize_json(value, where="traits.x")


def test_deep_nesting_is_refused() -> None:
    value: object = 1
    for _ in range(10_000):
        value = [value]
    with pytest.raises(InputError, match="nest"):
        normalize_json(value)


@given(st.recursive(st.text() | NUMBERS, lambda v: st.lists(v) | st.dictionaries(st.text(), v)))
def test_values_survive_json(document: object) -> None:
    value = normalize_json(document)
    assert value is not None
    back = json.loads(json.dumps(json_value(value)), parse_float=Decimal)
    assert normalize_json(back) == value


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("a", ("a",)),
        ("a.b", ("a", "b")),
        (r"a\.b", ("a.b",)),
        (r"a\.b.c", ("a.b", "c")),
        (r"a\b", (r"a\b",)),
        ("a.", ("a", "")),
        ("", ("",)),
    ],
)
def test_paths(name: str, keys: tuple[str, ...]) -> None:
    assert split_path(name) == keys
