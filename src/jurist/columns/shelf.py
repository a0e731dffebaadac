"""The columns of a store's runs: built once, kept, and brought up to date while a run goes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jurist.columns.columns import Columns, Dimension
from jurist.columns.growing import Growing
from jurist.columns.kinds import kinds_in
from jurist.columns.reading import Stamp, is_unchanged, read_all, read_new, snapshot, stamp_of
from jurist.errors import InputError
from jurist.runs.results import Result, rulings_of
from jurist.store import Store
from jurist.store.runs import RunState

_KEPT: Final = 8
"""Runs whose columns are held in memory."""


@dataclass
class _Kept:
    """One run's columns, and what they were built from."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    columns: Columns | None = None
    stamp: Stamp | None = None
    growing: Growing | None = None
    """What goes on to grow; `None` once the run is finished."""


class Shelf:
    """The columns of a store's runs. Thread-safe.

    Args:
        store: Where the runs are.
        folder: Where columns are kept between sessions; `None`: nowhere.
    """

    def __init__(self, store: Store, folder: Path | None) -> None:
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def columns(self, run: str) -> Columns:
        """The columns of a run as it is now.

        Args:
            run: Its whole id.

        Raises:
            InputError: There is no such run.
        """
        with self._lock:
            kept = self._kept.setdefault(run, _Kept())
            self._kept.move_to_end(run)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        with kept.lock:
            return self._current(run, kept)

    def _current(self, run: str, kept: _Kept) -> Columns:
        with snapshot(self._store) as connection:
            columns, stamp, growing = kept.columns, kept.stamp, kept.growing
            if columns and stamp and is_unchanged(connection, run, stamp):
                return columns
            now = stamp_of(connection, run)
            if now is None:
                raise _no_run(run, self._store)
            if columns and now == stamp:
                return columns
            kept.growing = None  # until it has taken in all
            grown = (
                growing is not None
                and stamp is not None
                and stamp.created == now.created
                and read_new(connection, run, growing, stamp, now)
            )
            if growing is None or not grown:
                growing = Growing(run, kinds_in(self._store, run))
                read_all(connection, run, growing)
        kept.columns, kept.stamp = growing.columns(), now
        kept.growing = None if now.state == RunState.FINISHED else growing
        return kept.columns


def _no_run(run: str, store: Store) -> InputError:
    return InputError(
        f"there is no run {run!r} in {store.place}", expected="the whole id of one of its runs"
    )


def results_of(store: Store, run: str, columns: Columns, rows: Sequence[int]) -> tuple[Result, ...]:
    """The whole records of some rows, read from the store, in the order of the rows."""
    keys = [columns.verdict_task(row) for row in rows]
    found = {(each.task, each.judge): each for each in rulings_of(store, run, keys)}
    told = [(columns.task(row), columns.value(Dimension.JUDGE, row)) for row in rows]
    return tuple(found[each] for each in told if each in found)
