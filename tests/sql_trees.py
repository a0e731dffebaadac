"""Queries as the oracle of the SQL tests knows them: nothing of the project's own algebra.

Each source has a number, unique in its query, by which columns find it; so no name can be
caught by the wrong scope but in the text, where that is what is tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = int | float | str | None
Row: TypeAlias = tuple[Value, ...]


class Kind(StrEnum):
    """Types of the columns of drawn schemas."""

    INTEGER = "INTEGER"
    REAL = "REAL"
    TEXT = "TEXT"

    @property
    def is_number(self) -> bool:
        return self is not Kind.TEXT


@dataclass(frozen=True, slots=True)
class Column:
    source: int
    index: int
    name: str
    kind: Kind
    has_affinity: bool = True
    """Whether SQLite converts what it is compared with: of stored columns alone."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value
    kind: Kind


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str
    left: Expression
    right: Expression
    kind: Kind


@dataclass(frozen=True, slots=True)
class Case:
    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Call:
    """COALESCE, NULLIF, ABS, LENGTH, UPPER, LOWER, CONCAT (`||`)."""

    function: str
    arguments: tuple[Expression, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Aggregate:
    function: str
    argument: Expression | None
    distinct: bool
    kind: Kind


@dataclass(frozen=True, slots=True)
class Scalar:
    query: Query
    kind: Kind


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Same:
    """IS, IS NOT: never unknown."""

    left: Expression
    right: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Junction:
    operator: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Expression


@dataclass(frozen=True, slots=True)
class IsNull:
    value: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    value: Expression
    low: Expression
    high: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InList:
    value: Expression
    items: tuple[Literal, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InQuery:
    value: Expression
    query: Query
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    query: Query
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    value: Expression
    pattern: str
    negated: bool = False


Expression: TypeAlias = (
    Column
    | Literal
    | Arithmetic
    | Case
    | Call
    | Aggregate
    | Scalar
    | Comparison
    | Same
    | Junction
    | Not
    | IsNull
    | Between
    | InList
    | InQuery
    | Exists
    | Like
)


class Join(StrEnum):
    FIRST = ""
    COMMA = ","
    INNER = "JOIN"
    CROSS = "CROSS JOIN"
    LEFT = "LEFT JOIN"
    RIGHT = "RIGHT JOIN"
    FULL = "FULL JOIN"


@dataclass(frozen=True, slots=True)
class Named:
    """A name that WITH gives."""

    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a source."""

    name: str
    kind: Kind
    has_affinity: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    id: int
    of: str | Query | Named
    alias: str
    fields: tuple[Field, ...]
    join: Join = Join.FIRST
    on: Expression | None = None

    def column(self, index: int) -> Column:
        field = self.fields[index]
        return Column(self.id, index, field.name, field.kind, field.has_affinity)


@dataclass(frozen=True, slots=True)
class Output:
    value: Expression
    alias: str = ""


@dataclass(frozen=True, slots=True)
class SortKey:
    """By a position (from 1), or by a value."""

    value: int | Expression
    descending: bool = False
    nulls: str = ""
    """FIRST, LAST, or what the dialect does."""


@dataclass(frozen=True, slots=True)
class Select:
    sources: tuple[Source, ...]
    outputs: tuple[Output, ...]
    where: Expression | None = None
    group: tuple[Expression, ...] | None = None
    """`None`: no GROUP BY."""
    having: Expression | None = None
    distinct: bool = False
    order: tuple[SortKey, ...] = ()
    limit: int | None = None
    offset: int = 0
    named: tuple[tuple[str, Query], ...] = ()
    """WITH."""
    spares_names: bool = False
    """Whether columns stand without their source where the name alone is clear."""


@dataclass(frozen=True, slots=True)
class SetOperation:
    operator: str
    left: Query
    right: Query
    order: tuple[SortKey, ...] = ()
    """By positions alone."""
    limit: int | None = None
    offset: int = 0
    named: tuple[tuple[str, Query], ...] = ()

    @property
    def outputs(self) -> tuple[Output, ...]:
        return self.left.outputs


Query: TypeAlias = Select | SetOperation
_TRUTHS = (Comparison, Same, Junction, Not, IsNull, Between, InList, InQuery, Exists, Like)


def kind_of(value: Expression) -> Kind:
    """The type of an expression; truth values are integers."""
    return Kind.INTEGER if isinstance(value, _TRUTHS) else value.kind


def nodes(tree: object) -> Iterator[object]:
    """All nodes of a tree, itself first; queries inside it as well."""
    if is_dataclass(tree):
        yield tree
    for part in children(tree):
        yield from nodes(part)


def own_aggregates(tree: object) -> Iterator[Aggregate]:
    """Aggregates of this query's own groups: none of queries inside."""
    if isinstance(tree, Aggregate):
        yield tree
    elif not isinstance(tree, Select | SetOperation):
        for part in children(tree):
            yield from own_aggregates(part)


def is_grouped(query: Select) -> bool:
    """Whether a row of the result stands for a group."""
    tops = (query.outputs, query.having or (), query.order)
    return query.group is not None or any(True for _ in own_aggregates(tops))


def bare_columns(query: Select) -> list[Column]:
    """The columns beside GROUP BY that stand outside of all aggregates and are no keys."""
    keys = set(query.group or ())
    own = {source.id for source in query.sources}

    def bare(tree: object) -> Iterator[Column]:
        if isinstance(tree, Column) and tree.source in own and tree not in keys:
            yield tree
        elif tree not in keys and not isinstance(tree, Aggregate):
            for part in children(tree):
                yield from bare(part)

    return list(dict.fromkeys(bare((query.outputs, query.having or (), query.order))))


def children(tree: object) -> Iterator[object]:
    """What stands directly in a node."""
    if isinstance(tree, tuple):
        yield from tree  # pyright: ignore[reportUnknownVariableType]
    elif is_dataclass(tree):
        yield from (getattr(tree, field.name) for field in fields(tree))
