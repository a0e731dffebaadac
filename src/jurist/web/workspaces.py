"""The workspaces of runs, kept: a page shows one case, and reading its schema takes longer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Final

from jurist.alignment.disagreements.suspicion import reference_free_of
from jurist.roles.protocols import Workspace
from jurist.runs.results import workspaces
from jurist.store import Store

_MOST: Final = 16


class Workspaces:
    """What was read of the runs that were looked at last; a run's schemas never change."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, tuple[Mapping[str, Workspace], frozenset[str]]]
        self._kept = OrderedDict()
        self._lock = Lock()

    def of(self, run: str) -> Mapping[str, Workspace]:
        """The workspaces of a run by dataset."""
        return self._read(run)[0]

    def reference_free(self, run: str) -> frozenset[str]:
        """The judges of a run that rule on answers without the reference."""
        return self._read(run)[1]

    def _read(self, run: str) -> tuple[Mapping[str, Workspace], frozenset[str]]:
        with self._lock:
            if run in self._kept:
                self._kept.move_to_end(run)
                return self._kept[run]
        read = workspaces(self._store, run), reference_free_of(self._store, run)
        with self._lock:
            self._kept[run] = read
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return read
