"""The facts of a schema as proofs consult them, kept track of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from jurist.languages.sql.readings import Presence
from jurist.languages.sql.schemas.facts import (
    facts,
    foreign_key_fact,
    range_fact,
    values_fact,
    without_origin,
)
from jurist.languages.sql.schemas.schema import (
    Column,
    Fact,
    FactKind,
    ForeignKey,
    SqlSchema,
    Table,
)


@dataclass(frozen=True, slots=True)
class Key:
    """Columns, lower-cased, in which no two rows agree where none of them is NULL."""

    columns: tuple[str, ...]
    fact: Fact


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key onto a key, both of the same types."""

    columns: tuple[str, ...]
    table: str
    parents: tuple[str, ...]
    fact: Fact
    key: Fact
    """That the parents are a key, which alone makes them one row."""


@dataclass(slots=True)
class Facts:
    """What may be consulted, and what was.

    Args:
        schema: Whose facts they are.
        without: Those that this proof is to do without.
    """

    schema: SqlSchema
    without: frozenset[Fact] = frozenset()
    used: dict[Fact, None] = field(default_factory=dict[Fact, None])
    _known: dict[Fact, Fact] = field(default_factory=dict[Fact, Fact])

    def __post_init__(self) -> None:
        """Facts by what they say, with who says it."""
        for fact in facts(self.schema):
            if fact not in self.without:
                self._known[without_origin(fact)] = fact

    def use(self, *several: Fact) -> None:
        """Write down that a proof rests on facts."""
        for fact in several:
            self.used[self._known.get(without_origin(fact), fact)] = None

    def table(self, name: str) -> Table:
        """The table of a lower-cased name."""
        return self.schema.by_name[name]

    def not_null(self, table: str, column: str) -> bool:
        """Whether a column is never NULL; that it is so, is used."""
        declared = self._column(table, column)
        if self.schema.readings.nulls is Presence.NEVER:
            return True
        if declared.nullable:
            return False
        fact = Fact(FactKind.NOT_NULL, self.table(table).name, (declared.name,))
        if fact not in self._known:
            return False
        self.use(fact)
        return True

    def keys(self, table: str) -> tuple[Key, ...]:
        """The keys of a table; whoever needs one, uses it."""
        whole = self.table(table)
        keys: list[Key] = []
        for columns in whole.keys:
            fact = Fact(FactKind.KEY, whole.name, columns)
            if fact in self._known:
                keys.append(Key(tuple(column.lower() for column in columns), fact))
        return tuple(keys)

    def references(self, table: str) -> tuple[Reference, ...]:
        """The foreign keys of a table onto keys of the same types; whoever needs one, uses it."""
        whole = self.table(table)
        references = (self._reference(whole, foreign) for foreign in whole.foreign_keys)
        return tuple(reference for reference in references if reference is not None)

    def _reference(self, table: Table, foreign: ForeignKey) -> Reference | None:
        fact = foreign_key_fact(table, foreign)
        other = self.schema.table(foreign.table)
        if fact not in self._known or other is None:
            return None
        parents = tuple(column.lower() for column in foreign.parents)
        own = tuple(column.lower() for column in foreign.columns)
        for column, parent in zip(own, parents, strict=True):
            child, target = table.column(column), other.column(parent)
            if child is None or target is None or child.type is not target.type:
                # texts that spell one number are several values for one key
                return None
        for key in self.keys(other.name.lower()):
            if set(key.columns) == set(parents):
                return Reference(own, other.name.lower(), parents, fact, key.fact)
        return None

    def domain(self, table: str, column: str) -> Column:
        """A column, of whose values and ranges only what may be consulted is left."""
        whole, declared = self.table(table), self._column(table, column)
        values, low, high = declared.values, declared.minimum, declared.maximum
        if values_fact(whole, declared) not in self._known:
            values = None
        if range_fact(whole, declared) not in self._known:
            low = high = None
        return replace(declared, values=values, minimum=low, maximum=high)

    def use_domain(self, table: str, column: str) -> None:
        """Write down that the values or the range of a column were used."""
        whole, declared = self.table(table), self._column(table, column)
        if declared.values is not None:
            self.use(values_fact(whole, declared))
        if declared.minimum is not None or declared.maximum is not None:
            self.use(range_fact(whole, declared))

    def _column(self, table: str, column: str) -> Column:
        declared = self.table(table).column(column)
        assert declared is not None, column  # noqa: S101 - conversion has looked it up
        return declared
