"""The algebra run on a database row by row, as its nodes' docstrings say: the independent judge.

Functions alone are asked of SQLite. `Open` is raised where the query leaves its outcome open.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Case,
    Collects,
    Column,
    Combines,
    Compares,
    Comparison,
    Constant,
    Exists,
    Expression,
    In,
    IsNull,
    IsTrue,
    Join,
    Like,
    Negative,
    Not,
    Operator,
    Or,
    Query,
    Same,
    Scalar,
    SetOperation,
    SortKey,
    Source,
    Window,
)
from jurist.languages.sql.values import Row, Value, ValueType

Bindings: TypeAlias = Mapping[tuple[int, str], Value]


class Open(Exception):  # noqa: N818 - no error
    """The query permits several outcomes here."""


_FUNCTIONS = sqlite3.connect(":memory:")
_NAMES = {
    "substring": "substr",
    "timetostr": "strftime",
    "strposition": "instr",
    "scalar_max": "max",
    "scalar_min": "min",
    "stddevsamp": "stddev",
}


def _ask(sql: str, arguments: Sequence[Value]) -> Value:
    return _FUNCTIONS.execute(sql, tuple(arguments)).fetchone()[0]


def sort_value(value: Value) -> tuple[int, float | str]:
    """SQLite's order: NULL, numbers, texts."""
    if value is None:
        return (0, 0)
    return (2, value) if isinstance(value, str) else (1, value)


