"""Random queries over a small world, and random customers in that world.

Few names and values, so that random queries and customers meet; all of the language.
"""

from __future__ import annotations

import datetime
import random
from decimal import Decimal

from jurist.languages.cql.operators import Takes
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row
from jurist.languages.cql.semantics.values import Value
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
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

HOUR = 3_600_000
NOW = 20_000 * 24 * HOUR
EVENTS = ("A", "B")
SLUGS = ("orders", "lines")
PROPERTIES = ("p", "q", "deep.p", "list.$", "lines.$.p", "lines.$.tags.$")
TRAITS = ("t", "deep.t", "when")
CONTEXTS = ("page.url", "timestamp", "tags.$")
TEXTS = ("a", "A", "ab", "5", "5.0", "05", "true", "", "2024-10-04", "2024-10-04T00:00:00Z")
NUMBERS: tuple[int | Decimal, ...] = (
    *(0, 1, 2, 5, 10, Decimal("5.5"), Decimal("0.1"), -1),
    *(Decimal("52.5200066"), Decimal("0.00000001")),
)
MOMENTS = ("2024-10-03", "2024-10-03T23:00:00Z", "2024-10-04T01:00:00+01:00", "2024-10-05T12:30:00")
SYMBOLS = (
    Operator.EQUALS,
    Operator.DIFFERS,
    Operator.GREATER_THAN,
    Operator.AT_LEAST,
    Operator.LESS_THAN,
    Operator.AT_MOST,
)
DATES = (Operator.BEFORE_DATE, Operator.AFTER_DATE)
RELATIVE = (
    Operator.WITHIN_LAST,
    Operator.WITHIN_NEXT,
    Operator.BEFORE_LAST,
    Operator.AFTER_NEXT,
)


def atom(rng: random.Random) -> str | int | Decimal:
    return rng.choice((*TEXTS, *NUMBERS, *MOMENTS))


def value(rng: random.Random, depth: int = 2) -> Value:
    if depth and rng.random() < 0.1:
        return tuple(value(rng, depth - 1) for _ in range(rng.randrange(3)))
    return atom(rng)


