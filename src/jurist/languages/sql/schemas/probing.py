"""What a live database says of facts: whether they hold in it, counted by the database itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jurist.languages.sql.schemas.catalogs import ddl_of, quoted
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.live import Reads
from jurist.languages.sql.schemas.schema import ForeignKey, Table


@dataclass(frozen=True, slots=True)
class Probe:
    """A live database and its own spelling of names."""

    database: Reads
    tables: dict[str, Table]
    """By lower-cased names."""

    def table(self, name: str) -> Table | None:
        """The database's table of a name, whatever its case."""
        return self.tables.get(name.lower())

    def has(self, table: Table) -> bool:
        """Whether the database has a table with all of its columns."""
        other = self.table(table.name)
        return other is not None and all(other.column(column.name) for column in table.columns)

    def rows(self, table: Table) -> int:
        """How many rows a table has."""
        return self.count("COUNT(*)", self.name(table.name))

    def nulls(self, table: Table, column: str) -> int:
        """How many rows lack a value."""
        place = self.columns(table, (column,))[0]
        return self.count("COUNT(*)", f"{self.name(table.name)} WHERE {place} IS NULL")

    def repeated(self, table: Table, columns: Sequence[str]) -> int:
        """How many values of a key, none of them NULL, stand in several rows."""
        places = self.columns(table, columns)
        there = " AND ".join(f"{place} IS NOT NULL" for place in places)
        groups = f"GROUP BY {', '.join(places)} HAVING COUNT(*) > 1"
        return self.count(
            "COUNT(*)",
            f"(SELECT 1 AS n FROM {self.name(table.name)} "  # noqa: S608 - quoted
            f"WHERE {there} {groups}) AS repeated",
        )

    def orphans(self, table: Table, key: ForeignKey) -> int:
        """How many rows refer to what is not there; 0 where the two cannot be compared."""
        parent = self.table(key.table)
        if parent is None:
            return 0
        here = [f"child.{place}" for place in self.columns(table, key.columns)]
        there = [f"parent.{place}" for place in self.columns(parent, key.parents)]
        given = " AND ".join(f"{place} IS NOT NULL" for place in here)
        equal = " AND ".join(f"{a} = {b}" for a, b in zip(here, there, strict=True))
        return self.count(
            "COUNT(*)",
            f"{self.name(table.name)} AS child WHERE {given} AND NOT EXISTS "  # noqa: S608 - quoted
            f"(SELECT 1 FROM {self.name(parent.name)} AS parent WHERE {equal})",
        )

    def name(self, table: str) -> str:
        """A table's name as the database spells it, quoted."""
        known = self.table(table)
        return quoted(known.name if known else table)

    def columns(self, table: Table, names: Sequence[str]) -> list[str]:
        """Columns as the database spells them, quoted."""
        known = self.table(table.name)
        spelled = [known.column(name) if known else None for name in names]
        return [
            quoted(column.name if column else name)
            for name, column in zip(names, spelled, strict=True)
        ]

    def values(self, wanted: str, source: str) -> Sequence[object]:
        """The first row of what is wanted of a source, both as SQL with quoted names.

        Raises:
            SchemaError: The database cannot answer.
        """
        return self.database.rows(f"SELECT {wanted} FROM {source}")[0]  # noqa: S608 - quoted

    def count(self, wanted: str, source: str) -> int:
        """A number, as `values` gives it."""
        return int(str(self.values(wanted, source)[0]))


def probe_of(database: Reads) -> Probe:
    """A database that is to be asked about facts.

    Raises:
        SchemaError: Its tables cannot be read.
    """
    where = "the database"
    tables = read_ddl(ddl_of(database, where=where), database.dialect, where=where)
    return Probe(database, {table.name.lower(): table for table in tables})
