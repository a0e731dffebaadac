"""Random queries over a schema, mixed as real ones are.

Many ask for traits and memberships, many for events in a window, few for aggregates;
some are funnels, some nested junctions. Each names only what the schema has, in its
types, so that `check` accepts it. Deterministic by the state of `rng`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from cql_sampled_comparisons import (
    NUMERIC,
    Reference,
    comparison,
    counted,
    length_of_time,
)
from jurist.errors import InputError
from jurist.languages.cql.schemas.schema import (
    DATES,
    AudienceType,
    CqlSchema,
    EntitySpec,
    EventSpec,
    Field,
    Fields,
    Kind,
    named_fields,
)
from jurist.languages.cql.semantics.values import EACH
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
    ExpiresAfter,
    Filter,
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
    Trait,
    Unit,
    Where,
    Within,
)

_MAX_ENTITY_DEPTH = 3
_NUMERIC_REDUCERS = (Reducer.SUM, Reducer.SUM, Reducer.AVG, Reducer.MAX, Reducer.MIN)
_VALUE_REDUCERS = (Reducer.FIRST, Reducer.LAST, Reducer.MODE, Reducer.UNIQUE_COUNT)
_SESSIONS = (Duration(1_800, Unit.SECOND), Duration(1, Unit.HOUR), Duration(7, Unit.DAY))
_TIMESTAMP = Field(Kind.DATE_TIME, required=True)


def sample(schema: CqlSchema, rng: random.Random) -> Condition:
    """A random audience that `check` accepts.

    Raises:
        InputError: The schema has no event, trait or entity to ask about.
    """
    sampler = _Sampler(schema, rng, item_traits=schema.traits)
    choice = rng.random()
    if choice < 0.35:
        return sampler.part()
    if choice < 0.7:
        return And(sampler.parts())
    if choice < 0.8:
        return Or(sampler.parts())
    if choice < 0.85:
        return Not(rng.choice((And, Or))(sampler.parts()))
    outer, inner = rng.choice(((And, Or), (Or, And), (And, And)))
    return outer((inner(sampler.parts()), *sampler.parts()[1:]))


def sample_computed_trait(schema: CqlSchema, rng: random.Random) -> Scalar:
    """A random computed trait that `check` accepts: a value of events, also of sessions.

    Raises:
        InputError: The schema has no event.
    """
    if not schema.events:
        raise InputError(
            f"schema {schema.name!r} has no events",
            expected="a schema with at least one event",
            fix="a computed trait needs at least one",
        )
    of_accounts = schema.audience_type is AudienceType.ACCOUNTS
    traits = schema.account_traits if of_accounts else schema.traits
    return _Sampler(schema, rng, item_traits=traits).computed_trait()


class _Sampler:
    """One schema and one source of chance; `item_traits` are those that events are beside."""

    def __init__(self, schema: CqlSchema, rng: random.Random, *, item_traits: Fields) -> None:
        self._schema = schema
        self._item_traits = item_traits
        self._rng = rng
        self._of_accounts = schema.audience_type is AudienceType.ACCOUNTS

    # --- parts of the whole ---

    def parts(self) -> tuple[Condition, ...]:
        return tuple(self.part() for _ in range(self._rng.choice((2, 2, 2, 3, 3, 4))))

    def part(self) -> Condition:
        """A condition that stands at the top; in an account audience often over its users."""
        if not self._of_accounts or self._rng.random() < 0.4:
            return self._negated(self._atom(of_user=not self._of_accounts))
        quantifier = self._rng.choice((AnyUser, AnyUser, AllUsers))
        inner = self._negated(self._atom(of_user=True))
        if self._rng.random() < 0.25:
            inner = self._rng.choice((And, Or))((inner, self._atom(of_user=True)))
        return quantifier(inner)

    def _negated(self, condition: Condition) -> Condition:
        return Not(condition) if self._rng.random() < 0.12 else condition

    def _atom(self, *, of_user: bool) -> Comparison:
        traits = self._schema.traits if of_user else self._schema.account_traits
        kinds: list[tuple[Callable[[], Comparison], float]] = []
        if traits:
            kinds.append((lambda: self._trait(traits), 5))
        if any(each.kind is Kind.BOOLEAN for each in traits.values()):
            kinds.append((lambda: self._membership(traits), 3))
        if self._schema.events:
            kinds += [(self._count_of_events, 5), (self._funnel, 1.2), (self._aggregate, 1.2)]
        if self._schema.entities:
            kinds.append((lambda: self._rows(self._schema.entities, depth=1), 5))
        if not kinds:
            if of_user or not self._schema.traits:
                raise InputError(
                    f"schema {self._schema.name!r} has nothing that a condition could name",
                    expected="a schema that names something",
                    fix="list at least one event or trait",
                )
            return self._trait(self._schema.traits)
        makers, weights = zip(*kinds, strict=True)
        return self._rng.choices(makers, weights)[0]()

    def _trait(self, traits: Fields) -> Comparison:
        name, known = self._named(traits)
        return comparison(Trait(name), known, self._rng)

    def _membership(self, traits: Fields) -> Comparison:
        flags = {name: each for name, each in traits.items() if each.kind is Kind.BOOLEAN}
        name, known = self._named(flags)
        return comparison(Trait(name), known, self._rng)

    def _named(self, fields: Fields) -> tuple[str, Field]:
        """A field by the name that queries use; for half of the arrays, their entries."""
        name, known = self._rng.choice(list(named_fields(fields)))
        if known.kind is Kind.ARRAY and known.items and self._rng.random() < 0.5:
            return f"{name}.{EACH}", known.items
        return name, known

    # --- events ---

    def computed_trait(self) -> Reduction:
        name, spec = self._event()
        filters = self._filters(spec)
        if self._rng.random() < 0.3:
            filters = [*filters, ExpiresAfter(self._rng.choice(_SESSIONS))]
        reduction, _ = self._reduction(Stream(Event(name), tuple(filters)), spec)
        if reduction.reducer is Reducer.UNIQUE_COUNT and self._rng.random() < 0.5:
            return Reduction(reduction.stream, Reducer.UNIQUE, reduction.value)
        return reduction

    def _event(self) -> tuple[str, EventSpec]:
        return self._rng.choice(list(self._schema.events.items()))

    def _count_of_events(self) -> Comparison:
        one = self._count()
        if self._rng.random() < 0.06:
            symbol = self._rng.choice((Operator.GREATER_THAN, Operator.AT_LEAST, Operator.EQUALS))
            return Comparison(one, symbol, (self._count(),))
        return counted(one, self._rng)

    def _count(self) -> Reduction:
        name, spec = self._event()
        return Reduction(Stream(Event(name), tuple(self._filters(spec))), Reducer.COUNT)

    def _aggregate(self) -> Comparison:
        name, spec = self._event()
        reduction, known = self._reduction(Stream(Event(name), tuple(self._filters(spec))), spec)
        if known is None:
            return counted(reduction, self._rng)
        return comparison(reduction, known, self._rng)

    def _reduction(self, stream: Stream, spec: EventSpec) -> tuple[Reduction, Field | None]:
        """A reduction and the facts of its value; no facts where it counts."""
        fields = list(named_fields(spec.properties))
        numeric = [each for each in fields if each[1].kind in NUMERIC]
        if numeric and self._rng.random() < 0.6:
            name, known = self._rng.choice(numeric)
            reducer = self._rng.choice(_NUMERIC_REDUCERS)
            bounded = reducer is not Reducer.SUM
            facts = Field(
                Kind.NUMBER,
                minimum=known.minimum if bounded else None,
                maximum=known.maximum if bounded else None,
            )
            return Reduction(stream, reducer, Property(name)), facts
        values = [each for each in fields if each[1].kind not in {Kind.ARRAY, Kind.OBJECT}]
        if not values:
            return Reduction(stream, Reducer.COUNT), None
        name, known = self._rng.choice(values)
        if known.kind is Kind.STRING and self._rng.random() < 0.1:
            reducer = self._rng.choice((Reducer.MIN, Reducer.MAX))
            made = Reduction(stream, reducer, Property(name), Cast.STRING)
            return made, Field(Kind.STRING, enum=known.enum)
        reducer = self._rng.choice(_VALUE_REDUCERS)
        minimum = self._rng.randint(1, 3) if reducer is Reducer.MODE else None
        made = Reduction(stream, reducer, Property(name), None, minimum)
        return made, None if reducer is Reducer.UNIQUE_COUNT else known

    def _filters(self, spec: EventSpec) -> list[Filter]:
        filters: list[Filter] = []
        if self._rng.random() < 0.45:
            filters.append(Where(self._about_an_item(spec)))
        if self._rng.random() < 0.55:
            filters.append(self._window(parent=False))
        if self._rng.random() < 0.03:
            filters.append(Sources((f"source-{self._rng.randint(1, 5)}",)))
        if self._rng.random() < 0.2:
            self._rng.shuffle(filters)
        return filters

    def _window(self, *, parent: bool) -> Filter:
        one, other = length_of_time(self._rng), length_of_time(self._rng)
        if self._rng.random() < 0.8 or one.ms == other.ms:
            return Within(one, parent)
        near, far = sorted((one, other), key=lambda each: each.ms)
        return Between(near, far, parent)

    def _about_an_item(self, spec: EventSpec) -> Condition:
        operands = [
            self._negated(self._value_of_an_item(spec))
            for _ in range(self._rng.choice((1, 1, 1, 2, 2, 3)))
        ]
        if len(operands) == 1:
            return operands[0]
        return self._rng.choice((And, And, Or))(tuple(operands))

    def _value_of_an_item(self, spec: EventSpec) -> Comparison:
        choice = self._rng.random()
        if choice < 0.05 or not (spec.properties or spec.context):
            return comparison(Context("timestamp"), _TIMESTAMP, self._rng)
        if spec.context and (choice < 0.15 or not spec.properties):
            name, known = self._named(spec.context)
            return comparison(Context(name), known, self._rng)
        name, known = self._named(spec.properties)
        traits = self._comparable_traits(name, known)
        return comparison(Property(name), known, self._rng, references=traits)

    def _comparable_traits(self, name: str, known: Field) -> list[Reference]:
        """Traits that the value may be compared with: amounts and dates, or one of its name."""
        ordered = known.kind in {Kind.NUMBER, Kind.INTEGER, *DATES}
        return [
            Trait(trait)
            for trait, each in self._item_traits.items()
            if each.kind is known.kind and (ordered or trait == name)
        ]

    def _funnel(self) -> Comparison:
        """One event and then, or then not, another one."""
        first, first_spec = self._event()
        then, then_spec = self._event()
        filters: list[Filter] = [self._window(parent=True)] if self._rng.random() < 0.85 else []
        shared = [
            name
            for name, each in then_spec.properties.items()
            if name in first_spec.properties and first_spec.properties[name].kind is each.kind
        ]
        if shared and self._rng.random() < 0.4:
            name = self._rng.choice(shared)
            same = Comparison(Property(name), Operator.EQUALS, (Property(name, parent=True),))
            filters.insert(0, Where(same))
        elif self._rng.random() < 0.25:
            filters.insert(0, Where(self._about_an_item(then_spec)))
        count = Reduction(Stream(Event(then), tuple(filters)), Reducer.COUNT)
        step: Condition = counted(count, self._rng)
        if self._rng.random() < 0.4:
            number = self._rng.choice((Operator.EQUALS, Operator.AT_LEAST))
            step = Not(Comparison(count, number, (Number(1),)))
        if self._rng.random() < 0.3:
            step = And((self._value_of_an_item(first_spec), step))
        outer: list[Filter] = [Where(step)]
        if self._rng.random() < 0.6:
            outer.append(self._window(parent=False))
        return counted(Reduction(Stream(Event(first), tuple(outer)), Reducer.COUNT), self._rng)

    # --- entities ---

    def _rows(self, entities: Mapping[str, EntitySpec], *, depth: int) -> Comparison:
        """Rows counted or added up; with a filter the count is never compared with none."""
        slug, spec = self._rng.choice(list(entities.items()))
        operands: list[Condition] = []
        if spec.properties and self._rng.random() < 0.6:
            name, known = self._named(spec.properties)
            operands.append(comparison(Property(name), known, self._rng))
        if spec.entities and depth < _MAX_ENTITY_DEPTH and self._rng.random() < 0.4:
            operands.append(self._negated(self._rows(spec.entities, depth=depth + 1)))
        inner = operands[0] if len(operands) == 1 else And(tuple(operands)) if operands else None
        filters = () if inner is None else (Where(inner),)
        stream = Stream(Entity(slug), filters)
        numeric = [each for each in named_fields(spec.properties) if each[1].kind in NUMERIC]
        if numeric and self._rng.random() < 0.12:
            name, _ = self._rng.choice(numeric)
            total = Reduction(stream, self._rng.choice(_NUMERIC_REDUCERS), Property(name))
            return comparison(total, Field(Kind.NUMBER), self._rng)
        rows = Reduction(stream, Reducer.COUNT)
        least = Operator.AT_LEAST if self._rng.random() < 0.7 else Operator.GREATER_THAN
        return Comparison(rows, least, (Number(self._rng.choice((1, 1, 1, 2, 3))),))
