"""Where to go after logging in: within this application, wherever a link says otherwise."""

from __future__ import annotations

import re
from typing import Final

HOME: Final = "/"
_OURS: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
"""A path: browsers read two slashes as a host, a backslash as a slash, and skip tabs."""
_LONGEST: Final = 2_000


def within(given: str) -> str:
    """A path of ours as it is, else the page to begin with."""
    return given if len(given) <= _LONGEST and _OURS.fullmatch(given) else HOME
