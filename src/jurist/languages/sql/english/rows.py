"""What the rows of a SELECT are rows of: roots, and the foreign keys that lead on from them.

A join along a foreign key says nothing of its own: each row has at most one row that the key
leads to, and a column there is just one more thing to say of the row. It loses rows only where
the key may be NULL and the join is an inner one, which then is a condition: the key is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from jurist.languages.sql.algebra.nodes import (
    Column,
    Compares,
    Comparison,
    Expression,
    IsNull,
    Join,
    Not,
    Select,
    Source,
)
from jurist.languages.sql.dialects import habits
from jurist.languages.sql.english.lacking import wordless
from jurist.languages.sql.schemas.schema import ForeignKey, SqlSchema
from jurist.languages.sql.values import ValueType


@dataclass(frozen=True, slots=True)
class Edge:
    """A foreign key between two sources."""

    child: int
    parent: int
    key: ForeignKey
    optional: bool
    """Whether the source that it leads to may be missing."""

    @property
    def equalities(self) -> list[frozenset[tuple[int, str]]]:
        """The columns that are equal along it, each as its source and its lower-cased name."""
        return [
            frozenset({(self.child, mine.lower()), (self.parent, theirs.lower())})
            for mine, theirs in zip(self.key.columns, self.key.parents, strict=True)
        ]


@dataclass(frozen=True)
class Rows:
    """The sources of a SELECT as trees."""

    sources: Mapping[int, Source]
    roots: tuple[Source, ...]
    """More than one: each combination of them."""
    ups: Mapping[int, Edge]
    """By the source that the key leads to."""
    downs: Mapping[int, Edge]
    """By the source that holds the key: several rows, or none where it is optional."""
    conditions: tuple[Expression, ...]
    ignores_case: bool
    """Whether texts that differ in case alone are equal."""

    @property
    def root(self) -> Source:
        """The first root."""
        return self.roots[0]

    def settled(self, column: Column) -> Column:
        """The same value closer to the root: a key that was followed is the key's own column.

        Not where the two need not be spelled alike: of other types, or texts that may be equal
        in another case; nor where the key has several columns and a part of it may be NULL.
        """
        edge = self.ups.get(column.source)
        while edge is not None:
            child, parents = self.sources[edge.child], [name.lower() for name in edge.key.parents]
            if column.name not in parents or (edge.optional and len(parents) > 1):
                return column
            name = edge.key.columns[parents.index(column.name)].lower()
            kind = child.types[child.columns.index(name)]
            if kind is not column.type or (kind is ValueType.TEXT and self.ignores_case):
                return column
            column = replace(column, source=edge.child, name=name)
            edge = self.ups.get(column.source)
        return column


def rows_of(select: Select, schema: SqlSchema) -> Rows:
    """The trees of a SELECT's sources.

    Raises:
        UnsupportedError: They are joined in a way for which there are no words.
    """
    sources = {source.id: source for source in select.sources}
    left = list(select.where)
    ups: dict[int, Edge] = {}
    downs: dict[int, Edge] = {}
    for source in select.sources:
        if not isinstance(source.of, str):
            raise wordless("a query in FROM")
        if source.join is Join.INNER:
            continue
        edge = _outer_edge(source, sources, schema)
        (ups if edge.parent == source.id else downs)[source.id] = edge
    for edge in _inner_edges(sources, left, schema):
        taken = edge.parent in ups or edge.parent in downs
        if not taken and sources[edge.parent].join is Join.INNER and not _leads(edge, ups, downs):
            ups[edge.parent] = edge
            for equality in edge.equalities:
                left = [part for part in left if not is_equality(part, equality)]
    roots = tuple(s for s in select.sources if s.id not in ups and s.id not in downs)
    if downs and len(roots) > 1:
        raise wordless("an outer join beside a join without a foreign key")
    rows = Rows(sources, roots, ups, downs, (), habits(schema.dialect).equality_ignores_case)
    known = tuple(dict.fromkeys(_known(rows, schema)))
    return replace(rows, conditions=(*known, *left))


def _outer_edge(source: Source, sources: Mapping[int, Source], schema: SqlSchema) -> Edge:
    if source.join is Join.LEFT:
        for other in sources.values():
            if other.id == source.id:
                break
            for child, parent in ((other, source), (source, other)):
                for key in _keys(child, parent, schema):
                    edge = Edge(child.id, parent.id, key, optional=True)
                    wanted = edge.equalities
                    if len(source.on) == len(wanted) and all(
                        any(is_equality(part, pair) for part in source.on) for pair in wanted
                    ):
                        return edge
    raise wordless("an outer join that follows no foreign key")


def _inner_edges(
    sources: Mapping[int, Source], conditions: list[Expression], schema: SqlSchema
) -> Iterator[Edge]:
    for child in sources.values():
        for parent in sources.values():
            for key in _keys(child, parent, schema) if child is not parent else ():
                edge = Edge(child.id, parent.id, key, optional=False)
                wanted = edge.equalities
                if all(any(is_equality(p, pair) for p in conditions) for pair in wanted):
                    yield edge


def _keys(child: Source, parent: Source, schema: SqlSchema) -> Iterator[ForeignKey]:
    """The foreign keys of one source that lead to no more than one row of the other."""
    table, other = schema.table(str(child.of)), schema.table(str(parent.of))
    for key in table.foreign_keys if table and other else ():
        if other and key.table.lower() == other.name.lower():
            parents = {name.lower() for name in key.parents}
            if any(parents.issuperset(map(str.lower, unique)) for unique in other.keys):
                yield key


def is_equality(part: Expression, pair: frozenset[tuple[int, str]]) -> bool:
    """Whether a condition says that two columns are equal; see `Edge.equalities`."""
    match part:
        case Comparison(compares=Compares.EQ, left=Column() as left, right=Column() as right):
            return pair == frozenset({(left.source, left.name), (right.source, right.name)})
        case _:
            return False


def _leads(edge: Edge, ups: Mapping[int, Edge], downs: Mapping[int, Edge]) -> bool:
    """Whether what the key leads to already leads to where the key stands."""
    at = edge.child
    while at != edge.parent:
        if at in ups:
            at = ups[at].child
        elif at in downs:
            at = downs[at].parent
        else:
            return False
    return True


def _known(rows: Rows, schema: SqlSchema) -> Iterator[Expression]:
    """That keys are known, where an inner join asks for it and the schema does not say it."""
    for edge in rows.ups.values():
        if edge.optional:
            continue
        child = rows.sources[edge.child]
        table = schema.table(str(child.of))
        for name in edge.key.columns:
            column = table.column(name) if table else None
            if column is None or column.nullable or _may_lack(edge.child, rows):
                at = child.columns.index(name.lower())
                value = Column(edge.child, name.lower(), child.types[at])
                yield Not(IsNull(rows.settled(value)))


def _may_lack(source: int, rows: Rows) -> bool:
    """Whether an outer join stands between a source and its root."""
    edge = rows.ups.get(source) or rows.downs.get(source)
    while edge is not None:
        if edge.optional:
            return True
        at = edge.child if edge.parent == source else edge.parent
        source, edge = at, rows.ups.get(at) or rows.downs.get(at)
    return False
