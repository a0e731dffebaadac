"""The lines under `facts:` in a schema file, and a schema with what they say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from jurist.languages.places import Place
from jurist.languages.sql.schemas.facts import (
    DOES_NOT_HOLD,
    foreign_key_fact,
    range_fact,
    values_fact,
)
from jurist.languages.sql.schemas.schema import (
    Column,
    Fact,
    FactKind,
    FactOrigin,
    ForeignKey,
    SqlSchema,
    Table,
)
from jurist.languages.sql.values import Value, ValueType

_NAME: Final = r'"(?:[^"]|"")*"|\w+'
_LINE: Final = re.compile(
    rf"(?P<no>no )?(?P<kind>key|foreign key|not null|values|range|type) (?P<table>{_NAME})"
    rf"\((?P<columns>(?:{_NAME})(?:, ?(?:{_NAME}))*)\)(?: (?P<detail>.+))?\Z"
)
_REFERENCES: Final = re.compile(
    rf"references (?P<table>{_NAME})\((?P<columns>(?:{_NAME})(?:, ?(?:{_NAME}))*)\)\Z"
)
_LITERAL: Final = re.compile(r"'(?P<text>(?:[^']|'')*)'|(?P<number>-?\d+(?:\.\d+)?)")
_VALUES: Final = re.compile(rf"are (?:{_LITERAL.pattern})(?:, ?(?:'(?:[^']|'')*'|-?[\d.]+))*\Z")
_RANGE: Final = re.compile(
    r"(?:from (?P<least>-?\d+(?:\.\d+)?))? ?(?:to (?P<most>-?\d+(?:\.\d+)?))?\Z"
)
_FORMS: Final = (
    "`key T(A, B)`, `not null T(A)`, `foreign key T(A) references S(B)`, `values T(A) are 'x', "
    "'y'`, `range T(A) from 0 to 9`, `type T(A) integer`, or `no` before one of the first three"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A line, taken apart."""

    denied: bool
    kind: FactKind
    table: Table
    columns: tuple[Column, ...]
    detail: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def with_facts(
    schema: SqlSchema, lines: Iterable[object], origin: FactOrigin, place: Place
) -> SqlSchema:
    """A schema with what lines say of it, each kept with its origin.

    Args:
        schema: As it is declared.
        lines: As `facts` writes them, or with `no` before a declared fact that does not hold.
        origin: Who says so.
        place: Of the lines in their file.

    Raises:
        SchemaError: A line cannot be read, or names what is not there.
    """
    for number, line in enumerate(lines):
        at = place.at(number)
        said = _read(at.text(line), schema, at)
        table, fact = _denied(said, at) if said.denied else _stated(said, schema, at)
        schema = replace(
            schema,
            tables=tuple(table if old is said.table else old for old in schema.tables),
            not_declared=(*schema.not_declared, replace(fact, origin=origin)),
        )
    return schema


def fact_named(line: str, schema: SqlSchema, place: Place) -> Fact:
    """The fact that a line states.

    Raises:
        SchemaError: As `with_facts`.
    """
    said = _read(line, schema, place)
    return _stated(said, schema, place)[1]


def _read(line: str, schema: SqlSchema, place: Place) -> _Said:
    match = _LINE.match(" ".join(line.split()))
    if match is None:
        raise place.error(f"{line[:120]!r} is no fact", expected=_FORMS)
    table = _table(schema, _name(match["table"]), place)
    return _Said(
        denied=match["no"] is not None,
        kind=FactKind(match["kind"]),
        table=table,
        columns=_columns(table, match["columns"], place),
        detail=match["detail"] or "",
    )


