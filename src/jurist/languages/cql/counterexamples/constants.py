"""What two queries speak of, and the values and times around which they can differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jurist.languages.cql.counterexamples.candidate_values import STRANGER, pool
from jurist.languages.cql.schemas.schema import (
    ANYTHING,
    CqlSchema,
    EntitySpec,
    Field,
    Fields,
    find_field,
)
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    TIMESTAMP,
    Value,
    constant_moment,
    constant_value,
    moment_of,
    read_number,
    text_of,
)
from jurist.languages.cql.syntax import (
    Between,
    Comparison,
    Context,
    CqlQuery,
    Duration,
    Entity,
    Event,
    ExpiresAfter,
    Number,
    Operand,
    Operator,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Sources,
    Trait,
    Unit,
    Within,
)
from jurist.languages.cql.tree import Scope, walk

DAY = Unit.DAY.ms
HOUR = Unit.HOUR.ms
DEFAULT_NOW = 1_780_315_200_000
"""2026-06-01T12:00:00Z."""
MAX_COUNT = 2_000
"""The most events of one kind that a subject is given to reach a threshold."""
_MOST_TIMES = 60

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
    at: Scope | None = scope
    if isinstance(name, Property) and name.parent:
        at = scope.enclosing_event
    if at is None or at.source is None:
        return None
    return Address(owner_of(at), name.name, isinstance(name, Context))


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
        self._constants: dict[Address, list[Operand]] = {}
        self._pairs: list[tuple[Address, Address]] = []
        self._ages: dict[Owner, set[int]] = {}
        self._delays: dict[Owner, set[int]] = {}
        self._counts: dict[Owner, set[int]] = {}
        self._sources: dict[Owner, dict[str | None, None]] = {}
        self._parents: dict[Owner, int] = {}
        self._owners: dict[Owner, None] = {}
        self._moments: set[int] = set()
        self._looks_ahead = False

    def collect(self, queries: Sequence[CqlQuery]) -> Vocabulary:
        for query in queries:
            for node, scope in walk(query):
                self._note(node, scope)
        now = self._now()
        self._join_pairs()
        pools = {
            address: pool(constants, self._field(address), now)
            for address, constants in self._constants.items()
        }
        for address in list(pools):
            if address.owner == USER:
                pools[Address(ACCOUNT, address.name)] = self._account_pool(address, now)
            if address.is_moment:
                bounds = {now - m for m in map(moment_of, pools[address]) if m is not None}
                self._ages[address.owner] = self._ages.get(address.owner, set()) | {
                    age for age in bounds if age >= 0
                }
        longest = now - FIRST_MOMENT
        return Vocabulary(
            now,
            pools,
            {address: self._field(address) for address in pools},
            tuple(self._owners),
            {
                owner: _cells(self._ages.get(owner, set()), now - FIRST_MOMENT)
                for owner in self._owners
            },
            {owner: _cells(found, longest) for owner, found in self._delays.items()},
            {owner: _counts(found) for owner, found in self._counts.items()},
            {owner: (*found, None) for owner, found in self._sources.items()},
            self._parents,
        )

    def _note(self, node: object, scope: Scope) -> None:
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
            case Within() | Between() | ExpiresAfter() | Sources():
                self._note_filter(node, scope)
            case _:
                pass

    def _note_filter(self, node: Within | Between | ExpiresAfter | Sources, scope: Scope) -> None:
        owner = owner_of(scope)
        if isinstance(node, Sources):
            self._sources.setdefault(owner, {}).update(dict.fromkeys((*node.exclude, STRANGER)))
            return
        lengths = (node.near, node.far) if isinstance(node, Between) else (node.duration,)
        bounds = {length.ms for length in lengths}
        if isinstance(node, Within | Between) and node.parent:
            self._delays.setdefault(owner, {0}).update(bounds)
            parent = scope.enclosing_event
            if parent is not None:
                key = owner_of(parent)
                self._parents[key] = max(self._parents.get(key, 0), *bounds)
        else:
            self._ages.setdefault(owner, set()).update(bounds)

    def _note_comparison(self, node: Comparison, scope: Scope) -> None:
        left = node.left
        constants = [a for a in node.arguments if not isinstance(a, Trait | Property | Context)]
        if node.operator in {Operator.WITHIN_NEXT, Operator.AFTER_NEXT}:
            self._looks_ahead = True
        if node.operator in {Operator.BEFORE_DATE, Operator.AFTER_DATE}:
            moments = [constant_moment(c) for c in constants if not isinstance(c, Duration)]
            self._moments.update(moment for moment in moments if moment is not None)
        if isinstance(left, Reduction):
            inner = Scope(left.stream.source, scope, scope.quantified)
            if left.reducer in {Reducer.COUNT, Reducer.UNIQUE_COUNT}:
                counts = self._counts.setdefault(owner_of(inner), set())
                numbers = [
                    read_number(text_of(constant_value(c)))
                    for c in constants
                    if not isinstance(c, Duration)
                ]
                counts.update(int(n) for n in numbers if n is not None and 0 <= n <= MAX_COUNT)
                constants = []
            address = None if left.value is None else address_of(left.value, inner)
        else:
            address = address_of(left, scope)
        if address is None:
            return
        self._constants.setdefault(address, []).extend(constants)
        for argument in node.arguments:
            other = address_of(argument, scope)
            if other is not None:
                self._constants.setdefault(other, [])
                self._pairs.append((address, other))

    def _join_pairs(self) -> None:
        for one, other in self._pairs:
            both = dict.fromkeys([*self._constants[one], *self._constants[other]])
            self._constants[one] = self._constants[other] = list(both) or [Number(10)]

    def _field(self, address: Address) -> Field:
        fields = fields_of(address.owner, self._schema, in_context=address.in_context)
        return find_field(fields, address.name) or ANYTHING

    def _account_pool(self, address: Address, now: int) -> tuple[Value | None, ...]:
        field = find_field(self._schema.account_traits, address.name) or ANYTHING
        return pool(self._constants[address], field, now)

    def _now(self) -> int:
        """Past all absolute dates, by less than the shortest window; or before them all."""
        if self._schema.now is not None:
            return self._schema.now
        if not self._moments:
            return DEFAULT_NOW
        bounds = [bound for found in self._ages.values() for bound in found if bound]
        bounds += [
            a.ms for found in self._constants.values() for a in found if isinstance(a, Duration)
        ]
        half = min([2 * DAY, *bounds]) // 2
        if self._looks_ahead:
            return max(min(self._moments) - half, FIRST_MOMENT + DAY)
        return min(max(self._moments) + half, LAST_MOMENT - DAY)


def _counts(thresholds: Iterable[int]) -> tuple[int, ...]:
    around = {0, 1, 2} | {n + step for n in thresholds for step in (-1, 0, 1)}
    counts = sorted(n for n in around if 0 <= n <= MAX_COUNT + 1)
    return tuple(counts[:: 1 + len(counts) // _MOST_TIMES])


def _cells(bounds: Iterable[int], longest: int) -> tuple[int, ...]:
    """Each bound, its neighbours and the middle of each cell; never over `longest`."""
    ordered = sorted(bound for bound in {*bounds, 0} if bound <= longest)
    beyond = ordered[-1] + max(min(ordered[-1], 30 * DAY), DAY)
    middles = [
        _round((low + high) // 2) for low, high in zip(ordered, [*ordered[1:], beyond], strict=True)
    ]
    around = [bound + step for bound in ordered for step in (-1, 0, 1)]
    found = sorted({age for age in [*around, *middles] if 0 <= age <= longest})
    return tuple(found[:: 1 + len(found) // _MOST_TIMES])


def _round(ms: int) -> int:
    for unit in (DAY, HOUR):
        if ms >= 2 * unit:
            return ms // unit * unit
    return ms
