"""From a sample of the analysis to a concrete customer or account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jurist.languages.cql.customers import Account, Customer, Occurrence, Row, Subject, Value
from jurist.languages.cql.prover.clocks import Clock, Conflict
from jurist.languages.cql.prover.dimensions import Sample
from jurist.languages.cql.prover.orders import settle
from jurist.languages.cql.prover.things import SOURCE, GroupKind, SlotKind
from jurist.languages.cql.values import split_path

EACH = "$"
_Tree = dict[str, "Value | _Tree"]


def subject(sample: Sample, kind: type[Customer] | type[Account], clock: Clock) -> Subject:
    """The subject that a sample describes.

    Args:
        sample: What the analysis found.
        kind: Whom the audiences are about.
        clock: Chooses times within their cells.

    Raises:
        Conflict: Where no subject has just these values.
    """
    settle(sample, None, sample)
    if kind is Customer:
        return _customer(sample, clock)
    users = [
        _customer(member, clock)
        for key, members in sample.groups.items()
        if key.kind is GroupKind.USERS
        for member in members
    ]
    return Account(_values(sample, SlotKind.TRAIT), tuple(users))


def _customer(sample: Sample, clock: Clock) -> Customer:
    events: list[Occurrence] = []
    entities: dict[str, tuple[Row, ...]] = {}
    for key, members in sample.groups.items():
        if key.kind is GroupKind.EVENTS:
            for member in members:
                events += _events(member, key.name, clock, None)
        elif key.kind is GroupKind.ROWS:
            rows = tuple(_row(member) for member in members)
            entities[key.name] = (*entities.get(key.name, ()), *rows)
    return Customer(_values(sample, SlotKind.TRAIT), tuple(events), entities)


def _row(sample: Sample) -> Row:
    entities: dict[str, tuple[Row, ...]] = {}
    for key, members in sample.groups.items():
        if key.kind is GroupKind.ROWS:
            rows = tuple(_row(member) for member in members)
            entities[key.name] = (*entities.get(key.name, ()), *rows)
    return Row(_values(sample, SlotKind.PROPERTY), entities)


def _events(sample: Sample, name: str, clock: Clock, parent: int | None) -> Iterator[Occurrence]:
    time = clock.time(sample) if parent is None else clock.after(sample, parent)
    source = sample.values.get(SOURCE)
    yield Occurrence(
        name,
        time,
        _values(sample, SlotKind.PROPERTY),
        _values(sample, SlotKind.CONTEXT),
        source if isinstance(source, str) else None,
    )
    for key, members in sample.groups.items():
        if key.kind is GroupKind.FOLLOWERS:
            for member in members:
                yield from _events(member, key.name, clock, time)


def _values(sample: Sample, kind: SlotKind) -> Mapping[str, Value]:
    tree: _Tree = {}
    for slot, value in sample.values.items():
        if slot.kind is kind:
            _put(tree, split_path(slot.name), value)
    return {key: _grown(each) for key, each in tree.items()}


def _put(tree: _Tree, keys: tuple[str, ...], value: Value) -> None:
    for key in keys[:-1]:
        branch = tree.setdefault(key, {})
        if not isinstance(branch, dict):
            raise Conflict
        tree = branch
    if keys[-1] in tree:
        raise Conflict
    tree[keys[-1]] = value


def _grown(each: Value | _Tree) -> Value:
    if not isinstance(each, dict):
        return each
    if EACH in each:
        if len(each) > 1:
            raise Conflict
        return (_grown(each[EACH]),)
    return {key: _grown(inner) for key, inner in each.items()}
