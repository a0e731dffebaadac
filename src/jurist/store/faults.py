"""What a database's error means to the person who runs Jurist, and what they can do."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError

_SQLITE: Final = {
    "SQLITE_BUSY": ("is locked by another process", "wait for it, or end it"),
    "SQLITE_LOCKED": ("is locked by another process", "wait for it, or end it"),
    "SQLITE_FULL": ("could not be written: the disk is full", "free some space, then run again"),
    "SQLITE_IOERR": (
        "could not be read or written: the disk reports an error or is full",
        "check the disk and its free space, then run again",
    ),
    "SQLITE_READONLY": ("may not be written", "check its permissions, or name another file"),
    "SQLITE_CANTOPEN": ("cannot be opened", "check the path and its permissions"),
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
}
_SAFE: Final = "\n  what was committed is safe; the rest is done when you run again"


def explain(error: DBAPIError, place: str) -> str:
    """One message for a person: the store, what is wrong, the fix. Shows no statement."""
    cause = error.orig
    said = str(cause).strip().splitlines()[0][:300] if cause is not None else str(error)
    sqlite_name: object = getattr(cause, "sqlite_errorname", None)
    if isinstance(sqlite_name, str):
        for name, (what, fix) in _SQLITE.items():
            if sqlite_name.startswith(name):
                return f"the store {place} {what} ({said})\n  fix: {fix}{_SAFE}"
        return f"the store {place}: {said} ({sqlite_name}){_SAFE}"
    state: object = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        for prefix, (what, fix) in _POSTGRES.items():
            if state.startswith(prefix):
                return f"the store {place} {what} ({said})\n  fix: {fix}{_SAFE}"
        return f"the store {place}: {said} ({state}){_SAFE}"
    if type(cause).__name__ in {"OperationalError", "InterfaceError"}:
        return (
            f"the store {place} cannot be reached ({said})\n"
            f"  fix: see that the server runs and that the URL is right{_SAFE}"
        )
    return f"the store {place}: {said}{_SAFE}"