def values(rng: random.Random, name: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key in (name, "q"):
        if rng.random() < 0.7:
            found[key] = value(rng)
    if rng.random() < 0.4:
        found["deep"] = {name: value(rng)}
    if rng.random() < 0.4:
        found["list"] = tuple(atom(rng) for _ in range(rng.randrange(3)))
    if rng.random() < 0.4:
        found["lines"] = tuple(
            {
                **({"p": atom(rng)} if rng.random() < 0.8 else {}),
                "tags": tuple(atom(rng) for _ in range(rng.randrange(3))),
            }
            for _ in range(rng.randrange(3))
        )
    return found


def customer(rng: random.Random) -> Customer:
    traits = values(rng, "t")
    if rng.random() < 0.7:
        traits["when"] = rng.choice(MOMENTS)
    return Customer(
        traits,
        tuple(occurrence(rng) for _ in range(rng.randrange(6))),
        {slug: rows(rng, 2) for slug in SLUGS if rng.random() < 0.6},
    )


def occurrence(rng: random.Random) -> CustomerEvent:
    return CustomerEvent(
        rng.choice(EVENTS),
        NOW - rng.choice((-1, 0, 1, 2, 24, 24, 25, 48, 72)) * HOUR + rng.choice((0, 0, 0, 1, -1)),
        values(rng, "p"),
        {
            **({"page": {"url": rng.choice(TEXTS)}} if rng.random() < 0.5 else {}),
            **({"tags": (atom(rng), atom(rng))} if rng.random() < 0.3 else {}),
        },
        rng.choice((None, "web", "app")),
    )


def busy_customer(rng: random.Random) -> Customer:
    """One whose events lie at, just before and just after each other's windows."""
    events = [
        CustomerEvent(
            rng.choice(EVENTS),
            NOW - rng.choice((0, 24, 48)) * HOUR + rng.choice((-1, 0, 0, 1)),
            values(rng, "p"),
        )
        for _ in range(rng.randrange(7))
    ]
    return Customer(values(rng, "t"), tuple(events), {slug: rows(rng, 2) for slug in SLUGS})


def rows(rng: random.Random, depth: int) -> tuple[Row, ...]:
    return tuple(
        Row(values(rng, "p"), {"lines": rows(rng, depth - 1)} if depth else {})
        for _ in range(rng.randrange(3))
    )


def account(rng: random.Random) -> Account:
    return Account(values(rng, "t"), tuple(customer(rng) for _ in range(rng.randrange(4))))


# --- queries ---


def audience(rng: random.Random, *, of_accounts: bool = False, depth: int = 3) -> Condition:
    return _condition(rng, depth, None, of_accounts=of_accounts)


def chain(rng: random.Random, around: str = "") -> Comparison:
    """`event(...).where(event(...).where(...) ...)`: streams in streams, mostly with parents."""
    is_event = not around or rng.random() < 0.6
    source = Event(rng.choice(EVENTS)) if is_event else Entity(rng.choice(SLUGS))
    has_parent = "e" in around
    inner = around + ("e" if is_event else "r")
    filters: list[Filter] = []
    if is_event and has_parent and rng.random() < 0.7:
        filters.append(
            rng.choice(
                (
                    Within(_duration(rng), parent=True),
                    Between(Duration(0, Unit.HOUR), _duration(rng), parent=True),
                    Between(Duration(1, Unit.DAY), Duration(2, Unit.DAY), parent=True),
                )
            )
        )
    if len(inner) < 3 and rng.random() < 0.9:
        filters.append(Where(chain(rng, inner)))
    if rng.random() < 0.5:
        parent = Property(rng.choice(PROPERTIES[:5]), has_parent)
        own = Property(rng.choice(PROPERTIES[:5]))
        filters.append(Where(Comparison(own, rng.choice(SYMBOLS), (parent,))))
    stream = Stream(source, tuple(filters))
    if rng.random() < 0.2:
        value = Property(rng.choice(PROPERTIES[:5]))
        distinct = Reduction(stream, Reducer.UNIQUE_COUNT, value)
        return Comparison(distinct, rng.choice(SYMBOLS), (Number(rng.choice((1, 2))),))
    return Comparison(
        Reduction(stream, Reducer.COUNT), rng.choice(SYMBOLS), (Number(rng.choice((0, 1, 1, 2))),)
    )


def _condition(
    rng: random.Random, depth: int, around: str | None, *, of_accounts: bool = False
) -> Condition:
    """`around`: the sources around, outermost first: `e` an event, `r` a row."""
    kind = rng.random()
    if depth and kind < 0.35:
        parts = tuple(
            _condition(rng, depth - 1, around, of_accounts=of_accounts)
            for _ in range(rng.choice((2, 2, 3)))
        )
        return rng.choice((And, Or))(parts)
    if depth and kind < 0.5:
        return Not(_condition(rng, depth - 1, around, of_accounts=of_accounts))
    if depth and of_accounts and kind < 0.75:
        return rng.choice((AnyUser, AllUsers))(_condition(rng, depth - 1, around))
    return _comparison(rng, depth, around)


def _comparison(rng: random.Random, depth: int, around: str | None) -> Comparison:
    left = _scalar(rng, depth, around)
    operator = rng.choice((*SYMBOLS, *SYMBOLS, *Operator))
    if isinstance(left, Context) and left.name == "timestamp" and rng.random() < 0.7:
        operator = rng.choice((*DATES, *RELATIVE))
    takes = operator.takes
    if takes is Takes.OPERAND and depth and rng.random() < 0.15:
        return Comparison(left, operator, (reduction(rng, depth - 1, around),))
    if takes is Takes.OPERAND:
        return Comparison(left, operator, (_operand(rng, around, dates=operator in DATES),))
    if takes is Takes.DURATION:
        return Comparison(left, operator, (_duration(rng),))
    count = rng.choice((1, 2, 3)) if takes.most is None else takes.least
    if takes in (Takes.TEXTS, Takes.TEXT):
        texts = tuple(_operand(rng, around, dates=False) for _ in range(count))
        return Comparison(left, operator, texts)
    return Comparison(left, operator, tuple(_constant(rng) for _ in range(count)))


def _operand(rng: random.Random, around: str | None, *, dates: bool) -> Operand:
    if rng.random() < 0.25:
        return _name(rng, around)
    if dates:
        return rng.choice(
            (
                Date(datetime.date(2024, 10, 4)),
                Moment(NOW - HOUR, zoned=True),
                Moment(NOW, zoned=False),
                *(Text(text) for text in MOMENTS),
                Text("a"),
            )
        )
    return _constant(rng)


def _constant(rng: random.Random) -> Number | Text | Date | Moment:
    found = atom(rng)
    if rng.random() < 0.05:
        return Date(datetime.date(2024, 10, 4))
    if rng.random() < 0.05:
        return Moment(NOW - HOUR, zoned=rng.random() < 0.5)
    return Text(found) if isinstance(found, str) else Number(found)


def _name(rng: random.Random, around: str | None) -> Trait | Property | Context:
    if around is None or rng.random() < 0.2:
        return Trait(rng.choice(TRAITS))
    if rng.random() < 0.2:
        return Context(rng.choice(CONTEXTS))
    parent = bool(around[:-1]) and rng.random() < 0.3
    return Property(rng.choice(PROPERTIES), parent)


def _scalar(rng: random.Random, depth: int, around: str | None) -> Scalar:
    if rng.random() < (0.4 if around is None else 0.7) or depth == 0:
        return _name(rng, around)
    return reduction(rng, depth - 1, around)


def reduction(rng: random.Random, depth: int, around: str | None = None) -> Reduction:
    is_event = rng.random() < 0.7
    source = Event(rng.choice(EVENTS)) if is_event else Entity(rng.choice(SLUGS))
    inner = (around or "") + ("e" if is_event else "r")
    filters = tuple(
        _filter(rng, depth, inner, is_event=is_event) for _ in range(rng.choice((0, 1, 1, 2)))
    )
    reducer = rng.choice(
        (Reducer.COUNT,) * 5 + tuple(r for r in Reducer if r is not Reducer.UNIQUE)
    )
    if reducer is Reducer.COUNT:
        return Reduction(Stream(source, filters), reducer)
    value = Context("page.url") if rng.random() < 0.1 else Property(rng.choice(PROPERTIES[:-1]))
    if is_event and rng.random() < 0.1 and reducer in (Reducer.FIRST, Reducer.LAST, Reducer.MODE):
        minimum = rng.choice((1, 2)) if reducer is Reducer.MODE else None
        return Reduction(Stream(source, filters), reducer, Trait("t"), None, minimum)
    cast = rng.choice((None, None, *Cast))
    if reducer not in (Reducer.MIN, Reducer.MAX, Reducer.MODE) and cast is not Cast.ARRAY:
        cast = None
    minimum = rng.choice((1, 2)) if reducer is Reducer.MODE else None
    return Reduction(Stream(source, filters), reducer, value, cast, minimum)


def _filter(rng: random.Random, depth: int, around: str, *, is_event: bool) -> Filter:
    kind = rng.random()
    if not is_event or kind < 0.5:
        return Where(_condition(rng, depth, around))
    parent = "e" in around[:-1] and rng.random() < 0.7
    if kind < 0.7:
        return Within(_duration(rng), parent)
    if kind < 0.85:
        near, far = sorted((_duration(rng), _duration(rng)), key=lambda d: d.ms)
        return Between(near, far, parent)
    if kind < 0.93:
        return Sources(rng.choice((("web",), ("web", "app"))))
    return ExpiresAfter(Duration(rng.choice((1, 24)), Unit.HOUR), parent)


def _duration(rng: random.Random) -> Duration:
    return rng.choice(
        (
            Duration(0, Unit.HOUR),
            Duration(1, Unit.HOUR),
            Duration(24, Unit.HOUR),
            Duration(1, Unit.DAY),
            Duration(2, Unit.DAY),
        )
    )
