"""`decide`: evidence about a pair, with replayed witnesses, from a cache where it is known.

What is proved is how the normal forms relate: they mean the same, have fewer conditions,
and are alike for many spellings, which then share one cached answer. Witnesses are replayed
on the queries as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache, partial
from time import perf_counter

from msgspec.structs import replace as replace_node

from jurist.languages.cql.counterexamples.witness import replayed_witness
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.normal_form.simplification import NOBODY
from jurist.languages.cql.operators import Coercion, Group
from jurist.languages.cql.prover.context import FastPath, is_on
from jurist.languages.cql.prover.emptiness import contradicting
from jurist.languages.cql.prover.exploration import (
    NOT_ASKED,
    Exploration,
    Pair,
    Part,
    ProverContext,
)
from jurist.languages.cql.prover.limits import (
    LARGEST_NUMBER,
    LONGEST_TEXT,
    MOST_ARGUMENTS,
    MOST_DIGITS,
    OUT_OF_STEPS,
)
from jurist.languages.cql.prover.scalars import compare_scalars
from jurist.languages.cql.schemas.schema import (
    NUMERIC,
    CqlSchema,
    Kind,
    context_of,
    find_field,
    schema_of_pair,
    subject_type,
)
from jurist.languages.cql.schemas.typing import typed
from jurist.languages.cql.semantics.arrays import names_entries
from jurist.languages.cql.semantics.subjects import Customer
from jurist.languages.cql.semantics.values import Atom, as_number, read_number, text_of
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Constant,
    CqlQuery,
    Name,
    Node,
    Number,
    Operator,
    Or,
    Scalar,
    Text,
    Trait,
)
from jurist.languages.cql.tree import Scope, is_column, transform_scoped, walk, with_children
from jurist.languages.effort import STEPS, OutOfSteps, limited, renew
from jurist.languages.reasons import kind_is_open
from jurist.records import SIDES, Evidence, Method, Relation, Side


def decide(
    reference: CqlQuery,
    candidate: CqlQuery,
    schema: CqlSchema,
    *,
    steps: int = STEPS,
    cause: Callable[[Sequence[Condition]], str] | None = None,
) -> Evidence:
    """How the reference's subjects relate to the candidate's, for every possible subject.

    Args:
        reference: An audience or a computed trait.
        candidate: Another one of the same kind.
        schema: Facts and readings that the proof may use; they are listed with it.
        steps: Of work on the pair as a whole.
        cause: Words for the conditions of a query, perhaps none, for which it has no members;
            without it they are not looked for.

    Returns:
        Evidence by proof: a relation with a replayed witness for each side that differs,
        or undecided with the reason.

    Raises:
        InternalContradiction: Where a subject that the proof found does not replay.
        StoppedByClock: Where the clock ends what its steps did not.
    """
    beyond = _out_of_bounds(reference) or _out_of_bounds(candidate)
    if beyond:
        return _undecided(f"not tried: {beyond}", schema, Method.NONE)
    schema = schema_of_pair(reference, candidate, schema)
    reference, candidate = typed(reference, schema), typed(candidate, schema)
    context = context_of(schema).get(ProverContext)
    pair = Pair(reference, candidate, context, subject_type(schema, reference, candidate))
    with context.resources.proof(), limited(steps):
        begin = perf_counter()
        normal = reference, candidate
        if is_on(FastPath.NORMAL_FORM):
            normal = normalize(reference, schema), normalize(candidate, schema)
        evidence = context.verdicts.find(normal) if is_on(FastPath.KNOWN_VERDICTS) else None
        if evidence is None:
            evidence = _decided(pair, normal)
            proof, solver = (perf_counter() - begin) * 1_000, context.resources.solver_ms
            evidence = replace(evidence, timings_ms={"proof": proof, "proof_solver": solver})
            if evidence.relation not in {Relation.UNDECIDED, Relation.DIFFERENT}:
                context.verdicts.keep(normal, evidence)
        return evidence if cause is None else _explained(evidence, pair, cause)


def _undecided(reason: str, schema: CqlSchema, method: Method = Method.PROOF) -> Evidence:
    return Evidence(Relation.UNDECIDED, method, (), schema.assumptions, reason)


def _decided(pair: Pair, normal: tuple[CqlQuery, CqlQuery]) -> Evidence:
    schema = pair.schema
    reference, candidate = normal
    if not isinstance(reference, Condition) or not isinstance(candidate, Condition):
        relation, witnesses, reason = compare_scalars(pair)
        return Evidence(relation, Method.PROOF, witnesses, schema.assumptions, reason)
    parts = Exploration(
        pair, *(_with_known_values(query, pair) for query in (reference, candidate))
    )
    renew()
    try:
        witnesses = tuple(
            replayed_witness(*parts.members[part], *pair.queries, schema, is_small=True)
            for part in (Part.REFERENCE_ONLY, Part.CANDIDATE_ONLY)
            if part in parts.members
        )
    except OutOfSteps:
        return _undecided(f"a difference was found, but not shown: {OUT_OF_STEPS}", schema)
    return Evidence(
        parts.relation,
        Method.PROOF,
        witnesses,
        (*schema.assumptions, *parts.facts),
        reason=_reason(parts),
        empty=_empty(parts, normal),
        full=_full(parts),
        behaviour=_behaviour(parts, normal),
    )


def _behaviour(parts: Exploration, normal: tuple[CqlQuery, CqlQuery]) -> float | None:
    """How alike the two are: as far as is proved, else on the kinds at the first moment."""
    if parts.relation is Relation.EQUIVALENT:
        return 1.0
    return 0.0 if NOBODY in normal or parts.is_empty(Part.BOTH) else parts.likeness


def _reason(parts: Exploration) -> str:
    """Why the relation, or which of the differences it is, is open."""
    relation = parts.relation
    if relation not in {Relation.UNDECIDED, Relation.DIFFERENT}:
        return ""
    reasons = [why for why in parts.open.values() if why != NOT_ASKED]
    if parts.beyond:
        reasons.append(f"a proof does not look into {', '.join(parts.beyond)}")
    reason = "; ".join(dict.fromkeys(reasons))
    if relation is Relation.UNDECIDED:
        return reason
    return kind_is_open(reason or "a subject in both was not looked for to the end")


_ALONE = {Side.REFERENCE: Part.REFERENCE_ONLY, Side.CANDIDATE: Part.CANDIDATE_ONLY}
_OTHERS = {Side.REFERENCE: Part.CANDIDATE_ONLY, Side.CANDIDATE: Part.REFERENCE_ONLY}


def _empty(parts: Exploration, normal: tuple[CqlQuery, CqlQuery]) -> dict[Side, str]:
    return {
        side: ""
        for side, query in zip(SIDES, normal, strict=True)
        if query == NOBODY or (parts.is_empty(_ALONE[side]) and parts.is_empty(Part.BOTH))
    }


def _full(parts: Exploration) -> dict[Side, str]:
    return {
        side: "" for side in SIDES if parts.is_empty(_OTHERS[side]) and parts.is_empty(Part.NEITHER)
    }


def _explained(
    evidence: Evidence, pair: Pair, cause: Callable[[Sequence[Condition]], str]
) -> Evidence:
    """The evidence with why a side is empty.

    By the conditions of the query as it was written: evidence is shared by all spellings.
    """
    causes = {
        side: cause(contradicting(query, pair.context, pair.kind))
        for side, query in zip(SIDES, pair.queries, strict=True)
        if side in evidence.empty and isinstance(query, Condition)
    }
    return replace(evidence, empty={**evidence.empty, **causes}) if causes else evidence


# --- values that a query says itself ------------------------------------------------------------


def _with_known_values(query: Condition, pair: Pair) -> Condition:
    """The query with traits that it equates with a constant read as that constant elsewhere.

    That is the same audience only where no other value equals the constant: equality alone is
    not enough, as `'10.0'` equals 10 and has another place among texts.
    """
    if pair.kind is not Customer:  # whose traits are everywhere those of one subject
        return query
    if isinstance(query, Or):
        return with_children(
            query, [_with_own_values(part, pair.schema) for part in query.operands]
        )
    return _with_own_values(query, pair.schema)


def _with_own_values(query: Condition, schema: CqlSchema) -> Condition:
    if not isinstance(query, And):
        return query
    known: dict[Scalar, Constant] = {}
    for part in query.operands:
        value = _only_value(part, schema) if isinstance(part, Comparison) else None
        if value is not None and isinstance(part, Comparison):
            known.setdefault(part.left, value)
    if not known:
        return query
    change = partial(_with_constants, known)
    return with_children(query, [transform_scoped(part, change) for part in query.operands])


def _only_value(node: Comparison, schema: CqlSchema) -> Constant | None:
    """The one value of a trait of which a comparison holds, if there is only one."""
    trait, operator, argument = node.left, node.operator, node.arguments[:1]
    if not isinstance(trait, Trait) or operator is not Operator.EQUALS or names_entries(trait):
        return None
    constant = argument[0]
    if not isinstance(constant, Number | Text):
        return None
    listed = find_field(schema.traits, trait.name)
    kind = Kind.UNKNOWN if listed is None else listed.kind
    number, text = as_number(constant.value, Coercion.NUMBER), text_of(constant.value)
    if node.coercion is Coercion.TEXT:
        return Text(text) if kind is Kind.STRING else None
    if node.coercion not in {None, Coercion.NUMBER}:
        return None
    if kind in NUMERIC and isinstance(number, int | Decimal):
        return Number(number)
    is_plain = number is None and text[:1] not in {"[", "{"}  # no text of an array or object
    return constant if is_plain else None


def _with_constants(known: Mapping[Scalar, Constant], node: Node, scope: Scope) -> Node:
    """A comparison with known values as constants, by their order or as what is sought."""
    if not isinstance(node, Comparison) or not any(isinstance(a, Name) for a in node.arguments):
        return node
    sides = (node.left, *node.arguments)
    if node.coercion not in {None, Coercion.NUMBER, Coercion.TEXT} or any(
        is_column(side, scope) or names_entries(side) for side in sides
    ):
        return node
    is_search = node.operator.group is Group.SEARCH
    if not is_search and not (node.operator.signs and node.operator.symbol):
        return node
    arguments = [known.get(a, a) if isinstance(a, Name) else a for a in node.arguments]
    constant, mirrored = known.get(node.left), node.operator.mirrored
    if constant is None or is_search or mirrored is None or arguments != list(node.arguments):
        return with_children(node, [node.left, *arguments])
    right = node.arguments[0]
    assert isinstance(right, Scalar)  # noqa: S101 - a name
    return replace_node(node, left=right, operator=mirrored, arguments=(constant,))


# --- what is not even tried: constants so large that no time-out could hold in time -------------

_LISTS = {Operator.ONE_OF, Operator.NONE_OF}
_TOO_MANY_DIGITS = re.compile(rf"[0-9]{{{MOST_DIGITS + 1}}}")


@lru_cache(maxsize=4_096)
def _out_of_bounds(query: CqlQuery) -> str:
    """Why a query is beyond what a proof is tried on, or nothing."""
    for node, _ in walk(query):
        if isinstance(node, Comparison):
            reason = _too_large(node)
            if reason:
                return reason
    return ""


def _too_large(node: Comparison) -> str:
    if len(node.arguments) > MOST_ARGUMENTS and node.operator not in _LISTS:
        return f"a comparison with {len(node.arguments)} constants, more than {MOST_ARGUMENTS}"
    for argument in node.arguments:
        if isinstance(argument, Text) and len(argument.value) > LONGEST_TEXT:
            return f"a text of {len(argument.value)} characters, more than {LONGEST_TEXT}"
        if isinstance(argument, Text) and _TOO_MANY_DIGITS.search(argument.value):
            return f"a text with more than {MOST_DIGITS} digits in a row"
        if isinstance(argument, Number | Text) and _is_too_large(argument.value):
            return f"a number of {text_of(argument.value)}, beyond {LARGEST_NUMBER}"
    return ""


def _is_too_large(value: Atom) -> bool:
    number = read_number(value) if isinstance(value, str) else value
    return number is not None and abs(number) > LARGEST_NUMBER
