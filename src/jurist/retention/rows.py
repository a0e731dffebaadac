"""What of a store's tables goes: found by walking all of its tables, so a new one is covered.

A row that holds the value goes, unless its table says that it is redacted in place (`REDACTED`):
what frames the work of others (runs, datasets, queues), what people said of a text that does not
hold it, and what happened (the audit log, what was sent). With a case goes all that was made of
it, with a question its answers, with an answer what was said of it: so no verdict is left beside
a text that it did not judge. Where the value is part of a row's key, the row goes too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, cast

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    String,
    Table,
    and_,
    delete,
    or_,
    select,
    true,
    tuple_,
    update,
)

from jurist.errors import InputError
from jurist.retention.wanted import Wanted
from jurist.store.counters import recount
from jurist.store.engine import A_PAGE_AT_A_TIME
from jurist.store.ledger import EXCHANGES
from jurist.store.queue import Stage
from jurist.store.tables import (
    AGELESS,
    CASES,
    DATASETS,
    DERIVED,
    DIGEST,
    INTERACTIONS,
    METADATA,
    ONLINE_VERDICTS,
    QUEUES,
    REDACTED,
    RUNS,
    SENT,
    SENT_OUTCOMES,
    TASKS,
)

_PAGE: Final = 400

Key = tuple[object, ...]
"""The values of a row's primary key."""


@dataclass
class Found:
    """What goes: keys of rows by table, and rows that are redacted."""

    removed: dict[Table, set[Key]] = field(default_factory=dict[Table, set[Key]])
    redacted: dict[Table, dict[Key, dict[str, str]]] = field(
        default_factory=dict[Table, dict[Key, dict[str, str]]]
    )
    runs: set[str] = field(default_factory=set[str])
    """Of which something goes."""

    def counts(self) -> tuple[tuple[str, int, int], ...]:
        """(table, rows removed, rows redacted), for all of which something goes."""
        return tuple(
            (str(table.name), len(self.removed.get(table, ())), len(self.redacted.get(table, ())))
            for table in METADATA.sorted_tables
            if self.removed.get(table) or self.redacted.get(table)
        )

    def remove(self, table: Table, key: Key) -> None:
        """Let a row go."""
        self.removed.setdefault(table, set()).add(key)
        self.redacted.get(table, {}).pop(key, None)


def find_value(connection: Connection, wanted: Wanted, looked: Callable[[int], None]) -> Found:
    """The rows that hold a value, with all that depends on them.

    Args:
        connection: To the store.
        wanted: The value.
        looked: Is told of so many rows more.

    Raises:
        InputError: What is left could not be read without it: it is part of a name in a document.
    """
    found = Found()
    for table in METADATA.sorted_tables:
        texts = [column for column in table.columns if isinstance(column.type, String)]
        if texts:
            _look_through(connection, table, texts, wanted, found, looked)
    _add_dependants(connection, found)
    _add_derived(connection, found)
    return found


def find_run(connection: Connection, run: str) -> Found:
    """All rows of a run, and the replies that it alone asked for.

    Args:
        connection: To the store.
        run: Its id.
    """
    found = Found()
    _add_runs(connection, {run}, found)
    _add_derived(connection, found)
    return found


def find_before(connection: Connection, moment: int) -> Found:
    """All that is older than a moment: runs begun before it, and rows of a time of their own.

    Args:
        connection: To the store.
        moment: Milliseconds since 1970, UTC.
    """
    found = Found()
    begun = connection.scalars(select(RUNS.c.id).where(RUNS.c.created < moment))
    _add_runs(connection, set(begun), found)
    for table in METADATA.sorted_tables:
        moments = _moments(table)
        if moments:
            past = [or_(column.is_(None), column < moment) for column in moments]
            known = or_(*(column.is_not(None) for column in moments))
            _add(connection, table, and_(known, *past), found)
    _add_attempts(connection, found)
    _add_outcomes(connection, found)
    _add_derived(connection, found)
    return found


