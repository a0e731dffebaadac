"""From a model of the formulas to a customer: a sample of the analysis, made concrete.

The analysis says in which cell the time of each event lies, and which order two values
should have. Where no event looks at another one, any time of a cell will do; in a funnel the
times of all events matter together, which cells do not say: there many choices are tried.
Compared values are chosen in `tied_values`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from jurist.languages.cql.counterexamples.legality import with_required
from jurist.languages.cql.operators import DAY_MS
from jurist.languages.cql.prover.abstraction.atoms import (
    DELAY,
    OF_EVENTS,
    SOURCE,
    TIME,
    GroupKey,
    GroupKind,
    SlotKind,
)
from jurist.languages.cql.prover.regions.dimensions import Sample
from jurist.languages.cql.prover.tied_values import Conflict, settle
from jurist.languages.cql.schemas.schema import CqlSchema, EntitySpec, EventSpec, Fields
from jurist.languages.cql.semantics.subjects import (
    Account,
    Customer,
    CustomerEvent,
    Row,
    Subject,
    is_writable,
)
from jurist.languages.cql.semantics.values import (
    EACH,
    FIRST_MOMENT,
    Value,
    Values,
    coercion_of,
    split_path,
)
from jurist.languages.effort import spend

_FAR = 400 * DAY_MS
_UNLISTED_ROW = EntitySpec()
_UNLISTED_EVENT = EventSpec()


class Clock:
    """Times in the middle of their cells, or with `rng` anywhere in them.

    Args:
        now: The moment of evaluation; no event is later.
        rng: The source of chance, where many choices are tried.
    """

    def __init__(self, now: int, rng: random.Random | None = None) -> None:
        self._now = now
        self._rng = rng

    def time(self, sample: Sample, parent: int | None) -> int:
        """When an event happens, early enough for those that have to follow it.

        Args:
            sample: The event.
            parent: When the event happened that it follows, if it follows one.

        Raises:
            Conflict: Where its cells leave no such time.
        """
        low, high = sample.spans.get(TIME, (FIRST_MOMENT, self._now))
        high = min(high, self._now - _least_extent(sample))
        if parent is not None:
            earliest, latest = sample.spans.get(DELAY, (-_FAR, _FAR))
            low, high = max(low, parent + earliest), min(high, parent + latest)
        if low > high:
            raise Conflict
        if self._rng is not None:
            near = high if parent is None else max(low, parent)
            return _anywhere(max(low, near - _FAR), min(high, near + _FAR), self._rng)
        if parent is None and low == FIRST_MOMENT:
            return max(low, high - DAY_MS)
        return (low + high) // 2


def _anywhere(low: int, high: int, rng: random.Random) -> int:
    """At an end, near the recent end, or evenly, by chance."""
    if high <= low:
        return low
    roll = rng.random()
    if roll < 0.15:
        return low
    if roll < 0.3:
        return high
    if roll < 0.7:
        width = min(high - low, rng.choice((1, 2, 8, 40)) * DAY_MS)
        return high - rng.randrange(width + 1)
    return rng.randrange(low, high + 1)


def _least_extent(sample: Sample) -> int:
    """How long after an event the last event that has to follow it comes at the soonest."""
    extents = [
        member.spans.get(DELAY, (0, 0))[0] + _least_extent(member)
        for _, member in _members(sample, GroupKind.FOLLOWERS)
    ]
    return max([0, *extents])


def subject(
    sample: Sample, kind: type[Customer] | type[Account], clock: Clock, schema: CqlSchema
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
    if sample.is_tied:
        settle(sample, coercion_of(schema.readings.number_like_text))
    if kind is Customer:
        return _customer(sample, clock, schema)
    users = [_customer(user, clock, schema) for _, user in _members(sample, GroupKind.USERS)]
    traits = _object(sample, SlotKind.TRAIT, schema.account_traits)
    return Account(traits, tuple(users))


def _members(sample: Sample, *kinds: GroupKind) -> Iterator[tuple[GroupKey, Sample]]:
    """The members of groups of some kinds, each with its group."""
    for key, members in sample.groups.items():
        if key.kind in kinds:
            for member in members:
                yield key, member


def _customer(sample: Sample, clock: Clock, schema: CqlSchema) -> Customer:
    events: list[CustomerEvent] = []
    for key, event in _members(sample, GroupKind.EVENTS):
        events += _events(event, key.name, clock, schema, None)
    traits = _object(sample, SlotKind.TRAIT, schema.traits)
    return Customer(traits, tuple(events), _entities(_with_seen_rows(sample), schema.entities))


def _events(
    sample: Sample, name: str, clock: Clock, schema: CqlSchema, parent: int | None
) -> Iterator[CustomerEvent]:
    """An event, and those that follow it."""
    spend()
    time = clock.time(sample, parent)
    source = sample.values.get(SOURCE)
    spec = schema.events.get(name, _UNLISTED_EVENT)
    yield CustomerEvent(
        name,
        time,
        _object(sample, SlotKind.PROPERTY, spec.properties),
        _object(sample, SlotKind.CONTEXT, spec.context),
        source if isinstance(source, str) else None,
    )
    for key, follower in _members(sample, GroupKind.FOLLOWERS):
        yield from _events(follower, key.name, clock, schema, time)


# --- rows ---


def _with_seen_rows(sample: Sample) -> Sample:
    """The rows of a sample, with those that its events see: enough of them for each."""
    most: dict[GroupKey, list[Sample]] = {}
    for key, members in _seen_rows(sample):
        own = GroupKey(GroupKind.ROWS, key.name, key.arrays)
        most[own] = max(most.get(own, []), members, key=len)
    rows = Sample()
    rows.merged(sample)
    rows.merged(Sample(groups=most))
    return rows


def _seen_rows(sample: Sample) -> Iterator[tuple[GroupKey, list[Sample]]]:
    for key, members in sample.groups.items():
        if key.kind is GroupKind.SEEN_ROWS:
            yield key, members
    for _, event in _members(sample, *OF_EVENTS):
        yield from _seen_rows(event)


def _entities(sample: Sample, specs: Mapping[str, EntitySpec]) -> Mapping[str, tuple[Row, ...]]:
    entities: dict[str, tuple[Row, ...]] = {}
    for key, member in _members(sample, GroupKind.ROWS):
        spec = specs.get(key.name, _UNLISTED_ROW)
        properties = _object(member, SlotKind.PROPERTY, spec.properties)
        row = Row(properties, _entities(member, spec.entities))
        entities[key.name] = (*entities.get(key.name, ()), row)
    return entities


# --- values ---


class _Tree(dict[str, "Value | _Tree"]):
    """An object under construction; not a value, which other samples share."""


def _object(sample: Sample, kind: SlotKind, fields: Fields) -> Values:
    """The values of a kind, and what a schema requires beside them."""
    tree = _Tree()
    for slot, value in sample.values.items():
        if slot.kind is kind:
            _put(tree, split_path(slot.name), value)
    if kind is SlotKind.TRAIT:
        for key, members in sample.groups.items():
            if key.kind is GroupKind.ENTRIES:
                _put_entries(tree, split_path(key.name), [_entry(member) for member in members])
    values = {key: _grown(branch) for key, branch in tree.items()}
    return with_required(values, fields) if fields else values


def _entry(member: Sample) -> Value | None:
    """What an entry of a trait is: a value itself, or an object of values."""
    tree = _Tree()
    for slot, value in member.values.items():
        after = split_path(slot.name)
        _put(tree, ("entry", *after[after.index(EACH) + 1 :]), value)
    return _grown(tree["entry"]) if tree else None


def _put_entries(tree: _Tree, keys: tuple[str, ...], entries: Sequence[Value | None]) -> None:
    """The array of these entries; it takes the place of one of which only facts were known."""
    branch = _branch(tree, keys)
    present = tuple(entry for entry in entries if entry is not None)
    if present or keys[-1] in branch:
        branch[keys[-1]] = present


def _put(tree: _Tree, keys: tuple[str, ...], value: Value) -> None:
    branch = _branch(tree, keys)
    if keys[-1] in branch or not is_writable(value):
        raise Conflict
    branch[keys[-1]] = value


def _branch(tree: _Tree, keys: tuple[str, ...]) -> _Tree:
    """The object that holds the last key."""
    for key in keys[:-1]:
        branch = tree.setdefault(key, _Tree())
        if not isinstance(branch, _Tree):
            raise Conflict
        tree = branch
    return tree


def _grown(branch: Value | _Tree) -> Value:
    if not isinstance(branch, _Tree):
        return branch
    if EACH in branch:
        if len(branch) > 1:
            raise Conflict
        return (_grown(branch[EACH]),)
    return {key: _grown(inner) for key, inner in branch.items()}
