"""What looks wrong in a schema's facts, with the lines that would put it right.

A wrong fact makes wrong proofs: under `key flights(airline)`, where in truth only airline and
number together are one, queries that count flights in different ways are proved the same. So
each is proposed with its reason, and changes nothing until a person writes its lines into the
schema file, from where every report prints them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from jurist.languages.doubts import Doubt
from jurist.languages.sql.schemas.facts import foreign_key_fact
from jurist.languages.sql.schemas.live import opened
from jurist.languages.sql.schemas.probing import Probe, probe_of
from jurist.languages.sql.schemas.schema import (
    Fact,
    FactKind,
    ForeignKey,
    SqlSchema,
    Table,
    spelled,
)
from jurist.languages.sql.values import ValueType
from jurist.plurals import counted

MOST_TRIED: Final = 200
"""Of the combinations of columns of one table that are tried as keys in a database."""

_NO_LETTERS: Final = re.compile(r"[\W_]")
_ENDING: Final = re.compile(r"(id|code|number|key)\Z")


class RepairKind(StrEnum):
    """Why a fact is doubted."""

    TRUNCATED_KEY = "truncated key"
    OTHER_TYPE = "foreign key of another type"
    NOT_UNIQUE = "foreign key to no key"
    BROKEN = "broken in the database"


@dataclass(frozen=True, slots=True)
class Repair:
    """A proposal: what is doubted and why, and the lines for `facts: repaired:`."""

    kind: RepairKind
    table: str
    reason: str
    lines: tuple[str, ...]
    confirm: str
    """The line for `facts: confirmed:` that says that all is right as it stands; may be empty."""


def repairs(schema: SqlSchema, probe: Probe | None = None) -> tuple[Repair, ...]:
    """What is to be proposed, table by table.

    Args:
        schema: Facts that it has confirmed or repaired are left alone.
        probe: A live database of this schema, whose rows then say which facts hold.

    Raises:
        SchemaError: The database cannot answer.
    """
    settled = {(fact.kind, fact.table, fact.columns) for fact in schema.confirmed}
    settled |= {(fact.kind, fact.table, fact.columns) for fact in schema.not_declared}
    proposed: list[Repair] = []
    for table in schema.tables:
        asked = probe if probe is not None and probe.has(table) else None
        for fact, repair in _of_table(table, schema, asked):
            if (fact.kind, fact.table, fact.columns) not in settled:
                proposed.append(repair)
    return tuple(proposed)


def _of_table(
    table: Table, schema: SqlSchema, probe: Probe | None
) -> Iterator[tuple[Fact, Repair]]:
    for key in table.keys:
        fact = Fact(FactKind.KEY, table.name, key)
        if probe is not None:
            repair = _broken_key(table, fact, probe)
        else:
            repair = _truncated_key(table, fact, schema)
        if repair is not None:
            yield fact, repair
    for key in table.foreign_keys:
        for repair in _of_foreign_key(table, key, schema, probe):
            yield foreign_key_fact(table, key), repair
    for column in table.columns if probe is not None else ():
        if probe is None or column.nullable:
            continue
        missing = probe.nulls(table, column.name)
        if missing:
            fact = Fact(FactKind.NOT_NULL, table.name, (column.name,))
            reason = f"in the database {counted(missing, 'row')} lack it"
            yield fact, _denied(table, fact, f"{fact} is declared, and {reason}")


# --- keys -----------------------------------------------------------------------------------


def _truncated_key(table: Table, fact: Fact, schema: SqlSchema) -> Repair | None:
    """A lone key column that refers to another table: often what is left of a composite key.

    So it is in Spider's tables.json, which keeps the first column of each. It may also be a table
    of further columns of the other one's rows, so it is no more than a suspicion.
    """
    if len(fact.columns) != 1 or len(table.columns) == 1:
        return None
    parent = _parent(table, fact.columns[0], schema)
    if parent is None:
        return None
    key = (*fact.columns, *_rest_of_key(table, fact.columns[0]))
    whole = Fact(FactKind.KEY, table.name, key)
    return Repair(
        RepairKind.TRUNCATED_KEY,
        table.name,
        f"{fact} is declared, and its column refers to {spelled(parent)}: either each row there "
        "has at most one here, or the key has more columns, of which only this one is declared",
        (f"no {fact}", str(whole), *_not_null(table, key)),
        str(fact),
    )


def _parent(table: Table, column: str, schema: SqlSchema) -> str | None:
    """The table that a column refers to by a foreign key, or is named after."""
    for key in table.foreign_keys:
        if key.columns == (column,):
            return key.table
    stem = _stem(column)
    others = [other.name for other in schema.tables if other is not table]
    named = next((name for name in others if _stem(name) == stem), None)
    return None if _stem(table.name) == stem else named


def _stem(name: str) -> str:
    """`Airline`, `airline_id` and `airlines` are named after the same things."""
    letters = _NO_LETTERS.sub("", name.lower())
    plain = _ENDING.sub("", letters) or letters
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") else plain


def _rest_of_key(table: Table, first: str) -> tuple[str, ...]:
    """The foreign keys that follow a column at once; the column that follows it, if none does."""
    names = [column.name for column in table.columns]
    following = names[names.index(first) + 1 :] or names[:1]
    references = {key.columns[0] for key in table.foreign_keys if len(key.columns) == 1}
    rest: list[str] = []
    for name in following:
        if name not in references:
            break
        rest.append(name)
    return tuple(rest) or (following[0],)


def _broken_key(table: Table, fact: Fact, probe: Probe) -> Repair | None:
    repeated = probe.repeated(table, fact.columns)
    if not repeated:
        return None
    key = _smallest_key(table, fact.columns, probe)
    reason = f"{fact} is declared, and in the database {counted(repeated, 'value')} of it repeat"
    if key is None:
        return _denied(table, fact, reason)
    whole = Fact(FactKind.KEY, table.name, key)
    return Repair(
        RepairKind.TRUNCATED_KEY,
        table.name,
        f"{reason}, where none of {whole} does",
        (f"no {fact}", str(whole), *_not_null(table, key)),
        "",
    )


def _smallest_key(table: Table, part: tuple[str, ...], probe: Probe) -> tuple[str, ...] | None:
    """The first of the smallest sets of columns with these among them that repeat nowhere."""
    others = [column.name for column in table.columns if column.name not in part]
    tried = 0
    for size in (1, 2):
        for more in combinations(others, size):
            tried += 1
            if tried > MOST_TRIED:
                return None
            if not probe.repeated(table, (*part, *more)):
                return (*part, *more)
    return None


def _not_null(table: Table, key: tuple[str, ...]) -> tuple[str, ...]:
    """Columns of a primary key are never NULL, so those that come to it are not."""
    return tuple(
        str(Fact(FactKind.NOT_NULL, table.name, (column.name,)))
        for column in table.columns
        if column.name in key and column.nullable
    )


# --- foreign keys ---------------------------------------------------------------------------


def _of_foreign_key(
    table: Table, key: ForeignKey, schema: SqlSchema, probe: Probe | None
) -> Iterator[Repair]:
    fact = foreign_key_fact(table, key)
    parent = schema.table(key.table)
    if parent is None:
        return
    for name, other in zip(key.columns, key.parents, strict=True):
        column, to = table.column(name), parent.column(other)
        if column is None or to is None or _comparable(column.type, to.type):
            continue
        types = (str(Fact(FactKind.TYPE, table.name, (name,), str(to.type))),)
        yield Repair(
            RepairKind.OTHER_TYPE,
            table.name,
            f"{fact} is declared, and {spelled(name)} is {column.type} where {spelled(other)} is "
            f"{to.type}: several of its values may refer to the same row ('1' and '01' to 1)",
            types,
            str(fact),
        )
    if frozenset(key.parents) not in map(frozenset, parent.keys):
        unique = Fact(FactKind.KEY, parent.name, key.parents)
        holds = probe is None or not probe.repeated(parent, key.parents)
        yield Repair(
            RepairKind.NOT_UNIQUE,
            table.name,
            f"{fact} is declared, and what it refers to is no key: a row may refer to several"
            + ("" if probe is None or not holds else "; in the database it repeats nowhere"),
            (str(unique),) if holds else (f"no {fact}".partition(" references")[0],),
            str(fact),
        )
    orphans = probe.orphans(table, key) if probe is not None else 0
    if orphans:
        reason = f"in the database {counted(orphans, 'row')} refer to what is not there"
        yield _denied(table, fact, f"{fact} is declared, and {reason}")


def _comparable(left: ValueType, right: ValueType) -> bool:
    return left.is_comparable_to(right) or ValueType.OTHER in {left, right}


def _denied(table: Table, fact: Fact, reason: str) -> Repair:
    line = f"no {fact}".partition(" references")[0]
    return Repair(RepairKind.BROKEN, table.name, reason, (line,), str(fact))


def doubts(schema: SqlSchema) -> tuple[Doubt, ...]:
    """The proposals for people; where the schema names a live database, as its rows show them.

    Raises:
        SchemaError: The database cannot be opened or asked.
        UnsupportedError: A package to open it with is not installed.
    """
    if schema.database is None:
        proposed = repairs(schema)
    else:
        with opened(schema.database.address) as database:
            proposed = repairs(schema, probe_of(database))
    return tuple(
        Doubt(
            repair.kind,
            repair.reason,
            "under `facts: repaired:` write "
            + ", ".join(f"`{line}`" for line in repair.lines)
            + (
                f"; if it stands, under `confirmed:` write `{repair.confirm}`"
                if repair.confirm
                else ""
            ),
        )
        for repair in proposed
    )
