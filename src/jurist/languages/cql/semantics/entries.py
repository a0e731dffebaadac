"""Conditions on the entries of an array that is a trait: `trait('tags.$') = 'a'` (A11).

A profile has no stream whose items the entries could be. So such a condition holds where
some entry meets it, and a negative one where its positive form, which Segment documents as
its complement, holds for none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jurist.languages.cql.semantics.readings import NoneOfMissing, Readings
from jurist.languages.cql.semantics.values import EACH, Value, split_path, walk
from jurist.languages.cql.syntax import And, Comparison, Condition, Node, Not, Operator, Trait

_POSITIVE = {
    Operator.ABSENT: Operator.EXISTS,
    Operator.OMITS: Operator.CONTAINS,
    Operator.DIFFERS: Operator.EQUALS,
    Operator.NONE_OF: Operator.ONE_OF,
}
_NEEDS_AN_ENTRY = {Operator.DIFFERS, Operator.NONE_OF}


def names_entries(node: Node) -> bool:
    """Whether a node is a trait whose name goes into an array."""
    return isinstance(node, Trait) and EACH in split_path(node.name)[1:]


def positive_form(node: Comparison, readings: Readings) -> Condition:
    """A comparison of entries by comparisons that some entry has to meet."""
    positive = _POSITIVE.get(node.operator)
    if positive is None:
        return node
    none = Not(Comparison(node.left, positive, node.arguments, at=node.at))
    is_lax = node.operator is Operator.NONE_OF and readings.none_of_missing is NoneOfMissing.TRUE
    if node.operator not in _NEEDS_AN_ENTRY or is_lax:
        return none
    return And((Comparison(node.left, Operator.EXISTS, at=node.at), none))


def entries(value: Value | None, keys: Sequence[str]) -> Iterator[Value]:
    """What lies at the end of the keys in each entry of the arrays on the way."""
    if EACH not in keys:
        found = walk(value, keys)
        if found is not None:
            yield found
        return
    split = keys.index(EACH)
    array = walk(value, keys[:split])
    if isinstance(array, tuple):
        for entry in array:
            yield from entries(entry, keys[split + 1 :])
