"""Verdicts that were given lately: whoever asks the same again gets the same at once."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import msgspec

from jurist.records import FailureKind, Verdict

_MOST_BYTES: Final = 32_000_000
"""Of all verdicts, as JSON."""
_LARGEST: Final = 1_000_000


class Remembered:
    """Verdicts by key; whichever was asked for longest ago goes first.

    A failure is not remembered: the same may succeed the next time. That evidence leaves a pair
    open is none, for it counts its steps and not the seconds.

    Args:
        most_bytes: Of all verdicts, as JSON.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most = most_bytes
        self._verdicts: OrderedDict[str, tuple[Verdict, int]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._verdicts)

    def find(self, key: str) -> Verdict | None:
        """The verdict, if it is remembered."""
        known = self._verdicts.get(key)
        if known is None:
            return None
        self._verdicts.move_to_end(key)
        return known[0]

    def keep(self, key: str, verdict: Verdict) -> None:
        """Remember a verdict that would be the same the next time."""
        failure = verdict.unscored
        if key in self._verdicts or (failure and failure.kind is not FailureKind.UNDECIDED):
            return
        size = len(msgspec.json.encode(verdict))
        if size > min(_LARGEST, self._most):
            return
        self._verdicts[key] = verdict, size
        self.bytes += size
        while self.bytes > self._most:
            _, (_, freed) = self._verdicts.popitem(last=False)
            self.bytes -= freed
