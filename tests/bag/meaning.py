"""What a query gives on a database: every sequence of rows that it permits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement, permutations, product

from bag.syntax import BagQuery, Comparison

Row = Mapping[str, int | str]
Outcome = tuple[tuple[int | str, ...], ...]

MOST_ROWS = 3


def passes(row: Row, comparison: Comparison) -> bool:
    """Whether a row meets a comparison."""
    given = _key(row[comparison.column])
    bound = _key(comparison.value)
    return {
        "=": given == bound,
        "!=": given != bound,
        ">": given > bound,
        ">=": given >= bound,
        "<": given < bound,
        "<=": given <= bound,
    }[comparison.operator]


def outcomes(query: BagQuery, rows: Sequence[Row]) -> frozenset[Outcome]:
    """All sequences of rows that a query permits as its answer.

    Where rows tie, or nothing orders them, any of their orders is an answer.
    """
    kept = [row for row in rows if all(passes(row, c) for c in query.where)]
    given: set[Outcome] = set()
    for rows_in_order in permutations(kept):
        keys = [row[query.order] for row in rows_in_order] if query.order else []
        if keys == sorted(keys, key=_key, reverse=query.descending):
            answer = tuple(tuple(row[c] for c in query.columns) for row in rows_in_order)
            given.add(answer[: query.limit])
    return frozenset(given)


def _key(value: int | str) -> tuple[bool, int, str]:
    return isinstance(value, str), value if isinstance(value, int) else 0, str(value)


def databases(
    queries: Sequence[BagQuery], columns: Mapping[str, str], most: int
) -> Iterator[list[Row]]:
    """Databases of up to so many rows that stand for all that the queries can tell apart."""
    values = {name: _values(name, kind, queries) for name, kind in columns.items()}
    used = {c for q in queries for c in (*q.columns, q.order, *(w.column for w in q.where)) if c}
    choices = [values[name] if name in used else values[name][:1] for name in columns]
    rows = [dict(zip(columns, row, strict=True)) for row in product(*choices)]
    for size in range(most + 1):
        for some in combinations_with_replacement(rows, size):
            yield list(some)


def _values(name: str, kind: str, queries: Sequence[BagQuery]) -> list[int | str]:
    """Two values on each side of every constant, and each constant itself."""
    constants = [w.value for q in queries for w in q.where if w.column == name]
    if kind == "integer":
        numbers = [c for c in constants if isinstance(c, int)] or [0]
        return sorted({n + d for n in numbers for d in (-2, -1, 0, 1, 2)})
    return sorted({*(str(c) for c in constants), "!", "~"})
