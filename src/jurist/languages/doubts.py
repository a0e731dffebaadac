"""What a language doubts in queries and schemas that it accepts: capabilities as the others are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from jurist.languages.base import Query, Schema


@dataclass(frozen=True, slots=True)
class Doubt:
    """What may be wrong although it is allowed, why, and what to do."""

    kind: str
    """In a few words, the same for all of its kind."""
    reason: str
    fix: str
    line: int = 0
    """Of the query's text, from 1; 0: of the schema."""
    column: int = 0

    def __str__(self) -> str:
        """One line for people."""
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{place}{self.kind}: {self.reason} (fix: {self.fix})"


@runtime_checkable
class Lints(Protocol):
    """Says what is doubtful in a query that `check` accepts."""

    def lint(self, query: Query, schema: Schema, *, text: str) -> tuple[Doubt, ...]:
        """In the order of the text that the query was parsed from; bounded by itself."""
        ...


@runtime_checkable
class ProposesRepairs(Protocol):
    """Says what is doubtful in a schema, and how a person would put it right."""

    def repairs(self, schema: Schema) -> tuple[Doubt, ...]:
        """In the schema's order; nothing is changed by it.

        Raises:
            InputError: A live database that the schema names cannot be asked.
        """
        ...
