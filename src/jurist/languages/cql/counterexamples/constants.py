"""What two queries speak of, and the values and times around which they can differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from jurist.languages.cql.counterexamples.cells import DAY, HOUR, MAX_COUNT, cells, counts_around
from jurist.languages.cql.counterexamples.legality import default_value, is_legal
from jurist.languages.cql.operators import Group, Unit
from jurist.languages.cql.schemas.schema import (
    ANYTHING,
    DATES,
    TEMPORAL,
    CqlSchema,
    EntitySpec,
    Field,
    Fields,
    Kind,
    find_field,
)
from jurist.languages.cql.semantics.values import (
    EARLIEST_NOW,
    FIRST_MOMENT,
    LAST_MOMENT,
    LATEST_NOW,
    TIMESTAMP,
    Atom,
    Value,
    constant_moment,
    constant_value,
    exact_sum,
    moment_of,
    moment_text,
    read_number,
    text_of,
    zeros_changed,
)
from jurist.languages.cql.syntax import (
    Between,
    Comparison,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    ExpiresAfter,
    Moment,
    Node,
    Number,
    Operand,
    Operator,
    Property,
    Reduction,
    Scalar,
    Sources,
    Text,
    Trait,
    Within,
)
from jurist.languages.cql.tree import Scope, holder_of, inner_scope, walk

DEFAULT_NOW = 1_780_315_200_000
"""2026-06-01T12:00:00Z."""
STRANGER = "zz"
"""A text that no query speaks of."""
_MOST_VALUES = 24
_MOST_CONSTANTS = 100
_MOST_LISTED = 1_000
_CENT = Decimal("0.01")
_PLAIN_NUMBERS = (1, 2, 0)
"""For fields that no query compares with a number."""
_PLAIN_TIMES = ("2026-02-28", "2026-02-28T18:30:00Z", "18:30:00")
"""For fields of dates and times that no query compares: another value than the usual one."""

Owner = str | tuple[str, ...]
"""The name of an event, the slugs that lead to a row, or one of the two below."""
USER = ("", "user")
ACCOUNT = ("", "account")


class Address(NamedTuple):
    """A field that some item has: its owner, its name, and whether it is context."""

    owner: Owner
    name: str
    in_context: bool = False

    @property
    def is_moment(self) -> bool:
        """Whether it is an event's own time."""
        return self.in_context and self.name == TIMESTAMP


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the queries speak of. Times in milliseconds, all collections in a fixed order.

    `ages` (before now) and `delays` (after a parent event) hold every bound with its two
    neighbours and the middle of every cell between bounds.
    """

    now: int
    pools: Mapping[Address, tuple[Value | None, ...]]
    """Legal values at, below, above and unlike each constant; `None` where it may miss."""
    fields: Mapping[Address, Field]
    owners: tuple[Owner, ...]
    ages: Mapping[Owner, tuple[int, ...]]
    delays: Mapping[Owner, tuple[int, ...]]
    counts: Mapping[Owner, tuple[int, ...]]
    sources: Mapping[Owner, tuple[str | None, ...]]
    parents: Mapping[Owner, int]
    """For events with events to follow them: the longest delay that matters."""


def address_of(name: Scalar | Operand, scope: Scope) -> Address | None:
    """Where a property or context field at this place of a query is found; else `None`."""
    if isinstance(name, Trait):
        return Address(USER, name.name)
    if not isinstance(name, Property | Context):
        return None
    at = holder_of(name, scope)
    if at is None:
        return None
    return Address(owner_of(at), name.name, isinstance(name, Context))


def _read_from(side: Scalar | Operand, scope: Scope) -> Address | None:
    """Where a side of a comparison reads: a stream what it is reduced to."""
    if isinstance(side, Reduction):
        return None if side.value is None else address_of(side.value, inner_scope(side, scope))
    return address_of(side, scope)


def owner_of(scope: Scope) -> Owner:
    """The owner that the items of a scope have."""
    return scope.source.name if isinstance(scope.source, Event) else scope.slugs


def fields_of(owner: Owner, schema: CqlSchema, *, in_context: bool = False) -> Fields:
    """The facts of an owner's fields; none where the schema does not know it."""
    if owner == USER:
        return schema.traits
    if owner == ACCOUNT:
        return schema.account_traits
    if isinstance(owner, str):
        event = schema.events.get(owner)
        return {} if event is None else event.context if in_context else event.properties
    if in_context:
        return {}
    entities: Mapping[str, EntitySpec] = schema.entities
    fields: Fields = {}
    for slug in owner:
        entity = entities.get(slug)
        if entity is None:
            return {}
        entities, fields = entity.entities, entity.properties
    return fields


