"""Operators, functions and aggregates on single values, as SQLite's documentation has them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sql_meaning import value_key
from sql_trees import Kind, Value

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


def truth(value: Value) -> Value:
    """1, 0 or NULL."""
    if value is None:
        return None
    return int(value != 0)


def converted(value: Value, kind: Kind | None) -> Value:
    """A value under a column's affinity."""
    if kind is None or value is None:
        return value
    if kind is Kind.TEXT:
        return value if isinstance(value, str) else str(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = float(value)
        return int(number) if number.is_integer() else number
    return value


def compared(
    operator: str, left: Value, right: Value, mine: Kind | None, theirs: Kind | None
) -> Value:
    """A comparison, after SQLite's rules on which side is converted."""
    if mine is not None and mine.is_number and (theirs is None or theirs is Kind.TEXT):
        right = converted(right, mine)
    elif theirs is not None and theirs.is_number and (mine is None or mine is Kind.TEXT):
        left = converted(left, theirs)
    elif mine is Kind.TEXT and theirs is None:
        right = converted(right, mine)
    elif theirs is Kind.TEXT and mine is None:
        left = converted(left, theirs)
    one, other = value_key(left), value_key(right)
    if operator in {"IS", "IS NOT"}:
        return int((one == other) == (operator == "IS"))
    if left is None or right is None:
        return None
    return int(
        {
            "=": one == other,
            "<>": one != other,
            "<": one < other,
            "<=": one <= other,
            ">": one > other,
            ">=": one >= other,
        }[operator]
    )


def arithmetic(operator: str, left: Value, right: Value, *, whole: bool) -> Value:
    """NULL where a side is, or where there is a division by zero."""
    if left is None or right is None:
        return None
    assert not isinstance(left, str)
    assert not isinstance(right, str)
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if right == 0:
        return None
    if operator == "%":
        one, other = int(left), int(right)
        return None if other == 0 else (abs(one) % abs(other)) * (1 if one >= 0 else -1)
    if whole and isinstance(left, int) and isinstance(right, int):
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) == (right < 0) else -quotient
    return left / right


def called(function: str, values: Sequence[Value]) -> Value:
    """A function of values."""
    first = values[0]
    if function == "COALESCE":
        return next((value for value in values if value is not None), None)
    if function == "NULLIF":
        return None if compared("=", first, values[1], None, None) == 1 else first
    if None in values:
        return None
    if function == "CONCAT":
        return "".join(map(str, values))
    if function == "ABS":
        assert isinstance(first, int | float)
        return abs(first)
    text = str(first)
    if function == "LENGTH":
        return len(text)
    return text.upper() if function == "UPPER" else text.lower()


def like(value: Value, pattern: str, *, ignores_case: bool) -> Value:
    """Whether a text matches a pattern."""
    if value is None:
        return None
    text = str(value)
    if ignores_case:
        text, pattern = text.lower(), pattern.lower()
    parts = (".*" if sign == "%" else "." if sign == "_" else re.escape(sign) for sign in pattern)
    return int(re.fullmatch("".join(parts), text, re.DOTALL) is not None)


def collected(function: str, values: Sequence[Value], *, distinct: bool) -> Value:
    """An aggregate of the values of a group."""
    there = [value for value in values if value is not None]
    if distinct:
        there = list({value_key(value): value for value in there}.values())
    if function == "COUNT":
        return len(there)
    if not there:
        return None
    if function == "MIN":
        return min(there, key=value_key)
    if function == "MAX":
        return max(there, key=value_key)
    numbers = [value for value in there if not isinstance(value, str)]
    total = sum(numbers)
    return total / len(numbers) if function == "AVG" else total
