"""Trees of the SQL oracle as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sql_trees import (
    Aggregate,
    Arithmetic,
    Between,
    Call,
    Case,
    Column,
    Comparison,
    Exists,
    Expression,
    InList,
    InQuery,
    IsNull,
    Join,
    Junction,
    Like,
    Literal,
    Named,
    Not,
    Query,
    Same,
    Scalar,
    Select,
    SetOperation,
    SortKey,
    Source,
    Value,
)


def print_query(query: Query) -> str:
    """A query as text that every dialect reads alike where it can."""
    return _query(query, {})


def print_value(value: Value) -> str:
    """A literal."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


@dataclass(frozen=True, slots=True)
class _Scoped:
    """How the columns of a source are written."""

    alias: str
    fields: frozenset[str]
    spared: bool
    """Whether without the alias."""


Names = dict[int, _Scoped]
"""By the source's number, of all scopes around."""


def _query(query: Query, outer: Names) -> str:
    head = ""
    if query.named:
        parts = ", ".join(f"{name} AS ({_query(one, {})})" for name, one in query.named)
        head = f"WITH {parts} "
    if isinstance(query, Select):
        return head + _select(query, outer)
    left, right = (_side(side, outer) for side in (query.left, query.right))
    return f"{head}{left} {query.operator} {right}{_tail(query, outer)}"


def _side(query: Query, outer: Names) -> str:
    """A side of a set operation: SQLite allows no parentheses there."""
    text = _query(query, outer)
    if isinstance(query, SetOperation) or query.order or query.limit is not None:
        return f"SELECT * FROM ({text})"  # noqa: S608
    return text


def _select(query: Select, outer: Names) -> str:
    aliases = {output.alias for output in query.outputs if output.alias}
    own = {source.id: frozenset(field.name for field in source.fields) for source in query.sources}
    taken = aliases.union(*own.values())
    names = {
        number: replace(scoped, spared=scoped.spared and not scoped.fields & taken)
        for number, scoped in outer.items()
    }
    for source in query.sources:
        others = aliases.union(*(own[other] for other in own if other != source.id))
        spared = query.spares_names and not own[source.id] & others
        names[source.id] = _Scoped(source.alias, own[source.id], spared)
    text = "SELECT DISTINCT " if query.distinct else "SELECT "
    text += ", ".join(
        _expression(output.value, names) + (f" AS {output.alias}" if output.alias else "")
        for output in query.outputs
    )
    if query.sources:
        text += " FROM " + _sources(query.sources, names, outer)
    if query.where is not None:
        text += f" WHERE {_expression(query.where, names)}"
    if query.group:
        text += " GROUP BY " + ", ".join(_expression(key, names) for key in query.group)
    if query.having is not None:
        text += f" HAVING {_expression(query.having, names)}"
    return text + _tail(query, names)


def _sources(sources: Sequence[Source], names: Names, outer: Names) -> str:
    text = ""
    for source in sources:
        match source.of:
            case str(table):
                shown = table if source.alias == table else f"{table} AS {source.alias}"
            case Named(name):
                shown = f"{name} AS {source.alias}"
            case query:
                shown = f"({_query(query, outer)}) AS {source.alias}"
        if source.join is Join.COMMA:
            text += ", " + shown
        elif source.join is Join.FIRST:
            text = shown
        else:
            text += f" {source.join} {shown}"
        if source.on is not None:
            text += f" ON {_expression(source.on, names)}"
    return text


def _tail(query: Query, names: Names) -> str:
    text = ""
    if query.order:
        text += " ORDER BY " + ", ".join(_key(key, names) for key in query.order)
    if query.limit is not None:
        text += f" LIMIT {query.limit}"
        if query.offset:
            text += f" OFFSET {query.offset}"
    return text


def _key(key: SortKey, names: Names) -> str:
    text = str(key.value) if isinstance(key.value, int) else _expression(key.value, names)
    text += " DESC" if key.descending else ""
    return f"{text} NULLS {key.nulls}" if key.nulls else text


def _expression(node: Expression, names: Names) -> str:
    def shown(part: Expression) -> str:
        return _closed(part, names)

    match node:
        case Column(source=source, name=name):
            return name if names[source].spared else f"{names[source].alias}.{name}"
        case Literal(value=value):
            return print_value(value)
        case Arithmetic(operator=operator, left=left, right=right):
            return f"{shown(left)} {operator} {shown(right)}"
        case Case(branches=branches, otherwise=otherwise):
            text = "CASE"
            for condition, value in branches:
                text += f" WHEN {_expression(condition, names)} THEN {_expression(value, names)}"
            if otherwise is not None:
                text += f" ELSE {_expression(otherwise, names)}"
            return text + " END"
        case Call(function="CONCAT", arguments=arguments):
            return "(" + " || ".join(shown(part) for part in arguments) + ")"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(_expression(part, names) for part in arguments)})"
        case Aggregate(function=function, argument=None):
            return f"{function}(*)"
        case Aggregate(function=function, argument=argument, distinct=distinct):
            assert argument is not None
            return f"{function}({'DISTINCT ' if distinct else ''}{_expression(argument, names)})"
        case Scalar(query=query):
            return f"({_query(query, names)})"
        case Comparison(operator=operator, left=left, right=right):
            return f"{shown(left)} {operator} {shown(right)}"
        case Same(left=left, right=right, negated=negated):
            return f"{shown(left)} IS {'' if negated else 'NOT '}DISTINCT FROM {shown(right)}"
        case _:
            return _condition(node, names)


def _condition(node: Expression, names: Names) -> str:
    def shown(part: Expression) -> str:
        return _closed(part, names)

    match node:
        case Junction(operator=operator, parts=parts):
            return f" {operator} ".join(shown(part) for part in parts)
        case Not(part=part):
            return f"NOT ({_expression(part, names)})"
        case IsNull(value=value, negated=negated):
            return f"{shown(value)} IS {'NOT ' if negated else ''}NULL"
        case Between(value=value, low=low, high=high, negated=negated):
            no = "NOT " if negated else ""
            return f"{shown(value)} {no}BETWEEN {shown(low)} AND {shown(high)}"
        case InList(value=value, items=items, negated=negated):
            inside = ", ".join(print_value(item.value) for item in items)
            return f"{shown(value)} {'NOT ' if negated else ''}IN ({inside})"
        case InQuery(value=value, query=query, negated=negated):
            return f"{shown(value)} {'NOT ' if negated else ''}IN ({_query(query, names)})"
        case Exists(query=query, negated=negated):
            return f"{'NOT ' if negated else ''}EXISTS ({_query(query, names)})"
        case Like(value=value, pattern=pattern, negated=negated):
            return f"{shown(value)} {'NOT ' if negated else ''}LIKE {print_value(pattern)}"
        case _:
            raise AssertionError(node)


def _closed(node: Expression, names: Names) -> str:
    """In parentheses where another operator might take a part of it."""
    text = _expression(node, names)
    return text if isinstance(node, Column | Literal | Call | Aggregate | Scalar) else f"({text})"
