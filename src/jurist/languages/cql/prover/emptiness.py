"""Why nobody can be in an audience: the few of its conditions that rule each other out."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from jurist.languages.cql.meaning.customers import Account, Customer
from jurist.languages.cql.meaning.interpreter import compile_audience, subject_type
from jurist.languages.cql.normal_form import normalize
from jurist.languages.cql.normalizing.formulas import NOBODY
from jurist.languages.cql.prover.relation import Pair, Part, explore
from jurist.languages.cql.prover.resources import OutOfTime, Resources
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import And, Comparison, Condition
from jurist.languages.cql.text.printer import format_query

_Kind = type[Customer] | type[Account]

_MOST_NAMED = 3
_MOST_CONDITIONS = 12
"""Each costs a proof, of audiences that are no longer than the empty one."""
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
        resources: The time that is left.

    Returns:
        A clause; empty where the cause is not easily named.
    """
    known = _known.setdefault(schema, {})
    cause = known.get((query, kind))
    if cause is None:
        try:
            cause = _told(_contradicting(_operands(query), schema, kind, resources))
        except OutOfTime:
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
        OutOfTime: Where the time did not suffice to see which.
    """
    if not 1 < len(parts) <= _MOST_CONDITIONS:
        return []
    kept = parts
    for part in parts:
        others = [one for one in kept if one is not part]
        if others and _is_empty(others, schema, kind, resources):
            kept = others
        resources.tick()
    return kept if len(kept) <= _MOST_NAMED else []


def _is_empty(parts: list[Condition], schema: CqlSchema, kind: _Kind, resources: Resources) -> bool:
    """Whether it is proved that nobody satisfies all parts."""
    query = parts[0] if len(parts) == 1 else And(tuple(parts))
    if subject_type(schema, query) is kind:
        # Without its ANY or ALL a query is about users, and means something else.
        normal = normalize(query, schema)
        query = normal if isinstance(normal, Condition) else query
    if query == NOBODY:
        return True
    is_in, is_nobody = (compile_audience(one, schema.readings, kind) for one in (query, NOBODY))
    found = explore(Pair(query, NOBODY, schema, kind, is_in, is_nobody), resources)
    return found.is_empty(Part.REFERENCE_ONLY)


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
    text = format_query(part)
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