def vocabulary_of(queries: Sequence[CqlQuery], schema: CqlSchema) -> Vocabulary:
    """The vocabulary of some queries together."""
    return _Collector(schema).collect(queries)


class _Collector:
    def __init__(self, schema: CqlSchema) -> None:
        self._schema = schema
        self._constants = defaultdict[Address, list[Operand]](list)
        self._pairs: list[tuple[Address, Address]] = []
        self._ages = defaultdict[Owner, set[int]](set)
        self._delays = defaultdict[Owner, set[int]](set)
        self._counts = defaultdict[Owner, set[int]](set)
        self._sources = defaultdict[Owner, dict[str | None, None]](dict)
        self._parents = defaultdict[Owner, int](int)
        self._owners: dict[Owner, None] = {}
        self._moments: set[int] = set()
        self._looks_ahead = False

    def collect(self, queries: Sequence[CqlQuery]) -> Vocabulary:
        for query in queries:
            for node, scope in walk(query):
                self._note(node, scope)
        now = self._now()
        longest = now - FIRST_MOMENT
        self._join_pairs()
        pools = {address: self._pool(address, address, now) for address in self._constants}
        for address in list(pools):
            if address.owner == USER:
                of_account = Address(ACCOUNT, address.name)
                pools[of_account] = self._pool(address, of_account, now)
            if address.is_moment:
                bounds = {now - m for m in map(moment_of, pools[address]) if m is not None}
                self._ages[address.owner] |= {age for age in bounds if age >= 0}
        return Vocabulary(
            now,
            pools,
            {address: self._field(address) for address in pools},
            tuple(self._owners),
            {owner: cells(self._ages[owner], longest) for owner in self._owners},
            {owner: cells(delays, longest) for owner, delays in self._delays.items()},
            {owner: counts_around(thresholds) for owner, thresholds in self._counts.items()},
            {owner: (*sources, None) for owner, sources in self._sources.items()},
            self._parents,
        )

    def _note(self, node: Node, scope: Scope) -> None:
        match node:
            case Comparison():
                self._note_comparison(node, scope)
            case Trait() | Property() | Context():
                address = address_of(node, scope)
                if address is not None:
                    self._constants.setdefault(address, [])
            case Event(name):
                self._owners[name] = None
            case Entity(slug):
                self._owners[(*scope.slugs, slug)] = None
            case Sources():
                self._sources[owner_of(scope)] |= dict.fromkeys((*node.exclude, STRANGER))
            case Within() | Between() | ExpiresAfter():
                self._note_window(node, scope)
            case _:
                pass

    def _note_window(self, node: Within | Between | ExpiresAfter, scope: Scope) -> None:
        lengths = (node.near, node.far) if isinstance(node, Between) else (node.duration,)
        bounds = {length.ms for length in lengths}
        if not node.parent:
            self._ages[owner_of(scope)] |= bounds
            return
        if isinstance(node, ExpiresAfter):  # as long again after the first that follows
            bounds |= {2 * bound for bound in bounds}
        self._delays[owner_of(scope)] |= bounds
        if scope.enclosing_event is not None:
            parent = owner_of(scope.enclosing_event)
            self._parents[parent] = max(self._parents[parent], *bounds)

    def _note_comparison(self, node: Comparison, scope: Scope) -> None:
        constants = [a for a in node.arguments if not isinstance(a, Scalar)]
        values = [c for c in constants if not isinstance(c, Duration)]
        if node.operator in {Operator.WITHIN_NEXT, Operator.AFTER_NEXT}:
            self._looks_ahead = True
        if node.operator.group is Group.DATE:
            self._moments.update(m for m in map(constant_moment, values) if m is not None)
        left = node.left
        if isinstance(left, Reduction):
            at = inner_scope(left, scope)
            if left.reducer.counts:
                numbers = [read_number(text_of(constant_value(value))) for value in values]
                counts = {int(n) for n in numbers if n is not None and 0 <= n <= MAX_COUNT}
                self._counts[owner_of(at)] |= counts
                constants = []
        address = _read_from(left, scope)
        if address is None:
            return
        self._constants[address] += constants
        for argument in node.arguments:
            other = _read_from(argument, scope)
            if other is not None:
                self._constants.setdefault(other, [])
                self._pairs.append((address, other))

    def _join_pairs(self) -> None:
        for first, second in self._pairs:
            both = dict.fromkeys([*self._constants[first], *self._constants[second]])
            is_dated = DATES & {self._field(first).kind, self._field(second).kind}
            some = Duration(1, Unit.DAY) if is_dated else Number(10)
            self._constants[first] = self._constants[second] = list(both) or [some]

    def _pool(self, compared: Address, address: Address, now: int) -> tuple[Value | None, ...]:
        return _pool_of(self._constants[compared], self._field(address), now)

    def _field(self, address: Address) -> Field:
        fields = fields_of(address.owner, self._schema, in_context=address.in_context)
        return find_field(fields, address.name) or ANYTHING

    def _now(self) -> int:
        """Past all absolute dates, by less than the shortest window; or before them all."""
        if self._schema.now is not None:
            return self._schema.now
        if not self._moments:
            return DEFAULT_NOW
        bounds = [bound for ages in self._ages.values() for bound in ages if bound]
        bounds += [
            a.ms for held in self._constants.values() for a in held if isinstance(a, Duration)
        ]
        half = min([2 * DAY, *bounds]) // 2
        now = min(self._moments) - half if self._looks_ahead else max(self._moments) + half
        return min(max(now, EARLIEST_NOW), LATEST_NOW)


