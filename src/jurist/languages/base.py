"""What every query language offers to the floors above, and nothing of how.

All that a language may lack is a capability of its own (`jurist.languages.capabilities`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from jurist.languages.words import Words
from jurist.records import Evidence, Method, Overlap


class Query:
    """A parsed query. Opaque: only its own language looks inside. Hashable, comparable."""

    __slots__ = ()


class Schema:
    """What a query may name. Opaque but for what every report prints."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The workspace's name."""
        raise NotImplementedError

    @property
    def digest(self) -> str:
        """A hash of all that the schema says, for keys and comparisons (hex)."""
        raise NotImplementedError

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Each reading that a verdict under this schema rests on, one sentence each."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Issue:
    """What `check` found wrong in a query."""

    kind: str
    """unknown_event, unknown_property, type_clash, reversed_window, ..."""
    line: int
    column: int
    found: str
    expected: str
    nearest: str | None = None
    """The nearest known name, where a name is unknown."""

    def __str__(self) -> str:
        """One line for people."""
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return (
            f"line {self.line}, column {self.column}: {self.found}, expected {self.expected}{hint}"
        )


class NodeKind(StrEnum):
    """What a node of a query's outline does, for programs."""

    JUNCTION = "junction"
    """Joins its children, so that with a single child it would be that child."""
    NEGATION = "negation"
    QUANTIFIER = "quantifier"
    SOURCE = "source"
    """Where items come from: an event, a table."""
    FILTER = "filter"
    """Keeps the items for which its children hold."""
    WINDOW = "window"
    """Keeps the items of a time."""
    SEQUENCE = "sequence"
    """Keeps the items by their place after or before another item."""
    AGGREGATE = "aggregate"
    """Makes one value of its children's items, and may compare it."""
    COMPARISON = "comparison"
    PRESENCE = "presence"
    """Asks whether there is a value at all."""
    VALUE = "value"
    JOIN = "join"
    QUERY = "query"
    """A whole query, or one within another: it consists of what is below."""
    COMBINATION = "combination"
    """Makes one result of its children's; which comes first may matter."""
    OUTPUT = "output"
    """A column of the result, at its place."""
    GROUPING = "grouping"
    ORDER = "order"
    """What items are sorted by, at its place."""
    LIMIT = "limit"
    """Keeps, or leaves out, so many items."""
    DUPLICATES = "duplicates"
    """Keeps one of several equals."""
    ITEM = "item"
    """Of an explanation alone: one of the items that are looked at."""
    OTHER = "other"


class LiteralKind(StrEnum):
    """What a literal of a query is."""

    NUMBER = "number"
    TEXT = "text"
    MOMENT = "moment"
    """A date or a time."""
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal as it is written."""

    text: str
    kind: LiteralKind


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a query's outline: a label for people, kind and fields for programs."""

    kind: NodeKind
    label: str
    children: tuple[Node, ...] = ()
    operator: str = ""
    """As the language writes it: AND, NOT, `>=`, contains."""
    aggregate: str = ""
    """count, sum, ..., where something is aggregated."""
    names: tuple[str, ...] = ()
    """What the node itself names: fields with their kind, such as `trait('plan')`."""
    literals: tuple[Literal, ...] = ()
    constructs: tuple[str, ...] = ()
    """The language's own words that the node is written with."""


class Arm(Protocol):
    """A way to find evidence about one pair of queries."""

    @property
    def method(self) -> Method:
        """How it comes by what it says."""
        ...

    def evidence(self, steps: int) -> Evidence:
        """What can be said within so many steps of work; undecided with a reason else.

        Raises:
            UnsupportedError: The arm cannot deal with such a pair.
            OutOfSteps: The steps were used up before anything could be said.
        """
        ...

    def overlap(self) -> Overlap | None:
        """What the two queries do on a few inputs, counted; `None` where the arm runs nothing."""
        ...

    def refutes(self, claim: Evidence) -> str:
        """What the arm has seen that another arm's claim rules out, in words; else empty.

        It looks at what `evidence` or `overlap` has run, or runs the latter for it.
        """
        ...


class Language(Protocol):
    """Stateless. Methods raise `InputError` on bad input."""

    @property
    def name(self) -> str:
        """The name it is registered under."""
        ...

    @property
    def version(self) -> str:
        """A digest of all that shapes what its queries mean and how it is found out (hex)."""
        ...

    @property
    def words(self) -> Words:
        """How people speak of its queries, of what these select and of whom or what from."""
        ...

    def load_schema(self, document: Mapping[str, object], *, where: str) -> Schema:
        """A schema from a parsed YAML or JSON file; `where` names the file in errors."""
        ...

    def infer_schema(self, *queries: Query) -> Schema:
        """A schema in which all that the queries name exists, and anything else may."""
        ...

    def parse(self, text: str, schema: Schema | None = None) -> Query:
        """Read query text (or another notation of the language).

        Args:
            text: As a person, a file or a model wrote it.
            schema: What it was written for, where that is known: a language may read a text
                otherwise according to what its names are there.
        """
        ...

    def format(self, query: Query) -> str:
        """Canonical text; `parse(format(q), schema) == q` under the schema `q` was read for."""
        ...

    def check(self, query: Query, schema: Schema, *, text: str) -> tuple[Issue, ...]:
        """All that is wrong with a query under a schema; `text` is what it was parsed from."""
        ...

    def outline(self, query: Query) -> Node:
        """The query as a tree of what it consists of."""
        ...

    def arms(self, reference: Query, candidate: Query, schema: Schema) -> Iterator[Arm]:
        """The ways to find evidence about a pair, from cheap to dear, as they are asked for.

        An arm comes when the earlier ones have been asked; there are no more where what an
        earlier one found out leaves the others nothing to go on.
        """
        ...
