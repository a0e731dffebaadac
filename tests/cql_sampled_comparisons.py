"""Random comparisons that suit what a schema knows of a value, with constants near its facts."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from decimal import Decimal

from jurist.languages.cql.schemas.schema import Field, Kind
from jurist.languages.cql.semantics.values import Atom
from jurist.languages.cql.syntax import (
    Comparison,
    Constant,
    Context,
    Date,
    Duration,
    Moment,
    Number,
    Operand,
    Operator,
    Property,
    Scalar,
    Text,
    Trait,
    Unit,
)

Reference = Trait | Property | Context

NUMERIC = frozenset({Kind.NUMBER, Kind.INTEGER})

_WORDS = ("Berlin", "spring sale", "newsletter", "red shoes", "Acme", "10", "O'Neill", "über")
_LENGTHS = (
    *((1, Unit.DAY), (3, Unit.DAY), (7, Unit.DAY), (7, Unit.DAY), (14, Unit.DAY)),
    *((30, Unit.DAY), (30, Unit.DAY), (60, Unit.DAY), (90, Unit.DAY), (180, Unit.DAY)),
    *((365, Unit.DAY), (1, Unit.HOUR), (12, Unit.HOUR), (24, Unit.HOUR), (48, Unit.HOUR)),
)
_ORDER = (Operator.GREATER_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST)
_SAME = (Operator.EQUALS, Operator.EQUALS, Operator.EQUALS, Operator.DIFFERS)
_AMONG = (Operator.ONE_OF, Operator.NONE_OF)
_PIECES = (Operator.CONTAINS, Operator.OMITS)
_AFFIXES = (Operator.STARTS_WITH, Operator.ENDS_WITH)
_MOMENTS = (Operator.BEFORE_DATE, Operator.AFTER_DATE)
_RELATIVE = (
    *(Operator.WITHIN_LAST, Operator.WITHIN_NEXT, Operator.BEFORE_LAST, Operator.AFTER_NEXT),
)
_PRESENCE = (Operator.EXISTS, Operator.ABSENT)

_BY_KIND = {
    Kind.NUMBER: (*_ORDER, *_ORDER, *_SAME, *_AMONG),
    Kind.INTEGER: (*_ORDER, *_ORDER, *_SAME, *_AMONG),
    Kind.STRING: (*_SAME, *_SAME, *_AMONG, *_PIECES, *_AFFIXES),
    Kind.BOOLEAN: _SAME,
    Kind.DATE: (*_MOMENTS, *_RELATIVE, Operator.WITHIN_LAST),
    Kind.DATE_TIME: (*_MOMENTS, *_RELATIVE, Operator.WITHIN_LAST),
    Kind.TIME: (*_SAME, *_AMONG),
    Kind.ARRAY: _PIECES,
    Kind.OBJECT: (),
    Kind.UNKNOWN: (*_SAME, *_PIECES),
}
_TIMES = ("00:00:00", "08:30:00", "12:00:00", "23:59:59")
_TODAY = datetime.date(2026, 6, 1)


def length_of_time(rng: random.Random) -> Duration:
    """A window's length as people write them."""
    return Duration(*rng.choice(_LENGTHS))


def comparison(
    left: Scalar, known: Field, rng: random.Random, *, references: Sequence[Reference] = ()
) -> Comparison:
    """A comparison of a value.

    Args:
        left: The value.
        known: Its facts.
        rng: The source of chance.
        references: Values of the same type that it may be compared with.
    """
    operators = _BY_KIND[known.kind]
    if not operators or rng.random() < 0.1:
        return Comparison(left, rng.choice(_PRESENCE))
    operator = rng.choice(operators)
    if operator in _RELATIVE:
        return Comparison(left, operator, (length_of_time(rng),))
    if operator in _AMONG or operator in _PIECES:
        count = rng.randint(1, 3)
        listed: dict[Operand, None] = {}
        for _ in range(count):
            by_name = operator in _PIECES and references and rng.random() < 0.15
            item = rng.choice(references) if by_name else _constant(operator, known, rng)
            listed[item] = None
        return Comparison(left, operator, tuple(listed))
    if references and rng.random() < (0.15 if operator in _AFFIXES else 0.25):
        return Comparison(left, operator, (rng.choice(references),))
    return Comparison(left, operator, (_constant(operator, known, rng),))


