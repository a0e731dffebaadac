"""What a name reads of an item by the naive second reading, and the arrays it goes into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from json_documents import Json
from jurist.languages.cql.semantics.subjects import CustomerEvent, Row
from jurist.languages.cql.semantics.values import Value, Values
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Cast,
    Comparison,
    Condition,
    Context,
    Not,
    Or,
    Property,
    Reduction,
    Stream,
    Where,
)
from oracle_facts import keys_of
from oracle_values import Found, iso


@dataclass(frozen=True)
class At:
    """An item at hand: what it is, the entries bound to its arrays, what is around it."""

    item: CustomerEvent | Row
    bound: Mapping[tuple[bool, tuple[str, ...]], Value | None] = field(
        default_factory=dict[tuple[bool, tuple[str, ...]], "Value | None"]
    )
    around: At | None = None
    facts: Json = field(default_factory=dict[str, object])
    """What the schema says of the event or relationship."""
    performer: Values = field(default_factory=dict[str, Value])
    """The traits of the user whose event it is."""

    def parent_event(self) -> At | None:
        """The nearest event around."""
        at = self.around
        while at is not None and isinstance(at.item, Row):
            at = at.around
        return at


def inside(value: Found, keys: tuple[str, ...]) -> Value | None:
    if isinstance(value, Fraction):
        return None
    if not keys:
        return value
    return inside(value.get(keys[0]), keys[1:]) if isinstance(value, Mapping) else None


def read(name: Property | Context, at: At | None) -> Value | None:
    if at is None or (isinstance(name, Context) and isinstance(at.item, Row)):
        return None
    keys = keys_of(name.name)
    if isinstance(name, Context) and keys == ("timestamp",):
        assert isinstance(at.item, CustomerEvent)
        return iso(at.item.time)
    if "$" in keys[1:]:
        last = max(i for i, k in enumerate(keys) if k == "$")
        return inside(at.bound[isinstance(name, Context), keys[:last]], keys[last + 1 :])
    return inside(body(name, at.item), keys)


def whole(name: Property | Context, at: At) -> Value | None:
    keys = keys_of(name.name)
    if "$" not in keys:
        return read(name, at)
    if isinstance(name, Context) and isinstance(at.item, Row):
        return None
    i = keys.index("$")
    array = inside(body(name, at.item), keys[:i])
    if not isinstance(array, tuple):
        return None
    assert "$" not in keys[i + 1 :]
    return tuple(v for e in array if (v := inside(e, keys[i + 1 :])) is not None)


def body(name: Property | Context, item: CustomerEvent | Row) -> Mapping[str, Value]:
    if isinstance(name, Property):
        return item.properties
    return {} if isinstance(item, Row) else item.context


def arrays(query: Reduction) -> list[tuple[bool, tuple[str, ...]]]:
    names = list(own_names(query.stream))
    if isinstance(query.value, Property | Context) and query.cast is not Cast.ARRAY:
        names.append(query.value)
    found = {
        (isinstance(name, Context), keys[:i])
        for name in names
        for keys in [keys_of(name.name)]
        for i in range(1, len(keys))
        if keys[i] == "$"
    }
    return sorted(found, key=lambda a: len(a[1]))


def parent_of(at: At | None) -> At | None:
    """What `property(parent: ...)` reads: the item immediately around."""
    return None if at is None else at.around


def own_names(stream: Stream) -> Iterator[Property | Context]:
    for part in stream.filters:
        if isinstance(part, Where):
            for depth, name in names(part.condition):
                # A parent's name is read from the item around the name's own stream.
                is_parents = isinstance(name, Property) and name.parent
                if depth == int(is_parents):
                    yield name


def names(condition: Condition, depth: int = 0) -> Iterator[tuple[int, Property | Context]]:
    """Each name with how many streams are around it."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from names(part, depth)
        case Not(part) | AnyUser(part) | AllUsers(part):
            yield from names(part, depth)
        case Comparison(left, _, arguments):
            for side in (left, *arguments):
                if isinstance(side, Property | Context):
                    yield depth, side
                elif isinstance(side, Reduction):
                    for part in side.stream.filters:
                        if isinstance(part, Where):
                            yield from names(part.condition, depth + 1)


def bindings(
    item: CustomerEvent | Row, wanted: list[tuple[bool, tuple[str, ...]]]
) -> Iterator[dict[tuple[bool, tuple[str, ...]], Value | None]]:
    if not wanted:
        yield {}
        return
    *before, (in_context, keys) = wanted
    for bound in bindings(item, before):
        if "$" in keys:
            last = max(i for i, k in enumerate(keys) if k == "$")
            array = inside(bound[in_context, keys[:last]], keys[last + 1 :])
        else:
            array = inside(body(Context("") if in_context else Property(""), item), keys)
        entries = array if isinstance(array, tuple) and array else (None,)
        for entry in entries:
            yield {**bound, (in_context, keys): entry}
