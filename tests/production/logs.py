"""Small logs of a feature in use, as tests read them into a store."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jurist.store import Store, open_store
from jurist.store.interactions import Interaction, write_interactions

DAY_MS = 86_400_000
MONDAY_MS = 1_790_553_600_000
"""2026-09-28T00:00:00Z."""


def stored(place: Path | str, attempts: Iterable[Interaction]) -> Store:
    """A store that holds these attempts."""
    store = open_store(place)
    write_interactions(store, list(attempts), [])
    return store
