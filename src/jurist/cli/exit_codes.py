"""What `jurist` ends with, for scripts: one meaning a code, in every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended; `docs/reference/commands.md` has the same table."""

    YES = 0
    """Done, and where something was asked the answer is yes: equivalent, passed, all judged."""
    NO = 1
    """Done, and the answer is no: different, failed, some lines could not be read."""
    ERROR = 2
    """Not done: wrong input, or a part that never worked. Also a bug in Jurist."""
    OPEN = 3
    """Not settled: undecided, not enough data, or stopped before the end."""
