"""What a page of one answer needs of its run, kept: reading it takes longer than the answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from jurist.alignment.casting import judges_of, proofs_of
from jurist.alignment.disagreements.suspicion import reference_free_of
from jurist.roles.protocols import Workspace
from jurist.runs.results import workspaces
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run
from jurist.web.kept import Kept

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
    """The settings of the runs that were looked at last.

    Args:
        store: Where the runs are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: Kept[Setting] = Kept(_MOST)

    def of(self, run: str) -> Setting:
        """The setting of a run."""
        return self._kept.get(run, lambda: _read(self._store, run))


def _read(store: Store, run: str) -> Setting:
    players = judges_of(get_run(store, run), datasets_of(store, run))
    return Setting(workspaces(store, run), proofs_of(players), reference_free_of(store, run))
