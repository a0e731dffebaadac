"""GROUPING SETS, ROLLUP and CUBE as unions of plain groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Final

from sqlglot import exp

from jurist.languages.sql.algebra.comparing import NULL
from jurist.languages.sql.algebra.functions import refuse
from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Call,
    Column,
    Combines,
    Constant,
    Expression,
    Output,
    Query,
    Select,
    SetOperation,
    SortKey,
)
from jurist.languages.sql.algebra.types import type_of
from jurist.languages.sql.algebra.walking import renumber, transform, walk
from jurist.languages.sql.values import ValueType

_MOST_SETS: Final = 32


@dataclass(frozen=True, slots=True)
class Plan:
    """What GROUP BY says: its keys, and each set of them by which is grouped."""

    keys: tuple[exp.Expr, ...]
    sets: tuple[tuple[int, ...], ...]


def plan(group: exp.Expr | None) -> Plan | None:
    """The sets of keys; `None` where there is no GROUP BY.

    Raises:
        UnsupportedError: There are too many sets.
    """
    if group is None:
        return None
    keys: list[exp.Expr] = []

    def numbered(tree: exp.Expr) -> tuple[int, ...]:
        inner = tree.unnest()
        if isinstance(inner, exp.Tuple):
            return tuple(place for part in inner.expressions for place in numbered(part))
        if inner not in keys:
            keys.append(inner)
        return (keys.index(inner),)

    def alternatives(tree: exp.Expr) -> list[tuple[int, ...]]:
        match tree:
            case exp.Rollup():
                parts = [numbered(part) for part in tree.expressions]
                return [sum(parts[:length], ()) for length in range(len(parts), -1, -1)]
            case exp.Cube():
                parts = [numbered(part) for part in tree.expressions]
                lengths = range(len(parts), -1, -1)
                return [sum(some, ()) for length in lengths for some in combinations(parts, length)]
            case exp.GroupingSets():
                return [chosen for part in tree.expressions for chosen in alternatives(part)]
            case _:
                return [numbered(tree)]

    lists = [alternatives(part) for part in group.expressions]
    for name in ("grouping_sets", "cube", "rollup"):
        for part in group.args.get(name) or ():
            if not isinstance(part, exp.Expr):
                raise refuse(f"WITH {name}")
            lists.append(alternatives(part))
    chosen = [tuple(dict.fromkeys(sum(some, ()))) for some in product(*lists)]
    if len(chosen) > _MOST_SETS:
        raise refuse(f"a GROUP BY of more than {_MOST_SETS} grouping sets")
    return Plan(tuple(keys), tuple(chosen))


def blanked(
    select: Select, sets: tuple[tuple[Expression, ...], tuple[Expression, ...]] | None
) -> Select:
    """One grouping set's branch: keys that it lacks are NULL, but inside aggregates.

    Raises:
        UnsupportedError: GROUPING is asked of what is no key.
    """
    if sets is None:
        if any(
            isinstance(part, Call) and part.function in {"grouping", "groupingid"}
            for output in select.outputs
            for part in walk(output.value)
        ):
            raise refuse("GROUPING of a plain GROUP BY")
        return select
    kept, lacking = sets

    def change(part: Expression) -> Expression | None:
        if isinstance(part, Aggregate):
            return part
        if isinstance(part, Call) and part.function in {"grouping", "groupingid"}:
            bits = 0
            for argument in part.arguments:
                if argument not in kept and argument not in lacking:
                    raise refuse("GROUPING of what is no key")
                bits = 2 * bits + (argument in lacking)
            return Constant(bits, ValueType.INTEGER)
        return NULL if part in lacking else None

    return replace(
        select,
        having=tuple(transform(part, change) for part in select.having),
        outputs=tuple(
            Output(output.name, transform(output.value, change)) for output in select.outputs
        ),
        order=tuple(replace(key, value=transform(key.value, change)) for key in select.order),
    )


def union(branches: list[Select], fresh: Iterator[int]) -> Query:
    """The branches of all grouping sets, with the order of the whole."""
    first = branches[0]
    names = [output.name for output in first.outputs]
    keys: list[SortKey] = []
    for place, key in enumerate(first.order):
        columns = [
            column
            for column in range(len(names))
            if all(branch.outputs[column].value == branch.order[place].value for branch in branches)
        ]
        if not columns or names.count(names[columns[0]]) != 1:
            raise refuse("ORDER BY of grouping sets by what is no output")
        kind = type_of(first.outputs[columns[0]].value)
        keys.append(replace(key, value=Column(0, names[columns[0]], kind)))
    plain = [replace(branch, order=(), limit=None, offset=0) for branch in branches]
    every = not first.distinct
    whole = SetOperation(Combines.UNION, every, plain[0], renumber(plain[1], fresh))
    for branch in plain[2:]:
        whole = SetOperation(Combines.UNION, every, whole, renumber(branch, fresh))
    return replace(whole, order=tuple(keys), limit=first.limit, offset=first.offset)
