"""What a query language offers to the floors above, and nothing of how.

A language may lack some of it (`UnsupportedError`): the caller is told, never surprised.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from jurist.languages.effort import STEPS
from jurist.records import Evidence, Overlap

EVERYBODY = "everybody"
"""The only condition of a query whose normal form is always true."""
NOBODY = "nobody"
"""The only condition of a query whose normal form is never true."""
EDGE_BOUND = "for a bound's own value: "
EDGE_MISSING = "for a missing value: "
EDGE_MONTH = "for the days by which months differ: "
EDGES = (EDGE_BOUND, EDGE_MISSING, EDGE_MONTH)
"""Each begins a condition that matters only there, at an edge."""
LOOSE = "but for an edge: "
"""Begins what several conditions have in common that differ at an edge alone, for counting and
not for people; the condition as it stands is there too, with its edge."""

VALUE = "text"
"""The kind of a quoted text that is no name but a value."""


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
    """One thing that `check` found wrong in a query."""

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


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text that a query quotes, and what it names there: `event`, `trait`, ... or `VALUE`."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A query made from another one by a named operator, with the evidence that certifies it."""

    operator: str
    query: Query
    evidence: Evidence


def unmarked(condition: str) -> tuple[str, str]:
    """The mark with which a condition begins (`EDGES`, `LOOSE`), else nothing; and its text."""
    mark = next((each for each in (*EDGES, LOOSE) if condition.startswith(each)), "")
    return mark, condition[len(mark) :]


@dataclass(frozen=True, slots=True)
class Part:
    """A node of a query's tree as a report shows it: a label and its children."""

    label: str
    children: tuple[Part, ...] = ()
    joins: bool = False
    """Whether it only joins its children, so that with one of them it would be that child."""


class Language(Protocol):
    """Stateless. Methods raise `InputError` on bad input and `UnsupportedError` on a lack."""

    @property
    def name(self) -> str:
        """The name it is registered under."""
        ...

    def primer(self, schema: Schema) -> str:
        """What a model must know to read and write this language, in a few hundred tokens.

        What the schema has no use for is left out.
        """
        ...

    def load_schema(self, document: Mapping[str, object], *, where: str) -> Schema:
        """A schema from a parsed YAML or JSON file; `where` names the file in errors."""
        ...

    def read_schema(self, path: Path) -> Schema:
        """A schema from a YAML or JSON file."""
        ...

    def infer_schema(self, *queries: Query) -> Schema:
        """A schema in which all that the queries name exists, and anything else may."""
        ...

    def parse(self, text: str) -> Query:
        """Read query text (or its JSON view, where text starts with `{`)."""
        ...

    def format(self, query: Query) -> str:
        """Canonical text; `parse(format(q)) == q`."""
        ...

    def layout(self, query: Query) -> str:
        """The same text broken over indented lines, for people."""
        ...

    def check(self, query: Query, schema: Schema, *, text: str) -> tuple[Issue, ...]:
        """All that is wrong with a query under a schema; `text` is what it was parsed from."""
        ...

    def normalize(self, query: Query, schema: Schema) -> Query:
        """The normal form: equal normal forms mean the same audience."""
        ...

    def conditions(self, query: Query, schema: Schema) -> tuple[str, ...]:
        """The normal form's conditions as canonical texts, to count what two queries share.

        Each text once; `EVERYBODY` or `NOBODY` alone where the normal form is constant;
        what matters only at an edge begins with one of `EDGES`, what leaves one out with `LOOSE`.
        """
        ...

    def schema_of_pair(self, reference: Query, candidate: Query, schema: Schema) -> Schema:
        """The schema under which each of the two is read alone as both are read together."""
        ...

    def execute(self, reference: Query, candidate: Query, schema: Schema) -> Evidence:
        """Run both on a population seeded with their constants.

        `different` (or `overlaps`, where three witnesses prove it) with shrunk and
        replayed witnesses, else `undecided`; `overlap` is always set.
        """
        ...

    def overlap(self, reference: Query, candidate: Query, schema: Schema) -> Overlap:
        """Members of both, of each alone, and of neither, in a small seeded population."""
        ...

    def decide(
        self, reference: Query, candidate: Query, schema: Schema, *, steps: int = STEPS
    ) -> Evidence:
        """Prove the relation for every possible subject, or say why that cannot be done.

        Work that takes more steps is undecided, at the same place on every machine.
        """
        ...

    def rewrites(self, query: Query, schema: Schema) -> Iterator[Variant]:
        """Variants proved to mean the same."""
        ...

    def mutants(self, query: Query, schema: Schema) -> Iterator[Variant]:
        """Variants by named operators; the evidence says whether they differ."""
        ...

    def sample(self, schema: Schema, rng: random.Random) -> Query:
        """A random query that `check` accepts."""
        ...

    def tree(self, query: Query) -> Part:
        """The query as a tree of labels."""
        ...

    def names(self, schema: Schema) -> Sequence[str]:
        """One line a name (events, properties, traits ...) that a prompt can carry, in order."""
        ...

    def requote(self, query: Query, change: Callable[[Quoted], str]) -> Query:
        """The query with what `change` makes of each text that it quotes, in written order."""
        ...

    def listed(self, schema: Schema) -> Collection[Quoted]:
        """The names that the schema lists, and the values that a name may have where it says so."""
        ...
