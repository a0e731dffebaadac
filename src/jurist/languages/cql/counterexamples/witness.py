"""Witnesses: subjects on which two queries differ, shrunk, replayed and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from jurist.languages.cql.counterexamples.constants import ACCOUNT, USER, Owner
from jurist.languages.cql.counterexamples.contradictions import contradiction
from jurist.languages.cql.counterexamples.shrinking import MOST_ROUNDS, MOST_TRIALS, shrink
from jurist.languages.cql.counterexamples.witness_sentence import (
    Focus,
    describe,
    describe_values,
    owner_of_context,
)
from jurist.languages.cql.schemas.conformance import violations
from jurist.languages.cql.schemas.context import Table, context_of
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.customers import Account, Customer, Subject, Value
from jurist.languages.cql.semantics.interpreter import compile_audience, compile_scalar
from jurist.languages.cql.semantics.json_values import json_value
from jurist.languages.cql.semantics.subject_types import subject_type
from jurist.languages.cql.semantics.subjects import subject_from_json, subject_to_json
from jurist.languages.cql.semantics.values import moment_of, split_path
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Date,
    Entity,
    Event,
    Junction,
    Moment,
    Name,
    Not,
    Or,
    Property,
    Reducer,
    Reduction,
    Text,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.tree import Scope, walk
from jurist.records import Witness

_USUAL_SIZE = 400
"""Nodes of two queries."""

_FEW_TRIALS = 400

_ORDERED = frozenset({Reducer.FIRST, Reducer.LAST})
"""What looks at which event comes before which."""

Evaluate = Callable[[Subject, int], "bool | Value | None"]


def is_audience(query: CqlQuery) -> bool:
    """Whether a query is a condition, not a computed trait."""
    return isinstance(query, And | Or | Not | Comparison | AnyUser | AllUsers)


def evaluators(
    reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema
) -> tuple[Evaluate, Evaluate]:
    """Both queries compiled for the same kind of subject.

    Raises:
        TypeError: Where one is an audience and the other a computed trait.
    """
    if is_audience(reference) != is_audience(candidate):
        msg = "an audience and a computed trait cannot be compared"
        raise TypeError(msg)
    kind = subject_type(schema, reference, candidate)
    known = context_of(schema).get(_Evaluators)
    return known.of(reference, kind), known.of(candidate, kind)


_Kind = type[Customer] | type[Account]
_MOST_KNOWN = 512


class _Evaluators:
    """A reference is compiled once for all its candidates and all arms."""

    def __init__(self, schema: CqlSchema) -> None:
        self._readings = schema.readings
        self._known = Table[tuple[CqlQuery, _Kind], Evaluate](_MOST_KNOWN)

    def of(self, query: CqlQuery, kind: _Kind) -> Evaluate:
        return self._known.get((query, kind), self._compiled)

    def _compiled(self, of: tuple[CqlQuery, _Kind]) -> Evaluate:
        query, kind = of
        if isinstance(query, Condition):
            return compile_audience(query, self._readings, kind)
        return compile_scalar(query, self._readings, kind)


def replayed_witness(
    subject: Subject,
    now: int,
    reference: CqlQuery,
    candidate: CqlQuery,
    schema: CqlSchema,
    *,
    compiled: tuple[Evaluate, Evaluate] | None = None,
    is_small: bool = False,
) -> Witness:
    """The smallest form of a subject that the queries tell apart, with its story.

    The result is written as JSON, read back and evaluated; what each query then gives is
    part of it.

    Args:
        subject: Whom the queries tell apart.
        now: The moment of evaluation, in milliseconds since 1970 UTC.
        reference: The one query.
        candidate: The other.
        schema: What a legal subject must have, and the readings.
        compiled: What `evaluators` gave for the two queries, where it was asked before.
        is_small: Whether the subject has little to spare, as what a proof found; it is then
            gone through once, and fewer smaller ones are tried.

    Raises:
        InternalContradiction: Where the queries agree on the subject, before or after.
    """
    of_reference, of_candidate = compiled or evaluators(reference, candidate, schema)
    first, second = of_reference(subject, now), of_candidate(subject, now)
    if not is_different(first, second):
        raise contradiction(
            "a subject does not tell two queries apart", subject, now, reference, candidate, schema
        )
    audiences = is_audience(reference)

    def still_differs(smaller: Subject) -> bool:
        one = of_reference(smaller, now)
        if not audiences:
            return is_different(one, of_candidate(smaller, now))
        return one == first and of_candidate(smaller, now) == second

    small = shrink(
        subject,
        now,
        still_differs,
        schema,
        most_trials=(_FEW_TRIALS if is_small else MOST_TRIALS) // _toil(reference, candidate),
        most_rounds=1 if is_small else MOST_ROUNDS,
    )
    document = subject_to_json(small, now)
    broken = next(violations(document, schema), "")
    if broken:
        message = f"a witness breaks its schema: {broken}"
        raise contradiction(message, small, now, reference, candidate, schema)
    read, read_now = subject_from_json(document)
    one, other = of_reference(read, read_now), of_candidate(read, read_now)
    if not is_different(one, other):
        raise contradiction("a witness does not replay", small, now, reference, candidate, schema)
    kind = "account" if isinstance(small, Account) else "customer"
    focus = _focus_of(reference, candidate, type(small))
    if isinstance(one, bool) and isinstance(other, bool):
        story = describe(small, now, in_reference=one, in_candidate=other, focus=focus)
        return Witness(kind, document, one, other, story)
    story = describe_values(small, now, one, other, focus=focus)
    return Witness(kind, document, _given(one), _given(other), story)


def _given(value: Value | None) -> object:
    return None if value is None else json_value(value)


def is_different(one: bool | Value | None, other: bool | Value | None) -> bool:  # noqa: FBT001
    """Whether two results differ; 5 and '5' do."""
    return one != other or isinstance(one, str) != isinstance(other, str)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a witness's story and size depend on, of one query."""

    size: int
    depth: int
    """How many streams are around its innermost node."""
    dated: bool
    ordered: bool
    aged: frozenset[str]


