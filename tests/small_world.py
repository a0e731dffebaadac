"""Random queries and subjects over a tiny vocabulary, so that they often meet.

Two event names, a handful of values, windows whose edges events hit exactly: where wild
queries hardly ever find a customer who satisfies them, these nearly always do.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from typing import TypeVar

from jurist.languages.cql.operators import Takes
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.readings import (
    NoneOfMissing,
    NumberLikeText,
    ParentTies,
    Readings,
    StringEquality,
    SumOfNothing,
    WindowEdges,
)
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import FIRST_MOMENT, Value, moment_of
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
    Constant,
    Context,
    Date,
    Duration,
    Entity,
    Event,
    ExpiresAfter,
    Filter,
    Moment,
    Not,
    Number,
    Operand,
    Operator,
    Or,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Sources,
    Stream,
    Text,
    Trait,
    Unit,
    Where,
    Within,
)

_T = TypeVar("_T")

NOW = moment_of("2026-06-01T00:00:00Z") or 0
_HOUR = 3_600_000
_DURATIONS = tuple(
    Duration(amount, unit)
    for amount, unit in (
        *((0, Unit.DAY), (1, Unit.DAY), (24, Unit.HOUR), (2, Unit.DAY), (3, Unit.DAY)),
        *((1, Unit.HOUR), (48, Unit.HOUR), (6, Unit.HOUR), (36, Unit.HOUR), (12, Unit.HOUR)),
    )
)
_CONSTANTS: tuple[Constant, ...] = (
    *(Number(0), Number(1), Number(2), Number(Decimal("1.5")), Number(-1), Number(10)),
    *(Number(Decimal("52.5200066")), Number(Decimal("0.0000001"))),
    *(Text("a"), Text("b"), Text("1"), Text("1.0"), Text("02"), Text(""), Text("ab")),
    *(Text("2026-05-31"), Text("2026-05-31T00:00:00Z"), Text("true")),
    *(Date(datetime.date(2026, 5, 31)),),
    *(Moment(NOW - 24 * _HOUR, zoned=True), Moment(NOW - 24 * _HOUR, zoned=False)),
    Moment(FIRST_MOMENT, zoned=True),
)
_VALUES: tuple[Value, ...] = (
    *(0, 1, 2, Decimal("1.5"), -1, 10, 3, "a", "b", "1", "1.0", "02", "", "ab", "abc", "true"),
    *(Decimal("52.5200066"), Decimal("52.52000661"), Decimal("0.0000001")),
    *("2026-05-31", "2026-05-31T00:00:00Z", "2026-05-30", "2026-06-02", "5x"),
    *("2026-06-01", "2026-05-31T12:00:00Z", "01", "1.10"),
    *(("a", 1), (), {"k": 1}),
)
_FEW_VALUES: tuple[Value, ...] = (0, 1, 2, "a", "b")
_NAMES = ("x", "y")
_ARRAY_NAMES = ("list.$", "list.$.k", "other.$")
_ORDERS = (
    *(Operator.EQUALS, Operator.DIFFERS, Operator.GREATER_THAN, Operator.AT_LEAST),
    *(Operator.LESS_THAN, Operator.AT_MOST),
)


def all_readings() -> list[Readings]:
    """Every combination of readings."""
    return [
        Readings(*choice)
        for choice in product(
            SumOfNothing, NoneOfMissing, WindowEdges, ParentTies, NumberLikeText, StringEquality
        )
    ]


def random_schema(rng: random.Random) -> CqlSchema:
    """A schema of nothing but readings: half the time the usual ones."""
    usual = rng.random() < 0.5
    return CqlSchema(readings=Readings() if usual else rng.choice(all_readings()))


# --- queries ------------------------------------------------------------------------------


def random_audience(rng: random.Random, *, accounts: bool = False) -> Condition:
    """A condition of moderate size; with ANY and ALL if it is of `accounts`."""
    return _condition(rng, rng.choice((0, 1, 2, 2, 3)), (), users=accounts)


def random_computed_trait(rng: random.Random) -> Scalar:
    """A reduction of a stream."""
    made = _reduction(rng, 2, ())
    if made.reducer is Reducer.UNIQUE_COUNT and rng.random() < 0.5:
        return Reduction(made.stream, Reducer.UNIQUE, made.value, made.cast)
    return made


_Around = tuple[type[Event | Entity], ...]


def _condition(rng: random.Random, depth: int, around: _Around, *, users: bool) -> Condition:
    roll = rng.random()
    if depth == 0 or roll < 0.25:
        return _comparison(rng, depth, around)
    if roll < 0.45:
        return Not(_condition(rng, depth - 1, around, users=users))
    if roll < 0.6 and users:
        quantifier = rng.choice((AnyUser, AllUsers))
        return quantifier(_condition(rng, depth - 1, around, users=False))
    operands = [
        _condition(rng, depth - 1, around, users=users) for _ in range(rng.choice((2, 2, 3)))
    ]
    if rng.random() < 0.3:  # say one again, or its contrary
        again = rng.choice(operands)
        operands.append(rng.choice((again, Not(again))))
    return rng.choice((And, Or))(tuple(operands))


def _reference(rng: random.Random, around: _Around) -> Trait | Property | Context:
    name = rng.choice(_NAMES)
    if not around or rng.random() < 0.25:
        return Trait(name)
    if around[:-1] and rng.random() < 0.3:
        return Property(rng.choice((*_NAMES, "list.$")), parent=True)
    if rng.random() < 0.15:
        return Property(rng.choice(_ARRAY_NAMES))
    if around[-1] is Event and rng.random() < 0.15:
        return Context(rng.choice(("x", "timestamp")))
    return Property(name)


def _comparison(rng: random.Random, depth: int, around: _Around) -> Comparison:
    left: Scalar = _reference(rng, around)
    if depth > 0 and rng.random() < 0.6:
        left = _reduction(rng, depth - 1, around)
    if isinstance(left, Reduction) and rng.random() < 0.6:
        return Comparison(left, rng.choice(_ORDERS), (Number(rng.choice((0, 1, 1, 2, 3))),))
    operator = rng.choice(list(Operator))
    arguments: tuple[Operand, ...]
    match operator.takes:
        case Takes.OPERAND:
            arguments = (_operand(rng, depth, around),)
        case Takes.TEXTS:
            count = rng.choice((1, 2, 3))
            arguments = tuple(_text(rng, around) for _ in range(count))
        case Takes.TEXT:
            arguments = (_text(rng, around),)
        case Takes.DURATION:
            arguments = (rng.choice(_DURATIONS),)
        case Takes.CONSTANTS:
            arguments = tuple(rng.choices(_CONSTANTS, k=rng.choice((1, 2, 3))))
        case takes:
            arguments = tuple(rng.choice(_CONSTANTS) for _ in range(takes.least))
    return Comparison(left, operator, arguments)


def _operand(rng: random.Random, depth: int, around: _Around) -> Operand:
    """What stands on the right of a symbol: a constant, a name, a reduced stream."""
    roll = rng.random()
    if depth > 0 and roll < 0.2:
        return _reduction(rng, depth - 1, around)
    return _reference(rng, around) if roll < 0.45 else rng.choice(_CONSTANTS)


def _text(rng: random.Random, around: _Around) -> Operand:
    """What is searched for: a constant or a name."""
    return _reference(rng, around) if rng.random() < 0.3 else rng.choice(_CONSTANTS)


def _reduction(rng: random.Random, depth: int, around: _Around) -> Reduction:
    kind = Entity if rng.random() < 0.15 else Event
    source = Entity("rows") if kind is Entity else Event(rng.choice(("A", "B")))
    filters = tuple(_filter(rng, depth, (*around, kind)) for _ in range(rng.choice((0, 1, 1, 2))))
    stream = Stream(source, filters)
    if rng.random() < 0.6:
        return Reduction(stream, Reducer.COUNT)
    reducer = rng.choice([one for one in Reducer if one not in {Reducer.COUNT, Reducer.UNIQUE}])
    if kind is Event and rng.random() < 0.1:
        reducer = rng.choice((Reducer.FIRST, Reducer.LAST, Reducer.MODE))
        minimum = rng.choice((1, 2)) if reducer is Reducer.MODE else None
        return Reduction(stream, reducer, Trait(rng.choice(_NAMES)), None, minimum)
    value = Property(rng.choice((*_NAMES, "list.$")))
    cast = rng.choice((None, None, *Cast))
    minimum = rng.choice((1, 2)) if reducer is Reducer.MODE else None
    return Reduction(stream, reducer, value, cast, minimum)


def _filter(rng: random.Random, depth: int, inside: _Around) -> Filter:
    parent = Event in inside[:-1] and rng.random() < 0.6
    roll = rng.random()
    if roll < 0.45:
        return Where(_condition(rng, depth, inside, users=False))
    if roll < 0.65:
        return Within(rng.choice(_DURATIONS), parent)
    if roll < 0.85:
        near, far = rng.choices(_DURATIONS, k=2)
        return Between(near, far, parent)
    if roll < 0.95:
        return Sources(tuple(rng.choices(("s1", "s2"), k=rng.choice((1, 2)))))
    return ExpiresAfter(rng.choice(_DURATIONS), parent)


# --- subjects -----------------------------------------------------------------------------


def random_subject(rng: random.Random, *, accounts: bool) -> Subject:
    """A customer, or an account with none to three users."""
    if not accounts:
        return _customer(rng)
    users = tuple(_customer(rng) for _ in range(rng.choice((0, 1, 1, 2, 3))))
    return Account(_values(rng, _FEW_VALUES), users)


def _customer(rng: random.Random) -> Customer:
    events = [_occurrence(rng) for _ in range(rng.choice((0, 1, 2, 3, 5)))]
    return Customer(_values(rng, _VALUES), tuple(events), _entities(rng, 2))


def _occurrence(rng: random.Random) -> CustomerEvent:
    ages = (0, 1, 6, 24, 25, 48, 72, 73, 200)
    jitter = rng.choice((0, 0, 0, 1, -1))
    return CustomerEvent(
        rng.choice(("A", "A", "B")),
        NOW - rng.choice(ages) * _HOUR + jitter,
        _values(rng, _VALUES),
        _values(rng, _FEW_VALUES),
        rng.choice((None, "s1", "s2")),
    )


def _entities(rng: random.Random, depth: int) -> dict[str, tuple[Row, ...]]:
    if depth == 0 or rng.random() < 0.4:
        return {}
    rows = tuple(
        Row(_values(rng, _VALUES), _entities(rng, depth - 1)) for _ in range(rng.choice((1, 2)))
    )
    return {"rows": rows}


def _values(rng: random.Random, pool: Sequence[Value]) -> dict[str, Value]:
    values = {name: _pick(rng, pool) for name in _NAMES if rng.random() < 0.7}
    if rng.random() < 0.3:
        entries: list[Value] = [rng.choice((1, "a", {"k": 1}, {"k": "a"})) for _ in range(2)]
        values["list"] = tuple(entries[: rng.choice((0, 1, 2))])
    if rng.random() < 0.2:
        values["other"] = (1, 2)
    return values


def _pick(rng: random.Random, pool: Sequence[_T]) -> _T:
    return rng.choice(pool[:6]) if rng.random() < 0.5 else rng.choice(pool)
