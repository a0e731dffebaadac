"""What two queries have in common, part by part: sources, conditions, keys, outputs, order, limit.

A measure for scores and sentences, no proof: it may call alike what differs, and the other way.
IN, EXISTS and joins of the same tables give the same parts, and a column's place or a source's
number is no part of any.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from jurist.errors import UnsupportedError
from jurist.languages.conditions import Part, SideBySide, side_by_side
from jurist.languages.effort import OutOfSteps
from jurist.languages.sql.algebra.converting import converted
from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    And,
    Collects,
    Combines,
    Compares,
    Comparison,
    Constant,
    Exists,
    Expression,
    In,
    IsNull,
    IsTrue,
    Join,
    Not,
    Or,
    Query,
    Scalar,
    Select,
    SetOperation,
    SortKey,
    Source,
)
from jurist.languages.sql.algebra.texts import Names, first_select, named, text
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.records import Edge

_ABOUT: Final = {
    Compares.LT: "below",
    Compares.LE: "below",
    Compares.GT: "above",
    Compares.GE: "above",
}
"""What two bounds have in common that differ at their own value alone."""
_OTHER_SIDE: Final = {"below": "above", "above": "below"}


def compared(reference: SqlQuery, candidate: SqlQuery, schema: SqlSchema) -> SideBySide | None:
    """The parts of two queries beside each other.

    `None` where the algebra has not all of them, or the steps that are left do not suffice: a
    difference that was found needs them no more.
    """
    try:
        left, right = converted(schema, reference, candidate)
    except (UnsupportedError, OutOfSteps):
        return None
    return side_by_side(parts(left), parts(right))


def parts(query: Query) -> frozenset[Part]:
    """What a query is made of."""
    return frozenset(_query(query, _Inside({})))


@dataclass(frozen=True, slots=True)
class _Inside:
    """Where a part stands."""

    names: Names
    """What the numbers of sources stand for, those around it among them."""
    role: str = ""
    """What it says of rows that are not wanted: `NOT EXISTS`."""

    def part(self, words: str, edge: Edge | None = None) -> Part:
        return Part(f"{self.role} ({words})" if self.role else words, edge)

    def shared(self, words: str) -> Part:
        """A part that only counts."""
        return replace(self.part(words), counts_only=True)


def _query(query: Query, inside: _Inside) -> Iterator[Part]:
    if isinstance(query, SetOperation):
        yield from _set_operation(query, inside)
        return
    inside = replace(inside, names=named(query, inside.names))
    for source in query.sources:
        yield from _source(source, inside)
    for condition in query.where:
        yield from _condition(condition, inside)
    for key in query.group or ():
        yield inside.part(f"GROUP BY {text(key, inside.names)}")
    for condition in query.having:
        yield from _condition(condition, inside)
    for output in query.outputs:
        yield from _output(output.value, inside)
    if query.distinct:
        yield inside.part("DISTINCT")
    yield from _arranged(query, inside)


def _set_operation(query: SetOperation, inside: _Inside) -> Iterator[Part]:
    yield inside.part(f"{query.combines.upper()}{' ALL' if query.all else ''}")
    yield from _query(query.left, inside)
    right = replace(inside, role="EXCEPT") if query.combines is Combines.EXCEPT else inside
    yield from _query(query.right, right)
    yield from _arranged(query, inside)


def _arranged(query: Query, inside: _Inside) -> Iterator[Part]:
    for key in query.order:
        yield inside.shared(f"sorted by {text(key.value, inside.names)}")
        yield inside.part(_sorted(key, inside))
    if query.limit is not None:
        yield inside.shared("LIMIT")
        yield inside.part(f"LIMIT {query.limit}")
    if query.offset:
        yield inside.part(f"OFFSET {query.offset}")


def _sorted(key: SortKey, inside: _Inside) -> str:
    return f"ORDER BY {text(key.value, inside.names)}{' DESC' if key.descending else ''}"


def _source(source: Source, inside: _Inside) -> Iterator[Part]:
    name = inside.names[source.id]
    if isinstance(source.of, str):
        yield inside.part(f"FROM {name}")
    else:
        yield from _within(source.of, inside)
    if source.join is not Join.INNER:
        label = name if isinstance(name, str) else "a subquery"
        yield inside.part(f"rows without {label}", Edge.UNMATCHED)
    for condition in source.on:
        yield from _condition(condition, inside)


def _within(query: Query, inside: _Inside) -> Iterator[Part]:
    """A subquery's parts but its outputs, which show where they are used."""
    if isinstance(query, Select):
        query = replace(query, outputs=())
    yield from _query(query, inside)


