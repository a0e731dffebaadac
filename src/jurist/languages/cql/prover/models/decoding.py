"""From a sample of the analysis to a concrete customer or account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jurist.languages.cql.counterexamples.legality import with_required
from jurist.languages.cql.prover.abstraction.atoms import (
    OF_ROWS,
    SOURCE,
    GroupKey,
    GroupKind,
    SlotKind,
)
from jurist.languages.cql.prover.models.clocks import Clock, Conflict
from jurist.languages.cql.prover.models.orders import settle
from jurist.languages.cql.prover.regions.dimensions import Sample
from jurist.languages.cql.schemas.schema import CqlSchema, EntitySpec, EventSpec
from jurist.languages.cql.semantics.subjects import (
    Account,
    Customer,
    CustomerEvent,
    Row,
    Subject,
    is_writable,
)
from jurist.languages.cql.semantics.values import Value, coercion_of, split_path
from jurist.languages.effort import spend

EACH = "$"
_NOTHING_KNOWN = EntitySpec()
_NO_EVENT_KNOWN = EventSpec()


class _Tree(dict[str, "Value | _Tree"]):
    """An object under construction; not a value, which other samples share."""


def subject(
    sample: Sample,
    kind: type[Customer] | type[Account],
    clock: Clock,
    schema: CqlSchema,
) -> Subject:
    """The subject that a sample describes.

    Args:
        sample: What the analysis found.
        kind: Whom the audiences are about.
        clock: Chooses times within their cells.
        schema: Says what must be there though no query mentions it.

    Raises:
        Conflict: Where no subject has just these values.
        OutOfSteps: Where no steps are left.
    """
    settle(sample, None, sample, coercion_of(schema.readings.number_like_text))
    if kind is Customer:
        return _customer(sample, clock, schema)
    users = [
        _customer(member, clock, schema)
        for key, members in sample.groups.items()
        if key.kind is GroupKind.USERS
        for member in members
    ]
    traits = with_required(_values(sample, SlotKind.TRAIT), schema.account_traits)
    return Account(traits, tuple(users))


def _customer(sample: Sample, clock: Clock, schema: CqlSchema) -> Customer:
    events: list[CustomerEvent] = []
    for key, members in sample.groups.items():
        if key.kind is GroupKind.EVENTS:
            for member in members:
                events += _events(member, key.name, clock, schema, None)
    traits = with_required(_values(sample, SlotKind.TRAIT), schema.traits)
    return Customer(traits, tuple(events), _entities(_with_seen_rows(sample), schema.entities))


def _with_seen_rows(sample: Sample) -> Sample:
    """The sample with the rows that its events see among its own: enough of them for each."""
    rows = {key: list(members) for key, members in sample.groups.items() if key.kind in OF_ROWS}
    most: dict[GroupKey, list[Sample]] = {}
    for key, members in _seen_rows(sample):
        if len(members) > len(most.get(key, ())):
            most[key] = members
    for key, members in most.items():
        own = GroupKey(GroupKind.ROWS, key.name, key.arrays)
        rows[own] = [*rows.get(own, ()), *members]
    return Sample(sample.values, groups=rows)


def _seen_rows(sample: Sample) -> Iterator[tuple[GroupKey, list[Sample]]]:
    for key, members in sample.groups.items():
        if key.kind is GroupKind.SEEN_ROWS:
            yield key, members
        elif key.kind in {GroupKind.EVENTS, GroupKind.FOLLOWERS}:
            for member in members:
                yield from _seen_rows(member)


def _entities(sample: Sample, specs: Mapping[str, EntitySpec]) -> Mapping[str, tuple[Row, ...]]:
    entities: dict[str, tuple[Row, ...]] = {}
    for key, members in sample.groups.items():
        if key.kind is GroupKind.ROWS:
            spec = specs.get(key.name, _NOTHING_KNOWN)
            rows = tuple(_row(member, spec) for member in members)
            entities[key.name] = (*entities.get(key.name, ()), *rows)
    return entities


def _row(sample: Sample, spec: EntitySpec) -> Row:
    properties = with_required(_values(sample, SlotKind.PROPERTY), spec.properties)
    return Row(properties, _entities(sample, spec.entities))


def _events(
    sample: Sample, name: str, clock: Clock, schema: CqlSchema, parent: int | None
) -> Iterator[CustomerEvent]:
    spend()
    time = clock.time(sample) if parent is None else clock.after(sample, parent)
    source = sample.values.get(SOURCE)
    spec = schema.events.get(name, _NO_EVENT_KNOWN)
    yield CustomerEvent(
        name,
        time,
        with_required(_values(sample, SlotKind.PROPERTY), spec.properties),
        with_required(_values(sample, SlotKind.CONTEXT), spec.context),
        source if isinstance(source, str) else None,
    )
    for key, members in sample.groups.items():
        if key.kind is GroupKind.FOLLOWERS:
            for member in members:
                yield from _events(member, key.name, clock, schema, time)


def _values(sample: Sample, kind: SlotKind) -> Mapping[str, Value]:
    tree = _Tree()
    for slot, value in sample.values.items():
        if slot.kind is kind:
            _put(tree, split_path(slot.name), value)
    if kind is SlotKind.TRAIT:
        for key, members in sample.groups.items():
            if key.kind is GroupKind.ENTRIES:
                _put_entries(tree, split_path(key.name), [_entry(each) for each in members])
    return {key: _grown(each) for key, each in tree.items()}


def _entry(member: Sample) -> Value | None:
    """What an entry of a trait is: a value itself, or an object of values."""
    tree = _Tree()
    for slot, value in member.values.items():
        after = split_path(slot.name)
        _put(tree, ("entry", *after[after.index(EACH) + 1 :]), value)
    return _grown(tree["entry"]) if tree else None


def _put_entries(tree: _Tree, keys: tuple[str, ...], entries: Sequence[Value | None]) -> None:
    """The array of these entries; it takes the place of one of which only facts were known."""
    around: Value | _Tree = tree
    for key in keys[:-1]:
        around = around.setdefault(key, _Tree()) if isinstance(around, _Tree) else ()
    if not isinstance(around, _Tree):
        raise Conflict
    present = tuple(entry for entry in entries if entry is not None)
    if present or keys[-1] in around:
        around[keys[-1]] = present


def _put(tree: _Tree, keys: tuple[str, ...], value: Value) -> None:
    if not is_writable(value):
        raise Conflict
    for key in keys[:-1]:
        branch = tree.setdefault(key, _Tree())
        if not isinstance(branch, _Tree):
            raise Conflict
        tree = branch
    if keys[-1] in tree:
        raise Conflict
    tree[keys[-1]] = value


def _grown(each: Value | _Tree) -> Value:
    if not isinstance(each, _Tree):
        return each
    if EACH in each:
        if len(each) > 1:
            raise Conflict
        return (_grown(each[EACH]),)
    return {key: _grown(inner) for key, inner in each.items()}
