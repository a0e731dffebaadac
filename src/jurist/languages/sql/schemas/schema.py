"""A schema of SQL: tables with the facts that are declared of them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

from jurist.languages.base import Schema
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.readings import Readings
from jurist.languages.sql.values import Value, ValueType

_WORD: Final = re.compile(r"\w+\Z")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    type: ValueType
    nullable: bool = True
    declared: str = ""
    """The type as the DDL writes it; empty where there was none."""
    values: tuple[Value, ...] | None = None
    """The only values it may have, where that is declared (an enum, CHECK ... IN)."""
    minimum: int | float | None = None
    maximum: int | float | None = None
    description: str = ""
    sensitive: bool = field(default=False, repr=False)
    """Whether its values may never be shown to a model."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """That the columns' values, none of them NULL, stand in a row of another table."""

    columns: tuple[str, ...]
    table: str
    parents: tuple[str, ...]
    """The columns there, in the same order."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Names are kept as they are written, and found whatever their case."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    """Empty: none. Its columns are not nullable here, whatever SQLite allows."""
    unique: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[str, ...] = ()
    """Conditions on a row that say more than `Column.values`, `minimum` and `maximum` can."""
    description: str = ""

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """The primary key and what else is unique."""
        return (*((self.primary_key,) if self.primary_key else ()), *self.unique)

    def column(self, name: str) -> Column | None:
        """The column of a name, whatever its case."""
        low = name.lower()
        return next((column for column in self.columns if column.name.lower() == low), None)


def spelled(name: str) -> str:
    """A name as facts write it: in double quotes where it is no plain word."""
    return name if _WORD.match(name) else '"' + name.replace('"', '""') + '"'


class FactKind(StrEnum):
    """What a fact says."""

    KEY = "key"
    FOREIGN_KEY = "foreign key"
    NOT_NULL = "not null"
    VALUES = "values"
    RANGE = "range"
    CHECK = "check"
    TYPE = "type"
    """That a column is of another type than it is declared; of repairs alone."""


class FactOrigin(StrEnum):
    """Who says it."""

    DECLARED = "declared"
    REPAIRED = "repaired"
    """Proposed by `check`, and taken over by a person."""
    MINED = "mined"
    """Holds in a database that was looked at."""
    GUESSED = "guessed"
    """From how queries use what no schema describes."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a schema says of every database, as proofs rest on it and reports print it."""

    kind: FactKind
    table: str
    columns: tuple[str, ...]
    detail: str = ""
    """What the columns refer to, the values, the range or the condition."""
    origin: FactOrigin = FactOrigin.DECLARED

    def __str__(self) -> str:
        """As reports print it."""
        where = f"{spelled(self.table)}({', '.join(map(spelled, self.columns))})"
        origin = "" if self.origin is FactOrigin.DECLARED else f" ({self.origin})"
        return f"{self.kind} {where}{' ' + self.detail if self.detail else ''}{origin}"


@dataclass(frozen=True, slots=True)
class LiveDatabase:
    """A database of the user's that has this schema."""

    address: str
    is_witness: bool = False
    """Whether both queries of a pair that nothing else decides are run on it."""
    shows_rows: bool = False
    """Whether what they give there may stand in reports and reach models."""
    lends_values: bool = False
    """Whether values that a request names may stand in prompts."""


@dataclass(frozen=True)
class SqlSchema(Schema):
    """Tables, the dialect that queries are written in, and the readings of a verdict."""

    title: str
    dialect: Dialect
    tables: tuple[Table, ...]
    readings: Readings = field(default_factory=Readings)
    not_declared: tuple[Fact, ...] = ()
    """Which of the facts stand by a repair or were mined, and which declared ones do not hold."""
    confirmed: tuple[Fact, ...] = ()
    """Declared facts of which a person has said that they hold, so that no repair is proposed."""
    database: LiveDatabase | None = None

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self.title

    @property
    def digest(self) -> str:
        """A hash of all that the schema says."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        used = self.database and (self.database.is_witness or self.database.lends_values)
        asked = self.database if used else None
        parts = (self.title, self.dialect, self.tables, self.readings, self.not_declared, asked)
        said = repr(parts)
        hidden = [
            (table.name, column.name)
            for table in self.tables
            for column in table.columns
            if column.sensitive
        ]
        if hidden:  # said apart, so that all other schemas keep the digests they have in stores
            said += repr(hidden)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Each reading that a verdict rests on."""
        from jurist.languages.sql.assumptions import sentences

        facts = map(str, self.not_declared)
        return (*sentences(self.readings, self.dialect), *facts, *self._of_database())

    def _of_database(self) -> tuple[str, ...]:
        database = self.database
        if database is None:
            return ()
        shown = "its rows are shown" if database.shows_rows else "its rows are not shown"
        asked = f"pairs that nothing else decides are run on the user's own database; {shown}"
        lent = "values of the user's own database that a request names are shown to models"
        return (
            *((asked,) if database.is_witness else ()),
            *((lent,) if database.lends_values else ()),
        )

    @cached_property
    def by_name(self) -> dict[str, Table]:
        """Tables by their lower-cased names."""
        return {table.name.lower(): table for table in self.tables}

    def table(self, name: str) -> Table | None:
        """The table of a name, whatever its case."""
        return self.by_name.get(name.lower())
