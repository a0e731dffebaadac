"""What a database's error means to the person who runs Jurist, and what they can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy.exc import DBAPIError

from jurist.errors import StoreAway, StoreError

_SQLITE: Final = {
    "SQLITE_BUSY": ("is locked by another process", "wait for it, or end it"),
    "SQLITE_LOCKED": ("is locked by another process", "wait for it, or end it"),
    "SQLITE_FULL": ("could not be written: the disk is full", "free some space, then run again"),
    "SQLITE_IOERR": (
        "could not be read or written: the disk reports an error or is full",
        "check the disk and its free space, then run again",
    ),
    "SQLITE_READONLY": ("may not be written", "check its permissions, or name another file"),
    "SQLITE_CANTOPEN": (
        "cannot be opened",
        "check its permissions and its folder's",
    ),
    "SQLITE_NOTADB": ("is not a SQLite database", "name another file"),
    "SQLITE_CORRUPT": ("is damaged", "restore a copy of it, or start a new one"),
}
_POSTGRES: Final = {
    "53100": ("could not be written: the server's disk is full", "free some space, then run again"),
    "53300": ("takes no more connections", "raise max_connections, or start fewer workers"),
    "57P": ("has shut down", "start it, then run again"),
    "08": ("closed the connection", "see that it runs, then run again"),
    "3D000": ("has no such database", "create it with createdb"),
    "28": ("refused the user or password", "check the URL's user and password"),
    "42501": ("does not let this user do that", "grant the user rights to create tables"),
    "55P03": ("is locked by another process", "wait for it, or end it"),
    "25P03": ("undid a transaction in which this process fell silent", "run again"),
    "40": ("undid a transaction that others stood in the way of", "run again"),
}
_PASSING: Final = ("57P", "08", "53300", "25P03", "40")
"""What a server says when it may well do the same in a moment."""
_SAFE: Final = "what was committed is safe; the rest is done when you run again"
_REPORT: Final = "try again; if it stays, copy the store and report it"


def explain(error: DBAPIError, place: str, *, expected: str) -> StoreError:
    """What a database's error means for a person: the store, what is wrong, the fix.

    Shows no statement.

    Args:
        error: The database's.
        place: The store.
        expected: What the store was needed for.
    """
    cause = error.orig
    said = str(cause).strip().splitlines()[0][:300] if cause is not None else str(error)
    sqlite_name: object = getattr(cause, "sqlite_errorname", None)
    state: object = getattr(cause, "sqlstate", None)
    kind = StoreError
    if isinstance(sqlite_name, str):
        what, fix = _known(_SQLITE, sqlite_name)
    elif isinstance(state, str):
        what, fix = _known(_POSTGRES, state)
        kind = StoreAway if state.startswith(_PASSING) else StoreError
    elif type(cause).__name__ in {"OperationalError", "InterfaceError"}:
        what, fix = "cannot be reached", "see that the server runs and that the URL is right"
        kind = StoreAway
    else:
        what, fix = "gave an error", _REPORT
    return kind(f"the store {place} {what} ({said})", expected=expected, fix=fix)


def _known(faults: Mapping[str, tuple[str, str]], name: str) -> tuple[str, str]:
    by_prefix = (known for prefix, known in faults.items() if name.startswith(prefix))
    return next(by_prefix, ("gave an error", _REPORT))


TO_READ: Final = "a store that can be read"
TO_WRITE: Final = f"a store that can be written ({_SAFE})"
