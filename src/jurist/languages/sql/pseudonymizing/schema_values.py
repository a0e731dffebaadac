"""What a schema says of values, and the schema with other ones."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jurist.errors import InputError, UnsupportedError
from jurist.languages.pseudonymizing import (
    ChangeConstant,
    ChangeText,
    Compared,
    Constant,
    ConstantKind,
    Relation,
    SchemaValues,
)
from jurist.languages.sql.dialects import habits
from jurist.languages.sql.pseudonymizing.comparing import compared, with_constants
from jurist.languages.sql.pseudonymizing.reading import family_of, place_of
from jurist.languages.sql.pseudonymizing.senses import Family
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.facts import literal, range_fact, values_fact
from jurist.languages.sql.schemas.schema import Column, Fact, FactKind, SqlSchema, Table, spelled
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.values import Value, ValueType

_MOST_DIGITS = 15
"""Of a float: what it was written with, and no more."""


def schema_values(schema: SqlSchema) -> SchemaValues:
    """What the schema says of values: enums, ranges, checks."""
    reader = _Reader(schema, lambda constant: constant.value, lambda text: text)
    reader.changed()
    columns = [(table, column) for table in schema.tables for column in table.columns]
    keys = [(table, key) for table in schema.tables for key in table.foreign_keys]
    checks = [reader.compared_by(table, check) for table in schema.tables for check in table.checks]
    said = [each for each in checks if each is not None]
    return SchemaValues(
        constants=tuple(reader.constants),
        whole=frozenset(
            place_of(table.name, column.name)
            for table, column in columns
            if column.type is ValueType.INTEGER
        ),
        flags=frozenset(
            place_of(table.name, column.name)
            for table, column in columns
            if family_of(column) is Family.FLAG
        ),
        sensitive=frozenset(
            place_of(table.name, column.name) for table, column in columns if column.sensitive
        ),
        kept=tuple(number for each in said for number in each.kept),
        together=(
            *(
                (place_of(table.name, mine), place_of(key.table, theirs))
                for table, key in keys
                for mine, theirs in zip(key.columns, key.parents, strict=True)
            ),
            *(pair for each in said for pair in each.together),
        ),
        summed=frozenset(place for each in said for place in each.summed),
    )


def with_schema_values(
    schema: SqlSchema, change: ChangeConstant, describe: ChangeText
) -> SqlSchema:
    """The schema with what `change` and `describe` make of its values and descriptions.

    A check that no other constants carry is left out, and so is the user's own database, which
    has the values as they are.
    """
    return _Reader(schema, change, describe).changed()


@dataclass(slots=True)
class _Reader:
    schema: SqlSchema
    change: ChangeConstant
    describe: ChangeText
    constants: list[Constant] = field(default_factory=list[Constant])

    def changed(self) -> SqlSchema:
        tables = tuple(map(self._table, self.schema.tables))
        changed = replace(self.schema, tables=tables, database=None)
        facts = (_restated(fact, changed) for fact in self.schema.not_declared)
        confirmed = (_restated(fact, changed) for fact in self.schema.confirmed)
        return replace(
            changed,
            not_declared=tuple(fact for fact in facts if fact is not None),
            confirmed=tuple(fact for fact in confirmed if fact is not None),
        )

    def compared_by(self, table: Table, check: str) -> Compared | None:
        """What a check compares; `None` where no other constants carry it."""
        query = self._query(table, check)
        found = None if query is None else compared(query, self.schema)
        return None if found is None or found.obstacles or found.fixed else found

    def _table(self, table: Table) -> Table:
        columns = tuple(self._column(table, column) for column in table.columns)
        checks = (self._check(table, check) for check in table.checks)
        return replace(
            table,
            columns=columns,
            checks=tuple(check for check in checks if check is not None),
            description=self.describe(table.description),
        )

    def _column(self, table: Table, column: Column) -> Column:
        place = place_of(table.name, column.name)
        if family_of(column) is Family.FLAG:
            return replace(column, description=self.describe(column.description))
        values = column.values and tuple(
            self._value(value, column, place, Relation.EQUALITY) for value in column.values
        )
        return replace(
            column,
            values=values,
            minimum=self._bound(column.minimum, column, place),
            maximum=self._bound(column.maximum, column, place),
            declared=_declared(column, values),
            description=self.describe(column.description),
        )

    def _bound(self, bound: float | None, column: Column, place: str) -> int | float | None:
        changed = self._value(bound, column, place, Relation.ORDER)
        return None if isinstance(changed, str) else changed

    def _value(self, value: Value, column: Column, place: str, relation: Relation) -> Value:
        if value is None:
            return None
        given: int | Decimal | str
        if isinstance(value, str):
            kind, given = _kind_of(value, column), value
        else:
            is_whole = isinstance(value, int)
            given = value if is_whole else Decimal(format(value, f".{_MOST_DIGITS}g"))
            kind = ConstantKind.NUMBER
        constant = Constant(given, kind, frozenset({relation}), (place,))
        self.constants.append(constant)
        changed = self.change(constant)
        return float(changed) if isinstance(changed, Decimal) else changed

    def _check(self, table: Table, check: str) -> str | None:
        found = self.compared_by(table, check)
        query = self._query(table, check)
        if found is None or query is None:
            return None
        self.constants += found.constants
        changed = with_constants(query, self.schema, self.change)
        return changed.tree.args["where"].this.sql(habits(self.schema.dialect).sqlglot)

    def _query(self, table: Table, check: str) -> SqlQuery | None:
        """The rows that a check holds of."""
        try:
            return parse(f"SELECT 1 FROM {spelled(table.name)} WHERE {check}", self.schema)  # noqa: S608 - parsed only
        except (InputError, UnsupportedError):
            return None


def _kind_of(value: str, column: Column) -> ConstantKind:
    if column.type.is_time:
        try:
            datetime.datetime.fromisoformat(value)
        except ValueError:
            return ConstantKind.TEXT
        return ConstantKind.MOMENT
    return ConstantKind.TEXT


def _declared(column: Column, values: tuple[Value, ...] | None) -> str:
    """The type, whose text may list the values."""
    if "'" not in column.declared:
        return column.declared
    return f"ENUM({', '.join(map(literal, values or ()))})"


def _restated(fact: Fact, schema: SqlSchema) -> Fact | None:
    """A fact as the changed schema has it."""
    table = schema.table(fact.table)
    if fact.kind is FactKind.CHECK or table is None:
        return None
    column = table.column(fact.columns[0]) if fact.columns else None
    if column is None or fact.kind not in {FactKind.VALUES, FactKind.RANGE}:
        return fact
    said = values_fact if fact.kind is FactKind.VALUES else range_fact
    return replace(said(table, column), origin=fact.origin)
