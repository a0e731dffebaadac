r"""Arrays in names: `products.$.price` is of the entries of `products`.

A stream whose own conditions or reducer name an entry has one item for each entry (A7): all
names with the same array speak of the same entry, and two arrays give every pair. Where the
array is missing, empty, or not an array, there is one item, without the entry.

A profile has no stream whose items the entries could be. So a condition on `trait('tags.$')`
holds where some entry meets it, and a negative one where its positive form, which Segment
documents as its complement, holds for none (A11).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec.structs import replace

from jurist.languages.cql.operators import Cast, Operator
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import CustomerEvent, PerformedEvent, Row
from jurist.languages.cql.semantics.values import EACH, Value, Values, split_path, walk
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Context,
    Name,
    Node,
    Not,
    Property,
    Reduction,
    Trait,
)
from jurist.languages.cql.tree import holder_of, nodes
from jurist.languages.cql.tree import walk as walk_tree


@dataclass(frozen=True, slots=True)
class Array:
    """An array that is unrolled: `keys` to it, `$` included where it lies in another one."""

    keys: tuple[str, ...]
    in_context: bool


@dataclass(frozen=True, slots=True)
class Unrolled:
    """An item with one entry of each array that its stream unrolls."""

    properties: Values
    entries: tuple[Value | None, ...]
    context: Values = field(default_factory=dict[str, Value])
    time: int = 0
    entities: Mapping[str, tuple[Row, ...]] = field(default_factory=dict[str, "tuple[Row, ...]"])
    performer: Values | None = None
    """The traits of who performed it, where those of others are among the items."""


# --- items of a stream (A7) -------------------------------------------------------------------


@lru_cache(maxsize=1_024)  # the interpreter asks for each name that is read from the items
def unrolled_arrays(reduction: Reduction) -> tuple[Array, ...]:
    """The arrays that a reduction's stream unrolls, outer ones before those inside them."""
    every = nodes(reduction)
    names = [node.name for node in every if type(node) is Property or type(node) is Context]
    if not any(EACH in name for name in names):
        return ()  # as for most: sooner found than by a walk with scopes
    if reduction.cast is Cast.ARRAY:  # which reduces the array itself
        reduction = replace(reduction, value=None)
    arrays: set[Array] = set()
    for name in _names_of_items(reduction):
        arrays.update(arrays_on_path(name))
    return tuple(sorted(arrays, key=lambda array: (len(array.keys), array.in_context, array.keys)))


def arrays_on_path(name: Name) -> tuple[Array, ...]:
    """The arrays that a name goes into, outer ones before those inside them."""
    if EACH not in name.name:
        return ()  # as most
    keys, in_context = split_path(name.name), type(name) is Context
    return tuple(Array(keys[:i], in_context) for i in range(1, len(keys)) if keys[i] == EACH)


def _names_of_items(reduction: Reduction) -> Iterator[Property | Context]:
    """The names that are read from the items of a stream, as from parents of further ones too."""
    for node, scope in walk_tree(reduction):
        if type(node) is Property or type(node) is Context:
            holder = holder_of(node, scope)
            if holder is not None and holder.depth == 1:
                yield node


def reads_whole(reduction: Reduction, array: tuple[str, ...]) -> bool:
    """Whether a reduction reads an array of its items, or what holds it, as a whole.

    Beside a `$` that unrolls the same array this ties the entries to one another.
    """
    names = [
        name
        for name in _names_of_items(reduction)
        if not (isinstance(name, Property) and name.parent)
    ]
    paths = [split_path(name.name) for name in names]
    return any(array[: len(path)] == path for path in paths)


def unroll(item: CustomerEvent | Row, arrays: Sequence[Array]) -> list[Unrolled]:
    """One item for each combination of entries of the arrays."""
    combinations = _combinations(item, arrays)
    if isinstance(item, Row):
        return [
            Unrolled(item.properties, entries, entities=item.entities) for entries in combinations
        ]
    performer = item.performer if isinstance(item, PerformedEvent) else None
    return [
        Unrolled(item.properties, entries, item.context, item.time, performer=performer)
        for entries in combinations
    ]


def _combinations(
    item: CustomerEvent | Row, arrays: Sequence[Array]
) -> list[tuple[Value | None, ...]]:
    combinations: list[tuple[Value | None, ...]] = [()]
    for array in arrays:
        outer, keys = entry_of(array.keys, arrays, in_context=array.in_context)
        root = item.properties
        if array.in_context:
            root = None if isinstance(item, Row) else item.context
        longer: list[tuple[Value | None, ...]] = []
        for entries in combinations:
            content = walk(root if outer is None else entries[outer], keys)
            present = content if isinstance(content, tuple) and content else (None,)
            longer += [(*entries, entry) for entry in present]
        combinations = longer
    return combinations


def entry_of(
    keys: tuple[str, ...], arrays: Sequence[Array], *, in_context: bool
) -> tuple[int | None, tuple[str, ...]]:
    """The index of the array in whose entries a path ends, and the keys from there."""
    for i in range(len(keys) - 1, 0, -1):
        if keys[i] == EACH:
            return arrays.index(Array(keys[:i], in_context)), keys[i + 1 :]
    return None, keys


def whole_array(value: Value | None, keys: tuple[str, ...]) -> Value | None:
    """What lies at the end of the keys, as an array of what each entry on the way has there."""
    if EACH not in keys:
        return walk(value, keys)
    split = keys.index(EACH)
    array = walk(value, keys[:split])
    if not isinstance(array, tuple):
        return None
    parts = (whole_array(entry, keys[split + 1 :]) for entry in array)
    return tuple(part for part in parts if part is not None)


# --- traits (A11) -----------------------------------------------------------------------------


def names_entries(node: Node) -> bool:
    """Whether a node is a trait whose name goes into an array."""
    return type(node) is Trait and EACH in node.name and EACH in split_path(node.name)[1:]


def positive_form(node: Comparison, readings: Readings) -> Condition:
    """A comparison of entries by comparisons that some entry has to meet."""
    positive = node.operator.negated
    if positive is None or not node.operator.is_negative:
        return node
    none = Not(replace(node, operator=positive))
    if readings.holds_for_missing(node.operator):
        return none
    return And((replace(node, operator=Operator.EXISTS, arguments=()), none))


def entries(value: Value | None, keys: Sequence[str]) -> Iterator[Value]:
    """What lies at the end of the keys in each entry of the arrays on the way."""
    if EACH not in keys:
        content = walk(value, keys)
        if content is not None:
            yield content
        return
    split = keys.index(EACH)
    array = walk(value, keys[:split])
    if isinstance(array, tuple):
        for entry in array:
            yield from entries(entry, keys[split + 1 :])
