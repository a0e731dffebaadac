"""Hypothesis strategies for workspaces: schemas, conditions that fit them, customers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

from hypothesis import strategies as st

from jurist.languages.cql.schemas.schema import (
    AudienceType,
    CqlSchema,
    EntitySpec,
    EventSpec,
    Field,
    Fields,
    Kind,
)
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import Value, Values, moment_text, split_path
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Condition,
    Constant,
    Context,
    Date,
    Duration,
    Entity,
    Event,
    Filter,
    Not,
    Number,
    Operator,
    Or,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Stream,
    Text,
    Trait,
    Unit,
    Where,
    Within,
)

NOW = 1_780_272_000_000  # 2026-06-01T00:00:00Z, the moment around which customers live

_ESCAPED_DOT = "\\."
_HOUR = 3_600_000

_COMPARED = (
    *(Operator.EQUALS, Operator.DIFFERS, Operator.GREATER_THAN, Operator.AT_LEAST),
    *(Operator.LESS_THAN, Operator.AT_MOST),
)
_LISTS = (Operator.ONE_OF, Operator.NONE_OF, Operator.CONTAINS, Operator.OMITS)
_AFFIXES = (Operator.STARTS_WITH, Operator.ENDS_WITH)
_MOMENTS = (Operator.BEFORE_DATE, Operator.AFTER_DATE)
_RELATIVE = (
    *(Operator.WITHIN_LAST, Operator.WITHIN_NEXT, Operator.BEFORE_LAST, Operator.AFTER_NEXT),
)
_BARE = (Operator.EXISTS, Operator.ABSENT)

# --- schemas ------------------------------------------------------------------------------

_TIMES = ("00:00:00", "08:30:00", "23:59:59")
_WORDS = ("free", "pro", "Berlin", "shoes", "red shoes", "10", "")


@st.composite
def fields(draw: st.DrawFn) -> Field:
    """What may be known of a property: kind, bounds or values, required or not."""
    kind = draw(st.sampled_from(list(Kind)))
    required = draw(st.booleans())
    if kind in {Kind.NUMBER, Kind.INTEGER} and draw(st.booleans()):
        low = draw(st.integers(-2, 10))
        high = draw(st.none() | st.integers(low, low + 20))
        return Field(kind, required, minimum=low, maximum=high)
    if kind is Kind.STRING and draw(st.booleans()):
        values = draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3, unique=True))
        return Field(kind, required, enum=tuple(values))
    if kind is Kind.BOOLEAN:
        return Field(kind, required, enum=("true", "false"))
    if kind is Kind.ARRAY:
        items = Field(draw(st.sampled_from([Kind.STRING, Kind.INTEGER])), required=True)
        return Field(kind, required, items=items)
    if kind is Kind.OBJECT:
        inner = {"size": Field(Kind.INTEGER), "a.b": Field(Kind.STRING)}
        return Field(kind, required, fields=inner)
    return Field(kind, required)


def _no_fields() -> Fields:
    return {}


def _named(names: tuple[str, ...]) -> st.SearchStrategy[Fields]:
    return st.dictionaries(st.sampled_from(names), fields(), min_size=1, max_size=3)


@st.composite
def schemas(draw: st.DrawFn) -> CqlSchema:
    """Small workspaces of every audience type."""
    properties = _named(("total", "currency", "coupon", "product\\.id"))
    context = st.sampled_from([_no_fields(), {"page.url": Field(Kind.STRING)}])
    events = draw(
        st.dictionaries(
            st.sampled_from(["Order Completed", "Product Added", "Page Viewed"]),
            st.builds(EventSpec, properties, context),
            min_size=1,
            max_size=3,
        )
    )
    kind = draw(st.sampled_from(list(AudienceType)))
    orders = EntitySpec(draw(properties), {"items": EntitySpec(draw(properties))})
    return CqlSchema(
        title="Drawn",
        audience_type=kind,
        events=events,
        traits=draw(_named(("plan", "age", "vip"))),
        account_traits=draw(_named(("seats", "tier"))) if kind is AudienceType.ACCOUNTS else {},
        entities={"orders": orders} if kind is AudienceType.LINKED else {},
        now=draw(st.sampled_from([None, NOW])),
    )


# --- conditions of a schema ---------------------------------------------------------------


@st.composite
def conditions(draw: st.DrawFn, schema: CqlSchema) -> Condition:
    """Conditions that name only what the schema has, each in its type."""
    return _fitting(draw, schema, depth=draw(st.integers(0, 2)), users=False)


def _fitting(draw: st.DrawFn, schema: CqlSchema, *, depth: int, users: bool) -> Condition:
    accounts = schema.audience_type is AudienceType.ACCOUNTS
    choice = draw(st.integers(0, 3)) if depth > 0 else 0
    if choice <= 1:
        if accounts and not users and draw(st.booleans()):
            inner = _fitting(draw, schema, depth=max(depth - 1, 0), users=True)
            return draw(st.sampled_from([AnyUser, AllUsers]))(inner)
        return _fitting_comparison(draw, schema, users=users)
    if choice == 2:
        return Not(_fitting(draw, schema, depth=depth - 1, users=users))
    operands = tuple(_fitting(draw, schema, depth=depth - 1, users=users) for _ in range(2))
    return draw(st.sampled_from([And, Or]))(operands)


def _fitting_comparison(draw: st.DrawFn, schema: CqlSchema, *, users: bool) -> Comparison:
    choices = ["trait", "event", "event"] + ["entity"] * bool(schema.entities)
    match draw(st.sampled_from(choices)):
        case "trait":
            account = schema.audience_type is AudienceType.ACCOUNTS and not users
            known = schema.account_traits if account else schema.traits
            name, known_field = draw(st.sampled_from(_leaves(known)))
            return draw(_compared(Trait(name), known_field))
        case "event":
            return _counted_event(draw, schema, parent=None, depth=1)
        case _:
            slug, spec = draw(st.sampled_from(sorted(schema.entities.items())))
            return _counted_rows(draw, slug, spec)


def _counted_event(
    draw: st.DrawFn, schema: CqlSchema, *, parent: EventSpec | None, depth: int
) -> Comparison:
    name = draw(st.sampled_from(sorted(schema.events)))
    spec = schema.events[name]
    filters: list[Filter] = []
    if draw(st.booleans()):
        inner: list[Condition] = [draw(_property_condition(spec))]
        if depth > 0 and draw(st.booleans()):
            nested = _counted_event(draw, schema, parent=spec, depth=depth - 1)
            inner.append(Not(nested) if draw(st.booleans()) else nested)
        theirs: Fields = parent.properties if parent else {}
        shared = [
            name
            for name, facts in sorted(spec.properties.items())
            if name in theirs and theirs[name].kind is facts.kind
        ]
        if shared and draw(st.booleans()):
            same = draw(st.sampled_from(shared))
            right = Property(same, parent=True)
            inner.append(Comparison(Property(same), Operator.EQUALS, (right,)))
        filters.append(Where(_joined(draw, inner)))
    relative = parent is not None and draw(st.booleans())
    window = draw(st.sampled_from(["none", "within", "between"]))
    if window == "within":
        filters.append(Within(Duration(draw(st.integers(1, 40)), Unit.DAY), relative))
    elif window == "between":
        near = draw(st.integers(0, 20))
        far = near + draw(st.integers(1, 20))
        filters.append(Between(Duration(near, Unit.HOUR), Duration(far, Unit.DAY), relative))
    return _reduced(draw, Stream(Event(name), tuple(filters)), spec.properties)


def _counted_rows(draw: st.DrawFn, slug: str, spec: EntitySpec) -> Comparison:
    filters: list[Filter] = []
    if draw(st.booleans()):
        name, known = draw(st.sampled_from(_leaves(spec.properties)))
        inner: list[Condition] = [draw(_compared(Property(name), known))]
        if spec.entities and draw(st.booleans()):
            below = draw(st.sampled_from(sorted(spec.entities)))
            inner.append(_counted_rows(draw, below, spec.entities[below]))
        filters.append(Where(_joined(draw, inner)))
    return _reduced(draw, Stream(Entity(slug), tuple(filters)), spec.properties)


def _reduced(draw: st.DrawFn, stream: Stream, properties: Fields) -> Comparison:
    """The stream counted, or one of its properties reduced, and compared."""
    leaves = _leaves(properties)
    numeric = [each for each in leaves if each[1].kind in {Kind.NUMBER, Kind.INTEGER}]
    choice = draw(st.sampled_from(["count", "count", "aggregate", "value"]))
    if choice == "aggregate" and numeric:
        name, _ = draw(st.sampled_from(numeric))
        reducer = draw(st.sampled_from([Reducer.SUM, Reducer.AVG, Reducer.MIN, Reducer.MAX]))
        return draw(_compared(Reduction(stream, reducer, Property(name)), Field(Kind.NUMBER)))
    if choice == "value":
        name, known = draw(st.sampled_from(leaves))
        value = Property(name)
        reducer = draw(st.sampled_from([Reducer.FIRST, Reducer.LAST, Reducer.UNIQUE_COUNT]))
        if reducer is not Reducer.UNIQUE_COUNT:
            return draw(_compared(Reduction(stream, reducer, value), known))
        counted = Reduction(stream, reducer, value)
    else:
        counted = Reduction(stream, Reducer.COUNT)
    operator = draw(st.sampled_from(_COMPARED))
    if isinstance(stream.source, Event) and draw(st.integers(0, 5)) == 0:
        other = Reduction(Stream(stream.source), Reducer.COUNT)
        return Comparison(counted, operator, (other,))
    return Comparison(counted, operator, (Number(draw(st.integers(0, 3))),))


@st.composite
def _property_condition(draw: st.DrawFn, spec: EventSpec) -> Condition:
    choices = [(Property(name), known) for name, known in _leaves(spec.properties)]
    choices += [(Context(name), known) for name, known in sorted(spec.context.items())]
    left, known = draw(st.sampled_from(choices))
    return draw(_compared(left, known))


def _joined(draw: st.DrawFn, operands: list[Condition]) -> Condition:
    if len(operands) == 1:
        return operands[0]
    return draw(st.sampled_from([And, Or]))(tuple(operands))


@st.composite
def _compared(draw: st.DrawFn, left: Scalar, known: Field) -> Comparison:
    """A comparison that suits what is known of its left side."""
    operators: tuple[Operator, ...]
    match known.kind:
        case Kind.NUMBER | Kind.INTEGER:
            operators = (*_COMPARED, Operator.ONE_OF, Operator.NONE_OF)
        case Kind.STRING | Kind.TIME:
            operators = (Operator.EQUALS, Operator.DIFFERS, *_LISTS, *_AFFIXES)
        case Kind.BOOLEAN | Kind.UNKNOWN:
            operators = (Operator.EQUALS, Operator.DIFFERS)
        case Kind.DATE | Kind.DATE_TIME:
            operators = (*_MOMENTS, *_RELATIVE)
        case Kind.ARRAY:
            operators = (Operator.CONTAINS, Operator.OMITS)
        case Kind.OBJECT:
            operators = ()
    operator = draw(st.sampled_from((*operators, *_BARE)))
    if operator in _BARE:
        return Comparison(left, operator)
    if operator in _RELATIVE:
        return Comparison(left, operator, (Duration(draw(st.integers(1, 60)), Unit.DAY),))
    size = draw(st.integers(1, 2)) if operator in _LISTS else 1
    return Comparison(left, operator, tuple(draw(_constant(known)) for _ in range(size)))


@st.composite
def _constant(draw: st.DrawFn, known: Field) -> Constant:
    if known.enum:
        return _literal(draw(st.sampled_from(known.enum)))
    match known.kind:
        case Kind.NUMBER | Kind.INTEGER:
            low = int(known.minimum) if isinstance(known.minimum, int | Decimal) else -2
            return Number(draw(st.integers(low - 1, low + 22)))
        case Kind.DATE | Kind.DATE_TIME:
            day = draw(st.integers(-60, 60))
            return Date(datetime.date(2026, 6, 1) + datetime.timedelta(days=day))
        case Kind.TIME:
            return Text(draw(st.sampled_from(_TIMES)))
        case Kind.ARRAY:
            return draw(_constant(known.items or Field(Kind.STRING)))
        case _:
            return Text(draw(st.sampled_from(_WORDS)))


def _literal(value: str | int | Decimal) -> Constant:
    return Text(value) if isinstance(value, str) else Number(value)


def _leaves(known: Fields) -> list[tuple[str, Field]]:
    """Each field as queries name it, in order of names."""
    named = dict(known)
    for name, each in known.items():
        for inner, below in (each.fields or {}).items():
            named[f"{name}.{_escaped(inner)}"] = below
    return sorted(named.items(), key=lambda item: item[0])


def _escaped(name: str) -> str:
    return name.replace(".", _ESCAPED_DOT)


# --- customers ----------------------------------------------------------------------------


@st.composite
def values(draw: st.DrawFn, known: Field) -> Value:
    """A value that the field allows."""
    if known.enum:
        return draw(st.sampled_from(known.enum))
    match known.kind:
        case Kind.NUMBER | Kind.INTEGER:
            low = int(known.minimum) if isinstance(known.minimum, int | Decimal) else -2
            high = int(known.maximum) if isinstance(known.maximum, int | Decimal) else low + 22
            whole = draw(st.integers(low, high))
            if known.kind is Kind.NUMBER and whole < high and draw(st.booleans()):
                return whole + Decimal("0.5")
            return whole
        case Kind.BOOLEAN:
            return draw(st.sampled_from(["true", "false"]))
        case Kind.DATE:
            day = datetime.date(2026, 6, 1) + datetime.timedelta(days=draw(st.integers(-60, 60)))
            return day.isoformat()
        case Kind.DATE_TIME:
            ms = draw(st.integers(-60 * 86_400_000, 60 * 86_400_000))
            return moment_text(1_780_315_200_000 + ms)
        case Kind.ARRAY:
            return tuple(draw(st.lists(values(known.items or Field(Kind.STRING)), max_size=3)))
        case Kind.OBJECT:
            inner = known.fields or {}
            return draw(values_of({_escaped(name): below for name, below in inner.items()}))
        case Kind.TIME:
            return draw(st.sampled_from(_TIMES))
        case Kind.STRING:
            return draw(st.sampled_from(_WORDS))
        case Kind.UNKNOWN:
            return draw(st.sampled_from(_WORDS) | st.integers(-3, 3))


@st.composite
def values_of(draw: st.DrawFn, known: Fields) -> Values:
    """Values for some of the fields, and for all that are required."""
    made: dict[str, Value] = {}
    for name, each in known.items():
        if each.required or draw(st.booleans()):
            outer, *keys = split_path(name)
            value = draw(values(each))
            for key in reversed(keys):
                value = {key: value}
            made[outer] = value
    return made


@st.composite
def customers(draw: st.DrawFn, schema: CqlSchema) -> Subject:
    """A customer that the schema allows; an account where audiences are made of accounts."""
    if schema.audience_type is AudienceType.ACCOUNTS:
        users = draw(st.lists(_users(schema), max_size=2))
        return Account(draw(values_of(schema.account_traits)), tuple(users))
    return draw(_users(schema))


@st.composite
def _users(draw: st.DrawFn, schema: CqlSchema) -> Customer:
    events = draw(st.lists(_occurrences(schema), max_size=5))
    return Customer(draw(values_of(schema.traits)), tuple(events), draw(_related(schema.entities)))


@st.composite
def _occurrences(draw: st.DrawFn, schema: CqlSchema) -> CustomerEvent:
    name = draw(st.sampled_from(sorted(schema.events)))
    spec = schema.events[name]
    ago = draw(st.integers(0, 45 * 24)) * _HOUR
    return CustomerEvent(
        name,
        NOW - ago + draw(st.sampled_from([0, 0, -1])),
        draw(values_of(spec.properties)),
        draw(values_of(spec.context)),
        draw(st.sampled_from([None, "web", "ios"])),
    )


@st.composite
def _related(draw: st.DrawFn, known: Mapping[str, EntitySpec]) -> Mapping[str, tuple[Row, ...]]:
    return {
        slug: tuple(
            Row(draw(values_of(spec.properties)), draw(_related(spec.entities)))
            for _ in range(draw(st.integers(0, 2)))
        )
        for slug, spec in known.items()
    }
