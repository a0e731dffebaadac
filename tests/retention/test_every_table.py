"""Every text column of every table, also of those to come: nothing of a value is left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Float, String, Table, Text, insert, select

from jurist.errors import StoreError
from jurist.retention.forgetting import Before, Run, Value, forget, preview
from jurist.retention.wanted import Wanted
from jurist.store import Store, open_store
from jurist.store.ledger import EXCHANGES
from jurist.store.lock import hold_run
from jurist.store.tables import AGELESS, DERIVED, METADATA

VALUE = "anna@ex.io"
TABLES = [pytest.param(table, id=table.name) for table in METADATA.sorted_tables]


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


def _value_of(column: Column[object], planted: Column[object] | None) -> object:
    if column is planted:
        return f'{{"a":"is {VALUE}!"}}' if isinstance(column.type, Text) else VALUE
    if isinstance(column.type, String):
        return "{}" if isinstance(column.type, Text) else "x"
    return 1.0 if isinstance(column.type, Float) else 1


def plant(store: Store, table: Table, planted: Column[object] | None) -> None:
    """One row in a table and in each that it refers to, the value in one column."""
    parents = {key.column.table for key in table.foreign_keys}
    rows = [(each, None) for each in METADATA.sorted_tables if each in parents]
    for parent in [parent for parent, _ in rows]:
        above = {key.column.table for key in parent.foreign_keys}
        rows[:0] = [(each, None) for each in above if each not in {row for row, _ in rows}]
    with store.write() as connection:
        for each, _ in rows:
            values = {column.name: _value_of(column, None) for column in each.columns}
            if planted is not None:  # what refers to it must be there under the same name
                for key in table.foreign_keys:
                    if key.parent is planted and key.column.table is each:
                        values[key.column.name] = VALUE
            connection.execute(insert(each).values(values))
        row = {column.name: _value_of(column, planted) for column in table.columns}
        connection.execute(insert(table).values(row))


def texts_left(store: Store) -> list[str]:
    """Tables with the value in any text, read row by row."""
    left: list[str] = []
    with store.read() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                left += [table.name] if any(VALUE in str(cell) for cell in row) else []
    return left


@pytest.mark.parametrize("table", TABLES)
def test_no_text_column_keeps_a_value(table: Table, tmp_path: Path) -> None:
    for number, column in enumerate(table.columns):
        if not isinstance(column.type, String):
            continue
        if len(table.foreign_keys) > 1 and column.foreign_keys:
            continue  # a key of two parts: its parent's own column is planted instead
        path = tmp_path / f"{number}.db"
        opened = open_store(path)
        plant(opened, table, column)
        assert table.name in texts_left(opened)
        done = forget(opened, Value(Wanted(VALUE)), (), lambda _: None)
        assert done.removed + done.redacted
        assert texts_left(opened) == []
        opened.close()
        assert all(VALUE.encode() not in file.read_bytes() for file in tmp_path.glob(f"{number}.*"))


def test_of_a_server_too(store: Store) -> None:
    for table in (METADATA.tables[name] for name in ("exchanges", "tasks", "sent", "users")):
        plant(store, table, next(c for c in table.columns if isinstance(c.type, Text)))
    assert texts_left(store)
    forget(store, Value(Wanted(VALUE)), (), lambda _: None)
    assert texts_left(store) == []


@pytest.mark.parametrize("table", TABLES)
def test_each_table_goes_with_its_run_or_for_its_age_or_says_why_not(table: Table) -> None:
    """A table to come is of a run, has a moment, is derived, or says that it has no age."""
    opened = open_store("sqlite://")
    plant(opened, table, None)
    found = preview(opened, Before(2), (), lambda _: None)
    goes = {name for name, *_ in found.rows}
    with_others = {"accounts", "sent_outcomes", "consistency", "settlements"}
    if (
        not table.info.get(AGELESS)
        and not table.info.get(DERIVED)
        and table.name not in with_others
    ):
        assert table.name in goes
    opened.close()


def test_a_run_goes_with_all_that_names_it(store: Store) -> None:
    for name in ("tasks", "annotations", "queue_items", "queue_states", "corrections"):
        table = METADATA.tables[name]
        if name == "tasks":
            plant(store, table, None)
            continue
        with store.write() as connection:
            if name == "queue_items":
                queue = METADATA.tables["queues"]
                row = {column.name: _value_of(column, None) for column in queue.columns}
                connection.execute(insert(queue).values(row))
            row = {column.name: _value_of(column, None) for column in table.columns}
            connection.execute(insert(table).values(row))
    with store.write() as connection:
        for run, key in (("x", "own"), ("x", "both"), ("other", "both")):
            sent = METADATA.tables["sent"]
            row = {column.name: _value_of(column, None) for column in sent.columns}
            id_ = f"{run}-{key}"
            connection.execute(insert(sent).values(row | {"id": id_, "run": run, "key": key}))
        for key in ("own", "both"):
            row = {column.name: _value_of(column, None) for column in EXCHANGES.columns}
            connection.execute(insert(EXCHANGES).values(row | {"key": key}))
    forget(store, Run("x"), (), lambda _: None)
    with store.read() as connection:
        left = {
            table.name: connection.execute(select(table)).all()
            for table in METADATA.sorted_tables
            if table.name != "audit"
        }
    kept = {name for name, rows in left.items() if rows}
    assert kept == {"sent", "exchanges"}
    assert [row.run for row in left["sent"]] == ["other"]
    assert [row.key for row in left["exchanges"]] == ["both"]


def test_while_somebody_works_nothing_is_removed(store: Store) -> None:
    plant(store, METADATA.tables["exchanges"], EXCHANGES.c.request)
    with hold_run(store, "a run"), pytest.raises(StoreError, match="at work"):
        forget(store, Value(Wanted(VALUE)), (), lambda _: None)
    assert texts_left(store) == ["exchanges"]
    forget(store, Value(Wanted(VALUE)), (), lambda _: None)
    assert texts_left(store) == []


def test_cut_off_before_the_files_are_written_anew_it_is_done_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    opened = open_store(path)
    plant(opened, METADATA.tables["exchanges"], EXCHANGES.c.request)

    def dies(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("jurist.retention.forgetting.rewrite_store", dies)
        with pytest.raises(KeyboardInterrupt):
            forget(opened, Value(Wanted(VALUE)), (), lambda _: None)
    assert texts_left(opened) == []
    opened.close()
    opened = open_store(path)
    assert forget(opened, Value(Wanted(VALUE)), (), lambda _: None).rows == ()
    opened.close()
    assert all(VALUE.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_cut_off_within_all_is_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(store, METADATA.tables["exchanges"], EXCHANGES.c.request)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("jurist.retention.forgetting.write_audit", dies)
        with pytest.raises(KeyboardInterrupt):
            forget(store, Value(Wanted(VALUE)), (), lambda _: None)
    assert texts_left(store) == ["exchanges"]


def test_the_audit_log_says_that_and_not_what(store: Store) -> None:
    plant(store, METADATA.tables["exchanges"], EXCHANGES.c.request)
    forget(store, Value(Wanted(VALUE)), (), lambda _: None)
    with store.read() as connection:
        (line,) = connection.execute(select(METADATA.tables["audit"]))
    assert (line.action, line.object, line.detail) == (
        "forget",
        "a value",
        "1 row removed, 0 redacted",
    )