@lru_cache(maxsize=1_024)
def _look_of(query: CqlQuery) -> _Look:
    size = deepest = 0
    dated = ordered = False
    aged: set[str] = set()
    waiting: list[tuple[CqlQuery, int]] = [(query, 0)]
    while waiting:
        node, depth = waiting.pop()
        size += 1
        if isinstance(node, Comparison):
            size += len(node.arguments)
            dated = dated or _names_a_date(node)
            if isinstance(node.left, Reduction):
                waiting.append((node.left, depth))
            else:
                size += 1
        elif isinstance(node, Reduction):
            filters = node.stream.filters
            windows = [one for one in filters if isinstance(one, Within | Between)]
            if isinstance(node.stream.source, Event):
                ordered |= node.reducer in _ORDERED or any(one.parent for one in windows)
                if any(not one.parent for one in windows):
                    aged.add(node.stream.source.name)
            size += len(filters) + 1 + (node.value is not None)
            deepest = max(deepest, depth + 1 if filters or node.value is not None else depth)
            waiting += [(one.condition, depth + 1) for one in filters if isinstance(one, Where)]
        elif isinstance(node, Junction):
            waiting += [(operand, depth) for operand in node.operands]
        elif isinstance(node, Not | AnyUser | AllUsers):
            waiting.append((node.operand, depth))
    return _Look(size, deepest, dated, ordered, frozenset(aged))


def _focus_of(reference: CqlQuery, candidate: CqlQuery, kind: _Kind) -> Focus:
    looks = _look_of(reference), _look_of(candidate)
    return Focus(
        named=_named(reference, kind) | _named(candidate, kind),
        dated=any(look.dated for look in looks),
        ordered=any(look.ordered for look in looks),
        aged=looks[0].aged | looks[1].aged,
    )


@lru_cache(maxsize=1_024)
def _named(query: CqlQuery, kind: _Kind) -> frozenset[tuple[Owner, str]]:
    """Each field that a query names, with its owner, as `Focus` has them."""
    return frozenset(
        (_owner(node, scope, kind), split_path(node.name)[0])
        for node, scope in walk(query)
        if isinstance(node, Name)
    )


def _owner(name: Name, scope: Scope, kind: _Kind) -> Owner:
    if isinstance(name, Property) and name.parent:
        scope = scope.enclosing_event or scope
    source = scope.source
    if isinstance(name, Trait) or source is None:
        return ACCOUNT if kind is Account and not scope.of_user else USER
    if isinstance(source, Entity):
        return (source.slug,)
    return owner_of_context(source.name) if isinstance(name, Context) else source.name


def _toil(*queries: CqlQuery) -> int:
    """How many times the usual work it is to evaluate them, at least 1."""
    looks = [_look_of(query) for query in queries]
    return max(1, *(look.depth for look in looks), sum(look.size for look in looks) // _USUAL_SIZE)


def _names_a_date(node: Comparison) -> bool:
    for argument in node.arguments:
        if isinstance(argument, Text):
            if moment_of(argument.value) is not None:
                return True
        elif isinstance(argument, Date | Moment):
            return True
    return False
