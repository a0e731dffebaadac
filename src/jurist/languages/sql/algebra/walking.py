"""Walking and rebuilding trees of the algebra."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Case,
    Column,
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
    Or,
    Output,
    Query,
    Same,
    Scalar,
    Select,
    SetOperation,
    SortKey,
    Source,
    Window,
)

Change: TypeAlias = Callable[[Expression], Expression | None]
"""What an expression becomes; `None`: itself, with its parts changed."""


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The expressions right below, none of them inside a subquery."""
    match expression:
        case Column() | Constant() | Exists():
            return ()
        case Scalar():
            return ()
        case Arithmetic(_, left, right) | Comparison(_, left, right) | Same(left, right):
            return (left, right)
        case Negative(part) | Not(part) | IsNull(part) | IsTrue(part):
            return (part,)
        case Like(value):
            return (value,)
        case And(several) | Or(several) | Call(_, several):
            return several
        case In(values, _):
            return values
        case Case(branches, otherwise):
            return (*(part for branch in branches for part in branch), otherwise)
        case Aggregate():
            first = () if expression.argument is None else (expression.argument,)
            return (*first, *expression.parameters)
        case Window():
            keys = (key.value for key in expression.order)
            return (*expression.arguments, *expression.partition, *keys)


def subquery(expression: Expression) -> Query | None:
    """The query that an expression asks, itself."""
    match expression:
        case Scalar(query) | Exists(query) | In(_, query):
            return query
        case _:
            return None


def walk(expression: Expression) -> Iterator[Expression]:
    """An expression and all below it, none of them inside a subquery."""
    pending = [expression]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(parts(current)))


def subqueries(expression: Expression) -> Iterator[Query]:
    """The queries that an expression asks, outermost ones only."""
    for part in walk(expression):
        query = subquery(part)
        if query is not None:
            yield query


def has_aggregate(expression: Expression) -> bool:
    """Whether an aggregate of this query's own rows stands in it."""
    return any(isinstance(part, Aggregate) for part in walk(expression))


def own_expressions(query: Query) -> Iterator[Expression]:
    """The expressions of a query itself: of none of its sources, sides or subqueries."""
    if isinstance(query, Select):
        for source in query.sources:
            yield from source.on
        yield from query.where
        yield from query.group or ()
        yield from query.having
        for output in query.outputs:
            yield output.value
    for key in query.order:
        yield key.value


def own_queries(query: Query) -> Iterator[Query]:
    """The queries right below: sides, sources and subqueries."""
    if isinstance(query, SetOperation):
        yield query.left
        yield query.right
        return
    for source in query.sources:
        if not isinstance(source.of, str):
            yield source.of
    for expression in own_expressions(query):
        yield from subqueries(expression)


def all_queries(query: Query) -> Iterator[Query]:
    """A query and all queries below it."""
    pending = [query]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(own_queries(current))


def all_expressions(query: Query) -> Iterator[Expression]:
    """Every expression of a query and of all queries below it."""
    for below in all_queries(query):
        for expression in own_expressions(below):
            yield from walk(expression)


def columns_of(expression: Expression) -> Iterator[Column]:
    """The columns that an expression names, in its subqueries too."""
    for part in walk(expression):
        if isinstance(part, Column):
            yield part
        query = subquery(part)
        if query is not None:
            yield from free_columns(query)


@lru_cache(maxsize=4096)
def free_columns(query: Query) -> tuple[Column, ...]:
    """The columns of sources outside a query that it names, each once, in order."""
    own = {0}
    named: dict[Column, None] = {}
    for below in all_queries(query):
        if isinstance(below, Select):
            own.update(source.id for source in below.sources)
    for expression in all_expressions(query):
        if isinstance(expression, Column) and expression.source not in own:
            named[expression] = None
    return tuple(named)


def sources_of(expression: Expression) -> frozenset[int]:
    """The sources that an expression names columns of, those of its subqueries left out."""
    return frozenset(column.source for column in columns_of(expression))


# --- rebuilding -----------------------------------------------------------------------------


