"""`prove`: how two queries relate on every database that their schema allows."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from itertools import count, islice, permutations
from typing import Final

from jurist.languages.sql.algebra.converting import converted
from jurist.languages.sql.algebra.nodes import Query, Select, SetOperation
from jurist.languages.sql.algebra.types import output_types
from jurist.languages.sql.algebra.walking import is_cut
from jurist.languages.sql.proving.comparing import Prover
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.symbols import Sameness, Solving
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.readings import Columns, Order, Readings, Rows, TextAndNumbers
from jurist.languages.sql.schemas.schema import Fact, SqlSchema
from jurist.languages.sql.text.collating import folded_schema
from jurist.records import Relation

_FIRST_OWN_SOURCE: Final = 1_000_000
"""Above all numbers that conversion gives to sources."""
_MOST_ARRANGEMENTS: Final = 24


@dataclass(frozen=True, slots=True)
class Proof:
    """What holds on every database that the schema allows."""

    relation: Relation
    facts: tuple[Fact, ...]
    """Those of the schema without which it was not proved."""
    by: str
    """How, in a few words."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A relation, and how it is attempted."""

    relation: Relation
    by: str
    holds: Callable[[Prover, Query, Query, Readings], bool]


def prove(
    reference: SqlQuery,
    candidate: SqlQuery,
    schema: SqlSchema,
    *,
    possible: Container[Relation] = frozenset(Relation),
) -> Proof | None:
    """How the reference relates to the candidate, where that can be proved.

    Args:
        reference: What is asked for.
        candidate: What is judged.
        schema: The tables, their facts, and the readings.
        possible: The relations that no database has ruled out yet: others are not tried.

    Raises:
        UnsupportedError: One of the queries has no meaning in the algebra; it says why.
        OutOfSteps: The steps that are left ended it.
    """
    left, right = converted(schema, reference, candidate)
    schema = folded_schema(schema)
    attempts = _Attempts(left, right, schema)
    for way in _WAYS:
        used = attempts.facts_for(way) if way.relation in possible else None
        if used is not None:
            return Proof(way.relation, attempts.needed(way, used), way.by)
    return None


class _Attempts:
    """Attempts at one pair."""

    def __init__(self, left: Query, right: Query, schema: SqlSchema) -> None:
        self._left = left
        self._arranged = list(_arrangements(left, right, schema.readings.columns))
        self._schema = schema
        self._solving = Solving()
        self._provers = [self._prover(frozenset()) for _ in self._arranged]

    def _prover(self, without: frozenset[Fact]) -> Prover:
        return Prover(Facts(self._schema, without), count(_FIRST_OWN_SOURCE), self._solving)

    def facts_for(self, way: _Way) -> tuple[Fact, ...] | None:
        """The facts that were consulted where the relation holds; `None`: it is not proved."""
        for prover, right in zip(self._provers, self._arranged, strict=True):
            if way.holds(prover, self._left, right, self._schema.readings):
                return tuple(prover.facts.used)
        return None

    def _without(self, way: _Way, without: frozenset[Fact]) -> tuple[Fact, ...] | None:
        for right in self._arranged:
            prover = self._prover(without)
            if way.holds(prover, self._left, right, self._schema.readings):
                return tuple(prover.facts.used)
        return None

    def needed(self, way: _Way, used: tuple[Fact, ...]) -> tuple[Fact, ...]:
        """Consulted facts of which none can be left out, tried once each."""
        if not used or self._without(way, frozenset(used)) is not None:
            return ()
        without = frozenset[Fact]()
        for fact in used:
            if fact in without:
                continue
            fewer = self._without(way, without | {fact})
            if fewer is not None:
                without |= {fact} | {other for other in used if other not in fewer}
        return tuple(fact for fact in used if fact not in without)


# --- columns --------------------------------------------------------------------------------


def _arrangements(left: Query, right: Query, reading: Columns) -> Iterator[Query]:
    """The candidate with its columns as the reading pairs them with the reference's."""
    wanted, given = len(left.outputs), len(right.outputs)
    if wanted == given:
        yield right
    if reading is Columns.BY_POSITION or wanted > given:
        return
    if wanted < given and reading is not Columns.EXTRA_ALLOWED:
        return
    kinds, own = output_types(left), output_types(right)
    orders = (
        order
        for order in permutations(range(given), wanted)
        if order != tuple(range(given))
        and all(kinds[place] is own[column] for place, column in enumerate(order))
    )
    for order in islice(orders, _MOST_ARRANGEMENTS):
        arranged = _arranged(right, order)
        if arranged is not None:
            yield arranged


