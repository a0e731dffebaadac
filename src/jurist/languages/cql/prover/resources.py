"""What every step of a decision shares: the moment, the coercion, what the solver took."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.languages.cql.semantics.values import Coercion
from jurist.languages.effort import spend


@dataclass(slots=True)
class Resources:
    """Shared by all steps of one decision at one moment `now`, and set anew for the next."""

    now: int
    coercion: Coercion
    decision: int = 0
    """Which decision this is: what one could not find out, the next may."""
    solver_ms: float = 0.0
    """Time spent inside the solver's check."""

    def start(self) -> None:
        """Begin a decision."""
        self.decision += 1
        self.solver_ms = 0.0

    def tick(self) -> None:
        """Count a step; stops where none is left."""
        spend()
