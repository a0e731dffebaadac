"""The algebra as texts for people, the same for what is the same otherwise written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Case,
    Column,
    Compares,
    Comparison,
    Constant,
    Exists,
    Expression,
    In,
    IsNull,
    IsTrue,
    Like,
    Negative,
    Not,
    Operator,
    Or,
    Query,
    Same,
    Scalar,
    Select,
    SetOperation,
    SortKey,
    Source,
    Window,
)

Names: TypeAlias = Mapping[int, str | Mapping[str, str]]
"""What a source's number stands for: a table's name, or the texts of a query's columns."""

_COMMUTES: Final = frozenset({Operator.ADD, Operator.MULTIPLY})


def named(query: Select, around: Names) -> Names:
    """Base tables by their names, the second of a name with its number; queries by their outputs.

    Args:
        query: Whose sources are named.
        around: The names of the sources around it.
    """
    names = dict(around)
    seen: dict[str, int] = {}
    for source in query.sources:
        if isinstance(source.of, str):
            seen[source.of] = seen.get(source.of, 0) + 1
            number = "" if seen[source.of] == 1 else f"#{seen[source.of]}"
            names[source.id] = f"{source.of}{number}"
        else:
            names[source.id] = _outputs(source, names)
    return names


def first_select(query: Query) -> Select:
    """The leftmost SELECT, whose names count."""
    while isinstance(query, SetOperation):
        query = query.left
    return query


def _outputs(source: Source, names: Names) -> dict[str, str]:
    """What each column of a query in FROM is computed from."""
    if isinstance(source.of, str):
        return {}
    query = first_select(source.of)
    values = _texts((output.value for output in query.outputs), named(query, names))
    return dict(zip(source.columns, values, strict=False))


def text(part: Expression, names: Names) -> str:
    """An expression as text; sides of what commutes are sorted."""
    match part:
        case Column(source, name):
            known = names.get(source, "")
            if isinstance(known, str):
                return f"{known}.{name}" if known else name
            return known.get(name, name)
        case Constant(value):
            return "NULL" if value is None else _literal(value)
        case Arithmetic(operator, left, right):
            sides = _texts((left, right), names)
            return f"({f' {operator} '.join(sorted(sides) if operator in _COMMUTES else sides)})"
        case Negative(value):
            return f"-{text(value, names)}"
        case Case(branches, otherwise):
            cases = (f"WHEN {text(test, names)} THEN {text(is_, names)}" for test, is_ in branches)
            return f"CASE {' '.join(cases)} ELSE {text(otherwise, names)} END"
        case Call(function, arguments):
            return f"{function.upper()}({_listed(arguments, names)})"
        case Aggregate(collects, argument, distinct, _, name, parameters):
            within = "*" if argument is None else _listed((argument, *parameters), names)
            return f"{(name or collects).upper()}({'DISTINCT ' if distinct else ''}{within})"
        case Window(function, arguments, partition, order, frame):
            over = f"PARTITION BY {_listed(partition, names)} ORDER BY {sorted_by(order, names)}"
            called = f"{function.upper()}({_listed(arguments, names)})"
            return f"{called} OVER ({over}{' ' if frame else ''}{frame})"
        case Scalar(query):
            return f"({_query(query, names)})"
        case _:
            return _condition(part, names)


def _condition(part: Expression, names: Names) -> str:
    match part:
        case And(parts) | Or(parts):
            word = " AND " if isinstance(part, And) else " OR "
            return f"({word.join(sorted(_texts(parts, names)))})"
        case Not(inner):
            return f"NOT {text(inner, names)}"
        case IsTrue(inner):
            return text(inner, names)
        case Comparison(compares, left, right):
            return _comparison(compares, left, right, names)
        case Same(left, right):
            return " IS NOT DISTINCT FROM ".join(sorted(_texts((left, right), names)))
        case IsNull(value):
            return f"{text(value, names)} IS NULL"
        case Like(value, pattern):
            return f"{text(value, names)} LIKE {_literal(pattern)}"
        case In(values, query):
            return f"{_listed(values, names)} IN ({_query(query, names)})"
        case Exists(query):
            return f"EXISTS ({_query(query, names)})"
        case _:
            raise AssertionError(part)


def _comparison(compares: Compares, left: Expression, right: Expression, names: Names) -> str:
    """Constants stand right; of two others the first in the alphabet stands left."""
    one, other = _texts((left, right), names)
    mirrored = isinstance(left, Constant) or (not isinstance(right, Constant) and one > other)
    if mirrored:
        one, other, compares = other, one, compares.mirrored
    return f"{one} {compares} {other}"


def sorted_by(keys: Iterable[SortKey], names: Names) -> str:
    """Sort keys with their directions."""
    return ", ".join(f"{text(key.value, names)}{' DESC' if key.descending else ''}" for key in keys)


def _query(query: Query, around: Names) -> str:
    if isinstance(query, SetOperation):
        word = f" {query.combines.upper()}{' ALL' if query.all else ''} "
        return word.join(_query(side, around) for side in (query.left, query.right))
    names = named(query, around)
    outputs = _listed([output.value for output in query.outputs], names)
    tables = sorted(
        source.of if isinstance(source.of, str) else f"({_query(source.of, around)})"
        for source in query.sources
    )
    conditions = [*query.where, *(each for source in query.sources for each in source.on)]
    clauses = [
        ("SELECT DISTINCT" if query.distinct else "SELECT", outputs),
        ("FROM", ", ".join(tables)),
        ("WHERE", " AND ".join(sorted(_texts(conditions, names)))),
        ("GROUP BY", _listed(query.group or (), names)),
        ("HAVING", " AND ".join(sorted(_texts(query.having, names)))),
        ("ORDER BY", sorted_by(query.order, names)),
        ("LIMIT", "" if query.limit is None else str(query.limit)),
    ]
    return " ".join(f"{word} {of}" for word, of in clauses if of)


def _texts(parts: Iterable[Expression], names: Names) -> list[str]:
    return [text(part, names) for part in parts]


def _listed(parts: Iterable[Expression], names: Names) -> str:
    return ", ".join(_texts(parts, names))


def _literal(value: float | str) -> str:
    return f"'{value}'" if isinstance(value, str) else f"{value:.15g}"
