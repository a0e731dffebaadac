"""Conditions and values said otherwise."""

from __future__ import annotations

from dataclasses import replace

from sql_speller import Rule, Speller
from sql_trees import (
    Aggregate,
    Between,
    Call,
    Case,
    Column,
    Comparison,
    Exists,
    InList,
    InQuery,
    IsNull,
    Junction,
    Kind,
    Like,
    Literal,
    Not,
    Output,
    Same,
    Select,
    is_grouped,
)

TRUE = Comparison("=", Literal(1, Kind.INTEGER), Literal(1, Kind.INTEGER))
_FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def turned(_: Speller, node: object) -> object | None:
    """Sides and parts in another order."""
    match node:
        case Comparison(operator=operator, left=left, right=right):
            return Comparison(_FLIPPED[operator], right, left)
        case Same(left=left, right=right, negated=negated):
            return Same(right, left, negated)
        case Junction(operator=operator, parts=parts):
            return Junction(operator, parts[::-1])
        case _:
            return None


def pushed_not(speller: Speller, node: object) -> object | None:
    """NOT drawn into what it negates."""
    match node:
        case Not(part=Comparison(operator=operator, left=left, right=right)):
            return Comparison(_OPPOSITE[operator], left, right)
        case Not(part=Junction(operator=operator, parts=parts)):
            other = "OR" if operator == "AND" else "AND"
            return Junction(other, tuple(Not(part) for part in parts))
        case Not(part=Not(part=part)):
            return part
        case Not(part=IsNull() | InList() | InQuery() | Exists() | Like() | Between() as part):
            return replace(part, negated=not part.negated)
        case Comparison() if speller.rng.random() < 0.3:
            return Not(Comparison(_OPPOSITE[node.operator], node.left, node.right))
        case _:
            return None


def spelt_out(_: Speller, node: object) -> object | None:
    """BETWEEN, IN and COALESCE as what they stand for, and back."""
    match node:
        case Between(value=value, low=low, high=high, negated=False):
            return Junction("AND", (Comparison(">=", value, low), Comparison("<=", value, high)))
        case Between(value=value, low=low, high=high):
            return Junction("OR", (Comparison("<", value, low), Comparison(">", value, high)))
        case InList(value=value, items=(item,), negated=negated):
            return Comparison("<>" if negated else "=", value, item)
        case InList(value=value, items=items, negated=negated):
            operator = "<>" if negated else "="
            parts = tuple(Comparison(operator, value, item) for item in items)
            return Junction("AND" if negated else "OR", parts)
        case Comparison(operator="=" | "<>", left=left, right=Literal() as item):
            return InList(left, (item,), node.operator == "<>")
        case Call(function="COALESCE", arguments=(first, second), kind=kind):
            return Case(((IsNull(first, True), first),), second, kind)
        case Call(function="NULLIF", arguments=(first, second), kind=kind):
            equal = Comparison("=", first, second)
            return Case(((equal, Literal(None, kind)),), first, kind)
        case Case(branches=((when, then),), otherwise=otherwise, kind=kind) if otherwise:
            return Case(((Not(when), otherwise),), then, kind)
        case _:
            return None


def next_bound(_: Speller, node: object) -> object | None:
    """`x > 1` as `x >= 2`: right of integers alone."""
    match node:
        case Comparison(
            operator=">" | "<=", left=left, right=Literal(value=int(bound), kind=Kind.INTEGER)
        ):
            other = {">": ">=", "<=": "<"}[node.operator]
            return Comparison(other, left, Literal(bound + 1, Kind.INTEGER))
        case _:
            return None


def said_needlessly(speller: Speller, node: object) -> object | None:
    """A condition with another one that may follow from it."""
    match node:
        case Comparison(left=Column() as column) | InList(value=Column() as column):
            return Junction("AND", (node, IsNull(column, True)))
        case IsNull(value=Column() as column):
            return Junction("AND", (node, Comparison("=", column, column)))
        case Select(where=None, group=None) if not is_grouped(node) and node.sources:
            column = node.sources[0].column(0)
            return replace(node, where=speller.rng.choice((TRUE, IsNull(column, True))))
        case _:
            return None


def in_or_exists(_: Speller, node: object) -> object | None:
    """`x IN (SELECT y ...)` as EXISTS, and back."""
    match node:
        case InQuery(value=value, query=Select() as query, negated=negated):
            if is_grouped(query) or query.limit is not None or query.named:
                return None
            link = Comparison("=", query.outputs[0].value, value)
            where = link if query.where is None else Junction("AND", (query.where, link))
            inner = replace(
                query,
                where=where,
                outputs=(Output(Literal(1, Kind.INTEGER)),),
                distinct=False,
                order=(),
                spares_names=False,
            )
            return Exists(inner, negated)
        case Exists(query=Select() as query, negated=negated):
            if (
                is_grouped(query)
                or query.limit is not None
                or not isinstance(query.where, Junction)
            ):
                return None
            if query.where.operator != "AND":
                return None
            own = {source.id for source in query.sources}
            for i, part in enumerate(query.where.parts):
                match part:
                    case Comparison(operator="=", left=Column() as left, right=Column() as right):
                        if left.source not in own:
                            left, right = right, left
                        if left.source in own and right.source not in own:
                            rest = query.where.parts[:i] + query.where.parts[i + 1 :]
                            where = rest[0] if len(rest) == 1 else Junction("AND", rest)
                            inner = replace(query, where=where, outputs=(Output(left),))
                            return InQuery(right, inner, negated)
                    case _:
                        pass
            return None
        case _:
            return None


def counted_otherwise(_: Speller, node: object) -> object | None:
    """COUNT(*) as COUNT(1), COUNT of a condition as SUM, and their kind."""
    one, zero = Literal(1, Kind.INTEGER), Literal(0, Kind.INTEGER)
    match node:
        case Aggregate(function="COUNT", argument=None):
            return replace(node, argument=one)
        case Aggregate(function="COUNT", argument=Column() as column, distinct=False):
            counted = Case(((IsNull(column, True), one),), zero, Kind.INTEGER)
            return Aggregate("SUM", counted, False, Kind.INTEGER)
        case Aggregate(function="MIN" | "MAX" | "SUM", distinct=distinct):
            return replace(node, distinct=not distinct)
        case _:
            return None


CONDITIONS: tuple[Rule, ...] = (
    *(turned, pushed_not, spelt_out, next_bound, said_needlessly, in_or_exists),
    counted_otherwise,
)
