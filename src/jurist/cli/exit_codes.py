"""What `jurist` ends with, for scripts: one meaning a code, in every command."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final, Self


class ExitCode(IntEnum):
    """How a command ended; the page on commands shows this table."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        """A code with what it means."""
        made = int.__new__(cls, code)
        made._value_ = code
        made.meaning = meaning
        return made

    YES = (
        0,
        "done, and where something was asked the answer is yes: equivalent, passed, all judged",
    )
    NO = 1, "done, and the answer is no: different, failed, some lines could not be read"
    ERROR = (
        2,
        "not done: wrong input, or a part that never worked (a generator without any answer, "
        "a judge without any score, no question or pair at all); also a bug in Jurist",
    )
    OPEN = (
        3,
        "not settled: undecided, not enough data, or stopped before the end (Ctrl-C, SIGTERM, "
        "SIGHUP, budget)",
    )


DECISION_CODES: Final[Mapping[str, ExitCode]] = MappingProxyType(
    {"pass": ExitCode.YES, "fail": ExitCode.NO, "not enough data": ExitCode.OPEN}
)
"""Of what `jurist gate` and `jurist challenge` decide."""