def _output(value: Expression, inside: _Inside) -> Iterator[Part]:
    exact, counted = text(value, inside.names), text(_of_rows(value), inside.names)
    yield inside.part(f"SELECT {counted}")
    if exact != counted:
        yield inside.part(f"SELECT {exact}", Edge.MISSING)
    if isinstance(value, Scalar):
        yield from _query(value.query, inside)


def _of_rows(value: Expression) -> Expression:
    """The count of a column as that of the rows: missing values alone tell them apart."""
    if isinstance(value, Aggregate) and value.collects is Collects.COUNT and not value.distinct:
        return replace(value, argument=None)
    return value


# --- conditions -----------------------------------------------------------------------------


def _condition(condition: Expression, inside: _Inside) -> Iterator[Part]:
    match _plain(condition):
        case And(operands):
            for part in operands:
                yield from _condition(part, inside)
        case IsTrue(part):
            yield from _condition(part, inside)
        case Not(IsNull() as part):
            yield inside.part(f"NOT {text(part, inside.names)}", Edge.MISSING)
        case Not(In() | Exists() as part):
            yield from _condition(part, replace(inside, role=f"{inside.role} NOT EXISTS".strip()))
        case Or(operands):
            yield from _alternatives(operands, inside)
        case Comparison() as comparison:
            yield from _comparison(comparison, inside)
        case In(values, query):
            names = named(first_select(query), inside.names)
            for value, output in zip(values, query.outputs, strict=False):
                yield inside.part(text(Comparison(Compares.EQ, value, output.value), names))
            yield from _within(query, inside)
        case Exists(query):
            yield from _within(query, inside)
        case other:
            yield inside.part(text(other, inside.names))


def _plain(condition: Expression) -> Expression:
    """The condition with NOT no further out than it must be: true of the same rows."""
    match condition:
        case And(parts) | Or(parts):
            return type(condition)(tuple(map(_plain, parts)))
        case Not(Not(part)):
            return _plain(part)
        case Not(Comparison(compares, left, right)):
            return Comparison(compares.opposite, left, right)
        case Not(And(parts)):
            return Or(tuple(_plain(Not(part)) for part in parts))
        case Not(Or(parts)):
            return And(tuple(_plain(Not(part)) for part in parts))
        case _:
            return condition


def _alternatives(operands: tuple[Expression, ...], inside: _Inside) -> Iterator[Part]:
    """A missing value as one of several alternatives is an edge."""
    rest = [each for each in operands if not isinstance(each, IsNull)]
    if rest and len(rest) < len(operands):
        for each in operands:
            if isinstance(each, IsNull):
                yield inside.part(f"OR {text(each, inside.names)}", Edge.MISSING)
        yield from _alternatives(tuple(rest), inside)
    elif len(rest) == 1:
        yield from _condition(rest[0], inside)
    else:
        yield inside.part(text(Or(operands), inside.names))
        for operand in operands:
            yield from (inside.shared(each.text) for each in _condition(operand, inside))


def _comparison(condition: Comparison, inside: _Inside) -> Iterator[Part]:
    written = text(condition, inside.names)
    left, right = _of_rows(condition.left), _of_rows(condition.right)
    for side in (left, right):
        if isinstance(side, Scalar):
            yield from _query(side.query, inside)
    about = _ABOUT.get(condition.compares)
    if isinstance(left, Constant):
        left, right, about = right, left, _OTHER_SIDE.get(about or "")
    if about and isinstance(right, Constant):
        yield inside.shared(f"{text(left, inside.names)} {about} {text(right, inside.names)}")
        yield inside.part(written, Edge.BOUND)
    else:
        yield inside.part(written)
    if isinstance(right, Constant):
        yield inside.shared(f"compares {text(left, inside.names)}")
