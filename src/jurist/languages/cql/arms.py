"""The arms of evidence of CQL, and what its normal forms are made of, in words.

The arms: the same text, the same normal form, a proof, customers made up. Only here, and above,
is it known how the language is spelled: what is proved and made up knows trees alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache

from jurist.languages.base import Arm
from jurist.languages.claims import refutation
from jurist.languages.conditions import Part, side_by_side
from jurist.languages.cql.normal_form import simplification
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.operators import Group
from jurist.languages.cql.schemas.schema import CqlSchema, Table, context_of, schema_of_pair
from jurist.languages.cql.syntax import (
    AnyUser,
    Between,
    Comparison,
    Condition,
    CqlQuery,
    Duration,
    Filter,
    Junction,
    Not,
    Operator,
    Reducer,
    Reduction,
    Scalar,
    Unit,
    Where,
    Within,
)
from jurist.languages.cql.text.causes import cause_text
from jurist.languages.cql.text.literals import duration_text
from jurist.languages.cql.text.printer import (
    comparison_tail,
    format_query,
    operand_text,
    reducer_text,
    source_text,
    window_text,
)
from jurist.languages.effort import STEPS, OutOfSteps
from jurist.languages.quiet_arms import QuietArm
from jurist.languages.reasons import TOO_LONG
from jurist.records import SIDES, Edge, Evidence, Method, Overlap, Relation, Side

EVERYBODY = Part("everybody", counts_only=True)
"""The only part of a normal form that is always true."""
NOBODY = Part("nobody", counts_only=True)
"""The only part of one that is never true."""
_CONSTANTS = frozenset({simplification.EVERYBODY, simplification.NOBODY})
_MOST_KNOWN = 2_048
_MONTHS = {1: (28, 31), 2: (59, 62), 3: (89, 92), 6: (180, 184), 9: (270, 276), 12: (364, 366)}
"""How many days a number of months may mean, so that one reading is as good as another (U12)."""


def arms(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> Iterator[Arm]:
    """The arms for a pair, each as it is asked for.

    A proof costs less than making up a population, so it comes before execution. What cannot
    even be read in the steps of one arm is left at that.
    """
    pair = _Pair(reference, candidate, schema_of_pair(reference, candidate, schema))
    yield _Identical(pair)
    if reference == candidate:
        return
    normal = _NormalForm(pair)
    yield normal
    if not normal.is_too_long:
        yield _Proof(pair)
        yield _Execution(pair)


@dataclass(frozen=True, slots=True)
class _Pair:
    reference: CqlQuery
    candidate: CqlQuery
    schema: CqlSchema
    """Under which each is read alone as both are read together."""


class _Identical(QuietArm[_Pair]):
    method = Method.IDENTICAL

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - it takes next to none
        """Equality of what was parsed."""
        pair = self._pair
        if pair.reference != pair.candidate:
            return Evidence(Relation.UNDECIDED, Method.NONE)
        made_of: frozenset[Part] = frozenset()
        with suppress(OutOfSteps):
            made_of = conditions(pair.reference, pair.schema)
        return Evidence(
            Relation.EQUIVALENT,
            Method.IDENTICAL,
            matched=1.0,
            empty=_constant(NOBODY, made_of),
            full=_constant(EVERYBODY, made_of),
        )


class _NormalForm(QuietArm[_Pair]):
    method = Method.NORMAL_FORM

    def __init__(self, pair: _Pair) -> None:
        super().__init__(pair)
        self.is_too_long = False

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - who asks limits them
        """Equality of the normal forms, and what these have in common."""
        pair = self._pair
        queries = pair.reference, pair.candidate
        try:
            left, right = (normalize(query, pair.schema) for query in queries)
            made_of = [conditions(query, pair.schema) for query in queries]
        except OutOfSteps:
            self.is_too_long = True
            reason = f"not tried: {TOO_LONG} to read"
            return Evidence(Relation.UNDECIDED, Method.NONE, reason=reason)
        empty, full = _constant(NOBODY, *made_of), _constant(EVERYBODY, *made_of)
        if left == right:
            return Evidence(
                Relation.EQUIVALENT,
                Method.NORMAL_FORM,
                assumptions=pair.schema.assumptions,
                matched=1.0,
                empty=empty,
                full=full,
            )
        shared = side_by_side(*made_of)
        return Evidence(
            Relation.UNDECIDED,
            Method.NONE,
            matched=shared.matched,
            edges_only=shared.edges_only,
            empty=empty,
            full=full,
            only_in_reference=shared.only_in_reference,
            only_in_candidate=shared.only_in_candidate,
        )


class _Proof(QuietArm[_Pair]):
    method = Method.PROOF

    def evidence(self, steps: int) -> Evidence:
        """How the two relate for every possible customer."""
        pair = self._pair
        return proved(pair.reference, pair.candidate, pair.schema, steps=steps)


@dataclass(slots=True)
class _Execution:
    pair: _Pair
    method: Method = field(default=Method.EXECUTION, init=False)
    executed: Evidence | None = field(default=None, init=False)
    counted: Overlap | None = field(default=None, init=False)

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - who asks limits them
        """What tells the two apart in a population that is seeded with their constants."""
        from jurist.languages.cql.counterexamples.execution import execute

        pair = self.pair
        self.executed = execute(pair.reference, pair.candidate, pair.schema)
        return self.executed

    def overlap(self) -> Overlap | None:
        """How the two lie to each other in a small population."""
        from jurist.languages.cql.counterexamples.execution import overlap

        pair = self.pair
        if self.counted is None:
            queries = pair.reference, pair.candidate
            # In an order of their own: a score must not move with the spelling.
            seeds = sorted((normalize(query, pair.schema) for query in queries), key=format_query)
            self.counted = overlap(*queries, pair.schema, seeds=(seeds[0], seeds[1]))
        return self.counted

    def refutes(self, claim: Evidence) -> str:
        """A customer whom the claim rules out."""
        if self.executed is not None:
            return refutation(claim.relation, self.executed.overlap, self.executed.witnesses)
        return refutation(claim.relation, self.overlap(), ())


def _constant(constant: Part, *made_of: frozenset[Part]) -> dict[Side, str]:
    """The sides of which the normal form is a constant."""
    alone = frozenset({constant})
    return {side: "" for side, parts in zip(SIDES, made_of, strict=False) if parts == alone}


def proved(
    reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema, *, steps: int = STEPS
) -> Evidence:
    """What the prover decides of a pair, with why a query has no members as it is written.

    Args:
        reference: An audience or a computed trait.
        candidate: Another one of the same kind.
        schema: Facts and readings that the proof may use.
        steps: Of work on the pair as a whole.

    Raises:
        InternalContradiction: Where a subject that the proof found does not replay.
        StoppedByClock: Where the clock ends what its steps did not.
    """
    from jurist.languages.cql.prover import decide

    return decide(reference, candidate, schema, steps=steps, cause=cause_text)


# --- what a normal form is made of --------------------------------------------------------------


class _KnownParts:
    """The parts of the queries that were asked about lately."""

    def __init__(self, _schema: CqlSchema) -> None:
        self.parts = Table[CqlQuery, frozenset[Part]](_MOST_KNOWN)


def conditions(query: CqlQuery, schema: CqlSchema) -> frozenset[Part]:
    """What the normal form is made of.

    One part each for: what a condition looks at (`event('A')`, `trait('plan')`), every
    filter on it, every leaf of its `where`, every threshold or value it is compared
    with. So two queries that agree but for a window share all parts but two. A query
    that is always true is `EVERYBODY` alone, one that never is `NOBODY`.
    """
    known = context_of(schema).get(_KnownParts).parts
    return known.get(query, lambda query: _parts_of(normalize(query, schema)))


def _parts_of(normal: CqlQuery) -> frozenset[Part]:
    """Never none."""
    if isinstance(normal, Scalar):
        return frozenset(_scalar(normal))
    parts: set[Part] = set()
    _collect(normal, parts, holds=True)
    if len(parts) > 1:
        parts.discard(EVERYBODY)
    return frozenset(parts)


def _collect(node: Condition, parts: set[Part], *, holds: bool, around: str = "") -> None:
    """Add the parts of a condition; `around` is the source in whose `where` it stands."""
    while isinstance(node, Not):
        node, holds = node.operand, not holds
    if isinstance(node, Comparison):
        parts.update(_parts_of_comparison(node, holds, around))
    elif isinstance(node, Junction):
        if node in _CONSTANTS:
            same = EVERYBODY if (node == simplification.EVERYBODY) == holds else NOBODY
            parts.add(_placed(same, around))
            return
        for operand in node.operands:
            if _is_implied(operand, node.operands):
                part = Part(_leaf(operand, holds=holds), Edge.MISSING)
                parts.add(_placed(part, around))
            else:
                _collect(operand, parts, holds=holds, around=around)
    elif isinstance(node, AnyUser) and node.operand == simplification.NOBODY:
        parts.add(NOBODY if holds else EVERYBODY)
    else:
        parts.add(Part("ANY user" if isinstance(node, AnyUser) == holds else "ALL users"))
        _collect(node.operand, parts, holds=holds)


@lru_cache(maxsize=2_048)
def _parts_of_comparison(node: Comparison, holds: bool, around: str) -> tuple[Part, ...]:  # noqa: FBT001
    """What a comparison is made of; two queries at hand have most of theirs in common."""
    parts = tuple(_comparison(node, holds=holds))
    if not around:
        return parts
    if isinstance(node.left, Reduction):
        # What happened is said as anywhere else; that it happened around something is a
        # part of its own. So a lost order costs that part and the window on the parent.
        return (_placed(Part(source_text(node.left.stream.source)), around), *parts)
    return tuple(_placed(part, around) for part in parts)


def _placed(part: Part, around: str) -> Part:
    if not around:
        return part
    is_constant = part in {EVERYBODY, NOBODY}  # of the `where` alone, which is a condition
    counts_only = part.counts_only and not is_constant
    return replace(part, text=f"{around}.where({part.text})", counts_only=counts_only)


def _is_implied(operand: Condition, operands: tuple[Condition, ...]) -> bool:
    """Whether this only asks a value to exist, or not to, of which another operand says more."""
    asked = operand.operand if isinstance(operand, Not) else operand
    if not isinstance(asked, Comparison) or asked.operator is not Operator.EXISTS:
        return False
    others = (_bare(other) for other in operands if other is not operand)
    return any(isinstance(other, Comparison) and other.left == asked.left for other in others)


def _bare(condition: Condition) -> Condition:
    return condition.operand if isinstance(condition, Not) else condition


def _leaf(condition: Condition, *, holds: bool) -> str:
    while isinstance(condition, Not):
        condition, holds = condition.operand, not holds
    if not isinstance(condition, Comparison):
        msg = f"{type(condition).__name__} is no leaf"
        raise TypeError(msg)
    return f"{'' if holds else 'NOT '}{_subject(condition.left)}{comparison_tail(condition)}"


def _comparison(node: Comparison, *, holds: bool) -> Iterator[Part]:
    yield from _scalar(node.left)
    for side in node.arguments:
        if isinstance(side, Reduction):
            yield from _scalar(side)
    text = _leaf(node, holds=holds)
    argument = node.arguments[0] if node.arguments else None
    is_order = node.operator.symbol and node.operator.group is Group.ORDER
    if is_order and not simplification.threshold(node):
        # `> 5` and `>= 5` have that in common: they differ for 5 alone
        tail = f"{node.operator.symbol[0]}(=) {operand_text(node.arguments[0])}"
        yield Part(f"{'' if holds else 'NOT '}{_subject(node.left)} {tail}", counts_only=True)
        yield Part(text, Edge.BOUND)
    elif isinstance(argument, Duration) and (months := _as_months(argument)):
        stem = text.removesuffix(f"{duration_text(argument)})")
        yield Part(f"{stem}{months})", counts_only=True)
        yield Part(text, Edge.MONTH)
    else:
        yield Part(text)


def _scalar(node: Scalar) -> Iterator[Part]:
    """What is looked at: the source, each filter on it, the reducer if it is not a count."""
    if not isinstance(node, Reduction):
        yield Part(operand_text(node))
        return
    source = source_text(node.stream.source)
    yield Part(source)
    if node.reducer is not Reducer.COUNT:
        yield Part(_subject(node))
    for stream_filter in node.stream.filters:
        yield from _filter(stream_filter, source)


def _filter(node: Filter, source: str) -> Iterator[Part]:
    if isinstance(node, Where):
        parts: set[Part] = set()
        _collect(node.condition, parts, holds=True, around=source)
        yield from parts
        return
    text = f"{source}.{window_text(node)}"
    bounds = _bounds(node)
    if any(_as_months(bound) for bound in bounds):
        named = ", ".join(_as_months(bound) or duration_text(bound) for bound in bounds)
        parent = "parent: " if isinstance(node, Within | Between) and node.parent else ""
        name = "between" if isinstance(node, Between) else "within"
        yield Part(f"{source}.{name}({parent}{named})", counts_only=True)
        yield Part(text, Edge.MONTH)
    else:
        yield Part(text)


def _bounds(node: Filter) -> tuple[Duration, ...]:
    match node:
        case Within(duration):
            return (duration,)
        case Between(near, far):
            return (near, far)
        case _:
            return ()


def _as_months(duration: Duration) -> str | None:
    """The months that a length may stand for, in words."""
    if duration.ms % Unit.DAY.ms:
        return None
    days = duration.ms // Unit.DAY.ms
    for months, (least, most) in _MONTHS.items():
        if least <= days <= most:
            return f"about {months} month{'' if months == 1 else 's'}"
    return None


def _subject(node: Scalar) -> str:
    if isinstance(node, Reduction):
        return f"{source_text(node.stream.source)}.{reducer_text(node)}"
    return operand_text(node)