class Interpreter:
    """Runs queries on one database."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        self.tables = tables

    def run(self, query: Query, outer: Bindings | None = None) -> list[Row]:
        """The rows of a result, in their order."""
        outer = {} if outer is None else outer
        if isinstance(query, SetOperation):
            return self._set_operation(query, outer)
        rows = self._from(query.sources, outer)
        rows = [row for row in rows if all(self._true(part, row) for part in query.where)]
        if query.group is None:
            units = [([row], row) for row in rows]
        else:
            units = self._groups(query.group, rows, outer)
        results: list[tuple[Row, list[Value]]] = []
        for rows_of_group, first in units:
            value = self._evaluator(rows_of_group, first, grouped=query.group is not None)
            if not all(_is_true(value(part)) for part in query.having):
                continue
            outputs = tuple(value(output.value) for output in query.outputs)
            results.append((outputs, [value(key.value) for key in query.order]))
        if query.distinct:
            kept: dict[Row, tuple[Row, list[Value]]] = {}
            for outputs, keys in results:
                if outputs in kept and kept[outputs][1] != keys:
                    raise Open
                kept.setdefault(outputs, (outputs, keys))
            results = list(kept.values())
        return _cut(results, query.order, query.limit, query.offset)

    def _set_operation(self, query: SetOperation, outer: Bindings) -> list[Row]:
        left, right = self.run(query.left, outer), self.run(query.right, outer)
        if query.combines is Combines.UNION:
            rows = left + right
        else:
            rest = list(right)
            rows: list[Row] = []
            for row in left:
                matched = row in (rest if query.all else right)
                if matched and query.all:
                    rest.remove(row)
                if matched is (query.combines is Combines.INTERSECT):
                    rows.append(row)
        if not query.all:
            rows = list(dict.fromkeys(rows))
        names = [output.name for output in query.outputs]

        def value(key: Expression, row: Row) -> Value:
            assert isinstance(key, Column)
            return row[names.index(key.name)]

        results = [(row, [value(key.value, row) for key in query.order]) for row in rows]
        return _cut(results, query.order, query.limit, query.offset)

    def _from(self, sources: tuple[Source, ...], outer: Bindings) -> list[Bindings]:
        rows: list[Bindings] = [outer]
        for source in sources:
            found = self.tables[source.of] if isinstance(source.of, str) else None
            if found is None:
                assert not isinstance(source.of, str)
                found = self.run(source.of, outer)
            names = [(source.id, name) for name in source.columns]
            right = [dict(zip(names, row, strict=True)) for row in found]
            padding = dict.fromkeys(names)
            joined: list[Bindings] = []
            matched: set[int] = set()
            for row in rows:
                fits = [
                    place
                    for place, other in enumerate(right)
                    if all(self._true(part, {**row, **other}) for part in source.on)
                ]
                matched.update(fits)
                joined.extend({**row, **right[place]} for place in fits)
                if not fits and source.join is not Join.INNER:
                    joined.append({**row, **padding})
            if source.join is Join.FULL:
                empty = {
                    (before.id, name): None
                    for before in sources[: sources.index(source)]
                    for name in before.columns
                }
                for place, other in enumerate(right):
                    if place not in matched:
                        joined.append({**outer, **empty, **other})
            rows = joined
        return rows

    def _groups(
        self, keys: tuple[Expression, ...], rows: list[Bindings], outer: Bindings
    ) -> list[tuple[list[Bindings], Bindings]]:
        if not keys:
            return [(rows, rows[0] if rows else outer)]
        groups: dict[Row, list[Bindings]] = {}
        for row in rows:
            value = self._evaluator([row], row, grouped=False)
            groups.setdefault(tuple(value(key) for key in keys), []).append(row)
        return [(group, group[0]) for group in groups.values()]

    def _of_row(self, row: Bindings, expression: Expression) -> Value:
        return self._evaluator([row], row, grouped=False)(expression)

    def _true(self, condition: Expression, row: Bindings) -> bool:
        return _is_true(self._of_row(row, condition))

    def _evaluator(
        self, rows: list[Bindings], first: Bindings, *, grouped: bool
    ) -> Callable[[Expression], Value]:
        def value(expression: Expression) -> Value:
            match expression:
                case Column(source, name):
                    if not rows:
                        return first.get((source, name))
                    values = {row[source, name] for row in rows}
                    if len(values) > 1:
                        raise Open
                    return first[source, name]
                case Constant(constant):
                    return constant
                case Arithmetic():
                    return _arithmetic(expression, value(expression.left), value(expression.right))
                case Negative(part):
                    number = value(part)
                    assert not isinstance(number, str)
                    return None if number is None else -number
                case Case(branches, otherwise):
                    for when, then in branches:
                        if _is_true(value(when)):
                            return value(then)
                    return value(otherwise)
                case Call():
                    return _call(expression, [value(part) for part in expression.arguments])
                case Aggregate():
                    assert grouped
                    return self._aggregate(expression, rows)
                case Window():
                    raise NotImplementedError
                case And(parts):
                    truths = [_truth(value(part)) for part in parts]
                    return 0 if 0 in truths else None if None in truths else 1
                case Or(parts):
                    truths = [_truth(value(part)) for part in parts]
                    return 1 if 1 in truths else None if None in truths else 0
                case Not(part):
                    truth = _truth(value(part))
                    return None if truth is None else 1 - truth
                case Comparison(compares, left, right):
                    return _compare(compares, value(left), value(right))
                case Same(left, right):
                    return int(value(left) == value(right))
                case IsNull(part):
                    return int(value(part) is None)
                case IsTrue(part):
                    return int(_is_true(value(part)))
                case Like(part, pattern, ignores_case, escape):
                    return _like(value(part), pattern, ignores_case, escape)
                case Scalar(query):
                    found = self.run(query, self._bound(rows, first))
                    if len(found) > 1:
                        raise Open
                    return found[0][0] if found else None
                case Exists(query):
                    return int(bool(self.run(query, self._bound(rows, first))))
                case In(values, query):
                    left = [value(part) for part in values]
                    found = self.run(query, self._bound(rows, first))
                    truths: list[int | None] = []
                    for row in found:
                        pairs = [
                            _compare(Compares.EQ, one, other)
                            for one, other in zip(left, row, strict=True)
                        ]
                        truths.append(0 if 0 in pairs else None if None in pairs else 1)
                    return 1 if 1 in truths else None if None in truths else 0

        return value

    @staticmethod
    def _bound(rows: list[Bindings], first: Bindings) -> Bindings:
        """What a subquery of a group sees: what is the same in all of its rows."""
        return {
            name: value
            for name, value in first.items()
            if all(row.get(name) == value for row in rows)
        }

    def _aggregate(self, aggregate: Aggregate, rows: list[Bindings]) -> Value:
        if aggregate.argument is None:
            return len(rows)
        values = [self._of_row(row, aggregate.argument) for row in rows]
        if aggregate.name == "count_distinct":
            tuples = {
                (
                    first,
                    *(self._evaluator([row], row, grouped=False)(p) for p in aggregate.parameters),
                )
                for first, row in zip(values, rows, strict=True)
            }
            return sum(None not in several for several in tuples)
        values = [value for value in values if value is not None]
        if aggregate.distinct:
            values = list(dict.fromkeys(values))
        if aggregate.collects is Collects.COUNT:
            return len(values)
        if not values:
            return None
        if aggregate.collects in {Collects.MIN, Collects.MAX}:
            ordered = sorted(values, key=sort_value)
            return ordered[0 if aggregate.collects is Collects.MIN else -1]
        if aggregate.collects is Collects.OTHER:
            raise NotImplementedError
        numbers = [value for value in values if isinstance(value, (int, float))]
        assert len(numbers) == len(values)
        total = sum(numbers)
        return total if aggregate.collects is Collects.SUM else total / len(numbers)


def _cut(
    results: list[tuple[Row, list[Value]]],
    order: tuple[SortKey, ...],
    limit: int | None,
    offset: int,
) -> list[Row]:
    for place in range(len(order) - 1, -1, -1):
        key = order[place]

        def by(result: tuple[Row, list[Value]], place: int = place) -> tuple[int, float | str]:
            return sort_value(result[1][place])

        nulls = [result for result in results if result[1][place] is None]
        others = [result for result in results if result[1][place] is not None]
        others.sort(key=by, reverse=key.descending)
        results = nulls + others if key.nulls_first else others + nulls
    end = len(results) if limit is None else offset + limit
    for cut in (offset, end):
        if not 0 < cut < len(results):
            continue
        place = 0
        for _, tied in groupby(results, key=lambda result: result[1]):
            same = list(tied)
            inside = place < cut < place + len(same)
            place += len(same)
            if inside and len({row for row, _ in same}) > 1:
                raise Open
    return [row for row, _ in results[offset:end]]


def _truth(value: Value) -> int | None:
    assert not isinstance(value, str), "a condition must have been made of a text"
    return None if value is None else int(value != 0)


def _is_true(value: Value) -> bool:
    return _truth(value) == 1


def _compare(compares: Compares, left: Value, right: Value) -> int | None:
    if left is None or right is None:
        return None
    assert isinstance(left, str) is isinstance(right, str), (left, right)
    one, other = sort_value(left), sort_value(right)
    match compares:
        case Compares.EQ:
            return int(one == other)
        case Compares.NE:
            return int(one != other)
        case Compares.LT:
            return int(one < other)
        case Compares.LE:
            return int(one <= other)
        case Compares.GT:
            return int(one > other)
        case Compares.GE:
            return int(one >= other)


def _arithmetic(node: Arithmetic, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    assert not isinstance(left, str)
    assert not isinstance(right, str)
    match node.operator:
        case Operator.ADD:
            return left + right
        case Operator.SUBTRACT:
            return left - right
        case Operator.MULTIPLY:
            return left * right
        case Operator.DIVIDE:
            return None if right == 0 else left / right
        case Operator.QUOTIENT:
            if right == 0:
                return None
            assert isinstance(left, int)
            assert isinstance(right, int)
            return abs(left) // abs(right) * (1 if (left < 0) is (right < 0) else -1)
        case Operator.REMAINDER:
            if right == 0:
                return None
            return abs(left) % abs(right) * (-1 if left < 0 else 1)


def _like(value: Value, pattern: str, ignores_case: bool, escape: str) -> int | None:
    if value is None:
        return None
    expression, place = "", 0
    while place < len(pattern):
        letter = pattern[place]
        if escape and letter == escape:
            place += 1
            expression += re.escape(pattern[place])
        else:
            expression += {"%": ".*", "_": "."}.get(letter, re.escape(letter))
        place += 1
    flags = re.DOTALL | (re.IGNORECASE if ignores_case else 0)
    return int(re.fullmatch(expression, str(value), flags) is not None)


_SPELLS = re.compile(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")


def _call(call: Call, arguments: list[Value]) -> Value:
    if call.function == "cast":
        kind = {ValueType.INTEGER: "INTEGER", ValueType.REAL: "REAL"}.get(call.type, "TEXT")
        return _ask(f"SELECT CAST(? AS {kind})", arguments)
    if call.function == "numeric":
        return _ask("SELECT ? + 0", arguments)
    if call.function == "divide":
        return _ask("SELECT ? / ?", arguments)
    if call.function == "mod":
        return _ask("SELECT ? % ?", arguments)
    if call.function in {"is_number", "to_number"}:
        (text,) = arguments
        if text is None:
            return None
        spells = _SPELLS.fullmatch(str(text)) is not None
        if call.function == "is_number":
            return int(spells)
        return float(str(text)) if spells else None
    if call.function == "dpipe":
        return None if None in arguments else "".join(str(part) for part in arguments)
    if call.function == "like":
        value, pattern, escape = arguments
        return _ask("SELECT ? LIKE ?", (value, pattern)) if not escape else None
    if call.function == "glob":
        return _ask("SELECT ? GLOB ?", arguments)
    holes = ", ".join("?" for _ in arguments)
    name = _NAMES.get(call.function, call.function)
    return _ask(f"SELECT {name}({holes})", arguments)
