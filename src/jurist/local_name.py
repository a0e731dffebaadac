"""Who works at this machine, for records of who did what."""

from __future__ import annotations

import getpass


def local_name() -> str:
    """The name of the account; `local` where it has none, as in some containers."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "local"
