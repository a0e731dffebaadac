"""The classes of values against brute force: every value has a class, every class a value."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurist.languages.cql.meaning.values import Coercion, moment_text, read_number, text_of
from jurist.languages.cql.prover import automata
from jurist.languages.cql.prover.domains import domain
from jurist.languages.cql.prover.examples import several
from jurist.languages.cql.prover.primitives import (
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
from jurist.languages.cql.prover.value_classes import NOTHING, Allowed
from jurist.languages.cql.schemas.schema import Kind

MILLION = 1_000_000
WORDS = ("", "a", "ab", "b", "ba", "5", "10", "-1", "0.5", "05", "1a", "2026-05-01", "a\0")
BOUNDS = (None, -MILLION, 0, 1, MILLION // 2, 5 * MILLION, 5 * MILLION + 1, 10 * MILLION)
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
kinds = st.sampled_from((Kind.UNKNOWN, Kind.NUMBER, Kind.INTEGER, Kind.STRING, Kind.DATE))


def accepts(automaton: automata.Automaton, text: str) -> bool:
    state = automaton.start
    for letter in text:
        state = automaton.step(state, letter)
    return automaton.accepts(state)


def values_of(kind: Kind, rng: random.Random) -> object:
    number = rng.choice((-2, -1, 0, Decimal("0.5"), 1, 5, Decimal("5.000001"), 9, 10, 11, 105))
    moment = rng.choice((0, 1, 86_400_000, 86_399_999, 1_777_593_600_000)) + rng.choice((0, 1, -1))
    text = "".join(
        rng.choice(("a", "b", "5", "1", "0", "-", ".", "x", "\0", "2026-05-01"))
        for _ in range(rng.randrange(5))
    )
    match kind:
        case Kind.NUMBER:
            return number
        case Kind.INTEGER:
            return int(number)
        case Kind.DATE:
            return moment_text(moment)
        case Kind.STRING:
            return rng.choice((text, rng.choice(WORDS), moment_text(moment)))
        case _:
            return rng.choice((number, text, rng.choice(WORDS), moment_text(moment)))


@settings(max_examples=80, deadline=None)
@given(facts, kinds, coercions, st.randoms(use_true_random=False))
def test_every_value_lies_in_a_class(
    asked: tuple[Primitive, ...], kind: Kind, coercion: Coercion, rng: random.Random
) -> None:
    classes = domain(asked, Allowed(kind), coercion).classes
    known = {each.facts for each in classes}
    for _ in range(25):
        value = values_of(kind, rng)
        assert isinstance(value, str | int | Decimal)
        number = read_number(text_of(value))
        if number is not None and number * MILLION != int(number * MILLION):
            continue  # more places than numbers have
        true = frozenset(fact for fact in asked if holds(fact, value, coercion))
        assert true in known


@settings(max_examples=80, deadline=None)
@given(facts, kinds, coercions)
def test_every_sample_has_the_facts_of_its_class(
    asked: tuple[Primitive, ...], kind: Kind, coercion: Coercion
) -> None:
    found = domain(asked, Allowed(kind), coercion)
    for each in found.classes:
        if each.sample is NOTHING:
            continue
        true = frozenset(fact for fact in asked if holds(fact, each.sample, coercion))
        assert true == each.facts
        if each.sample is not None:
            more = several(found, each, 2)
            assert each.size == 1 or len(set(map(text_of, more))) == len(more)


@pytest.mark.parametrize("bound", [0, 1, 5_000_000, 5_000_001, -1_000_000, 1_250_000, -300_000])
def test_the_automaton_of_a_bound_reads_numbers(bound: int) -> None:
    reaches = automata.number_reaches(bound)
    for length in range(5):
        for letters in product("-.0125", repeat=length):
            text = "".join(letters)
            number = read_number(text)
            expected = number is not None and number * MILLION >= bound
            assert accepts(reaches, text) == expected


@pytest.mark.parametrize("text", ["", "a", "aa", "aba", "ab"])
def test_text_automata(text: str) -> None:
    made = (
        automata.is_text(text),
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


def test_canonical_numbers() -> None:
    canonical = automata.canonical_number()
    for length in range(6):
        for letters in product("-.015", repeat=length):
            text = "".join(letters)
            number = read_number(text)
            expected = number is not None and text_of(number) == text
            assert accepts(canonical, text) == expected
