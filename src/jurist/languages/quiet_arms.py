"""What arms of evidence have in common that look at two queries and run neither."""

from __future__ import annotations

from typing import Generic, TypeVar

from jurist.records import Evidence, Overlap

PairT = TypeVar("PairT")


class QuietArm(Generic[PairT]):
    """An arm about a pair that runs nothing, so it has counted and seen nothing."""

    def __init__(self, pair: PairT) -> None:
        self._pair = pair

    def overlap(self) -> Overlap | None:
        """Nothing is counted."""
        return None

    def refutes(self, claim: Evidence) -> str:  # noqa: ARG002 - the protocol's
        """Nothing was seen."""
        return ""