# --- values -----------------------------------------------------------------------------------


def _pool_of(constants: Sequence[Operand], field: Field, now: int) -> tuple[Value | None, ...]:
    """The values of one field: at, below and above each constant, and some that are neither.

    Args:
        constants: What queries compare it with.
        field: What it may hold.
        now: The moment of evaluation, in milliseconds since 1970 UTC.
    """
    legal: dict[tuple[type, str], Value] = {}
    listed = field.enum or ()
    candidates: list[Value] = list(listed[:: 1 + len(listed) // _MOST_LISTED])
    if field.kind is Kind.BOOLEAN:
        candidates += ["true", "false"]
    for constant in constants[:: 1 + len(constants) // _MOST_CONSTANTS]:
        candidates += _neighbours(constant, field, now)
    if not any(isinstance(constant, Number) for constant in constants):
        candidates += _PLAIN_NUMBERS
    if not constants and field.kind in TEMPORAL:
        candidates += _PLAIN_TIMES
    candidates += _joined(constants)
    for value in [*candidates, STRANGER, default_value(field)]:
        for variant in (value, (value,)) if field.kind is Kind.ARRAY else (value,):
            if is_legal(variant, field):
                legal.setdefault((type(variant), text_of(variant)), variant)
    values: list[Value | None] = list(legal.values())
    if len(values) > _MOST_VALUES:
        stride = len(values) / _MOST_VALUES
        values = [values[int(i * stride)] for i in range(_MOST_VALUES)]
    return (*values, None) if is_legal(None, field) else tuple(values)


def _neighbours(constant: Operand, field: Field, now: int) -> list[Value]:
    match constant:
        case Number(number):
            return [*_around_number(number, field), text_of(number)]
        case Text(text):
            number = read_number(text)
            moment = moment_of(text)
            around: list[Value] = [text, *around_text(text)]
            if number is not None:
                around = [text, *zeros_changed(text), *_around_number(number, field), *around[1:]]
            return around if moment is None else [text, *_around_moment(moment), *around[1:3]]
        case Date(day):
            moment = moment_of(day.isoformat())
            return [day.isoformat(), *([] if moment is None else _around_moment(moment))]
        case Moment(ms):
            return [constant_value(constant), *_around_moment(ms)]
        case Duration():
            bounds = [now - constant.ms, now, now + constant.ms]
            texts = [text for bound in bounds for text in _around_moment(bound)]
            return [*texts, *dict.fromkeys(str(text)[:10] for text in texts)]
        case _:
            return []


def _around_number(number: Atom, field: Field) -> list[Value]:
    if isinstance(number, str):
        return []
    steps: list[int | Decimal] = [0, -1, 1]
    if field.kind is not Kind.INTEGER:
        steps += [-_CENT, _CENT]
    around: list[Value] = [exact_sum((number, step)) for step in steps]
    if field.kind is Kind.STRING:
        return list(map(text_of, around))
    if isinstance(number, Decimal):
        around += [int(number), int(number) + 1]
    return around


def around_text(text: str) -> list[Value]:
    """Texts that hold a text or lie in it."""
    return [
        text.swapcase(),
        f"{text}x",
        f"x{text}",
        f"x{text}x",
        *([text[:-1]] if len(text) > 1 else []),
    ]


def _around_moment(ms: int) -> list[Value]:
    moments = [ms + step for step in (0, -1, 1, -HOUR, HOUR)]
    return [moment_text(m) for m in moments if FIRST_MOMENT <= m <= LAST_MOMENT]


def _joined(constants: Sequence[Operand]) -> list[Value]:
    texts = list(dict.fromkeys(c.value for c in constants if isinstance(c, Text)))[:4]
    return [f"{first} {second}" for first in texts for second in texts if first != second]
