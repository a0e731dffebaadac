"""Opening stores for commands, and finding runs in them by what people type."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from jurist.errors import InputError
from jurist.plurals import counted
from jurist.store import Store, open_store, read_store
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


def resolve_run(store: Store, given: str) -> str:
    """The id of the run that is called so, begins so, or is the newest of that study's name."""
    records = list_runs(store)
    exact = [record.id for record in records if record.id == given]
    named = [record.id for record in records if record.name == given]
    begun = [record.id for record in records if record.id.startswith(given)]
    for found in (exact, named[:1], begun):
        if len(found) == 1:
            return found[0]
    if not records:
        raise InputError(
            f"no run is stored in {store.place}",
            expected="a store with a run",
            fix="make one: jurist run STUDY",
        )
    known = ", ".join(record.id for record in records[:10])
    several = f"{counted(len(begun), 'run begins', 'runs begin')} with {given!r}"
    problem = several if begun else f"there is no run {given!r}"
    raise InputError(f"{problem} in {store.place}", expected=f"one of {known}")


def chosen(given: Sequence[str] | None, known: Sequence[str], what: str) -> list[str]:
    """The names that were asked for, or all; raises `InputError` for one that is not there."""
    for name in given or ():
        if name not in known:
            raise InputError(
                f"there is no {what} {name!r}",
                expected=f"one of {', '.join(known)}" if known else f"a run with a {what}",
            )
    if not given and not known:
        raise InputError(f"there is no {what}", expected="a run with results")
    return list(given or known)


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
            str(record.state),
        )
    return table
