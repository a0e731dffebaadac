"""Reading properties and context of the item at hand, with `.$` unrolled (A7).

A stream whose own conditions or reducer name an entry of an array (`products.$.price`)
has one item for each entry: all names with the same array speak of the same entry, and
two arrays give every pair. Where the array is missing, empty, or not an array, there
is one item, without the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jurist.languages.cql.semantics.subjects import CustomerEvent, Row
from jurist.languages.cql.semantics.values import (
    EACH,
    TIMESTAMP,
    Value,
    Values,
    moment_text,
    split_path,
    walk,
)
from jurist.languages.cql.syntax import (
    Between,
    Cast,
    Comparison,
    Context,
    Entity,
    Event,
    Filter,
    Junction,
    Name,
    Operand,
    Property,
    Reduction,
    Scalar,
    Stream,
    Where,
    Within,
)

Item = Any
"""An `CustomerEvent`, a `Row` or an `Unrolled` one: the compiler knows which, so that the
compiled functions, which run for every event, need not ask."""
Read = Callable[[Item], Value | None]


@dataclass(frozen=True, slots=True)
class Array:
    """An array that is unrolled: `keys` to it, `$` included where it lies in another one."""

    keys: tuple[str, ...]
    in_context: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """What a `where` is about: its stream's source, and the scope around it."""

    source: Event | Entity
    arrays: tuple[Array, ...] = ()
    """Those that are unrolled, outer ones before those inside them."""
    enclosing: Scope | None = None

    @property
    def parent_event(self) -> Scope | None:
        """The scope of the nearest event that encloses this scope's items (U9)."""
        scope = self.enclosing
        while scope is not None and scope.of_rows:
            scope = scope.enclosing
        return scope

    @property
    def of_rows(self) -> bool:
        """Whether the items are rows of an entity, which have no time."""
        return isinstance(self.source, Entity)


@dataclass(frozen=True, slots=True)
class Unrolled:
    """An item with one entry of each array that its scope unrolls."""

    properties: Values
    entries: tuple[Value | None, ...]
    context: Values = field(default_factory=dict[str, Value])
    time: int = 0
    entities: Mapping[str, tuple[Row, ...]] = field(default_factory=dict[str, "tuple[Row, ...]"])


def scope_of(
    stream: Stream, enclosing: Scope | None, reduced: Property | Context | None, cast: Cast | None
) -> Scope:
    """The scope of a stream's items; `reduced` and `cast` are its reducer's."""
    if not may_unroll(stream, reduced):
        return Scope(stream.source, (), enclosing)
    names = [name for part in stream.filters for name in _names_in(part)]
    if isinstance(stream.source, Event):
        names += [Property(name.name) for part in stream.filters for name in _read_inside(part)]
    if reduced is not None and cast is not Cast.ARRAY:
        names.append(reduced)
    arrays: dict[Array, None] = {}
    for name in names:
        if EACH not in name.name:
            continue
        keys = split_path(name.name)
        for i, key in enumerate(keys):
            if key == EACH and i > 0:
                arrays[Array(keys[:i], isinstance(name, Context))] = None
    ordered = sorted(arrays, key=lambda array: (len(array.keys), array.in_context, array.keys))
    return Scope(stream.source, tuple(ordered), enclosing)


def may_unroll(stream: Stream, reduced: Property | Context | None) -> bool:
    """Whether a `$` is in a name of a stream or of one inside it, as in few of them."""
    if reduced is not None and EACH in reduced.name:
        return True
    for part in stream.filters:
        if isinstance(part, Where):
            for side in _sides(part):
                if isinstance(side, Reduction):
                    if may_unroll(side.stream, side.value):
                        return True
                elif isinstance(side, Name) and EACH in side.name:
                    return True
    return False


def reads_whole(stream: Stream, reduced: Property | Context | None, array: tuple[str, ...]) -> bool:
    """Whether a stream reads an array, or what holds it, as a whole.

    Beside a `$` that unrolls the same array this ties the entries to one another.
    """
    names = [name for part in stream.filters for name in _names_in(part)]
    if reduced is not None:
        names.append(reduced)
    paths = [split_path(name.name) for name in names]
    return any(array[: len(path)] == path for path in paths)


def _names_in(part: Filter) -> Iterator[Property | Context]:
    """The names in a filter that are read from the items of its own stream."""
    for side in _sides(part):
        if isinstance(side, Context) or (isinstance(side, Property) and not side.parent):
            yield side


def _read_inside(part: Filter) -> Iterator[Property]:
    """The `parent` names in nested streams whose enclosing event is this filter's event."""
    for side in _sides(part):
        if isinstance(side, Reduction):
            for inner in side.stream.filters:
                yield from (
                    name for name in _sides(inner) if isinstance(name, Property) and name.parent
                )
                if isinstance(side.stream.source, Entity):
                    yield from _read_inside(inner)


