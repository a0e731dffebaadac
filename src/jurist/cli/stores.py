"""Opening stores for commands, and listing their runs."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from jurist.cli.terminal import notices, plain
from jurist.errors import InputError
from jurist.plurals import counted
from jurist.store import Store, open_store, read_store
from jurist.store.lock import state_of
from jurist.store.runs import list_runs

_SHORT = 10
"""Digits of a commit in a table."""


def is_made(where: str) -> bool:
    """Whether there is a store in this file; of a URL that is not known."""
    return "://" not in where and Path(where).exists()


@contextmanager
def existing_store(where: str) -> Generator[Store]:
    """A store that must be there already, to look at: nothing in it can be changed."""
    require_store(where)
    store = read_store(where)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def store_to_change(where: str) -> Generator[Store]:
    """A store that must be there already, to work on; an older one is brought up to date."""
    require_store(where)
    with working_on(where) as store:
        yield store


@contextmanager
def working_on(where: str) -> Generator[Store]:
    """A store to work on, made if need be."""
    store = open_store(where)
    try:
        yield store
    finally:
        store.close()


def require_store(where: str) -> None:
    """Raise `InputError` where there is no such file: a command that reads makes none."""
    if "://" not in where and not is_made(where):
        raise InputError(
            f"there is no store {where}",
            expected="the file or postgresql:// URL in which a run was stored",
            fix="name it with --store, or make one: jurist run STUDY",
        )


def say_which(store: Store, given: str, *, quiet: bool = False) -> None:
    """Say which run is meant where a study's name has several: who reads a table must know."""
    records = list_runs(store)
    named = [record.id for record in records if record.name == given]
    if len(named) > 1 and given not in {record.id for record in records}:
        notices(quiet=quiet).print(
            plain(f"{named[0]} is shown, the newest of {counted(len(named), 'run')} of {given!r}")
        )


def runs_table(store: Store) -> Table:
    """All runs, the newest first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("run", "study", "commit", "begun (UTC)", "state"):
        table.add_column(column)
    for record in list_runs(store):
        begun = datetime.fromtimestamp(record.created / 1000, UTC)
        table.add_row(
            Text(record.id),
            Text(record.name),
            record.commit[:_SHORT] + record.commit[40:] or "-",
            f"{begun:%Y-%m-%d %H:%M}",
            state_of(store, record) + (f", share {record.shard}" if record.shard else ""),
        )
    return table
