"""Trying again while a store's server is away: it restarts, or a connection was lost.

Only for work that may be done twice: a transaction may have been committed although nobody
was told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from jurist.errors import StoreAway
from jurist.store.engine import Store

_T = TypeVar("_T")
PATIENCE_S: Final = 20.0
"""How long one outage is borne, whoever notices it."""
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 1.0


def patiently(store: Store, work: Callable[[], _T]) -> _T:
    """What work on a store gives, tried again while its server is away, in a thread that may wait.

    Raises:
        StoreAway: It is away for too long.
    """
    pause = _FIRST_PAUSE_S
    while True:
        try:
            done = work()
        except StoreAway:
            now = time.monotonic()
            since = store.away_since
            if since is None:
                since = store.away_since = now
            if not store.shared or now - since > PATIENCE_S:
                raise
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
        else:
            store.away_since = None
            return done
