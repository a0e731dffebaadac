"""The algebra of queries.

    query       Select | SetOperation
    source      a base table, or a query, with how it is joined
    expression  a value (Column, Constant, Arithmetic, ...) or a condition, which is a value too:
                true, false or unknown (1, 0 or NULL)

What dialects read otherwise is settled before: which division it is, whether LIKE heeds case,
where NULLs sort, which of a text and a number is read as the other. So two equal trees mean the
same, whatever dialect they came from. Names are lower-cased; sources have numbers, unique in
both queries of a pair, and are told apart by them alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from jurist.languages.sql.values import Value, ValueType

# --- values ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a source of this query or of one around it."""

    source: int
    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal; NULL has the type `null`."""

    value: Value
    type: ValueType


class Operator(StrEnum):
    """Arithmetic."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    """Of reals."""
    QUOTIENT = "div"
    """Of integers, truncated toward zero."""
    REMAINDER = "%"
    """With the sign of the left side."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """NULL where a side is; what a division by zero is `zero_is_error` says, NULL else."""

    operator: Operator
    left: Expression
    right: Expression
    zero_is_error: bool = False


@dataclass(frozen=True, slots=True)
class Negative:
    """The value with the other sign."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Case:
    """The value of the first branch whose condition is true."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function whose value its arguments alone determine, named as sqlglot does, lower-cased.

    A cast is `cast`, with the type that it gives.
    """

    function: str
    arguments: tuple[Expression, ...]
    type: ValueType


class Collects(StrEnum):
    """What an aggregate makes of the values of a group."""

    COUNT = "count"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate over the rows of a group. FILTER has become a CASE in the argument."""

    collects: Collects
    argument: Expression | None
    """`None`: the rows themselves, of `count(*)` alone."""
    distinct: bool
    type: ValueType
    name: str = ""
    """Which of the other aggregates it is: `stddev_samp`, `group_concat`, ..."""
    parameters: tuple[Expression, ...] = ()
    """Further arguments of such a one."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window function, or an aggregate over a window."""

    function: str
    arguments: tuple[Expression, ...]
    partition: tuple[Expression, ...]
    order: tuple[SortKey, ...]
    frame: str
    """As it is written, canonical; empty: the standard's."""
    type: ValueType


@dataclass(frozen=True, slots=True)
class Scalar:
    """The single value of a query with a single column; NULL where it has no row."""

    query: Query


# --- conditions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: Expression


class Compares(StrEnum):
    """Comparisons of two values that are not NULL."""

    EQ = "="
    NE = "<>"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="

    @property
    def opposite(self) -> Compares:
        """What holds of two values where this does not."""
        return _OPPOSITES[self]

    @property
    def mirrored(self) -> Compares:
        """The same with its sides exchanged."""
        return _MIRRORED.get(self, self)


_OPPOSITES: Final = {
    Compares.EQ: Compares.NE,
    Compares.NE: Compares.EQ,
    Compares.LT: Compares.GE,
    Compares.GE: Compares.LT,
    Compares.GT: Compares.LE,
    Compares.LE: Compares.GT,
}
_MIRRORED: Final = {
    Compares.LT: Compares.GT,
    Compares.GT: Compares.LT,
    Compares.LE: Compares.GE,
    Compares.GE: Compares.LE,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Unknown where a side is NULL."""

    compares: Compares
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Same:
    """Both NULL, or equal: never unknown (IS NOT DISTINCT FROM)."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class IsNull:
    """Never unknown."""

    value: Expression


@dataclass(frozen=True, slots=True)
class IsTrue:
    """Whether a condition is true, neither false nor unknown."""

    part: Expression


@dataclass(frozen=True, slots=True)
class Like:
    """Whether a text matches a pattern of `%` and `_`."""

    value: Expression
    pattern: str
    ignores_case: bool
    escape: str = ""


@dataclass(frozen=True, slots=True)
class In:
    """Whether a row of values stands in a query's result; NULLs make it unknown."""

    values: tuple[Expression, ...]
    query: Query


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a query has a row."""

    query: Query


Expression: TypeAlias = (
    Column
    | Constant
    | Arithmetic
    | Negative
    | Case
    | Call
    | Aggregate
    | Window
    | Scalar
    | And
    | Or
    | Not
    | Comparison
    | Same
    | IsNull
    | IsTrue
    | Like
    | In
    | Exists
)

# --- queries --------------------------------------------------------------------------------


class Join(StrEnum):
    """How a source joins what stands before it in the list of sources."""

    INNER = "inner"
    LEFT = "left"
    """A row of what stands before it is kept, padded with NULLs, where none here fits its ON."""
    FULL = "full"
    """A row of either side is kept so. No source may follow it but inner ones."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from."""

    id: int
    of: str | Query
    """A base table's lower-cased name, or a query."""
    columns: tuple[str, ...]
    types: tuple[ValueType, ...]
    join: Join = Join.INNER
    on: tuple[Expression, ...] = ()
    """The conditions of an outer join; those of an inner one stand in the query's `where`."""

    def column(self, name: str) -> Column:
        """One of its columns, as a value."""
        return Column(self.id, name, self.types[self.columns.index(name)])

    @property
    def values(self) -> tuple[Column, ...]:
        """All of its columns, as values."""
        pairs = zip(self.columns, self.types, strict=True)
        return tuple(Column(self.id, name, kind) for name, kind in pairs)


@dataclass(frozen=True, slots=True)
class Output:
    """A column of a result."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class SortKey:
    """What rows are sorted by."""

    value: Expression
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Select:
    """Join, filter, group, filter groups, compute outputs, DISTINCT, ORDER BY, OFFSET, LIMIT."""

    sources: tuple[Source, ...]
    where: tuple[Expression, ...]
    """All of them hold."""
    group: tuple[Expression, ...] | None
    """The keys; `()`: all rows are one group, even where there are none; `None`: no groups."""
    having: tuple[Expression, ...]
    outputs: tuple[Output, ...]
    distinct: bool = False
    order: tuple[SortKey, ...] = ()
    limit: int | None = None
    offset: int = 0


class Combines(StrEnum):
    """Set operations."""

    UNION = "union"
    EXCEPT = "except"
    INTERSECT = "intersect"


@dataclass(frozen=True, slots=True)
class SetOperation:
    """Two results of as many columns combined.

    A sort key is made of columns of the source 0, which stands for the outputs of `left`.
    """

    combines: Combines
    all: bool
    left: Query
    right: Query
    order: tuple[SortKey, ...] = ()
    limit: int | None = None
    offset: int = 0

    @property
    def outputs(self) -> tuple[Output, ...]:
        """Those of the left side, whose names count."""
        return self.left.outputs


Query: TypeAlias = Select | SetOperation
