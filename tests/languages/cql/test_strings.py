"""What the schema calls a string is compared by its text (U10), against every short text.

The second meaning is written here from the documents alone: a string equals what it is written
as, orders read numbers where both sides say one, searches look at the text.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import cast

import pytest

from jurist.languages.cql.arms import proved
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.text.parser import parse
from jurist.records import Relation, Witness

TEXTS = ("", "0", "00", "1", "1.0", "1.10", "1.1", "01", "a")
_ALPHABET = "01.a-"
_LONGEST = 4
Value = str | int | Decimal | None
Test = Callable[[Value], bool]


def schema(facts: Mapping[str, object], **readings: str) -> CqlSchema:
    document = {"name": "Texts", "traits": {"properties": {"s": facts}}, "assumptions": readings}
    return load_schema(document, where="the test")


KINDS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "string": ({"type": "string"}, {}),
    "string read as a number": ({"type": "string"}, {"string_equality": "number"}),
    "number": ({"type": "number"}, {}),
    "no type": ({}, {}),
}


def values(kind: str) -> list[Value]:
    texts = ["".join(t) for n in range(_LONGEST + 1) for t in product(_ALPHABET, repeat=n)]
    whole = [Decimal(n) / 20 for n in range(-45, 250)]
    numbers: list[Value] = [int(n) if n == int(n) else n.normalize() for n in whole]
    if kind == "number":
        return [None, *numbers]
    return [None, *texts, *(numbers if kind == "no type" else ())]


# --- the second meaning -----------------------------------------------------------------------


def _number(value: Value) -> Decimal | None:
    if not isinstance(value, str):
        return None if value is None else Decimal(value)
    whole, _, places = value.removeprefix("-").partition(".")
    dotted = "." in value
    is_number = whole.isdigit() and whole.isascii() and (places.isdigit() if dotted else True)
    return Decimal(value) if is_number else None


def _text(value: Value) -> str:
    return value if isinstance(value, str) else format(Decimal(value or 0).normalize(), "f")


def _order(value: Value, constant: str) -> int:
    left, right = _number(value), _number(constant)
    if left is not None and right is not None:
        return (left > right) - (left < right)
    text = _text(value)
    return (text > constant) - (text < constant)


def holds(operator: str, constants: tuple[str, ...], *, exact: bool) -> Test:
    def equal(value: Value) -> bool:
        if exact:
            return _text(value) in constants
        return any(_order(value, constant) == 0 for constant in constants)

    first = constants[0]
    tests: dict[str, Test] = {
        "=": equal,
        "!=": lambda value: not equal(value),
        "one_of": equal,
        "none_of": lambda value: not equal(value),
        "<": lambda value: _order(value, first) < 0,
        "<=": lambda value: _order(value, first) <= 0,
        ">": lambda value: _order(value, first) > 0,
        ">=": lambda value: _order(value, first) >= 0,
        "contains": lambda value: first in _text(value),
        "starts_with": lambda value: _text(value).startswith(first),
    }
    test = tests[operator]
    return lambda value: value is not None and test(value)


OPERATORS = ("=", "!=", "one_of", "none_of", "<", "<=", ">", ">=", "contains", "starts_with")


def atom(rng: random.Random, *, exact: bool) -> tuple[str, Test]:
    operator = rng.choice(OPERATORS)
    several = rng.randint(1, 3) if operator in {"one_of", "none_of"} else 1
    constants = tuple(rng.choice(TEXTS) for _ in range(several))
    listed = ", ".join(f"'{constant}'" for constant in constants)
    called = f".{operator}({listed})" if operator.isidentifier() else f" {operator} {listed}"
    return f"trait('s'){called}", holds(operator, constants, exact=exact)


def condition(rng: random.Random, *, exact: bool) -> tuple[str, Test]:
    text, test = atom(rng, exact=exact)
    form = rng.randrange(4)
    if form == 0:
        return f"NOT {text}", lambda value: not test(value)
    if form == 1:
        return text, test
    other, second = atom(rng, exact=exact)
    if form == 2:
        return f"({text} AND {other})", lambda value: test(value) and second(value)
    return f"({text} AND NOT {other})", lambda value: test(value) and not second(value)


def of_witness(witness: Witness) -> Value:
    customer = witness.input["customer"]
    traits = cast("dict[str, dict[str, str | int | float]]", customer).get("traits", {})
    value = traits.get("s")
    return Decimal(repr(value)) if isinstance(value, float) else value


def wrong(relation: Relation, parts: set[tuple[bool, bool]]) -> bool:
    """Whether a relation rules out a value that there is."""
    ruled_out: dict[Relation, set[tuple[bool, bool]]] = {
        Relation.EQUIVALENT: {(True, False), (False, True)},
        Relation.CONTAINS: {(False, True)},
        Relation.CONTAINED: {(True, False)},
        Relation.DISJOINT: {(True, True)},
    }
    return bool(ruled_out.get(relation, set()) & parts)


@pytest.mark.parametrize("kind", KINDS)
def test_every_verdict_is_that_of_all_short_texts(kind: str) -> None:
    facts, readings = KINDS[kind]
    known, exact = schema(facts, **readings), kind == "string"
    rng, everyone = random.Random(181), values(kind)
    undecided = 0
    for _ in range(400):
        (left, first), (right, second) = condition(rng, exact=exact), condition(rng, exact=exact)
        evidence = proved(parse(left), parse(right), known)
        there = {(first(value), second(value)) for value in everyone}
        assert not wrong(evidence.relation, there), (left, right, evidence)
        undecided += evidence.relation is Relation.UNDECIDED
        for witness in evidence.witnesses:
            value = of_witness(witness)
            assert first(value) is witness.reference, (left, right, value)
            assert second(value) is witness.candidate, (left, right, value)
    assert undecided == 0


def equivalences(*, exact: bool) -> Iterator[tuple[str, str, bool]]:
    yield "trait('s') = '1'", "trait('s') = 1", True
    yield "trait('s') = '1.0'", "trait('s') = '1'", not exact
    yield "trait('s') = '01234'", "trait('s') = '1234'", not exact
    yield "trait('s').one_of('1.10', 'a')", "trait('s').one_of('1.1', 'a')", not exact
    yield "trait('s') != '007'", "trait('s') != '7'", not exact
    yield "trait('s').none_of('007')", "trait('s').none_of('7')", not exact
    yield "trait('s') = 1.10", "trait('s') = '1.1'", True
    between = "trait('s').exists() AND NOT trait('s') < '5' AND NOT trait('s') > '5'"
    yield between, "trait('s') = '5'", not exact
    yield "trait('s') >= '5'", "trait('s') >= '5' OR trait('s') = '5.0'", True
    yield "trait('s') = '01' AND trait('s') > 0", "trait('s') = '01'", True
    yield "trait('s') = '01' AND trait('s') > 1", "trait('s') != trait('s')", True


@pytest.mark.parametrize("exact", [True, False])
def test_strings_are_exactly_their_texts(exact: bool) -> None:
    known = schema({"type": "string"}, string_equality="text" if exact else "number")
    for left, right, expected in equivalences(exact=exact):
        relation = proved(parse(left), parse(right), known).relation
        assert relation is not Relation.UNDECIDED, (left, right)
        assert (relation is Relation.EQUIVALENT) is expected, (left, right, relation)


def test_first_last_mode_and_distinct_values_of_strings() -> None:
    document = {
        "name": "Shop",
        "events": {"A": {"properties": {"p": {"type": "string"}, "q": {}}}},
        "traits": {"properties": {"t": {"type": "string"}, "u": {}}},
    }
    shop = load_schema(document, where="the test")
    for value in ("first(property('{}'))", "last(property('{}'))", "mode(property('{}'), 2)"):
        for name, same in (("p", Relation.EQUIVALENT), ("q", Relation.EQUIVALENT)):
            left = f"event('A').{value.format(name)} = '1.10'"
            right = f"event('A').{value.format(name)} = '1.1'"
            relation = proved(parse(left), parse(right), shop).relation
            assert (relation is same) is (name == "q"), (left, relation)
    counted = (
        "event('A').where(property('{0}').one_of('1', '1.0')).unique(property('{0}')).count() >= 2"
    )
    never = "trait('u').exists() AND trait('u').absent()"
    assert proved(parse(counted.format("q")), parse(never), shop).relation is Relation.EQUIVALENT
    assert proved(parse(counted.format("p")), parse(never), shop).relation is Relation.CONTAINS
    both = "trait('t') = trait('u')"
    mirrored = proved(parse(both), parse("trait('u') = trait('t')"), shop).relation
    assert mirrored is Relation.EQUIVALENT


# --- two values ---------------------------------------------------------------------------------

_SPELLINGS = (None, "1", "1.0", "01", "a", "")
_OF_TRAITS: dict[str, tuple[Value, ...]] = {
    "s": _SPELLINGS,
    "t": _SPELLINGS,
    "x": (*_SPELLINGS, 1),
    "n": (None, 0, 1, 2),
    "e": (None, "1", "1.0", "a"),
}
_TRAITS: dict[str, object] = {
    "s": {"type": "string"},
    "t": {"type": "string"},
    "x": {},
    "n": {"type": "integer"},
    "e": {"type": "string", "enum": ["1", "1.0", "a"]},
}
Profile = dict[str, Value]
Condition = tuple[str, Callable[[Profile], bool]]


def _equality(rng: random.Random) -> Condition:
    one, other = rng.sample(list(_TRAITS), 2)
    symbol = rng.choice(("=", "!="))

    def test(who: Profile) -> bool:
        left, right = who[one], who[other]
        if left is None or right is None:
            return False
        exact = {one, other} & {"s", "t", "e"}
        equal = _text(left) == _text(right) if exact else _order(left, _text(right)) == 0
        return equal is (symbol == "=")

    return f"trait('{one}') {symbol} trait('{other}')", test


def test_equality_between_values_is_that_of_all_profiles() -> None:
    known = load_schema({"name": "Texts", "traits": {"properties": _TRAITS}}, where="the test")
    profiles = [dict(zip(_TRAITS, each, strict=True)) for each in product(*_OF_TRAITS.values())]
    rng = random.Random(18)
    for _ in range(60):
        (left, first), (right, second) = _equality(rng), _equality(rng)
        evidence = proved(parse(left), parse(f"{left} AND {right}"), known)
        there = {(first(who), first(who) and second(who)) for who in profiles}
        assert not wrong(evidence.relation, there), (left, right, evidence)
