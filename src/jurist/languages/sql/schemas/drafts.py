"""Tables while their definitions are read, statement by statement, before all is known of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from jurist.errors import SchemaError
from jurist.languages.sql.schemas.schema import Column, ForeignKey, Table
from jurist.languages.texts import nearest_hint


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key as it is written, and where."""

    columns: tuple[str, ...]
    table: str
    parents: tuple[str, ...]
    """Empty: the other table's primary key."""
    place: str


@dataclass(slots=True)
class Draft:
    """A table that is not done."""

    name: str
    place: str
    columns: dict[str, Column] = field(default_factory=dict[str, Column])
    """By lower-cased names."""
    primary_key: tuple[str, ...] = ()
    unique: dict[tuple[str, ...], None] = field(default_factory=dict[tuple[str, ...], None])
    references: list[Reference] = field(default_factory=list[Reference])
    checks: dict[str, None] = field(default_factory=dict[str, None])
    description: str = ""

    def add(self, column: Column, place: str) -> None:
        """Add a column.

        Raises:
            SchemaError: There is one of its name.
        """
        if column.name.lower() in self.columns:
            raise SchemaError(
                f"the table {self.name!r} has two columns {column.name!r}",
                expected="columns of different names, whatever their case",
                fix="rename one of them",
                where=place,
            )
        self.columns[column.name.lower()] = column

    def named(self, names: tuple[str, ...], place: str) -> tuple[str, ...]:
        """Columns of these names, as the table spells them.

        Raises:
            SchemaError: There is no such column.
        """
        for name in names:
            if name.lower() not in self.columns:
                known = [column.name for column in self.columns.values()]
                raise SchemaError(
                    f"the table {self.name!r} has no column {name[:80]!r}",
                    expected="one of " + ", ".join(known[:20]),
                    fix=nearest_hint(name, known) or "add the column, or leave the constraint out",
                    where=place,
                )
        return tuple(self.columns[name.lower()].name for name in names)


def finished(drafts: dict[str, Draft]) -> tuple[Table, ...]:
    """Tables with their foreign keys resolved.

    Args:
        drafts: By lower-cased names.

    Raises:
        SchemaError: A foreign key refers to what is not there.
    """
    return tuple(_finished(draft, drafts) for draft in drafts.values())


def _finished(draft: Draft, drafts: dict[str, Draft]) -> Table:
    keys = {name.lower() for name in draft.primary_key}
    foreign_keys = dict.fromkeys(
        _resolved(reference, draft, drafts) for reference in draft.references
    )
    return Table(
        draft.name,
        tuple(
            replace(column, nullable=False) if low in keys else column
            for low, column in draft.columns.items()
        ),
        primary_key=draft.primary_key,
        unique=tuple(key for key in draft.unique if key != draft.primary_key),
        foreign_keys=tuple(foreign_keys),
        checks=tuple(draft.checks),
        description=draft.description,
    )


def _resolved(reference: Reference, draft: Draft, drafts: dict[str, Draft]) -> ForeignKey:
    place = reference.place
    columns = draft.named(reference.columns, place)
    parent = drafts.get(reference.table.lower())
    if parent is None:
        known = [other.name for other in drafts.values()]
        raise SchemaError(
            f"a foreign key of {draft.name!r} refers to the table {reference.table[:80]!r}, "
            "which is not there",
            expected="one of " + ", ".join(known[:20]),
            fix=nearest_hint(reference.table, known) or "add the table, or leave the key out",
            where=place,
        )
    parents = parent.named(reference.parents, place) or parent.primary_key
    if len(parents) != len(columns):
        raise SchemaError(
            f"a foreign key of {draft.name!r} has {len(columns)} columns and refers to "
            f"{len(parents)} of {parent.name!r}",
            expected="as many columns on either side"
            + ("" if reference.parents else ", or a primary key that it can refer to"),
            fix="name the columns that it refers to",
            where=place,
        )
    return ForeignKey(columns, parent.name, parents)