def _stated(said: _Said, schema: SqlSchema, place: Place) -> tuple[Table, Fact]:
    """The table for which the fact holds, and the fact."""
    table, column = said.table, said.columns[0]
    fact = Fact(said.kind, table.name, said.names)
    if said.kind not in {FactKind.KEY, FactKind.FOREIGN_KEY} and len(said.columns) > 1:
        raise place.error(
            "it is of several columns", expected="a single column", fix="say it of each"
        )
    match said.kind:
        case FactKind.KEY if not said.detail:
            known = {frozenset(key) for key in table.keys}
            more = () if frozenset(said.names) in known else (said.names,)
            return replace(table, unique=(*table.unique, *more)), fact
        case FactKind.FOREIGN_KEY:
            key = _foreign_key(said, schema, place)
            keys = dict.fromkeys((*table.foreign_keys, key))
            return replace(table, foreign_keys=tuple(keys)), foreign_key_fact(table, key)
        case FactKind.NOT_NULL if not said.detail:
            return _with_column(table, replace(column, nullable=False)), fact
        case FactKind.VALUES if _VALUES.match(said.detail):
            values = tuple(_value(literal) for literal in _LITERAL.finditer(said.detail))
            changed = replace(column, values=values)
            return _with_column(table, changed), values_fact(table, changed)
        case FactKind.RANGE if said.detail and (ends := _RANGE.match(said.detail)):
            changed = replace(column, minimum=_end(ends["least"]), maximum=_end(ends["most"]))
            return _with_column(table, changed), range_fact(table, changed)
        case FactKind.TYPE if said.detail in {str(type_) for type_ in ValueType}:
            changed = replace(column, type=ValueType(said.detail))
            return _with_column(table, changed), replace(fact, detail=said.detail)
        case _:
            raise place.error(
                f"{said.detail[:80]!r} says nothing of {said.kind} here", expected=_FORMS
            )


def _denied(said: _Said, place: Place) -> tuple[Table, Fact]:
    """The table for which a declared fact does not hold any more, and the fact that it does not."""
    table = said.table
    fact = Fact(said.kind, table.name, said.names, DOES_NOT_HOLD)
    names = frozenset(said.names)
    match said.kind:
        case FactKind.KEY if names in map(frozenset, table.keys):
            primary = () if frozenset(table.primary_key) == names else table.primary_key
            unique = tuple(key for key in table.unique if frozenset(key) != names)
            return replace(table, primary_key=primary, unique=unique), fact
        case FactKind.FOREIGN_KEY if any(key.columns == said.names for key in table.foreign_keys):
            kept = tuple(key for key in table.foreign_keys if key.columns != said.names)
            return replace(table, foreign_keys=kept), fact
        case FactKind.NOT_NULL if len(names) == 1 and not said.columns[0].nullable:
            return _with_column(table, replace(said.columns[0], nullable=True)), fact
        case _:
            raise place.error(
                "there is no such fact to take back",
                expected="`no` before a key, a foreign key or a not null that the DDL declares",
                fix="leave the line out",
            )


def _foreign_key(said: _Said, schema: SqlSchema, place: Place) -> ForeignKey:
    match = _REFERENCES.match(said.detail)
    if match is None:
        raise place.error(f"{said.detail[:80]!r} is no reference", expected="`references S(B)`")
    parent = _table(schema, _name(match["table"]), place)
    parents = tuple(column.name for column in _columns(parent, match["columns"], place))
    if len(parents) != len(said.names):
        raise place.error("the two sides differ in length", expected="as many columns on either")
    return ForeignKey(said.names, parent.name, parents)


def _table(schema: SqlSchema, name: str, place: Place) -> Table:
    table = schema.table(name)
    if table is None:
        raise place.unknown("table", name, [table.name for table in schema.tables])
    return table


def _columns(table: Table, listed: str, place: Place) -> tuple[Column, ...]:
    columns: list[Column] = []
    for name in map(_name, re.findall(_NAME, listed)):
        column = table.column(name)
        if column is None:
            known = [column.name for column in table.columns]
            raise place.unknown(f"column of {table.name}", name, known)
        columns.append(column)
    return tuple(columns)


def _name(written: str) -> str:
    return written[1:-1].replace('""', '"') if written.startswith('"') else written


def _value(literal: re.Match[str]) -> Value:
    text = literal["text"]
    return _end(literal["number"]) if text is None else text.replace("''", "'")


def _end(number: str | None) -> int | float | None:
    if number is None:
        return None
    return float(number) if "." in number else int(number)


def _with_column(table: Table, changed: Column) -> Table:
    columns = tuple(changed if column.name == changed.name else column for column in table.columns)
    return replace(table, columns=columns)
