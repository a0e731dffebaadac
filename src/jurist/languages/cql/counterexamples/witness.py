"""Witnesses: subjects on which two queries differ, shrunk, replayed and told."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import chain

from jurist.languages.cql.counterexamples.constants import ACCOUNT, USER, Owner
from jurist.languages.cql.counterexamples.contradictions import contradiction
from jurist.languages.cql.counterexamples.shrinking import MOST_ROUNDS, MOST_TRIALS, shrink
from jurist.languages.cql.counterexamples.witness_sentence import (
    Focus,
    describe,
    owner_of_context,
)
from jurist.languages.cql.schemas.conformance import violations
from jurist.languages.cql.schemas.schema import (
    CqlSchema,
    Table,
    context_of,
    schema_of_pair,
    subject_type,
)
from jurist.languages.cql.schemas.typing import typed
from jurist.languages.cql.semantics.interpreter import compile_audience, compile_scalar
from jurist.languages.cql.semantics.subjects import (
    Account,
    Customer,
    Subject,
    json_value,
    subject_from_json,
    subject_to_json,
)
from jurist.languages.cql.semantics.values import TIMESTAMP, Value, moment_of, split_path
from jurist.languages.cql.syntax import (
    Between,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    Moment,
    Name,
    Property,
    Reduction,
    Text,
    Trait,
    Within,
)
from jurist.languages.cql.tree import Scope, holder_of, walk
from jurist.records import Witness

_USUAL_SIZE = 400
"""Nodes of two queries."""

_FEW_TRIALS = 400

"""What looks at which event comes before which."""

Evaluate = Callable[[Subject, int], "bool | Value | None"]


def is_audience(query: CqlQuery) -> bool:
    """Whether a query is a condition, not a computed trait."""
    return isinstance(query, Condition)


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
    schema = schema_of_pair(reference, candidate, schema)
    return known.of(typed(reference, schema), kind), known.of(typed(candidate, schema), kind)


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
        is_small: Whether the subject has little to spare, as what a proof found; it is then
            gone through once, and fewer smaller ones are tried.

    Raises:
        InternalContradiction: Where the queries agree on the subject, before or after.
    """
    of_reference, of_candidate = evaluators(reference, candidate, schema)
    first = of_reference(subject, now)
    if not is_different(first, of_candidate(subject, now)):
        raise contradiction(
            "a subject does not tell two queries apart", subject, now, reference, candidate, schema
        )
    audiences = is_audience(reference)

    def still_differs(smaller: Subject) -> bool:
        result = of_reference(smaller, now)
        if audiences and result != first:
            return False
        return is_different(result, of_candidate(smaller, now))

    focus, toil = _focus_and_toil(reference, candidate, type(subject))
    small = shrink(
        subject,
        now,
        still_differs,
        schema,
        most_trials=(_FEW_TRIALS if is_small else MOST_TRIALS) // toil,
        most_rounds=1 if is_small else MOST_ROUNDS,
    )
    document = subject_to_json(small, now)
    broken = next(violations(document, schema), "")
    if broken:
        message = f"a witness breaks its schema: {broken}"
        raise contradiction(message, small, now, reference, candidate, schema)
    read, read_now = subject_from_json(document)
    results = of_reference(read, read_now), of_candidate(read, read_now)
    if not is_different(*results):
        raise contradiction("a witness does not replay", small, now, reference, candidate, schema)
    kind = "account" if isinstance(small, Account) else "customer"
    story = describe(small, now, reference=results[0], candidate=results[1], focus=focus)
    return Witness(kind, document, _given(results[0]), _given(results[1]), story)


def _given(value: bool | Value | None) -> object:  # noqa: FBT001 - what a query gives
    return None if value is None else json_value(value)


def is_different(left: bool | Value | None, right: bool | Value | None) -> bool:  # noqa: FBT001
    """Whether two results differ; 5 and '5' do."""
    return left != right or isinstance(left, str) != isinstance(right, str)


@lru_cache(maxsize=1_024)
def _focus_and_toil(reference: CqlQuery, candidate: CqlQuery, kind: _Kind) -> tuple[Focus, int]:
    """What two queries look at; how many times the usual work it is to evaluate them."""
    size = deepest = 0
    dated = ordered = False
    named: set[tuple[Owner, str]] = set()
    aged: set[str] = set()
    for node, scope in chain(walk(reference), walk(candidate)):
        size += 1
        deepest = max(deepest, scope.depth)
        match node:
            case Context(name) if name == TIMESTAMP and isinstance(scope.source, Event):
                aged.add(scope.source.name)  # no field: every event has its time
            case Trait() | Property() | Context():
                named.add((_owner(node, scope, kind), split_path(node.name)[0]))
            case Within() | Between() if isinstance(scope.source, Event):
                if node.parent:
                    ordered = True
                else:
                    aged.add(scope.source.name)
            case Reduction():
                ordered |= isinstance(node.stream.source, Event) and node.reducer.is_end
            case Text():
                dated |= moment_of(node.value) is not None
            case Date() | Moment():
                dated = True
            case Comparison(arguments=(Duration(),)):  # a date of the subject, told from now
                dated |= not isinstance(node.left, Context)
            case _:
                pass
    focus = Focus(frozenset(named), dated, ordered, frozenset(aged))
    return focus, max(1, deepest, size // _USUAL_SIZE)


def _owner(name: Name, scope: Scope, kind: _Kind) -> Owner:
    if isinstance(name, Property):
        scope = holder_of(name, scope) or scope
    source = scope.source
    if isinstance(name, Trait) or source is None:
        return ACCOUNT if kind is Account and not scope.of_user else USER
    if isinstance(source, Entity):
        return (source.slug,)
    return owner_of_context(source.name) if isinstance(name, Context) else source.name
