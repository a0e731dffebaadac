"""The classes of values against brute force: every value has a class, every class a value."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurist.languages.cql.prover.limits import LONGEST_TEXT
from jurist.languages.cql.prover.values import automata, shapes
from jurist.languages.cql.prover.values.distinct import several
from jurist.languages.cql.prover.values.partition import domain
from jurist.languages.cql.prover.values.predicates import (
    BEFORE,
    CONTAINS,
    ENDS,
    IS,
    IS_NUMBER,
    IS_PRESENT,
    MOMENT,
    NUMBER,
    OTHER_BEFORE,
    OTHER_IS,
    STARTS,
    Primitive,
    holds,
)
from jurist.languages.cql.prover.values.value_classes import NOTHING, Allowed
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.numbers import UNIT
from jurist.languages.cql.semantics.subjects import normalize_json
from jurist.languages.cql.semantics.values import Coercion, Value, moment_text, read_number, text_of

WORDS = (
    "",
    "a",
    "ab",
    "b",
    "ba",
    "5",
    "10",
    "-1",
    "0.5",
    "05",
    "1a",
    "2026-05-01",
    "a\0",
    '["a"',
    '"a"]',
    ",",
    "9",
    '{"a":1}',
)
SEVEN = UNIT // 10**7
BOUNDS = (None, -UNIT, 0, 1, SEVEN, UNIT // 2, 5 * UNIT, 5 * UNIT + 1, 10 * UNIT)
TEXT_KINDS = (IS, BEFORE, CONTAINS, STARTS, ENDS, OTHER_IS, OTHER_BEFORE)

numeric_facts = st.sampled_from(
    [Primitive(NUMBER, low, high) for low, high in product(BOUNDS, BOUNDS)]
)
text_facts = st.sampled_from(
    [Primitive(kind, text=text) for kind, text in product(TEXT_KINDS, WORDS)]
)
moment_facts = st.sampled_from(
    [
        Primitive(MOMENT, low, low + length)
        for low in (0, 86_400_000, 1_777_593_600_000)
        for length in (0, 1, 86_400_000)
    ]
)
facts = st.lists(
    st.one_of(st.just(IS_PRESENT), st.just(IS_NUMBER), numeric_facts, text_facts, moment_facts),
    max_size=5,
    unique=True,
).map(lambda asked: tuple(asked))
coercions = st.sampled_from(list(Coercion))
ITEMS = (
    None,
    Allowed(Kind.STRING),
    Allowed(Kind.STRING, enum=("a", "b")),
    Allowed(Kind.INTEGER, minimum=0, maximum=11),
)
MEMBERS = (None, (("a", Allowed(Kind.INTEGER, required=True)), ("b", Allowed(Kind.STRING))))
kinds = st.one_of(
    st.sampled_from(
        (Kind.UNKNOWN, Kind.NUMBER, Kind.INTEGER, Kind.STRING, Kind.DATE, Kind.DATE_TIME)
    ).map(Allowed),
    st.sampled_from(ITEMS).map(lambda items: Allowed(Kind.ARRAY, items=items)),
    st.sampled_from(MEMBERS).map(lambda members: Allowed(Kind.OBJECT, members=members)),
)


def accepts(pattern: automata.Pattern, text: str) -> bool:
    for letter in text:
        pattern = automata.derivative(pattern, letter)
    return automata.is_nullable(pattern)


def values_of(known: Allowed, rng: random.Random) -> object:
    fine = (Decimal("5.000001"), Decimal("0.0000001"), Decimal(1).scaleb(-30), Decimal("-0.25"))
    number = rng.choice((-2, -1, 0, Decimal("0.5"), 1, 5, 9, 10, 11, 105, *fine))
    moment = rng.choice((0, 1, 86_400_000, 86_399_999, 1_777_593_600_000)) + rng.choice((0, 1, -1))
    text = "".join(
        rng.choice(("a", "b", "5", "1", "0", "-", ".", "x", "\0", "2026-05-01"))
        for _ in range(rng.randrange(5))
    )
    match known.kind:
        case Kind.ARRAY:
            entry = {
                ITEMS[1]: ("a", "b", "ab", "5", 'x"', ",", "2026-05-01"),
                ITEMS[2]: ("a", "b"),
                ITEMS[3]: (0, 1, 5, 10),
                None: ("a", 5, ("a",), Decimal("0.5")),
            }[known.items]
            return tuple(rng.choice(entry) for _ in range(rng.randrange(4)))
        case Kind.OBJECT:
            members = {"a": rng.choice((0, 1, -5)), "b": rng.choice(("a", "", "5"))}
            return members if rng.random() < 0.7 else {"a": members["a"]}
        case Kind.NUMBER:
            return number
        case Kind.INTEGER:
            return int(number)
        case Kind.DATE:
            return moment_text(moment)[:10]
        case Kind.DATE_TIME:
            zoned = moment_text(moment)
            return rng.choice((zoned, zoned[:-1] + "+00:00", zoned[:-1] + "-11:30"))
        case Kind.STRING:
            return rng.choice((text, rng.choice(WORDS), moment_text(moment)))
        case _:
            return rng.choice((number, text, rng.choice(WORDS), moment_text(moment)))


@settings(max_examples=80, deadline=None)
@given(facts, kinds, coercions, st.randoms(use_true_random=False))
def test_every_value_lies_in_a_class(
    asked: tuple[Primitive, ...], known: Allowed, coercion: Coercion, rng: random.Random
) -> None:
    classes = domain(asked, known, coercion).classes
    facts_of_classes = {each.facts for each in classes}
    for _ in range(25):
        value = normalize_json(values_of(known, rng))
        true = frozenset(fact for fact in asked if holds(fact, value, coercion))
        assert true in facts_of_classes, value


def is_of_kind(value: Value, known: Allowed) -> bool:
    match known.kind:
        case Kind.ARRAY if known.items is not None:
            return isinstance(value, tuple) and all(is_of_kind(v, known.items) for v in value)
        case Kind.ARRAY:
            return isinstance(value, tuple)
        case Kind.OBJECT:
            members = dict(known.members or ())
            return isinstance(value, Mapping) and all(
                is_of_kind(v, members.get(name, Allowed())) for name, v in value.items()
            )
        case Kind.NUMBER | Kind.INTEGER:
            return isinstance(value, int | Decimal)
        case Kind.STRING if known.enum:
            return value in known.enum
        case Kind.STRING:
            return isinstance(value, str)
        case Kind.DATE:
            return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
        case Kind.DATE_TIME:
            return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
        case _:
            return True


@settings(max_examples=80, deadline=None)
@given(facts, kinds, coercions)
def test_every_sample_has_the_facts_of_its_class(
    asked: tuple[Primitive, ...], known: Allowed, coercion: Coercion
) -> None:
    found = domain(asked, known, coercion)
    for each in found.classes:
        if each.sample is NOTHING:
            continue
        true = frozenset(fact for fact in asked if holds(fact, each.sample, coercion))
        assert true == each.facts
        if each.sample is not None:
            more = several(found, each, 3)
            assert each.size == 1 or len(set(map(text_of, more))) == len(more)
            assert all(is_of_kind(value, known) for value in more)


@pytest.mark.parametrize(
    "bound", [0, 1, 5 * UNIT, 5 * UNIT + 1, -UNIT, UNIT + UNIT // 4, -3 * UNIT // 10]
)
def test_the_automaton_of_a_bound_reads_numbers(bound: int) -> None:
    reaches = shapes.numbers_from(bound)
    for length in range(5):
        for letters in product("-.0125", repeat=length):
            text = "".join(letters)
            number = read_number(text)
            expected = number is not None and Fraction(number) * UNIT >= bound
            assert accepts(reaches, text) == expected


@pytest.mark.parametrize("text", ["", "a", "aa", "aba", "ab"])
def test_text_automata(text: str) -> None:
    made = (
        automata.text(text),
        automata.starts_with(text),
        automata.ends_with(text),
        automata.contains(text),
        automata.comes_before(text),
    )
    for length in range(6):
        for letters in product("abx", repeat=length):
            word = "".join(letters)
            accepted = [accepts(automaton, word) for automaton in made]
            assert accepted == [
                word == text,
                word.startswith(text),
                word.endswith(text),
                text in word,
                word < text,
            ]


@pytest.mark.parametrize("bounds", [("b",), ("ab",), ("a", "b"), ("ab", "b"), ("b", "ba", "c")])
def test_each_side_of_the_bounds_of_an_order_has_a_text(bounds: tuple[str, ...]) -> None:
    """Also where the character of a bound stands nowhere else."""
    texts = ["".join(letters) for size in range(4) for letters in product("abcd", repeat=size)]
    expected = {tuple(text < bound for bound in bounds) for text in texts}
    assert automata.realizable(list(map(automata.comes_before, bounds))).keys() == expected


def test_canonical_numbers() -> None:
    for length in range(6):
        for letters in product("-.015", repeat=length):
            text = "".join(letters)
            number = read_number(text)
            expected = number is not None and text_of(number) == text
            assert accepts(shapes.CANONICAL_NUMBERS, text) == expected


@pytest.mark.parametrize("part", ["ab", "a"])
def test_a_long_text_is_no_deep_recursion(part: str) -> None:
    long = part * (LONGEST_TEXT // len(part))
    found = automata.realizable([automata.contains(long), automata.comes_before(long)])
    lengths = {(False, True): 0, (False, False): 1, (True, False): len(long)}
    assert {truths: len(text) for truths, text in found.items()} == {
        **lengths,
        (True, True): len(long) + 1,
    }