def apply(connection: Connection, found: Found) -> None:
    """Redact and remove, in the transaction of the connection; children go before parents."""
    for table, rows in found.redacted.items():
        for key, values in rows.items():
            connection.execute(update(table).where(_is(table, key)).values(values))
    for table in reversed(METADATA.sorted_tables):
        for keys in _paged(found.removed.get(table, ())):
            connection.execute(delete(table).where(_is_any(table, keys)))
    for run in sorted(found.runs - {str(key[0]) for key in found.removed.get(RUNS, ())}):
        recount(connection, run)


def _look_through(
    connection: Connection,
    table: Table,
    texts: Sequence[Column[Any]],
    wanted: Wanted,
    found: Found,
    looked: Callable[[int], None],
) -> None:
    keys = list(table.primary_key.columns)
    query = select(*keys, *texts).execution_options(**A_PAGE_AT_A_TIME)
    parts = {column.name for column in texts if column.primary_key or column.foreign_keys}
    digests = {column.name: "" for column in texts if column.info.get(DIGEST)}
    rows: Iterator[Sequence[Any]] = iter(cast("CursorResult[Any]", connection.execute(query)))
    while page := list(islice(rows, _PAGE)):
        looked(len(page))
        for row in page:
            key, values = tuple(row[: len(keys)]), row[len(keys) :]
            named: dict[str, str | None] = {
                column.name: text for column, text in zip(texts, values, strict=True)
            }
            holding = {name: text for name, text in named.items() if text and wanted.in_text(text)}
            if not holding:
                continue
            if "run" in table.columns:
                found.runs |= set(connection.scalars(select(table.c.run).where(_is(table, key))))
            if not table.info.get(REDACTED) or not parts.isdisjoint(holding):
                found.remove(table, key)
                continue
            cleared = {name: _without(wanted, text, table) for name, text in holding.items()}
            found.redacted.setdefault(table, {})[key] = cleared | digests


def _without(wanted: Wanted, text: str, table: Table) -> str:
    name = wanted.in_names(text)
    if name is not None:
        raise InputError(
            f"the value is part of {name!r}, a name without which {table.name} cannot be read",
            expected="a value that no name of a study, a schema or a record holds",
            fix="give more of it, or its capitals, or forget whole runs: jurist forget --run RUN",
        )
    return wanted.without(text)


def _add_dependants(connection: Connection, found: Found) -> None:
    """What was made of what goes."""
    gone = {str(key[0]) for key in found.removed.get(RUNS, ())}
    _add_runs(connection, gone, found)
    for table in (CASES, TASKS):
        for keys in _paged(found.removed.get(DATASETS, ())):
            _add(connection, table, tuple_(table.c.run, table.c.dataset).in_(keys), found)
    case = tuple_(TASKS.c.run, TASKS.c.dataset, TASKS.c.case_id)
    for keys in _paged(found.removed.get(CASES, ())):
        _add(connection, TASKS, case.in_(keys), found)
    _add_other_samples(connection, found)
    fresh = set(found.removed.get(TASKS, ()))
    while fresh:
        before = set(found.removed[TASKS])
        for keys in _paged(fresh):
            _add(connection, TASKS, tuple_(TASKS.c.run, TASKS.c.parent).in_(keys), found)
        fresh = found.removed[TASKS] - before
    tasks = found.removed.get(TASKS, set())
    found.runs |= {str(run) for run, _ in tasks}
    for table in METADATA.sorted_tables:
        for keys in _paged(tasks):
            if table is TASKS or "task" not in table.columns:
                continue
            if "run" in table.columns:
                _add(connection, table, tuple_(table.c.run, table.c.task).in_(keys), found)
            elif "queue" in table.columns:
                queues = select(QUEUES.c.id, TASKS.c.key).join(TASKS, TASKS.c.run == QUEUES.c.run)
                of_tasks = queues.where(tuple_(TASKS.c.run, TASKS.c.key).in_(keys))
                _add(connection, table, tuple_(table.c.queue, table.c.task).in_(of_tasks), found)
    _add_corrections(connection, found)
    _add_attempts(connection, found)
    _add_children(connection, found)
    _add_outcomes(connection, found)


