"""Where the key of a store's pseudonyms is: beside it, never in it."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import Final

from jurist.store.engine import place_of

KEY_VARIABLE: Final = "JURIST_PRIVACY_KEY_FILE"


def key_file_of(where: str | Path) -> Path:
    """The file of the key for the runs of a store.

    The one that the variable names; else beside a store that is a file; for one on a server
    in the folder of this user's state.

    Args:
        where: The store's path or URL.

    Raises:
        StoreError: This is no place of a store.
    """
    named = os.environ.get(KEY_VARIABLE, "")
    if named:
        return Path(named).expanduser()
    place, path = place_of(where)
    if path is not None:
        return path.with_name(f"{path.name}.key")
    state = os.environ.get("XDG_STATE_HOME", "") or "~/.local/state"
    name = blake2b(place.encode(), digest_size=8).hexdigest()
    return Path(state).expanduser() / "jurist" / f"{name}.key"