def _arranged(query: Query, order: tuple[int, ...]) -> Query | None:
    """The query with only these of its columns, in this order."""
    if isinstance(query, Select):
        if query.distinct and len(order) < len(query.outputs):
            return None
        return replace(query, outputs=tuple(query.outputs[place] for place in order))
    if len(order) < len(query.outputs) and not query.all:
        return None
    names = [output.name for output in query.outputs]
    if query.order and [names[place] for place in order] != names:
        return None
    left, right = _arranged(query.left, order), _arranged(query.right, order)
    if left is None or right is None:
        return None
    return replace(query, left=left, right=right)


# --- relations ------------------------------------------------------------------------------


def _sameness(reference: Query, readings: Readings) -> Sameness:
    if readings.rows is Rows.SET and (not reference.order or readings.order is Order.IGNORED):
        return Sameness.SET
    if reference.order and readings.order is not Order.IGNORED:
        return Sameness.ORDERED
    return Sameness.BAG


def _equivalent(prover: Prover, left: Query, right: Query, readings: Readings) -> bool:
    sameness = _sameness(left, readings)
    if readings.order is Order.EXACT and bool(left.order) is not bool(right.order):
        return False
    return _same(prover, left, right, sameness)


def _same(prover: Prover, left: Query, right: Query, sameness: Sameness) -> bool:
    """Whether both permit the same; an order that is asked for must be asked for in both.

    Where one has no ORDER BY any more in its normal form, it has a single row, or the order of a
    subquery is no promise.
    """
    if sameness is Sameness.ORDERED and not right.order and not _has_one_row(prover, right):
        return False
    one, other = prover.normal(left, sameness), prover.normal(right, sameness)
    return prover.same(one, other, {}, sameness)


def _has_one_row(prover: Prover, query: Query) -> bool:
    if query.limit is not None and query.limit <= 1:
        return True
    one = prover.normal(query, Sameness.BAG)
    if isinstance(one, SetOperation):
        return False
    return one.group == () or (one.limit is not None and one.limit <= 1)


def _refines(prover: Prover, left: Query, right: Query, readings: Readings) -> bool:
    """The candidate sorts by the reference's keys, and further, or picks what comes first.

    Whatever order or cut it permits, the reference, which leaves more open, permits.
    """
    if readings.order is Order.IGNORED and left.limit is None:
        return False
    sameness = _sameness(left, readings)
    if sameness is Sameness.SET:
        return False
    if sameness is Sameness.ORDERED and not right.order:
        # the order of a subquery, which its normal form may have, is no promise
        return False
    one, other = prover.normal(left, Sameness.ORDERED), prover.normal(right, Sameness.ORDERED)
    if len(one.order) >= len(other.order) or not (is_cut(other) or one.order):
        return False
    coarser = replace(other, order=other.order[: len(one.order)])
    return prover.same(one, coarser, {}, sameness)


def _contains(prover: Prover, left: Query, right: Query, readings: Readings) -> bool:
    return _contained(prover, right, left, readings)


def _contained(prover: Prover, left: Query, right: Query, readings: Readings) -> bool:
    as_set = readings.rows is Rows.SET
    sameness = Sameness.SET if as_set else Sameness.BAG
    one, other = prover.normal(left, sameness), prover.normal(right, sameness)
    if len(one.outputs) != len(other.outputs):
        return False
    if as_set:
        return prover.contained(one, other, {})
    return prover.contained_bag(one, other, {})


def _disjoint(prover: Prover, left: Query, right: Query, readings: Readings) -> bool:
    loose = readings.text_and_numbers is TextAndNumbers.LOOSE or readings.round_to is not None
    if readings.columns is not Columns.BY_POSITION or loose:
        return False
    one, other = prover.normal(left, Sameness.SET), prover.normal(right, Sameness.SET)
    return len(one.outputs) == len(other.outputs) and prover.disjoint(one, other)


_WAYS: Final = (
    _Way(Relation.EQUIVALENT, "the same normal form, up to what z3 finds equal", _equivalent),
    _Way(Relation.REFINES, "the same but for a finer order", _refines),
    _Way(Relation.CONTAINS, "its conditions follow from the candidate's", _contains),
    _Way(Relation.CONTAINED, "the candidate's conditions follow from its own", _contained),
    _Way(Relation.DISJOINT, "no row fulfils the conditions of both", _disjoint),
)
