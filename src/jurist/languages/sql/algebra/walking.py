"""Walking and rebuilding trees of the algebra."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
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
    Join,
    Like,
    Negative,
    Not,
    Or,
    Query,
    Same,
    Scalar,
    Select,
    SetOperation,
    SortKey,
    Window,
)

Change: TypeAlias = Callable[[Expression], Expression | None]
"""What an expression becomes; `None`: itself, with its parts changed."""
Replacement: TypeAlias = Callable[[Expression], Expression]


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The expressions right below, none of them inside a subquery."""
    match expression:
        case Column() | Constant() | Exists() | Scalar():
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


def asks_query(expression: Expression) -> bool:
    """Whether a subquery stands in it."""
    return any(subquery(part) is not None for part in walk(expression))


def is_cut(query: Query) -> bool:
    """Whether OFFSET or LIMIT drops rows."""
    return query.limit is not None or query.offset != 0


def padded(block: Select, place: int) -> bool:
    """Whether a source's rows may be missing, and NULL stands for them."""
    after = block.sources[place + 1 :]
    is_joined = block.sources[place].join is not Join.INNER
    return is_joined or any(source.join is Join.FULL for source in after)


def grouped_expressions(block: Select) -> Iterator[Expression]:
    """HAVING, outputs and sort keys: what is evaluated of groups, where there are groups."""
    yield from block.having
    for output in block.outputs:
        yield output.value
    for key in block.order:
        yield key.value


def own_expressions(query: Query) -> Iterator[Expression]:
    """The expressions of a query itself: of none of its sources, sides or subqueries."""
    if isinstance(query, SetOperation):
        yield from (key.value for key in query.order)
        return
    for source in query.sources:
        yield from source.on
    yield from query.where
    yield from query.group or ()
    yield from grouped_expressions(query)


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
                order=_keys(expression.order, inner),
            )
        case Scalar(query):
            return Scalar(transform_query(query, change))
        case Exists(query):
            return Exists(transform_query(query, change))
        case In(values, query):
            return In(inside(values), transform_query(query, change))


def _keys(keys: tuple[SortKey, ...], changed: Replacement) -> tuple[SortKey, ...]:
    return tuple(replace(key, value=changed(key.value)) for key in keys)


def transform_query(query: Query, change: Change) -> Query:
    """The query with `change` applied to every expression of it, and of those below."""
    if isinstance(query, SetOperation):
        return replace(
            query,
            left=transform_query(query.left, change),
            right=transform_query(query.right, change),
            order=_keys(query.order, partial(transform, change=change)),
        )
    return transform_select(query, change)


def transform_select(block: Select, change: Change) -> Select:
    """`transform_query` of a Select, which stays one."""
    return transform_block(block, change, partial(transform_query, change=change))


def transform_block(block: Select, change: Change, view: Callable[[Query], Query]) -> Select:
    """The block with `change` applied to its expressions, and `view` to the queries in FROM."""

    def inside(several: tuple[Expression, ...]) -> tuple[Expression, ...]:
        return tuple(transform(part, change) for part in several)

    rows = replace(
        block,
        sources=tuple(
            replace(
                source,
                of=source.of if isinstance(source.of, str) else view(source.of),
                on=inside(source.on),
            )
            for source in block.sources
        ),
        where=inside(block.where),
        group=None if block.group is None else inside(block.group),
    )
    return with_grouped(rows, partial(transform, change=change))


def with_grouped(block: Select, changed: Replacement) -> Select:
    """The block with other `grouped_expressions`."""
    return replace(
        block,
        having=tuple(map(changed, block.having)),
        outputs=tuple(replace(output, value=changed(output.value)) for output in block.outputs),
        order=_keys(block.order, changed),
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
        match expression:
            case Column(source):
                return replace(expression, source=numbers.get(source, source))
            case Scalar(inner):
                return Scalar(numbered(inner))
            case Exists(inner):
                return Exists(numbered(inner))
            case In(values, inner):
                return In(tuple(transform(value, change) for value in values), numbered(inner))
            case _:
                return None

    def numbered(below: Query) -> Query:
        if isinstance(below, SetOperation):
            return replace(below, left=numbered(below.left), right=numbered(below.right))
        block = transform_block(below, change, numbered)
        sources = tuple(replace(source, id=numbers[source.id]) for source in block.sources)
        return replace(block, sources=sources)

    return numbered(query)
