"""The columns of a store's runs: built once, kept, and brought up to date while a run goes."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary, ref

from jurist.columns.columns import Columns, Dimension
from jurist.columns.files import ColumnFiles, folder_beside
from jurist.columns.growing import Growing
from jurist.columns.kinds import Sorter
from jurist.columns.reading import Stamp, is_unchanged, read_all, read_new, snapshot, stamp_of
from jurist.errors import InputError
from jurist.runs.results import Result, rulings_of, workspaces
from jurist.store import Store
from jurist.store.runs import RunState, list_runs

_KEPT: Final = 8
"""Runs whose columns are held in memory."""
_PATIENCE_S: Final = 1.0
"""How long whoever looks at a run waits for its mistakes to be sorted: most runs are by then."""
_WORTH_KEEPING: Final = 10_000
"""Verdicts from which on columns are kept in a file: fewer are read in a moment."""
_TURN_S: Final = 0.02
"""How long queries are read at a stretch; as long a rest follows."""


@dataclass
class _Work:
    """Mistakes being sorted."""

    began: float
    done: threading.Event = field(default_factory=threading.Event)
    sorted: Columns | None = None


@dataclass
class _Kept:
    """One run's columns, and what they were built from."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    columns: Columns | None = None
    stamp: Stamp | None = None
    growing: Growing | None = None
    """What goes on to grow; `None` once the run is finished."""
    sorter: Sorter | None = None
    work: _Work | None = None


class Shelf:
    """The columns of a store's runs. Thread-safe.

    Args:
        store: Where the runs are; whoever has the shelf holds it.
        folder: Where columns of large runs are kept between sessions; `None`: nowhere.
    """

    def __init__(self, store: Store, folder: Path | None) -> None:
        self._store = ref(store)
        self._files = None if folder is None else ColumnFiles(folder)
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def columns(self, run: str) -> Columns:
        """The columns of a run as it is now, for a page.

        Mistakes are sorted in the background where that takes longer than a moment: until then
        their kind is `UNSORTED`, and there are no constructs.

        Args:
            run: Its whole id.

        Raises:
            InputError: There is no such run.
        """
        columns, work = self._with_work(run)
        if work is None:
            return columns
        work.done.wait(max(0.0, work.began + _PATIENCE_S - time.monotonic()))
        return work.sorted or columns

    def sorted(self, run: str) -> Columns:
        """The same with all mistakes sorted, however long that takes."""
        columns, work = self._with_work(run)
        while columns.sorting is None and work is not None:
            work.done.wait()
            if work.sorted is not None:
                return work.sorted
            columns, work = self._with_work(run)
        return columns

    def unsorted(self, run: str) -> Columns:
        """The same without waiting for kinds: for whoever only computes of scores."""
        kept = self._keep(run)
        with kept.lock:
            return self._current(run, kept)

    def _keep(self, run: str) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(run, _Kept())
            self._kept.move_to_end(run)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return kept

    def _open(self) -> Store:
        store = self._store()
        if store is None:
            raise RuntimeError("the store of this shelf is gone")
        return store

    def _with_work(self, run: str) -> tuple[Columns, _Work | None]:
        """The columns as they are, and the work that goes on where they are not sorted."""
        kept = self._keep(run)
        with kept.lock:
            columns = self._current(run, kept)
            if columns.sorting is not None:
                return columns, None
            if kept.work is None:
                if kept.sorter is None:
                    kept.sorter = Sorter(workspaces(self._open(), run))
                kept.work = _Work(time.monotonic())
                threading.Thread(
                    target=self._sort, args=(kept, kept.sorter, columns, kept.work), daemon=True
                ).start()
            return columns, kept.work

    def _sort(self, kept: _Kept, sorter: Sorter, columns: Columns, work: _Work) -> None:
        try:
            work.sorted = sorter.sort(columns, _Pace().pause)
        finally:
            with kept.lock:
                kept.work = None
                if kept.columns is columns and work.sorted is not None:
                    kept.columns = work.sorted
                    self._write(kept)
            work.done.set()

    def _current(self, run: str, kept: _Kept) -> Columns:
        with snapshot(self._open()) as connection:
            columns, stamp, growing = kept.columns, kept.stamp, kept.growing
            if columns and stamp and is_unchanged(connection, run, stamp):
                return columns
            now = stamp_of(connection, run)
            if now is None:
                raise _no_run(run, self._open())
            if columns and now == stamp:
                return columns
            kept.columns, kept.growing = None, None  # until all is taken in
            kept.stamp = now
            if stamp is None or stamp.created != now.created:
                growing, kept.sorter = None, None  # an id comes again with other data
                kept.columns = self._files.read(run, now) if self._files else None
            if kept.columns is None:
                if (
                    growing is None
                    or stamp is None
                    or not read_new(connection, run, growing, stamp, now)
                ):
                    growing = Growing(run)
                    read_all(connection, run, growing)
                kept.columns = growing.columns()
                if now.state == RunState.FINISHED:
                    growing = None  # it is as large as the columns
                kept.growing = growing
                self._write(kept)
            return kept.columns

    def _write(self, kept: _Kept) -> None:
        """Keep the columns of a large run that is finished."""
        columns, stamp = kept.columns, kept.stamp
        if columns is None or stamp is None or self._files is None:
            return
        if stamp.state == RunState.FINISHED and len(columns) >= _WORTH_KEEPING:
            runs = [record.id for record in list_runs(self._open())]
            self._files.write(columns, stamp, runs)


class _Pace:
    """Rests as long as it worked, so that requests are answered meanwhile."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._since = self._began

    def pause(self) -> None:
        now = time.monotonic()
        if now - self._since > _TURN_S and now - self._began > _PATIENCE_S:
            time.sleep(now - self._since)
            self._since = time.monotonic()


_shelves: Final = WeakKeyDictionary[Store, Shelf]()
_making: Final = threading.Lock()


def shelf_of(store: Store) -> Shelf:
    """The shelf of a store, the same for all who ask."""
    with _making:
        shelf = _shelves.get(store)
        if shelf is None:
            shelf = _shelves[store] = Shelf(store, folder_beside(store))
        return shelf


def columns_of(store: Store, run: str) -> Columns:
    """The columns of a run, from the store's shelf, for whoever computes of scores."""
    return shelf_of(store).unsorted(run)


def _no_run(run: str, store: Store) -> InputError:
    return InputError(
        f"there is no run {run!r} in {store.place}", expected="the whole id of one of its runs"
    )


def results_of(store: Store, run: str, columns: Columns, rows: Sequence[int]) -> tuple[Result, ...]:
    """The whole records of some rows, read from the store, in the order of the rows."""
    keys = [columns.verdict_task(row) for row in rows]
    found = {(each.task, each.judge): each for each in rulings_of(store, run, keys)}
    keys_in_order = [(columns.task(row), columns.value(Dimension.JUDGE, row)) for row in rows]
    return tuple(found[each] for each in keys_in_order if each in found)