def transform(expression: Expression, change: Change) -> Expression:
    """The expression with `change` applied from the top down, in subqueries too."""
    changed = change(expression)
    if changed is not None:
        return changed

    def inner(part: Expression) -> Expression:
        return transform(part, change)

    def inside(several: tuple[Expression, ...]) -> tuple[Expression, ...]:
        return tuple(inner(part) for part in several)

    match expression:
        case Column() | Constant():
            return expression
        case Arithmetic(_, left, right) | Comparison(_, left, right) | Same(left, right):
            return replace(expression, left=inner(left), right=inner(right))
        case Negative(part) | IsNull(part) | Like(part):
            return replace(expression, value=inner(part))
        case Not(part) | IsTrue(part):
            return replace(expression, part=inner(part))
        case And(several) | Or(several):
            return replace(expression, parts=inside(several))
        case Call():
            return replace(expression, arguments=inside(expression.arguments))
        case Case(branches, otherwise):
            pairs = tuple((inner(when), inner(then)) for when, then in branches)
            return Case(pairs, inner(otherwise))
        case Aggregate():
            argument = expression.argument
            return replace(
                expression,
                argument=None if argument is None else inner(argument),
                parameters=inside(expression.parameters),
            )
        case Window():
            return replace(
                expression,
                arguments=inside(expression.arguments),
                partition=inside(expression.partition),
                order=_keys(expression.order, change),
            )
        case Scalar(query):
            return Scalar(transform_query(query, change))
        case Exists(query):
            return Exists(transform_query(query, change))
        case In(values, query):
            return In(inside(values), transform_query(query, change))


def _keys(keys: tuple[SortKey, ...], change: Change) -> tuple[SortKey, ...]:
    return tuple(replace(key, value=transform(key.value, change)) for key in keys)


def transform_query(query: Query, change: Change) -> Query:
    """The query with `change` applied to every expression of it, and of those below."""
    if isinstance(query, SetOperation):
        return replace(
            query,
            left=transform_query(query.left, change),
            right=transform_query(query.right, change),
            order=_keys(query.order, change),
        )
    return transform_select(query, change)


def transform_select(query: Select, change: Change) -> Select:
    """`transform_query` of a Select, which stays one."""

    def inside(several: tuple[Expression, ...]) -> tuple[Expression, ...]:
        return tuple(transform(part, change) for part in several)

    return Select(
        sources=tuple(_source(source, change) for source in query.sources),
        where=inside(query.where),
        group=None if query.group is None else inside(query.group),
        having=inside(query.having),
        outputs=tuple(
            Output(output.name, transform(output.value, change)) for output in query.outputs
        ),
        distinct=query.distinct,
        order=_keys(query.order, change),
        limit=query.limit,
        offset=query.offset,
    )


def _source(source: Source, change: Change) -> Source:
    return replace(
        source,
        of=source.of if isinstance(source.of, str) else transform_query(source.of, change),
        on=tuple(transform(part, change) for part in source.on),
    )


def substitute(columns: Mapping[tuple[int, str], Expression]) -> Change:
    """The change that puts expressions in the place of columns."""

    def change(expression: Expression) -> Expression | None:
        if isinstance(expression, Column):
            return columns.get((expression.source, expression.name), expression)
        return None

    return change


def transform_own(expression: Expression, change: Change) -> Expression:
    """`transform`, but in no subquery, where other groups and rows are meant."""

    def outside(part: Expression) -> Expression | None:
        changed = change(part)
        if changed is not None:
            return changed
        match part:
            case Scalar() | Exists():
                return part
            case In(values, query):
                return In(tuple(transform(value, outside) for value in values), query)
            case _:
                return None

    return transform(expression, outside)


def renumber(query: Query, fresh: Iterator[int]) -> Query:
    """The query with new numbers for all sources in it."""
    numbers = {
        source.id: next(fresh)
        for below in all_queries(query)
        if isinstance(below, Select)
        for source in below.sources
    }

    def change(expression: Expression) -> Expression | None:
        if isinstance(expression, Column):
            number = numbers.get(expression.source, expression.source)
            return replace(expression, source=number)
        return None

    return _numbered(transform_query(query, change), numbers)


def _numbered(query: Query, numbers: Mapping[int, int]) -> Query:
    """Sources renamed, whose columns have been."""

    def in_expression(expression: Expression) -> Expression | None:
        match expression:
            case Scalar(inner):
                return Scalar(_numbered(inner, numbers))
            case Exists(inner):
                return Exists(_numbered(inner, numbers))
            case In(values, inner):
                values = tuple(transform(value, in_expression) for value in values)
                return In(values, _numbered(inner, numbers))
            case _:
                return None

    if isinstance(query, SetOperation):
        return replace(
            query, left=_numbered(query.left, numbers), right=_numbered(query.right, numbers)
        )
    sources = tuple(
        replace(
            source,
            id=numbers[source.id],
            of=source.of if isinstance(source.of, str) else _numbered(source.of, numbers),
        )
        for source in query.sources
    )
    shell = replace(query, sources=tuple(replace(source, of="") for source in sources))
    shell = transform_select(shell, in_expression)
    return replace(
        shell,
        sources=tuple(
            replace(source, of=whole.of)
            for source, whole in zip(shell.sources, sources, strict=True)
        ),
    )
