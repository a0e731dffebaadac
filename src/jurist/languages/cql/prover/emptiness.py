"""Why nobody can be in an audience: the few of its conditions that rule each other out."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from jurist.languages.cql.boolean import conjunction
from jurist.languages.cql.prover.abstraction.critical_moments import moments
from jurist.languages.cql.prover.analysis import Analysis
from jurist.languages.cql.prover.context import workshop_of
from jurist.languages.cql.prover.limits import TooWide
from jurist.languages.cql.prover.resources import Resources
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.subjects import Account, Customer
from jurist.languages.cql.syntax import And, Comparison, Condition
from jurist.languages.cql.text.printer import format_query
from jurist.languages.effort import OutOfSteps
from jurist.shortening import shortened

_Kind = type[Customer] | type[Account]

_MOST_NAMED = 3
_MOST_CONDITIONS = 12
_LONGEST_NAME = 120
_MOST_KNOWN = 1_024
_known: WeakKeyDictionary[CqlSchema, dict[tuple[Condition, _Kind], str]] = WeakKeyDictionary()
"""An empty reference is explained once for all its candidates."""


def cause_of_emptiness(
    query: Condition, schema: CqlSchema, kind: _Kind, resources: Resources
) -> str:
    """What an audience that is proved to be empty asks for in vain, as it is written.

    Args:
        query: The audience. What it joins with AND is named where at most three of its
            conditions, themselves proved to have no members, are the cause.
        schema: Facts and readings.
        kind: Whom the query is about.
        resources: Shared by the decision.

    Returns:
        A clause; empty where the cause is not easily named.
    """
    known = _known.setdefault(schema, {})
    cause = known.get((query, kind))
    if cause is None:
        try:
            cause = _told(_contradicting(_operands(query), schema, kind, resources))
        except (OutOfSteps, TooWide):
            return ""
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[query, kind] = cause
    return cause


def _operands(query: Condition) -> list[Condition]:
    if not isinstance(query, And):
        return [query]
    return [part for operand in query.operands for part in _operands(operand)]


def _contradicting(
    parts: list[Condition], schema: CqlSchema, kind: _Kind, resources: Resources
) -> list[Condition]:
    """What is left of the parts when all have gone without which nobody comes in.

    Raises:
        OutOfSteps: Where the steps did not suffice to see which.
        TooWide: Where the parts are too many to be seen together.
    """
    if not 1 < len(parts) <= _MOST_CONDITIONS:
        return []
    listed, are_all, _ = moments(parts, schema)
    if not are_all:
        return []
    views = [_View(parts, schema, kind, now, resources) for now in listed]
    kept = list(range(len(parts)))
    for i in range(len(parts)):
        others = [one for one in kept if one != i]
        if not any(view.is_possible(others) for view in views):
            kept = others
    if len(kept) > _MOST_NAMED or any(view.is_possible(kept) for view in views):
        return []
    return [parts[i] for i in kept]


class _View:
    """All parts at one moment, as if nothing were tied: what is impossible so is so indeed."""

    def __init__(
        self,
        parts: list[Condition],
        schema: CqlSchema,
        kind: _Kind,
        now: int,
        resources: Resources,
    ) -> None:
        resources.now = now
        tables = workshop_of(schema).tables(schema, kind, now)
        self._formulas = [tables.translator.audience(part).formula for part in parts]
        self._analysis = Analysis(
            tables.translator.root, self._formulas, {}, resources, tables.groups, relaxed=True
        )

    def is_possible(self, parts: Iterable[int]) -> bool:
        """Whether somebody may satisfy all of some parts."""
        return self._analysis.is_possible(conjunction([self._formulas[i] for i in parts]))


# --- words --------------------------------------------------------------------------------------


def _told(parts: list[Condition]) -> str:
    match parts:
        case []:
            return ""
        case [part]:
            return f"it asks for {_named(part)}, which is never true"
        case [Comparison(left), Comparison(other)] if left == other:
            wanted = [_named(part).removeprefix(format_query(left)) for part in parts]
            if all(text.startswith(" ") for text in wanted):
                return f"it asks for {format_query(left)}{' and'.join(wanted)} at once"
        case _:
            pass
    *first, last = map(_named, parts)
    return f"it asks for {', '.join(first)} and {last}, which are never true together"


def _named(part: Condition) -> str:
    return shortened(format_query(part), _LONGEST_NAME)
