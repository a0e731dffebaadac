"""What a page of one answer needs of its run, kept: reading it takes longer than the answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from jurist.alignment.casting import judges_of, proofs_of
from jurist.alignment.disagreements.suspicion import reference_free_of
from jurist.roles.protocols import Workspace
from jurist.runs.results import workspaces
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run

_MOST: Final = 16


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run's verdicts were given in; it never changes."""

    workspaces: Mapping[str, Workspace]
    """By dataset."""
    proofs: Collection[str]
    """The judges that prove."""
    reference_free: frozenset[str]
    """The judges that rule on answers without the reference."""


class RunSettings:
    """The settings of the runs that were looked at last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, Setting] = OrderedDict()
        self._lock = Lock()

    def of(self, run: str) -> Setting:
        """The setting of a run."""
        with self._lock:
            if run in self._kept:
                self._kept.move_to_end(run)
                return self._kept[run]
        setting = _read(self._store, run)
        with self._lock:
            self._kept[run] = setting
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return setting


def _read(store: Store, run: str) -> Setting:
    players = judges_of(get_run(store, run), datasets_of(store, run))
    return Setting(workspaces(store, run), proofs_of(players), reference_free_of(store, run))