def _add_other_samples(connection: Connection, found: Found) -> None:
    """With an answer those to the same question, as far as they are compared with each other."""
    answer = [TASKS.c[name] for name in ("run", "dataset", "case_id", "ordinal", "generator")]
    for keys in _paged(found.removed.get(TASKS, ())):
        answers = select(*answer).where(
            _is_any(TASKS, keys), TASKS.c.stage == Stage.CANDIDATES.value
        )
        same = and_(tuple_(*answer).in_(answers), TASKS.c.stage == Stage.CANDIDATES.value)
        _add(connection, TASKS, same, found)


def _add_corrections(connection: Connection, found: Found) -> None:
    annotations, corrections = METADATA.tables["annotations"], METADATA.tables["corrections"]
    for keys in _paged(found.removed.get(annotations, ())):
        _add(connection, corrections, corrections.c.id.in_([key[0] for key in keys]), found)


def _add_attempts(connection: Connection, found: Found) -> None:
    """What was judged of interactions that go, and what waited to be."""
    for keys in _paged(found.removed.get(INTERACTIONS, ())):
        of = ONLINE_VERDICTS.c.attempt.in_([key[0] for key in keys])
        _add(connection, ONLINE_VERDICTS, of, found)


def _add_outcomes(connection: Connection, found: Found) -> None:
    for keys in _paged(found.removed.get(SENT, ())):
        _add(connection, SENT_OUTCOMES, SENT_OUTCOMES.c.id.in_([key[0] for key in keys]), found)


def _add_runs(connection: Connection, runs: Collection[str], found: Found) -> None:
    """Runs whole: what names them, what hangs on that, and the replies only they asked for."""
    found.runs |= set(runs)
    for run in runs:
        _add(connection, RUNS, RUNS.c.id == run, found)
        asked = select(SENT.c.key).where(SENT.c.run == run)
        elsewhere = select(SENT.c.key).where(SENT.c.run != run)
        own = and_(EXCHANGES.c.key.in_(asked), EXCHANGES.c.key.not_in(elsewhere))
        _add(connection, EXCHANGES, own, found)
        for table in METADATA.sorted_tables:
            if "run" in table.columns:
                _add(connection, table, table.c.run == run, found)
    _add_children(connection, found)
    _add_outcomes(connection, found)


def _add_children(connection: Connection, found: Found) -> None:
    """Rows that refer to rows that go; those of a run go by its id."""
    for table in METADATA.sorted_tables:
        for key in table.foreign_keys:
            if "run" not in table.columns:
                gone = [parent[0] for parent in found.removed.get(key.column.table, ())]
                for some in _paged(gone):
                    _add(connection, table, key.parent.in_(some), found)


def _add_derived(connection: Connection, found: Found) -> None:
    if found.removed or found.redacted:
        for table in METADATA.sorted_tables:
            if table.info.get(DERIVED):
                _add(connection, table, true(), found)


def _moments(table: Table) -> list[Column[Any]]:
    """The columns that say when a row came about, of a table whose rows stand by themselves."""
    if table.info.get(AGELESS) or ("run" in table.columns and table is not SENT):
        return []
    if table is RUNS or table.foreign_keys:
        return []
    return [
        column
        for column in table.columns
        if isinstance(column.type, BigInteger)
        and (column.name in {"at", "created"} or column.name.endswith("_at"))
    ]


def _add(
    connection: Connection, table: Table, condition: ColumnElement[bool], found: Found
) -> None:
    keys = list(table.primary_key.columns)
    for row in connection.execute(select(*keys).where(condition)):
        found.remove(table, tuple(row))


def _is(table: Table, key: Key) -> ColumnElement[bool]:
    columns = table.primary_key.columns
    return and_(*(column == part for column, part in zip(columns, key, strict=True)))


def _is_any(table: Table, keys: Collection[Key]) -> ColumnElement[bool]:
    columns = list(table.primary_key.columns)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return tuple_(*columns).in_(keys)


def _paged(keys: Collection[Any]) -> Iterator[list[Any]]:
    rest = iter(keys)
    while page := list(islice(rest, _PAGE)):
        yield page
