"""What determines what in a query's rows: keys, equalities, groups.

For remarks only: no proof rests on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from jurist.languages.sql.algebra.nodes import (
    Column,
    Compares,
    Comparison,
    Constant,
    Expression,
    Join,
    Query,
    Select,
    Source,
)
from jurist.languages.sql.algebra.walking import all_queries, columns_of
from jurist.languages.sql.schemas import schema as declared
from jurist.languages.sql.schemas.schema import SqlSchema, Table


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a whole query come from.

    Args:
        query: The outermost one.
        schema: Its tables.
    """

    schema: SqlSchema
    sources: dict[int, Source]

    @classmethod
    def of(cls, query: Query, schema: SqlSchema) -> Columns:
        """Those of a query and of all below it."""
        return cls(
            schema,
            {
                source.id: source
                for below in all_queries(query)
                if isinstance(below, Select)
                for source in below.sources
            },
        )

    def base(self, expression: Expression) -> tuple[Table, declared.Column] | None:
        """The table's column that an expression is, through queries in FROM; else `None`."""
        while isinstance(expression, Column):
            source = self.sources.get(expression.source)
            if source is None:
                return None
            if isinstance(source.of, str):
                table = self.schema.table(source.of)
                column = table.column(expression.name) if table else None
                return None if table is None or column is None else (table, column)
            names = [name.lower() for name in source.columns]
            if not isinstance(source.of, Select) or expression.name.lower() not in names:
                return None
            expression = source.of.outputs[names.index(expression.name.lower())].value
        return None

    def name(self, column: Column) -> str:
        """A column's name as its table spells it, where it is one's."""
        known = self.base(column)
        return (
            known[1].name
            if known is not None and known[1].name.lower() == column.name.lower()
            else column.name
        )

    def may_be_null(self, column: Column) -> bool:
        """Whether a column may be NULL where it comes from, by its table or an outer join."""
        source = self.sources.get(column.source)
        known = self.base(column)
        return (
            known is None
            or known[1].nullable
            or (source is not None and source.join is not Join.INNER)
        )

    def keys(self, source: Source) -> Iterator[tuple[str, ...]]:
        """Sets of lower-cased columns of a source of which no two rows agree on all."""
        if isinstance(source.of, str):
            table = self.schema.table(source.of)
            for key in table.keys if table else ():
                columns = [table.column(name) if table else None for name in key]
                if all(column is not None and not column.nullable for column in columns):
                    yield tuple(name.lower() for name in key)
            return
        query = source.of
        names = tuple(name.lower() for name in source.columns)
        if is_single(query, self):
            yield ()
        if not isinstance(query, Select):
            if not query.all:
                yield names
            return
        if query.distinct:
            yield names
        if query.group is not None:
            values = [output.value for output in query.outputs]
            if all(key in values for key in query.group):
                yield tuple(names[values.index(key)] for key in query.group)


def is_single(query: Query, columns: Columns) -> bool:
    """Whether a query has at most one row, whatever surrounds it."""
    if query.limit is not None and query.limit <= 1:
        return True
    if not isinstance(query, Select):
        return False
    if query.group == ():
        return True
    own = {source.id for source in query.sources}
    if query.group is not None:
        known = determined(query, (), columns)
        return all(set(columns_of(key)) <= known or _is_outer(key, own) for key in query.group)
    known = determined(query, (), columns)
    return bool(query.sources) and all(_is_known(source, known) for source in query.sources)


def determined(query: Select, given: Collection[Expression], columns: Columns) -> frozenset[Column]:
    """The columns of a query's own sources that are the same in all rows that agree on some.

    Args:
        query: Whose sources, conditions and joins say so.
        given: What the rows agree on; columns from outside, and constants, are always given.
        columns: Where columns come from.
    """
    own = {source.id for source in query.sources}
    everything = {
        source.id: frozenset(
            Column(source.id, name.lower(), type_)
            for name, type_ in zip(source.columns, source.types, strict=True)
        )
        for source in query.sources
    }
    known = {_plain(part) for part in given if isinstance(part, Column)}
    links = list(_links(query))
    while True:
        before = len(known)
        for left, right, one_way in links:
            for one, other in ((left, right),) if one_way else ((left, right), (right, left)):
                settled = isinstance(one, Constant) or (
                    isinstance(one, Column) and (_plain(one) in known or one.source not in own)
                )
                if settled and isinstance(other, Column) and other.source in own:
                    known.add(_plain(other))
        for source in query.sources:
            names = {column.name for column in known if column.source == source.id}
            if any(names.issuperset(key) for key in columns.keys(source)):
                known |= everything[source.id]
        if len(known) == before:
            return frozenset(known)


def is_row_known(query: Select, known: Collection[Column]) -> bool:
    """Whether columns settle a row of every source."""
    return all(_is_known(source, known) for source in query.sources)


def _is_known(source: Source, known: Collection[Column]) -> bool:
    names = {column.name for column in known if column.source == source.id}
    return names.issuperset(name.lower() for name in source.columns)


def _links(query: Select) -> Iterator[tuple[Expression, Expression, bool]]:
    """Equalities that hold in every row; of an outer join only toward the side that is padded."""
    for condition in query.where:
        if isinstance(condition, Comparison) and condition.compares is Compares.EQ:
            yield condition.left, condition.right, False
    for source in query.sources:
        for condition in source.on if source.join is Join.LEFT else ():
            if isinstance(condition, Comparison) and condition.compares is Compares.EQ:
                sides = (condition.left, condition.right)
                inner = [side for side in sides if source.id in _sources(side)]
                if len(inner) == 1:
                    outer = sides[1] if inner[0] is sides[0] else sides[0]
                    yield outer, inner[0], True


def _sources(expression: Expression) -> set[int]:
    return {column.source for column in columns_of(expression)}


def _is_outer(expression: Expression, own: set[int]) -> bool:
    return not _sources(expression) & own


def _plain(column: Column) -> Column:
    return Column(column.source, column.name.lower(), column.type)
