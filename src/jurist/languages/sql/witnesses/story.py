"""One or two sentences about a witness: what of the database it turns on, and what comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from jurist.languages.sql.outcomes.comparing import Comparison
from jurist.languages.sql.schemas.schema import SqlSchema, Table
from jurist.languages.sql.values import Database, Row, Value, ValueType
from jurist.languages.sql.witnesses.legal import broken
from jurist.records import DifferenceAspect

_MOST_TRIES: Final = 24
_MOST_CELLS: Final = 4
_LONGEST: Final = 40
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def story(
    database: Database,
    schema: SqlSchema,
    comparison: Comparison,
    differs: Callable[[Database], bool],
) -> str:
    """What the database shows, for people.

    Args:
        database: The witness, shrunk.
        schema: Whose tables it has.
        comparison: What the two queries give on it.
        differs: Whether a database still tells them apart.
    """
    outcome = _outcome(comparison)
    if comparison.reference.width != comparison.candidate.width:
        return outcome  # whatever the rows are
    cause = _cause(database, schema, differs)
    return f"{cause}: {outcome}" if cause else outcome


# --- what it turns on -----------------------------------------------------------------------


def _cause(database: Database, schema: SqlSchema, differs: Callable[[Database], bool]) -> str:
    """The missing value, the equal values or the empty table without which nothing would differ."""
    if not any(database.values()):
        return "all tables are empty" if len(database) > 1 else _empty(next(iter(database), ""))
    legal = (
        (told, changed)
        for told, changed in _changes(database, schema)
        if not broken(schema, changed)
    )
    for told, changed in islice(legal, _MOST_TRIES):
        if not differs(changed):
            return told
    empty = [name for name, rows in database.items() if not rows]
    return _empty(empty[0]) if len(empty) == 1 else ""


def _empty(name: str) -> str:
    return f"{name} is empty" if name else ""


def _changes(database: Database, schema: SqlSchema) -> Iterator[tuple[str, Database]]:
    """Databases that lack one remarkable thing, each after what it lacks."""
    for name, rows in database.items():
        table = schema.table(name)
        if table is not None:
            yield from _without_nulls(database, table, rows)
    for name, rows in database.items():
        table = schema.table(name)
        if table is not None:
            yield from _without_equals(database, table, rows)


def _without_nulls(
    database: Database, table: Table, rows: Sequence[Row]
) -> Iterator[tuple[str, Database]]:
    for at, row in enumerate(rows):
        for place, column in enumerate(table.columns):
            if row[place] is None:
                others = [other[place] for other in rows if other[place] is not None]
                value = others[0] if others else _plain(column.type)
                changed = _with_cell(database, table.name, rows, at, place, value)
                yield f"the {column.name} of a row of {table.name} is NULL", changed


def _without_equals(
    database: Database, table: Table, rows: Sequence[Row]
) -> Iterator[tuple[str, Database]]:
    for place, column in enumerate(table.columns):
        counted = Counter(row[place] for row in rows if row[place] is not None)
        for value, times in counted.items():
            if times < 2:
                continue
            at = next(at for at, row in enumerate(rows) if row[place] == value)
            changed = _with_cell(database, table.name, rows, at, place, _other(value))
            number = _NUMBERS[times] if times < len(_NUMBERS) else str(times)
            yield (
                f"{number} rows of {table.name} have the {column.name} {literal(value)}",
                changed,
            )


def _with_cell(
    database: Database, name: str, rows: Sequence[Row], at: int, place: int, value: Value
) -> Database:
    row = rows[at]
    changed = (*row[:place], value, *row[place + 1 :])
    return {**database, name: (*rows[:at], changed, *rows[at + 1 :])}


def _other(value: Value) -> Value:
    return f"{value}z" if isinstance(value, str) else (value or 0) + 7


def _plain(kind: ValueType) -> Value:
    if kind is ValueType.DATE:
        return "2020-01-01"
    if kind is ValueType.TIMESTAMP:
        return "2020-01-01 00:00:00"
    return 1 if kind.is_number else "a"


# --- what comes of it -----------------------------------------------------------------------


def _outcome(comparison: Comparison) -> str:
    reference, candidate = comparison.reference, comparison.candidate
    if reference.raises or candidate.raises:
        side, other = ("reference", "candidate") if reference.raises else ("candidate", "reference")
        return (
            f"a subquery of the {side} that stands for one value has several rows, an error; "
            f"the {other} has none"
        )
    aspects = comparison.aspects
    if reference.width != candidate.width:
        return f"the reference has {_columns(reference.width)}, the candidate {candidate.width}"
    missing = _listed("only the reference gives", comparison.only_in_reference)
    further = _listed("only the candidate gives", comparison.only_in_candidate)
    if DifferenceAspect.ORDER in aspects:
        return "both give the same rows, but not in the order that the reference asks for"
    if DifferenceAspect.TIES in aspects and DifferenceAspect.ROWS not in aspects:
        first = _row(candidate.rows[0]) if candidate.rows else "no row"
        return f"the candidate may also give {first} in its result, which the reference never does"
    if DifferenceAspect.DUPLICATES in aspects:
        return f"both give the same rows, but not as often: {missing or further}"
    if DifferenceAspect.COLUMNS in aspects:
        return "both give the same values, but in other columns"
    sizes = (
        "" if reference.size == candidate.size else f" ({_sizes(reference.size, candidate.size)})"
    )
    return " and ".join(filter(None, (missing, further))) + sizes


def _columns(number: int) -> str:
    return "1 column" if number == 1 else f"{number} columns"


def _sizes(reference: int, candidate: int) -> str:
    rows = "row" if reference == 1 else "rows"
    return f"{reference} {rows} against {candidate}"


def _listed(lead: str, rows: Counter[Row]) -> str:
    if not rows:
        return ""
    row, times = next(iter(sorted(rows.items(), key=repr)))
    more = rows.total() - times
    often = "" if times == 1 else f" {times} times"
    return f"{lead} {_row(row)}{often}{f' and {more} more' if more else ''}"


def _row(row: Row) -> str:
    cells = [literal(value) for value in row[:_MOST_CELLS]]
    if len(row) > _MOST_CELLS:
        cells.append("...")
    return f"({', '.join(cells)})"


def literal(value: Value) -> str:
    """A value as SQL writes it, bounded."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return f"'{value[:_LONGEST]}{'...' if len(value) > _LONGEST else ''}'"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
