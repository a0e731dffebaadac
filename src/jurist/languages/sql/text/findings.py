"""What is wrong with a query under a schema, before it is placed in lines and columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from jurist.languages.effort import spend
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.schema import SqlSchema


@dataclass(frozen=True, slots=True)
class Finding:
    """The fields are those of `Issue`; the place is an offset in the text."""

    kind: str
    at: int
    found: str
    expected: str
    nearest: str | None = None


@dataclass(slots=True)
class Resolving:
    """What a resolution goes by, and what it has found so far."""

    schema: SqlSchema
    dialect: Dialect
    findings: list[Finding] = field(default_factory=list[Finding])
    names_made: int = 0

    def report(
        self, kind: str, node: exp.Expr, found: str, expected: str, nearest: str | None = None
    ) -> None:
        """Note what is wrong at a node."""
        self.findings.append(Finding(kind, start_of(node), found, expected, nearest))

    def new_name(self) -> str:
        """A name for a source or an output that has none; no name that is written begins so."""
        self.names_made += 1
        return f"_unnamed_{self.names_made}"

    def copied(self, node: exp.Expr) -> exp.Expr:
        """A copy, paid for by its size: names that stand for names could grow without end."""
        copy = node.copy()
        spend(sum(1 for _ in copy.walk()))
        return copy


def start_of(node: exp.Expr) -> int:
    """Where a node begins in its text, as far as it is known."""
    starts = (part.meta.get("start") for part in node.walk())
    return min((start for start in starts if isinstance(start, int)), default=0)
