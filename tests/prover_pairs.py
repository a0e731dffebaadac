"""Random pairs of audiences in a small world, and customers that live in it.

The world is small on purpose (three events, few constants), so that two random
conditions often speak of the same things and customers often stand at a border.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator
from decimal import Decimal

from msgspec.structs import replace

from jurist.languages.cql.schemas.schema import (
    CqlSchema,
    EntitySpec,
    EventSpec,
    Field,
    Fields,
    Kind,
)
from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.semantics.readings import (
    NoneOfMissing,
    NumberLikeText,
    ParentTies,
    Readings,
    SumOfNothing,
    WindowEdges,
)
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import Value, moment_text
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
    Context,
    Duration,
    Entity,
    Event,
    Filter,
    Moment,
    Not,
    Number,
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

DAY = 86_400_000
NOW = 1_780_315_200_000
EVENTS = ("A", "B", "C")
NUMBERS = (0, 1, 5, 10, Decimal("0.5"), -1, Decimal("5.1234567"))
TEXTS = ("", "a", "ab", "b", "5", "10", "x y", "2026-05-01")
SPANS = (0, 1, 2, 7, 30)
SYMBOLS = (
    Operator.EQUALS,
    Operator.DIFFERS,
    Operator.GREATER_THAN,
    Operator.AT_LEAST,
    Operator.LESS_THAN,
    Operator.AT_MOST,
)
STRINGS = (Operator.CONTAINS, Operator.OMITS, Operator.STARTS_WITH, Operator.ENDS_WITH)
LISTS = (Operator.ONE_OF, Operator.NONE_OF)
PRESENCE = (Operator.EXISTS, Operator.ABSENT)
RELATIVE = (
    Operator.WITHIN_LAST,
    Operator.WITHIN_NEXT,
    Operator.BEFORE_LAST,
    Operator.AFTER_NEXT,
)
DATES = (Operator.BEFORE_DATE, Operator.AFTER_DATE)


class Writer:
    """Writes random conditions.

    Args:
        rng: The source of chance.
        funnels: Whether events may nest.
        accounts: Whether ANY and ALL occur.
        dates: Whether dates occur.
        reducers: The reducers that occur.
    """

    def __init__(
        self,
        rng: random.Random,
        *,
        funnels: bool = False,
        accounts: bool = False,
        dates: bool = False,
        pairs: bool = False,
        reducers: tuple[Reducer, ...] = (Reducer.COUNT,),
    ) -> None:
        self.rng = rng
        self.funnels = funnels
        self.accounts = accounts
        self.dates = dates
        self.pairs = pairs
        self.reducers = reducers

    def condition(self, depth: int = 2) -> Condition:
        """An audience."""
        return self._joined(depth, self._quantified if self.accounts else self._primary)

    def _joined(self, depth: int, leaf: Callable[[], Condition]) -> Condition:
        roll = self.rng.random()
        if depth == 0 or roll < 0.3:
            return leaf()
        if roll < 0.45:
            return Not(self._joined(depth - 1, leaf))
        kind = And if roll < 0.75 else Or
        return kind(tuple(self._joined(depth - 1, leaf) for _ in range(2)))

    def _quantified(self) -> Condition:
        roll = self.rng.random()
        if roll < 0.4:
            return AnyUser(self._joined(1, self._primary))
        if roll < 0.8:
            return AllUsers(self._joined(1, self._primary))
        return self._primary()

    def _primary(self) -> Condition:
        if self.rng.random() < 0.3:
            return self._compared(Trait(self.rng.choice(("t", "u"))))
        return self._reduced(self._stream(0))

    def _reduced(self, stream: Stream) -> Condition:
        reducer = self.rng.choice(self.reducers)
        cast = None
        if reducer is Reducer.COUNT:
            left = Reduction(stream, reducer)
        else:
            if reducer in {Reducer.MIN, Reducer.MAX} and self.rng.random() < 0.2:
                cast = Cast.STRING
            minimum = self.rng.choice((1, 2)) if reducer is Reducer.MODE else None
            left = Reduction(stream, reducer, self._name(), cast, minimum)
        if reducer in {Reducer.COUNT, Reducer.UNIQUE_COUNT}:
            operator = self.rng.choice(SYMBOLS)
            return Comparison(left, operator, (Number(self.rng.choice((0, 1, 1, 2, 3))),))
        if reducer in {Reducer.FIRST, Reducer.LAST, Reducer.MODE} or cast is not None:
            return self._compared(left)
        if self.rng.random() < 0.1:
            return Comparison(left, self.rng.choice(PRESENCE))
        operator = self.rng.choice(SYMBOLS)
        return Comparison(left, operator, (Number(self.rng.choice(NUMBERS)),))

    def _stream(self, depth: int) -> Stream:
        rows = self.rng.random() < 0.1
        source = Entity(self.rng.choice(("o", "p"))) if rows else Event(self.rng.choice(EVENTS[:2]))
        filters = [self._filter(depth, rows=rows) for _ in range(self.rng.choice((0, 1, 1, 2)))]
        return Stream(source, tuple(filters))

    def _filter(self, depth: int, *, rows: bool) -> Filter:
        roll = self.rng.random()
        parent = depth > 0 and self.rng.random() < 0.8
        if roll < 0.3 and not rows:
            return Within(self._span(), parent)
        if roll < 0.4 and not rows:
            near, far = sorted((self._span(), self._span()), key=lambda d: d.ms)
            return Between(near, far, parent)
        if roll < 0.45 and not rows:
            return Sources(("s",))
        return Where(self._joined(1, lambda: self._inside(depth, rows=rows)))

    def _inside(self, depth: int, *, rows: bool) -> Condition:
        roll = self.rng.random()
        if self.funnels and depth < 2 and roll < 0.5:
            stream = self._stream(depth + 1)
            if isinstance(stream.source, Event) and not any(
                isinstance(f, Within | Between) for f in stream.filters
            ):
                stream = replace(stream, filters=(*stream.filters, Within(self._span(), True)))
            return self._reduced(stream)
        if roll < 0.6 and self.dates and not rows:
            return self._dated(Context("timestamp"))
        if roll < 0.65:
            return self._compared(Trait("t"))
        if self.pairs and roll < 0.85:
            other = self.rng.choice((Trait("t"), Property("q"), Trait("u")))
            return Comparison(self._name(), self.rng.choice(SYMBOLS), (other,))
        return self._compared(self._name())

    def _name(self) -> Property | Context:
        return Property(self.rng.choice(("p", "p", "q")))

    def _span(self) -> Duration:
        days = self.rng.choice(SPANS[1:])
        return (
            Duration(days * 24, Unit.HOUR) if self.rng.random() < 0.2 else Duration(days, Unit.DAY)
        )

    def _dated(self, left: Scalar) -> Condition:
        if self.rng.random() < 0.5:
            return Comparison(left, self.rng.choice(RELATIVE), (self._span(),))
        moment = NOW - self.rng.choice(SPANS) * DAY
        argument = self.rng.choice((Moment(moment, zoned=True), Text("2026-05-01")))
        return Comparison(left, self.rng.choice(DATES), (argument,))

    def _compared(self, left: Scalar) -> Condition:
        roll = self.rng.random()
        if self.dates and roll < 0.3:
            return self._dated(left)
        if roll < 0.4:
            return Comparison(left, self.rng.choice(SYMBOLS), (Number(self.rng.choice(NUMBERS)),))
        if roll < 0.6:
            return Comparison(left, self.rng.choice(SYMBOLS), (Text(self.rng.choice(TEXTS)),))
        if roll < 0.75:
            return Comparison(left, self.rng.choice(STRINGS), (Text(self.rng.choice(TEXTS)),))
        if roll < 0.9:
            values = (Text(self.rng.choice(TEXTS)), Number(self.rng.choice(NUMBERS)))
            return Comparison(left, self.rng.choice(LISTS), values)
        return Comparison(left, self.rng.choice(PRESENCE))

    def mutated(self, node: Condition) -> Condition:
        """The condition with one part changed or rewritten."""
        match node:
            case And(operands) | Or(operands):
                roll = self.rng.random()
                if roll < 0.15:
                    return (Or if isinstance(node, And) else And)(operands)
                if roll < 0.25:
                    return Not((Or if isinstance(node, And) else And)(tuple(map(Not, operands))))
                at = self.rng.randrange(len(operands))
                changed = [self.mutated(o) if i == at else o for i, o in enumerate(operands)]
                self.rng.shuffle(changed)
                return type(node)(tuple(changed))
            case Not(operand):
                return operand if self.rng.random() < 0.1 else Not(self.mutated(operand))
            case AnyUser(operand) | AllUsers(operand):
                if self.rng.random() < 0.2:
                    kind = AllUsers if isinstance(node, AnyUser) else AnyUser
                    return Not(kind(Not(operand)))
                return type(node)(self.mutated(operand))
            case Comparison(left, operator, arguments):
                return self._mutated_comparison(node, left, operator, arguments)

    def _mutated_comparison(
        self, node: Comparison, left: Scalar, operator: Operator, arguments: tuple[object, ...]
    ) -> Condition:
        roll = self.rng.random()
        if roll < 0.4 and isinstance(left, Reduction) and left.stream.filters:
            filters = list(left.stream.filters)
            at = self.rng.randrange(len(filters))
            part = filters[at]
            if isinstance(part, Where) and self.rng.random() < 0.7:
                filters[at] = Where(self.mutated(part.condition))
            elif isinstance(part, Within):
                filters[at] = Within(self._span(), part.parent)
            else:
                del filters[at]
            stream = replace(left.stream, filters=tuple(filters))
            return replace(node, left=replace(left, stream=stream))
        if roll < 0.75 and operator in SYMBOLS:
            return replace(node, operator=self.rng.choice(SYMBOLS))
        if roll < 0.9 and operator in SYMBOLS and isinstance(arguments[0], Number):
            step = self.rng.choice((-1, 1))
            return replace(node, arguments=(Number(arguments[0].value + step),))
        return Not(node)


def pair(writer: Writer) -> tuple[Condition, Condition]:
    """Two audiences: unrelated ones, or one and a change of it."""
    first = writer.condition()
    if writer.rng.random() < 0.25:
        return first, writer.condition()
    second = writer.mutated(first)
    return first, writer.mutated(second) if writer.rng.random() < 0.2 else second


_EVENT = {"p": {"type": "number", "minimum": 0}, "q": {"type": "string", "enum": ["a", "b", "5"]}}
TYPED_DOCUMENT: dict[str, object] = {
    "name": "typed",
    "events": {
        name: {"properties": _EVENT, "required": ["p"] if name == "A" else []} for name in EVENTS
    },
    "traits": {
        "properties": {
            "t": {"type": "integer", "minimum": -1, "maximum": 6},
            "u": {"type": "string"},
        }
    },
    "entities": {
        "o": {"properties": {"p": {"type": "integer"}, "q": {"type": "boolean"}}},
        "p": {"properties": {"p": {"type": "number"}, "q": {"type": "string"}}},
    },
}
TYPED = load_schema(TYPED_DOCUMENT, where="typed.yaml")
"""The same world with a tracking plan."""
OPEN = CqlSchema(title="open", open_world=True)


def read_otherwise(schema: CqlSchema, rng: random.Random) -> CqlSchema:
    """The schema with readings chosen by chance."""
    readings = Readings(
        rng.choice(list(SumOfNothing)),
        rng.choice(list(NoneOfMissing)),
        rng.choice(list(WindowEdges)),
        rng.choice(list(ParentTies)),
        rng.choice(list(NumberLikeText)),
    )
    return dataclasses.replace(schema, readings=readings)


def _typed_value(rng: random.Random, field: Field) -> Value | None:
    if not field.required and rng.random() < 0.2:
        return None
    if field.enum is not None:
        return rng.choice(field.enum)
    if field.kind is Kind.BOOLEAN:
        return rng.choice(("true", "false"))
    if field.kind is Kind.STRING:
        return rng.choice(TEXTS) + rng.choice(("", "", "a", "5"))
    number = rng.choice(NUMBERS) + rng.choice((0, 0, 1, -1, Decimal("0.0000001")))
    if field.kind is Kind.INTEGER:
        number = int(number)
    least = field.minimum if isinstance(field.minimum, int) else number
    most = field.maximum if isinstance(field.maximum, int) else number
    return max(least, min(most, number))


def _value(rng: random.Random) -> Value | None:
    roll = rng.random()
    if roll < 0.15:
        return None
    if roll < 0.5:
        return rng.choice(NUMBERS) + rng.choice((0, 0, 0, 1, -1, Decimal("0.0000001")))
    if roll < 0.65:
        return moment_text(NOW + rng.choice((-1, 1)) * rng.choice(SPANS) * DAY + _wobble(rng))
    return rng.choice(TEXTS) + rng.choice(("", "", "", "a", "5"))


def _values(rng: random.Random, names: tuple[str, ...], fields: Fields) -> dict[str, Value]:
    values = {
        name: _typed_value(rng, fields[name]) if name in fields else _value(rng) for name in names
    }
    return {name: value for name, value in values.items() if value is not None}


def _wobble(rng: random.Random) -> int:
    return rng.choice((0, 0, 1, -1, DAY // 2, -DAY // 2))


def _customer(rng: random.Random, schema: CqlSchema) -> Customer:
    busy = rng.choice((0, 1, 2, 3, 5))
    names = [rng.choice(EVENTS[:2]) for _ in range(busy)]
    nothing = EventSpec()
    events = tuple(
        CustomerEvent(
            name,
            min(NOW - rng.choice(SPANS) * DAY + _wobble(rng), NOW),
            _values(rng, ("p", "q"), schema.events.get(name, nothing).properties),
            source=rng.choice((None, "s", "r")),
        )
        for name in names
    )
    none = EntitySpec()
    rows = {
        slug: tuple(
            Row(_values(rng, ("p", "q"), schema.entities.get(slug, none).properties))
            for _ in range(rng.choice((0, 0, 1, 2)))
        )
        for slug in ("o", "p")
    }
    return Customer(_values(rng, ("t", "u"), schema.traits), events, rows)


def subjects(
    rng: random.Random, kind: type[Customer] | type[Account], schema: CqlSchema
) -> Iterator[Subject]:
    """Random subjects of the small world, without end."""
    while True:
        if kind is Customer:
            yield _customer(rng, schema)
        else:
            users = tuple(_customer(rng, schema) for _ in range(rng.choice((0, 1, 2, 3))))
            yield Account(_values(rng, ("t", "u"), schema.account_traits), users)