def _sides(part: Filter) -> Iterator[Scalar | Operand]:
    """What the comparisons of a filter compare, without what is in nested streams."""
    waiting = [part.condition] if isinstance(part, Where) else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, Comparison):
            yield node.left
            yield from node.arguments
        elif isinstance(node, Junction):
            waiting += node.operands
        else:
            waiting.append(node.operand)


def is_apart(stream: Stream, scope: Scope) -> bool:
    """Whether a stream in a `where` of this scope is the same for each of its items."""
    if isinstance(stream.source, Entity):
        return not scope.of_rows and not any(map(_speaks_of_a_parent, _all_parts(stream)))
    return not any(
        _speaks_of_a_parent(part) for own in stream.filters for part in (own, *_sides(own))
    )


def _all_parts(stream: Stream) -> Iterator[Filter | Scalar | Operand]:
    for own in stream.filters:
        yield own
        for side in _sides(own):
            yield side
            if isinstance(side, Reduction):
                yield from _all_parts(side.stream)


def _speaks_of_a_parent(part: Filter | Scalar | Operand) -> bool:
    return isinstance(part, Within | Between | Property) and part.parent


def unroll(item: CustomerEvent | Row, scope: Scope) -> list[Unrolled]:
    """One item for each combination of entries of the scope's arrays."""
    combinations = _entries(item, scope.arrays)
    if isinstance(item, Row):
        return [
            Unrolled(item.properties, entries, entities=item.entities) for entries in combinations
        ]
    return [Unrolled(item.properties, entries, item.context, item.time) for entries in combinations]


def _entries(item: CustomerEvent | Row, arrays: Sequence[Array]) -> list[tuple[Value | None, ...]]:
    combinations: list[tuple[Value | None, ...]] = [()]
    for array in arrays:
        outer, keys = _outermost(array, arrays)
        root = _root(item, in_context=array.in_context)
        longer: list[tuple[Value | None, ...]] = []
        for entries in combinations:
            content = walk(root if outer is None else entries[outer], keys)
            present = content if isinstance(content, tuple) and content else (None,)
            longer += [(*entries, entry) for entry in present]
        combinations = longer
    return combinations


def _root(item: CustomerEvent | Row, *, in_context: bool) -> Values | None:
    if not in_context:
        return item.properties
    return None if isinstance(item, Row) else item.context


def _outermost(array: Array, arrays: Sequence[Array]) -> tuple[int | None, tuple[str, ...]]:
    """The index of the array whose entries this one lies in, and the keys from there."""
    for i in range(len(array.keys) - 1, 0, -1):
        if array.keys[i] == EACH:
            around = Array(array.keys[:i], array.in_context)
            return arrays.index(around), array.keys[i + 1 :]
    return None, array.keys


def reader(name: Property | Context, scope: Scope | None) -> Read:
    """A function that reads a name from an item of the scope; nothing is there without one."""
    if scope is None:
        return _nothing
    if isinstance(name, Context) and scope.of_rows:
        return _nothing
    if isinstance(name, Context) and name.name == TIMESTAMP:
        return _timestamp
    keys = split_path(name.name)
    if EACH in keys[1:]:
        return _entry_reader(keys, scope, in_context=isinstance(name, Context))
    if isinstance(name, Context):
        return lambda item: walk(item.context, keys)
    if len(keys) == 1:
        key = keys[0]
        return lambda item: item.properties.get(key)
    return lambda item: walk(item.properties, keys)


def array_reader(name: Property | Context, scope: Scope) -> Read:
    """Like `reader`, but `a.$.b` is the whole array of all `b` (a reducer's `as array`)."""
    keys = split_path(name.name)
    if EACH not in keys[1:]:
        return reader(name, scope)
    if isinstance(name, Context):
        return lambda item: None if scope.of_rows else _gather(item.context, keys)
    return lambda item: _gather(item.properties, keys)


def _gather(value: Value | None, keys: tuple[str, ...]) -> Value | None:
    if EACH not in keys:
        return walk(value, keys)
    split = keys.index(EACH)
    array = walk(value, keys[:split])
    if not isinstance(array, tuple):
        return None
    found = (_gather(entry, keys[split + 1 :]) for entry in array)
    return tuple(entry for entry in found if entry is not None)


def _entry_reader(keys: tuple[str, ...], scope: Scope, *, in_context: bool) -> Read:
    last = len(keys) - 1 - keys[::-1].index(EACH)
    index = scope.arrays.index(Array(keys[:last], in_context))
    rest = keys[last + 1 :]
    return lambda item: walk(item.entries[index], rest)


def _nothing(_item: Item) -> None:
    return None


def _timestamp(item: Item) -> Value:
    return moment_text(item.time)