def counted(left: Scalar, rng: random.Random) -> Comparison:
    """A comparison of a count: mostly `>= 1`, sometimes another small number."""
    if rng.random() < 0.55:
        return Comparison(left, Operator.AT_LEAST, (Number(1),))
    if rng.random() < 0.3:
        return Comparison(left, Operator.EQUALS, (Number(0),))
    operator = rng.choice((*_ORDER, *_SAME))
    return Comparison(left, operator, (Number(rng.choice((1, 1, 2, 2, 3, 5, 10))),))


def _constant(operator: Operator, known: Field, rng: random.Random) -> Constant:
    if operator in _ORDER:
        return Number(_number(known, rng, beyond=1))
    if operator in _MOMENTS:
        return _date(rng)
    if operator in _PIECES or operator in _AFFIXES:
        return Text(_piece(known, rng))
    if known.enum:
        return _literal(rng.choice(known.enum))
    match known.kind:
        case Kind.NUMBER | Kind.INTEGER:
            return Number(_number(known, rng, beyond=0))
        case Kind.BOOLEAN:
            return Text(rng.choice(("true", "false")))
        case Kind.DATE | Kind.DATE_TIME:
            return _date(rng)
        case Kind.TIME:
            return Text(rng.choice(_TIMES))
        case _:
            return Text(rng.choice(_WORDS))


def _literal(value: Atom) -> Constant:
    return Text(value) if isinstance(value, str) else Number(value)


def _number(known: Field, rng: random.Random, *, beyond: int) -> int | Decimal:
    """A number inside the field's bounds, often at one, or at most `beyond` outside."""
    low = known.minimum if isinstance(known.minimum, int | Decimal) else None
    high = known.maximum if isinstance(known.maximum, int | Decimal) else None
    numbers = [each for each in known.enum or () if isinstance(each, int | Decimal)]
    numbers += [each + step for each in (low, high) if each is not None for step in (-1, 0, 1)]
    numbers += [rng.choice((0, 1, 2, 5, 10, 20, 50, 100, 250, 500, 1000))]
    if low is not None and high is not None:
        numbers += [low + (high - low) * share / 4 for share in map(Decimal, (1, 2, 3))]
    if known.kind is Kind.INTEGER:
        numbers = [int(each) for each in numbers]
    elif rng.random() < 0.2:
        numbers = [each + Decimal("0.5") for each in numbers]
    fitting = [
        each
        for each in numbers
        if (low is None or each >= low - beyond) and (high is None or each <= high + beyond)
    ]
    return rng.choice(fitting) if fitting else (low if low is not None else high) or 0


def _date(rng: random.Random) -> Constant:
    day = _TODAY + datetime.timedelta(days=rng.randint(-400, 60))
    choice = rng.random()
    if choice < 0.5:
        return Date(day)
    if choice < 0.75:
        return Text(day.isoformat())
    days = (day - datetime.date(1970, 1, 1)).days
    return Moment((days * 24 + rng.randint(0, 23)) * 3_600_000, zoned=True)


def _piece(known: Field, rng: random.Random) -> str:
    """Something that a value may contain, start or end with."""
    values = known.enum or (known.items.enum if known.items else None) or _WORDS
    text = str(rng.choice(values))
    if len(text) < 4 or rng.random() < 0.4:
        return text
    cut = rng.randint(2, len(text) - 1)
    return text[:cut] if rng.random() < 0.5 else text[-cut:]
